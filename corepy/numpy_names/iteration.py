# NumPy's iterators over positions. Whole tensors are what to compute with; these are for the places
# where Python has to see one element after the other.
"""``ndenumerate ndindex``: positions in C order, with and without their elements."""

from __future__ import annotations

from itertools import product

from corepy.errors import ShapeError
from corepy.ops.arguments import read_sizes, read_tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from corepy.ops.native import ArrayLike, Dims, Scalar
    from corepy.tensor import Tensor

__all__ = ["ndenumerate", "ndindex"]


class ndindex:
    """The positions of a shape in C order, as tuples of ints.

    >>> import corepy as cp
    >>> list(cp.ndindex(2, 2))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """

    def __init__(self, *shape: int | Dims) -> None:
        given: object = shape[0] if len(shape) == 1 else shape
        sizes = read_sizes("ndindex", given)
        if any(size < 0 for size in sizes):
            raise ShapeError(f"ndindex: an extent is negative (got {sizes}; expected 0 or more)")
        self._positions = product(*map(range, sizes))

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        return self

    def __next__(self) -> tuple[int, ...]:
        return next(self._positions)


class ndenumerate:
    """Pairs of position and element in C order; elements are Python's numbers.

    >>> import corepy as cp
    >>> list(cp.ndenumerate(cp.asarray([[1, 2], [3, 4]])))
    [((0, 0), 1), ((0, 1), 2), ((1, 0), 3), ((1, 1), 4)]
    """

    def __init__(self, x: ArrayLike, /) -> None:
        tensor = read_tensor("ndenumerate", "x", x)
        self._elements = _list_elements(tensor)
        self._positions = ndindex(tensor.shape)

    def __iter__(self) -> Iterator[tuple[tuple[int, ...], Scalar]]:
        return self

    def __next__(self) -> tuple[tuple[int, ...], Scalar]:
        return next(self._positions), next(self._elements)


def _list_elements(x: Tensor) -> Iterator[Scalar]:
    """Python's numbers in C order, made one row at a time."""
    for row in x.reshape(-1, x.shape[-1] if x.size and x.ndim else 1):
        yield from row.tolist()  # type: ignore[misc]  # a row has no lists in it
