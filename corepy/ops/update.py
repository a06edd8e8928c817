# Updates of elements by key, as values: what x.at(key) gives. Writing in place is the Tensor's
# x[key] = value.
"""``x.at(key)``: new tensors with some elements changed."""

from __future__ import annotations

from corepy import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import Index
    from corepy.tensor import Tensor

__all__ = ["IndexedElements", "IndexedUpdate"]


class IndexedUpdate:
    """``x.at``, before it is told where: ``x.at(key)``, or ``x.at[key]`` to write slices.

    >>> import corepy as cp
    >>> cp.zeros(3).at[1:].set(5)
    Tensor([0., 5., 5.], shape=(3,), dtype=float64)
    """

    __slots__ = ("_x",)

    def __init__(self, x: Tensor) -> None:
        self._x = x

    def __call__(self, *key: Index) -> IndexedElements:
        """The elements that ``x[key]`` names; several arguments are the entries of a tuple."""
        return IndexedElements(self._x, key[0] if len(key) == 1 else key)

    def __getitem__(self, key: Index) -> IndexedElements:
        """The elements that ``x[key]`` names."""
        return IndexedElements(self._x, key)


class IndexedElements:
    """Elements of a tensor, to be changed in a copy of it; the tensor stays as it is.

    ``add``, ``subtract``, ``multiply``, ``minimum`` and ``maximum`` take one step for each element
    of the value, in C order: a position that the key names several times takes all of its steps,
    one after another, and each is rounded once.  The result depends on that order alone, not on
    threads or instruction sets.  ``x[key] += value`` instead reads once and keeps the last.

    The key is anything that ``x[key]`` takes; the value broadcasts to the shape of ``x[key]`` and
    converts to x's dtype within its kind.

    >>> import corepy as cp
    >>> counts = cp.zeros(3, dtype=cp.int64)
    >>> counts.at(cp.asarray([0, 2, 2, 2])).add(1)
    Tensor([1, 0, 3], shape=(3,), dtype=int64)
    """

    __slots__ = ("_key", "_x")

    def __init__(self, x: Tensor, key: Index) -> None:
        self._x = x
        self._key = key

    def get(self) -> Tensor:
        """``x[key]``."""
        return self._x[self._key]

    def set(self, value: object) -> Tensor:
        """With the value in these elements; of several for one element the last stays."""
        with _core.suspend_records():
            result = self._x[...]
        result[self._key] = value
        return result

    def add(self, value: object) -> Tensor:
        """With the value added; bool is not added."""
        return _core.accumulate_at("at_add", self._x, self._key, value)

    def subtract(self, value: object) -> Tensor:
        """With the value subtracted."""
        return _core.accumulate_at("at_subtract", self._x, self._key, value)

    def multiply(self, value: object) -> Tensor:
        """Multiplied by the value."""
        return _core.accumulate_at("at_multiply", self._x, self._key, value)

    def minimum(self, value: object) -> Tensor:
        """With the smaller of each element and the value; NaN propagates, -0.0 is below 0.0."""
        return _core.accumulate_at("at_minimum", self._x, self._key, value)

    def maximum(self, value: object) -> Tensor:
        """With the larger of each element and the value; NaN propagates, -0.0 is below 0.0."""
        return _core.accumulate_at("at_maximum", self._x, self._key, value)
