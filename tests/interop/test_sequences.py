# Python numbers and nested sequences to tensors, and back.
from __future__ import annotations

import enum
import math
import sys
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import corepy as cp

REAL_DTYPES = [
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        (True, "bool"), (3, "int64"), (-(2**63), "int64"), (2**63, "uint64"), (2**64 - 1, "uint64"),
        (1.5, "float64"), (1 + 2j, "complex128"), (math.inf, "float64"),
        (np.float64(2.5), "float64"),
    ],
)  # fmt: skip
def test_numbers(value: complex, dtype: str) -> None:
    x = cp.asarray(value)
    assert x.shape == ()
    assert x.dtype.name == dtype
    assert x.item() == value
    assert x.tolist() == value
    assert type(x.item()) is {"b": bool, "i": int, "u": int, "f": float, "c": complex}[x.dtype.kind]


@pytest.mark.parametrize(
    ("value", "dtype", "shape"),
    [
        ([], "float64", (0,)),
        ([[], []], "float64", (2, 0)),
        ([[[]]], "float64", (1, 1, 0)),
        ((), "float64", (0,)),
        ([True, False], "bool", (2,)),
        ([True, 2], "int64", (2,)),
        ([1, 2.5], "float64", (2,)),
        ([1, 2j], "complex128", (2,)),
        ([[1, 2], (3, 4)], "int64", (2, 2)),
        (range(4), "int64", (4,)),
        ([range(3), [4, 5, 6]], "int64", (2, 3)),
        ([1, 2**63], "uint64", (2,)),
        ([2**70, 1.0], "float64", (2,)),
        ([np.float32(1), 2.5], "float32", (2,)),
        ([np.int8(1), 2], "int8", (2,)),
        ([np.float32(1), np.float64(2)], "float64", (2,)),
        ([np.float64(1), 2], "float64", (2,)),
        ([np.bool_(True), np.bool_(False)], "bool", (2,)),
        ([np.array([1, 2], "i2"), [3, 4]], "int16", (2, 2)),
        ([np.zeros((2, 3), "c8"), np.ones((2, 3), "f4")], "complex64", (2, 2, 3)),
        ([np.zeros((0, 2))], "float64", (1, 0, 2)),
    ],
)
def test_nested_sequences(value: list[object], dtype: str, shape: tuple[int, ...]) -> None:
    x = cp.asarray(value)
    assert x.dtype.name == dtype
    assert x.shape == shape
    np.testing.assert_array_equal(np.asarray(x), np.array(value, dtype).reshape(shape))


def test_sequences_of_tensors() -> None:
    row = cp.asarray([1, 2], dtype=cp.int16)
    x = cp.asarray([row, row, [5, 6]])
    assert x.dtype is cp.int16
    assert x.tolist() == [[1, 2], [1, 2], [5, 6]]
    assert cp.asarray([[cp.asarray(1.5), 2], [cp.asarray(3), cp.asarray(4)]]).tolist() == [
        [1.5, 2],
        [3, 4],
    ]
    swapped = np.arange(3, dtype=">i4")[::-1]
    assert cp.asarray([swapped, swapped]).tolist() == [[2, 1, 0], [2, 1, 0]]
    assert cp.asarray([np.arange(6).reshape(2, 3).T]).tolist() == [[[0, 3], [1, 4], [2, 5]]]


def test_the_copy_is_private() -> None:
    source = np.arange(3.0)
    x = cp.asarray([source])
    source[:] = 7
    assert x.tolist() == [[0, 1, 2]]


def test_integer_subclasses_are_integers() -> None:
    class Level(enum.IntEnum):
        LOW = 1
        HIGH = 2

    assert cp.asarray([Level.LOW, Level.HIGH]).tolist() == [1, 2]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([[1, 2, 3], [1, 2]], r"lengths 3 and 2 at \[1\]; expected equal lengths"),
        ([[[1], [2]], [[3], []]], r"lengths 1 and 0 at \[1\]\[1\]"),
        ([[1, 2], 3], r"a number at \[1\]; expected a sequence of length 2"),
        ([1, [2]], r"a sequence at \[1\]; expected a number"),
        ([[], 1], r"a number at \[1\]; expected a sequence"),
        ([[], [1]], r"lengths 0 and 1 at \[1\]"),
        ([np.zeros(2), np.zeros(3)], r"lengths 2 and 3 at \[1\]"),
        ([np.zeros((2, 2)), np.zeros(2)], ""),
        ([np.zeros(2), [[1], [2]]], ""),
        ([1, np.zeros(1)], ""),
    ],
)
def test_ragged_sequences_are_refused(value: list[object], message: str) -> None:
    with pytest.raises(cp.ShapeError, match="asarray: ragged nested sequence .*" + message):
        cp.asarray(value)


@pytest.mark.parametrize(
    "value",
    [
        "text", None, {}, {1, 2}, object(), Fraction(1, 2), iter([1]), (i for i in range(2)), float,
        np.ndarray, ["text"], [None], [[1], [{}]], [1, "2"], [object()], [1, ""], Ellipsis,
        np.array(["a"]), np.array([object()]), np.zeros(2, "M8[s]"),
        np.zeros(2, "g"), np.zeros(2, [("a", "i4")]), [np.longdouble(1)],
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(cp.DTypeError, match=r"asarray: .*\(got .*; expected .*\)"):
        cp.asarray(value)


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, [2**64], [-1, 2**63], [10**400], 10**400])
def test_integers_beyond_64_bits_are_refused(value: object) -> None:
    with pytest.raises(cp.ArgumentError, match=r"asarray: integer out of range \(got .*int64"):
        cp.asarray(value)


@pytest.mark.parametrize("dtype", [d for d in REAL_DTYPES if "int" in d])
def test_integers_must_fit_the_dtype(dtype: str) -> None:
    limits = np.iinfo(dtype)
    low, high = int(limits.min), int(limits.max)
    assert cp.asarray([low, high], dtype=dtype).tolist() == [low, high]
    for value in (low - 1, high + 1):
        with pytest.raises(
            cp.ArgumentError, match=f"out of range .*{value}.*{dtype}|more than 64 bits"
        ):
            cp.asarray([value], dtype=dtype)


def test_reals_to_integers_truncate_and_saturate() -> None:
    values = [1.9, -1.9, math.nan, math.inf, -math.inf, 1e30, -0.5, 255.9]
    assert cp.asarray(values, dtype=cp.uint8).tolist() == [1, 0, 0, 255, 0, 255, 0, 255]
    assert cp.asarray(values, dtype=cp.int8).tolist() == [1, -1, 0, 127, -128, 127, 0, 127]
    big = 2**63 - 1
    assert cp.asarray(values, dtype=cp.int64).tolist() == [1, -1, 0, big, -big - 1, big, 0, 255]


def test_complex_to_real_is_refused() -> None:
    for dtype in REAL_DTYPES:
        with pytest.raises(cp.DTypeError, match="complex number"):
            cp.asarray([1j], dtype=dtype)
    assert cp.asarray([1j, 0j], dtype=bool).tolist() == [True, False]


def test_to_bool_is_unequal_to_zero() -> None:
    assert cp.asarray([0, 2, -1, 0.0, math.nan, 10**400], dtype=bool).tolist() == [
        False,
        True,
        True,
        False,
        True,
        True,
    ]


@given(st.integers(-(2**140), 2**140))
def test_integers_round_once_to_float32(value: int) -> None:
    if abs(value) >= 2**128 - 2**103:
        with pytest.raises(cp.ArgumentError, match="out of range"):
            cp.asarray(value, dtype=cp.float32)
        return
    got = Fraction(cp.asarray(value, dtype=cp.float32).item())
    below, above = (
        np.nextafter(np.float32(got), np.float32(-np.inf)),
        np.nextafter(np.float32(got), np.float32(np.inf)),
    )
    error = abs(got - value)
    for other in (below, above):
        if np.isfinite(other):
            assert error <= abs(Fraction(float(other)) - value)


def test_an_integer_just_above_a_tie_rounds_up() -> None:
    tie = 2**100 + 2**76  # between two float32 values; the lower one is even
    assert cp.asarray(tie, dtype=cp.float32).item() == 2.0**100
    assert cp.asarray(tie + 1, dtype=cp.float32).item() == 2.0**100 + 2.0**77
    assert cp.asarray(-tie - 1, dtype=cp.float32).item() == -(2.0**100) - 2.0**77


def test_integers_beyond_float64_are_refused() -> None:
    assert cp.asarray([10**300], dtype=float).item() == 1e300
    for value in (10**400, -(10**400)):
        with pytest.raises(cp.ArgumentError, match="out of range"):
            cp.asarray([value], dtype=float)


@given(
    st.lists(
        st.lists(st.floats(width=64) | st.integers(-(2**53), 2**53), min_size=2, max_size=2),
        max_size=5,
    )
)
def test_lists_come_back(value: list[list[float]]) -> None:
    x = cp.asarray(value, dtype=float)
    np.testing.assert_array_equal(x.tolist(), value)


# ---- hostile structures


def test_a_list_that_contains_itself_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(cp.ShapeError, match="nested too deeply"):
        cp.asarray(loop)
    mixed: list[object] = [1]
    mixed.append(mixed)
    with pytest.raises(cp.ShapeError, match="ragged"):
        cp.asarray(mixed)


def nest(depth: int) -> list[object]:
    value: list[object] = [1]
    for _ in range(depth - 1):
        value = [value]
    return value


def test_64_levels_and_no_more() -> None:
    x = cp.asarray(nest(64))
    assert x.shape == (1,) * 64
    assert x.tolist() == nest(64)
    with pytest.raises(cp.ShapeError, match="nested too deeply"):
        cp.asarray(nest(65))
    with pytest.raises(cp.ShapeError, match="nested too deeply"):
        cp.asarray(nest(min(10_000, sys.getrecursionlimit() * 5)))


def test_shared_sublists_that_explode_are_refused() -> None:
    value: list[object] = [1, 1]
    for _ in range(60):
        value = [value, value]
    with pytest.raises((cp.ShapeError, cp.MemoryLimitError)):
        cp.asarray(value)


@pytest.mark.sanitize
def test_a_list_that_changes_while_it_is_read() -> None:
    kept = np.array(5)
    victim: list[object] = []

    class Eraser:
        @property
        def __array_interface__(self) -> dict[str, object]:
            victim.clear()
            victim.extend([None] * 1000)
            for row in rows:
                row.clear()
            return kept.__array_interface__

    rows = [[1, Eraser(), 2], [3, 4, 5]]
    victim.extend(rows)
    # Row 0 was read before it was cleared; row 1 is empty when its turn comes.
    with pytest.raises(cp.ShapeError, match="ragged"):
        cp.asarray(victim)
    flat: list[object] = [1, 2, 3]
    victim = flat
    rows = []
    flat.append(Eraser())
    assert cp.asarray(flat).tolist() == [1, 2, 3, 5]


def test_an_exception_of_an_element_passes_through() -> None:
    class Boom:
        @property
        def __array_interface__(self) -> dict[str, object]:
            raise RuntimeError("boom")

    with pytest.raises(RuntimeError, match="boom"):
        cp.asarray([1, Boom()])


def test_copy_false_cannot_be_done_for_python_objects() -> None:
    for value in (1, 1.5, [1, 2], (), range(3)):
        with pytest.raises(cp.ArgumentError, match="copy=False"):
            cp.asarray(value, copy=False)


# ---- tensors to numbers


def test_number_conversions() -> None:
    assert int(cp.asarray(3.9)) == 3
    assert int(cp.asarray([[-7]])) == -7
    assert int(cp.asarray(2**64 - 1)) == 2**64 - 1
    assert int(cp.asarray(True)) == 1
    assert type(int(cp.asarray(True))) is int
    assert int(cp.asarray(1e300)) == int(1e300)
    assert float(cp.asarray([2])) == 2.0
    assert math.isnan(float(cp.asarray(math.nan, dtype=cp.float32)))
    assert complex(cp.asarray(1 + 2j)) == 1 + 2j
    assert complex(cp.asarray(True)) == 1
    assert bool(cp.asarray(0.0)) is False
    assert bool(cp.asarray([[2]])) is True
    assert bool(cp.asarray(1j)) is True
    assert [10, 20, 30][cp.asarray(1)] == 20
    assert range(5)[cp.asarray(2, dtype=cp.uint8)] == 2


@pytest.mark.parametrize("convert", [int, float, complex, bool])
def test_only_one_element_is_a_number(convert: type) -> None:
    for value in ([1, 2], [], [[]]):
        with pytest.raises(cp.ArgumentError, match=r"only a tensor with one element .*got shape"):
            convert(cp.asarray(value))
    with pytest.raises(cp.ArgumentError, match="item"):
        cp.asarray([1, 2]).item()


def test_number_conversions_that_do_not_exist() -> None:
    for convert in (int, float):
        with pytest.raises(cp.DTypeError, match="complex"):
            convert(cp.asarray(1j))
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(cp.ArgumentError, match="no integer"):
            int(cp.asarray(value))
    for value in (1.0, True, 1j):
        with pytest.raises(cp.DTypeError, match="integer dtype"):
            [1, 2][cp.asarray(value)]
    with pytest.raises(TypeError, match="rank-0"):
        [1, 2][cp.asarray([1])]
