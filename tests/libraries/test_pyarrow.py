# The exchange with pyarrow: arrays, chunks, tensors, nulls, in both directions.
from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

import corepy as cp

NUMBERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
NUMBERS += ["float32", "float64"]


def address_of(array: pa.Array) -> int:
    buffer = array.buffers()[-1]
    assert buffer is not None
    return buffer.address


@pytest.mark.parametrize("dtype", NUMBERS)
def test_numbers_are_shared_both_ways(dtype: str) -> None:
    array = pa.array(np.arange(5).astype(dtype))
    for x in (cp.from_arrow(array), cp.asarray(array), cp.from_arrow(array, copy=False)):
        assert x.dtype == np.dtype(dtype)
        assert x.tolist() == array.to_pylist()
        assert np.asarray(x).ctypes.data == address_of(array)
    back = pa.array(x)
    assert back.type == array.type
    assert back.to_pylist() == array.to_pylist()
    assert address_of(back) == address_of(array)
    back.validate(full=True)


@pytest.mark.parametrize("start", [0, 1, 7, 8, 13])
def test_slices_and_bools(start: int) -> None:
    values = np.arange(100) % 3 == 1
    for array in (pa.array(values), pa.array(np.arange(100.0))):
        part = array.slice(start, 50)
        assert cp.from_arrow(part).tolist() == part.to_pylist()
    back = pa.array(cp.asarray(values[start:]))
    back.validate(full=True)
    assert back.to_pylist() == values[start:].tolist()
    eight = pa.array(cp.from_arrow(pa.array(values).cast(pa.bool8())))
    assert eight.to_pylist() == values.tolist()


def test_nulls() -> None:
    array = pa.array([1.5, None, 2.5])
    with pytest.raises(cp.ArgumentError, match="1 nulls"):
        cp.asarray(array)
    assert cp.from_arrow(array, fill_null=0).tolist() == [1.5, 0, 2.5]
    assert cp.from_arrow(array.slice(2)).tolist() == [2.5]
    assert cp.from_arrow(pa.array([True, None]), fill_null=False).tolist() == [True, False]
    with pytest.raises(cp.DTypeError):
        cp.from_arrow(pa.nulls(3))


def test_chunks_and_tables() -> None:
    chunks = pa.chunked_array([[1, 2], [], [3]])
    assert cp.from_arrow(chunks).tolist() == [1, 2, 3]
    one = pa.chunked_array([pa.array([1, 2])])
    assert np.asarray(cp.from_arrow(one)).ctypes.data == address_of(one.chunk(0))
    table = pa.table({"a": [1, 2], "b": [3.0, 4.0]})
    assert cp.asarray(table["b"]).tolist() == [3, 4]
    for whole in (table, table.to_batches()[0]):
        with pytest.raises(cp.DTypeError, match="columns"):
            cp.asarray(whole)
    assert cp.from_arrow(pa.chunked_array([], pa.int8())).shape == (0,)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("shape", [(4, 3), (2, 3, 4), (3, 2, 1, 5), (2, 0)])
def test_tensors(shape: tuple[int, ...], order: str) -> None:
    values = np.arange(np.prod(shape), dtype="f4").reshape(shape)
    array = pa.array(cp.asarray(np.asarray(values, order=order)))
    assert isinstance(array, pa.FixedShapeTensorArray)
    assert array.type.shape == list(shape[1:])
    array.validate(full=True)
    if values.size:
        np.testing.assert_array_equal(array.to_numpy_ndarray(), values)
        theirs = pa.FixedShapeTensorArray.from_numpy_ndarray(values)
        x = cp.from_arrow(theirs)
        assert x.tolist() == values.tolist()
        assert np.asarray(x).ctypes.data == address_of(theirs)
    assert cp.from_arrow(array).tolist() == values.tolist()


def test_permuted_tensors() -> None:
    values = np.arange(24.0).reshape(2, 3, 4).transpose(0, 2, 1)
    array = pa.FixedShapeTensorArray.from_numpy_ndarray(values)
    assert array.type.permutation is not None
    x = cp.from_arrow(array)
    assert x.tolist() == values.tolist() == array.to_numpy_ndarray().tolist()


def test_plain_lists_of_fixed_length() -> None:
    array = pa.array([[1, 2], [3, 4], [5, 6]], pa.list_(pa.int16(), 2))
    assert cp.from_arrow(array).tolist() == array.to_pylist()
    assert cp.from_arrow(array.slice(1, 1)).tolist() == [[3, 4]]
    missing = pa.array([[1, 2], None], pa.list_(pa.int16(), 2))
    with pytest.raises(cp.ArgumentError, match="nulls"):
        cp.from_arrow(missing)
    assert cp.from_arrow(missing, fill_null=-1).tolist() == [[1, 2], [-1, -1]]


@pytest.mark.parametrize(
    "array",
    [
        pa.array(["a"]), pa.array([b"a"]), pa.array([[1]]), pa.array([{"a": 1}]),
        pa.array([1], pa.date32()), pa.array([1], pa.timestamp("ns")),
        pa.array([1], pa.decimal128(5)),
        pa.array(["a", "a"]).dictionary_encode(),
    ],
    ids=lambda array: str(array.type),
)  # fmt: skip
def test_what_has_no_dtype(array: pa.Array) -> None:
    with pytest.raises(cp.DTypeError, match="no dtype for the array's elements"):
        cp.asarray(array)


def test_lifetimes() -> None:
    before = pa.total_allocated_bytes()
    array = pa.array(range(100_000), pa.int64())
    x = cp.from_arrow(array)
    del array
    y = x[5:]
    del x
    assert y[0] == 5
    del y
    assert pa.total_allocated_bytes() == before
    x = cp.arange(1000)
    array = pa.array(x)
    x[...] = 0
    assert array.to_pylist() == list(range(1000))


def test_dlpack_of_pyarrow() -> None:
    array = pa.array([1.0, 2.0])
    assert cp.from_dlpack(array).tolist() == [1, 2]


def test_arrow_has_float16() -> None:
    x = cp.asarray([1.5, -0.0, float("inf"), 3e-5], dtype=cp.float16)
    array = pa.array(x)
    assert array.type == pa.float16()
    assert array.to_pylist() == x.tolist()
    back = cp.from_arrow(array)
    assert back.dtype is cp.float16
    assert back.tolist() == x.tolist()
