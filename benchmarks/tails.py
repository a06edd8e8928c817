# How late the latest calls of small operations are: every call is timed by itself. Medians of many
# calls are in measure.py.
"""The 99th percentile over 1e5 single calls, on a quiet core and beside a busy process."""

from __future__ import annotations

import gc
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

from cases import CALLS, Case, list_cases
from measure import find_percentile
from peers import Library, bind_names, make_arrays
from report import format_time, format_verdict
from results import NUMPY, OWN, Table

TITLE = "Slowest calls"
CALL_COUNT = 100_000
#: P99 over the median on a quiet core, and over NumPy's P99 under load.
QUIET_LIMIT = 1.5
LOADED_LIMIT = 1.0
#: Contenders take turns of so many calls.
TURN = 1000

_TEXT = (
    "Every call is timed by itself, or as few together as last 200 ns, since clocks step by up to "
    "10 ns, and the cost of reading the clock is taken off. On a quiet core, P99 over 1e5 "
    "samples is at most 1.5 times the median; with a busy process on the same core, it is no worse "
    "than NumPy's, whose turns alternate with corepy's."
)

#: Takes that many samples: the time of each.
Sampler = Callable[[int], list[int]]
#: Clocks advance by 10 ns or more on some machines: shorter samples would show that, and not calls.
_LEAST_SAMPLE_NS = 200


def choose_calls(statement: str, names: Mapping[str, object]) -> int:
    """The calls of a sample: one, unless the clock is too coarse for one."""
    typical_ns = max(find_percentile(compile_sampler("pass", {}, 1)(TURN), 50), 1)
    several_ns = find_percentile(compile_sampler(statement, names, 16)(TURN), 50)
    call_ns = max((several_ns - typical_ns) / 16, 1)
    return max(1, math.ceil(_LEAST_SAMPLE_NS / call_ns))


def compile_sampler(statement: str, names: Mapping[str, object], calls: int) -> Sampler:
    """A function that times so many calls of a statement at a time."""
    parameters = "".join(f", {name}={name}" for name in names)
    body = "".join(f"        {statement}\n" for _ in range(calls))
    source = (
        f"def run(_count{parameters}):\n"
        "    _times = [0] * _count\n"
        "    for _i in range(_count):\n"
        "        _start = _clock()\n"
        f"{body}"
        "        _times[_i] = _clock() - _start\n"
        "    return _times\n"
    )
    namespace: dict[str, object] = {**names, "_clock": time.perf_counter_ns}
    exec(compile(source, f"<{statement}>", "exec"), namespace)
    return cast(Sampler, namespace["run"])


@contextmanager
def keep_core_busy() -> Iterator[None]:
    """A process that computes all the time on the CPUs of this one."""
    program = "while True: pass"
    with subprocess.Popen([sys.executable, "-c", program]) as other:
        try:
            time.sleep(0.3)  # it has started
            yield
        finally:
            other.kill()


def sample_calls(samplers: Mapping[str, Sampler], count: int) -> dict[str, list[int]]:
    """Times of single calls, by contender, in alternating turns."""
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        times: dict[str, list[int]] = {name: [] for name in samplers}
        for sampler in samplers.values():
            sampler(TURN)
        while len(next(iter(times.values()))) < count:
            for name, sampler in samplers.items():
                times[name] += sampler(TURN)
    finally:
        if was_enabled:
            gc.enable()
    return times


def measure_case(
    libraries: Mapping[str, Library], case: Case, count: int
) -> dict[str, tuple[float, ...]]:
    """Median and P99 of each contender, the clock's cost taken off."""
    samplers = {"clock": compile_sampler("pass", {}, 1)}
    calls: dict[str, int] = {}
    for name in (OWN, NUMPY):
        bound = bind_names(libraries[name], case, make_arrays(case))
        if bound is not None:
            calls[name] = choose_calls(*bound)
            samplers[name] = compile_sampler(*bound, calls[name])
    times = sample_calls(samplers, count)
    clock = find_percentile(times["clock"], 50)
    return {
        name: tuple((find_percentile(times[name], p) - clock) / calls[name] for p in (50, 99))
        for name in calls
    }


def measure_tails(libraries: Mapping[str, Library], count: int) -> Table:
    """A row per small operation."""
    cases = [case for case in list_cases() if case.group == CALLS]
    quiet = {case.id: measure_case(libraries, case, count) for case in cases}
    with keep_core_busy():
        loaded = {case.id: measure_case(libraries, case, count) for case in cases}
    rows: list[list[str]] = []
    misses: list[tuple[str, str]] = []
    for case in cases:
        median, p99 = quiet[case.id][OWN]
        own, peer = loaded[case.id][OWN][1], loaded[case.id][NUMPY][1]
        is_quiet, is_loaded = p99 <= QUIET_LIMIT * median, own <= LOADED_LIMIT * peer
        numpy_quiet = quiet[case.id][NUMPY]
        rows.append(
            [
                case.id,
                format_time(median),
                format_time(p99),
                f"{p99 / median:.2f}",
                format_verdict(is_quiet),
                f"{numpy_quiet[1] / numpy_quiet[0]:.2f}",
                format_time(own),
                format_time(peer),
                f"{own / peer:.2f}",
                format_verdict(is_loaded),
            ]
        )
        if not is_quiet:
            misses.append((case.id, f"P99 is {p99 / median:.2f} times the median (limit 1.5)"))
        if not is_loaded:
            misses.append((case.id, f"P99 under load is {own / peer:.2f} of NumPy's (limit 1)"))
    header = (
        "case",
        "median",
        "P99",
        "P99 / median",
        "",
        "NumPy's P99 / median",
        "P99, busy core",
        "NumPy's, busy core",
        "ratio",
        "",
    )
    return Table(TITLE, _TEXT, header, rows, misses)
