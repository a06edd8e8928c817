# Peak memory of one evaluation of each case, in a process of its own; times are in measure.py.
"""How much memory an evaluation needs at its peak, beyond its operands.

Run as a program, it reads ids of cases from standard input, one per line, measures them with the
library named by its argument, and prints JSON. Two numbers per case:

- ``counted_bytes``: what the library's own allocator handed out. corepy counts it itself
  (``corepy.memory.stats``); NumPy reports its arrays to tracemalloc. Buffers inside of OpenBLAS
  are in neither.
- ``workspace_bytes``: of these, what is given back before the result is handed over.
- ``resident_bytes``: the growth of the peak resident set, from the kernel, after one evaluation
  that is not measured; Linux only, in pages, exact to some 100 KiB. What a library keeps from one
  call to the next does not appear: corepy's cache is trimmed before, OpenBLAS's buffers cannot be.
"""

from __future__ import annotations

import ctypes
import gc
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

from cases import Case, list_cases
from peers import Library, bind_names, find_absence, load_libraries, make_arrays
from results import Table

#: Smaller cases allocate what their result takes, which says nothing.
LEAST_ELEMENTS = 100_000
#: Libraries whose allocations can be counted.
MEASURED = ("corepy", "numpy")

PeakMemory = dict[str, int]

TITLE = "Memory"
_HEADER = (
    "case",
    "operands, MiB",
    "corepy: peak",
    "workspace",
    "resident",
    "NumPy: peak",
    "workspace",
    "resident",
)
_TEXT = (
    "Peak memory of one evaluation beyond its operands, as each library's own allocator counts it; "
    "of that the workspace, given back before the result is handed over (of a program: its largest "
    "set of temporaries); and the growth of the resident set. What OpenBLAS keeps is in neither. "
    "Workspaces are documented in docs/topics/memory_management.md and held by "
    "tests/core/test_peak_memory.py."
)


def _read_resident_bytes(field: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(field):
            return int(line.split()[1]) * 1024
    raise OSError(f"/proc/self/status has no {field}")


def _reset_resident_peak() -> bool:
    """Lets the kernel's peak start again from now; False where that cannot be done."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _return_free_memory(library: Library) -> None:
    """Gives cached memory back to the system, so that an evaluation shows all that it takes."""
    gc.collect()
    if library.name == "corepy":
        library.module.memory.trim()
    if sys.platform.startswith("linux"):
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
        if trim is not None:
            trim(0)


def _count_allocated(library: Library, evaluate: Callable[[], object]) -> tuple[int, int]:
    """The peak above what was there before, and above what is there with the result."""
    if library.name == "corepy":
        memory = library.module.memory
        memory.reset_peak()
        before = int(memory.stats()["used_bytes"])
        result = evaluate()
        peak, after = (int(memory.stats()[name]) for name in ("peak_used_bytes", "used_bytes"))
    else:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        result = evaluate()
        after, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    del result
    return peak - before, peak - after


def measure_case(library: Library, case: Case) -> PeakMemory | None:
    """The peak memory of one evaluation; None where the library does not run the case."""
    bound = bind_names(library, case, make_arrays(case))
    if bound is None:
        return None
    statement, names = bound
    body = f"{statement}\n    return {case.outcome}" if case.outcome else f"return {statement}"
    namespace: dict[str, object] = dict(names)
    exec(f"def evaluate():\n    {body}\n", namespace)
    evaluate = cast(Callable[[], object], namespace["evaluate"])

    evaluate()  # what a first call allocates for good is not an evaluation's
    counted, workspace = _count_allocated(library, evaluate)
    found = {"counted_bytes": counted, "workspace_bytes": workspace}
    _return_free_memory(library)
    if _reset_resident_peak():
        before = _read_resident_bytes("VmRSS")
        evaluate()
        found["resident_bytes"] = max(_read_resident_bytes("VmHWM") - before, 0)
    return found


def measure_in_process(library_name: str, case_ids: Iterable[str]) -> dict[str, PeakMemory]:
    """Peak memory by id of the case, from a fresh process."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__)), library_name],
        input="\n".join(case_ids),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return cast(dict[str, PeakMemory], json.loads(done.stdout))


def choose_cases(cases: Iterable[Case]) -> list[Case]:
    """The largest case of each operator, group and rank of operands; none that says nothing."""
    largest: dict[tuple[str, str, tuple[int, ...]], Case] = {}
    for case in cases:
        ranks = tuple(len(operand.shape) for operand in case.operands.values())
        key = case.group, case.operator, ranks
        if key not in largest or case.element_count > largest[key].element_count:
            largest[key] = case
    return [case for case in largest.values() if case.element_count >= LEAST_ELEMENTS]


def _format_bytes(peak: PeakMemory, field: str) -> str:
    return f"{peak[field] / 2**20:.2f}" if field in peak else ""


def measure_memory(cases: Iterable[Case]) -> Table:
    """A row per operator, group and rank: its largest case."""
    chosen = choose_cases(cases)
    rows = []
    found = measure_all(chosen)
    for case in chosen:
        own, numpy = (found[case.id].get(name, {}) for name in MEASURED)
        if not own:
            continue
        operands = sum(operand.nbytes for operand in case.operands.values())
        rows.append(
            [
                case.id,
                f"{operands / 2**20:.2f}",
                _format_bytes(own, "counted_bytes"),
                _format_bytes(own, "workspace_bytes"),
                _format_bytes(own, "resident_bytes"),
                _format_bytes(numpy, "counted_bytes"),
                _format_bytes(numpy, "workspace_bytes"),
                _format_bytes(numpy, "resident_bytes"),
            ]
        )
    return Table(TITLE, _TEXT, _HEADER, rows)


def measure_all(cases: Iterable[Case]) -> dict[str, dict[str, PeakMemory]]:
    """Peak memory by id and library."""
    ids = [case.id for case in cases]
    found: dict[str, dict[str, PeakMemory]] = {case_id: {} for case_id in ids}
    for name in MEASURED if ids else ():
        for case_id, peak in measure_in_process(name, ids).items():
            found[case_id][name] = peak
    return found


def main() -> None:
    """Measures the cases named on standard input with the library named by the argument."""
    library = load_libraries([sys.argv[1]])[sys.argv[1]]
    cases = {case.id: case for case in list_cases()}
    found: dict[str, PeakMemory] = {}
    for line in sys.stdin:
        case = cases[line.strip()]
        if library.name == "corepy" and find_absence(library, case) is not None:
            continue
        peak = measure_case(library, case)
        if peak is not None:
            found[case.id] = peak
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
