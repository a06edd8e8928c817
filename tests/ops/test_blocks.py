# Functions that work through large operands block by block give what they give of the whole. Their
# memory is tested in tests/core/test_peak_memory.py.
from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import corepy as cp
from corepy.ops import blocks

RNG = np.random.default_rng(5)
X, Y = (cp.asarray(RNG.normal(size=(37, 53))) for _ in range(2))
ODD = cp.where(X > 1.5, cp.nan, cp.where(X < -1.5, cp.inf, X))
LINE = cp.asarray(RNG.normal(size=2001))
WHOLE = cp.asarray(RNG.integers(0, 30, size=2001))

CALLS: dict[str, Callable[[], object]] = {
    "isclose": lambda: cp.isclose(X, X + 1e-8 * Y, equal_nan=True),
    "isclose, odd": lambda: cp.isclose(ODD, ODD[::-1], equal_nan=True),
    "isclose, strided": lambda: cp.isclose(X.T[::2], Y.T[::2], rtol=0.5),
    "isclose, broadcast": lambda: cp.isclose(X[:, None, :3], Y[None, :5, :3], atol=0.5),
    "isclose, a number": lambda: cp.isclose(ODD, 1.0, atol=0.3),
    "isclose, dtypes": lambda: cp.isclose(WHOLE, cp.astype(LINE, cp.float32), atol=1.0),
    "allclose": lambda: cp.asarray(cp.allclose(X, X + 1e-12)),
    "around": lambda: cp.around(ODD, 2),
    "around, integers": lambda: cp.around(WHOLE, -1),
    "interp": lambda: cp.interp(ODD, [-1.0, 0.0, 1.0], [3.0, 1.0, 2.0], left=9.0),
    "unwrap": lambda: cp.unwrap(X * 9, axis=0),
    "unwrap, a line": lambda: cp.unwrap(LINE * 9, discont=4.0),
    "nanvar": lambda: cp.nanvar(ODD, axis=0, correction=1),
    "nanstd": lambda: cp.nanstd(cp.where(X > 1, cp.nan, X)),
    "bincount": lambda: cp.bincount(WHOLE),
    "bincount, weights": lambda: cp.bincount(WHOLE, weights=LINE),
    "histogram": lambda: cp.histogram(LINE, bins=7)[0],
    "histogram, weights": lambda: cp.histogram(LINE, [-1.0, 0.0, 0.5, 2.0], weights=LINE)[0],
    "histogram2d": lambda: cp.histogram2d(LINE, LINE[::-1], bins=(3, 4), weights=LINE)[0],
    "nothing": lambda: cp.isclose(X[:0], Y[:0]),
    "histogram of nothing": lambda: cp.histogram(LINE[:0])[0],
}

#: Nothing to cut, or it is cut in a part of its own.
NOT_CUT = {"nothing", "histogram of nothing", "allclose", "nanstd"}


@pytest.mark.parametrize("name", CALLS)
def test_blocks_have_the_bits_of_the_whole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = CALLS[name]()
    children = cp.explain_last_dispatch().children
    for size in (1, 7, 64, 700):
        monkeypatch.setattr(blocks, "_BLOCK", size)
        found = CALLS[name]()
        if size <= 64 and name not in NOT_CUT:
            assert cp.explain_last_dispatch().children > children
        assert found.shape == whole.shape
        assert found.dtype == whole.dtype
        assert cp.digest(found) == cp.digest(whole)


def test_blocks_of_any_strides_are_views() -> None:
    x = cp.asarray(np.arange(3.0 * (1 << 19)).reshape(3, -1))
    with cp.settings.override(strict=True):
        cp.isclose(x.T, x.T[::-1])
        record = cp.explain_last_dispatch()
    assert record.copied_bytes == 0
    assert record.workspace_bytes < x.nbytes


def test_slices_cover_every_position(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_BLOCK", 10)
    for size in (0, 1, 10, 11, 95):
        positions = list(range(size))
        cut = list(blocks.find_blocks(size))
        assert [one for block in cut for one in positions[block]] == positions
        assert len(cut) == max(1, -(-size // 10))
        assert len(list(blocks.find_blocks(size, least=100))) == 1
