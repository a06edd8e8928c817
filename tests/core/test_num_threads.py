# Tests of set_num_threads: bits, records, worker threads, scopes. The pool itself is tested in C++
# (tests/cpp/thread_pool_test.cpp), Ctrl-C in test_interrupt.py, fork in test_fork.py.
from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import corepy as cp
from corepy import Tensor

pytestmark = pytest.mark.sanitize

COUNTS = (2, 3, 7)


@pytest.fixture(autouse=True)
def one_thread_afterwards() -> Iterator[None]:
    yield
    cp.set_num_threads(1)


def make(dtype: str, *shape: int, seed: int = 0) -> Tensor:
    """Ordinary numbers with some NaNs, infinities, signed zeros and equal ones among floats."""
    random = np.random.default_rng(seed)
    x = random.standard_normal(shape)
    if dtype.startswith("float"):
        flat = x.reshape(-1)
        flat[::65_537] = -0.0
        flat[7::99_991] = 3.25
    if dtype == "bool":
        return cp.asarray(x > 0)
    if dtype.startswith("complex"):
        return cp.asarray((x + 1j * random.standard_normal(shape)).astype(dtype))
    return cp.asarray((x * 100).astype(dtype) if "int" in dtype else x.astype(dtype))


def with_nans(x: Tensor, *positions: int) -> Tensor:
    """A copy that has NaN at some positions."""
    y = cp.copy(x)
    for position in positions:
        y[position] = cp.nan
    return y


LONG = 1_300_007  # of the last part of a long reduction something is left
WIDE = (1200, 1100)

CALLS: dict[str, Callable[[], Tensor]] = {
    "add": lambda: make("float32", LONG) + make("float32", LONG, seed=1),
    "exp": lambda: cp.exp(make("float64", LONG)),
    "less": lambda: make("int32", LONG) < make("int32", LONG, seed=1),
    "equal complex": lambda: make("complex64", LONG) == make("complex64", LONG),
    "where": lambda: cp.where(
        make("bool", LONG), make("float32", LONG), make("float32", LONG, seed=1)
    ),
    "streamed": lambda: make("float64", 4_500_000) * 3.0,
    "strided": lambda: make("float32", 2 * LONG)[::2] - make("float32", LONG)[::-1],
    "transposed": lambda: make("float64", *WIDE) + make("float64", *reversed(WIDE)).T,
    "row": lambda: make("float32", *WIDE) * make("float32", WIDE[1]),
    "column": lambda: make("float32", *WIDE) / make("float32", WIDE[0], 1),
    "converted": lambda: make("float32", *WIDE) + make("float64", *WIDE)[::-1],
    "three axes": lambda: make("float32", 40, 50, 700)[:, ::2] + make("float32", 40, 1, 700),
    "short outer axis": lambda: make("float32", 3, 500_000)[:, ::2] + make("float32", 3, 1),
    "sum": lambda: cp.sum(make("float32", LONG)),
    "sum of complex": lambda: cp.sum(make("complex128", LONG)),
    "sum of int8": lambda: cp.sum(make("int8", 3 * LONG)),
    "sum, strided": lambda: cp.sum(make("float64", 3 * LONG)[::3]),
    "sum, gathered": lambda: cp.sum(make("float64", 1300, 1100)[:, ::2]),
    "sum, converted": lambda: cp.sum(make("float32", LONG), dtype=cp.float64),
    "prod": lambda: cp.prod(1 + make("float64", LONG) * 1e-7),
    "mean": lambda: cp.mean(make("float32", LONG)),
    "mean of ints": lambda: cp.mean(make("int64", LONG)),
    "var": lambda: cp.var(make("float32", LONG), correction=1),
    "std": lambda: cp.std(make("float64", LONG)),
    "max": lambda: cp.max(make("float32", LONG)),
    "min with NaN": lambda: cp.min(with_nans(make("float64", LONG), LONG - 5)),
    "min of zeros": lambda: cp.min(make("float64", LONG) * 0.0),
    "argmax": lambda: cp.argmax(make("float32", LONG)),
    "argmax of equals": lambda: cp.argmax(cp.ones(LONG)),
    "argmin with NaNs": lambda: cp.argmin(with_nans(make("float32", LONG), 900_001, 1_200_000)),
    "any": lambda: cp.any(cp.zeros(8 * LONG, dtype=cp.bool)),
    "all": lambda: cp.all(cp.ones(LONG)),
    "all, false at the end": lambda: cp.all(cp.arange(LONG)[::-1]),
    "sum of rows": lambda: cp.sum(make("float32", *WIDE), axis=1),
    "sum of columns": lambda: cp.sum(make("float32", *WIDE), axis=0),
    "var of columns": lambda: cp.var(make("float64", 300, 5000), axis=0),
    "argmin of rows": lambda: cp.argmin(make("float32", *WIDE), axis=1),
    "middle axis": lambda: cp.sum(make("float64", 30, 40, 900), axis=1),
    "outer axes": lambda: cp.mean(make("float32", 30, 40, 900), axis=(0, 2)),
    "matmul": lambda: make("float32", 300, 700) @ make("float32", 700, 410),
    "matmul float64": lambda: make("float64", 513, 1600) @ make("float64", 1600, 70),
    "matmul complex": lambda: make("complex64", 150, 300) @ make("complex64", 300, 160),
    "matmul int": lambda: make("int32", 200, 210) @ make("int32", 210, 220),
    "matrix-vector": lambda: make("float32", 3000, 900) @ make("float32", 900),
    "vector-matrix": lambda: make("float64", 900) @ make("float64", 900, 3000),
    "batched": lambda: make("float32", 5000, 9, 8) @ make("float32", 5000, 8, 7),
    "batches of one": lambda: make("float64", 3, 200, 300) @ make("float64", 300, 200),
    "vecdot": lambda: cp.vecdot(make("float32", 4000, 300), make("float32", 4000, 300, seed=2)),
    "tensordot": lambda: cp.tensordot(
        make("float64", 40, 30, 50), make("float64", 50, 600), axes=1
    ),
    "copy": lambda: cp.copy(make("complex64", *WIDE).T),
    "astype": lambda: cp.astype(make("float64", 3, 500_000)[:, ::-1], cp.int16),
    "concat": lambda: cp.concat([make("int32", *WIDE).T, make("float64", *WIDE).T], axis=1),
    "stack": lambda: cp.stack([make("float32", LONG), make("float32", LONG, seed=1)], axis=1),
    "broadcast copy": lambda: cp.copy(cp.broadcast_to(make("float64", 1200, 1), WIDE)),
    "take": lambda: cp.take(make("float64", LONG), cp.argsort(make("float32", LONG)), axis=0),
    "take of columns": lambda: cp.take(
        make("float32", *WIDE), cp.asarray([3, -1, 0, 700] * 100), axis=1
    ),
    "sort": lambda: cp.sort(make("float32", 500, 600), axis=1),
    "sort columns": lambda: cp.sort(make("float64", 600, 300), axis=0, descending=True),
    "argsort": lambda: cp.argsort(make("int16", 500, 600), axis=-1),
    "sort of one row": lambda: cp.sort(with_nans(make("float64", LONG), 5, LONG - 1)),
    "argsort of one row": lambda: cp.argsort(make("float32", LONG), descending=True),
    "unique": lambda: cp.unique_all(make("float32", LONG)).inverse_indices,
}


@pytest.mark.parametrize("call", CALLS)
def test_bits_do_not_depend_on_the_number_of_threads(call: str) -> None:
    expected = cp.digest(CALLS[call]())
    for count in COUNTS:
        with cp.settings.override(num_threads=count):
            assert cp.digest(CALLS[call]()) == expected, count


@pytest.mark.parametrize("isa", list(cp.isas()[1:]))
@pytest.mark.parametrize(
    "call", ["add", "sum", "var", "argmax", "matmul", "sum of columns", "sort"]
)
def test_bits_depend_on_neither_threads_nor_isa(call: str, isa: str) -> None:
    expected = cp.digest(CALLS[call]())
    with cp.settings.override(num_threads=3, isa=isa):
        assert cp.digest(CALLS[call]()) == expected


def test_large_work_is_shared_and_small_work_is_not() -> None:
    x = make("float64", 600, 600)
    cp.set_num_threads(2)
    for _ in range(50):  # a worker that wakes late finds nothing left
        x @ x
        if cp.explain_last_dispatch().threads == 2:
            break
    assert cp.explain_last_dispatch().threads == 2
    _ = x[:5] + 1
    assert cp.explain_last_dispatch().threads == 1
    with cp.settings.override(num_threads=1):
        x @ x
        assert cp.explain_last_dispatch().threads == 1


PROGRAM = """
import os, threading, time
def tasks(): return len(os.listdir("/proc/self/task"))
first = threading.Thread(target=int)  # with it a sanitizer starts a thread of its own
first.start(); first.join()
time.sleep(0.5)  # a joined thread leaves /proc a little later
before = tasks()
def workers(): return tasks() - before
import corepy as cp
x = cp.ones(2_000_000)
y = x + x
assert workers() == 0, "one thread until more are asked for"
cp.set_num_threads(3)
assert cp.get_num_threads() == 3 and workers() == 0, "none before it is needed"
small = x[:1000] + 1
assert workers() == 0, "none for small work"
y = x + x
assert 1 <= workers() <= 2, workers()
expected = cp.digest(y)
pid = os.fork()
if pid == 0:
    # Where threads can be started in a child (not under GCC's thread sanitizer), some are.
    alone = tasks() == 1
    os._exit(0 if alone and cp.digest(x + x) == expected and 1 <= tasks() <= 3 else 1)
assert os.waitpid(pid, 0)[1] == 0
cp.set_num_threads(1)
time.sleep(0.5)
assert workers() == 0, "the workers ended"
cp.settings.num_threads = "all"
assert 1 <= cp.get_num_threads() <= os.cpu_count()
cp.settings.pin_threads = True
mask = os.sched_getaffinity(0)
cp.set_num_threads(2)
z = x * x
assert os.sched_getaffinity(0) == mask, "the caller's thread is left alone"
print("done")
"""


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="threads are counted in /proc")
def test_threads_start_when_needed_and_end() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", PROGRAM],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout == "done\n", (done.returncode, done.stdout, done.stderr)


def test_python_threads_share_the_workers() -> None:
    x = make("float32", LONG)
    a = make("float64", 250, 250)
    expected = [cp.digest(cp.sum(x * i)) + cp.digest(a @ a * i) for i in range(8)]
    cp.set_num_threads(3)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(3):
            found = pool.map(lambda i: cp.digest(cp.sum(x * i)) + cp.digest(a @ a * i), range(8))
            assert list(found) == expected


def test_wrong_numbers() -> None:
    for wrong in (0, -1, 1025, 2.0, "many", None, True):
        with pytest.raises(cp.SettingError, match="not a number of threads"):
            cp.set_num_threads(wrong)  # type: ignore[arg-type]
    assert cp.get_num_threads() == 1
    with pytest.raises(cp.SettingError, match="process's"):
        cp.settings.override(pin_threads=True)


def test_an_index_out_of_bounds_is_found_by_any_thread() -> None:
    indices = cp.zeros(LONG, dtype=cp.int64)
    indices[LONG - 1] = 5
    with cp.settings.override(num_threads=3), pytest.raises(IndexError, match="take"):
        cp.take(cp.ones(5), indices, axis=0)


def test_flags_of_tasks_reach_the_record() -> None:
    divisor = cp.ones(LONG, dtype=cp.int32)
    divisor[LONG - 2] = 0
    with cp.settings.override(num_threads=3):
        _ = cp.ones(LONG, dtype=cp.int32) // divisor
        assert "integer_divide_by_zero" in cp.explain_last_dispatch().flags
        with cp.settings.override(strict=True), pytest.raises(cp.StrictModeError, match="zero"):
            _ = cp.ones(LONG, dtype=cp.int32) // divisor


def test_a_reduction_in_parts_has_the_bits_of_one_in_a_piece() -> None:
    """From 2^24 elements on, a single result is computed in parts on one thread as well."""
    x = make("float32", (1 << 24) + 12_345)
    rows = cp.stack([x, x])
    for reduce in (cp.sum, cp.var, cp.max, cp.argmin):
        assert cp.digest(reduce(x)) == cp.digest(reduce(rows, axis=1)[0])
