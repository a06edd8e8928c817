# Safetensors files of the reference implementation, in both directions; PyTorch's: test_torch.py.
from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors
import safetensors.numpy

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
