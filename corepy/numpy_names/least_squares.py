# linalg.lstsq: least squares by the singular value decomposition, of R where a is tall.
"""The x of least norm among those that make |a x - b| least."""

from __future__ import annotations

from typing import NamedTuple

import corepy
from corepy.errors import ArgumentError, ShapeError
from corepy.ops.arguments import read_float, read_number
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["LstsqResult", "lstsq"]


class LstsqResult(NamedTuple):
    """What lstsq returns."""

    x: Tensor
    residuals: Tensor
    rank: Tensor
    singular_values: Tensor


@composed
def lstsq(a: ArrayLike, b: ArrayLike, /, rcond: float | None = None) -> LstsqResult:
    """The x with the least |a x - b|, column by column; of several such, the one with least |x|.

    Singular values of at most ``rcond`` times the largest count as zero; None takes max(m, n)
    times the dtype's eps.

    Shapes: a is (..., m, n), b (m,), which is one column, or (..., m, k) with broadcast leading
    axes; x is (..., n, k).  Residuals, the columns' sums of |a x - b|**2, are (..., k); (1,) for
    one column of one matrix; without elements, (0,), where m <= n or any matrix has not rank n.
    rank: (...); singular values, descending: (..., min(m, n)).  Dtypes: numeric, promoted together;
    integers and bool become float64.  The rank is int64.
    Edges: no rows or columns give x = 0 and rank 0, as does an rcond of 1 or more: nothing is left;
    a negative rcond is as None.
    Raises: ShapeError; DTypeError; ArgumentError for a NaN rcond; LinalgError for NaN and infinity
    in a.
    Accuracy: |error| <= 4 c n u K (|x| + (|b| + K |a x - b|) / s[0]), with n the larger extent,
    c = 12 (complex: 30) and K the largest singular value over the least that counts.
    Source: NumPy; Higham, Accuracy and Stability, section 20.1; Golub and Van Loan, section 5.5.
    Tall matrices by QR first: T. Chan, ACM Trans. Math. Softw. 8 (1982).

    >>> import corepy as cp
    >>> line = cp.linalg.lstsq([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]], [1.0, 3.0, 5.0])
    >>> cp.around(line.x, 12)
    Tensor([2., 1.], shape=(2,), dtype=float64)
    >>> int(line.rank)
    2
    """
    matrix, sides = read_number("lstsq", "a", a), read_number("lstsq", "b", b)
    is_vector = sides.ndim == 1
    columns = corepy.expand_dims(sides, axis=-1) if is_vector else sides
    if matrix.ndim < 2 or columns.ndim < 2 or matrix.shape[-2] != columns.shape[-2]:
        raise ShapeError(
            f"lstsq: the shapes do not fit (got {matrix.shape} and {sides.shape}; expected "
            "(..., m, n) and (m,) or (..., m, k))"
        )
    limit = None if rcond is None else read_float("lstsq", "rcond", rcond)
    if limit is not None and limit != limit:
        raise ArgumentError("lstsq: rcond is not a number (got nan; expected a number or None)")
    dtype = corepy.result_type(matrix, columns)
    matrix, columns = (corepy.astype(one, dtype, copy=False) for one in (matrix, columns))
    x, rank, values = _solve(matrix, columns, limit)
    residuals = _find_residuals(matrix, columns, x, rank)
    if is_vector:
        x = corepy.squeeze(x, axis=-1)
    return LstsqResult(x, residuals, rank, values)


def _solve(a: Tensor, b: Tensor, rcond: float | None) -> tuple[Tensor, Tensor, Tensor]:
    """x, the rank, the singular values."""
    m, n = a.shape[-2:]
    if 0 < 2 * n <= m:  # then QR and what is left of the columns take half of the time or less
        q, a = corepy.linalg.qr(a)
        b = corepy.conj(q).mT @ b
    u, values, vh = corepy.linalg.svd(a, full_matrices=False)
    if min(m, n) == 0:
        batch = corepy.broadcast_shapes(a.shape[:-2], b.shape[:-2])
        x = corepy.zeros((*batch, n, b.shape[-1]), dtype=a.dtype)
        return x, corepy.zeros(a.shape[:-2], dtype=corepy.int64), values
    eps = corepy.finfo(values.dtype).eps
    relative = max(m, n) * eps if rcond is None or rcond < 0 else rcond
    counts = values > relative * values[..., :1]
    inverses = corepy.where(counts, 1 / values, 0.0)
    coefficients = corepy.conj(u).mT @ b * corepy.expand_dims(inverses, axis=-1)
    x = corepy.conj(vh).mT @ coefficients
    return x, corepy.count_nonzero(counts, axis=-1), values


def _find_residuals(a: Tensor, b: Tensor, x: Tensor, rank: Tensor) -> Tensor:
    """The squared lengths of the columns of b - a x, if all matrices have full column rank."""
    m, n = a.shape[-2:]
    dtype = corepy.real(x).dtype if x.dtype.kind == "c" else x.dtype
    if m <= n or bool(corepy.any(rank < n)):
        return corepy.zeros(0, dtype=dtype)
    lengths = corepy.linalg.vector_norm(b - a @ x, axis=-2)
    return lengths * lengths
