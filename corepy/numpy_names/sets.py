# NumPy's functions of sets: unique, also of rows; intersection, union, differences. isin and the
# other functions of one set are the standard's.
"""``unique intersect1d union1d setdiff1d setxor1d``; each NaN is its own."""

from __future__ import annotations

import math

import corepy
from corepy.ops.arguments import normalize_axis, read_flag, read_pair, read_tensor
from corepy.ops.composed import composed

from .orders import lexsort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, overload

    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["intersect1d", "setdiff1d", "setxor1d", "union1d", "unique"]


def _read_line(function: str, name: str, value: ArrayLike) -> Tensor:
    return corepy.reshape(read_tensor(function, name, value), (-1,))


def _read_lines(function: str, ar1: ArrayLike, ar2: ArrayLike) -> list[Tensor]:
    pair = read_pair(function, ("ar1", "ar2"), ar1, ar2)
    return [corepy.reshape(one, (-1,)) for one in pair]


if TYPE_CHECKING:  # what a program may write; the function below is what runs

    @overload
    def intersect1d(
        ar1: ArrayLike,
        ar2: ArrayLike,
        /,
        assume_unique: bool = False,
        return_indices: Literal[False] = False,
    ) -> Tensor: ...
    @overload
    def intersect1d(
        ar1: ArrayLike, ar2: ArrayLike, /, assume_unique: bool = False, *, return_indices: bool
    ) -> Tensor | tuple[Tensor, Tensor, Tensor]: ...


@composed
def intersect1d(
    ar1: ArrayLike, ar2: ArrayLike, /, assume_unique: bool = False, return_indices: bool = False
) -> Tensor | tuple[Tensor, Tensor, Tensor]:
    """The different elements that are in both, ascending; on request their first positions in each.

    Shapes: (n,), as the positions, which count in C order.  Dtypes: all, promoted together;
    positions are int64.
    Edges: ``assume_unique`` promises that no element repeats, and saves the time of making it so;
    where the promise does not hold, neither does the result.  NaN is in no intersection.
    Raises: ArgumentTypeError; DTypeError.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; unique_all.

    >>> import corepy as cp
    >>> cp.intersect1d([1, 3, 4, 3], [3, 1, 2, 1])
    Tensor([1, 3], shape=(2,), dtype=int64)
    """
    lines = _read_lines("intersect1d", ar1, ar2)
    is_unique = read_flag("intersect1d", "assume_unique", assume_unique)
    with_places = read_flag("intersect1d", "return_indices", return_indices)
    places: list[Tensor] = []
    if not is_unique:
        pairs = [corepy.unique_all(line)[:2] for line in lines]
        lines, places = [values for values, _ in pairs], [first for _, first in pairs]
    values, first, inverse, counts = corepy.unique_all(corepy.concat(lines))
    in_both = counts == 2
    if not with_places:
        return values[in_both]
    count = lines[0].size
    second = corepy.zeros(values.shape, dtype=corepy.int64)
    second[inverse[count:]] = corepy.arange(lines[1].size)
    found = [first[in_both], second[in_both]]
    if places:
        found = [corepy.take(of, at) for of, at in zip(places, found, strict=True)]
    return values[in_both], found[0], found[1]


@composed
def union1d(ar1: ArrayLike, ar2: ArrayLike, /) -> Tensor:
    """The different elements of both, ascending.

    Shapes: (n,).  Dtypes: all, promoted together.
    Edges: every NaN stays, since each differs from every other.
    Raises: ArgumentTypeError; DTypeError.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; unique_values.

    >>> import corepy as cp
    >>> cp.union1d([3, 1], [2, 3])
    Tensor([1, 2, 3], shape=(3,), dtype=int64)
    """
    lines = _read_lines("union1d", ar1, ar2)
    return corepy.unique_values(corepy.concat(lines))


@composed
def setdiff1d(ar1: ArrayLike, ar2: ArrayLike, /, assume_unique: bool = False) -> Tensor:
    """The different elements of ar1 that are not in ar2, ascending.

    Shapes: (n,).  Dtypes: all; the result has that of ar1.
    Edges: with ``assume_unique`` in the order of ar1, and as often as there.  Every NaN stays.
    Raises: ArgumentTypeError; DTypeError.
    Accuracy: exact; elements are compared as by isin.
    Source: NumPy; isin.

    >>> import corepy as cp
    >>> cp.setdiff1d([3, 2, 1, 3], [2])
    Tensor([1, 3], shape=(2,), dtype=int64)
    """
    line, others = _read_lines("setdiff1d", ar1, ar2)
    if not read_flag("setdiff1d", "assume_unique", assume_unique):
        line = corepy.unique_values(line)
    return line[~_find_members(line, others)]


def _find_members(line: Tensor, others: Tensor) -> Tensor:
    """Which elements of a line are among others."""
    if "c" not in (line.dtype.kind, others.dtype.kind):
        return corepy.isin(line, others)
    values, _, inverse, _ = corepy.unique_all(corepy.concat([line, others]))
    is_there = corepy.zeros(values.shape, dtype=corepy.bool)
    is_there[inverse[line.size :]] = True
    return is_there[inverse[: line.size]]


@composed
def setxor1d(ar1: ArrayLike, ar2: ArrayLike, /, assume_unique: bool = False) -> Tensor:
    """The different elements that are in one of the two only, ascending.

    Shapes: (n,).  Dtypes: all, promoted together.
    Edges: ``assume_unique`` promises that no element repeats, and saves the time of making it so;
    where the promise does not hold, neither does the result.  Every NaN stays.
    Raises: ArgumentTypeError; DTypeError.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; unique_counts.

    >>> import corepy as cp
    >>> cp.setxor1d([1, 2, 3], [2, 3, 4])
    Tensor([1, 4], shape=(2,), dtype=int64)
    """
    lines = _read_lines("setxor1d", ar1, ar2)
    if not read_flag("setxor1d", "assume_unique", assume_unique):
        lines = [corepy.unique_values(line) for line in lines]
    values, counts = corepy.unique_counts(corepy.concat(lines))
    return values[counts == 1]


# ---- of one set ----


@composed
def unique(
    x: ArrayLike,
    /,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
) -> Tensor | tuple[Tensor, ...]:
    """The different elements in ascending order; on request where each is first, which one each
    element is, how often it occurs: in this order behind the values.

    With ``axis`` the different slices along it, such as the rows of a table: in ascending order of
    their first element, then of their second, and so on.

    Shapes: lines; the inverse has x's shape.  With ``axis`` the values have that of x with a
    smaller extent there, the others are lines.  Dtypes: all.
    Edges: each NaN differs from every other, as in unique_all (NumPy joins them, but not in slices
    of several elements), and comes last; of equal zeros the first is kept.
    Raises: ArgumentTypeError; AxisError.
    Accuracy: exact.
    Source: NumPy; unique_all, lexsort.

    >>> import corepy as cp
    >>> cp.unique(cp.asarray([7, 3, 7]), return_counts=True)[1]
    Tensor([1, 2], shape=(2,), dtype=int64)
    >>> cp.unique([[2, 1], [1, 3], [2, 1]], axis=0).tolist()
    [[1, 3], [2, 1]]
    """
    tensor = read_tensor("unique", "x", x)
    flags = [
        read_flag("unique", "return_index", return_index),
        read_flag("unique", "return_inverse", return_inverse),
        read_flag("unique", "return_counts", return_counts),
    ]
    if axis is None and not any(flags):
        return corepy.unique_values(tensor)
    values, *details = (
        corepy.unique_all(tensor) if axis is None else _find_unique_slices(tensor, axis)
    )
    if not any(flags):
        return values
    return (values, *(one for is_wanted, one in zip(flags, details, strict=True) if is_wanted))


def _find_unique_slices(x: Tensor, axis: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The different slices, where each is first, which one each slice is, how often it occurs."""
    along = normalize_axis("unique", axis, x.ndim)
    moved = corepy.moveaxis(x, along, 0)
    count = moved.shape[0]
    rows = corepy.reshape(moved, (count, math.prod(moved.shape[1:])))
    order = _sort_rows(rows)
    ordered = corepy.take(rows, order, axis=0)
    is_new = corepy.any(ordered[1:] != ordered[:-1], axis=1)
    is_new = corepy.concat([corepy.ones(min(count, 1), dtype=corepy.bool), is_new])
    starts = corepy.nonzero(is_new)[0]
    inverse = corepy.empty(count, dtype=corepy.int64)
    inverse[order] = corepy.cumulative_sum(is_new, dtype=corepy.int64) - 1
    first = corepy.take(order, starts)
    values = corepy.moveaxis(corepy.take(moved, first, axis=0), 0, along)
    return values, first, inverse, corepy.diff(starts, append=count)


def _sort_rows(rows: Tensor) -> Tensor:
    """The positions that sort rows by their first column, then by their second, and so on."""
    keys = [rows[:, place] for place in reversed(range(rows.shape[1]))]
    if rows.dtype.kind == "c":
        keys = [part for key in keys for part in (corepy.imag(key), corepy.real(key))]
    return lexsort(keys) if keys else corepy.arange(rows.shape[0])
