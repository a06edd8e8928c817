# Polynomials by their coefficients, and products of all pairs: polyval, vander, kron.
"""Values of polynomials, their matrices, Kronecker products."""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, DTypeError, ShapeError
from corepy.ops.arguments import read_flag, read_int, read_tensor
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["kron", "polyval", "vander"]


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
    coefficients, place = read_tensor("polyval", "p", p), read_tensor("polyval", "x", x)
    if coefficients.ndim != 1:
        raise ShapeError(
            f"polyval: coefficients must be one line (got shape {coefficients.shape}; expected "
            "(n,))"
        )
    if "b" in (coefficients.dtype.kind, place.dtype.kind):
        raise DTypeError("polyval: unsupported dtype (got bool; expected numbers)")
    value = corepy.zeros_like(place)
    for one in coefficients:
        value = value * place + one
    return value


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


@composed
def kron(a: ArrayLike, b: ArrayLike, /) -> Tensor:
    """Kronecker product: each element of a times all of b, side by side.

    Shapes: the products of the extents, the shorter shape preceded by ones.  Dtypes: numeric,
    promoted together.
    Edges: integers wrap.
    Raises: DTypeError.
    Accuracy: as multiply: rounded once.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.kron(cp.asarray([1, 10]), cp.asarray([1, 2, 3]))
    Tensor([ 1,  2,  3, 10, 20, 30], shape=(6,), dtype=int64)
    """
    first, second = read_tensor("kron", "a", a), read_tensor("kron", "b", b)
    ndim = max(first.ndim, second.ndim)
    of_a = (1,) * (ndim - first.ndim) + first.shape
    of_b = (1,) * (ndim - second.ndim) + second.shape
    outer = corepy.reshape(first, [extent for one in of_a for extent in (one, 1)]) * corepy.reshape(
        second, [extent for one in of_b for extent in (1, one)]
    )
    return corepy.reshape(outer, [m * n for m, n in zip(of_a, of_b, strict=True)])
