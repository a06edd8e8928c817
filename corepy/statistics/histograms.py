# Counting into bins: histogram, bincount, digitize.
"""Counts of elements by bins; sums of weights are made in the order of the elements."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, ArgumentTypeError, DTypeError, ShapeError
from corepy.ops.arguments import (
    all_hold,
    is_floating,
    is_int,
    is_integer,
    read_flag,
    read_float,
    read_int,
    read_real,
    read_tensor,
)
from corepy.ops.blocks import find_blocks
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal, TypeVar

    from corepy.ops.blocks import Block
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

    _One = TypeVar("_One")

__all__ = ["bincount", "digitize", "histogram", "histogram2d", "histogram_bin_edges"]


def _check_ascending(function: str, edges: Tensor, least: int = 1) -> None:
    if edges.ndim != 1 or edges.size < least:
        raise ShapeError(
            f"{function}: bin edges must be one line (got shape {edges.shape}; expected (n,), "
            f"n >= {least})"
        )
    if not all_hold(edges[1:] >= edges[:-1]):
        raise ArgumentError(
            f"{function}: bin edges must not decrease (got edges in another order, or NaN; "
            "expected an ascending line); sort them"
        )


def _read_pair(function: str, name: str, pair: tuple[_One, _One]) -> tuple[_One, _One]:
    if isinstance(pair, (tuple, list)) and len(pair) == 2:
        return pair[0], pair[1]
    raise ArgumentTypeError(
        f"{function}: {name} has the wrong type (got {pair!r}; expected a pair)"
    )


def _find_range(function: str, x: Tensor, range: tuple[float, float] | None) -> tuple[float, float]:
    if range is not None:
        first, last = (
            read_float(function, "range", one) for one in _read_pair(function, "range", range)
        )
    elif x.size == 0:
        first, last = 0.0, 1.0
    else:
        first, last = float(corepy.min(x)), float(corepy.max(x))
    if not first - first == last - last == 0:
        raise ArgumentError(
            f"{function}: the range of the bins is not finite (got {first} to {last}; expected "
            "numbers); give range="
        )
    if first > last:
        raise ArgumentError(
            f"{function}: the range is reversed (got {first} to {last}; expected first <= last)"
        )
    return (first - 0.5, last + 0.5) if first == last else (first, last)


def _find_edges(
    function: str, x: Tensor, bins: int | ArrayLike, range: tuple[float, float] | None
) -> Tensor:
    if isinstance(bins, str):
        raise ArgumentError(
            f"{function}: bins must be a count or edges (got {bins!r}; rules by name are not there)"
        )
    if isinstance(bins, int) or is_int(bins) or getattr(bins, "ndim", 1) == 0:
        bins = read_int(function, "bins", bins)
        if bins < 1:
            raise ArgumentError(f"{function}: bins must be positive (got {bins}; expected >= 1)")
        first, last = _find_range(function, x, range)
        dtype = x.dtype if is_floating(x) else corepy.float64
        edges = corepy.linspace(first, last, bins + 1, dtype=dtype)
        if not all_hold(edges[:-1] < edges[1:]):
            raise ArgumentError(
                f"{function}: too many bins for the range (got {bins} from {first} to {last}; "
                f"expected edges that {dtype.name} can tell apart); convert x to float64"
            )
        return edges
    edges = read_real(function, "bins", bins)
    _check_ascending(function, edges)
    return edges


def _find_bins(x: Tensor, edges: Tensor) -> Tensor:
    """The bin of each element, or an edge beyond: -1 below, edges.size - 1 above and for NaN."""
    inside = corepy.searchsorted(edges, x, side="right") - 1
    inside = inside - corepy.astype(x == edges[-1], corepy.int64) * (inside - (edges.size - 2))
    return corepy.where(corepy.isnan(x), edges.size - 1, inside) if is_floating(x) else inside


def _count(
    find: Callable[[Block], Tensor], size: int, count: int, weights: Tensor | None
) -> Tensor:
    """How many elements, or which weight, each of ``count`` bins has; others are left out.

    ``find`` gives the bins of a block of the ``size`` elements.
    """
    counts = corepy.zeros(count, dtype=corepy.int64 if weights is None else weights.dtype)
    for block in find_blocks(size, least=count):
        bins = find(block)
        is_inside = (bins >= 0) & (bins < count)
        each = 1 if weights is None else weights[block][is_inside]
        counts = counts.at(bins[is_inside]).add(each)
    return counts


def _read_weights(function: str, weights: ArrayLike | None, x: Tensor) -> Tensor | None:
    if weights is None:
        return None
    line = read_real(function, "weights", weights)
    if line.shape != x.shape:
        raise ShapeError(
            f"{function}: every element needs a weight (got shape {line.shape}; expected {x.shape})"
        )
    return corepy.reshape(line, (-1,))


@composed
def histogram_bin_edges(
    x: ArrayLike, /, bins: int | ArrayLike = 10, range: tuple[float, float] | None = None
) -> Tensor:
    """The edges that ``histogram`` uses: ``bins`` equal bins over the range, or those given.

    Shapes: (bins + 1,).  Dtypes: that of floating x, float64 for integers; edges that
    are given keep theirs.
    Edges: a range of width 0 is widened by 0.5 to both sides; (0, 1) for no elements.
    Raises: as histogram.
    Accuracy: as linspace.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.histogram_bin_edges(cp.asarray([0.0, 1.0]), 4)
    Tensor([0.  , 0.25, 0.5 , 0.75, 1.  ], shape=(5,), dtype=float64)
    """
    return _find_edges("histogram_bin_edges", read_real("histogram_bin_edges", "x", x), bins, range)


@composed
def histogram(
    x: ArrayLike,
    /,
    bins: int | ArrayLike = 10,
    range: tuple[float, float] | None = None,
    density: bool | None = False,
    weights: ArrayLike | None = None,
) -> tuple[Tensor, Tensor]:
    """How many elements lie in each bin: edges[i] <= x < edges[i + 1], the last bin closed.

    Shapes: counts (bins,), edges (bins + 1,); x has any.  ``bins`` is a count of equal bins over
    ``range`` (by default from the smallest to the largest element) or the edges themselves.
    Dtypes: integers and real floating; edges as ``histogram_bin_edges``; counts are int64, or the
    weights' dtype; with ``density`` counts / (their sum * widths) in float64.
    Edges: elements outside and NaN are left out; each element is compared with the edges returned.
    Raises: ArgumentError for edges that decrease, a range that is not finite (NaN or infinity in x
    without ``range``) or reversed, and for names of rules; ShapeError for weights of another shape.
    Accuracy: counts are exact; weights are added in the order of the elements.
    Source: NumPy.

    >>> import corepy as cp
    >>> counts, edges = cp.histogram(cp.asarray([0.0, 0.1, 0.5, 2.0]), bins=2)
    >>> counts
    Tensor([3, 1], shape=(2,), dtype=int64)
    """
    number = read_real("histogram", "x", x)
    edges = _find_edges("histogram", number, bins, range)
    line = _read_weights("histogram", weights, number)
    flat = corepy.reshape(number, (-1,))
    counts = _count(lambda block: _find_bins(flat[block], edges), flat.size, edges.size - 1, line)
    if density is not None and read_flag("histogram", "density", density):
        widths = corepy.astype(edges[1:] - edges[:-1], corepy.float64)
        total = corepy.astype(corepy.sum(counts), corepy.float64)
        counts = corepy.astype(counts, corepy.float64) / widths / total
    return counts, edges


@composed
def histogram2d(
    x: ArrayLike,
    y: ArrayLike,
    /,
    bins: int | Tensor | tuple[int | ArrayLike, int | ArrayLike] = 10,
    range: tuple[tuple[float, float], tuple[float, float]] | None = None,
    density: bool | None = False,
    weights: ArrayLike | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Counts of points by bins of both coordinates: ``histogram`` with two axes.

    Shapes: counts (x_bins, y_bins), then both edges; x and y have one axis and one length.  A count
    or a tensor of edges is for both; a pair has those of x and of y.
    Dtypes: as histogram, but counts are int64 where NumPy's are float64.
    Edges: as histogram, for each coordinate.
    Raises: as histogram; ShapeError where x and y differ in length.
    Accuracy: as histogram.
    Source: NumPy.

    >>> import corepy as cp
    >>> x, y = cp.asarray([0.0, 1.0, 1.0]), cp.asarray([0.0, 0.0, 1.0])
    >>> cp.histogram2d(x, y, 2)[0]
    Tensor([[1, 0],
            [1, 1]], shape=(2, 2), dtype=int64)
    """
    first, second = read_real("histogram2d", "x", x), read_real("histogram2d", "y", y)
    if first.ndim != 1 or first.shape != second.shape:
        raise ShapeError(
            f"histogram2d: points need two coordinates (got shapes {first.shape} and "
            f"{second.shape}; expected (n,) twice)"
        )
    if isinstance(bins, (tuple, list)):
        of_x, of_y = _read_pair("histogram2d", "bins", bins)
    else:
        of_x = of_y = bins
    x_range, y_range = (None, None) if range is None else _read_pair("histogram2d", "range", range)
    x_edges = _find_edges("histogram2d", first, of_x, x_range)
    y_edges = _find_edges("histogram2d", second, of_y, y_range)
    width = y_edges.size - 1

    def find_places(block: Block) -> Tensor:
        x_bins, y_bins = _find_bins(first[block], x_edges), _find_bins(second[block], y_edges)
        is_inside = (x_bins >= 0) & (x_bins < x_edges.size - 1) & (y_bins >= 0) & (y_bins < width)
        return corepy.where(is_inside, x_bins * width + y_bins, -1)

    line = _read_weights("histogram2d", weights, first)
    counts = _count(find_places, first.size, (x_edges.size - 1) * width, line)
    counts = corepy.reshape(counts, (x_edges.size - 1, width))
    if density is not None and read_flag("histogram2d", "density", density):
        widths = [
            corepy.astype(edges[1:] - edges[:-1], corepy.float64) for edges in (x_edges, y_edges)
        ]
        total = corepy.astype(corepy.sum(counts), corepy.float64)
        counts = corepy.astype(counts, corepy.float64) / widths[0][:, None] / widths[1] / total
    return counts, x_edges, y_edges


@composed
def bincount(x: ArrayLike, /, weights: ArrayLike | None = None, minlength: int = 0) -> Tensor:
    """How often each of 0, 1, 2 ... occurs in x.

    Shapes: (max(x) + 1,), or (minlength,) where that is more; x has one axis.  Dtypes: integers;
    the result is int64, or the weights' dtype.
    Edges: no elements give ``minlength`` zeros.
    Raises: ArgumentError for a negative element or minlength; ShapeError; DTypeError.
    Accuracy: counts are exact; weights are added in the order of the elements.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.bincount(cp.asarray([0, 2, 2]))
    Tensor([1, 0, 2], shape=(3,), dtype=int64)
    """
    number = read_tensor("bincount", "x", x)
    if isinstance(x, (list, tuple)) and not x:
        number = corepy.astype(number, corepy.int64)
    if not is_integer(number):
        raise DTypeError(
            f"bincount: unsupported dtype of x (got {number.dtype.name}; expected integers)"
        )
    if number.ndim != 1:
        raise ShapeError(
            f"bincount: x must have one axis (got shape {number.shape}; expected (n,))"
        )
    minlength = read_int("bincount", "minlength", minlength)
    if minlength < 0:
        raise ArgumentError(f"bincount: minlength is negative (got {minlength}; expected >= 0)")
    line = _read_weights("bincount", weights, number)
    count = minlength
    if number.size:
        least = int(corepy.min(number))
        if least < 0:
            raise ArgumentError(
                f"bincount: x has a negative element (got {least}; expected elements from 0 on)"
            )
        count = max(count, int(corepy.max(number)) + 1)
    counts = corepy.zeros(count, dtype=corepy.int64 if line is None else line.dtype)
    for block in find_blocks(number.size, least=count):
        counts = counts.at(number[block]).add(1 if line is None else line[block])
    return counts


@composed
def digitize(x: ArrayLike, /, bins: ArrayLike, right: bool = False) -> Tensor:
    """The bin of each element: i where bins[i - 1] <= x < bins[i], or < and <= with ``right``.

    Shapes: that of x; bins has one axis.  Dtypes: integers and real floating; the result is int64.
    Edges: 0 before all bins and bins.size behind; bins that descend count the other way; NaN is
    above all; no bins give 0.
    Raises: ArgumentError for bins in no order; ShapeError; DTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.digitize(cp.asarray([0.2, 6.4, 3.0]), [0.0, 1.0, 3.0, 4.0])
    Tensor([1, 4, 3], shape=(3,), dtype=int64)
    """
    number, edges = read_real("digitize", "x", x), read_real("digitize", "bins", bins)
    side: Literal["left", "right"] = "left" if read_flag("digitize", "right", right) else "right"
    if edges.ndim == 1 and edges.size > 1 and bool(edges[0] > edges[-1]):
        ascending = corepy.flip(edges)
        _check_ascending("digitize", ascending)
        return edges.size - corepy.searchsorted(ascending, number, side=side)
    _check_ascending("digitize", edges, least=0)
    return corepy.searchsorted(edges, number, side=side)
