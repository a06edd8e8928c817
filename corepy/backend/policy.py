# Which backend a call may use: the policy in force, its scopes, and whether its backend can be had.
# The policies are in policies.py; loading a backend is in __init__.py.
"""The backend policy.

The policy says what corepy may give up for speed: ``AUTO`` and ``SIMD`` keep reproducible bits,
``BLAS`` and ``GPU`` do not, ``REFERENCE`` gives up speed for the oracle.  It is process-wide, and
may be scoped to the current context with ``with corepy.policy(...)``, which neither threads nor
async tasks see.
"""

from __future__ import annotations

from corepy import _core
from corepy.errors import BackendError, SettingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.settings import Override

    from .policies import BackendPolicy

__all__ = ["get_policy", "isas", "policy", "set_backend", "set_policy"]


def parse_policy(value: object, source: str = "policy") -> BackendPolicy:
    """The policy that a member, its number or its name in any case stands for.

    Raises:
        SettingError: it stands for none; ``source`` opens the message.
    """
    from .policies import BackendPolicy  # on first use: enum is a quarter of the import time

    if isinstance(value, str):
        member = BackendPolicy.__members__.get(value.upper())
        if member is not None:
            return member
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value < len(BackendPolicy):
        return BackendPolicy(value)
    names = ", ".join(BackendPolicy.__members__)
    raise SettingError(f"{source}: no such policy (got {value!r}; expected {names})")


def require_backend(wanted: BackendPolicy, experimental: bool) -> None:
    """Check, without importing or loading anything, that a policy's backend can be had.

    Raises:
        BackendError: it cannot; the message says what to install or to set.
    """
    from .policies import BackendPolicy

    if any(backend["policy"] == wanted.name for backend in _core.backends()):
        return
    if wanted is BackendPolicy.GPU:
        if not experimental:
            raise BackendError(
                "policy: GPU is experimental (got policy GPU; expected the flag with it): set "
                "COREPY_EXPERIMENTAL=1 or corepy.settings.override(experimental=True)"
            )
        raise BackendError(
            "policy: no GPU backend is installed (got policy GPU; expected a plugin that calls "
            "corepy.backend.register_backend)"
        )
    if wanted is BackendPolicy.BLAS:
        _require_package("scipy_openblas32", "BLAS", "blas")
    elif wanted is BackendPolicy.REFERENCE:
        _require_package("numpy", "REFERENCE", "reference")


def _require_package(package: str, policy_name: str, extra: str) -> None:
    from importlib.util import find_spec

    if find_spec(package) is None:
        raise BackendError(
            f"policy: {policy_name} needs the package {package} (got none in this environment): "
            f'pip install "corepy[{extra}]"'
        )


def get_policy() -> BackendPolicy:
    """The policy in force: that of the innermost ``with corepy.policy(...)``, or the process's.

    >>> import corepy as cp
    >>> cp.get_policy()
    <BackendPolicy.AUTO: 0>
    """
    from .policies import BackendPolicy

    return BackendPolicy(_core.get_setting("policy"))


def set_policy(value: BackendPolicy | str) -> None:
    """Set the process-wide policy.

    Raises:
        SettingError: there is no such policy.
        BackendError: its backend is not installed, or experimental.

    >>> import corepy as cp
    >>> cp.set_policy(cp.BackendPolicy.SIMD)
    >>> cp.set_policy("auto")
    """
    wanted = parse_policy(value, "set_policy")
    require_backend(wanted, bool(_core.get_setting("experimental")))
    _core.set_setting("policy", wanted)


def policy(value: BackendPolicy | str) -> Override:
    """A block that runs under a policy; other threads and async tasks do not see it.

    Raises:
        SettingError: there is no such policy.
        BackendError: its backend is not installed, or experimental.

    >>> import corepy as cp
    >>> with cp.policy(cp.BackendPolicy.SIMD):
    ...     cp.get_policy()
    <BackendPolicy.SIMD: 2>
    """
    from corepy.settings import settings  # settings.py builds on this file

    return settings.override(policy=value)


def set_backend(name: str) -> None:
    """Set the process-wide policy to the one that a backend serves.

    Args:
        name: "native" for the built-in kernels, or a registered backend's name.

    Raises:
        BackendError: there is no backend of this name.

    >>> import corepy as cp
    >>> cp.set_backend("native")
    >>> cp.get_policy()
    <BackendPolicy.AUTO: 0>
    """
    served = {backend["name"]: backend["policy"] for backend in _core.backends()}
    loadable = {"reference": "REFERENCE", "openblas": "BLAS"}
    known = {**loadable, **served}
    if not isinstance(name, str) or name not in known:
        raise BackendError(
            f"set_backend: no such backend (got {name!r}; expected {', '.join(sorted(known))})"
        )
    set_policy(known[name])


def isas() -> tuple[str, ...]:
    """The instruction sets that this machine can run and corepy has kernels for, best first.

    >>> import corepy as cp
    >>> "baseline" in cp.isas()
    True
    """
    return tuple(isa.name for isa in _core.isas() if isa.available)
