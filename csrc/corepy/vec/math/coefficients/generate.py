"""Prints ../coefficients.h: polynomials and tables of the elementary functions (needs mpmath).

    python csrc/corepy/vec/math/coefficients/generate.py > csrc/corepy/vec/math/coefficients.h

The numbers are part of corepy's reproducible bits: a change of any of them is a new numerics
revision.
"""

from __future__ import annotations

import struct
import sys
from pathlib import Path

from mpmath import mp, mpf  # type: ignore[import-untyped]  # mpmath has no stubs

sys.path.insert(0, str(Path(__file__).parent))
from cpp_array import print_array  # these two are beside this script: not a package
from remez import Function, fit

mp.prec = 240
# Nearer to 0 than this the quotients below lose their digits: their series' first terms are used.
_TINY = mpf(10) ** -25

_HEAD = """\
// Coefficients of vec/math, printed by coefficients/generate.py: do not edit by hand. No functions
// here. Each polynomial is minimax (Remez) over the stated range; "error" is its largest relative
// error in the function named, before the coefficients are rounded to float64.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec::coefficients {
"""


def hex_of(x: mpf) -> str:
    return float(x).hex()


def print_polynomial(
    name: str,
    comment: str,
    f: Function,
    limits: tuple[mpf, mpf],
    degree: int,
    weight: Function,
    keep_low_of_first: bool = False,
) -> None:
    result = fit(f, limits[0], limits[1], degree, weight)
    print(f"// {comment}; error 2^{float(mp.log(result.error, 2)):.1f}")
    print_array(name, [hex_of(c) for c in result.coefficients])
    if keep_low_of_first:
        first = result.coefficients[0]
        low = hex_of(first - mpf(float(first)))
        print(f"inline constexpr double {name}_0_low = {low};  // what rounding cost the first one")


def print_exp() -> None:
    limit = mp.log(2) / 2 * mpf("1.001")

    def tail(r: mpf) -> mpf:
        return (mp.expm1(r) - r) / r**2 if abs(r) > _TINY else mpf(1) / 2 + r / 6

    for name, degree in (("exp_tail", 10), ("exp_tail_short", 6)):
        print_polynomial(
            name,
            "(e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2",
            tail,
            (-limit, limit),
            degree,
            lambda r: abs(r) + mpf("1e-9"),
        )

    def tail3(r: mpf) -> mpf:
        return (mp.expm1(r) - r - r**2 / 2) / r**3 if abs(r) > _TINY else mpf(1) / 6 + r / 24

    print_polynomial(
        "exp_tail_precise",
        "(e^r - 1 - r - r^2/2) / r^3 in r, |r| <= ln(2)/2",
        tail3,
        (-limit, limit),
        9,
        lambda r: r**2 + mpf("1e-12"),
    )


def print_hyperbolic() -> None:
    limit = (mp.log(2) / 2 * mpf("1.001")) ** 2

    def sinh_tail(z: mpf) -> mpf:
        r = mp.sqrt(z)
        return (mp.sinh(r) - r) / r**3 if z > _TINY else mpf(1) / 6 + z / 120

    def cosh_tail(z: mpf) -> mpf:
        r = mp.sqrt(z)
        return (mp.cosh(r) - 1 - z / 2) / z**2 if z > _TINY else mpf(1) / 24 + z / 720

    print_polynomial(
        "sinh_tail",
        "(sinh(r) - r) / r^3 in r^2, |r| <= ln(2)/2",
        sinh_tail,
        (mpf(0), limit),
        4,
        lambda z: z,
    )
    print_polynomial(
        "cosh_tail",
        "(cosh(r) - 1 - r^2/2) / r^4 in r^2, |r| <= ln(2)/2",
        cosh_tail,
        (mpf(0), limit),
        4,
        lambda z: z**2,
    )


def print_trigonometric() -> None:
    def sin_tail(z: mpf) -> mpf:
        r = mp.sqrt(z)
        return (mp.sin(r) - r) / r**3 if z > _TINY else -mpf(1) / 6 + z / 120

    def cos_tail(z: mpf) -> mpf:
        r = mp.sqrt(z)
        return (mp.cos(r) - 1 + z / 2) / z**2 if z > _TINY else mpf(1) / 24 - z / 720

    quarter = (mp.pi / 4 * mpf("1.001")) ** 2
    for suffix, degree in (("", 5), ("_short", 3)):
        print_polynomial(
            "sin_tail" + suffix,
            "(sin(r) - r) / r^3 in r^2, |r| <= pi/4",
            sin_tail,
            (mpf(0), quarter),
            degree,
            lambda z: z,
        )
        print_polynomial(
            "cos_tail" + suffix,
            "(cos(r) - 1 + r^2/2) / r^4 in r^2, |r| <= pi/4",
            cos_tail,
            (mpf(0), quarter),
            degree,
            lambda z: z**2,
        )


def print_inverse_trigonometric() -> None:
    def atan_tail(z: mpf) -> mpf:
        t = mp.sqrt(z)
        return (mp.atan(t) - t) / t**3 if z > _TINY else -mpf(1) / 3 + z / 5

    def asin_tail(z: mpf) -> mpf:
        x = mp.sqrt(z)
        return (mp.asin(x) - x) / x**3 if z > _TINY else mpf(1) / 6 + z * 3 / 40

    atan_limit = mpf("0.2505") ** 2
    for suffix, degree in (("", 8), ("_short", 4)):
        print_polynomial(
            "atan_tail" + suffix,
            "(atan(t) - t) / t^3 in t^2, |t| <= 1/4",
            atan_tail,
            (mpf(0), atan_limit),
            degree,
            lambda z: z,
        )
    print_polynomial(
        "asin_tail",
        "(asin(x) - x) / x^3 in x^2, |x| <= 1/2",
        asin_tail,
        (mpf(0), mpf("0.2501")),
        12,
        lambda z: z,
    )


_LOG_TABLE_STEP = 1 << 48  # 16 intervals of a binade: 52 - 48 = 4 bits of the significand
_LOG_TABLE_START = 0x3FF0000000000000 - (_LOG_TABLE_STEP >> 1) - 10 * _LOG_TABLE_STEP


def float_of_bits(bits: int) -> mpf:
    return mpf(struct.unpack("d", struct.pack("Q", bits))[0])


def print_log_table() -> tuple[mpf, mpf]:
    """Sixteen intervals from 0.6719 to 1.3437; returns the range of z = m * inverse - 1 over them.

    The inverses have at most 7 significant bits, so that the upper half of m times one is exact;
    the interval around 1 has the inverse 1, so that z = m - 1 there and the logarithm keeps its
    relative accuracy.
    """
    inverses, highs, lows = [], [], []
    z_low = z_high = mpf(0)
    for i in range(16):
        low = float_of_bits(_LOG_TABLE_START + i * _LOG_TABLE_STEP)
        high = float_of_bits(_LOG_TABLE_START + (i + 1) * _LOG_TABLE_STEP)
        if low < 1 < high:
            inverse = mpf(1)
        else:
            grid = mpf(2) ** (5 if low < 1 else 6)
            inverse = mp.nint(2 / (low + high) * grid) / grid
        log = -mp.log(inverse)
        log_high = mp.nint(log * mpf(2) ** 42) / mpf(2) ** 42
        inverses.append(hex_of(inverse))
        highs.append(hex_of(log_high))
        lows.append(hex_of(log - log_high))
        z_low, z_high = min(z_low, low * inverse - 1), max(z_high, high * inverse - 1)
    print(
        "// The logarithm's table: m in 16 intervals of 2^48 from float64 bits log_table_start on;"
    )
    print("// -log(inverse) = log_high (a multiple of 2^-42) + log_low.")
    print(f"inline constexpr std::uint64_t log_table_start = {hex(_LOG_TABLE_START)}u;")
    print_array("log_inverse", inverses)
    print_array("log_high", highs)
    print_array("log_low", lows)
    return z_low * mpf("1.001"), z_high * mpf("1.001")


def print_log() -> None:
    limits = print_log_table()
    bounds = f"{float(limits[0]):.4f} <= z <= {float(limits[1]):.4f}"

    def tail2(z: mpf) -> mpf:
        return (mp.log1p(z) - z) / z**2 if abs(z) > _TINY else -mpf(1) / 2 + z / 3

    def tail3(z: mpf) -> mpf:
        return (mp.log1p(z) - z + z**2 / 2) / z**3 if abs(z) > _TINY else mpf(1) / 3 - z / 4

    def relative(power: int) -> Function:
        return lambda z: abs(z**power / mp.log1p(z)) if abs(z) > _TINY else _TINY ** (power - 1)

    for name, degree in (("log_tail", 8), ("log_tail_short", 5)):
        print_polynomial(
            name, f"(log(1+z) - z) / z^2, {bounds}", tail2, limits, degree, relative(2)
        )
    print_polynomial(
        "log_tail_precise",
        f"(log(1+z) - z + z^2/2) / z^3, {bounds}",
        tail3,
        limits,
        8,
        relative(3),
        keep_low_of_first=True,
    )


def print_two_over_pi() -> None:
    with mp.workprec(1500):
        words = 40
        bits = int(mp.floor(2 / mp.pi * mpf(2) ** (32 * words)))
    print("// The first 1280 fraction bits of 2/pi, most significant word first.")
    print_array(
        "two_over_pi",
        [hex((bits >> (32 * (words - 1 - i))) & 0xFFFFFFFF) + "u" for i in range(words)],
        "std::uint32_t",
    )


def main() -> None:
    print(_HEAD)
    print_exp()
    print_hyperbolic()
    print_trigonometric()
    print_inverse_trigonometric()
    print_log()
    print_two_over_pi()
    print("\n}  // namespace corepy::COREPY_ISA::vec::coefficients")


if __name__ == "__main__":
    main()
