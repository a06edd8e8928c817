# Weighted means, spread and correlation: average, cov, corrcoef, ptp.
"""Statistics of several variables, as matrix products of their deviations."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, ShapeError
from corepy.ops.arguments import normalize_axis, read_floating, read_real
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, Dims
    from corepy.tensor import Tensor

__all__ = ["average", "corrcoef", "cov", "ptp"]


@composed
def average(
    x: ArrayLike,
    /,
    axis: Dims | None = None,
    weights: ArrayLike | None = None,
    *,
    keepdims: bool = False,
) -> Tensor:
    """Weighted mean: sum(weights * x) / sum(weights); without weights the mean.

    Shapes: as mean; weights have x's shape, or one axis for a single ``axis``.  Dtypes: real
    floating; integers become float64.
    Edges: weights may be negative.
    Raises: ArgumentError for weights whose sum is 0; ShapeError; AxisError; DTypeError.
    Accuracy: that of both sums, and two more roundings.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.average(cp.asarray([1.0, 2.0, 6.0]), weights=[1, 1, 2])
    Tensor(3.75, shape=(), dtype=float64)
    """
    number = read_floating("average", "x", x)
    if weights is None:
        return corepy.mean(number, axis=axis, keepdims=keepdims)
    weight = corepy.astype(read_real("average", "weights", weights), number.dtype, copy=False)
    if weight.shape != number.shape:
        if not isinstance(axis, int) or weight.ndim != 1:
            raise ShapeError(
                f"average: weights must have the shape of x, or one axis beside a single axis (got "
                f"{weight.shape} and axis {axis}; expected {number.shape})"
            )
        place = normalize_axis("average", axis, number.ndim)
        if weight.size != number.shape[place]:
            raise ShapeError(
                f"average: every position along the axis needs a weight (got {weight.size}; "
                f"expected {number.shape[place]})"
            )
        weight = corepy.reshape(weight, (-1,) + (1,) * (number.ndim - 1 - place))
        weight = corepy.broadcast_to(weight, number.shape)
    total = corepy.sum(weight, axis=axis, keepdims=keepdims)
    if bool(corepy.any(total == 0)):
        raise ArgumentError("average: the weights sum to 0 (expected another sum)")
    return corepy.sum(number * weight, axis=axis, keepdims=keepdims) / total


@composed
def ptp(x: ArrayLike, /, axis: Dims | None = None, *, keepdims: bool = False) -> Tensor:
    """Largest less smallest element.

    Shapes: as max.  Dtypes: integers and real floating; the result has x's.
    Edges: integers wrap; NaN propagates.
    Raises: as max.
    Accuracy: exact for integers, else rounded once.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.ptp(cp.asarray([[4, 9], [2, 5]]), axis=1)
    Tensor([5, 3], shape=(2,), dtype=int64)
    """
    number = read_real("ptp", "x", x)
    return corepy.max(number, axis=axis, keepdims=keepdims) - corepy.min(
        number, axis=axis, keepdims=keepdims
    )


def _read_variables(function: str, x: ArrayLike, y: ArrayLike | None, rowvar: bool) -> Tensor:
    """One variable a row."""
    rows = []
    for name, value in (("x", x), ("y", y)):
        if value is None:
            continue
        variable = read_floating(function, name, value)
        if variable.ndim > 2:
            raise ShapeError(
                f"{function}: {name} has too many axes (got shape {variable.shape}; expected one "
                "variable or a matrix of them)"
            )
        if variable.ndim < 2:
            variable = corepy.reshape(variable, (1, -1))
        elif not rowvar:
            variable = variable.mT
        rows.append(variable)
    if len({row.shape[1] for row in rows}) > 1:
        raise ShapeError(
            f"{function}: x and y differ in their number of observations (got {rows[0].shape[1]} "
            f"and {rows[1].shape[1]}; expected one number)"
        )
    return rows[0] if len(rows) == 1 else corepy.concat(rows, axis=0)


@composed
def cov(
    x: ArrayLike,
    /,
    y: ArrayLike | None = None,
    rowvar: bool = True,
    bias: bool = False,
    *,
    ddof: int | None = None,
) -> Tensor:
    """Covariances of variables: D @ D.T / (n - 1), D being the deviations from the means.

    Shapes: (k, k) for k variables, () for one; variables are rows of x and y, or columns where not
    ``rowvar``.  Dtypes: real floating; integers become float64.
    Edges: ``bias`` divides by n, ``ddof`` by n - ddof; a divisor of 0 gives NaN or infinities.
    Raises: ShapeError; DTypeError; ArgumentError where ddof exceeds n.
    Accuracy: (gamma(n) + 4u) sum|d_i d_j| / (n - 1), the order being that of matmul.
    Source: NumPy; Higham, Accuracy and Stability, section 1.9 (two passes).

    >>> import corepy as cp
    >>> cp.cov(cp.asarray([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    Tensor([[ 1., -1.],
            [-1.,  1.]], shape=(2, 2), dtype=float64)
    """
    rows = _read_variables("cov", x, y, rowvar)
    count = rows.shape[1]
    divisor = count - ((0 if bias else 1) if ddof is None else ddof)
    if divisor < 0:
        raise ArgumentError(
            f"cov: more degrees are taken than there are observations (got {count - divisor}; "
            f"expected at most {count})"
        )
    deviation = rows - corepy.mean(rows, axis=1, keepdims=True)
    found = corepy.matmul(deviation, deviation.mT) / divisor
    return corepy.reshape(found, ()) if found.size == 1 else found


@composed
def corrcoef(x: ArrayLike, /, y: ArrayLike | None = None, rowvar: bool = True) -> Tensor:
    """Correlation coefficients of Pearson: cov[i, j] / sqrt(cov[i, i] cov[j, j]), within -1..1.

    Shapes: as cov.  Dtypes: as cov.
    Edges: NaN for a variable that does not vary.
    Raises: as cov.
    Accuracy: that of cov, relative to sqrt(cov[i, i] cov[j, j]), and four more roundings.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.corrcoef(cp.asarray([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    Tensor([[ 1., -1.],
            [-1.,  1.]], shape=(2, 2), dtype=float64)
    """
    rows = _read_variables("corrcoef", x, y, rowvar)
    deviation = rows - corepy.mean(rows, axis=1, keepdims=True)
    products = corepy.matmul(deviation, deviation.mT)
    if products.size == 1:
        return corepy.reshape(products / products, ())
    diagonal = corepy.reshape(products, (-1,))[:: products.shape[0] + 1]
    lengths = corepy.sqrt(diagonal)
    return corepy.clip(products / lengths[:, None] / lengths, -1.0, 1.0)
