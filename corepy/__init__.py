# The public namespace. Nothing is implemented here; what is heavy to import comes on first use.
"""corepy: tensors whose results are explained, checked and reproducible to the bit.

>>> import corepy as cp
>>> a = cp.eye(2, dtype=cp.float32)
>>> a @ a
Tensor([[1., 0.],
        [0., 1.]], shape=(2, 2), dtype=float32)
>>> print(cp.explain_last_dispatch().call_text())
matmul(float32[2, 2], float32[2, 2]) -> float32[2, 2]

The functions are those of the Python array API standard.  ``explain_last_dispatch`` tells what ran
and why, ``settings`` holds the settings, ``digest`` compares results, ``testing`` checks them.
"""

from __future__ import annotations

from . import _core, errors, lazy_names, ops
from . import backend as backend
from . import fft as fft
from . import linalg as linalg
from . import memory as memory
from .backend.policy import get_policy as get_policy
from .backend.policy import isas as isas
from .backend.policy import policy as policy
from .backend.policy import set_backend as set_backend
from .backend.policy import set_policy as set_policy
from .digest import digest as digest
from .errors import *  # noqa: F403
from .ops import *  # noqa: F403
from .settings import get_num_threads as get_num_threads
from .settings import set_num_threads as set_num_threads
from .settings import settings as settings
from .tensor import Tensor as Tensor

TYPE_CHECKING = False
if TYPE_CHECKING:
    from . import io as io
    from . import linalg as linalg  # again: * took that of ops, whose __all__ checkers cannot read
    from . import random as random
    from . import testing as testing
    from .backend.dispatch_log import DispatchLog as DispatchLog
    from .backend.explain import DispatchRecord as DispatchRecord
    from .backend.explain import explain as explain
    from .backend.explain import explain_last_dispatch as explain_last_dispatch
    from .backend.explain import record_dispatches as record_dispatches
    from .backend.policies import BackendPolicy as BackendPolicy
    from .io import *  # noqa: F403
    from .numpy_names.aliases import *  # noqa: F403
    from .numpy_names.contractions import *  # noqa: F403
    from .numpy_names.creation import *  # noqa: F403
    from .numpy_names.editing import *  # noqa: F403
    from .numpy_names.elements import *  # noqa: F403
    from .numpy_names.iteration import *  # noqa: F403
    from .numpy_names.joining import *  # noqa: F403
    from .numpy_names.kinds import *  # noqa: F403
    from .numpy_names.orders import *  # noqa: F403
    from .numpy_names.positions import *  # noqa: F403
    from .numpy_names.products import *  # noqa: F403
    from .numpy_names.reading import *  # noqa: F403
    from .numpy_names.sets import *  # noqa: F403
    from .numpy_names.shapes import *  # noqa: F403
    from .numpy_names.values import *  # noqa: F403
    from .print_options import *  # noqa: F403
    from .runtime_info import *  # noqa: F403
    from .signal.convolution import *  # noqa: F403
    from .signal.fits import *  # noqa: F403
    from .signal.padding import *  # noqa: F403
    from .signal.polynomials import *  # noqa: F403
    from .signal.samples import *  # noqa: F403
    from .signal.windows import *  # noqa: F403
    from .statistics.correlation import *  # noqa: F403
    from .statistics.histograms import *  # noqa: F403
    from .statistics.ignoring_nan import *  # noqa: F403
    from .statistics.quantiles import *  # noqa: F403

DType = _core.DType
__version__ = _core.__version__
#: The revision of the array API standard that this namespace follows.
__array_api_version__ = "2025.12"
#: Changes whenever the bits of any result of the default policy may change.
numerics_revision = _core.numerics_revision

_LAZY = {name: module for module, names in lazy_names.MODULES.items() for name in names}


if not TYPE_CHECKING:  # type checkers take what is imported above and cannot follow this
    __all__ = [
        "DType",
        "Tensor",
        "__array_api_version__",
        "__version__",
        "backend",
        "digest",
        "fft",
        "get_num_threads",
        "get_policy",
        "isas",
        "linalg",
        "memory",
        "numerics_revision",
        "policy",
        "set_backend",
        "set_num_threads",
        "set_policy",
        "settings",
        *_LAZY,
        *lazy_names.SUBMODULES,
        *errors.__all__,
        *ops.__all__,
    ]

    __getattr__ = lazy_names.make_loader(__name__, _LAZY, globals(), lazy_names.SUBMODULES)

    def __dir__() -> list[str]:
        return sorted(__all__)
