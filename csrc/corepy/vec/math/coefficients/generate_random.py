"""Prints ../random_coefficients.h: polynomials of the transforms of random bits.

    python csrc/corepy/vec/math/coefficients/generate_random.py \
        > csrc/corepy/vec/math/random_coefficients.h

Needs mpmath. The numbers are part of corepy's reproducible bits: a change of any of them is a new
numerics revision.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from mpmath import mp, mpf  # type: ignore[import-untyped]  # mpmath has no stubs

sys.path.insert(0, str(Path(__file__).parent))
from remez import fit  # beside this script: not a package

mp.prec = 200

_HEAD = """\
// Coefficients of the transforms of random bits, printed by coefficients/generate_random.py: do not
// edit by hand. No functions here. Each polynomial is minimax (Remez) over the stated range;
// "error" is its largest relative error in the function named, before the coefficients are rounded.
// clang-format off
#pragma once

#include "corepy/vec/vec.h"

namespace corepy::COREPY_ISA::vec {

// By element type: the float32 transforms are evaluated in float32.
template <class T>
struct RandomCoefficients;
"""

Function = Callable[[mpf], mpf]
# From 1/sqrt(2) to sqrt(2), f/(2+f) reaches (sqrt(2)-1)/(sqrt(2)+1) = 3 - 2 sqrt(2).
_LOG_LIMIT = (3 - 2 * mp.sqrt(2)) ** 2 * mpf("1.001")
_TINY = mpf("1e-20")


def _log_tail(z: mpf) -> mpf:
    s = mp.sqrt(z)
    return (2 * mp.atanh(s) / s - 2) / z


def _sine(z: mpf) -> mpf:
    f = mp.sqrt(z)
    return mp.sin(mp.pi / 2 * f) / f


def _cosine_tail(z: mpf) -> mpf:
    return (mp.cos(mp.pi / 2 * mp.sqrt(z)) - 1) / z


def _hex(x: mpf, digits: int) -> str:
    """The nearest number with that many significant bits, as a C++ literal."""
    with mp.workprec(digits):
        rounded = float(+x)
    text = rounded.hex()
    if digits == 53:
        return text
    mantissa, exponent = text.split("p")
    return f"{mantissa[: mantissa.index('.') + 7]}p{exponent}f"


def _print_array(kind: str, name: str, values: list[mpf]) -> None:
    texts = [_hex(value, 53 if kind == "double" else 24) for value in values]
    line = f"  static constexpr {kind} {name}[{len(values)}] = {{"
    for index, text in enumerate(texts):
        piece = text + (", " if index + 1 < len(texts) else "};")
        if len(line) + len(piece.rstrip()) > 98:
            print(line.rstrip())
            line = "      "
        line += piece
    print(line)


def _print_polynomials(kind: str, counts: tuple[int, int, int]) -> None:
    quarter = mpf(1) / 4
    rows: list[tuple[str, str, Function, mpf, Function]] = [
        (
            "log_tail",
            "(log((1+s)/(1-s)) - 2s) / s^3 in s^2, |s| <= 3 - 2 sqrt(2)",
            _log_tail,
            _LOG_LIMIT,
            lambda z: z / 2,
        ),
        ("sine", "sin(pi/2 f) / f in f^2, |f| <= 1/2", _sine, quarter, lambda z: 1 / _sine(z)),
        (
            "cosine_tail",
            "(cos(pi/2 f) - 1) / f^2 in f^2, |f| <= 1/2",
            _cosine_tail,
            quarter,
            lambda z: z / mp.cos(mp.pi / 2 * mp.sqrt(z)),
        ),
    ]
    print(f"\ntemplate <>\nstruct RandomCoefficients<{kind}> {{")
    for (name, comment, f, limit, weight), count in zip(rows, counts, strict=True):
        result = fit(f, _TINY, limit, count - 1, weight)
        print(f"  // {comment}; error 2^{float(mp.log(result.error, 2)):.1f}")
        _print_array(kind, name, result.coefficients)
    print("};")


def main() -> None:
    print(_HEAD, end="")
    _print_polynomials("double", (7, 7, 7))
    _print_polynomials("float", (3, 4, 4))
    print("\n}  // namespace corepy::COREPY_ISA::vec")


if __name__ == "__main__":
    main()
