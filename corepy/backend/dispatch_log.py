# Logs of dispatch records: a table, the first NaN, the Chrome trace format. Single records are in
# explain.py.
"""The log of ``with corepy.record_dispatches() as log``."""

from __future__ import annotations

from os import PathLike, getpid

from corepy import _core
from corepy.errors import ArgumentError
from corepy.ops.arguments import read_flag

from .explain import DispatchRecord

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    from corepy._core import LogEntryDict

__all__ = ["DispatchLog", "LoggedDispatch"]

#: Rows that a printed log shows; all of them are in the log.
_SHOWN_ROWS = 60


class LoggedDispatch(DispatchRecord):
    """A record in a log: when it ran, where, and inside which other."""

    __slots__ = ("depth", "end_ns", "start_ns", "thread")

    def __init__(self, entry: LogEntryDict) -> None:
        super().__init__(entry)
        #: Start, in nanoseconds since the log was made.
        self.start_ns = entry["start_ns"]
        #: End, in nanoseconds since the log was made.
        self.end_ns = entry["end_ns"]
        #: Number of the thread, counted by corepy.
        self.thread = entry["thread"]
        #: 0 for a public operation, 1 for a part of a composite one, 2 for a part of such a part.
        self.depth = entry["depth"]

    @property
    def duration_ns(self) -> int:
        """Time from start to end, in nanoseconds."""
        return self.end_ns - self.start_ns


class DispatchLog:
    """Records of all threads between the start and the end of a ``with`` block; a sequence.

    >>> import corepy as cp
    >>> with cp.record_dispatches() as log:
    ...     x = cp.ones(3) + 1
    >>> len(log), log[1].op, log.dropped
    (2, 'add', 0)
    """

    __slots__ = ("_entries", "_log")

    def __init__(self, capacity: int, check_values: bool) -> None:
        if not isinstance(capacity, int) or isinstance(capacity, bool) or not 1 <= capacity < 2**48:
            raise ArgumentError(
                f"record_dispatches: no capacity (got {capacity!r}; expected an int from 1 to "
                "2**48 - 1)"
            )
        checks = read_flag("record_dispatches", "check_values", check_values)
        self._log = _core.Log(capacity, checks)
        self._entries: tuple[LoggedDispatch, ...] | None = None

    def __enter__(self) -> DispatchLog:
        self._entries = None
        self._log.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._log.stop()
        self._entries = self._read()

    def _read(self) -> tuple[LoggedDispatch, ...]:
        entries = sorted(self._log.entries(), key=lambda entry: (entry["start_ns"], entry["depth"]))
        return tuple(LoggedDispatch(entry) for entry in entries)

    @property
    def records(self) -> tuple[LoggedDispatch, ...]:
        """The records, in the order in which operations started."""
        return self._read() if self._entries is None else self._entries

    def __len__(self) -> int:
        return len(self.records)

    def __iter__(self) -> Iterator[LoggedDispatch]:
        return iter(self.records)

    def __getitem__(self, index: int) -> LoggedDispatch:
        return self.records[index]

    @property
    def dropped(self) -> int:
        """How many records did not fit."""
        return self._log.dropped

    @property
    def first_nonfinite(self) -> LoggedDispatch | None:
        """The first operation whose result holds a NaN or infinity; needs ``check_values=True``."""
        found = [record for record in self.records if "nonfinite_result" in record.flags]
        # By their ends, since a composite operation starts before the part of it that is to blame.
        return min(found, key=lambda record: record.end_ns, default=None)

    def _table(self) -> list[list[str]]:
        rows = [["start us", "us", "thread", "call", "backend", "ISA", "kernel"]]
        for record in self.records[:_SHOWN_ROWS]:
            rows.append(
                [
                    f"{record.start_ns / 1e3:.1f}",
                    f"{record.duration_ns / 1e3:.1f}",
                    str(record.thread),
                    "  " * record.depth + record.call_text(),
                    record.backend,
                    record.isa or "",
                    record.kernel,
                ]
            )
        return rows

    def _footer(self) -> str:
        hidden = len(self) - _SHOWN_ROWS
        parts = [f"{hidden} more records"] if hidden > 0 else []
        if self.dropped:
            parts.append(f"{self.dropped} dropped for lack of capacity")
        first = self.first_nonfinite
        if first is not None:
            parts.append(f"first NaN or infinity: {first.call_text()}")
        return "; ".join(parts)

    def __str__(self) -> str:
        table = self._table()
        widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
        lines = []
        for row in table:
            cells = [
                cell.rjust(width) if column < 3 else cell.ljust(width)
                for column, (cell, width) in enumerate(zip(row, widths, strict=True))
            ]
            lines.append("  ".join(cells).rstrip())
        footer = self._footer()
        return "\n".join([*lines, footer] if footer else lines)

    def __repr__(self) -> str:
        return f"<DispatchLog of {len(self)} records, {self.dropped} dropped>"

    def _repr_html_(self) -> str:
        from html import escape

        table = self._table()
        head = "".join(f"<th>{escape(cell)}</th>" for cell in table[0])
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>"
            for row in table[1:]
        )
        return f"<table><tr>{head}</tr>{body}</table><p>{escape(self._footer())}</p>"

    def to_chrome_trace(self) -> dict[str, object]:
        """The log in the Chrome trace event format, for chrome://tracing and Perfetto.

        >>> import corepy as cp
        >>> with cp.record_dispatches() as log:
        ...     x = cp.ones(3) + 1
        >>> [event["name"] for event in log.to_chrome_trace()["traceEvents"]]
        ['ones', 'add']
        """
        process = getpid()
        events = [
            {
                "name": record.op,
                "cat": record.backend,
                "ph": "X",
                "ts": record.start_ns / 1e3,
                "dur": record.duration_ns / 1e3,
                "pid": process,
                "tid": record.thread,
                "args": record.to_dict(),
            }
            for record in self.records
        ]
        return {
            "traceEvents": events,
            "displayTimeUnit": "ns",
            "otherData": {"library": "corepy", "dropped": self.dropped},
        }

    def save_chrome_trace(self, path: str | PathLike[str]) -> None:
        """Write :meth:`to_chrome_trace` as JSON."""
        import json

        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.to_chrome_trace(), file)
