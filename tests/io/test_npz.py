# .npz archives: NumPy's own in both directions, names, damaged and hostile archives.
from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

import corepy as cp


def array_bytes(x: cp.Tensor) -> bytes:
    file = io.BytesIO()
    cp.save(file, x)
    return file.getvalue()


def make_archive(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    file.seek(0)
    return file


@pytest.mark.parametrize("compress", [False, True])
def test_numpy_and_corepy_read_each_other(tmp_path: Path, compress: bool) -> None:
    arrays = {"a": np.arange(5), "group/b": np.ones((2, 3), "f4", order="F"), "c": np.array(True)}
    path = tmp_path / "x.npz"
    (np.savez_compressed if compress else np.savez)(path, **arrays)
    tensors = cp.load_npz(path)
    assert list(tensors) == list(arrays)
    for name, array in arrays.items():
        assert tensors[name].dtype == array.dtype
        np.testing.assert_array_equal(np.asarray(tensors[name]), array)
    cp.save_npz(path, tensors, compress=compress)
    with np.load(path, allow_pickle=False) as again:
        assert set(again.files) == set(arrays)
        for name, array in arrays.items():
            np.testing.assert_array_equal(again[name], array)


def test_the_same_tensors_give_the_same_bytes() -> None:
    files = []
    for _ in range(2):
        file = io.BytesIO()
        cp.save_npz(file, {"x": cp.arange(100), "y": cp.ones(3)}, compress=True)
        files.append(file.getvalue())
    assert files[0] == files[1]
    empty = io.BytesIO()
    cp.save_npz(empty, {})
    assert cp.load_npz(empty) == {}


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "", "a//b", "a\\b", "..\\x", "C:x", "x\0y"]
)
def test_names_that_look_like_paths(name: str) -> None:
    with pytest.raises(cp.ArgumentError, match="not a name"):
        cp.save_npz(io.BytesIO(), {name: cp.ones(1)})
    if "\0" in name or "\\" in name:
        return  # zipfile itself changes these
    with pytest.raises(cp.FileFormatError, match="name is not valid"):
        cp.load_npz(make_archive((name + ".npy", array_bytes(cp.ones(1)))))


def test_members_that_are_no_arrays() -> None:
    for name, data in (("x.txt", b"text"), ("x.npy", b"text"), ("folder/", b""), ("x.npy", b"")):
        with pytest.raises(cp.FileFormatError):
            cp.load_npz(make_archive((name, data)))
    longer = array_bytes(cp.ones(1)) + b"\0"
    with pytest.raises(cp.FileFormatError, match="disagree"):
        cp.load_npz(make_archive(("x.npy", longer)))
    with pytest.raises(cp.FileFormatError, match="method"):
        cp.load_npz(make_archive(("x.npy", longer[:-1]), method=zipfile.ZIP_BZIP2))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_twice() -> None:
    data = array_bytes(cp.ones(1))
    with pytest.raises(cp.FileFormatError, match="twice"):
        cp.load_npz(make_archive(("x.npy", data), ("x.npy", data)))


def test_what_is_no_archive() -> None:
    for data in (b"", b"PK", b"PK\x05\x06" + bytes(10), bytes(1000), array_bytes(cp.ones(3))):
        with pytest.raises(cp.FileFormatError):
            cp.load_npz(io.BytesIO(data))
    for wrong in ({1: cp.ones(1)}, {"x": [1]}):
        with pytest.raises(cp.ArgumentTypeError, match=r"expected str: corepy\.Tensor"):
            cp.save_npz(io.BytesIO(), wrong)  # type: ignore[arg-type]


def test_damaged_and_encrypted_archives() -> None:
    data = make_archive(("x.npy", array_bytes(cp.arange(100)))).getvalue()
    for position in range(0, len(data), 7):
        damaged = bytearray(data)
        damaged[position] ^= 0xFF
        with suppress(cp.CorepyError):
            assert cp.load_npz(io.BytesIO(damaged))["x"].shape == (100,)
        with pytest.raises(cp.CorepyError):
            cp.load_npz(io.BytesIO(data[:position]))
    encrypted = bytearray(data)
    encrypted[6] |= 1
    encrypted[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(cp.FileFormatError, match=r"encrypted|password"):
        cp.load_npz(io.BytesIO(encrypted))


def test_sizes_that_cannot_be() -> None:
    header = b"\x93NUMPY\x01\x00\x46\x00" + (
        b"{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776,)}".ljust(69) + b"\n"
    )
    small = make_archive(("x.npy", header), method=zipfile.ZIP_DEFLATED).getvalue()
    with pytest.raises(cp.FileFormatError, match="disagree"):
        cp.load_npz(io.BytesIO(small))
    lying = bytearray(small)
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        at = small.index(signature) + offset
        lying[at : at + 4] = (2**31).to_bytes(4, "little")
    with pytest.raises(cp.FileFormatError, match="cannot expand"):
        cp.load_npz(io.BytesIO(lying))


def test_members_that_share_bytes_are_refused() -> None:
    data = make_archive(*((f"{i}.npy", array_bytes(cp.arange(500))) for i in range(3))).getvalue()
    overlapping = bytearray(data)
    first = data.index(b"PK\x01\x02")
    position = first
    while (position := data.find(b"PK\x01\x02", position + 1)) != -1:
        overlapping[position + 42 : position + 46] = data[first + 42 : first + 46]
    with pytest.raises(cp.FileFormatError):
        cp.load_npz(io.BytesIO(overlapping))
