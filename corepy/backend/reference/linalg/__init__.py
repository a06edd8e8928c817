# The oracles of matrices, in the same groups as corepy/ops/linalg.
"""Oracles of functions of matrices; importing this registers them."""

from . import decompositions, matrices, products
from .products import contraction_axes

__all__ = ["contraction_axes", "decompositions", "matrices", "products"]
