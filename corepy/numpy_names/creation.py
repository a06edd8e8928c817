# NumPy's functions that make tensors, beside the standard's.
"""``array identity diag logspace mgrid`` and their like."""

from __future__ import annotations

import math

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, ShapeError
from corepy.ops.arguments import read_float, read_int, read_sizes, read_tensor
from corepy.ops.composed import composed, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeAlias

    from corepy.ops.native import ArrayLike, DTypeLike
    from corepy.tensor import Tensor

    class FunctionOfPlaces(Protocol):
        """A function of the coordinates, one tensor for each axis."""

        def __call__(self, *coordinates: Tensor) -> Tensor: ...

    Range: TypeAlias = slice[float | None, float | None, complex | None]

__all__ = [
    "array",
    "asanyarray",
    "ascontiguousarray",
    "diag",
    "fromfunction",
    "geomspace",
    "identity",
    "indices",
    "ix_",
    "logspace",
    "mgrid",
    "ndarray",
    "ogrid",
    "tri",
]


if TYPE_CHECKING:
    ndarray = corepy.Tensor
else:

    class _AnyTensor(type):
        """Makes every tensor an instance of ``ndarray``."""

        def __instancecheck__(cls, instance):
            return isinstance(instance, corepy.Tensor)

        def __subclasscheck__(cls, subclass):
            return issubclass(subclass, corepy.Tensor)

    class ndarray(metaclass=_AnyTensor):
        """NumPy's name of the array class: isinstance holds for tensors, a call is ``empty``.

        >>> import corepy as cp
        >>> cp.ndarray((2, 3), dtype=cp.float32).shape, isinstance(cp.ones(2), cp.ndarray)
        ((2, 3), True)
        """

        def __new__(cls, shape, dtype=None):
            return corepy.empty(shape, dtype=dtype)


#: Of any tensor.
_MOST_AXES = 64


@named
def array(
    obj: object,
    /,
    dtype: DTypeLike | None = None,
    *,
    copy: bool | None = True,
    ndmin: int = 0,
) -> Tensor:
    """``asarray`` that copies, unless ``copy`` says otherwise.

    Shapes: that of obj, preceded by ones up to ``ndmin`` axes.  Dtypes: as asarray.
    Edges: as asarray.
    Raises: as asarray.
    Accuracy: as asarray.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.array([1, 2], dtype=cp.float32)
    Tensor([1., 2.], shape=(2,), dtype=float32)
    """
    tensor = corepy.asarray(obj, dtype=dtype, copy=copy)
    missing = read_int("array", "ndmin", ndmin) - tensor.ndim
    if ndmin > _MOST_AXES:
        raise ArgumentError(
            f"array: ndmin is out of range (got {ndmin}; expected at most {_MOST_AXES})"
        )
    return corepy.reshape(tensor, (1,) * missing + tensor.shape) if missing > 0 else tensor


@named
def asanyarray(
    obj: object,
    /,
    dtype: DTypeLike | None = None,
    *,
    device: str | None = None,
    copy: bool | None = None,
) -> Tensor:
    """``asarray``, which knows no other kind of array.

    Shapes: that of obj.  Dtypes: as asarray.
    Edges: as asarray.
    Raises: as asarray.
    Accuracy: as asarray.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.asanyarray([1, 2]).shape
    (2,)
    """
    return corepy.asarray(obj, dtype=dtype, device=device, copy=copy)


@named
def ascontiguousarray(obj: object, /, dtype: DTypeLike | None = None) -> Tensor:
    """A C-contiguous tensor with one axis at least: obj itself where it is one.

    Shapes: that of obj.  Dtypes: as asarray.
    Edges: a number becomes a line.
    Raises: as asarray.
    Accuracy: as asarray.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.ascontiguousarray(cp.zeros((2, 3)).T).strides
    (16, 8)
    """
    tensor = corepy.asarray(obj, dtype=dtype)
    if tensor.ndim == 0:
        return corepy.reshape(tensor, (1,))
    step = tensor.itemsize
    for extent, stride in zip(tensor.shape[::-1], tensor.strides[::-1], strict=True):
        if stride != step and extent > 1:
            return corepy.copy(tensor)
        step *= extent
    return tensor


@named
def identity(n: int, /, dtype: DTypeLike | None = None) -> Tensor:
    """``eye(n)``.

    Shapes: (n, n).  Dtypes: all; float64 by default.
    Edges: as eye.
    Raises: as eye.
    Accuracy: exact.
    Source: NumPy; eye.

    >>> import corepy as cp
    >>> cp.identity(2)
    Tensor([[1., 0.],
            [0., 1.]], shape=(2, 2), dtype=float64)
    """
    return corepy.eye(n, dtype=dtype)


@composed
def tri(
    n_rows: int, n_cols: int | None = None, /, k: int = 0, dtype: DTypeLike | None = None
) -> Tensor:
    """Ones where column - row <= k, else zeros.

    Shapes: (n_rows, n_cols), square by default.  Dtypes: all; float64 by default.
    Edges: k may be any integer.
    Raises: ShapeError; DTypeError.
    Accuracy: exact.
    Source: NumPy; tril.

    >>> import corepy as cp
    >>> cp.tri(2, 3)
    Tensor([[1., 0., 0.],
            [1., 1., 0.]], shape=(2, 3), dtype=float64)
    """
    columns = n_rows if n_cols is None else n_cols
    return corepy.tril(corepy.ones((n_rows, columns), dtype=dtype), k=k)


@composed
def diag(x: ArrayLike, /, k: int = 0) -> Tensor:
    """The matrix with the line x on its k-th diagonal, or the k-th diagonal of the matrix x.

    Shapes: (n + |k|, n + |k|) for a line; for a matrix the length of its diagonal.  Dtypes: all.
    Edges: a diagonal outside a matrix is empty; that of a matrix is a copy.
    Raises: ShapeError for another rank.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.diag(cp.asarray([[1, 2], [3, 4]]))
    Tensor([1, 4], shape=(2,), dtype=int64)
    >>> cp.diag(cp.asarray([1, 2]))
    Tensor([[1, 0],
            [0, 2]], shape=(2, 2), dtype=int64)
    """
    tensor = read_tensor("diag", "x", x)
    k = read_int("diag", "k", k)
    if tensor.ndim not in (1, 2):
        raise ShapeError(
            f"diag: x must be a line or a matrix (got shape {tensor.shape}; expected one or two "
            "axes)"
        )
    if tensor.ndim == 1:
        extent = tensor.size + abs(k)
        result = corepy.zeros((extent, extent), dtype=tensor.dtype)
        place = corepy.arange(tensor.size)
        result[place + max(-k, 0), place + max(k, 0)] = tensor
        return result
    return corepy.linalg.diagonal(tensor, offset=k)


# ---- spacings ----


@composed
def logspace(
    start: float,
    stop: float,
    /,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10.0,
    dtype: DTypeLike | None = None,
) -> Tensor:
    """base ** linspace(start, stop, num).

    Shapes: (num,).  Dtypes: real numeric; float64 by default.
    Edges: start and stop are exponents.
    Raises: ArgumentError for a negative num; DTypeError.
    Accuracy: 1 ulp of the power of an exponent that is rounded as in linspace.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.logspace(0, 2, 3)
    Tensor([  1.,  10., 100.], shape=(3,), dtype=float64)
    """
    powers = corepy.pow(base, corepy.linspace(start, stop, num, endpoint=endpoint))
    return powers if dtype is None else corepy.astype(powers, dtype)


@composed
def geomspace(
    start: float,
    stop: float,
    /,
    num: int = 50,
    endpoint: bool = True,
    dtype: DTypeLike | None = None,
) -> Tensor:
    """Numbers each of which is the same multiple of the one before.

    Shapes: (num,).  Dtypes: real numeric; float64 by default.
    Edges: the ends are exact; two negative ends give negative numbers.
    Raises: ArgumentError for an end that is zero or not finite, or ends of different signs.
    Accuracy: relative error (2 + 5 (|log2(start)| + |log2(stop)|)) u: exponents as in linspace.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.geomspace(1, 8, 4)
    Tensor([1., 2., 4., 8.], shape=(4,), dtype=float64)
    """
    start, stop = read_float("geomspace", "start", start), read_float("geomspace", "stop", stop)
    if not (math.isfinite(start) and math.isfinite(stop) and start * math.copysign(1, stop) > 0):
        raise ArgumentError(
            f"geomspace: the ends do not fit (got {start} and {stop}; expected finite numbers of "
            "one sign, none of them 0)"
        )
    sign = 1.0 if start > 0 else -1.0
    first, last = (corepy.log2(corepy.asarray(abs(end))) for end in (start, stop))
    exponents = corepy.linspace(float(first), float(last), num, endpoint=endpoint)
    numbers = sign * corepy.pow(2.0, exponents)
    if num > 0:
        numbers[0] = start
    if num > 1 and endpoint:
        numbers[-1] = stop
    return numbers if dtype is None else corepy.astype(numbers, dtype)


# ---- grids ----


def _make_range(function: str, part: Range) -> Tensor:
    """start:stop:step, the end left out; with a step nj, n points, the end included."""
    if part.stop is None:
        raise ArgumentError(f"{function}: a range needs an end (got {part})")
    start = 0 if part.start is None else part.start
    if isinstance(part.step, complex):
        return corepy.linspace(start, part.stop, int(abs(part.step)))
    return corepy.arange(start, part.stop, 1 if part.step is None else part.step)


class _Grid:
    """What ``mgrid`` is: the coordinates of a grid, stacked."""

    __slots__ = ()

    def __getitem__(self, key: Range | tuple[Range, ...]) -> Tensor:
        if not isinstance(key, tuple):
            return _make_range("mgrid", key)
        lines = [_make_range("mgrid", part) for part in key]
        return corepy.stack(corepy.meshgrid(*lines, indexing="ij"))


class _OpenGrid:
    """What ``ogrid`` is: one line for each axis, which broadcast to the grid."""

    __slots__ = ()

    def __getitem__(self, key: Range | tuple[Range, ...]) -> Tensor | tuple[Tensor, ...]:
        if not isinstance(key, tuple):
            return _make_range("ogrid", key)
        return _open([_make_range("ogrid", part) for part in key])


def _open(lines: list[Tensor]) -> tuple[Tensor, ...]:
    """Lines, each along an axis of its own."""
    last = len(lines) - 1
    return tuple(
        corepy.reshape(line, (1,) * axis + (line.size,) + (1,) * (last - axis))
        for axis, line in enumerate(lines)
    )


mgrid = _Grid()
ogrid = _OpenGrid()


@composed
def ix_(*lines: ArrayLike) -> tuple[Tensor, ...]:
    """Lines of positions as keys of their cross product: x[ix_([0, 2], [1, 3])].

    Shapes: each line along an axis of its own.  Dtypes: integers; bool lines become the positions
    of their true elements.
    Edges: no lines give an empty tuple.
    Raises: ShapeError for what is no line.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.arange(6).reshape(2, 3)[cp.ix_([0, 1], [2])]
    Tensor([[2],
            [5]], shape=(2, 1), dtype=int64)
    """
    keys = []
    for line in lines:
        key = read_tensor("ix_", "a line", line)
        if key.ndim != 1:
            raise ShapeError(f"ix_: a key must be a line (got shape {key.shape}; expected (n,))")
        keys.append(corepy.nonzero(key)[0] if key.dtype.kind == "b" else key)
    return _open(keys)


@composed
def indices(dimensions: tuple[int, ...] | list[int], /, dtype: DTypeLike = int) -> Tensor:
    """The position of each element of a grid: out[i] is its coordinate on axis i.

    Shapes: (number of axes, *dimensions).  Dtypes: numeric; int64 by default.
    Edges: mgrid of whole axes.
    Raises: ShapeError for a negative extent.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.indices((2, 2))[1]
    Tensor([[0, 1],
            [0, 1]], shape=(2, 2), dtype=int64)
    """
    shape = read_sizes("indices", dimensions)
    if not shape:
        return corepy.zeros((0,), dtype=dtype)
    lines = [corepy.arange(extent, dtype=dtype) for extent in shape]
    if min(shape) < 0:
        raise ShapeError(f"indices: extents must not be negative (got {shape}; expected >= 0)")
    return corepy.stack(corepy.meshgrid(*lines, indexing="ij"))


def fromfunction(
    function: FunctionOfPlaces, shape: tuple[int, ...] | list[int], /, dtype: DTypeLike = float
) -> Tensor:
    """What ``function`` gives for the coordinates of a grid, one tensor for each axis.

    Shapes: what the function returns.  Dtypes: coordinates are float64 by default.
    Edges: the function is called once.
    Raises: as indices.
    Accuracy: that of the function.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.fromfunction(lambda i, j: i + j, (2, 2), dtype=int)
    Tensor([[0, 1],
            [1, 2]], shape=(2, 2), dtype=int64)
    """
    if not callable(function):
        raise ArgumentTypeError(
            f"fromfunction: not a function (got {_core.type_name(function)}; expected one of the "
            "coordinates)"
        )
    return function(*indices(shape, dtype))
