# Polynomials from points, and the zeros of polynomials: polyfit, roots. What is done with
# coefficients is in polynomials.py.
"""Coefficients, the highest power first, by least squares; zeros as eigenvalues."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, ShapeError
from corepy.ops.arguments import read_flag, read_floating, read_int, read_number
from corepy.ops.composed import composed

from .polynomials import read_coefficients, vander

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias, overload

    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

    #: Coefficients, residuals, rank, singular values, rcond.
    Details: TypeAlias = tuple[Tensor, Tensor, Tensor, Tensor, float]

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
    ) -> Tensor: ...
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
    ) -> Tensor | Details: ...


@composed
def polyfit(
    x: ArrayLike,
    y: ArrayLike,
    /,
    deg: int,
    rcond: float | None = None,
    full: bool = False,
    w: ArrayLike | None = None,
) -> Tensor | Details:
    """The polynomial of degree ``deg`` with the least sum of (w (y - p(x)))**2.

    It is that of lstsq for the powers of x, each power's column divided by its length.  With
    ``full`` the residuals, rank and singular values of lstsq and the ``rcond`` in force come, too.

    Shapes: x is (n,), y (n,) or (n, k) for k polynomials; the result (deg + 1,) or (deg + 1, k).
    Dtypes: numeric, promoted together; integers and bool become float64.  Weights in a list adopt
    the dtype of x.
    Edges: ``rcond`` is n times eps by default.  Where the rank is less than deg + 1, as with fewer
    points, it is one of many solutions, that with the shortest scaled coefficients: ``full`` tells.
    Raises: ShapeError; ArgumentError for a negative deg; DTypeError for half precision;
    LinalgError for NaN and infinity in x or w.
    Accuracy: that of lstsq with K the condition of the scaled matrix, in the scaled coefficients.
    Source: NumPy; lstsq.

    >>> import corepy as cp
    >>> x = cp.arange(5.0)
    >>> cp.around(cp.polyfit(x, 3 * x**2 - x + 2, 2), 10)
    Tensor([ 3., -1.,  2.], shape=(3,), dtype=float64)
    """
    points, values = read_number("polyfit", "x", x), read_number("polyfit", "y", y)
    degree, with_details = read_int("polyfit", "deg", deg), read_flag("polyfit", "full", full)
    if degree < 0:
        raise ArgumentError(f"polyfit: deg is negative (got {degree}; expected >= 0)")
    if points.ndim != 1 or points.size == 0 or values.ndim not in (1, 2):
        raise ShapeError(
            f"polyfit: the shapes do not fit (got {points.shape} and {values.shape}; expected (n,) "
            "with n >= 1, and (n,) or (n, k))"
        )
    if values.shape[0] != points.size:
        raise ShapeError(
            f"polyfit: every point needs a value (got {points.size} points and {values.shape[0]} "
            "values)"
        )
    matrix = vander(points, degree + 1)
    if w is not None:
        weights = read_floating("polyfit", "w", w)
        if not isinstance(w, corepy.Tensor):
            weights = corepy.astype(weights, corepy.finfo(points.dtype).dtype, copy=False)
        if weights.shape != points.shape:
            raise ShapeError(
                f"polyfit: every point needs a weight (got shape {weights.shape}; expected "
                f"{points.shape})"
            )
        matrix = matrix * weights[:, None]
        values = values * (weights if values.ndim == 1 else weights[:, None])
    lengths = corepy.linalg.vector_norm(matrix, axis=0)
    lengths = corepy.where(lengths == 0, 1.0, lengths)
    limit = points.size * corepy.finfo(points.dtype).eps if rcond is None else rcond
    found, residuals, rank, singular = corepy.linalg.lstsq(matrix / lengths, values, rcond=limit)
    found = found / (lengths if values.ndim == 1 else lengths[:, None])
    return (found, residuals, rank, singular, limit) if with_details else found


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
