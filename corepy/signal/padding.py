# pad: values around a tensor.
"""``pad`` by a number or by the tensor's own elements."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, ShapeError
from corepy.ops.arguments import read_int, read_tensor, read_word
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from corepy.ops.native import ArrayLike, Scalar
    from corepy.tensor import Tensor

    Pair: TypeAlias = tuple[int, int] | list[int]
    #: A number for all sides, one or two for each axis, or one pair for every axis.
    PadWidth: TypeAlias = int | Pair | tuple[Pair, ...] | list[Pair] | tuple[tuple[int], ...]

__all__ = ["pad"]

_MODES = ("constant", "edge", "reflect", "symmetric", "wrap")


def _read_pairs(name: str, given: object, ndim: int) -> list[tuple[object, object]]:
    """(before, after) of each axis: NumPy's ways to write them."""
    if isinstance(given, corepy.Tensor):
        given = given.tolist()
    if not isinstance(given, (tuple, list)):
        return [(given, given)] * ndim
    if all(isinstance(one, (tuple, list)) for one in given):
        entries = [tuple(one) for one in given]
    else:
        entries = [tuple(given)]
    if len(entries) == 1:
        entries = entries * ndim
    if len(entries) != ndim or not all(len(one) in (1, 2) for one in entries):
        raise ShapeError(
            f"pad: {name} does not fit the axes (got {given}; expected one number, one pair, or a "
            f"pair for each of {ndim} axes)"
        )
    return [(one[0], one[-1]) for one in entries]


def _read_widths(given: PadWidth, ndim: int) -> list[tuple[int, int]]:
    widths = []
    for pair in _read_pairs("pad_width", given, ndim):
        before, after = (read_int("pad", "pad_width", one) for one in pair)
        if min(before, after) < 0:
            raise ArgumentError(
                f"pad: pad_width is negative (got {min(before, after)}; expected >= 0)"
            )
        widths.append((before, after))
    return widths


def _pad_constant(x: Tensor, widths: list[tuple[int, int]], values: object) -> Tensor:
    """Axis by axis, so that a later axis' value has the corners."""
    pairs = _read_pairs("constant_values", values, x.ndim)
    for axis, ((before, after), fill) in enumerate(zip(widths, pairs, strict=True)):
        if not before and not after:
            continue
        sides = []
        for width, value in ((before, fill[0]), (after, fill[1])):
            element = corepy.full((), value, dtype=x.dtype)  # type: ignore[arg-type]
            shape = (*x.shape[:axis], width, *x.shape[axis + 1 :])
            sides.append(corepy.broadcast_to(element, shape))
        x = corepy.concat([sides[0], x, sides[1]], axis=axis)
    return x


def _find_sources(mode: str, extent: int, before: int, after: int) -> Tensor:
    """The position in x that each position of the padded axis takes its element from."""
    place = corepy.arange(-before, extent + after)
    if mode == "edge" or extent == 1:
        return corepy.clip(place, 0, extent - 1)
    if mode == "wrap":
        return corepy.remainder(place, extent)
    if mode == "symmetric":
        period = 2 * extent
        folded = corepy.remainder(place, period)
        return corepy.minimum(folded, period - 1 - folded)
    period = 2 * (extent - 1)
    folded = corepy.remainder(place, period)
    return corepy.minimum(folded, period - folded)


@composed
def pad(
    x: ArrayLike,
    /,
    pad_width: PadWidth,
    mode: str = "constant",
    *,
    constant_values: Scalar | tuple[Scalar, ...] | tuple[tuple[Scalar, ...], ...] = 0,
) -> Tensor:
    """x with elements before and behind it along each axis.

    mode="constant" puts ``constant_values`` there; "edge" the outermost element; "wrap" what is at
    the other end; "reflect" x mirrored about its outermost element, "symmetric" about its edge.

    Shapes: each axis grows by before + after; ``pad_width`` is one number, a pair (before, after)
    for every axis, or a pair for each.  Dtypes: all.
    Edges: widths beyond x's extent go on mirroring or wrapping.
    Raises: ArgumentError for a negative width, an unknown mode, or an axis without elements to take
    from; ShapeError for widths that do not fit the axes; ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.pad(cp.asarray([1, 2, 3]), (2, 1), "reflect")
    Tensor([3, 2, 1, 2, 3, 2], shape=(6,), dtype=int64)
    >>> cp.pad(cp.ones((1, 2)), 1).shape
    (3, 4)
    """
    mode = read_word("pad", "mode", mode, _MODES)
    result = read_tensor("pad", "x", x)
    widths = _read_widths(pad_width, result.ndim)
    if mode == "constant":
        padded = _pad_constant(result, widths, constant_values)
        return corepy.copy(padded) if padded is x else padded
    for axis, (before, after) in enumerate(widths):
        if not before and not after:
            continue
        if result.shape[axis] == 0:
            raise ArgumentError(
                f"pad: axis {axis} has no elements to take from (got mode {mode!r}; expected "
                "'constant')"
            )
        sources = _find_sources(mode, result.shape[axis], before, after)
        result = corepy.take(result, sources, axis=axis)
    return corepy.copy(result) if result is x else result
