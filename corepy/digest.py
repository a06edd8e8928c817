# The digest of a tensor's value. The canonical bytes are made natively
# (bindings/python/digest.cpp).
"""``corepy.digest``: one line that tells whether two results are the same, bit by bit."""

from __future__ import annotations

from corepy import _core

from .ops.creation import asarray

__all__ = ["digest"]

_PREFIX = b"corepy-digest-1\0"


def digest(x: object, /) -> str:
    """SHA-256 of dtype, shape and canonical bytes: C order, little endian, every NaN the same.

    Two tensors have one digest exactly if they are equal in dtype, shape and bits, but for the
    payload and sign of NaNs; -0.0 and 0.0 differ.  Memory layout, ISA and machine do not matter.

    Args:
        x: a tensor, or what ``corepy.asarray`` takes.

    Returns:
        64 hexadecimal digits.

    >>> import corepy as cp
    >>> x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
    >>> cp.digest(x)[:16]
    '937fe06b8bc5db4f'
    >>> cp.digest(x.T) == cp.digest(cp.copy(x.T))
    True
    """
    from hashlib import sha256

    with _core.suspend_records():
        tensor = asarray(x)
        shape = ",".join(str(extent) for extent in tensor.shape)
        header = f"{tensor.dtype.name}\0{shape}\0".encode("ascii")
        return sha256(_PREFIX + header + _core.canonical_bytes(tensor)).hexdigest()
