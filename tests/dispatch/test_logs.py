# Tests of record_dispatches: children, threads, capacity, value checks, table and trace.
from __future__ import annotations

import json
import threading

import pytest

import corepy as cp
from corepy.errors import ArgumentError, CorepyError


def test_a_log_holds_the_records_of_the_block_in_order():
    x = cp.ones(3)
    with cp.record_dispatches() as log:
        y = x + 1
        z = cp.exp(y)
        cp.sum(z)
    cp.ones(1)
    assert [record.op for record in log] == ["add", "exp", "sum"]
    assert len(log) == 3
    assert log[-1].op == "sum"
    assert log.dropped == 0
    assert log.first_nonfinite is None
    times = [(record.start_ns, record.end_ns) for record in log]
    assert times == sorted(times)
    assert all(record.duration_ns >= 0 and record.depth == 0 for record in log)
    assert len({record.thread for record in log}) == 1


@pytest.mark.parametrize(
    "call",
    [
        lambda x: cp.tensordot(x, x, axes=1),
        lambda x: cp.meshgrid(x[0], x[1]),
    ],
)
def test_composites_have_children_in_a_log(call):
    x = cp.ones((3, 3))
    with cp.record_dispatches() as log:
        call(x)
    parent = [record for record in log if record.depth == 0][-1]
    children = [record for record in log if record.depth == 1]
    assert parent.children == len(children)
    for child in children:
        assert parent.start_ns <= child.start_ns <= child.end_ns <= parent.end_ns
    assert cp.explain_last_dispatch() == cp.explain_last_dispatch()
    assert cp.explain_last_dispatch().op == parent.op


def test_logged_records_have_the_number_of_their_operation():
    x = cp.ones(5)
    with cp.record_dispatches() as log:
        cp.std(x)
        number = cp.explain_last_dispatch().to_dict()["sequence"]
    assert {record.to_dict()["sequence"] for record in log} == {number}


def test_failed_calls_are_not_in_a_log():
    with cp.record_dispatches() as log, pytest.raises(CorepyError):
        cp.add(cp.ones(2), cp.ones(3))
    assert [record.op for record in log] == ["ones", "ones"]


def test_printing_is_not_in_a_log():
    x = cp.ones(3)
    with cp.record_dispatches() as log:
        repr(x), x._repr_html_(), cp.digest(x), x.tolist()
    assert len(log) == 0


def test_other_threads_are_recorded():
    def work():
        for _ in range(10):
            cp.exp(cp.ones(3))

    with cp.record_dispatches() as log:
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cp.sin(cp.ones(2))
    assert sum(record.op == "exp" for record in log) == 30
    assert len({record.thread for record in log}) == 4


def test_logs_nest_and_restart():
    outer = cp.record_dispatches()
    with outer:
        cp.ones(1)
        with cp.record_dispatches() as inner:
            cp.zeros(1)
    cp.eye(1)
    assert [record.op for record in inner] == ["zeros"]
    assert [record.op for record in outer] == ["ones", "zeros"]
    with outer:
        cp.empty(1)
    assert outer[-1].op == "empty"


def test_an_exception_ends_a_log():
    log = cp.record_dispatches()

    def fail():
        with log:
            cp.ones(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    cp.zeros(1)
    assert [record.op for record in log] == ["ones"]


def test_a_log_may_be_read_while_it_records():
    with cp.record_dispatches() as log:
        cp.ones(1)
        assert [record.op for record in log] == ["ones"]
        cp.zeros(1)
        assert len(log) == 2


def test_capacity_bounds_a_log():
    with cp.record_dispatches(capacity=5) as log:
        for _ in range(12):
            cp.ones(1)
    assert len(log) == 5
    assert log.dropped == 7
    assert "7 dropped" in str(log)
    assert "7 dropped" in repr(log)
    for wrong in (0, -1, 1.5, True, "9", None):
        with pytest.raises(ArgumentError):
            cp.record_dispatches(capacity=wrong)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_the_first_nan_or_infinity_is_named(dtype):
    x = cp.asarray([1.0, 0.0, 2.0], dtype=dtype)
    with cp.record_dispatches(check_values=True) as log:
        y = x + 1
        z = cp.divide(y, x)
        cp.add(z, 1)
    assert log.first_nonfinite.op == "divide"
    assert "first NaN or infinity: divide" in str(log)
    flags = ["nonfinite_result" in record.flags for record in log]
    assert flags == [False, True, True]
    with cp.record_dispatches() as log:
        cp.divide(y, x)
    assert log.first_nonfinite is None


def test_broadcast_values_are_checked_once():
    with cp.record_dispatches(check_values=True) as log:
        cp.broadcast_to(cp.ones(()), (10**6, 10**6))
        cp.broadcast_to(cp.asarray(cp.nan), (10**6, 10**6))
    assert len(log) == 4
    assert log.first_nonfinite.op == "asarray"


def test_values_are_checked_in_every_layout():
    x = cp.reshape(cp.arange(12.0), (3, 4))
    x[2, 3] = cp.nan
    for view in (x.T, x[::-1], x[:, ::3], cp.broadcast_to(x, (2, 3, 4)), x[2:, 3:]):
        with cp.record_dispatches(check_values=True) as log:
            view[...]
        assert log.first_nonfinite is not None
    with cp.record_dispatches(check_values=True) as log:
        x[:2][...]
    assert log.first_nonfinite is None


def test_the_table_shows_calls_and_what_is_left_out():
    with cp.record_dispatches() as log:
        for _ in range(100):
            cp.ones(3) + 1
        cp.tensordot(cp.ones((2, 2)), cp.ones((2, 2)), axes=1)
    text = str(log)
    assert repr(log) == f"<DispatchLog of {len(log)} records, 0 dropped>"
    assert "add(float64[3], float64[]) -> float64[3]" in text
    assert f"{len(log) - 60} more records" in text
    assert len(text.splitlines()) < 70
    assert log._repr_html_().count("<tr>") == 61


def test_the_chrome_trace_is_valid_json(tmp_path):
    with cp.record_dispatches() as log:
        cp.exp(cp.ones((2, 3)))
        cp.tensordot(cp.ones((2, 2)), cp.ones((2, 2)), axes=1)
    path = tmp_path / "trace.json"
    log.save_chrome_trace(path)
    trace = json.loads(path.read_text(encoding="utf-8"))
    assert trace == json.loads(json.dumps(log.to_chrome_trace()))
    assert len(trace["traceEvents"]) == len(log)
    for event, record in zip(trace["traceEvents"], log, strict=True):
        assert event["ph"] == "X"
        assert event["name"] == record.op
        assert event["ts"] >= 0
        assert event["dur"] >= 0
        assert isinstance(event["pid"], int)
        assert isinstance(event["tid"], int)
        assert event["args"]["op"] == record.op


def test_a_log_records_dry_runs_as_nothing():
    x = cp.ones(2)
    with cp.record_dispatches() as log:
        cp.explain(cp.exp, x)
    assert len(log) == 0
