# Tests of the oracle's type promotion and casts against the standard's tables, written out.
from __future__ import annotations

import numpy as np
import pytest

from corepy.backend.reference import run
from corepy.backend.reference.casting import cast
from corepy.backend.reference.promotion import (
    accumulation_dtype,
    default_dtype,
    floating_dtype,
    promote_dtypes,
    resolve_dtype,
    scalar_dtype,
)
from corepy.errors import DTypeError

# The standard's tables, upper triangles; "!" where there is no common dtype.
SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
MIXED_INTEGERS = {
    "uint8": ("int16", "int16", "int32", "int64"),
    "uint16": ("int32", "int32", "int32", "int64"),
    "uint32": ("int64", "int64", "int64", "int64"),
    "uint64": ("!", "!", "!", "!"),
}
FLOATING = ("float32", "float64", "complex64", "complex128")
FLOATING_TABLE = {
    "float32": ("float32", "float64", "complex64", "complex128"),
    "float64": ("float64", "float64", "complex128", "complex128"),
    "complex64": ("complex64", "complex128", "complex64", "complex128"),
    "complex128": ("complex128", "complex128", "complex128", "complex128"),
}


def promoted(first: str, second: str) -> str:
    return promote_dtypes(np.dtype(first), np.dtype(second)).name


@pytest.mark.parametrize("family", [SIGNED, UNSIGNED])
def test_integers_of_one_kind_take_the_wider(family):
    for i, first in enumerate(family):
        for j, second in enumerate(family):
            assert promoted(first, second) == family[max(i, j)]


@pytest.mark.parametrize("unsigned", UNSIGNED)
def test_mixed_integers(unsigned):
    for signed, expected in zip(SIGNED, MIXED_INTEGERS[unsigned], strict=True):
        for pair in ((unsigned, signed), (signed, unsigned)):
            if expected == "!":
                with pytest.raises(DTypeError, match="no common dtype"):
                    promoted(*pair)
            else:
                assert promoted(*pair) == expected


@pytest.mark.parametrize("first", FLOATING)
def test_floating(first):
    for second, expected in zip(FLOATING, FLOATING_TABLE[first], strict=True):
        assert promoted(first, second) == promoted(second, first) == expected


@pytest.mark.parametrize("integer", [*SIGNED, *UNSIGNED])
def test_mixed_kinds_take_the_higher_kind(integer):
    assert promoted("bool", integer) == integer
    for floating in FLOATING:
        assert promoted(integer, floating) == promoted(floating, integer) == floating
        assert promoted("bool", floating) == floating


def test_derived_dtypes():
    assert floating_dtype(np.dtype("int8"), np.dtype("int64")).name == "float64"
    assert floating_dtype(np.dtype("int64"), np.dtype("float32")).name == "float32"
    assert accumulation_dtype(np.dtype("bool")).name == "int64"
    assert accumulation_dtype(np.dtype("uint8")).name == "uint64"
    assert accumulation_dtype(np.dtype("float32")).name == "float32"


@pytest.mark.parametrize(
    ("scalar", "array", "expected"),
    [
        (True, "bool", "bool"),
        (True, "int8", "int8"),
        (1, "bool", "int64"),
        (1, "uint8", "uint8"),
        (1, "complex64", "complex64"),
        (1.5, "int16", "float64"),
        (1.5, "float32", "float32"),
        (1.5, "complex64", "complex64"),
        (1j, "float32", "complex64"),
        (1j, "float64", "complex128"),
        (1j, "int8", "complex128"),
    ],
)
def test_scalars_beside_arrays(scalar, array, expected):
    assert scalar_dtype(scalar, np.dtype(array)).name == expected


def test_scalars_alone():
    assert [default_dtype(v).name for v in (True, 1, 1.0, 1j)] == [
        "bool",
        "int64",
        "float64",
        "complex128",
    ]


def test_dtype_options():
    class Named:
        name = "int16"

    fallback = np.dtype("float64")
    for option in ("int16", np.dtype("int16"), Named()):
        assert resolve_dtype(option, fallback) == np.dtype("int16")
    assert resolve_dtype(None, fallback) == fallback
    with pytest.raises(DTypeError, match="not a dtype"):
        resolve_dtype(3, fallback)


@pytest.mark.parametrize("source", ["float32", "float64"])
@pytest.mark.parametrize("target", [*SIGNED, *UNSIGNED])
def test_floats_to_integers_truncate_and_saturate(source, target):
    limits = np.iinfo(target)
    values = [1.9, -1.9, np.inf, -np.inf, np.nan, 3e38, -3e38, -0.0, 2.0**31, 2.0**63, -(2.0**63)]
    values += [float(limits.max), float(limits.min)]
    x = np.asarray(values, source)
    expected = [
        0
        if np.isnan(v)
        else limits.max
        if v >= limits.max
        else limits.min
        if v <= limits.min
        else int(v)
        for v in x.tolist()
    ]
    converted = cast(x, np.dtype(target))
    assert converted.dtype == target
    assert converted.tolist() == expected
    assert cast(np.asarray(x[2]), np.dtype(target)).tolist() == limits.max


@pytest.mark.parametrize("source", ["int64", "uint64"])
@pytest.mark.parametrize("target", ["float32", "float64"])
def test_integers_to_floats_round_once(assert_nearest, source, target):
    # 2**60 + 2**36 + 1 rounds up in float32, but to even, down, if it goes through float64.
    values = [2**60 + 2**36 + 1, 2**53 + 1, 2**24 + 1, 2**62 - 1, 2**63 - 1, 3]
    converted = cast(np.asarray(values, source), np.dtype(target))
    for value, result in zip(values, converted, strict=True):
        assert_nearest(result, value)


def test_other_casts():
    assert cast(np.asarray([300, -1], "int16"), np.dtype("uint8")).tolist() == [44, 255]
    assert cast(np.asarray([0.0, -0.0, np.nan, 0.1]), np.dtype("bool")).tolist() == [
        False,
        False,
        True,
        True,
    ]
    assert cast(np.asarray([1.5]), np.dtype("complex64")).tolist() == [1.5 + 0j]
    with pytest.raises(DTypeError, match="real"):
        run("astype", (np.asarray([1j]),), {"dtype": "float64"})
