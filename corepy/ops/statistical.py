# Declarations of reductions to statistics; kernels and their order:
# csrc/corepy/kernels/reduction*.h. any and all are in utility.py.
"""Sums, means, extremes and their like, over all elements or along axes.

Floating-point reductions run in one fixed order, a function of the reduced length and dtype only,
so a result has the same bits for every layout, ISA and thread count.  Errors: ``DTypeError`` for a
dtype that the function does not accept, ``AxisError`` for an axis that x lacks or that is named
twice.  ``out`` is a tensor of the result's dtype and shape, which the result replaces.
"""

from __future__ import annotations

from .native import native, native_with

__all__ = [
    "cumulative_prod",
    "cumulative_sum",
    "max",
    "mean",
    "min",
    "prod",
    "std",
    "sum",
    "var",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .native import Dims, DTypeLike, Operand

#: What the options of NumPy's run.
_EXTENSION = "corepy.numpy_names.reductions"


@native
def cumulative_prod(
    x: Tensor,
    /,
    axis: int | None = None,
    *,
    dtype: DTypeLike | None = None,
    include_initial: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Products of the first elements: out[i] = x[0] * x[1] * ... * x[i] along an axis.

    Shapes: that of x; one longer along the axis under include_initial, whose first element is 1.
    axis may be left out for one axis only.  Dtypes: bool and signed integers accumulate in int64,
    unsigned ones in uint64, floating ones in their own; ``dtype`` converts x first.
    Edges: integers wrap; NaN and infinities reach the elements from theirs on.
    Raises: DTypeError for dtype=bool or a complex x in a real dtype; AxisError for a missing axis.
    Accuracy: exact for integers, else relative error gamma(i), gamma(2i) normwise for complex,
    while no product overflows or underflows.  Products are formed in order.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 3.1.

    >>> import corepy as cp
    >>> cp.cumulative_prod(cp.asarray([1.0, 2.0, 3.0]), include_initial=True)
    Tensor([1., 1., 2., 6.], shape=(4,), dtype=float64)
    """


@native
def cumulative_sum(
    x: Tensor,
    /,
    axis: int | None = None,
    *,
    dtype: DTypeLike | None = None,
    include_initial: bool = False,
    out: Tensor | None = None,
) -> Tensor:
    """Sums of the first elements: out[i] = x[0] + x[1] + ... + x[i] along an axis.

    Shapes: that of x; one longer along the axis under include_initial, whose first element is 0.
    axis may be left out for one axis only.  Dtypes: bool and signed integers accumulate in int64,
    unsigned ones in uint64, floating ones in their own; ``dtype`` converts x first.
    Edges: integers wrap; NaN and infinities reach the elements from theirs on.  The sums of a
    prefix are the prefix of the sums, and sums of numbers that are not negative never decrease.
    Raises: DTypeError for dtype=bool or a complex x in a real dtype; AxisError for a missing axis.
    Accuracy: exact for integers, else |error| <= gamma(min(i, 22)) sum|x[:i + 1]|, however long.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 4.3 (compensated carries).

    >>> import corepy as cp
    >>> cp.cumulative_sum(cp.asarray([[1, 2], [3, 4]]), axis=0)
    Tensor([[1, 2],
            [4, 6]], shape=(2, 2), dtype=int64)
    """


@native_with(_EXTENSION, "initial", "where")
def max(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Largest element.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: integers and real floating; the result has x's.
    Edges: NaN if any element is; -0.0 is below 0.0.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    ``initial``, which it needs, counts as one more, also of none.
    Raises: DTypeError for bool and complex; AxisError; ArgumentError where there is no element.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.max(cp.asarray([[1, 5], [3, 2]]), axis=1)
    Tensor([5, 3], shape=(2,), dtype=int64)
    """


@native_with(_EXTENSION, "dtype", "where")
def mean(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    dtype: DTypeLike | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Arithmetic mean: sum(x) / n.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: floating ones give their own; integers and bool, the share of True, give float64.
    Edges: NaN for no elements; NaN and infinities propagate.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    with ``dtype`` elements are converted to it first.
    Raises: AxisError.
    Accuracy: |error| <= gamma(d + 2) sum|x| / n, d = min(n - 1, 20 + ceil(log2(n / 256))).
    Source: array API 2025.12; Higham, Accuracy and Stability, section 4.2.

    >>> import corepy as cp
    >>> cp.mean(cp.asarray([[1.0, 2.0], [3.0, 6.0]]), axis=0)
    Tensor([2., 4.], shape=(2,), dtype=float64)
    """


@native_with(_EXTENSION, "initial", "where")
def min(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Smallest element.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: integers and real floating; the result has x's.
    Edges: NaN if any element is; -0.0 is below 0.0.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    ``initial``, which it needs, counts as one more, also of none.
    Raises: DTypeError for bool and complex; AxisError; ArgumentError where there is no element.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.min(cp.asarray([[1, 5], [3, 2]]), axis=1)
    Tensor([1, 2], shape=(2,), dtype=int64)
    """


@native_with(_EXTENSION, "initial", "where")
def prod(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Product of elements; 1 for none.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; bool and signed integers give int64, unsigned ones uint64, floating ones their own;
    with ``dtype`` elements are converted to it first.
    Edges: integers wrap; NaN and infinities propagate. Factors are multiplied in the order of sums:
    where some of them overflow, a small factor or a zero of the rest does not bring that back.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    ``initial`` multiplies.
    Raises: DTypeError for dtype=bool (see all); AxisError.
    Accuracy: exact for integers, else |error| <= gamma(n - 1) |product|, barring overflow and
    underflow on the way.
    Source: array API 2025.12; Higham, Accuracy and Stability, lemma 3.1.

    >>> import corepy as cp
    >>> cp.prod(cp.asarray([[1, 2], [3, 4]]), axis=0)
    Tensor([3, 8], shape=(2,), dtype=int64)
    """


@native_with(_EXTENSION, "dtype", "where")
def std(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    out: Tensor | None = None,
    ddof: float | None = None,
    dtype: DTypeLike | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Standard deviation: sqrt(var(x)).

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: real floating ones give their own, integers give float64.
    Edges: NaN for no elements, or where one is NaN or infinite; correction >= n gives NaN.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    ``ddof`` is NumPy's name of ``correction``; with ``dtype`` elements are converted to it first.
    Raises: DTypeError for bool and complex; AxisError.
    Accuracy: half of var's relative error, and one rounding.
    Source: array API 2025.12; two passes, Higham, Accuracy and Stability, section 1.9.

    >>> import corepy as cp
    >>> cp.std(cp.asarray([1.0, 2.0, 3.0, 4.0]), correction=1)
    Tensor(1.29099445, shape=(), dtype=float64)
    """


@native_with(_EXTENSION, "initial", "where")
def sum(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Sum of elements; 0 for none.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: all; bool and signed integers give int64, unsigned ones uint64, floating ones their own;
    with ``dtype`` elements are converted to it first.
    Edges: integers wrap; NaN propagates, inf + -inf is NaN.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    ``initial`` is added.
    Raises: DTypeError for dtype=bool (see any); AxisError.
    Accuracy: exact for integers, else |error| <= gamma(d) sum|x|, d = min(n - 1, 20 + ceil(log2(n /
    256))).
    Source: array API 2025.12; lanes and pairs of blocks, Higham, Accuracy and Stability, section
    4.2.

    >>> import corepy as cp
    >>> cp.sum(cp.asarray([[1, 2], [3, 4]]), axis=0)
    Tensor([4, 6], shape=(2,), dtype=int64)
    """


@native_with(_EXTENSION, "dtype", "where")
def var(
    x: Tensor,
    /,
    axis: Dims | None = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    out: Tensor | None = None,
    ddof: float | None = None,
    dtype: DTypeLike | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """Variance: sum((x - mean(x))**2) / (n - correction), in two passes.

    Shapes: x without the axes, or with extent 1 there under keepdims; axis=None means all.
    Dtypes: real floating ones give their own, integers give float64.
    Edges: NaN for no elements, or where one is NaN or infinite; correction >= n gives NaN.
    Options of NumPy's: ``where`` leaves out elements where it is False (broadcast to x);
    ``ddof`` is NumPy's name of ``correction``; with ``dtype`` elements are converted to it first.
    Raises: DTypeError for bool and complex; AxisError.
    Accuracy: gamma(d + 6) relative, d as in sum, and n times the square of the mean's error.
    Source: array API 2025.12; Higham, Accuracy and Stability, section 1.9.

    >>> import corepy as cp
    >>> cp.var(cp.asarray([[1.0, 3.0], [2.0, 6.0]]), axis=1)
    Tensor([1., 4.], shape=(2,), dtype=float64)
    """
