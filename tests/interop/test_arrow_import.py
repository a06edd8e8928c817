# Import through Arrow's PyCapsule interface: valid structs of every kind, structs that lie,
# lifetimes. The real libraries are in tests/libraries.
from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np
import pytest
from arrow_structs import (
    GET_NEXT,
    RELEASE,
    TENSOR,
    ArrowArray,
    ArrowSchema,
    Producer,
    StreamProducer,
    encode_metadata,
    new_capsule,
)

import corepy as cp

FORMATS = {
    "c": "i1", "s": "i2", "i": "i4", "l": "i8", "C": "u1", "S": "u2", "I": "u4", "L": "u8",
    "e": "f2", "f": "f4", "g": "f8",
}  # fmt: skip


def make_tensor_metadata(parameters: str) -> bytes:
    return encode_metadata(ARROW_extension_name=TENSOR, ARROW_extension_metadata=parameters)


def is_shared(x: cp.Tensor, memory: np.ndarray) -> bool:
    return np.shares_memory(np.asarray(x), memory)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("make", [cp.from_arrow, cp.asarray])
def test_numbers_are_shared(format: str, make: Callable[[object], cp.Tensor]) -> None:
    producer = Producer([1, 2, 3], dtype=FORMATS[format], format=format.encode())
    x = make(producer)
    assert x.dtype == np.dtype(FORMATS[format])
    assert x.tolist() == [1, 2, 3]
    assert is_shared(x, producer.memory)
    x[0] = 9
    assert producer.memory.tolist() == [1, 2, 3]
    assert cp.explain_last_dispatch().op == "setitem"


def test_the_record() -> None:
    cp.from_arrow(Producer())
    record = cp.explain_last_dispatch()
    assert (record.op, record.kernel, record.copied_bytes) == ("from_arrow", "Arrow", 0)
    cp.from_arrow(Producer([5], dtype="u1", format=b"b"))
    assert cp.explain_last_dispatch().copied_bytes == 1
    cp.from_arrow(Producer(), copy=True)
    assert cp.explain_last_dispatch().copied_bytes == 24


@pytest.mark.sanitize
@pytest.mark.parametrize("offset", range(12))
def test_bits_and_offsets(offset: int) -> None:
    values = np.random.default_rng(offset).integers(0, 2, 60).astype(bool)
    packed = np.packbits(values, bitorder="little")
    for length in (0, 1, 7, 8, 9, 31, 60 - offset):
        producer = Producer(packed, dtype="u1", format=b"b")
        producer.array.length, producer.array.offset = length, offset
        x = cp.from_arrow(producer)
        assert x.dtype == cp.bool
        assert x.tolist() == values[offset : offset + length].tolist()
        assert producer.released == ["array"]  # nothing of it is kept


def test_numbers_with_an_offset() -> None:
    producer = Producer()
    producer.array.length, producer.array.offset = 3, 2
    x = cp.from_arrow(producer)
    assert x.tolist() == [2, 3, 4]
    assert is_shared(x, producer.memory)


def test_bools_of_one_byte_are_shared() -> None:
    metadata = encode_metadata(ARROW_extension_name="arrow.bool8", ARROW_extension_metadata="")
    producer = Producer([0, 1, 5], dtype="i1", format=b"c", metadata=metadata)
    x = cp.from_arrow(producer)
    assert x.dtype == cp.bool
    assert x.tolist() == [False, True, True]
    assert is_shared(x, producer.memory)


# ---- nulls


def test_nulls_are_refused_or_filled() -> None:
    def make() -> Producer:
        return Producer(validity=bytes([0b101101]))

    for refused in (cp.from_arrow, cp.asarray):
        with pytest.raises(cp.ArgumentError, match=r"2 nulls.*fill_null"):
            refused(make())
    assert cp.from_arrow(make(), fill_null=-1).tolist() == [0, -1, 2, 3, -1, 5]
    assert np.isnan(np.asarray(cp.from_arrow(make(), fill_null=float("nan")))[[1, 4]]).all()
    with pytest.raises(cp.ArgumentError, match="missing values to fill"):
        cp.from_arrow(make(), fill_null=0, copy=False)
    with pytest.raises(cp.ArgumentTypeError, match="fill_null"):
        cp.from_arrow(make(), fill_null="zero")  # type: ignore[arg-type]
    producer = Producer([1, 2], dtype="u1", format=b"C", validity=b"\x01")
    with pytest.raises(cp.ArgumentError, match="out of range"):
        cp.from_arrow(producer, fill_null=256)
    assert producer.released in ([], ["array"])


def test_valid_bits_are_no_nulls() -> None:
    producer = Producer(validity=b"\xff")
    assert is_shared(cp.from_arrow(producer), producer.memory)
    # null_count = 0 says so without the bits, whatever they hold
    producer = Producer()
    producer.set_validity(producer.array, b"\x00", null_count=0)
    assert is_shared(cp.from_arrow(producer), producer.memory)


@pytest.mark.parametrize("offset", [0, 1, 3, 8, 9])
def test_nulls_with_an_offset(offset: int) -> None:
    valid = np.random.default_rng(offset).integers(0, 2, 40).astype(bool)
    bits = np.packbits(valid, bitorder="little").tobytes()
    producer = Producer(range(40), validity=bits)
    producer.array.length, producer.array.offset = 40 - offset, offset
    want = np.where(valid, np.arange(40.0), -7)[offset:]
    assert cp.from_arrow(producer, fill_null=-7).tolist() == want.tolist()


def test_missing_lists_are_filled_whole() -> None:
    producer = Producer(list_size=2, validity=b"\x05")
    assert cp.from_arrow(producer, fill_null=9).tolist() == [[0, 1], [9, 9], [4, 5]]
    producer.array.offset, producer.array.length = 1, 2
    with pytest.raises(cp.ExportError, match="used before"):
        cp.from_arrow(producer)  # the structs were moved out
    producer = Producer(list_size=2)
    producer.set_validity(producer.leaf, bytes([0b111110]))
    producer.array.offset, producer.array.length = 1, 2
    x = cp.from_arrow(producer)  # the missing element lies before the array
    assert x.tolist() == [[2, 3], [4, 5]]
    assert is_shared(x, producer.memory)


# ---- lists and tensors


def test_lists_of_fixed_length_are_axes() -> None:
    producer = Producer(list_size=3)
    x = cp.from_arrow(producer)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    assert is_shared(x, producer.memory)
    assert cp.from_arrow(Producer((), list_size=3)).shape == (0, 3)


@pytest.mark.parametrize(
    ("parameters", "shape", "order"),
    [
        ('{"shape":[2,3]}', (2, 3), (0, 1)),
        ('{"shape":[2,3],"permutation":[1,0]}', (2, 3), (1, 0)),
        ('{"shape":[1,2,3],"permutation":[2,0,1],"dim_names":["a","b","c"]}', (1, 2, 3), (2, 0, 1)),
        ('{"shape":[6],"permutation":null}', (6,), (0,)),
    ],
)
def test_tensors(parameters: str, shape: tuple[int, ...], order: tuple[int, ...]) -> None:
    metadata = make_tensor_metadata(parameters)
    for fill in (None, 5):
        validity = None if fill is None else b"\x01"
        producer = Producer(range(12), list_size=6, metadata=metadata, validity=validity)
        want = np.arange(12.0)
        want[6:] = want[6:] if fill is None else fill
        want = want.reshape(2, *shape).transpose(0, *(axis + 1 for axis in order))
        x = cp.from_arrow(producer, fill_null=fill)
        assert x.shape == want.shape
        assert x.tolist() == want.tolist()
        assert is_shared(x, producer.memory) == (fill is None)


@pytest.mark.parametrize(
    "parameters",
    [
        "", "nonsense", "[]", "{}", '{"shape":[2,2]}', '{"shape":[-2,-3]}', '{"shape":["6"]}',
        '{"shape":6}', '{"shape":[true,6]}', '{"shape":[6.0]}', '{"shape":[99999999999999999999]}',
        '{"shape":[2,3],"permutation":[0]}', '{"shape":[2,3],"permutation":[0,0]}',
        '{"shape":[2,3],"permutation":[0,2]}', '{"shape":[3037000500,3037000500]}',
        '{"shape":' + "[" * 5000 + "]" * 5000 + "}", '{"shape":' + str([1] * 70 + [6]) + "}",
    ],
)  # fmt: skip
def test_tensor_parameters_that_make_no_sense(parameters: str) -> None:
    producer = Producer(list_size=6, metadata=make_tensor_metadata(parameters))
    with pytest.raises(cp.ExportError, match="Arrow export is not valid"):
        cp.from_arrow(producer)


# ---- what has no dtype


@pytest.mark.parametrize(
    "format", ["u", "z", "n", "E", "d:10,2", "tdD", "tss:UTC", "+s", "+l", "", "ff"]
)
def test_other_types_are_refused(format: str) -> None:
    with pytest.raises(cp.DTypeError, match="no dtype for the array's elements"):
        cp.from_arrow(Producer(format=format.encode()))


def test_dictionaries_and_extensions_are_refused() -> None:
    producer = Producer(dtype="i4", format=b"i")
    producer.schema.dictionary = ctypes.addressof(producer.schema)
    with pytest.raises(cp.DTypeError, match="dictionary"):
        cp.from_arrow(producer)
    for name in ("arrow.uuid", "arrow.fixed_shape_tensor"):
        metadata = encode_metadata(ARROW_extension_name=name)
        with pytest.raises(cp.DTypeError, match="extension type 'arrow"):
            cp.from_arrow(Producer(metadata=metadata))
    with pytest.raises(cp.DTypeError, match="one of its columns"):
        cp.asarray(Producer(format=b"+s"))


# ---- lies


def set_field(where: str, name: str, value: object) -> Callable[[Producer], None]:
    return lambda producer: setattr(getattr(producer, where), name, value)


LIES: dict[str, Callable[[Producer], None]] = {
    "length": set_field("array", "length", -1),
    "offset": set_field("array", "offset", -1),
    "length and offset": set_field("array", "offset", 2**63 - 2),
    "null count": set_field("array", "null_count", 7),
    "null count below": set_field("array", "null_count", -2),
    "nulls without bits": set_field("array", "null_count", 1),
    "no buffers": set_field("array", "n_buffers", 0),
    "many buffers": set_field("array", "n_buffers", 3),
    "null buffers": set_field("array", "buffers", None),
    "null values": lambda producer: producer.array.buffers.__setitem__(1, None),
    "children": set_field("array", "n_children", 1),
    "dictionary": set_field("array", "dictionary", 8),
    "schema's children": set_field("schema", "n_children", 1),
    "no format": set_field("schema", "format", None),
    "array released": set_field("array", "release", RELEASE()),
    "schema released": set_field("schema", "release", RELEASE()),
    "beyond the address space": set_field("array", "length", 2**61),
}  # fmt: skip
LIST_LIES: dict[str, Callable[[Producer], None]] = {
    "no child": set_field("array", "n_children", 0),
    "null child": set_field("array", "children", None),
    "null child pointer": lambda producer: producer.array.children.__setitem__(
        0, ctypes.POINTER(ArrowArray)()
    ),
    "short child": set_field("leaf", "length", 5),
    "child's offset": set_field("leaf", "offset", 2**63 - 3),
    "released child": set_field("leaf", "release", RELEASE()),
    "many lists": set_field("array", "length", 2**62),
    "no child in the schema": set_field("schema", "n_children", 0),
    "null child in the schema": lambda producer: producer.schema.children.__setitem__(
        0, ctypes.POINTER(ArrowSchema)()
    ),
    "released child of the schema": set_field("leaf_schema", "release", RELEASE()),
    "list size": set_field("schema", "format", b"+w:-3"),
    "no list size": set_field("schema", "format", b"+w:"),
    "huge list size": set_field("schema", "format", b"+w:99999999999999999999"),
    "another list size": set_field("schema", "format", b"+w:4"),
}


@pytest.mark.sanitize
@pytest.mark.parametrize(
    ("lie", "list_size"), [*((lie, None) for lie in LIES), *((lie, 3) for lie in LIST_LIES)]
)
def test_lies_are_refused(lie: str, list_size: int | None) -> None:
    producer = Producer(list_size=list_size)
    (LIES if list_size is None else LIST_LIES)[lie](producer)
    # An overflow may be reported as the shape it would have.
    with pytest.raises((cp.ExportError, cp.ShapeError)):
        cp.from_arrow(producer)
    assert producer.released.count("array") <= 2  # a list and its child, each once
    cp.from_arrow(Producer())  # nothing is left in a bad state


def test_a_metadata_length_below_zero_is_refused() -> None:
    for metadata in (np.int32(-1).tobytes(), np.array([1, -5], "i4").tobytes()):
        with pytest.raises(cp.ExportError, match="negative length in the metadata"):
            cp.from_arrow(Producer(metadata=metadata))


class Returns:
    def __init__(self, value: object) -> None:
        self.value = value

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self.value


def test_what_are_no_capsules_is_refused() -> None:
    producer = Producer()
    schema, array = producer.__arrow_c_array__()
    other = new_capsule(ctypes.addressof(producer.array), b"other", None)
    for value in (None, (), (schema,), (array, schema), (schema, other), (1, 2), (schema, None)):
        with pytest.raises(cp.ExportError, match="Arrow export is not valid"):
            cp.from_arrow(Returns(value))
    with pytest.raises(cp.ArgumentTypeError, match="neither __arrow_c_array__ nor"):
        cp.from_arrow(object())
    with pytest.raises(cp.ArgumentTypeError):
        cp.from_arrow([1, 2])

    class Raises:
        @property
        def __arrow_c_array__(self) -> object:
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        cp.from_arrow(Raises())


# ---- lifetimes


@pytest.mark.sanitize
def test_the_array_lives_as_long_as_a_tensor_over_it() -> None:
    producer = Producer()
    x = cp.from_arrow(producer)
    view = x[1:3]
    del x
    assert "array" not in producer.released
    assert view.tolist() == [1, 2]
    del view
    assert producer.released.count("array") == 1
    with pytest.raises(cp.ExportError, match="used before"):
        cp.from_arrow(producer)


# ---- streams


@pytest.mark.sanitize
def test_streams() -> None:
    one = StreamProducer(first := Producer())
    x = cp.from_arrow(one)
    assert is_shared(x, first.memory)
    assert one.released == 1
    chunks = [Producer([1, 2]), Producer([]), Producer([3], validity=b"\x00"), Producer(range(9))]
    stream = StreamProducer(*chunks)
    y = cp.from_arrow(stream, fill_null=7)
    assert y.tolist() == [1, 2, 7, *range(9)]
    assert cp.explain_last_dispatch().copied_bytes == 48
    assert all(chunk.released.count("array") == 1 for chunk in chunks)
    assert stream.released == 1
    assert cp.asarray(StreamProducer(Producer(), Producer())).shape == (12,)
    with pytest.raises(cp.ArgumentError, match="several chunks"):
        cp.from_arrow(StreamProducer(Producer(), Producer()), copy=False)


def test_a_stream_without_arrays_is_empty() -> None:
    stream = StreamProducer(Producer())
    stream.left.clear()
    x = cp.from_arrow(stream)
    assert (x.shape, x.dtype) == ((0,), cp.float32)


def test_a_stream_that_fails() -> None:
    stream = StreamProducer(first := Producer(), fails=True)
    with pytest.raises(cp.ExportError, match="error 5: 'no more today'"):
        cp.from_arrow(stream)
    assert (first.released.count("array"), stream.released) == (1, 1)
    with pytest.raises(cp.ExportError, match="used before"):
        cp.from_arrow(stream)
    stream = StreamProducer(Producer())
    stream.stream.get_next = GET_NEXT()
    with pytest.raises(cp.ExportError, match="without functions"):
        cp.from_arrow(stream)
