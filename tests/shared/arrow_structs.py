# The structs of Arrow's C interfaces in ctypes, written a second time on purpose, and producers
# that export what a test says. The tests are in tests/interop.
from __future__ import annotations

import ctypes

import numpy as np


class ArrowSchema(ctypes.Structure):
    pass


class ArrowArray(ctypes.Structure):
    pass


class ArrowArrayStream(ctypes.Structure):
    pass


RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
ArrowSchema._fields_ = (
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_void_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowSchema))),
    ("dictionary", ctypes.c_void_p),
    ("release", RELEASE),
    ("private_data", ctypes.c_void_p),
)
ArrowArray._fields_ = (
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.POINTER(ctypes.POINTER(ArrowArray))),
    ("dictionary", ctypes.c_void_p),
    ("release", RELEASE),
    ("private_data", ctypes.c_void_p),
)
GET_SCHEMA = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ArrowSchema))
GET_NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(ArrowArray))
GET_ERROR = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)
ArrowArrayStream._fields_ = (
    ("get_schema", GET_SCHEMA),
    ("get_next", GET_NEXT),
    ("get_last_error", GET_ERROR),
    ("release", RELEASE),
    ("private_data", ctypes.c_void_p),
)

new_capsule = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
)(("PyCapsule_New", ctypes.pythonapi))
get_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


def encode_metadata(**pairs: str) -> bytes:
    """Keys and values as a schema carries them; "_" in a key stands for ":"."""
    texts = [text for key, value in pairs.items() for text in (key.replace("_", ":"), value)]
    parts = [np.int32(len(text)).tobytes() + text.encode() for text in texts]
    return np.int32(len(pairs)).tobytes() + b"".join(parts)


TENSOR = "arrow.fixed_shape_tensor"


class Producer:
    """An array of numbers, or of lists of ``list_size`` numbers, that counts its releases."""

    def __init__(
        self,
        elements: object = (0.0, 1.0, 2.0, 3.0, 4.0, 5.0),
        *,
        dtype: str = "f4",
        format: bytes = b"f",
        list_size: int | None = None,
        validity: bytes | None = None,
        metadata: bytes | None = None,
    ) -> None:
        self.memory = np.asarray(elements, dtype)
        self.released: list[str] = []
        self.keep: list[object] = [metadata]
        self.schema = self._make_schema(format)
        length = len(self.memory)
        self.array = self._make_array(length, [None, self.memory.ctypes.data])
        self.leaf_schema, self.leaf = self.schema, self.array
        if list_size is not None:
            self.schema = self._make_schema(b"+w:%d" % list_size, self.leaf_schema)
            self.array = self._make_array(length // list_size, [None], self.leaf)
        if validity is not None:
            self.set_validity(self.array, validity)
        if metadata is not None:
            self.metadata = ctypes.create_string_buffer(metadata, len(metadata))
            self.schema.metadata = ctypes.addressof(self.metadata)

    def set_validity(self, array: ArrowArray, bits: bytes, null_count: int = -1) -> None:
        buffer = ctypes.create_string_buffer(bits, len(bits))
        self.keep.append(buffer)
        array.buffers[0] = ctypes.addressof(buffer)
        array.null_count = null_count

    def _make_schema(self, format: bytes, child: ArrowSchema | None = None) -> ArrowSchema:
        schema = ArrowSchema(format=format, name=b"", flags=2)
        schema.release = self._releaser("schema", ArrowSchema)
        if child is not None:
            schema.n_children, schema.children = 1, self._pointers(child)
        return schema

    def _make_array(
        self, length: int, buffers: list[int | None], child: ArrowArray | None = None
    ) -> ArrowArray:
        array = ArrowArray(length=length, n_buffers=len(buffers))
        table = (ctypes.c_void_p * len(buffers))(*buffers)
        self.keep.append(table)
        array.buffers = ctypes.cast(table, ctypes.POINTER(ctypes.c_void_p))
        array.release = self._releaser("array", ArrowArray)
        if child is not None:
            array.n_children, array.children = 1, self._pointers(child)
        return array

    def _pointers(self, child: ctypes.Structure) -> ctypes.Array[object]:
        table = (ctypes.POINTER(type(child)) * 1)(ctypes.pointer(child))
        self.keep.append(table)
        return table

    def _releaser(self, what: str, kind: type[ctypes.Structure]) -> object:
        def release(address: int) -> None:
            self.released.append(what)
            kind.from_address(address).release = RELEASE()

        function = RELEASE(release)
        self.keep.append(function)
        return function

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        return (
            new_capsule(ctypes.addressof(self.schema), b"arrow_schema", None),
            new_capsule(ctypes.addressof(self.array), b"arrow_array", None),
        )


class StreamProducer:
    """A stream of the arrays of producers, whose first gives the schema."""

    def __init__(self, *producers: Producer, fails: bool = False) -> None:
        self.producers = producers
        self.left = list(producers)
        self.fails = fails
        self.released = 0
        self.message = ctypes.create_string_buffer(b"no more today")
        self.stream = ArrowArrayStream(
            GET_SCHEMA(self._get_schema),
            GET_NEXT(self._get_next),
            GET_ERROR(lambda _: ctypes.addressof(self.message)),
            RELEASE(self._release),
        )

    def _get_schema(self, _: int, out: object) -> int:
        ctypes.memmove(out, ctypes.byref(self.producers[0].schema), ctypes.sizeof(ArrowSchema))
        return 0

    def _get_next(self, _: int, out: object) -> int:
        if not self.left:
            ctypes.memset(out, 0, ctypes.sizeof(ArrowArray))
            return 5 if self.fails else 0
        ctypes.memmove(out, ctypes.byref(self.left.pop(0).array), ctypes.sizeof(ArrowArray))
        return 0

    def _release(self, address: int) -> None:
        self.released += 1
        ArrowArrayStream.from_address(address).release = RELEASE()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return new_capsule(ctypes.addressof(self.stream), b"arrow_array_stream", None)
