"""Prints ../coefficients.h: polynomials and tables of the elementary functions (needs mpmath).

    python csrc/corepy/vec/math/coefficients/generate.py > csrc/corepy/vec/math/coefficients.h

The numbers are part of corepy's reproducible bits: a change of any of them is a new numerics
revision.
"""

from __future__ import annotations

import itertools
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


def bits_of_float(x: mpf) -> int:
    return int(struct.unpack("Q", struct.pack("d", float(x)))[0])


def print_exp_table() -> None:
    powers = [mpf(2) ** (mpf(j) / 16) for j in range(16)]
    print("// The bits of 2^(j/16), less j << 48: adding (16 k + j) << 48 gives those of")
    print("// 2^(k + j/16); and what its rounding lost, relative.")
    bits = [bits_of_float(p) - (j << 48) for j, p in enumerate(powers)]
    print_array("exp_table_bits", [hex(b) + "u" for b in bits], "std::uint64_t")
    print_array("exp_table_low", [hex_of((p - mpf(float(p))) / p) for p in powers])


def print_exp() -> None:
    limit = mp.log(2) / 2 * mpf("1.001")

    def tail(r: mpf) -> mpf:
        return (mp.expm1(r) - r) / r**2 if abs(r) > _TINY else mpf(1) / 2 + r / 6

    print_polynomial(
        "exp_tail_short",
        "(e^r - 1 - r) / r^2 in r, |r| <= ln(2)/2",
        tail,
        (-limit, limit),
        6,
        lambda r: abs(r) + mpf("1e-9"),
    )

    def tail3(r: mpf) -> mpf:
        return (mp.expm1(r) - r - r**2 / 2) / r**3 if abs(r) > _TINY else mpf(1) / 6 + r / 24

    sixteenth = mp.log(2) / 32 * mpf("1.001")
    print_polynomial(
        "exp_table_tail",
        "(e^r - 1 - r) / r^2 in r, |r| <= ln(2)/32, relative to e^r",
        tail,
        (-sixteenth, sixteenth),
        4,
        lambda r: r**2 / mp.exp(r),
    )
    print_polynomial(
        "expm1_table_tail",
        "(e^r - 1 - r) / r^2 in r, |r| <= ln(2)/32, relative to e^r - 1",
        tail,
        (-sixteenth, sixteenth),
        5,
        lambda r: abs(r**2 / mp.expm1(r)) if abs(r) > _TINY else _TINY,
    )
    print_exp_table()
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
        return (mp.cosh(mp.sqrt(z)) - 1) / z if z > _TINY else mpf(1) / 2 + z / 24

    # sinh's range, and that of cosh, which has a table
    small = (mp.log(2) / 32 * mpf("1.001")) ** 2
    for suffix, end, text, degrees in (
        ("", limit, "ln(2)/2", (4, 5)),
        ("_table", small, "ln(2)/32", (1, 2)),
    ):
        print_polynomial(
            f"sinh{suffix}_tail",
            f"(sinh(r) - r) / r^3 in r^2, |r| <= {text}",
            sinh_tail,
            (mpf(0), end),
            degrees[0],
            lambda z: z,
        )
        print_polynomial(
            f"cosh{suffix}_tail",
            f"(cosh(r) - 1) / r^2 in r^2, |r| <= {text}",
            cosh_tail,
            (mpf(0), end),
            degrees[1],
            lambda z: z,
        )


def find_tanh_centre(low: mpf, high: mpf) -> mpf:
    """A float64 near the middle whose tanh is closest to a float64."""
    middle = (low + high) / 2

    def distance(c: mpf) -> mpf:
        value = mp.tanh(c)
        return abs(value - mpf(float(value)))

    if low >= 16:  # few values left below 1: the centre of one of them
        return mpf(float(mp.atanh(mpf(float(mp.tanh(middle))))))
    return min((mpf(float(middle * (1 + mpf(i) / 2**18))) for i in range(1024)), key=distance)


def print_tanh() -> None:
    first = mpf(1) / 8
    ends = [first * mpf(2) ** k * (4 + i) / 4 for k in range(8) for i in range(4)][:30]
    centres = [find_tanh_centre(low, high) for low, high in itertools.pairwise(ends)]
    start = bits_of_float(first) >> 50
    by_index = {(start - 1) % 32: mpf(0), **{(start + i) % 32: c for i, c in enumerate(centres)}}
    table = [by_index.get(i, mpf(64)) for i in range(32)]
    values = [mp.tanh(c) for c in table]
    lost = max(abs(v / mpf(float(v)) - 1) for v in values if v)
    print(
        "// tanh's centres in 32 intervals, by the lowest five bits of the argument's bits >> 50;"
    )
    print(f"// the values there, float64 to 2^{float(mp.log(lost, 2)):.1f}.")
    print(f"inline constexpr double tanh_first = {hex_of(first * 7 / 8)};")
    print_array("tanh_centre", [hex_of(c) for c in table])
    print_array("tanh_value", [hex_of(v) for v in values])

    def sinh_tail(z: mpf) -> mpf:
        d = mp.sqrt(z)
        return (mp.sinh(d) - d) / d**3 if z > _TINY else mpf(1) / 6 + z / 120

    def cosh_tail(z: mpf) -> mpf:
        return (mp.cosh(mp.sqrt(z)) - 1) / z if z > _TINY else mpf(1) / 2 + z / 24

    # A distance d beyond 1/8 occurs around c = 9 d only, and at 8 d 1 - tanh^2 is 4 e^(-16 d).
    for name, formula, f, degree in (
        ("sinh", "(sinh(d) - d) / d^3", sinh_tail, 4),
        ("cosh", "(cosh(d) - 1) / d^2", cosh_tail, 5),
    ):
        print_polynomial(
            f"tanh_{name}_tail",
            f"{formula} in d^2, |d| <= 2, relative to tanh",
            f,
            (mpf(0), mpf("4.1")),
            degree,
            lambda z: z * min(mpf(1), 4 * mp.exp(-16 * mp.sqrt(z))),
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


def print_tan() -> None:
    def tail(z: mpf) -> mpf:
        r = mp.sqrt(z)
        return (mp.tan(r) - r) / r**3 if z > _TINY else mpf(1) / 3 + z * 2 / 15

    print_polynomial(
        "tan_tail",
        "(tan(r) - r) / r^3 in r^2, |r| <= pi/64",
        tail,
        (mpf(0), (mp.pi / 64 * mpf("1.001")) ** 2),
        3,
        lambda z: z,
    )
    print("// tan(j pi/32) in two parts, j = 0 .. 7, then -8 .. -1.")
    values = [mp.tan(j * mp.pi / 32) for j in (*range(8), *range(-8, 0))]
    values[8] = mpf(-1)
    print_array("tan_breakpoint", [hex_of(v) for v in values])
    print_array("tan_breakpoint_low", [hex_of(v - mpf(float(v))) for v in values])


def print_atan_table() -> None:
    """Sixteen breakpoints; a last one of 28 serves up to infinity: |t| <= 1/28 there."""
    breakpoints = [mpf(0)]
    for power in range(-3, 4):
        breakpoints += [mpf(2) ** power, mpf(3) / 2 * mpf(2) ** power]
    breakpoints.append(mpf(28))
    print("// atan's breakpoints: 0, then 2^k and 1.5 * 2^k for k = -3 .. 3, then 28; their")
    print("// angles, and pi less those, each in two parts.")
    print_array("atan_breakpoint", [hex_of(c) for c in breakpoints])
    angles = [mp.atan(c) for c in breakpoints]
    for name, values in (("atan_angle", angles), ("atan_left", [mp.pi - a for a in angles])):
        print_array(name, [hex_of(a) for a in values])
        print_array(name + "_low", [hex_of(a - mpf(float(a))) for a in values])


def print_inverse_trigonometric() -> None:
    def atan_tail(z: mpf) -> mpf:
        t = mp.sqrt(z)
        return (mp.atan(t) - t) / t**3 if z > _TINY else -mpf(1) / 3 + z / 5

    def asin_tail(z: mpf) -> mpf:
        x = mp.sqrt(z)
        return (mp.asin(x) - x) / x**3 if z > _TINY else mpf(1) / 6 + z * 3 / 40

    # |t| <= 1/9 for atan's own intervals, 0.135 for those that atan2 estimates
    for suffix, limit, degree, text in (
        ("", mpf("0.1355"), 5, "0.135"),
        ("_short", mpf("0.2505"), 4, "1/4"),
    ):
        print_polynomial(
            "atan_tail" + suffix,
            f"(atan(t) - t) / t^3 in t^2, |t| <= {text}",
            atan_tail,
            (mpf(0), limit**2),
            degree,
            lambda z: z,
        )
    print_atan_table()
    print_polynomial(
        "asin_tail",
        "(asin(x) - x) / x^3 in x^2, |x| <= 1/2",
        asin_tail,
        (mpf(0), mpf("0.2501")),
        12,
        lambda z: z,
    )


def float_of_bits(bits: int) -> mpf:
    return mpf(struct.unpack("d", struct.pack("Q", bits))[0])


def print_split(name: str, values: list[mpf]) -> None:
    """Each as a multiple of 2^-42, to which k times another such is added exactly, and the rest."""
    highs = [mp.nint(v * mpf(2) ** 42) / mpf(2) ** 42 for v in values]
    print_array(name + "_high", [hex_of(h) for h in highs])
    print_array(name + "_low", [hex_of(v - h) for v, h in zip(values, highs, strict=True)])


def print_log_table(prefix: str, count: int, grid_steps: int) -> tuple[list[mpf], tuple[mpf, mpf]]:
    """Intervals from about 0.67 to about 1.34; returns inverses and the range of m * inverse - 1.

    The inverses have few bits (log1p needs 2^-k * inverse - 1 exact); the interval around 1 has
    the inverse 1, so that z = m - 1 there and the logarithm keeps its relative accuracy.
    """
    shift = 53 - count.bit_length()
    step = 1 << shift
    below = count * 5 // 8
    start = 0x3FF0000000000000 - (step >> 1) - below * step
    inverses = []
    z_low = z_high = mpf(0)
    for i in range(count):
        low, high = float_of_bits(start + i * step), float_of_bits(start + (i + 1) * step)
        grid = mpf(count) * grid_steps * (1 if low < 1 else 2)
        inverse = mpf(1) if low < 1 < high else mp.nint(2 / (low + high) * grid) / grid
        inverses.append(inverse)
        z_low, z_high = min(z_low, low * inverse - 1), max(z_high, high * inverse - 1)
    print(f"// A logarithm's table: m in {count} intervals of 2^{shift} from the float64 bits")
    print(f"// {prefix}_start on; -log(inverse) = high (a multiple of 2^-42) + low.")
    print(f"inline constexpr std::uint64_t {prefix}_start = {hex(start)}u;")
    print_array(f"{prefix}_inverse", [hex_of(inverse) for inverse in inverses])
    return inverses, (z_low * mpf("1.001"), z_high * mpf("1.001"))


def log_tail(terms: int, base: mpf) -> Function:
    """log(1 + z) less the first terms of its series, divided by z^(terms + 1), in units of base."""

    def tail(z: mpf) -> mpf:
        if abs(z) < _TINY:
            return (-1) ** terms * (mpf(1) / (terms + 1) - z / (terms + 2)) / base
        series = sum((-1) ** (i + 1) * z**i / i for i in range(1, terms + 1))
        return (mp.log1p(z) - series) / z ** (terms + 1) / base

    return tail


def print_log_tail(name: str, degree: int, limits: tuple[mpf, mpf], base: str, unit: mpf) -> None:
    def relative(z: mpf) -> mpf:
        return unit * (abs(z**2 / mp.log1p(z)) if abs(z) > _TINY else _TINY)

    head = "z" if base == "ln" else f"z {base}(e)"
    bounds = f"{float(limits[0]):.4f} <= z <= {float(limits[1]):.4f}"
    print_polynomial(
        name,
        f"({base}(1+z) - {head}) / z^2, {bounds}",
        log_tail(1, unit),
        limits,
        degree,
        relative,
    )


def print_log() -> None:
    inverses, limits = print_log_table("log_table", 16, 2)
    units = {"log": mpf(1), "log2": mp.log(2), "log10": mp.log(10)}
    for name, unit in units.items():
        print_split(name, [-mp.log(inverse) / unit for inverse in inverses])
        base = "ln" if name == "log" else name
        print_log_tail(f"{name}_tail", 8, limits, base, unit)
    print_log_tail("log_tail_short", 5, limits, "ln", mpf(1))
    inverses, limits = print_log_table("log_fine", 32, 16)
    print_split("log_fine", [-mp.log(inverse) for inverse in inverses])
    tail = log_tail(2, mpf(1))
    print_polynomial(
        "log_fine_tail",
        f"-2 (ln(1+z) - z + z^2/2) / z^3, {float(limits[0]):.4f} <= z <= {float(limits[1]):.4f}",
        lambda z: -2 * tail(z),
        limits,
        6,
        lambda z: abs(z**3 / mp.log1p(z) / 2) if abs(z) > _TINY else _TINY**2,
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
    print_tanh()
    print_trigonometric()
    print_tan()
    print_inverse_trigonometric()
    print_log()
    print_two_over_pi()
    print("\n}  // namespace corepy::COREPY_ISA::vec::coefficients")


if __name__ == "__main__":
    main()
