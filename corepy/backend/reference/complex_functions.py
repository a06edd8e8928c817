# Correctly rounded complex elementary functions through MPC (gmpy2); special values are tables in
# complex_special.py.
"""Complex elementary functions, each part rounded once.

MPC evaluates to many more bits than the result has; what it lacks (``expm1``, ``log1p``, ``log2``,
powers) is made of MPFR's real functions. float64 has 53 bits, so a value of 200 bits decides the
rounding but for exact ties, which these functions do not have at inexact results.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol, TypeAlias, cast

import numpy as np

from .complex_arithmetic import components, from_components
from .complex_special import special_value
from .multiprecision import load_gmpy2
from .promotion import component_dtype
from .registry import Array, DType

__all__ = [
    "evaluate_complex",
    "evaluate_complex_power",
    "evaluate_precisely",
    "precise_power",
]

_BITS = 200
# Beyond these, differences that cancel are computed again with this many bits.
_CANCELLING_BITS = 2600

_Pair: TypeAlias = "tuple[float, float]"


class _Real(Protocol):
    """What is used of ``gmpy2.mpfr`` and ``gmpy2.mpq``."""

    def __float__(self) -> float: ...
    def __add__(self, other: _Real | int, /) -> _Real: ...
    def __sub__(self, other: _Real | int, /) -> _Real: ...
    def __mul__(self, other: _Real | int, /) -> _Real: ...
    def __truediv__(self, other: _Real | int, /) -> _Real: ...
    def __lt__(self, other: float, /) -> bool: ...
    def __abs__(self) -> _Real: ...


class _Complex(Protocol):
    """What is used of ``gmpy2.mpc``."""

    @property
    def real(self) -> _Real: ...
    @property
    def imag(self) -> _Real: ...


class _Context(Protocol):
    """What is used of ``gmpy2.context`` of a given precision."""

    def __enter__(self) -> object: ...
    def __exit__(self, *details: object) -> object: ...
    def plus(self, x: _Real, /) -> _Real: ...


class _Gmpy2(Protocol):
    """What is used of gmpy2 inside a context."""

    def context(self, *, precision: int) -> _Context: ...
    def ieee(self, bits: int, /) -> _Context: ...
    def mpc(self, real: float | _Real, imag: float | _Real = ..., /) -> _Complex: ...
    def mpq(self, x: float, /) -> _Real: ...
    def mpfr(self, x: float | _Real, /) -> _Real: ...
    def atan2(self, y: _Real, x: _Real, /) -> _Real: ...
    def const_log2(self) -> _Real: ...
    def cos(self, x: _Real, /) -> _Real: ...
    def exp(self, x: _Real | _Complex, /) -> _Complex: ...
    def expm1(self, x: _Real, /) -> _Real: ...
    def log(self, x: _Real, /) -> _Real: ...
    def log1p(self, x: _Real, /) -> _Real: ...
    def sin(self, x: _Real, /) -> _Real: ...


def _gmpy2() -> _Gmpy2:
    return cast(_Gmpy2, load_gmpy2())


_Parts: TypeAlias = "tuple[_Real, _Real]"


def _cis_signs(angle: float) -> _Pair:
    gmpy2 = _gmpy2()
    with gmpy2.context(precision=_BITS):
        x = gmpy2.mpfr(angle)
        return math.copysign(1.0, float(gmpy2.cos(x))), math.copysign(1.0, float(gmpy2.sin(x)))


def _expm1(a: float, b: float) -> _Parts:
    """``expm1(a) cos b - 2 sin(b / 2)**2``; where that cancels, once more with many bits."""
    gmpy2 = _gmpy2()
    for bits in (2 * _BITS, _CANCELLING_BITS):
        with gmpy2.context(precision=bits):
            x, y = gmpy2.mpfr(a), gmpy2.mpfr(b)
            half = gmpy2.sin(y / 2)
            growth, versine = gmpy2.expm1(x) * gmpy2.cos(y), half * half * 2
            real = growth - versine
            imag = gmpy2.exp(gmpy2.mpc(a, b)).imag
            if not abs(real) < float(abs(versine)) * 2.0**-_BITS:
                break
    if a == 0.0 and b == 0.0:
        return gmpy2.mpfr(0.0), gmpy2.mpfr(b)
    return real, imag


def _log1p(a: float, b: float) -> _Parts:
    """``log1p(2a + a**2 + b**2) / 2`` of the exact sum, and the angle of ``(b, 1 + a)``."""
    gmpy2 = _gmpy2()
    x, y = gmpy2.mpq(a), gmpy2.mpq(b)
    excess = x * 2 + x * x + y * y
    with gmpy2.context(precision=_BITS):
        is_far = excess < -0.5
        real = gmpy2.log(gmpy2.mpfr(excess + 1)) if is_far else gmpy2.log1p(gmpy2.mpfr(excess))
        return real / 2, gmpy2.atan2(gmpy2.mpfr(b), gmpy2.mpfr(x + 1))


def _log2(a: float, b: float) -> _Parts:
    gmpy2 = _gmpy2()
    with gmpy2.context(precision=_BITS):
        value = _by_mpc("log", a, b)
        divisor = gmpy2.const_log2()
        return value[0] / divisor, value[1] / divisor


def _by_mpc(name: str, a: float, b: float) -> _Parts:
    gmpy2 = _gmpy2()
    with gmpy2.context(precision=_BITS):
        function: Callable[[_Complex], _Complex] = getattr(load_gmpy2(), name)
        value = function(gmpy2.mpc(a, b))
        return value.real, value.imag


_OWN: dict[str, Callable[[float, float], _Parts]] = {
    "expm1": _expm1,
    "log1p": _log1p,
    "log2": _log2,
}


def evaluate_precisely(name: str, a: float, b: float) -> _Parts:
    """Function ``name`` of finite ``a + ib``, both parts as MPFR numbers of 200 bits or so."""
    own = _OWN.get(name)
    return own(a, b) if own is not None else _by_mpc(name, a, b)


def _rounded(parts: _Parts, dtype: DType) -> _Pair:
    # ieee(32) and ieee(64) carry the format's exponent range and round subnormals once.
    context = _gmpy2().ieee(8 * component_dtype(dtype).itemsize)
    return float(context.plus(parts[0])), float(context.plus(parts[1]))


def _evaluate(name: str, a: float, b: float, dtype: DType) -> _Pair:
    if not (math.isfinite(a) and math.isfinite(b)):
        a, b = (math.nan if math.isnan(part) else part for part in (a, b))
        return special_value(name, a, b, _cis_signs)
    if name == "atanh" and b == 0.0 and abs(a) == 1.0:
        return math.copysign(math.inf, a), b
    if name == "atan" and a == 0.0 and abs(b) == 1.0:
        return a, math.copysign(math.inf, b)
    if name == "log1p" and a == -1.0 and b == 0.0:
        return -math.inf, b
    return _rounded(evaluate_precisely(name, a, b), dtype)


def evaluate_complex(name: str, x: Array) -> Array:
    """Function ``name`` (its array API name) of complex numbers, each part rounded once."""
    real, imag = components(x)
    pairs = [
        _evaluate(name, a, b, x.dtype)
        for a, b in zip(real.ravel().tolist(), imag.ravel().tolist(), strict=True)
    ]
    parts = np.asarray(pairs, np.float64).reshape(-1, 2)
    with np.errstate(all="ignore"):
        return from_components(parts[:, 0].reshape(x.shape), parts[:, 1].reshape(x.shape), x.dtype)


# ---- powers ----


def _power_of_special(a: _Pair, b: _Pair) -> _Pair:
    """``exp(b log a)`` by the textbook product, where the logarithm or b is not finite."""
    length, angle = (
        _evaluate("log", *a, np.dtype(np.complex128))
        if a != (0.0, 0.0)
        else (
            -math.inf,
            math.atan2(a[1], a[0]),
        )
    )
    with np.errstate(all="ignore"):
        first, second = np.float64(length), np.float64(angle)
        real = float(first * b[0] - second * b[1])
        imag = float(second * b[0] + first * b[1])
    return _evaluate("exp", real, imag, np.dtype(np.complex128))


def precise_power(a: _Pair, b: _Pair) -> _Parts:
    """``a**b`` of finite numbers, a not zero."""
    gmpy2 = _gmpy2()
    largest = max(abs(b[0]), abs(b[1]))
    bits = 2 * _BITS + max(0, math.frexp(largest)[1])
    with gmpy2.context(precision=bits):
        logarithm: Callable[[_Complex], _Complex] = load_gmpy2().log
        log = logarithm(gmpy2.mpc(*a))
        real = log.real * gmpy2.mpfr(b[0]) - log.imag * gmpy2.mpfr(b[1])
        imag = log.imag * gmpy2.mpfr(b[0]) + log.real * gmpy2.mpfr(b[1])
        value = gmpy2.exp(gmpy2.mpc(real, imag))
    return value.real, value.imag


def _power(a: _Pair, b: _Pair, dtype: DType) -> _Pair:
    if b == (0.0, 0.0):
        return 1.0, 0.0
    finite = all(math.isfinite(part) for part in (*a, *b))
    if not finite or a == (0.0, 0.0):
        return _power_of_special(a, b)
    return _rounded(precise_power(a, b), dtype)


def evaluate_complex_power(x1: Array, x2: Array) -> Array:
    """``x1**x2`` of complex arrays of one shape, each part rounded once."""
    columns = (part.ravel().tolist() for part in (*components(x1), *components(x2)))
    pairs = [_power((a, b), (c, d), x1.dtype) for a, b, c, d in zip(*columns, strict=True)]
    parts = np.asarray(pairs, np.float64).reshape(-1, 2)
    with np.errstate(all="ignore"):
        return from_components(
            parts[:, 0].reshape(x1.shape), parts[:, 1].reshape(x1.shape), x1.dtype
        )
