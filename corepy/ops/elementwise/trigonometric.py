# Declarations of trigonometric and hyperbolic functions and their inverses; kernels:
# csrc/corepy/vec/math/{trig,hyperbolic,inverse_*,complex_trigonometric,complex_inverse}.h.
"""Trigonometric and hyperbolic functions of each element; angles in radians.

Operands broadcast; a Python scalar takes the dtype of the tensor beside it.  ``out=`` names a
tensor of the result's shape and dtype that takes the result.  Results are the same bits on every
CPU.  Errors: ``DTypeError`` for complex dtypes in atan2, ``ShapeError`` where shapes do not
broadcast or ``out`` does not fit.
"""

from __future__ import annotations

from ..native import native

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "sin",
    "sinh",
    "tan",
    "tanh",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from ..native import Operand


@native
def acos(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Inverse cosine: the angle in [0, pi] whose cosine is x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: acos(1) is 0; beyond [-1, 1] the result is NaN.
    Complex: cut along the reals beyond [-1, 1]; acos(conj x) is conj(acos(x)).
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; a minimax polynomial, beyond 1/2 through sqrt((1 - x) / 2).

    >>> import corepy as cp
    >>> cp.acos(cp.asarray([1.0, 0.0, 2.0]))
    Tensor([0.        , 1.57079633,        nan], shape=(3,), dtype=float64)
    """


@native
def acosh(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Inverse hyperbolic cosine: the y >= 0 with cosh(y) = x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: acosh(1) is 0, acosh(inf) is inf; below 1 the result is NaN.
    Complex: re >= 0, cut along the reals below 1.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; log(x + sqrt(x**2 - 1)), the sum in two parts.

    >>> import corepy as cp
    >>> cp.acosh(cp.asarray([1.0, 2.0]))
    Tensor([0.       , 1.3169579], shape=(2,), dtype=float64)
    """


@native
def asin(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Inverse sine: the angle in [-pi/2, pi/2] whose sine is x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: asin(-0.0) is -0.0; beyond [-1, 1] the result is NaN.
    Complex: cut along the reals beyond [-1, 1]; a zero's sign tells the side.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; a minimax polynomial, beyond 1/2 through sqrt((1 - x) / 2).

    >>> import corepy as cp
    >>> cp.asin(cp.asarray([0.0, 1.0, 2.0]))
    Tensor([0.        , 1.57079633,        nan], shape=(3,), dtype=float64)
    """


@native
def asinh(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Inverse hyperbolic sine: the y with sinh(y) = x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: infinities and the sign of zero are kept; NaN stays NaN.
    Complex: cut along the imaginary axis beyond [-1j, 1j].
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; log(x + sqrt(x**2 + 1)), the sum in two parts.

    >>> import corepy as cp
    >>> cp.asinh(cp.asarray([0.0, 1.0]))
    Tensor([0.        , 0.88137359], shape=(2,), dtype=float64)
    """


@native
def atan(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Inverse tangent: the angle in [-pi/2, pi/2] whose tangent is x.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: atan(inf) is pi/2, atan(-0.0) is -0.0; NaN stays NaN.
    Complex: cut along the imaginary axis beyond [-1j, 1j], infinite at both ends.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; sixteen breakpoints and a minimax polynomial.

    >>> import corepy as cp
    >>> cp.atan(cp.asarray([1.0, cp.inf]))
    Tensor([0.78539816, 1.57079633], shape=(2,), dtype=float64)
    """


@native
def atan2(x1: Operand, x2: Operand, /, out: Tensor | None = None) -> Tensor:
    """Angle of the point (x2, x1) in [-pi, pi]: the tangent x1 / x2 in the right quadrant.

    Shapes: broadcast together.  Dtypes: real floating; integers and bool count as float64.
    Edges: as C99: the signs of zeros count, atan2(0.0, -0.0) is pi, atan2(inf, -inf) is 3 pi/4; NaN
    if either is.
    Raises: DTypeError for complex; ShapeError.
    Accuracy: 1 ulp.
    Source: array API 2025.12; as atan, with the quotient in two parts.

    >>> import corepy as cp
    >>> cp.atan2(cp.asarray([1.0, -1.0]), cp.asarray([1.0, -1.0]))
    Tensor([ 0.78539816, -2.35619449], shape=(2,), dtype=float64)
    """


@native
def atanh(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Inverse hyperbolic tangent: log((1 + x) / (1 - x)) / 2.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: atanh(1) is inf, atanh(-0.0) is -0.0; beyond [-1, 1] the result is NaN.
    Complex: cut along the reals beyond [-1, 1], infinite at both ends.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; log1p of a w computed without cancellation.

    >>> import corepy as cp
    >>> cp.atanh(cp.asarray([0.5, 1.0]))
    Tensor([0.54930614,        inf], shape=(2,), dtype=float64)
    """


@native
def cos(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Cosine of an angle, of any size.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: cos(0) is 1; NaN for infinities and NaN.
    Complex: cosh(1j x).
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp over the full range.
    Source: array API 2025.12; reduction by pi/2 (Cody and Waite; Payne and Hanek), minimax
    polynomials.

    >>> import corepy as cp
    >>> cp.cos(cp.asarray([0.0, 1.0, 1e22]))
    Tensor([1.        , 0.54030231, 0.52321479], shape=(3,), dtype=float64)
    """


@native
def cosh(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Hyperbolic cosine: (e**x + e**-x) / 2.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: cosh(0) is 1, both infinities give inf; NaN stays NaN.
    Complex: infinity * cis(im) where re is infinite.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; e**x and e**-x by a table of 2**(j/16).

    >>> import corepy as cp
    >>> cp.cosh(cp.asarray([0.0, 1.0]))
    Tensor([1.        , 1.54308063], shape=(2,), dtype=float64)
    """


@native
def sin(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Sine of an angle, of any size.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: sin(-0.0) is -0.0; NaN for infinities and NaN.
    Complex: -1j sinh(1j x).
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp over the full range.
    Source: array API 2025.12; reduction by pi/2 (Cody and Waite; Payne and Hanek), minimax
    polynomials.

    >>> import corepy as cp
    >>> cp.sin(cp.asarray([0.0, 1.0, 1e22]))
    Tensor([ 0.        ,  0.84147098, -0.85220085], shape=(3,), dtype=float64)
    """


@native
def sinh(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Hyperbolic sine: (e**x - e**-x) / 2, without cancellation near 0.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: infinities and the sign of zero are kept; NaN stays NaN.
    Complex: infinity * cis(im) where re is infinite.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; from sinh and cosh of x reduced by ln 2.

    >>> import corepy as cp
    >>> cp.sinh(cp.asarray([0.0, 1.0]))
    Tensor([0.        , 1.17520119], shape=(2,), dtype=float64)
    """


@native
def tan(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Tangent of an angle, of any size.

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: tan(-0.0) is -0.0; NaN for infinities and NaN.
    Complex: -1j tanh(1j x).
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp over the full range.
    Source: array API 2025.12; the addition theorem about multiples of pi/32.

    >>> import corepy as cp
    >>> cp.tan(cp.asarray([0.0, 1.0]))
    Tensor([0.        , 1.55740772], shape=(2,), dtype=float64)
    """


@native
def tanh(x: Operand, /, out: Tensor | None = None) -> Tensor:
    """Hyperbolic tangent: sinh(x) / cosh(x).

    Shapes: that of x.  Dtypes: real and complex floating; integers and bool count as float64.
    Edges: tanh(inf) is 1, tanh(-0.0) is -0.0; NaN stays NaN.
    Complex: 1 with a zero of im's sign where re is infinite.
    Raises: ShapeError where out does not fit.
    Accuracy: 1 ulp, of each part.
    Source: array API 2025.12; the addition theorem about 31 breakpoints.

    >>> import corepy as cp
    >>> cp.tanh(cp.asarray([0.0, 1.0, cp.inf]))
    Tensor([0.        , 0.76159416, 1.        ], shape=(3,), dtype=float64)
    """
