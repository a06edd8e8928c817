# The oracle on float16 and bfloat16 operands: exact as float64, the result rounded once. What the
# functions compute is in the other files.
"""Half precision in the oracle.

NumPy has no bfloat16 and rounds twice on the way from some dtypes to float16. So half-precision
operands become float64, which holds them exactly, the oracle of float64 gives its correctly rounded
value, and that is rounded once more. Its 53 bits are more than twice those of half precision: sums,
products, quotients and roots are correctly rounded (S. A. Figueroa, "When is double rounding
innocuous?", SIGNUM Newsletter 30 (1995)); other functions, but for one value in 2**40.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from .exact import BFLOAT16, FLOAT16, BinaryFormat, round_ratio
from .promotion import is_half, is_integer, promote_operands, resolve_dtype
from .registry import Array, DType, FloatArray, ReferenceFunction

__all__ = ["round_to_half", "run_in_float64", "widen"]

_FLOAT64 = np.dtype(np.float64)
_FORMATS: dict[str, BinaryFormat] = {"float16": FLOAT16, "bfloat16": BFLOAT16}
#: What an operand that is no half-precision one is converted to beside one.
_COMPUTE = np.dtype(np.float32)


def widen(x: Array) -> Array:
    """Half precision as float64, exactly; anything else unchanged."""
    return x.astype(_FLOAT64) if is_half(x.dtype) else x


def _round_floats(x: FloatArray, binary: BinaryFormat) -> FloatArray:
    """Numbers of a float64 array, each rounded to nearest even in ``binary``."""
    finite = np.where(np.isfinite(x), x, 0.0)
    _, exponents = np.frexp(finite)  # |x| < 2**exponent
    spacing = np.maximum(exponents - binary.precision, binary.min_exponent)
    rounded: FloatArray = np.ldexp(np.rint(np.ldexp(finite, -spacing)), spacing)
    largest = (2.0 - 2.0 ** (1 - binary.precision)) * 2.0 ** (binary.max_exponent - 1)
    rounded = np.where(np.abs(rounded) > largest, np.copysign(np.inf, finite), rounded)
    return np.where(np.isfinite(x), np.copysign(rounded, x), x)


def round_to_half(x: Array, dtype: DType) -> Array:
    """Real numbers of any dtype in half precision, rounded once.

    >>> round_to_half(np.asarray([1 + 2.0**-11, 65519.9, 65520.0]), np.dtype("float16")).tolist()
    [1.0, 65504.0, inf]
    """
    binary = _FORMATS[dtype.name]
    if is_integer(x.dtype) and x.dtype.itemsize == 8:
        exact = [round_ratio(int(value), 1, 0, binary) for value in np.ravel(x)]
        return np.asarray(exact, _FLOAT64).reshape(x.shape).astype(dtype)
    with np.errstate(all="ignore"):
        return _round_floats(np.asarray(x, _FLOAT64), binary).astype(dtype)


def _result_dtype(operands: tuple[Array, ...], options: Mapping[str, object]) -> DType | None:
    """The half-precision dtype that results of the widened call are rounded to, or None."""
    if options.get("dtype") is not None:
        wanted = resolve_dtype(options["dtype"], _FLOAT64)
        return wanted if is_half(wanted) else None
    common = promote_operands(*operands) if operands else _FLOAT64
    return common if is_half(common) else None


def _substitute(x: Array, half: DType | None) -> Array:
    if half is None:
        return x.astype(_COMPUTE) if is_half(x.dtype) else x
    # Beside half precision integers are converted to what is computed in.
    return (x.astype(_COMPUTE) if is_integer(x.dtype) else x).astype(_FLOAT64)


def run_in_float64(
    function: ReferenceFunction,
    operands: tuple[Array, ...],
    options: Mapping[str, object],
) -> tuple[Array, ...]:
    """The results of an oracle function that knows no half precision."""
    keywords = {
        key: value
        for key, value in options.items()
        if isinstance(value, np.ndarray) and key != "sorter"
    }
    half = _result_dtype((*operands, *keywords.values()), options)
    named = {**options, **{key: _substitute(value, half) for key, value in keywords.items()}}
    if half is not None and options.get("dtype") is not None:
        named["dtype"] = _FLOAT64
    results = function(*(_substitute(operand, half) for operand in operands), **named)
    outputs = results if isinstance(results, tuple) else (results,)
    return tuple(
        round_to_half(output, half) if half is not None and output.dtype == _FLOAT64 else output
        for output in outputs
    )
