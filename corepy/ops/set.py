# Declarations of isin and the unique functions; csrc/corepy/dispatch/searching.cpp has their path.
"""Sets: membership, and the different elements of a tensor."""

from __future__ import annotations

from .native import native

__all__ = [
    "isin",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from corepy.tensor import Tensor

    from .native import Operand

    class UniqueAll(NamedTuple):
        """What unique_all returns."""

        values: Tensor
        indices: Tensor
        inverse_indices: Tensor
        counts: Tensor

    class UniqueCounts(NamedTuple):
        """What unique_counts returns."""

        values: Tensor
        counts: Tensor

    class UniqueInverse(NamedTuple):
        """What unique_inverse returns."""

        values: Tensor
        inverse_indices: Tensor


@native
def isin(x1: Operand, x2: Operand, /, *, invert: bool = False) -> Tensor:
    """Whether each element of x1 equals some element of x2; with invert, whether it equals none.

    Shapes: that of x1; x2 has any.  Dtypes: bool, integers and real floating, promoted together;
    the result is bool.
    Edges: NaN is in nothing; -0.0 and 0.0 are equal.
    Raises: DTypeError for complex.
    Accuracy: exact.
    Source: array API 2025.12; x2 is sorted and searched, or made a table of integers.

    >>> import corepy as cp
    >>> cp.isin(cp.asarray([1, 2, 3, 4]), cp.asarray([4, 2]))
    Tensor([False,  True, False,  True], shape=(4,), dtype=bool)
    """


@native
def unique_all(x: Tensor, /) -> UniqueAll:
    """The different elements of x, where each occurs first, which one each element is, how often.

    Shapes: values, indices and counts have one axis; inverse_indices has x's shape.  Dtypes: all;
    values has x's, the others are int64.
    Edges: values are in ascending order, complex ones by real and then by imaginary part; each NaN
    differs from every other and comes last; -0.0 and 0.0 are equal, and values has the one that
    occurs first.  indices counts through x in C order; values[inverse_indices] equals x.
    Raises: ArgumentTypeError for what is no tensor.
    Accuracy: exact.
    Source: array API 2025.12; a stable sort, then neighbours are compared.

    >>> import corepy as cp
    >>> cp.unique_all(cp.asarray([7, 3, 7])).inverse_indices
    Tensor([1, 0, 1], shape=(3,), dtype=int64)
    """


@native
def unique_counts(x: Tensor, /) -> UniqueCounts:
    """The different elements of x, and how often each occurs.

    Shapes: values and counts have one axis.  Dtypes: all; values has x's, counts is int64.
    Edges: as unique_all; each NaN counts once, both zeros count together.
    Raises: ArgumentTypeError for what is no tensor.
    Accuracy: exact.
    Source: array API 2025.12; a stable sort, then neighbours are compared.

    >>> import corepy as cp
    >>> values, counts = cp.unique_counts(cp.asarray([7, 3, 7]))
    >>> counts
    Tensor([1, 2], shape=(2,), dtype=int64)
    """


@native
def unique_inverse(x: Tensor, /) -> UniqueInverse:
    """The different elements of x, and for each element of x its position among them.

    Shapes: values has one axis; inverse_indices has x's shape.  Dtypes: all; values has x's,
    inverse_indices is int64.
    Edges: as unique_all.
    Raises: ArgumentTypeError for what is no tensor.
    Accuracy: exact.
    Source: array API 2025.12; a stable sort, then neighbours are compared.

    >>> import corepy as cp
    >>> values, inverse_indices = cp.unique_inverse(cp.asarray([[7, 3], [3, 3]]))
    >>> values[inverse_indices]
    Tensor([[7, 3],
            [3, 3]], shape=(2, 2), dtype=int64)
    """


@native
def unique_values(x: Tensor, /) -> Tensor:
    """The different elements of x, in ascending order.

    Shapes: one axis.  Dtypes: all; the result has x's.
    Edges: as unique_all: NaNs all differ and come last; of equal zeros the first is kept.
    Raises: ArgumentTypeError for what is no tensor.
    Accuracy: exact.
    Source: array API 2025.12; a sort, then neighbours are compared.

    >>> import corepy as cp
    >>> cp.unique_values(cp.asarray([7, 3, 7]))
    Tensor([3, 7], shape=(2,), dtype=int64)
    """
