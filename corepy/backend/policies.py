# The policies there are. Which one is in force is in policy.py.
"""What corepy may give up for speed, as an enum; imported on first use, since ``enum`` is slow."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["BackendPolicy"]


class BackendPolicy(IntEnum):
    """What may run an operator; equal, value by value, to the native enum."""

    AUTO = 0
    """The best kernel with reproducible bits."""
    REFERENCE = 1
    """The oracle: NumPy-backed, in higher precision, slow."""
    SIMD = 2
    """As AUTO, but an error where no vector kernel exists."""
    BLAS = 3
    """OpenBLAS for matrix products and decompositions; bits depend on the CPU."""
    GPU = 4
    """A graphics processor; experimental, bits depend on the device."""

    def __str__(self) -> str:
        return self.name
