# The .npz format: a zip archive of .npy files. Nothing is ever extracted to disk.
"""NumPy's ``.npz`` archives."""

from __future__ import annotations

import zipfile
import zlib

from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, FileFormatError
from corepy.ops.arguments import read_flag
from corepy.tensor import Tensor

from .files import check_mapping, count_all, open_to_read, open_to_write
from .npy import read_array, write_array

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import BinaryIO

    from .files import File

__all__ = ["load_npz", "save_npz"]

#: No stream of the deflate format expands further, so a member that claims more lies.
_MAX_EXPANSION = 1032
_SUFFIX = ".npy"
#: What zipfile raises for what is no archive, damaged, encrypted or of an unknown method.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError, IndexError, OverflowError,
)  # fmt: skip


def _has_path_tricks(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "\0" in name or "\\" in name or ":" in name or any(part in ("", "..") for part in parts)


def _key_of(op: str, name: str) -> str:
    key = name.removesuffix(_SUFFIX)
    if key == name or _has_path_tricks(key):
        raise FileFormatError(f"{op}: a member's name is not valid (got {name[:60]!r})")
    return key


def _check_members(op: str, members: list[zipfile.ZipInfo], size: int | None) -> None:
    """What the archive's directory claims, against the file's length: before any expansion."""
    keys: set[str] = set()
    for member in members:
        key = _key_of(op, member.filename)
        if key in keys:
            raise FileFormatError(f"{op}: a member is there twice (got {key!r})")
        keys.add(key)
        stored = member.compress_type == zipfile.ZIP_STORED
        if not stored and member.compress_type != zipfile.ZIP_DEFLATED:
            raise FileFormatError(
                f"{op}: {key!r} is compressed by an unknown method (got {member.compress_type}; "
                "expected stored or deflated)"
            )
        most = member.compress_size * (1 if stored else _MAX_EXPANSION)
        if member.file_size > most:
            raise FileFormatError(
                f"{op}: {key!r} cannot expand to its size (got {member.file_size} bytes from "
                f"{member.compress_size})"
            )
    packed = sum(member.compress_size for member in members)
    if size is not None and packed > size:
        raise FileFormatError(f"{op}: members overlap (got {packed} bytes in a file of {size})")


def _read_member(op: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Tensor:
    # What an archive calls a file has the methods that are used of one.
    with archive.open(member) as part:
        stream: BinaryIO = part  # type: ignore[assignment]
        tensor = read_array(op, stream, member.file_size, to_end=True)
        if part.read(1):  # the end, where the checksum is compared
            raise FileFormatError(f"{op}: {member.filename!r} has another size than it says")
    return tensor


def load_npz(file: File) -> dict[str, Tensor]:
    """Read the tensors of a ``.npz`` archive, by name.

    Args:
        file: a path or a binary file.

    Raises:
        FileFormatError: the archive or one of its members is malformed; a member is no ``.npy``
            file, is there twice, or its name looks like a path out of the archive.
        DTypeError: corepy has no such elements; pickled objects are never loaded.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.save_npz(file, {"weights": cp.ones(2), "bias": cp.zeros(1)})
    >>> tensors = cp.load_npz(file)
    >>> tensors["bias"]
    Tensor([0.], shape=(1,), dtype=float64)
    """
    op = "load_npz"
    with open_to_read(op, file) as stream:
        size = count_all(stream)
        try:
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
                _check_members(op, members, size)
                return {
                    _key_of(op, member.filename): _read_member(op, archive, member)
                    for member in members
                }
        except FileFormatError:
            raise
        except _ZIP_ERRORS as error:
            if isinstance(error, ArgumentError | NotADirectoryError):
                raise
            raise FileFormatError(f"{op}: the archive is not valid ({error})") from None


def save_npz(file: File, tensors: Mapping[str, Tensor], *, compress: bool = False) -> None:
    """Write tensors as a ``.npz`` archive, which NumPy reads too.

    The same tensors give the same bytes: the archive carries no dates.

    Args:
        file: a path, which is replaced once the new file is complete, or a binary file.
        tensors: the tensors by name.
        compress: deflate them.

    Raises:
        ArgumentError: a name looks like a path out of the archive.
        DTypeError: the format has no such elements.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.save_npz(file, {"weights": cp.ones(2)})
    >>> cp.load_npz(file)
    {'weights': Tensor([1., 1.], shape=(2,), dtype=float64)}
    """
    _write_archive("save_npz", file, tensors, compress)


def _write_archive(
    op: str, file: File, tensors: Mapping[str, Tensor], compress: bool = False
) -> None:
    check_mapping(op, "tensors", tensors)
    for name, x in tensors.items():
        if not isinstance(name, str) or not isinstance(x, Tensor):
            raise ArgumentTypeError(
                f"{op}: tensors has an entry of the wrong type (got {_core.type_name(name)}: "
                f"{_core.type_name(x)}; expected str: corepy.Tensor)"
            )
        if _has_path_tricks(name):
            raise ArgumentError(f"{op}: not a name for a member (got {name!r}; expected no path)")
    method = zipfile.ZIP_DEFLATED if read_flag(op, "compress", compress) else zipfile.ZIP_STORED
    with open_to_write(op, file) as stream, zipfile.ZipFile(stream, "w") as archive:
        for name, x in tensors.items():
            member = zipfile.ZipInfo(name + _SUFFIX)
            member.compress_type = method
            with archive.open(member, "w", force_zip64=True) as part:
                _write_part(op, part, x)


def _write_part(op: str, part: object, x: Tensor) -> None:
    stream: BinaryIO = part  # type: ignore[assignment]
    write_array(op, stream, x)


def savez(file: File, *args: Tensor, **kwds: Tensor) -> None:
    """NumPy's call of ``save_npz``: tensors without a name are ``arr_0``, ``arr_1`` and so on.

    Args:
        file: a path, to which nothing is added, or a binary file.
        args: tensors without names.
        kwds: tensors by name.

    Raises:
        ArgumentError: a name is given twice.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.savez(file, cp.ones(2), bias=cp.zeros(1))
    >>> list(cp.load_npz(file))
    ['arr_0', 'bias']
    """
    _write_archive("savez", file, _name_all("savez", args, kwds))


def savez_compressed(file: File, *args: Tensor, **kwds: Tensor) -> None:
    """``savez``, deflated.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.savez_compressed(file, zeros=cp.zeros(100_000))
    >>> len(file.getvalue()) < 10_000
    True
    """
    op = "savez_compressed"
    _write_archive(op, file, _name_all(op, args, kwds), compress=True)


def _name_all(op: str, args: tuple[Tensor, ...], kwds: dict[str, Tensor]) -> dict[str, Tensor]:
    named = {f"arr_{place}": x for place, x in enumerate(args)}
    twice = sorted(named.keys() & kwds.keys())
    if twice:
        raise ArgumentError(f"{op}: a name is given twice (got {twice[0]!r}); rename that tensor")
    return named | kwds
