# NumPy's products of two arrays that are no row of the operator tables. Sums of products by labels
# are in contractions.py, norms and decompositions in matrices.py.
"""``dot inner vdot kron``: the standard's products with NumPy's rules for the axes."""

from __future__ import annotations

import corepy
from corepy.errors import ShapeError
from corepy.ops.arguments import check_out, read_pair, read_tensor
from corepy.ops.composed import composed, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["dot", "inner", "kron", "vdot"]


@named
def dot(a: ArrayLike, b: ArrayLike, /, out: Tensor | None = None) -> Tensor:
    """The sum of products over the last axis of a and the last but one of b.

    Shapes: a.shape[:-1] + b's without the axis; a number multiplies.  Dtypes: numeric, promoted.
    Edges: for matrices ``a @ b``; stacks give all pairs, unlike matmul.  Complex numbers are not
    conjugated.
    Raises: ShapeError; DTypeError.
    Accuracy: as matmul.
    Source: NumPy; tensordot.

    >>> import corepy as cp
    >>> cp.dot(cp.asarray([1, 2]), cp.asarray([3, 4]))
    Tensor(11, shape=(), dtype=int64)
    """
    x, y = read_pair("dot", ("a", "b"), a, b)
    m, n = x.ndim, y.ndim
    if m == 0 or n == 0:
        return corepy.multiply(x, y, out=out)
    if m <= 2 and n <= 2:
        return corepy.matmul(x, y, out=out)
    check_out("dot", out)
    found = corepy.tensordot(x, y, axes=((m - 1,), (max(n - 2, 0),)))
    return found if out is None else corepy.positive(found, out=out)


@named
def inner(a: ArrayLike, b: ArrayLike, /) -> Tensor:
    """The sum of products over the last axes of a and b.

    Shapes: a.shape[:-1] + b.shape[:-1]; a number multiplies.  Dtypes: numeric, promoted.
    Edges: complex numbers are not conjugated.
    Raises: ShapeError; DTypeError.
    Accuracy: as matmul.
    Source: NumPy; tensordot.

    >>> import corepy as cp
    >>> cp.inner(cp.asarray([1, 2]), cp.asarray([3, 4]))
    Tensor(11, shape=(), dtype=int64)
    """
    x, y = read_pair("inner", ("a", "b"), a, b)
    if x.ndim == 0 or y.ndim == 0:
        return corepy.multiply(x, y)
    return corepy.tensordot(x, y, axes=((x.ndim - 1,), (y.ndim - 1,)))


@composed
def vdot(a: ArrayLike, b: ArrayLike, /) -> Tensor:
    """The sum of conj(a) * b over all elements, in C order.

    Shapes: those of a and b may differ, but not their sizes.  Dtypes: numeric, promoted.
    Edges: as vecdot; no elements give 0.
    Raises: ShapeError for different sizes; DTypeError for bool.
    Accuracy: that of matmul.
    Source: NumPy; vecdot.

    >>> import corepy as cp
    >>> cp.vdot(cp.asarray([1 + 2j, 3.0]), cp.asarray([1 + 2j, 1j]))
    Tensor(5.+3.j, shape=(), dtype=complex128)
    """
    x, y = read_tensor("vdot", "a", a), read_tensor("vdot", "b", b)
    if x.size != y.size:
        raise ShapeError(
            f"vdot: a and b differ in size (got shapes {x.shape} and {y.shape}; expected the same "
            "number of elements)"
        )
    return corepy.vecdot(corepy.reshape(x, (-1,)), corepy.reshape(y, (-1,)))


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
    first, second = read_pair("kron", ("a", "b"), a, b)
    ndim = max(first.ndim, second.ndim)
    of_a = (1,) * (ndim - first.ndim) + first.shape
    of_b = (1,) * (ndim - second.ndim) + second.shape
    # Two axes for one, but where an extent of 1 leaves the other's alone: 64 are all there may be.
    axes = list(zip(of_a, of_b, strict=True))
    shape_a = [extent for m, n in axes for extent in ((m,) if 1 in (m, n) else (m, 1))]
    shape_b = [extent for m, n in axes for extent in ((n,) if 1 in (m, n) else (1, n))]
    outer = corepy.reshape(first, shape_a) * corepy.reshape(second, shape_b)
    return corepy.reshape(outer, [m * n for m, n in axes])
