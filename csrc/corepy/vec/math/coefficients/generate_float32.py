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
from pathlib import Path

import numpy as np
from mpmath import mp, mpf  # type: ignore[import-untyped]  # mpmath has no stubs

sys.path.insert(0, str(Path(__file__).parent))
from rounded_fit import Function, RoundedFit, fit_rounded  # beside this script: not a package

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
    print(f"alignas(64) inline constexpr float {name}[{len(values)}] = {{")
    line = "   "
    for text in map(hex_of, values):
        if len(line) + len(text) + 2 > 98:
            print(line)
            line = "   "
        line += f" {text},"
    print(line.rstrip(",") + "};")


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


def print_logarithm(name: str, base: str, unit: mpf) -> None:
    """The tail of log(1 + z) / unit, unit being the base's natural logarithm."""
    print_polynomial(
        f"{name}_tail",
        f"({base}(1+z) - z {base}(e)) / z^2 in z, sqrt(1/2) <= 1 + z <= sqrt(2)",
        lambda z: (mp.log1p(z) - z) / z**2 / unit,
        (mp.sqrt(mpf(1) / 2) - 1 - mpf(2) ** -20, mp.sqrt(2) - 1 + mpf(2) ** -20),
        9,
        lambda z: abs(z) * unit,
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
    print_polynomial(
        "tan_tail",
        "(tan(r) - r) / r^3 in r^2, |r| <= pi/4",
        lambda z: (mp.tan(mp.sqrt(z)) - mp.sqrt(z)) / mp.sqrt(z) ** 3,
        (mpf(0), limit),
        7,
        lambda z: z,
    )
    # as many terms as tan's, since one evaluation serves both
    print_polynomial(
        "cot_tail",
        "(cot(r) - 1/r) / r in r^2, |r| <= pi/4",
        lambda z: (mp.cot(mp.sqrt(z)) - 1 / mp.sqrt(z)) / mp.sqrt(z),
        (mpf(0), limit),
        7,
        lambda z: mp.sqrt(z) / mp.cot(mp.sqrt(z)),
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
    print("// log_table_start on; -log(inverse) = log_high (a multiple of 2^-16) + log_low.")
    print(f"inline constexpr std::uint32_t log_table_start = {hex(_LOG_TABLE_START)}u;")
    print_array("log_inverse", inverses)
    print_array("log_high", highs)
    print_array("log_low", lows)
    print_polynomial(
        "log_tail_precise",
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
    print_logarithm("log", "ln", mpf(1))
    print_logarithm("log2", "log2", mp.log(2))
    print_logarithm("log10", "log10", mp.log(10))
    print_log_table()
    print_trigonometric()
    print_inverse_trigonometric()
    print("\n}  // namespace corepy::COREPY_ISA::vec::float_coefficients")


if __name__ == "__main__":
    main()
