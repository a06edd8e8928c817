# How late the latest calls of small operations are: every call is timed by itself. Medians of many
# calls are in measure.py.
"""The 99th percentile over 1e5 single calls, on a quiet core and beside a busy process."""

from __future__ import annotations

import gc
import math
import statistics
import subprocess
import sys
import time
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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
#: Contenders take turns of so many samples, after as many untimed calls as bring back what the
#: others displaced.
TURN = 1000
_LEAD_IN = 20

_TEXT = (
    "Every call is timed by itself, or as few together as last 200 ns, since clocks step by up to "
    "10 ns, and the cost of reading the clock is taken off. Turns of 1000 samples alternate with "
    "NumPy's. On a quiet core, P99 over 1e5 samples is at most 1.5 times the median. A core whose "
    "pace changes is not quiet: where others share it, whole turns take twice the time of the next "
    '(column "pace": the 95th percentile of the turns\' medians over the 5th). So each sample is '
    "taken relative to the median of its own turn, a millisecond or less, and the limit is for the "
    "P99 of that; the P99 and the median of all samples are shown beside it. With a busy process "
    "on the same core, the P99 of all samples is no worse than NumPy's."
)

#: Takes that many samples: the time of each.
Sampler = Callable[[int], "array[int]"]
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
    # In an array: numbers kept as objects would take fresh pages from the system between samples.
    source = (
        f"def run(_count{parameters}):\n"
        "    _times = _array('q', bytes(8 * _count))\n"
        f"    for _i in range({_LEAD_IN}):\n"
        f"        {statement}\n"
        "    for _i in range(_count):\n"
        "        _start = _clock()\n"
        f"{body}"
        "        _times[_i] = _clock() - _start\n"
        "    return _times\n"
    )
    namespace: dict[str, object] = {**names, "_clock": time.perf_counter_ns, "_array": array}
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


def sample_calls(samplers: Mapping[str, Sampler], count: int) -> dict[str, array[int]]:
    """Times of single calls, by contender, in alternating turns."""
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        times = {name: array("q") for name in samplers}
        for sampler in samplers.values():
            sampler(TURN)
        while len(next(iter(times.values()))) < count:
            for name, sampler in samplers.items():
                times[name].extend(sampler(TURN))
    finally:
        if was_enabled:
            gc.enable()
    return times


@dataclass(frozen=True)
class Tail:
    """What many samples of one contender say of its slowest calls."""

    median_ns: float
    p99_ns: float
    #: P99 of samples over the median of their turn.
    relative_p99: float
    #: How far the medians of turns are apart: their 95th percentile over the 5th.
    pace: float


def find_tail(times: Sequence[int], clock_ns: float, calls: int) -> Tail:
    """Of samples of so many calls each, turn after turn; the clock's cost is in each of them."""
    per_call = [(ns - clock_ns) / calls for ns in times]
    turns = [per_call[start : start + TURN] for start in range(0, len(per_call), TURN)]
    medians = [statistics.median(turn) for turn in turns]
    relative = [ns / middle for turn, middle in zip(turns, medians, strict=True) for ns in turn]
    return Tail(
        statistics.median(per_call),
        find_percentile(per_call, 99),
        find_percentile(relative, 99),
        find_percentile(medians, 95) / find_percentile(medians, 5),
    )


def measure_case(libraries: Mapping[str, Library], case: Case, count: int) -> dict[str, Tail]:
    """The tail of each contender, the clock's cost taken off."""
    samplers = {"clock": compile_sampler("pass", {}, 1)}
    calls: dict[str, int] = {}
    for name in (OWN, NUMPY):
        bound = bind_names(libraries[name], case, make_arrays(case))
        if bound is not None:
            calls[name] = choose_calls(*bound)
            samplers[name] = compile_sampler(*bound, calls[name])
    times = sample_calls(samplers, count)
    clock_ns = statistics.median(times["clock"])
    return {name: find_tail(times[name], clock_ns, calls[name]) for name in calls}


def measure_tails(libraries: Mapping[str, Library], count: int) -> Table:
    """A row per small operation."""
    cases = [case for case in list_cases() if case.group == CALLS]
    quiet = {case.id: measure_case(libraries, case, count) for case in cases}
    with keep_core_busy():
        loaded = {case.id: measure_case(libraries, case, count) for case in cases}
    rows: list[list[str]] = []
    misses: list[tuple[str, str]] = []
    for case in cases:
        tail, numpy_tail = quiet[case.id][OWN], quiet[case.id][NUMPY]
        relative = tail.relative_p99
        own, peer = loaded[case.id][OWN].p99_ns, loaded[case.id][NUMPY].p99_ns
        is_quiet, is_loaded = relative <= QUIET_LIMIT, own <= LOADED_LIMIT * peer
        rows.append(
            [
                case.id,
                format_time(tail.median_ns),
                format_time(tail.p99_ns),
                f"{tail.pace:.2f}",
                f"{relative:.2f}",
                f"{QUIET_LIMIT:g}",
                format_verdict(is_quiet),
                f"{numpy_tail.relative_p99:.2f}",
                format_time(own),
                format_time(peer),
                f"{own / peer:.2f}",
                f"{LOADED_LIMIT:g}",
                format_verdict(is_loaded),
            ]
        )
        if not is_quiet:
            text = f"P99 is {relative:.2f} times the median of its turn (limit {QUIET_LIMIT:g})"
            misses.append((case.id, text))
        if not is_loaded:
            text = f"P99 under load is {own / peer:.2f} of NumPy's (limit {LOADED_LIMIT:g})"
            misses.append((case.id, text))
    header = (
        "case",
        "median",
        "P99",
        "pace",
        "P99 / turn's median",
        "limit",
        "",
        "NumPy's",
        "P99, busy core",
        "NumPy's, busy core",
        "ratio",
        "limit",
        "",
    )
    return Table(TITLE, _TEXT, header, rows, misses)
