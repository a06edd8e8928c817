# The operators, one file per category of the array API standard. What runs them is native
# (csrc/corepy).
"""Declarations of every operator: signature, types, documentation."""

from . import (
    constants,
    creation,
    data_type_functions,
    data_types,
    elementwise,
    indexing,
    inspection,
    linalg,
    manipulation,
    searching,
    set,
    sorting,
    statistical,
    utility,
)
from .constants import *  # noqa: F403
from .creation import *  # noqa: F403
from .data_type_functions import *  # noqa: F403
from .data_types import *  # noqa: F403
from .elementwise import *  # noqa: F403
from .indexing import *  # noqa: F403
from .inspection import *  # noqa: F403
from .linalg import *  # noqa: F403
from .manipulation import *  # noqa: F403
from .searching import *  # noqa: F403
from .set import *  # noqa: F403
from .sorting import *  # noqa: F403
from .statistical import *  # noqa: F403
from .utility import *  # noqa: F403

TYPE_CHECKING = False
if not TYPE_CHECKING:  # type checkers take all that is imported by * and cannot follow this
    __all__ = [
        *constants.__all__,
        *creation.__all__,
        *data_type_functions.__all__,
        *data_types.__all__,
        *elementwise.__all__,
        *indexing.__all__,
        *inspection.__all__,
        *linalg.__all__,
        *manipulation.__all__,
        *searching.__all__,
        *set.__all__,
        *sorting.__all__,
        *statistical.__all__,
        *utility.__all__,
    ]
