# The names of the dtypes. Promotion rules are native (csrc/corepy/ops/promotion.h).
"""The dtypes: bool, signed and unsigned integers, real and complex floating-point numbers.

``float16`` (IEEE binary16) and ``bfloat16`` (the upper half of a float32) are beyond the standard:
they halve memory, and are computed in float32 and rounded once.
"""

from corepy import _core

__all__ = [
    "bfloat16",
    "bool",
    "complex64",
    "complex128",
    "float16",
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
float16 = _dtypes["float16"]
bfloat16 = _dtypes["bfloat16"]
float32 = _dtypes["float32"]
float64 = _dtypes["float64"]
complex64 = _dtypes["complex64"]
complex128 = _dtypes["complex128"]
