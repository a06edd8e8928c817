# benchmarks/cases/ and peers.py: ids, selection, and that wrong results are not timed.
from __future__ import annotations

import pytest
from cases import (
    IMPORT_CASE,
    ITEM_BYTES,
    Case,
    Operand,
    format_size,
    list_cases,
    select_cases,
)
from peak_memory import measure_in_process
from peers import (
    MissingOperatorError,
    find_absence,
    load_libraries,
    make_arrays,
    make_loops,
)

LIBRARIES = load_libraries(["corepy", "numpy"])
SMALL = [case for case in list_cases() if case.element_count <= 1024]
# A case may be declared before its operator is there; the table then says so.
RUNNABLE = [case for case in SMALL if find_absence(LIBRARIES["corepy"], case) is None]


def test_ids_are_unique() -> None:
    ids = [case.id for case in list_cases()]
    assert len(ids) == len(set(ids))


def test_every_case_has_a_limit_and_known_dtypes() -> None:
    reported = {"eigh", "svd", "eig"}
    for case in list_cases():
        assert (case.limit is None) == (case.operator in reported and not case.policy), case.id
        assert {operand.dtype for operand in case.operands.values()} <= set(ITEM_BYTES), case.id


def test_missing_operator_is_told_from_a_wrong_one() -> None:
    operand = Operand((4,), "float32")
    absent = Case(
        "no_such_operator", "4", "", {"array_api": "xp.no_such_operator(a)"}, {"a": operand}
    )
    with pytest.raises(MissingOperatorError, match="no_such_operator"):
        make_loops(LIBRARIES, absent)
    broken = Case(
        "add", "4", "", {"array_api": "a + b", "corepy": "a.nothing"}, {"a": operand, "b": operand}
    )
    loops, (error,) = make_loops(LIBRARIES, broken)
    assert list(loops) == ["numpy"]
    assert error.library == "corepy"
    assert "raised AttributeError" in str(error)


@pytest.mark.parametrize(
    ("count", "text"), [(4, "4"), (1000, "1e3"), (100_000, "1e5"), (1024, "1024")]
)
def test_sizes_are_short(count: int, text: str) -> None:
    assert format_size(count) == text


def test_selection_is_by_group_or_id() -> None:
    assert select_cases("import") == [IMPORT_CASE]
    assert [case.id for case in select_cases(r"elementwise: add\[int32-1e3")] == ["add[int32-1e3]"]
    assert select_cases("no such case") == []


@pytest.mark.parametrize("case", RUNNABLE, ids=lambda case: case.id)
def test_small_cases_run_in_both_libraries(case: Case) -> None:
    loops, wrong = make_loops(LIBRARIES, case)
    assert list(loops) == ["corepy", "numpy"]
    assert wrong == []


def test_wrong_result_is_refused() -> None:
    operand = Operand((8,), "float32", 0.0, 1.0)
    statements = {"numpy": "xp.exp(a)", "corepy": "xp.expm1(a)"}
    case = Case("exp", "float32-8", "", statements, {"a": operand})
    loops, (error,) = make_loops(LIBRARIES, case)
    assert list(loops) == ["numpy"]
    assert error.library == "corepy"
    assert "corepy computed" in str(error)


def test_operands_are_the_same_in_every_run() -> None:
    for case in SMALL:
        first, second = make_arrays(case), make_arrays(case)
        for name, operand in case.operands.items():
            assert first[name].dtype == operand.dtype
            assert first[name].shape == operand.shape
            assert first[name].tobytes() == second[name].tobytes()


@pytest.mark.parametrize("library", LIBRARIES)
def test_peak_memory_is_that_of_the_result(library: str) -> None:
    # In a process of its own: pages that other tests gave back may lie in huge ones.
    size = 8_000_000
    peak = measure_in_process(library, ["add[float64-1e6]"])["add[float64-1e6]"]
    # Allocators round up; none needs more than the result.
    assert size <= peak["counted_bytes"] <= 1.3 * size
    assert peak["workspace_bytes"] == 0
    if "resident_bytes" in peak:
        assert 0.9 * size <= peak["resident_bytes"] <= 1.5 * size
