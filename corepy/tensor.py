# The public tensor class: methods, copies, pickling. Storage, operators and attributes are native
# (bindings/python/tensor.cpp).
"""``corepy.Tensor``: an N-dimensional array of one dtype, with value semantics."""

from __future__ import annotations

from corepy import _core

from .errors import ArgumentError, UnsupportedError
from .ops import creation, elementwise, manipulation, searching, sorting, statistical, utility
from .ops import indexing as _indexing
from .ops import linalg as _linalg
from .ops.composed import named
from .ops.update import IndexedUpdate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, SupportsIndex

    from _typeshed import ReadableBuffer

    from .ops.native import ArrayLike, Dims, DTypeLike, Operand, Positions

__all__ = ["Tensor"]

#: Revisions of the array API standard whose namespace is served.
_API_VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12", "2025.12")


class Tensor(_core.TensorBase):
    """An N-dimensional array of one dtype.

    ``Tensor(obj, dtype=None, *, copy=None)`` is ``corepy.asarray`` that always makes a new object.

    Tensors are values: slices, transposes and broadcasts share memory while they can, and a write
    through one never changes another.  Operators and functions return new tensors; ``x += 1`` and
    ``x[i] = 1`` change ``x`` alone.

    >>> import corepy as cp
    >>> x = cp.Tensor([[1.0, 2.0], [3.0, 4.0]], dtype=cp.float32)
    >>> y = x.T
    >>> y[0, 0] = 9
    >>> x
    Tensor([[1., 2.],
            [3., 4.]], shape=(2, 2), dtype=float32)

    Methods are the functions of their names:

    >>> x.sum().item(), x.mean(axis=0).tolist(), x.max(1).tolist(), x.argmax().item()
    (10.0, [2.0, 3.0], [2.0, 4.0], 3)
    >>> x.std(ddof=1, axis=0, keepdims=True).shape, x.any().item(), x.cumsum().tolist()
    ((1, 2), True, [1.0, 3.0, 6.0, 10.0])
    >>> x.dot([1, 1]).tolist(), x.matmul(x).trace().item(), x.diagonal().tolist()
    ([3.0, 7.0], 29.0, [1.0, 4.0])
    >>> x.sort(descending=True).tolist(), x.ravel().take([0, -1]).tolist()
    ([[2.0, 1.0], [4.0, 3.0]], [1.0, 4.0])
    >>> x.argsort().tolist(), x[0].searchsorted(1.5).item(), x[0].nonzero()[0].tolist()
    ([[0, 1], [0, 1]], 1, [0, 1])
    >>> x.clip(max=2).tolist(), (-x).abs().round().tolist(), x[0].repeat(2).tolist()
    ([[1.0, 2.0], [2.0, 2.0]], [[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0, 2.0, 2.0])
    >>> x.swapaxes(0, 1).tolist(), x.expand_dims().squeeze().broadcast_to(3, 2, 2).shape
    ([[1.0, 3.0], [2.0, 4.0]], (3, 2, 2))
    >>> x.astype(cp.int8).tolist(), x.copy().tolist(), x.at[0].add(1).tolist()
    ([[1, 2], [3, 4]], [[1.0, 2.0], [3.0, 4.0]], [[2.0, 3.0], [3.0, 4.0]])
    """

    __slots__ = ()

    # NumPy's operators leave a tensor operand to us, instead of computing on a converted copy:
    # mixing the two kinds of array is an error, not a silent change of library.
    __array_ufunc__: None = None

    def __contains__(self, value: Operand) -> bool:
        """Whether an element equals ``value``."""
        return bool(utility.any(elementwise.equal(self, value)))

    def __divmod__(self, other: Operand) -> tuple[Tensor, Tensor]:
        return elementwise.floor_divide(self, other), elementwise.remainder(self, other)

    def __rdivmod__(self, other: Operand) -> tuple[Tensor, Tensor]:
        return elementwise.floor_divide(other, self), elementwise.remainder(other, self)

    # ---- reductions ----

    def sum(
        self,
        axis: Dims | None = None,
        dtype: DTypeLike | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        initial: Operand | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Sum of elements; see ``corepy.sum``."""
        return statistical.sum(
            self, axis=axis, dtype=dtype, keepdims=keepdims, out=out, initial=initial, where=where
        )

    def prod(
        self,
        axis: Dims | None = None,
        dtype: DTypeLike | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        initial: Operand | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Product of elements; see ``corepy.prod``."""
        return statistical.prod(
            self, axis=axis, dtype=dtype, keepdims=keepdims, out=out, initial=initial, where=where
        )

    def mean(
        self,
        axis: Dims | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        dtype: DTypeLike | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Arithmetic mean; see ``corepy.mean``."""
        return statistical.mean(
            self, axis=axis, keepdims=keepdims, out=out, dtype=dtype, where=where
        )

    def max(
        self,
        axis: Dims | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        initial: Operand | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Largest element; see ``corepy.max``."""
        return statistical.max(
            self, axis=axis, keepdims=keepdims, out=out, initial=initial, where=where
        )

    def min(
        self,
        axis: Dims | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        initial: Operand | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Smallest element; see ``corepy.min``."""
        return statistical.min(
            self, axis=axis, keepdims=keepdims, out=out, initial=initial, where=where
        )

    def var(
        self,
        axis: Dims | None = None,
        correction: float = 0.0,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        ddof: float | None = None,
        dtype: DTypeLike | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Variance; see ``corepy.var``."""
        return statistical.var(
            self,
            axis=axis,
            correction=correction,
            keepdims=keepdims,
            out=out,
            ddof=ddof,
            dtype=dtype,
            where=where,
        )

    def std(
        self,
        axis: Dims | None = None,
        correction: float = 0.0,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        ddof: float | None = None,
        dtype: DTypeLike | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Standard deviation; see ``corepy.std``."""
        return statistical.std(
            self,
            axis=axis,
            correction=correction,
            keepdims=keepdims,
            out=out,
            ddof=ddof,
            dtype=dtype,
            where=where,
        )

    def any(
        self,
        axis: Dims | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Whether at least one element is true; see ``corepy.any``."""
        return utility.any(self, axis=axis, keepdims=keepdims, out=out, where=where)

    def all(
        self,
        axis: Dims | None = None,
        keepdims: bool = False,
        *,
        out: Tensor | None = None,
        where: Tensor | bool | None = None,
    ) -> Tensor:
        """Whether every element is true; see ``corepy.all``."""
        return utility.all(self, axis=axis, keepdims=keepdims, out=out, where=where)

    def argmax(
        self, axis: int | None = None, keepdims: bool = False, *, out: Tensor | None = None
    ) -> Tensor:
        """Position of the first largest element; see ``corepy.argmax``."""
        return searching.argmax(self, axis=axis, keepdims=keepdims, out=out)

    def argmin(
        self, axis: int | None = None, keepdims: bool = False, *, out: Tensor | None = None
    ) -> Tensor:
        """Position of the first smallest element; see ``corepy.argmin``."""
        return searching.argmin(self, axis=axis, keepdims=keepdims, out=out)

    def cumsum(
        self,
        axis: int | None = None,
        dtype: DTypeLike | None = None,
        out: Tensor | None = None,
    ) -> Tensor:
        """Sums of the first elements, flattened for axis=None; see ``corepy.cumsum``."""
        from .numpy_names.values import cumsum

        return cumsum(self, axis, dtype, out)

    def cumprod(
        self,
        axis: int | None = None,
        dtype: DTypeLike | None = None,
        out: Tensor | None = None,
    ) -> Tensor:
        """Products of the first elements, flattened for axis=None; see ``corepy.cumprod``."""
        from .numpy_names.values import cumprod

        return cumprod(self, axis, dtype, out)

    # ---- products, order ----

    def dot(self, other: ArrayLike) -> Tensor:
        """Sum of products over the last axis and other's last but one; see ``corepy.dot``."""
        from .numpy_names.products import dot

        return dot(self, other)

    def diagonal(self, offset: int = 0) -> Tensor:
        """The diagonal of each matrix; see ``corepy.linalg.diagonal``."""
        return _linalg.diagonal(self, offset=offset)

    def trace(self, offset: int = 0, dtype: DTypeLike | None = None) -> Tensor:
        """Sum of the diagonal of each matrix; see ``corepy.linalg.trace``."""
        return _linalg.trace(self, offset=offset, dtype=dtype)

    def matmul(self, other: Tensor) -> Tensor:
        """Matrix product, ``self @ other``; see ``corepy.matmul``."""
        return _linalg.matmul(self, other)

    def sort(self, axis: int = -1, descending: bool = False) -> Tensor:
        """A sorted tensor; ``self`` stays as it is.  See ``corepy.sort``."""
        return sorting.sort(self, axis=axis, descending=descending)

    def argsort(self, axis: int = -1, descending: bool = False) -> Tensor:
        """Positions that sort; see ``corepy.argsort``."""
        return sorting.argsort(self, axis=axis, descending=descending)

    def searchsorted(
        self, v: Operand, side: Literal["left", "right"] = "left", sorter: Tensor | None = None
    ) -> Tensor:
        """Where in this ascending line each element would be put; see ``corepy.searchsorted``."""
        return searching.searchsorted(self, v, side=side, sorter=sorter)

    def take(self, indices: Positions, axis: int | None = None) -> Tensor:
        """Elements at positions along an axis; see ``corepy.take``."""
        return _indexing.take(self, indices, axis=axis)

    def repeat(self, repeats: Positions, axis: int | None = None) -> Tensor:
        """Every element several times in a row; see ``corepy.repeat``."""
        return manipulation.repeat(self, repeats, axis=axis)

    def nonzero(self) -> tuple[Tensor, ...]:
        """Positions of the elements that are not zero; see ``corepy.nonzero``."""
        return searching.nonzero(self)

    @named
    def fill(self, value: Operand) -> None:
        """Makes every element ``value``: ``x[...] = value``, which other tensors do not see.

        >>> import corepy as cp
        >>> x = cp.zeros(2)
        >>> y = x[:1]
        >>> x.fill(5)
        >>> x.tolist(), y.tolist()
        ([5.0, 5.0], [0.0])
        """
        self[...] = value

    @property
    def at(self) -> IndexedUpdate:
        """Elements to update in a new tensor: ``x.at(key).add(value)``; see ``IndexedUpdate``."""
        return IndexedUpdate(self)

    # ---- elements ----

    def abs(self) -> Tensor:
        """Magnitudes; see ``corepy.abs``."""
        return elementwise.abs(self)

    def clip(self, min: Operand | None = None, max: Operand | None = None) -> Tensor:
        """Elements within limits; see ``corepy.clip``."""
        return elementwise.clip(self, min, max)

    def conj(self) -> Tensor:
        """Complex conjugates; see ``corepy.conj``."""
        return elementwise.conj(self)

    def conjugate(self) -> Tensor:
        """Complex conjugates; see ``corepy.conj``."""
        return elementwise.conj(self)

    @property
    def real(self) -> Tensor:
        """The real parts: a tensor of their own, not a view to write through."""
        return elementwise.real(self) if self.dtype.kind == "c" else self

    @property
    def imag(self) -> Tensor:
        """The imaginary parts, zeros for real elements: a tensor of their own."""
        return elementwise.imag(self) if self.dtype.kind == "c" else creation.zeros_like(self)

    def round(self, decimals: int | None = None) -> Tensor:
        """The nearest whole numbers, halves to even, or decimals; see ``corepy.round``."""
        return elementwise.round(self, decimals)

    def __trunc__(self) -> int:
        return int(self)

    def __round__(self, ndigits: int | None = None, /) -> Tensor:
        return elementwise.round(self, ndigits)

    # ---- shape, dtype ----

    def reshape(self, *shape: int | Dims) -> Tensor:
        """Another shape, as one sequence or as several ints; see ``corepy.reshape``.

        >>> import corepy as cp
        >>> cp.arange(6).reshape(2, -1).shape
        (2, 3)
        """
        return manipulation.reshape(self, _gather_dims(shape))

    def ravel(self) -> Tensor:
        """The elements in C order as one line: a view where strides allow; see ``flatten``.

        >>> import corepy as cp
        >>> cp.eye(2).ravel().tolist()
        [1.0, 0.0, 0.0, 1.0]
        """
        return manipulation.reshape(self, (-1,))

    def flatten(self) -> Tensor:
        """As ``ravel``: tensors are values, so a view is as good as a copy."""
        return manipulation.reshape(self, (-1,))

    def transpose(self, *axes: int | Dims | None) -> Tensor:
        """The axes in reversed order, or in the order given; see ``corepy.permute_dims``.

        >>> import corepy as cp
        >>> cp.zeros((2, 3, 4)).transpose().shape, cp.zeros((2, 3, 4)).transpose(1, 0, 2).shape
        ((4, 3, 2), (3, 2, 4))
        """
        if not axes or axes[0] is None:
            return manipulation.permute_dims(self, tuple(range(self.ndim))[::-1])
        return manipulation.permute_dims(self, _gather_dims(axes))  # type: ignore[arg-type]

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """Two axes in each other's place; see ``corepy.swapaxes``."""
        from .numpy_names.shapes import swapaxes

        return swapaxes(self, axis1, axis2)

    def permute_dims(self, *axes: int | Dims) -> Tensor:
        """The axes in another order, one sequence or several ints; see ``corepy.permute_dims``."""
        return manipulation.permute_dims(self, _gather_dims(axes))

    def squeeze(self, axis: Dims | None = None) -> Tensor:
        """Without axes of extent 1, by default without all of them; see ``corepy.squeeze``."""
        return manipulation.squeeze(self, axis)

    def expand_dims(self, axis: Dims = 0) -> Tensor:
        """With new axes of extent 1; see ``corepy.expand_dims``."""
        return manipulation.expand_dims(self, axis)

    def broadcast_to(self, *shape: int | Dims) -> Tensor:
        """Repeated to a shape, as a view; see ``corepy.broadcast_to``."""
        return manipulation.broadcast_to(self, _gather_dims(shape))

    def astype(self, dtype: DTypeLike, copy: bool = True) -> Tensor:
        """In another dtype; see ``corepy.astype``."""
        return manipulation.astype(self, dtype, copy=copy)

    def view(self, dtype: DTypeLike | None = None) -> Tensor:
        """This tensor again, or its bits as another dtype; writes do not go through.

        See ``corepy.view``.

        >>> import corepy as cp
        >>> cp.asarray([1.0]).view(cp.int64).tolist()
        [4607182418800017408]
        """
        return manipulation.view(self, dtype)

    def copy(self) -> Tensor:
        """In memory of its own, C-contiguous; see ``corepy.copy``."""
        return manipulation.copy(self)

    def to_device(self, device: str, /, *, stream: None = None) -> Tensor:
        """On a device: "cpu", where it is, so the tensor itself.

        >>> import corepy as cp
        >>> x = cp.ones(2)
        >>> x.to_device("cpu") is x
        True

        Raises:
            UnsupportedError: another device.
        """
        if device != "cpu":
            raise UnsupportedError(f"to_device: unknown device (got {device!r}; expected 'cpu')")
        return self

    def __array_namespace__(self, *, api_version: str | None = None) -> object:
        """The module whose functions take this tensor: corepy.

        Raises:
            ArgumentError: ``api_version`` is no revision of the standard that corepy follows.
        """
        import corepy

        if api_version not in (None, *_API_VERSIONS):
            raise ArgumentError(
                f"__array_namespace__: unknown revision of the array API (got {api_version!r}; "
                f"expected None or one of {', '.join(_API_VERSIONS)})"
            )

        return corepy

    # ---- values: copies, pickling ----

    def tobytes(self) -> bytes:
        """The elements as they lie in memory, in C order and this machine's byte order.

        >>> import corepy as cp
        >>> cp.asarray([1, 2, 3], dtype=cp.uint8)[::-1].tobytes().hex()
        '030201'
        """
        with _core.suspend_records():
            return memoryview(_core.view_words(self)).tobytes()

    def __copy__(self) -> Tensor:
        # A view is a copy: memory is shared until one of the two is written.
        with _core.suspend_records():
            return self[...]

    def __deepcopy__(self, memo: dict[int, object]) -> Tensor:
        return self.__copy__()

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> tuple[object, ...]:
        # The elements are pickled as they lie in memory, C order of the axes in either direction:
        # by protocol 5 as a buffer, which can travel beside the pickle without a copy.
        with _core.suspend_records():
            # A later write to this tensor must not reach the buffer.
            x = _core.view_words(self[...])
            is_reversed = memoryview(x).f_contiguous and not memoryview(x).c_contiguous
            if is_reversed:
                x = _reverse_axes(x)
            elif not memoryview(x).c_contiguous:
                x = manipulation.copy(x)
        if protocol.__index__() < 5:
            return _restore, (memoryview(x).tobytes(), self.dtype, x.shape, is_reversed)
        from pickle import PickleBuffer

        return _restore, (PickleBuffer(x), self.dtype, x.shape, is_reversed)

    # ---- text ----

    def __repr__(self) -> str:
        from .display import format_tensor

        return format_tensor(self)

    def __format__(self, spec: str) -> str:
        if spec == "":
            return str(self)
        return format(self.item(), spec)

    def _repr_html_(self) -> str:
        from .display import format_tensor_html

        return format_tensor_html(self)


def _gather_dims(dims: tuple[int | Dims, ...]) -> Dims:
    """``f(2, 3)`` and ``f((2, 3))`` mean the same."""
    if len(dims) == 1:
        return dims[0]
    return dims  # type: ignore[return-value]  # the native side names what is no int


def _reverse_axes(x: Tensor) -> Tensor:
    return manipulation.permute_dims(x, tuple(range(x.ndim))[::-1])


def _restore(
    elements: ReadableBuffer,
    dtype: _core.DType,
    shape: tuple[int, ...],
    is_reversed: bool = False,
) -> Tensor:
    """Unpickles a tensor, over the memory of the buffer that the pickle brings."""
    x = _core.view_bytes("unpickle", elements, dtype, shape, 0, False, False)
    if not is_reversed:
        return x
    with _core.suspend_records():
        return _reverse_axes(x)


_core.set_tensor_type(Tensor)
