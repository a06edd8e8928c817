# Safetensors files of the reference implementation, in both directions.
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy
import safetensors.torch
import torch

import corepy as cp

ARRAYS = {
    "weights": np.arange(12, dtype="f4").reshape(3, 4),
    "bias": np.array([True, False]),
    "scalar": np.array(3, "i8"),
    "empty": np.zeros((0, 3), "u2"),
    "complex": np.ones(3, "c8"),
}


@pytest.mark.parametrize("mmap", [False, True])
def test_their_files(tmp_path: Path, mmap: bool) -> None:
    path = tmp_path / "x.safetensors"
    safetensors.numpy.save_file(ARRAYS, path, metadata={"format": "np"})
    tensors = cp.load_safetensors(path, mmap=mmap)
    assert set(tensors) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert (tensors[name].shape, tensors[name].dtype) == (array.shape, array.dtype)
        np.testing.assert_array_equal(np.asarray(tensors[name]), array)
    assert cp.read_safetensors_metadata(path) == {"format": "np"}


def test_our_files(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    tensors = {name: cp.asarray(array) for name, array in ARRAYS.items()}
    cp.save_safetensors(path, tensors, metadata={"a": "b"})
    arrays = safetensors.numpy.load_file(path)
    assert set(arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(arrays[name], array)
    with safetensors.safe_open(path, "numpy") as file:
        assert file.metadata() == {"a": "b"}


def test_half_precision_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    safetensors.numpy.save_file({"x": np.ones(2, "f2")}, path)
    assert cp.load_safetensors(path)["x"].tolist() == [1, 1]


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_is_shared_with_torch(dtype: str, tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    x = cp.asarray([[1.5, -0.0], [float("inf"), 3e-5]], dtype=dtype)
    cp.save_safetensors(path, {"x": x, "transposed": x.T})
    there = safetensors.torch.load_file(path)
    assert there["x"].dtype == getattr(torch, dtype)
    assert there["x"].tolist() == x.tolist()
    assert there["transposed"].tolist() == x.T.tolist()
    safetensors.torch.save_file(there, path)
    here = cp.load_safetensors(path)["x"]
    assert here.dtype.name == dtype
    assert here.tolist() == x.tolist()
