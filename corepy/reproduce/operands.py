# The bytes of the golden operands, from a hash alone. How they lie in memory is layouts.py's; which
# call takes which operand is in cases.py.
"""Operands that are the same on every machine.

Numbers are cut from the output of SHAKE-128 (FIPS 202) and put together bit by bit: no arithmetic,
no random numbers, no text conversion, and no function of corepy has a part in them. Whole byte
columns are handled at once, so tens of millions of elements take a second.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from hashlib import shake_128
from struct import pack, unpack
from typing import Literal, NamedTuple, TypeAlias

__all__ = ["COMPONENTS", "ITEM_BYTES", "Kind", "Operand", "Shape", "count_elements", "make_bytes"]

Shape: TypeAlias = "tuple[int, ...]"

#: ``any``: every size of number, with zeros, infinities, NaN and extremes among them. ``ordinary``:
#: finite numbers of like size, so that sums and products stay finite. ``near_one``: floating
#: numbers near 1 and odd integers, whose products neither overflow nor vanish. ``count``: integers
#: >= 0. ``index``: integers from 0 to 255.
Kind: TypeAlias = Literal["any", "ordinary", "near_one", "count", "index"]

ITEM_BYTES = {
    "bool": 1,
    **{f"{sign}int{bits}": bits // 8 for sign in ("", "u") for bits in (8, 16, 32, 64)},
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}
#: The parts of a complex number.
COMPONENTS = {"complex64": "float32", "complex128": "float64"}

#: Lengths of the cycles of special values: not below the number of these, and coprime, so that two
#: operands pair all of them.
_CYCLES = (61, 59, 67, 71)


class Operand(NamedTuple):
    """An operand by what makes it: equal descriptions give equal bytes."""

    dtype: str
    shape: Shape
    seed: int = 0
    kind: Kind = "any"
    repeated: Literal["no", "rows", "columns"] = "no"
    """``rows``: every row of the matrix is the same; ``columns``: every column is."""


class _Format(NamedTuple):
    """Where the bits of a binary floating-point format are."""

    item_bytes: int
    exponent_bits: int
    fraction_bits: int
    above_one: int
    """How many of 256 numbers near 1 lie above it."""

    @property
    def bias(self) -> int:
        return (1 << (self.exponent_bits - 1)) - 1


_FORMATS = {
    "float16": _Format(2, 5, 10, 86),
    "bfloat16": _Format(2, 8, 7, 86),
    "float32": _Format(4, 8, 23, 86),
    "float64": _Format(8, 11, 52, 87),
}


def count_elements(shape: Shape) -> int:
    """The product of the extents."""
    count = 1
    for extent in shape:
        count *= extent
    return count


def _draw(label: str, count: int) -> bytes:
    return shake_128(f"corepy golden operand: {label}".encode("ascii")).digest(count)


def _combine(first: bytes, second: bytes) -> bytes:
    """Bitwise or of two byte strings of one length."""
    joined = int.from_bytes(first, "little") | int.from_bytes(second, "little")
    return joined.to_bytes(len(first), "little")


def _map(function: dict[int, int] | list[int]) -> bytes:
    return bytes(function[index] for index in range(256))


# ---- floating numbers: exponents from tables, fractions and signs from the hash ----


def _exponent_table(format_: _Format, kind: Kind) -> list[int]:
    """The biased exponent for each value of a random byte."""
    bias = format_.bias
    ordinary = [bias - 4 + byte % 8 for byte in range(256)]
    if kind != "any":
        return ordinary
    highest = 2 * bias  # infinities and NaNs stand among the special values
    return [highest * (byte >> 2) // 63 if byte & 3 == 0 else ordinary[byte] for byte in range(256)]


def _make_float_bytes(dtype: str, count: int, label: str, kind: Kind) -> bytearray:
    format_ = _FORMATS[dtype]
    size = format_.item_bytes
    spare = 15 - format_.exponent_bits  # bits of the fraction in the two highest bytes
    choice = _draw(f"{label} exponent", count)
    data = bytearray(_draw(f"{label} bits", count * size))
    # The sign, and float16's fraction bits of the highest byte.
    random_bits = 0x80 | (0 if kind == "near_one" else (1 << max(spare - 8, 0)) - 1)
    sign = _map([byte & random_bits for byte in range(256)])
    if kind == "near_one" and size == 2:
        # 1, and its neighbours at equal distance on both sides: there are no bits to spare.
        one = format_.bias << spare
        pairs = [
            one + (byte >> 1 & 1) if byte & 1 else one - 2 * (byte >> 1 & 1) for byte in range(256)
        ]
        fraction = bytes(count)
    elif kind == "near_one":
        # Just below 1, or half as often, up to twice as far above it: the logarithms add up to 0.
        ones = (1 << spare) - 1
        above, below = format_.bias << spare, (format_.bias - 1) << spare | ones
        pairs = [above if byte < format_.above_one else below for byte in range(256)]
        fraction = bytes(count)
    else:
        pairs = [exponent << spare for exponent in _exponent_table(format_, kind)]
        kept = _map([byte & ((1 << spare) - 1) for byte in range(256)])
        fraction = bytes(data[size - 2 :: size]).translate(kept)
    high = choice.translate(_map([pair >> 8 for pair in pairs]))
    low = choice.translate(_map([pair & 0xFF for pair in pairs]))
    data[size - 1 :: size] = _combine(bytes(data[size - 1 :: size]).translate(sign), high)
    data[size - 2 :: size] = _combine(fraction, low)
    return data


def _bits_of(dtype: str, value: float) -> int:
    """The bits of a number that the format holds; of bfloat16, the upper half of float32's."""
    if dtype == "bfloat16":
        return _bits_of("float32", value) >> 16
    letter, integer = {2: ("e", "H"), 4: ("f", "I"), 8: ("d", "Q")}[ITEM_BYTES[dtype]]
    return int(unpack(f"<{integer}", pack(f"<{letter}", value))[0])


@lru_cache(maxsize=4)
def _special_floats(dtype: str) -> tuple[int, ...]:
    """Bits of the values at which formulas go wrong."""
    format_ = _FORMATS[dtype]
    size, fraction = format_.item_bytes, format_.fraction_bits
    infinity = ((1 << format_.exponent_bits) - 1) << fraction
    one = format_.bias << fraction
    positive = [0, 1, 2, (1 << fraction) - 1, 1 << fraction, (1 << fraction) + 1, infinity]
    positive += [infinity - 1, infinity - 2, infinity - (1 << fraction), one - 1, one, one + 1]
    # Half-way between whole numbers, and where whole numbers become sparse.
    positive += [
        one + ((fraction + step) << fraction) + part for step in (-1, 0) for part in (0, 1)
    ]
    exact = (0.5, 1.5, 2.0, 2.5, 3.0, 5.0, 7.0, 10.0, 20.0, 64.0, 100.0, 709.0)
    positive += [_bits_of(dtype, value) for value in exact]
    quiet_nan = infinity | 1 << (fraction - 1)
    sign = 1 << (8 * size - 1)
    return (quiet_nan, *positive, *(bits | sign for bits in positive))


# ---- integers ----


def _special_integers(bits: int, is_signed: bool) -> tuple[int, ...]:
    """Small numbers and the ends of the range, as bits."""
    mask = (1 << bits) - 1
    small = list(range(20)) + ([-number & mask for number in range(1, 20)] if is_signed else [])
    top = 1 << (bits - 1)
    return (*small, mask, mask - 1, top - 1, top, top + 1)


def _make_integer_bytes(dtype: str, count: int, label: str, kind: Kind) -> bytearray:
    size = ITEM_BYTES[dtype]
    data = bytearray(_draw(f"{label} bits", count * size))
    if kind == "count":
        positive = _map([byte & 0x7F for byte in range(256)])
        data[size - 1 :: size] = data[size - 1 :: size].translate(positive)
    if kind == "index":
        for byte in range(1, size):
            data[byte::size] = bytes(count)
    if kind == "near_one":  # odd: the product of even numbers soon is 0
        odd = _map([byte | 1 for byte in range(256)])
        data[::size] = data[::size].translate(odd)
    return data


# ---- special values among the others ----


def _scatter(data: bytearray, size: int, specials: tuple[int, ...], seed: int) -> bytearray:
    """Puts special values at every third to seventh element, in a cycle of the seed's."""
    cycle = _CYCLES[seed % len(_CYCLES)]
    step = (3, 5, 4, 7)[seed % 4]
    first = seed % step
    places = len(range(first, len(data) // size, step))
    values = [specials[index * 7 % len(specials)] for index in range(cycle)]
    for byte in range(size):
        column = bytes(value >> (8 * byte) & 0xFF for value in values)
        repeated = (column * (places // cycle + 1))[:places]
        data[first * size + byte :: step * size] = repeated
    return data


def _make_column(dtype: str, count: int, seed: int, kind: Kind, label: str) -> bytes:
    """Little-endian bytes of real numbers."""
    if dtype == "bool":
        low_bit = _map([byte & 1 for byte in range(256)])
        return _draw(f"{label} bits", count).translate(low_bit)
    size = ITEM_BYTES[dtype]
    if dtype in _FORMATS:
        data = _make_float_bytes(dtype, count, label, kind)
        if kind == "any":
            data = _scatter(data, size, _special_floats(dtype), seed)
    else:
        data = _make_integer_bytes(dtype, count, label, kind)
        is_signed = not dtype.startswith("u")
        specials = _special_integers(8 * size, is_signed)
        if kind == "count":
            specials = tuple(value for value in specials if value >> (8 * size - 1) == 0)
        if kind in ("any", "count"):
            data = _scatter(data, size, specials, seed)
    return bytes(data)


def _interleave(real: bytes, imaginary: bytes, size: int) -> bytes:
    pairs = bytearray(2 * len(real))
    for byte in range(size):
        pairs[byte :: 2 * size] = real[byte::size]
        pairs[size + byte :: 2 * size] = imaginary[byte::size]
    return bytes(pairs)


def _to_native_order(data: bytes, item_bytes: int) -> bytes:
    if sys.byteorder == "little" or item_bytes == 1:
        return data
    swapped = bytearray(len(data))
    for byte in range(item_bytes):
        swapped[byte::item_bytes] = data[item_bytes - 1 - byte :: item_bytes]
    return bytes(swapped)


def make_bytes(operand: Operand) -> bytes:
    """The elements of an operand in C order, in the machine's byte order.

    For an operand with repeated rows or columns, those of the one row or column.
    """
    count = count_elements(operand.shape)
    if operand.repeated != "no":
        count = operand.shape[-1 if operand.repeated == "rows" else 0]
    dtype, seed, kind = operand.dtype, operand.seed, operand.kind
    component = COMPONENTS.get(dtype, dtype)
    size = ITEM_BYTES[component]
    label = f"{component} {count} {seed} {kind}"
    data = _to_native_order(_make_column(component, count, seed, kind, label), size)
    if dtype not in COMPONENTS:
        return data
    other = _make_column(component, count, seed + 1, kind, f"{label} imaginary")
    return _interleave(data, _to_native_order(other, size), size)
