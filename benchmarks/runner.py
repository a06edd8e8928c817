#!/usr/bin/env python3
# The command line of the benchmark and the order of its steps; each step is a file beside this one.
"""Measures corepy against NumPy, and PyTorch and numexpr where they are installed.

    python benchmarks/runner.py                             # the whole table, about 3 minutes
    python benchmarks/runner.py --quick --only 'sum|mean'   # noisy, in seconds
    python benchmarks/runner.py --markdown docs/BENCHMARKS.md --json result.json

The exit status tells whether all results were right, not whether limits were kept: a busy machine
misses limits that hold.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from pathlib import Path

from machine import restart_in_clean_environment

if __name__ == "__main__":
    restart_in_clean_environment()  # before NumPy is imported

from cases import IMPORT_CASE, Case, select_cases
from counters import count_instructions, explain_unavailability
from import_time import measure_imports
from machine import (
    BUSY_LOAD,
    LEAST_CPU_SHARE,
    CpuShare,
    describe_machine,
    pin_to_one_cpu,
    read_load,
)
from measure import FULL, QUICK, Effort, measure_contenders
from peak_memory import measure_all
from peers import ALL_LIBRARIES, Library, WrongResultError, load_libraries, make_loops
from report import Report, Result, format_markdown, format_text, make_record

IMPORT_ROUNDS = {FULL: 21, QUICK: 5}


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description="Measure corepy against NumPy and others.")
    parser.add_argument(
        "--only", metavar="PATTERN", help="regular expression found in 'group: id' of a case"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds: noisy, for development")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write the tables")
    parser.add_argument("--list", action="store_true", help="print the cases and measure nothing")
    options = parser.parse_args(arguments)
    try:
        options.cases = select_cases(options.only)
    except re.error as error:
        parser.error(f"--only {options.only!r} is no regular expression: {error}")
    if not options.cases:
        parser.error(f"--only {options.only!r} matches no case")
    return options


def run_case(libraries: dict[str, Library], case: Case, effort: Effort, share: CpuShare) -> Result:
    """Measures one case with every library that can run it."""
    if case is IMPORT_CASE:
        return Result(case, measure_imports(case.statements, IMPORT_ROUNDS[effort]))
    loops = make_loops(libraries, case)
    with share:
        timings = measure_contenders(loops, effort)
    repeats = {name: timing.repeats for name, timing in timings.items()}
    instructions = count_instructions(loops, repeats)
    loops.clear()  # the operands go with them
    libraries["corepy"].module.memory.trim()
    return Result(case, timings, instructions)


def run_cases(
    libraries: dict[str, Library], cases: list[Case], effort: Effort, share: CpuShare
) -> tuple[list[Result], list[str]]:
    """Measures all cases and tells on stderr how far it is; also returns what went wrong."""
    shown = sys.stderr.isatty()
    results, failures = [], []
    for number, case in enumerate(cases, start=1):
        if shown:
            print(f"\r\x1b[K[{number}/{len(cases)}] {case.id}", end="", file=sys.stderr, flush=True)
        try:
            results.append(run_case(libraries, case, effort, share))
        except WrongResultError as error:
            failures.append(f"not measured, wrong result: {error}")
    if shown:
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    return results, failures


def make_notes(libraries: dict[str, Library], cpu: int | None, quick: bool) -> list[str]:
    """What a reader must know that is not a number."""
    notes = []
    if quick:
        notes.append("a quick run of few rounds: for development, not for conclusions")
    if cpu is None:
        notes.append("not pinned to one CPU: this system cannot")
    absent = [name for name in ALL_LIBRARIES if name not in libraries]
    if absent:
        notes.append(f"not installed, so not compared: {', '.join(absent)}")
    reason = explain_unavailability()
    if reason is not None:
        notes.append(f"no instruction counts: {reason}")
    notes.append(
        "memory is what the libraries' allocators count; the growth of the resident set is in the "
        "JSON; buffers that OpenBLAS keeps are in neither"
    )
    return notes


def make_warnings(load: float | None, share: CpuShare) -> list[str]:
    """What makes the numbers doubtful."""
    warnings = []
    if load is not None and load > BUSY_LOAD:
        warnings.append(f"the machine was busy before the start (load average {load:.2f})")
    if share.value < LEAST_CPU_SHARE:
        warnings.append(
            f"other programs took CPU time: this one computed {share.value:.0%} of the time"
        )
    return warnings


def main(arguments: list[str]) -> int:
    """Measures, prints, writes."""
    options = parse_arguments(arguments)
    if options.list:
        print("\n".join(f"{case.group}: {case.id}" for case in options.cases))
        return 0
    load, start, share = read_load(), time.perf_counter(), CpuShare()
    cpu = pin_to_one_cpu()
    effort = QUICK if options.quick else FULL
    libraries = load_libraries()
    machine = describe_machine({name: library.version for name, library in libraries.items()})
    for warning in make_warnings(load, share):
        print(f"WARNING: {warning}", file=sys.stderr)
    results, failures = run_cases(libraries, options.cases, effort, share)
    peaks = measure_all(options.cases)
    results = [
        Result(item.case, item.timings, item.instructions, peaks.get(item.case.id, {}))
        for item in results
    ]
    machine["Load average before"] = "unknown" if load is None else f"{load:.2f}"
    machine["CPU time share"] = f"{share.value:.0%}"
    notes = make_notes(libraries, cpu, options.quick)
    report = Report(machine, results, notes, [*make_warnings(load, share), *failures])
    print(format_text(report), end="")
    print(f"{len(results)} cases in {time.perf_counter() - start:.0f} s")
    if options.json is not None:
        options.json.write_text(json.dumps(make_record(report), indent=1) + "\n", encoding="utf-8")
    if options.markdown is not None:
        command = " ".join(["python benchmarks/runner.py", *arguments])
        options.markdown.write_text(format_markdown(report, command), encoding="utf-8")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
