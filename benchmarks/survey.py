# The survey of small and odd cases: how long each is timed, and the table of families. The cases
# are in cases/survey.py; they are others than those that run.py measures for the table.
"""Thousands of short comparisons with NumPy, to find what is slow where nobody looks."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cases.survey import LIMIT
from measure import FULL, Effort, Loop, measure_contenders
from report import describe_miss, group_results
from results import NUMPY, OWN, Result, Table

TITLE = "Small and odd cases"

_TEXT = (
    "Every operator on arrays of 7 to 300 000 numbers: odd shapes, each axis, strided, transposed "
    "and broadcast operands (`benchmarks/cases/survey.py`), against NumPy, for milliseconds each. "
    f"What takes more than {LIMIT.ratio:g} of NumPy's time is measured again for longer, and is a "
    "miss where it still does."
)


@dataclass(frozen=True)
class SurveyEffort:
    """How long a case is measured at first, and again where it was slow."""

    first: Effort
    again: Effort


#: Thousands of cases in five minutes.
_THOROUGH = SurveyEffort(
    Effort(sample_ns=50_000, budget_s=0.03, min_rounds=7, max_rounds=60, warm_up_s=0.002),
    Effort(sample_ns=200_000, budget_s=0.4, min_rounds=11, max_rounds=100, warm_up_s=0.01),
)
_BRIEF = SurveyEffort(
    Effort(sample_ns=20_000, budget_s=0.003, min_rounds=3, max_rounds=20, warm_up_s=0.0),
    Effort(sample_ns=50_000, budget_s=0.05, min_rounds=5, max_rounds=50, warm_up_s=0.002),
)


def choose_effort(effort: Effort) -> SurveyEffort:
    """The survey's part of a full or a quick run."""
    return _THOROUGH if effort is FULL else _BRIEF


def survey_case(result: Result, loops: Mapping[str, Loop], effort: SurveyEffort) -> Result:
    """The result with timings: the longer ones where it missed its limit, by noise perhaps."""
    for chosen in (effort.first, effort.again):
        result = replace(result, timings=measure_contenders(loops, chosen))
        if result.passed:
            break
    return result


def _list_ratios(results: Sequence[Result]) -> list[float]:
    return [result.ratio_to(NUMPY).median for result in results if NUMPY in result.timings]


def _format_family(name: str, results: Sequence[Result]) -> list[str]:
    ratios = _list_ratios(results)
    slow = sum(1 for result in results if result.passed is False)
    shown = [f"{find(ratios):.2f}" if ratios else "" for find in (statistics.median, max)]
    return [name, str(len(results)), *shown, str(slow)]


def make_table(results: Sequence[Result]) -> Table:
    """A row per family of operators; the slow cases as misses, the slowest first."""
    rows = [_format_family(name, family) for name, family in group_results(results).items()]
    rows.append(_format_family("all", results))
    slow = [result for result in results if result.passed is False]
    slow.sort(key=lambda result: max(_list_ratios([result]), default=0.0), reverse=True)
    header = ("operators", "cases", "median ratio", "worst ratio", f"over {LIMIT.ratio:g}")
    return Table(TITLE, _TEXT, header, rows, [(one.id, describe_miss(one)) for one in slow])


def summarize(results: Sequence[Result]) -> dict[str, dict[str, float]]:
    """Of every case times and ratio, without its samples: for JSON."""
    return {
        result.id: {
            "corepy_ns": round(result.timings[OWN].median_ns, 1),
            "numpy_ns": round(result.timings[NUMPY].median_ns, 1),
            "ratio": round(result.ratio_to(NUMPY).median, 4),
            "lower_quartile": round(result.ratio_to(NUMPY).lower_quartile, 4),
            "upper_quartile": round(result.ratio_to(NUMPY).upper_quartile, 4),
        }
        for result in results
        if NUMPY in result.timings
    }
