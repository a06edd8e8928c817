# The digest of a tensor's value. The canonical bytes are made natively
# (bindings/python/digest.cpp).
"""``corepy.digest``: one line that tells whether two results are the same, bit by bit."""

from __future__ import annotations

from corepy import _core

from .ops.composed import named
from .ops.creation import asarray

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .tensor import Tensor

__all__ = ["digest", "digest_elements"]

_PREFIX = b"corepy-digest-1\0"
#: Elements are hashed this many bytes at a time: their canonical form is a copy, twice.
_BLOCK_BYTES = 1 << 20


@named
def digest(x: object, /) -> str:
    """SHA-256 of dtype, shape and canonical bytes: C order, little endian, every NaN the same.

    Two tensors have one digest exactly if they are equal in dtype, shape and bits, but for the
    payload and sign of NaNs; -0.0 and 0.0 differ.  Memory layout, ISA and machine do not matter.

    Memory: 2 MiB, whatever the size and layout of a tensor.

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
    with _core.suspend_records():
        tensor = asarray(x)
        return _hash(tensor.dtype.name, tensor.shape, _cut(tensor))


def digest_elements(dtype: str, shape: tuple[int, ...], data: bytes) -> str:
    """The digest of a tensor whose canonical bytes these are."""
    return _hash(dtype, shape, (data,))


def _hash(dtype: str, shape: tuple[int, ...], parts: Iterator[bytes] | tuple[bytes, ...]) -> str:
    from hashlib import sha256

    extents = ",".join(str(extent) for extent in shape)
    found = sha256(_PREFIX + f"{dtype}\0{extents}\0".encode("ascii"))
    for part in parts:
        found.update(part)
        del part  # before the next one is made
    return found.hexdigest()


def _cut(x: Tensor) -> Iterator[bytes]:
    """The canonical bytes in C order: of whole rows that fit a block, else of each row's parts."""
    if x.nbytes <= _BLOCK_BYTES:
        yield _core.canonical_bytes(x)
        return
    rows = _BLOCK_BYTES * x.shape[0] // x.nbytes
    for start in range(0, x.shape[0], rows or 1):
        if rows:
            yield _core.canonical_bytes(x[start : start + rows])
        else:
            yield from _cut(x[start])
