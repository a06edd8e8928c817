# The entry of the native loader: makes a policy's backend available on first use. What a backend
# is, is in protocol.py.
"""Backends: what runs operators, under which policy, and what it did.

The native kernels are compiled in.  The reference oracle, OpenBLAS and plugins register themselves
when a policy first asks for them; ``import corepy`` loads none.
"""

from __future__ import annotations

from _thread import RLock

from corepy.errors import BackendError
from corepy.lazy_names import make_loader

from .policy import require_backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .policies import BackendPolicy
    from .protocol import Backend, register_backend

__all__ = ["Backend", "BackendPolicy", "load", "register_backend"]

_loading = RLock()


def load(policy: int) -> bool:
    """Register the backend that serves ``policy``; the dispatcher asks when it finds none.

    Returns:
        Whether a backend was registered.

    Raises:
        BackendError: the backend is not installed, or experimental.
    """
    from corepy import _core

    from .policies import BackendPolicy

    wanted = BackendPolicy(policy)
    require_backend(wanted, bool(_core.get_setting("experimental")))
    with _loading:
        # Another thread may have been first.
        served = any(backend["policy"] == wanted.name for backend in _core.backends())
        return served or _register(wanted)


def _register(wanted: BackendPolicy) -> bool:
    from corepy import _core

    from .policies import BackendPolicy

    if wanted is BackendPolicy.REFERENCE:
        from .oracle import ReferenceBackend
        from .protocol import register_backend

        register_backend(ReferenceBackend())
        return True
    if wanted is BackendPolicy.BLAS:
        _core.load_openblas(_find_openblas())
        return True
    return False


def _find_openblas() -> str:
    """Path of the shared library in scipy-openblas32, found without importing the package.

    Importing it would load the library globally and start its threads.
    """
    from importlib.util import find_spec
    from pathlib import Path

    package = find_spec("scipy_openblas32")
    folders = list(package.submodule_search_locations or ()) if package is not None else []
    for folder in folders:
        for library in sorted(Path(folder, "lib").glob("libscipy_openblas*")):
            if library.suffix in (".so", ".dylib", ".dll"):
                return str(library)
    raise BackendError(
        "policy: BLAS found no OpenBLAS library in the package scipy_openblas32 "
        f"(got {folders}; expected lib/libscipy_openblas.*): "
        'pip install --force-reinstall "corepy[blas]"'
    )


#: By name, the module that has it.
_LAZY = {
    "Backend": "backend.protocol",
    "BackendPolicy": "backend.policies",
    "register_backend": "backend.protocol",
}


if not TYPE_CHECKING:  # else every name would be an attribute for type checkers
    __getattr__ = make_loader(__name__, _LAZY, globals(), ("explain",))
