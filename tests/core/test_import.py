# Tests of `import corepy`: no thread, no foreign package, no changed variable, no time to speak of.
from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time

import pytest

import corepy as cp

UNWANTED = (
    "numpy",
    "pydantic",
    "pyarrow",
    "torch",
    "scipy",
    "scipy_openblas32",
    "asyncio",
    "contextlib",
    "importlib.metadata",
    "inspect",
    "typing",
    "dataclasses",
    "hashlib",
    "logging",
    "unittest",
    "json",
    "threading",
    "corepy.testing",
    "corepy.backend.reference",
    "corepy.backend.explain",
)


def run_python(code):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COREPY_")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    return done.stdout.strip()


# What looking for the package loads is not corepy's: an editable installation has a finder.
FIND_ONLY = """
import sys
for name in ("corepy", "corepy._core"):
    any(finder.find_spec(name, None) for finder in sys.meta_path)
print(' '.join(sys.modules))
"""


def test_nothing_foreign_is_imported():
    plain = set(run_python(FIND_ONLY).split())
    assert "corepy" not in plain
    loaded = set(run_python("import sys, corepy; print(' '.join(sys.modules))").split())
    assert not (loaded - plain) & set(UNWANTED)
    program = """
import sys
import corepy as cp
x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
y = cp.exp(x) @ x.T + cp.sum(x)
y[0] = 1
repr(y), cp.digest(y), y.tolist()
print(cp.explain_last_dispatch())
with cp.record_dispatches() as log:
    cp.sort(y)
str(log)
print(' '.join(sys.modules))
"""
    used = set(run_python(program).splitlines()[-1].split())
    assert not used & {"numpy", "pydantic", "pyarrow", "torch", "scipy"}


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted in /proc")
def test_no_thread_is_started():
    code = """
import os
import corepy as cp
a = cp.ones((200, 200))
a @ a, cp.exp(a), cp.sort(a)
print(len(os.listdir("/proc/self/task")))
"""
    assert run_python(code) == "1"


def test_no_variable_and_no_process_state_is_changed():
    code = """
import os, signal, locale, sys
def state():
    handlers = [signal.getsignal(n) for n in signal.valid_signals()]
    return dict(os.environ), handlers, os.getcwd(), locale.setlocale(locale.LC_ALL), sys.path[:]
before = state()
import corepy
corepy.ones(3) + 1
print(state() == before, len(sys.warnoptions))
"""
    assert run_python(code) == "True 0"


def test_the_namespace_is_complete_and_has_no_surplus():
    names = set(cp.__all__)
    assert len(names) == len(cp.__all__)
    for name in names:
        assert getattr(cp, name) is not None or name == "newaxis"
    assert names <= set(dir(cp))
    # "@" begins names that pytest adds when it rewrites the asserts of a plugin's package.
    public = {name for name in vars(cp) if not name.startswith(("_", "@"))}
    modules = {"errors", "ops", "display", "tensor", "verify", "reproduce", "lazy_names"}
    modules |= {"heat_map", "numpy_names", "print_options", "runtime_info", "signal", "statistics"}
    modules |= {"TYPE_CHECKING", "annotations"}
    assert public - names <= modules, public - names - modules
    with pytest.raises(AttributeError, match="no attribute 'busday_count'"):
        cp.busday_count  # noqa: B018


def read_processor_seconds():
    """What ended child processes took; os.times() counts in hundredths of a second only."""
    if os.name != "posix":
        return 0.0
    import resource

    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure_seconds(code):
    """Time on the clock and on the processor that a new interpreter takes, with compiled files."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before, start = read_processor_seconds(), time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
    seconds = time.perf_counter() - start
    return seconds, read_processor_seconds() - before


@pytest.mark.timing
def test_import_takes_at_most_25_ms():
    measure_seconds("import corepy")
    plain, loaded = zip(
        *((measure_seconds("pass"), measure_seconds("import corepy")) for _ in range(15)),
        strict=True,
    )
    clock = statistics.median(b[0] - a[0] for a, b in zip(plain, loaded, strict=True))
    processor = min(b[1] for b in loaded) - min(a[1] for a in plain)
    # The clock counts; on a machine busy with other work only the processor's time tells anything.
    busy = processor > 0 and os.getloadavg()[0] > (os.cpu_count() or 1) / 2
    added = min(clock, processor) if busy else clock
    assert added < 0.025, f"{clock * 1e3:.1f} ms, {processor * 1e3:.1f} ms of the processor"


@pytest.mark.timing
def test_import_takes_less_time_than_numpy():
    rounds = [(measure_seconds("import corepy"), measure_seconds("import numpy")) for _ in range(5)]
    assert min(own[0] for own, _ in rounds) < min(numpy[0] for _, numpy in rounds)
