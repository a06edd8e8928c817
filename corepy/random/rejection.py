# Draws that use up an unknown count of numbers per element, as tensor programs. Signatures and
# documentation are in generator.py, what is accepted in parameters.py.
"""Rejection and inversion, all elements at once.

Attempt a of every element takes its numbers from draws 2a and 2a + 1 of one inner generator, at the
element's own index; an element keeps the first attempt that is accepted.  So element i depends on
(key, i) and its own parameters only, however many attempts its neighbours make.
"""

from __future__ import annotations

import math

import corepy
from corepy.ops.blocks import in_blocks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .parameters import Sizes
    from .stream import Stream

__all__ = [
    "draw_binomial",
    "draw_gamma",
    "draw_log_gamma",
    "draw_poisson",
    "find_categories",
]

#: Means below it are inverted term by term.
_INVERSION_LIMIT = 10.0
#: No count of a mean below 10 comes so far: 2**-53 is passed at 50 already.
_LAST_TERM = 128


def find_categories(u: Tensor, weights: list[float]) -> Tensor:
    """How many of the weights' running sums are at most u, by bisection: the category of u."""
    total, sums = 0.0, []
    for weight in weights:
        total += weight
        sums.append(total)
    last = max(index for index, weight in enumerate(weights) if weight > 0)
    sums[last:] = [math.inf] * (len(sums) - last)  # rounding leaves u no place behind the last
    line = corepy.asarray(sums, dtype=corepy.float64)
    return in_blocks(lambda parts: _bisect(parts[0], line, len(sums)), u)


def _bisect(u: Tensor, line: Tensor, count: int) -> Tensor:
    found = corepy.zeros(u.shape, dtype=corepy.int64)
    step = 1 << (count.bit_length() - 1)
    while step:
        probe = found + step
        inside = corepy.minimum(probe, count) - 1
        flat = corepy.reshape(inside, (-1,))
        sum_there = corepy.reshape(corepy.take(line, flat, axis=0), u.shape)
        found = corepy.where((probe <= count) & (sum_there <= u), probe, found)
        step >>= 1
    return found


# ---- gamma ----


def _draw_boosted(source: Stream, sizes: Sizes, alpha: Tensor) -> Tensor:
    """Gamma numbers for alpha >= 1 (Marsaglia and Tsang 2000)."""
    d = alpha - 1 / 3
    c = 1 / corepy.sqrt(9 * d)
    result = corepy.zeros(sizes)
    waiting = corepy.ones(sizes, dtype=corepy.bool)
    while bool(corepy.any(waiting)):
        x, minus_log_u = source.normal(sizes), source.exponential(sizes)
        t = 1 + c * x
        v = t * t * t
        log_v = corepy.log(corepy.where(t > 0, v, 1.0))
        accepted = (t > 0) & (-minus_log_u < x * x / 2 + d * (1 - v + log_v))
        result = corepy.where(waiting & accepted, d * v, result)
        waiting = waiting & ~accepted
    return result


def draw_gamma(source: Stream, sizes: Sizes, alpha: Tensor) -> Tensor:
    """Gamma numbers of scale 1; for alpha < 1 those of alpha + 1 times u**(1 / alpha)."""
    power, boosted, is_small = _draw_parts(source, sizes, alpha)
    return corepy.where(is_small, boosted * corepy.exp(power), boosted)


def draw_log_gamma(source: Stream, sizes: Sizes, alpha: Tensor) -> Tensor:
    """The logarithms, which do not underflow for small alpha."""
    power, boosted, is_small = _draw_parts(source, sizes, alpha)
    return corepy.log(boosted) + corepy.where(is_small, power, 0.0)


def _draw_parts(source: Stream, sizes: Sizes, alpha: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    is_small = alpha < 1
    power = -source.exponential(sizes) / alpha
    boosted = _draw_boosted(source, sizes, corepy.where(is_small, alpha + 1, alpha))
    return power, boosted, is_small


# ---- counts ----


def _log_factorial(k: Tensor) -> Tensor:
    """log k!, k >= 0: Stirling's series from 11 on, below it shifted there; error 1e-12 relative.

    (M. Abramowitz, I. A. Stegun, 6.1.41.)
    """
    x, product = k + 1, corepy.ones(k.shape)
    for _ in range(10):
        is_low = x < 11
        product = corepy.where(is_low, product * x, product)
        x = corepy.where(is_low, x + 1, x)
    inverse = 1 / x
    z = inverse * inverse
    series = inverse * (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z / 1680)))
    stirling = (x - 0.5) * corepy.log(x) - x + 0.5 * math.log(2 * math.pi) + series
    return stirling - corepy.log(product)


def _invert_poisson(u: Tensor, mean: Tensor) -> Tensor:
    term = corepy.exp(-mean)
    below, count = term, corepy.zeros(u.shape)
    for k in range(1, _LAST_TERM):
        is_above = u >= below
        if not bool(corepy.any(is_above)):
            break
        count = corepy.where(is_above, float(k), count)
        term = term * mean / k
        below = below + term
    return count


def draw_poisson(source: Stream, sizes: Sizes, mean: Tensor) -> Tensor:
    """Poisson numbers as float64: inversion for small means, PTRS (Hoermann 1993) for others."""
    is_small = mean < _INVERSION_LIMIT
    result = _invert_poisson(source.uniform(sizes), corepy.where(is_small, mean, 0.0))
    waiting = ~is_small
    lam = corepy.where(is_small, _INVERSION_LIMIT, mean)
    b = 0.931 + 2.53 * corepy.sqrt(lam)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    quick = 0.9277 - 3.6224 / (b - 2)
    log_lam = corepy.log(lam)
    while bool(corepy.any(waiting)):
        u, v = source.uniform(sizes) - 0.5, source.uniform(sizes)
        us = 0.5 - corepy.abs(u)
        k = corepy.floor((2 * a / us + b) * u + lam + 0.43)
        k_valid = corepy.where(k >= 0, k, 0.0)
        squeezed = (us < 0.013) & (v > us)
        ratio = corepy.log(v * inverse_alpha / (a / (us * us) + b))
        exact = ratio <= k_valid * log_lam - lam - _log_factorial(k_valid)
        accepted = ((us >= 0.07) & (v <= quick)) | ((k >= 0) & ~squeezed & exact)
        result = corepy.where(waiting & accepted, k, result)
        waiting = waiting & ~accepted
    return result


def _invert_binomial(u: Tensor, n: Tensor, p: Tensor) -> Tensor:
    odds = p / (1 - p)
    term = corepy.exp(n * corepy.log1p(-p))
    below, count = term, corepy.zeros(u.shape)
    for k in range(1, _LAST_TERM):
        is_above = (u >= below) & (n >= k)
        if not bool(corepy.any(is_above)):
            break
        count = corepy.where(is_above, float(k), count)
        term = term * odds * ((n - (k - 1)) / k)
        below = below + term
    return count


def draw_binomial(source: Stream, sizes: Sizes, n: Tensor, p: Tensor) -> Tensor:
    """Binomial numbers as float64, of min(p, 1 - p), then counted from the other end."""
    is_flipped = p > 0.5
    smaller = corepy.where(is_flipped, 1 - p, p)
    is_small = n * smaller < _INVERSION_LIMIT
    u = source.uniform(sizes)
    zero = corepy.where(is_small, n, 0.0)
    result = _invert_binomial(u, zero, smaller)
    counts = _reject_binomial(source, sizes, is_small, n, smaller)
    result = corepy.where(is_small, result, counts)
    return corepy.where(is_flipped, n - result, result)


def _reject_binomial(
    source: Stream, sizes: Sizes, is_small: Tensor, trials: Tensor, chance: Tensor
) -> Tensor:
    """BTRS (Hoermann 1993) for n p >= 10, p <= 1/2; anything where ``is_small``."""
    result, waiting = corepy.zeros(sizes), ~is_small
    if not bool(corepy.any(waiting)):
        return result
    n, p = corepy.where(is_small, 100.0, trials), corepy.where(is_small, 0.5, chance)
    deviation = corepy.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * p
    centre, quick = n * p + 0.5, 0.92 - 4.2 / b
    alpha = (2.83 + 5.1 / b) * deviation
    log_odds = corepy.log(p / (1 - p))
    mode = corepy.floor((n + 1) * p)
    peak = _log_factorial(mode) + _log_factorial(n - mode)
    while bool(corepy.any(waiting)):
        u, v = source.uniform(sizes) - 0.5, source.uniform(sizes)
        us = 0.5 - corepy.abs(u)
        k = corepy.floor((2 * a / us + b) * u + centre)
        is_count = (k >= 0) & (k <= n)
        valid = corepy.where(is_count, k, mode)
        ratio = corepy.log(v * alpha / (a / (us * us) + b))
        target = peak - _log_factorial(valid) - _log_factorial(n - valid)
        exact = ratio <= target + (valid - mode) * log_odds
        accepted = is_count & (((us >= 0.07) & (v <= quick)) | exact)
        result = corepy.where(waiting & accepted, k, result)
        waiting = waiting & ~accepted
    return result
