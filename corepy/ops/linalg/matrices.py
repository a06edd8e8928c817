# Declarations of functions of matrices that other functions make up: norms, powers, ranks, traces;
# their paths are in csrc/corepy/dispatch/linalg_compose.cpp.
"""Functions composed of products, decompositions and sums, whose bits decide over theirs."""

from __future__ import annotations

from ..native import native

__all__ = [
    "cross",
    "diagonal",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "outer",
    "pinv",
    "trace",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from corepy.tensor import Tensor

    from ..native import DTypeLike


@native
def cross(x1: Tensor, x2: Tensor, /, *, axis: int = -1) -> Tensor:
    """Cross product of vectors of three elements: x1[1] x2[2] - x1[2] x2[1] and so on.

    Shapes: broadcast together; the axis has extent 3 in both.  Dtypes: numeric, promoted.
    Edges: integers wrap; complex vectors are not conjugated.
    Raises: DTypeError for bool; ShapeError where an operand has another extent along the axis.
    Accuracy: each product and the difference rounded once; exact for integers.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.cross(cp.asarray([1, 0, 0]), cp.asarray([0, 1, 0]))
    Tensor([0, 0, 1], shape=(3,), dtype=int64)
    """


@native
def diagonal(x: Tensor, /, offset: int = 0) -> Tensor:
    """The diagonal of each matrix; offset > 0: above the main one, < 0: below.

    Shapes: (..., m, n) gives (..., length), a view that shares memory copy on write.  Dtypes: all.
    Edges: an offset beyond the matrix gives no elements.
    Raises: ShapeError for fewer than two axes.
    Accuracy: exact; nothing is computed.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.diagonal(cp.asarray([[1, 2, 3], [4, 5, 6]]), offset=1)
    Tensor([2, 6], shape=(2,), dtype=int64)
    """


@native
def matrix_norm(
    x: Tensor, /, *, keepdims: bool = False, ord: float | Literal["fro", "nuc"] = "fro"
) -> Tensor:
    """Norm of each matrix: Frobenius', nuclear, 1, 2, inf, or -1, -2, -inf for the smallest.

    ``"fro"``: root of the sum of |x|**2; ``"nuc"``: sum of the singular values; 2 and -2: the
    largest and smallest of them; 1 and -1: the largest and smallest column sum of |x|; inf and
    -inf: row sums.

    Shapes: (..., m, n) gives (...), or (..., 1, 1) under keepdims.  Dtypes: float32, float64,
    complex; the result is real.
    Edges: 0 for no elements; NaN propagates, but for orders with singular values it is an error.
    Raises: DTypeError; ShapeError; ArgumentError for another order, or a negative one of no
    elements; LinalgError for NaN or infinity under "nuc", 2 and -2.
    Accuracy: that of vector_norm, or of svdvals: c n u times the Frobenius norm.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.matrix_norm(cp.asarray([[3.0, 0.0], [0.0, 4.0]]))
    Tensor(5., shape=(), dtype=float64)
    """


@native
def matrix_power(x: Tensor, n: int, /) -> Tensor:
    """Square matrices to an integer power; a negative one is that of the inverse.

    Shapes: (..., n, n), kept.  Dtypes: numeric; a negative power needs floating numbers.
    Edges: power 0 gives unit matrices, also of a singular or NaN matrix; integers wrap.
    Raises: DTypeError; ShapeError; LinalgError for a singular matrix under n < 0.
    Accuracy: c n u times powers of the norm, and of the condition for n < 0; by squaring, from the
    lowest bit of n.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.matrix_power(cp.asarray([[1, 1], [1, 0]]), 10)
    Tensor([[89, 55],
            [55, 34]], shape=(2, 2), dtype=int64)
    """


@native
def matrix_rank(x: Tensor, /, *, rtol: float | Tensor | None = None) -> Tensor:
    """How many singular values exceed rtol times the largest.

    ``rtol`` is a number or one for each matrix; None: max(m, n) times the dtype's epsilon.

    Shapes: (..., m, n) gives (...).  Dtypes: float32, float64, complex; the result is int64.
    Edges: 0 for no elements.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity.
    Accuracy: exact as a count; the singular values are those of svdvals.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.matrix_rank(cp.asarray([[1.0, 2.0], [2.0, 4.0]]))
    Tensor(1, shape=(), dtype=int64)
    """


@native
def outer(x1: Tensor, x2: Tensor, /) -> Tensor:
    """Outer product of two vectors: out[i, j] = x1[i] * x2[j].

    Shapes: (m,) and (n,) give (m, n).  Dtypes: numeric, promoted.
    Edges: integers wrap; complex vectors are not conjugated.
    Raises: DTypeError for bool; ShapeError for other than one axis.
    Accuracy: exact for integers, else rounded once; complex sqrt(5) u normwise.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.outer(cp.asarray([1, 2]), cp.asarray([10, 20]))
    Tensor([[10, 20],
            [20, 40]], shape=(2, 2), dtype=int64)
    """


@native
def pinv(x: Tensor, /, rtol: float | Tensor | None = None) -> Tensor:
    """Pseudo-inverse (Moore-Penrose): V diag(1 / s) U**H over the singular values s that count.

    A singular value counts if it exceeds rtol times the largest; ``rtol`` is a number or one for
    each matrix; None: max(m, n) times the dtype's epsilon.

    Shapes: (..., m, n) gives (..., n, m).  Dtypes: float32, float64, complex.
    Edges: no elements give none; a matrix of zeros gives zeros.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity.
    Accuracy: c n u times the condition, normwise, where no singular value lies near the limit.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.pinv(cp.asarray([[2.0, 0.0], [0.0, 0.0]]))
    Tensor([[0.5, 0. ],
            [0. , 0. ]], shape=(2, 2), dtype=float64)
    """


@native
def trace(x: Tensor, /, offset: int = 0, *, dtype: DTypeLike | None = None) -> Tensor:
    """Sum of the diagonal of each matrix; offset as for diagonal.

    Shapes: (..., m, n) gives (...).  Dtypes: numeric; as for sum, small integers are summed in
    int64 or uint64, and dtype= asks for another.
    Edges: 0 for no elements; integers wrap.
    Raises: DTypeError for bool; ShapeError.
    Accuracy: exact for integers, else |error| <= gamma(n - 1) sum |x[i, i]|.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.linalg.trace(cp.asarray([[1.0, 2.0], [3.0, 4.0]]))
    Tensor(5., shape=(), dtype=float64)
    """
