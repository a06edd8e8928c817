# Runs golden calls in every configuration and compares their bits with the golden digests. What is
# run is in cases.py, how it is reported in table.py.
"""``run_golden_set`` and ``compute_digests``."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

import corepy
from corepy import _core
from corepy.digest import digest, digest_elements
from corepy.errors import PerformanceWarning, ReproducibilityError

from .cases import COMPOSED, SIZES, Case, Size, make_cases
from .composed_cases import MOST_THREADS, make_composed_cases
from .configurations import (
    THREADS,
    Configuration,
    ThreadCounts,
    available_isas,
    force,
    force_oracle,
    sort_thread_counts,
)
from .differences import Result, find_first_difference, read_result
from .golden_files import DIGEST_LENGTH, Digests, read_digests, read_slices
from .operand_store import OperandStore, find_layouts
from .report import Difference, Report
from .slices import describe_slices, has_slices, mark_slices

__all__ = ["Golden", "compute_digests", "compute_golden", "run_golden_set"]

#: What a run without ``full`` has.
DEFAULT_SIZES: tuple[Size, ...] = ("small", "medium", "threads")
#: Sizes that run in every layout on every ISA and thread count; in a full run those after too.
#: Larger ones run contiguous on all of these, and in the other layouts on the best ISA with the
#: most threads.
_CROSSED_SIZES: tuple[Size, ...] = ("small",)
_FULLY_CROSSED_SIZES: tuple[Size, ...] = ("small", "medium")


def _matches(case: Case, only: str | None) -> bool:
    if only is None:
        return True
    return fnmatchcase(case.op, only) or fnmatchcase(f"{case.op} {case.key}", only)


def make_all_cases(sizes: Sequence[Size] = SIZES) -> Iterator[Case]:
    """The calls of every operator, then those of composed functions."""
    for row in _core.ops():
        yield from make_cases(row, sizes)
    yield from make_composed_cases(sizes)


def compute_digest(x: corepy.Tensor) -> str:
    """What the golden files hold for a result."""
    return digest(x)[:DIGEST_LENGTH]


def digest_result(result: Result) -> str:
    """The same of a result that has been read."""
    return digest_elements(*result)[:DIGEST_LENGTH]


def _select_all(
    sizes: Sequence[Size], only: str | None, crossed_sizes: Sequence[Size] = _CROSSED_SIZES
) -> tuple[dict[str, list[Case]], list[Case]]:
    """Calls that run in every layout, by operator, and the larger ones in an order in which equal
    operands follow each other.
    """
    crossed: dict[str, list[Case]] = {}
    larger: list[Case] = []
    for case in make_all_cases(sizes):
        if not _matches(case, only):
            continue
        if case.size in crossed_sizes or case.family == COMPOSED:
            crossed.setdefault(case.op, []).append(case)
        else:
            larger.append(case)
    return crossed, sorted(larger, key=lambda case: (case.size, case.dtype, case.operands))


class Golden(NamedTuple):
    """What the golden files hold."""

    digests: Digests
    slices: Digests


def compute_golden(
    only: str | None = None,
    sizes: Sequence[Size] = SIZES,
    isas: Sequence[str] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Golden:
    """The digests of golden calls and of slices, on one thread, operands contiguous.

    Args:
        only: as for :func:`run_golden_set`.
        sizes: the size classes.
        isas: instruction sets that must agree; by default the one that the settings choose.
        progress: called with each call's name.

    Raises:
        ReproducibilityError: two instruction sets give different bits.
    """
    golden = Golden({}, {})
    store = OperandStore()
    crossed, larger = _select_all(sizes, only)
    for case in [*(case for cases in crossed.values() for case in cases), *larger]:
        if progress is not None:
            progress(f"{case.op} {case.key}")
        operands = store.make_operands(case, "contiguous")
        if not isas:
            _add_result(golden, case, case.run(operands))
        for isa in isas or ():
            with force(isa, 1):
                result = case.run(operands)
            if not _add_result(golden, case, result):
                raise ReproducibilityError(
                    f"reproduce: {case.op} {case.key}: {isa} gives other bits than the ISAs before"
                )
    return golden


def _add_result(golden: Golden, case: Case, result: corepy.Tensor) -> bool:
    """Add the digests of a result; whether they are those that are there already."""
    found = golden.digests.setdefault(case.op, {})
    if case.key in found:
        return found[case.key] == compute_digest(result)
    found[case.key] = compute_digest(result)
    if has_slices(case):
        golden.slices.setdefault(case.op, {})[case.key] = mark_slices(read_result(result))
    return True


def compute_digests(
    only: str | None = None, sizes: Sequence[Size] = SIZES, isas: Sequence[str] | None = None
) -> Digests:
    """The digests alone of :func:`compute_golden`."""
    return compute_golden(only, sizes, isas).digests


class _CaseRun:
    """One call on its way through the configurations."""

    def __init__(
        self, case: Case, golden: str | None, report: Report, layouts: Sequence[str] | None
    ) -> None:
        self.case = case
        self.golden = golden
        self.report = report
        self.layouts = [
            layout for layout in find_layouts(case) if layouts is None or layout in layouts
        ]
        self.reference: Result | None = None
        self.reference_name = ""
        self.different: list[Configuration] = []
        self.first_result: Result | None = None
        self.oracle: Result | None = None
        self.error = ""

    def run(self, configuration: Configuration, operands: list[corepy.Tensor]) -> None:
        """Run under the settings in force and compare."""
        is_right = False
        try:
            tensor = self.case.run(operands)
        except corepy.CorepyError as error:
            self.error = self.error or f"{type(error).__name__}: {error}"
        else:
            self._note_threads(configuration)
            is_right = self._compare(tensor, configuration)
        if not is_right:
            self.different.append(configuration)
        self.report.count_result(self.case, configuration, is_right)

    def _note_threads(self, configuration: Configuration) -> None:
        if configuration.threads > 1 and configuration.layout == "contiguous":
            record = _core.last_record()
            if record is not None:
                self.report.note_threads(self.case.family, configuration.threads, record["threads"])

    def _compare(self, tensor: corepy.Tensor, configuration: Configuration) -> bool:
        result = read_result(tensor)
        if self.reference is None and self._is_golden(tensor):
            self.reference, self.reference_name = result, str(configuration)
        if result == self.reference:
            return True
        if self.first_result is None:
            self.first_result = result
        return False

    def _is_golden(self, tensor: corepy.Tensor) -> bool:
        # Without a golden digest, the first result stands for it: the others must still agree.
        return self.golden is None or compute_digest(tensor) == self.golden

    def finish(self, store: OperandStore) -> None:
        """Report what was found."""
        if self.golden is None:
            missing = "no golden digest (python -m corepy.reproduce --write adds new calls)"
            self.report.add_difference(self._describe("missing", missing))
        if not self.different:
            return
        if self.error:
            self.report.add_difference(self._describe("error", self.error))
            return
        if self.reference is None:
            self._seek_reference(store)
        self.report.add_difference(self._describe("different", self._explain()))

    def _describe(self, kind: str, detail: str) -> Difference:
        case = self.case
        where = tuple(str(configuration) for configuration in self.different)
        return Difference(case.op, case.family, case.dtype, case.call, kind, where, detail)

    def _seek_reference(self, store: OperandStore) -> None:
        """Look for the golden bits where the call has not been run."""
        for isa in available_isas():
            with force(isa, 1):
                tensor = self.case.run(store.make_operands(self.case, "contiguous"))
                if self._is_golden(tensor):
                    self.reference = read_result(tensor)
                    self.reference_name = str(Configuration(isa, 1, "contiguous"))
                    return
        self._ask_oracle(store)

    def _ask_oracle(self, store: OperandStore) -> None:
        """Of exact operators the oracle's bits are the golden ones."""
        try:
            with force_oracle():
                tensor = self.case.run(store.make_operands(self.case, "contiguous"))
        except (corepy.CorepyError, ImportError):  # no NumPy, or no oracle for this call
            return
        self.oracle = read_result(tensor)
        if self._is_golden(tensor):
            self.reference, self.reference_name = self.oracle, "the oracle (policy REFERENCE)"

    def _explain(self) -> str:
        if self.first_result is None:  # every configuration had the golden bits but one that failed
            return "no result"
        if self.reference is None:
            return self._explain_without_reference(self.first_result)
        found = find_first_difference(self.first_result, self.reference)
        source = "which has the golden digest" if self.golden is not None else "run first"
        return f"{found}; expected bits: {self.reference_name}, {source}"

    def _explain_without_reference(self, computed: Result) -> str:
        marks = read_slices().get(self.case.op, {}).get(self.case.key)
        if marks is None:
            place = "which element differs is not known: the package has no digests of its parts"
        else:
            place = describe_slices(computed, marks, self.oracle)
        return (
            f"golden digest {self.golden}, computed {digest_result(computed)}, and no instruction "
            f"set of this CPU gives the golden one; {place}"
        )


def _choose_threads(counts: tuple[int, ...], case: Case) -> tuple[int, ...]:
    if case.family != COMPOSED:
        return counts
    return tuple(count for count in counts if count <= MOST_THREADS) or counts[:1]


def _run_crossed(runs: list[_CaseRun], report: Report, store: OperandStore) -> None:
    """Every call in every layout, on every ISA and number of threads."""
    for threads in _choose_threads(report.threads, runs[0].case):
        for isa in report.isas:
            with force(isa, threads):
                for one in runs:
                    for layout in one.layouts:
                        configuration = Configuration(isa, threads, layout)
                        one.run(configuration, store.make_operands(one.case, layout))
    for one in runs:
        one.finish(store)


def _run_larger(runs: list[_CaseRun], report: Report, store: OperandStore) -> None:
    """Calls contiguous everywhere, and in their other layouts on the best ISA, most threads."""
    best, most = report.isas[0], report.threads[-1]
    for one in runs:
        for layout in one.layouts:
            operands = store.make_operands(one.case, layout)
            everywhere = [(isa, threads) for threads in report.threads for isa in report.isas]
            for isa, threads in everywhere if layout == "contiguous" else [(best, most)]:
                with force(isa, threads):
                    one.run(Configuration(isa, threads, layout), operands)
        one.finish(store)


def _find_uncalled(golden: Digests, only: str | None) -> Iterable[Difference]:
    """Golden digests that no call has any more: a call was lost or renamed."""
    if only is not None:
        return
    called: dict[str, set[str]] = {}
    for case in make_all_cases():
        called.setdefault(case.op, set()).add(case.key)
    for op, calls in golden.items():
        for key in calls.keys() - called.get(op, set()):
            dtype, _, call = key.partition(" ")
            detail = "a golden digest without a call: a call was lost or renamed"
            yield Difference(op, "", dtype, call, "uncalled", (), detail)


def run_golden_set(
    *,
    only: str | None = None,
    full: bool = False,
    sizes: Sequence[Size] | None = None,
    layouts: Sequence[str] | None = None,
    isas: Sequence[str] | None = None,
    threads: Sequence[int] = THREADS,
    golden: Digests | None = None,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Run the golden calls in every configuration and compare their bits.

    Args:
        only: a shell pattern for an operator's name or for ``operator dtype call``.
        full: also operands beyond the caches, for every operator, and those of medium size in every
            layout on every instruction set and number of threads.
        sizes: the size classes to run instead (``small``, ``medium``, ``threads``, ``large``).
        layouts: how operands lie in memory; in every way by default.
        isas: names of instruction sets; all that this CPU has by default.
        threads: thread counts; those that the settings refuse are reported as such.
        golden: digests to compare with; those of the current numerics revision by default.
        progress: called with the name of each operator before it runs.

    Returns:
        What was run, and every difference.

    Raises:
        SettingError: an instruction set that this CPU lacks, or no usable thread count.

    >>> report = run_golden_set(only="add", sizes=["small"], threads=[1])
    >>> report.is_reproducible
    True
    """
    counts: ThreadCounts = sort_thread_counts(threads)
    if not counts.accepted:
        reasons = "; ".join(reason for _, reason in counts.refused) or "none given"
        raise corepy.SettingError(f"reproduce: no thread count to run with ({reasons})")
    chosen = tuple(sizes) if sizes is not None else SIZES if full else DEFAULT_SIZES
    digests = read_digests() if golden is None else golden
    report = Report(corepy.numerics_revision, available_isas(isas), counts)
    store = OperandStore()
    crossed_sizes = _FULLY_CROSSED_SIZES if full else _CROSSED_SIZES
    crossed, larger = _select_all(chosen, only, crossed_sizes)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PerformanceWarning)  # odd layouts are the point
        groups = [(_run_crossed, cases) for cases in crossed.values()]
        groups += [(_run_larger, [case]) for case in larger]
        for run, cases in groups:
            if progress is not None:
                progress(f"{cases[0].op} {cases[0].key if run is _run_larger else ''}")
            start = time.perf_counter()
            report.count_calls(cases)
            runs = [
                _CaseRun(case, digests.get(case.op, {}).get(case.key), report, layouts)
                for case in cases
            ]
            run(runs, report, store)
            report.add_seconds(cases[0].family, time.perf_counter() - start)
    for difference in _find_uncalled(digests, only):
        report.add_difference(difference)
    return report
