# Two threads against one, in corepy; comparisons with other libraries are cases (cases/), on one
# thread.
"""What a second thread brings, beside what it brings to a program that only moves bytes."""

from __future__ import annotations

import re

from cases import Case, Ceiling, list_cases
from limits import Probe, make_shared_loops
from measure import Effort, Loop, Timing, compare_rounds, compile_loop, measure_contenders
from peers import Library, bind_names, find_absence, make_arrays
from report import format_time, format_verdict
from results import Table

TITLE = "Two threads"
LEAST_SPEED_UP = 1.7
#: The machine bounds a row where corepy's speed-up comes this near to the machine's own.
BOUND_PART = 0.95
#: What moves so much is written past the caches.
PAST_CACHES_BYTES = 64 << 20

#: Large products, elementwise work and reductions, by the ids of cases.
CASES = re.compile(
    r"^(matmul\[float(32|64)-(512x512|1024x1024|2048x2048)\]"
    r"|(add|less|where)\[float(32|64)-1e[67]\]"
    r"|(exp|sin|log)\[float(32|64)-1e6\]"
    r"|(sum|var|max)\[float(32|64)-1e7\]"
    r"|(sum|mean)\[float(32|64)-3162x3162-axis[01]\])$"
)

_TEXT = (
    "Time of one thread over that of two, which must be at least 1.7 where memory allows. The "
    "machine's own is that of a program that only reads, writes or multiplies as much, measured in "
    "the same rounds. Where that is lower, a row that reaches 95% of it is as fast as the machine: "
    "memory is what bounds it, or other programs that held the second CPU."
)


def list_scaling_cases() -> list[Case]:
    """The cases whose second thread is measured."""
    return [case for case in list_cases() if CASES.match(case.id)]


def choose_ceiling(case: Case) -> Ceiling:
    """The machine's work to compare with: the case's own, or the bytes that it moves."""
    if case.ceiling is not None:
        return case.ceiling
    operand = next(iter(case.operands.values()))
    if len(case.operands) == 1 and case.group == "Reductions":
        return Ceiling("read", operand.nbytes)
    moved = 3 * operand.nbytes
    return Ceiling("stream", moved, operand.dtype, past_caches=moved >= PAST_CACHES_BYTES)


def make_thread_loops(library: Library, case: Case) -> dict[int, Loop]:
    """The case on one thread and on two."""
    bound = bind_names(library, case, make_arrays(case))
    if bound is None:
        raise ValueError(f"{case.id} is no case of {library.name}")
    loop = compile_loop(*bound)

    def make(threads: int) -> Loop:
        def run(count: int) -> int:
            with library.module.settings.override(num_threads=threads):
                return loop(count)

        return run

    return {1: make(1), 2: make(2)}


def measure_case(
    library: Library, case: Case, probe: Probe | None, effort: Effort
) -> dict[str, Timing]:
    """corepy on one and two threads, and the machine's own work, in interleaved rounds."""
    loops = {f"corepy {n}": loop for n, loop in make_thread_loops(library, case).items()}
    if probe is not None:
        machine = make_shared_loops(probe, choose_ceiling(case))
        loops |= {f"machine {n}": loop for n, loop in machine.items()}
    return measure_contenders(loops, effort)


def measure_scaling(library: Library, probe: Probe | None, effort: Effort) -> Table:
    """A row per case; needs two CPUs."""
    rows: list[list[str]] = []
    misses: list[tuple[str, str]] = []
    for case in list_scaling_cases():
        if find_absence(library, case) is not None:
            continue
        timings = measure_case(library, case, probe, effort)
        ratio = compare_rounds(timings["corepy 1"], timings["corepy 2"])
        own = None
        if probe is not None:
            own = compare_rounds(timings["machine 1"], timings["machine 2"]).median
        is_bound = own is not None and own < LEAST_SPEED_UP and ratio.median >= BOUND_PART * own
        kept = ratio.median >= LEAST_SPEED_UP
        verdict = "as the machine" if is_bound and not kept else format_verdict(kept)
        rows.append(
            [
                case.id,
                format_time(timings["corepy 1"].median_ns),
                format_time(timings["corepy 2"].median_ns),
                f"{ratio.median:.2f}",
                f"{ratio.lower_quartile:.2f}-{ratio.upper_quartile:.2f}",
                "" if own is None else f"{own:.2f}",
                verdict,
            ]
        )
        if verdict == "MISS":
            beside = "" if own is None else f"; the machine's own is {own:.2f}"
            misses.append((case.id, f"{ratio.median:.2f} times one thread{beside}"))
        library.module.memory.trim()
    header = ("case", "1 thread", "2 threads", "speed-up", "quartiles", "machine's own", "")
    return Table(TITLE, _TEXT, header, rows, misses)
