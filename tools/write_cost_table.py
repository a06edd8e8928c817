#!/usr/bin/env python3
# Writes the cost table of docs/topics/reproducibility.md from docs/BENCHMARKS.md. Measuring is
# benchmarks/runner.py's.
"""Copies measured times into the page on reproducibility.

python3 tools/write_cost_table.py            # after benchmarks/runner.py
python3 tools/write_cost_table.py --check    # fail if the page is out of date
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "docs" / "BENCHMARKS.md"
TARGET = ROOT / "docs" / "topics" / "reproducibility.md"
BEGIN = "<!-- cost table: tools/write_cost_table.py -->\n"
END = "<!-- end of the cost table -->\n"

#: One or two cases of each kind of work whose order or formula the guarantee fixes.
CASES = (
    "sum[float32-1e5]",
    "sum[float64-1e7]",
    "var[float64-1e5]",
    "matmul[float32-512x512]",
    "matmul[float64-1024x1024]",
    "exp[float32-1e5]",
    "exp[float64-1e5]",
    "sin[float64-1e5]",
    "tanh[float64-1e5]",
    "pow[float64-1e5]",
    "add[float64-1e7]",
)
COLUMNS = ("corepy", "NumPy")
UNITS_NS = {"ns": 1.0, "µs": 1e3, "ms": 1e6, "s": 1e9}


def split_row(line: str) -> list[str]:
    """The cells of a Markdown table's row."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def read_times(page: str) -> dict[str, dict[str, str]]:
    """By case, its cells by column title; of several runs the first."""
    times: dict[str, dict[str, str]] = {}
    titles: list[str] = []
    lines = page.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if following.startswith("|---"):
            titles = split_row(line)
        elif line.startswith("|") and set(COLUMNS) <= set(titles):
            name, *cells = split_row(line)
            if re.fullmatch(r"`[^`]+`", name):
                # The first column of a title counts.
                named = dict(reversed(list(zip(titles[1:], cells, strict=False))))
                times.setdefault(name.strip("`"), named)
    return times


def read_time_ns(cell: str) -> float:
    """The nanoseconds of ``1.03 ms``."""
    number, unit = cell.split()
    return float(number) * UNITS_NS[unit]


def format_table(times: dict[str, dict[str, str]]) -> str:
    """The measured ones of CASES as a Markdown table."""
    lines = ["| case | corepy | NumPy | corepy's time / NumPy's |", "|---|---:|---:|---:|"]
    for case in CASES:
        own, numpy = (times.get(case, {}).get(column, "") for column in COLUMNS)
        if own and numpy:
            ratio = read_time_ns(own) / read_time_ns(numpy)
            lines.append(f"| `{case}` | {own} | {numpy} | {ratio:.2f} |")
    return "\n".join(lines) + "\n"


def replace_table(page: str, table: str) -> str:
    """The page with the text between its two markers replaced."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"write_cost_table: {TARGET.name} lacks its markers {BEGIN!r}, {END!r}")
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the cost table from the benchmarks.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    check: bool = parser.parse_args().check
    page = TARGET.read_text(encoding="utf-8")
    table = format_table(read_times(SOURCE.read_text(encoding="utf-8")))
    written = replace_table(page, table)
    if written == page:
        return 0
    if check:
        print("out of date: run tools/write_cost_table.py", file=sys.stderr)
        return 1
    TARGET.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
