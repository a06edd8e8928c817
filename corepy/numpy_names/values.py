# NumPy's functions of values: comparisons within tolerances, running sums, rounding. Those of
# positions are in positions.py, products in products.py.
"""``allclose cumsum nan_to_num around`` and their like."""

from __future__ import annotations

import math

import corepy
from corepy.errors import ArgumentError
from corepy.ops.arguments import (
    check_out,
    check_scalar,
    is_floating,
    is_half,
    is_integer,
    read_flag,
    read_floating,
    read_int,
    read_number,
    read_tensor,
)
from corepy.ops.blocks import in_blocks
from corepy.ops.composed import composed, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, DTypeLike
    from corepy.tensor import Tensor

__all__ = [
    "allclose",
    "around",
    "array_equal",
    "cumprod",
    "cumsum",
    "deg2rad",
    "degrees",
    "exp2",
    "fmax",
    "fmin",
    "isclose",
    "nan_to_num",
    "rad2deg",
    "radians",
]


# ---- comparisons ----


def _read_comparable(function: str, name: str, value: ArrayLike) -> Tensor:
    """Floating, real or complex; half precision, whose least distances are above the tolerances, as
    float32."""
    x = read_tensor(function, name, value)
    return read_number(function, name, corepy.astype(x, corepy.float32) if is_half(x.dtype) else x)


@composed
def isclose(
    a: ArrayLike,
    b: ArrayLike,
    /,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> Tensor:
    """Whether |a - b| <= atol + rtol |b|, element by element.

    Shapes: broadcast together.  Dtypes: all, promoted together; the result is bool.
    Edges: equal infinities are close; NaN is close to NaN under ``equal_nan`` only.
    Raises: ShapeError; DTypeError.
    Accuracy: both sides are rounded.  ``corepy.testing`` counts ulp instead.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.isclose(cp.asarray([1.0, 2.0]), cp.asarray([1.0 + 1e-9, 2.1]))
    Tensor([ True, False], shape=(2,), dtype=bool)
    """
    x, y = _read_comparable("isclose", "a", a), _read_comparable("isclose", "b", b)
    check_scalar("isclose", "rtol", rtol)
    check_scalar("isclose", "atol", atol)
    with_nan = read_flag("isclose", "equal_nan", equal_nan)

    def compare(operands: list[Tensor]) -> Tensor:
        x, y = operands
        within = corepy.abs(x - y) <= atol + rtol * corepy.abs(y)
        result = (within & corepy.isfinite(y)) | (x == y)
        return result | (corepy.isnan(x) & corepy.isnan(y)) if with_nan else result

    return in_blocks(compare, x, y)


@composed
def allclose(
    a: ArrayLike,
    b: ArrayLike,
    /,
    rtol: float = 1e-05,
    atol: float = 1e-08,
    equal_nan: bool = False,
) -> bool:
    """Whether all elements are close; see ``isclose``.

    Shapes: broadcast together.  Dtypes: all, promoted together.
    Edges: True for no elements.
    Raises: as isclose.
    Accuracy: as isclose.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.allclose(cp.asarray([1.0, 2.0]), [1.0, 2.0])
    True
    """
    return bool(corepy.all(isclose(a, b, rtol, atol, equal_nan)))


@composed
def array_equal(a: ArrayLike, b: ArrayLike, /, equal_nan: bool = False) -> bool:
    """Whether shapes and all elements are equal.

    Shapes: any.  Dtypes: all, promoted together.
    Edges: NaN is equal to NaN under ``equal_nan`` only; -0.0 equals 0.0.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.array_equal(cp.asarray([1, 2]), [1, 2])
    True
    """
    x, y = read_tensor("array_equal", "a", a), read_tensor("array_equal", "b", b)
    with_nan = read_flag("array_equal", "equal_nan", equal_nan)
    if x.shape != y.shape:
        return False
    same = x == y
    if with_nan and x.dtype.kind in "fc" and y.dtype.kind in "fc":
        same = same | (corepy.isnan(x) & corepy.isnan(y))
    return bool(corepy.all(same))


# ---- running sums ----


@named
def cumsum(
    x: ArrayLike,
    /,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Sums of the first elements; axis=None flattens x.

    Shapes: that of x, or (x.size,).  Dtypes: as cumulative_sum.
    Edges: as cumulative_sum.
    Raises: as cumulative_sum.
    Accuracy: as cumulative_sum.
    Source: NumPy; cumulative_sum.

    >>> import corepy as cp
    >>> cp.cumsum(cp.asarray([[1, 2], [3, 4]]))
    Tensor([ 1,  3,  6, 10], shape=(4,), dtype=int64)
    """
    line = read_tensor("cumsum", "x", x)
    if axis is None:
        line, axis = corepy.reshape(line, (-1,)), 0
    return corepy.cumulative_sum(line, axis=axis, dtype=dtype, out=out)


@named
def cumprod(
    x: ArrayLike,
    /,
    axis: int | None = None,
    dtype: DTypeLike | None = None,
    out: Tensor | None = None,
) -> Tensor:
    """Products of the first elements; axis=None flattens x.

    Shapes: that of x, or (x.size,).  Dtypes: as cumulative_prod.
    Edges: as cumulative_prod.
    Raises: as cumulative_prod.
    Accuracy: as cumulative_prod.
    Source: NumPy; cumulative_prod.

    >>> import corepy as cp
    >>> cp.cumprod(cp.asarray([1, 2, 3]))
    Tensor([1, 2, 6], shape=(3,), dtype=int64)
    """
    line = read_tensor("cumprod", "x", x)
    if axis is None:
        line, axis = corepy.reshape(line, (-1,)), 0
    return corepy.cumulative_prod(line, axis=axis, dtype=dtype, out=out)


# ---- elements ----


@composed
def nan_to_num(
    x: ArrayLike,
    /,
    copy: bool = True,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Tensor:
    """NaN and infinities replaced by numbers; in x itself without ``copy``.

    Shapes: that of x.  Dtypes: numeric and bool; what has no NaN stays as it is.
    Edges: by default infinities become the largest numbers of the dtype; both parts of a complex
    number are treated alike.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nan_to_num(cp.asarray([1.0, cp.nan, cp.inf]), posinf=9.0)
    Tensor([1., 0., 9.], shape=(3,), dtype=float64)
    """
    number = read_tensor("nan_to_num", "x", x)
    if read_flag("nan_to_num", "copy", copy):
        return _replace_nan(number, nan, posinf, neginf)
    number[...] = _replace_nan(number, nan, posinf, neginf)
    return number


def _replace_nan(number: Tensor, nan: float, posinf: float | None, neginf: float | None) -> Tensor:
    if number.dtype.kind == "c":
        real = _replace_nan(corepy.real(number), nan, posinf, neginf)
        imag = _replace_nan(corepy.imag(number), nan, posinf, neginf)
        result = corepy.astype(real, number.dtype)
        return result + corepy.multiply(corepy.astype(imag, number.dtype), 1j)
    if not is_floating(number):
        return number[...]  # no other name of x
    limits = corepy.finfo(number.dtype)
    above = float(limits.max) if posinf is None else posinf
    below = float(limits.min) if neginf is None else neginf
    result = corepy.where(corepy.isnan(number), nan, number)
    result = corepy.where(number == corepy.inf, above, result)
    return corepy.where(number == -corepy.inf, below, result)


@composed
def fmax(x1: ArrayLike, x2: ArrayLike, /) -> Tensor:
    """The larger of two numbers, or the one that is not NaN.

    Shapes: broadcast together.  Dtypes: real numeric, promoted together.
    Edges: NaN where both are; -0.0 is below 0.0.
    Raises: as maximum.
    Accuracy: exact.
    Source: C99; NumPy.

    >>> import corepy as cp
    >>> cp.fmax(cp.asarray([1.0, cp.nan]), 0.5)
    Tensor([1. , 0.5], shape=(2,), dtype=float64)
    """
    return _take_number("fmax", x1, x2)


@composed
def fmin(x1: ArrayLike, x2: ArrayLike, /) -> Tensor:
    """The smaller of two numbers, or the one that is not NaN.

    Shapes: broadcast together.  Dtypes: real numeric, promoted together.
    Edges: NaN where both are; -0.0 is below 0.0.
    Raises: as minimum.
    Accuracy: exact.
    Source: C99; NumPy.

    >>> import corepy as cp
    >>> cp.fmin(cp.asarray([1.0, cp.nan]), 0.5)
    Tensor([0.5, 0.5], shape=(2,), dtype=float64)
    """
    return _take_number("fmin", x1, x2)


def _take_number(function: str, x1: ArrayLike, x2: ArrayLike) -> Tensor:
    combine = corepy.maximum if function == "fmax" else corepy.minimum
    a: Tensor | complex = x1 if isinstance(x1, (int, float)) else read_tensor(function, "x1", x1)
    b: Tensor | complex = x2 if isinstance(x2, (int, float)) else read_tensor(function, "x2", x2)
    found = combine(a, b)
    if not is_floating(found):
        return found
    found = corepy.where(corepy.isnan(a), b, found)
    return corepy.where(corepy.isnan(b), a, found)


@composed
def around(x: ArrayLike, /, decimals: int = 0, out: Tensor | None = None) -> Tensor:
    """Rounded to a decimal place, halves to even: round(x * 10**d) / 10**d.

    Shapes: that of x.  Dtypes: numeric; integers stay what they are, and wrap.
    Edges: decimal fractions have no exact binary form, so ``around(0.285, 2)`` rounds the product
    that is nearest to 28.5; negative ``decimals`` round to tens, hundreds ...
    Raises: DTypeError for bool; ArgumentError for |decimals| > 300.
    Accuracy: the product, the rounding and the quotient are rounded once each.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.around(cp.asarray([1.234, 5.678]), 1)
    Tensor([1.2, 5.7], shape=(2,), dtype=float64)
    """
    check_out("around", out)
    number = read_tensor("around", "x", x)
    decimals = read_int("around", "decimals", decimals)
    if abs(decimals) > 300:
        raise ArgumentError(
            f"around: decimals is out of range (got {decimals}; expected -300..300)"
        )
    found = in_blocks(lambda parts: _round_to(parts[0], decimals), number)
    return found if out is None else corepy.positive(found, out=out)


def _round_to(number: Tensor, decimals: int) -> Tensor:
    if decimals == 0 or (is_integer(number) and decimals > 0):
        return corepy.round(number)
    if is_integer(number):
        scale = 10**-decimals
        if scale > corepy.iinfo(number.dtype).max:
            return corepy.zeros_like(number)
        half, rest = scale // 2, corepy.remainder(number, scale)
        low = number - rest
        is_odd = corepy.remainder(corepy.floor_divide(low, scale), 2) == 1
        step = corepy.asarray(scale, dtype=number.dtype)
        return low + corepy.where((rest > half) | ((rest == half) & is_odd), step, 0)
    factor = 10.0 ** abs(decimals)
    if decimals > 0:
        scaled = number * factor
        rounded = corepy.round(scaled) / factor
        # What overflows has no decimals.
        return corepy.where(corepy.isfinite(scaled), rounded, number)
    return corepy.round(number / factor) * factor


@named
def exp2(x: ArrayLike, /, out: Tensor | None = None) -> Tensor:
    """2**x.

    Shapes: that of x.  Dtypes: floating; integers become float64.
    Edges: as pow with base 2.
    Raises: DTypeError for bool.
    Accuracy: 1 ulp, that of pow.
    Source: C99; NumPy.

    >>> import corepy as cp
    >>> cp.exp2(cp.asarray([3.0, -1.0]))
    Tensor([8. , 0.5], shape=(2,), dtype=float64)
    """
    return corepy.pow(2.0, read_floating("exp2", "x", x), out=out)


@named
def deg2rad(x: ArrayLike, /, out: Tensor | None = None) -> Tensor:
    """Degrees as radians: x * (pi / 180).

    Shapes: that of x.  Dtypes: real floating; integers become float64.
    Edges: infinities and NaN stay.
    Raises: DTypeError.
    Accuracy: 1 ulp: the product's 0.5, and the factor's own distance from pi / 180: 0.153 ulp at
    most (float32: 0.130).
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.deg2rad(180.0)
    Tensor(3.14159265, shape=(), dtype=float64)
    """
    return corepy.multiply(read_floating("deg2rad", "x", x), math.pi / 180, out=out)


@named
def rad2deg(x: ArrayLike, /, out: Tensor | None = None) -> Tensor:
    """Radians as degrees: x * (180 / pi).

    Shapes: that of x.  Dtypes: real floating; integers become float64.
    Edges: infinities and NaN stay.
    Raises: DTypeError.
    Accuracy: 1 ulp: the product's 0.5, and the factor's own distance from 180 / pi: 0.313 ulp at
    most (float32: 0.196).
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.rad2deg(cp.pi)
    Tensor(180., shape=(), dtype=float64)
    """
    return corepy.multiply(read_floating("rad2deg", "x", x), 180 / math.pi, out=out)


radians = deg2rad
degrees = rad2deg
