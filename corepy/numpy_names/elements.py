# NumPy's functions of single elements: angle, cbrt, divmod, fmod, sinc, select. Those that replace
# or round elements, or compare within tolerances, are in values.py.
"""``angle cbrt divmod fmod sinc select``."""

from __future__ import annotations

import math

import corepy
from corepy import _core
from corepy.errors import ArgumentTypeError, DTypeError, ShapeError
from corepy.ops.arguments import is_integer, read_flag, read_floating, read_number, read_tensor
from corepy.ops.blocks import in_blocks
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy import DType
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["angle", "cbrt", "divmod", "fmod", "select", "sinc"]


@composed
def angle(z: ArrayLike, /, deg: bool = False) -> Tensor:
    """The angle of complex numbers, atan2(imag, real), in radians or degrees.

    Shapes: that of z.  Dtypes: numeric; the result is real, integers and bool give float64.
    Edges: in (-pi, pi]; pi for negative numbers, and for -0.0; NaN propagates.
    Raises: DTypeError for half precision.
    Accuracy: 1 ulp, that of atan2; degrees 4 ulp: the factor and the product are rounded, too (and
    58 spacings of subnormal numbers, where the angle in radians is one).
    Source: NumPy; atan2.

    >>> import corepy as cp
    >>> cp.angle(cp.asarray([1.0, 1j, -1.0]), deg=True)
    Tensor([  0.,  90., 180.], shape=(3,), dtype=float64)
    """
    number = read_number("angle", "z", z)
    in_degrees = read_flag("angle", "deg", deg)
    is_complex = number.dtype.kind == "c"
    found = (
        corepy.atan2(corepy.imag(number), corepy.real(number))
        if is_complex
        else corepy.atan2(0.0, number)
    )
    return found * (180 / math.pi) if in_degrees else found


@composed
def cbrt(x: ArrayLike, /) -> Tensor:
    """The real cube root.

    Shapes: that of x.  Dtypes: real floating; integers become float64.
    Edges: odd: cbrt(-x) is -cbrt(x), also of zeros and infinities; NaN propagates.
    Raises: DTypeError for bool, complex and half precision.
    Accuracy: 1 ulp: the power 1/3, whose exponent is rounded, and one step of Newton's iteration;
    0.91 ulp at most, 0.72 found.
    Source: C99; NumPy.

    >>> import corepy as cp
    >>> cp.cbrt(cp.asarray([27.0, -0.001]))
    Tensor([ 3. , -0.1], shape=(2,), dtype=float64)
    """
    return in_blocks(lambda parts: _find_root(parts[0]), read_floating("cbrt", "x", x))


def _find_root(x: Tensor) -> Tensor:
    size = corepy.abs(x)
    root = corepy.pow(size, 1 / 3)
    # Of the quotient and its distance from the root only the quotient is rounded. Square and
    # quotient are off by half an ulp each: by at most 0.41 ulp of the root, (m / m' + 1) / 6 for
    # significands m of the root and m' of its square. The sum rounds once more.
    root = root + (size / (root * root) - root) / 3.0
    return corepy.where((size > 0) & (size < corepy.inf), corepy.copysign(root, x), x)


@composed
def sinc(x: ArrayLike, /) -> Tensor:
    """sin(pi x) / (pi x), and 1 at 0.

    Shapes: that of x.  Dtypes: real floating; integers become float64.
    Edges: exactly 0 at every other integer; NaN at infinities, as in NumPy.
    Raises: DTypeError for bool, complex and half precision.
    Accuracy: relative error 6 u: x is reduced to [-1/2, 1/2], without rounding, before the sine.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.sinc(cp.asarray([0.0, 0.5, 3.0]))
    Tensor([1.        , 0.63661977, 0.        ], shape=(3,), dtype=float64)
    """
    return in_blocks(lambda parts: _find_sinc(parts[0]), read_floating("sinc", "x", x))


def _find_sinc(x: Tensor) -> Tensor:
    rest = x - 2.0 * corepy.round(x / 2.0)  # exact, in [-1, 1]
    is_low = corepy.abs(rest) <= 0.5
    rest = corepy.where(is_low, rest, corepy.copysign(1.0, rest) - rest)
    found = corepy.sin(rest * math.pi) / (x * math.pi)
    return corepy.where(x == 0, 1.0, found)


# ---- quotients ----


def _read_operands(function: str, x1: ArrayLike, x2: ArrayLike) -> list[Tensor | float]:
    """Python numbers stay what they are beside a tensor, and adopt its dtype."""
    operands: list[Tensor | float] = [
        one if type(one) is int or isinstance(one, float) else read_tensor(function, name, one)
        for name, one in (("x1", x1), ("x2", x2))
    ]
    if not any(isinstance(one, corepy.Tensor) for one in operands):
        operands[0] = corepy.asarray(operands[0])
    return operands


@composed
def divmod(x1: ArrayLike, x2: ArrayLike, /) -> tuple[Tensor, Tensor]:
    """``floor_divide(x1, x2)`` and ``remainder(x1, x2)``.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted together.
    Edges: as floor_divide and remainder.
    Raises: as remainder.
    Accuracy: as floor_divide and remainder.
    Source: Python; NumPy.

    >>> import corepy as cp
    >>> quotient, rest = cp.divmod(cp.asarray([7, -7]), 3)
    >>> quotient.tolist(), rest.tolist()
    ([2, -3], [1, 2])
    """
    a, b = _read_operands("divmod", x1, x2)
    return corepy.floor_divide(a, b), corepy.remainder(a, b)


def _find_size(operand: Tensor | float, dtype: DType) -> Tensor | float:
    if not isinstance(operand, corepy.Tensor):
        return abs(operand)
    if is_integer(operand):  # whose least one has no size among them; strict sees the conversion
        operand = operand * corepy.ones((), dtype=dtype)
    return corepy.abs(operand)


def _is_whole(operand: Tensor | float) -> bool:
    if isinstance(operand, corepy.Tensor):
        return operand.dtype.kind in "iub"
    return isinstance(operand, int)


@composed
def fmod(x1: ArrayLike, x2: ArrayLike, /) -> Tensor:
    """C's remainder: x1 - x2 trunc(x1 / x2), with the sign of x1.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted together.
    Edges: an integer with 0 gives 0, flagged in the record and an error under ``strict``; a float
    with 0 and inf with x are NaN; x with inf is x.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: C99; NumPy.

    >>> import corepy as cp
    >>> cp.fmod(cp.asarray([7, -7]), 3)
    Tensor([ 1, -1], shape=(2,), dtype=int64)
    """
    a, b = _read_operands("fmod", x1, x2)
    if _is_whole(a) and _is_whole(b):
        rest = corepy.remainder(a, b)
        differ = corepy.not_equal(corepy.less(a, 0), corepy.less(b, 0))
        return corepy.where((rest != 0) & differ, rest - b, rest)
    for one in (a, b):
        if isinstance(one, corepy.Tensor) and one.dtype.kind not in "iuf":
            raise DTypeError(
                f"fmod: unsupported dtype (got {one.dtype.name}; expected integers or real "
                "floating-point numbers)"
            )
    common = corepy.result_type(a, b)
    rest = corepy.remainder(_find_size(a, common), _find_size(b, common))
    sign = a if isinstance(a, (int, float)) else corepy.astype(a, rest.dtype, copy=False)
    return corepy.copysign(rest, sign)


# ---- choices ----


@composed
def select(
    condlist: list[ArrayLike] | list[Tensor] | tuple[ArrayLike, ...],
    choicelist: list[ArrayLike] | list[Tensor] | tuple[ArrayLike, ...],
    /,
    default: ArrayLike = 0,
) -> Tensor:
    """Of each element's choices the one whose condition is the first that holds, or ``default``.

    Shapes: all broadcast together.  Dtypes: conditions are bool; choices and default are promoted
    together, Python numbers adopt the dtype of the tensors.
    Edges: the later choices fill in what the earlier leave.
    Raises: ShapeError for no conditions, or another number of choices; DTypeError for conditions
    that are not bool; ArgumentTypeError.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; where.

    >>> import corepy as cp
    >>> x = cp.asarray([1.0, 5.0, 9.0])
    >>> cp.select([x < 2, x < 6], [-x, x * 10])
    Tensor([-1., 50.,  0.], shape=(3,), dtype=float64)
    """
    for name, given in (("condlist", condlist), ("choicelist", choicelist)):
        if not isinstance(given, (list, tuple)):
            raise ArgumentTypeError(
                f"select: {name} has the wrong type (got {_core.type_name(given)}; expected a list "
                "or tuple)"
            )
    if len(condlist) != len(choicelist) or not condlist:
        raise ShapeError(
            f"select: every condition needs a choice (got {len(condlist)} conditions and "
            f"{len(choicelist)} choices; expected as many, and one at least)"
        )
    conditions = [read_tensor("select", "a condition", one) for one in condlist]
    for one in conditions:
        if one.dtype.kind != "b":
            raise DTypeError(
                f"select: unsupported dtype of a condition (got {one.dtype.name}; expected bool); "
                "compare with 0"
            )
    *choices, found = _promote([*choicelist, default])
    for condition, choice in zip(reversed(conditions), reversed(choices), strict=True):
        found = corepy.where(condition, choice, found)
    return found


def _promote(values: list[ArrayLike]) -> list[Tensor]:
    """Tensors of one dtype."""
    read = [
        one if isinstance(one, (int, float, complex)) else read_tensor("select", "a choice", one)
        for one in values
    ]
    if not any(isinstance(one, corepy.Tensor) for one in read):
        read = [corepy.asarray(one) for one in read]
    dtype = corepy.result_type(*read)
    return [corepy.asarray(one, dtype=dtype) for one in read]
