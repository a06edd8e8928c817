# Tests of the allocator as users see it: counts, budget, limit, errors and recovery, alignment.
from __future__ import annotations

import gc
import subprocess
import sys

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ArgumentError, ArgumentTypeError, CorepyError, MemoryLimitError

pytestmark = pytest.mark.sanitize
MIB = 1 << 20


@pytest.fixture(autouse=True)
def restored():
    """Every test starts with an empty cache and leaves budget and limit as it found them."""
    gc.collect()
    before = cp.memory.stats()
    cp.memory.trim()
    yield
    cp.memory.budget(before["budget_bytes"])
    cp.memory.limit(before["limit_bytes"])


def used():
    return cp.memory.stats()["used_bytes"]


def test_used_memory_follows_the_tensors():
    before = used()
    x = cp.zeros(4 * MIB, dtype=cp.uint8)
    assert used() - before >= 4 * MIB
    view = x[1:]
    assert used() - before <= 5 * MIB  # blocks are at most a quarter too large
    del x
    assert used() - before >= 4 * MIB
    del view
    assert used() == before


def test_freed_blocks_are_reused_within_the_budget():
    cp.memory.budget(64 * MIB)
    x = cp.zeros(MIB, dtype=cp.float64)
    del x
    stats = cp.memory.stats()
    assert stats["cached_bytes"] >= 8 * MIB
    x = cp.zeros(MIB, dtype=cp.float64)
    assert cp.memory.stats()["reuse_count"] > stats["reuse_count"]
    assert cp.memory.stats()["cached_bytes"] <= stats["cached_bytes"] - 8 * MIB
    del x
    assert cp.memory.trim() >= 8 * MIB
    assert cp.memory.stats()["cached_bytes"] == 0


def test_the_budget_bounds_what_is_kept():
    small = MIB  # threads keep a few blocks of up to 4 KiB beside the budget
    cp.memory.budget(0)
    x = cp.zeros(MIB)
    del x
    assert cp.memory.stats()["cached_bytes"] < small
    cp.memory.budget(3 * MIB)
    blocks = [cp.zeros(MIB, dtype=cp.uint8) for _ in range(10)]
    del blocks
    assert cp.memory.stats()["cached_bytes"] < 3 * MIB + small


def test_a_smaller_budget_takes_effect_at_once():
    cp.memory.budget(64 * MIB)
    x = cp.zeros(MIB)
    del x
    cp.memory.budget(MIB)
    assert cp.memory.stats()["cached_bytes"] < 2 * MIB


def test_peak_follows_and_restarts():
    cp.memory.reset_peak()
    before = used()
    x = cp.zeros(MIB)
    del x
    assert cp.memory.stats()["peak_used_bytes"] >= before + 8 * MIB
    cp.memory.reset_peak()
    assert cp.memory.stats()["peak_used_bytes"] == used()


def test_counts_grow():
    before = cp.memory.stats()
    kept = [cp.ones(10) for _ in range(5)]
    after = cp.memory.stats()
    assert after["allocation_count"] >= before["allocation_count"] + len(kept)
    assert after["limit_bytes"] is None


# ---- the limit


OVER_LIMIT = {
    "zeros": lambda x: cp.zeros(16 * MIB),
    "add": lambda x: x + x,
    "broadcast": lambda x: cp.reshape(x, (-1, 1)) + cp.ones(100),
    "matmul": lambda x: cp.reshape(x, (-1, 1)) @ cp.ones((1, 100)),
    "sort": cp.sort,
    "argsort": cp.argsort,
    "concat": lambda x: cp.concat([x, x]),
    "stack": lambda x: cp.stack([x, x]),
    "astype": lambda x: cp.astype(x, cp.complex128),
    "copy": cp.copy,
    "take": lambda x: cp.take(x, cp.broadcast_to(cp.asarray([0]), (2 * MIB,))),
    "tril": lambda x: cp.tril(cp.reshape(x, (1024, -1))),
    "where": lambda x: cp.where(cp.isnan(x[:1]), x, x),
    "asarray": lambda x: cp.asarray(np.ones(2 * MIB)),
    "Tensor": lambda x: cp.Tensor(x, copy=True) + 1,
    "list": lambda x: cp.asarray([[1.0] * 1000] * 1100),
    "cumulative": lambda x: [x * i for i in range(9)],
    "setitem": lambda x: x[...].__setitem__(0, 1),
    "inplace": lambda x: x[...].__iadd__(1),
    "meshgrid": lambda x: [one + 1 for one in cp.meshgrid(x, x[:8])],
}


@pytest.mark.parametrize("case", OVER_LIMIT)
def test_beyond_the_limit_operations_raise_and_recover(case):
    x = cp.ones(MIB)
    value = np.asarray(x).copy()
    gc.collect()
    before = used()
    cp.memory.limit(before + 4 * MIB)
    record = cp.explain_last_dispatch()
    for _ in range(3):
        with pytest.raises(MemoryLimitError) as caught:
            OVER_LIMIT[case](x)
        assert isinstance(caught.value, MemoryError)
        assert isinstance(caught.value, CorepyError)
        del caught
        gc.collect()
        assert used() <= before
    assert (cp.ones(10) + 1).tolist() == [2.0] * 10  # small ones still work
    del record
    cp.memory.limit(None)
    np.testing.assert_array_equal(np.asarray(x), value)
    OVER_LIMIT["copy"](x)


def test_the_message_says_what_was_asked_and_what_is_allowed():
    cp.memory.limit(used() + MIB)
    with pytest.raises(MemoryLimitError, match=r"^zeros: .*\(got .*; expected .*\)"):
        cp.zeros(MIB)


def test_cached_blocks_give_way_to_the_limit():
    cp.memory.budget(256 * MIB)
    x = cp.zeros(4 * MIB)
    del x
    cp.memory.limit(used() + 24 * MIB)
    y = cp.zeros(2 * MIB)  # fits, whatever the cache holds
    assert y.nbytes == 16 * MIB


def test_more_than_the_address_space_is_refused():
    before = used()
    for shape in [(2**46,), (2**29, 2**30)]:
        with pytest.raises(MemoryLimitError):
            cp.empty(shape)
    assert used() == before
    assert cp.ones(3).tolist() == [1.0] * 3


@pytest.mark.address_space
@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS limits nothing elsewhere")
def test_the_system_refusing_memory_is_an_error():
    code = """
import resource, corepy as cp
x = cp.ones(1 << 20)
resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
for _ in range(3):
    try:
        kept = [cp.empty(1 << 25) for _ in range(100)]
    except cp.MemoryLimitError as error:
        print("refused", error)
        kept = None
print((x + 1)[:2].tolist())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.count("refused") == 3
    assert done.stdout.endswith("[2.0, 2.0]\n")


@pytest.mark.parametrize("function", [cp.memory.budget, cp.memory.limit])
def test_wrong_sizes(function):
    for wrong in ("1 GB", 1.5, True, [1]):
        with pytest.raises(ArgumentTypeError, match=r"^memory\."):
            function(wrong)
    for wrong in (-1, 2**63, -(2**70)):
        with pytest.raises(ArgumentError, match=r"^memory\."):
            function(wrong)


def test_storage_is_aligned_to_64_bytes():
    for size in (0, 1, 3, 17, 100, 1000, 100_000, 3_000_000):
        x = cp.empty(size, dtype=cp.uint8)
        address = np.asarray(x).__array_interface__["data"][0]
        assert size == 0 or address % 64 == 0


def test_many_sizes_return_everything():
    before = used()
    rng = np.random.default_rng(0)
    kept = {}
    for step in range(2000):
        kept[int(rng.integers(0, 40))] = cp.full(int(rng.integers(0, 30_000)), step % 100)
        if step % 7 == 0:
            kept.pop(int(rng.integers(0, 40)), None)
    for x in kept.values():
        assert x.size == 0 or len(set(x.tolist())) == 1
    kept.clear()
    del x
    gc.collect()
    assert used() == before
