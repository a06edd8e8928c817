# Declarations of Fourier transforms; kernels and their contract: csrc/corepy/kernels/fft_table.h.
"""Discrete Fourier transforms of any length, over any axes.

A line of a transform is a function of its numbers, its length, direction, norm and dtype only: a
fixed order of operations for each length, the same on every CPU, for any axis, layout, batch and
number of threads.  Norms: "backward" divides the inverse transform by n, "forward" the other one,
"ortho" both by sqrt(n).  Longer operands are cut to n, shorter ones get zeros.  Errors:
``DTypeError`` for integers, bool and half precision (convert with ``corepy.astype``),
``AxisError``, ``ArgumentError`` for lengths below 1 or another norm.  docs/topics/fft.md tells how,
how exact, and how fast.
"""

from __future__ import annotations

from .native import native_of

__all__ = [
    "fft",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfftn",
    "rfft",
    "rfftfreq",
    "rfftn",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    from corepy.tensor import Tensor

    from .native import Dims, DTypeLike

    Norm: TypeAlias = Literal["backward", "ortho", "forward"]


@native_of("fft")
def fft(x: Tensor, /, n: int | None = None, *, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """Discrete Fourier transform: out[k] = sum over j of x[j] exp(-2 pi i j k / n).

    Shapes: that of x with n along the axis, by default the axis' own extent.  Dtypes: complex ones
    give their own; float32 and float64 are converted first and give complex64 and complex128.
    Edges: one NaN or infinity makes NaNs of its whole line.
    Raises: DTypeError for integers and bool; AxisError, also for rank 0; ArgumentError for n < 1 or
    another norm.
    Accuracy: the error's 2-norm is at most (5 + 4 log2(n)) u times that of the result, u = 2**-24
    or 2**-53; for lengths with a prime factor above 31, 3 times that.
    Source: array API 2025.12; Gentleman and Sande (1966), Bluestein (1970).

    >>> import corepy as cp
    >>> cp.fft.fft(cp.asarray([1.0, 2.0, 3.0, 4.0]))
    Tensor([10.+0.j, -2.+2.j, -2.+0.j, -2.-2.j], shape=(4,), dtype=complex128)
    """


@native_of("fft")
def fftfreq(
    n: int,
    /,
    d: float = 1.0,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> Tensor:
    """Sample frequencies of fft: [0, 1, ..., -2, -1] / (d n), negative ones in the second half.

    Shapes: (n,).  Dtypes: float32, float64; float64 by default.
    Edges: for even n, n / 2 counts as negative.
    Raises: ArgumentError for n < 1, d = 0 or not finite; DTypeError for other dtypes.
    Accuracy: the product d n and the quotient are rounded once each, in float64.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.fftfreq(5, d=0.1)
    Tensor([ 0.,  2.,  4., -4., -2.], shape=(5,), dtype=float64)
    """


@native_of("fft")
def fftn(
    x: Tensor,
    /,
    s: Dims | None = None,
    *,
    axes: Dims | None = None,
    norm: Norm = "backward",
) -> Tensor:
    """``fft`` along several axes, the last of them first; all axes by default.

    Shapes: that of x with s[i] along axes[i]; -1 stands for the axis' own extent.  Dtypes: as fft.
    Edges: no axes: a copy; s without axes: the last ones.
    Raises: DTypeError; AxisError, also for an axis named twice; ArgumentError.
    Accuracy: that of fft, with n the product of the lengths.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.fftn(cp.asarray([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]], shape=(2, 2), dtype=complex128)
    """


@native_of("fft")
def fftshift(x: Tensor, /, axes: Dims | None = None) -> Tensor:
    """Zero frequency in the middle: each axis rolled by half its extent, rounded down.

    Shapes: that of x.  Dtypes: all.
    Edges: all axes by default.
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.fftshift(cp.fft.fftfreq(5, d=0.2))
    Tensor([-2., -1.,  0.,  1.,  2.], shape=(5,), dtype=float64)
    """


@native_of("fft")
def hfft(x: Tensor, /, n: int | None = None, *, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """Transform of a signal with Hermitian symmetry, of which x is the first half: real numbers.

    Shapes: that of x with n along the axis, by default 2 (m - 1) for m numbers.  Dtypes: complex
    ones give those of their parts; float32, float64 count as complex.
    Edges: the imaginary parts of x[0] and, for even n, of x[n / 2] are not looked at.
    Raises: DTypeError; AxisError; ArgumentError.
    Accuracy: that of fft.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.hfft(cp.asarray([1.0, 2.0, 3.0]))
    Tensor([ 8., -2.,  0., -2.], shape=(4,), dtype=float64)
    """


@native_of("fft")
def ifft(x: Tensor, /, n: int | None = None, *, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """Inverse of fft: out[j] = 1 / n times the sum over k of x[k] exp(2 pi i j k / n).

    Shapes: as fft.  Dtypes: as fft.
    Edges: as fft.
    Raises: DTypeError; AxisError; ArgumentError.
    Accuracy: that of fft.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.ifft(cp.asarray([4.0, 0.0, 0.0, 0.0]))
    Tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j], shape=(4,), dtype=complex128)
    """


@native_of("fft")
def ifftn(
    x: Tensor,
    /,
    s: Dims | None = None,
    *,
    axes: Dims | None = None,
    norm: Norm = "backward",
) -> Tensor:
    """Inverse of fftn.

    Shapes: as fftn.  Dtypes: as fft.
    Edges: as fftn.
    Raises: DTypeError; AxisError; ArgumentError.
    Accuracy: that of fftn.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.ifftn(cp.asarray([[4.0, 0.0], [0.0, 0.0]]))
    Tensor([[1.+0.j, 1.+0.j],
            [1.+0.j, 1.+0.j]], shape=(2, 2), dtype=complex128)
    """


@native_of("fft")
def ifftshift(x: Tensor, /, axes: Dims | None = None) -> Tensor:
    """Inverse of fftshift: each axis rolled back by half its extent, rounded down.

    Shapes: that of x.  Dtypes: all.
    Edges: all axes by default.
    Raises: AxisError.
    Accuracy: exact.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.ifftshift(cp.asarray([-2, -1, 0, 1, 2]))
    Tensor([ 0,  1,  2, -2, -1], shape=(5,), dtype=int64)
    """


@native_of("fft")
def ihfft(x: Tensor, /, n: int | None = None, *, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """Inverse of hfft: the first half of a spectrum, conj(rfft(x)) / n.

    Shapes: that of x with n // 2 + 1 along the axis.  Dtypes: float32 gives complex64, float64
    complex128.
    Edges: the imaginary parts of the first number and, for even n, of the last are zero.
    Raises: DTypeError also for complex; AxisError; ArgumentError.
    Accuracy: that of fft.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.ihfft(cp.asarray([8.0, -2.0, 0.0, -2.0]))
    Tensor([1.+0.j, 2.+0.j, 3.+0.j], shape=(3,), dtype=complex128)
    """


@native_of("fft")
def irfft(x: Tensor, /, n: int | None = None, *, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """Inverse of rfft: n real numbers from the n // 2 + 1 first of their transform.

    Shapes: that of x with n along the axis, by default 2 (m - 1) for m numbers; pass n for an odd
    one.  Dtypes: complex ones give those of their parts; float32, float64 count as complex.
    Edges: the imaginary parts of x[0] and, for even n, of x[n / 2] are not looked at.
    Raises: DTypeError; AxisError; ArgumentError, also for one number without n.
    Accuracy: that of fft.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.irfft(cp.asarray([10.0, -2.0 + 2.0j, -2.0]))
    Tensor([1., 2., 3., 4.], shape=(4,), dtype=float64)
    """


@native_of("fft")
def irfftn(
    x: Tensor,
    /,
    s: Dims | None = None,
    *,
    axes: Dims | None = None,
    norm: Norm = "backward",
) -> Tensor:
    """Inverse of rfftn: ifft along all axes but the last, then irfft along that.

    Shapes: that of x with s[i] along axes[i]; by default 2 (m - 1) along the last axis.  Dtypes: as
    irfft.
    Edges: as irfft.
    Raises: DTypeError; AxisError, also for no axes; ArgumentError.
    Accuracy: that of fftn.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.irfftn(cp.asarray([[10.0, -2.0], [-4.0, 0.0]]))
    Tensor([[1., 2.],
            [3., 4.]], shape=(2, 2), dtype=float64)
    """


@native_of("fft")
def rfft(x: Tensor, /, n: int | None = None, *, axis: int = -1, norm: Norm = "backward") -> Tensor:
    """Transform of real numbers: the first n // 2 + 1 of fft's; the others are their conjugates.

    Shapes: that of x with n // 2 + 1 along the axis.  Dtypes: float32 gives complex64, float64
    complex128.
    Edges: the imaginary parts of the first number and, for even n, of the last are +0.  Not the
    bits of fft: even lengths are done as half as many complex numbers.
    Raises: DTypeError also for complex; AxisError; ArgumentError.
    Accuracy: that of fft.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.rfft(cp.asarray([1.0, 2.0, 3.0, 4.0]))
    Tensor([10.+0.j, -2.+2.j, -2.+0.j], shape=(3,), dtype=complex128)
    """


@native_of("fft")
def rfftfreq(
    n: int,
    /,
    d: float = 1.0,
    *,
    dtype: DTypeLike | None = None,
    device: str | None = None,
) -> Tensor:
    """Sample frequencies of rfft: [0, 1, ..., n // 2] / (d n).

    Shapes: (n // 2 + 1,).  Dtypes: float32, float64; float64 by default.
    Edges: none.
    Raises: ArgumentError for n < 1, d = 0 or not finite; DTypeError for other dtypes.
    Accuracy: the product d n and the quotient are rounded once each, in float64.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.rfftfreq(5, d=0.1)
    Tensor([0., 2., 4.], shape=(3,), dtype=float64)
    """


@native_of("fft")
def rfftn(
    x: Tensor,
    /,
    s: Dims | None = None,
    *,
    axes: Dims | None = None,
    norm: Norm = "backward",
) -> Tensor:
    """``rfft`` along the last of several axes, then fft along the others; all axes by default.

    Shapes: that of x with s[i] along axes[i], s[-1] // 2 + 1 along the last.  Dtypes: as rfft.
    Edges: s without axes: the last ones.
    Raises: DTypeError also for complex; AxisError, also for no axes; ArgumentError.
    Accuracy: that of fftn.
    Source: array API 2025.12.

    >>> import corepy as cp
    >>> cp.fft.rfftn(cp.asarray([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]], shape=(2, 2), dtype=complex128)
    """
