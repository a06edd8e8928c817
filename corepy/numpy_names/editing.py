# NumPy's functions that give a tensor with more or fewer elements: delete, insert, trim_zeros.
# Joining whole tensors is in joining.py.
"""``delete insert trim_zeros``; the tensor that is given stays as it is."""

from __future__ import annotations

import corepy
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    DTypeError,
    OutOfBoundsError,
    ShapeError,
)
from corepy.ops.arguments import (
    all_hold,
    is_int,
    is_integer,
    normalize_axis,
    read_int,
    read_tensor,
    read_word,
)
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from corepy._core import DType
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

    Slice: TypeAlias = slice[int | None, int | None, int | None]
    Places: TypeAlias = ArrayLike | Slice

__all__ = ["delete", "insert", "trim_zeros"]


def _read_target(function: str, x: ArrayLike, axis: int | None) -> tuple[Tensor, int]:
    """The tensor, or its line where no axis is named, and the axis."""
    tensor = read_tensor(function, "x", x)
    if axis is None:
        return corepy.reshape(tensor, (-1,)), 0
    return tensor, normalize_axis(function, axis, tensor.ndim)


def _read_line(function: str, obj: ArrayLike, extent: int) -> Tensor:
    """Positions, or a mask of the whole axis, as one line."""
    key = read_tensor(function, "obj", obj)
    if key.size == 0 and isinstance(obj, (list, tuple)):
        return corepy.zeros(0, dtype=corepy.int64)  # of no numbers the dtype says nothing
    if key.dtype.kind == "b":
        if key.shape != (extent,):
            raise ShapeError(
                f"{function}: a mask must have one flag for each position (got shape {key.shape}; "
                f"expected ({extent},))"
            )
        return key
    if not is_integer(key):
        raise DTypeError(
            f"{function}: unsupported dtype of obj (got {key.dtype.name}; expected integers or "
            "bool)"
        )
    if key.ndim > 1:
        raise ShapeError(
            f"{function}: positions must be one line (got shape {key.shape}; expected (n,))"
        )
    return corepy.reshape(key, (-1,))


def _read_slice(function: str, key: Slice, extent: int) -> range:
    """The positions that a slice names."""
    try:
        return range(*key.indices(extent))
    except (TypeError, ValueError):
        raise ArgumentTypeError(
            f"{function}: bounds of a slice must be integers or None, its step not 0 (got {key})"
        ) from None


def _along(axis: int, key: Slice | Tensor) -> tuple[Slice | Tensor, ...]:
    """The key that means ``key`` along an axis."""
    return (slice(None),) * axis + (key,)


@composed
def delete(x: ArrayLike, obj: Places, /, axis: int | None = None) -> Tensor:
    """x without the slices at some positions along an axis.

    ``obj`` is a position, several, a slice, or a mask of what goes.

    Shapes: that of x with a smaller extent; axis=None flattens x.  Dtypes: all.
    Edges: negative positions count from the end; one that comes twice counts once.
    Raises: OutOfBoundsError for a position outside; ShapeError for a mask of another extent, or
    positions that are no line; AxisError; DTypeError; ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.delete(cp.asarray([10, 11, 12, 13]), [0, -1])
    Tensor([11, 12], shape=(2,), dtype=int64)
    """
    tensor, along = _read_target("delete", x, axis)
    extent = tensor.shape[along]
    if isinstance(obj, slice):
        gone = _read_slice("delete", obj, extent)
        if abs(gone.step) == 1:
            return _cut_out(tensor, along, min(gone, default=0), len(gone))
    elif is_int(obj):
        place = read_int("delete", "obj", obj)
        if not -extent <= place < extent:
            raise OutOfBoundsError(
                f"delete: a position is out of range (got {place}; expected -{extent} <= position "
                f"< {extent})"
            )
        return _cut_out(tensor, along, place % extent, 1)
    stays = corepy.ones(extent, dtype=corepy.bool)
    stays[obj if isinstance(obj, slice) else _read_line("delete", obj, extent)] = False
    return tensor[_along(along, stays)]


def _cut_out(x: Tensor, axis: int, start: int, count: int) -> Tensor:
    """x without a run of positions: known without looking at values, also in a dry run."""
    before, after = slice(None, start), slice(start + count, None)
    return corepy.concat([x[_along(axis, before)], x[_along(axis, after)]], axis=axis)


@composed
def insert(x: ArrayLike, obj: Places, values: ArrayLike, /, axis: int | None = None) -> Tensor:
    """x with values put before some positions along an axis, which count in x.

    ``obj`` is a position, several, a slice, or a mask.  Before a single one any number of slices
    is put, before each of several one.

    Shapes: that of x with a larger extent; axis=None flattens x.  Values broadcast to what is put
    in; those for one position given as a number have the axis in front, if they have as many axes
    as x.  Dtypes: all; the result has that of x.
    Edges: the extent itself is a position: behind the last; negative ones count from the end.
    Equal positions keep the order of their values.
    Raises: OutOfBoundsError for a position outside; ShapeError; AxisError; DTypeError for fractions
    among integers, say, which NumPy cuts off; ArgumentError for integers beyond x's dtype.
    Accuracy: exact; values are converted to x's dtype, rounded once.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.insert(cp.asarray([1, 2, 3]), 1, 9), cp.insert(cp.asarray([1, 2]), [0, 2], [8, 9])[-1]
    (Tensor([1, 9, 2, 3], shape=(4,), dtype=int64), Tensor(9, shape=(), dtype=int64))
    """
    tensor, along = _read_target("insert", x, axis)
    extent = tensor.shape[along]
    added = _read_values(values, tensor.dtype)
    is_number = is_int(obj) or (isinstance(obj, corepy.Tensor) and obj.ndim == 0)
    places = _read_places(obj, extent)
    if places.size != 1:
        return _insert_each(tensor, along, places, added)
    if added.ndim > tensor.ndim:
        raise ShapeError(
            f"insert: values have too many axes (got shape {added.shape}; expected at most "
            f"{tensor.ndim} axes)"
        )
    added = corepy.reshape(added, (1,) * (tensor.ndim - added.ndim) + added.shape)
    if is_number:
        added = corepy.moveaxis(added, 0, along)
    place, before = int(places[0]), tensor.shape[:along]
    block = corepy.empty(
        (*before, added.shape[along], *tensor.shape[along + 1 :]), dtype=tensor.dtype
    )
    block[...] = added  # a write checks that x's dtype holds the values
    start, end = slice(None, place), slice(place, None)
    return corepy.concat(
        [tensor[_along(along, start)], block, tensor[_along(along, end)]], axis=along
    )


def _read_values(values: ArrayLike, dtype: DType) -> Tensor:
    """What is put in: one of Python's numbers as a write takes it, within the dtype's range."""
    added = read_tensor("insert", "values", values)
    if isinstance(values, (int, float, complex)):
        added = corepy.empty((), dtype=dtype)
        added[...] = values
    elif added.size == 0 and isinstance(values, (list, tuple)):
        added = corepy.zeros(added.shape, dtype=dtype)  # of no numbers the dtype says nothing
    elif added.dtype.kind in "iu" and dtype.kind in "iu":
        _check_range(added, dtype)
        added = corepy.astype(added, dtype, copy=False)
    return added


def _check_range(values: Tensor, dtype: DType) -> None:
    """Whether a dtype holds all of these integers."""
    own, other = corepy.iinfo(values.dtype), corepy.iinfo(dtype)
    least, most = max(own.min, other.min), min(own.max, other.max)
    if not all_hold((values >= least) & (values <= most)):
        raise ArgumentError(
            f"insert: a value is out of range (got {values.dtype.name}; expected {other.min} to "
            f"{other.max}, which {dtype.name}, the dtype of x, can hold)"
        )


def _read_places(obj: Places, extent: int) -> Tensor:
    """Where to insert, from 0 to the extent, in the order given."""
    if isinstance(obj, slice):
        places = _read_slice("insert", obj, extent)
        return corepy.arange(places.start, places.stop, places.step)
    if is_int(obj):
        number = read_int("insert", "obj", obj)
        if not -extent <= number <= extent:
            raise OutOfBoundsError(
                f"insert: a position is out of range (got {number}; expected -{extent} <= position "
                f"<= {extent})"
            )
        obj = number
    line = _read_line("insert", obj, extent)
    if line.dtype.kind == "b":
        return corepy.nonzero(line)[0]
    place = corepy.astype(line, corepy.int64)
    is_inside = (place >= -extent) & (place <= extent)
    if line.dtype.kind == "u":  # beyond int64 they would be negative
        is_inside &= place >= 0
    if not all_hold(is_inside):
        wrong = int(line[~is_inside][0])
        raise OutOfBoundsError(
            f"insert: a position is out of range (got {wrong}; expected -{extent} <= position <= "
            f"{extent})"
        )
    return corepy.where(place < 0, place + extent, place)


def _insert_each(x: Tensor, axis: int, places: Tensor, values: Tensor) -> Tensor:
    """One slice of the values before each place."""
    extent = x.shape[axis] + places.size
    shape = (*x.shape[:axis], extent, *x.shape[axis + 1 :])
    # What is put before a place moves the later ones on.
    final = corepy.empty_like(places)
    order = corepy.argsort(places)
    final[order] = corepy.take(places, order) + corepy.arange(places.size)
    is_old = corepy.ones(extent, dtype=corepy.bool)
    is_old[final] = False
    result = corepy.empty(shape, dtype=x.dtype)
    result[_along(axis, final)] = values
    result[_along(axis, is_old)] = x
    return result


@composed
def trim_zeros(x: ArrayLike, /, trim: str = "fb") -> Tensor:
    """A line without the zeros at its front and back.

    Shapes: (n,); at most that of x.  Dtypes: all.
    Edges: "f" trims the front only, "b" the back, capitals too; nothing is left of zeros.
    Raises: ShapeError for other than one axis; ArgumentError for another ``trim``.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.trim_zeros(cp.asarray([0, 0, 1, 0, 2, 0])), cp.trim_zeros([0, 1, 0], "f").tolist()
    (Tensor([1, 0, 2], shape=(3,), dtype=int64), [1, 0])
    """
    line = read_tensor("trim_zeros", "x", x)
    if line.ndim != 1:
        raise ShapeError(f"trim_zeros: x must be one line (got shape {line.shape}; expected (n,))")
    sides = trim.lower() if isinstance(trim, str) else trim
    sides = read_word("trim_zeros", "trim", sides, ("f", "b", "fb", "bf"))
    places = corepy.nonzero(line)[0]
    if places.size == 0:
        return line[:0]
    start = int(places[0]) if "f" in sides else 0
    return line[start : int(places[-1]) + 1 if "b" in sides else None]
