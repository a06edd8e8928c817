# benchmarks/results.py, report.py, page.py: verdicts, rows, tables, explanations.
from __future__ import annotations

import json

import pytest
from cases import Limit
from measure import Timing
from page import compare_runs, explain_miss, format_page, name_runs, read_explanations
from report import HEADER, format_text, format_time, list_misses
from results import Result, RunReport, Table, read_run

NUMPY_LIMIT = Limit(0.4, peer="numpy")


def make_result(
    own_ns: float, numpy_ns: float, limit: Limit | None = None, **times: float
) -> Result:
    timings = {"corepy": own_ns, "numpy": numpy_ns, "torch": numpy_ns / 10, **times}
    return Result(
        "add[float32-4]",
        "Call overhead",
        limit,
        {name: Timing((float(time),) * 3, 10) for name, time in timings.items()},
    )


def make_report(*results: Result, tables: tuple[Table, ...] = ()) -> RunReport:
    machine = {"CPU": "a model"}
    return RunReport("avx512", "runner.py", machine, results, ["a note"], ["a warning"], tables)


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


def test_the_fastest_peer_decides() -> None:
    result = make_result(8, 100, Limit(0.9))
    assert result.deciding_peer == "torch"
    assert result.passed is True
    assert make_result(9.1, 100, Limit(0.9)).passed is False
    assert make_result(41, 100).passed is None
    assert make_result(41, 100).ratio_to("torch").median == pytest.approx(4.1)


def test_numpy_decides_where_the_limit_names_it() -> None:
    assert make_result(40, 100, NUMPY_LIMIT).passed is True
    assert make_result(41, 100, NUMPY_LIMIT).passed is False
    assert make_result(40, 100, Limit(0.4, peer="absent")).passed is False


def test_the_machine_is_no_peer_but_a_limit() -> None:
    limit = Limit(0.9, ceiling=0.9)
    near = make_result(10, 200, limit, machine=9.5)
    assert near.deciding_peer == "torch"
    assert near.ceiling == pytest.approx(0.95)
    assert near.passed is True
    assert make_result(10, 200, limit, machine=8.5).passed is False
    assert make_result(10, 200, limit).passed is True  # not measured here


def test_what_is_not_there_misses() -> None:
    absent = Result("put[4]", "Indexing", Limit(0.8), absence="AttributeError")
    assert absent.passed is False
    text = format_text(make_report(absent))
    assert "of 1 cases the operator is not there" in text
    assert "MISS put[4]: operator not there (limit 0.8)" in text


def test_misses_are_listed() -> None:
    table = Table("Tails", "text", ("what", "time"), [("add", "1")], [("add", "too late")])
    results = make_result(40, 100, NUMPY_LIMIT), make_result(50, 100, NUMPY_LIMIT)
    report = make_report(*results, tables=(table,))
    assert list_misses(report) == [
        ("add[float32-4]", "50.0 ns, 0.50 of NumPy's time (limit 0.4)"),
        ("Tails: add", "too late"),
    ]
    text = format_text(report)
    assert "1 of 2 limits are kept." in text
    assert text.count("MISS ") == 2
    assert "WARNING: a warning" in text


def test_page_has_tables_and_explanations(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    why = tmp_path / "misses.md"
    why.write_text("# text\n\n- `^add` (avx2): another\n- `^add`: the reason\n", encoding="utf-8")
    monkeypatch.setattr("page.EXPLANATIONS", why)
    report = make_report(make_result(50, 100, NUMPY_LIMIT))
    page = format_page([report, report], "python runner.py", ["a.svg", ""])
    rows = [line for line in page.splitlines() if line.startswith("| `add")]
    # What misses each time, then of either run a row of the misses and one of the results.
    assert len(rows) == 5
    assert rows[0] == "| `add[float32-4]` | 0.4 | 0.50 of NumPy | 0.50 of NumPy |"
    assert rows[1].endswith("| the reason |")
    assert rows[2].count(" | ") == len(HEADER) - 1
    assert page.count("](a.svg)") == 1
    assert "## avx512, run 2" in page


def test_runs_of_one_isa_are_compared() -> None:
    kept, missed = (
        make_report(make_result(30, 100, NUMPY_LIMIT)),
        make_report(make_result(50, 100, NUMPY_LIMIT)),
    )
    text = "\n".join(compare_runs([kept, missed]))
    assert "1 of 1 limits are kept and 0 of 1 limits are kept; these 0 rows miss each time" in text
    assert compare_runs([missed]) == []
    assert compare_runs([missed, RunReport("avx2", "", {}, [])]) == []


def test_explanations_are_for_names_and_isas() -> None:
    known = read_explanations("- `sum.*1e7` (avx2): memory\n- `sum`: else\nno line\n")
    assert explain_miss("sum[1e7]", "avx2", known) == "memory"
    assert explain_miss("sum[1e7]", "avx512", known) == "else"
    assert explain_miss("add[1e7]", "avx512", known) == ""


def test_runs_are_named_by_isa() -> None:
    other = RunReport("avx2", "", {}, [])
    assert name_runs([make_report(), other]) == ["avx512", "avx2"]
    assert name_runs([other, other]) == ["avx2, run 1", "avx2, run 2"]


def test_record_is_json_and_comes_back() -> None:
    table = Table("Tails", "text", ("what", "time"), [("add", "1")], [("add", "too late")])
    report = make_report(make_result(50, 100, NUMPY_LIMIT), tables=(table,))
    record = json.loads(json.dumps(report.make_record()))
    assert record["misses"] == ["add[float32-4]"]
    assert record["results"][0]["ratios"]["numpy"]["median"] == 0.5
    assert record["results"][0]["timings"]["corepy"]["samples_ns"] == [50.0] * 3
    again = read_run(record)
    assert format_text(again) == format_text(report)
    assert list_misses(again) == list_misses(report)
