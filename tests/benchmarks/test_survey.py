# benchmarks/survey.py and cases/survey.py: that its cases run, what is measured again, the table.
from __future__ import annotations

import json

import pytest
from cases import ITEM_BYTES, Case, list_survey_cases, select_cases
from cases.survey import DTYPES, LIMIT
from measure import FULL, Effort, Loop, Timing
from page import format_page, name_runs
from peers import find_absence, load_libraries, make_arrays, make_loops
from report import format_text
from results import Result, RunReport, read_run
from runner import describe_command, parse_arguments
from survey import SurveyEffort, choose_effort, make_table, summarize, survey_case

LIBRARIES = load_libraries(["corepy", "numpy"])
CASES = list_survey_cases()
ONE_ROUND = Effort(sample_ns=1, budget_s=0.0, min_rounds=1, max_rounds=1, warm_up_s=0.0)
TWO_ROUNDS = Effort(sample_ns=1, budget_s=0.0, min_rounds=2, max_rounds=2, warm_up_s=0.0)
EFFORT = SurveyEffort(ONE_ROUND, TWO_ROUNDS)


def list_smallest(dtype: str) -> list[Case]:
    """Of every statement the case with the fewest numbers."""
    found: dict[tuple[str, str], Case] = {}
    for case in CASES:
        if case.label.startswith(f"{dtype}-"):
            key = (case.operator, case.statements["array_api"])
            found[key] = min(found.get(key, case), case, key=lambda one: one.element_count)
    return list(found.values())


def test_the_survey_is_wide() -> None:
    ids = [case.id for case in CASES]
    assert len(ids) == len(set(ids)) > 4000
    assert len({case.operator for case in CASES}) > 40
    for case in CASES:
        assert {operand.dtype for operand in case.operands.values()} <= set(ITEM_BYTES), case.id
        assert case.limit == LIMIT


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_statement_runs_in_both_libraries(dtype: str) -> None:
    cases = list_smallest(dtype)
    assert len(cases) > 20
    for case in cases:
        assert find_absence(LIBRARIES["corepy"], case) is None, case.id
        loops, wrong = make_loops(LIBRARIES, case)
        assert wrong == []
        assert list(loops) == ["corepy", "numpy"]


def test_positions_are_within_the_axis() -> None:
    (case,) = select_cases(r"take\[float32-100x37-axis1", survey=True)
    arrays = make_arrays(case)
    assert case.statements["array_api"] == "xp.take(a, j, axis=1)"
    assert 0 <= arrays["j"].min() <= arrays["j"].max() < 37


def test_cases_are_chosen_by_family_or_id() -> None:
    assert {case.group for case in select_cases("^layouts", survey=True)} == {"Layouts"}
    assert len(select_cases(None, survey=True)) == len(CASES)
    assert not {case.id for case in select_cases("^layouts", survey=True)} & {
        case.id for case in select_cases(None)
    }


def make_result(name: str, ratio: float, group: str = "Layouts") -> Result:
    timings = {"corepy": Timing((100 * ratio,) * 3, 1), "numpy": Timing((100.0,) * 3, 1)}
    return Result(name, group, LIMIT, timings)


def make_slow_loops(slow_calls: int) -> dict[str, Loop]:
    """corepy's first calls take twice NumPy's time, later ones half of it."""
    calls = 0

    def own(count: int) -> int:
        nonlocal calls
        calls += 1
        return count * (200 if calls <= slow_calls else 50)

    return {"corepy": own, "numpy": lambda count: count * 100}


@pytest.mark.parametrize(
    ("slow_calls", "rounds", "ratio"), [(0, 1, 0.5), (4, 2, 0.5), (10**6, 2, 2.0)]
)
def test_what_is_slow_is_measured_again(slow_calls: int, rounds: int, ratio: float) -> None:
    empty = Result("add[7]", "Layouts", LIMIT)
    result = survey_case(empty, make_slow_loops(slow_calls), EFFORT)
    assert len(result.timings["corepy"].samples_ns) == rounds
    assert result.ratio_to("numpy").median == ratio
    assert result.passed is (ratio <= LIMIT.ratio)


def test_the_second_measurement_is_the_longer_one() -> None:
    for effort in (choose_effort(FULL), choose_effort(ONE_ROUND)):
        assert effort.again.budget_s >= 10 * effort.first.budget_s
        assert effort.again.min_rounds > effort.first.min_rounds


RESULTS = [
    make_result("add[7]", 0.5),
    make_result("copy[7]", 1.5),
    make_result("flip[7]", 2.0),
    make_result("where[7]", 1.25, "Selecting"),
]


def make_report() -> RunReport:
    return RunReport("avx2", "c", {}, [], tables=(make_table(RESULTS),), survey=summarize(RESULTS))


def test_table_has_families_and_slow_cases() -> None:
    table = make_table(RESULTS)
    assert table.rows == [
        ["Layouts", "3", "1.50", "2.00", "2"],
        ["Selecting", "1", "1.25", "1.25", "0"],
        ["all", "4", "1.38", "2.00", "2"],
    ]
    assert [name for name, _ in table.misses] == ["flip[7]", "copy[7]"]
    assert table.misses[0][1] == "200 ns, 2.00 of NumPy's time (limit 1.25)"
    assert make_table([]).rows == [["all", "0", "", "", "0"]]


def test_json_has_every_case_and_comes_back() -> None:
    record = json.loads(json.dumps(make_report().make_record()))
    assert record["survey"]["flip[7]"] == {
        "corepy_ns": 200.0,
        "numpy_ns": 100.0,
        "ratio": 2.0,
        "lower_quartile": 2.0,
        "upper_quartile": 2.0,
    }
    again = read_run(record)
    assert format_text(again) == format_text(make_report())
    del record["survey"]  # as in files written before there was a survey
    assert read_run(record).survey == {}


def test_page_shows_the_survey_beside_other_runs(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    why = tmp_path / "misses.md"
    why.write_text("- `^Small and odd cases: flip`: the reason\n", encoding="utf-8")
    monkeypatch.setattr("page.EXPLANATIONS", why)
    reports = [RunReport("avx2", "c", {}, []), make_report()]
    assert name_runs(reports) == ["avx2", "avx2, survey"]
    lines = format_page(reports, "c", ["", ""]).splitlines()
    assert "### avx2, survey: small and odd cases" in lines
    assert "| `Layouts` | 3 | 1.50 | 2.00 | 2 |" in lines
    name = "`Small and odd cases: flip[7]`"
    text = "200 ns, 2.00 of NumPy's time (limit 1.25)"
    assert f"| {name} | {text} | the reason |" in lines
    assert not [line for line in lines if "limits are kept" in line]


def test_the_command_is_stated() -> None:
    options = parse_arguments(["--survey", "--only", "sort"])
    assert describe_command(options) == "python benchmarks/runner.py --survey --only sort"
