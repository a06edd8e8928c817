# How the elements of a tensor lie in memory: tensors of the same values in every layout and
# alignment. Which values is operands.py's and the caller's.
"""The same elements, laid out in memory in different ways.

Bytes are moved here, not in corepy: a tensor gets its memory through ``__array_interface__``, so
no kernel that is to be checked prepares its own operands.  What lies between the elements of a view
is 0xFF everywhere (NaN, -1): a kernel that reads there shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from corepy import _core
from corepy.ops.creation import asarray
from corepy.ops.manipulation import broadcast_to, copy

from .operands import ITEM_BYTES, count_elements

if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .operands import Shape

__all__ = ["LAYOUTS", "Elements", "applies", "lay_out", "lay_out_repeated", "read_elements"]

#: ``contiguous``: C order in corepy's own aligned memory. ``offset``: C order, from the second
#: element of a block on. ``misaligned``: one byte off. ``strided``: every third element.
#: ``negative``: backwards along every axis. ``transposed``: the first axis is the fastest.
#: ``broadcast``: equal rows or columns exist once. ``mixed``: each operand in another layout.
LAYOUTS = (
    "contiguous",
    "offset",
    "misaligned",
    "strided",
    "negative",
    "transposed",
    "broadcast",
    "mixed",
)

_TYPE_STRINGS = {
    name: {"b": "|b", "u": "u", "i": "i", "f": "f", "c": "c"}[name[0]] + str(size)
    for name, size in ITEM_BYTES.items()
    if name != "bfloat16"
}
_TYPE_STRINGS["bfloat16"] = "V2"  # as ml_dtypes' arrays say it, the name being in their dtype
_STEP = 3
#: Formats of ``memoryview.cast`` by bytes of an element; complex128 has two words.
_WORDS: Final[dict[int, Literal["B", "H", "I", "Q"]]] = {1: "B", 2: "H", 4: "I", 8: "Q", 16: "Q"}


class Elements(NamedTuple):
    """The elements of a tensor, in C order and the machine's byte order."""

    data: bytes
    dtype: str
    shape: Shape


class _Memory:
    """Memory with a shape and byte strides, for ``asarray`` to read."""

    __slots__ = ("__array_interface__", "dtype")

    def __init__(
        self, data: bytes, dtype: str, shape: Shape, strides: Shape | None, offset: int
    ) -> None:
        typestr = _TYPE_STRINGS[dtype]
        self.dtype = _core.dtypes()[dtype]
        self.__array_interface__: dict[str, object] = {
            "version": 3,
            "shape": shape,
            "typestr": typestr if typestr[0] == "|" else f"={typestr}",
            "data": data,
            "strides": strides,
            "offset": offset,
        }


def _view(elements: Elements, data: bytes, strides: Shape | None, offset: int) -> Tensor:
    memory = _Memory(data, elements.dtype, elements.shape, strides, offset)
    return asarray(memory, copy=False)


def _c_strides(shape: Shape, item_bytes: int) -> Shape:
    strides: list[int] = []
    for extent in reversed(shape):
        strides.append(item_bytes)
        item_bytes *= max(extent, 1)
    return tuple(reversed(strides))


def _as_words(data: bytes | bytearray, item_bytes: int) -> tuple[memoryview, int]:
    """Memory as words, and how many of them make an element: whole words are moved at once."""
    return memoryview(data).cast(_WORDS[item_bytes]), 2 if item_bytes == 16 else 1


def _spread(data: bytes, item_bytes: int, step: int) -> bytes:
    """The elements ``step`` places apart, 0xFF between them."""
    spread = bytearray(b"\xff") * (len(data) * step)
    source, count = _as_words(data, item_bytes)
    target, _ = _as_words(spread, item_bytes)
    for word in range(count):
        target[word :: count * step] = source[word::count]
    return bytes(spread)


def _reverse(data: bytes, item_bytes: int) -> bytes:
    reversed_ = bytearray(len(data))
    source, count = _as_words(data, item_bytes)
    target, _ = _as_words(reversed_, item_bytes)
    for word in range(count):
        target[word::count] = source[word::count][::-1]
    return bytes(reversed_)


def _transpose(data: bytes, rows: int, columns: int, item_bytes: int) -> bytes:
    """The columns of a matrix of ``rows`` by ``columns``, one after the other."""
    moved = bytearray(len(data))
    source, count = _as_words(data, item_bytes)
    target, _ = _as_words(moved, item_bytes)
    row_words, column_words = columns * count, rows * count
    for word in range(count):
        if rows <= columns:
            for row in range(rows):
                line = source[row * row_words + word : (row + 1) * row_words : count]
                target[row * count + word :: column_words] = line
        else:
            for column in range(columns):
                line = source[column * count + word :: row_words]
                target[column * column_words + word : (column + 1) * column_words : count] = line
    return bytes(moved)


def applies(layout: str, shape: Shape) -> bool:
    """Whether a tensor of this shape can have the layout, other than as ``contiguous``."""
    if layout == "transposed":
        return len(shape) > 1
    return layout in LAYOUTS and layout != "broadcast"


def lay_out(elements: Elements, layout: str) -> Tensor:
    """A tensor of these elements in a layout; contiguous where the layout does not apply.

    ``mixed`` and ``broadcast`` are about several operands and equal elements: here contiguous.
    """
    data, dtype, shape = elements
    size = ITEM_BYTES[dtype]
    strides = _c_strides(shape, size)
    if layout == "offset":
        return _view(elements, b"\xff" * size + data, None, size)
    if layout == "misaligned":
        return _view(elements, b"\xff" + data, None, 1)
    if layout == "strided" and shape:
        spread = tuple(stride * _STEP for stride in strides)
        return _view(elements, _spread(data, size, _STEP), spread, 0)
    if layout == "negative" and shape and data:
        backwards = tuple(-stride for stride in strides)
        return _view(elements, _reverse(data, size), backwards, len(data) - size)
    if layout == "transposed" and len(shape) > 1:
        others = count_elements(shape[1:])
        moved = _transpose(data, shape[0], others, size)
        rest = tuple(stride * max(shape[0], 1) for stride in strides[1:])
        return _view(elements, moved, (size, *rest), 0)
    memory = _Memory(data, dtype, shape, None, 0)
    return asarray(memory, copy=True)


def lay_out_repeated(row: Elements, shape: Shape, repeated: str, is_view: bool) -> Tensor:
    """A matrix of equal rows or columns: a view of the one, or all of them in memory."""
    if is_view:
        one = row.shape if repeated == "rows" else (*row.shape, 1)
        memory = _Memory(row.data, row.dtype, one, None, 0)
        return broadcast_to(asarray(memory, copy=True), shape)
    return lay_out(Elements(repeat(row, shape, repeated), row.dtype, shape), "contiguous")


def repeat(row: Elements, shape: Shape, repeated: str) -> bytes:
    """The elements of a matrix of equal rows or columns."""
    if repeated == "rows":
        return row.data * shape[0]
    size = ITEM_BYTES[row.dtype]
    return _transpose(row.data * shape[1], shape[1], shape[0], size)


def read_elements(x: Tensor) -> Elements:
    """The elements of a tensor, its own bits, NaN payloads included."""
    return Elements(memoryview(_core.view_words(copy(x))).tobytes(), x.dtype.name, x.shape)
