# The contract of a backend written in Python, and its registration. A native one fills the struct
# in csrc/corepy/dispatch/backend.h.
"""What a backend must offer.

A backend serves one policy: ``REFERENCE``, ``BLAS`` or ``GPU``.  The dispatcher checks operands and
infers dtype and shape first, so a backend gets valid calls only; it answers whether it can run a
call, and runs it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from corepy import _core

from .policies import BackendPolicy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["Backend", "register_backend"]


class Backend(ABC):
    """A way to run operators.

    >>> import corepy as cp
    >>> class Doubling(cp.backend.Backend):
    ...     name = "doubling"
    ...     policy = cp.BackendPolicy.GPU
    ...     reproducible = False
    ...     def accepts(self, op, operands):
    ...         return None if op == "add" else "op_unsupported"
    ...     def run(self, op, operands, options):
    ...         return (operands[0] * 2,)
    >>> Doubling().accepts("exp", ())
    'op_unsupported'
    """

    #: Appears in dispatch records; unique.
    name: str
    #: The policy that asks for this backend.
    policy: BackendPolicy
    #: Whether results have the bits of corepy's own kernels on every machine.
    reproducible: bool

    @abstractmethod
    def accepts(self, op: str, operands: tuple[Tensor, ...]) -> str | None:
        """None if the call can be run, else why not.

        Args:
            op: the operator's array API name.
            operands: the call's operands, with their original dtypes.

        Returns:
            None, "op_unsupported", "dtype_unsupported", "layout_unsupported" or
            "rank_unsupported".  The native kernels then run the call, and its record names the
            reason.
        """

    @abstractmethod
    def run(
        self, op: str, operands: tuple[Tensor, ...], options: dict[str, object]
    ) -> tuple[Tensor, ...]:
        """The results of a call, in the dtype and shape that the operator's row gives them.

        Args:
            op: the operator's array API name.
            operands: the call's operands, with their original dtypes.
            options: the call's options, named as in the array API.
        """


def register_backend(backend: Backend) -> None:
    """Add a backend for the rest of the process.

    Raises:
        BackendError: its policy is AUTO or SIMD, its name is taken, or 8 are registered already.
    """
    _core.register_backend(
        backend.name, int(backend.policy), backend.reproducible, backend.accepts, backend.run
    )
