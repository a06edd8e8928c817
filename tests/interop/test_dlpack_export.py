# Export by DLPack: what a consumer gets for which request, lifetimes, requests that cannot be met.
from __future__ import annotations

import ctypes
import weakref

import numpy as np
import pytest
from dlpack_structs import (
    DTYPES,
    IS_COPIED,
    READ_ONLY,
    Managed,
    ManagedVersioned,
    get_name,
    read_capsule,
)

import corepy as cp


@pytest.mark.parametrize("dtype", DTYPES)
def test_to_numpy(dtype: str) -> None:
    a = np.arange(6).reshape(2, 3).astype(dtype)
    x = cp.asarray(a)
    for tensor, array in ((x, a), (x.T, a.T)):
        b = np.from_dlpack(tensor)
        assert b.dtype == array.dtype
        assert not b.flags.writeable
        np.testing.assert_array_equal(b, array)
        assert np.shares_memory(b, np.asarray(tensor))


def test_the_struct_of_a_versioned_capsule() -> None:
    x = cp.asarray(np.arange(6, dtype="c8").reshape(2, 3)).T
    capsule = x.__dlpack__(max_version=(1, 0))
    managed = read_capsule(capsule)
    assert isinstance(managed, ManagedVersioned)
    tensor = managed.tensor
    assert (managed.major, managed.flags) == (1, READ_ONLY)
    assert (tensor.device.type, tensor.device.id, tensor.ndim, tensor.byte_offset) == (1, 0, 2, 0)
    assert (tensor.dtype.code, tensor.dtype.bits, tensor.dtype.lanes) == (5, 64, 1)
    assert tensor.shape[:2] == [3, 2]
    assert tensor.strides[:2] == [1, 3]
    assert tensor.data == np.asarray(x).ctypes.data


@pytest.mark.parametrize("max_version", [None, (0, 8), (0, 0)])
def test_an_unversioned_capsule_is_a_private_copy(max_version: tuple[int, int] | None) -> None:
    x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
    managed = read_capsule(capsule := x.T.__dlpack__(max_version=max_version))
    assert isinstance(managed, Managed)
    assert managed.tensor.data != np.asarray(x).ctypes.data
    ctypes.c_double.from_address(managed.tensor.data).value = 99.0
    assert x.tolist() == [[1, 2], [3, 4]]
    assert get_name(capsule) == b"dltensor"
    with pytest.raises(cp.ExportError, match=r"copy=False.*max_version"):
        x.__dlpack__(max_version=max_version, copy=False)


@pytest.mark.parametrize("max_version", [(1, 0), (1, 3), (2, 0)])
def test_a_requested_copy_is_private_and_writable(max_version: tuple[int, int]) -> None:
    x = cp.asarray([1.0, 2.0])
    managed = read_capsule(capsule := x.__dlpack__(max_version=max_version, copy=True))
    assert isinstance(managed, ManagedVersioned)
    assert managed.flags == IS_COPIED
    ctypes.c_double.from_address(managed.tensor.data).value = 99.0
    assert x.tolist() == [1, 2]
    shared = read_capsule(capsule := x.__dlpack__(max_version=max_version, copy=False))  # noqa: F841
    assert shared.tensor.data == np.asarray(x).ctypes.data


def test_strides_that_are_no_whole_elements_need_a_copy() -> None:
    record = np.zeros(3, [("a", "u1"), ("b", "f8")])
    record["b"] = [1, 2, 3]
    x = cp.asarray(record["b"], copy=False)
    managed = read_capsule(capsule := x.__dlpack__(max_version=(1, 0)))
    assert managed.flags == IS_COPIED
    assert np.from_dlpack(x).tolist() == [1, 2, 3]
    with pytest.raises(cp.ExportError, match="multiples"):
        x.__dlpack__(max_version=(1, 0), copy=False)
    del capsule


def test_negative_strides_need_a_copy() -> None:
    x = cp.asarray([[1, 2, 3], [4, 5, 6]])[:, ::-1]
    managed = read_capsule(capsule := x.__dlpack__(max_version=(1, 0)))
    assert managed.flags == IS_COPIED
    assert min(np.from_dlpack(x).strides) > 0
    assert np.from_dlpack(x).tolist() == x.tolist()
    with pytest.raises(cp.ExportError, match="negative stride"):
        x.__dlpack__(max_version=(1, 0), copy=False)
    one = x[:1]  # its stride along the axis of extent 1 is never followed
    assert read_capsule(one[::-1, ::-1].__dlpack__(max_version=(1, 0), copy=False)).flags
    del capsule


def test_an_export_does_not_see_later_writes_and_survives_the_tensor() -> None:
    x = cp.asarray([1.0, 2.0, 3.0])
    b = np.from_dlpack(x)
    x[...] = 9
    assert b.tolist() == [1, 2, 3]
    assert x.tolist() == [9, 9, 9]
    del x
    assert b.tolist() == [1, 2, 3]


def test_an_export_keeps_a_foreign_owner() -> None:
    class Owner(np.ndarray):
        pass

    owner = np.arange(3.0).view(Owner)
    gone = weakref.ref(owner)
    capsule = cp.asarray(owner, copy=False).__dlpack__(max_version=(1, 0))
    del owner
    assert gone() is not None
    del capsule
    assert gone() is None


def test_requests_that_cannot_be_met() -> None:
    x = cp.asarray([1.0])
    assert x.__dlpack_device__() == (1, 0)
    with pytest.raises(cp.ArgumentError, match="stream"):
        x.__dlpack__(stream=1)
    for device in ((2, 0), (1, 1)):
        with pytest.raises(cp.ExportError, match="dl_device"):
            x.__dlpack__(dl_device=device)
    x.__dlpack__(dl_device=(1, 0), stream=None)
    for wrong in (
        {"copy": 2},
        {"max_version": 1},
        {"max_version": (1,)},
        {"dl_device": "cpu"},
        {"other": 1},
    ):
        with pytest.raises(cp.ArgumentTypeError, match="__dlpack__"):
            x.__dlpack__(**wrong)
    with pytest.raises(TypeError):
        x.__dlpack__(max_version=("1", "0"))
    with pytest.raises(cp.ArgumentTypeError, match="positional"):
        x.__dlpack__(None)


def test_zero_dimensional_and_empty_exports() -> None:
    assert np.from_dlpack(cp.asarray(3.5)).item() == 3.5
    assert np.from_dlpack(cp.asarray([[], []])).shape == (2, 0)
    deep: list[object] = [1]
    for _ in range(63):
        deep = [deep]
    x = cp.from_dlpack(cp.asarray(deep))
    assert x.shape == (1,) * 64


def test_round_trip_shares() -> None:
    class Wrapper:
        def __init__(self, tensor: cp.Tensor) -> None:
            self.tensor = tensor

        def __dlpack__(self, **requests: object) -> object:
            return self.tensor.__dlpack__(**requests)

        def __dlpack_device__(self) -> tuple[int, int]:
            return self.tensor.__dlpack_device__()

    x = cp.asarray([1, 2, 3])
    for y in (cp.from_dlpack(x), cp.from_dlpack(Wrapper(x)), cp.asarray(Wrapper(x))):
        assert np.shares_memory(np.asarray(x), np.asarray(y))
        y[...] = 0
        assert x.tolist() == [1, 2, 3]
