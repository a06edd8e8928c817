# .npy files: NumPy's own in both directions, memory maps, headers that lie.
from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest

import corepy as cp

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip
SHAPES = [(), (0,), (5,), (3, 4), (2, 0, 3), (1,) * 32]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_numpy_and_corepy_read_each_other(
    tmp_path: Path, dtype: str, shape: tuple[int, ...]
) -> None:
    values = (np.arange(np.prod(shape)).reshape(shape) % 100).astype(dtype)
    path = tmp_path / "x.npy"
    for array in (values, np.asfortranarray(values)):
        np.save(path, array)
        for mmap in (False, True):
            x = cp.load(path, mmap=mmap)
            assert (x.shape, x.dtype) == (array.shape, array.dtype)
            np.testing.assert_array_equal(np.asarray(x), array)
            cp.save(str(path), x)
            again = np.load(path, allow_pickle=False)
            assert again.dtype == array.dtype
            np.testing.assert_array_equal(again, array)


def test_files_are_equal_to_numpys(tmp_path: Path) -> None:
    ours, theirs = io.BytesIO(), io.BytesIO()
    for shape in SHAPES:
        values = np.ones(shape)
        cp.save(ours, cp.asarray(values))
        np.save(theirs, values)
    assert ours.getvalue() == theirs.getvalue()


@pytest.mark.parametrize("version", [(1, 0), (2, 0), (3, 0)])
def test_all_versions_of_the_format(version: tuple[int, int]) -> None:
    file = io.BytesIO()
    np.lib.format.write_array(file, np.arange(3), version=version)
    assert cp.load(io.BytesIO(file.getvalue())).tolist() == [0, 1, 2]


def test_the_other_byte_order(tmp_path: Path) -> None:
    values = np.array([1, 2, 3], ">i4")
    np.save(tmp_path / "x.npy", values)
    for mmap in (False, True):
        x = cp.load(tmp_path / "x.npy", mmap=mmap)
        assert x.dtype == cp.int32
        assert x.tolist() == [1, 2, 3]


def test_views_are_written_in_their_own_order() -> None:
    x = cp.arange(12).reshape(3, 4)
    for view in (x.T, x[::-1, ::2], cp.broadcast_to(x[0], (2, 4))):
        file = io.BytesIO()
        cp.save(file, view)
        assert cp.load(io.BytesIO(file.getvalue())).tolist() == view.tolist()


def test_several_arrays_in_one_file() -> None:
    file = io.BytesIO()
    cp.save(file, cp.asarray([1]))
    cp.save(file, cp.asarray([2.5]))
    file.seek(0)
    assert (cp.load(file).tolist(), cp.load(file).tolist()) == ([1], [2.5])


@pytest.mark.sanitize
def test_a_mapped_file_is_shared_and_never_written(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.arange(1000.0))
    before = path.read_bytes()
    x = cp.load(path, mmap=True)
    view = x[10:20]
    del x
    view[0] = -1
    assert view.tolist() == [-1, *range(11, 20)]
    assert path.read_bytes() == before


@pytest.mark.sanitize
def test_saving_over_a_mapped_file_keeps_the_old_elements(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    cp.save(path, cp.zeros(100_000))
    x = cp.load(path, mmap=True)
    cp.save(path, cp.ones(3))
    assert not cp.any(x)
    cp.save(path, x + 1)
    assert cp.load(path).tolist() == [1] * 100_000
    assert os.listdir(tmp_path) == ["x.npy"]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    cp.save(path, cp.ones(3))
    with pytest.raises(cp.ArgumentTypeError, match=r"got list; expected corepy\.Tensor"):
        cp.save(path, [1, 2])  # type: ignore[arg-type]
    assert cp.load(path).tolist() == [1, 1, 1]
    assert os.listdir(tmp_path) == ["x.npy"]
    with pytest.raises(cp.ArgumentTypeError, match="expected a path or a binary file"):
        cp.save(3, cp.ones(3))  # type: ignore[arg-type]
    with pytest.raises(cp.ArgumentTypeError, match="expected a path or a binary file"):
        cp.load(None)  # type: ignore[arg-type]
    with pytest.raises(FileNotFoundError):
        cp.load(tmp_path / "other.npy")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.npy", tmp_path / "link.npy"
    cp.save(target, cp.ones(2))
    link.symlink_to(target)
    cp.save(link, cp.zeros(2))
    assert link.is_symlink()
    assert cp.load(target).tolist() == [0, 0]


# ---- files that lie


def make_file(
    header: str | bytes, data: bytes = b"", version: bytes = b"\x01\x00", length: int | None = None
) -> io.BytesIO:
    text = header if isinstance(header, bytes) else header.encode()
    width = 2 if version[0] == 1 else 4
    size = (len(text) if length is None else length).to_bytes(width, "little")
    return io.BytesIO(b"\x93NUMPY" + version + size + text + data)


def test_the_helper_makes_valid_files() -> None:
    header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n"
    assert cp.load(make_file(header, b"\1\0\2\0")).tolist() == [1, 2]
    header = '{"shape": (2 , 1,),"descr":"|u1", "fortran_order":True}'
    assert cp.load(make_file(header, b"\1\2", version=b"\x02\x00")).tolist() == [[1], [2]]
    header = "{'descr': '<i2', 'fortran_order': False, 'shape': (2L, 1L)}"  # Python 2
    assert cp.load(make_file(header, b"\1\0\2\0")).shape == (2, 1)


@pytest.mark.parametrize(
    "header",
    [
        "", "{}", "[]", "{'descr': '<i2'}", "nonsense", "{" * 5000,
        "{'descr': '<i2', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (3)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1.0,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1,,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': ('1',)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': [1]}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
        "{'descr': '<i2', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1,), 'extra': 1}",
        "{'descr': '<i2', 'descr': '<i4', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1,)} + 1",
        "{'descr': [('a', '<i2')], 'fortran_order': False, 'shape': (1,)}",
        "{'descr': __import__('os').abort(), 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (1000000000000,)}",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (9000000000000000000, 8000000)}",
    ],
)  # fmt: skip
def test_headers_that_lie(header: str) -> None:
    with pytest.raises(cp.FileFormatError, match="load: "):
        cp.load(make_file(header, bytes(64)))


@pytest.mark.parametrize(
    ("descr", "message"),
    [
        ("|O", "pickled objects are never loaded"), ("O", "pickled objects"),
        ("<U5", "no dtype"), ("|S1", "no dtype"), ("<M8[ns]", "no dtype"), ("|V8", "no dtype"),
        ("<f16", "no dtype"), ("<f1", "no dtype"), ("<i3", "no dtype"), ("float", "no dtype"),
    ],
)  # fmt: skip
def test_elements_without_a_dtype(descr: str, message: str) -> None:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': (1,)}}"
    with pytest.raises(cp.DTypeError, match=message):
        cp.load(make_file(header, bytes(64)))


def test_pickles_are_never_loaded(tmp_path: Path) -> None:
    class Danger:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(tmp_path / "gone wrong"),)

    np.save(tmp_path / "x.npy", np.array([Danger()]), allow_pickle=True)
    with pytest.raises(cp.DTypeError, match="never loaded"):
        cp.load(tmp_path / "x.npy")
    assert not (tmp_path / "gone wrong").exists()


def test_shapes_beyond_memory(tmp_path: Path) -> None:
    header = "{'descr': '<i2', 'fortran_order': False, 'shape': (0, 9000000000000000000, 9)}"
    for mmap in (False, True):
        path = tmp_path / "x.npy"
        path.write_bytes(make_file(header).getvalue())
        with pytest.raises(cp.ShapeError):
            cp.load(path, mmap=mmap)
    deep = f"{{'descr': '|u1', 'fortran_order': False, 'shape': ({'1,' * 65})}}"
    with pytest.raises(cp.ShapeError, match=r"load: .*expected at most 64"):
        cp.load(make_file(deep, b"\0"))


@pytest.mark.parametrize("mmap", [False, True])
def test_truncated_and_extended_files(tmp_path: Path, mmap: bool) -> None:
    path = tmp_path / "x.npy"
    cp.save(path, cp.arange(100))
    data = path.read_bytes()
    for length in (0, 1, 7, 9, 10, 50, 128, 129, len(data) - 1):
        path.write_bytes(data[:length])
        with pytest.raises(cp.FileFormatError):
            cp.load(path, mmap=mmap)
    path.write_bytes(data + b"\0")
    with pytest.raises(cp.FileFormatError, match="disagree"):
        cp.load(path, mmap=mmap)


def test_magic_versions_and_lengths() -> None:
    header = "{'descr': '<i2', 'fortran_order': False, 'shape': (0,)}"
    for version in (b"\x00\x00", b"\x04\x00", b"\xff\xff"):
        with pytest.raises(cp.FileFormatError, match=r"no \.npy file"):
            cp.load(make_file(header, version=version))
    with pytest.raises(cp.FileFormatError, match="too long"):
        cp.load(make_file(header, length=2**31, version=b"\x02\x00"))
    with pytest.raises(cp.FileFormatError, match="no text"):
        cp.load(make_file(b"\xff\xfe", version=b"\x03\x00"))
    with pytest.raises(cp.FileFormatError, match="load_npz"):
        cp.load(io.BytesIO(b"PK\x03\x04" + bytes(100)))


def test_a_file_that_does_not_tell_its_length() -> None:
    class Pipe(io.RawIOBase):
        def __init__(self, data: bytes) -> None:
            self.stream = io.BytesIO(data)

        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            return self.stream.read(size)

    file = io.BytesIO()
    cp.save(file, cp.arange(5))
    assert cp.load(Pipe(file.getvalue())).tolist() == [0, 1, 2, 3, 4]  # type: ignore[arg-type]
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,)}"
    with pytest.raises(cp.FileFormatError, match="ends within"):
        cp.load(Pipe(make_file(header, bytes(800)).getvalue()))  # type: ignore[arg-type]
    with pytest.raises(cp.FileFormatError, match="cannot be mapped"):
        cp.load(io.BytesIO(file.getvalue()), mmap=True)


def test_no_numpy_is_imported(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys, corepy as cp; x = cp.ones((2, 3)); cp.save('x.npy', x); "
        "cp.load('x.npy', mmap=True); cp.save_npz('x.npz', {'x': x}); cp.load_npz('x.npz'); "
        "cp.save_safetensors('x.st', {'x': x}); cp.load_safetensors('x.st'); "
        "print('numpy' in sys.modules, 'pickle' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "False False"
