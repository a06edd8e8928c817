# Oracle of the random draws. Distributions made of several draws are programs of corepy's own
# operators (corepy/random) and need none.
"""Philox in whole numbers, and the transforms of its bits in 160 bits, rounded once.

A draw's stream and its layout are defined here a second time: blocks of 128 bits, eight to a group
of which the first halves come first.  ``key`` is the generator's, as four 32-bit words, ``draw``
the draw's number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Protocol, TypeAlias

import numpy as np

from .exact import format_of, round_ratio
from .multiprecision import load_gmpy2
from .promotion import resolve_dtype
from .registry import Array, DType, reference

Key: TypeAlias = Sequence[int]
_Shape: TypeAlias = "int | tuple[int, ...]"

_WORD = (1 << 32) - 1
_PRECISION = 160
_GROUP = 8


class _Number(Protocol):
    """What is used of ``gmpy2.mpfr``."""

    def __mul__(self, other: _Number | float) -> _Number: ...
    def __add__(self, other: _Number | float) -> _Number: ...
    def as_mantissa_exp(self) -> tuple[int, int]: ...


class _Context(Protocol):
    """What is used of ``gmpy2.context``."""

    def div(self, x: int, y: int, /) -> _Number: ...
    def log(self, x: _Number, /) -> _Number: ...
    def sqrt(self, x: _Number, /) -> _Number: ...
    def mul(self, x: _Number, y: _Number | float, /) -> _Number: ...
    def fma(self, x: _Number, y: float, z: float, /) -> _Number: ...
    def cos(self, x: _Number, /) -> _Number: ...
    def sin(self, x: _Number, /) -> _Number: ...
    def const_pi(self) -> _Number: ...


def run_philox(counter: Key, key: Key) -> tuple[int, ...]:
    """Philox4x32-10 of one block.

    >>> [hex(word) for word in run_philox((0, 0, 0, 0), (0, 0))]
    ['0x6627e8d5', '0xe169c58d', '0xbc57ac4c', '0x9b00dbd8']
    """
    a, b, c, d = counter
    left, right = key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = second >> 32 ^ b ^ left, second & _WORD, first >> 32 ^ d ^ right, first & _WORD
        left, right = left + 0x9E3779B9 & _WORD, right + 0xBB67AE85 & _WORD
    return a, b, c, d


def _block(key: Key, index: int) -> tuple[int, ...]:
    return run_philox((index & _WORD, index >> 32, key[2], key[3]), key[:2])


def derive_key(key: Key, purpose: int, index: int) -> Key:
    """The key of number ``index`` for a purpose: 0 draws, 1 ``fold_in``, 2 ``split``."""
    return _block(_block(key, purpose), index)


def _read_words(key: Key, draw: int, start: int, count: int) -> list[int]:
    """64-bit words of a draw's stream, from the beginning of a group on."""
    stream = derive_key(key, 0, draw)
    words: list[int] = []
    first = start // (2 * _GROUP)
    for group in range(first, first + -(-count // (2 * _GROUP))):
        blocks = [_block(stream, _GROUP * group + lane) for lane in range(_GROUP)]
        words += [block[0] | block[1] << 32 for block in blocks]
        words += [block[2] | block[3] << 32 for block in blocks]
    return words[:count]


def _read_elements(key: Key, draw: int, start: int, count: int, bits: int) -> list[int]:
    """Elements of a draw from ``start`` on, a multiple of 32, as integers of that many bits."""
    if bits == 64:
        return _read_words(key, draw, start, count)
    halves: list[int] = []
    for word in _read_words(key, draw, start // 2, -(-count // 2)):
        halves += [word & _WORD, word >> 32]
    return halves[:count]


def _count(shape: _Shape) -> int:
    return int(np.prod(shape, dtype=np.int64))


def _finish(values: Sequence[float | int], dtype: DType, shape: _Shape) -> Array:
    return np.asarray(values, dtype).reshape(shape)


def _round_number(value: _Number, dtype: DType) -> float:
    mantissa, exponent = value.as_mantissa_exp()
    return round_ratio(int(mantissa), 1, int(exponent), format_of(dtype))


@reference("random.bits")
def bits(shape: _Shape = (), *, dtype: object = None, key: Key, draw: int, start: int = 0) -> Array:
    """The stream itself."""
    kind = resolve_dtype(dtype, np.dtype(np.uint64))
    return _finish(_read_elements(key, draw, start, _count(shape), 8 * kind.itemsize), kind, shape)


@reference("random.uniform")
def uniform(
    shape: _Shape = (),
    low: float = 0.0,
    high: float = 1.0,
    *,
    dtype: object = None,
    key: Key,
    draw: int,
    start: int = 0,
) -> Array:
    """``low + k 2**-53 (high - low)``, exactly, rounded once but never up to high."""
    kind = resolve_dtype(dtype, np.dtype(np.float64))
    binary, width = format_of(kind), 8 * kind.itemsize
    first, last = (Fraction(float(kind.type(bound))) for bound in (low, high))
    limit = float(np.nextafter(kind.type(float(last)), kind.type(-np.inf)))
    values = []
    for word in _read_elements(key, draw, start, _count(shape), width):
        u = Fraction(word >> (width - binary.precision), 1 << binary.precision)
        exact = first + u * (last - first)
        values.append(min(round_ratio(exact.numerator, exact.denominator, 0, binary), limit))
    return _finish(values, kind, shape)


def _unit_ratio(word: int, width: int) -> tuple[int, int]:
    """The uniform number in (0, 1) whose logarithm is taken, as a fraction."""
    if width == 64:
        return 2 * (word >> 12) + 1, 1 << 53
    near_one = word >> 31
    low_bits = word ^ _WORD if near_one else word
    x = int((np.float32(low_bits) + np.float32(0.5)) * np.float32(2))  # x / 2: halves are kept
    return ((1 << 33) - x if near_one else x), 1 << 33


def _minus_log(context: _Context, word: int, width: int) -> _Number:
    numerator, denominator = _unit_ratio(word, width)
    return context.mul(context.log(context.div(numerator, denominator)), -1.0)


@reference("random.exponential")
def exponential(
    shape: _Shape = (),
    scale: float = 1.0,
    *,
    dtype: object = None,
    key: Key,
    draw: int,
    start: int = 0,
) -> Array:
    """``-scale log(u)``."""
    kind = resolve_dtype(dtype, np.dtype(np.float64))
    context: _Context = load_gmpy2().context(precision=_PRECISION)
    factor, width = float(kind.type(scale)), 8 * kind.itemsize
    values = [
        _round_number(context.mul(_minus_log(context, word, width), factor), kind)
        for word in _read_elements(key, draw, start, _count(shape), width)
    ]
    return _finish(values, kind, shape)


def _coordinate(context: _Context, word: int, width: int, second: bool) -> _Number:
    """One coordinate of the point of the unit circle that a word stands for."""
    fraction_bits = 52 if width == 64 else 23
    k = (word >> (width - fraction_bits)) - (1 << (fraction_bits - 1))
    angle = context.mul(context.const_pi(), float(Fraction(k, 1 << (fraction_bits + 1))))
    is_sine = bool(word & 1) != second
    sign = -1.0 if word >> (2 if second else 1) & 1 else 1.0
    return context.mul(context.sin(angle) if is_sine else context.cos(angle), sign)


@reference("random.normal")
def normal(
    shape: _Shape = (),
    loc: float = 0.0,
    scale: float = 1.0,
    *,
    dtype: object = None,
    key: Key,
    draw: int,
    start: int = 0,
) -> Array:
    """``loc + scale r cos(t)``, and sin half a group later: r of its word, t of the later one."""
    kind = resolve_dtype(dtype, np.dtype(np.float64))
    context: _Context = load_gmpy2().context(precision=_PRECISION)
    width, count = 8 * kind.itemsize, _count(shape)
    half = 64 * _GROUP // width
    words = _read_elements(key, draw, start, -(-count // (2 * half)) * 2 * half, width)
    location, factor = float(kind.type(loc)), float(kind.type(scale))
    values = []
    for index in range(count):
        second = bool(index // half % 2)
        place = index - half if second else index
        squared = context.mul(_minus_log(context, words[place], width), 2.0)
        point = _coordinate(context, words[place + half], width, second)
        z = context.mul(context.sqrt(squared), point)
        values.append(_round_number(context.fma(z, factor, location), kind))
    return _finish(values, kind, shape)


def _pick(next_word: Callable[[], int], count: int) -> int:
    """A number below ``count``, each equally likely: words that would favour some are passed by."""
    while True:
        product = next_word() * count
        if product % (1 << 64) >= (1 << 64) % count:
            return product >> 64


@reference("random.integers")
def integers(
    shape: _Shape, low: int, high: int, *, dtype: object = None, key: Key, draw: int, start: int = 0
) -> Array:
    """Integers from low to high, both included."""
    kind = resolve_dtype(dtype, np.dtype(np.int64))
    stream = derive_key(key, 0, draw)
    count = int(high) - int(low) + 1

    def pick(element: int, first: int) -> int:
        pending, blocks = [first], 0

        def next_word() -> int:
            nonlocal blocks
            if not pending:
                own = (*stream[:2], stream[2] + blocks & _WORD, stream[3])
                block = _block(own, element | 1 << 63)
                pending.extend((block[0] | block[1] << 32, block[2] | block[3] << 32))
                blocks += 1
            return pending.pop(0)

        return _pick(next_word, count)

    words = _read_words(key, draw, start, _count(shape))
    return _finish([int(low) + pick(i, word) for i, word in enumerate(words, start)], kind, shape)
