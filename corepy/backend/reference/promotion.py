# Type promotion, written from the array API standard and corepy's rules, not from the C++.
"""Which dtype a result has.

Within a kind the standard's tables apply. Across kinds corepy adds: bool joins any numeric dtype,
an integer array with a floating one takes the floating dtype, and uint64 with a signed integer has
no common dtype and raises. The dispatcher passes operands with their original dtypes, so this
module is also a check of the native inference.
"""

from __future__ import annotations

from contextlib import suppress
from functools import reduce
from importlib import import_module

import numpy as np

from corepy.errors import BackendError, DTypeError

from .registry import Array, DType

__all__ = [
    "accumulation_dtype",
    "component_dtype",
    "default_dtype",
    "floating_dtype",
    "half_dtype",
    "is_complex",
    "is_floating",
    "is_half",
    "is_integer",
    "is_real_floating",
    "promote_dtypes",
    "promote_operands",
    "resolve_dtype",
    "scalar_dtype",
]

# NumPy knows the name bfloat16 once ml_dtypes is imported.
with suppress(ImportError):
    import_module("ml_dtypes")

_KIND_RANK = {"b": 0, "u": 1, "i": 1, "f": 2, "c": 3}


def is_half(dtype: DType) -> bool:
    """Whether ``dtype`` is float16, or the bfloat16 of ml_dtypes."""
    return dtype.name in ("float16", "bfloat16")


def _rank_of(dtype: DType) -> int:
    return _KIND_RANK["f" if is_half(dtype) else dtype.kind]


def is_integer(dtype: DType) -> bool:
    """Whether ``dtype`` is a signed or unsigned integer (bool is not)."""
    return dtype.kind in "iu"


def is_complex(dtype: DType) -> bool:
    """Whether ``dtype`` is complex64 or complex128."""
    return dtype.kind == "c"


def is_real_floating(dtype: DType) -> bool:
    """Whether ``dtype`` is float32, float64 or half precision."""
    return dtype.kind == "f" or is_half(dtype)


def is_floating(dtype: DType) -> bool:
    """Whether ``dtype`` is floating, real or complex."""
    return dtype.kind in "fc" or is_half(dtype)


def component_dtype(dtype: DType) -> DType:
    """The real dtype of a complex dtype's components; any other dtype unchanged."""
    return np.dtype(f"f{dtype.itemsize // 2}") if is_complex(dtype) else dtype


def _promote_integers(first: DType, second: DType) -> DType:
    if first.kind == second.kind:
        return first if first.itemsize >= second.itemsize else second
    signed, unsigned = (first, second) if first.kind == "i" else (second, first)
    if unsigned.itemsize == 8:
        raise DTypeError(
            f"type promotion: {first} and {second} have no common dtype "
            "(no integer dtype holds both ranges); cast one operand with astype"
        )
    return np.dtype(f"i{max(signed.itemsize, 2 * unsigned.itemsize)}")


def _promote_pair(first: DType, second: DType) -> DType:
    if first == second:
        return first
    low, high = sorted((first, second), key=_rank_of)
    if _rank_of(low) == _rank_of(high) == 1:
        return _promote_integers(first, second)
    if is_half(low) and is_half(high):
        return np.dtype(np.float32)
    if _rank_of(low) == _rank_of(high):
        return low if low.itemsize >= high.itemsize else high
    if is_complex(high) and is_real_floating(low):
        return np.dtype(f"c{max(high.itemsize, 2 * low.itemsize)}")
    return high


def promote_dtypes(*dtypes: DType) -> DType:
    """The common dtype of several operands.

    >>> promote_dtypes(np.dtype("uint8"), np.dtype("int8"))
    dtype('int16')
    >>> promote_dtypes(np.dtype("int64"), np.dtype("float32"))
    dtype('float32')
    >>> promote_dtypes(np.dtype("float64"), np.dtype("complex64"))
    dtype('complex128')
    """
    return reduce(_promote_pair, dtypes)


def floating_dtype(*dtypes: DType) -> DType:
    """The dtype of a floating-only function: the common dtype, float64 for integers and bool."""
    common = promote_dtypes(*dtypes)
    return common if is_floating(common) else np.dtype(np.float64)


def accumulation_dtype(dtype: DType) -> DType:
    """Default dtype of ``sum`` and ``prod``: int64 or uint64 for integers, int64 for bool."""
    if dtype.kind == "u":
        return np.dtype(np.uint64)
    return np.dtype(np.int64) if dtype.kind in "bi" else dtype


def default_dtype(value: object) -> DType:
    """The dtype of a Python scalar on its own: bool, int64, float64 or complex128."""
    for kind, name in ((bool, "bool"), (int, "int64"), (float, "float64")):
        if isinstance(value, kind):
            return np.dtype(name)
    return np.dtype(np.complex128)


def scalar_dtype(value: complex, other: DType) -> DType:
    """The dtype that a Python scalar takes beside an array of dtype ``other``.

    >>> scalar_dtype(2, np.dtype("float32")), scalar_dtype(2.5, np.dtype("int8"))
    (dtype('float32'), dtype('float64'))
    >>> scalar_dtype(1j, np.dtype("float32"))
    dtype('complex64')
    """
    own = default_dtype(value)
    if _rank_of(own) <= _rank_of(other):
        return other
    if is_complex(own) and is_real_floating(other):
        return np.dtype(f"c{max(8, 2 * other.itemsize)}")
    return own


def resolve_dtype(dtype: object, default: DType) -> DType:
    """A dtype option (None, a name, a NumPy dtype or an object with ``name``) as a NumPy dtype."""
    if dtype is None:
        return default
    name = dtype if isinstance(dtype, str) else getattr(dtype, "name", None)
    if not isinstance(name, str):
        raise DTypeError(f"dtype: not a dtype (got {dtype!r}; expected one of corepy's dtypes)")
    return half_dtype(name) if name == "bfloat16" else np.dtype(name)


def promote_operands(*operands: Array) -> DType:
    """The common dtype of arrays."""
    return promote_dtypes(*(operand.dtype for operand in operands))


def half_dtype(name: str) -> DType:
    """The NumPy dtype float16, or bfloat16, which is one of the package ml_dtypes.

    Raises:
        BackendError: ml_dtypes is needed and not installed.
    """
    try:
        return np.dtype(name)
    except TypeError as error:
        raise BackendError(
            f"reference: the oracle of {name} needs ml_dtypes, which is not installed; "
            'run: pip install "corepy[reference]"'
        ) from error
