# The memory that large operations take beyond operands and result: none, or the workspace that
# docs/topics/memory_management.md states. The allocator itself is tested in test_memory.py.
from __future__ import annotations

import gc
import warnings
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from large_calls import COMPOSED, OPERATORS
from large_calls import N as LARGE_N

import corepy as cp

KIB, MIB = 1 << 10, 1 << 20
N = 1 << 20
ROWS = COLUMNS = 1 << 10

#: The allocator's classes are at most a quarter larger than what is asked for, and blocks of 32 KiB
#: and less may come from a thread's own.
ROUNDING = 1.25
SLACK = 4 * KIB
#: So far the count of used memory may lag behind a thread's own.
FOLD = 64 * KIB + SLACK

# As documented, for each thread.
REDUCTION = MIB
MATMUL = 16 * MIB
TRANSFORM = MIB  # beside a line
SORTING = MIB  # beside multiples of a row


@pytest.fixture(autouse=True, params=(1, 2))
def threads(request: pytest.FixtureRequest):
    cp.set_num_threads(request.param)
    yield request.param
    cp.set_num_threads(1)


def make(shape: tuple[int, ...], dtype: str) -> cp.Tensor:
    generator = np.random.default_rng(1)
    if dtype == "bool":
        return cp.asarray(generator.random(shape) < 0.5)
    return cp.asarray((100 * generator.random(shape)).astype(dtype))


def measure_workspace(evaluate: Callable[[], cp.Tensor]) -> tuple[int, int]:
    """The peak above what is used with the result, and what the record says."""
    evaluate()  # thread-local caches are filled
    before = cp.memory.stats()["used_bytes"]
    cp.memory.reset_peak()
    result = evaluate()
    stats = cp.memory.stats()
    record = cp.explain_last_dispatch()
    # What is there now beside the result was there before: nothing else is kept.
    assert stats["used_bytes"] - before <= ROUNDING * result.nbytes + SLACK
    return stats["peak_used_bytes"] - stats["used_bytes"], record.workspace_bytes


def check(evaluate: Callable[[], cp.Tensor], documented: int) -> None:
    """The peak is what the record says, and no more than is documented."""
    peak, recorded = measure_workspace(evaluate)
    assert recorded <= documented
    assert peak <= ROUNDING * recorded + SLACK


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int8", "complex64"])
def test_elementwise_needs_nothing(dtype: str) -> None:
    x = make((N,), dtype)
    matrix = cp.reshape(x, (ROWS, COLUMNS))
    mask = make((ROWS, COLUMNS), "bool")
    for evaluate in (
        lambda: cp.add(x, x),
        lambda: cp.multiply(matrix, matrix.T),
        lambda: cp.add(x[::2], x[1::2]),
        lambda: cp.add(x[::-1], x),
        lambda: cp.add(matrix, matrix[0]),
        lambda: cp.add(matrix, matrix[:, :1]),
        lambda: cp.equal(x, x),
        lambda: cp.where(mask, matrix, matrix.T),
        lambda: cp.negative(matrix.T),
        lambda: cp.square(x),
    ):
        check(evaluate, 0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_functions_need_nothing(dtype: str) -> None:
    matrix = make((ROWS, COLUMNS), dtype)
    for evaluate in (
        lambda: cp.exp(matrix),
        lambda: cp.sin(matrix.T),
        lambda: cp.atan2(matrix, matrix[0]),
        lambda: cp.pow(matrix[::2], matrix[1::2]),
    ):
        check(evaluate, 0)


@pytest.mark.parametrize("dtype", ["float64", "int32", "bool"])
def test_conversion_is_block_by_block(dtype: str) -> None:
    x, single = make((ROWS, COLUMNS), dtype), make((ROWS, COLUMNS), "float32")
    check(lambda: cp.astype(x, cp.float32), 0)
    check(lambda: cp.astype(x.T, cp.float64), 0)
    if dtype == "float64":
        check(lambda: cp.add(x, single), 0)
        check(lambda: cp.where(cp.less(x[:1], 1.0), x, single.T), 0)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32"])
@pytest.mark.parametrize("shape", [(ROWS, COLUMNS), (64, 1 << 14), (1 << 16, 16), (64, 32, 512)])
def test_reductions_need_a_few_rows(dtype: str, shape: tuple[int, ...], threads: int) -> None:
    x = make(shape, dtype)
    for operator in (cp.sum, cp.mean, cp.var, cp.max, cp.prod, cp.any, cp.argmax):
        if operator in (cp.mean, cp.var) and dtype == "int32":
            continue
        for axis in (None, *range(len(shape))):
            check(partial(operator, x, axis=axis), threads * REDUCTION)
    check(lambda: cp.sum(x.mT), threads * REDUCTION)
    if len(shape) == 3:
        check(lambda: cp.sum(x, axis=(0, 2)), threads * REDUCTION)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int8", "complex128"])
def test_products_need_packed_strips(dtype: str, threads: int) -> None:
    a, b = make((300, 1000), dtype), make((1000, 500), dtype)
    batch = make((20, 64, 64), dtype)
    for evaluate in (
        lambda: cp.matmul(a, b),
        lambda: cp.matmul(b.T, a.T),
        lambda: cp.matmul(a, b[:, 0]),
        lambda: cp.matmul(b[:, 0], a.T),
        lambda: cp.matmul(batch, batch),
        lambda: cp.vecdot(a, a),
        lambda: cp.tensordot(a, b, axes=1),
    ):
        check(evaluate, threads * MATMUL)


def test_large_products_need_no_more() -> None:
    x = make((1536, 1536), "float32")
    check(lambda: cp.matmul(x, x), 2 * MATMUL)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64", "int8"])
def test_sorting_needs_multiples_of_a_row(dtype: str, threads: int) -> None:
    row, matrix = make((N // 4,), dtype), make((ROWS // 2, COLUMNS // 2), dtype)
    for x, length in ((row, row.size), (matrix, matrix.shape[1])):
        for axis in range(x.ndim):
            keys_bytes = 7 * x.itemsize * length // 2
            check(partial(cp.sort, x, axis=axis), threads * (keys_bytes + SORTING))
            check(partial(cp.argsort, x, axis=axis), threads * (26 * length + SORTING))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "int64"])
def test_a_long_row_is_sorted_with_one_copy(dtype: str, threads: int) -> None:
    row = make((N if threads > 1 else 4 * N,), dtype)
    length, each = row.size, threads * (row.size * row.itemsize // 16 + SORTING)
    check(lambda: cp.sort(row), (row.itemsize + 1) * length + each)
    check(lambda: cp.argsort(row), (row.itemsize + 9) * length + each)


def test_rows_that_one_thread_sorts_need_its_workspace_only(threads: int) -> None:
    row = make((N // 16,), "float32")  # too short for two threads
    check(lambda: cp.sort(row), row.nbytes + 128 * KIB)
    check(lambda: cp.argsort(row), 26 * row.size + SORTING)


@pytest.mark.parametrize("dtype", ["float32", "int64", "int8"])
def test_joining_and_taking_need_nothing(dtype: str) -> None:
    x = make((ROWS, COLUMNS), dtype)
    generator = np.random.default_rng(2)
    positions = cp.asarray(generator.permutation(ROWS))
    for evaluate in (
        lambda: cp.concat([x, x.T], axis=0),
        lambda: cp.concat([x, x], axis=1),
        lambda: cp.stack([x, x.T], axis=2),
        lambda: cp.take(x, positions, axis=0),
        lambda: cp.take(x, positions, axis=1),
        lambda: cp.copy(x.T),
    ):
        check(evaluate, 0)


def test_writes_need_nothing() -> None:
    x, value = make((ROWS, COLUMNS), "float64"), make((ROWS, COLUMNS), "float64")

    def write() -> cp.Tensor:
        x[...] = value
        return x

    check(write, 0)


def test_updates_and_gathers_along_an_axis_need_positions() -> None:
    line, matrix = make((N,), "float64"), make((ROWS, COLUMNS), "float64")
    generator = np.random.default_rng(3)
    places = cp.asarray(generator.integers(0, N, N))
    columns = cp.asarray(generator.integers(0, COLUMNS, (ROWS, COLUMNS)))
    mask = make((N,), "bool")
    chosen = 8 * int(cp.count_nonzero(mask))
    for evaluate in (
        lambda: line.at(places).add(line),
        lambda: line.at(places).multiply(2.0),
        lambda: cp.take_along_axis(line, places, axis=0),
        lambda: cp.take_along_axis(matrix, columns, axis=1),
    ):
        check(evaluate, ROUNDED_POSITIONS)
    check(lambda: line.at(mask).add(1.0), int(ROUNDING * chosen) + SLACK)
    # Values of another dtype are written out once more.
    check(lambda: line.at(places).add(make((N,), "float32")), 2 * ROUNDED_POSITIONS)

    def put(values: cp.Tensor) -> cp.Tensor:
        cp.put_along_axis(matrix, columns, values, axis=1)
        return matrix

    values = make((ROWS, COLUMNS), "float64") + 1
    check(lambda: put(values), ROUNDED_POSITIONS)
    check(lambda: put(values[:1]), 2 * ROUNDED_POSITIONS)


#: 8 bytes for each of N places.
ROUNDED_POSITIONS = int(ROUNDING * 8 * N)


@pytest.mark.parametrize(
    ("numbers", "draw"),
    [
        (20, lambda g, n: g.gamma(n, 0.5, 3.0)),
        (20, lambda g, n: g.gamma(n, 0.5, dtype="float32")),
        (20, lambda g, n: g.chisquare(n, 3.0)),
        (20, lambda g, n: g.beta(n, 0.5, 3.0)),
        (29, lambda g, n: g.poisson(n, 30.0)),
        (29, lambda g, n: g.poisson((2, n // 2), 3.0)),
        (43, lambda g, n: g.binomial(n, 1000, 0.3)),
        (43 + 3 * 1.3, lambda g, n: g.multinomial(n, 50, [0.1, 0.2, 0.7])),
    ],
)
def test_rejection_holds_a_block(numbers: float, draw: Callable) -> None:
    for count in (N, 4 * N):
        check(lambda n=count: draw(cp.random.Generator(1), n), int(numbers * 8 * (1 << 18)))


def test_choices_need_keys_and_positions() -> None:
    rng = cp.random.Generator(1)
    check(lambda: rng.choice(N, N // 2, replace=False), 6 * 8 * N)
    weights = [0.1, 0.2, 0.3, 0.4]
    check(lambda: rng.choice(4, 4 * N, p=weights), 2 * 8 * 4 * N + 8 * 8 * (1 << 19))
    check(lambda: rng.dirichlet(N, weights), 3 * 8 * 4 * N + 20 * 8 * (1 << 18))


def test_a_hidden_copy_is_seen() -> None:
    # What the checks above would find: reshape of what is not in C order copies, and says so.
    x = make((ROWS, COLUMNS), "float32")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cp.PerformanceWarning)
        cp.memory.reset_peak()
        before = cp.memory.stats()["used_bytes"]
        cp.sum(cp.reshape(x.T, (-1,)))
    assert cp.memory.stats()["peak_used_bytes"] - before >= x.nbytes


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_transforms_need_a_line(dtype: str, threads: int) -> None:
    line, matrix = make((N,), dtype), make((ROWS, COLUMNS), dtype)
    check(lambda: cp.fft.fft(line), line.nbytes + threads * TRANSFORM)
    check(lambda: cp.fft.fft(line[: N // 2 + 1]), 10 * line.nbytes // 2 + threads * TRANSFORM)
    real = cp.real(line)
    check(lambda: cp.fft.rfft(real), line.nbytes + threads * TRANSFORM)
    for axis in (0, 1):
        check(partial(cp.fft.fft, matrix, axis=axis), threads * TRANSFORM)
        check(partial(cp.fft.fft, matrix.T, axis=axis), threads * TRANSFORM)
    check(lambda: cp.fft.ifftn(matrix), threads * TRANSFORM)


# ---- every operator, every function written in Python ----


@pytest.mark.parametrize("name", [*OPERATORS, *COMPOSED])
def test_the_peak_is_what_the_record_says(name: str) -> None:
    call = OPERATORS.get(name) or COMPOSED[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", cp.PerformanceWarning)
        call()  # operands are made, tables of transforms kept
        gc.collect()
        cp.memory.reset_peak()
        result = call()
        stats = cp.memory.stats()
        record = cp.explain_last_dispatch()
    peak = stats["peak_used_bytes"] - stats["used_bytes"]
    assert peak <= ROUNDING * record.workspace_bytes + FOLD
    assert 0 <= record.workspace_bytes <= peak + FOLD
    del result  # which is no part of the peak: it is there until now


#: Of functions written in Python, on N elements of float64: multiples of them.
COMPOSED_MULTIPLES = {
    "allclose": 4,
    "angle": 3,
    "around": 3,
    "average": 2,
    "bincount": 3,
    "cbrt": 4,
    "convolve": 3,
    "corrcoef": 4,
    "correlate": 3,
    "cov": 3,
    "delete": 0,
    "diff": 0,
    "fmax": 3,
    "fmod": 3,
    "gradient": 3,
    "hanning": 4,
    "histogram": 7,
    "histogram2d": 7,
    "hstack": 0,
    "insert": 1,
    "interp": 13,
    "intersect1d": 8,
    "isclose": 4,
    "kaiser": 5,
    "lexsort": 5,
    "median": 3,
    "nan_to_num": 2,
    "nanargmax": 2,
    "nancumsum": 2,
    "nanmax": 2,
    "nanmean": 2,
    "nanmedian": 3,
    "nanquantile": 3,
    "nansum": 2,
    "nanvar": 3,
    "pad": 1,
    "polyder": 3,
    "polymul": 3,
    "ptp": 0,
    "quantile": 3,
    "polyval": 2,
    "random.beta": 15,
    "random.binomial": 34,
    "random.chisquare": 15,
    "random.choice by weight": 6.5,
    "random.choice without replacement": 4,
    "random.dirichlet": 15,
    "random.gamma": 15,
    "random.geometric": 3,
    "random.laplace": 4,
    "random.permutation": 5,
    "random.multinomial": 35,
    "random.permuted": 5,
    "random.poisson": 22,
    "random.weibull": 3,
    "ravel_multi_index": 4,
    "rot90": 0,
    "select": 3,
    "setdiff1d": 6,
    "sinc": 4,
    "trapezoid": 3,
    "union1d": 7,
    "unravel_index": 4,
    "unwrap": 4,
}


@pytest.mark.parametrize("name", COMPOSED_MULTIPLES)
def test_functions_written_in_python_take_a_few_operands(name: str, threads: int) -> None:
    COMPOSED[name]()
    record = cp.explain_last_dispatch()
    documented = ROUNDING * COMPOSED_MULTIPLES[name] * 8 * LARGE_N
    assert record.workspace_bytes <= documented + threads * REDUCTION + MATMUL * name.startswith(
        "co"
    )


@pytest.mark.parametrize(
    "function",
    [
        lambda x: cp.isclose(x, x),
        lambda x: cp.around(x, 2),
        lambda x: cp.histogram(x, bins=10, range=(0.0, 100.0)),
        lambda x: cp.histogram2d(x, x, bins=10, range=((0.0, 100.0), (0.0, 100.0))),
        lambda x: cp.bincount(cp.astype(x, cp.int64)[:0]),
        lambda x: cp.interp(x, [0.0, 50.0, 100.0], [1.0, 2.0, 5.0]),
    ],
)
def test_blocks_bound_what_is_held(function: Callable[[cp.Tensor], object]) -> None:
    """Twice the operand takes no more: intermediate results are those of a block."""
    workspaces = []
    for count in (4, 8):
        x = make((count * N,), "float64")
        function(x)
        workspaces.append(cp.explain_last_dispatch().workspace_bytes)
    assert workspaces[1] <= 1.02 * workspaces[0] + SLACK
