# DLPack's structs in ctypes, written a second time on purpose, and a producer that exports what a
# test says. The tests are in tests/interop.
from __future__ import annotations

import ctypes

import numpy as np

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
]  # fmt: skip


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


class ByDLPack:
    """A NumPy array that can be had by DLPack only."""

    def __init__(self, array: np.ndarray) -> None:
        self.__dlpack__ = array.__dlpack__
        self.__dlpack_device__ = array.__dlpack_device__


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
