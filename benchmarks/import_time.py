# The time that importing a library takes, in fresh processes; cases inside one process are timed by
# measure.py.
"""Import time: whole processes, interleaved, above those of a Python that imports nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping

from measure import Timing, order_round

START = "start"


# scikit-build-core's: an editable install looks for changed sources at each import, unless its
# build folder is in this variable. Builds are not what is measured.
_SKIPPED_BUILDS = "SKBUILD_EDITABLE_SKIP"
_REDIRECTING_FINDER = "ScikitBuildRedirectingFinder"


def exclude_builds(environment: Mapping[str, str], finders: Iterable[object]) -> dict[str, str]:
    """The environment in which editable installs that these import finders serve do not rebuild."""
    folders = [
        str(getattr(finder, "path", "") or "")
        for finder in finders
        if type(finder).__name__ == _REDIRECTING_FINDER
    ]
    if not folders:
        return dict(environment)
    skipped = [environment.get(_SKIPPED_BUILDS, ""), *folders]
    return {**environment, _SKIPPED_BUILDS: os.pathsep.join(skipped)}


def _time_process(statement: str, environment: Mapping[str, str]) -> int:
    command = [sys.executable, "-c", statement]
    start = time.perf_counter_ns()
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, check=True)
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
    environment = exclude_builds(os.environ, sys.meta_path)
    elapsed_ns: dict[str, list[int]] = {name: [] for name in programs}
    for program in programs.values():
        _time_process(program, environment)  # files come into the page cache
    for round_number in range(rounds):
        for name in order_round(list(programs), round_number):
            elapsed_ns[name].append(_time_process(programs[name], environment))
    return subtract_start(elapsed_ns)
