# Peak memory of one evaluation of each case, in a process of its own; times are in measure.py.
"""How much memory an evaluation needs at its peak, beyond its operands.

Run as a program, it reads ids of cases from standard input, one per line, measures them with the
library named by its argument, and prints JSON. Two numbers per case:

- ``counted_bytes``: what the library's own allocator handed out. corepy counts it itself
  (``corepy.memory.stats``); NumPy reports its arrays to tracemalloc. Buffers inside of OpenBLAS
  are in neither.
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
from measure import compile_loop
from peers import Library, bind_names, load_libraries, make_arrays

#: Smaller cases allocate what their result takes, which says nothing.
LEAST_ELEMENTS = 100_000
#: Libraries whose allocations can be counted.
MEASURED = ("corepy", "numpy")

PeakMemory = dict[str, int]


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


def _count_allocated(library: Library, evaluate: Callable[[], object]) -> int:
    if library.name == "corepy":
        memory = library.module.memory
        memory.reset_peak()
        before = int(memory.stats()["used_bytes"])
        evaluate()
        return int(memory.stats()["peak_used_bytes"]) - before
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    evaluate()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak - before


def measure_case(library: Library, case: Case) -> PeakMemory | None:
    """The peak memory of one evaluation; None where the library does not run the case."""
    bound = bind_names(library, case, make_arrays(case))
    if bound is None:
        return None
    loop = compile_loop(*bound)

    def evaluate() -> None:
        loop(1)

    found = {"counted_bytes": _count_allocated(library, evaluate)}
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


def measure_all(cases: Iterable[Case]) -> dict[str, dict[str, PeakMemory]]:
    """Peak memory by id and library, of the cases that are large enough."""
    ids = [case.id for case in cases if case.operands and case.element_count >= LEAST_ELEMENTS]
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
        peak = measure_case(library, case)
        if peak is not None:
            found[case.id] = peak
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
