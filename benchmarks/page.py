# docs/BENCHMARKS.md: runs as one page. Rows are made in report.py, pictures in roofline.py.
"""The page of results, misses and their explanations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

from report import HEADER, count_kept, format_row, group_results, list_misses, name_library
from results import Result, RunReport

#: Written by hand: why a row misses, by a regular expression for its name.
EXPLANATIONS = Path(__file__).resolve().parent / "misses.md"
_EXPLANATION = re.compile(r"^- `(?P<pattern>[^`]+)`(?: \((?P<isa>\w+)\))?: (?P<why>.+)$")

_INTRODUCTION = """
Every case runs interleaved with its peers in one process: one thread each, on one CPU, garbage
collection off, imports and builds excluded, allocation of results included. Up to twelve untimed
calls go before each sample, so that each library finds the caches as it leaves them itself. Times
are medians per call, P99 is the 99th percentile of the samples. A ratio is corepy's time over the
peer's (column "to"), round by round, of which median and quartiles are shown: below 1, corepy is
faster. The limit's peer is the fastest library that computes the same, unless the limit is against
NumPy by name (call overhead, sorting, import; all of the AVX2 run, whose NumPy and OpenBLAS are
held to AVX2 and whose limits are 0.1 wider). "of machine" is the part of what this machine can do
at most, measured in the same rounds by a program that does nothing else
(`benchmarks/cpp/machine_limits.cpp`): multiplications and additions in registers for matrix
products; for elementwise work the same streams, written past the caches; for reductions the same
bytes read, twice for `var`, which is two-pass. A limit with a percentage asks for that part too. A
run called survey compares thousands of small and odd cases with NumPy in a few milliseconds each
(`python benchmarks/runner.py --survey`); what is slow is measured twice and listed.
""".strip()


#: A pattern for names, the ISA that it is for (None: any), the reason.
Explanation: TypeAlias = tuple[re.Pattern[str], "str | None", str]


def read_explanations(text: str) -> list[Explanation]:
    """Patterns, the ISA they are for (None: any) and explanations, in the order of the file."""
    found = []
    for line in text.splitlines():
        match = _EXPLANATION.match(line)
        if match is not None:
            found.append((re.compile(match["pattern"]), match["isa"], match["why"]))
    return found


def explain_miss(name: str, isa: str, explanations: Sequence[Explanation]) -> str:
    """The first explanation for a row's name; empty where there is none."""
    for pattern, wanted_isa, why in explanations:
        if wanted_isa in (None, isa) and pattern.search(name):
            return why
    return ""


def _format_markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [_format_markdown_row(header), "|---|" + "---:|" * (len(header) - 1)]
    return lines + [_format_markdown_row([f"`{name}`", *cells]) for name, *cells in rows]


def _list_summary(report: RunReport) -> list[str]:
    rows = []
    for group, results in group_results(report.results).items():
        judged = [result for result in results if result.passed is not None]
        kept = sum(1 for result in judged if result.passed)
        rows.append(_format_markdown_row((group, f"{kept} of {len(judged)}")))
    return ["| work | limits kept |", "|---|---:|", *rows]


def _list_misses(report: RunReport, explanations: str) -> list[str]:
    misses = list_misses(report)
    if not misses:
        return []
    known = read_explanations(explanations)
    lines = ["", "| misses | by | why |", "|---|---|---|"]
    for name, text in misses:
        why = explain_miss(name, report.isa, known)
        lines.append(_format_markdown_row((f"`{name}`", text, why)))
    return lines


def _format_run(report: RunReport, title: str, explanations: str, picture: str) -> list[str]:
    lines = ["", f"## {title}", "", f"`{report.command}`", "", "| | |", "|---|---|"]
    lines += [_format_markdown_row((name, value)) for name, value in report.machine.items()]
    lines += ["", f"### {title}: result"]
    if report.results:
        lines += ["", count_kept(report), "", *_list_summary(report)]
    lines += _list_misses(report, explanations)
    lines += ["", *(f"- Note: {note}" for note in report.notes)]
    lines += [f"- Warning: {warning}" for warning in report.warnings]
    if picture:
        lines += ["", f"### {title}: roofline", "", f"![Roofline of {title}]({picture})"]
    for table in report.tables:
        lines += ["", f"### {title}: {table.title.lower()}", "", table.text, ""]
        lines += _format_table(table.header, table.rows)
    for group, results in group_results(report.results).items():
        lines += ["", f"### {title}: {group.lower()}", ""]
        lines += _format_table(HEADER, [format_row(result) for result in results])
    return lines


def name_runs(reports: Sequence[RunReport]) -> list[str]:
    """A title for each run: its ISA, of what it is, and a number where that comes twice."""
    kinds = [f"{report.isa}, survey" if report.survey else report.isa for report in reports]
    return [
        kind if kinds.count(kind) == 1 else f"{kind}, run {kinds[:i].count(kind) + 1}"
        for i, kind in enumerate(kinds)
    ]


def _format_ratio(result: Result) -> str:
    peer = result.deciding_peer
    return "" if peer is None else f"{result.ratio_to(peer).median:.2f} of {name_library(peer)}"


def compare_runs(reports: Sequence[RunReport]) -> list[str]:
    """Of an ISA that was run more than once: what misses each time, the rest being the machine's.

    A table for each such ISA, with the ratios of all its runs; nothing where there is none.
    """
    lines: list[str] = []
    runs: dict[str, list[RunReport]] = {}
    for report in reports:
        if not report.survey:
            runs.setdefault(report.isa, []).append(report)
    for isa, same in runs.items():
        if len(same) < 2:
            continue
        found = [{result.id: result for result in report.misses} for report in same]
        common = [name for name in found[0] if all(name in misses for misses in found)]
        kept = " and ".join(count_kept(report).removesuffix(".") for report in same)
        lines += ["", f"## {isa}: {len(same)} runs", ""]
        lines += [f"{kept}; these {len(common)} rows miss each time:", ""]
        header = ("case", "limit", *(f"run {i + 1}" for i in range(len(same))))
        rows = []
        for name in common:
            limit = found[0][name].limit
            ratios = [_format_ratio(misses[name]) for misses in found]
            rows.append([name, "" if limit is None else limit.text, *ratios])
        lines += _format_table(header, rows)
    return lines


def format_page(reports: Sequence[RunReport], command: str, pictures: Sequence[str]) -> str:
    """All runs; docs/BENCHMARKS.md is written by this function, never by hand."""
    explanations = EXPLANATIONS.read_text(encoding="utf-8") if EXPLANATIONS.exists() else ""
    lines = ["# Benchmarks", "", f"Written by `{command}`; not edited.", "", _INTRODUCTION]
    lines += compare_runs(reports)
    titles = name_runs(reports)
    for report, title, picture in zip(reports, titles, pictures, strict=True):
        lines += _format_run(report, title, explanations, picture)
    return "\n".join(lines) + "\n"
