# Exact arithmetic on binary floats with one final rounding; no elementary functions.
"""Exact sums, products and quotients, rounded once.

A finite binary float is ``m * 2**e`` with an integer ``m``. Rows of floats become integers over
one common exponent, so that sums and dot products are plain integer arithmetic without any error;
only :func:`round_ratio` rounds, once, to nearest even, with gradual underflow and overflow to
infinity. Nothing here rests on ``longdouble`` or on the floating-point environment.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .promotion import component_dtype, is_half
from .registry import Array, DType, FloatArray

__all__ = [
    "BFLOAT16",
    "FLOAT16",
    "FLOAT32",
    "FLOAT64",
    "BinaryFormat",
    "Scaled",
    "exact_complex_product",
    "exact_product",
    "exact_sum",
    "format_of",
    "iterate_products",
    "round_ratio",
    "round_sqrt_ratio",
    "scale_rows",
    "scale_to_integers",
    "split_floats",
]

_CHUNK = 1 << 16  # elements turned into Python integers at a time, to bound memory
_KEPT_BITS = 384  # mantissa bits kept by long products


@dataclass(frozen=True)
class BinaryFormat:
    """An IEEE binary format: significant bits, exponents of its smallest number and of overflow."""

    precision: int
    min_exponent: int
    max_exponent: int


FLOAT16 = BinaryFormat(11, -24, 16)
BFLOAT16 = BinaryFormat(8, -133, 128)
FLOAT32 = BinaryFormat(24, -149, 128)
FLOAT64 = BinaryFormat(53, -1074, 1024)


def format_of(dtype: DType) -> BinaryFormat:
    """The format of a floating dtype's components."""
    if is_half(dtype):
        return FLOAT16 if dtype.name == "float16" else BFLOAT16
    return FLOAT32 if component_dtype(dtype).itemsize == 4 else FLOAT64


@dataclass(frozen=True)
class Scaled:
    """The exact number ``numerator / denominator * 2**exponent``."""

    numerator: int
    exponent: int
    denominator: int = 1

    def round_to(self, binary: BinaryFormat) -> float:
        """The nearest number of the format."""
        return round_ratio(self.numerator, self.denominator, self.exponent, binary)


def round_ratio(numerator: int, denominator: int, exponent: int, binary: BinaryFormat) -> float:
    """``numerator / denominator * 2**exponent`` rounded to nearest even in ``binary``.

    >>> round_ratio(1, 3, 0, FLOAT64) == 1 / 3
    True
    >>> round_ratio(1, 1, 5000, FLOAT64), round_ratio(-1, 1, -5000, FLOAT32)
    (inf, -0.0)
    """
    if numerator == 0:
        return 0.0
    sign = -1.0 if (numerator < 0) != (denominator < 0) else 1.0
    top, bottom = abs(numerator), abs(denominator)
    # The quotient lies in (2**(magnitude - 1), 2**(magnitude + 1)).
    magnitude = top.bit_length() - bottom.bit_length()
    if magnitude + exponent - 1 >= binary.max_exponent:
        return sign * math.inf
    if magnitude + exponent + 1 < binary.min_exponent:
        return sign * 0.0
    shift = binary.precision + 2 - magnitude
    quotient, rest = divmod(top << max(shift, 0), bottom << max(-shift, 0))
    # A bit below the rounding position at least, and a sticky bit for what the division cut off.
    quotient = (quotient << 1) | (rest != 0)
    lowest = exponent - shift - 1
    drop = max(quotient.bit_length() - binary.precision, binary.min_exponent - lowest)
    kept, lost, half = quotient >> drop, quotient & ((1 << drop) - 1), 1 << (drop - 1)
    kept += lost > half or (lost == half and kept & 1 == 1)
    if kept.bit_length() + lowest + drop > binary.max_exponent:
        return sign * math.inf
    return sign * math.ldexp(kept, lowest + drop)


def round_sqrt_ratio(
    numerator: int, denominator: int, exponent: int, binary: BinaryFormat
) -> float:
    """The square root of ``numerator / denominator * 2**exponent >= 0``, rounded once."""
    if numerator == 0:
        return 0.0
    # An integer root with 2 bits more than the format at least; a sticky bit keeps ties apart.
    shift = max(0, 2 * (binary.precision + 3) - numerator.bit_length() + denominator.bit_length())
    shift += (exponent - shift) % 2
    whole, rest = divmod(numerator << shift, denominator)
    root = math.isqrt(whole)
    sticky = rest != 0 or root * root != whole
    return round_ratio((root << 1) | sticky, 1, (exponent - shift) // 2 - 1, binary)


def split_floats(x: Array) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Integers ``m`` and ``e`` with ``x == m * 2**e`` for a finite real floating array."""
    fraction, exponents = np.frexp(x.astype(np.float64))
    mantissas = np.ldexp(fraction, 53).astype(np.int64)
    return mantissas, exponents.astype(np.int64) - 53


def _lowest_exponent(mantissas: npt.NDArray[np.int64], exponents: npt.NDArray[np.int64]) -> int:
    used = exponents[mantissas != 0]
    return int(used.min()) if used.size else 0


def _shift_left(mantissas: list[int], shifts: list[int]) -> list[int]:
    # A zero's exponent may lie below the common one; its value does not depend on the shift.
    return [m << max(s, 0) for m, s in zip(mantissas, shifts, strict=True)]


def scale_to_integers(*values: float) -> tuple[list[int], int]:
    """Finite floats as integers over one common exponent.

    >>> scale_to_integers(0.5, 3.0)
    ([1, 6], -1)
    """
    ratios = [value.as_integer_ratio() for value in values]
    depth = max(denominator.bit_length() for _, denominator in ratios) - 1
    scaled = [n << (depth - d.bit_length() + 1) for n, d in ratios]
    return scaled, -depth


def _integer_chunks(x: FloatArray, exponent: int) -> Iterator[list[int]]:
    for start in range(0, x.size, _CHUNK):
        mantissas, exponents = split_floats(x[start : start + _CHUNK])
        yield _shift_left(mantissas.tolist(), (exponents - exponent).tolist())


def exact_sum(x: FloatArray, *, power: int = 1) -> Scaled:
    """The exact sum of ``x**power`` over a one-dimensional finite array.

    >>> exact_sum(np.asarray([1e300, 1.0, -1e300])).round_to(FLOAT64)
    1.0
    """
    exponent = _lowest_exponent(*split_floats(x))
    total = 0
    for chunk in _integer_chunks(x, exponent):
        total += sum(chunk) if power == 1 else sum(value**power for value in chunk)
    return Scaled(total, exponent * power)


class _LongProduct:
    """A running product of Gaussian integers, cut to 384 bits whenever it exceeds 768.

    Each cut errs by less than ``2**-383`` of the modulus. What is cut off is replaced by one
    sticky bit, so a product that is not a rounding tie is never taken for one.
    """

    def __init__(self) -> None:
        self.real, self.imag, self.exponent, self.factors = 1, 0, 0, 0

    def multiply(self, real: int, imag: int) -> None:
        a, b = self.real, self.imag
        self.real, self.imag = a * real - b * imag, a * imag + b * real
        self.factors += 1
        if self.factors == 1:  # the first factor is the product itself, exactly
            return
        excess = max(self.real.bit_length(), self.imag.bit_length()) - _KEPT_BITS
        if excess > _KEPT_BITS:
            self.real, self.imag = _cut(self.real, excess), _cut(self.imag, excess)
            self.exponent += excess


def _cut(value: int, bits: int) -> int:
    magnitude = abs(value)
    kept = (magnitude >> bits) | (magnitude & ((1 << bits) - 1) != 0)
    return kept if value >= 0 else -kept


def exact_product(x: FloatArray) -> Scaled:
    """The product of a one-dimensional finite array, relative error below ``n * 2**-383``."""
    mantissas, exponents = split_floats(x)
    product = _LongProduct()
    for mantissa in mantissas.tolist():
        product.multiply(mantissa, 0)
    return Scaled(product.real, product.exponent + int(exponents.sum()))


def exact_complex_product(real: FloatArray, imag: FloatArray) -> tuple[Scaled, Scaled]:
    """The product of finite complex numbers; the error is below ``n * 2**-382`` of its modulus."""
    product, exponent = _LongProduct(), 0
    for a, b in zip(real.tolist(), imag.tolist(), strict=True):
        (scaled_real, scaled_imag), scale = scale_to_integers(a, b)
        product.multiply(scaled_real, scaled_imag)
        exponent += scale
    exponent += product.exponent
    return Scaled(product.real, exponent), Scaled(product.imag, exponent)


def iterate_products(real: FloatArray, imag: FloatArray) -> Iterator[tuple[Scaled, Scaled]]:
    """The products of ever more finite complex numbers, as exact_complex_product gives them."""
    product, exponent = _LongProduct(), 0
    for a, b in zip(real.tolist(), imag.tolist(), strict=True):
        (scaled_real, scaled_imag), scale = scale_to_integers(a, b)
        product.multiply(scaled_real, scaled_imag)
        exponent += scale
        total = exponent + product.exponent
        yield Scaled(product.real, total), Scaled(product.imag, total)


def scale_rows(*parts: Array) -> tuple[list[npt.NDArray[np.object_]], npt.NDArray[np.int64]]:
    """Finite matrices of one shape as integers, with one exponent per row for all of them."""
    splits = [split_floats(part) for part in parts]
    rows, columns = parts[0].shape
    lowest = np.zeros(rows, dtype=np.int64)
    for row in range(rows):
        used = [_lowest_exponent(m[row], e[row]) for m, e in splits if m[row].any()]
        lowest[row] = min(used, default=0)
    scaled = []
    for mantissas, exponents in splits:
        shifts = (exponents - lowest[:, None]).ravel().tolist()
        integers = np.empty(rows * columns, dtype=np.object_)
        integers[:] = _shift_left(mantissas.ravel().tolist(), shifts)
        scaled.append(integers.reshape(rows, columns))
    return scaled, lowest
