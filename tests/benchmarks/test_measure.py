# benchmarks/measure.py and what measures beside it: statistics, order of rounds, repeat counts.
from __future__ import annotations

import contextlib
import gc
import os
import sys
import time

import pytest
from cases import Limit
from counters import (
    SOFTWARE_TASK_CLOCK,
    TYPE_SOFTWARE,
    CounterUnavailableError,
    EventCounter,
    count_per_call,
)
from import_time import PRELUDE, subtract_start, time_process
from machine import ONE_THREAD, clean_environment, limit_isa
from measure import (
    Effort,
    Loop,
    Timing,
    are_known,
    choose_repeats,
    compare_rounds,
    compile_loop,
    count_untimed_calls,
    estimate_error,
    find_percentile,
    measure_contenders,
    order_round,
)
from tails import TURN, choose_calls, compile_sampler, find_tail, sample_calls

TINY = Effort(sample_ns=1000, budget_s=0.0, min_rounds=4, max_rounds=9, warm_up_s=0.0)


@pytest.mark.parametrize(
    ("percent", "expected"), [(0, 1.0), (25, 1.0), (50, 2.0), (75, 3.0), (99, 4.0), (100, 4.0)]
)
def test_percentile_is_nearest_rank(percent: float, expected: float) -> None:
    assert find_percentile([4.0, 1.0, 3.0, 2.0], percent) == expected


def test_ratio_is_taken_per_round() -> None:
    # The machine was ten times slower in one round: ratios do not notice, medians of times would.
    own = Timing((1.0, 10.0, 10.0), repeats=1)
    peer = Timing((2.0, 20.0, 2.5), repeats=1)
    assert compare_rounds(own, peer).median == 0.5
    assert compare_rounds(own, peer).upper_quartile == 4.0


def test_rounds_of_different_number_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        compare_rounds(Timing((1.0, 2.0), 1), Timing((1.0,), 1))


def test_two_contenders_go_first_equally_often() -> None:
    orders = [order_round(["a", "b"], n) for n in range(8)]
    assert [order[0] for order in orders].count("a") == 4


def test_no_contender_always_follows_the_same_one() -> None:
    names = ["a", "b", "c", "d"]
    orders = [order_round(names, n) for n in range(8)]
    assert all(sorted(order) == names for order in orders)
    before_a = {order[order.index("a") - 1] for order in orders if order[0] != "a"}
    assert len(before_a) > 1


def test_loop_calls_that_often() -> None:
    calls: list[int] = []
    assert compile_loop("f(1)", {"f": calls.append})(5) > 0
    assert calls == [1] * 5


def test_repeats_make_a_sample_long_enough() -> None:
    assert choose_repeats(lambda count: 100 * count, 1000) in range(10, 81)
    assert choose_repeats(lambda count: 5000 * count, 1000) == 1


def test_contenders_are_interleaved_without_collector() -> None:
    seen: list[str] = []
    enabled: list[bool] = []

    def make_loop(name: str, ns: int) -> Loop:
        def loop(count: int) -> int:
            seen.append(name)
            enabled.append(gc.isenabled())
            return ns * count

        return loop

    timings = measure_contenders({"a": make_loop("a", 2000), "b": make_loop("b", 4000)}, TINY)
    assert timings["a"].samples_ns == (2000.0,) * 4
    assert compare_rounds(timings["a"], timings["b"]).median == 0.5
    # Each of them untimed, then timed.
    assert "".join(seen[-16:]) == "aabbbbaabbaaaabb"
    assert not any(enabled)
    assert gc.isenabled()


def test_contenders_settle_alike() -> None:
    assert count_untimed_calls(100) == 12
    assert count_untimed_calls(400_000) == 5
    assert count_untimed_calls(3_500_000) == 1
    assert count_untimed_calls(4_000_000) == 0


def test_limit_of_ratio_and_time() -> None:
    assert Limit(0.9).is_met(0.9, 5.0)
    assert not Limit(0.9).is_met(0.91, 0.0)
    assert not Limit(1.0, 0.025).is_met(0.2, 0.026)


def test_environment_is_cleaned() -> None:
    dirty = {"OPENBLAS_CORETYPE": "Haswell", "COREPY_VERIFY": "1", "OMP_NUM_THREADS": "8", "A": "b"}
    cleaned = clean_environment(dirty)
    assert cleaned == {"A": "b", **ONE_THREAD}
    assert clean_environment(cleaned) == cleaned  # or the program would start again without end


def test_import_time_is_above_the_start() -> None:
    timings = subtract_start({"start": [10, 20], "corepy": [15, 30], "numpy": [90, 90]})
    assert timings["corepy"].samples_ns == (5.0, 10.0)
    assert set(timings) == {"corepy", "numpy"}


def test_editable_installs_do_not_rebuild(monkeypatch: pytest.MonkeyPatch) -> None:
    finder = type("ScikitBuildRedirectingFinder", (), {"rebuild_flag": True})()
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, finder])
    exec(PRELUDE, {})
    assert not finder.rebuild_flag


def test_imports_are_timed() -> None:
    assert time_process("import corepy") > 0  # raises where the module is not found


def test_counter_counts_per_call() -> None:
    # Instructions are not counted on every machine; the task clock is, by the same system call.
    loop = compile_loop("sum(values)", {"values": list(range(10000))})
    with (
        contextlib.suppress(CounterUnavailableError),
        EventCounter(TYPE_SOFTWARE, SOFTWARE_TASK_CLOCK) as counter,
    ):
        assert 1e3 < count_per_call(counter, loop, 50) < 1e9


def test_rounds_end_when_ratios_are_known() -> None:
    steady = {"a": [2.0] * 9, "b": [4.0] * 9}
    assert are_known(steady, 0.001)
    noisy = {"a": [2.0] * 9, "b": [4.0, 5.0, 3.0] * 3}
    assert not are_known(noisy, 0.01)
    assert estimate_error([1.0, 1.0, 1.0, 1.0]) == 0


def test_isa_is_asked_of_all_libraries() -> None:
    environment = clean_environment({"A": "b"})
    assert limit_isa(environment, "native") == environment
    limited = limit_isa(dict(os.environ), "avx2")
    assert limited["COREPY_ISA"] == "avx2"
    assert limited["OPENBLAS_CORETYPE"] == "Haswell"
    assert "AVX2" not in limited["NPY_DISABLE_CPU_FEATURES"].split()
    with pytest.raises(ValueError, match="avx1"):
        limit_isa(environment, "avx1")


def test_clean_environment_is_reached_in_one_step() -> None:
    once = limit_isa(clean_environment(os.environ), "avx2")
    assert limit_isa(clean_environment(once), "avx2") == once


def test_slow_calls_are_seen() -> None:
    # One call in 50 sleeps: the 99th percentile is one of them.
    count = iter(range(10**9))
    statement = "sleep(0.001) if next(count) % 50 == 0 else None"
    names = {"sleep": time.sleep, "count": count}
    times = sample_calls({"a": compile_sampler(statement, names, 1)}, 2000)["a"]
    assert find_percentile(times, 99) > 1e6 > find_percentile(times, 50)
    assert gc.isenabled()


def test_slow_calls_are_told_from_a_slow_machine() -> None:
    # One call in 50 takes three times as long; every other turn, all of them twice as long.
    calls = [300 if n % 50 == 0 else 100 for n in range(TURN)]
    turns = [[10 + pace * ns for ns in calls] for pace in (1, 2) * 5]
    tail = find_tail([ns for turn in turns for ns in turn], 10, 1)
    assert tail.relative_p99 == 3.0
    assert tail.pace == 2.0
    assert tail.p99_ns == 300.0
    steady = find_tail([210] * (2 * TURN), 10, 2)
    assert (steady.median_ns, steady.p99_ns) == (100.0, 100.0)
    assert (steady.relative_p99, steady.pace) == (1.0, 1.0)


def test_short_calls_are_timed_together() -> None:
    assert choose_calls("pass", {}) > 1
    assert choose_calls("sleep(0.0001)", {"sleep": time.sleep}) == 1
