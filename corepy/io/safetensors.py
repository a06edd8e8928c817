# The safetensors format: a JSON header, then the elements of all tensors without gaps.
"""Safetensors files (https://github.com/huggingface/safetensors), memory-mapped."""

from __future__ import annotations

import json
from math import prod
from typing import NamedTuple

from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, FileFormatError
from corepy.ops.arguments import read_flag
from corepy.tensor import Tensor

from .element_types import dtype_of_safetensors, safetensors_of
from .files import (
    MAX_RANK,
    check_mapping,
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
    from collections.abc import Mapping
    from typing import BinaryIO, NoReturn

    from corepy._core import DType

    from .files import File

__all__ = ["load_safetensors", "read_safetensors_metadata", "save_safetensors"]

_LENGTH_BYTES = 8
_MAX_HEADER_BYTES = 100_000_000  # the format's own limit
_METADATA = "__metadata__"
#: Where elements begin: the format asks for 8, vector registers are happy with more.
_ALIGNMENT = 64


class Entry(NamedTuple):
    """One tensor, as the header describes it."""

    name: str
    dtype: DType
    shape: tuple[int, ...]
    start: int
    stop: int


def _reject(op: str, text: str) -> NoReturn:
    raise FileFormatError(f"{op}: the header is not valid: {text}")


def _parse_json(op: str, data: bytes) -> dict[str, object]:
    def unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
        result = dict(pairs)
        if len(result) != len(pairs):
            _reject(op, "a key is there twice")
        return result

    def refuse_constant(text: str) -> NoReturn:
        _reject(op, f"not a number of JSON (got {text})")

    if not data.startswith(b"{"):
        _reject(op, "it does not start with '{'")
    try:
        header: object = json.loads(
            data.decode("utf-8"), object_pairs_hook=unique, parse_constant=refuse_constant
        )
    except FileFormatError:
        raise
    except (ValueError, RecursionError) as error:
        _reject(op, f"no JSON ({str(error)[:80]})")
    if not isinstance(header, dict):
        _reject(op, "no object")
    return header


def _parse_sizes(op: str, name: str, value: object, what: str) -> tuple[int, ...]:
    sizes = value if isinstance(value, list) else [None]
    if len(sizes) > MAX_RANK or not all(type(one) is int and 0 <= one < 2**63 for one in sizes):
        _reject(op, f"{what} of {name[:60]!r} is no list of sizes (got {str(value)[:60]})")
    return tuple(sizes)


def _parse_entry(op: str, name: str, value: object) -> Entry:
    if not isinstance(value, dict) or set(value) != {"dtype", "shape", "data_offsets"}:
        _reject(op, f"{name[:60]!r} does not have dtype, shape and data_offsets alone")
    if not isinstance(value["dtype"], str):
        _reject(op, f"dtype of {name[:60]!r} is no text")
    dtype = dtype_of_safetensors(op, value["dtype"])
    shape = _parse_sizes(op, name, value["shape"], "shape")
    offsets = _parse_sizes(op, name, value["data_offsets"], "data_offsets")
    if len(offsets) != 2 or offsets[1] - offsets[0] != prod(shape) * dtype.itemsize:
        _reject(
            op,
            f"data_offsets and shape of {name[:60]!r} disagree (got {offsets} for {shape} of "
            f"{dtype.name})",
        )
    return Entry(name, dtype, shape, *offsets)


def _parse_metadata(op: str, value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        _reject(op, f"{_METADATA} maps no texts to texts")
    return value


def _check_coverage(op: str, entries: list[Entry], size: int) -> None:
    """Every byte of the elements belongs to one tensor."""
    position = 0
    for entry in sorted(entries, key=lambda entry: (entry.start, entry.stop)):
        if entry.start != position:
            problem = "overlaps another" if entry.start < position else "leaves a gap before it"
            _reject(op, f"{entry.name[:60]!r} {problem} (it starts at byte {entry.start})")
        position = entry.stop
    if position != size:
        _reject(op, f"it describes {position} bytes of elements, the file has {size}")


def _read_header(op: str, stream: BinaryIO) -> tuple[dict[str, object], int]:
    """The header's object, and the position where the elements begin."""
    left = count_left(stream)
    length = int.from_bytes(read_exactly(op, stream, _LENGTH_BYTES, "header", left), "little")
    if length > _MAX_HEADER_BYTES:
        _reject(op, f"too long (got {length} bytes; expected at most {_MAX_HEADER_BYTES})")
    left = None if left is None else left - _LENGTH_BYTES
    data = read_exactly(op, stream, length, "header", left)
    return _parse_json(op, data), _LENGTH_BYTES + length


def load_safetensors(file: File, *, mmap: bool = True) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file, by name.

    Args:
        file: a path, or a binary file (at its beginning).
        mmap: map the file: no element is read or copied before it is used.  The file must then
            stay as it is: one that another program cuts short ends the process.  A write to a
            tensor copies first and never reaches the file.  False reads the whole file.

    Raises:
        FileFormatError: the header is malformed, or tensors overlap, leave gaps or leave the file.
        DTypeError: corepy has no such elements.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.save_safetensors(file, {"weights": cp.ones(2), "bias": cp.zeros(1)})
    >>> tensors = cp.load_safetensors(io.BytesIO(file.getvalue()), mmap=False)
    >>> sorted(tensors)
    ['bias', 'weights']
    """
    op = "load_safetensors"
    is_mapped = read_flag(op, "mmap", mmap)
    with open_to_read(op, file) as stream:
        header, start = _read_header(op, stream)
        entries = [
            _parse_entry(op, name, value) for name, value in header.items() if name != _METADATA
        ]
        _parse_metadata(op, header.get(_METADATA, {}))
        left = count_left(stream)
        size = max((entry.stop for entry in entries), default=0) if left is None else left
        _check_coverage(op, entries, size)
        if is_mapped:
            data = map_file(op, stream)
            return {
                entry.name: _core.view_bytes(
                    op, data, entry.dtype, entry.shape, start + entry.start, False, False
                )
                for entry in entries
            }
        return _read_entries(op, stream, entries, left)


def _read_entries(
    op: str, stream: BinaryIO, entries: list[Entry], left: int | None
) -> dict[str, Tensor]:
    """The tensors, read one after the other; in the header's order."""
    read = {}
    for entry in sorted(entries, key=lambda entry: (entry.start, entry.stop)):
        rest = None if left is None else left - entry.start
        read[entry.name] = read_tensor(op, stream, entry.dtype, entry.shape, rest)
    return {entry.name: read[entry.name] for entry in entries}


def read_safetensors_metadata(file: File) -> dict[str, str]:
    """The texts that a safetensors file carries beside its tensors.

    Raises:
        FileFormatError: the header is malformed.

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.save_safetensors(file, {"weights": cp.ones(2)}, metadata={"step": "7"})
    >>> cp.read_safetensors_metadata(io.BytesIO(file.getvalue()))
    {'step': '7'}
    """
    op = "read_safetensors_metadata"
    with open_to_read(op, file) as stream:
        header, _ = _read_header(op, stream)
        return _parse_metadata(op, header.get(_METADATA, {}))


def save_safetensors(
    file: File, tensors: Mapping[str, Tensor], *, metadata: Mapping[str, str] | None = None
) -> None:
    """Write tensors as a safetensors file.

    Args:
        file: a path, which is replaced once the new file is complete, or a binary file.
        tensors: the tensors by name.
        metadata: texts to carry beside them.

    Raises:
        ArgumentTypeError: a name is no text, or a value is no tensor.
        ArgumentError: a name or a text has no UTF-8 form.
        DTypeError: the format has no such elements (complex128).

    >>> import corepy as cp, io
    >>> file = io.BytesIO()
    >>> cp.save_safetensors(file, {"weights": cp.ones(2)})
    >>> cp.load_safetensors(io.BytesIO(file.getvalue()), mmap=False)
    {'weights': Tensor([1., 1.], shape=(2,), dtype=float64)}
    """
    op = "save_safetensors"
    header: dict[str, object] = {}
    check_mapping(op, "tensors", tensors)
    if metadata is not None:
        check_mapping(op, "metadata", metadata)
        header[_METADATA] = dict(metadata)
        if not all(isinstance(one, str) for pair in metadata.items() for one in pair):
            raise ArgumentTypeError(f"{op}: metadata maps texts to texts (got other types)")
    for name, x in tensors.items():
        if not isinstance(name, str) or name == _METADATA or not isinstance(x, Tensor):
            raise ArgumentTypeError(
                f"{op}: tensors has an entry of the wrong type (got {name!r}: "
                f"{_core.type_name(x)}; expected a name and a corepy.Tensor)"
            )
    # Large elements first, so that each tensor starts at a multiple of its element's size.
    order = sorted(tensors, key=lambda name: (-tensors[name].itemsize, name))
    position = 0
    for name in order:
        x = tensors[name]
        header[name] = {
            "dtype": safetensors_of(op, x.dtype),
            "shape": list(x.shape),
            "data_offsets": [position, position + x.nbytes],
        }
        position += x.nbytes
    try:
        data = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    except UnicodeEncodeError as error:
        raise ArgumentError(f"{op}: a name or text is no valid Unicode ({error})") from None
    data = data.ljust(len(data) + -(len(data) + _LENGTH_BYTES) % _ALIGNMENT)
    with open_to_write(op, file) as stream:
        stream.write(len(data).to_bytes(_LENGTH_BYTES, "little") + data)
        for name in order:
            write_tensor(stream, tensors[name])
