# Pickles whose elements travel beside them, and memory-mapped arrays. What every protocol keeps is
# in tests/core/test_values.py.
from __future__ import annotations

import mmap
import pickle
from pathlib import Path

import numpy as np
import pytest

import corepy as cp


@pytest.mark.sanitize
def test_buffers_out_of_band_are_not_copied() -> None:
    x = cp.arange(1000.0).reshape(10, 100)
    for view in (x, x.T):
        buffers: list[pickle.PickleBuffer] = []
        data = pickle.dumps(view, 5, buffer_callback=buffers.append)
        assert len(data) < 500
        assert len(buffers) == 1
        back = pickle.loads(data, buffers=buffers)
        assert np.shares_memory(np.asarray(back), np.asarray(x))
        assert back.tolist() == view.tolist()
        back[0, 0] = -1
        assert x[0, 0] == 0


def test_elements_apart_are_gathered_first() -> None:
    x = cp.arange(20).reshape(4, 5)[:, ::2]
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(x, 5, buffer_callback=buffers.append)
    assert memoryview(buffers[0]).nbytes == x.nbytes
    assert pickle.loads(data, buffers=buffers).tolist() == x.tolist()


@pytest.mark.sanitize
@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_buffers_of_any_kind_are_shared(kind: type) -> None:
    x = cp.arange(100)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(x, 5, buffer_callback=buffers.append)
    received = kind(bytes(buffers[0]))
    del buffers
    y = pickle.loads(data, buffers=[received])
    assert y.tolist() == x.tolist()
    assert np.shares_memory(np.asarray(y), np.frombuffer(received, np.uint8))
    del received
    assert y.tolist() == x.tolist()


@pytest.mark.sanitize
def test_a_tensor_changed_after_pickling() -> None:
    x = cp.arange(100)
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(x, 5, buffer_callback=buffers.append)
    x[...] = 0
    assert pickle.loads(data, buffers=buffers).tolist() == list(range(100))


def test_pickles_that_lie() -> None:
    buffers: list[pickle.PickleBuffer] = []
    data = pickle.dumps(cp.arange(100), 5, buffer_callback=buffers.append)
    for wrong in (b"", bytes(799)):
        with pytest.raises(cp.ExportError, match="outside of the buffer"):
            pickle.loads(data, buffers=[wrong])
    with pytest.raises(TypeError):
        pickle.loads(data, buffers=[3])
    restore, arguments = cp.arange(3).__reduce_ex__(4)[:2]
    for changed in (
        (arguments[0], cp.int64, (2**62,), False),
        (arguments[0], cp.int64, (-1,), False),
        (arguments[0], cp.int64, (2**32, 2**32), False),
        (arguments[0], cp.int64, (1,) * 65, True),
        (arguments[0], "nothing", (3,), False),
        ("text", cp.int64, (3,), False),
    ):
        with pytest.raises((cp.CorepyError, TypeError)):
            restore(*changed)


def test_a_subclass_and_its_tensor() -> None:
    x = pickle.loads(pickle.dumps({"x": cp.ones(2), "y": [cp.zeros(1)] * 2}))
    assert x["x"].tolist() == [1, 1]
    assert x["y"][0] is x["y"][1]


# ---- memory-mapped arrays of others


@pytest.mark.sanitize
def test_memmap(tmp_path: Path) -> None:
    path = tmp_path / "x"
    np.arange(1000.0).tofile(path)
    array = np.memmap(path, "f8", mode="r", shape=(10, 100))
    x = cp.asarray(array)
    assert np.shares_memory(np.asarray(x), array)
    x[0, 0] = 5
    assert array[0, 0] == 0
    writable = np.memmap(path, "f8", mode="r+", shape=(10, 100))
    for maybe_changing in (writable, np.memmap(path, "f8", mode="c")):
        y = cp.asarray(maybe_changing)
        assert not np.shares_memory(np.asarray(y), maybe_changing)
    assert np.shares_memory(np.asarray(cp.asarray(writable, copy=False)), writable)


@pytest.mark.sanitize
def test_mmap(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(bytes(range(200)))
    with open(path, "rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    x = cp.asarray(mapped)
    assert (x.dtype, x.shape) == (cp.uint8, (200,))
    assert np.shares_memory(np.asarray(x), np.frombuffer(mapped, np.uint8))
    with pytest.raises(BufferError):
        mapped.close()  # a tensor looks at it
    x[0] = 9
    assert mapped[0] == 0
    del x
    with open(path, "r+b") as file:
        writable = mmap.mmap(file.fileno(), 0)
    y = cp.asarray(writable)
    writable[0] = 77
    assert y[0] == 0
