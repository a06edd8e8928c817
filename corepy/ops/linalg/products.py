# Declarations of matrix products, the transpose and vector norms; kernels and their contract:
# csrc/corepy/kernels/matmul.h, reduction_norm.h.
"""Matrix products and vector norms.

An element of a product is a function of its row of x1, its column of x2 and the dtype only: fused
multiply-adds in a fixed order, the same for a dot product, a matrix times a vector, and a stack of
matrices, on every CPU.  ``policy=BLAS`` gives up that promise for OpenBLAS.  Errors: ``DTypeError``
for bool or uint64 with a signed integer, ``ShapeError`` where extents do not fit.
"""

from __future__ import annotations

from ..native import native

__all__ = [
    "matmul",
    "matrix_transpose",
    "tensordot",
    "vecdot",
    "vector_norm",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Dims


@native
def matmul(x1: Tensor, x2: Tensor, /, out: Tensor | None = None) -> Tensor:
    """Matrix product: out[..., i, j] = sum over k of x1[..., i, k] * x2[..., k, j].

    Shapes: (..., m, k) and (..., k, n) give (..., m, n), leading axes broadcast; a rank-1 x1 is a
    row, a rank-1 x2 a column, and the added axis is dropped.  Dtypes: numeric, promoted to a common
    one; half precision is converted whole to float32, and so takes twice its own memory more.
    Edges: integers wrap; k = 0 gives zeros; NaN and infinities propagate.
    Raises: DTypeError for bool; ShapeError for rank 0 or where the inner extents differ.
    Accuracy: exact for integers, else |error| <= gamma(d) sum |x1| |x2|, with d = k (complex: 2 k)
    up to k = 128 and about 131 + log2(k / 1024) roundings (float64: 258) beyond.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 3.1.

    >>> import corepy as cp
    >>> cp.matmul(cp.asarray([[1.0, 2.0], [3.0, 4.0]]), cp.asarray([1.0, 10.0]))
    Tensor([21., 43.], shape=(2,), dtype=float64)
    """


@native
def matrix_transpose(x: Tensor, /) -> Tensor:
    """The last two axes swapped: out[..., i, j] = x[..., j, i].

    Shapes: (..., m, n) gives (..., n, m), a view that shares memory copy on write.  Dtypes: all.
    Edges: none; nothing is computed.
    Raises: ShapeError for fewer than two axes.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.matrix_transpose(cp.asarray([[1, 2, 3], [4, 5, 6]]))
    Tensor([[1, 4],
            [2, 5],
            [3, 6]], shape=(3, 2), dtype=int64)
    """


@native
def tensordot(x1: Tensor, x2: Tensor, /, axes: int | tuple[Dims, Dims] = 2) -> Tensor:
    """Sum of products over chosen axes: a matrix product after reshaping.

    Shapes: the axes of x1 that are left, then those of x2.  ``axes`` is a pair of sequences, one
    per operand, or a count n: the last n axes of x1 with the first n of x2.  Dtypes: numeric,
    promoted.
    Edges: axes=0 is the outer product; else as matmul.
    Raises: DTypeError for bool; AxisError; ShapeError where extents differ.
    Accuracy: that of matmul.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.tensordot(cp.asarray([1, 2]), cp.asarray([10, 20]), axes=0)
    Tensor([[10, 20],
            [20, 40]], shape=(2, 2), dtype=int64)
    """


@native
def vecdot(x1: Tensor, x2: Tensor, /, *, axis: int = -1, out: Tensor | None = None) -> Tensor:
    """Dot product along an axis: sum of conj(x1) * x2.

    Shapes: broadcast together but for the axis, which is dropped.  Dtypes: numeric, promoted.
    Edges: integers wrap; an empty axis gives 0.
    Raises: DTypeError for bool; AxisError; ShapeError where the axis' extents differ.
    Accuracy: that of matmul; the same bits as the row by column in matmul.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.vecdot(cp.asarray([[1, 2], [3, 4]]), cp.asarray([10, 1]))
    Tensor([12, 34], shape=(2,), dtype=int64)
    """


@native
def vector_norm(
    x: Tensor, /, *, axis: Dims | None = None, keepdims: bool = False, ord: float = 2
) -> Tensor:
    """Norm of order p: (sum |x|**p)**(1 / p); inf, -inf: largest and smallest |x|; 0: how many.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all elements,
    as one vector.  Dtypes: real floating ones give their own, complex ones that of their parts,
    integers float64.
    Edges: 0 for no elements; NaN propagates, and counts as an element.  Order 2 overflows or
    underflows only where its value does; orders other than 0, 1, 2 and infinities where the sum of
    powers does.
    Raises: DTypeError for bool; AxisError; ArgumentError for a NaN, or for a negative order of no
    elements.
    Accuracy: relative error gamma(d / 2 + 4) for order 2, gamma(d + 2) for 1, d = min(n - 1, 20 +
    ceil(log2(n / 256))); infinite orders are exact, for complex within 1 ulp; else (gamma(d + 2) +
    u |log s|) / |p| + 4 u, s the sum of powers.
    Source: array API 2025.12; Blue, ACM TOMS 4 (1978), for the scaling.

    >>> import corepy as cp
    >>> cp.linalg.vector_norm(cp.asarray([[3.0, 4.0], [6e200, 8e200]]), axis=1)
    Tensor([5.e+000, 1.e+201], shape=(2,), dtype=float64)
    """
