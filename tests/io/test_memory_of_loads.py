# What is read from files lies in the allocator's memory: counted, limited, aligned, once. The
# allocator itself is tested in tests/core/test_memory.py.
from __future__ import annotations

import hashlib
import io
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest

import corepy as cp
from corepy.errors import MemoryLimitError

MIB = 1 << 20
ELEMENTS = np.random.default_rng(0).normal(size=(1024, 1031))


def save_npy(x: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    np.save(file, x)
    file.seek(0)
    return file


def save_npz(x: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    np.savez(file, x=x)
    file.seek(0)
    return file


def save_safetensors(x: np.ndarray) -> io.BytesIO:
    file = io.BytesIO()
    cp.save_safetensors(file, {"small": cp.ones(3), "x": cp.asarray(x)})
    file.seek(0)
    return file


FORMATS: dict[str, tuple[Callable, Callable]] = {
    "load": (save_npy, lambda file: cp.load(file)),
    "load_npz": (save_npz, lambda file: cp.load_npz(file)["x"]),
    "load_safetensors": (
        save_safetensors,
        lambda file: cp.load_safetensors(file, mmap=False)["x"],
    ),
}
each_format = pytest.mark.parametrize("name", FORMATS)


@each_format
def test_elements_are_counted_once_and_aligned(name: str) -> None:
    save, load = FORMATS[name]
    file = save(ELEMENTS)
    before = cp.memory.stats()["used_bytes"]
    cp.memory.reset_peak()
    tracemalloc.start()
    x = load(file)
    _, python_peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    stats = cp.memory.stats()
    assert np.asarray(x).tobytes() == ELEMENTS.tobytes()
    assert np.asarray(x).ctypes.data % 64 == 0
    assert x.nbytes <= stats["used_bytes"] - before <= 1.25 * x.nbytes + MIB // 16
    assert stats["peak_used_bytes"] <= stats["used_bytes"] + MIB // 16
    assert python_peak <= 3 * MIB  # a piece of the file; of an archive, what zipfile joins it of
    del x
    assert cp.memory.stats()["used_bytes"] <= before + MIB // 16


@each_format
def test_the_limit_holds_and_names_the_function(name: str) -> None:
    save, load = FORMATS[name]
    file = save(ELEMENTS)
    cp.memory.limit(cp.memory.stats()["used_bytes"] + 5 * MIB)
    try:
        with pytest.raises(MemoryLimitError, match=rf"^{name}: the memory limit"):
            load(file)
    finally:
        cp.memory.limit(None)


@each_format
def test_a_loaded_tensor_is_written_in_place(name: str) -> None:
    save, load = FORMATS[name]
    x = load(save(ELEMENTS))
    x[0, 0] = 7.0
    assert cp.explain_last_dispatch().copied_bytes == 0


@pytest.mark.parametrize("dtype", ["<f8", ">f8", "|b1", "<i2", ">c16", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_several_pieces_of_every_kind(dtype: str, order: str) -> None:
    kept = np.asarray(ELEMENTS * 9, dtype)
    array = np.asarray(np.stack([kept, kept[::-1], kept + kept]), order=order)
    x = cp.load(save_npy(array))
    assert x.shape == array.shape
    np.testing.assert_array_equal(np.asarray(x), array)


def test_bits_of_nan_are_kept() -> None:
    bits = np.asarray([0x7FF0000000000001, 0xFFF8000000000123, 0x8000000000000000], np.uint64)
    assert np.asarray(cp.load(save_npy(bits.view(np.float64)))).tobytes() == bits.tobytes()


@pytest.mark.parametrize("policy", ["REFERENCE", "SIMD", "BLAS"])
def test_policies_do_not_matter(policy: str) -> None:
    with cp.policy(policy), cp.settings.override(strict=True):
        x = cp.load(save_npy(np.asfortranarray(ELEMENTS.astype(">f4"))))
    np.testing.assert_array_equal(np.asarray(x), ELEMENTS.astype("f4"))


# ---- digests ----


@pytest.mark.parametrize(
    "view",
    [lambda x: x, lambda x: x.T, lambda x: x[::-2, ::3], lambda x: cp.reshape(x, (1, 1, -1))],
    ids=["contiguous", "transposed", "strided", "one line"],
)
def test_a_digest_takes_blocks(view: Callable) -> None:
    x = view(cp.asarray(ELEMENTS))
    used = cp.memory.stats()["used_bytes"]
    cp.memory.reset_peak()
    tracemalloc.start()
    found = cp.digest(x)
    _, python_peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert cp.memory.stats()["peak_used_bytes"] - used <= 1.25 * MIB + MIB // 16
    assert python_peak <= 1.25 * MIB
    shape = ",".join(map(str, x.shape))
    header = f"corepy-digest-1\0float64\0{shape}\0".encode()
    assert found == hashlib.sha256(header + np.asarray(x).tobytes()).hexdigest()


def test_a_digest_under_a_limit_is_named() -> None:
    x = cp.asarray(ELEMENTS)
    cp.memory.limit(cp.memory.stats()["used_bytes"] + MIB // 4)
    try:
        with pytest.raises(MemoryLimitError, match=r"^digest: the memory limit"):
            cp.digest(x)
    finally:
        cp.memory.limit(None)
    x = cp.ones((0, 5))
    assert cp.digest(x) == cp.digest(cp.copy(x))
