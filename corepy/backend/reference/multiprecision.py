# Correctly rounded elementary functions through MPFR (gmpy2); exact arithmetic is in exact.py.
"""Elementary functions rounded once, to nearest even, subnormals included.

MPFR evaluates each function to the precision of the result's format with correct rounding, which
is the definition of the oracle's value. For float32 most elements need no MPFR: NumPy's float64
value lies within ``2**-40`` relative of the true one (its own error is a few ulp, about
``2**-51``), so where both ends of that interval round to the same float32, that is the correctly
rounded result. About one element in ``2**15`` is left for MPFR.
"""

from __future__ import annotations

import math
from importlib import import_module
from types import ModuleType
from typing import Protocol

import numpy as np

from corepy.errors import BackendError

from .exact import BinaryFormat, format_of, round_ratio
from .registry import Array, DType, FloatArray

__all__ = ["evaluate_function", "evaluate_logaddexp", "evaluate_norm", "load_gmpy2"]

_ESTIMATE_ERROR = 2.0**-40
# log(exp(a) + exp(b)) near zero cancels fewer than 120 bits; 200 are left to round from.
_LOGADDEXP_BITS = 320

_ESTIMATES: dict[str, np.ufunc] = {
    "acos": np.arccos,
    "acosh": np.arccosh,
    "asin": np.arcsin,
    "asinh": np.arcsinh,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "atanh": np.arctanh,
    "cos": np.cos,
    "cosh": np.cosh,
    "exp": np.exp,
    "expm1": np.expm1,
    "log": np.log,
    "log10": np.log10,
    "log1p": np.log1p,
    "log2": np.log2,
    "pow": np.power,
    "sin": np.sin,
    "sinh": np.sinh,
    "tan": np.tan,
    "tanh": np.tanh,
}


class _Number(Protocol):
    """What is used of ``gmpy2.mpfr``."""

    def __float__(self) -> float: ...

    def as_mantissa_exp(self) -> tuple[int, int]: ...


class _Function(Protocol):
    """A function of gmpy2."""

    def __call__(self, *operands: float) -> _Number: ...


class _Context(Protocol):
    """What is used of ``gmpy2.context``: functions that take floats and round to its precision."""

    def add(self, x: float | _Number, y: _Number, /) -> _Number: ...

    def hypot(self, x: float, y: float, /) -> _Number: ...

    def pow(self, x: _Number, y: float | _Number, /) -> _Number: ...

    def div(self, x: float, y: float, /) -> _Number: ...

    def sub(self, x: float, y: float, /) -> _Number: ...

    def exp(self, x: _Number, /) -> _Number: ...

    def log1p(self, x: _Number, /) -> _Number: ...


def load_gmpy2() -> ModuleType:
    """The gmpy2 module.

    Raises:
        BackendError: gmpy2 is not installed.
    """
    try:
        return import_module("gmpy2")
    except ImportError as error:
        raise BackendError(
            "reference: the oracle's elementary functions need gmpy2, which is not installed; "
            'run: pip install "corepy[reference]"'
        ) from error


def _round_by_mpfr(name: str, dtype: DType, *operands: FloatArray) -> FloatArray:
    # ieee(32) and ieee(64) carry the format's exponent range and round subnormals once.
    function: _Function = getattr(load_gmpy2().ieee(8 * dtype.itemsize), name)
    columns = (operand.tolist() for operand in operands)
    return np.asarray([float(function(*row)) for row in zip(*columns, strict=True)], np.float64)


def evaluate_function(name: str, dtype: DType, *operands: Array) -> Array:
    """Function ``name`` (its array API name) of operands of one shape, rounded once to ``dtype``.

    Args:
        name: one of the keys of the standard that MPFR has, ``sin`` to ``atan2`` and ``pow``.
        dtype: float32 or float64, also the dtype of the operands.
        operands: arrays of one shape.
    """
    flat = [np.ravel(operand).astype(np.float64) for operand in operands]
    if dtype.itemsize == 8:
        return _round_by_mpfr(name, dtype, *flat).reshape(operands[0].shape)
    estimate: FloatArray = _ESTIMATES[name](*flat)
    low = (estimate * (1.0 - _ESTIMATE_ERROR)).astype(dtype)
    high = (estimate * (1.0 + _ESTIMATE_ERROR)).astype(dtype)
    hard = ~((low == high) | np.isnan(estimate))
    low[hard] = _round_by_mpfr(name, dtype, *(operand[hard] for operand in flat))
    return low.reshape(operands[0].shape)


def evaluate_logaddexp(dtype: DType, x1: Array, x2: Array) -> Array:
    """``log(exp(x1) + exp(x2))`` of arrays of one shape, rounded once to ``dtype``.

    Evaluated as ``m + log1p(exp(-d))`` with the larger operand ``m`` and the distance ``d``, in 320
    bits; what such a sum loses lies far below the result's last bit, so the final rounding decides.
    """
    context: _Context = load_gmpy2().context(precision=_LOGADDEXP_BITS)
    binary = format_of(dtype)

    def evaluate(first: float, second: float) -> float:
        if math.isnan(first) or math.isnan(second):
            return math.nan
        larger, smaller = max(first, second), min(first, second)
        if math.isinf(larger) or math.isinf(smaller):
            return larger + 0.0  # log(exp(-0.0) + 0) is +0
        tail = context.log1p(context.exp(context.sub(smaller, larger)))
        mantissa, exponent = context.add(larger, tail).as_mantissa_exp()
        return round_ratio(int(mantissa), 1, int(exponent), binary)

    columns = (np.ravel(x).astype(np.float64).tolist() for x in (x1, x2))
    values = [evaluate(first, second) for first, second in zip(*columns, strict=True)]
    return np.asarray(values, np.float64).astype(dtype).reshape(x1.shape)


def evaluate_norm(real: FloatArray, imag: FloatArray, order: float, binary: BinaryFormat) -> float:
    """``(sum |x|**order)**(1 / order)`` of finite complex numbers, in 320 bits, rounded once."""
    context: _Context = load_gmpy2().context(precision=_LOGADDEXP_BITS)
    total: float | _Number = 0.0
    for a, b in zip(real.tolist(), imag.tolist(), strict=True):
        total = context.add(total, context.pow(context.hypot(a, b), order))
    if isinstance(total, float):  # infinite numbers only, of a negative order
        return math.inf
    mantissa, exponent = context.pow(total, context.div(1.0, order)).as_mantissa_exp()
    return round_ratio(int(mantissa), 1, int(exponent), binary)
