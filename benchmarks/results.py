# What a run found, as data, and its way to JSON and back. Presentation is in report.py and page.py.
"""Results of cases, tables of other measurements, whole runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TypedDict, cast

from cases import Limit, Work
from limits import LIMIT
from measure import Ratio, Timing, compare_rounds

OWN = "corepy"
NUMPY = "numpy"


class TimingRecord(TypedDict):
    """A Timing as JSON."""

    median_ns: float
    p99_ns: float
    repeats: int
    samples_ns: list[float]


class ResultRecord(TypedDict):
    """A Result as JSON."""

    id: str
    group: str
    limit: dict[str, float | str | None] | None
    work: dict[str, float] | None
    passed: bool | None
    deciding_peer: str | None
    ratios: dict[str, dict[str, float]]
    timings: dict[str, TimingRecord]
    instructions: dict[str, float]
    absence: str


class TableRecord(TypedDict):
    """A Table as JSON."""

    title: str
    text: str
    header: list[str]
    rows: list[list[str]]
    misses: list[list[str]]


class RunRecord(TypedDict):
    """A RunReport as JSON."""

    isa: str
    command: str
    machine: dict[str, str]
    notes: list[str]
    warnings: list[str]
    misses: list[str]
    results: list[ResultRecord]
    tables: list[TableRecord]
    limits: dict[str, dict[str, float]]
    survey: dict[str, dict[str, float]]


@dataclass(frozen=True)
class Result:
    """The timings of one case, by library, and what follows from them."""

    id: str
    group: str
    limit: Limit | None = None
    timings: Mapping[str, Timing] = field(default_factory=dict)
    instructions: Mapping[str, float] = field(default_factory=dict)
    work: Work | None = None
    #: Why corepy does not run the case; empty where it does.
    absence: str = ""

    def ratio_to(self, peer: str) -> Ratio:
        """corepy's time over a peer's, from their rounds."""
        return compare_rounds(self.timings[OWN], self.timings[peer])

    @property
    def peers(self) -> list[str]:
        """The libraries that are not corepy, the fastest first."""
        names = [name for name in self.timings if name not in (OWN, LIMIT)]
        return sorted(names, key=lambda name: self.timings[name].median_ns)

    @property
    def deciding_peer(self) -> str | None:
        """The library whose time the limit is against: the fastest, unless the limit names one."""
        named = None if self.limit is None else self.limit.peer
        if named is not None:
            return named if named in self.timings else None
        return self.peers[0] if self.peers else None

    @property
    def ceiling(self) -> float | None:
        """The part of the machine's limit that is reached; None where it was not measured."""
        if LIMIT not in self.timings or OWN not in self.timings:
            return None
        return 1 / self.ratio_to(LIMIT).median

    @property
    def passed(self) -> bool | None:
        """Whether the limit is kept; None where there is no limit. What is not there keeps none."""
        if self.limit is None:
            return None
        peer = self.deciding_peer
        if self.absence or peer is None:
            return False
        seconds = self.timings[OWN].median_ns * 1e-9
        return self.limit.is_met(self.ratio_to(peer).median, seconds, self.ceiling)

    def make_record(self) -> ResultRecord:
        """For JSON, every sample included."""
        return {
            "id": self.id,
            "group": self.group,
            "limit": None if self.limit is None else asdict(self.limit),
            "work": None if self.work is None else asdict(self.work),
            "passed": self.passed,
            "deciding_peer": self.deciding_peer,
            "ratios": {name: asdict(self.ratio_to(name)) for name in self.timings if name != OWN},
            "timings": {
                name: {
                    "median_ns": timing.median_ns,
                    "p99_ns": timing.p99_ns,
                    "repeats": timing.repeats,
                    "samples_ns": [round(sample, 2) for sample in timing.samples_ns],
                }
                for name, timing in self.timings.items()
            },
            "instructions": dict(self.instructions),
            "absence": self.absence,
        }


def read_result(record: ResultRecord) -> Result:
    """The result of a JSON record."""
    limit, work = record["limit"], record["work"]
    return Result(
        record["id"],
        record["group"],
        None if limit is None else Limit(**cast("dict[str, float]", limit)),
        {
            name: Timing(tuple(timing["samples_ns"]), timing["repeats"])
            for name, timing in record["timings"].items()
        },
        record["instructions"],
        None if work is None else Work(**work),
        record["absence"],
    )


@dataclass(frozen=True)
class Table:
    """Measurements that are not cases: a title, what they mean, rows of text, what is missed."""

    title: str
    text: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    #: Names of rows, and in words by how much.
    misses: Sequence[tuple[str, str]] = ()

    def make_record(self) -> TableRecord:
        """For JSON."""
        return {
            "title": self.title,
            "text": self.text,
            "header": list(self.header),
            "rows": [list(row) for row in self.rows],
            "misses": [list(miss) for miss in self.misses],
        }


def read_table(record: TableRecord) -> Table:
    """The table of a JSON record."""
    misses = [(name, text) for name, text in record["misses"]]
    return Table(record["title"], record["text"], record["header"], record["rows"], misses)


@dataclass(frozen=True)
class RunReport:
    """A whole run: where and how it was made, what it found, what to know about it."""

    isa: str
    command: str
    machine: Mapping[str, str]
    results: Sequence[Result]
    notes: Sequence[str] = ()
    warnings: Sequence[str] = ()
    tables: Sequence[Table] = ()
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    #: Times and ratios of the survey (survey.py), by case; its table is one of the tables.
    survey: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    @property
    def misses(self) -> list[Result]:
        """The results that exceed their limits."""
        return [result for result in self.results if result.passed is False]

    def make_record(self) -> RunRecord:
        """For JSON."""
        return {
            "isa": self.isa,
            "command": self.command,
            "machine": dict(self.machine),
            "notes": list(self.notes),
            "warnings": list(self.warnings),
            "misses": [result.id for result in self.misses],
            "results": [result.make_record() for result in self.results],
            "tables": [table.make_record() for table in self.tables],
            "limits": {kind: dict(values) for kind, values in self.limits.items()},
            "survey": {name: dict(values) for name, values in self.survey.items()},
        }


def read_run(record: RunRecord) -> RunReport:
    """The run of a JSON record."""
    return RunReport(
        record["isa"],
        record["command"],
        record["machine"],
        [read_result(result) for result in record["results"]],
        record["notes"],
        record["warnings"],
        [read_table(table) for table in record["tables"]],
        record["limits"],
        record.get("survey", {}),  # runs measured before there was one are shown, too
    )
