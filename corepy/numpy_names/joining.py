# NumPy's functions that join and split tensors, beside the standard's concat, stack and unstack.
"""``hstack split append`` and their like; pieces are views of what they were cut from."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, ShapeError
from corepy.ops.arguments import adopt_dtype, normalize_axis, read_int, read_pair, read_tensor
from corepy.ops.composed import composed

from .shapes import atleast_1d, atleast_2d, atleast_3d

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from corepy.ops.native import ArrayLike, Scalar
    from corepy.tensor import Tensor

    Pieces: TypeAlias = tuple[ArrayLike, ...] | list[ArrayLike] | list[Tensor] | tuple[Tensor, ...]
    Blocks: TypeAlias = "ArrayLike | Sequence[Blocks]"
    Part: TypeAlias = Tensor | Scalar | slice[float | None, float | None, complex | None]

__all__ = [
    "append",
    "array_split",
    "block",
    "c_",
    "column_stack",
    "dstack",
    "hsplit",
    "hstack",
    "r_",
    "split",
    "vsplit",
    "vstack",
]


def _read_pieces(
    function: str, arrays: Pieces, change: Callable[[ArrayLike], Tensor]
) -> list[Tensor]:
    if not isinstance(arrays, (tuple, list)):
        raise ArgumentTypeError(
            f"{function}: arrays must be a list or tuple of tensors (got {_core.type_name(arrays)})"
        )
    beside = [one.dtype for one in arrays if isinstance(one, _core.TensorBase)]
    common = corepy.result_type(*beside) if beside else None
    return [
        change(read_tensor(function, "an element of arrays", adopt_dtype(one, common)))
        for one in arrays
    ]


@composed
def hstack(arrays: Pieces, /) -> Tensor:
    """Joined along axis 1; lines and numbers end to end.

    Shapes: as concat.  Dtypes: all, promoted.
    Edges: a number is a line of one element.
    Raises: ShapeError; ArgumentError for no arrays.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; concat.

    >>> import corepy as cp
    >>> cp.hstack([cp.asarray([1, 2]), cp.asarray([3])])
    Tensor([1, 2, 3], shape=(3,), dtype=int64)
    """
    pieces = _read_pieces("hstack", arrays, atleast_1d)
    return corepy.concat(pieces, axis=0 if pieces and pieces[0].ndim == 1 else 1)


@composed
def vstack(arrays: Pieces, /) -> Tensor:
    """Joined along axis 0; lines become rows.

    Shapes: as concat.  Dtypes: all, promoted.
    Edges: a number is a matrix of one element.
    Raises: ShapeError; ArgumentError for no arrays.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; concat.

    >>> import corepy as cp
    >>> cp.vstack([cp.asarray([1, 2]), cp.asarray([3, 4])])
    Tensor([[1, 2],
            [3, 4]], shape=(2, 2), dtype=int64)
    """
    return corepy.concat(_read_pieces("vstack", arrays, atleast_2d), axis=0)


@composed
def dstack(arrays: Pieces, /) -> Tensor:
    """Joined along axis 2; a line is (1, n, 1), a matrix (m, n, 1).

    Shapes: as concat.  Dtypes: all, promoted.
    Edges: as atleast_3d.
    Raises: ShapeError; ArgumentError for no arrays.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; concat.

    >>> import corepy as cp
    >>> cp.dstack([cp.asarray([1, 2]), cp.asarray([3, 4])]).shape
    (1, 2, 2)
    """
    return corepy.concat(_read_pieces("dstack", arrays, atleast_3d), axis=2)


@composed
def column_stack(arrays: Pieces, /) -> Tensor:
    """Lines as the columns of a matrix; matrices keep theirs.

    Shapes: (n, number of columns).  Dtypes: all, promoted.
    Edges: a number is one column of one element.
    Raises: ShapeError; ArgumentError for no arrays.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; concat.

    >>> import corepy as cp
    >>> cp.column_stack([cp.asarray([1, 2]), cp.asarray([3, 4])])
    Tensor([[1, 3],
            [2, 4]], shape=(2, 2), dtype=int64)
    """
    pieces = _read_pieces("column_stack", arrays, atleast_1d)
    columns = [corepy.reshape(one, (-1, 1)) if one.ndim == 1 else one for one in pieces]
    return corepy.concat(columns, axis=1)


@composed
def append(x: ArrayLike, values: ArrayLike, /, axis: int | None = None) -> Tensor:
    """x and the values behind it, in a new tensor.

    Shapes: as concat; axis=None flattens both.  Dtypes: all, promoted.
    Edges: x stays as it is.
    Raises: ShapeError; AxisError.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; concat.

    >>> import corepy as cp
    >>> cp.append(cp.asarray([1, 2]), [3, 4])
    Tensor([1, 2, 3, 4], shape=(4,), dtype=int64)
    """
    return corepy.concat(read_pair("append", ("x", "values"), x, values), axis=axis)


def _measure_nesting(nested: object) -> int:
    """How deep lists are nested; all branches must be equally deep, and none empty."""
    if isinstance(nested, tuple):
        raise ArgumentTypeError("block: blocks are nested in lists (got a tuple; expected lists)")
    if not isinstance(nested, list):
        return 0
    depths = {_measure_nesting(one) for one in nested}
    if len(depths) != 1:
        got = "an empty list" if not depths else f"depths {sorted(depths)} in one list"
        raise ShapeError(f"block: lists must be nested equally deep (got {got}; expected one)")
    return 1 + depths.pop()


def _gather_leaves(nested: Blocks) -> list[ArrayLike]:
    if isinstance(nested, list):
        return [leaf for one in nested for leaf in _gather_leaves(one)]
    return [nested]  # type: ignore[list-item]  # no list, so a tensor or a number


def _join_blocks(nested: Blocks, leaves: Iterator[Tensor], depth: int) -> Tensor:
    if not isinstance(nested, list):
        return next(leaves)
    parts = [_join_blocks(one, leaves, depth - 1) for one in nested]
    return parts[0] if len(parts) == 1 else corepy.concat(parts, axis=-depth)


@composed
def block(arrays: Blocks, /) -> Tensor:
    """Nested lists of blocks joined: the innermost along the last axis, the next along the one
    before it, and so on.

    Shapes: as concat, along each axis; blocks of fewer axes are preceded by ones.  Dtypes: all,
    promoted.
    Edges: a number is a block of one element; a tensor alone stays as it is.
    Raises: ShapeError for blocks that do not fit, lists nested to different depths, or empty ones;
    ArgumentTypeError for tuples.
    Accuracy: exact; promotion rounds once.
    Source: NumPy; concat.

    >>> import corepy as cp
    >>> cp.block([[cp.eye(2), cp.zeros((2, 1))], [cp.ones((1, 2)), 7]]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 1.0, 7.0]]
    """
    depth = _measure_nesting(arrays)
    leaves = _read_pieces("block", _gather_leaves(arrays), corepy.asarray)
    ndim = max(depth, *(leaf.ndim for leaf in leaves))
    shaped = [corepy.reshape(leaf, (1,) * (ndim - leaf.ndim) + leaf.shape) for leaf in leaves]
    return _join_blocks(arrays, iter(shaped), depth)


# ---- splitting ----

#: A list of more empty pieces than this is a mistake, and might fill the memory.
_MOST_EMPTY = 1 << 16


@composed
def array_split(
    x: ArrayLike, sections: int | list[int] | tuple[int, ...], /, axis: int = 0
) -> list[Tensor]:
    """Pieces along an axis: so many of nearly equal extent, or cut at these positions.

    Shapes: x's but along the axis.  Dtypes: all.
    Edges: the first pieces are longer by one where the extent is no multiple; pieces are views.
    Raises: ArgumentError for no sections; AxisError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> [len(piece) for piece in cp.array_split(cp.arange(7), 3)]
    [3, 2, 2]
    """
    return _split("array_split", x, sections, axis)


def _split(
    function: str, x: ArrayLike, sections: int | list[int] | tuple[int, ...], axis: int
) -> list[Tensor]:
    tensor = read_tensor(function, "x", x)
    place = normalize_axis(function, axis, tensor.ndim)
    extent = tensor.shape[place]
    if isinstance(sections, (list, tuple)):
        places = [read_int(function, "sections", one) for one in sections]
        inner = [slice(None, one).indices(extent)[1] for one in places]
    else:
        count = read_int(function, "sections", sections)
        if count < 1:
            raise ArgumentError(
                f"{function}: sections must be positive (got {count}; expected >= 1)"
            )
        if count > extent + _MOST_EMPTY:
            raise ArgumentError(
                f"{function}: nearly all sections would be empty (got {count} for an extent of "
                f"{extent}; expected at most {extent + _MOST_EMPTY})"
            )
        inner = [one * (extent // count) + min(one, extent % count) for one in range(1, count)]
    before = (slice(None),) * place
    return [
        tensor[(*before, slice(start, max(start, stop)))]
        for start, stop in zip([0, *inner], [*inner, extent], strict=True)
    ]


@composed
def split(
    x: ArrayLike, sections: int | list[int] | tuple[int, ...], /, axis: int = 0
) -> list[Tensor]:
    """Pieces along an axis: so many of equal extent, or cut at these positions.

    Shapes: x's but along the axis.  Dtypes: all.
    Edges: pieces are views.
    Raises: ShapeError where the extent is no multiple of the number; ArgumentError; AxisError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.split(cp.arange(4), 2)[1]
    Tensor([2, 3], shape=(2,), dtype=int64)
    """
    return _split_evenly("split", x, sections, axis)


def _split_evenly(
    function: str, x: ArrayLike, sections: int | list[int] | tuple[int, ...], axis: int
) -> list[Tensor]:
    tensor = read_tensor(function, "x", x)
    place = normalize_axis(function, axis, tensor.ndim)
    if isinstance(sections, int) and sections > 0 and tensor.shape[place] % sections:
        raise ShapeError(
            f"{function}: the axis does not divide into equal parts (got extent "
            f"{tensor.shape[place]} and {sections} parts; use corepy.array_split)"
        )
    return _split(function, tensor, sections, place)


@composed
def hsplit(x: ArrayLike, sections: int | list[int] | tuple[int, ...], /) -> list[Tensor]:
    """``split`` along axis 1; a line along its only axis.

    Shapes: as split.  Dtypes: all.
    Edges: as split.
    Raises: as split.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.hsplit(cp.zeros((2, 4)), 2)[0].shape
    (2, 2)
    """
    tensor = read_tensor("hsplit", "x", x)
    return _split_evenly("hsplit", tensor, sections, 0 if tensor.ndim == 1 else 1)


@composed
def vsplit(x: ArrayLike, sections: int | list[int] | tuple[int, ...], /) -> list[Tensor]:
    """``split`` along axis 0 of a matrix.

    Shapes: as split.  Dtypes: all.
    Edges: as split.
    Raises: as split; ShapeError for fewer than two axes.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.vsplit(cp.zeros((4, 2)), 2)[0].shape
    (2, 2)
    """
    tensor = read_tensor("vsplit", "x", x)
    if tensor.ndim < 2:
        raise ShapeError(
            f"vsplit: x must have two axes at least (got shape {tensor.shape}); use corepy.split"
        )
    return _split_evenly("vsplit", tensor, sections, 0)


# ---- joining in brackets ----


def _read_part(function: str, part: Part) -> Tensor:
    if not isinstance(part, slice):
        return read_tensor(function, "a part", part)
    start = 0 if part.start is None else part.start
    if part.stop is None:
        raise ArgumentError(f"{function}: a range needs an end (got {part})")
    if isinstance(part.step, complex):
        return corepy.linspace(start, part.stop, int(abs(part.step)))
    return corepy.arange(start, part.stop, 1 if part.step is None else part.step)


class _Joiner:
    """What ``r_`` and ``c_`` are."""

    __slots__ = ("_as_columns", "_name")

    def __init__(self, name: str, as_columns: bool) -> None:
        self._name, self._as_columns = name, as_columns

    def __getitem__(self, key: Part | tuple[Part, ...]) -> Tensor:
        """The parts joined: tensors, numbers, ranges start:stop:step (step nj: n points)."""
        given = key if isinstance(key, tuple) else (key,)
        parts = [_read_part(self._name, part) for part in given]
        return (
            column_stack(parts)
            if self._as_columns
            else corepy.concat([atleast_1d(part) for part in parts], axis=0)
        )


r_ = _Joiner("r_", False)
c_ = _Joiner("c_", True)
