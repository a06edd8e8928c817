# The cost of recording a dispatch, from the C++ benchmark that measures it
# (cpp/dispatch_benchmark.cpp).
"""Nanoseconds that filling and publishing a dispatch record adds to an operation."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TypedDict, cast

from report import format_verdict
from results import Table

TITLE = "Recording a dispatch"
LIMIT_NS = 10.0
PROGRAM = "dispatch_benchmark"

_TEXT = (
    "`benchmarks/cpp/dispatch_benchmark.cpp`: the frame of an operation with its record (operands, "
    "choice of backend and ISA, what was rejected and why, bound, result), and the same frame "
    "without one. The difference is what recording costs each call, at most 10 ns."
)


class _Benchmark(TypedDict):
    name: str
    run_name: str
    aggregate_name: str
    cpu_time: float


def find_program(folders: list[Path]) -> Path | None:
    """The built benchmark, in the first folder that has it."""
    for folder in folders:
        for path in (folder / PROGRAM, folder / "benchmarks" / "cpp" / PROGRAM):
            if path.is_file():
                return path
    return None


def measure_recording(program: Path, repetitions: int) -> Table:
    """Rows of the frames and their difference."""
    command = [
        str(program),
        f"--benchmark_repetitions={repetitions}",
        "--benchmark_report_aggregates_only=true",
        "--benchmark_format=json",
        "--benchmark_min_time=0.1",
    ]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found = cast("list[_Benchmark]", json.loads(done.stdout)["benchmarks"])
    medians = {
        entry["run_name"]: entry["cpu_time"]
        for entry in found
        if entry["aggregate_name"] == "median"
    }
    rows = [[name, f"{nanoseconds:.1f} ns", "", ""] for name, nanoseconds in medians.items()]
    cost = medians["frame_with_record"] - medians["frame_without_record"]
    kept = cost < LIMIT_NS
    rows.append(["recording", f"{cost:.1f} ns", f"{LIMIT_NS:g} ns", format_verdict(kept)])
    misses = [] if kept else [("recording", f"{cost:.1f} ns (limit {LIMIT_NS:g} ns)")]
    return Table(TITLE, _TEXT, ("what", "time", "limit", ""), rows, misses)
