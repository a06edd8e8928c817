# What differs between two results: the first element, its bits in both. What was run to get them is
# the caller's.
"""Results as comparable values, and the words for their first difference."""

from __future__ import annotations

from struct import unpack
from typing import TYPE_CHECKING, NamedTuple

from corepy import _core

from .operands import COMPONENTS, ITEM_BYTES, Shape

if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["ElementDifference", "Result", "find_first_difference", "read_result", "unravel"]

_FLOAT_LETTERS = {"float16": "<e", "float32": "<f", "float64": "<d"}


class Result(NamedTuple):
    """What two results must have in common: dtype, shape, and bytes with one NaN."""

    dtype: str
    shape: Shape
    data: bytes
    """C order, little endian, every NaN the same: what ``corepy.digest`` hashes."""

    def format_element(self, position: int) -> str:
        """The bits of an element, by position in C order, and its value."""
        size = ITEM_BYTES[self.dtype]
        return format_bits(self.dtype, self.data[position * size : (position + 1) * size])


class ElementDifference(NamedTuple):
    """The first element that differs."""

    where: Shape
    computed: str
    expected: str
    elements: int
    """How many elements differ."""

    def __str__(self) -> str:
        return (
            f"element {self.where}: computed {self.computed}, expected {self.expected} "
            f"({self.elements} elements differ)"
        )


def read_result(x: Tensor) -> Result:
    """A tensor as a comparable value."""
    with _core.suspend_records():
        return Result(x.dtype.name, x.shape, _core.canonical_bytes(x))


def format_bits(dtype: str, data: bytes) -> str:
    """Little-endian bytes of one element as hexadecimal bits and as a value."""
    if dtype in COMPONENTS:
        half = len(data) // 2
        part = COMPONENTS[dtype]
        return f"{format_bits(part, data[:half])} + {format_bits(part, data[half:])} j"
    bits = f"0x{int.from_bytes(data, 'little'):0{2 * len(data)}x}"
    if dtype == "bfloat16":
        return f"{bits} ({unpack('<f', bytes(2) + data)[0]!r})"
    if dtype in _FLOAT_LETTERS:
        return f"{bits} ({unpack(_FLOAT_LETTERS[dtype], data)[0]!r})"
    return f"{bits} ({int.from_bytes(data, 'little', signed=dtype.startswith('int'))})"


def unravel(position: int, shape: Shape) -> Shape:
    """The indices of an element, by its position in C order."""
    index: list[int] = []
    for extent in reversed(shape):
        position, remainder = divmod(position, extent)
        index.append(remainder)
    return tuple(reversed(index))


def _find_first_byte(first: bytes, second: bytes) -> int:
    """The first position at which two different byte strings of one length differ."""
    low, high = 0, len(first)
    while high - low > 1:
        middle = (low + high) // 2
        if first[low:middle] == second[low:middle]:
            low = middle
        else:
            high = middle
    return low


def _count_different_elements(first: Result, second: Result) -> int:
    size = ITEM_BYTES[first.dtype]
    length = len(first.data)
    different = int.from_bytes(first.data, "little") ^ int.from_bytes(second.data, "little")
    columns = different.to_bytes(length, "little")
    any_byte = bytes(1 if value else 0 for value in range(256))
    flags = 0
    for byte in range(size):
        flags |= int.from_bytes(columns[byte::size].translate(any_byte), "little")
    return flags.to_bytes(length // size, "little").count(1)


def find_first_difference(computed: Result, expected: Result) -> ElementDifference | str | None:
    """The first element that differs, a sentence where dtypes or shapes do, None for equal ones."""
    if computed == expected:
        return None
    if computed.dtype != expected.dtype:
        return f"dtypes differ: computed {computed.dtype}, expected {expected.dtype}"
    if computed.shape != expected.shape:
        return f"shapes differ: computed {computed.shape}, expected {expected.shape}"
    position = _find_first_byte(computed.data, expected.data) // ITEM_BYTES[computed.dtype]
    return ElementDifference(
        unravel(position, computed.shape),
        computed.format_element(position),
        expected.format_element(position),
        _count_different_elements(computed, expected),
    )
