# The text that python -m corepy.reproduce prints. The numbers are report.py's.
"""A report as tables."""

from __future__ import annotations

import platform

import corepy

from .layouts import LAYOUTS
from .report import Difference, Family, Report

__all__ = ["format_report"]

_SHOWN_DIFFERENCES = 20


def _format_table(rows: list[list[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(lines)


def _format_cell(family: Family, axis: str) -> str:
    if not family.results[axis]:
        return "-"
    different = family.different[axis]
    return f"DIFFERENT {different}" if different else "ok"


def _format_threads(family: Family, count: int, refused: set[int]) -> str:
    if count in refused:
        return "refused"
    return _format_cell(family, f"threads {count}")


def _make_run_table(report: Report, families: list[Family]) -> str:
    refused = {count for count, _ in report.refused_threads}
    counts = [*report.threads, *(count for count, _ in report.refused_threads)]
    titles = [f"{count} thread{'s' * (count != 1)}" for count in counts]
    rows = [["family", "operators", "calls", "results", *report.isas, *titles, "seconds"]]
    for family in families:
        numbers = [str(len(family.operators)), str(family.calls), str(family.result_count)]
        isas = [_format_cell(family, f"isa {isa}") for isa in report.isas]
        threads = [_format_threads(family, count, refused) for count in counts]
        rows.append([family.name, *numbers, *isas, *threads, f"{family.seconds:.1f}"])
    return _format_table(rows)


def _make_layout_table(families: list[Family]) -> str:
    rows = [["operands lie", *LAYOUTS]]
    for family in families:
        cells = [_format_cell(family, f"layout {layout}") for layout in LAYOUTS]
        rows.append([family.name, *cells])
    return _format_table(rows)


def _format_thread_notes(report: Report, families: list[Family]) -> list[str]:
    """Why thread counts were refused, and how many threads calls say they ran on."""
    lines = [f"{count} threads refused: {reason}" for count, reason in report.refused_threads]
    for count in report.threads:
        used = [
            f"{family.name} {family.most_threads[count]}"
            for family in families
            if family.most_threads.get(count, 1) > 1
        ]
        if count > 1:
            ran = f"the largest calls ran on {', '.join(used)}" if used else "every call ran on one"
            lines.append(f"{count} threads allowed: {ran} (small work stays on one)")
    return lines


def _format_differences(differences: list[Difference]) -> list[str]:
    if not differences:
        return []
    order = {"different": 0, "error": 1, "missing": 2, "uncalled": 3}
    ranked = sorted(differences, key=lambda one: order[one.kind])
    lines = [f"First of {len(ranked)} calls that are not as in the golden file:", str(ranked[0])]
    rest = ranked[1:_SHOWN_DIFFERENCES]
    lines += [f"also {one.kind}: {one.op}, {one.dtype}, call {one.call!r}" for one in rest]
    hidden = len(ranked) - 1 - len(rest)
    if hidden:
        lines.append(f"and {hidden} more (--json FILE lists all)")
    return lines


def format_report(report: Report) -> str:
    """Two tables by operator family (ISAs and threads; layouts), then notes and differences."""
    families = list(report.families.values())
    title = (
        f"corepy {corepy.__version__}, numerics revision {report.revision}, "
        f"{platform.system()} {platform.machine()}"
    )
    if not families:
        return f"{title}\n\nNo golden call matches."
    parts = [title, "", _make_run_table(report, families), "", _make_layout_table(families), ""]
    parts += _format_thread_notes(report, families)
    parts += _format_differences(report.differences)
    if report.is_reproducible:
        total = sum(family.result_count for family in families)
        parts.append(f"All {total} results have the golden bits of revision {report.revision}.")
    return "\n".join(parts)
