# Declarations of matrix decompositions and of what rests on one of them alone; kernels and their
# contract: csrc/corepy/kernels/decomposition_table.h.
"""Decompositions: triangular, orthogonal, eigenvalues, singular values.

The bits of a result are a function of the matrix alone: not of the instruction set, the threads,
the layout, its place in a stack, or a C library.  Where a result is unique only up to signs or
phases, these are fixed and stated.  ``policy=BLAS`` gives up that promise for LAPACK's speed.
Errors: ``LinalgError`` names the first matrix of the stack that has no such result; ``DTypeError``
for integers, bool and half precision (convert with ``corepy.astype``).
"""

from __future__ import annotations

from ..native import native, native_with

__all__ = [
    "cholesky",
    "det",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "svdvals",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, NamedTuple, overload

    from corepy.tensor import Tensor

    class EigResult(NamedTuple):
        """What eig returns."""

        eigenvalues: Tensor
        eigenvectors: Tensor

    class EighResult(NamedTuple):
        """What eigh returns."""

        eigenvalues: Tensor
        eigenvectors: Tensor

    class QRResult(NamedTuple):
        """What qr returns."""

        Q: Tensor
        R: Tensor

    class SlogdetResult(NamedTuple):
        """What slogdet returns."""

        sign: Tensor
        logabsdet: Tensor

    class SVDResult(NamedTuple):
        """What svd returns."""

        U: Tensor
        S: Tensor
        Vh: Tensor


@native
def cholesky(x: Tensor, /, *, upper: bool = False) -> Tensor:
    """Cholesky's factor: lower triangular with L L**H = x, or upper with U**H U = x.

    Only one triangle of x is read: the lower one, or the upper one under ``upper``.

    Shapes: (..., n, n), kept.  Dtypes: float32, float64, complex.
    Edges: the diagonal is real and positive; a NaN is not positive.
    Raises: DTypeError; ShapeError; LinalgError where x is not positive definite.
    Accuracy: backward error c n u normwise, so c n u times the condition in the factor.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 10.1.

    >>> import corepy as cp
    >>> cp.linalg.cholesky(cp.asarray([[4.0, 2.0], [2.0, 5.0]]))
    Tensor([[2., 0.],
            [1., 2.]], shape=(2, 2), dtype=float64)
    """


@native
def det(x: Tensor, /) -> Tensor:
    """Determinant of each matrix, the product of the pivots of LU.

    Shapes: (..., n, n) gives (...).  Dtypes: float32, float64, complex.
    Edges: 1 for n = 0; 0 for a zero pivot; the product is scaled, so that only its value decides
    over overflow and underflow; NaN propagates, and is what infinity times zero gives.
    Raises: DTypeError; ShapeError.
    Accuracy: c n u times the condition, relative.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 14.6.

    >>> import corepy as cp
    >>> cp.linalg.det(cp.asarray([[2.0, 1.0], [0.0, 3.0]]))
    Tensor(6., shape=(), dtype=float64)
    """


@native
def eig(x: Tensor, /) -> EigResult:
    """Eigenvalues and right eigenvectors of square matrices: x v = w v.

    Shapes: (..., n, n) gives eigenvalues (..., n) and eigenvectors (..., n, n), as columns.
    Dtypes: float32, float64, complex; both results are complex.
    Edges: eigenvalues stand in the order in which the iteration leaves them (under ``policy=BLAS``
    LAPACK's, another one); those of a real matrix are exact conjugates, the one with the positive
    imaginary part first. Each vector has 2-norm 1, its component of largest modulus (the first of
    them) is real and positive. A defective matrix has parallel vectors.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity, or where the iteration does not
    end.
    Accuracy: normwise backward error c n u of the balanced matrix D**-1 x D, D a permutation times
    powers of two; the eigenvalues' error depends on that matrix.
    Source: array API 2025.12; balancing: James, Langou and Lowery (2014), as LAPACK's gebal;
    EISPACK's hqr2, shifted QR for complex matrices.

    >>> import corepy as cp
    >>> cp.linalg.eig(cp.asarray([[0.0, -1.0], [1.0, 0.0]])).eigenvalues
    Tensor([0.+1.j, 0.-1.j], shape=(2,), dtype=complex128)
    """


@native
def eigh(x: Tensor, /) -> EighResult:
    """Eigenvalues and eigenvectors of Hermitian matrices, of which the lower triangle is read.

    Shapes: (..., n, n) gives eigenvalues (..., n) and eigenvectors (..., n, n), as columns.
    Dtypes: float32, float64, complex; eigenvalues are real.
    Edges: eigenvalues ascend. Each vector has 2-norm 1, its component of largest modulus (the first
    of them) is real and positive; imaginary parts of the diagonal are ignored.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity, or where the iteration does not
    end.
    Accuracy: normwise: c n u of the norm for eigenvalues and residual, c n u for orthogonality.
    Source: array API 2025.12; EISPACK's imtql2, beyond 32 rows divide and conquer (Gu and Eisenstat
    1995).

    >>> import corepy as cp
    >>> cp.linalg.eigh(cp.asarray([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    Tensor([1., 2.], shape=(2,), dtype=float64)
    """


@native
def eigvals(x: Tensor, /) -> Tensor:
    """Eigenvalues of square matrices, complex.

    Shapes: (..., n, n) gives (..., n).  Dtypes: float32, float64, complex; the result is complex.
    Edges: ordered as those of eig, which may differ in their last bits.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity, or where the iteration does not
    end.
    Accuracy: that of eig.
    Source: array API 2025.12; see eig.

    >>> import corepy as cp
    >>> cp.linalg.eigvals(cp.asarray([[2.0, 1.0], [0.0, 3.0]]))
    Tensor([2.+0.j, 3.+0.j], shape=(2,), dtype=complex128)
    """


@native
def eigvalsh(x: Tensor, /) -> Tensor:
    """Eigenvalues of Hermitian matrices, ascending; the lower triangle is read.

    Shapes: (..., n, n) gives (..., n).  Dtypes: float32, float64, complex; the result is real.
    Edges: the bits of eigh's eigenvalues.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity, or where the iteration does not
    end.
    Accuracy: c n u times the Frobenius norm.
    Source: array API 2025.12; see eigh.

    >>> import corepy as cp
    >>> cp.linalg.eigvalsh(cp.asarray([[2.0, 0.0], [0.0, 1.0]]))
    Tensor([1., 2.], shape=(2,), dtype=float64)
    """


@native
def inv(x: Tensor, /) -> Tensor:
    """Inverse of square matrices, by LU with partial pivoting.

    Shapes: (..., n, n), kept.  Dtypes: float32, float64, complex.
    Edges: the bits of solve(x, unit matrix), and its care for overflow; NaN propagates.
    Raises: DTypeError; ShapeError; LinalgError for a zero pivot.
    Accuracy: c n u times the condition, normwise.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 14.3.

    >>> import corepy as cp
    >>> cp.linalg.inv(cp.asarray([[2.0, 0.0], [0.0, 4.0]]))
    Tensor([[0.5 , 0.  ],
            [0.  , 0.25]], shape=(2, 2), dtype=float64)
    """


@native
def qr(x: Tensor, /, mode: Literal["reduced", "complete"] = "reduced") -> QRResult:
    """Orthonormal times upper triangular: x = Q R.

    Shapes: (..., m, n) gives Q (..., m, k) and R (..., k, n) with k = min(m, n), or k = m under
    "complete".  Dtypes: float32, float64, complex.
    Edges: R has a real diagonal with LAPACK's signs: opposite to that of the element that stands
    there when its column is reached, but its own where nothing stands below; NaN propagates.
    Raises: DTypeError; ShapeError; ArgumentError for another mode.
    Accuracy: normwise: Q R is x, and Q**H Q the unit matrix, within c m u.
    Source: array API 2025.12; Householder reflectors; Schreiber and Van Loan, SIAM J. Sci. Stat.
    Comput. 10 (1989), for blocks of them.

    >>> import corepy as cp
    >>> cp.linalg.qr(cp.asarray([[0.0, 2.0], [1.0, 0.0]])).R
    Tensor([[-1.,  0.],
            [ 0., -2.]], shape=(2, 2), dtype=float64)
    """


@native
def slogdet(x: Tensor, /) -> SlogdetResult:
    """Sign, or phase, and logarithm of the modulus of the determinant.

    Shapes: (..., n, n) gives twice (...).  Dtypes: float32, float64, complex; the logarithm is
    real.
    Edges: n = 0 gives 1 and 0; a zero pivot gives 0 and -inf, and NaN twice beside an infinite one;
    sums that overflow in the elimination do no harm; NaN propagates.
    Raises: DTypeError; ShapeError.
    Accuracy: c n u times the condition, absolute, and u of the logarithm.
    Source: array API 2025.12; see det.

    >>> import corepy as cp
    >>> cp.linalg.slogdet(cp.asarray([[0.0, 1.0], [1.0, 0.0]])).sign
    Tensor(-1., shape=(), dtype=float64)
    """


@native
def solve(x1: Tensor, x2: Tensor, /) -> Tensor:
    """The x of x1 x = x2, by LU with partial pivoting.

    Shapes: x1 (..., n, n); x2 (n,), or (..., n, k), leading axes broadcast; the result is (..., n)
    or (..., n, k).  Dtypes: float32, float64, complex, promoted.
    Edges: a column of the result is a function of x1 and its column of x2; where sums of finite
    numbers overflow on the way, rows or right-hand sides are scaled by powers of two first; NaN
    propagates.
    Raises: DTypeError; ShapeError; LinalgError for a zero pivot.
    Accuracy: backward error c n u normwise, so c n u times the condition in the result.
    Source: array API 2025.12; Toledo, SIAM J. Matrix Anal. Appl. 18 (1997); Higham, section 9.3.

    >>> import corepy as cp
    >>> cp.linalg.solve(cp.asarray([[2.0, 0.0], [1.0, 4.0]]), cp.asarray([2.0, 9.0]))
    Tensor([1., 2.], shape=(2,), dtype=float64)
    """


if TYPE_CHECKING:  # what a program may write; the declaration below is what runs

    @overload
    def svd(
        x: Tensor, /, full_matrices: bool = True, *, compute_uv: Literal[True] | None = None
    ) -> SVDResult: ...
    @overload
    def svd(x: Tensor, /, full_matrices: bool = True, *, compute_uv: Literal[False]) -> Tensor: ...


@native_with("corepy.numpy_names.options", "compute_uv")
def svd(
    x: Tensor, /, full_matrices: bool = True, *, compute_uv: bool | None = None
) -> SVDResult | Tensor:
    """Singular values and vectors: x = U diag(S) Vh.

    Shapes: (..., m, n) gives U (..., m, m), S (..., k) and Vh (..., n, n) with k = min(m, n), or U
    (..., m, k) and Vh (..., k, n) without full_matrices.  Dtypes: float32, float64, complex;
    S is real.
    Options of NumPy's: without ``compute_uv``, ``svdvals(x)``.
    Edges: S descends. The component of largest modulus (the first of them) of each column of U is
    real and positive.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity, or where the iteration does not
    end.
    Accuracy: normwise: c (m + n) u of the norm for S and the product, as much for orthogonality.
    Source: array API 2025.12; Golub and Reinsch, Numer. Math. 14 (1970); Chan, ACM Trans. Math.
    Softw. 8 (1982).

    >>> import corepy as cp
    >>> cp.linalg.svd(cp.asarray([[0.0, 2.0], [1.0, 0.0]])).S
    Tensor([2., 1.], shape=(2,), dtype=float64)
    """


@native
def svdvals(x: Tensor, /) -> Tensor:
    """Singular values of matrices, descending.

    Shapes: (..., m, n) gives (..., min(m, n)).  Dtypes: float32, float64, complex; the
    result is real.
    Edges: the bits of svd's S.
    Raises: DTypeError; ShapeError; LinalgError for NaN or infinity, or where the iteration does not
    end.
    Accuracy: c (m + n) u times the Frobenius norm.
    Source: array API 2025.12; see svd.

    >>> import corepy as cp
    >>> cp.linalg.svdvals(cp.asarray([[0.0, 2.0], [1.0, 0.0]]))
    Tensor([2., 1.], shape=(2,), dtype=float64)
    """
