# Export through the buffer protocol and to NumPy: read-only, without a copy, owning what it shows.
from __future__ import annotations

import ctypes
import io
import struct
import threading
import weakref

import numpy as np
import pytest

import corepy as cp

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
]  # fmt: skip


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_dtype_survives_a_round_trip(dtype: str) -> None:
    a = np.arange(6).reshape(2, 3).astype(dtype)
    x = cp.asarray(a)
    for tensor, array in (
        (x, a),
        (x.T, a.T),
        (cp.asarray(a[1, 2]), a[1, 2]),
        (cp.asarray(a[:0]), a[:0]),
    ):
        for b in (
            np.asarray(tensor),
            np.asarray(memoryview(tensor)),
            tensor.__array__(),
            tensor.numpy(),
        ):
            assert b.dtype == array.dtype
            assert b.dtype.num == array.dtype.num
            assert b.shape == array.shape
            assert not b.flags.writeable
            np.testing.assert_array_equal(b, array)
        assert np.shares_memory(tensor.numpy(), np.asarray(tensor)) or array.size == 0


def test_the_view() -> None:
    view = memoryview(cp.asarray(np.arange(6, dtype="f4").reshape(2, 3)))
    assert view.format == "f"
    assert (view.shape, view.strides, view.itemsize, view.nbytes) == ((2, 3), (12, 4), 4, 24)
    assert view.readonly
    assert view.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert memoryview(cp.asarray(True)).tolist() is True
    with pytest.raises(TypeError):
        view[0, 0] = 1


@pytest.mark.sanitize
def test_later_writes_never_show_and_never_dangle() -> None:
    x = cp.asarray(np.arange(1000.0))
    views = [memoryview(x), np.asarray(x), x.numpy()]
    x[...] = -1
    for _ in range(10):
        cp.asarray(np.full(1000, 3.0))  # would reuse the memory if it had been freed
    for view in views:
        assert list(view) == list(range(1000))
    assert np.asarray(x).tolist() == [-1] * 1000
    del x
    cp.asarray(np.full(1000, 3.0))
    for view in views:
        assert list(view) == list(range(1000))


def test_a_write_after_the_views_are_gone_is_in_place() -> None:
    x = cp.asarray(np.arange(1000.0))
    x[...] = 1  # private from here on
    address = np.asarray(x).ctypes.data
    x[...] = 2
    assert np.asarray(x).ctypes.data == address


def test_consumers_that_want_one_run_of_bytes() -> None:
    x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
    stream = io.BytesIO()
    stream.write(x)
    assert stream.getvalue() == struct.pack("4d", 1, 2, 3, 4)
    assert bytes(x) == stream.getvalue()
    assert struct.unpack("4d", x) == (1, 2, 3, 4)
    with pytest.raises(cp.ExportError, match=r"not contiguous .*corepy\.copy\(x\)"):
        stream.write(x.T)
    assert struct.unpack("4d", cp.asarray(x.T, copy=True)) == (1, 3, 2, 4)


def test_writable_memory_is_refused() -> None:
    x = cp.asarray([1, 2])
    with pytest.raises(TypeError, match="not writable"):
        ctypes.c_int64.from_buffer(x)
    with pytest.raises(TypeError, match="read-write"):
        io.BytesIO(bytes(16)).readinto(x)
    assert x.tolist() == [1, 2]


# Requests of the buffer protocol, from Python's pybuffer.h.
WRITABLE, FORMAT, ND, STRIDES = 0x1, 0x4, 0x8, 0x18
C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT = 0x38, 0x58, 0x98, 0x118


class PyBuffer(ctypes.Structure):
    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.c_void_p),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.c_void_p),
        ("internal", ctypes.c_void_p),
    )


def request(tensor: cp.Tensor, flags: int) -> dict[str, object]:
    view = PyBuffer()
    ctypes.pythonapi.PyObject_GetBuffer(ctypes.py_object(tensor), ctypes.byref(view), flags)
    seen = {
        "ndim": view.ndim,
        "format": view.format,
        "shape": view.shape[: view.ndim] if view.shape else None,
        "strides": view.strides[: view.ndim] if view.strides else None,
        "len": view.len,
        "readonly": view.readonly,
    }
    ctypes.pythonapi.PyBuffer_Release(ctypes.byref(view))
    return seen


def test_every_kind_of_request() -> None:
    x = cp.asarray(np.arange(6, dtype="i2").reshape(2, 3))
    common = {"len": 12, "readonly": 1}
    bare = {"ndim": 1, "format": None, "shape": None, "strides": None, **common}
    assert request(x, 0) == bare
    assert request(x, FORMAT) == {**bare, "format": b"h"}
    assert request(x, ND) == {**bare, "ndim": 2, "shape": [2, 3]}
    full = {"ndim": 2, "format": None, "shape": [2, 3], "strides": [6, 2], **common}
    for flags in (STRIDES, C_CONTIGUOUS, ANY_CONTIGUOUS, INDIRECT):
        assert request(x, flags) == full
        assert request(x, flags | FORMAT) == {**full, "format": b"h"}
    for flags in (0, FORMAT, ND, C_CONTIGUOUS):
        with pytest.raises(cp.ExportError, match="expected C order"):
            request(x.T, flags)
    turned = {**full, "shape": [3, 2], "strides": [2, 6]}
    for flags in (STRIDES, F_CONTIGUOUS, ANY_CONTIGUOUS):
        assert request(x.T, flags) == turned
    with pytest.raises(cp.ExportError, match="expected Fortran order"):
        request(x, F_CONTIGUOUS)
    strided = cp.asarray(np.arange(12, dtype="i2").reshape(3, 4)[:, ::2], copy=False)
    for flags in (0, C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS):
        with pytest.raises(cp.ExportError, match="not contiguous"):
            request(strided, flags)
    for flags in (WRITABLE, WRITABLE | STRIDES | FORMAT):
        with pytest.raises(cp.ExportError, match="read-only"):
            request(x, flags)


def test_scalars_vectors_and_empties_fit_every_request() -> None:
    for value in (3, [1, 2], [[]], [[5]]):
        x = cp.asarray(value)
        for flags in (0, ND, STRIDES, C_CONTIGUOUS, F_CONTIGUOUS, ANY_CONTIGUOUS):
            assert request(x, flags)["len"] == np.asarray(x).nbytes


def test_rank_64() -> None:
    deep: list[object] = [1]
    for _ in range(63):
        deep = [deep]
    x = cp.asarray(deep)
    assert memoryview(x).ndim == 64
    assert x.numpy().shape == (1,) * 64


def test_the_array_method() -> None:
    x = cp.asarray([1, 2, 3])
    assert x.__array__(np.float32).dtype == np.float32
    assert x.__array__("float32").tolist() == [1, 2, 3]
    assert x.__array__(dtype=np.int64, copy=False).dtype == np.int64
    assert np.shares_memory(x.__array__(copy=False), x.numpy())
    copied = x.__array__(copy=True)
    copied[0] = 9
    assert x.tolist() == [1, 2, 3]
    assert np.array(x).flags.writeable
    assert np.asarray(x, dtype=complex).tolist() == [1, 2, 3]
    with pytest.raises(cp.ArgumentError, match="copy=False"):
        x.__array__(np.float32, copy=False)
    with pytest.raises(ValueError, match="copy"):
        np.array(x, dtype="f4", copy=False)
    with pytest.raises(TypeError):
        x.__array__("no dtype")
    for args, kwargs in (
        ((None, None, None), {}),
        ((), {"other": 1}),
        ((None,), {"dtype": None}),
        ((), {"copy": 2}),
    ):
        with pytest.raises(cp.ArgumentTypeError, match="__array__"):
            x.__array__(*args, **kwargs)


def test_numpy_functions_take_tensors() -> None:
    x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
    assert np.linalg.det(x) == pytest.approx(-2)
    np.testing.assert_array_equal(np.stack([x, x]).shape, (2, 2, 2))


def test_an_export_keeps_a_foreign_owner_alive() -> None:
    class Owner(np.ndarray):
        pass

    owner = np.arange(4.0).view(Owner)
    gone = weakref.ref(owner)
    view = memoryview(cp.asarray(owner, copy=False))
    del owner
    assert gone() is not None
    assert view.tolist() == [0, 1, 2, 3]
    view.release()
    assert gone() is None


@pytest.mark.sanitize
def test_exports_and_writes_from_many_threads() -> None:
    x = cp.asarray(np.zeros(512))
    errors: list[object] = []
    start = threading.Barrier(4)

    def write(value: float) -> None:
        start.wait()
        for _ in range(300):
            x[...] = value

    def read() -> None:
        start.wait()
        for _ in range(300):
            view = np.asarray(x)
            first = view.tobytes()
            if len(set(view.tolist())) != 1 or view.tobytes() != first:
                errors.append(view)

    threads = [
        threading.Thread(target=f, args=a)
        for f, a in ((write, (1.0,)), (write, (2.0,)), (read, ()), (read, ()))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


def test_no_raw_pointer_is_exported() -> None:
    # A buffer that owns the storage stands where other libraries put an address.
    assert isinstance(cp.asarray([1]).__array_interface__["data"], memoryview)
    assert not hasattr(cp.asarray([1]), "__array_struct__")
