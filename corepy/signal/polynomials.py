# Polynomials by their coefficients, the highest power first. Coefficients from points, and zeros,
# are in fits.py.
"""Values of polynomials, their sums, products, derivatives, integrals; powers of points."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, DTypeError, ShapeError
from corepy.ops.arguments import (
    adopt_dtype,
    read_flag,
    read_int,
    read_number,
    read_tensor,
)
from corepy.ops.composed import composed

from .convolution import convolve

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["polyadd", "polyder", "polyint", "polymul", "polyval", "vander"]

#: Of one call of polyint.
_MOST_INTEGRALS = 1000


def read_coefficients(function: str, name: str, value: ArrayLike) -> Tensor:
    """One line of numbers; a number is a constant."""
    line = read_tensor(function, name, value)
    if line.ndim == 0:
        line = corepy.reshape(line, (1,))
    if line.ndim != 1:
        raise ShapeError(
            f"{function}: coefficients must be one line (got shape {line.shape}; expected (n,))"
        )
    if line.dtype.kind == "b":
        raise DTypeError(
            f"{function}: unsupported dtype of {name} (got bool; expected numbers); convert it "
            "with corepy.astype"
        )
    return line


def _read_pair(function: str, a1: ArrayLike, a2: ArrayLike) -> tuple[Tensor, Tensor]:
    """Two lines; one of Python's numbers adopts the dtype of the other."""
    return (
        read_coefficients(function, "a1", adopt_dtype(a1, a2)),
        read_coefficients(function, "a2", adopt_dtype(a2, a1)),
    )


@composed
def polyval(p: ArrayLike, x: ArrayLike, /) -> Tensor:
    """p[0] x**(n - 1) + ... + p[n - 1], by Horner's rule.

    Shapes: that of x; p has one axis, the highest power first.  Dtypes: numeric, promoted together.
    Edges: no coefficients give 0; every step is rounded twice.
    Raises: ShapeError for coefficients with several axes; DTypeError.
    Accuracy: gamma(2n) sum|p[i]| |x|**(n - 1 - i).
    Source: NumPy; Higham, Accuracy and Stability, section 5.1.

    >>> import corepy as cp
    >>> cp.polyval([3, 0, 1], cp.asarray([5.0, 2.0]))
    Tensor([76., 13.], shape=(2,), dtype=float64)
    """
    coefficients = read_coefficients("polyval", "p", adopt_dtype(p, x))
    place = read_tensor("polyval", "x", adopt_dtype(x, p))
    if place.dtype.kind == "b":
        raise DTypeError("polyval: unsupported dtype of x (got bool; expected numbers)")
    value = corepy.zeros_like(place)
    for one in coefficients:
        value = value * place + one
    return value


@composed
def polyadd(a1: ArrayLike, a2: ArrayLike, /) -> Tensor:
    """The sum of two polynomials.

    Shapes: the longer of both lines; a number is a constant.  Dtypes: numeric, promoted together.
    Edges: leading zeros stay; integers wrap.
    Raises: ShapeError for several axes; DTypeError.
    Accuracy: exact for integers, else rounded once.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.polyadd([1, 2], [9, 5, 4])
    Tensor([9, 6, 6], shape=(3,), dtype=int64)
    """
    lines = _read_pair("polyadd", a1, a2)
    size = max(line.size for line in lines)
    first, second = (
        corepy.concat([corepy.zeros(size - line.size, dtype=line.dtype), line]) for line in lines
    )
    return first + second


@composed
def polymul(a1: ArrayLike, a2: ArrayLike, /) -> Tensor:
    """The product of two polynomials.

    Shapes: (m + n - 1,) of m and n coefficients; a number is a constant.  Dtypes: numeric, promoted
    together.
    Edges: leading zeros stay: the length depends on the lengths only; integers wrap.
    Raises: ShapeError for several axes, or no coefficients; DTypeError.
    Accuracy: that of convolve.
    Source: NumPy; convolve.

    >>> import corepy as cp
    >>> cp.polymul([1, 2, 3], [9, 5])
    Tensor([ 9, 23, 37, 15], shape=(4,), dtype=int64)
    """
    return convolve(*_read_pair("polymul", a1, a2))


def _read_order(function: str, m: int) -> int:
    order = read_int(function, "m", m)
    if order < 0:
        raise ArgumentError(f"{function}: m is negative (got {order}; expected >= 0)")
    return order


@composed
def polyder(p: ArrayLike, /, m: int = 1) -> Tensor:
    """The m-th derivative of a polynomial.

    Shapes: (n - m,), none less than 0.  Dtypes: numeric; the result has p's.
    Edges: m = 0 gives p; no coefficients are the zero polynomial; integers wrap.
    Raises: ShapeError for several axes; ArgumentError for a negative m; DTypeError.
    Accuracy: each factor rounds once; exact for integers.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.polyder([1, 1, 1, 1])
    Tensor([3, 2, 1], shape=(3,), dtype=int64)
    """
    line = read_coefficients("polyder", "p", p)[...]
    for _ in range(min(_read_order("polyder", m), line.size)):
        powers = corepy.arange(line.size - 1, 0, -1)
        line = line[:-1] * corepy.astype(powers, line.dtype)
    return line


@composed
def polyint(p: ArrayLike, /, m: int = 1, k: ArrayLike | None = None) -> Tensor:
    """The m-th integral of a polynomial, with the constants ``k`` of one integration after another.

    Shapes: (n + m,); k is one number for all, or a line of m.  Dtypes: floating; integers become
    float64.  Python's numbers as constants adopt it.
    Edges: constants are 0 by default; m = 0 gives p.
    Raises: ShapeError for several axes, or too few constants; ArgumentError for m < 0 or m > 1000;
    DTypeError for bool and half precision.
    Accuracy: each quotient rounds once.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.polyint([3, 2, 1], k=7)
    Tensor([1., 1., 1., 7.], shape=(4,), dtype=float64)
    """
    line = read_number("polyint", "p", read_coefficients("polyint", "p", p))[...]
    order = _read_order("polyint", m)
    if order > _MOST_INTEGRALS:
        raise ArgumentError(
            f"polyint: m is out of range (got {order}; expected at most {_MOST_INTEGRALS})"
        )
    given = 0 if k is None else k
    constants = (
        given if isinstance(given, corepy.Tensor) else corepy.asarray(given, dtype=line.dtype)
    )
    constants = read_coefficients("polyint", "k", constants)
    if constants.size == 1:
        constants = corepy.broadcast_to(constants, (order,))
    if constants.size < order:
        raise ShapeError(
            f"polyint: every integration needs a constant (got {constants.size}; expected 1 or "
            f"{order})"
        )
    for number in range(order):
        powers = corepy.astype(corepy.arange(line.size, 0, -1), line.dtype)
        line = corepy.concat([line / powers, constants[number : number + 1]])
    return line


@composed
def vander(x: ArrayLike, /, N: int | None = None, increasing: bool = False) -> Tensor:
    """The Vandermonde matrix: out[i, j] = x[i]**(N - 1 - j), or x[i]**j where ``increasing``.

    Shapes: (n, N), square by default; x has one axis.  Dtypes: numeric.
    Edges: powers are products of their predecessors; integers wrap.
    Raises: ShapeError; ArgumentError for a negative N; DTypeError for bool.
    Accuracy: gamma(j) relative for power j.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.vander(cp.asarray([2, 3]), 3)
    Tensor([[4, 2, 1],
            [9, 3, 1]], shape=(2, 3), dtype=int64)
    """
    line = read_tensor("vander", "x", x)
    if line.ndim != 1:
        raise ShapeError(f"vander: x must be one line (got shape {line.shape}; expected (n,))")
    if line.dtype.kind == "b":
        raise DTypeError("vander: unsupported dtype (got bool; expected numbers)")
    count = line.size if N is None else read_int("vander", "N", N)
    if count < 0:
        raise ArgumentError(f"vander: N is negative (got {count}; expected >= 0)")
    repeated = corepy.broadcast_to(line[:, None], (line.size, max(count - 1, 0)))
    powers = corepy.cumulative_prod(repeated, axis=1, dtype=line.dtype, include_initial=True)
    powers = powers[:, :count]
    return powers if read_flag("vander", "increasing", increasing) else corepy.flip(powers, axis=1)
