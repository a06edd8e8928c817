# Oracle of the creation functions.
"""Reference creation functions; arange and linspace are exact rationals, rounded once."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TypeAlias

import numpy as np

from corepy.errors import ArgumentError, DTypeError

from .casting import cast
from .exact import format_of, round_ratio
from .promotion import default_dtype, is_real_floating, promote_dtypes, resolve_dtype
from .registry import Array, DType, reference

#: A Python number, or the 0-d array that the boundary made of it.
_Number: TypeAlias = "complex | Array"
_Shape: TypeAlias = "int | tuple[int, ...]"

_FLOAT64 = np.dtype(np.float64)


def _to_scalar(value: _Number) -> complex:
    scalar = value.item() if isinstance(value, np.ndarray) else value
    if not isinstance(scalar, (int, float, complex)):
        raise DTypeError(f"creation: not a number (got {scalar!r}; expected a Python scalar)")
    return scalar


def _to_real(value: _Number) -> float:
    scalar = _to_scalar(value)
    if not isinstance(scalar, (int, float)):
        raise DTypeError(f"creation: not a real number (got {scalar!r}; expected int or float)")
    return scalar


def _round_exactly(values: list[Fraction], dtype: DType) -> Array:
    if not is_real_floating(dtype):
        return np.asarray([math.trunc(value) for value in values], dtype)
    binary = format_of(dtype)
    rounded = [round_ratio(value.numerator, value.denominator, 0, binary) for value in values]
    return np.asarray(rounded, np.float64).astype(dtype)


@reference("arange")
def arange(
    start: _Number,
    stop: _Number | None = None,
    step: _Number = 1,
    *,
    dtype: object = None,
    device: object = None,
) -> Array:
    """``start + i * step`` for ``i < ceil((stop - start) / step)``.

    How many is part of the definition: the quotient is one of float64, but of exact integers.
    """
    first, last = (0, start) if stop is None else (start, stop)
    begin, end, stride = (_to_real(value) for value in (first, last, step))
    natural = promote_dtypes(*(default_dtype(value) for value in (begin, end, stride)))
    exact_begin, exact_stride = Fraction(begin), Fraction(stride)
    if is_real_floating(natural):
        quotient = (float(end) - float(begin)) / float(stride)
        underflowed = quotient == 0 and (begin < end if stride > 0 else begin > end)
        count = 1 if underflowed else max(0, math.ceil(quotient))
    else:
        count = max(0, math.ceil(Fraction(end - begin) / exact_stride))
    values = [exact_begin + index * exact_stride for index in range(count)]
    return _round_exactly(values, resolve_dtype(dtype, natural))


@reference("linspace")
def linspace(
    start: _Number,
    stop: _Number,
    num: int = 50,
    *,
    dtype: object = None,
    device: object = None,
    endpoint: bool = True,
) -> Array:
    """``num`` evenly spaced numbers from start to stop, with or without stop."""
    count = int(_to_real(num))
    first, last = _to_scalar(start), _to_scalar(stop)
    asked = resolve_dtype(dtype, promote_dtypes(*map(default_dtype, (0.0, first, last))))
    if asked.kind != "c":
        return _make_line(_to_real(first), _to_real(last), count, asked, endpoint=endpoint)
    out = np.empty(count, asked)
    part = out.real.dtype
    out.real = _make_line(first.real, last.real, count, part, endpoint=endpoint)
    out.imag = _make_line(first.imag, last.imag, count, part, endpoint=endpoint)
    return out


def _make_line(start: float, stop: float, count: int, dtype: DType, *, endpoint: bool) -> Array:
    begin, end = Fraction(start), Fraction(stop)
    intervals = max(1, count - 1 if endpoint else count)
    values = [begin + index * (end - begin) / intervals for index in range(count)]
    out = _round_exactly(values, dtype)
    if count:  # the ends are what was given: a fraction has no -0
        out[0] = cast(np.asarray(start, _FLOAT64), out.dtype)
    if count > 1 and endpoint:
        out[-1] = cast(np.asarray(stop, _FLOAT64), out.dtype)
    return out


@reference("eye")
def eye(
    n_rows: int,
    n_cols: int | None = None,
    *,
    k: int = 0,
    dtype: object = None,
    device: object = None,
) -> Array:
    """Ones on the k-th diagonal, zeros elsewhere."""
    columns = n_rows if n_cols is None else n_cols
    out = np.zeros((n_rows, columns), resolve_dtype(dtype, _FLOAT64))
    for row in range(max(0, -k), min(n_rows, columns - k)):
        out[row, row + k] = 1
    return out


@reference("full")
def full(
    shape: _Shape, fill_value: _Number, *, dtype: object = None, device: object = None
) -> Array:
    """Every element is ``fill_value``."""
    value = _to_scalar(fill_value)
    natural = default_dtype(value)
    wanted = resolve_dtype(dtype, natural)
    return np.full(shape, cast(np.asarray(value, natural), wanted), wanted)


@reference("full_like")
def full_like(
    x: Array, fill_value: _Number, *, dtype: object = None, device: object = None
) -> Array:
    """``full`` with the shape and dtype of x."""
    return full(x.shape, fill_value, dtype=resolve_dtype(dtype, x.dtype))


@reference("zeros")
def zeros(shape: _Shape, *, dtype: object = None, device: object = None) -> Array:
    """Every element is 0."""
    return np.zeros(shape, resolve_dtype(dtype, _FLOAT64))


@reference("zeros_like")
def zeros_like(x: Array, *, dtype: object = None, device: object = None) -> Array:
    """``zeros`` with the shape and dtype of x."""
    return np.zeros(x.shape, resolve_dtype(dtype, x.dtype))


@reference("ones")
def ones(shape: _Shape, *, dtype: object = None, device: object = None) -> Array:
    """Every element is 1."""
    return np.ones(shape, resolve_dtype(dtype, _FLOAT64))


@reference("ones_like")
def ones_like(x: Array, *, dtype: object = None, device: object = None) -> Array:
    """``ones`` with the shape and dtype of x."""
    return np.ones(x.shape, resolve_dtype(dtype, x.dtype))


@reference("empty")
def empty(shape: _Shape, *, dtype: object = None, device: object = None) -> Array:
    """Any elements: zeros here, and nothing may be compared but shape and dtype."""
    return np.zeros(shape, resolve_dtype(dtype, _FLOAT64))


@reference("empty_like")
def empty_like(x: Array, *, dtype: object = None, device: object = None) -> Array:
    """``empty`` with the shape and dtype of x."""
    return np.zeros(x.shape, resolve_dtype(dtype, x.dtype))


@reference("asarray")
def asarray(
    obj: Array, *, dtype: object = None, device: object = None, copy: bool | None = None
) -> Array:
    """The operand, in ``dtype`` if given."""
    return cast(obj, resolve_dtype(dtype, obj.dtype))


@reference("from_arrow")
def from_arrow(x: Array, *, fill_null: object = None, copy: bool | None = None) -> Array:
    """The operand: an array has no nulls."""
    return x


@reference("from_dlpack")
def from_dlpack(x: Array, *, device: object = None, copy: bool | None = None) -> Array:
    """The operand."""
    return x


@reference("tril")
def tril(x: Array, *, k: int = 0) -> Array:
    """Zeros above the k-th diagonal of the last two axes."""
    return np.tril(x, k)


@reference("triu")
def triu(x: Array, *, k: int = 0) -> Array:
    """Zeros below the k-th diagonal of the last two axes."""
    return np.triu(x, k)


@reference("meshgrid")
def meshgrid(*arrays: Array, indexing: str = "xy") -> tuple[Array, ...]:
    """Coordinate arrays of a grid."""
    if indexing not in ("xy", "ij"):
        raise ArgumentError(f"meshgrid: unknown indexing (got {indexing!r}; expected 'xy' or 'ij')")
    swapped = indexing == "xy" and len(arrays) >= 2
    grids = []
    sizes = [array.size for array in arrays]
    for position, array in enumerate(arrays):
        shape = [1] * len(arrays)
        shape[position] = array.size
        grid = np.broadcast_to(array.reshape(shape), sizes)
        grids.append(np.swapaxes(grid, 0, 1) if swapped else grid)
    return tuple(grids)
