# The settings, declared once each: environment variable, default, validation, documentation. Their
# storage is native (core/settings.h).
"""``corepy.settings``: attributes to read and set, and ``override`` to scope them.

Assignment (``corepy.settings.strict = True``) changes the process; ``with
corepy.settings.override(...)`` changes the current context only: neither other threads nor other
async tasks see it.  Environment variables give the initial values; corepy never changes one.
"""

from __future__ import annotations

import os
import sys

from corepy import _core
from corepy.backend.policy import get_policy, parse_policy, require_backend
from corepy.errors import ArgumentError, SettingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextvars import Token
    from types import TracebackType

    from corepy.backend.policies import BackendPolicy

__all__ = ["Override", "Settings", "get_num_threads", "set_num_threads", "settings"]

_AUTO_ISA = 255
_MOST_THREADS = 1024


class Setting:
    """One setting, a descriptor of :class:`Settings`; subclasses say which values it takes."""

    def __init__(self, env: str, default: str, description: str) -> None:
        self.env = env
        self.default = default  # what the native settings begin with; a test compares
        self.description = description
        self.name = ""

    def __set_name__(self, owner: type[object], name: str) -> None:
        self.name = name

    def parse(self, value: object, source: str) -> int:
        """The native value; raises SettingError, whose message ``source`` opens."""
        raise NotImplementedError

    def format_value(self) -> str:
        """The effective value as text."""
        raise NotImplementedError

    def store(self, value: int) -> None:
        """Make a parsed value the process-wide one."""
        _core.set_setting(self.name, value)


class Flag(Setting):
    """A setting that is on or off."""

    def parse(self, value: object, source: str) -> int:
        if isinstance(value, int) and value in (0, 1):  # bools too
            return int(value)
        if isinstance(value, str):
            text = value.strip().lower()
            if text in ("1", "true", "on", "yes"):
                return 1
            if text in ("0", "false", "off", "no", ""):
                return 0
        raise SettingError(f"{source}: not a flag (got {value!r}; expected True or False, 1 or 0)")

    def format_value(self) -> str:
        return str(bool(_core.get_setting(self.name)))

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> bool:
        return bool(_core.get_setting(self.name))

    def __set__(self, instance: Settings, value: bool) -> None:
        self.store(self.parse(value, f"settings.{self.name}"))


class IsaSetting(Setting):
    """The name of an instruction set, or "auto"."""

    def parse(self, value: object, source: str) -> int:
        rows = _core.isas()
        if value == "auto":
            return _AUTO_ISA
        usable = ", ".join(["auto", *(row.name for row in rows if row.available)])
        for index, row in enumerate(rows):
            if row.name == value:
                if row.available:
                    return index
                raise SettingError(
                    f"{source}: this CPU cannot run {row.name}, for it lacks {row.missing_feature} "
                    f"(got {value!r}; expected {usable})"
                )
        raise SettingError(f"{source}: no such instruction set (got {value!r}; expected {usable})")

    def format_value(self) -> str:
        index = _core.get_setting(self.name)
        return "auto" if index == _AUTO_ISA else _core.isas()[index].name

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> str:
        return self.format_value()

    def __set__(self, instance: Settings, value: str) -> None:
        self.store(self.parse(value, f"settings.{self.name}"))


class PolicySetting(Setting):
    """A backend policy or its name."""

    def parse(self, value: object, source: str) -> int:
        return parse_policy(value, source)

    def format_value(self) -> str:
        return get_policy().name

    def store(self, value: int) -> None:
        require_backend(parse_policy(value), bool(_core.get_setting("experimental")))
        _core.set_setting(self.name, value)

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> BackendPolicy:
        return get_policy()

    def __set__(self, instance: Settings, value: BackendPolicy | str) -> None:
        self.store(self.parse(value, f"settings.{self.name}"))


class ThreadCount(Setting):
    """How many threads compute: a number from 1 to 1024, or ``"all"`` that this process may use."""

    def parse(self, value: object, source: str) -> int:
        count = value
        if isinstance(value, str):
            text = value.strip().lower()
            if text == "all":
                return min(_core.usable_cpu_count(), _MOST_THREADS)
            count = int(text) if text.isascii() and text.isdigit() else None
        if isinstance(count, int) and not isinstance(count, bool) and 1 <= count <= _MOST_THREADS:
            return int(count)
        raise SettingError(
            f"{source}: not a number of threads (got {value!r}; expected an int from 1 to "
            f"{_MOST_THREADS} or 'all')"
        )

    def format_value(self) -> str:
        return str(_core.get_setting(self.name))

    def store(self, value: int) -> None:
        super().store(value)
        if value == 1:
            _core.stop_workers()

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> int:
        return _core.get_setting(self.name)

    def __set__(self, instance: Settings, value: int | str) -> None:
        self.store(self.parse(value, f"settings.{self.name}"))


class Pinning(Flag):
    """Whether each worker thread stays on a CPU of its own; process-wide only."""

    def format_value(self) -> str:
        return str(_core.is_pinning())

    def store(self, value: int) -> None:
        _core.set_pinning(bool(value))

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> bool:
        return _core.is_pinning()

    def __set__(self, instance: Settings, value: bool) -> None:
        self.store(self.parse(value, f"settings.{self.name}"))


class DevicePriority(Setting):
    """Which device new tensors prefer: the CPU, in this version."""

    def parse(self, value: object, source: str) -> int:
        if isinstance(value, str) and value.strip().lower() == "cpu":
            return 0
        raise SettingError(f"{source}: this version has one device (got {value!r}; expected 'cpu')")

    def format_value(self) -> str:
        return "cpu"

    def store(self, value: int) -> None:
        """Nothing to store: there is one valid value."""

    def __get__(self, instance: Settings | None, owner: type[Settings]) -> str:
        return "cpu"

    def __set__(self, instance: Settings, value: str) -> None:
        self.parse(value, f"settings.{self.name}")


class Override:
    """A block with other settings; made by ``corepy.settings.override`` and ``corepy.policy``."""

    __slots__ = ("_tokens", "_values")

    def __init__(self, values: dict[str, int]) -> None:
        self._values = values
        self._tokens: list[Token[tuple[int, int]]] = []

    def __enter__(self) -> None:
        overlay = _core.settings_overlay.get()
        for name, value in self._values.items():
            overlay = _core.overlay_with(overlay, name, value)
        _core.enable_overlays()
        self._tokens.append(_core.settings_overlay.set(overlay))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _core.settings_overlay.reset(self._tokens.pop())


class Settings:
    """The settings of corepy; there is one object, ``corepy.settings``.

    >>> import corepy as cp
    >>> cp.settings.strict
    False
    >>> with cp.settings.override(isa="baseline", strict=True):
    ...     cp.settings.isa, cp.settings.strict
    ('baseline', True)
    >>> cp.settings.isaa = "avx2"  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    corepy.errors.SettingError: settings: no such setting (got 'isaa'; expected isa, ...)
    """

    __slots__ = ()

    isa = IsaSetting(
        "COREPY_ISA", "auto", "The instruction set of the kernels; auto is the best one."
    )
    experimental = Flag(
        "COREPY_EXPERIMENTAL", "0", "Allows experimental backends, such as a GPU's."
    )
    policy = PolicySetting("COREPY_POLICY", "AUTO", "What may run operators; see BackendPolicy.")
    num_threads = ThreadCount(
        "COREPY_NUM_THREADS", "1", "Threads that compute: a number, or all that may be used."
    )
    pin_threads = Pinning(
        "COREPY_PIN_THREADS", "0", "Each worker thread stays on one CPU (Linux); process-wide."
    )
    strict = Flag(
        "COREPY_STRICT",
        "0",
        "Hidden copies, conversions, lenient rules and writes to shared memory become errors.",
    )
    debug = Flag("COREPY_DEBUG", "0", "Extra checks: every result lies inside its memory.")
    device_priority = DevicePriority("COREPY_DEVICE_PRIORITY", "cpu", "Where new tensors live.")
    verify = Flag("COREPY_VERIFY", "0", "Every result is compared with the oracle's.")

    def __setattr__(self, name: str, value: object) -> None:
        find_setting(name)
        object.__setattr__(self, name, value)

    def __dir__(self) -> list[str]:
        return sorted([*DECLARED, "override", "seed"])

    def __repr__(self) -> str:
        rows = [
            (name, setting.format_value(), setting.env, setting.description)
            for name, setting in DECLARED.items()
        ]
        return "\n".join(f"{row[0]:<15}  {row[1]:<9}  {row[2]:<23}  {row[3]}" for row in rows)

    def override(self, **values: object) -> Override:
        """A block in which these settings hold, in this context only.

        Raises:
            SettingError: an unknown setting or an invalid value.
            BackendError: the backend of ``policy`` is not installed, or experimental.

        >>> import corepy as cp
        >>> with cp.settings.override(strict=True):
        ...     cp.settings.strict
        True
        """
        parsed: dict[str, int] = {}
        for name, value in values.items():
            parsed[name] = find_setting(name).parse(value, f"settings.override({name}=)")
        if "policy" in parsed:
            experimental = parsed.get("experimental", _core.get_setting("experimental"))
            require_backend(parse_policy(parsed["policy"]), bool(experimental))
        if "pin_threads" in parsed:
            raise SettingError(
                "settings.override(pin_threads=): threads are the process's, not a context's "
                "(assign corepy.settings.pin_threads instead)"
            )
        parsed.pop("device_priority", None)
        return Override(parsed)

    def seed(self, n: int) -> None:
        """Seed this process's generators: corepy's default one, Python's, and NumPy's where loaded.

        ``corepy.random.default_generator`` starts anew with key ``n``; other generators have keys
        of their own.  Python's is ``random``, NumPy's the one behind ``numpy.random.seed``.

        Raises:
            ArgumentTypeError: ``n`` is not an int.
            ArgumentError: ``n`` is outside [0, 2**32), which is what NumPy takes.

        >>> import random, corepy as cp
        >>> cp.settings.seed(42)
        >>> random.random()
        0.6394267984578837
        >>> cp.random.default_generator
        Generator(key=0x2a)
        """
        from corepy.ops.arguments import read_int

        n = read_int("settings.seed", "n", n)
        if not 0 <= n < 2**32:
            raise ArgumentError(
                f"settings.seed: n is out of range (got {n}; expected 0 <= n < 2**32)"
            )
        import random

        random.seed(n)
        if "numpy" in sys.modules:
            from numpy import random as numpy_random

            numpy_random.seed(n)
        from corepy.random import default_generator

        default_generator._restart(n)


DECLARED: dict[str, Setting] = {
    name: setting for name, setting in vars(Settings).items() if isinstance(setting, Setting)
}


def find_setting(name: str) -> Setting:
    """The declaration of a setting; raises SettingError for a name that is none."""
    setting = DECLARED.get(name)
    if setting is None:
        names = ", ".join(DECLARED)
        raise SettingError(f"settings: no such setting (got {name!r}; expected {names})")
    return setting


def read_environment(environment: Mapping[str, str]) -> None:
    """Take initial values from COREPY_* variables.

    Raises:
        SettingError: a variable that no setting declares, or an invalid value.
        BackendError: the backend of COREPY_POLICY is not installed, or experimental.
    """
    by_variable = {setting.env: setting for setting in DECLARED.values()}
    for variable in environment:
        if variable.startswith("COREPY_") and variable not in by_variable:
            names = ", ".join(by_variable)
            raise SettingError(f"{variable}: no such setting (got this variable; expected {names})")
    for variable, setting in by_variable.items():  # in declared order: experimental before policy
        if variable in environment:
            setting.store(setting.parse(environment[variable], variable))


def set_num_threads(n: int | str, /) -> None:
    """Let large operations run on up to ``n`` threads, the calling one included.

    Bits never depend on it: what a thread is given depends on shapes only, and is combined in the
    canonical order.  No more take part than there are pieces of work, and beyond 8 no more than two
    for each CPU: the record says how many.  No thread exists before an operation that is worth a
    second one (some hundred microseconds of work); ``set_num_threads(1)`` ends them all.  A forked
    child starts its own on demand.  ``with corepy.settings.override(num_threads=n)`` scopes the
    number to a block, for the current context only.

    Args:
        n: from 1 to 1024, or ``"all"``: the CPUs that this process may use, by its affinity mask
            and its control group's quota.

    Raises:
        SettingError: ``n`` is neither.

    >>> import corepy as cp
    >>> cp.set_num_threads(2)
    >>> cp.get_num_threads()
    2
    >>> cp.set_num_threads(1)
    """
    settings.num_threads = n


def get_num_threads() -> int:
    """The number of threads that the next operation of this context may use, 1 by default.

    >>> import corepy as cp
    >>> cp.get_num_threads()
    1
    """
    return settings.num_threads


settings = Settings()
read_environment(os.environ)
