# Dry runs say what the calls say, memory and threads included, and compute and write nothing. Calls
# of every kind with small operands are in test_records.py, compositions in test_compositions.py.
from __future__ import annotations

import warnings
from collections.abc import Iterator

import large_calls
import pytest
from large_calls import COMPOSED, OPERATORS

import corepy as cp
from corepy.errors import ArgumentError, CorepyError
from corepy.reproduce.cases import make_cases
from corepy.reproduce.operand_store import OperandStore, find_layouts
from corepy.testing import operator_rows

CALLS = {**OPERATORS, **COMPOSED}

REJECTING = ("beta", "binomial", "chisquare", "dirichlet", "gamma", "multinomial", "poisson")
#: What rests on values, which a dry run does not compute: fields that only the call knows.
OF_VALUES = {
    "argsort of a long row": {"workspace_bytes"},  # the largest bucket
    "sort of a long row": {"workspace_bytes"},
    "random.permutation": {"workspace_bytes"},
    "random.choice without replacement": {"workspace_bytes"},
    "random.choice by weight": {"children"},  # how many steps a bisection takes
    # How often numbers are rejected.
    **{f"random.{name}": {"workspace_bytes", "children"} for name in REJECTING},
    "isin by a table": {"kernel", "workspace_bytes", "children", "threads"},
    "unique": {"children", "workspace_bytes", "result", "threads"},
    "nonzero": {"result", "workspace_bytes", "flags", "threads"},
    "argwhere": {"result", "workspace_bytes", "flags", "threads", "children"},
    "flatnonzero": {"result", "workspace_bytes", "flags", "threads"},
    "intersect1d": {"result", "workspace_bytes", "threads", "children"},
    "setdiff1d": {"result", "workspace_bytes", "threads", "children", "kernel"},
    "union1d": {"result", "workspace_bytes", "threads", "children"},
    "tril_indices": {"result", "workspace_bytes", "flags", "threads"},
    "bincount": {"result", "workspace_bytes"},
    "histogram": {"workspace_bytes"},  # how many elements lie inside
    "histogram2d": {"workspace_bytes"},
    "eye": {"children"},  # it writes its diagonal through a view
    "slogdet": {"children"},
}
#: What the products within a matrix' elimination take is known when they run: no less than a dry
#: run says.
AT_LEAST = (
    "cholesky",
    "cond",
    "eig",
    "inv",
    "matrix_",
    "pinv",
    "polyfit",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "det",
)


@pytest.fixture(autouse=True, params=(1, 4))
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    cp.set_num_threads(request.param)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cp.PerformanceWarning)
        yield request.param
    cp.set_num_threads(1)


@pytest.mark.parametrize("name", CALLS)
def test_a_dry_run_says_what_the_call_says(name: str, threads: int) -> None:
    call = CALLS[name]
    call()  # operands are made, tables of transforms kept
    dry = cp.explain(call).to_dict()
    call()
    real = cp.explain_last_dispatch().to_dict()
    dry["flags"] = sorted({*dry["flags"]} - {"dry_run"})
    real["flags"] = sorted(real["flags"])
    known = OF_VALUES.get(name) or OF_VALUES.get(name.split("_")[0], set())
    # As many threads as could take part; some may have come too late.
    assert "threads" in known or 1 <= real.pop("threads") <= dry.pop("threads") <= threads
    if name.startswith(AT_LEAST):
        assert dry.pop("workspace_bytes") <= real.pop("workspace_bytes") + 1024
    for field in real.keys() - known - {"sequence", "threads"}:
        assert dry[field] == real[field], field


def test_the_calls_are_all_operators() -> None:
    assert {name.split(" ")[0] for name in OPERATORS} == {row.name for row in operator_rows()}


@pytest.mark.parametrize("name", ["matmul", "add", "sort of a long row", "fft.fft", "median"])
def test_a_dry_run_takes_no_memory(name: str) -> None:
    call = CALLS[name]
    call()
    cp.memory.reset_peak()
    before = cp.memory.stats()["used_bytes"]
    record = cp.explain(call)
    assert cp.memory.stats()["peak_used_bytes"] - before < 64 << 10
    assert cp.memory.stats()["used_bytes"] == before
    assert record.workspace_bytes > 0 or name == "add"


def test_threads_beyond_the_work_or_the_cpus_take_no_workspace() -> None:
    a, b = large_calls.make("float32", 600, 600), large_calls.make("float32", 600, 600, seed=1)
    cp.set_num_threads(8)
    few, expected = cp.explain(cp.matmul, a, b), cp.digest(cp.matmul(a, b))
    cp.set_num_threads(1024)
    many = cp.explain(cp.matmul, a, b)
    assert cp.digest(cp.matmul(a, b)) == expected
    record = cp.explain_last_dispatch()
    cp.set_num_threads("all")
    most = max(8, 2 * cp.get_num_threads())
    assert record.threads <= many.threads <= most
    assert record.workspace_bytes == many.workspace_bytes <= most / 8 * few.workspace_bytes


#: Operators of which the number of results, and what is made on the way, rest on values.
COUNTING = ("unique_", "nonzero", "isin")


@pytest.mark.parametrize("row", cp._core.ops(), ids=lambda row: row.name)
def test_a_dry_run_says_what_small_calls_say(row: cp._core.OpInfo) -> None:
    known = {"sequence", "threads"}
    if row.name.startswith(COUNTING):
        known |= {"workspace_bytes", "children", "result", "cast_bytes"}
    if row.name == "eye":
        known |= {"children"}
    store = OperandStore()
    for case in make_cases(row, ("small",)):
        if case.dtype not in ("float32", "float16", "complex128", "int32", "bool"):
            continue
        for layout in find_layouts(case)[::3]:
            operands = store.make_operands(case, layout)
            case.run(operands)
            dry = cp.explain(case.run, operands).to_dict()
            case.run(operands)
            real = cp.explain_last_dispatch().to_dict()
            dry["flags"] = sorted({*dry["flags"]} - {"dry_run"})
            real["flags"] = sorted({*real["flags"]} - {"integer_divide_by_zero"})
            if row.family == "linalg":  # some hundred bytes of products
                assert dry.pop("workspace_bytes") <= real.pop("workspace_bytes") + 1024
            leaves_copy = row.name in ("setitem", "put_along_axis") and layout != "contiguous"
            of_copy = {"result", "kernel", "workspace_bytes"} if leaves_copy else set()
            for field in real.keys() - known - of_copy:
                assert dry[field] == real[field], (case.key, layout, field)


WRITES = {
    "item": lambda x: x.__setitem__(0, 1.0),
    "slice": lambda x: x.__setitem__(slice(None, None, 2), 1.0),
    "index": lambda x: x.__setitem__([0, 3], 1.0),
    "mask": lambda x: x.__setitem__(x == 0, 1.0),
    "iadd": lambda x: x.__iadd__(1.0),
    "out": lambda x: cp.exp(x, out=x),
    "fill": lambda x: x.fill(1.0),
    "put": lambda x: cp.put_along_axis(x, cp.asarray([0]), cp.asarray([1.0]), axis=0),
    "at": lambda x: x.at(0).add(1.0),
}


@pytest.mark.sanitize
@pytest.mark.parametrize("size", [4, 8000, 9000, 30_000, 1_000_000])
@pytest.mark.parametrize("write", WRITES)
def test_who_keeps_a_dry_tensor_writes_to_a_copy(write: str, size: int) -> None:
    kept: list[cp.Tensor] = []
    for _ in range(2):
        cp.explain(lambda: kept.append(cp.zeros(size)))
    first, second = kept
    WRITES[write](first)
    assert float(cp.max(second)) == 0.0
    fresh = cp.zeros(size)
    WRITES[write](fresh)
    assert cp.digest(first) == cp.digest(fresh)
    again: list[cp.Tensor] = []
    cp.explain(lambda: again.append(cp.zeros(size)))
    assert float(cp.max(again[0])) == 0.0
    # Within a dry run the write is planned, not made.
    cp.explain(WRITES[write], second)
    assert float(cp.max(second)) == 0.0


def test_a_dry_run_computes_and_allocates_nothing():
    a = cp.broadcast_to(cp.ones(()), (10**6, 10**6))
    cp.memory.reset_peak()
    before = cp.memory.stats()["used_bytes"]
    record = cp.explain(cp.matmul, a, a)
    assert record.result.shape == (10**6, 10**6)
    cp.explain(cp.add, a, 1)
    cp.explain(cp.sum, a, axis=0)
    cp.explain(cp.sort, a)
    assert cp.memory.stats()["peak_used_bytes"] - before < 64 << 20


def test_a_dry_run_writes_nothing():
    a, b = cp.ones((4, 4)), cp.full((4, 4), 2.0)

    def step(w, g):
        w -= 0.5 * g
        w @= g
        w[0, 0] = 7
        return w

    cp.explain(cp.add, b, b, out=a)
    cp.explain(a.__iadd__, b)
    cp.explain(a.__imatmul__, b)
    cp.explain(step, a, b)
    assert a.tolist() == cp.ones((4, 4)).tolist()
    assert a.strides == (32, 8)
    assert b.tolist() == cp.full((4, 4), 2.0).tolist()


def test_a_dry_run_raises_what_the_call_would():
    x, y = cp.ones((3, 4)), cp.ones((4, 3))
    for call, arguments in [
        (cp.add, (x, y)),
        (cp.matmul, (x, x)),
        (cp.bitwise_and, (x, x)),
        (cp.sum, (None,)),
        (cp.reshape, (x, (5,))),
    ]:
        with pytest.raises((CorepyError, TypeError)) as real:
            call(*arguments)
        with pytest.raises(type(real.value)) as dry:
            cp.explain(call, *arguments)
        assert str(dry.value) == str(real.value)
    with pytest.raises(ArgumentError, match="ran no corepy operation"):
        cp.explain(len, [1, 2])
    with pytest.raises(TypeError):
        cp.explain()
    assert (cp.ones(2) + 1).tolist() == [2.0, 2.0]
    assert cp.explain_last_dispatch().op == "add"


def test_a_dry_run_of_a_python_function_gives_its_last_operation():
    record = cp.explain(lambda x: cp.exp(cp.sum(x, axis=0)), cp.ones((3, 4)))
    assert record.op == "exp"
    assert record.operands[0].shape == (4,)
