# The standard's data type functions, but astype (manipulation.py). The dtypes themselves are in
# data_types.py, promotion is native (csrc/corepy/ops/promotion.h).
"""What dtypes are, hold, and become together."""

from __future__ import annotations

from corepy import _core
from corepy.errors import DTypeError

__all__ = ["can_cast", "finfo", "iinfo", "isdtype", "result_type"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from corepy._core import DType
    from corepy.tensor import Tensor

    from .native import DTypeLike, Operand

    #: A dtype, the name of a kind of dtypes, or several of either.
    Kind: TypeAlias = DType | str | tuple["Kind", ...]

#: Characters of ``DType.kind`` by the standard's names of kinds.
_KINDS = {
    "bool": "b",
    "signed integer": "i",
    "unsigned integer": "u",
    "integral": "iu",
    "real floating": "f",
    "complex floating": "c",
    "numeric": "iufc",
}


#: Significant bits, and the exponent of overflow, of the real floating dtypes.
_FORMATS = {"float16": (11, 16), "bfloat16": (8, 128), "float32": (24, 128), "float64": (53, 1024)}


def can_cast(from_: DTypeLike | Tensor, to: DTypeLike, /) -> bool:
    """Whether operands of a dtype may be promoted to another: result_type(from_, to) == to.

    These are corepy's rules of promotion: beside the standard's, bool goes to every dtype and
    integers to floating dtypes, where large ones are rounded.

    Raises:
        DTypeError: an argument names no dtype.

    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.can_cast(cp.int8, cp.int32), cp.can_cast(cp.float64, cp.float32)
    (True, False)
    """
    start, wanted = _core.result_type((from_,)), _core.result_type((to,))
    try:
        return _core.result_type((start, wanted)) == wanted
    except DTypeError:  # uint64 with a signed integer
        return False


class finfo:  # the standard's name
    """Limits of a real floating dtype, or of a complex dtype's components.

    Attributes:
        bits: bits of a number.
        dtype: the real floating dtype.
        eps: distance from 1 to the next larger number, 2**-(precision - 1).
        max: the largest finite number.
        min: the smallest finite number, -max.
        smallest_normal: the smallest positive number with full precision.

    Raises:
        DTypeError: a dtype that is not floating.

    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.finfo(cp.complex64)
    finfo(dtype=float32, eps=1.1920928955078125e-07, max=3.4028234663852886e+38)
    """

    __slots__ = ("bits", "dtype", "eps", "max", "min", "smallest_normal")

    def __init__(self, type: DTypeLike | Tensor, /) -> None:
        given = _core.result_type((type,))
        if given.kind not in "fc":
            raise DTypeError(
                f"finfo: only floating dtypes have these limits (got {given.name}; use iinfo for "
                "integers)"
            )
        self.dtype = given if given.kind == "f" else _core.dtypes()[f"float{given.bits // 2}"]
        self.bits = self.dtype.bits
        precision, exponent = _FORMATS[self.dtype.name]
        self.eps = 2.0 ** (1 - precision)
        # 2**exponent itself would overflow.
        self.max = (2.0 - self.eps) * 2.0 ** (exponent - 1)
        self.min = -self.max
        self.smallest_normal = 2.0 ** (2 - exponent)

    def __repr__(self) -> str:
        return f"finfo(dtype={self.dtype.name}, eps={self.eps}, max={self.max})"


class iinfo:  # the standard's name
    """Limits of an integer dtype.

    Attributes:
        bits: bits of a number.
        dtype: the dtype.
        max: the largest number.
        min: the smallest number.

    Raises:
        DTypeError: a dtype that is no integer.

    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.iinfo(cp.int8)
    iinfo(dtype=int8, min=-128, max=127)
    """

    __slots__ = ("bits", "dtype", "max", "min")

    def __init__(self, type: DTypeLike | Tensor, /) -> None:
        given = _core.result_type((type,))
        if given.kind not in "iu":
            raise DTypeError(
                f"iinfo: only integer dtypes have these limits (got {given.name}; use finfo for "
                "floating dtypes)"
            )
        self.dtype = given
        self.bits = given.bits
        self.max = 2 ** (self.bits - (given.kind == "i")) - 1
        self.min = -self.max - 1 if given.kind == "i" else 0

    def __repr__(self) -> str:
        return f"iinfo(dtype={self.dtype.name}, min={self.min}, max={self.max})"


def isdtype(dtype: DTypeLike, kind: Kind) -> bool:
    """Whether a dtype is, or belongs to, what ``kind`` names.

    Args:
        dtype: the dtype in question.
        kind: a dtype; 'bool', 'signed integer', 'unsigned integer', 'integral', 'real floating',
            'complex floating' or 'numeric'; or a tuple of these, of which one is enough.

    Raises:
        DTypeError: ``dtype`` names no dtype, or ``kind`` no kind.

    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.isdtype(cp.int8, "integral"), cp.isdtype(cp.int8, (cp.bool, "real floating"))
    (True, False)
    """
    given = _core.result_type((dtype,))
    if isinstance(kind, tuple):
        return any(isdtype(given, one) for one in kind)
    if isinstance(kind, str) and kind in _KINDS:
        return given.kind in _KINDS[kind]
    if isinstance(kind, str) and kind not in _core.dtypes():
        names = ", ".join(map(repr, _KINDS))
        raise DTypeError(
            f"isdtype: no kind of dtypes (got {kind!r}; expected a dtype or one of {names})"
        )
    return given == _core.result_type((kind,))


def result_type(*arrays_and_dtypes: DTypeLike | Operand) -> DType:
    """The dtype of an operation on these operands.

    Tensors and dtypes are promoted first; Python scalars then take that dtype where it can hold
    their kind.  Beside the standard's rules, bool beside a number gives the number's dtype, and an
    integer beside a floating dtype gives the latter; float16 beside bfloat16 gives float32, of
    which both are part.

    Raises:
        ArgumentError: no tensor or dtype among the arguments.
        DTypeError: what is no dtype; uint64 with a signed integer, which no integer dtype holds.

    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.result_type(cp.ones(2, dtype=cp.float32), cp.int64, 1.5)
    corepy.float32
    """
    return _core.result_type(arrays_and_dtypes)
