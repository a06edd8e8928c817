# benchmarks/report.py: verdicts, rows, tables.
from __future__ import annotations

import json

import pytest
from cases import Case, Limit
from measure import Timing
from report import HEADER, Report, Result, format_markdown, format_text, format_time, make_record


def make_result(own_ns: float, numpy_ns: float, limit: Limit | None = None) -> Result:
    case = Case("add", "float32-4", "Call overhead", {}, limit=limit)
    timings = {
        "corepy": Timing((own_ns,) * 3, 10),
        "numpy": Timing((numpy_ns,) * 3, 10),
        "torch": Timing((numpy_ns / 10,) * 3, 10),
    }
    return Result(case, timings, peak_memory={"corepy": {"counted_bytes": 2**20}})


def make_report(*results: Result) -> Report:
    return Report({"CPU": "a model"}, results, ["a note"], ["a warning"])


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (49.23, "49.2 ns"),
        (999.96, "1.00 µs"),
        (1234.5, "1.23 µs"),
        (4.2e7, "42.0 ms"),
        (3e9, "3.00 s"),
    ],
)
def test_time_has_three_digits(nanoseconds: float, text: str) -> None:
    assert format_time(nanoseconds) == text


def test_only_numpy_decides() -> None:
    assert make_result(40, 100, Limit(0.4)).passed is True
    assert make_result(41, 100, Limit(0.4)).passed is False
    assert make_result(41, 100).passed is None
    assert make_result(41, 100).best_peer == "torch"
    assert make_result(41, 100).ratio_to("torch").median == pytest.approx(4.1)


def test_misses_are_listed() -> None:
    report = make_report(make_result(40, 100, Limit(0.4)), make_result(50, 100, Limit(0.4)))
    text = format_text(report)
    assert "1 of 2 limits are kept." in text
    assert "add[float32-4]: 50.0 ns, 0.50 of NumPy's time (limit 0.4)" in text
    assert text.count("MISS") == 1
    assert "WARNING: a warning" in text


def test_markdown_tables_are_rectangular() -> None:
    page = format_markdown(make_report(make_result(50, 100, Limit(0.4))), "python runner.py")
    rows = [line for line in page.splitlines() if line.startswith("| `add")]
    assert len(rows) == 1
    assert rows[0].count(" | ") == len(HEADER) - 1
    assert "1.00 / -" in rows[0]


def test_record_is_json() -> None:
    record = json.loads(json.dumps(make_record(make_report(make_result(50, 100, Limit(0.4))))))
    assert record["misses"] == ["add[float32-4]"]
    assert record["results"][0]["ratios"]["numpy"]["median"] == 0.5
    assert record["results"][0]["timings"]["corepy"]["samples_ns"] == [50.0] * 3
