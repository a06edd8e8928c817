# Opening, reading, mapping and replacing files, and their elements as tensors, whatever the format.
"""Files as bytes: bounded reads, memory maps, and writes that never touch an open file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import contextmanager, nullcontext
from math import prod
from stat import S_ISREG

from corepy import _core
from corepy.errors import ArgumentTypeError, FileFormatError, MemoryLimitError
from corepy.ops.composed import name_after
from corepy.ops.creation import empty
from corepy.ops.manipulation import permute_dims, reshape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from mmap import mmap
    from typing import BinaryIO, TypeAlias

    from corepy._core import DType
    from corepy.tensor import Tensor

    #: A path, or a binary file that is open.
    File: TypeAlias = str | os.PathLike[str] | BinaryIO

__all__ = [
    "MAX_RANK",
    "count_left",
    "map_file",
    "open_to_read",
    "open_to_write",
    "read_exactly",
    "read_tensor",
    "write_tensor",
]

#: Of files whose length is not known, no more is read at once: a header may lie.
_CHUNK_BYTES = 1 << 24
#: Elements go from a file to a tensor in pieces of this size: a multiple of every element's.
_PIECE_BYTES = 1 << 20
#: Axes that a tensor may have.
MAX_RANK = 64


def _check_stream(op: str, file: object, method: str) -> None:
    if not hasattr(file, method):
        raise ArgumentTypeError(
            f"{op}: file has the wrong type (got {_core.type_name(file)}; expected a path or a "
            "binary file)"
        )


def open_to_read(op: str, file: File) -> AbstractContextManager[BinaryIO]:
    """The file, opened if it is a path."""
    if isinstance(file, str | os.PathLike):
        return open(file, "rb")
    _check_stream(op, file, "read")
    return nullcontext(file)


def check_mapping(op: str, name: str, value: object) -> None:
    """Refuse what has no names."""
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(
            f"{op}: {name} has the wrong type (got {_core.type_name(value)}; expected a dict)"
        )


@contextmanager
def open_to_write(op: str, file: File) -> Iterator[BinaryIO]:
    """A file for what is written; a path is replaced when all of it is there.

    The old file, which may be mapped by tensors of this or another process, stays as it is until
    nobody uses it any more.
    """
    if not isinstance(file, str | os.PathLike):
        _check_stream(op, file, "write")
        yield file
        return
    path = os.path.realpath(os.fspath(file))
    if os.path.exists(path) and not S_ISREG(os.stat(path).st_mode):
        with open(path, "wb") as stream:  # a pipe or a device
            yield stream
        return
    temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    try:
        with open(temporary, "xb") as stream:
            yield stream
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise


def _measure(stream: BinaryIO) -> tuple[int, int] | None:
    """The current position and the length; None where the file does not tell."""
    try:
        position = stream.tell()
        length = stream.seek(0, os.SEEK_END)
        stream.seek(position)
    except (AttributeError, OSError, ValueError):
        return None
    return position, length


def count_all(stream: BinaryIO) -> int | None:
    """The bytes of the file; None where it does not tell."""
    measured = _measure(stream)
    return None if measured is None else measured[1]


def count_left(stream: BinaryIO) -> int | None:
    """The bytes from the current position to the end; None where the file does not tell."""
    measured = _measure(stream)
    return None if measured is None else measured[1] - measured[0]


def _too_short(op: str, what: str, left: int, count: int) -> FileFormatError:
    return FileFormatError(
        f"{op}: the file is too short for its {what} (got {left} bytes; expected {count})"
    )


def read_exactly(op: str, stream: BinaryIO, count: int, what: str, left: int | None) -> bytes:
    """The next bytes; allocates no more than the file has, ``left`` where that is known."""
    if left is not None and left < count:
        raise _too_short(op, what, left, count)
    try:
        if left is not None or count <= _CHUNK_BYTES:
            data = stream.read(count)
        else:
            parts = []
            for start in range(0, count, _CHUNK_BYTES):
                parts.append(stream.read(min(_CHUNK_BYTES, count - start)))
                if not parts[-1]:
                    break
            data = b"".join(parts)
    except MemoryError:
        raise MemoryLimitError(f"{op}: no memory for the {what} (got {count} bytes)") from None
    if not isinstance(data, bytes) or len(data) != count:
        raise FileFormatError(
            f"{op}: the file ends within its {what} (got {len(data)} bytes; expected {count})"
        )
    return data


def read_tensor(
    op: str,
    stream: BinaryIO,
    dtype: DType,
    shape: tuple[int, ...],
    left: int | None,
    fortran_order: bool = False,
    swapped_bytes: bool = False,
) -> Tensor:
    """The next elements, in memory of the allocator; ``left`` is what the file still has."""
    size = prod(shape)
    if size == 0 or len(shape) > MAX_RANK:  # which is checked there
        return _core.view_bytes(op, b"", dtype, shape, 0, fortran_order, False)
    count = size * dtype.itemsize
    if left is None:  # a header may lie: all is read before anything is allocated
        pieces = iter([read_exactly(op, stream, count, "elements", None)])
    else:
        if left < count:
            raise _too_short(op, "elements", left, count)
        pieces = _read_pieces(op, stream, count)
    with _core.suspend_records():
        flat = _allocate(op, size, dtype)
        start = 0
        for piece in pieces:
            stop = start + len(piece) // dtype.itemsize
            read = _core.view_bytes(op, piece, dtype, (stop - start,), 0, False, swapped_bytes)
            flat[start:stop] = read
            start = stop
            del piece, read  # before the next one is read
        if not fortran_order:
            return reshape(flat, shape)
        return permute_dims(reshape(flat, shape[::-1]), tuple(reversed(range(len(shape)))))


def _allocate(op: str, size: int, dtype: DType) -> Tensor:
    try:
        return empty(size, dtype=dtype)
    except MemoryLimitError as error:
        name_after(error, op)
        raise


def _read_pieces(op: str, stream: BinaryIO, count: int) -> Iterator[bytes]:
    for start in range(0, count, _PIECE_BYTES):
        length = min(_PIECE_BYTES, count - start)
        yield read_exactly(op, stream, length, "elements", length)


def map_file(op: str, stream: BinaryIO) -> mmap:
    """The whole file, read-only, as memory that is read when it is used."""
    import mmap

    try:
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
    except (AttributeError, OSError, ValueError) as error:
        raise FileFormatError(
            f"{op}: the file cannot be mapped ({error}); use mmap=False"
        ) from None


def write_tensor(stream: BinaryIO, x: Tensor) -> None:
    """The elements in C order."""
    with _core.suspend_records():
        view = memoryview(_core.view_words(x))
        if not view.c_contiguous:
            view = memoryview(_core.view_words(x.copy()))
    if x.size > 0:
        stream.write(view)
