# DLPack in both directions: honest libraries, hand-made capsules that lie, lifetimes, requests.
from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterator

import numpy as np
import pytest

import corepy as cp

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
]  # fmt: skip


# ---- the binary interface, written here a second time on purpose


class DLDevice(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int32), ("id", ctypes.c_int32))


class DLDataType(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16))


class DLTensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device", DLDevice),
        ("ndim", ctypes.c_int32),
        ("dtype", DLDataType),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
    )


DELETER = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class Managed(ctypes.Structure):
    _fields_ = (("tensor", DLTensor), ("context", ctypes.c_void_p), ("deleter", DELETER))


class ManagedVersioned(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32),
        ("minor", ctypes.c_uint32),
        ("context", ctypes.c_void_p),
        ("deleter", DELETER),
        ("flags", ctypes.c_uint64),
        ("tensor", DLTensor),
    )


READ_ONLY, IS_COPIED = 1, 2
CAPSULE_DESTRUCTOR = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, CAPSULE_DESTRUCTOR]
new_capsule.restype = ctypes.py_object
get_pointer = ctypes.pythonapi.PyCapsule_GetPointer
get_pointer.argtypes, get_pointer.restype = [ctypes.py_object, ctypes.c_char_p], ctypes.c_void_p
get_name = ctypes.pythonapi.PyCapsule_GetName
get_name.argtypes, get_name.restype = [ctypes.py_object], ctypes.c_char_p
raw_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)
raw_is_valid = ctypes.PYFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p)(
    ("PyCapsule_IsValid", ctypes.pythonapi)
)


def read_capsule(capsule: object) -> Managed | ManagedVersioned:
    name = get_name(capsule)
    kind = ManagedVersioned if name == b"dltensor_versioned" else Managed
    return kind.from_address(get_pointer(capsule, name))


class Producer:
    """Exports what the test says, and counts how often the deleter runs."""

    def __init__(
        self, versioned: bool = True, flags: int = 0, major: int = 1, **changes: object
    ) -> None:
        self.memory = np.arange(32, dtype="f4")
        self.deleted = 0
        self.capsules_destroyed = 0
        self.device: object = (1, 0)
        self.name = b"dltensor_versioned" if versioned else b"dltensor"
        self.versioned = versioned
        self.managed = ManagedVersioned() if versioned else Managed()
        self._deleter = DELETER(self._delete)
        self._destructor = CAPSULE_DESTRUCTOR(self._destroy)
        self.managed.deleter = self._deleter
        if versioned:
            self.managed.major, self.managed.minor, self.managed.flags = major, 0, flags
        tensor = self.managed.tensor
        tensor.data = self.memory.ctypes.data
        tensor.device = DLDevice(1, 0)
        tensor.dtype = DLDataType(2, 32, 1)
        self.set_shape((2, 3), None)
        for name, value in changes.items():
            setattr(tensor, name, value)

    def set_shape(self, shape: tuple[int, ...], strides: tuple[int, ...] | None) -> Producer:
        tensor = self.managed.tensor
        tensor.ndim = len(shape)
        self._shape = (ctypes.c_int64 * max(len(shape), 1))(*shape)
        tensor.shape = ctypes.cast(self._shape, ctypes.POINTER(ctypes.c_int64))
        if strides is not None:
            self._strides = (ctypes.c_int64 * max(len(strides), 1))(*strides)
            tensor.strides = ctypes.cast(self._strides, ctypes.POINTER(ctypes.c_int64))
        return self

    def _delete(self, address: int) -> None:
        assert address == ctypes.addressof(self.managed)
        self.deleted += 1

    def _destroy(self, capsule: int) -> None:
        # As producers do: whoever renamed the capsule has the deleter's call.
        self.capsules_destroyed += 1
        if raw_is_valid(capsule, self.name):
            self.managed.deleter(raw_pointer(capsule, self.name))

    def __dlpack_device__(self) -> object:
        return self.device

    def __dlpack__(self, **_requests: object) -> object:
        return new_capsule(ctypes.addressof(self.managed), self.name, self._destructor)


# ---- import


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "layout", ["contiguous", "transposed", "negative", "zero_dimensional", "empty"]
)
def test_from_numpy(dtype: str, layout: str) -> None:
    a = np.arange(6).reshape(2, 3).astype(dtype)
    a = {
        "contiguous": a, "transposed": a.T, "negative": a[::-1, ::-2],
        "zero_dimensional": a[1, 1, ...], "empty": a[:0],
    }[layout]  # fmt: skip
    x = cp.from_dlpack(a)
    assert x.dtype.name == dtype
    assert x.shape == a.shape
    assert x.tolist() == a.tolist()
    if a.size:
        assert np.shares_memory(np.asarray(x), a)


def test_sharing() -> None:
    a = np.arange(4.0)
    shared, kept = cp.from_dlpack(a), cp.from_dlpack(a, copy=False)
    copied = cp.from_dlpack(a, copy=True)
    a[0] = 9
    assert shared.tolist() == kept.tolist() == [9, 1, 2, 3]
    assert copied.tolist() == [0, 1, 2, 3]
    shared[...] = 5
    assert a.tolist() == [9, 1, 2, 3]
    read_only = np.arange(2.0)
    read_only.flags.writeable = False
    assert np.shares_memory(np.asarray(cp.from_dlpack(read_only)), read_only)


@pytest.mark.parametrize("versioned", [True, False])
def test_the_deleter_runs_once(versioned: bool) -> None:
    producer = Producer(versioned)
    x = cp.from_dlpack(producer)
    assert (producer.capsules_destroyed, producer.deleted) == (1, 0)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    view = x.T
    del x
    exported = np.asarray(view)
    del view
    assert producer.deleted == 0
    assert exported.tolist() == [[0, 3], [1, 4], [2, 5]]
    del exported
    assert producer.deleted == 1


def test_a_copy_lets_go_at_once() -> None:
    producer = Producer()
    x = cp.from_dlpack(producer, copy=True)
    assert producer.deleted == 1
    producer.memory[:] = 7
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_missing_deleter_is_allowed() -> None:
    producer = Producer()
    producer.managed.deleter = DELETER()
    producer._destructor = CAPSULE_DESTRUCTOR()
    x = cp.from_dlpack(producer)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    del x


def test_asarray_decides_by_the_flags() -> None:
    writable, read_only, private = Producer(), Producer(flags=READ_ONLY), Producer(flags=IS_COPIED)
    tensors = [cp.asarray(p) for p in (writable, read_only, private)]
    assert [p.deleted for p in (writable, read_only, private)] == [1, 0, 0]
    for producer in (writable, read_only, private):
        producer.memory[:] = 7
    assert tensors[0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert tensors[1].tolist() == tensors[2].tolist() == [[7, 7, 7], [7, 7, 7]]
    old = Producer(versioned=False)
    assert cp.asarray(old).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert old.deleted == 1  # it cannot say that it is read-only, so it was copied
    assert cp.asarray(Producer(versioned=False), copy=False).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_odd_but_valid_exports() -> None:
    assert cp.from_dlpack(Producer(byte_offset=8)).tolist() == [[2, 3, 4], [5, 6, 7]]
    misaligned = Producer(byte_offset=1)
    expected = np.frombuffer(misaligned.memory.tobytes()[1:25], "f4").reshape(2, 3)
    np.testing.assert_array_equal(np.asarray(cp.from_dlpack(misaligned)), expected)
    np.testing.assert_array_equal(np.asarray(cp.from_dlpack(misaligned, copy=True)), expected)
    strided = Producer(byte_offset=40).set_shape((2, 3), (-8, 2))
    assert cp.from_dlpack(strided).tolist() == [[10, 12, 14], [2, 4, 6]]
    assert cp.from_dlpack(Producer().set_shape((3,), (0,))).tolist() == [0, 0, 0]
    assert cp.from_dlpack(Producer().set_shape((), None)).shape == ()
    assert cp.from_dlpack(Producer(data=None).set_shape((0, 3), None)).shape == (0, 3)
    nonsense = 2**63 - 1  # strides that are never taken
    assert cp.from_dlpack(Producer().set_shape((1, 2), (nonsense, 1))).tolist() == [[0, 1]]
    assert cp.from_dlpack(Producer().set_shape((0, 2), (nonsense, nonsense))).shape == (0, 2)
    assert cp.from_dlpack(Producer().set_shape((1,) * 64, None)).shape == (1,) * 64
    assert cp.from_dlpack(Producer(dtype=DLDataType(6, 8, 1))).dtype is cp.bool
    newer = Producer()
    newer.managed.minor = 99
    assert cp.from_dlpack(newer).shape == (2, 3)


HUGE = 2**62


def broken_producers() -> Iterator[tuple[str, Producer]]:
    for versioned in (True, False):
        yield "rank", Producer(versioned, ndim=-1)
        yield "rank", Producer(versioned, ndim=65)
        yield "rank", Producer(versioned, ndim=2**31 - 1)
        yield "no shape", Producer(versioned, shape=None)
        yield "null pointer", Producer(versioned, data=None)
        yield "byte offset", Producer(versioned, byte_offset=2**64 - 1)
        yield "negative dimension", Producer(versioned).set_shape((-1, 3), None)
        yield "negative dimension", Producer(versioned).set_shape((-1, 3), (3, 1))
        yield "too large", Producer(versioned).set_shape((HUGE, HUGE), None)
        yield "address space", Producer(versioned).set_shape((HUGE, HUGE), (1, 1))
        yield "address space", Producer(versioned).set_shape((HUGE, 0, HUGE), (1, 1, 1))
        yield "address space", Producer(versioned).set_shape((2,), (-HUGE // 4,))
        yield "stride out of range", Producer(versioned).set_shape((2,), (HUGE,))
        yield "not in main memory", Producer(versioned, device=DLDevice(2, 0))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(2, 32, 4))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(2, 32, 0))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(2, 16, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(4, 16, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(3, 64, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(6, 1, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(0, 0, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(200, 32, 1))
    yield "unknown version", Producer(major=2)
    yield "unknown version", Producer(major=0)


@pytest.mark.sanitize
def test_lies_are_refused_and_the_capsule_deletes() -> None:
    for message, producer in broken_producers():
        for convert in (cp.from_dlpack, cp.asarray):
            before = producer.deleted
            with pytest.raises((cp.ExportError, cp.DTypeError, cp.ShapeError), match=message):
                convert(producer)
            assert producer.deleted == before + 1, message


class Returns:
    """Has the DLPack methods; what they return is up to the test."""

    def __init__(self, result: object, device: object = (1, 0)) -> None:
        self.result, self.device = result, device

    def __dlpack__(self, **_requests: object) -> object:
        return self.result

    def __dlpack_device__(self) -> object:
        return self.device


def test_what_is_no_capsule_is_refused() -> None:
    used = np.zeros(2).__dlpack__(max_version=(1, 0))
    assert cp.from_dlpack(Returns(used)).tolist() == [0, 0]
    with pytest.raises(cp.ExportError, match="used before"):
        cp.from_dlpack(Returns(used))
    memory = ctypes.create_string_buffer(8)
    for name in (b"other", b"\xff", b""):
        capsule = new_capsule(ctypes.addressof(memory), name, CAPSULE_DESTRUCTOR())
        with pytest.raises(cp.ExportError, match="used before, or is none"):
            cp.from_dlpack(Returns(capsule))
    capsule = new_capsule(ctypes.addressof(memory), None, CAPSULE_DESTRUCTOR())
    with pytest.raises(cp.ExportError, match="none of DLPack's"):
        cp.from_dlpack(Returns(capsule))
    for wrong in (None, 3, "x", np.zeros(2)):
        with pytest.raises(cp.ExportError, match="must return a capsule"):
            cp.from_dlpack(Returns(wrong))


def test_devices() -> None:
    for device in ((2, 0), (13, 1), (-1, 0)):
        with pytest.raises(cp.ExportError, match="not in main memory"):
            cp.from_dlpack(Returns(None, device))
    for device in (None, 1, (1,), [1, 0]):
        with pytest.raises(cp.ExportError, match="__dlpack_device__"):
            cp.from_dlpack(Returns(None, device))
    with pytest.raises(TypeError):
        cp.from_dlpack(Returns(None, ("cpu", 0)))


def test_objects_without_dlpack_are_refused() -> None:
    for wrong in ([1, 2], 3, None, b"abc", np.ndarray):
        with pytest.raises(cp.ArgumentTypeError, match="no __dlpack__ method"):
            cp.from_dlpack(wrong)


def test_producers_from_before_version_1() -> None:
    class Old:
        def __init__(self) -> None:
            self.array = np.arange(3.0)

        def __dlpack_device__(self) -> tuple[int, int]:
            return (1, 0)

        def __dlpack__(self, stream: None = None) -> object:
            return self.array.__dlpack__()

    old = Old()
    x = cp.from_dlpack(old)
    old.array[0] = 5
    assert x.tolist() == [5, 1, 2]


def test_exceptions_of_the_producer_pass_through() -> None:
    class Boom:
        def __dlpack_device__(self) -> tuple[int, int]:
            return (1, 0)

        def __dlpack__(self, **_requests: object) -> object:
            raise RuntimeError("boom")

    for convert in (cp.from_dlpack, cp.asarray):
        with pytest.raises(RuntimeError, match="boom"):
            convert(Boom())


def test_a_deleter_that_runs_while_an_exception_is_raised_keeps_it() -> None:
    def fail() -> None:
        kept = cp.from_dlpack(Producer())
        raise KeyError(str(kept.shape))

    with pytest.raises(KeyError, match="2, 3"):
        fail()


# ---- export


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
        {"copy": 1},
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
