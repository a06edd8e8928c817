# Windows that taper a line of samples: bartlett, blackman, hamming, hanning, kaiser.
"""The windows of signal processing, symmetric, of M samples; float64."""

from __future__ import annotations

import math

import corepy
from corepy.errors import ArgumentError
from corepy.ops.arguments import read_float, read_int
from corepy.ops.blocks import in_blocks
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["bartlett", "blackman", "hamming", "hanning", "kaiser"]

#: Beyond it the Bessel function of the window's centre leaves float64.
_LARGEST_BETA = 700.0
#: As many would take all bytes that can be addressed.
_MOST_SAMPLES = 1 << 60


def _read_length(function: str, M: int) -> int:
    """How many samples, of 8 bytes each."""
    count = read_int(function, "M", M)
    if count >= _MOST_SAMPLES:
        raise ArgumentError(f"{function}: M is out of range (got {count}; expected M < 2**60)")
    return count


def _sum_cosines(function: str, M: int, factors: tuple[float, ...]) -> Tensor:
    """sum_j factors[j] cos(j t), t from -pi to pi in M - 1 steps; 1 for a single sample."""
    count = _read_length(function, M)
    if count <= 1:
        return corepy.ones(max(count, 0), dtype=corepy.float64)
    steps = corepy.arange(1 - count, count, 2, dtype=corepy.float64)  # symmetric, exactly

    def compute(parts: list[Tensor]) -> Tensor:
        total = corepy.full_like(parts[0], factors[0])
        for number, factor in enumerate(factors[1:], 1):
            total = total + factor * corepy.cos((number * math.pi) * parts[0] / (count - 1))
        return total

    return in_blocks(compute, steps)


@composed
def hanning(M: int, /) -> Tensor:
    """The Hann window, 0.5 - 0.5 cos(2 pi n / (M - 1)).

    Shapes: (M,).  Dtypes: float64.
    Edges: 0 at both ends; 1 for a single sample; none for M < 1.
    Raises: ArgumentError for 2**60 samples or more; ArgumentTypeError.
    Accuracy: absolute error 5 u.
    Source: NumPy; R. B. Blackman, J. W. Tukey, The Measurement of Power Spectra (1958).

    >>> import corepy as cp
    >>> cp.hanning(5)
    Tensor([0. , 0.5, 1. , 0.5, 0. ], shape=(5,), dtype=float64)
    """
    return _sum_cosines("hanning", M, (0.5, 0.5))


@composed
def hamming(M: int, /) -> Tensor:
    """The Hamming window, 0.54 - 0.46 cos(2 pi n / (M - 1)).

    Shapes: (M,).  Dtypes: float64.
    Edges: 0.08 at both ends, within the error; 1 for a single sample; none for M < 1.
    Raises: ArgumentError for 2**60 samples or more; ArgumentTypeError.
    Accuracy: absolute error 5 u.
    Source: NumPy; R. B. Blackman, J. W. Tukey, The Measurement of Power Spectra (1958).

    >>> import corepy as cp
    >>> cp.hamming(3)
    Tensor([0.08, 1.  , 0.08], shape=(3,), dtype=float64)
    """
    return _sum_cosines("hamming", M, (0.54, 0.46))


@composed
def blackman(M: int, /) -> Tensor:
    """The Blackman window, 0.42 - 0.5 cos(2 pi n / (M - 1)) + 0.08 cos(4 pi n / (M - 1)).

    Shapes: (M,).  Dtypes: float64.
    Edges: 0 at both ends, within the error; 1 for a single sample; none for M < 1.
    Raises: ArgumentError for 2**60 samples or more; ArgumentTypeError.
    Accuracy: absolute error 6 u.
    Source: NumPy; R. B. Blackman, J. W. Tukey, The Measurement of Power Spectra (1958).

    >>> import corepy as cp
    >>> cp.around(cp.blackman(5), 12) + 0.0
    Tensor([0.  , 0.34, 1.  , 0.34, 0.  ], shape=(5,), dtype=float64)
    """
    return _sum_cosines("blackman", M, (0.42, 0.5, 0.08))


@composed
def bartlett(M: int, /) -> Tensor:
    """The Bartlett window, a triangle: 2 min(n, M - 1 - n) / (M - 1).

    Shapes: (M,).  Dtypes: float64.
    Edges: 0 at both ends; 1 for a single sample; none for M < 1.
    Raises: ArgumentError for 2**60 samples or more; ArgumentTypeError.
    Accuracy: rounded once.
    Source: NumPy; M. S. Bartlett, Biometrika 37 (1950).

    >>> import corepy as cp
    >>> cp.bartlett(5)
    Tensor([0. , 0.5, 1. , 0.5, 0. ], shape=(5,), dtype=float64)
    """
    count = _read_length("bartlett", M)
    if count <= 1:
        return corepy.ones(max(count, 0), dtype=corepy.float64)
    place = corepy.arange(count, dtype=corepy.float64)
    return 2.0 * corepy.minimum(place, (count - 1) - place) / (count - 1)


@composed
def kaiser(M: int, /, beta: float) -> Tensor:
    """The Kaiser window, I0(beta sqrt(1 - (2 n / (M - 1) - 1)**2)) / I0(beta).

    I0 is the modified Bessel function of the first kind, of order 0, from its power series, all of
    whose terms are positive.

    Shapes: (M,).  Dtypes: float64.
    Edges: ones for beta 0; 1 for a single sample; none for M < 1.
    Raises: ArgumentError for |beta| > 700 or NaN, whose I0 is no float64, and for 2**60 samples or
    more; ArgumentTypeError.
    Accuracy: relative error (6 |beta| + 20) u.
    Source: NumPy; J. F. Kaiser, in: System Analysis by Digital Computer (1966); Abramowitz and
    Stegun, 9.6.10.

    >>> import corepy as cp
    >>> cp.around(cp.kaiser(5, 14), 6)
    Tensor([8.00000e-06, 1.64932e-01, 1.00000e+00, 1.64932e-01, 8.00000e-06],
           shape=(5,), dtype=float64)
    """
    count, steepness = _read_length("kaiser", M), read_float("kaiser", "beta", beta)
    if not abs(steepness) <= _LARGEST_BETA:
        raise ArgumentError(
            f"kaiser: beta is out of range (got {steepness:g}; expected -{_LARGEST_BETA:g} to "
            f"{_LARGEST_BETA:g})"
        )
    if count <= 1:
        return corepy.ones(max(count, 0), dtype=corepy.float64)
    top = steepness * steepness / 4
    terms = _count_terms(top)
    place = corepy.arange(count, dtype=corepy.float64)
    scale = steepness / (count - 1)
    # The square under I0's root without its cancellation at the ends: 4 n (M - 1 - n).
    squares = place * ((count - 1) - place) * (scale * scale)
    whole = _sum_series(corepy.asarray(top), terms)
    return in_blocks(lambda parts: _sum_series(parts[0], terms) / whole, squares)


def _count_terms(top: float) -> int:
    """How many terms of I0's series in x**2 / 4 = top do not vanish beside their sum."""
    count, term, total = 0, 1.0, 1.0
    while term > total * 2.0**-60:
        count += 1
        term *= top / (count * count)
        total += term
    return count


def _sum_series(squares: Tensor, terms: int) -> Tensor:
    """I0 of the x with x**2 / 4 = squares: 1 + q / 1**2 (1 + q / 2**2 (1 + ...))."""
    total = corepy.ones_like(squares)
    for number in range(terms, 0, -1):
        total = 1.0 + squares / float(number * number) * total
    return total
