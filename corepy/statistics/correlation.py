# Weighted means, spread and correlation: average, cov, corrcoef, ptp.
"""Statistics of several variables, as matrix products of their deviations."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, DTypeError, ShapeError
from corepy.ops.arguments import (
    all_hold,
    is_floating,
    is_integer,
    read_flag,
    read_floating,
    read_int,
    read_real,
)
from corepy.ops.composed import composed

from .weights import read_weights

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike, Dims, DTypeLike
    from corepy.tensor import Tensor

__all__ = ["average", "corrcoef", "cov", "ptp"]


@composed
def average(
    x: ArrayLike,
    /,
    axis: Dims | None = None,
    weights: ArrayLike | None = None,
    returned: bool = False,
    *,
    keepdims: bool = False,
) -> Tensor | tuple[Tensor, Tensor]:
    """Weighted mean: sum(weights * x) / sum(weights); without weights the mean.

    Shapes: as mean; with ``returned`` the sum of weights comes second, in the mean's shape; weights
    have x's shape, or one axis for a single ``axis``.  Dtypes: real floating; integers become
    float64; floating weights are promoted with x, others take its dtype.
    Edges: weights may be negative.
    Raises: ArgumentError for weights whose sum is 0; ShapeError; AxisError; DTypeError.
    Accuracy: that of both sums, and two more roundings.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.average(cp.asarray([1.0, 2.0, 6.0]), weights=[1, 1, 2])
    Tensor(3.75, shape=(), dtype=float64)
    """
    number = read_floating("average", "x", x)
    is_pair = read_flag("average", "returned", returned)
    if weights is None:
        found = corepy.mean(number, axis=axis, keepdims=keepdims)
        count = number.size // found.size if found.size else 0
        return (found, corepy.full_like(found, float(count))) if is_pair else found
    given = read_real("average", "weights", weights)
    has_own = isinstance(weights, corepy.Tensor) and is_floating(given)  # numbers have none
    dtype = corepy.result_type(number, given) if has_own else number.dtype
    weight = read_weights("average", number, axis, given, dtype)
    total = corepy.sum(weight, axis=axis, keepdims=keepdims)
    if not all_hold(total != 0):
        raise ArgumentError("average: the weights have no usable sum (got 0; expected another)")
    found = corepy.sum(number * weight, axis=axis, keepdims=keepdims) / total
    return (found, total) if is_pair else found


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


def _read_variables(
    function: str,
    x: ArrayLike,
    y: ArrayLike | None,
    rowvar: bool,
    dtype: DTypeLike | None,
) -> Tensor:
    """One variable a row."""
    rows = []
    for name, value in (("x", x), ("y", y)):
        if value is None:
            continue
        variable = read_real(function, name, value)
        if dtype is not None:
            variable = corepy.astype(variable, dtype, copy=False)
        variable = read_floating(function, name, variable)
        if variable.ndim > 2:
            raise ShapeError(
                f"{function}: {name} has too many axes (got shape {variable.shape}; expected one "
                "variable or a matrix of them)"
            )
        if variable.ndim < 2:
            variable = corepy.reshape(variable, (1, -1))
        elif not read_flag(function, "rowvar", rowvar):
            variable = variable.mT
        rows.append(variable)
    if len({row.shape[1] for row in rows}) > 1:
        raise ShapeError(
            f"{function}: x and y differ in their number of observations (got {rows[0].shape[1]} "
            f"and {rows[1].shape[1]}; expected one number)"
        )
    return rows[0] if len(rows) == 1 else corepy.concat(rows, axis=0)


def _read_observations(
    name: str, weights: ArrayLike | None, rows: Tensor, is_counting: bool
) -> Tensor | None:
    """A weight for each observation, none of them negative."""
    if weights is None:
        return None
    weight = read_real("cov", name, weights)
    if is_counting and not is_integer(weight):
        raise DTypeError(
            f"cov: unsupported dtype of {name} (got {weight.dtype.name}; expected integers, which "
            "count); use aweights"
        )
    if weight.shape != rows.shape[1:]:
        raise ShapeError(
            f"cov: every observation needs one of {name} (got shape {weight.shape}; expected "
            f"{rows.shape[1:]})"
        )
    if not all_hold(weight >= 0):
        raise ArgumentError(
            f"cov: {name} are out of range (got one below 0, or NaN; expected >= 0)"
        )
    return corepy.astype(weight, rows.dtype, copy=False)


def _weigh(rows: Tensor, ddof: int, weight: Tensor, importance: Tensor | None) -> Tensor:
    """Covariances under weights: sum(w d_i d_j) / (sum(w) - ddof sum(w importance) / sum(w))."""
    total = corepy.sum(weight)
    if not all_hold((total > 0) & (total < corepy.inf)):
        raise ArgumentError(
            f"cov: the weights have no usable sum (got {float(total)!r}; expected one above 0 and "
            "below infinity)"
        )
    taken = ddof if importance is None else ddof * corepy.sum(weight * importance) / total
    divisor = total - taken
    if not all_hold(divisor >= 0):
        raise ArgumentError(
            f"cov: more degrees are taken than the weights come to (got ddof {ddof}; expected a "
            "smaller one, or greater fweights)"
        )
    deviation = rows - corepy.sum(rows * weight, axis=1, keepdims=True) / total
    found = corepy.matmul(deviation, (deviation * weight).mT) / divisor
    # (d_i w) d_j and d_i (d_j w) differ in rounding: one triangle gives both.
    return corepy.tril(found) + corepy.tril(found, k=-1).mT


def _multiply_deviations(rows: Tensor) -> Tensor:
    deviation = rows - corepy.mean(rows, axis=1, keepdims=True)
    return corepy.matmul(deviation, deviation.mT)


@composed
def cov(
    x: ArrayLike,
    /,
    y: ArrayLike | None = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: ArrayLike | None = None,
    aweights: ArrayLike | None = None,
    dtype: DTypeLike | None = None,
) -> Tensor:
    """Covariances of variables: D @ D.T / (n - 1), D being the deviations from the means.

    ``fweights`` say how often each observation occurred, ``aweights`` how much it matters: with w
    their product, and s its sum, means are weighted, and sum(w d_i d_j) is divided by
    s - ddof sum(w aweights) / s.

    Shapes: (k, k) for k variables, () for one; variables are rows of x and y, or columns where not
    ``rowvar``; a weight for each observation.  Dtypes: real floating; integers become float64;
    all are converted to ``dtype`` first; fweights are integers; weights are converted, too.
    Edges: ``bias`` divides by n, ``ddof`` by n - ddof; a divisor of 0 gives NaN or infinities.
    Raises: ShapeError; DTypeError; ArgumentError where ddof exceeds n, for negative weights or
    those that sum to 0.
    Accuracy: (gamma(n) + 4u) sum|d_i d_j| / (n - 1), the order being that of matmul; with weights
    (gamma(n) + 8u) sum(w |d_i d_j|) / divisor, and what the divisor's own subtraction costs.
    Source: NumPy; Higham, Accuracy and Stability, section 1.9 (two passes).

    >>> import corepy as cp
    >>> cp.cov(cp.asarray([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    Tensor([[ 1., -1.],
            [-1.,  1.]], shape=(2, 2), dtype=float64)
    >>> cp.cov(cp.asarray([0.0, 3.0]), fweights=[2, 1])
    Tensor(3., shape=(), dtype=float64)
    """
    rows = _read_variables("cov", x, y, rowvar, dtype)
    count, taken = rows.shape[1], 0 if read_flag("cov", "bias", bias) else 1
    if ddof is not None:
        taken = read_int("cov", "ddof", ddof)
    counts = _read_observations("fweights", fweights, rows, is_counting=True)
    importance = _read_observations("aweights", aweights, rows, is_counting=False)
    if counts is not None or importance is not None:
        ones = corepy.ones(count, dtype=rows.dtype)
        weight = (ones if counts is None else counts) * (ones if importance is None else importance)
        found = _weigh(rows, taken, weight, importance)
    elif taken > count:
        raise ArgumentError(
            f"cov: more degrees are taken than there are observations (got {taken}; "
            f"expected at most {count})"
        )
    else:
        found = _multiply_deviations(rows) / (count - taken)
    return corepy.reshape(found, ()) if found.size == 1 else found


@composed
def corrcoef(
    x: ArrayLike,
    /,
    y: ArrayLike | None = None,
    rowvar: bool = True,
    *,
    dtype: DTypeLike | None = None,
) -> Tensor:
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
    rows = _read_variables("corrcoef", x, y, rowvar, dtype)
    products = _multiply_deviations(rows)
    if products.size == 1:
        return corepy.reshape(products / products, ())
    diagonal = corepy.reshape(products, (-1,))[:: products.shape[0] + 1]
    lengths = corepy.sqrt(diagonal)
    return corepy.clip(products / lengths[:, None] / lengths, -1.0, 1.0)
