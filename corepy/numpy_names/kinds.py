# NumPy's questions about operands: real or complex, scalar or array, equal once broadcast. Those of
# dtypes are the standard's (isdtype).
"""``isreal iscomplex isrealobj iscomplexobj isscalar array_equiv``."""

from __future__ import annotations

from numbers import Number

import corepy
from corepy.errors import ShapeError
from corepy.ops.arguments import is_numpy_scalar, read_tensor
from corepy.ops.composed import composed, named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["array_equiv", "iscomplex", "iscomplexobj", "isreal", "isrealobj", "isscalar"]


@composed
def isreal(x: ArrayLike, /) -> Tensor:
    """Whether the imaginary part is 0, element by element.

    Shapes: that of x.  Dtypes: all; the result is bool.
    Edges: all True for dtypes that are not complex; False where the imaginary part is NaN.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.isreal(cp.asarray([1.0, 1j]))
    Tensor([ True, False], shape=(2,), dtype=bool)
    """
    tensor = read_tensor("isreal", "x", x)
    if tensor.dtype.kind == "c":
        return corepy.imag(tensor) == 0
    return corepy.ones_like(tensor, dtype=corepy.bool)


@composed
def iscomplex(x: ArrayLike, /) -> Tensor:
    """Whether the imaginary part is not 0, element by element.

    Shapes: that of x.  Dtypes: all; the result is bool.
    Edges: all False for dtypes that are not complex; True where the imaginary part is NaN.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.iscomplex(cp.asarray([1.0, 1j]))
    Tensor([False,  True], shape=(2,), dtype=bool)
    """
    tensor = read_tensor("iscomplex", "x", x)
    if tensor.dtype.kind == "c":
        return corepy.imag(tensor) != 0
    return corepy.zeros_like(tensor, dtype=corepy.bool)


@named
def iscomplexobj(x: ArrayLike, /) -> bool:
    """Whether the dtype is complex, whatever the values are.

    Shapes: any.  Dtypes: all.
    Edges: of nested lists the dtype that asarray gives.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.iscomplexobj(cp.asarray([1.0])), cp.iscomplexobj([1.0, 0j])
    (False, True)
    """
    return read_tensor("iscomplexobj", "x", x).dtype.kind == "c"


@named
def isrealobj(x: ArrayLike, /) -> bool:
    """Whether the dtype is not complex, whatever the values are.

    Shapes: any.  Dtypes: all.
    Edges: of nested lists the dtype that asarray gives.
    Raises: ArgumentTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.isrealobj(cp.asarray([1.0])), cp.isrealobj([1.0, 0j])
    (True, False)
    """
    return read_tensor("isrealobj", "x", x).dtype.kind != "c"


def isscalar(element: object, /) -> bool:
    """Whether this is a number or a text, of Python or of NumPy.

    Shapes: none.  Dtypes: none.
    Edges: False for tensors, those without axes too: ``ndim(x) == 0`` holds for both.
    Raises: nothing.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.isscalar(3.1), cp.isscalar(cp.asarray(3.1)), cp.isscalar([3.1])
    (True, False, False)
    """
    return isinstance(element, (Number, str, bytes)) or is_numpy_scalar(element)


@composed
def array_equiv(a: ArrayLike, b: ArrayLike, /) -> bool:
    """Whether the shapes broadcast and all elements are then equal.

    Shapes: any.  Dtypes: all, promoted together.
    Edges: NaN is not equal to NaN; True where broadcasting leaves no elements.
    Raises: ArgumentTypeError; DTypeError.
    Accuracy: exact.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.array_equiv([1, 2], [[1, 2], [1, 2]]), cp.array_equiv([1, 2], [1, 2, 3])
    (True, False)
    """
    x, y = read_tensor("array_equiv", "a", a), read_tensor("array_equiv", "b", b)
    try:
        same = x == y
    except ShapeError:
        return False
    return bool(corepy.all(same))
