# Tests of dispatch records: what each field says, what never replaces one. Dry runs have their own
# file, test_dry_runs.py.
from __future__ import annotations

import dataclasses
import json
import pickle
import threading

import numpy as np
import pytest

import corepy as cp
from corepy.backend.wording import format_bytes
from corepy.errors import CorepyError
from corepy.testing import operator_rows


def last():
    return cp.explain_last_dispatch()


X = cp.reshape(cp.arange(12, dtype=cp.float32), (3, 4))
Y = cp.ones((4, 3), dtype=cp.float64)
N = cp.reshape(cp.arange(12), (3, 4))

#: Calls of every family: function, arguments, options, and the names of operator and kernel parts.
CALLS = {
    "add": (cp.add, (X, X), {}),
    "add scalar": (cp.add, (X, 2), {}),
    "add broadcast": (cp.add, (X, X[0]), {}),
    "add transposed": (cp.add, (X, Y.T), {}),
    "add mixed kinds": (cp.add, (X, N), {}),
    "exp of integers": (cp.exp, (N,), {}),
    "floor_divide by zero": (cp.floor_divide, (N, N), {}),
    "where": (cp.where, (X > 3, X, 0), {}),
    "clip": (cp.clip, (X, 1, 5), {}),
    "clip one bound": (cp.clip, (X, 1), {}),
    "sum": (cp.sum, (X,), {}),
    "sum axis": (cp.sum, (X,), {"axis": 0}),
    "sum of integers": (cp.sum, (cp.astype(N, cp.int8),), {"axis": 1}),
    "mean": (cp.mean, (X.T,), {"axis": (0, 1)}),
    "std": (cp.std, (X,), {"axis": 1, "correction": 1}),
    "argmax": (cp.argmax, (X,), {"axis": 0}),
    "all": (cp.all, (X,), {}),
    "matmul": (cp.matmul, (X, Y), {}),
    "matmul of vectors": (cp.matmul, (X[0], X[1]), {}),
    "matmul complex": (cp.matmul, (cp.astype(X, cp.complex64), Y), {}),
    "vecdot": (cp.vecdot, (X, X), {}),
    "tensordot": (cp.tensordot, (X, Y), {"axes": 1}),
    "matrix_transpose": (cp.matrix_transpose, (X,), {}),
    "sort": (cp.sort, (X.T,), {}),
    "argsort": (cp.argsort, (X,), {"axis": 0, "descending": True}),
    "take": (cp.take, (X, cp.asarray([0, 2])), {"axis": 1}),
    "astype": (cp.astype, (X, cp.int8), {}),
    "reshape view": (cp.reshape, (X, (4, 3)), {}),
    "reshape copy": (cp.reshape, (X.T, (12,)), {}),
    "permute_dims": (cp.permute_dims, (X, (1, 0)), {}),
    "broadcast_to": (cp.broadcast_to, (X, (2, 3, 4)), {}),
    "concat": (cp.concat, ([X, X],), {}),
    "concat of mixed": (cp.concat, ([X, Y.T],), {}),
    "stack": (cp.stack, ([X] * 6,), {}),
    "copy": (cp.copy, (X.T,), {}),
    "zeros": (cp.zeros, ((2, 3),), {}),
    "full_like": (cp.full_like, (X, 3), {}),
    "arange": (cp.arange, (5,), {}),
    "linspace": (cp.linspace, (0, 1, 5), {}),
    "eye": (cp.eye, (3,), {"dtype": cp.int8}),
    "tril": (cp.tril, (X,), {}),
    "asarray": (cp.asarray, ([[1, 2], [3, 4]],), {}),
    "from_arrow": (cp.from_arrow, (X,), {}),
    "from_dlpack": (cp.from_dlpack, (X,), {}),
    "fft.fft": (cp.fft.fft, (X,), {"axis": 0}),
    "fft.irfftn": (cp.fft.irfftn, (Y,), {}),
    "fft.fftshift": (cp.fft.fftshift, (N,), {}),
    "fft.rfftfreq": (cp.fft.rfftfreq, (8,), {}),
    "getitem": (lambda x: x[1:, ::2], (X,), {}),
}
each_call = pytest.mark.parametrize("case", CALLS)


def run(case):
    function, arguments, options = CALLS[case]
    result = function(*arguments, **options)
    return result, last()


@each_call
def test_every_call_leaves_a_complete_record(case):
    result, record = run(case)
    rows = {row.name: row for row in operator_rows()}
    assert record.op in rows
    assert record.op == case.split()[0]
    assert record.result.dtype == result.dtype.name
    assert record.result.shape == result.shape
    assert record.result.rank == result.ndim
    assert record.result.layout in ("contiguous", "permuted", "broadcast", "strided", "scalar")
    tensors = [one for one in CALLS[case][1] if isinstance(one, cp.Tensor)]
    shapes = [operand.shape for operand in record.operands]
    if rows[record.op].family != "creation":
        for tensor in tensors:
            assert tensor.shape in shapes
    assert record.policy == "AUTO"
    assert record.backend == "native"
    assert record.isa in (*cp.isas(), None)
    assert record.threads == 1
    assert record.reproducible is True
    assert record.numerics_revision == cp.numerics_revision
    assert record.bound == "ulp" or record.ulp == 0
    text = str(record)
    assert record.call_text() in text
    for label in ("policy", "backend", "ISA", "kernel", "threads", "bound", "reproducible"):
        assert label in text
    assert json.loads(json.dumps(record.to_dict()))["op"] == record.op
    assert "<table" in record._repr_html_()
    assert record.op in repr(record)


@each_call
def test_a_dry_run_equals_the_real_record(case):
    function, arguments, options = CALLS[case]
    run("zeros")
    before = last()
    dry = cp.explain(function, *arguments, **options)
    assert last() == before
    assert "dry_run" in dry.flags
    _, real = run(case)
    for field in dry.to_dict():
        if field in ("sequence", "flags", "workspace_bytes", "copied_bytes", "cast_bytes"):
            continue  # what only a run can tell
        if field == "children" and real.op == "eye":
            continue  # it writes its diagonal through a view
        assert dry.to_dict()[field] == real.to_dict()[field], field
    ran = {"integer_divide_by_zero", "gil_released"}  # only known once it ran
    assert set(dry.flags) - {"dry_run"} == set(real.flags) - ran


@each_call
def test_the_record_is_the_tensors_own(case):
    result, record = run(case)
    assert cp.backend.explain.record_of(result) == record
    for _ in range(10):
        cp.ones(1)
    assert cp.backend.explain.record_of(result) == record


def test_failed_calls_text_and_attributes_never_replace_the_record():
    counts, far = cp.asarray([-1]), cp.asarray([99])
    y = cp.add(X, X)
    record = last()
    for failing in (
        lambda: cp.add(X, Y),
        lambda: cp.exp(None),
        lambda: cp.reshape(X, (7,)),
        lambda: cp.matmul(X, X),
        lambda: X[99],
        lambda: cp.zeros(-1),
        lambda: cp.asarray([[1], [1, 2]]),
        lambda: cp.bitwise_left_shift(counts, counts),
        lambda: cp.take(X, far, axis=0),
        lambda: cp.sum(X, axis=9),
    ):
        with pytest.raises((CorepyError, TypeError)):
            failing()
        assert last() == record
    repr(y), str(y), f"{y}", y._repr_html_()
    str(record), repr(record), record._repr_html_(), record.to_dict()
    y.shape, y.dtype, y.tolist(), y[0, 0], y.nbytes
    assert cp.backend.explain.record_of(y) == record


def test_reading_values_leaves_the_record():
    x = cp.add(cp.ones(()), 1)
    record = last()
    float(x), int(x), bool(x), x.item(), x.tolist(), cp.digest(x), np.asarray(x), memoryview(x)
    x.numpy(), cp.explain(cp.exp, x), cp.get_policy(), cp.memory.stats()
    assert last() == record


def test_the_last_64_records_are_kept():
    x = cp.add(cp.ones(2), 1)
    record = last()
    for _ in range(63):
        cp.ones(1)
    assert cp.backend.explain.record_of(x) == record
    cp.ones(1)
    assert cp.backend.explain.record_of(x) is None
    assert x._repr_html_()


def test_failed_calls_cost_no_more_than_the_oldest_record():
    x = cp.add(cp.ones(2), 1)
    record = last()
    for _ in range(200):
        with pytest.raises(CorepyError):
            cp.add(X, Y)
    assert cp.backend.explain.record_of(x) == record
    assert last() == record


def test_in_place_and_out_give_the_tensor_a_new_record():
    x = cp.ones(3)
    x += 1
    assert cp.backend.explain.record_of(x).op == "add"
    cp.exp(cp.ones(3), out=x)
    assert cp.backend.explain.record_of(x).op == "exp"


def test_long_shapes_and_many_operands_are_cut():
    x = cp.ones((1,) * 12, dtype=cp.float32)
    x + x
    record = last()
    assert record.operands[0].rank == 12
    assert record.operands[0].shape == (1,) * 8
    assert record.call_text().startswith("add(float32[1, 1, 1, 1, 1, 1, 1, 1, ...], ")
    cp.concat([cp.ones(2)] * 9)
    assert len(last().operands) == 4
    assert last().operand_count == 9
    assert "5 more" in last().call_text()


def test_layouts():
    x = cp.ones((4, 6))
    for view, layout in [
        (x, "contiguous"),
        (x.T, "permuted"),
        (x[:, ::2], "strided"),
        (x[::-1], "strided"),
        (cp.broadcast_to(cp.ones(6), (4, 6)), "broadcast"),
        (cp.ones(()), "scalar"),
        (x[1:], "contiguous"),
        (x[:, 1:2], "strided"),
    ]:
        cp.negative(view)
        assert last().operands[0].layout == layout, layout


def test_rejected_candidates_are_explained():
    cp.add(X, X)
    record = last()
    names = {rejection.candidate for rejection in record.rejected}
    built = {isa.name for isa in cp._core.isas()}
    assert built - {record.isa} <= names
    for rejection in record.rejected:
        assert rejection.sentence
        assert "{" not in rejection.sentence
        assert rejection.candidate in str(rejection)
    for isa in cp._core.isas():
        reasons = [one for one in record.rejected if one.candidate == isa.name]
        if isa.name == record.isa:
            assert not reasons
        elif isa.available:
            assert reasons[0].reason == "slower_isa"
        else:
            assert reasons[0].reason == "cpu_lacks_feature"
            assert reasons[0].sentence.startswith(f"this CPU lacks {isa.missing_feature}")
    text = str(record)
    for name in cp.isas()[1:]:
        assert f"{name}: {record.isa} is faster on this CPU" in text
    assert "reference: policy AUTO asks for reproducible bits (corepy.policy" in text
    with cp.settings.override(isa="baseline"):
        cp.add(X, X)
    others = [one for one in last().rejected if one.candidate in cp.isas()]
    assert {one.reason for one in others} <= {"other_isa_forced"}
    assert all("settings.isa asks for baseline" in one.sentence for one in others)


def test_hidden_copies_and_casts_are_counted():
    cp.add(X, N)
    assert last().cast_bytes > 0
    assert "mixed_kind_promotion" in last().flags
    cp.exp(N)
    assert "integer_to_float" in last().flags
    assert "integers were converted to float64" in str(last())
    cp.add(X, X)
    assert last().cast_bytes == 0
    cp.reshape(X.T, (12,))
    assert last().copied_bytes == X.nbytes
    cp.floor_divide(N, cp.zeros_like(N))
    assert "integer_divide_by_zero" in last().flags


def test_bounds_are_those_of_the_rows():
    for row in operator_rows():
        if row.family != "elementwise":
            continue
        for dtype in ("float32", "float64"):
            if dtype in row.dtypes:
                operands = ["bool" if name == "condition" else dtype for name in row.operands]
                getattr(cp, row.name)(*(cp.ones(2, dtype=one) for one in operands))
                bound = row.bound[dtype]
                assert bound in (last().bound, last().ulp)


def test_records_are_immutable_and_comparable():
    cp.add(X, X)
    record = last()
    with pytest.raises(AttributeError):
        record.op = "exp"
    with pytest.raises(AttributeError):
        record.note = 1
    record.to_dict()["op"] = "changed"
    assert record.op == "add"
    assert record == last()
    assert hash(record) == hash(last())
    assert record != "add"
    cp.add(X, X)
    assert record != last()
    assert not dataclasses.is_dataclass(record)


def test_sequences_count_up_by_thread():
    cp.ones(1)
    first = last().sequence
    cp.ones(1)
    assert last().sequence == first + 1
    seen = []

    def work():
        seen.append(last())
        cp.ones(1)
        seen.append(last().sequence)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [None, 1]
    assert last().sequence == first + 1


def test_asarray_of_a_tensor_is_no_operation():
    cp.add(X, X)
    record = last()
    assert cp.asarray(X) is X
    assert last() == record


@pytest.mark.parametrize("function", [cp.sort, cp.argsort])
def test_sorting_is_computed_in_its_own_dtype(function):
    function(cp.asarray([2.0, 1.0], dtype=cp.float32))
    assert cp.explain_last_dispatch().compute_dtype == "float32"


def test_uninitialised_memory_is_not_reproducible():
    for result in (cp.empty(3), cp.empty_like(cp.ones(2))):
        record = cp.explain_last_dispatch()
        assert result.size > 0
        assert not record.reproducible
        assert "what the memory held before" in str(record)


def test_blas_says_that_it_takes_matrices():
    with cp.policy("BLAS"):
        cp.matmul(cp.ones((3, 3)), cp.ones(3))
    assert "openblas: it takes single matrices only" in str(cp.explain_last_dispatch())


def test_what_was_computed_in_and_how_often_it_rounds():
    cp.astype(Y, cp.int8)
    assert last().compute_dtype == "int8"
    place = cp.asarray([0, 0])
    for step, bound in (("add", "parts"), ("multiply", "parts"), ("maximum", "exact")):
        getattr(X[0].at(place), step)(cp.asarray([0.5, 0.25], dtype=cp.float32))
        assert last().bound == bound
        getattr(N[0].at(place), step)(cp.asarray([5, 2]))
        assert last().bound == "exact"


def test_the_copies_of_all_parts_are_in_the_record():
    x = cp.ones((4, 5, 6))
    cp.tensordot(x, cp.ones((5, 3)), axes=([1], [0]))
    assert last().copied_bytes == x.nbytes
    cp.roll(Y.T, 1)
    assert last().copied_bytes == Y.nbytes
    assert last().workspace_bytes >= Y.nbytes


def test_memory_of_a_backend_shows():
    a = cp.asarray(np.random.default_rng(1).random((40, 40)) + 40 * np.eye(40))
    with cp.policy("BLAS"):
        cp.linalg.svd(a)
    assert last().backend == "openblas"
    assert last().workspace_bytes > a.nbytes


def test_views_need_no_kernel():
    x = cp.ones((2, 3))
    x[0]
    record = last()
    assert (record.op, record.isa, record.kernel) == ("getitem", None, "view")
    assert record.rejected == ()
    assert record.compute_dtype == "float64"


def test_tensors_that_no_operation_produced_have_no_record():
    cp.exp(cp.ones(3))
    assert cp.backend.explain.record_of(cp.Tensor([1.0, 2.0])) is None
    assert cp.backend.explain.record_of(pickle.loads(pickle.dumps(cp.ones(3)))) is None
    assert "<details>" not in cp.Tensor([1.0])._repr_html_()


def test_notebook_view_is_escaped():
    cp.add(cp.ones(3), 1)
    html = last()._repr_html_()
    assert "add(float64[3], float64[]) -&gt; float64[3]" in html
    assert "->" not in html


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
def test_bytes_have_units(count, text):
    assert format_bytes(count) == text


def test_a_record_of_the_oracle_names_what_runs_in_it():
    with cp.policy("REFERENCE"):
        cp.exp(X)
    assert not any(one.candidate in cp.isas() for one in last().rejected)
    assert "native: policy REFERENCE names another backend" in str(last())
    assert "NumPy" in str(last())


def test_a_backend_declares_no_bound():
    with cp.policy("BLAS"):
        cp.matmul(Y, Y.T)
    assert "none declared by backend openblas" in str(last())
