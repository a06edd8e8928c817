# Export through Arrow's PyCapsule interface: the structs, their lifetime, what cannot be exported.
from __future__ import annotations

import ctypes
import gc

import numpy as np
import pytest
from arrow_structs import ArrowArray, ArrowSchema, get_pointer

import corepy as cp


def read(x: cp.Tensor) -> tuple[ArrowSchema, ArrowArray, object]:
    """The structs, and the capsules that own them."""
    capsules = x.__arrow_c_array__()
    schema = ArrowSchema.from_address(get_pointer(capsules[0], b"arrow_schema"))
    array = ArrowArray.from_address(get_pointer(capsules[1], b"arrow_array"))
    return schema, array, capsules


@pytest.mark.parametrize(
    ("dtype", "format"),
    [
        ("int8", b"c"), ("int16", b"s"), ("int32", b"i"), ("int64", b"l"), ("uint8", b"C"),
        ("uint16", b"S"), ("uint32", b"I"), ("uint64", b"L"), ("float32", b"f"), ("float64", b"g"),
    ],
)  # fmt: skip
def test_numbers_are_shared(dtype: str, format: bytes) -> None:
    x = cp.asarray(np.arange(5).astype(dtype))[1:]
    schema, array, capsules = read(x)
    assert (schema.format, schema.n_children, schema.metadata) == (format, 0, None)
    assert (array.length, array.null_count, array.offset) == (4, 0, 0)
    assert (array.n_buffers, array.n_children) == (2, 0)
    assert array.buffers[0] is None
    assert array.buffers[1] == np.asarray(x).ctypes.data
    del capsules


def test_what_arrow_cannot_share_is_copied() -> None:
    x = cp.asarray(np.arange(10.0))[::2]
    _, array, capsules = read(x)
    assert cp.explain_last_dispatch().op == "copy"
    values = np.ctypeslib.as_array((ctypes.c_double * 5).from_address(array.buffers[1]))
    assert values.tolist() == [0, 2, 4, 6, 8]
    bits = np.arange(23) % 3 == 0
    _, array, capsules = read(cp.asarray(bits))
    record = cp.explain_last_dispatch()
    assert (record.op, record.kernel, record.copied_bytes) == ("copy", "pack bits", 3)
    packed = np.ctypeslib.as_array((ctypes.c_uint8 * 3).from_address(array.buffers[1]))
    assert packed.tolist() == np.packbits(bits, bitorder="little").tolist()
    misaligned = cp.from_dlpack(np.frombuffer(bytes(17), "f8", 2, offset=1))
    _, array, capsules = read(misaligned)
    assert array.buffers[1] % 8 == 0
    del capsules


@pytest.mark.sanitize
def test_an_export_does_not_see_later_writes_and_survives_the_tensor() -> None:
    x = cp.asarray(np.arange(1000.0))
    _, array, capsules = read(x)
    x[...] = -1
    del x
    for _ in range(10):
        cp.asarray(np.full(1000, 3.0))
    values = np.ctypeslib.as_array((ctypes.c_double * 1000).from_address(array.buffers[1]))
    assert values.tolist() == list(range(1000))
    array.release(ctypes.addressof(array))
    assert not array.release
    del capsules
    gc.collect()


def test_tensors_of_fixed_shape() -> None:
    x = cp.asarray(np.arange(24.0).reshape(2, 3, 4))
    schema, array, capsules = read(x)
    assert schema.format == b"+w:12"
    child = schema.children[0].contents
    assert (child.format, child.name) == (b"g", b"item")
    metadata = ctypes.string_at(schema.metadata, 200)
    assert b"arrow.fixed_shape_tensor" in metadata
    assert b'{"shape":[3,4]}' in metadata
    assert (array.length, array.n_buffers, array.n_children) == (2, 1, 1)
    leaf = array.children[0].contents
    assert (leaf.length, leaf.n_buffers) == (24, 2)
    assert leaf.buffers[1] == np.asarray(x).ctypes.data
    del capsules


@pytest.mark.parametrize("shape", [(0,), (5,), (3, 4), (2, 3, 4), (0, 3), (3, 0), (2, 1, 1, 5)])
@pytest.mark.parametrize("dtype", ["bool", "int16", "float64"])
def test_round_trip(shape: tuple[int, ...], dtype: str) -> None:
    class Wrapper:
        def __init__(self, tensor: cp.Tensor) -> None:
            self.tensor = tensor

        def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
            return self.tensor.__arrow_c_array__(requested_schema)

    x = cp.asarray((np.arange(np.prod(shape)).reshape(shape) % 3).astype(dtype))
    y = cp.from_arrow(Wrapper(x))
    assert (y.shape, y.dtype) == (x.shape, x.dtype)
    assert y.tolist() == x.tolist()
    assert (
        cp.from_arrow(Wrapper(x.mT if x.ndim > 1 else x)).tolist()
        == (x.mT if x.ndim > 1 else x).tolist()
    )


def test_the_schema_alone() -> None:
    capsule = cp.ones((2, 3), dtype=cp.int8).__arrow_c_schema__()
    schema = ArrowSchema.from_address(get_pointer(capsule, b"arrow_schema"))
    assert schema.format == b"+w:3"


def test_what_cannot_be_exported() -> None:
    for method in ("__arrow_c_array__", "__arrow_c_schema__"):
        with pytest.raises(cp.ExportError, match="complex64"):
            getattr(cp.ones(2, dtype=cp.complex64), method)()
        with pytest.raises(cp.ExportError, match="reshape"):
            getattr(cp.asarray(1.0), method)()
    with pytest.raises(cp.ArgumentTypeError, match="__arrow_c_array__"):
        cp.ones(2).__arrow_c_array__(other=1)  # type: ignore[call-arg]
