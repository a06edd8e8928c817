# Draws that hold many intermediate results, block by block. What is drawn is the caller's.
"""``draw_in_blocks``: a program of draws, of which a block's intermediate results are held."""

from __future__ import annotations

from math import prod

import corepy
from corepy.ops.blocks import find_blocks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corepy.tensor import Tensor

    from .parameters import Sizes
    from .stream import Stream

__all__ = ["draw_in_blocks"]


def draw_in_blocks(
    draw: Callable[[Sequence[Stream], Sizes, Sequence[Tensor]], Tensor],
    sources: Sequence[Stream],
    sizes: Sizes,
    parameters: Sequence[Tensor],
) -> Tensor:
    """``draw(sources, sizes, parameters)``, of many elements a block at a time.

    ``draw`` takes every element's numbers from the draws of ``sources``, one after the other, at
    the element's own place, and parameters of the shape ``sizes``: then blocks have the bits of the
    whole.  Its result may have one axis more.  Blocks start at multiples of 32, as parts of draws
    must (csrc/corepy/dispatch/random.cpp).
    """
    count = prod(sizes)
    blocks = list(find_blocks(count))
    if len(blocks) == 1:
        return draw(sources, sizes, parameters)
    flat = [_flatten(one, count) for one in parameters]
    result: Tensor | None = None
    for block in blocks:
        length = min(block.stop, count) - block.start
        parts = [source._begin_at(block.start) for source in sources]
        drawn = draw(parts, (length,), [one[block] for one in flat])
        if result is None:
            result = corepy.empty((count, *drawn.shape[1:]), dtype=drawn.dtype)
        result[block] = drawn
        del drawn  # before the next block
    assert result is not None
    return corepy.reshape(result, (*sizes, *result.shape[1:]))


def _flatten(parameter: Tensor, count: int) -> Tensor:
    """One line; a number for all elements stays one."""
    if not any(parameter.strides):
        return corepy.broadcast_to(parameter[(0,) * parameter.ndim], (count,))
    return corepy.reshape(corepy.copy(parameter) if _is_spread(parameter) else parameter, (-1,))


def _is_spread(parameter: Tensor) -> bool:
    """Whether its elements do not lie one after the other."""
    step = parameter.itemsize
    for extent, stride in zip(reversed(parameter.shape), reversed(parameter.strides), strict=True):
        if extent != 1 and stride != step:
            return True
        step *= extent
    return False
