# The linalg category of the array API: products, decompositions, and what is made of these.
"""Functions of matrices: one file per group."""

from . import decompositions, matrices, products
from .decompositions import *  # noqa: F403
from .matrices import *  # noqa: F403
from .products import *  # noqa: F403

TYPE_CHECKING = False
if not TYPE_CHECKING:  # type checkers take all that is imported by * and cannot follow this
    __all__ = [*decompositions.__all__, *matrices.__all__, *products.__all__]
