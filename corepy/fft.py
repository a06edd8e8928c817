# The standard's fft namespace, and NumPy's transforms along two axes. Nothing is implemented here:
# declarations are in ops/fft.py, NumPy's names in numpy_names/fourier.py.
"""Discrete Fourier transforms, as the array API standard names them.

``fft2 ifft2 rfft2 irfft2`` are NumPy's, imported on first use.

>>> import corepy as cp
>>> cp.fft.fft(cp.asarray([1.0, 0.0, 0.0, 0.0]))
Tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j], shape=(4,), dtype=complex128)
"""

from __future__ import annotations

from .lazy_names import make_loader
from .ops.fft import fft as fft
from .ops.fft import fftfreq as fftfreq
from .ops.fft import fftn as fftn
from .ops.fft import fftshift as fftshift
from .ops.fft import hfft as hfft
from .ops.fft import ifft as ifft
from .ops.fft import ifftn as ifftn
from .ops.fft import ifftshift as ifftshift
from .ops.fft import ihfft as ihfft
from .ops.fft import irfft as irfft
from .ops.fft import irfftn as irfftn
from .ops.fft import rfft as rfft
from .ops.fft import rfftfreq as rfftfreq
from .ops.fft import rfftn as rfftn

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .numpy_names.fourier import fft2 as fft2
    from .numpy_names.fourier import ifft2 as ifft2
    from .numpy_names.fourier import irfft2 as irfft2
    from .numpy_names.fourier import rfft2 as rfft2

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]

#: By name, the module that has it.
_LAZY = dict.fromkeys(("fft2", "ifft2", "irfft2", "rfft2"), "numpy_names.fourier")


if not TYPE_CHECKING:  # type checkers take what is imported above
    __getattr__ = make_loader(__name__, _LAZY, globals())

    def __dir__() -> list[str]:
        return sorted(__all__)
