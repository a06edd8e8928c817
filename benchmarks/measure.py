# How time is taken: loops, repeat counts, interleaved rounds, statistics. What is timed comes from
# cases/ and peers.py.
"""Interleaved timing of the same work in several libraries.

In each round every contender takes one sample: up to twelve untimed calls, which bring its operands
and the memory of its result into whatever caches they fit, then ``repeats`` timed calls in a loop.
(One call is not enough: what others left in a cache goes a part at a time.) Where calls take so
long that each fills all caches by itself, none is made beforehand. Contenders of one round see the
same state of the machine, so ratios are taken per round and their median is reported. The order
rotates and is reversed every other round, so that nobody always runs after the same neighbour.
"""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import cast

#: Calls a statement that many times and returns the nanoseconds that this took.
Loop = Callable[[int], int]


@dataclass(frozen=True)
class Effort:
    """How long to measure one case."""

    #: A sample has as many calls as take this long, at least one.
    sample_ns: int
    #: Rounds end when this has passed and at least ``min_rounds`` were run, or at ``max_rounds``,
    #: or when the medians of all ratios are known to ``precision``.
    budget_s: float
    min_rounds: int
    max_rounds: int
    warm_up_s: float
    precision: float = 0.0


FULL = Effort(
    sample_ns=200_000,
    budget_s=0.6,
    min_rounds=15,
    max_rounds=300,
    warm_up_s=0.02,
    precision=0.005,
)
QUICK = Effort(sample_ns=50_000, budget_s=0.05, min_rounds=3, max_rounds=50, warm_up_s=0.005)
#: Untimed calls take as long as this, and are at most so many: a third-level cache keeps what one
#: reads again and again only little by little. A call that takes twice as long has no use for what
#: an earlier one left in the caches: in that time tens of megabytes pass.
_SETTLING_NS = 2_000_000
_SETTLING_CALLS = 12
#: How often the precision is looked at: in rounds.
_PRECISION_STEP = 5


@dataclass(frozen=True)
class Timing:
    """Nanoseconds per call over the rounds of one contender."""

    samples_ns: tuple[float, ...]
    repeats: int

    @property
    def median_ns(self) -> float:
        """The median."""
        return statistics.median(self.samples_ns)

    @property
    def p99_ns(self) -> float:
        """The 99th percentile of the samples (nearest rank: below 100 rounds, the slowest)."""
        return find_percentile(self.samples_ns, 99)


@dataclass(frozen=True)
class Ratio:
    """Ratios of two contenders, one per round."""

    median: float
    lower_quartile: float
    upper_quartile: float


def find_percentile(values: Sequence[float], percent: float) -> float:
    """The nearest-rank percentile: the least value that ``percent`` of the values do not exceed."""
    ordered = sorted(values)
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def compare_rounds(own: Timing, peer: Timing) -> Ratio:
    """Own time over the peer's, round by round."""
    ratios = [a / b for a, b in zip(own.samples_ns, peer.samples_ns, strict=True)]
    return Ratio(
        statistics.median(ratios), find_percentile(ratios, 25), find_percentile(ratios, 75)
    )


def estimate_error(ratios: Sequence[float]) -> float:
    """The standard error of the median of ratios, as a part of it, from their quartiles."""
    spread = find_percentile(ratios, 75) - find_percentile(ratios, 25)
    # Of normally distributed values, 1.35 deviations lie between the quartiles, and the median's
    # error is 1.25 times that of the mean.
    return 0.93 * spread / math.sqrt(len(ratios)) / statistics.median(ratios)


def are_known(samples: Mapping[str, Sequence[float]], precision: float) -> bool:
    """Whether the median ratios of the first contender to each other one are known well enough."""
    first, *others = samples.values()
    return all(
        estimate_error([a / b for a, b in zip(first, other, strict=True)]) <= precision
        for other in others
    )


def compile_loop(statement: str, names: Mapping[str, object]) -> Loop:
    """A loop around a statement whose names are local variables, as in a user's function.

    The result of the statement is dropped in each turn: its allocation and release are included.
    """
    parameters = "".join(f", {name}={name}" for name in names)
    source = (
        f"def run(_count{parameters}):\n"
        "    _turns = _repeat(None, _count)\n"
        "    _start = _clock()\n"
        "    for _ in _turns:\n"
        f"        {statement}\n"
        "    return _clock() - _start\n"
    )
    namespace: dict[str, object] = {**names, "_repeat": repeat, "_clock": time.perf_counter_ns}
    exec(compile(source, f"<{statement}>", "exec"), namespace)
    return cast(Loop, namespace["run"])


def choose_repeats(loop: Loop, sample_ns: int) -> int:
    """The number of calls that take about ``sample_ns``, found by doubling; at least one."""
    repeats = 1
    elapsed_ns = loop(1)
    while elapsed_ns < sample_ns:
        growth = sample_ns / max(elapsed_ns, 1)
        repeats = math.ceil(repeats * min(max(growth, 1.2), 8))
        elapsed_ns = loop(repeats)
    return repeats


def warm_up(loop: Loop, effort: Effort) -> tuple[int, float]:
    """Runs a contender until caches, branch predictors and allocators settled.

    Chooses the repeats, and tells how long a call took at the end.
    """
    end_ns = time.perf_counter_ns() + int(effort.warm_up_s * 1e9)
    repeats = choose_repeats(loop, effort.sample_ns)
    while True:
        call_ns = loop(repeats) / repeats
        if time.perf_counter_ns() >= end_ns:
            return repeats, call_ns


def count_untimed_calls(fastest_ns: float) -> int:
    """The calls before a sample, by how long one of the fastest contender takes.

    The same for all: who finds settled caches must not hang on who is fast.
    """
    if fastest_ns >= 2 * _SETTLING_NS:
        return 0
    return min(math.ceil(_SETTLING_NS / fastest_ns), _SETTLING_CALLS)


def order_round(names: Sequence[str], round_number: int) -> list[str]:
    """Who runs when: A B, B A, B A, A B, ... for two; rotated and reversed for more."""
    first = round_number // 2 % len(names)
    order = [*names[first:], *names[:first]]
    return order[::-1] if round_number % 2 else order


def measure_contenders(loops: Mapping[str, Loop], effort: Effort) -> dict[str, Timing]:
    """Times every contender in interleaved rounds, the garbage collector off and its work done."""
    gc.collect()
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        warmed = {name: warm_up(loop, effort) for name, loop in loops.items()}
        repeats = {name: count for name, (count, _) in warmed.items()}
        untimed = count_untimed_calls(min(call_ns for _, call_ns in warmed.values()))
        samples: dict[str, list[float]] = {name: [] for name in loops}
        names = list(loops)
        end_s = time.perf_counter() + effort.budget_s
        for round_number in range(effort.max_rounds):
            if round_number >= effort.min_rounds and (
                time.perf_counter() > end_s
                or (round_number % _PRECISION_STEP == 0 and are_known(samples, effort.precision))
            ):
                break
            for name in order_round(names, round_number):
                if untimed > 0:
                    loops[name](untimed)
                samples[name].append(loops[name](repeats[name]) / repeats[name])
    finally:
        if was_enabled:
            gc.enable()
    return {name: Timing(tuple(values), repeats[name]) for name, values in samples.items()}
