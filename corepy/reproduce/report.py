# What a run of the golden set found, as values: counts by family and configuration, differences.
# How it is printed is table.py's.
"""``Report``, ``Family`` and ``Difference``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from .layouts import LAYOUTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .cases import Case
    from .configurations import Configuration, ThreadCounts

__all__ = ["Difference", "Family", "Json", "Report"]

Json: TypeAlias = "str | int | float | bool | list[Json] | dict[str, Json]"


class Difference(NamedTuple):
    """A call whose bits are not the golden ones, or that could not be compared."""

    op: str
    family: str
    dtype: str
    call: str
    kind: str
    """``different``, ``missing`` (no golden digest), ``uncalled`` (no call) or ``error``."""
    configurations: tuple[str, ...]
    """Where it happened."""
    detail: str

    def __str__(self) -> str:
        where = ""
        if self.configurations:
            others = len(self.configurations) - 1
            more = f" and {others} more" if others else ""
            where = f"\n  on {self.configurations[0]}{more}"
        return f"{self.kind}: {self.op}, {self.dtype}, call {self.call!r}{where}\n  {self.detail}"


class Family:
    """Counts of one operator family; ``results`` and ``different`` by ISA, threads and layout."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.operators: set[str] = set()
        self.calls = 0
        self.seconds = 0.0
        self.results: Counter[str] = Counter()
        self.different: Counter[str] = Counter()
        self.most_threads: dict[int, int] = {}
        """By thread count that was allowed, the most threads that a call says it ran on."""

    @property
    def result_count(self) -> int:
        """Results that were compared."""
        return sum(self.results[f"layout {layout}"] for layout in LAYOUTS)


def _name_axes(configuration: Configuration) -> tuple[str, str, str]:
    isa, threads, layout = configuration
    return f"isa {isa}", f"threads {threads}", f"layout {layout}"


class Report:
    """What was run and what differed."""

    def __init__(self, revision: int, isas: tuple[str, ...], counts: ThreadCounts) -> None:
        self.revision = revision
        self.isas = isas
        self.threads = counts.accepted
        self.refused_threads = counts.refused
        self.families: dict[str, Family] = {}
        self.differences: list[Difference] = []

    @property
    def is_reproducible(self) -> bool:
        """Whether something was run and every result has its golden bits."""
        return bool(self.families) and not self.differences

    def count_calls(self, cases: Sequence[Case]) -> None:
        """Count calls that are about to run."""
        for case in cases:
            family = self.families.setdefault(case.family, Family(case.family))
            family.operators.add(case.op)
            family.calls += 1

    def count_result(self, case: Case, configuration: Configuration, is_right: bool) -> None:
        """Count one result under each part of its configuration."""
        family = self.families[case.family]
        for axis in _name_axes(configuration):
            family.results[axis] += 1
            family.different[axis] += not is_right

    def note_threads(self, family: str, allowed: int, ran: int) -> None:
        """Remember the most threads that a call ran on."""
        most = self.families[family].most_threads
        most[allowed] = max(most.get(allowed, 1), ran)

    def add_seconds(self, family: str, seconds: float) -> None:
        """Add to the time that a family took."""
        self.families[family].seconds += seconds

    def add_difference(self, difference: Difference) -> None:
        """Report a call that is not as it should be."""
        self.differences.append(difference)

    def to_dict(self) -> dict[str, Json]:
        """Everything, for machines."""
        return {
            "numerics_revision": self.revision,
            "reproducible": self.is_reproducible,
            "isas": list(self.isas),
            "threads": list(self.threads),
            "refused_threads": {str(count): reason for count, reason in self.refused_threads},
            "families": {name: _family_dict(family) for name, family in self.families.items()},
            "differences": [_difference_dict(one) for one in self.differences],
        }


def _family_dict(family: Family) -> dict[str, Json]:
    return {
        "operators": len(family.operators),
        "calls": family.calls,
        "results": dict(family.results),
        "different": {axis: count for axis, count in family.different.items() if count},
        "most_threads": {str(allowed): ran for allowed, ran in family.most_threads.items()},
        "seconds": round(family.seconds, 3),
    }


def _difference_dict(difference: Difference) -> dict[str, Json]:
    op, family, dtype, call, kind, configurations, detail = difference
    return {
        "op": op,
        "family": family,
        "dtype": dtype,
        "call": call,
        "kind": kind,
        "configurations": list(configurations),
        "detail": detail,
    }
