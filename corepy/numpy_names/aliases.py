# NumPy's second names of the standard's functions and dtypes: the same objects.
"""``arctan2 = atan2`` and its like."""

from __future__ import annotations

import corepy

__all__ = [
    "absolute",
    "amax",
    "amin",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "bitwise_not",
    "bool_",
    "byte",
    "cdouble",
    "concatenate",
    "conjugate",
    "csingle",
    "double",
    "fabs",
    "fix",
    "half",
    "int_",
    "intc",
    "intp",
    "invert",
    "left_shift",
    "longlong",
    "mod",
    "power",
    "right_shift",
    "rint",
    "short",
    "single",
    "true_divide",
    "ubyte",
    "uint",
    "uintc",
    "uintp",
    "ulonglong",
    "ushort",
]

absolute = corepy.abs
amax = corepy.max
amin = corepy.min
arccos = corepy.acos
arccosh = corepy.acosh
arcsin = corepy.asin
arcsinh = corepy.asinh
arctan = corepy.atan
arctan2 = corepy.atan2
arctanh = corepy.atanh
bitwise_not = corepy.bitwise_invert
concatenate = corepy.concat
conjugate = corepy.conj
fabs = corepy.abs
fix = corepy.trunc
invert = corepy.bitwise_invert
left_shift = corepy.bitwise_left_shift
mod = corepy.remainder
power = corepy.pow
right_shift = corepy.bitwise_right_shift
rint = corepy.round
true_divide = corepy.divide

bool_ = corepy.bool
cdouble = corepy.complex128
csingle = corepy.complex64
double = corepy.float64
half = corepy.float16
int_ = corepy.int64
intp = corepy.int64
single = corepy.float32
byte = corepy.int8
intc = corepy.int32
longlong = corepy.int64
short = corepy.int16
ubyte = corepy.uint8
uint = corepy.uint64
uintc = corepy.uint32
uintp = corepy.uint64
ulonglong = corepy.uint64
ushort = corepy.uint16
