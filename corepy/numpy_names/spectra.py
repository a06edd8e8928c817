# NumPy's Fourier transforms of two axes; those of any axes are declared in ops/fft.py.
"""``fft2`` and its relatives: ``fftn`` and its relatives over the last two axes.

One native call each, whose record it leaves; errors name the function that was called.
"""

from __future__ import annotations

import corepy.ops.fft as transforms
from corepy.ops.composed import named_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.fft import Norm
    from corepy.ops.native import Dims
    from corepy.tensor import Tensor

__all__ = ["fft2", "ifft2", "irfft2", "rfft2"]

_LAST_TWO = (-2, -1)


@named_of("fft")
def fft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """Fourier transform over two axes: ``fftn(x, s=s, axes=axes, norm=norm)``.

    >>> import corepy as cp
    >>> cp.fft.fft2(cp.ones((2, 2))).tolist()
    [[(4+0j), 0j], [0j, 0j]]
    """
    return transforms.fftn(x, s=s, axes=axes, norm=norm)


@named_of("fft")
def ifft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """The inverse of fft2: ``ifftn(x, s=s, axes=axes, norm=norm)``.

    >>> import corepy as cp
    >>> cp.fft.ifft2(cp.fft.fft2(cp.eye(2))).real.tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return transforms.ifftn(x, s=s, axes=axes, norm=norm)


@named_of("fft")
def rfft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """Fourier transform of real numbers over two axes, the last one halved: ``rfftn``.

    >>> import corepy as cp
    >>> cp.fft.rfft2(cp.ones((2, 4))).shape
    (2, 3)
    """
    return transforms.rfftn(x, s=s, axes=axes, norm=norm)


@named_of("fft")
def irfft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """The inverse of rfft2, real numbers: ``irfftn(x, s=s, axes=axes, norm=norm)``.

    >>> import corepy as cp
    >>> cp.fft.irfft2(cp.fft.rfft2(cp.ones((2, 4)))).tolist()
    [[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, 1.0, 1.0]]
    """
    return transforms.irfftn(x, s=s, axes=axes, norm=norm)
