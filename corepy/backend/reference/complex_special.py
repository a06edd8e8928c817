# Special values of complex elementary functions, as tables; finite ones: complex_functions.py.
"""What the array API and C99's Annex G say where a part is infinite or NaN.

Each table is keyed by the kinds of the operand's parts and stands for the quadrant in which both
are positive; symmetries give the others. Where a sign is unspecified there, it is the one written
here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

__all__ = ["special_value"]

_Pair: TypeAlias = "tuple[float, float]"
_Table: TypeAlias = "dict[str, _Pair]"

_INF, _NAN = math.inf, math.nan
_PI = math.pi

# Keys: the kind of the real part, then of the imaginary one: 0 zero, f finite, i infinite, n NaN;
# "." stands for any kind, and the first matching row counts.
_SINH: _Table = {
    "0i": (0.0, _NAN),
    "0n": (0.0, _NAN),
    "ii": (_INF, _NAN),
    "in": (_INF, _NAN),
    "i0": (_INF, 0.0),
    "n0": (_NAN, 0.0),
    "..": (_NAN, _NAN),
}
_COSH: _Table = {
    "0i": (_NAN, 0.0),
    "0n": (_NAN, 0.0),
    "ii": (_INF, _NAN),
    "in": (_INF, _NAN),
    "i0": (_INF, 0.0),
    "n0": (_NAN, 0.0),
    "..": (_NAN, _NAN),
}
_TANH: _Table = {
    "0i": (0.0, _NAN),
    "0n": (0.0, _NAN),
    "i.": (1.0, 0.0),
    "n0": (_NAN, 0.0),
    "..": (_NAN, _NAN),
}
_ASINH: _Table = {
    "ii": (_INF, _PI / 4),
    "in": (_INF, _NAN),
    "i.": (_INF, 0.0),
    "ni": (_INF, _NAN),
    "n0": (_NAN, 0.0),
    "n.": (_NAN, _NAN),
    ".i": (_INF, _PI / 2),
    "..": (_NAN, _NAN),
}
_ATANH: _Table = {
    "0n": (0.0, _NAN),
    "in": (0.0, _NAN),
    "i.": (0.0, _PI / 2),
    ".i": (0.0, _PI / 2),
    "..": (_NAN, _NAN),
}
# Of these the real part's sign matters: the table for negative ones comes second. A finite part
# beside an infinite one gives an angle of 0, pi/2 or pi.
_LOG: tuple[_Table, _Table] = (
    {
        "ii": (_INF, _PI / 4),
        "in": (_INF, _NAN),
        "ni": (_INF, _NAN),
        "i.": (_INF, 0.0),
        "0i": (_INF, _PI / 2),
        "fi": (_INF, _PI / 2),
        "..": (_NAN, _NAN),
    },
    {
        "ii": (_INF, 3 * _PI / 4),
        "in": (_INF, _NAN),
        "ni": (_INF, _NAN),
        "i.": (_INF, _PI),
        "0i": (_INF, _PI / 2),
        "fi": (_INF, _PI / 2),
        "..": (_NAN, _NAN),
    },
)
_SQRT: tuple[_Table, _Table] = (
    {
        ".i": (_INF, _INF),
        "in": (_INF, _NAN),
        "i.": (_INF, 0.0),
        "..": (_NAN, _NAN),
    },
    {
        ".i": (_INF, _INF),
        "in": (_NAN, _INF),
        "i.": (0.0, _INF),
        "..": (_NAN, _NAN),
    },
)
_EXP: tuple[_Table, _Table] = (
    {
        "ii": (_INF, _NAN),
        "in": (_INF, _NAN),
        "i0": (_INF, 0.0),
        "n0": (_NAN, 0.0),
        "..": (_NAN, _NAN),
    },
    {
        "ii": (0.0, 0.0),
        "in": (0.0, 0.0),
        "n0": (_NAN, 0.0),
        "..": (_NAN, _NAN),
    },
)
_ACOS: tuple[_Table, _Table] = (
    {
        "0n": (_PI / 2, _NAN),
        "ii": (_PI / 4, -_INF),
        "in": (_NAN, -_INF),
        "ni": (_NAN, -_INF),
        "i.": (0.0, -_INF),
        ".i": (_PI / 2, -_INF),
        "..": (_NAN, _NAN),
    },
    {
        "0n": (_PI / 2, _NAN),
        "ii": (3 * _PI / 4, -_INF),
        "in": (_NAN, -_INF),
        "ni": (_NAN, -_INF),
        "i.": (_PI, -_INF),
        ".i": (_PI / 2, -_INF),
        "..": (_NAN, _NAN),
    },
)


def _kind(part: float) -> str:
    if math.isnan(part):
        return "n"
    if math.isinf(part):
        return "i"
    return "f" if part else "0"


def _find(table: _Table, a: float, b: float) -> _Pair:
    first, second = _kind(a), _kind(b)
    for key, value in table.items():
        if key[0] in (".", first) and key[1] in (".", second):
            return value
    raise KeyError(first + second)


def _signed(value: float, sign: float) -> float:
    return math.copysign(value, math.copysign(1.0, value) * math.copysign(1.0, sign))


def _odd(table: _Table) -> Callable[[float, float], _Pair]:
    """f(-conj z) = -conj f(z) and f(conj z) = conj f(z): each part's sign is its operand's."""

    def evaluate(a: float, b: float) -> _Pair:
        real, imag = _find(table, a, b)
        return _signed(real, a), _signed(imag, b)

    return evaluate


def _turned(table: _Table) -> Callable[[float, float], _Pair]:
    """-i f(iz) of such a function."""
    evaluate = _odd(table)

    def turned(a: float, b: float) -> _Pair:
        real, imag = evaluate(b, a)
        return imag, real

    return turned


def _even(a: float, b: float) -> _Pair:
    real, imag = _find(_COSH, a, b)
    return real, _signed(_signed(imag, a), b)


def _conjugate(tables: tuple[_Table, _Table]) -> Callable[[float, float], _Pair]:
    """f(conj z) = conj f(z) only."""

    def evaluate(a: float, b: float) -> _Pair:
        real, imag = _find(tables[math.copysign(1.0, a) < 0], a, b)
        return real, _signed(imag, b)

    return evaluate


def _acosh(a: float, b: float) -> _Pair:
    angle, rise = _conjugate(_ACOS)(a, b)
    return abs(rise), _signed(angle, b)


def _expm1(a: float, b: float) -> _Pair:
    real, imag = _conjugate(_EXP)(a, b)
    return real - 1.0, imag


def _log_over(divisor: float) -> Callable[[float, float], _Pair]:
    def evaluate(a: float, b: float) -> _Pair:
        real, imag = _conjugate(_LOG)(a, b)
        return real, imag / divisor

    return evaluate


_EVALUATE: dict[str, Callable[[float, float], _Pair]] = {
    "acos": _conjugate(_ACOS),
    "acosh": _acosh,
    "asin": _turned(_ASINH),
    "asinh": _odd(_ASINH),
    "atan": _turned(_ATANH),
    "atanh": _odd(_ATANH),
    "cos": lambda a, b: _even(-b, a),
    "cosh": _even,
    "exp": _conjugate(_EXP),
    "expm1": _expm1,
    "log": _conjugate(_LOG),
    "log10": _log_over(math.log(10.0)),
    "log1p": _conjugate(_LOG),
    "log2": _log_over(math.log(2.0)),
    "sin": _turned(_SINH),
    "sinh": _odd(_SINH),
    "sqrt": _conjugate(_SQRT),
    "tan": _turned(_TANH),
    "tanh": _odd(_TANH),
}

# Functions that grow like infinity * cis(b) along the real axis, and those of iz.
_GROWING = {"exp", "expm1", "sinh", "cosh"}
_GROWING_TURNED = {"sin", "cos"}


def _cis_value(name: str, a: float, b: float, cos_sign: float, sin_sign: float) -> _Pair:
    """An infinite a and a finite b other than 0."""
    if name in ("exp", "expm1"):
        size = _INF if a > 0 else 0.0
        shift = 1.0 if name == "expm1" else 0.0
        real = math.copysign(size, cos_sign) - shift
        return real, math.copysign(size, sin_sign)
    sign = math.copysign(1.0, a)
    if name == "sinh":
        return sign * cos_sign * _INF, sin_sign * _INF
    return cos_sign * _INF, sign * sin_sign * _INF


def special_value(name: str, a: float, b: float, cis_signs: Callable[[float], _Pair]) -> _Pair:
    """The parts of function ``name`` of ``a + ib``, of which one is not finite.

    ``cis_signs`` gives 1 or -1 for the cosine and the sine of a finite angle. A constant in the
    result is float64's nearest number.
    """
    if name in _GROWING_TURNED and math.isinf(b) and math.isfinite(a) and a:
        if name == "sin":
            real, imag = _cis_value("sinh", b, a, *cis_signs(a))
            return imag, real
        return _cis_value("cosh", -b, a, *cis_signs(a))
    vanishes = name in ("exp", "expm1") and a < 0
    if name in _GROWING and math.isinf(a) and math.isfinite(b) and (b or vanishes):
        cos_sign, sin_sign = cis_signs(b) if b else (1.0, math.copysign(1.0, b))
        return _cis_value(name, a, b, cos_sign, sin_sign)
    return _EVALUATE[name](a, b)
