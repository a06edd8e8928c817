# The overhead of small calls under pytest-benchmark, for comparing two builds of corepy (its
# --benchmark-save and --benchmark-compare); the table against limits comes from runner.py.
"""``python -m pytest benchmarks/test_call_overhead.py`` times corepy and NumPy on tiny operands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

sys.path.insert(0, str(Path(__file__).resolve().parent))

from cases import CALLS, Case, list_cases
from peers import load_libraries, make_loops

CASES = [case for case in list_cases() if case.group == CALLS]
LIBRARIES = load_libraries(["corepy", "numpy"])
# Calls per timed turn: the fixture's own call costs as much as several of them.
CALLS_PER_TURN = 1000


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_call_overhead(benchmark: BenchmarkFixture, case: Case, library: str) -> None:
    loops, wrong = make_loops(LIBRARIES, case)
    assert not wrong
    benchmark.group = case.id
    benchmark.extra_info["calls_per_turn"] = CALLS_PER_TURN
    assert benchmark(loops[library], CALLS_PER_TURN) > 0
