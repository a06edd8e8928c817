# The standard's utility functions: declarations of any and all; diff, made of slices and subtract.
# The logical operators of elements are in elementwise/comparison.py.
"""Whether all elements hold, or any; differences of neighbours."""

from __future__ import annotations

from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError

from .arguments import normalize_axis, read_int, read_tensor
from .composed import composed
from .creation import asarray
from .data_type_functions import result_type
from .elementwise.arithmetic import subtract
from .manipulation import broadcast_to, concat, copy
from .native import native_with

__all__ = [
    "all",
    "any",
    "diff",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import ArrayLike, Dims


@native_with("corepy.numpy_names.reductions", "where")
def all(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Whether every element is true, which is nonzero; True for no elements.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x).
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.all(cp.asarray([[1, 0], [2, 3]]), axis=1)
    Tensor([False,  True], shape=(2,), dtype=bool)
    """


@native_with("corepy.numpy_names.reductions", "where")
def any(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Whether at least one element is true, which is nonzero; False for no elements.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; the result is bool.
    Edges: NaN is true, -0.0 is false.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x).
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.any(cp.asarray([[0, 0], [2, 0]]), axis=1)
    Tensor([False,  True], shape=(2,), dtype=bool)
    """


@composed
def diff(
    x: Tensor,
    /,
    n: int = 1,
    *,
    axis: int = -1,
    prepend: ArrayLike | None = None,
    append: ArrayLike | None = None,
) -> Tensor:
    """Differences of neighbours along an axis, n times over: x[i + 1] - x[i].

    Shapes: x with n elements less along the axis, none below 0; prepend and append are joined to x
    first, a number as one slice of it.  Dtypes: numeric; the three are promoted together.
    Edges: n=0 gives x, joined with both; integers wrap.
    Raises: DTypeError for bool; ShapeError where prepend or append does not fit;
    AxisError, also for scalars; ArgumentError for a negative n.
    Accuracy: exact for integers, else each difference is rounded once.
    Source: array API 2025.12; n subtractions of slices, each with its record.

    >>> import corepy as cp
    >>> x = cp.asarray([1, 4, 9, 16])
    >>> cp.diff(x), cp.diff(x, n=2, prepend=0)
    (Tensor([3, 5, 7], shape=(3,), dtype=int64), Tensor([2, 2, 2], shape=(3,), dtype=int64))
    """
    if not isinstance(x, _core.TensorBase):
        raise ArgumentTypeError(
            f"diff: x has the wrong type (got {_core.type_name(x)}; expected a Tensor); convert it "
            "with corepy.asarray"
        )
    where = normalize_axis("diff", axis, x.ndim)
    n = read_int("diff", "n", n)
    if n < 0:
        raise ArgumentError(f"diff: n is negative (got {n}; expected 0 or more)")
    parts = [
        part if part is x else _read_edge(name, part, x, where)
        for name, part in (("prepend", prepend), ("x", x), ("append", append))
        if part is not None
    ]
    # Counted from the end: a part of another rank then differs in shape, not in axes.
    result = concat(parts, axis=where - x.ndim) if len(parts) > 1 else x
    before = (slice(None),) * where
    for _ in range(min(n, result.shape[where])):  # then it is empty
        result = subtract(result[(*before, slice(1, None))], result[(*before, slice(None, -1))])
    return copy(result) if result is x else result


def _read_edge(name: str, edge: ArrayLike, x: Tensor, axis: int) -> Tensor:
    """What is joined to x; a number as one slice, Python's of the dtype that it has beside x."""
    if isinstance(edge, (int, float, complex)):
        part = asarray(edge, dtype=result_type(x, edge))
    else:
        part = read_tensor("diff", name, edge)
    return part if part.ndim else broadcast_to(part, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))
