# run_golden_set finds results that depend on the ISA, on threads, on layout, and says where.
from __future__ import annotations

import re

import pytest

import corepy as cp
from corepy.reproduce import run_golden_set, runner
from corepy.reproduce.cases import Case
from corepy.reproduce.golden_files import read_digests
from corepy.reproduce.operands import Operand
from corepy.reproduce.slices import describe_slices, mark_slices
from corepy.reproduce.table import format_report

ISAS = cp.isas()


def planted(run=None, size="small", dtype="float32"):
    operands = (Operand(dtype, (9, 8), 0, "ordinary"),)
    return Case("add", "elementwise", dtype, "planted", size, operands, run)


def plant(monkeypatch, run, size="small", dtype="float32"):
    """Makes the golden set one call, of ``add``, that computes ``run``; its golden digest."""
    case = planted(run, size, dtype)
    monkeypatch.setattr(
        runner, "make_cases", lambda row, sizes=None: [case] if row.name == "add" else []
    )
    monkeypatch.setattr(runner, "make_composed_cases", lambda sizes=None: [])
    right = cp.add(runner.OperandStore().make_operands(case, "contiguous")[0], 0)
    return {"add": {case.key: runner.compute_digest(right)}}


def spoil(x):
    """x with its element [3, 2] one off in the last bit."""
    copied = cp.copy(x)
    copied[3, 2] = cp.nextafter(copied[3, 2], cp.asarray(9.0, dtype=x.dtype))
    return copied


@pytest.mark.isa
def test_small_calls_have_their_golden_bits():
    report = run_golden_set(only="*[aeiou]", sizes=["small"])
    assert report.is_reproducible, format_report(report)
    assert report.isas == ISAS
    family = report.families["elementwise"]
    assert family.calls > 100
    assert family.result_count == sum(family.results[f"isa {isa}"] for isa in ISAS)


def test_threads_that_are_allowed_run():
    report = run_golden_set(only="exp float64 2000003", isas=ISAS[:1])
    assert report.is_reproducible, format_report(report)
    assert report.families["elementwise"].results["threads 7"] > 0
    assert report.families["elementwise"].most_threads.keys() == {2, 7}


def test_bits_of_one_isa_are_found(monkeypatch):
    wrong = ISAS[-1]
    golden = plant(monkeypatch, lambda ts: spoil(ts[0]) if cp.settings.isa == wrong else ts[0] + 0)
    report = run_golden_set(golden=golden, threads=[1])
    if len(ISAS) == 1:  # then no ISA has the golden bits
        assert not report.is_reproducible
        return
    (difference,) = report.differences
    assert not report.is_reproducible
    assert (difference.op, difference.dtype, difference.call) == ("add", "float32", "planted")
    assert all(where.startswith(wrong) for where in difference.configurations)
    assert "element (3, 2)" in difference.detail
    computed, expected = re.findall(r"0x([0-9a-f]{8}) ", difference.detail)
    assert int(computed, 16) - int(expected, 16) in (1, -1)
    assert f"{ISAS[0]}, 1 thread, contiguous operands, which has the golden" in difference.detail
    family = report.families["elementwise"]
    assert family.different[f"isa {wrong}"] == family.results[f"isa {wrong}"] > 0
    assert family.different[f"isa {ISAS[0]}"] == 0
    text = format_report(report)
    assert "DIFFERENT" in text
    assert "add, float32, call 'planted'" in text


def test_expected_bits_come_from_an_isa_that_was_not_asked_for(monkeypatch):
    if len(ISAS) == 1:
        return
    golden = plant(
        monkeypatch, lambda ts: spoil(ts[0]) if cp.settings.isa == ISAS[-1] else ts[0] + 0
    )
    report = run_golden_set(golden=golden, isas=ISAS[-1:], threads=[1])
    assert f"expected bits: {ISAS[0]}, 1 thread" in report.differences[0].detail


@pytest.mark.parametrize("size", ["small", "large"])
def test_bits_of_a_layout_are_found(monkeypatch, size):
    golden = plant(
        monkeypatch, lambda ts: spoil(ts[0]) if ts[0].strides[0] < 0 else ts[0] + 0, size
    )
    report = run_golden_set(golden=golden, sizes=[size], threads=[1])
    (difference,) = report.differences
    assert all("negative" in where for where in difference.configurations)
    assert report.families["elementwise"].different["layout negative"] > 0
    assert report.families["elementwise"].different["layout strided"] == 0


def find_detail(monkeypatch, run, with_slices=True):
    """What is said of a planted call whose golden bits no instruction set gives."""
    golden = plant(monkeypatch, run)
    key, digest = next(iter(golden["add"].items()))
    operand = runner.OperandStore().make_operands(planted(), "contiguous")[0]
    right = runner.read_result(operand + 0)
    marks = {"add": {key: mark_slices(right)}} if with_slices else {}
    monkeypatch.setattr(runner, "read_slices", lambda: marks)
    (difference,) = run_golden_set(golden=golden, threads=[1]).differences
    wrong = runner.digest_result(runner.read_result(run([operand])))
    assert difference.detail.startswith(f"golden digest {digest}, computed {wrong}, and no ")
    return difference.detail, right


@pytest.mark.parametrize(
    ("change", "position"),
    [(lambda x, at: spoil(x), 26), (lambda x, at: set_one(x, at, 0.1), 26)],
    ids=["one ulp", "far from the oracle"],
)
def test_bits_that_no_isa_has_are_found_by_their_slice(monkeypatch, change, position):
    def run(tensors):
        is_oracle = cp.get_policy() == cp.BackendPolicy.REFERENCE
        right = tensors[0] + 0
        # An oracle that rounds otherwise somewhere else: it does not have the golden digest.
        return set_one(right, (8, 7), 0.25) if is_oracle else change(right, (3, 2))

    detail, right = find_detail(monkeypatch, run)
    computed, expected = re.findall(r"(?:computed|expected) (0x[0-9a-f]{8}) ", detail)
    assert "element (3, 2): computed" in detail
    assert f"expected {right.format_element(position)}" in detail
    assert computed != expected


def set_one(x, index, value):
    changed = cp.copy(x)
    changed[index] = value
    return changed


def test_several_different_elements_are_confined(monkeypatch):
    def run(tensors):
        if cp.get_policy() == cp.BackendPolicy.REFERENCE:
            return set_one(tensors[0] + 0, (8, 7), 0.25)
        return set_one(set_one(tensors[0] + 0, (2, 3), 0.5), (2, 5), 1e30)

    detail, right = find_detail(monkeypatch, run)
    assert "the first difference is among elements (2, 2) to (3, 2) in C order" in detail
    assert "element (2, 5): computed 0x7149f2ca (1.0000000150474662e+30), oracle " in detail
    assert detail.endswith(f"oracle {right.format_element(21)}")
    assert "expected" not in detail


def test_an_oracle_of_the_same_bits_names_no_element(monkeypatch):
    detail, _ = find_detail(
        monkeypatch, lambda ts: set_one(set_one(ts[0] + 0, (2, 3), 0.5), (2, 5), 1e30)
    )
    assert "among elements (2, 2) to (3, 2)" in detail
    assert "computed 0x" not in detail


def test_no_element_is_named_where_nothing_tells_which(monkeypatch):
    detail, _ = find_detail(monkeypatch, lambda ts: spoil(ts[0]), with_slices=False)
    assert detail.endswith(
        "which element differs is not known: the package has no digests of its parts"
    )


def test_the_oracle_has_the_bits_of_exact_operators(monkeypatch):
    def run(tensors):
        is_oracle = cp.get_policy() == cp.BackendPolicy.REFERENCE
        return tensors[0] + 0 if is_oracle else spoil(tensors[0])

    golden = plant(monkeypatch, run)
    (difference,) = run_golden_set(golden=golden, threads=[1]).differences
    assert "element (3, 2): computed 0x" in difference.detail
    assert "expected bits: the oracle (policy REFERENCE), which has" in difference.detail


def test_a_dtype_that_no_isa_has_is_told(monkeypatch):
    detail, _ = find_detail(monkeypatch, lambda ts: cp.reshape(ts[0] + 0, (8, 9)))
    assert "every element has its golden bits, but dtype or shape differ" in detail


def test_slices_find_a_change_in_either_part_of_a_complex_number():
    x = cp.asarray([complex(i, -i) for i in range(40)])
    y = cp.copy(x)
    y[17] = complex(17, -17 * (1 + 2**-52))
    text = describe_slices(runner.read_result(y), mark_slices(runner.read_result(x)), None)
    assert text.startswith("element (17,): computed ")
    assert f"expected {runner.read_result(x).format_element(17)}" in text


def test_a_dtype_is_a_difference(monkeypatch):
    golden = plant(monkeypatch, lambda ts: cp.astype(ts[0], cp.float64))
    assert not run_golden_set(golden=golden, threads=[1]).is_reproducible


def test_results_without_digest_must_agree_too(monkeypatch):
    plant(monkeypatch, lambda ts: spoil(ts[0]) if ts[0].strides[0] < 0 else ts[0] + 0)
    report = run_golden_set(golden={}, threads=[1])
    assert [one.kind for one in report.differences] == ["missing", "different"]


def test_a_digest_without_call_is_found(monkeypatch):
    golden = plant(monkeypatch, lambda ts: ts[0] + 0)
    golden["add"]["float32 gone"] = "00"
    golden["lost"] = {"int8 1": "00"}
    report = run_golden_set(golden=golden, threads=[1])
    assert {(one.op, one.call) for one in report.differences} == {("add", "gone"), ("lost", "1")}
    assert run_golden_set(golden=golden, threads=[1], only="add").is_reproducible


def test_an_error_is_a_difference(monkeypatch):
    golden = plant(monkeypatch, lambda ts: cp.matmul(ts[0], ts[0]))
    (difference,) = run_golden_set(golden=golden, threads=[1]).differences
    assert difference.kind == "error"
    assert "ShapeError: matmul" in difference.detail


def test_refused_thread_counts_are_told(monkeypatch):
    golden = plant(monkeypatch, lambda ts: ts[0] + 0)
    report = run_golden_set(golden=golden, threads=[1, 0])
    assert [count for count, _ in report.refused_threads] == [0]
    text = format_report(report)
    assert "refused" in text
    assert "0 threads refused: settings.override(num_threads=)" in text
    with pytest.raises(cp.SettingError, match="no thread count"):
        run_golden_set(threads=[0])
    with pytest.raises(cp.SettingError):
        run_golden_set(isas=["sse9"])


def test_digests_of_all_isas_must_agree(monkeypatch):
    if len(ISAS) == 1:
        return
    plant(monkeypatch, lambda ts: spoil(ts[0]) if cp.settings.isa == ISAS[-1] else ts[0] + 0)
    assert len(runner.compute_digests()["add"]) == 1
    with pytest.raises(cp.ReproducibilityError, match=f"add float32 planted: {ISAS[-1]} gives"):
        runner.compute_digests(isas=ISAS)


def test_the_golden_file_holds_what_is_computed():
    assert (
        runner.compute_digests("sqrt", ["small"]).items()
        <= {
            "sqrt": {
                key: digest
                for key, digest in read_digests()["sqrt"].items()
                if key in runner.compute_digests("sqrt", ["small"])["sqrt"]
            }
        }.items()
    )
