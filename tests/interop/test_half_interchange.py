# Tests of float16 and bfloat16 shared with NumPy and ml_dtypes, pickled and in files. Other
# libraries: tests/libraries.
from __future__ import annotations

import io
import pickle
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

import corepy as cp
from corepy.errors import DTypeError, ExportError
from corepy.testing import assert_bitwise_equal

VALUES = [1.5, -0.0, float("inf"), 3e-5]
NUMPY = {"float16": np.dtype(np.float16), "bfloat16": np.dtype(ml_dtypes.bfloat16)}
each_half = pytest.mark.parametrize("dtype", list(NUMPY))


@each_half
def test_names_of_the_dtype(dtype: str) -> None:
    wanted = getattr(cp, dtype)
    numpy = NUMPY[dtype]
    assert np.dtype(wanted) == numpy
    assert wanted == numpy
    for name in (wanted, dtype, numpy, numpy.type):
        assert cp.ones(1, dtype=name).dtype is wanted
    assert (wanted.kind, wanted.itemsize, wanted.bits) == ("f", 2, 16)
    assert repr(wanted) == f"corepy.{dtype}"
    with pytest.raises(DTypeError):
        cp.ones(1, dtype=ml_dtypes.float8_e5m2)


@each_half
def test_numpy_arrays_come_and_go(dtype: str) -> None:
    array = np.asarray(VALUES, NUMPY[dtype])
    array.flags.writeable = False
    tensor = cp.asarray(array)
    assert tensor.dtype.name == dtype
    assert tensor.tolist() == array.astype(float).tolist()
    back = np.asarray(tensor)
    assert back.dtype == array.dtype
    assert np.shares_memory(back, array)
    assert not back.flags.writeable
    assert_bitwise_equal(tensor[::-2], array[::-2])
    assert_bitwise_equal(cp.asarray(array[::-2]), array[::-2])
    assert_bitwise_equal(cp.asarray(array.reshape(2, 2).T), array.reshape(2, 2).T)
    assert np.asarray(tensor, dtype=np.float64).tolist() == tensor.tolist()
    assert_bitwise_equal(tensor.numpy(), array)


def test_numpy_scalars_and_swapped_bytes() -> None:
    assert cp.asarray(np.float16(1.5)).dtype == cp.float16
    swapped = np.asarray(VALUES, ">f2")
    assert_bitwise_equal(cp.asarray(swapped), swapped.astype("<f2"))


def test_a_float16_buffer_has_its_format() -> None:
    view = memoryview(cp.asarray(VALUES, dtype=cp.float16))
    assert (view.format, view.itemsize) == ("e", 2)
    assert_bitwise_equal(cp.asarray(view), np.asarray(VALUES, np.float16))


def test_buffers_and_type_strings_cannot_name_bfloat16() -> None:
    x = cp.ones(2, dtype=cp.bfloat16)
    with pytest.raises(BufferError, match=r"^buffer: .*bfloat16.*ml_dtypes"):
        memoryview(x)
    with pytest.raises(AttributeError, match=r"^__array_interface__: .*bfloat16.*ml_dtypes"):
        _ = x.__array_interface__
    assert not hasattr(x, "__array_interface__")
    assert cp.ones(2, dtype=cp.float16).__array_interface__["typestr"] == "<f2"


def test_two_bytes_of_another_name_are_no_bfloat16() -> None:
    with pytest.raises(DTypeError):
        cp.asarray(np.zeros(2, "V2"))


@each_half
def test_pickle_and_digest(dtype: str) -> None:
    x = cp.asarray([[1, 2.5], [float("nan"), -0.0]], dtype=dtype)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert_bitwise_equal(pickle.loads(pickle.dumps(x, protocol)), x)
    payload = np.asarray([0x7FFF, 0xFFFF], np.uint16).view(NUMPY[dtype])
    assert cp.digest(cp.asarray(payload)) == cp.digest(cp.full((2,), cp.nan, dtype=dtype))
    others = {cp.digest(cp.ones(2, dtype=name)) for name in ("float16", "bfloat16", "uint16")}
    assert len(others) == 3


@each_half
def test_pickled_elements_lie_beside_the_pickle(dtype: str) -> None:
    x = cp.asarray([[1, 2.5, 3], [4, 5, -0.0]], dtype=dtype)
    for view in (x, x.T, x[:, ::2]):
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(view, 5, buffer_callback=buffers.append)
        assert memoryview(buffers[0]).nbytes == view.nbytes
        assert_bitwise_equal(pickle.loads(data, buffers=buffers), view)


# ---- Arrow and files ----


def test_arrow_has_no_bfloat16() -> None:
    with pytest.raises(ExportError, match=r"Arrow has no such .*bfloat16.*corepy\.astype"):
        cp.ones(2, dtype=cp.bfloat16).__arrow_c_array__()


def test_npy_files_have_float16() -> None:
    x = cp.asarray([VALUES, VALUES], dtype=cp.float16)
    file = io.BytesIO()
    cp.save(file, x.T)
    assert b"'<f2'" in file.getvalue()
    assert_bitwise_equal(np.load(io.BytesIO(file.getvalue())), x.T)
    assert_bitwise_equal(cp.load(io.BytesIO(file.getvalue())), x.T)
    swapped = io.BytesIO()
    np.save(swapped, np.asarray(VALUES, ">f2"))
    assert cp.load(io.BytesIO(swapped.getvalue())).tolist() == x[0].tolist()


def test_npy_files_have_no_bfloat16() -> None:
    with pytest.raises(DTypeError, match=r"^save: \.npy files have no such elements .*bfloat16"):
        cp.save(io.BytesIO(), cp.ones(2, dtype=cp.bfloat16))


@each_half
def test_safetensors_files_have_both(dtype: str, tmp_path: Path) -> None:
    x = cp.asarray([VALUES, VALUES], dtype=dtype)
    path = tmp_path / "x.safetensors"
    cp.save_safetensors(path, {"x": x, "transposed": x.T, "empty": x[:0]})
    loaded = cp.load_safetensors(path)
    assert_bitwise_equal(loaded["x"], x)
    assert_bitwise_equal(loaded["transposed"], x.T)
    assert loaded["empty"].shape == (0, 4)
