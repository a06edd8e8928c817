# The names of the dtypes. Promotion rules are native (csrc/corepy/ops/promotion.h).
"""The 13 dtypes: bool, signed and unsigned integers, real and complex floating-point numbers."""

from corepy import _core

__all__ = [
    "bool",
    "complex64",
    "complex128",
    "float32",
    "float64",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]

_dtypes = _core.dtypes()

bool = _dtypes["bool"]
int8 = _dtypes["int8"]
int16 = _dtypes["int16"]
int32 = _dtypes["int32"]
int64 = _dtypes["int64"]
uint8 = _dtypes["uint8"]
uint16 = _dtypes["uint16"]
uint32 = _dtypes["uint32"]
uint64 = _dtypes["uint64"]
float32 = _dtypes["float32"]
float64 = _dtypes["float64"]
complex64 = _dtypes["complex64"]
complex128 = _dtypes["complex128"]
