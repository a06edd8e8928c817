# The standard's inspection of the namespace itself.
"""What this namespace can do: devices, dtypes, capabilities."""

from __future__ import annotations

from corepy import _core
from corepy.errors import ArgumentError

from .data_type_functions import isdtype

__all__ = ["__array_namespace_info__"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import DType

    from .data_type_functions import Kind

_DEVICE = "cpu"
_STANDARD = frozenset(_core.dtypes()) - {"float16", "bfloat16"}
_DEFAULTS = {
    "real floating": "float64",
    "complex floating": "complex128",
    "integral": "int64",
    "indexing": "int64",
}


def _check_device(function: str, device: str | None) -> None:
    if device not in (None, _DEVICE):
        raise ArgumentError(f"{function}: unknown device (got {device!r}; expected {_DEVICE!r})")


class __array_namespace_info__:  # the standard's name
    """What the namespace offers, as the standard asks.

    Source: array API 2025.12, inspection.

    >>> import corepy as cp
    >>> info = cp.__array_namespace_info__()
    >>> info.devices(), info.default_dtypes()["real floating"]
    (('cpu',), corepy.float64)
    """

    __slots__ = ()

    def capabilities(self) -> dict[str, bool | int]:
        """Whether masks index and shapes may depend on data; how many axes a tensor may have."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> str:
        """The device of new tensors."""
        return _DEVICE

    def devices(self) -> tuple[str, ...]:
        """The devices there are."""
        return (_DEVICE,)

    def default_dtypes(self, *, device: str | None = None) -> dict[str, DType]:
        """The dtypes that new tensors get from Python numbers, and that positions have.

        Raises:
            ArgumentError: there is no such device.
        """
        _check_device("default_dtypes", device)
        dtypes = _core.dtypes()
        return {kind: dtypes[name] for kind, name in _DEFAULTS.items()}

    def dtypes(self, *, device: str | None = None, kind: Kind | None = None) -> dict[str, DType]:
        """The standard's dtypes by name, all or those of a kind (see ``corepy.isdtype``).

        float16 and bfloat16, which the standard does not have, are among them only where ``kind``
        names them.

        Raises:
            ArgumentError: there is no such device.
            DTypeError: there is no such kind.
        """
        _check_device("dtypes", device)
        every = _core.dtypes().items()
        named = kind if isinstance(kind, tuple) else (kind,)
        return {
            name: dtype
            for name, dtype in every
            if (name in _STANDARD or dtype in named) and (kind is None or isdtype(dtype, kind))
        }
