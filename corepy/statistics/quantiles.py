# Order statistics: median, quantile, percentile, and those that leave NaN out. The sort itself is
# corepy/ops/sorting.py.
"""Quantiles by sorting: every method of Hyndman and Fan, and NumPy's four others."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentError
from corepy.ops.arguments import (
    all_hold,
    is_floating,
    is_integer,
    move_last,
    normalize_axes,
    read_flag,
    read_floating,
    read_real,
    read_word,
)
from corepy.ops.composed import composed

from .weights import read_weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, Dims
    from corepy.tensor import Tensor

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

#: Plotting positions (alpha, beta): the position of q among n elements, counted from 0, is
#: n q + alpha + q (1 - alpha - beta) - 1 (Hyndman and Fan 1996, formula 2 and table 1).
_POSITIONS = {
    "interpolated_inverted_cdf": (0.0, 1.0),
    "hazen": (0.5, 0.5),
    "weibull": (0.0, 0.0),
    "median_unbiased": (1 / 3, 1 / 3),
    "normal_unbiased": (3 / 8, 3 / 8),
}
#: These give elements of x, so integers stay integers.
_SELECTING = ("inverted_cdf", "closest_observation", "lower", "higher", "nearest")
_METHODS = ("linear", *_SELECTING, "averaged_inverted_cdf", "midpoint", *_POSITIONS)


def _find_positions(count: Tensor, q: Tensor, method: str) -> tuple[Tensor, Tensor]:
    """Of each quantile: the position of the element below it, and its distance from there.

    float64; positions may lie outside 0 .. count - 1.
    """
    if method in _POSITIONS:
        alpha, beta = _POSITIONS[method]
        exact = count * q + (alpha + q * (1 - alpha - beta)) - 1
    elif method in ("inverted_cdf", "averaged_inverted_cdf"):
        exact = count * q - 1
    elif method == "closest_observation":
        exact = count * q - 1.5
    else:
        exact = (count - 1) * q
    below = corepy.floor(exact)
    distance = exact - below
    if method == "inverted_cdf" or method == "higher":
        return below, corepy.where(distance > 0, 1.0, 0.0)
    if method == "averaged_inverted_cdf":
        return below, corepy.where(distance > 0, 1.0, 0.5)
    if method == "closest_observation":  # halves go to the even of the positions counted from 1
        return below, corepy.where((distance == 0) & (corepy.remainder(below, 2) == 1), 0.0, 1.0)
    if method == "lower":
        return below, distance * 0
    if method == "nearest":
        return below, corepy.round(exact) - below
    if method == "midpoint":
        return below, corepy.where(distance > 0, 0.5, 0.0)
    return below, distance


def _interpolate(low: Tensor, high: Tensor, distance: Tensor) -> Tensor:
    """low + distance * (high - low), from the nearer end, and at the ends exact."""
    difference = high - low
    nearer = corepy.where(
        distance < 0.5, low + difference * distance, high - difference * (1 - distance)
    )
    # The difference overflows, or is infinite: then from both ends.
    guarded = corepy.where(
        corepy.isfinite(difference), nearer, low * (1 - distance) + high * distance
    )
    return corepy.where(distance == 0, low, corepy.where(distance == 1, high, guarded))


class _Lines:
    """The elements along the reduced axes, sorted, NaN last; and how many of each line count.

    With ``only_middle``, of a line in which all count, what is not in its middle may be any of its
    elements.
    """

    __slots__ = ("_axes", "_keepdims", "_shape", "count", "skips_nan", "sorted", "weight")

    def __init__(
        self,
        function: str,
        x: Tensor,
        axis: Dims | None,
        keepdims: bool,
        skips_nan: bool = False,
        weight: Tensor | None = None,
        only_middle: bool = False,
    ) -> None:
        self._keepdims = read_flag(function, "keepdims", keepdims)
        self._axes, self._shape = normalize_axes(function, axis, x.ndim), x.shape
        line = move_last(x, self._axes)
        extent = line.shape[-1]
        if only_middle and not (skips_nan and is_floating(x)):
            self.sorted = _core.sort_for_places(line, (extent - 1) // 2, extent // 2 + 1)
        elif weight is None:
            self.sorted = corepy.sort(line, axis=-1)
        else:
            order = corepy.argsort(line, axis=-1)
            self.sorted = corepy.take_along_axis(line, order, axis=-1)
            #: In the order of the elements.
            self.weight = corepy.take_along_axis(move_last(weight, self._axes), order, axis=-1)
        self.skips_nan = skips_nan
        if extent == 0:
            raise ArgumentError(
                f"{function}: no elements to choose from (got shape {x.shape}, axis {axis}; "
                "expected at least one)"
            )
        #: float64, and broadcasts to the lines.
        self.count = corepy.asarray(float(extent))
        if skips_nan and is_floating(x):
            numbers = corepy.count_nonzero(~corepy.isnan(self.sorted), axis=-1, keepdims=True)
            self.count = corepy.astype(numbers, corepy.float64)

    def select_pair(self, below: Tensor) -> tuple[Tensor, Tensor]:
        """The elements at float64 places and behind these; places outside count as the ends."""
        line = self.sorted
        below = corepy.reshape(below, (1,) * (line.ndim - below.ndim) + below.shape)
        top = corepy.maximum(self.count - 1, 0.0)
        low = corepy.clip(corepy.minimum(below, top), min=0.0)
        high = corepy.clip(corepy.minimum(below + 1, top), min=0.0)
        places = (corepy.astype(place, corepy.int64) for place in (low, high))
        first, second = (corepy.take_along_axis(line, place, axis=-1) for place in places)
        return first, second

    def select_middle(self) -> tuple[Tensor, Tensor]:
        """The two elements in the middle of what counts, or twice the one."""
        if self.count.ndim == 0:  # the same of every line
            extent = self.sorted.shape[-1]
            low = self.sorted[..., (extent - 1) // 2 : (extent + 1) // 2]
            return low, low if extent % 2 == 1 else self.sorted[..., extent // 2 : extent // 2 + 1]
        place = (self.count - 1) * 0.5
        below = corepy.floor(place)
        low, high = self.select_pair(below)
        return low, corepy.where(place == below, low, high)

    def finish(self, found: Tensor) -> Tensor:
        """The results of all lines, NaN where it counts, in x's shape without the axes: their own
        axis first."""
        if is_floating(self.sorted) and not self.skips_nan:
            greatest = self.sorted[..., -1:]  # NaN, where there is one
            found = corepy.where(corepy.isnan(greatest), greatest, found)
        found = corepy.moveaxis(found, -1, 0)
        if not self._keepdims:
            return found
        sizes = [1 if one in self._axes else size for one, size in enumerate(self._shape)]
        return corepy.reshape(found, (found.shape[0], *sizes))


def _read_fractions(function: str, q: ArrayLike, scale: float) -> Tensor:
    fractions = corepy.astype(read_real(function, "q", q), corepy.float64) / scale
    if not all_hold((fractions >= 0) & (fractions <= 1)):
        raise ArgumentError(
            f"{function}: q is out of range (got {q}; expected numbers from 0 to {scale:g})"
        )
    return fractions


def _run(
    function: str,
    x: ArrayLike,
    q: ArrayLike,
    scale: float,
    axis: Dims | None,
    method: str,
    keepdims: bool,
    skips_nan: bool,
) -> Tensor:
    method = read_word(function, "method", method, tuple(_METHODS))
    fractions = _read_fractions(function, q, scale)
    read = read_real if method in _SELECTING else read_floating
    lines = _Lines(function, read(function, "x", x), axis, keepdims, skips_nan)
    below, distance = _find_positions(lines.count, corepy.reshape(fractions, (-1,)), method)
    low, high = lines.select_pair(below)
    if method in _SELECTING:
        found = corepy.where(distance == 0, low, high)
    else:
        found = _interpolate(low, high, corepy.astype(distance, low.dtype))
    found = lines.finish(found)
    return corepy.reshape(found, fractions.shape + found.shape[1:])


def _run_weighted(
    function: str,
    x: ArrayLike,
    q: ArrayLike,
    scale: float,
    axis: Dims | None,
    weights: ArrayLike,
    method: str,
    keepdims: bool,
    skips_nan: bool,
) -> Tensor:
    """The first elements at which the sum of weights, of all being 1, is not below q."""
    if method != "inverted_cdf":
        raise ArgumentError(
            f"{function}: this method has no weights (got {method!r}; expected 'inverted_cdf')"
        )
    fractions = _read_fractions(function, q, scale)
    number = read_real(function, "x", x)
    given = weight = read_weights(function, number, axis, weights, corepy.float64)
    if skips_nan and is_floating(number):
        weight = corepy.where(corepy.isnan(number), 0.0, weight)
    lines = _Lines(function, number, axis, keepdims, skips_nan, weight)
    part = corepy.cumulative_sum(lines.weight, axis=-1)
    total = part[..., -1:]
    is_usable = (total > 0) & (total < corepy.inf)
    if skips_nan:
        is_usable = is_usable | (lines.count == 0)  # nothing but NaN, which is the result
    if not all_hold(given >= 0) or not all_hold(is_usable):
        raise ArgumentError(
            f"{function}: weights are out of range (expected none below 0, no NaN, and a sum above "
            "0 and below infinity)"
        )
    part = part / total
    part = corepy.where(part == 0, -1.0, part)  # no weight at all: not even the quantile of 0
    places = corepy.count_nonzero(part[..., None, :] < corepy.reshape(fractions, (-1, 1)), axis=-1)
    places = corepy.clip(places, max=lines.sorted.shape[-1] - 1)
    found = lines.finish(corepy.take_along_axis(lines.sorted, places, axis=-1))
    return corepy.reshape(found, fractions.shape + found.shape[1:])


@composed
def quantile(
    x: ArrayLike,
    /,
    q: ArrayLike,
    axis: Dims | None = None,
    *,
    method: str = "linear",
    keepdims: bool = False,
    weights: ArrayLike | None = None,
) -> Tensor:
    """The numbers below which the fractions q of the elements lie.

    Shapes: the shape of q, followed by x's without the axes (with extent 1 there under keepdims);
    axis=None means all axes.  Dtypes: real floating; integers become float64, unless the method
    only selects elements.
    Edges: NaN where there is a NaN.  Methods: ``linear`` and the eight others of Hyndman and Fan
    (``inverted_cdf averaged_inverted_cdf closest_observation interpolated_inverted_cdf hazen
    weibull median_unbiased normal_unbiased``), and ``lower higher midpoint nearest``, which round
    the position of ``linear``.  Between an element and an infinity lies the infinity.  ``weights``,
    for ``inverted_cdf`` alone, have x's shape, or one axis for a single ``axis``: the result is the
    first element at which their sum reaches the fraction q of that of all.
    Raises: ArgumentError for q outside 0..1, an unknown method, no elements, negative weights or
    those that sum to 0; ShapeError for weights; DTypeError for bool and complex; AxisError.
    Accuracy: elements are exact; between two of them 3u max(|a|, |b|), their positions, and
    sums of weights, in float64.
    Source: R. J. Hyndman, Y. Fan, The American Statistician 50 (1996); NumPy.

    >>> import corepy as cp
    >>> cp.quantile(cp.asarray([3.0, 1.0, 2.0, 4.0]), [0.25, 0.5])
    Tensor([1.75, 2.5 ], shape=(2,), dtype=float64)
    >>> cp.quantile(cp.asarray([3, 1, 2]), 0.5, method="inverted_cdf", weights=[5, 1, 1])
    Tensor(3, shape=(), dtype=int64)
    """
    if weights is not None:
        return _run_weighted("quantile", x, q, 1.0, axis, weights, method, keepdims, False)
    return _run("quantile", x, q, 1.0, axis, method, keepdims, False)


@composed
def percentile(
    x: ArrayLike,
    /,
    q: ArrayLike,
    axis: Dims | None = None,
    *,
    method: str = "linear",
    keepdims: bool = False,
    weights: ArrayLike | None = None,
) -> Tensor:
    """``quantile(x, q / 100)``.

    Shapes: as quantile.  Dtypes: as quantile.
    Edges: as quantile; q / 100 is rounded to float64.
    Raises: as quantile; ArgumentError for q outside 0..100.
    Accuracy: as quantile.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.percentile(cp.arange(11), 90)
    Tensor(9., shape=(), dtype=float64)
    """
    if weights is not None:
        return _run_weighted("percentile", x, q, 100.0, axis, weights, method, keepdims, False)
    return _run("percentile", x, q, 100.0, axis, method, keepdims, False)


@composed
def nanquantile(
    x: ArrayLike,
    /,
    q: ArrayLike,
    axis: Dims | None = None,
    *,
    method: str = "linear",
    keepdims: bool = False,
    weights: ArrayLike | None = None,
) -> Tensor:
    """``quantile`` of the elements that are not NaN.

    Shapes: as quantile.  Dtypes: as quantile.
    Edges: NaN where all elements are NaN; the weights of NaNs count nothing.
    Raises: as quantile.
    Accuracy: as quantile.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanquantile(cp.asarray([3.0, cp.nan, 1.0]), 0.25)
    Tensor(1.5, shape=(), dtype=float64)
    """
    if weights is not None:
        return _run_weighted("nanquantile", x, q, 1.0, axis, weights, method, keepdims, True)
    return _run("nanquantile", x, q, 1.0, axis, method, keepdims, True)


@composed
def nanpercentile(
    x: ArrayLike,
    /,
    q: ArrayLike,
    axis: Dims | None = None,
    *,
    method: str = "linear",
    keepdims: bool = False,
    weights: ArrayLike | None = None,
) -> Tensor:
    """``percentile`` of the elements that are not NaN.

    Shapes: as quantile.  Dtypes: as quantile.
    Edges: as nanquantile.
    Raises: as percentile.
    Accuracy: as quantile.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanpercentile(cp.asarray([3.0, cp.nan, 1.0]), 25)
    Tensor(1.5, shape=(), dtype=float64)
    """
    if weights is not None:
        return _run_weighted("nanpercentile", x, q, 100.0, axis, weights, method, keepdims, True)
    return _run("nanpercentile", x, q, 100.0, axis, method, keepdims, True)


def _find_median(
    function: str, x: ArrayLike, axis: Dims | None, keepdims: bool, skips_nan: bool
) -> Tensor:
    number = read_real(function, "x", x)
    lines = _Lines(function, number, axis, keepdims, skips_nan, only_middle=True)
    low, high = lines.select_middle()
    if low is high:  # an odd number has one middle
        return lines.finish(corepy.divide(low, 1) if is_integer(low) else low)[0]
    if is_integer(low):
        low, high = corepy.divide(low, 1), corepy.divide(high, 1)
    middle = (low + high) * 0.5
    # The sum overflows where its half does not.
    found = corepy.where(corepy.isfinite(middle), middle, low * 0.5 + high * 0.5)
    return lines.finish(found)[0]


@composed
def median(x: ArrayLike, /, axis: Dims | None = None, *, keepdims: bool = False) -> Tensor:
    """The middle element, or half the sum of the two in the middle.

    Shapes: x's without the axes, or with extent 1 there under keepdims; axis=None means all axes.
    Dtypes: real floating; integers give float64.
    Edges: NaN where there is a NaN.
    Raises: ArgumentError for no elements; DTypeError for bool and complex; AxisError.
    Accuracy: exact for an odd number of elements, else rounded once (twice where the sum overflows,
    and for integers beyond 2**53).
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.median(cp.asarray([[3, 1, 2], [9, 7, 8]]), axis=1)
    Tensor([2., 8.], shape=(2,), dtype=float64)
    """
    return _find_median("median", x, axis, keepdims, False)


@composed
def nanmedian(x: ArrayLike, /, axis: Dims | None = None, *, keepdims: bool = False) -> Tensor:
    """``median`` of the elements that are not NaN.

    Shapes: as median.  Dtypes: as median.
    Edges: NaN where all elements are NaN.
    Raises: as median.
    Accuracy: as median.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.nanmedian(cp.asarray([3.0, cp.nan, 1.0]))
    Tensor(2., shape=(), dtype=float64)
    """
    return _find_median("nanmedian", x, axis, keepdims, True)
