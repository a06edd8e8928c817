# NumPy's functions of matrices beside the standard's: linalg.norm, linalg.cond, linalg.multi_dot.
# Least squares are in least_squares.py, declarations of the standard's in ops/linalg/.
"""Norms of vectors and matrices in one function, condition numbers, products of several."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, AxisError, LinalgError, ShapeError
from corepy.ops.arguments import (
    check_out,
    check_scalar,
    is_half,
    normalize_axis,
    read_flag,
    read_number,
    read_tensor,
)
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from corepy.ops.native import ArrayLike, Dims
    from corepy.tensor import Tensor

    Order: TypeAlias = "float | Literal['fro', 'nuc']"
    #: Where the best product of a range of matrices is cut in two.
    Cuts: TypeAlias = dict[tuple[int, int], int]

__all__ = ["cond", "multi_dot", "norm"]


# ---- norms ----


def _read_axes(axis: Dims | None, x: Tensor, is_plain: bool) -> tuple[int, ...]:
    """One axis of vectors or two of matrices; with no ``ord`` and no ``axis`` all of them."""
    if axis is None:
        if is_plain or x.ndim in (1, 2):
            return tuple(range(x.ndim))
        raise ShapeError(
            f"norm: ord needs a vector or a matrix (got shape {x.shape}; expected one axis or "
            "two); name the axes with axis="
        )
    named = axis if isinstance(axis, (tuple, list)) else (axis,)
    axes = tuple(normalize_axis("norm", one, x.ndim) for one in named)
    if len(axes) not in (1, 2) or len(set(axes)) != len(axes):
        raise AxisError(
            f"norm: axes must be those of vectors or of matrices (got {axis}; expected one axis, "
            "or two different ones)"
        )
    return axes


@composed
def norm(
    x: ArrayLike,
    /,
    ord: Order | None = None,
    axis: Dims | None = None,
    keepdims: bool = False,
) -> Tensor:
    """Norm of vectors along one axis, of matrices along two, or of all elements.

    Without ``ord`` the root of the sum of |x|**2.  For one axis ``ord`` is that of vector_norm, for
    two that of matrix_norm: 2 is then the largest singular value.

    Shapes: x without the axes, or with extent 1 there under keepdims; without ``axis`` those of x,
    which has one or two if ``ord`` is given.  Dtypes: numeric; the result is real, integers and
    bool give float64; half precision for vectors and where ``ord`` is None or "fro" only.
    Edges: as vector_norm and matrix_norm: 0 for no elements.
    Raises: AxisError; ShapeError; ArgumentError for an unknown order; DTypeError; LinalgError for
    NaN or infinity where singular values are needed.
    Accuracy: that of vector_norm, or of matrix_norm.
    Source: NumPy; Golub and Van Loan, sections 2.2 and 2.3.

    >>> import corepy as cp
    >>> x = cp.asarray([[3.0, 0.0], [0.0, 4.0]])
    >>> cp.linalg.norm(x), cp.linalg.norm(x, 2), cp.linalg.norm(x, axis=0).tolist()
    (Tensor(5., shape=(), dtype=float64), Tensor(4., shape=(), dtype=float64), [3.0, 4.0])
    """
    tensor = read_tensor("norm", "x", x)
    number = tensor if is_half(tensor.dtype) else read_number("norm", "x", tensor)
    is_kept = read_flag("norm", "keepdims", keepdims)
    _check_order("norm", "ord", ord)
    axes = _read_axes(axis, number, is_plain=axis is None and ord is None)
    if len(axes) != 2 and isinstance(ord, str):
        raise ArgumentError(
            f"norm: vectors have no such norm (got ord {ord!r} for axes {axes}; expected a number)"
        )
    if ord is None or ord == "fro":
        return corepy.linalg.vector_norm(number, axis=axes, keepdims=is_kept)
    if len(axes) == 1:
        return corepy.linalg.vector_norm(number, axis=axes, keepdims=is_kept, ord=ord)  # type: ignore[arg-type]
    found = corepy.linalg.matrix_norm(corepy.moveaxis(number, axes, (-2, -1)), ord=ord)
    return corepy.expand_dims(found, axis=tuple(sorted(axes))) if is_kept else found


@composed
def cond(x: ArrayLike, /, p: Order | None = None) -> Tensor:
    """Condition number: the norm of x times that of its inverse.

    By default, as for p = 2, the largest singular value over the smallest; p = -2 is the smallest
    over the largest.  Other p are those of matrix_norm.

    Shapes: (..., m, n) gives (...); m = n unless p is None, 2 or -2.  Dtypes: numeric; the result
    is real, integers and bool give float64.
    Edges: infinity for a singular matrix; where it is so to working precision only, a large number.
    Raises: ShapeError for fewer than two axes, no elements, or matrices that are not square;
    ArgumentError for an unknown p; DTypeError; LinalgError for NaN or infinity under None, 2, -2
    and "nuc".
    Accuracy: relative error c n u (1 + K), to first order, with K the value for p = 2, n the larger
    extent and c = 12 (complex: 30); c n**2 u K for other p.
    Source: NumPy; Higham, Accuracy and Stability, section 15.1.

    >>> import corepy as cp
    >>> cp.linalg.cond(cp.asarray([[4.0, 0.0], [0.0, 0.5]]))
    Tensor(8., shape=(), dtype=float64)
    """
    number = read_number("cond", "x", x)
    _check_order("cond", "p", p)
    if number.ndim < 2 or 0 in number.shape[-2:]:
        raise ShapeError(
            f"cond: not a matrix with elements (got shape {number.shape}; expected (..., m, n))"
        )
    if p is None or p in (2, -2):
        values = corepy.linalg.svdvals(number)
        largest, smallest = values[..., 0], values[..., -1]
        found = smallest / largest if p == -2 else largest / smallest
        return corepy.where(corepy.isnan(found), corepy.inf, found)  # of a matrix of zeros
    whole = corepy.linalg.matrix_norm(number, ord=p)
    inverses, is_singular = _invert(number)
    found = whole * corepy.linalg.matrix_norm(inverses, ord=p)
    return corepy.where(is_singular & ~corepy.isnan(whole), corepy.inf, found)


def _invert(x: Tensor) -> tuple[Tensor, Tensor]:
    """Inverses, and which of the matrices have none: in their place are unit matrices."""
    try:
        return corepy.linalg.inv(x), corepy.zeros(x.shape[:-2], dtype=corepy.bool)
    except LinalgError:
        if x.ndim == 2:
            return corepy.eye(x.shape[0], dtype=x.dtype), corepy.ones((), dtype=corepy.bool)
    inverses, flags = zip(*(_invert(one) for one in x), strict=True)
    return corepy.stack(inverses), corepy.stack(flags)


def _check_order(function: str, name: str, order: object) -> None:
    """Refuse what is neither a number nor a word."""
    if order is not None and not isinstance(order, str):
        check_scalar(function, name, order)


# ---- products of several matrices ----


@composed
def multi_dot(arrays: list[Tensor] | tuple[Tensor, ...], /, *, out: Tensor | None = None) -> Tensor:
    """The product of several matrices, multiplied in the order that takes the fewest operations.

    Shapes: each fits the next; the first may be a row and the last a column, with one axis.
    Dtypes: numeric, promoted pair by pair.
    Edges: the order depends on the shapes only; among equals the cut that comes first.
    Raises: ShapeError for fewer than two, another rank, or where extents differ; ArgumentTypeError;
    DTypeError for bool.
    Accuracy: that of each matmul.
    Source: NumPy; T. H. Cormen et al., Introduction to Algorithms, section 15.2.

    >>> import corepy as cp
    >>> a, b, c = cp.ones((2, 30)), cp.ones((30, 3)), cp.ones(3)
    >>> cp.linalg.multi_dot([a, b, c])
    Tensor([90., 90.], shape=(2,), dtype=float64)
    """
    check_out("multi_dot", out)
    if not isinstance(arrays, (list, tuple)):
        raise ArgumentTypeError(
            f"multi_dot: arrays has the wrong type (got {_core.type_name(arrays)}; expected a list "
            "or tuple of matrices)"
        )
    factors = [read_tensor("multi_dot", "a matrix", one) for one in arrays]
    count = len(factors)
    if count < 2:
        raise ShapeError(f"multi_dot: too few matrices (got {count}; expected at least 2)")
    for place, one in enumerate(factors):
        if one.ndim != 2 and not (one.ndim == 1 and place in (0, count - 1)):
            raise ShapeError(
                f"multi_dot: factor {place} is no matrix (got shape {one.shape}; expected two "
                "axes, or one for the first and the last)"
            )
    first, last = factors[0], factors[-1]
    extents = [1 if first.ndim == 1 else first.shape[0]]
    extents += [one.shape[0] for one in factors[1:]]
    extents += [1 if last.ndim == 1 else last.shape[1]]
    for place, one in enumerate(factors[:-1]):
        if one.shape[-1] != extents[place + 1]:
            raise ShapeError(
                f"multi_dot: factors {place} and {place + 1} do not fit (got {one.shape} and "
                f"{factors[place + 1].shape}; expected equal inner extents)"
            )
    return _multiply(factors, _find_cuts(extents), 0, count - 1, out)


def _find_cuts(extents: list[int]) -> Cuts:
    """Of every range of matrices, matrix i being extents[i] x extents[i + 1], the best cut."""
    count = len(extents) - 1
    costs = {(place, place): 0 for place in range(count)}
    cuts: Cuts = {}
    for length in range(1, count):
        for start in range(count - length):
            end = start + length
            costs[start, end], cuts[start, end] = min(
                (
                    costs[start, cut]
                    + costs[cut + 1, end]
                    + extents[start] * extents[cut + 1] * extents[end + 1],
                    cut,
                )
                for cut in range(start, end)
            )
    return cuts


def _multiply(
    factors: list[Tensor], cuts: Cuts, start: int, end: int, out: Tensor | None
) -> Tensor:
    """The product of a range of matrices."""
    if start == end:
        return factors[start]
    cut = cuts[start, end]
    left = _multiply(factors, cuts, start, cut, None)
    return corepy.matmul(left, _multiply(factors, cuts, cut + 1, end, None), out=out)
