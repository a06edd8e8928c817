# The elementwise category of the array API, in groups that mirror
# csrc/corepy/ops/elementwise_table.h; `where` is in searching.py.
"""Functions of each element: one file per group, named as the native ones."""

from . import arithmetic, bitwise, comparison, exponential, rounding, trigonometric
from .arithmetic import *  # noqa: F403
from .bitwise import *  # noqa: F403
from .comparison import *  # noqa: F403
from .exponential import *  # noqa: F403
from .rounding import *  # noqa: F403
from .trigonometric import *  # noqa: F403

TYPE_CHECKING = False
if not TYPE_CHECKING:  # type checkers take all that is imported by * and cannot follow this
    __all__ = [
        *arithmetic.__all__,
        *bitwise.__all__,
        *comparison.__all__,
        *exponential.__all__,
        *rounding.__all__,
        *trigonometric.__all__,
    ]
