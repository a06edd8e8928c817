# The exchange with PyTorch: the consumer and producer most people have.
from __future__ import annotations

import array
import operator
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.torch
import torch

import corepy as cp
from corepy.testing import assert_bitwise_equal


@pytest.mark.parametrize(
    "name", ["bool", "int8", "int16", "int32", "int64", "uint8", "float32", "float64", "complex64"]
)
def test_dtypes(name: str) -> None:
    tensor = torch.arange(6).reshape(2, 3).to(getattr(torch, name))
    x = cp.from_dlpack(tensor)
    assert x.dtype.name == name
    assert x.tolist() == tensor.tolist()
    assert torch.from_dlpack(x).tolist() == tensor.tolist()
    assert torch.from_dlpack(x).dtype == tensor.dtype


def test_from_dlpack_shares_and_asarray_copies() -> None:
    tensor = torch.zeros(3)
    shared, copied = cp.from_dlpack(tensor), cp.asarray(tensor)
    tensor[0] = 5
    assert shared.tolist() == [5, 0, 0]
    assert copied.tolist() == [0, 0, 0]
    shared[...] = 1
    assert tensor.tolist() == [5, 0, 0]


def test_asarray_of_pytorch_reads_the_buffer_as_float32() -> None:
    """PyTorch's rule for whatever has a buffer; docs/topics/interchange.md warns of it."""
    x = cp.asarray([1.0, 2.0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of memory that must not be written
        wrong = torch.asarray(x)
        assert wrong.dtype == torch.asarray(array.array("d", [1.0, 2.0])).dtype == torch.float32
        assert wrong.tolist() == [0.0, 1.875, 0.0, 2.0]
        for right in (
            torch.from_dlpack(x),
            torch.from_numpy(np.asarray(x)),
            torch.as_tensor(x),
            torch.tensor(x),
            torch.asarray(x, dtype=torch.float64),
        ):
            assert right.dtype == torch.float64
            assert right.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("operation", [operator.add, operator.mul, operator.matmul, operator.lt])
def test_operators_never_convert(operation: Callable[[object, object], object]) -> None:
    x, tensor = cp.asarray([1.0, 2.0, 3.0]), torch.ones(3)
    for a, b in ((x, tensor), (tensor, x)):
        with pytest.raises(cp.ArgumentTypeError, match=r"torch\.Tensor.*corepy\.asarray"):
            operation(a, b)


def test_a_reversed_tensor() -> None:
    x = cp.flip(cp.arange(3.0))
    assert torch.from_dlpack(x).tolist() == [2.0, 1.0, 0.0]


def test_layouts_and_lifetimes() -> None:
    tensor = torch.arange(12.0).reshape(3, 4)
    x = cp.from_dlpack(tensor.T[1:])
    del tensor
    assert x.tolist() == np.arange(12.0).reshape(3, 4).T[1:].tolist()
    y = torch.from_dlpack(x.T)
    del x
    assert y.tolist() == np.arange(12.0).reshape(3, 4)[:, 1:].tolist()


def test_what_has_no_values_yet_or_no_dtype_is_refused() -> None:
    with pytest.raises((BufferError, RuntimeError)):
        cp.from_dlpack(torch.zeros(2, requires_grad=True))
    for tensor in (torch.zeros(2, dtype=torch.float8_e5m2),):
        with pytest.raises(cp.DTypeError, match="DLPack type"):
            cp.from_dlpack(tensor)
    with pytest.raises((BufferError, RuntimeError, ValueError, TypeError)):
        cp.from_dlpack(torch.zeros(2, device="meta"))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_comes_and_goes(dtype: str) -> None:
    there = torch.tensor([1.5, -0.0, float("inf"), 3e-5], dtype=getattr(torch, dtype))
    here = cp.from_dlpack(there)
    assert here.dtype.name == dtype
    assert here.tolist() == there.tolist()
    back = torch.from_dlpack(here)
    assert back.dtype == getattr(torch, dtype)
    assert torch.equal(back, there)
    assert torch.from_dlpack(here[::2]).tolist() == there[::2].tolist()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_half_precision_results_are_torchs(dtype: str) -> None:
    """Both compute in float32 and round once."""
    generator = torch.Generator().manual_seed(1)
    x, y = (torch.randn(5000, generator=generator).to(getattr(torch, dtype)) for _ in range(2))
    a, b = cp.from_dlpack(x), cp.from_dlpack(y)
    for ours, theirs in [(a + b, x + y), (a * b, x * y), (a / b, x / y), (a < b, x < y)]:
        assert_bitwise_equal(ours, cp.from_dlpack(theirs))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_safetensors_files_of_half_precision(dtype: str, tmp_path: Path) -> None:
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
