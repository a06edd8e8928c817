# Declarations of elementwise arithmetic, order and complex parts; kernels:
# csrc/corepy/vec/{arithmetic,division,complex}.h.
"""Arithmetic on each element.

Operands broadcast; a Python scalar takes the dtype of the tensor beside it.  ``out=`` names a
tensor of the result's shape and dtype that takes the result.  Integers wrap.  Errors:
``DTypeError`` for a dtype that the function does not accept, ``ShapeError`` where shapes do not
broadcast or ``out`` does not fit.
"""

from __future__ import annotations

from ..native import native, native_with

__all__ = [
    "abs",
    "add",
    "clip",
    "conj",
    "copysign",
    "divide",
    "floor_divide",
    "imag",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "positive",
    "real",
    "reciprocal",
    "remainder",
    "sign",
    "sqrt",
    "square",
    "subtract",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Operand


@native
def abs(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Magnitude: |x|, for complex numbers sqrt(re**2 + im**2).

    Shapes: that of x.  Dtypes: numeric; complex64 gives float32, complex128 gives float64.
    Edges: abs(-0.0) is 0.0, NaN stays NaN, the smallest signed integer wraps to itself; a complex
    number with an infinite part gives infinity, even beside NaN.
    Raises: DTypeError for bool.
    Accuracy: exact; complex within 1 ulp, without overflow on the way.
    Source: array API 2025.12; Borges, "An improved algorithm for hypot(a, b)", 2019.

    >>> import corepy as cp
    >>> cp.abs(cp.asarray([-2, 3])), cp.abs(3 - 4j)
    (Tensor([2, 3], shape=(2,), dtype=int64), Tensor(5., shape=(), dtype=float64))
    """


@native
def add(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Sum: x1 + x2.

    Shapes: broadcast together.  Dtypes: numeric, promoted to a common one.
    Edges: integers wrap; inf + -inf is NaN; -0.0 + 0.0 is 0.0.
    Raises: DTypeError for bool, or uint64 with a signed integer; ShapeError.
    Accuracy: exact for integers, else rounded once.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.add(cp.asarray([1, 2, 3]), 0.5)
    Tensor([1.5, 2.5, 3.5], shape=(3,), dtype=float64)
    """


@native_with("corepy.numpy_names.options", "a_min", "a_max")
def clip(
    x: Operand,
    /,
    min: Operand | None = None,
    max: Operand | None = None,
    *,
    out: Tensor | None = None,
    a_min: Operand | None = None,
    a_max: Operand | None = None,
) -> Tensor:
    """Limits: minimum(maximum(x, min), max); a bound of None does not limit.

    Shapes: x, min and max broadcast together.  Dtypes: integers and real floating; the
    result has x's, and bounds promote to it.
    Edges: a NaN in any operand gives NaN; where min exceeds max, the result is max; -0.0 < 0.0.
    Options of NumPy's: ``a_min`` and ``a_max`` are other names of ``min`` and ``max``.
    Raises: DTypeError for bool and complex, or a bound that would widen x's dtype; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.clip(cp.asarray([-2, 0, 7]), 0, 5)
    Tensor([0, 0, 5], shape=(3,), dtype=int64)
    """


@native
def conj(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Complex conjugate: re - im*j; real numbers are what they are.

    Shapes: that of x.  Dtypes: numeric; the result has x's.
    Edges: the imaginary part's sign flips, that of zero and NaN too.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.conj(cp.asarray([1 + 2j, 3 - 4j]))
    Tensor([1.-2.j, 3.+4.j], shape=(2,), dtype=complex128)
    """


@native
def copysign(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """The magnitude of x1 with the sign of x2.

    Shapes: broadcast together.  Dtypes: real floating; integers and bool count as float64.
    Edges: the signs of zeros and NaNs count, so copysign(1, -0.0) is -1.
    Raises: DTypeError for complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.copysign(cp.asarray([1.0, -2.0]), cp.asarray([-0.0, 3.0]))
    Tensor([-1.,  2.], shape=(2,), dtype=float64)
    """


@native
def divide(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Quotient: x1 / x2.

    Shapes: broadcast together.  Dtypes: floating; integers and bool count as float64.
    Edges: x / 0 is an infinity with the product's sign, 0 / 0 and inf / inf are NaN; complex
    infinities are recovered as in C, annex G.
    Raises: DTypeError for uint64 with a signed integer; ShapeError.  ``x // y`` is floor_divide.
    Accuracy: rounded once; complex 6u |x1 / x2| normwise, without overflow on the way.
    Source: array API 2025.12; IEEE 754; scaled complex formula in csrc/corepy/vec/complex.h.

    >>> import corepy as cp
    >>> cp.divide(cp.asarray([1, 2]), 4)
    Tensor([0.25, 0.5 ], shape=(2,), dtype=float64)
    """


@native
def floor_divide(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Floor of the quotient: floor(x1 / x2), of the exact quotient.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted together.
    Edges: an integer divided by 0 gives 0, flagged in the record and an error under ``strict``; the
    smallest signed integer // -1 wraps.  Floats: x // 0 and inf // x are x / 0 and inf / x; a
    finite x over an infinity is a zero, -0 where the signs differ (Python has -1 there).
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact for integers, else the exact floor rounded once.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.floor_divide(cp.asarray([7, -7]), 2)
    Tensor([ 3, -4], shape=(2,), dtype=int64)
    """


@native
def imag(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Imaginary part of complex numbers.

    Shapes: that of x.  Dtypes: complex64 gives float32, complex128 gives float64.
    Edges: NaN, infinities and the sign of zero are kept.
    Raises: DTypeError for real dtypes, whose imaginary part is zeros_like(x).
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.imag(cp.asarray([1 + 2j, 3 - 4j]))
    Tensor([ 2., -4.], shape=(2,), dtype=float64)
    """


@native
def maximum(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """The larger of each pair: max(x1, x2).

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted together.
    Edges: NaN if either operand is; -0.0 is below 0.0.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754-2019, maximum.

    >>> import corepy as cp
    >>> cp.maximum(cp.asarray([1.0, -0.0]), cp.asarray([0.5, 0.0]))
    Tensor([1., 0.], shape=(2,), dtype=float64)
    """


@native
def minimum(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """The smaller of each pair: min(x1, x2).

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted together.
    Edges: NaN if either operand is; -0.0 is below 0.0.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754-2019, minimum.

    >>> import corepy as cp
    >>> cp.minimum(cp.asarray([1.0, cp.nan]), 0.5)
    Tensor([0.5, nan], shape=(2,), dtype=float64)
    """


@native
def multiply(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Product: x1 * x2.

    Shapes: broadcast together.  Dtypes: numeric, promoted to a common one.
    Edges: integers wrap; 0 * inf is NaN; complex infinities are not recovered from NaN parts.
    Raises: DTypeError for bool, or uint64 with a signed integer; ShapeError.
    Accuracy: exact for integers, else rounded once; complex sqrt(5) u |x1 x2|
    normwise, and x1 * x2 has the bits of x2 * x1.
    Source: array API 2025.12; IEEE 754; Brent, Percival, Zimmermann, "Error bounds on complex
    floating-point multiplication", 2007.

    >>> import corepy as cp
    >>> cp.multiply(cp.asarray([[1], [2]]), cp.asarray([10, 20]))
    Tensor([[10, 20],
            [20, 40]], shape=(2, 2), dtype=int64)
    """


@native
def negative(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Negation: -x.

    Shapes: that of x.  Dtypes: numeric; the result has x's.
    Edges: the sign of zero flips; unsigned integers and the smallest signed one wrap.
    Raises: DTypeError for bool (see logical_not).
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.negative(cp.asarray([1.0, -2.0, 0.0]))
    Tensor([-1.,  2., -0.], shape=(3,), dtype=float64)
    """


@native
def nextafter(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """The next representable number from x1 towards x2.

    Shapes: broadcast together.  Dtypes: real floating; integers and bool count as float64.
    Edges: equal operands give x2; NaN if either is; beyond 0 comes the smallest subnormal number.
    Raises: DTypeError for complex; ShapeError.
    Accuracy: exact.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.nextafter(cp.asarray([1.0]), 2.0).item()
    1.0000000000000002
    """


@native
def positive(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """The operand itself: +x.

    Shapes: that of x.  Dtypes: numeric; the result has x's.
    Edges: none; every value is kept.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.positive(cp.asarray([1, -2]))
    Tensor([ 1, -2], shape=(2,), dtype=int64)
    """


@native
def real(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Real part; real numbers are what they are.

    Shapes: that of x.  Dtypes: numeric; complex64 gives float32, complex128 gives float64.
    Edges: NaN, infinities and the sign of zero are kept.
    Raises: DTypeError for bool.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.real(cp.asarray([1 + 2j, 3 - 4j]))
    Tensor([1., 3.], shape=(2,), dtype=float64)
    """


@native
def reciprocal(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Reciprocal: 1 / x.

    Shapes: that of x.  Dtypes: floating; integers and bool count as float64.
    Edges: the reciprocal of a zero is an infinity of its sign, of an infinity a zero of its sign.
    Raises: nothing beside the errors of every operator.
    Accuracy: rounded once; complex 6u |1 / x| normwise.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.reciprocal(cp.asarray([2.0, -0.0]))
    Tensor([ 0.5, -inf], shape=(2,), dtype=float64)
    """


@native
def remainder(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Remainder of floor_divide, as Python's %: x1 - x2 * floor(x1 / x2), with the sign of x2.

    Shapes: broadcast together.  Dtypes: integers and real floating, promoted together.
    Edges: an integer % 0 is 0, flagged in the record and an error under ``strict``; a float % 0 and
    inf % x are NaN; x % inf is x, or inf where the signs differ; a zero has the sign of x2.
    Raises: DTypeError for bool and complex; ShapeError.
    Accuracy: exact for integers; floats: the exact fmod, and one rounding where x2 is added.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.remainder(cp.asarray([7, -7]), 3)
    Tensor([1, 2], shape=(2,), dtype=int64)
    """


@native
def sign(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """-1, 0 or 1 as x is negative, zero or positive; x / |x| for complex numbers.

    Shapes: that of x.  Dtypes: numeric; the result has x's.
    Edges: NaN stays NaN, both zeros give 0.0; a complex number with a NaN part gives NaN.
    Raises: DTypeError for bool.
    Accuracy: exact; complex 4u of each part.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.sign(cp.asarray([-2.5, 0.0, 7.0]))
    Tensor([-1.,  0.,  1.], shape=(3,), dtype=float64)
    """


@native
def sqrt(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Square root: the y >= 0 with y * y = x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: -0.0 stays -0.0; a negative number gives NaN.
    Complex: the root with re >= 0, cut along the negative real axis by the sign of zero.
    Raises: ShapeError where out does not fit.
    Accuracy: rounded once; complex, 1 ulp of each part.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.sqrt(cp.asarray([0.25, 4.0, -1.0]))
    Tensor([0.5, 2. , nan], shape=(3,), dtype=float64)
    """


@native
def square(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Square: x * x.

    Shapes: that of x.  Dtypes: numeric; the result has x's.
    Edges: integers wrap.
    Raises: DTypeError for bool.
    Accuracy: exact for integers, else rounded once; complex sqrt(5) u |x|**2 normwise.
    Source: array API 2025.12; see multiply.

    >>> import corepy as cp
    >>> cp.square(cp.asarray([-3, 4]))
    Tensor([ 9, 16], shape=(2,), dtype=int64)
    """


@native
def subtract(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Difference: x1 - x2.

    Shapes: broadcast together.  Dtypes: numeric, promoted to a common one.
    Edges: integers wrap; inf - inf is NaN; x - x is 0.0.
    Raises: DTypeError for bool, or uint64 with a signed integer; ShapeError.
    Accuracy: exact for integers, else rounded once.
    Source: array API 2025.12; IEEE 754.

    >>> import corepy as cp
    >>> cp.subtract(cp.asarray([1.0, 2.0]), cp.asarray([0.5, 4.0]))
    Tensor([ 0.5, -2. ], shape=(2,), dtype=float64)
    """
