# Declarations of tensors made from numbers and from other objects; asarray's conversions:
# bindings/python/conversion.cpp.
"""Tensors from shapes, ranges, Python objects and other libraries' arrays.

``dtype=`` takes a corepy dtype, its name, a NumPy dtype, or bool, int, float or complex;
``device=`` takes "cpu" or None.  Errors: ``DTypeError``, ``ShapeError`` for a negative extent or a
size beyond memory, ``MemoryLimitError``, ``UnsupportedError`` for another device.
"""

from __future__ import annotations

from corepy import _core

from .native import native, native_with

__all__ = [
    "arange",
    "asarray",
    "empty",
    "empty_like",
    "eye",
    "from_arrow",
    "from_dlpack",
    "full",
    "full_like",
    "linspace",
    "meshgrid",
    "ones",
    "ones_like",
    "tril",
    "triu",
    "zeros",
    "zeros_like",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import Dims, DTypeLike, Operand, Scalar


@native
def arange(
    start: float,
    /,
    stop: float | None = None,
    step: float = 1,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Tensor:
    """Evenly spaced numbers: start + i * step for 0 <= i < ceil((stop - start) / step).

    Shapes: (n,); without ``stop``, ``start`` is the end and 0 the beginning.  Dtypes: real numeric;
    by default int64 for integers, else float64.
    Edges: empty where stop lies behind start; with floating numbers the quotient that counts is
    rounded to float64.
    Raises: ArgumentError for a zero step, or numbers that are not finite; DTypeError for bool and
    complex.
    Accuracy: exact for integers; one fused multiply-add per float64 element, rounded once to
    ``dtype``.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.arange(1, 10, 3)
    Tensor([1, 4, 7], shape=(3,), dtype=int64)
    """


@native
def asarray(
    obj: object,
    /,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    copy: bool | None = None,
) -> Tensor:
    """A tensor of what ``obj`` holds: a number, nested lists or tuples, a buffer, or another array.

    Shapes: that of obj.  Dtypes: bool, int64, float64, complex128 for Python numbers; else obj's,
    or ``dtype``.
    Edges: a Tensor is returned as it is.  copy=None copies writable foreign memory (it could change
    under us) and shares read-only memory; copy=True always copies, copy=False shares or refuses.
    Raises: ShapeError for ragged lists; DTypeError; ArgumentError where copy=False would need a
    copy, or for integers that do not fit; ExportError for memory that cannot be read.
    Accuracy: exact; a conversion to ``dtype`` rounds once.
    Source: array API 2025.12; buffer protocol, __array_interface__, Arrow, DLPack.

    >>> import corepy as cp
    >>> cp.asarray([[1, 2], [3, 4]], dtype=cp.float32)
    Tensor([[1., 2.],
            [3., 4.]], shape=(2, 2), dtype=float32)
    """


@native
def empty(shape: Dims, dtype: DTypeLike | None = None, *, device: str | None = None) -> Tensor:
    """A tensor whose elements are whatever the memory held.

    Shapes: as given.  Dtypes: all; float64 by default.
    Edges: only shape and dtype are promised.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: none.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.empty((2, 3)).shape
    (2, 3)
    """


@native_with("corepy.numpy_names.options", "shape")
def empty_like(
    x: Tensor,
    /,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    shape: Dims | None = None,
) -> Tensor:
    """``empty`` with the shape, and by default the dtype, of x.

    Shapes: that of x, or ``shape``, which NumPy has too.  Dtypes: all.
    Edges: only shape and dtype are promised.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: none.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.empty_like(cp.asarray([1, 2])).dtype
    corepy.int64
    """


@native
def eye(
    n_rows: int,
    n_cols: int | None = None,
    /,
    k: int = 0,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> Tensor:
    """Ones on the k-th diagonal, zeros elsewhere: out[i, j] = 1 where j - i = k.

    Shapes: (n_rows, n_cols), square by default.  Dtypes: all; float64 by default.
    Edges: a diagonal outside the matrix leaves zeros.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.eye(2, 3, k=1)
    Tensor([[0., 1., 0.],
            [0., 0., 1.]], shape=(2, 3), dtype=float64)
    """


@native
def from_arrow(
    x: object, /, *, fill_null: Scalar | None = None, copy: bool | None = None
) -> Tensor:
    """A tensor of a column that another library exports by Arrow's PyCapsule interface.

    Shapes: one axis; lists of fixed length and the extension arrow.fixed_shape_tensor give further
    ones.  Dtypes: those that Arrow has too: no complex ones.
    Edges: memory is shared unless copy=True, and copied where it must be: bool (one bit per element
    in Arrow), several chunks, nulls to fill.  Nulls become ``fill_null``; without it they are
    refused.
    Raises: ArgumentTypeError without ``__arrow_c_array__`` or ``__arrow_c_stream__``; ArgumentError
    for nulls, or where copy=False would need a copy; DTypeError for other types (text, dates,
    dictionaries, tables); ExportError for a malformed export.
    Accuracy: exact.
    Source: Arrow C data interface, C stream interface and PyCapsule interface.

    >>> import corepy as cp
    >>> cp.from_arrow(cp.asarray([1, 2]))  # or a pyarrow.Array, a polars.Series ...
    Tensor([1, 2], shape=(2,), dtype=int64)
    """


@native
def from_dlpack(x: object, /, *, device: str | None = None, copy: bool | None = None) -> Tensor:
    """A tensor over the memory that another library exports by DLPack.

    Shapes: that of x.  Dtypes: those of corepy.
    Edges: memory is shared unless copy=True; a write through the tensor copies first.  device="cpu"
    asks the library to copy what lies on another device.
    Raises: ArgumentTypeError without ``__dlpack__``; ExportError for a malformed export or another
    device; ArgumentError where copy=False would need a copy.
    Accuracy: exact.
    Source: array API 2025.12; DLPack 1.

    >>> import corepy as cp
    >>> cp.from_dlpack(cp.asarray([1, 2]))
    Tensor([1, 2], shape=(2,), dtype=int64)
    """


@native
def full(
    shape: Dims,
    fill_value: Operand,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
) -> Tensor:
    """Every element is ``fill_value``.

    Shapes: as given.  Dtypes: all; by default that of the value: bool, int64, float64, complex128.
    Edges: the value may be a rank-0 tensor, or a number of NumPy's.
    Raises: ShapeError; DTypeError; ArgumentError for an integer that does not fit;
    MemoryLimitError.
    Accuracy: exact; a conversion to ``dtype`` rounds once.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.full((2, 2), 7, dtype=cp.uint8)
    Tensor([[7, 7],
            [7, 7]], shape=(2, 2), dtype=uint8)
    """


@native_with("corepy.numpy_names.options", "shape")
def full_like(
    x: Tensor,
    /,
    fill_value: Operand,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    shape: Dims | None = None,
) -> Tensor:
    """``full`` with the shape, and by default the dtype, of x.

    Shapes: that of x, or ``shape``, which NumPy has too.  Dtypes: all.
    Edges: the value may be a rank-0 tensor, or a number of NumPy's.
    Raises: ShapeError; DTypeError; ArgumentError for an integer that does not fit;
    MemoryLimitError.
    Accuracy: exact; a conversion to the dtype rounds once.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.full_like(cp.asarray([1, 2]), 9)
    Tensor([9, 9], shape=(2,), dtype=int64)
    """


@native
def linspace(
    start: complex,
    stop: complex,
    /,
    num: int = 50,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
    endpoint: bool = True,
) -> Tensor:
    """``num`` evenly spaced numbers: start + i * (stop - start) / intervals.

    Shapes: (num,); intervals are num - 1, or num without the endpoint.  Dtypes: floating; float64
    by default, complex128 where an end is complex.
    Edges: both ends are exact; num=1 is start alone; real and imaginary parts are lines of their
    own.
    Raises: ArgumentError for a negative num; DTypeError; ArgumentTypeError for a complex end of a
    real dtype.
    Accuracy: 5u (|start| + |stop|), computed in float64 from the nearer end.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linspace(0, 1, 5)
    Tensor([0.  , 0.25, 0.5 , 0.75, 1.  ], shape=(5,), dtype=float64)
    """


def meshgrid(
    *arrays: Operand, indexing: str = "xy", sparse: bool = False, copy: bool = True
) -> tuple[Tensor, ...]:
    """Coordinate tensors of a grid: the k-th varies along one axis and repeats along the others.

    Shapes: every array has rank 1 (or 0); results have one axis per array, the first two swapped
    for indexing="xy" (Cartesian), in order for "ij" (matrix).  Dtypes: all; each keeps its own.
    Edges: results are views, the repetitions use no memory; no arrays give an empty tuple.
    Options of NumPy's: ``sparse`` leaves out the repetitions (extent 1); ``copy`` changes nothing.
    Raises: ShapeError for a higher rank; ArgumentError for another indexing.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> x, y = cp.meshgrid(cp.asarray([1, 2, 3]), cp.asarray([10, 20]))
    >>> x + y
    Tensor([[11, 12, 13],
            [21, 22, 23]], shape=(2, 3), dtype=int64)
    """
    from .arguments import read_flag

    read_flag("meshgrid", "copy", copy)
    if not read_flag("meshgrid", "sparse", sparse):
        return _core.meshgrid(arrays, indexing)
    from corepy.numpy_names.options import meshgrid as make_sparse

    return make_sparse(arrays, indexing)


@native
def ones(shape: Dims, dtype: DTypeLike | None = None, *, device: str | None = None) -> Tensor:
    """Every element is 1.

    Shapes: as given.  Dtypes: all; float64 by default.
    Edges: True for bool.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.ones(3, dtype=cp.int8)
    Tensor([1, 1, 1], shape=(3,), dtype=int8)
    """


@native_with("corepy.numpy_names.options", "shape")
def ones_like(
    x: Tensor,
    /,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    shape: Dims | None = None,
) -> Tensor:
    """``ones`` with the shape, and by default the dtype, of x.

    Shapes: that of x, or ``shape``, which NumPy has too.  Dtypes: all.
    Edges: True for bool.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.ones_like(cp.asarray([5, 6]))
    Tensor([1, 1], shape=(2,), dtype=int64)
    """


@native
def tril(x: Tensor, /, k: int = 0) -> Tensor:
    """The lower triangle: x[..., i, j] where j - i <= k, else 0.

    Shapes: that of x, a matrix or a stack of them.  Dtypes: all.
    Edges: k may be any integer.
    Raises: ShapeError for fewer than two axes.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.tril(cp.asarray([[1, 2], [3, 4]]))
    Tensor([[1, 0],
            [3, 4]], shape=(2, 2), dtype=int64)
    """


@native
def triu(x: Tensor, /, k: int = 0) -> Tensor:
    """The upper triangle: x[..., i, j] where j - i >= k, else 0.

    Shapes: that of x, a matrix or a stack of them.  Dtypes: all.
    Edges: k may be any integer.
    Raises: ShapeError for fewer than two axes.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.triu(cp.asarray([[1, 2], [3, 4]]))
    Tensor([[1, 2],
            [0, 4]], shape=(2, 2), dtype=int64)
    """


@native
def zeros(shape: Dims, dtype: DTypeLike | None = None, *, device: str | None = None) -> Tensor:
    """Every element is 0.

    Shapes: as given.  Dtypes: all; float64 by default.
    Edges: False for bool.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.zeros((2, 2))
    Tensor([[0., 0.],
            [0., 0.]], shape=(2, 2), dtype=float64)
    """


@native_with("corepy.numpy_names.options", "shape")
def zeros_like(
    x: Tensor,
    /,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    shape: Dims | None = None,
) -> Tensor:
    """``zeros`` with the shape, and by default the dtype, of x.

    Shapes: that of x, or ``shape``, which NumPy has too.  Dtypes: all.
    Edges: False for bool.
    Raises: ShapeError; DTypeError; MemoryLimitError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.zeros_like(cp.asarray([5, 6]))
    Tensor([0, 0], shape=(2,), dtype=int64)
    """
