# What docs/topics/multithreading.md and indexing.md say of threads, against dry runs: they tell how
# many would compute at most, whatever the machine is busy with.
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import corepy as cp

PAGE = (Path(__file__).resolve().parents[2] / "docs/topics/multithreading.md").read_text("utf-8")
SHARING, ALONE = re.findall(
    r"- \*\*What (?:uses them|runs on one thread)\*\*: (.*?)(?=\n- \*\*)", PAGE, re.DOTALL
)
COUNT = 4_000_000
LINE = cp.random.Generator(1).uniform(COUNT)
OTHER = cp.random.Generator(2).uniform(COUNT)
TABLE = LINE.reshape(2000, 2000)
MASK = LINE > 0.5
PLACES = cp.astype(cp.floor(LINE * COUNT), cp.int64)
COLUMNS = cp.astype(cp.floor(TABLE * 2000), cp.int64)
STACK = cp.copy(LINE[: 900 * 1600]).reshape(900, 40, 40)
DEFINITE = STACK @ STACK.mT + 10 * cp.eye(40)
POINTS = cp.copy(LINE[:3_000_000]).reshape(1_000_000, 3)
G = cp.random.Generator(3)

SHARED: dict[str, Callable[[], object]] = {
    "add": lambda: LINE + OTHER,
    "exp": lambda: cp.exp(LINE),
    "where": lambda: cp.where(MASK, LINE, OTHER),
    "astype": lambda: cp.astype(LINE, cp.float32),
    "sum": lambda: cp.sum(LINE),
    "var": lambda: cp.var(TABLE, axis=0),
    "argmax": lambda: cp.argmax(LINE),
    "vector_norm": lambda: cp.linalg.vector_norm(LINE),
    "cumulative_sum": lambda: cp.cumulative_sum(LINE),
    "cumulative_prod": lambda: cp.cumulative_prod(TABLE, axis=1),
    "matmul": lambda: TABLE @ TABLE,
    "vecdot": lambda: cp.vecdot(TABLE, TABLE),
    "cholesky": lambda: cp.linalg.cholesky(DEFINITE),
    "qr": lambda: cp.linalg.qr(STACK),
    "solve": lambda: cp.linalg.solve(TABLE[:1000, :1000], TABLE[0, :1000]),
    "inv": lambda: cp.linalg.inv(TABLE[:800, :800]),
    "det": lambda: cp.linalg.det(STACK),
    "eigh": lambda: cp.linalg.eigh(DEFINITE),
    "svd": lambda: cp.linalg.svd(STACK),
    "eig": lambda: cp.linalg.eig(STACK),
    "fft.fft": lambda: cp.fft.fft(TABLE),
    "fft.rfft": lambda: cp.fft.rfft(LINE[: 2**20]),
    "fft.fftn": lambda: cp.fft.fftn(TABLE),
    "sort": lambda: cp.sort(LINE),
    "argsort": lambda: cp.argsort(TABLE),
    "searchsorted": lambda: cp.searchsorted(cp.arange(1000.0), LINE),
    "isin": lambda: cp.isin(PLACES, PLACES[:1000]),
    "copy": lambda: cp.copy(TABLE.T),
    "concat": lambda: cp.concat([LINE, OTHER]),
    "stack": lambda: cp.stack([LINE, OTHER]),
    "repeat": lambda: cp.repeat(LINE, 2),
    "tile": lambda: cp.tile(LINE, 2),
    "roll": lambda: cp.roll(LINE, 5),
    "take": lambda: cp.take(LINE, PLACES),
    "take_along_axis": lambda: cp.take_along_axis(TABLE, COLUMNS, axis=1),
    "getitem": lambda: LINE[MASK],
    "at_add": lambda: LINE.at(PLACES).add(OTHER),
    "random.uniform": lambda: G.uniform(COUNT),
    "random.normal": lambda: G.normal(COUNT),
    "random.integers": lambda: G.integers(COUNT, 0, 9),
    "random.bits": lambda: G.bits(COUNT),
}
#: What is made of operations that share: a log has them.
COMPOSED: dict[str, Callable[[], object]] = {
    "nonzero": lambda: cp.nonzero(MASK),
    "unique_values": lambda: cp.unique_values(LINE),
    "outer": lambda: cp.linalg.outer(TABLE[0], TABLE[1]),
    "cross": lambda: cp.linalg.cross(POINTS, POINTS + 1),
    "pinv": lambda: cp.linalg.pinv(STACK),
    "median": lambda: cp.median(TABLE, axis=1),
    "histogram": lambda: cp.histogram(LINE),
    "convolve": lambda: cp.convolve(LINE, OTHER[:9]),
    "einsum": lambda: cp.einsum("ij,jk->ik", TABLE, TABLE),
}
SINGLE: dict[str, Callable[[], object]] = {
    "zeros": lambda: cp.zeros(COUNT),
    "full": lambda: cp.full(COUNT, 2.0),
    "arange": lambda: cp.arange(COUNT),
    "linspace": lambda: cp.linspace(0, 1, COUNT),
    "eye": lambda: cp.eye(2000),
    "tril": lambda: cp.tril(TABLE),
    "setitem": lambda: cp.copy(LINE).__setitem__(PLACES, OTHER),
    "put_along_axis": lambda: cp.put_along_axis(TABLE, COLUMNS, 0.0, axis=1),
    "vecdot": lambda: cp.vecdot(LINE, OTHER),
    "diagonal": lambda: cp.linalg.diagonal(TABLE),
    "trace": lambda: cp.linalg.trace(STACK),
    "eig": lambda: cp.linalg.eig(TABLE[:100, :100]),
    "digest": lambda: cp.digest(LINE),
    "sort": lambda: cp.sort(cp.astype(LINE * 100, cp.int8)),
}


@pytest.fixture(autouse=True)
def _two_threads() -> Iterator[None]:
    cp.set_num_threads(2)
    yield
    cp.set_num_threads(1)


def names_in(text: str) -> set[str]:
    return set(re.findall(r"`([\w.]+)`", text))


def test_the_lists_are_the_pages() -> None:
    assert names_in(SHARING) == {*SHARED, *COMPOSED}
    assert names_in(ALONE) == {*SINGLE}


#: 1.5 MiB are read, an eighth of it is written: what moves is the work.
SHORT = LINE[:200_000]
NARROW: dict[str, Callable[[], object]] = {
    "less": lambda: SHORT < 0.5,
    "isnan": lambda: cp.isnan(SHORT),
    "astype": lambda: cp.astype(SHORT, cp.int8),
    "any": lambda: cp.any(SHORT),
}


@pytest.mark.parametrize("name", NARROW)
def test_what_is_read_counts(name: str) -> None:
    assert cp.explain(NARROW[name]).threads == 2


@pytest.mark.parametrize("name", SHARED)
def test_it_shares(name: str) -> None:
    assert cp.explain(SHARED[name]).threads == 2


@pytest.mark.parametrize("name", COMPOSED)
def test_its_parts_share(name: str) -> None:
    for _ in range(100):  # a second thread may come too late
        with cp.record_dispatches() as log:
            COMPOSED[name]()
        if max(record.threads for record in log) == 2:
            return
    raise AssertionError("one thread in every call")


@pytest.mark.parametrize("name", SINGLE)
def test_it_does_not(name: str) -> None:
    assert cp.explain(SINGLE[name]).threads == 1


def test_writing_shares_through_a_mask_only() -> None:
    """Also in indexing.md."""

    def write(key: object, value: object) -> int:
        return cp.explain(lambda: x.__setitem__(key, value)).threads

    x = cp.copy(LINE)
    assert write(MASK, 1.0) == write(MASK, OTHER[MASK]) == 2
    assert write(PLACES, 1.0) == write(slice(None), 1.0) == write(slice(None), OTHER) == 1
    x = cp.copy(TABLE)
    assert write(cp.arange(1500), 1.0) == write((slice(None), cp.arange(1500)), 1.0) == 1
