# What this process computes with: show_runtime. What it may use is set in settings.py and
# backend/policy.py.
"""A description of the machine, the build and the settings, for bug reports and logs."""

from __future__ import annotations

import platform
import sys
from importlib import metadata

from corepy import _core

from .errors import BackendError
from .settings import settings

__all__ = ["RuntimeInfo", "show_runtime"]


class RuntimeInfo:
    """What ``show_runtime`` found: readable as text, and as a dict for machines."""

    __slots__ = ("_sections",)

    def __init__(self, sections: dict[str, dict[str, object]]) -> None:
        self._sections = sections

    def to_dict(self) -> dict[str, dict[str, object]]:
        """The same for machines: strings, numbers, lists and dicts, as ``json.dumps`` takes.

        >>> import corepy as cp
        >>> cp.show_runtime().to_dict()["corepy"]["numerics_revision"] == cp.numerics_revision
        True
        """
        return {name: dict(section) for name, section in self._sections.items()}

    def __repr__(self) -> str:
        rows = [
            (section if first else "", label, _write(value))
            for section, entries in self._sections.items()
            for first, (label, value) in zip(
                (True, *([False] * len(entries))), entries.items(), strict=False
            )
        ]
        widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
        lines = (f"{row[0]:<{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]}" for row in rows)
        return "\n".join(line.rstrip() for line in lines)


def _write(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) if value else "none"
    return str(value)


def _find_cpu_name() -> str | None:
    """The model as the operating system names it."""
    if sys.platform == "linux":
        try:
            with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as lines:
                for line in lines:
                    label, _, text = line.partition(":")
                    if label.strip() in ("model name", "Model", "cpu model"):
                        return text.strip()
        except OSError:
            pass
    return platform.processor() or None


def _describe_isas() -> dict[str, object]:
    """Every instruction set of the build: yes, or what the CPU lacks."""
    return {
        isa.name: True if isa.available else f"no: this CPU lacks {isa.missing_feature}"
        for isa in _core.isas()
    }


def _find_openblas() -> dict[str, object]:
    from .backend import _find_openblas as find_library

    try:
        version = metadata.version("scipy-openblas32")
        path: str | None = find_library()
    except (metadata.PackageNotFoundError, BackendError):
        return {"OpenBLAS": None}
    loaded = any(backend["policy"] == "BLAS" for backend in _core.backends())
    return {"OpenBLAS": version, "OpenBLAS path": path, "OpenBLAS loaded": loaded}


def _find_numpy() -> str | None:
    """NumPy's version where the process has loaded it; it is not loaded for this."""
    return getattr(sys.modules.get("numpy"), "__version__", None)


def show_runtime() -> RuntimeInfo:
    """What this process computes with: CPU, instruction sets, settings, libraries, revision.

    Nothing is loaded or started for it.

    >>> import corepy as cp
    >>> info = cp.show_runtime()
    >>> info.to_dict()["settings"]["policy"]
    'AUTO'
    >>> print(info)  # doctest: +ELLIPSIS
    corepy ...
    """
    stats = _core.memory_stats()
    return RuntimeInfo(
        {
            "corepy": {
                "version": _core.__version__,
                "numerics_revision": _core.numerics_revision,
                "python": f"{platform.python_implementation()} {platform.python_version()}",
                "platform": platform.platform(),
            },
            "cpu": {
                "model": _find_cpu_name(),
                "architecture": platform.machine(),
                "usable": _core.usable_cpu_count(),
            },
            "instruction sets": _describe_isas(),
            "settings": {
                "policy": settings.policy.name,
                "isa": settings.isa,
                "threads": settings.num_threads,
                "strict": settings.strict,
                "verify": settings.verify,
            },
            "backends": {
                backend["name"]: "reproducible" if backend["reproducible"] else "not reproducible"
                for backend in _core.backends()
            },
            "libraries": {**_find_openblas(), "NumPy (if loaded)": _find_numpy()},
            "memory": {
                "used_bytes": stats["used_bytes"],
                "cached_bytes": stats["cached_bytes"],
                "limit_bytes": stats["limit_bytes"],
            },
        }
    )
