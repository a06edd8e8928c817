# The names of element types in files: the one table. Other libraries' memory:
# csrc/corepy/interop/element_format.h.
"""How ``.npy`` and safetensors files name the types of elements."""

from __future__ import annotations

import re
import sys

from corepy import _core
from corepy.errors import DTypeError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import DType

__all__ = ["dtype_of_npy", "dtype_of_safetensors", "npy_of", "safetensors_of"]

#: dtype: its name in .npy files without the byte order, its name in safetensors files; None where
#: the format has none. The dtypes that corepy lacks are refused by name, and come with their rows.
_NAMES: dict[str, tuple[str | None, str | None]] = {
    "bool": ("b1", "BOOL"),
    "int8": ("i1", "I8"),
    "int16": ("i2", "I16"),
    "int32": ("i4", "I32"),
    "int64": ("i8", "I64"),
    "uint8": ("u1", "U8"),
    "uint16": ("u2", "U16"),
    "uint32": ("u4", "U32"),
    "uint64": ("u8", "U64"),
    "float16": ("f2", "F16"),
    "bfloat16": (None, "BF16"),
    "float32": ("f4", "F32"),
    "float64": ("f8", "F64"),
    "complex64": ("c8", "C64"),
    "complex128": ("c16", None),
}
_NATIVE, _FOREIGN = ("<", ">") if sys.byteorder == "little" else (">", "<")


def _find(op: str, text: str, column: int) -> DType:
    name = next((name for name, row in _NAMES.items() if row[column] == text), None)
    dtype = None if name is None else _core.dtypes().get(name)
    if dtype is None:
        raise DTypeError(
            f"{op}: no dtype for the file's elements (got {name or text!r}; expected one of "
            f"{', '.join(_core.dtypes())})"
        )
    return dtype


def _name(op: str, dtype: DType, column: int, file_format: str) -> str:
    text = _NAMES[dtype.name][column]
    if text is None:
        raise DTypeError(
            f"{op}: {file_format} files have no such elements (got dtype {dtype.name}; expected "
            f"one of {', '.join(name for name, row in _NAMES.items() if row[column])})"
        )
    return text


def dtype_of_npy(op: str, descr: str) -> tuple[DType, bool]:
    """The dtype of a ``descr`` like "<f4", and whether its bytes are in the other order."""
    match = re.fullmatch(r"([<>=|]?)([a-zA-Z])(\d{1,4})?(\[\w+\])?", descr)
    if match is not None and match[2] == "O":
        raise DTypeError(
            f"{op}: pickled objects are never loaded (got elements {descr!r}; expected numbers)"
        )
    if match is None or match[3] is None:
        raise DTypeError(f"{op}: no dtype for the file's elements (got {descr!r})")
    return _find(op, f"{match[2]}{match[3]}", 0), match[1] == _FOREIGN and match[3] != "1"


def npy_of(op: str, dtype: DType) -> str:
    """A dtype's ``descr``."""
    text = _name(op, dtype, 0, ".npy")
    return f"{'|' if dtype.itemsize == 1 else _NATIVE}{text}"


def dtype_of_safetensors(op: str, text: str) -> DType:
    """The dtype that a safetensors header names."""
    return _find(op, text, 1)


def safetensors_of(op: str, dtype: DType) -> str:
    """A dtype's name in a safetensors header."""
    return _name(op, dtype, 1, "safetensors")
