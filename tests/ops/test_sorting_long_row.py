# Tests of sorting one long row: what threads share and what one thread cuts for Ctrl-C has the bits
# of a stable sort, whatever the row holds. Short rows are in test_sorting.py.
from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

import numpy as np
import pytest

import corepy as cp
from corepy.backend.reference.sorting import argsort as reference_argsort

DTYPES = ("bool", "uint8", "int16", "int32", "uint32", "int64", "uint64", "float32", "float64")
#: From this length on threads share a row (csrc/corepy/dispatch/sorting_long_row.cpp).
SHARED = 1 << 17
#: From this length on a row is cut on one thread, too.
CUT = 1 << 22


@pytest.fixture(autouse=True)
def one_thread_afterwards() -> Iterator[None]:
    yield
    cp.set_num_threads(1)


def make_patterns(dtype: str, n: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(n)
    places = np.arange(n)
    wide = rng.integers(-(2**31), 2**31, n)
    made = {
        "random": wide << 20 if "64" in dtype else wide,
        "few values": rng.integers(0, 5, n),
        "half equal": np.where(rng.random(n) < 0.5, 7, wide),
        "sorted": np.sort(wide),
        "reversed": places[::-1],
        "last out of place": np.where(places == n - 1, -1, places),
        "one value": np.ones(n, dtype=np.int64),
        "organ pipe": np.minimum(places, n - places),
    }
    patterns = {name: values.astype(dtype) for name, values in made.items()}
    if dtype.startswith("float"):
        x = rng.standard_normal(n).astype(dtype)
        x[rng.random(n) < 0.3] = np.nan
        x[rng.random(n) < 0.1] = -np.nan
        zeros = rng.random(n) < 0.2
        x[zeros] = np.where(rng.random(n) < 0.5, -0.0, 0.0)[zeros]
        patterns["NaNs and zeros of both signs"] = x
        patterns["zeros"] = np.where(rng.random(n) < 0.5, -0.0, 0.0).astype(dtype)
        patterns["NaNs"] = np.full(n, np.nan, dtype)
    return patterns


def check_row(x: np.ndarray, label: str, *, descending: bool) -> None:
    """Positions are the oracle's, and values are those at the positions, bit by bit."""
    tensor = cp.asarray(x)
    places = np.asarray(cp.argsort(tensor, descending=descending))
    expected = reference_argsort(x, axis=0, descending=descending)
    assert np.array_equal(places, expected), label
    values = np.asarray(cp.sort(tensor, descending=descending))
    assert values.tobytes() == x[expected].tobytes(), label


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("descending", [False, True])
def test_patterns(dtype: str, descending: bool, isa: str) -> None:
    cp.set_num_threads(3)
    for name, x in make_patterns(dtype, SHARED + 1).items():
        check_row(x, name, descending=descending)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int16"])
@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_lengths_around_the_cut(dtype: str, threads: int) -> None:
    cp.set_num_threads(threads)
    for n in (SHARED - 1, SHARED, SHARED + 1, 3 * SHARED + 4097):
        check_row(make_patterns(dtype, n)["random"], str(n), descending=n % 2 == 0)


@pytest.mark.parametrize("name", ["sort", "argsort"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_a_row_that_one_thread_cuts(name: str, dtype: str) -> None:
    function = getattr(cp, name)
    x = np.random.default_rng(3).standard_normal(CUT + 5)
    x[::7] = -0.0
    x[3::7] = 0.0
    values = (x * 1e6).astype(dtype)
    row, short = cp.asarray(values), cp.asarray(values[: CUT - 1])
    whole = np.asarray(function(row))
    expected = np.argsort(values, kind="stable")
    assert np.array_equal(whole, values[expected] if name == "sort" else expected)
    digests = set()
    for threads in (1, 2, 7):
        with cp.settings.override(num_threads=threads):
            digests.add((cp.digest(function(row)), cp.digest(function(short))))
    assert len(digests) == 1


@pytest.mark.parametrize("dtype", ["float64", "int32", "bool"])
def test_rows_in_any_layout(dtype: str) -> None:
    cp.set_num_threads(2)
    x = (np.random.default_rng(5).standard_normal((2, SHARED + 3, 2)) * 9).astype(dtype)
    tensor = cp.asarray(x)
    expected = np.argsort(x, axis=1, kind="stable")
    assert np.array_equal(np.asarray(cp.argsort(tensor, axis=1)), expected)
    assert np.array_equal(np.asarray(cp.sort(tensor, axis=1)), np.sort(x, axis=1))
    assert np.array_equal(np.asarray(cp.sort(tensor[1, ::-1, 0])), np.sort(x[1, :, 0]))


@pytest.mark.parametrize("name", ["sort", "argsort"])
def test_threads_share_a_row(name: str) -> None:
    x = cp.asarray(np.random.default_rng(6).standard_normal(4 * SHARED))
    cp.set_num_threads(2)
    seen = set()
    for _ in range(50):  # a worker that wakes late finds nothing left
        getattr(cp, name)(x)
        seen.add(cp.explain_last_dispatch().threads)
    assert 2 in seen


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")
def test_a_forked_child_sorts_with_threads_of_its_own() -> None:
    x = cp.asarray(np.random.default_rng(8).standard_normal(2 * SHARED))
    cp.set_num_threads(2)
    expected = cp.digest(cp.sort(x))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of fork beside threads
        pid = os.fork()
    if pid == 0:
        os._exit(0 if cp.digest(cp.sort(x)) == expected else 1)
    assert os.waitpid(pid, 0)[1] == 0
