# What NumPy and the array API ask of an object: namespaces, ufuncs, __array__, __array_interface__,
# NumPy scalars beside tensors, index arrays.
from __future__ import annotations

import weakref

import numpy as np
import pytest

import corepy as cp


def test_the_namespace() -> None:
    x = cp.ones(2)
    assert x.__array_namespace__() is cp
    for version in ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12"):
        assert x.__array_namespace__(api_version=version) is cp
    with pytest.raises(cp.ArgumentError, match="unknown revision"):
        x.__array_namespace__(api_version="1999.12")


def test_numpy_scalars_leave_the_result_to_the_tensor() -> None:
    x = cp.asarray([1.0, 2.0], dtype=cp.float32)
    for y in (np.float64(2) * x, x * np.float64(2)):
        assert isinstance(y, cp.Tensor)
        assert y.dtype == cp.float32
        assert y.tolist() == [2, 4]
    assert (np.float64(1) / x).tolist() == [1, 0.5]
    assert (np.float64(1) == x).tolist() == [True, False]
    assert cp.Tensor.__array_ufunc__ is None
    with pytest.raises(TypeError):
        np.ones(2) + x
    with pytest.raises(TypeError):
        np.exp(x)


@pytest.mark.parametrize(
    "scalar", [np.bool_, np.int8, np.uint16, np.int64, np.longlong, np.float32, np.complex64]
)
def test_numpy_scalars_bring_their_dtype_along(scalar: type[np.generic[object]]) -> None:
    value = scalar(1)
    for dtype in (cp.int8, cp.int32, cp.float32, cp.complex64):
        x = cp.asarray([1, 2, 3], dtype=dtype)
        beside = cp.asarray(value)
        assert beside.shape == ()
        if beside.dtype == cp.bool:  # no operand of add; a condition
            assert (value & cp.asarray([True, False])).tolist() == [True, False]
            assert cp.where(value, x, 0).tolist() == x.tolist()
            continue
        for result in (value + x, x + value, cp.add(x, value), cp.add(value, x)):
            assert result.dtype == (x + beside).dtype
            assert result.tolist() == [2, 3, 4]
        assert (value == x).tolist() == [True, False, False]
        assert cp.result_type(x, value) == cp.result_type(x, beside)
    assert cp.full(2, value).dtype == beside.dtype
    assert cp.full(2, value, dtype=cp.complex128).tolist() == [1, 1]
    assert cp.concat([cp.ones(1, dtype=beside.dtype), cp.asarray([value])]).dtype == beside.dtype


def test_numpy_scalars_in_place_and_in_records() -> None:
    x = cp.asarray([1.0, 2.0])
    x *= np.float32(2)
    assert x.tolist() == [2, 4]
    assert x.dtype == cp.float64
    record = cp.explain_last_dispatch()
    assert record.call_text() == "multiply(float64[2], float32[]) -> float64[2]"
    assert record.cast_bytes > 0
    assert divmod(x, np.int64(3))[1].tolist() == [2, 1]
    assert cp.stack([cp.asarray(1.0), np.float32(2)]).tolist() == [1, 2]
    value = np.float32(5)
    half = cp.ones(2, dtype=cp.float16) * np.float16(3)
    assert half.dtype == cp.float16
    assert half.tolist() == [3, 3]
    assert (cp.ones(2, dtype=cp.float32) * np.float16(3)).dtype == cp.float32
    kept = cp.where(cp.asarray(True), value, np.float32(0))
    assert kept.dtype == cp.float32
    assert kept.item() == 5


class OwnFloat(np.float32):  # type: ignore[type-arg]
    """A class derived from one of NumPy's."""


class Bytes(bytes):
    """A buffer that is no number."""


def test_what_is_no_numpy_scalar_is_no_operand() -> None:
    x = cp.ones(2)
    assert (x * OwnFloat(3)).tolist() == [3, 3]
    for wrong in (
        np.str_("1"),
        np.bytes_(b"1"),
        np.timedelta64(1),
        Bytes(b"1"),
        np.void(b"1"),
    ):
        with pytest.raises(TypeError):
            x + wrong
        with pytest.raises(cp.ArgumentTypeError, match="operand 2 is neither"):
            cp.add(x, wrong)
    with pytest.raises(cp.DTypeError, match="multiply: no dtype for"):
        x * np.longdouble(1)
    with pytest.raises(cp.DTypeError, match="uint64"):
        cp.asarray([1]) + np.uint64(1)
    faked = type("numpy.number", (bytearray,), {})(b"123")
    with pytest.raises(cp.ArgumentTypeError, match="a NumPy scalar has axes"):
        cp.add(x, faked)


def test_numpy_arrays_are_indices() -> None:
    x = cp.arange(12).reshape(3, 4)
    a = np.arange(12).reshape(3, 4)
    for key in (
        np.array([2, 0]),
        np.array([True, False, True]),
        (slice(None), np.array([1, 3])),
        (np.array([0, 1]), np.array([2, 3])),
        a > 5,
        np.int64(1),
        (np.uint8(1), np.int32(-1)),
        np.array(2),
        (np.array([0, 2])[:, None], np.array([3, 1])),
    ):
        assert x[key].tolist() == a[key].tolist()
        y, b = cp.asarray(x, copy=True), a.copy()
        y[key] = -1
        b[key] = -1
        assert y.tolist() == b.tolist()
    x[np.array([0, 1]), 0] = np.array([100, 200])
    assert x[:2, 0].tolist() == [100, 200]
    with pytest.raises(cp.OutOfBoundsError):
        x[np.array([3])]


def test_length_iteration_weak_references() -> None:
    x = cp.arange(6).reshape(2, 3)
    assert len(x) == 2
    assert [row.tolist() for row in x] == [[0, 1, 2], [3, 4, 5]]
    assert [float(value) for value in x[0]] == [0, 1, 2]
    for refused in (len, iter):
        with pytest.raises(TypeError, match="rank-0"):
            refused(cp.asarray(1))
    gone = weakref.ref(x)
    assert gone() is x
    del x
    assert gone() is None


def test_array() -> None:
    x = cp.arange(3)
    assert np.shares_memory(x.__array__(), np.asarray(x))
    assert x.__array__(np.float32).dtype == np.float32
    assert x.__array__(cp.int64).dtype == np.int64
    assert x.__array__(copy=True).flags.writeable
    assert not x.__array__(copy=False).flags.writeable
    assert np.array(x, copy=False) is not None
    with pytest.raises(ValueError, match="copy=False"):
        x.__array__(np.float32, copy=False)
    assert np.asarray(x, dtype="f4").tolist() == [0, 1, 2]
    assert np.array([x, x]).shape == (2, 3)


class Interface:
    """Only the dict, so that NumPy takes no other way."""

    def __init__(self, tensor: cp.Tensor) -> None:
        self.__array_interface__ = tensor.__array_interface__


@pytest.mark.sanitize
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "float32", "complex128"])
def test_array_interface(dtype: str) -> None:
    x = cp.asarray((np.arange(24) % 5).reshape(2, 3, 4).astype(dtype))
    for view in (x, x.mT, x[::-1, :, ::2], x[1, 2, 3], x[:0], cp.broadcast_to(x[0, 0], (5, 4))):
        array = np.asarray(Interface(view))
        assert array.dtype == view.dtype
        assert array.tolist() == view.tolist()
        assert not array.flags.writeable
        assert np.shares_memory(array, np.asarray(view)) or view.size == 0
        back = cp.asarray(Interface(view))
        assert back.tolist() == view.tolist()


@pytest.mark.sanitize
def test_an_interface_owns_what_it_shows() -> None:
    x = cp.asarray(np.arange(1000.0))
    array = np.asarray(Interface(x))
    x[...] = -1
    del x
    for _ in range(10):
        cp.asarray(np.full(1000, 3.0))
    assert array.tolist() == list(range(1000))
