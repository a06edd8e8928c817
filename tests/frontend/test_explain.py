# Dispatch records, dry runs and logs as Python sees them. Kernels' results are tested elsewhere.
"""Every operation explains itself, as text, in a notebook and for machines."""

from __future__ import annotations

import json
import pickle
import threading
from pathlib import Path

import pytest

import corepy
from corepy import _core
from corepy.backend import explain as explain_module
from corepy.backend import wording
from corepy.backend.explain import DispatchRecord, record_of


def last() -> DispatchRecord:
    record = corepy.explain_last_dispatch()
    assert record is not None
    return record


# ---- one record ----


def test_the_issues_example() -> None:
    a = corepy.eye(3, dtype=corepy.float32)
    a.matmul(a)
    text = str(last())
    assert text.startswith("matmul(float32[3, 3], float32[3, 3]) -> float32[3, 3]\n")
    for label in ("policy", "backend", "ISA", "kernel", "bound", "threads", "rejected"):
        assert f"\n  {label} " in text
    for isa in corepy.isas()[1:]:
        assert f"{isa}: {corepy.isas()[0]} is faster on this CPU" in text
    assert 'openblas: policy AUTO asks for reproducible bits (corepy.policy("BLAS")' in text


def test_attributes() -> None:
    corepy.add(corepy.ones((2, 3), dtype="float32"), corepy.ones(3, dtype="float32"))
    record = last()
    assert (record.op, record.policy, record.backend) == ("add", "AUTO", "native")
    assert [operand.shape for operand in record.operands] == [(2, 3), (3,)]
    assert record.result is not None
    assert (record.result.dtype, record.result.rank) == ("float32", 2)
    assert record.isa == corepy.isas()[0]
    assert record.compute_dtype == "float32"
    assert (record.bound, record.ulp, record.threads) == ("exact", 0.0, 1)
    assert record.reproducible
    assert record.numerics_revision == corepy.numerics_revision
    assert record.operand_count == 2


def test_records_are_immutable() -> None:
    corepy.ones(3)
    record = last()
    with pytest.raises(AttributeError):
        record.op = "add"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        record.note = 1  # type: ignore[attr-defined]
    first = record.to_dict()
    first["op"] = "changed"
    assert record.op == "ones"


def test_dict_is_json() -> None:
    corepy.add(corepy.ones((2, 3)), 1)
    decoded = json.loads(json.dumps(last().to_dict()))
    assert decoded["op"] == "add"
    assert decoded["operands"][0]["shape"] == [2, 3]
    assert all(rejection["sentence"] for rejection in decoded["rejected"])


def test_notebook_view_is_escaped() -> None:
    corepy.add(corepy.ones(3), 1)
    html = last()._repr_html_()
    assert "add(float64[3], float64[]) -&gt; float64[3]" in html
    assert "->" not in html


def test_printing_and_failing_keep_the_record() -> None:
    x = corepy.ones((3, 4))
    corepy.exp(x)
    before = last()
    repr(x)
    str(before)
    x._repr_html_()
    corepy.digest(x)
    with pytest.raises(corepy.ShapeError):
        corepy.matmul(x, x)
    assert last() == before


def test_forced_isa_is_the_reason() -> None:
    with corepy.settings.override(isa="baseline"):
        corepy.exp(corepy.ones(3))
    others = [item for item in last().rejected if item.candidate in corepy.isas()]
    assert {item.reason for item in others} <= {"other_isa_forced"}
    assert all("settings.isa asks for baseline" in item.sentence for item in others)


def test_missing_features_are_named() -> None:
    corepy.exp(corepy.ones(3))
    reasons = {item.candidate: item for item in last().rejected}
    for isa in _core.isas():
        if not isa.available:
            assert f"lacks {isa.missing_feature}" in reasons[isa.name].sentence


def test_reference_backend_is_explained() -> None:
    with corepy.policy("REFERENCE"):
        corepy.exp(corepy.ones(3))
    record = last()
    assert (record.backend, record.isa, record.reproducible) == ("reference", None, False)
    assert not any(item.candidate in corepy.isas() for item in record.rejected)
    assert "native: policy REFERENCE names another backend" in str(record)
    assert "NumPy" in str(record)


def test_views_need_no_kernel() -> None:
    x = corepy.ones((2, 3))
    x[0]
    record = last()
    assert (record.op, record.isa, record.kernel) == ("getitem", None, "view")
    assert record.rejected == ()
    assert record.compute_dtype == "float64"


def test_hidden_work_is_noted() -> None:
    corepy.exp(corepy.asarray([1, 2]))
    assert "integer_to_float" in last().flags
    assert "integers were converted to float64" in str(last())
    x = corepy.ones((64, 64))
    y = x[...]
    y[0, 0] = 2
    assert "copy_on_write" in last().flags
    assert last().copied_bytes == x.nbytes


def test_every_code_has_words() -> None:
    source = Path(wording.__file__).parents[1] / "_core.pyi"
    assert source.exists()
    for sentence in wording.REASONS.values():
        assert sentence.format(
            candidate="c", detail="d", isa="i", policy="p", dtypes="t", op="o", ask="a"
        )


def test_other_threads_have_records_of_their_own() -> None:
    seen: list[DispatchRecord | None] = []

    def work() -> None:
        seen.append(corepy.explain_last_dispatch())
        corepy.zeros(3)
        seen.append(corepy.explain_last_dispatch())

    corepy.ones(3)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen[0] is None
    assert seen[1] is not None
    assert seen[1].op == "zeros"
    assert last().op == "ones"


def test_record_of_a_tensor() -> None:
    x = corepy.ones(3) + 1
    corepy.exp(x)
    record = record_of(x)
    assert record is not None
    assert record.op == "add"
    assert "add(float64[3]" in x._repr_html_()


def test_tensors_that_no_operation_produced_have_no_record() -> None:
    corepy.exp(corepy.ones(3))
    assert record_of(corepy.Tensor([1.0, 2.0])) is None
    assert record_of(pickle.loads(pickle.dumps(corepy.ones(3)))) is None
    assert "<details>" not in corepy.Tensor([1.0])._repr_html_()


def test_long_shapes_are_cut() -> None:
    corepy.ones((1,) * 10) + 1
    assert last().call_text().startswith("add(float64[1, 1, 1, 1, 1, 1, 1, 1, ...], ")


def test_many_operands_are_counted() -> None:
    corepy.concat([corepy.ones(2)] * 6)
    assert last().operand_count == 6
    assert "... 2 more" in last().call_text()


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 KiB"),
        (5 << 30, "5.0 GiB"),
        (3 << 40, "3.0 TiB"),
    ],
)
def test_bytes_have_units(count: int, text: str) -> None:
    assert wording.format_bytes(count) == text


# ---- dry runs ----


def test_a_dry_run_computes_nothing() -> None:
    x = corepy.ones((1000, 1000))
    used = corepy.memory.stats()["used_bytes"]
    corepy.memory.reset_peak()
    record = corepy.explain(corepy.matmul, x, x)
    peak = corepy.memory.stats()["peak_used_bytes"]
    assert used is not None
    assert peak is not None
    assert peak - used < x.nbytes
    assert record.op == "matmul"
    assert "dry_run" in record.flags
    assert last().op == "ones"


def test_a_dry_run_says_what_the_call_says() -> None:
    x = corepy.ones((30, 40))
    dry = corepy.explain(corepy.sum, x.T, axis=0).to_dict()
    corepy.sum(x.T, axis=0)
    real = last().to_dict()
    for key in ("op", "isa", "kernel", "operands", "result", "bound", "rejected", "compute_dtype"):
        assert dry[key] == real[key], key


def test_a_dry_run_fails_as_the_call_does() -> None:
    with pytest.raises(corepy.ShapeError):
        corepy.explain(corepy.matmul, corepy.ones(3), corepy.ones(4))
    with pytest.raises(corepy.ArgumentError, match="ran no corepy operation"):
        corepy.explain(len, [1, 2])


def test_a_dry_run_writes_nothing() -> None:
    a, b = corepy.ones((4, 4)), corepy.full((4, 4), 2.0)

    def step(w: corepy.Tensor, g: corepy.Tensor) -> corepy.Tensor:
        w -= 0.5 * g
        w @= g
        w[0, 0] = 7
        return w

    corepy.explain(corepy.add, b, b, out=a)
    corepy.explain(a.__iadd__, b)
    corepy.explain(a.__imatmul__, b)
    corepy.explain(step, a, b)
    assert a.tolist() == corepy.ones((4, 4)).tolist()
    assert a.strides == (32, 8)
    assert b.tolist() == corepy.full((4, 4), 2.0).tolist()


# ---- logs ----


def test_log_holds_parts_of_composites() -> None:
    x = corepy.ones((2, 3))
    with corepy.record_dispatches() as log:
        corepy.tensordot(x, x.T, axes=1)
    outer = [record for record in log if record.depth == 0]
    assert outer[-1].op == "tensordot"
    assert any(record.depth == 1 and record.op == "matmul" for record in log)
    assert all(record.duration_ns >= 0 for record in log)


def test_log_is_a_sequence_in_order_of_start() -> None:
    with corepy.record_dispatches() as log:
        corepy.ones(3) + 1
    assert [record.op for record in log] == ["ones", "add"]
    assert (len(log), log[0].op, log[-1].op) == (2, "ones", "add")
    starts = [record.start_ns for record in log]
    assert starts == sorted(starts)


def test_log_collects_other_threads() -> None:
    with corepy.record_dispatches() as log:
        thread = threading.Thread(target=lambda: corepy.zeros(3))
        thread.start()
        thread.join()
        corepy.ones(3)
    assert {record.op for record in log} == {"zeros", "ones"}
    assert len({record.thread for record in log}) == 2


def test_logged_records_have_the_number_of_their_operation() -> None:
    x = corepy.ones(5)
    with corepy.record_dispatches() as log:
        corepy.std(x)
        number = last().to_dict()["sequence"]
    assert {record.to_dict()["sequence"] for record in log} == {number}


def test_log_is_bounded() -> None:
    with corepy.record_dispatches(capacity=5) as log:
        for _ in range(20):
            corepy.ones(3)
    assert (len(log), log.dropped) == (5, 15)
    assert "15 dropped" in str(log)


def test_log_ends_with_its_block() -> None:
    with corepy.record_dispatches() as log:
        corepy.ones(3)
    corepy.ones(3)
    assert len(log) == 1


def test_first_nonfinite() -> None:
    with corepy.record_dispatches(check_values=True) as log:
        x = corepy.log(corepy.asarray([1.0, 0.0]))
        corepy.exp(x + 1)
    assert log.first_nonfinite is not None
    assert log.first_nonfinite.op == "log"
    assert "first NaN or infinity: log" in str(log)


def test_no_value_checks_unless_asked() -> None:
    with corepy.record_dispatches() as log:
        corepy.log(corepy.asarray([0.0]))
    assert log.first_nonfinite is None


def test_chrome_trace(tmp_path: Path) -> None:
    with corepy.record_dispatches() as log:
        corepy.ones(3) + 1
    log.save_chrome_trace(tmp_path / "trace.json")
    trace = json.loads((tmp_path / "trace.json").read_text(encoding="utf-8"))
    events = trace["traceEvents"]
    assert [event["name"] for event in events] == ["ones", "add"]
    assert all(event["ph"] == "X" and event["dur"] >= 0 for event in events)
    assert events[1]["args"]["result"]["shape"] == [3]


def test_long_logs_print_shortened() -> None:
    with corepy.record_dispatches() as log:
        for _ in range(100):
            corepy.ones(3)
    assert len(str(log).splitlines()) < 70
    assert "40 more records" in str(log)
    assert log._repr_html_().count("<tr>") == 61
    assert repr(log) == "<DispatchLog of 100 records, 0 dropped>"


@pytest.mark.parametrize("capacity", [0, -1, 1.5, True, "many"])
def test_wrong_capacities(capacity: object) -> None:
    with pytest.raises(corepy.ArgumentError, match="capacity"):
        corepy.record_dispatches(capacity)  # type: ignore[arg-type]


def test_names_are_lazy_but_public() -> None:
    assert corepy.explain is explain_module.explain
    assert corepy.DispatchRecord is DispatchRecord
