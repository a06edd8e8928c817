# NumPy's functions that make a line of what is no array: fromiter, frombuffer. Files are read in
# io/.
"""``frombuffer fromiter``."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, ShapeError
from corepy.ops.arguments import read_int
from corepy.ops.composed import composed, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed import ReadableBuffer

    from corepy.ops.native import DTypeLike
    from corepy.tensor import Tensor

__all__ = ["frombuffer", "fromiter"]


@named
def frombuffer(
    buffer: ReadableBuffer,
    /,
    dtype: DTypeLike | None = None,
    count: int = -1,
    offset: int = 0,
) -> Tensor:
    """Bytes as the elements they are in memory, in the byte order of this machine.

    Shapes: (count,); -1 takes all that is there.  Dtypes: all; float64 by default.
    Edges: ``offset`` counts bytes.  A bytes object is shared, which nothing can change; other
    memory is copied, also where only this view of it is read-only.
    Raises: ArgumentError where the buffer ends within an element or before ``count``, or is not
    contiguous; ArgumentTypeError for what has no bytes; DTypeError.
    Accuracy: exact; nothing is converted.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.frombuffer(b"abc", dtype=cp.uint8, offset=1)
    Tensor([98, 99], shape=(2,), dtype=uint8)
    """
    kind = corepy.float64 if dtype is None else _core.result_type((dtype,))
    wanted = read_int("frombuffer", "count", count)
    start = read_int("frombuffer", "offset", offset)
    try:
        view = memoryview(buffer)
    except TypeError:
        raise ArgumentTypeError(
            f"frombuffer: buffer has the wrong type (got {_core.type_name(buffer)}; expected "
            "bytes, or another object with a buffer)"
        ) from None
    if not view.c_contiguous:
        raise ArgumentError("frombuffer: the buffer is not contiguous; copy it with bytes(...)")
    left = view.nbytes - start
    if not 0 <= start <= view.nbytes or (wanted < 0 and left % kind.itemsize):
        raise ArgumentError(
            f"frombuffer: the bytes are not whole elements (got {view.nbytes} bytes and offset "
            f"{start}; expected a multiple of {kind.itemsize} behind the offset)"
        )
    number = left // kind.itemsize if wanted < 0 else wanted
    if number * kind.itemsize > left:
        raise ArgumentError(
            f"frombuffer: the buffer is too short (got {left} bytes; expected {number} elements of "
            f"{kind.itemsize} bytes)"
        )
    data = view.obj if isinstance(view.obj, bytes) and view.nbytes == len(view.obj) else bytes(view)
    return _core.view_bytes("frombuffer", data, kind, (number,), start, False, False)


@composed
def fromiter(elements: Iterable[complex], /, dtype: DTypeLike, count: int = -1) -> Tensor:
    """The numbers that an iteration gives, in a line.

    Shapes: (n,).  Dtypes: all; numbers are converted as by asarray.
    Edges: the first ``count`` of them; -1 takes all.
    Raises: ArgumentError where there are fewer than ``count``; ShapeError for elements that are no
    numbers but sequences; ArgumentTypeError; DTypeError.
    Accuracy: that of asarray.
    Source: NumPy; asarray.

    >>> import corepy as cp
    >>> cp.fromiter((i * i for i in range(4)), dtype=cp.int32)
    Tensor([0, 1, 4, 9], shape=(4,), dtype=int32)
    """
    kind, wanted = _core.result_type((dtype,)), read_int("fromiter", "count", count)
    try:
        iterator = iter(elements)
    except TypeError:
        raise ArgumentTypeError(
            f"fromiter: elements have the wrong type (got {_core.type_name(elements)}; expected an "
            "iterable of numbers)"
        ) from None
    found: list[complex] = []
    while len(found) != wanted:  # never for a negative count
        try:
            found.append(next(iterator))
        except StopIteration:
            break
    if wanted >= 0 and len(found) < wanted:
        raise ArgumentError(f"fromiter: too few elements (got {len(found)}; expected {wanted})")
    line = corepy.asarray(found, dtype=kind)
    if line.ndim != 1:
        raise ShapeError(f"fromiter: an element is no number (got elements of {line.shape[1:]})")
    return line
