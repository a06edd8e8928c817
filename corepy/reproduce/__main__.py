# The command line of python -m corepy.reproduce: arguments, output, exit status.
from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from corepy.errors import CorepyError, PerformanceWarning, ReproducibilityError

from .cases import SIZES
from .configurations import THREADS, available_isas
from .golden_files import add_digests, find_path, find_slices_path
from .layouts import LAYOUTS
from .runner import compute_golden, run_golden_set
from .table import format_report

__all__ = ["main"]

NameT = TypeVar("NameT", bound=str)


def _parse_counts(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"not numbers: {text!r}") from None


def _parse_names(known: Sequence[NameT]) -> Callable[[str], list[NameT]]:
    """A parser of names out of ``known``, comma-separated."""

    def parse(text: str) -> list[NameT]:
        names = text.split(",")
        if unknown := set(names).difference(known):
            listed = ", ".join(sorted(unknown))
            raise argparse.ArgumentTypeError(f"unknown: {listed} (known: {', '.join(known)})")
        return [name for name in known if name in names]

    return parse


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m corepy.reproduce",
        description="Check that corepy's results have the promised bits on this machine.",
    )
    counts = ",".join(map(str, THREADS))
    for name, text in (
        ("full", "also operands beyond the caches (minutes)"),
        ("write", "add digests of calls that the golden file lacks; check nothing else"),
    ):
        parser.add_argument(f"--{name}", action="store_true", help=text)
    add = parser.add_argument
    add("--only", metavar="PATTERN", help="operators, or 'operator dtype call', that match")
    add("--isa", metavar="NAMES", help="instruction sets, comma-separated (default: all)")
    add("--threads", metavar="COUNTS", type=_parse_counts, help=f"thread counts ({counts})")
    for option, known, text in (
        ("--sizes", SIZES, "size classes, comma-separated (default: all but large)"),
        ("--layouts", LAYOUTS, "layouts of operands, comma-separated (default: all)"),
    ):
        add(option, metavar="NAMES", type=_parse_names(known), help=text)
    add("--json", metavar="FILE", type=Path, help="also write everything that was found")
    return parser


def _make_progress() -> Callable[[str], None] | None:
    """Writes what is running, to a terminal only."""
    if not sys.stderr.isatty():
        return None

    def write(name: str) -> None:
        sys.stderr.write(f"\r\x1b[K{name}")
        sys.stderr.flush()

    return write


def write_golden_file(only: str | None) -> int:
    """Compute every digest on every ISA of this machine, and add those that the file lacks."""
    golden = compute_golden(only, isas=available_isas(), progress=_make_progress())
    added = add_digests(golden.digests, find_path())
    add_digests(golden.slices, find_slices_path(find_path()))
    return added


def _check(arguments: argparse.Namespace) -> int:
    isas: list[str] | None = arguments.isa.split(",") if arguments.isa else None
    start = time.perf_counter()
    report = run_golden_set(
        only=arguments.only,
        full=arguments.full,
        isas=isas,
        threads=arguments.threads or THREADS,
        sizes=arguments.sizes,
        layouts=arguments.layouts,
        progress=_make_progress(),
    )
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
    print(format_report(report))
    print(f"{time.perf_counter() - start:.1f} s")
    if arguments.json is not None:
        text = json.dumps(report.to_dict(), indent=1)
        arguments.json.write_text(f"{text}\n", encoding="utf-8")
    if not report.families:
        return 2
    return 0 if report.is_reproducible else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit status."""
    parsed = _make_parser().parse_args(arguments)
    # Calls that write to shared memory copy it first: that is what they are here for.
    warnings.simplefilter("ignore", PerformanceWarning)
    try:
        if parsed.write:
            added = write_golden_file(parsed.only)
            print(f"{find_path()}: {added} digests added")
            return 0
        return _check(parsed)
    except ReproducibilityError as error:
        print(error, file=sys.stderr)
        return 1
    except CorepyError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
