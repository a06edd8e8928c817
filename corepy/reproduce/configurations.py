# Where a call is run: instruction set, thread count, layout of its operands. Running it is
# runner.py's.
"""Configurations: what a result must not depend on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from corepy import _core
from corepy.backend.policies import BackendPolicy
from corepy.errors import ArgumentError, SettingError
from corepy.settings import Override, settings

__all__ = [
    "THREADS",
    "Configuration",
    "ThreadCounts",
    "available_isas",
    "force",
    "force_oracle",
    "sort_thread_counts",
]

#: One thread; an even share; more threads than most machines have cores, and a prime.
THREADS = (1, 2, 7)


class Configuration(NamedTuple):
    """One way to run a call."""

    isa: str
    threads: int
    layout: str

    def __str__(self) -> str:
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        return f"{self.isa}, {threads}, {self.layout} operands"


class ThreadCounts(NamedTuple):
    """Thread counts that this version takes, and why it refuses others."""

    accepted: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]


def available_isas(names: Sequence[str] | None = None) -> tuple[str, ...]:
    """The instruction sets that were built and that this CPU has, best first; or those named.

    Raises:
        SettingError: this CPU lacks a named one, or it does not exist.
    """
    if names is None:
        return tuple(row.name for row in _core.isas() if row.available)
    if not names:
        raise ArgumentError("reproduce: no instruction set to run on (got none; expected a name)")
    for name in names:
        settings.override(isa=name)
    return tuple(names)


def sort_thread_counts(counts: Sequence[int]) -> ThreadCounts:
    """Ask the settings which thread counts they take."""
    accepted: list[int] = []
    refused: list[tuple[int, str]] = []
    for count in counts:
        try:
            settings.override(num_threads=count)
        except SettingError as error:
            refused.append((count, str(error)))
        else:
            accepted.append(count)
    return ThreadCounts(tuple(accepted), tuple(refused))


def force(isa: str, threads: int) -> Override:
    """A block in which calls run on an instruction set and a number of threads, reproducibly."""
    return settings.override(
        isa=isa, num_threads=threads, policy=BackendPolicy.AUTO, strict=False, verify=False
    )


def force_oracle() -> Override:
    """A block in which calls run on the oracle, which needs NumPy."""
    return settings.override(
        num_threads=1, policy=BackendPolicy.REFERENCE, strict=False, verify=False
    )
