# The public tensor class: methods, copies, pickling. Storage, operators and attributes are native
# (bindings/python/tensor.cpp).
"""``corepy.Tensor``: an N-dimensional array of one dtype, with value semantics."""

from __future__ import annotations

from corepy import _core

from .errors import ArgumentError
from .ops import elementwise, manipulation, searching, sorting, statistical, utility
from .ops import indexing as _indexing
from .ops import linalg as _linalg
from .ops.update import IndexedUpdate

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .ops.native import Dims, DTypeLike, Operand

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
    """

    __slots__ = ()

    # NumPy's operators leave a tensor operand to us, instead of computing on a converted copy:
    # mixing the two kinds of array is an error, not a silent change of library.
    __array_ufunc__: None = None

    def __contains__(self, value: Operand) -> bool:
        """Whether an element equals ``value``."""
        return bool(utility.any(elementwise.equal(self, value)))

    # ---- reductions ----

    def sum(
        self, axis: Dims | None = None, dtype: DTypeLike | None = None, keepdims: bool = False
    ) -> Tensor:
        """Sum of elements; see ``corepy.sum``."""
        return statistical.sum(self, axis=axis, dtype=dtype, keepdims=keepdims)

    def prod(
        self, axis: Dims | None = None, dtype: DTypeLike | None = None, keepdims: bool = False
    ) -> Tensor:
        """Product of elements; see ``corepy.prod``."""
        return statistical.prod(self, axis=axis, dtype=dtype, keepdims=keepdims)

    def mean(self, axis: Dims | None = None, keepdims: bool = False) -> Tensor:
        """Arithmetic mean; see ``corepy.mean``."""
        return statistical.mean(self, axis=axis, keepdims=keepdims)

    def max(self, axis: Dims | None = None, keepdims: bool = False) -> Tensor:
        """Largest element; see ``corepy.max``."""
        return statistical.max(self, axis=axis, keepdims=keepdims)

    def min(self, axis: Dims | None = None, keepdims: bool = False) -> Tensor:
        """Smallest element; see ``corepy.min``."""
        return statistical.min(self, axis=axis, keepdims=keepdims)

    def var(
        self, axis: Dims | None = None, correction: float = 0.0, keepdims: bool = False
    ) -> Tensor:
        """Variance; see ``corepy.var``."""
        return statistical.var(self, axis=axis, correction=correction, keepdims=keepdims)

    def std(
        self, axis: Dims | None = None, correction: float = 0.0, keepdims: bool = False
    ) -> Tensor:
        """Standard deviation; see ``corepy.std``."""
        return statistical.std(self, axis=axis, correction=correction, keepdims=keepdims)

    def any(self, axis: Dims | None = None, keepdims: bool = False) -> Tensor:
        """Whether at least one element is true; see ``corepy.any``."""
        return utility.any(self, axis=axis, keepdims=keepdims)

    def all(self, axis: Dims | None = None, keepdims: bool = False) -> Tensor:
        """Whether every element is true; see ``corepy.all``."""
        return utility.all(self, axis=axis, keepdims=keepdims)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the first largest element; see ``corepy.argmax``."""
        return searching.argmax(self, axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Position of the first smallest element; see ``corepy.argmin``."""
        return searching.argmin(self, axis=axis, keepdims=keepdims)

    # ---- products, order ----

    def matmul(self, other: Tensor) -> Tensor:
        """Matrix product, ``self @ other``; see ``corepy.matmul``."""
        return _linalg.matmul(self, other)

    def sort(self, axis: int = -1, descending: bool = False) -> Tensor:
        """A sorted tensor; ``self`` stays as it is.  See ``corepy.sort``."""
        return sorting.sort(self, axis=axis, descending=descending)

    def argsort(self, axis: int = -1, descending: bool = False) -> Tensor:
        """Positions that sort; see ``corepy.argsort``."""
        return sorting.argsort(self, axis=axis, descending=descending)

    def take(self, indices: Tensor, axis: int | None = None) -> Tensor:
        """Elements at positions along an axis; see ``corepy.take``."""
        return _indexing.take(self, indices, axis=axis)

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

    def round(self) -> Tensor:
        """The nearest whole numbers, halves to even; see ``corepy.round``."""
        return elementwise.round(self)

    def __round__(self) -> Tensor:
        return elementwise.round(self)

    # ---- shape, dtype ----

    def reshape(self, *shape: int | Dims) -> Tensor:
        """Another shape, as one sequence or as several ints; see ``corepy.reshape``.

        >>> import corepy as cp
        >>> cp.arange(6).reshape(2, -1).shape
        (2, 3)
        """
        return manipulation.reshape(self, _gather_dims(shape))

    def permute_dims(self, *axes: int | Dims) -> Tensor:
        """The axes in another order, one sequence or several ints; see ``corepy.permute_dims``."""
        return manipulation.permute_dims(self, _gather_dims(axes))

    def squeeze(self, axis: Dims) -> Tensor:
        """Without axes of extent 1; see ``corepy.squeeze``."""
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

    def copy(self) -> Tensor:
        """In memory of its own, C-contiguous; see ``corepy.copy``."""
        return manipulation.copy(self)

    def to_device(self, device: str, /, *, stream: None = None) -> Tensor:
        """On a device: "cpu", where it is, so the tensor itself."""
        return manipulation.astype(self, self.dtype, copy=False, device=device)

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

    def __copy__(self) -> Tensor:
        # A view is a copy: memory is shared until one of the two is written.
        with _core.suspend_records():
            return self[...]

    def __deepcopy__(self, memo: dict[int, object]) -> Tensor:
        return self.__copy__()

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, (_core.canonical_bytes(self), self.dtype, self.shape)

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


class _PickledElements:
    """Bytes that present themselves as an array, so that asarray shares them."""

    __slots__ = ("__array_interface__", "data", "dtype")

    def __init__(self, data: bytes, dtype: _core.DType, shape: tuple[int, ...]) -> None:
        self.data = data
        self.dtype = dtype  # read for bfloat16, for which type strings have no letter
        kind = "V" if dtype.name == "bfloat16" else dtype.kind
        self.__array_interface__: dict[str, object] = {
            "version": 3,
            "shape": shape,
            "typestr": f"<{kind}{dtype.itemsize}" if dtype.itemsize > 1 else f"|{kind}1",
            "data": data,
        }


def _restore(data: bytes, dtype: _core.DType, shape: tuple[int, ...]) -> Tensor:
    """Unpickles a tensor."""
    from .ops.creation import asarray

    with _core.suspend_records():
        return asarray(_PickledElements(data, dtype, shape), copy=True)


_core.set_tensor_type(Tensor)
