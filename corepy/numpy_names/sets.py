# NumPy's functions of two sets: intersection, union, differences. Those of one, and isin, are the
# standard's; unique is in positions.py.
"""``intersect1d union1d setdiff1d setxor1d``, of the elements as lines; each NaN is its own."""

from __future__ import annotations

import corepy
from corepy.ops.arguments import read_flag, read_tensor
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, overload

    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["intersect1d", "setdiff1d", "setxor1d", "union1d"]


def _read_line(function: str, name: str, value: ArrayLike) -> Tensor:
    return corepy.reshape(read_tensor(function, name, value), (-1,))


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
    lines = [_read_line("intersect1d", "ar1", ar1), _read_line("intersect1d", "ar2", ar2)]
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
    lines = [_read_line("union1d", "ar1", ar1), _read_line("union1d", "ar2", ar2)]
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
    line = _read_line("setdiff1d", "ar1", ar1)
    others = _read_line("setdiff1d", "ar2", ar2)
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
    lines = [_read_line("setxor1d", "ar1", ar1), _read_line("setxor1d", "ar2", ar2)]
    if not read_flag("setxor1d", "assume_unique", assume_unique):
        lines = [corepy.unique_values(line) for line in lines]
    values, counts = corepy.unique_counts(corepy.concat(lines))
    return values[counts == 1]
