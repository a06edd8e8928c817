# Declarations of changes of shape, order and dtype, and of joining. Indexing is in indexing.py and
# the Tensor's brackets.
"""Views and rearrangements.

Views share memory copy on write: they cost nothing, and writing through one never changes another.
"""

from __future__ import annotations

from corepy import _core

from .native import native

__all__ = [
    "astype",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "concat",
    "copy",
    "expand_dims",
    "flip",
    "moveaxis",
    "permute_dims",
    "repeat",
    "reshape",
    "roll",
    "sliding_window_view",
    "squeeze",
    "stack",
    "tile",
    "unstack",
    "view",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import Arrays, Dims, DTypeLike, Operand, Positions


@native
def astype(
    x: Tensor, dtype: DTypeLike, /, *, copy: bool = True, device: str | None = None
) -> Tensor:
    """The elements in another dtype.

    Shapes: that of x.  Dtypes: all to all, but complex to real.
    Edges: floating to integer truncates, saturates out of range, and NaN gives 0; anything nonzero
    is True, NaN too; integers to narrower ones wrap.  copy=False gives x itself where the dtype is
    its own.
    Raises: DTypeError for complex to real (take real, imag or abs first).
    Accuracy: rounded once, directly from x's dtype.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.astype(cp.asarray([1.9, -1.9, cp.nan]), cp.int32)
    Tensor([ 1, -1,  0], shape=(3,), dtype=int32)
    """


def broadcast_arrays(*arrays: Operand) -> tuple[Tensor, ...]:
    """The tensors repeated to one shape, as views.

    Shapes: broadcast together.  Dtypes: all; each keeps its own.
    Edges: no memory is used for the repetitions; no arrays give an empty tuple.
    Raises: ShapeError where the shapes do not broadcast.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> a, b = cp.broadcast_arrays(cp.ones((2, 1)), cp.ones(3))
    >>> a.shape, b.shape
    ((2, 3), (2, 3))
    """
    return _core.broadcast_arrays(arrays)


def broadcast_shapes(*shapes: tuple[int, ...]) -> tuple[int, ...]:
    """The shape that tensors of these shapes have together.

    Aligned at the last axis, extents are equal or 1; the result has the larger.  No shapes give ().

    Raises:
        ShapeError: the shapes do not broadcast, or an extent is negative.

    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.broadcast_shapes((2, 1), (3,), ())
    (2, 3)
    """
    return _core.broadcast_shapes(shapes)


@native
def broadcast_to(x: Tensor, /, shape: Dims) -> Tensor:
    """x repeated to a shape, as a view.

    Shapes: new axes come first, axes of extent 1 repeat.  Dtypes: all.
    Edges: no memory is used for the repetitions; writing copies first.
    Raises: ShapeError where x does not broadcast to the shape.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.broadcast_to(cp.asarray([1, 2]), (2, 2))
    Tensor([[1, 2],
            [1, 2]], shape=(2, 2), dtype=int64)
    """


@native
def concat(arrays: Arrays, /, axis: int | None = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors joined along an axis that they have; axis=None joins them flattened.

    Shapes: equal but along the axis, whose extents add up.  Dtypes: all, promoted to a common one.
    Edges: extents of 0 are fine.
    Raises: ShapeError for differing or rank-0 shapes; AxisError; DTypeError; ArgumentError for no
    arrays.
    Accuracy: exact; promotion rounds once.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.concat([cp.asarray([1, 2]), cp.asarray([0.5])])
    Tensor([1. , 2. , 0.5], shape=(3,), dtype=float64)
    """


@native
def copy(x: Tensor, /) -> Tensor:
    """The elements in memory of their own, C-contiguous.

    Shapes: that of x.  Dtypes: all.
    Edges: tensors are values, so a copy is needed for layout or alignment only, never for safety.
    Raises: MemoryLimitError.
    Accuracy: exact.
    Source: corepy.

    >>> import corepy as cp
    >>> cp.copy(cp.asarray([[1, 2], [3, 4]]).T).strides
    (16, 8)
    """


@native
def expand_dims(x: Tensor, /, axis: Dims = 0) -> Tensor:
    """x with new axes of extent 1, as a view.

    Shapes: ``axis`` counts positions in the result; several may be given.  Dtypes: all.
    Edges: at most 64 axes.
    Raises: AxisError for a position outside the result or given twice.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.expand_dims(cp.asarray([1, 2]), 0).shape
    (1, 2)
    """


@native
def flip(x: Tensor, /, axis: Dims | None = None) -> Tensor:
    """The elements in reverse order along axes, all by default, as a view.

    Shapes: that of x.  Dtypes: all.
    Edges: axis=() reverses none.
    Raises: AxisError for an axis outside x or given twice.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.flip(cp.asarray([[1, 2], [3, 4]]), axis=1)
    Tensor([[2, 1],
            [4, 3]], shape=(2, 2), dtype=int64)
    """


@native
def moveaxis(x: Tensor, source: Dims, destination: Dims, /) -> Tensor:
    """Axes moved to other positions, the others in order around them, as a view.

    Shapes: x's, in that order.  Dtypes: all.
    Edges: negative axes count from the end.
    Raises: AxisError for an axis outside x or given twice, or unequal numbers of them.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.moveaxis(cp.zeros((2, 3, 4)), 0, -1).shape
    (3, 4, 2)
    """


@native
def permute_dims(x: Tensor, /, axes: Dims) -> Tensor:
    """The axes in another order, as a view: out.shape[i] = x.shape[axes[i]].

    Shapes: a permutation of x's.  Dtypes: all.
    Edges: negative axes count from the end.
    Raises: AxisError for an axis missing, given twice or outside x.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.permute_dims(cp.zeros((2, 3, 4)), (2, 0, 1)).shape
    (4, 2, 3)
    """


@native
def repeat(x: Tensor, repeats: Positions, /, axis: int | None = None) -> Tensor:
    """Every element several times in a row along an axis; of x flattened if axis is None.

    Shapes: the axis has sum(repeats) places; ``repeats`` is one count for all positions or a
    rank-1 tensor (or list) with one for each.  Dtypes: all; repeats of any integer dtype.
    Edges: counts of 0 leave elements out.  With a tensor, a list of positions as long as the
    result's axis is made on the way.
    Raises: ArgumentError for a negative count; ShapeError for another number of counts; DTypeError;
    AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.repeat(cp.asarray([1, 2, 3]), cp.asarray([2, 0, 1]))
    Tensor([1, 1, 3], shape=(3,), dtype=int64)
    """


@native
def reshape(x: Tensor, /, shape: Dims, *, copy: bool | None = None) -> Tensor:
    """The elements in C order under another shape: a view where strides allow, else a copy.

    Shapes: any of the same size; one extent may be -1 and follows from the others.  Dtypes: all.
    Edges: copy=True always copies, copy=False never; the record tells a copy that was needed.
    Raises: ShapeError for another size, or several -1; ArgumentError where copy=False would need a
    copy.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.reshape(cp.arange(6), (2, -1))
    Tensor([[0, 1, 2],
            [3, 4, 5]], shape=(2, 3), dtype=int64)
    """


@native
def roll(x: Tensor, /, shift: Dims, axis: Dims | None = None) -> Tensor:
    """Elements moved along axes; what leaves at the end comes in at the start.

    out[(i + shift) % n] = x[i]; axis=None rolls the elements in C order across all axes.

    Shapes: that of x.  Dtypes: all.
    Edges: negative shifts move to the start; shifts of one axis named twice add up.
    Raises: ArgumentError for a number of shifts that is neither one nor that of the axes;
    AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.roll(cp.asarray([1, 2, 3, 4]), 1)
    Tensor([4, 1, 2, 3], shape=(4,), dtype=int64)
    """


@native
def sliding_window_view(x: Tensor, /, window_shape: Dims, axis: Dims | None = None) -> Tensor:
    """Every stretch of neighbours along axes: out[..., i, ..., j] = x[..., i + j, ...], as a view.

    Shapes: an axis of extent n becomes n - w + 1 places, where w is its extent in ``window_shape``;
    the windows' axes follow behind all others.  axis=None windows every axis.  Dtypes: all.
    Edges: O(1) memory whatever the window; reductions over the new axes are those of each window
    alone, bit by bit, and take n * w steps.  A write to the result copies it first.
    Raises: ShapeError for a window that does not fit, or another number of extents; AxisError.
    Accuracy: exact.
    Source: NumPy; an extension of the array API.

    >>> import corepy as cp
    >>> cp.mean(cp.sliding_window_view(cp.asarray([1.0, 3.0, 5.0, 1.0]), 2), axis=-1)
    Tensor([2., 4., 3.], shape=(3,), dtype=float64)
    """


@native
def squeeze(x: Tensor, /, axis: Dims | None = None) -> Tensor:
    """x without the named axes of extent 1, as a view.

    Shapes: x's without them; axis=None means all such axes.  Dtypes: all.
    Edges: axis=() removes none.
    Raises: ShapeError for an axis of another extent; AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.squeeze(cp.zeros((1, 3, 1)), (0, 2)).shape
    (3,)
    """


@native
def stack(arrays: Arrays, /, axis: int = 0, *, out: Tensor | None = None) -> Tensor:
    """Tensors of one shape joined along a new axis.

    Shapes: all equal; ``axis`` is the new axis' position in the result.  Dtypes: all, promoted.
    Edges: rank-0 tensors make a vector.
    Raises: ShapeError for differing shapes; AxisError; DTypeError; ArgumentError for no arrays.
    Accuracy: exact; promotion rounds once.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.stack([cp.asarray([1, 2]), cp.asarray([3, 4])], axis=1)
    Tensor([[1, 3],
            [2, 4]], shape=(2, 2), dtype=int64)
    """


@native
def tile(x: Tensor, repetitions: Dims, /) -> Tensor:
    """x laid side by side along its axes.

    Shapes: out.shape[i] = repetitions[i] * x.shape[i], the shorter of the two preceded by ones.
    Dtypes: all.
    Edges: a repetition of 0 gives an axis of extent 0.
    Raises: ArgumentError for a negative repetition; ShapeError for a result too large.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.tile(cp.asarray([1, 2]), (2, 2))
    Tensor([[1, 2, 1, 2],
            [1, 2, 1, 2]], shape=(2, 4), dtype=int64)
    """


@native
def unstack(x: Tensor, /, axis: int = 0) -> tuple[Tensor, ...]:
    """The slices of x along an axis, as views: the inverse of ``stack``.

    Shapes: x's without the axis.  Dtypes: all.
    Edges: an axis of extent 0 gives an empty tuple.
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> a, b = cp.unstack(cp.asarray([[1, 2], [3, 4]]), axis=1)
    >>> b
    Tensor([2, 4], shape=(2,), dtype=int64)
    """


@native
def view(x: Tensor, /, dtype: DTypeLike | None = None) -> Tensor:
    """x again, or its bits as elements of another dtype, without a copy.

    Shapes: that of x; where the sizes of the elements differ, the last axis has fewer or more.
    Dtypes: all, to all but bool.
    Edges: memory is shared until one of the two is written, so writes do not go through.  Bits are
    those of this machine's byte order, and a NaN's sign and payload are not reproducible.
    Raises: ShapeError where the sizes differ and the last axis is not contiguous, its bytes are no
    multiple of the new size, or there is no axis; DTypeError for bool from another dtype.
    Accuracy: exact.
    Source: corepy; NumPy's method of the name.

    >>> import corepy as cp
    >>> cp.view(cp.asarray([1.0, -2.0], dtype=cp.float32), cp.uint32).tolist()
    [1065353216, 3221225472]
    >>> cp.view(cp.asarray([258, 772], dtype=cp.uint16), "uint8").shape
    (4,)
    """
