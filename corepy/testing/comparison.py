# Comparison of arrays bit by bit and in ulp; operators' bounds are bounds.py's and checking.py's.
"""Comparers that name what differs.

Anything that ``numpy.asarray`` takes can be compared: tensors, arrays, nested lists. Every
comparison is strict about dtype and shape. All NaNs are equal, as their sign and payload are no
part of corepy's promise; the two zeros are not.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np

from corepy.backend.reference.half import widen
from corepy.backend.reference.promotion import is_real_floating
from corepy.errors import ReproducibilityError, VerificationError

__all__ = [
    "Array",
    "BoolArray",
    "FloatArray",
    "as_array",
    "assert_bitwise_equal",
    "assert_same_kind",
    "describe_difference",
    "differs_bitwise",
    "split_components",
    "ulp_distance",
]

Array: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.generic[object]]]"
BoolArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
FloatArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"


def as_array(value: object) -> Array:
    """``value`` as a NumPy array of its own dtype."""
    array: Array = np.asarray(value)
    return array


def split_components(x: Array) -> Array:
    """Complex numbers as pairs of reals along a new last axis; others with one of length 1."""
    x = np.ascontiguousarray(x).reshape(x.shape)
    if x.dtype.kind != "c":
        return x.reshape((*x.shape, 1))
    return x.reshape((*x.shape, 1)).view(f"f{x.dtype.itemsize // 2}")


def _bits(x: Array) -> Array:
    return x.view(f"i{x.dtype.itemsize}")


def differs_bitwise(actual: Array, expected: Array) -> BoolArray:
    """Where two arrays of one dtype and shape differ in a bit, NaNs being equal."""
    first, second = split_components(actual), split_components(expected)
    different = np.not_equal(_bits(first), _bits(second))
    if is_real_floating(first.dtype):
        different &= ~(np.isnan(first) & np.isnan(second))
    anywhere: BoolArray = np.logical_or.reduce(different, axis=-1)
    return anywhere


def _ordered(x: Array) -> Array:
    """Integers in the order of the floats, adjacent floats one apart, -0 one below +0."""
    bits = _bits(x)
    magnitude = np.bitwise_and(bits, np.iinfo(bits.dtype.name).max)
    return np.where(np.less(bits, 0), np.invert(magnitude), bits)


def _component_distance(first: Array, second: Array) -> FloatArray:
    a, b = _ordered(first).astype(np.int64), _ordered(second).astype(np.int64)
    # Two's complement: larger minus smaller, taken as unsigned, never overflows.
    high, low = np.maximum(a, b), np.minimum(a, b)
    distance = np.subtract(high.view(np.uint64), low.view(np.uint64)).astype(np.float64)
    nan_first, nan_second = np.isnan(first), np.isnan(second)
    distance[nan_first | nan_second] = np.inf
    distance[nan_first & nan_second] = 0.0
    return distance


def ulp_distance(actual: object, expected: object) -> FloatArray:
    """How many representable numbers lie between, element by element.

    0 means the same number. Neighbours are 1 apart, across zero too: -0 and +0 are 1 apart, and so
    are the largest finite number and infinity. Two NaNs are 0 apart, a NaN and a number infinitely
    far. Complex numbers count by their farther component; integers and bool by their difference.

    Args:
        actual: floating, real or complex, integers or bool.
        expected: the same dtype and shape.

    Returns:
        float64 array of the operands' shape.

    Raises:
        VerificationError: dtypes or shapes differ.

    >>> ulp_distance(np.float32([1.0, -0.0]), np.float32([1.0000001, 0.0]))
    array([1., 1.])
    """
    first, second = as_array(actual), as_array(expected)
    assert_same_kind(first, second, VerificationError)
    if first.dtype.kind in "biu":
        difference = np.subtract(first.astype(np.object_), second.astype(np.object_))
        return np.abs(difference).astype(np.float64).reshape(first.shape)
    parts = _component_distance(split_components(first), split_components(second))
    farthest: FloatArray = parts.max(axis=-1)
    return farthest


def assert_same_kind(
    actual: Array, expected: Array, error: type[AssertionError], label: str = "comparison"
) -> None:
    """Raise ``error`` unless dtype and shape agree."""
    if actual.dtype != expected.dtype:
        raise error(f"{label}: dtypes differ (got {actual.dtype}; expected {expected.dtype})")
    if actual.shape != expected.shape:
        raise error(f"{label}: shapes differ (got {actual.shape}; expected {expected.shape})")


def _format_part(value: object) -> str:
    if isinstance(value, float):
        return f"{value!r} ({value.hex()})"
    return f"{value!r} ({value:#x})" if isinstance(value, int) else repr(value)


def _format_element(x: Array, index: tuple[int, ...]) -> str:
    # float32 goes through an exact float64, which prints more digits but shows the very value.
    parts = widen(split_components(x)[index]).tolist()
    return " + ".join(_format_part(part) + "j" * (k == 1) for k, part in enumerate(parts))


def describe_difference(actual: Array, expected: Array, wrong: BoolArray, label: str) -> str:
    """Text that names the first wrong element: index, both values with their bits, ulp distance."""
    index = tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(wrong)))[: wrong.ndim]
    distance = float(ulp_distance(actual, expected)[index])
    got, wanted = _format_element(actual, index), _format_element(expected, index)
    return (
        f"{label}: {np.count_nonzero(wrong)} of {wrong.size} elements differ, "
        f"first at index {index} (got {got}; expected {wanted}; "
        f"{distance:g} ulp apart; dtype {actual.dtype})"
    )


def assert_bitwise_equal(actual: object, expected: object, *, label: str = "bitwise") -> None:
    """Assert equal dtype, shape and bytes; all NaNs are equal, -0 and +0 are not.

    Raises:
        ReproducibilityError: an ``AssertionError`` that names the first differing element.

    >>> assert_bitwise_equal([1.0, np.nan], [1.0, -np.nan])
    >>> assert_bitwise_equal([0.0], [-0.0])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    corepy.errors.ReproducibilityError: bitwise: 1 of 1 elements differ, first at index (0,) ...
    """
    first, second = as_array(actual), as_array(expected)
    assert_same_kind(first, second, ReproducibilityError, label)
    wrong = differs_bitwise(first, second)
    if wrong.any():
        raise ReproducibilityError(describe_difference(first, second, wrong, label))
