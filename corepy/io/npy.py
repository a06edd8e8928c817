# The .npy format: one array after a header that is a Python literal. Archives of them: npz.py.
"""NumPy's ``.npy`` files, of all versions of the format."""

from __future__ import annotations

import re
from math import prod
from typing import NamedTuple

from corepy import _core
from corepy.errors import ArgumentTypeError, FileFormatError
from corepy.ops.arguments import read_flag
from corepy.tensor import Tensor

from .element_types import dtype_of_npy, npy_of
from .files import (
    count_left,
    map_file,
    open_to_read,
    open_to_write,
    read_exactly,
    read_tensor,
    write_tensor,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from corepy._core import DType

    from .files import File

__all__ = ["load", "read_array", "save", "write_array"]

_MAGIC = b"\x93NUMPY"
_ZIP_MAGIC = b"PK"
#: Sixty-four extents need less; NumPy's own limit is 10000.
_MAX_HEADER_BYTES = 10_000
_ALIGNMENT = 64


class Header(NamedTuple):
    """What an array's header says."""

    dtype: DType
    swapped_bytes: bool
    fortran_order: bool
    shape: tuple[int, ...]


_ENTRY = re.compile(
    r"""\s*(?P<q>['"])(?P<key>descr|fortran_order|shape)(?P=q)\s*:\s*
    (?: (?P<r>['"])(?P<text>[^'"\\]{1,40})(?P=r) | (?P<flag>True|False)
      | \((?P<shape>[0-9L,\s]*)\) )
    \s*(?:,|(?=\}))""",
    re.VERBOSE,
)
_EXTENT = re.compile(r"\s*([0-9]{1,19})L?\s*")


def _parse_shape(op: str, text: str) -> tuple[int, ...]:
    parts = text.split(",")
    if not parts[-1].strip():
        parts.pop()
    elif len(parts) == 1:  # (3) is a number, no tuple
        raise FileFormatError(f"{op}: the header's shape is no tuple (got ({text}))")
    extents = [_EXTENT.fullmatch(part) for part in parts]
    if None in extents:
        raise FileFormatError(f"{op}: the header's shape is not valid (got ({text[:60]}))")
    return tuple(int(extent[1]) for extent in extents if extent is not None)


def _parse_header(op: str, text: str) -> Header:
    """Reads the literal by its own grammar: evaluating it, however safely, would allow more."""
    text = text.strip()
    if re.search(r"descr['\"]\s*:\s*\[", text):
        raise FileFormatError(f"{op}: arrays of records are not supported; save their fields")
    values: dict[str, re.Match[str]] = {}
    position = 1
    while match := _ENTRY.match(text, position):
        if match["key"] in values:
            raise FileFormatError(f"{op}: the header has {match['key']!r} twice")
        values[match["key"]] = match
        position = match.end()
    is_dict = text.startswith("{") and text[position:].strip() == "}"
    kinds = {key: match.lastgroup for key, match in values.items()}
    if not is_dict or kinds != {"descr": "text", "fortran_order": "flag", "shape": "shape"}:
        raise FileFormatError(f"{op}: the header is not valid (got {text[:80]!r})")
    dtype, swapped = dtype_of_npy(op, values["descr"]["text"])
    fortran = values["fortran_order"]["flag"] == "True"
    return Header(dtype, swapped, fortran, _parse_shape(op, values["shape"]["shape"]))


def _read_header(op: str, stream: BinaryIO, left: int | None) -> tuple[Header, int]:
    """The header, and how many bytes it takes; ``left`` are in the file."""
    taken = 0

    def read(count: int) -> bytes:
        nonlocal taken
        taken += count
        rest = None if left is None else left - taken + count
        return read_exactly(op, stream, count, "header", rest)

    magic = read(8)
    if magic.startswith(_ZIP_MAGIC):
        raise FileFormatError(f"{op}: the file is an archive; use corepy.load_npz")
    if not magic.startswith(_MAGIC) or magic[6] not in (1, 2, 3):
        raise FileFormatError(
            f"{op}: no .npy file of version 1, 2 or 3 (it starts with {magic.hex(' ')})"
        )
    length = int.from_bytes(read(2 if magic[6] == 1 else 4), "little")
    if length > _MAX_HEADER_BYTES:
        raise FileFormatError(
            f"{op}: the header is too long (got {length} bytes; expected at most "
            f"{_MAX_HEADER_BYTES})"
        )
    data = read(length)
    try:
        text = data.decode("utf-8" if magic[6] == 3 else "latin-1")
    except UnicodeDecodeError:
        raise FileFormatError(f"{op}: the header is no text") from None
    return _parse_header(op, text), taken


def read_array(
    op: str, stream: BinaryIO, length: int | None, *, to_end: bool, mmap: bool = False
) -> Tensor:
    """The array that starts here, of ``length`` bytes that follow (None: not known).

    ``to_end``: nothing may follow it.
    """
    header, taken = _read_header(op, stream, length)
    count = prod(header.shape) * header.dtype.itemsize
    left = None if length is None else length - taken
    if to_end and left is not None and left != count:
        raise FileFormatError(
            f"{op}: header and length of the file disagree (got {left} bytes of elements; expected "
            f"{count} for shape {header.shape} of {header.dtype.name})"
        )
    dtype, swapped_bytes, fortran_order, shape = header
    if not mmap:
        return read_tensor(op, stream, dtype, shape, left, fortran_order, swapped_bytes)
    data, offset = map_file(op, stream), stream.tell()
    return _core.view_bytes(op, data, dtype, shape, offset, fortran_order, swapped_bytes)


def write_array(op: str, stream: BinaryIO, x: Tensor) -> None:
    """Version 1.0 of the format, the elements aligned as NumPy aligns them."""
    header = f"{{'descr': '{npy_of(op, x.dtype)}', 'fortran_order': False, 'shape': {x.shape}, }}"
    start = len(_MAGIC) + 4
    length = -(start + len(header) + 1) % _ALIGNMENT + len(header) + 1
    stream.write(_MAGIC + b"\x01\x00" + length.to_bytes(2, "little"))
    stream.write(header.ljust(length - 1).encode("latin-1") + b"\n")
    write_tensor(stream, x)


def save(file: File, x: Tensor) -> None:
    """Write a tensor as a ``.npy`` file, which NumPy reads too.

    Args:
        file: a path, which is replaced once the new file is complete, or a binary file.
        x: the tensor.

    Raises:
        DTypeError: the format has no such elements.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.save(file, cp.asarray([1, 2]))
    >>> cp.load(io.BytesIO(file.getvalue()))
    Tensor([1, 2], shape=(2,), dtype=int64)
    """
    if not isinstance(x, Tensor):
        raise ArgumentTypeError(
            f"save: x has the wrong type (got {_core.type_name(x)}; expected corepy.Tensor)"
        )
    with open_to_write("save", file) as stream:
        write_array("save", stream, x)


def load(file: File, *, mmap: bool = False) -> Tensor:
    """Read a ``.npy`` file.

    Args:
        file: a path, or a binary file; of the latter one array is read, from where it stands.
        mmap: map the file instead of reading it.  Elements are then read when they are used, and
            the file must stay as it is: one that another program cuts short ends the process.  A
            write to the tensor copies first and never reaches the file.

    Raises:
        FileFormatError: the file is malformed, truncated or an archive.
        DTypeError: corepy has no such elements; pickled objects are never loaded.

    >>> import corepy as cp, os, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "x.npy")
    ...     cp.save(path, cp.asarray([[1, 2], [3, 4]]))
    ...     x = cp.load(path)
    >>> x
    Tensor([[1, 2],
            [3, 4]], shape=(2, 2), dtype=int64)
    """
    is_mapped = read_flag("load", "mmap", mmap)
    with open_to_read("load", file) as stream:
        length = count_left(stream)
        return read_array("load", stream, length, to_end=stream is not file, mmap=is_mapped)
