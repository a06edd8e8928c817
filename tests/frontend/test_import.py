# What `import corepy` does and does not do.
"""The import is cheap: no NumPy, no thread, no changed environment, little time."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest


def run_python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_no_heavy_modules() -> None:
    code = (
        "import sys; before = set(sys.modules); import corepy; "
        "print(sorted(set(sys.modules) - before))"
    )
    loaded = run_python(code)
    for module in ("numpy", "pydantic", "pyarrow", "scipy", "dataclasses", "asyncio", "hashlib"):
        assert f"'{module}'" not in loaded
    for module in ("corepy.testing", "corepy.backend.reference", "corepy.backend.explain"):
        assert f"'{module}'" not in loaded


if sys.platform == "linux":  # where threads can be counted in /proc

    def test_no_thread() -> None:
        code = (
            "import os, corepy; x = corepy.ones((200, 200)); x @ x; "
            "print(len(os.listdir('/proc/self/task')))"
        )
        assert run_python(code) == "1"


def test_no_changed_environment() -> None:
    code = "import os; before = dict(os.environ); import corepy; print(before == dict(os.environ))"
    assert run_python(code) == "True"


def _read_clock() -> float:
    """Seconds that child processes computed, which other load does not change; else wall time."""
    if sys.platform == "win32":
        return time.perf_counter()
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _measure_seconds(code: str) -> float:
    best = float("inf")
    for _ in range(20):
        start = _read_clock()
        subprocess.run([sys.executable, "-c", code], check=True)
        best = min(best, _read_clock() - start)
    return best


@pytest.mark.timing
def test_import_time() -> None:
    start = _measure_seconds("pass")
    own = _measure_seconds("import corepy") - start
    assert own < 0.025
    assert own < _measure_seconds("import numpy") - start
