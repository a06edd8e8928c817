# Tests of delete, insert, trim_zeros, of positions that count, of diagonals and triangles, of lines
# from buffers and iterations: against NumPy.
from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.testing import assert_bitwise_equal

X4 = cp.zeros(4)
BYTES = cp.asarray([1, 2], dtype="int8")
WORDS = np.asarray(["f", "b"])  # has no one truth value

RNG = np.random.default_rng(0)
CUBE = RNG.integers(0, 99, (2, 3, 4))
DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
    "float32", "float64", "complex64", "complex128",
]  # fmt: skip


def as_own(value):
    return cp.asarray(value) if isinstance(value, np.ndarray) else value


# ---- delete ----


@pytest.mark.parametrize(
    "obj",
    [1, -1, [0], [1, 1], [-1, 0], [], slice(None), slice(0, 2), slice(None, None, -2), slice(5, 9),
     slice(2, 0, -1), np.asarray([0, 1]), np.asarray(1), np.int8(1)],
)  # fmt: skip
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_delete(obj, axis):
    expected = np.delete(CUBE, obj, axis)
    for layout in (cp.asarray(CUBE), cp.asarray(CUBE[:, ::-1].copy())[:, ::-1]):
        assert_bitwise_equal(cp.delete(layout, as_own(obj), axis), expected)


@pytest.mark.parametrize("dtype", [*DTYPES, "bfloat16"])
def test_delete_by_a_mask_in_every_dtype(dtype):
    x = cp.astype(cp.asarray(CUBE[0]), dtype)
    mask = [True, False, False, True]
    found = cp.delete(x, mask, axis=1)
    assert found.dtype == x.dtype
    assert cp.digest(found) == cp.digest(x[:, 1:3])
    assert cp.delete(x, cp.asarray(mask)[::-1], axis=-1).shape == (3, 2)
    assert cp.delete(cp.zeros((0, 2)), [], axis=0).shape == (0, 2)
    assert cp.delete(cp.asarray(3), 0).shape == (0,)


# ---- insert ----

VALUES = [7, [7], [7, 8], np.asarray([[1], [2], [3]]), np.arange(4), np.arange(3)]


@pytest.mark.parametrize("axis", [None, 0, 1, 2, -2])
@pytest.mark.parametrize("values", VALUES, ids=str)
@pytest.mark.parametrize(
    "obj",
    [0, 2, -1, [1], [2, 0], [1, 1], [0, 2, 1], [], slice(0, 2), slice(1, 2),
     np.asarray(1), np.asarray([1]), np.asarray([0, -1])],
    ids=str,
)  # fmt: skip
def test_insert(obj, values, axis):
    """Where NumPy refuses, so does corepy; where it gives a result, this is it."""
    try:
        expected = np.insert(CUBE, obj, values, axis)
    except (ValueError, IndexError):
        with pytest.raises(cp.CorepyError, match=r"^insert: "):
            cp.insert(cp.asarray(CUBE), as_own(obj), as_own(values), axis)
        return
    found = cp.insert(cp.asarray(CUBE), as_own(obj), as_own(values), axis)
    assert_bitwise_equal(found, expected)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_insert_by_a_mask(axis):
    mask = RNG.random(CUBE.shape[axis]) < 0.7
    mask[:2] = True
    expected = np.insert(CUBE, mask, 5, axis)
    assert_bitwise_equal(cp.insert(cp.asarray(CUBE), cp.asarray(mask), 5, axis), expected)
    assert_bitwise_equal(cp.insert(cp.asarray(CUBE), mask.tolist(), 5, axis), expected)
    with pytest.raises(cp.ShapeError, match=r"^insert: a mask"):
        cp.insert(cp.asarray(CUBE), [True], 5, axis)


@given(
    st.lists(st.integers(-9, 9), max_size=8),
    st.lists(st.integers(-9, 9), max_size=5),
    st.data(),
)
@settings(max_examples=150, deadline=None)
def test_insert_into_a_line_as_lists_do(line, values, data):
    n = len(line)
    places = [data.draw(st.integers(-n, n)) for _ in values]
    found = cp.insert(cp.asarray(line, dtype=cp.int16), places, values)
    pending = sorted(enumerate(places), key=lambda one: one[1] + n if one[1] < 0 else one[1])
    expected = list(line)
    for shift, (which, place) in enumerate(pending):
        expected.insert((place + n if place < 0 else place) + shift, values[which])
    assert found.tolist() == expected
    assert found.dtype == cp.int16


@pytest.mark.parametrize("dtype", [*DTYPES, "bfloat16"])
def test_insert_keeps_the_dtype(dtype):
    x = cp.astype(cp.asarray([1, 0, 1]), dtype)
    for obj in (1, [1], [0, 3]):
        found = cp.insert(x, obj, x[:1])
        assert found.dtype == x.dtype
        assert cp.astype(found.real, cp.float64).tolist() in ([1, 1, 0, 1], [1, 1, 0, 1, 1])
    found[0] = found[2]
    assert cp.astype(x.real, cp.float64).tolist() == [1, 0, 1]


def test_values_that_the_dtype_does_not_hold_are_refused():
    assert np.insert([1, 2], 1, 2.7).tolist() == [1, 2, 2]  # NumPy cuts off
    for obj in (1, [0, 1]):
        with pytest.raises(cp.DTypeError, match=r"^insert: the value cannot be converted"):
            cp.insert([1, 2], obj, 2.7)
    for dtype, number in (("int8", 300), ("uint8", -1)):
        with pytest.raises(cp.ArgumentError, match=r"^insert: integer out of range"):
            cp.insert(cp.ones(2, dtype=dtype), 1, number)
    assert cp.insert([1.0, 2.0], 1, 3).tolist() == [1.0, 3.0, 2.0]
    assert np.isnan(cp.insert([1.0], 1, np.nan)[1].item())


# ---- trim_zeros ----


@pytest.mark.parametrize("trim", ["fb", "f", "b", "bf", "FB", "B", "bF"])
@pytest.mark.parametrize("line", [[0, 0, 1, 0, 2, 0], [0, 0], [], [1], [0, np.nan, 0], [-0.0, 3]])
@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128"])
def test_trim_zeros(line, trim, dtype):
    x = np.asarray(line, dtype)
    assert_bitwise_equal(cp.trim_zeros(cp.asarray(x), trim), np.trim_zeros(x, trim))


# ---- positions ----


@pytest.mark.parametrize("mode", ["raise", "wrap", "clip"])
@pytest.mark.parametrize("dtype", ["int8", "int64", "uint64"])
def test_positions_of_coordinates(mode, dtype):
    low, high = (0, 3) if mode == "raise" else (0 if dtype == "uint64" else -9, 9)
    rows, columns = (RNG.integers(low, high, (2, 4)).astype(dtype) for _ in range(2))
    expected = np.ravel_multi_index((rows.astype("int64"), columns.astype("int64")), (3, 5), mode)
    found = cp.ravel_multi_index((cp.asarray(rows), cp.asarray(columns)), (3, 5), mode)
    assert_bitwise_equal(found, expected)


def test_positions_are_those_that_unravel():
    place = cp.arange(24)
    coordinates = cp.unravel_index(place, (2, 3, 4))
    assert_bitwise_equal(cp.ravel_multi_index(coordinates, dims=(2, 3, 4)), np.arange(24))
    assert_bitwise_equal(cp.ravel_multi_index(cp.stack(coordinates), (2, 3, 4)), np.arange(24))
    assert cp.ravel_multi_index((1, 2), (3, 4)).item() == 6
    assert cp.ravel_multi_index((cp.arange(3)[:, None], cp.arange(4)), (3, 4)).shape == (3, 4)
    assert cp.ravel_multi_index((cp.zeros(0, dtype=int),), (0,)).shape == (0,)


@pytest.mark.parametrize("name", ["tril_indices", "triu_indices"])
@pytest.mark.parametrize("k", [-4, -1, 0, 2, 9])
@pytest.mark.parametrize(("n", "m"), [(3, None), (0, None), (4, 2), (2, 5), (1, 0)])
def test_triangles(name, k, n, m):
    found = getattr(cp, name)(n, k, m)
    for own, numpys in zip(found, getattr(np, name)(n, k, m), strict=True):
        assert_bitwise_equal(own, numpys)


@pytest.mark.parametrize(("n", "ndim"), [(3, 2), (0, 2), (4, 1), (2, 3), (2, 0)])
def test_diagonals(n, ndim):
    found = cp.diag_indices(n, ndim)
    expected = np.diag_indices(n, ndim)
    assert len(found) == len(expected) == ndim
    for own, numpys in zip(found, expected, strict=True):
        assert_bitwise_equal(own, numpys)
    if ndim > 1 and n:
        found[0][0] = 9
        assert found[1][0].item() == 0  # values, not aliases


# ---- lines from elsewhere ----


@pytest.mark.parametrize("dtype", DTYPES)
def test_buffers(dtype):
    x = np.asarray([1, 0, 1, 1]).astype(dtype)
    for buffer in (x.tobytes(), bytearray(x.tobytes()), memoryview(x), x.reshape(2, 2)):
        assert_bitwise_equal(cp.frombuffer(buffer, dtype), x)
    size = x.itemsize
    assert_bitwise_equal(cp.frombuffer(x.tobytes(), dtype, offset=size), x[1:])
    assert_bitwise_equal(cp.frombuffer(b"?" + x.tobytes(), dtype, 2, 1), x[:2])
    assert cp.frombuffer(b"", dtype).shape == (0,)
    assert_bitwise_equal(cp.frombuffer(cp.asarray(x), dtype), x)


def test_buffers_are_float64_by_default_and_change_nothing():
    memory = bytearray(np.asarray([1.5, -2.0]).tobytes())
    x = cp.frombuffer(memory)
    memory[:8] = b"\0" * 8
    assert x.tolist() == [1.5, -2.0]
    constant = np.asarray([1.5]).tobytes()
    y = cp.frombuffer(constant)
    y[0] = 3.0
    assert np.frombuffer(constant).tolist() == [1.5]


@pytest.mark.parametrize("dtype", [*DTYPES, "bfloat16"])
def test_iterations(dtype):
    found = cp.fromiter((i % 2 for i in range(5)), dtype)
    assert found.dtype.name == dtype
    assert cp.astype(found.real, cp.float64).tolist() == [0.0, 1.0, 0.0, 1.0, 0.0]
    counted = itertools.count()
    assert cp.fromiter(counted, cp.int64, 3).tolist() == [0, 1, 2]
    assert next(counted) == 3  # no element more than asked for
    assert cp.fromiter([], dtype).shape == (0,)
    assert cp.fromiter([5], dtype, count=0).shape == (0,)


@pytest.mark.parametrize(
    ("error", "call", "words"),
    [
        (cp.OutOfBoundsError, lambda: cp.delete([1, 2], 2), "delete: "),
        (cp.OutOfBoundsError, lambda: cp.delete([1, 2], [0, -3]), "delete: "),
        (cp.ShapeError, lambda: cp.delete([1, 2], [True]), "delete: a mask"),
        (cp.ShapeError, lambda: cp.delete([1, 2], [[0]]), "delete: positions"),
        (cp.DTypeError, lambda: cp.delete([1, 2], 1.0), "delete: unsupported dtype"),
        (cp.AxisError, lambda: cp.delete([1, 2], 0, axis=1), "delete: axis"),
        (cp.ArgumentTypeError, lambda: cp.delete([1, 2], slice("x")), "delete: bounds"),
        (cp.ArgumentTypeError, lambda: cp.insert([1], slice(0, 1, 0), 3), "insert: bounds"),
        (cp.OutOfBoundsError, lambda: cp.insert([1, 2], 3, 0), "insert: a position"),
        (cp.OutOfBoundsError, lambda: cp.insert([1, 2], [0, -3], 0), "insert: a position .*got -3"),
        (cp.ShapeError, lambda: cp.insert([1, 2], 0, [[1]]), "insert: values"),
        (cp.ShapeError, lambda: cp.insert([1, 2], [0, 1], [1, 2, 3]), "insert: "),
        (cp.ShapeError, lambda: cp.trim_zeros(cp.ones((2, 2))), "trim_zeros: x"),
        (cp.ArgumentError, lambda: cp.trim_zeros([1], "x"), "trim_zeros: unknown trim"),
        (cp.ArgumentError, lambda: cp.trim_zeros([1], "FF"), "trim_zeros: unknown trim .got 'ff'"),
        (cp.ArgumentError, lambda: cp.trim_zeros([1], WORDS), "trim_zeros: unknown trim"),
        (cp.ArgumentError, lambda: cp.ravel_multi_index((1,), (3,), WORDS), "ravel_multi_index: "),
        (cp.OutOfBoundsError, lambda: cp.ravel_multi_index(([1], [5]), (2, 3)), ".*got 5; expec"),
        (cp.OutOfBoundsError, lambda: cp.unravel_index([1, -1, 9], (2, 3)), "unr.*got -1; expec"),
        (cp.ArgumentError, lambda: cp.unravel_index(6, (2, -3)), "unravel_index: the shape"),
        (cp.ArgumentError, lambda: cp.unravel_index(6, (2**40, 2**40)), "unravel_index: the sha"),
        (cp.OutOfBoundsError, lambda: cp.ravel_multi_index((3, 0), (3, 4)), "ravel_multi_index: "),
        (cp.OutOfBoundsError, lambda: cp.ravel_multi_index((-1,), (3,)), "ravel_multi_index: "),
        (cp.OutOfBoundsError, lambda: cp.ravel_multi_index((0,), (0,), "wrap"), "ravel_multi"),
        (cp.ShapeError, lambda: cp.ravel_multi_index((1,), (3, 4)), "ravel_multi_index: every"),
        (cp.ShapeError, lambda: cp.ravel_multi_index((), ()), "ravel_multi_index: every"),
        (cp.ArgumentError, lambda: cp.ravel_multi_index((1,), (3,), "x"), "ravel_multi_index: "),
        (cp.ArgumentError, lambda: cp.ravel_multi_index((1, 1), (2**40, 2**40)), "ravel_multi"),
        (cp.DTypeError, lambda: cp.ravel_multi_index((1.0,), (3,)), "ravel_multi_index: unsupp"),
        (cp.ArgumentTypeError, lambda: cp.ravel_multi_index(1, (3,)), "ravel_multi_index: coord"),
        (cp.ArgumentError, lambda: cp.diag_indices(-1), "diag_indices: n or ndim"),
        (cp.ArgumentError, lambda: cp.diag_indices(2, 2**70), "diag_indices: n or ndim"),
        (cp.ShapeError, lambda: cp.tril_indices(-1), "tril_indices: "),
        (
            cp.OutOfBoundsError,
            lambda: cp.insert(X4, 2**64 - 1, 1),
            "insert: a position .*got 18446",
        ),
        (cp.OutOfBoundsError, lambda: cp.insert(X4, [2**64 - 1], 1), "insert: a position"),
        (cp.OutOfBoundsError, lambda: cp.insert(X4, np.uint64(2**64 - 2), 1), "insert: a position"),
        (cp.OutOfBoundsError, lambda: cp.insert(X4, -(2**70), 1), "insert: a position"),
        (
            cp.ArgumentError,
            lambda: cp.insert(BYTES, [0], [300]),
            "insert: a value .*got int64; .*127",
        ),
        (cp.ArgumentError, lambda: cp.insert(BYTES, 0, cp.asarray([-129])), "insert: a value"),
        (
            cp.ArgumentError,
            lambda: cp.insert(cp.asarray([1]), 0, cp.asarray([2**63], dtype="uint64")),
            "insert: a value",
        ),
        (cp.ArgumentError, lambda: cp.frombuffer(b"abc", "int16"), "frombuffer: the bytes"),
        (cp.ArgumentError, lambda: cp.frombuffer(b"ab", "int8", 3), "frombuffer: the buffer is"),
        (cp.ArgumentError, lambda: cp.frombuffer(b"ab", "int8", 1, 2), "frombuffer: the buffer is"),
        (cp.ArgumentError, lambda: cp.frombuffer(b"ab", "int8", offset=-1), "frombuffer: the byte"),
        (cp.ArgumentError, lambda: cp.frombuffer(b"ab", "int8", offset=3), "frombuffer: the byte"),
        (cp.ArgumentError, lambda: cp.frombuffer(np.ones(4)[::2]), "frombuffer: the buffer is not"),
        (cp.ArgumentTypeError, lambda: cp.frombuffer("ab"), "frombuffer: buffer"),
        (cp.ArgumentError, lambda: cp.fromiter([1], int, 2), "fromiter: too few"),
        (cp.ShapeError, lambda: cp.fromiter([[1]], int), "fromiter: an element"),
        (cp.DTypeError, lambda: cp.fromiter("ab", int), "fromiter: "),
        (cp.ArgumentTypeError, lambda: cp.fromiter(3, int), "fromiter: elements"),
    ],
)
def test_wrong_arguments(error, call, words):
    with pytest.raises(error, match=f"^{words}"):
        call()


def test_inserted_integers_keep_the_dtype_of_x_where_it_holds_them():
    for dtype in ("int8", "uint16", "uint64"):
        found = cp.insert(cp.asarray([1, 2], dtype=dtype), [0, 2], [127, 0])
        assert found.dtype == dtype
        assert found.tolist() == [127, 1, 2, 0]


def test_frombuffer_shares_what_nothing_can_change_only():
    shared = b"abcd"
    assert np.shares_memory(
        np.asarray(cp.frombuffer(shared, "uint8")), np.frombuffer(shared, "uint8")
    )
    array = np.arange(4, dtype="uint8")
    array.flags.writeable = False
    writable = bytearray(b"abcd")
    for view in (memoryview(writable).toreadonly(), array, memoryview(shared)[1:3]):
        before = bytes(view)
        found = cp.frombuffer(view, "uint8")
        writable[1] = 0
        assert bytes(found.tolist()) == before
