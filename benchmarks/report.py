# A run as text for a terminal, and the cells that the page (page.py) shows too. Nothing is measured
# here.
"""Rows, verdicts, tables of one run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from results import NUMPY, OWN, Result, RunReport

# Names for people; a library without an entry goes by its own.
TITLES = {"numpy": "NumPy", "torch": "PyTorch"}

HEADER = (
    "case",
    "corepy",
    "P99",
    "NumPy",
    "best other",
    "time",
    "ratio",
    "to",
    "quartiles",
    "limit",
    "",
    "of machine",
)


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


def format_verdict(passed: bool | None) -> str:
    """``pass``, ``MISS`` or nothing."""
    return {True: "pass", False: "MISS", None: ""}[passed]


def name_library(name: str | None) -> str:
    """The library's name for people."""
    return "" if name is None else TITLES.get(name, name)


def format_row(result: Result) -> tuple[str, ...]:
    """The cells of one result, in the order of HEADER."""
    limit = "" if result.limit is None else result.limit.text
    verdict = format_verdict(result.passed)
    if result.absence:
        return (result.id, "operator not there", *[""] * 7, limit, verdict, "")
    own, numpy = result.timings[OWN], result.timings.get(NUMPY)
    other = next((name for name in result.peers if name != NUMPY), None)
    peer = result.deciding_peer
    ratio = None if peer is None else result.ratio_to(peer)
    return (
        result.id,
        format_time(own.median_ns),
        format_time(own.p99_ns),
        "" if numpy is None else format_time(numpy.median_ns),
        name_library(other),
        "" if other is None else format_time(result.timings[other].median_ns),
        "" if ratio is None else f"{ratio.median:.2f}",
        name_library(peer),
        "" if ratio is None else f"{ratio.lower_quartile:.2f}-{ratio.upper_quartile:.2f}",
        limit,
        verdict,
        "" if result.ceiling is None else f"{result.ceiling:.0%}",
    )


def describe_miss(result: Result) -> str:
    """By how much a result exceeds its limit, in words."""
    limit = "" if result.limit is None else result.limit.text
    peer = result.deciding_peer
    if result.absence:
        return f"operator not there (limit {limit})"
    if peer is None:
        return "the peer of the limit did not run"
    own = format_time(result.timings[OWN].median_ns)
    ratio = result.ratio_to(peer).median
    reached = "" if result.ceiling is None else f", {result.ceiling:.0%} of the machine's limit"
    return f"{own}, {ratio:.2f} of {name_library(peer)}'s time{reached} (limit {limit})"


def list_misses(report: RunReport) -> list[tuple[str, str]]:
    """Names and words of all rows that miss, those of other tables included."""
    found = [(result.id, describe_miss(result)) for result in report.misses]
    for table in report.tables:
        found += [(f"{table.title}: {name}", text) for name, text in table.misses]
    return found


def count_kept(report: RunReport) -> str:
    """How many of the limits of cases are kept."""
    judged = [result for result in report.results if result.passed is not None]
    absent = sum(1 for result in judged if result.absence)
    line = f"{len(judged) - len(report.misses)} of {len(judged)} limits are kept"
    if absent:
        line += f"; of {absent} cases the operator is not there"
    return f"{line}."


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


def group_results(results: Iterable[Result]) -> dict[str, list[Result]]:
    """Results by group, in the order of the cases."""
    groups: dict[str, list[Result]] = {}
    for result in results:
        groups.setdefault(result.group, []).append(result)
    return groups


def format_text(report: RunReport) -> str:
    """The report for a terminal."""
    lines = [f"{name}: {value}" for name, value in report.machine.items()]
    if report.results:
        rows = [HEADER, *(format_row(result) for result in report.results)]
        table = iter(align_table(rows))
        lines += ["", next(table)]
        for group, results in group_results(report.results).items():
            lines.append(f"-- {group}")
            lines += [next(table) for _ in results]
    for other in report.tables:
        lines += ["", f"-- {other.title}"]
        lines += align_table([other.header, *other.rows])
    if report.results:
        lines += ["", count_kept(report)]
    lines += [f"MISS {name}: {text}" for name, text in list_misses(report)]
    lines += ["", *(f"note: {note}" for note in report.notes)]
    lines += [f"WARNING: {warning}" for warning in report.warnings]
    return "\n".join(lines) + "\n"
