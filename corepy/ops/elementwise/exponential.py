# Declarations of exponentials, logarithms, powers and hypot; kernels:
# csrc/corepy/vec/math/{exp,log,pow,hypot,logaddexp,complex_exponential,complex_power}.h.
"""Exponentials, logarithms and powers of each element.

Operands broadcast; a Python scalar takes the dtype of the tensor beside it.  ``out=`` names a
tensor of the result's shape and dtype that takes the result.  Results are the same bits on every
CPU.  Errors: ``DTypeError`` where a function is real only and a dtype complex, ``ShapeError``
where shapes do not broadcast or ``out`` does not fit.
"""

from __future__ import annotations

from ..native import native

__all__ = [
    "exp",
    "expm1",
    "hypot",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "pow",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Operand


@native
def exp(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Exponential: e**x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: exp(-inf) is 0, exp(inf) is inf, NaN stays NaN.
    Complex: e**re cis(im); beside an infinite re the angle's quadrant gives the signs.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; reduction by ln(2)/16, a table and a minimax polynomial.

    >>> import corepy as cp
    >>> cp.exp(cp.asarray([0.0, 1.0, -cp.inf]))
    Tensor([1.        , 2.71828183, 0.        ], shape=(3,), dtype=float64)
    """


@native
def expm1(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Exponential less one: e**x - 1, without cancellation near 0.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: expm1(-inf) is -1, expm1(-0.0) is -0.0, NaN stays NaN.
    Complex: also next to the curve on which e**re cos(im) is 1.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp; complex, of each part, and for the real one 2**-55 |imag| where it cancels.
    Source: array API 2025.12; as exp, in two parts.

    >>> import corepy as cp
    >>> cp.expm1(cp.asarray([1e-20])).item()
    1e-20
    """


@native
def hypot(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Length of the vector (x1, x2): sqrt(x1**2 + x2**2), without overflow on the way.

    Shapes: broadcast together.  Dtypes: real floating; integers and bool count as float64.
    Edges: infinite if either operand is, even beside NaN; else NaN if either is.
    Raises: DTypeError for complex; ShapeError.
    Accuracy: 1 ulp.
    Source: array API 2025.12; squares in double-double, scaled where they leave the range.

    >>> import corepy as cp
    >>> cp.hypot(cp.asarray([3.0, 1e300]), cp.asarray([4.0, 0.0]))
    Tensor([5.e+000, 1.e+300], shape=(2,), dtype=float64)
    """


@native
def log(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Natural logarithm: the y with e**y = x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: log(0) is -inf, log(inf) is inf; a negative number gives NaN.
    Complex: log|x| + i angle(x), cut along the negative real axis; a zero's sign tells the side.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; a table of 16 intervals and a minimax polynomial.

    >>> import corepy as cp
    >>> cp.log(cp.asarray([1.0, cp.e, 0.0]))
    Tensor([  0.,   1., -inf], shape=(3,), dtype=float64)
    """


@native
def log10(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Logarithm in base 10; exact for powers of ten.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: log10(0) is -inf, log10(inf) is inf; a negative number gives NaN.
    Complex: cut as log; powers of ten stay exact.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; a table of 16 intervals and a minimax polynomial.

    >>> import corepy as cp
    >>> cp.log10(cp.asarray([1.0, 1000.0]))
    Tensor([0., 3.], shape=(2,), dtype=float64)
    """


@native
def log1p(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Natural logarithm of 1 + x, without cancellation near 0.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: log1p(-1) is -inf, log1p(-0.0) is -0.0; below -1 the result is NaN.
    Complex: cut along the reals below -1; exact cancellation where |1 + x| nears 1.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; 1 + x in two parts, then as log.

    >>> import corepy as cp
    >>> cp.log1p(cp.asarray([1e-20])).item()
    1e-20
    """


@native
def log2(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Logarithm in base 2; exact for powers of two.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: log2(0) is -inf, log2(inf) is inf; a negative number gives NaN.
    Complex: cut as log; powers of two stay exact.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; a table of 16 intervals and a minimax polynomial.

    >>> import corepy as cp
    >>> cp.log2(cp.asarray([0.5, 1024.0]))
    Tensor([-1., 10.], shape=(2,), dtype=float64)
    """


@native
def logaddexp(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Logarithm of a sum of exponentials: log(e**x1 + e**x2), without overflow on the way.

    Shapes: broadcast together.  Dtypes: real floating; integers and bool count as float64.
    Edges: logaddexp(-inf, x) is x, an infinite operand gives inf; NaN if either is.
    Raises: DTypeError for complex; ShapeError.
    Accuracy: 1 ulp, and 2**-96 absolute: near a result of 0, where maximum and logarithm cancel.
    Source: array API 2025.12; max(x1, x2) + log1p(e**-|x1 - x2|) in double-double.

    >>> import corepy as cp
    >>> cp.logaddexp(cp.asarray([0.0, 1000.0]), cp.asarray([0.0, 1000.0]))
    Tensor([6.93147181e-01, 1.00069315e+03], shape=(2,), dtype=float64)
    """


@native
def pow(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Power: x1**x2.

    Shapes: broadcast together.  Dtypes: numeric, promoted to a common one.
    Edges: as C99: x**0 and 1**x are 1, even for NaN; a negative x1 with a fractional x2 is NaN.
    Integers wrap, 0**0 is 1.  Complex: e**(x2 log(x1)), special values too, but x**0 is 1.
    Raises: DTypeError for bool; ArgumentError for integers to a negative power; ShapeError.
    Accuracy: exact for integers, else 1 ulp; complex, (sqrt(5) u + 2**-57 |x2 log(x1)|) |x1**x2|.
    Real squares, square roots, reciprocals and x1 itself (x2 of 2, 0.5, -1, 1) are rounded
    correctly.  Complex squares are x1 * x1 (parts up to 2**220, of complex64 2**50), complex128
    roots are sqrt(x1), other whole exponents n up to 64 products in double-double (parts up to
    2**(440 / n)).
    Source: array API 2025.12; C99, annex F.9.4.4; e**(x2 log x1) in double-double.

    >>> import corepy as cp
    >>> cp.pow(cp.asarray([2.0, 9.0]), 0.5)
    Tensor([1.41421356, 3.        ], shape=(2,), dtype=float64)
    """
