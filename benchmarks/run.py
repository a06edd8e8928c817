# One run in this process: its cases and other tables, one after the other. The command line is in
# runner.py, each measurement in a file of its own.
"""Measures what was selected, and puts a report together."""

from __future__ import annotations

import argparse
import gc
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import peak_memory
import recording
import scaling
import survey
import tails
from cases import IMPORT_CASE, Case, Limit, list_cases, select_cases
from counters import count_instructions, explain_unavailability
from import_time import measure_imports
from limits import (
    LIMIT,
    LimitsUnavailableError,
    Probe,
    compile_probe,
    make_limit_loop,
    measure_machine,
)
from machine import (
    AVX2,
    BUSY_LOAD,
    LEAST_CPU_SHARE,
    NATIVE,
    CpuShare,
    allow_cpus,
    describe_machine,
    list_allowed_cpus,
    pin_to_one_cpu,
    read_load,
)
from measure import FULL, QUICK, Effort, Loop, measure_contenders
from peers import (
    ALL_LIBRARIES,
    Library,
    MissingOperatorError,
    WrongResultError,
    load_libraries,
    make_loops,
)
from results import NUMPY, OWN, Result, RunReport, Table

IMPORT_ROUNDS = {FULL: 21, QUICK: 5}
LIMITS_TITLE = "Machine limits"
#: What a table asks less of the AVX2 path, also where it is the machine's best.
ISA_ALLOWANCE = 0.1

_LIMITS_TEXT = (
    "What this machine does at most on one core: multiplications and additions per second in "
    "registers, and bytes per second by kind of access, in half of each cache and in memory; the "
    "best of several samples."
)


def list_table_titles(isa: str) -> list[str]:
    """The tables beside the cases; those that do not depend on the ISA are the native run's."""
    shared = [LIMITS_TITLE]
    if isa != NATIVE:
        return shared
    return [*shared, scaling.TITLE, tails.TITLE, recording.TITLE, peak_memory.TITLE]


def list_names(only: str | None, isa: str = NATIVE, *, survey: bool = False) -> list[str]:
    """``group: id`` of every selected case, and the titles of selected tables."""
    names = [f"{case.group}: {case.id}" for case in select_cases(only, survey=survey)]
    if survey:
        return names
    return names + [title for title in list_table_titles(isa) if _is_wanted(title, only)]


def _is_wanted(title: str, only: str | None) -> bool:
    return only is None or re.search(only, title, re.IGNORECASE) is not None


@dataclass
class Run:
    """The state of a run: what measures, and what was found so far."""

    libraries: dict[str, Library]
    effort: Effort
    #: What was asked for, and the ISA that corepy's kernels then are of.
    choice: str
    isa: str
    probe: Probe | None
    share: CpuShare = field(default_factory=CpuShare)
    results: list[Result] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    limits: dict[str, dict[str, float]] = field(default_factory=dict)
    survey: dict[str, dict[str, float]] = field(default_factory=dict)
    #: Of corepy, and of its peers.
    failures: list[WrongResultError] = field(default_factory=list)
    excluded: list[WrongResultError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def compile_probe(self) -> None:
        """The program that finds the machine's limits, or a note that there is none."""
        try:
            self.probe = compile_probe(self.isa)
        except LimitsUnavailableError as error:
            self.notes.append(f"the machine's limits are not measured: {error}")

    def _relax(self, limit: Limit | None) -> Limit | None:
        if limit is None or self.isa != AVX2:
            return limit
        return replace(limit, ratio=round(limit.ratio + ISA_ALLOWANCE, 3))

    def _describe(self, case: Case) -> Result:
        return Result(case.id, case.group, self._relax(case.limit), work=case.work)

    def _make_loops(self, case: Case) -> dict[str, Loop]:
        """Of the libraries whose result is right; none where corepy's is wrong."""
        loops, wrong = make_loops(self.libraries, case)
        self.excluded += [error for error in wrong if error.library != OWN]
        self.failures += [error for error in wrong if error.library == OWN]
        return loops if OWN in loops else {}

    def measure_case(self, case: Case) -> None:
        """Measures one case with every library that can run it."""
        result = self._describe(case)
        if case is IMPORT_CASE:
            try:
                timings = measure_imports(case.statements, IMPORT_ROUNDS[self.effort])
            except subprocess.CalledProcessError as error:  # the other cases are worth keeping
                self.results.append(replace(result, absence=f"failed: {error.cmd[-1]}"))
                return
            self.results.append(replace(result, timings=timings))
            return
        try:
            loops = self._make_loops(case)
        except MissingOperatorError as error:
            self.results.append(replace(result, absence=str(error)))
            return
        if loops:
            if case.ceiling is not None and self.probe is not None:
                loops[LIMIT] = make_limit_loop(self.probe, case.ceiling)
            with self.share:
                timings = measure_contenders(loops, self.effort)
            repeats = {name: timing.repeats for name, timing in timings.items()}
            instructions = count_instructions(loops, repeats)
            self.results.append(replace(result, timings=timings, instructions=instructions))
        loops.clear()  # the operands go with them
        self.libraries[OWN].module.memory.trim()

    def measure_cases(self, cases: list[Case]) -> None:
        """Measures all cases; tells on stderr how far it is."""
        for number, case in enumerate(cases, start=1):
            _show(f"[{number}/{len(cases)}] {case.id}")
            self.measure_case(case)
        _show("")

    def measure_survey(self, cases: list[Case]) -> None:
        """Measures cases of the survey: a table, and numbers of each; no operator may be absent."""
        gc.freeze()  # or each case's collection would walk all modules
        effort = survey.choose_effort(self.effort)
        results = []
        for number, case in enumerate(cases, start=1):
            _show(f"[{number}/{len(cases)}] {case.id}")
            loops = self._make_loops(case)
            if loops:
                result = Result(case.id, case.group, case.limit)
                with self.share:
                    results.append(survey.survey_case(result, loops, effort))
        _show("")
        self.tables.append(survey.make_table(results))
        self.survey = survey.summarize(results)

    def measure_limits(self) -> None:
        """The machine's own limits, as numbers and as a table."""
        if self.probe is None:
            return
        self.limits = measure_machine(self.probe, 5 if self.effort is QUICK else 20)
        levels = list(self.limits["read"])
        rows = [
            [f"multiply_add {dtype}", "", *[""] * (len(levels) - 1), f"{rate / 1e9:.0f} GFLOP/s"]
            for dtype, rate in self.limits["multiply_add"].items()
        ]
        rows += [
            [kind, *(f"{values[level] / 1e9:.0f} GB/s" for level in levels), ""]
            for kind, values in self.limits.items()
            if kind != "multiply_add"
        ]
        header = ("what", *levels, "registers")
        self.tables.append(Table(LIMITS_TITLE, _LIMITS_TEXT, header, rows))

    def measure_tables(self, options: argparse.Namespace, cpus: set[int]) -> None:
        """The selected tables beside the cases."""
        wanted = [t for t in list_table_titles(self.choice) if _is_wanted(t, options.only)]
        steps: dict[str, Callable[[], None]] = {
            LIMITS_TITLE: self.measure_limits,
            scaling.TITLE: lambda: self._measure_scaling(cpus),
            tails.TITLE: self._measure_tails,
            recording.TITLE: lambda: self._measure_recording(options),
            peak_memory.TITLE: self._measure_memory,
        }
        for title in wanted:
            _show(title)
            steps[title]()
        _show("")

    def _measure_scaling(self, cpus: set[int]) -> None:
        if len(cpus) < 2:
            self.notes.append("two threads are not measured: only one CPU may be used")
            return
        pinned = list_allowed_cpus()
        allow_cpus(cpus)
        try:
            self.tables.append(
                scaling.measure_scaling(self.libraries[OWN], self.probe, self.effort)
            )
        finally:
            allow_cpus(pinned)

    def _measure_tails(self) -> None:
        count = 10_000 if self.effort is QUICK else tails.CALL_COUNT
        self.tables.append(tails.measure_tails(self.libraries, count))

    def _measure_recording(self, options: argparse.Namespace) -> None:
        program = recording.find_program(options.programs)
        if program is None:
            self.notes.append(
                f"the cost of recording is not measured: {recording.PROGRAM} was not found (build "
                "it with COREPY_BUILD_BENCHMARKS and name the folder with --programs)"
            )
            return
        repetitions = 3 if self.effort is QUICK else 15
        self.tables.append(recording.measure_recording(program, repetitions))

    def _measure_memory(self) -> None:
        self.tables.append(peak_memory.measure_memory(list_cases()))


def _show(line: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


def make_notes(run: Run, wanted: tuple[str, ...], cpu: int | None) -> list[str]:
    """What a reader must know that is not a number."""
    notes = []
    if run.effort is QUICK:
        notes.append("a quick run of few rounds: for development, not for conclusions")
    if cpu is None:
        notes.append("not pinned to one CPU: this system cannot")
    absent = [name for name in wanted if name not in run.libraries]
    if absent:
        notes.append(f"not installed, so not compared: {', '.join(absent)}")
    reason = explain_unavailability()
    if run.results and reason is not None:
        notes.append(f"no instruction counts: {reason}")
    notes += run.notes
    return notes + [f"left out, for its result differs: {error}" for error in run.excluded]


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


def measure(options: argparse.Namespace, command: str) -> tuple[RunReport, bool]:
    """The run that the options ask for, and whether corepy computed something wrong."""
    load, cpus = read_load(), list_allowed_cpus()
    cpu = pin_to_one_cpu()
    # The AVX2 path is held to NumPy's: only that can be told what it may use, down to its BLAS.
    wanted = ALL_LIBRARIES if options.isa == NATIVE and not options.survey else (OWN, NUMPY)
    libraries = load_libraries(wanted)
    isa = options.isa if options.isa != NATIVE else str(libraries[OWN].module.isas()[0])
    run = Run(libraries, QUICK if options.quick else FULL, options.isa, isa, None)
    if not options.survey:
        run.compile_probe()
    for warning in make_warnings(load, run):
        print(f"WARNING: {warning}", file=sys.stderr)
    machine = describe_machine({name: item.version for name, item in libraries.items()})
    machine["ISA of this run"] = isa
    machine["Load average before"] = "unknown" if load is None else f"{load:.2f}"
    cases = select_cases(options.only, survey=options.survey)
    if options.survey:
        run.measure_survey(cases)
    else:
        run.measure_tables(options, cpus)
        run.measure_cases(cases)
    machine["CPU time share"] = f"{run.share.value:.0%}"
    report = RunReport(
        isa,
        command,
        machine,
        run.results,
        make_notes(run, wanted, cpu),
        make_warnings(load, run),
        run.tables,
        run.limits,
        run.survey,
    )
    return report, bool(run.failures)
