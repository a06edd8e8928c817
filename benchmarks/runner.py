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
import shlex
import sys
import time
from dataclasses import dataclass, field, replace
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
from report import OWN, Report, Result, format_markdown, format_text, make_record

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


@dataclass
class Run:
    """The state of a run: what measures, and what was found so far."""

    libraries: dict[str, Library]
    effort: Effort
    share: CpuShare = field(default_factory=CpuShare)
    results: list[Result] = field(default_factory=list)
    #: Of corepy, and of its peers.
    failures: list[WrongResultError] = field(default_factory=list)
    excluded: list[WrongResultError] = field(default_factory=list)

    def measure_case(self, case: Case) -> None:
        """Measures one case with every library that can run it."""
        if case is IMPORT_CASE:
            timings = measure_imports(case.statements, IMPORT_ROUNDS[self.effort])
            self.results.append(Result(case, timings))
            return
        loops, wrong = make_loops(self.libraries, case)
        self.excluded += [error for error in wrong if error.library != OWN]
        self.failures += [error for error in wrong if error.library == OWN]
        if OWN in loops:
            with self.share:
                timings = measure_contenders(loops, self.effort)
            repeats = {name: timing.repeats for name, timing in timings.items()}
            self.results.append(Result(case, timings, count_instructions(loops, repeats)))
        loops.clear()  # the operands go with them
        self.libraries[OWN].module.memory.trim()

    def measure_cases(self, cases: list[Case]) -> None:
        """Measures all cases; tells on stderr how far it is."""
        shown = sys.stderr.isatty()
        for number, case in enumerate(cases, start=1):
            if shown:
                line = f"\r\x1b[K[{number}/{len(cases)}] {case.id}"
                print(line, end="", file=sys.stderr, flush=True)
            self.measure_case(case)
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def measure_memory(self, cases: list[Case]) -> None:
        """Adds peak memory to the results."""
        peaks = measure_all(cases)
        self.results = [
            replace(result, peak_memory=peaks.get(result.case.id, {})) for result in self.results
        ]


def make_notes(run: Run, cpu: int | None) -> list[str]:
    """What a reader must know that is not a number."""
    notes = []
    if run.effort is QUICK:
        notes.append("a quick run of few rounds: for development, not for conclusions")
    if cpu is None:
        notes.append("not pinned to one CPU: this system cannot")
    absent = [name for name in ALL_LIBRARIES if name not in run.libraries]
    if absent:
        notes.append(f"not installed, so not compared: {', '.join(absent)}")
    reason = explain_unavailability()
    if reason is not None:
        notes.append(f"no instruction counts: {reason}")
    notes += [f"left out, for its result differs: {error}" for error in run.excluded]
    notes.append(
        "memory is what the libraries' allocators count; the growth of the resident set is in the "
        "JSON; buffers that OpenBLAS keeps are in neither"
    )
    return notes


def make_warnings(load: float | None, run: Run) -> list[str]:
    """What makes the numbers doubtful, and what went wrong."""
    warnings = [f"not measured, wrong result: {error}" for error in run.failures]
    if load is not None and load > BUSY_LOAD:
        warnings.append(f"the machine was busy before the start (load average {load:.2f})")
    if run.share.value < LEAST_CPU_SHARE:
        warnings.append(
            f"other programs took CPU time: this one computed {run.share.value:.0%} of the time"
        )
    return warnings


def describe_command(options: argparse.Namespace) -> str:
    """The command that measures the same again; files that it wrote are not part of it."""
    command = "python benchmarks/runner.py"
    if options.quick:
        command += " --quick"
    return command if options.only is None else f"{command} --only {shlex.quote(options.only)}"


def main(arguments: list[str]) -> int:
    """Measures, prints, writes."""
    options = parse_arguments(arguments)
    if options.list:
        print("\n".join(f"{case.group}: {case.id}" for case in options.cases))
        return 0
    load, start = read_load(), time.perf_counter()
    cpu = pin_to_one_cpu()
    run = Run(load_libraries(), QUICK if options.quick else FULL)
    for warning in make_warnings(load, run):
        print(f"WARNING: {warning}", file=sys.stderr)
    machine = describe_machine({name: item.version for name, item in run.libraries.items()})
    machine["Load average before"] = "unknown" if load is None else f"{load:.2f}"
    run.measure_cases(options.cases)
    machine["CPU time share"] = f"{run.share.value:.0%}"
    run.measure_memory(options.cases)
    report = Report(machine, run.results, make_notes(run, cpu), make_warnings(load, run))
    print(format_text(report), end="")
    print(f"{len(run.results)} cases in {time.perf_counter() - start:.0f} s")
    if options.json is not None:
        options.json.write_text(json.dumps(make_record(report), indent=1) + "\n", encoding="utf-8")
    if options.markdown is not None:
        page = format_markdown(report, describe_command(options))
        options.markdown.write_text(page, encoding="utf-8")
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
