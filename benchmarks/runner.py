#!/usr/bin/env python3
# The command line of the benchmark and the order of its steps; each step is a file beside this one.
"""Measures corepy against NumPy, and PyTorch and numexpr where they are installed.

    python benchmarks/runner.py                             # the whole table
    python benchmarks/runner.py --quick --only 'sum|mean'   # noisy, in seconds
    python benchmarks/runner.py --isa all --markdown docs/BENCHMARKS.md --json result.json
    python benchmarks/runner.py --survey --json survey.json # small and odd cases, in five minutes
    python benchmarks/runner.py --load result.json survey.json --markdown docs/BENCHMARKS.md

``--only`` finds cases and other tables by ``group: id``: ``--only matmul``, ``--only '^Two'``,
``--only 'sum.*1e7'``. ``--isa avx2`` measures corepy's AVX2 path against NumPy held to AVX2, and
``--isa all`` both, each in a process of its own. ``--survey`` measures the cases of
``cases/survey.py`` in place of the table: every operator on small arrays and odd shapes, against
NumPy alone. ``--load`` takes runs from JSON files instead of measuring, so that a page can hold
several machines' runs, and surveys.

The exit status tells whether all results were right, not whether limits were kept: a busy machine
misses limits that hold.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, cast

from machine import AVX2, NATIVE, restart_in_clean_environment

if TYPE_CHECKING:
    from results import RunRecord

BOTH = "all"
ROOT = Path(__file__).resolve().parent.parent


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """The options."""
    parser = argparse.ArgumentParser(description="Measure corepy against NumPy and others.")
    parser.add_argument(
        "--only", metavar="PATTERN", help="regular expression found in 'group: id' of a case"
    )
    parser.add_argument(
        "--survey", action="store_true", help="measure small and odd cases, and not the table"
    )
    parser.add_argument("--quick", action="store_true", help="few rounds: noisy, for development")
    parser.add_argument(
        "--isa", choices=(NATIVE, AVX2, BOTH), default=NATIVE, help="what all libraries may run"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="write the tables, and pictures beside them"
    )
    parser.add_argument("--load", type=Path, nargs="+", metavar="FILE", help="runs made before")
    parser.add_argument(
        "--programs",
        type=Path,
        nargs="+",
        metavar="DIR",
        default=sorted(ROOT.glob("build*")),
        help="build folders with the C++ benchmarks (target dispatch_benchmark)",
    )
    parser.add_argument("--list", action="store_true", help="print the cases and measure nothing")
    options = parser.parse_args(arguments)
    try:
        re.compile(options.only or "")
    except re.error as error:
        parser.error(f"--only {options.only!r} is no regular expression: {error}")
    return options


def describe_command(options: argparse.Namespace) -> str:
    """The command that measures the same again; files that it wrote are not part of it."""
    command = "python benchmarks/runner.py"
    if options.load:
        return f"{command} --load"  # each run names the command that measured it
    if options.survey:
        command += " --survey"
    if options.isa != NATIVE:
        command += f" --isa {options.isa}"
    if options.quick:
        command += " --quick"
    return command if options.only is None else f"{command} --only {shlex.quote(options.only)}"


def measure_in_processes(arguments: list[str]) -> tuple[list[dict[str, object]], int]:
    """A run per ISA, each in a process with the environment that it needs; their worst status."""
    kept = [argument for argument in arguments if argument not in ("--isa", BOTH, f"--isa={BOTH}")]
    runs: list[dict[str, object]] = []
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        for isa in (NATIVE, AVX2):
            target = Path(folder) / f"{isa}.json"
            command = [sys.executable, __file__, *kept, "--isa", isa, "--json", str(target)]
            worst = max(worst, subprocess.run(command, check=False).returncode)
            if target.exists():
                runs += json.loads(target.read_text(encoding="utf-8"))["runs"]
    return runs, worst


def write_page(target: Path, records: list[dict[str, object]], command: str) -> None:
    """The page, and a picture for each run that has one."""
    from page import format_page, name_runs
    from results import read_run
    from roofline import draw_roofline

    reports = [read_run(cast("RunRecord", record)) for record in records]
    pictures: list[str] = []
    for report, title in zip(reports, name_runs(reports), strict=True):
        name = re.sub(r"[^a-z0-9]+", "_", title.lower())
        picture = draw_roofline(report, title)
        path = target.parent / "pictures" / f"roofline_{name}.svg"
        if picture:
            path.parent.mkdir(exist_ok=True)
            path.write_text(picture, encoding="utf-8")
        pictures.append(f"{path.parent.name}/{path.name}" if picture else "")
    target.write_text(format_page(reports, command, pictures), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Measures, prints, writes."""
    options = parse_arguments(arguments)
    status = 0
    if options.load:
        files = [json.loads(path.read_text(encoding="utf-8")) for path in options.load]
        records = [run for file in files for run in file["runs"]]
    elif options.isa == BOTH and not options.list:
        records, status = measure_in_processes(_drop_outputs(arguments))
    else:
        restart_in_clean_environment(options.isa)  # before NumPy is imported
        from run import list_names, measure

        if options.list:
            print("\n".join(list_names(options.only, survey=options.survey)))
            return 0
        start = time.perf_counter()
        report, failed = measure(options, describe_command(options))
        from report import format_text

        print(format_text(report), end="")
        count, seconds = len(report.results) + len(report.survey), time.perf_counter() - start
        print(f"{count} cases in {seconds:.0f} s", flush=True)
        records, status = [dict(report.make_record())], int(failed)
    if options.json is not None:
        text = json.dumps({"runs": records}, separators=(",", ":"))
        options.json.write_text(text + "\n", encoding="utf-8")
    if options.markdown is not None:
        write_page(options.markdown, records, describe_command(options))
    return status


def _drop_outputs(arguments: list[str]) -> list[str]:
    kept: list[str] = []
    skip = False
    for argument in arguments:
        if not skip and not argument.startswith(("--json", "--markdown")):
            kept.append(argument)
        skip = argument in ("--json", "--markdown")
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
