# The time that importing a library takes, in fresh processes; cases inside one process are timed by
# measure.py.
"""Import time: whole processes, interleaved, above those of a Python that imports nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping

from measure import Timing, order_round

START = "start"


# Run first in every process, the empty one too. scikit-build-core's editable installs look for
# changed sources at each import: builds are not what is measured. (Its SKBUILD_EDITABLE_SKIP would
# take away the finder as a whole, and the compiled module with it.)
PRELUDE = """\
import sys
for finder in sys.meta_path:
    if type(finder).__name__ == 'ScikitBuildRedirectingFinder':
        finder.rebuild_flag = False
"""


def time_process(statement: str) -> int:
    """Nanoseconds of a Python process that runs the statement, its start and end included."""
    command = [sys.executable, "-c", PRELUDE + statement]
    start = time.perf_counter_ns()
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)
    return time.perf_counter_ns() - start


def subtract_start(elapsed_ns: Mapping[str, list[int]]) -> dict[str, Timing]:
    """Per library and round, the time above that of the empty process of the same round."""
    starts = elapsed_ns[START]
    return {
        name: Timing(tuple(float(a - b) for a, b in zip(times, starts, strict=True)), repeats=1)
        for name, times in elapsed_ns.items()
        if name != START
    }


def measure_imports(statements: Mapping[str, str], rounds: int) -> dict[str, Timing]:
    """Times the import statements of the libraries."""
    programs = {START: "pass", **statements}
    elapsed_ns: dict[str, list[int]] = {name: [] for name in programs}
    for program in programs.values():
        time_process(program)  # files come into the page cache
    for round_number in range(rounds):
        for name in order_round(list(programs), round_number):
            elapsed_ns[name].append(time_process(programs[name]))
    return subtract_start(elapsed_ns)
