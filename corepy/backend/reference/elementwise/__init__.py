# The elementwise oracles, in the same groups as corepy/ops/elementwise.
"""Oracles of the functions of each element; importing this registers them."""

from . import arithmetic, bitwise, comparison, exponential, rounding, trigonometric

__all__ = ["arithmetic", "bitwise", "comparison", "exponential", "rounding", "trigonometric"]
