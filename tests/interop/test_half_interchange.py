# Tests of float16 and bfloat16 shared with NumPy, ml_dtypes and PyTorch.
from __future__ import annotations

import io
import pickle

import ml_dtypes
import numpy as np
import pyarrow as pa
import pytest
import safetensors.torch
import torch

import corepy as cp
from corepy.errors import DTypeError, ExportError
from corepy.testing import assert_bitwise_equal

VALUES = [1.5, -0.0, float("inf"), 3e-5]
NUMPY = {"float16": np.dtype(np.float16), "bfloat16": np.dtype(ml_dtypes.bfloat16)}
TORCH = {"float16": torch.float16, "bfloat16": torch.bfloat16}
each_half = pytest.mark.parametrize("dtype", list(NUMPY))


@each_half
def test_names_of_the_dtype(dtype):
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
def test_numpy_arrays_come_and_go(dtype):
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


def test_numpy_scalars_and_swapped_bytes():
    assert cp.asarray(np.float16(1.5)).dtype == cp.float16
    swapped = np.asarray(VALUES, ">f2")
    assert_bitwise_equal(cp.asarray(swapped), swapped.astype("<f2"))


def test_a_float16_buffer_has_its_format():
    view = memoryview(cp.asarray(VALUES, dtype=cp.float16))
    assert (view.format, view.itemsize) == ("e", 2)
    assert_bitwise_equal(cp.asarray(view), np.asarray(VALUES, np.float16))


def test_buffers_and_type_strings_cannot_name_bfloat16():
    x = cp.ones(2, dtype=cp.bfloat16)
    with pytest.raises(BufferError, match=r"^buffer: .*bfloat16.*ml_dtypes"):
        memoryview(x)
    with pytest.raises(AttributeError, match=r"^__array_interface__: .*bfloat16.*ml_dtypes"):
        _ = x.__array_interface__
    assert not hasattr(x, "__array_interface__")
    assert cp.ones(2, dtype=cp.float16).__array_interface__["typestr"] == "<f2"


def test_two_bytes_of_another_name_are_no_bfloat16():
    with pytest.raises(DTypeError):
        cp.asarray(np.zeros(2, "V2"))


@each_half
def test_torch_tensors_come_and_go(dtype):
    there = torch.tensor(VALUES, dtype=TORCH[dtype])
    here = cp.from_dlpack(there)
    assert here.dtype.name == dtype
    assert here.tolist() == there.tolist()
    back = torch.from_dlpack(here)
    assert back.dtype == TORCH[dtype]
    assert torch.equal(back, there)
    assert torch.from_dlpack(here[::2]).tolist() == there[::2].tolist()


@each_half
def test_results_are_torchs(dtype):
    """Both compute in float32 and round once."""
    generator = torch.Generator().manual_seed(1)
    x, y = (torch.randn(5000, generator=generator).to(TORCH[dtype]) for _ in range(2))
    a, b = cp.from_dlpack(x), cp.from_dlpack(y)
    for ours, theirs in [(a + b, x + y), (a * b, x * y), (a / b, x / y), (a < b, x < y)]:
        assert_bitwise_equal(ours, cp.from_dlpack(theirs))


@each_half
def test_pickle_and_digest(dtype):
    x = cp.asarray([[1, 2.5], [float("nan"), -0.0]], dtype=dtype)
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert_bitwise_equal(pickle.loads(pickle.dumps(x, protocol)), x)
    payload = np.asarray([0x7FFF, 0xFFFF], np.uint16).view(NUMPY[dtype])
    assert cp.digest(cp.asarray(payload)) == cp.digest(cp.full((2,), cp.nan, dtype=dtype))
    others = {cp.digest(cp.ones(2, dtype=name)) for name in ("float16", "bfloat16", "uint16")}
    assert len(others) == 3


@each_half
def test_pickled_elements_lie_beside_the_pickle(dtype):
    x = cp.asarray([[1, 2.5, 3], [4, 5, -0.0]], dtype=dtype)
    for view in (x, x.T, x[:, ::2]):
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(view, 5, buffer_callback=buffers.append)
        assert memoryview(buffers[0]).nbytes == view.nbytes
        assert_bitwise_equal(pickle.loads(data, buffers=buffers), view)


# ---- Arrow and files ----


def test_arrow_has_float16():
    x = cp.asarray(VALUES, dtype=cp.float16)
    array = pa.array(x)
    assert array.type == pa.float16()
    assert array.to_pylist() == x.tolist()
    back = cp.from_arrow(array)
    assert back.dtype is cp.float16
    assert_bitwise_equal(back, x)


def test_arrow_has_no_bfloat16():
    with pytest.raises(ExportError, match=r"Arrow has no such .*bfloat16.*corepy\.astype"):
        pa.array(cp.ones(2, dtype=cp.bfloat16))


def test_npy_files_have_float16():
    x = cp.asarray([VALUES, VALUES], dtype=cp.float16)
    file = io.BytesIO()
    cp.save(file, x.T)
    assert b"'<f2'" in file.getvalue()
    assert_bitwise_equal(np.load(io.BytesIO(file.getvalue())), x.T)
    assert_bitwise_equal(cp.load(io.BytesIO(file.getvalue())), x.T)
    swapped = io.BytesIO()
    np.save(swapped, np.asarray(VALUES, ">f2"))
    assert cp.load(io.BytesIO(swapped.getvalue())).tolist() == x[0].tolist()


def test_npy_files_have_no_bfloat16():
    with pytest.raises(DTypeError, match=r"^save: \.npy files have no such elements .*bfloat16"):
        cp.save(io.BytesIO(), cp.ones(2, dtype=cp.bfloat16))


@each_half
def test_safetensors_files_have_both(dtype, tmp_path):
    x = cp.asarray([VALUES, VALUES], dtype=dtype)
    path = tmp_path / "x.safetensors"
    cp.save_safetensors(path, {"x": x, "transposed": x.T, "empty": x[:0]})
    loaded = cp.load_safetensors(path)
    assert_bitwise_equal(loaded["x"], x)
    assert_bitwise_equal(loaded["transposed"], x.T)
    assert loaded["empty"].shape == (0, 4)
    there = safetensors.torch.load_file(path)
    assert there["x"].dtype == TORCH[dtype]
    assert there["x"].tolist() == x.tolist()
    safetensors.torch.save_file({"y": torch.tensor(VALUES, dtype=TORCH[dtype])}, path)
    assert_bitwise_equal(cp.load_safetensors(path)["y"], x[0])
