# NumPy's transforms along two axes: the standard's along several axes with other defaults.
"""``fft2 ifft2 rfft2 irfft2``, public in ``corepy.fft``."""

from __future__ import annotations

import corepy
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
    """``fftn`` along the last two axes.

    Shapes: as fftn.  Dtypes: as fftn.
    Edges: as fftn.
    Raises: as fftn.
    Accuracy: as fftn.
    Source: NumPy; fftn.

    >>> import corepy as cp
    >>> cp.fft.fft2(cp.asarray([[1.0, 2.0], [3.0, 4.0]]))
    Tensor([[10.+0.j, -2.+0.j],
            [-4.+0.j,  0.+0.j]], shape=(2, 2), dtype=complex128)
    """
    return corepy.fft.fftn(x, s=s, axes=axes, norm=norm)


@named_of("fft")
def ifft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """``ifftn`` along the last two axes: the inverse of fft2.

    Shapes: as ifftn.  Dtypes: as ifftn.
    Edges: as ifftn.
    Raises: as ifftn.
    Accuracy: as ifftn.
    Source: NumPy; ifftn.

    >>> import corepy as cp
    >>> cp.real(cp.fft.ifft2(cp.fft.fft2(cp.eye(2)))).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return corepy.fft.ifftn(x, s=s, axes=axes, norm=norm)


@named_of("fft")
def rfft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """``rfftn`` along the last two axes.

    Shapes: as rfftn.  Dtypes: as rfftn.
    Edges: as rfftn.
    Raises: as rfftn.
    Accuracy: as rfftn.
    Source: NumPy; rfftn.

    >>> import corepy as cp
    >>> cp.fft.rfft2(cp.ones((3, 4))).shape
    (3, 3)
    """
    return corepy.fft.rfftn(x, s=s, axes=axes, norm=norm)


@named_of("fft")
def irfft2(
    x: Tensor, /, s: Dims | None = None, axes: Dims = _LAST_TWO, norm: Norm = "backward"
) -> Tensor:
    """``irfftn`` along the last two axes: the inverse of rfft2.

    Shapes: as irfftn.  Dtypes: as irfftn.
    Edges: as irfftn: an odd last extent is named in ``s``.
    Raises: as irfftn.
    Accuracy: as irfftn.
    Source: NumPy; irfftn.

    >>> import corepy as cp
    >>> cp.fft.irfft2(cp.fft.rfft2(cp.eye(2))).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    return corepy.fft.irfftn(x, s=s, axes=axes, norm=norm)
