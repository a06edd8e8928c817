# Oracle of Fourier transforms: float64 in double-double arithmetic, float32 in float64.
"""Reference transforms, rounded once.

A float32 line is transformed in float64 by NumPy, whose error is some 2**-50 of the line's norm. A
float64 line is transformed with pairs of float64 numbers (Dekker, 1971), about 2**-100: by prime
factors, each by its definition, and by a convolution for large ones; the roots of unity come from
MPFR. Nothing is shared with the kernels, whose factors, order and roots are others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol, TypeAlias, cast

import numpy as np

from corepy.errors import ArgumentError, AxisError

from .multiprecision import load_gmpy2
from .promotion import component_dtype
from .registry import Array, DType, FloatArray, IntArray, reference

__all__ = ["find_transform"]

Axes: TypeAlias = "int | Sequence[int] | None"

#: Primes up to here are summed by their definition, others as a convolution.
_LONGEST_SUM = 512
_SPLITTER = 134217729.0  # 2**27 + 1: halves of 26 bits


@dataclass(frozen=True)
class Pair:
    """An unevaluated sum of two float64 arrays."""

    high: FloatArray
    low: FloatArray

    def take(self, places: IntArray | slice[int | None, int | None, int | None]) -> Pair:
        """Elements of the last axis."""
        return Pair(self.high[..., places], self.low[..., places])


@dataclass(frozen=True)
class ComplexPair:
    """Complex numbers of two pairs."""

    re: Pair
    im: Pair

    def take(self, places: IntArray | slice[int | None, int | None, int | None]) -> ComplexPair:
        """Elements of the last axis."""
        return ComplexPair(self.re.take(places), self.im.take(places))


# ---- double-double arithmetic ----


def _two_sum(a: FloatArray, b: FloatArray) -> Pair:
    total = a + b
    part = total - a
    return Pair(total, (a - (total - part)) + (b - part))


def _add(a: Pair, b: Pair) -> Pair:
    high, low = _two_sum(a.high, b.high), _two_sum(a.low, b.low)
    rest = high.low + low.high
    total = high.high + rest
    rest = (rest - (total - high.high)) + low.low
    final = total + rest
    return Pair(final, rest - (final - total))


def _split(a: FloatArray) -> Pair:
    scaled = _SPLITTER * a
    high = scaled - (scaled - a)
    return Pair(high, a - high)


def _multiply(a: Pair, b: Pair) -> Pair:
    product = a.high * b.high
    x, y = _split(a.high), _split(b.high)
    rest = ((x.high * y.high - product) + x.high * y.low + x.low * y.high) + x.low * y.low
    rest = rest + (a.high * b.low + a.low * b.high)
    final = product + rest
    return Pair(final, rest - (final - product))


def _negate(a: Pair) -> Pair:
    return Pair(-a.high, -a.low)


def _add_complex(a: ComplexPair, b: ComplexPair) -> ComplexPair:
    return ComplexPair(_add(a.re, b.re), _add(a.im, b.im))


def _multiply_complex(a: ComplexPair, b: ComplexPair) -> ComplexPair:
    re = _add(_multiply(a.re, b.re), _negate(_multiply(a.im, b.im)))
    return ComplexPair(re, _add(_multiply(a.re, b.im), _multiply(a.im, b.re)))


# ---- roots of unity ----


class _Number(Protocol):
    def __float__(self) -> float: ...

    def __sub__(self, other: float, /) -> _Number: ...


class _Context(Protocol):
    """What is used of ``gmpy2.context``."""

    def const_pi(self) -> _Number: ...

    def mul(self, x: object, y: object, /) -> _Number: ...

    def div(self, x: object, y: object, /) -> _Number: ...

    def sub(self, x: object, y: object, /) -> _Number: ...

    def sin_cos(self, x: object, /) -> tuple[_Number, _Number]: ...


@lru_cache(maxsize=16)
def _roots(n: int) -> ComplexPair:
    """exp(-2 pi i j / n) of all j, from MPFR with 160 bits."""
    context = cast(_Context, load_gmpy2().context(precision=160))
    turn = context.div(context.mul(2, context.const_pi()), n)
    table = np.empty((4, n))
    for j in range(n):
        sine, cosine = context.sin_cos(context.mul(turn, j))
        if 4 * j % n == 0:  # whole quarters, which pi is not exact enough for
            quarter = 4 * j // n
            sine, cosine = (
                cast(_Number, float((0, 1, 0, -1)[quarter])),
                cast(_Number, float((1, 0, -1, 0)[quarter])),
            )
        for row, value in ((0, cosine), (2, sine)):
            table[row, j] = float(value)
            table[row + 1, j] = float(context.sub(value, table[row, j].item()))
    return ComplexPair(Pair(table[0], table[1]), Pair(-table[2], -table[3]))


# ---- transforms of the last axis ----


def _smallest_factor(n: int) -> int:
    for factor in range(2, math.isqrt(n) + 1):
        if n % factor == 0:
            return factor
    return n


def _convolve_with_chirp(x: ComplexPair) -> ComplexPair:
    """Bluestein's sum, for large primes: j k = (j**2 + k**2 - (k - j)**2) / 2."""
    n = x.re.high.shape[-1]
    chirp = _roots(2 * n).take(np.arange(n) ** 2 % (2 * n))
    period = 1 << (2 * n - 2).bit_length()

    def pad(values: ComplexPair, places: IntArray) -> ComplexPair:
        def put(part: FloatArray) -> FloatArray:
            out = np.zeros((*part.shape[:-1], period))
            out[..., places] = part
            return out

        re, im = values.re, values.im
        return ComplexPair(Pair(put(re.high), put(re.low)), Pair(put(im.high), put(im.low)))

    mirrored = np.abs(np.arange(-(n - 1), n))
    kernel = ComplexPair(chirp.re, _negate(chirp.im)).take(mirrored)
    spectrum = _transform(pad(kernel, np.arange(-(n - 1), n) % period))
    padded = pad(_multiply_complex(x, chirp), np.arange(n))
    product = _multiply_complex(_transform(padded), spectrum)
    back = _transform(ComplexPair(product.im, product.re))  # exchanged: the inverse transform
    first, second = (Pair(part.high / period, part.low / period) for part in (back.im, back.re))
    scaled = ComplexPair(first, second).take(slice(0, n))
    return _multiply_complex(scaled, chirp)


def _transform(x: ComplexPair) -> ComplexPair:
    """The forward transform along the last axis."""
    n = x.re.high.shape[-1]
    if n == 1:
        return x
    factor = _smallest_factor(n)
    if factor == n and n > _LONGEST_SUM:
        return _convolve_with_chirp(x)
    roots, rest = _roots(n), n // factor
    # x[factor * a + b]: the sums over a, which repeat with period `rest`, then those over b.
    places = np.arange(n)
    total = _transform(x.take(slice(None, None, factor))).take(places % rest)
    for b in range(1, factor):
        part = _transform(x.take(slice(b, None, factor))).take(places % rest)
        total = _add_complex(total, _multiply_complex(part, roots.take(places * b % n)))
    return total


def _transform_float64(x: Array, inverse: bool) -> Array:
    real, imag = x.real.astype(np.float64), x.imag.astype(np.float64)
    if inverse:
        real, imag = imag, real
    # Splitting overflows beyond 2**996: lines are brought to magnitude 1, exactly.
    largest = np.maximum(np.abs(real), np.abs(imag)).max(axis=-1, keepdims=True)
    exponent = np.where(largest > 0, np.frexp(largest)[1], 0)
    zero = np.zeros_like(real)
    scaled = [Pair(np.ldexp(part, -exponent), zero) for part in (real, imag)]
    result = _transform(ComplexPair(*scaled))
    first, second = (np.ldexp(part.high, exponent) for part in (result.re, result.im))
    out = np.empty(x.shape, np.complex128)
    out.real, out.imag = (second, first) if inverse else (first, second)
    return out


def _transform_by_numpy(x: Array, inverse: bool) -> Array:
    done: Array = np.fft.ifft(x, norm="forward") if inverse else np.fft.fft(x)
    return done


def _transform_lines(x: Array, inverse: bool) -> Array:
    """The complex transform of lines along the last axis, without a scale, in complex128."""
    wide = x.astype(np.complex128)
    if x.dtype.itemsize == 8:
        return _transform_by_numpy(wide, inverse)
    finite = np.isfinite(wide).all(axis=-1)
    # Where a number is not finite, the whole line is not, one way or another.
    out: Array = np.full(wide.shape, np.nan, np.complex128)
    if finite.any() and wide.size:
        out[finite] = _transform_float64(wide[finite], inverse)
    return out


# ---- the functions ----


class Transform(NamedTuple):
    """What a call transforms: axes, from 0, and the length along each; the real side's."""

    axes: tuple[int, ...]
    lengths: tuple[int, ...]

    @property
    def size(self) -> int:
        """The number of elements of a transform."""
        return math.prod(self.lengths)


def _axis_list(axes: Axes, count: int | None, ndim: int) -> tuple[int, ...]:
    if axes is None:
        listed: Sequence[int] = range(0 if count is None else ndim - count, ndim)
    else:
        listed = [axes] if isinstance(axes, int) else axes
    for axis in listed:
        if not -ndim <= axis < ndim:
            raise AxisError(f"fft: axis out of range (got {axis} for {ndim} axes)")
    return tuple(axis % ndim for axis in listed)


def find_transform(name: str, x: Array, sizes: Axes, axes: Axes) -> Transform:
    """Axes and lengths of a call of ``name``; ``sizes`` are n or s."""
    wanted = [sizes] if isinstance(sizes, int) else list(sizes) if sizes is not None else None
    found = _axis_list(axes, None if wanted is None else len(wanted), x.ndim)
    lengths = []
    for place, axis in enumerate(found):
        length = -1 if wanted is None else wanted[place]
        is_real_side = name.startswith("fft.irfft") or name == "fft.hfft"
        if length == -1:
            extent = x.shape[axis]
            is_last = place == len(found) - 1
            length = 2 * (extent - 1) if is_real_side and is_last else extent
        if length < 1:
            raise ArgumentError(f"{name}: a transform needs at least one number (got {length})")
        lengths.append(length)
    return Transform(found, tuple(lengths))


def _fit(x: Array, length: int) -> Array:
    """The last axis cut to a length, or with zeros behind."""
    if x.shape[-1] >= length:
        return x[..., :length]
    return np.concatenate([x, np.zeros((*x.shape[:-1], length - x.shape[-1]), x.dtype)], axis=-1)


def _scale(count: int, inverse: bool, norm: str) -> float:
    if norm == "ortho":
        return 1 / math.sqrt(count)
    return 1 / count if inverse == (norm == "backward") else 1.0


def _complex_dtype(dtype: DType) -> DType:
    return np.dtype("complex64" if component_dtype(dtype).itemsize == 4 else "complex128")


def _along(x: Array, axis: int, length: int, inverse: bool) -> Array:
    return np.moveaxis(_transform_lines(_fit(np.moveaxis(x, axis, -1), length), inverse), -1, axis)


def _mirror(x: Array, length: int) -> Array:
    """A whole line from its half: x[-k] is conj(x[k]), and x[0] is real."""
    half = _fit(x, length // 2 + 1).copy()
    half[..., 0] = half[..., 0].real
    if length % 2 == 0:
        half[..., -1] = half[..., -1].real
    rest = np.conjugate(half[..., 1 : (length + 1) // 2])[..., ::-1]
    return np.concatenate([half, rest], axis=-1)


def _run(name: str, x: Array, sizes: Axes, axes: Axes, norm: str) -> Array:
    """All transforms. What passes from axis to axis is complex128 also for float32."""
    transform = find_transform(name, x, sizes, axes)
    kind = name.removeprefix("fft.")
    inverse = kind.startswith("i")
    dtype = _complex_dtype(x.dtype)
    pairs = list(zip(transform.axes, transform.lengths, strict=True))
    from_real, to_real = kind in ("rfft", "rfftn", "ihfft"), kind in ("irfft", "irfftn", "hfft")
    value = x.astype(dtype)
    is_wide = dtype.itemsize == 16
    if kind == "hfft":
        value = np.conjugate(value)
    last = pairs.pop() if pairs else None
    if last is not None and not to_real:
        value = _along(value, *last, inverse=inverse and not from_real)
        if from_real:
            kept = [slice(None)] * value.ndim
            kept[last[0]] = slice(0, last[1] // 2 + 1)
            value = value[tuple(kept)]
    for axis, length in reversed(pairs):
        value = _again(value, is_wide, axis, length, inverse)
    if last is not None and to_real:
        lines = _mirror(np.moveaxis(value, last[0], -1), last[1])
        spread = np.moveaxis(lines, -1, last[0])
        value = _again(spread, is_wide, last[0], last[1], True).real
    if kind == "ihfft":
        value = np.conjugate(value)
    scaled: Array = np.multiply(value, _scale(transform.size, inverse, norm))
    return scaled.astype(component_dtype(dtype) if to_real else dtype)


def _again(x: Array, is_wide: bool, axis: int, length: int, inverse: bool) -> Array:
    """A transform of complex128 numbers, as exact as the result's dtype asks for."""
    if is_wide:
        return _along(x, axis, length, inverse)
    lines = _fit(np.moveaxis(x.astype(np.complex128), axis, -1), length)
    return np.moveaxis(_transform_by_numpy(lines, inverse), -1, axis)


@reference("fft.fft")
def fft(x: Array, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The sum over j of x[j] exp(-2 pi i j k / n)."""
    return _run("fft.fft", x, n, axis, norm)


@reference("fft.ifft")
def ifft(x: Array, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The inverse of fft."""
    return _run("fft.ifft", x, n, axis, norm)


@reference("fft.fftn")
def fftn(x: Array, *, s: Axes = None, axes: Axes = None, norm: str = "backward") -> Array:
    """fft along several axes."""
    return _run("fft.fftn", x, s, axes, norm)


@reference("fft.ifftn")
def ifftn(x: Array, *, s: Axes = None, axes: Axes = None, norm: str = "backward") -> Array:
    """ifft along several axes."""
    return _run("fft.ifftn", x, s, axes, norm)


@reference("fft.rfft")
def rfft(x: Array, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The first half of fft."""
    return _run("fft.rfft", x, n, axis, norm)


@reference("fft.irfft")
def irfft(x: Array, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """ifft of a line given by its first half."""
    return _run("fft.irfft", x, n, axis, norm)


@reference("fft.rfftn")
def rfftn(x: Array, *, s: Axes = None, axes: Axes = None, norm: str = "backward") -> Array:
    """rfft along the last axis, fft along the others."""
    return _run("fft.rfftn", x, s, axes, norm)


@reference("fft.irfftn")
def irfftn(x: Array, *, s: Axes = None, axes: Axes = None, norm: str = "backward") -> Array:
    """ifft along the other axes, irfft along the last."""
    return _run("fft.irfftn", x, s, axes, norm)


@reference("fft.hfft")
def hfft(x: Array, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """fft of a line given by its first half."""
    return _run("fft.hfft", x, n, axis, norm)


@reference("fft.ihfft")
def ihfft(x: Array, *, n: int | None = None, axis: int = -1, norm: str = "backward") -> Array:
    """The first half of ifft."""
    return _run("fft.ihfft", x, n, axis, norm)


def _frequencies(name: str, indices: Array, n: int, d: float, dtype: DType | None) -> Array:
    if n < 1:
        raise ArgumentError(f"{name}: n must be positive (got {n})")
    values: Array = np.divide(indices, n * float(d))
    return values.astype(np.dtype("float64") if dtype is None else dtype)


@reference("fft.fftfreq")
def fftfreq(n: int, *, d: float = 1.0, dtype: DType | None = None) -> Array:
    """0, 1, ..., -2, -1 over n d."""
    indices = np.concatenate([np.arange((n + 1) // 2), np.arange(-(n // 2), 0)])
    return _frequencies("fft.fftfreq", indices, n, d, dtype)


@reference("fft.rfftfreq")
def rfftfreq(n: int, *, d: float = 1.0, dtype: DType | None = None) -> Array:
    """0, 1, ..., n // 2 over n d."""
    return _frequencies("fft.rfftfreq", np.arange(n // 2 + 1), n, d, dtype)


@reference("fft.fftshift")
def fftshift(x: Array, *, axes: Axes = None) -> Array:
    """Each axis rolled by half its extent."""
    found = _axis_list(axes, None, x.ndim)
    return np.roll(x, [x.shape[axis] // 2 for axis in found], found)


@reference("fft.ifftshift")
def ifftshift(x: Array, *, axes: Axes = None) -> Array:
    """Each axis rolled back by half its extent."""
    found = _axis_list(axes, None, x.ndim)
    return np.roll(x, [-(x.shape[axis] // 2) for axis in found], found)
