# Safetensors files: round trips, memory maps, headers that lie. The library itself is in
# tests/libraries.
from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest

import corepy as cp

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64",
]  # fmt: skip


def make_file(header: object, data: bytes = b"", *, length: int | None = None) -> io.BytesIO:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    size = len(text) if length is None else length
    return io.BytesIO(size.to_bytes(8, "little") + text + data)


def load(file: io.BytesIO) -> dict[str, cp.Tensor]:
    return cp.load_safetensors(file, mmap=False)


@pytest.mark.parametrize("mmap", [False, True])
def test_round_trip(tmp_path: Path, mmap: bool) -> None:
    tensors = {
        f"{dtype} {shape}": cp.asarray((np.arange(np.prod(shape)).reshape(shape) % 9).astype(dtype))
        for dtype in DTYPES
        for shape in ((), (0, 3), (7,), (3, 5))
    }
    tensors["transposed"] = cp.arange(6).reshape(2, 3).T
    path = tmp_path / "x.safetensors"
    cp.save_safetensors(path, tensors, metadata={"format": "pt", "ключ": "значение"})
    loaded = cp.load_safetensors(path, mmap=mmap)
    assert set(loaded) == set(tensors)
    for name, x in tensors.items():
        assert (loaded[name].shape, loaded[name].dtype) == (x.shape, x.dtype)
        assert loaded[name].tolist() == x.tolist()
    assert cp.read_safetensors_metadata(path) == {"format": "pt", "ключ": "значение"}


def test_elements_are_aligned_and_in_a_fixed_order(tmp_path: Path) -> None:
    tensors = {"b": cp.ones(3, dtype=cp.int8), "a": cp.ones(2), "c": cp.ones(1)}
    files = []
    for names in ("abc", "cba"):
        file = io.BytesIO()
        cp.save_safetensors(file, {name: tensors[name] for name in names})
        files.append(file.getvalue())
    assert files[0] == files[1]
    start = 8 + int.from_bytes(files[0][:8], "little")
    assert start % 64 == 0
    header = json.loads(files[0][8:start])
    assert {name: entry["data_offsets"] for name, entry in header.items()} == {
        "a": [0, 16],
        "c": [16, 24],
        "b": [24, 27],
    }
    path = tmp_path / "x.safetensors"
    path.write_bytes(files[0])
    for x in cp.load_safetensors(path).values():
        assert np.asarray(x).ctypes.data % x.itemsize == 0


@pytest.mark.sanitize
def test_tensors_of_a_mapped_file(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    cp.save_safetensors(path, {"x": cp.zeros(1000), "y": cp.ones(5)})
    before = path.read_bytes()
    tensors = cp.load_safetensors(path)
    x = tensors.pop("x")
    del tensors
    x[0] = 7
    assert path.read_bytes() == before
    y = cp.load_safetensors(path)["y"]
    cp.save_safetensors(path, {"y": y * 2})  # over the file that is mapped
    assert y.tolist() == [1] * 5
    assert cp.load_safetensors(path)["y"].tolist() == [2] * 5


def entry(dtype: str = "U8", shape: object = (2,), offsets: object = (0, 2)) -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets}


def test_the_helpers_make_valid_files() -> None:
    assert load(make_file({"x": entry()}, b"\1\2"))["x"].tolist() == [1, 2]
    assert load(make_file({})) == {}
    assert load(make_file(b"{}      ")) == {}


@pytest.mark.parametrize(
    "header",
    [
        b"", b"[]", b"null", b" {}", b"{", b'{"x": }', b"\xff{}", b"{}\x00", b'{"x": NaN}',
        b'{"__metadata__": {"a": 1}}', b'{"__metadata__": []}', b'{"x": Infinity}',
        {"x": []}, {"x": {}}, {"x": 1}, {"x": {**entry(), "more": 1}},
        {"x": entry(dtype=3)}, {"x": entry(shape=2)}, {"x": entry(shape=[-2])},
        {"x": entry(shape=[2.0])}, {"x": entry(shape=[True, 2])}, {"x": entry(shape=["2"])},
        {"x": entry(shape=[2**64])}, {"x": entry(shape=[1] * 65)}, {"x": entry(shape=[3])},
        {"x": entry(offsets=[0])}, {"x": entry(offsets=[0, 1, 2])}, {"x": entry(offsets=[2, 0])},
        {"x": entry(offsets=[-2, 0])}, {"x": entry(offsets=[0, 3])}, {"x": entry(offsets=[1, 3])},
        {"x": entry(offsets=None)}, {"x": entry(offsets=[0, 2.0])},
        {"x": entry(), "y": entry()}, {"x": entry(), "y": entry(offsets=[1, 3])},
        {"x": entry(shape=[1], offsets=[0, 1])}, {},
        {"x": entry(shape=[2**62], offsets=[0, 2**62])},
        {"x": entry(shape=[2**40, 2**40], offsets=[0, 2])},
        b'{"x": {"dtype":"U8","shape":[2],"data_offsets":[0,2]}, '
        b'"x": {"dtype":"U8","shape":[2],"data_offsets":[0,2]}}',
        b'{"x": {"dtype":"U8","dtype":"I8","shape":[2],"data_offsets":[0,2]}}',
        b'{"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"x": ' + b"9" * 10_000 + b"}",
    ],
    ids=lambda header: str(header)[:40],
)  # fmt: skip
def test_headers_that_lie(header: object) -> None:
    with pytest.raises(cp.FileFormatError, match="the header is not valid"):
        load(make_file(header, b"\1\2"))


def test_lengths_that_lie(tmp_path: Path) -> None:
    for length in (0, 1, 3, 200, 10**8, 10**8 + 1, 2**63, 2**64 - 1):
        with pytest.raises(cp.FileFormatError):
            load(make_file({"x": entry()}, b"\1\2", length=length))
    path = tmp_path / "x"
    data = make_file({"x": entry()}, b"\1\2").getvalue()
    for count in range(len(data)):
        path.write_bytes(data[:count])
        for mmap in (False, True):
            with pytest.raises(cp.FileFormatError):
                cp.load_safetensors(path, mmap=mmap)
    path.write_bytes(data + b"\0")
    with pytest.raises(cp.FileFormatError, match="the file has 3"):
        cp.load_safetensors(path)


@pytest.mark.parametrize("dtype", ["F8_E4M3", "F8_E5M2", "F4", "C128", "u8", ""])
def test_elements_without_a_dtype(dtype: str) -> None:
    with pytest.raises(cp.DTypeError, match="no dtype for the file's elements"):
        load(make_file({"x": entry(dtype=dtype)}, b"\1\2"))


def test_what_cannot_be_saved() -> None:
    with pytest.raises(cp.DTypeError, match="complex128"):
        cp.save_safetensors(io.BytesIO(), {"x": cp.ones(1, dtype=cp.complex128)})
    for wrong in ({"x": [1]}, {1: cp.ones(1)}, {"__metadata__": cp.ones(1)}):
        with pytest.raises(cp.ArgumentTypeError, match="save_safetensors"):
            cp.save_safetensors(io.BytesIO(), wrong)  # type: ignore[arg-type]
    with pytest.raises(cp.ArgumentTypeError, match="metadata"):
        cp.save_safetensors(io.BytesIO(), {}, metadata={"a": 1})  # type: ignore[dict-item]
    with pytest.raises(cp.ArgumentError, match="Unicode"):
        cp.save_safetensors(io.BytesIO(), {"\ud800": cp.ones(1)})


def test_metadata_is_optional_and_never_a_tensor() -> None:
    file = make_file({"__metadata__": {"a": "b"}, "x": entry()}, b"\1\2")
    assert list(load(file)) == ["x"]
    assert cp.read_safetensors_metadata(make_file({})) == {}
