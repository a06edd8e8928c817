# Reductions and scans that leave NaN out. Those of order (nanmedian ...) are in quantiles.py.
"""``nansum``, ``nanmean`` and their like: the native reductions over elements that are no NaN.

NaN is replaced by what does not count (0 for sums, 1 for products, an infinity for extremes), in a
temporary of x's size; the order of the sums is that of the whole axis, so the bits of a result
depend on where the NaNs are.  Without NaN it equals the plain function's, bit by bit.
"""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError
from corepy.ops.arguments import (
    is_floating,
    read_correction,
    read_floating,
    read_real,
    read_tensor,
)
from corepy.ops.blocks import in_blocks
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, Dims, DTypeLike
    from corepy.tensor import Tensor

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]


def _replace_nan(function: str, x: ArrayLike, value: float) -> Tensor:
    """x, ``value`` in place of every NaN; x itself where its dtype has none."""
    number = read_tensor(function, "x", x)
    if number.dtype.kind in "biu":
        return number
    return corepy.where(corepy.isnan(number), value, number)


@composed
def nansum(
    x: ArrayLike,
    /,
    axis: Dims | None = None,
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
) -> Tensor:
    """Sum of the elements that are not NaN.

    Shapes: as sum.  Dtypes: as sum.
    Edges: 0 for none; infinities of both signs give NaN.
    Raises: as sum.
    Accuracy: as sum.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nansum(cp.asarray([[1.0, cp.nan], [2.0, 3.0]]), axis=0)
    Tensor([3., 3.], shape=(2,), dtype=float64)
    """
    return corepy.sum(_replace_nan("nansum", x, 0.0), axis=axis, dtype=dtype, keepdims=keepdims)


@composed
def nanprod(
    x: ArrayLike,
    /,
    axis: Dims | None = None,
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
) -> Tensor:
    """Product of the elements that are not NaN.

    Shapes: as prod.  Dtypes: as prod.
    Edges: 1 for none; zero times infinity gives NaN.
    Raises: as prod.
    Accuracy: as prod.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanprod(cp.asarray([2.0, cp.nan, 3.0]))
    Tensor(6., shape=(), dtype=float64)
    """
    return corepy.prod(_replace_nan("nanprod", x, 1.0), axis=axis, dtype=dtype, keepdims=keepdims)


@composed
def nancumsum(
    x: ArrayLike, /, axis: int | None = None, *, dtype: DTypeLike | None = None
) -> Tensor:
    """Cumulative sums in which NaN counts as 0.

    Shapes: that of x; axis=None flattens x.  Dtypes: as cumulative_sum.
    Edges: as cumulative_sum.
    Raises: as cumulative_sum.
    Accuracy: as cumulative_sum.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nancumsum(cp.asarray([1.0, cp.nan, 3.0]))
    Tensor([1., 1., 4.], shape=(3,), dtype=float64)
    """
    line = _replace_nan("nancumsum", x, 0.0)
    if axis is None:
        line, axis = corepy.reshape(line, (-1,)), 0
    return corepy.cumulative_sum(line, axis=axis, dtype=dtype)


@composed
def nancumprod(
    x: ArrayLike, /, axis: int | None = None, *, dtype: DTypeLike | None = None
) -> Tensor:
    """Cumulative products in which NaN counts as 1.

    Shapes: that of x; axis=None flattens x.  Dtypes: as cumulative_prod.
    Edges: as cumulative_prod.
    Raises: as cumulative_prod.
    Accuracy: as cumulative_prod.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nancumprod(cp.asarray([2.0, cp.nan, 3.0]))
    Tensor([2., 2., 6.], shape=(3,), dtype=float64)
    """
    line = _replace_nan("nancumprod", x, 1.0)
    if axis is None:
        line, axis = corepy.reshape(line, (-1,)), 0
    return corepy.cumulative_prod(line, axis=axis, dtype=dtype)


# ---- means ----


def _count_numbers(x: Tensor, axis: Dims | None, keepdims: bool) -> Tensor:
    """How many elements are not NaN, in x's real dtype."""
    is_number = corepy.logical_not(corepy.isnan(x))
    count = corepy.count_nonzero(is_number, axis=axis, keepdims=keepdims)
    return corepy.astype(count, corepy.finfo(x.dtype).dtype)


@composed
def nanmean(x: ArrayLike, /, axis: Dims | None = None, *, keepdims: bool = False) -> Tensor:
    """Mean of the elements that are not NaN.

    Shapes: as mean.  Dtypes: floating; integers give float64.
    Edges: NaN for none.
    Raises: as mean.
    Accuracy: that of the sum, divided by the count: two more roundings.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanmean(cp.asarray([[1.0, cp.nan], [2.0, 3.0]]), axis=1)
    Tensor([1. , 2.5], shape=(2,), dtype=float64)
    """
    number = read_tensor("nanmean", "x", x)
    if number.dtype.kind != "c":
        number = read_floating("nanmean", "x", number)
    total = corepy.sum(_replace_nan("nanmean", number, 0.0), axis=axis, keepdims=keepdims)
    return total / _count_numbers(number, axis, keepdims)


@composed
def nanvar(
    x: ArrayLike,
    /,
    axis: Dims | None = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    ddof: float | None = None,
) -> Tensor:
    """Variance of the elements that are not NaN: sum((x - mean)**2) / (count - correction).

    Shapes: as var.  Dtypes: real floating; integers give float64.
    Edges: NaN where the count is not above the correction; ``ddof`` is NumPy's name of it.
    Raises: as var.
    Accuracy: as var, whose two passes it makes.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanvar(cp.asarray([1.0, cp.nan, 3.0]))
    Tensor(1., shape=(), dtype=float64)
    """
    number = read_floating("nanvar", "x", x)
    centre = nanmean(number, axis, keepdims=True)

    def find_square(operands: list[Tensor]) -> Tensor:
        number, centre = operands
        deviation = _replace_nan("nanvar", number - centre, 0.0)
        deviation = corepy.where(corepy.isinf(number), corepy.nan, deviation)  # inf - inf
        return corepy.square(deviation)

    squares = in_blocks(find_square, number, centre)
    squares = corepy.sum(squares, axis=axis, keepdims=keepdims)
    taken = read_correction("nanvar", correction, ddof)
    degrees = _count_numbers(number, axis, keepdims) - taken
    return corepy.where(degrees > 0, squares / degrees, corepy.nan)


@composed
def nanstd(
    x: ArrayLike,
    /,
    axis: Dims | None = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    ddof: float | None = None,
) -> Tensor:
    """Standard deviation of the elements that are not NaN: sqrt(nanvar(x)).

    Shapes: as std.  Dtypes: real floating; integers give float64.
    Edges: as nanvar.
    Raises: as std.
    Accuracy: as std.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanstd(cp.asarray([1.0, cp.nan, 3.0]))
    Tensor(1., shape=(), dtype=float64)
    """
    number = read_floating("nanstd", "x", x)
    return corepy.sqrt(nanvar(number, axis, correction=correction, keepdims=keepdims, ddof=ddof))


# ---- extremes ----


def _clear_where_all_nan(x: Tensor, found: Tensor, axis: Dims | None, keepdims: bool) -> Tensor:
    """NaN where there was nothing but NaN."""
    if not is_floating(x):
        return found
    empty = corepy.all(corepy.isnan(x), axis=axis, keepdims=keepdims)
    return corepy.where(empty, corepy.nan, found)


@composed
def nanmax(x: ArrayLike, /, axis: Dims | None = None, *, keepdims: bool = False) -> Tensor:
    """Largest of the elements that are not NaN.

    Shapes: as max.  Dtypes: as max.
    Edges: NaN where all elements are NaN.
    Raises: as max.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanmax(cp.asarray([1.0, cp.nan, 3.0]))
    Tensor(3., shape=(), dtype=float64)
    """
    number = read_real("nanmax", "x", x)
    found = corepy.max(_replace_nan("nanmax", number, -corepy.inf), axis=axis, keepdims=keepdims)
    return _clear_where_all_nan(number, found, axis, keepdims)


@composed
def nanmin(x: ArrayLike, /, axis: Dims | None = None, *, keepdims: bool = False) -> Tensor:
    """Smallest of the elements that are not NaN.

    Shapes: as min.  Dtypes: as min.
    Edges: NaN where all elements are NaN.
    Raises: as min.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanmin(cp.asarray([1.0, cp.nan, 3.0]))
    Tensor(1., shape=(), dtype=float64)
    """
    number = read_real("nanmin", "x", x)
    found = corepy.min(_replace_nan("nanmin", number, corepy.inf), axis=axis, keepdims=keepdims)
    return _clear_where_all_nan(number, found, axis, keepdims)


def _check_not_all_nan(function: str, x: Tensor, axis: int | None) -> None:
    if is_floating(x) and bool(corepy.any(corepy.all(corepy.isnan(x), axis=axis))):
        raise ArgumentError(
            f"{function}: nothing but NaN along the axis (expected a number in every slice); test "
            "with corepy.isnan"
        )


@composed
def nanargmax(x: ArrayLike, /, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """Position of the first largest element that is not NaN.

    Shapes: as argmax.  Dtypes: as argmax.
    Edges: -inf is a number: where it is the largest, its own position is the result.
    Raises: ArgumentError where all elements are NaN; else as argmax.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanargmax(cp.asarray([1.0, cp.nan, 3.0]))
    Tensor(2, shape=(), dtype=int64)
    """
    return _find_position("nanargmax", x, axis, keepdims)


@composed
def nanargmin(x: ArrayLike, /, axis: int | None = None, *, keepdims: bool = False) -> Tensor:
    """Position of the first smallest element that is not NaN.

    Shapes: as argmin.  Dtypes: as argmin.
    Edges: inf is a number: where it is the smallest, its own position is the result.
    Raises: ArgumentError where all elements are NaN; else as argmin.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanargmin(cp.asarray([cp.nan, 1.0, 3.0]))
    Tensor(1, shape=(), dtype=int64)
    """
    return _find_position("nanargmin", x, axis, keepdims)


def _find_position(function: str, x: ArrayLike, axis: int | None, keepdims: bool) -> Tensor:
    """The first element that equals the extreme: NaN equals nothing."""
    number = read_real(function, "x", x)
    _check_not_all_nan(function, number, axis)
    if not is_floating(number):
        plain = corepy.argmax if function == "nanargmax" else corepy.argmin
        return plain(number, axis=axis, keepdims=keepdims)
    extreme = (nanmax if function == "nanargmax" else nanmin)(number, axis, keepdims=True)
    is_there = corepy.astype(number == extreme, corepy.uint8)
    return corepy.argmax(is_there, axis=axis, keepdims=keepdims)
