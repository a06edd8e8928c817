# Polynomials from points, and the zeros of polynomials: polyfit, roots. What is done with
# coefficients is in polynomials.py.
"""Coefficients, the highest power first, by least squares; zeros as eigenvalues."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, ArgumentTypeError, LinalgError, ShapeError
from corepy.ops.arguments import all_hold, as_flag, read_flag, read_floating, read_int, read_number
from corepy.ops.composed import composed

from .polynomials import read_coefficients, vander

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias, overload

    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

    #: Coefficients, residuals, rank, singular values, rcond.
    Details: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor, float]
    Covariance: TypeAlias = bool | Literal["unscaled"]

__all__ = ["polyfit", "roots"]


if TYPE_CHECKING:  # what a program may write; the function below is what runs

    @overload
    def polyfit(
        x: ArrayLike,
        y: ArrayLike,
        /,
        deg: int,
        rcond: float | None = None,
        full: Literal[False] = False,
        w: ArrayLike | None = None,
        cov: Literal[False] = False,
    ) -> Tensor: ...
    @overload
    def polyfit(
        x: ArrayLike,
        y: ArrayLike,
        /,
        deg: int,
        rcond: float | None = None,
        full: Literal[False] = False,
        w: ArrayLike | None = None,
        *,
        cov: Literal[True, "unscaled"],
    ) -> tuple[Tensor, Tensor]: ...
    @overload
    def polyfit(
        x: ArrayLike,
        y: ArrayLike,
        /,
        deg: int,
        rcond: float | None = None,
        *,
        full: bool,
        w: ArrayLike | None = None,
        cov: Covariance = False,
    ) -> Tensor | tuple[Tensor, Tensor] | Details: ...


@composed
def polyfit(
    x: ArrayLike,
    y: ArrayLike,
    /,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: ArrayLike | None = None,
    cov: Covariance = False,
) -> Tensor | tuple[Tensor, Tensor] | Details:
    """The polynomial of degree ``deg`` with the least sum of (w (y - p(x)))**2.

    It is that of lstsq for the powers of x, each power's column divided by its length.  With
    ``full`` the residuals, rank and singular values of lstsq and the ``rcond`` in force come, too;
    else with ``cov`` the covariance matrix of the coefficients: the inverse of V.T @ V, V being the
    weighted powers, times the residuals by the n - deg - 1 degrees of freedom, or 1 for "unscaled",
    where the weights are the inverse standard deviations of y.

    Shapes: x is (n,), y (n,) or (n, k) for k polynomials; the result (deg + 1,) or (deg + 1, k),
    the covariance (deg + 1, deg + 1) or (deg + 1, deg + 1, k), where k is 1 for "unscaled".
    Dtypes: numeric, promoted together; integers and bool become float64.  Weights in a list adopt
    the dtype of x.
    Edges: ``rcond`` is n times eps by default.  Where the rank is less than deg + 1, as with fewer
    points, it is one of many solutions, that with the shortest scaled coefficients: ``full`` tells.
    Of complex numbers the covariance is that with conj(V).T (NumPy leaves out the conjugate).
    Raises: ShapeError; ArgumentError for a negative deg, and where no degree of freedom is left for
    ``cov``; DTypeError for half precision; LinalgError for NaN and infinity in x or w, and where a
    low rank leaves no covariance.
    Accuracy: that of lstsq with K the condition of the scaled matrix, in the scaled coefficients.
    Source: NumPy; lstsq.

    >>> import corepy as cp
    >>> x = cp.arange(5.0)
    >>> cp.around(cp.polyfit(x, 3 * x**2 - x + 2, 2), 10)
    Tensor([ 3., -1.,  2.], shape=(3,), dtype=float64)
    """
    degree, with_details = read_int("polyfit", "deg", deg), read_flag("polyfit", "full", full)
    with_covariance = _read_covariance(cov)
    if degree < 0:
        raise ArgumentError(f"polyfit: deg is negative (got {degree}; expected >= 0)")
    points, values = _read_samples(x, y)
    matrix = vander(points, degree + 1)
    if w is not None:
        weights = _read_weights(w, points)
        matrix = matrix * weights[:, None]
        values = values * (weights if values.ndim == 1 else weights[:, None])
    lengths = corepy.linalg.vector_norm(matrix, axis=0)
    lengths = corepy.where(lengths == 0, 1.0, lengths)
    limit = points.size * corepy.finfo(points.dtype).eps if rcond is None else rcond
    matrix = matrix / lengths
    found, residuals, rank, singular = corepy.linalg.lstsq(matrix, values, rcond=limit)
    found = found / (lengths if values.ndim == 1 else lengths[:, None])
    if with_details:
        return found, residuals, rank, singular, limit
    if not with_covariance:
        return found
    covariance = _find_covariance(matrix, lengths, rank)
    if values.ndim == 2:
        covariance = covariance[:, :, None]
    if not isinstance(cov, str):
        covariance = covariance * (residuals / _count_freedom(points.size, degree))
    return found, covariance


def _read_covariance(cov: Covariance) -> bool:
    """Whether the covariance is wanted, scaled or not."""
    is_unscaled = isinstance(cov, str) and cov == "unscaled"
    flag = True if is_unscaled else as_flag(cov)
    if flag is None:
        raise ArgumentTypeError(
            f"polyfit: cov has the wrong type (got {cov!r}; expected bool or 'unscaled')"
        )
    return flag


def _read_samples(x: ArrayLike, y: ArrayLike) -> tuple[Tensor, Tensor]:
    """Points and values, one for each point or a row of several."""
    points, values = read_number("polyfit", "x", x), read_number("polyfit", "y", y)
    if points.ndim != 1 or points.size == 0 or values.ndim not in (1, 2):
        raise ShapeError(
            f"polyfit: the shapes do not fit (got {points.shape} and {values.shape}; expected (n,) "
            "with n >= 1, and (n,) or (n, k))"
        )
    if values.shape[0] != points.size:
        raise ShapeError(
            f"polyfit: every point needs a value (got {points.size} points and {values.shape[0]} "
            "values; expected as many)"
        )
    return points, values


def _read_weights(w: ArrayLike, points: Tensor) -> Tensor:
    weights = read_floating("polyfit", "w", w)
    if not isinstance(w, corepy.Tensor):
        weights = corepy.astype(weights, corepy.finfo(points.dtype).dtype, copy=False)
    if weights.shape != points.shape:
        raise ShapeError(
            f"polyfit: every point needs a weight (got shape {weights.shape}; expected "
            f"{points.shape})"
        )
    return weights


def _find_covariance(matrix: Tensor, lengths: Tensor, rank: Tensor) -> Tensor:
    """The inverse of V^H V for V = matrix * lengths: of its factor R, so that no square is made."""
    if not all_hold(rank == lengths.size):
        raise LinalgError(
            f"polyfit: the coefficients have no covariance (got rank {int(rank)}; expected "
            f"{lengths.size}); take a smaller deg, or other points"
        )
    root = corepy.linalg.inv(corepy.linalg.qr(matrix).R) / lengths[:, None]
    return corepy.matmul(root, corepy.conj(root).mT)


def _count_freedom(points: int, degree: int) -> int:
    if points > degree + 1:
        return points - degree - 1
    raise ArgumentError(
        f"polyfit: the points leave no degree of freedom (got {points}; expected more than "
        f'{degree + 1}, or cov="unscaled")'
    )


@composed
def roots(p: ArrayLike, /) -> Tensor:
    """The zeros of a polynomial, as eigenvalues of its companion matrix.

    Shapes: (n,), of the degree n once leading zeros are dropped.  Dtypes: numeric; the result is
    complex, also where all zeros are real.
    Edges: in no order; each trailing zero coefficient is an exact zero, at the end; none for
    constants, the zero polynomial and no coefficients.
    Raises: ShapeError for several axes; DTypeError for bool and half precision; LinalgError for NaN
    and infinity, or where the quotients by the leading coefficient overflow.
    Accuracy: that of eigvals for the companion matrix: zeros of multiplicity k, or k close ones,
    are good to the k-th root of its error.
    Source: NumPy; A. Edelman, H. Murakami, Math. Comp. 64 (1995).

    >>> import corepy as cp
    >>> cp.sort(cp.around(cp.real(cp.roots([1, -3, 2])), 12))
    Tensor([1., 2.], shape=(2,), dtype=float64)
    """
    line = read_number("roots", "p", read_coefficients("roots", "p", p))
    dtype = corepy.result_type(line.dtype, corepy.complex64)
    places = corepy.nonzero(line)[0]
    if places.size == 0:
        return corepy.zeros(0, dtype=dtype)
    first, last = int(places[0]), int(places[-1])
    line, zeros = line[first : last + 1], corepy.zeros(line.size - 1 - last, dtype=dtype)
    degree = line.size - 1
    if degree == 0:
        return zeros
    companion = corepy.eye(degree, k=-1, dtype=line.dtype)
    companion[0] = -line[1:] / line[0]
    return corepy.concat([corepy.linalg.eigvals(companion), zeros])
