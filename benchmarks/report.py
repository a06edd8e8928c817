# Results of cases and their presentation: terminal table, Markdown, JSON. Nothing is measured here.
"""What a run found, against the limits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from cases import Case
from measure import Ratio, Timing, compare_rounds
from peak_memory import PeakMemory

OWN = "corepy"
DECIDING_PEER = "numpy"
# Names for people; a library without an entry goes by its own.
TITLES = {"numpy": "NumPy", "torch": "PyTorch"}

HEADER = (
    "case",
    "corepy",
    "P99",
    "NumPy",
    "P99",
    "ratio",
    "quartiles",
    "limit",
    "",
    "best other",
    "ratio to it",
    "memory",
)


@dataclass(frozen=True)
class Result:
    """The timings of one case, by library, and what follows from them."""

    case: Case
    timings: Mapping[str, Timing]
    instructions: Mapping[str, float] = field(default_factory=dict)
    peak_memory: Mapping[str, PeakMemory] = field(default_factory=dict)

    def ratio_to(self, peer: str) -> Ratio:
        """corepy's time over a peer's, from their rounds."""
        return compare_rounds(self.timings[OWN], self.timings[peer])

    @property
    def best_peer(self) -> str:
        """The fastest library that is not corepy."""
        peers = (name for name in self.timings if name != OWN)
        return min(peers, key=lambda name: self.timings[name].median_ns)

    @property
    def passed(self) -> bool | None:
        """Whether the limit against NumPy is kept; None where there is no limit."""
        if self.case.limit is None:
            return None
        seconds = self.timings[OWN].median_ns * 1e-9
        return self.case.limit.is_met(self.ratio_to(DECIDING_PEER).median, seconds)


@dataclass(frozen=True)
class Report:
    """A whole run: where it was made, what it found, what to know about it."""

    machine: Mapping[str, str]
    results: Sequence[Result]
    notes: Sequence[str]
    warnings: Sequence[str]

    @property
    def misses(self) -> list[Result]:
        """The results that exceed their limits."""
        return [result for result in self.results if result.passed is False]


def format_time(nanoseconds: float) -> str:
    """Three digits and a unit: ``49.2 ns``, ``1.30 ms``."""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("µs", 1e3)):
        if abs(nanoseconds) >= 0.9995 * size:
            return f"{_format_digits(nanoseconds / size)} {unit}"
    return f"{_format_digits(nanoseconds)} ns"


def _format_digits(value: float) -> str:
    for decimals, least in ((0, 99.95), (1, 9.995)):
        if abs(value) >= least:
            return f"{value:.{decimals}f}"
    return f"{value:.2f}"


def format_bytes(count: int) -> str:
    """Mebibytes, two digits after the point."""
    return f"{count / 2**20:.2f}"


def format_verdict(passed: bool | None) -> str:
    """``pass``, ``MISS`` or nothing."""
    return {True: "pass", False: "MISS", None: ""}[passed]


def _format_memory(result: Result) -> str:
    counted = [result.peak_memory.get(name, {}).get("counted_bytes") for name in (OWN, "numpy")]
    if all(count is None for count in counted):
        return ""
    return " / ".join("-" if count is None else format_bytes(count) for count in counted)


def format_row(result: Result) -> tuple[str, ...]:
    """The cells of one result, in the order of HEADER."""
    own, numpy = result.timings[OWN], result.timings[DECIDING_PEER]
    ratio = result.ratio_to(DECIDING_PEER)
    others = [name for name in result.timings if name not in (OWN, DECIDING_PEER)]
    other = min(others, key=lambda name: result.timings[name].median_ns, default=None)
    return (
        result.case.id,
        format_time(own.median_ns),
        format_time(own.p99_ns),
        format_time(numpy.median_ns),
        format_time(numpy.p99_ns),
        f"{ratio.median:.2f}",
        f"{ratio.lower_quartile:.2f}-{ratio.upper_quartile:.2f}",
        "" if result.case.limit is None else result.case.limit.text,
        format_verdict(result.passed),
        "" if other is None else TITLES.get(other, other),
        "" if other is None else f"{result.ratio_to(other).median:.2f}",
        _format_memory(result),
    )


def align_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Lines of columns as wide as their longest cell: text left in the first, right elsewhere."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def summarise_misses(report: Report) -> list[str]:
    """One line per miss, after one that counts them."""
    judged = [result for result in report.results if result.passed is not None]
    lines = [f"{len(judged) - len(report.misses)} of {len(judged)} limits are kept."]
    for result in report.misses:
        own = format_time(result.timings[OWN].median_ns)
        limit = "" if result.case.limit is None else result.case.limit.text
        ratio = result.ratio_to(DECIDING_PEER).median
        lines.append(f"{result.case.id}: {own}, {ratio:.2f} of NumPy's time (limit {limit})")
    return lines


def group_results(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Results by group, in the order of the cases."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.case.group, []).append(result)
    return groups


def format_text(report: Report) -> str:
    """The report for a terminal."""
    rows = [HEADER, *(format_row(result) for result in report.results)]
    table = iter(align_table(rows))
    lines = [f"{name}: {value}" for name, value in report.machine.items()]
    lines += ["", next(table)]
    for group, results in group_results(report.results).items():
        lines.append(f"-- {group}")
        lines += [next(table) for _ in results]
    lines += ["", *summarise_misses(report), ""]
    lines += [f"note: {note}" for note in report.notes]
    lines += [f"WARNING: {warning}" for warning in report.warnings]
    return "\n".join(lines) + "\n"


def _format_markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def format_markdown(report: Report, command: str) -> str:
    """The report as a page: docs/BENCHMARKS.md is written by this function, never by hand."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `{command}`; not edited.",
        "",
        "Every case runs interleaved with its peers in one process: one thread each, on one",
        "CPU, garbage collection off, imports and builds excluded, allocation of results",
        "included. Times are medians per call, P99 is the 99th percentile of the samples. A",
        "ratio is corepy's time over the peer's, round by round, of which median and quartiles",
        "are shown: below 1, corepy is faster. Limits are against NumPy; other libraries are",
        "shown for comparison. Memory is the peak of one evaluation beyond its operands in MiB,",
        "corepy / NumPy. Import is the time above that of a Python that imports nothing.",
        "",
        "## Machine",
        "",
        "| | |",
        "|---|---|",
    ]
    lines += [_format_markdown_row((name, value)) for name, value in report.machine.items()]
    lines += ["", "## Result", ""]
    first, *misses = summarise_misses(report)
    lines += [first, "", *(f"- {miss}" for miss in misses), *([""] if misses else [])]
    lines += [f"- Note: {note}" for note in report.notes]
    lines += [f"- Warning: {warning}" for warning in report.warnings]
    for group, results in group_results(report.results).items():
        lines += ["", f"## {group}", "", _format_markdown_row(HEADER)]
        lines.append("|---|" + "---:|" * (len(HEADER) - 1))
        for result in results:
            name, *cells = format_row(result)
            lines.append(_format_markdown_row([f"`{name}`", *cells]))
    return "\n".join(lines) + "\n"


def make_record(report: Report) -> dict[str, object]:
    """The report as data for JSON, every sample included."""
    return {
        "machine": dict(report.machine),
        "notes": list(report.notes),
        "warnings": list(report.warnings),
        "misses": [result.case.id for result in report.misses],
        "results": [_make_result_record(result) for result in report.results],
    }


def _make_result_record(result: Result) -> dict[str, object]:
    limit = result.case.limit
    return {
        "id": result.case.id,
        "group": result.case.group,
        "limit": None if limit is None else asdict(limit),
        "passed": result.passed,
        "best_peer": result.best_peer,
        "ratios": {name: asdict(result.ratio_to(name)) for name in result.timings if name != OWN},
        "timings": {
            name: {
                "median_ns": timing.median_ns,
                "p99_ns": timing.p99_ns,
                "repeats": timing.repeats,
                "samples_ns": list(timing.samples_ns),
            }
            for name, timing in result.timings.items()
        },
        "instructions": dict(result.instructions),
        "peak_memory": {name: dict(peak) for name, peak in result.peak_memory.items()},
    }
