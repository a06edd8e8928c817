"""Prints ../float32/coefficients.h: polynomials and tables of the float32 functions.

    python csrc/corepy/vec/math/coefficients/generate_float32.py \
        > csrc/corepy/vec/math/float32/coefficients.h

Needs mpmath and NumPy. The numbers are part of corepy's reproducible bits: a change of any of them
is a new numerics revision.
"""

from __future__ import annotations

import itertools
import math
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from mpmath import mp, mpf  # type: ignore[import-untyped]  # mpmath has no stubs

sys.path.insert(0, str(Path(__file__).parent))
import cpp_array  # these two are beside this script: not a package
from rounded_fit import Function, RoundedFit, fit_rounded

mp.prec = 160

_HEAD = """\
// Coefficients of vec/math/float32, printed by ../coefficients/generate_float32.py: do not edit by
// hand. No functions here. Each polynomial is nearly minimax with float32 coefficients over the
// stated range; "error" is its largest relative error in the function named.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec::float_coefficients {
"""


def hex_of(x: float) -> str:
    """The float32 next to x as a C++ literal."""
    digits, exponent = float(np.float32(x)).hex().split("p")
    whole, _, fraction = digits.partition(".")
    return f"{whole}.{fraction[:6].ljust(6, '0')}p{exponent}f"


def print_array(name: str, values: Sequence[float]) -> None:
    cpp_array.print_array(name, [hex_of(value) for value in values], "float")


def print_polynomial(
    name: str,
    comment: str,
    f: Function,
    limits: tuple[mpf, mpf],
    count: int,
    weight: Function,
    fixed: Sequence[float] = (),
) -> None:
    result = fit_rounded(f, limits, count, weight, fixed)
    print(f"// {comment}; error 2^{math.log2(result.error):.1f}")
    print_array(name, result.coefficients)


def print_exponential() -> None:
    limit = mp.log(2) / 2 * mpf("1.01")

    def tail(r: mpf) -> mpf:
        return (mp.expm1(r) - r) / r**2

    # pow's argument comes in two parts, and its nearest multiple of ln 2 is that of the first
    wide = limit + mpf("0.055")
    for name, text, end, count in (
        ("exp_tail", "ln(2)/2", limit, 5),
        ("exp_tail_wide", "ln(2)/2 + 0.055", wide, 6),
    ):
        print_polynomial(
            name,
            f"(e^r - 1 - r) / r^2 in r, |r| <= {text}, relative to e^r",
            tail,
            (-end, end),
            count,
            lambda r: r**2 / mp.exp(r),
        )
    print_polynomial(
        "expm1_tail",
        "(e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2, relative to e^r - 1",
        tail,
        (-limit, limit),
        6,
        lambda r: r**2 / mp.expm1(r),
        (0.5,),
    )
    print_polynomial(
        "sinh_tail",
        "(sinh(r) - r) / r^3 in r^2, |r| <= ln(2)/2",
        lambda z: (mp.sinh(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        (mpf(0), limit**2),
        2,
        lambda z: z,
    )
    print_polynomial(
        "cosh_tail",
        "(cosh(r) - 1) / r^2 in r^2, |r| <= ln(2)/2",
        lambda z: (mp.cosh(mp.sqrt(z)) - 1) / z,
        (mpf(0), limit**2),
        3,
        lambda z: z,
        (0.5,),
    )


_LOG_INTERVALS = 32  # 5 bits of the significand


@dataclass(frozen=True)
class LogBase:
    """A logarithm: unit is the natural logarithm of its base.

    grid: of the values in its table, so coarse that k log(2) + any of them is exact. spacing: of
    the inverses below 1; for log1p, inverse / 2 - 1 must be exact.
    """

    name: str
    text: str
    unit: mpf
    grid: float
    spacing: float


def log_interval(index: int) -> tuple[float, float]:
    """The significands of an index: 16 intervals from 3/4 to 1, then 16 from 1 to 3/2."""
    if index < 16:
        return (48 + index) / 64, (49 + index) / 64
    return (16 + index) / 32, (17 + index) / 32


def find_log_entry(base: LogBase, index: int) -> tuple[float, float, float]:
    """An inverse near 1 / the middle whose -log is next to a multiple of the grid, and that.

    And how far it is, relative to the least logarithm in the interval.
    """
    low, high = log_interval(index)
    if low >= 1 - 1 / 32 and high <= 1 + 1 / 16:  # there the logarithm is small
        return 1.0, 0.0, 0.0
    spacing = base.spacing if low > 1 else 2.0**-23
    middle = round(2 / (low + high) / spacing)
    reach = int(1 / 8 * (high - low) / spacing)
    inverse = np.arange(middle - reach, middle + reach + 1) * spacing
    logs = -np.log(inverse) / float(base.unit)
    best = float(inverse[np.abs(logs - np.rint(logs / base.grid) * base.grid).argmin()])
    exact = -mp.log(best) / base.unit
    nearest = mp.nint(exact / base.grid) * base.grid
    least = min(abs(mp.log(low)), abs(mp.log(high))) / base.unit
    return best, float(nearest), float(abs(exact - nearest) / least)


def print_logarithm(base: LogBase) -> None:
    """Table and tail of log(1 + z)."""
    entries = [find_log_entry(base, i) for i in range(_LOG_INTERVALS)]
    off = math.log2(max(distance for _, _, distance in entries))
    reach = [
        end * inverse - 1 for i, (inverse, _, _) in enumerate(entries) for end in log_interval(i)
    ]
    f, grid = base.text, math.log2(base.grid)
    print(f"// 1/m and {f}(m), m in each of 16 intervals from 3/4 to 1 and 16 from 1 to 3/2, where")
    print(f"// {f}(m) is a multiple of 2^{grid:.0f}, but for 2^{off:.1f} of the interval's least.")
    print_array(f"{base.name}_inverse", [inverse for inverse, _, _ in entries])
    print_array(f"{base.name}_value", [value for _, value, _ in entries])
    print_polynomial(
        f"{base.name}_tail",
        f"({f}(1+z) - z {f}(e)) / z^2 in z, {min(reach):.4f} <= z <= {max(reach):.4f}",
        lambda z: (mp.log1p(z) - z) / z**2 / base.unit,
        (mpf(min(reach)), mpf(max(reach))),
        4,
        lambda z: abs(z) * base.unit,
    )


LOGARITHMS = (
    LogBase("log", "ln", mpf(1), 2.0**-17, 2.0**-23),
    LogBase("log2", "log2", mp.log(2), 2.0**-16, 2.0**-24),
    LogBase("log10", "log10", mp.log(10), 2.0**-18, 2.0**-24),
)


def print_trigonometric() -> None:
    limit = (mp.pi / 4 * mpf("1.01")) ** 2
    print_polynomial(
        "sin_tail",
        "(sin(r) - r) / r^3 in r^2, |r| <= pi/4",
        lambda z: (mp.sin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        (mpf(0), limit),
        3,
        lambda z: z,
    )
    print_polynomial(
        "cos_tail",
        "(cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4",
        lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2,
        (mpf(0), limit),
        3,
        lambda z: z**2,
    )
    print_tangent()


_TAN_STEPS = 32  # of pi/32


def find_tan_entry(angle: mpf) -> tuple[float, float]:
    """Two float32 numbers whose quotient is the angle's tangent to 2^-40 or better."""
    tangent = float(mp.tan(angle))
    below = np.arange(1 << 23, 1 << 24) * 2.0**-24
    above = below * tangent
    ulp = 2.0 ** (np.frexp(above)[1] - 24)
    distance = np.abs(above / ulp - np.rint(above / ulp))
    best = distance.argmin()
    pair = float(np.float32(above[best])), float(below[best])
    if abs(mpf(pair[0]) / mpf(pair[1]) / mp.tan(angle) - 1) > mpf(2) ** -40:
        raise ValueError("no such pair of numbers")
    return pair


def print_tangent() -> None:
    step = mp.pi / _TAN_STEPS
    pairs = [(-0.0, 1.0)] + [find_tan_entry(i * step) for i in range(1, 8)] + [(1.0, 1.0)]
    pairs += [(c, abs(s)) for s, c in reversed(pairs[:8])]  # tan(pi/2 - a) = 1 / tan a
    pairs += [(s, -c) for s, c in reversed(pairs[1:16])]  # tan(pi - a) = -tan a
    print("// tan(i pi/32) = tan_above[i] / tan_below[i] to 2^-40, i = 0 .. 31.")
    print_array("tan_above", [s for s, _ in pairs])
    print_array("tan_below", [c for _, c in pairs])
    print_polynomial(
        "tan_tail",
        "(tan(r) - r) / r^3 in r^2, |r| <= pi/64",
        lambda z: (mp.tan(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        (mpf(0), (step / 2 * mpf("1.1")) ** 2),
        2,
        lambda z: z,
    )


def print_inverse_trigonometric() -> None:
    print_polynomial(
        "asin_tail",
        "(asin(x) - x) / x^3 in x^2, |x| <= 1/2",
        lambda z: (mp.asin(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        (mpf(0), mpf("0.2501")),
        5,
        lambda z: z,
    )
    print_polynomial(
        "atan_tail",
        "(atan(t) - t) / t^3 in t^2, |t| <= 0.145",
        lambda z: (mp.atan(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        (mpf(0), mpf("0.145") ** 2),
        3,
        lambda z: z,
    )
    breakpoints = [mpf(0)]
    for power in range(-3, 4):
        breakpoints += [mpf(2) ** power, mpf(3) / 2 * mpf(2) ** power]
    breakpoints.append(mpf(28))
    print(
        "// atan's breakpoints: 2^k and 1.5 * 2^k, k = -3 .. 3, between 0 and 28; then the angle,"
    )
    print("// in two parts, at each, and after those 16 pi less it.")
    print_array("atan_breakpoint", [float(c) for c in breakpoints])
    angles = [mp.atan(c) for c in breakpoints]
    angles += [mp.pi - angle for angle in angles]
    highs = [float(np.float32(float(angle))) for angle in angles]
    print_array("atan_angle", highs)
    print_array("atan_angle_low", [float(a - h) for a, h in zip(angles, highs, strict=True)])


_TANH_COEFFICIENTS = 5


def tanh_centre(low: mpf, high: mpf) -> mpf:
    """A point near the middle whose tanh is closest to a float32 number.

    On a grid so coarse that |x| - centre is exact.
    """
    grid = (high - low) / 1024
    reach = 32 if high < 9 else 192  # near 1, few numbers have such a tanh
    middle = mp.nint((low + high) / 2 / grid) * grid

    def distance(c: mpf) -> mpf:
        value = mp.tanh(c)
        return abs(value - mpf(float(np.float32(float(value)))))

    return min((middle + i * grid for i in range(-reach, reach + 1)), key=distance)


def fit_tanh(low: mpf, high: mpf) -> tuple[float, float, RoundedFit]:
    """Centre, value there and the polynomial of (tanh(centre + d) - value) / d for an interval."""
    if low == 0:
        fit = fit_rounded(
            lambda d: mp.tanh(d) / d - 1, (low, high), _TANH_COEFFICIENTS, lambda d: mpf(1)
        )
        return 0.0, 0.0, fit
    centre = tanh_centre(low, high)
    value = mp.tanh(centre)
    fit = fit_rounded(
        lambda d: (mp.tanh(centre + d) - value) / d,
        # beyond 9.5 the argument is held there
        (low - centre, min(high, mpf("9.5")) - centre),
        _TANH_COEFFICIENTS,
        lambda d: d / mp.tanh(centre + d),
    )
    return float(centre), float(value), fit


def print_tanh() -> None:
    binades = [mpf(2) ** k for k in range(-3, 4)]
    ends = [mpf(0), *[b * (1 + mpf(i) / 4) for b in binades for i in range(4)][:26]]
    intervals = [fit_tanh(low, high) for low, high in itertools.pairwise(ends)]
    worst = math.log2(max(fit.error for _, _, fit in intervals))
    # Bits of the float32 such that those of |x|, less these, shifted by 21 count the intervals.
    print("inline constexpr std::uint32_t tanh_first_bits = 0x3de00000u;  // of 0.109375")
    print("inline constexpr float tanh_first = 0.109375f, tanh_first_end = 0.125f;")
    print("// tanh in 26 intervals: to 1/8, then four to each binade up to 10. tanh(centre + d) is")
    print(f"// value + d * polynomial(d), in the first x + x * polynomial(x); error 2^{worst:.1f}")
    pad = [0.0] * (32 - len(intervals))
    print_array("tanh_centre", [centre for centre, _, _ in intervals] + pad)
    print_array("tanh_value", [value for _, value, _ in intervals] + pad)
    for k in range(_TANH_COEFFICIENTS):
        column = [fit.coefficients[k] for _, _, fit in intervals]
        print_array(f"tanh_coefficient_{k}", column + pad)


_LOG_TABLE_STEP = 1 << 18  # 32 intervals of a binade: 23 - 18 = 5 bits of the significand
_LOG_TABLE_START = 0x3F800000 - (_LOG_TABLE_STEP >> 1) - 21 * _LOG_TABLE_STEP


def float_of_bits(bits: int) -> mpf:
    return mpf(struct.unpack("f", struct.pack("I", bits))[0])


def print_log_table() -> None:
    """For pow: 32 intervals from 0.664 to 1.33, that around 1 with the inverse 1.

    The inverses have so few bits that m * inverse - 1, below 1/32, is a float32 number.
    """
    inverses, highs, lows = [], [], []
    limit = mpf(0)
    for i in range(32):
        low = float_of_bits(_LOG_TABLE_START + i * _LOG_TABLE_STEP)
        high = float_of_bits(_LOG_TABLE_START + (i + 1) * _LOG_TABLE_STEP)
        grid = 32 if high < 1 else 64
        inverse = mpf(1) if low < 1 < high else mp.nint(2 / (low + high) * grid) / grid
        log = -mp.log(inverse)
        log_high = mp.nint(log * 2**16) / 2**16
        inverses.append(float(inverse))
        highs.append(float(log_high))
        lows.append(float(log - log_high))
        limit = max(limit, abs(low * inverse - 1), abs(high * inverse - 1))
    if limit >= mpf(1) / 32:
        raise ValueError("m * inverse - 1 needs more than 24 bits")
    print("// The logarithm's table for pow: m in 32 intervals of 2^18 from float32 bits")
    print("// pow_table_start on; -log(pow_inverse) = pow_log (a multiple of 2^-16) + pow_log_low.")
    print(f"inline constexpr std::uint32_t pow_table_start = {hex(_LOG_TABLE_START)}u;")
    print_array("pow_inverse", inverses)
    print_array("pow_log", highs)
    print_array("pow_log_low", lows)
    print_polynomial(
        "pow_log_tail",
        f"(log(1+z) - z + z^2/2) / z^3 in z, |z| <= {float(limit):.4f}",
        lambda z: (mp.log1p(z) - z + z**2 / 2) / z**3,
        (-limit, limit),
        4,
        lambda z: z**2,
    )


def main() -> None:
    print(_HEAD)
    print_exponential()
    print_tanh()
    for base in LOGARITHMS:
        print_logarithm(base)
    print_log_table()
    print_trigonometric()
    print_inverse_trigonometric()
    print("\n}  // namespace corepy::COREPY_ISA::vec::float_coefficients")


if __name__ == "__main__":
    main()
