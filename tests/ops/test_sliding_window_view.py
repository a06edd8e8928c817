# Tests of sliding_window_view: the view, reductions over it, writes to overlapping elements.
from __future__ import annotations

import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

import corepy as cp
from corepy.testing import assert_bitwise_equal, check_op

CASES = [
    ((9,), 4, None),
    ((9,), (9,), None),
    ((5, 7), (2, 3), None),
    ((5, 7), 3, 1),
    ((5, 7), (4, 2), (-1, 0)),
    ((3, 4, 5), (2, 2), (0, 2)),
    ((3, 4, 5), (), ()),
]


@pytest.mark.parametrize(("shape", "window", "axis"), CASES)
@pytest.mark.parametrize("dtype", ["bool", "int16", "float32", "complex128"])
def test_values_are_numpys(shape, window, axis, dtype):
    x = np.random.default_rng(0).integers(0, 99, shape).astype(dtype)
    t = cp.asarray(x)
    check_op("sliding_window_view", t, window, axis)
    assert_bitwise_equal(
        cp.sliding_window_view(t, window, axis), sliding_window_view(x, window, axis)
    )
    flipped = cp.flip(t)
    assert_bitwise_equal(
        cp.sliding_window_view(flipped, window, axis), sliding_window_view(np.flip(x), window, axis)
    )


def test_it_is_a_view():
    x = cp.arange(1_000_000)
    before = cp.memory.stats()["used_bytes"]
    windows = cp.sliding_window_view(x, 1000)
    assert windows.shape == (999_001, 1000)
    assert windows.strides == (8, 8)
    assert cp.memory.stats()["used_bytes"] == before
    assert cp.explain_last_dispatch().copied_bytes == 0


def test_reductions_are_those_of_each_window_alone():
    x = cp.asarray(np.random.default_rng(1).normal(size=2000))
    windows = cp.sliding_window_view(x, 777)
    for function in (cp.sum, cp.mean, cp.var, cp.max, cp.median, cp.argmin):
        found = function(windows, axis=-1)
        for place in (0, 1, 500, 1223):
            alone = function(cp.copy(x[place : place + 777]))
            assert_bitwise_equal(found[place], alone)


def test_a_write_changes_one_element():
    """Windows overlap: the write copies them, also where nobody else sees the memory."""
    windows = cp.sliding_window_view(cp.arange(5), 3)  # the line itself is gone
    windows[0, 1] = 99
    assert windows.tolist() == [[0, 99, 2], [1, 2, 3], [2, 3, 4]]
    windows = cp.sliding_window_view(cp.arange(5), 3)
    windows += cp.asarray([[1], [0], [0]])
    assert windows.tolist() == [[1, 2, 3], [1, 2, 3], [2, 3, 4]]
    whole = cp.arange(12).reshape(3, 4)
    view = cp.sliding_window_view(whole, (2, 2))
    view[0, 0, 1, 1] = -1
    assert whole.tolist() == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]]
    assert int(view[1, 1, 0, 0]) == 5


@pytest.mark.parametrize(
    "make",
    [
        lambda: cp.zeros((3, 4)).T,
        lambda: cp.zeros((3, 4))[::-1, ::2],
        lambda: cp.zeros((3, 4, 5))[:, 1],
        lambda: cp.zeros((1, 4)),
    ],
)
def test_other_views_are_written_in_place(make):
    """What does not overlap is not copied where nobody else sees it."""
    x = make()
    x[0] = 1
    assert cp.explain_last_dispatch().copied_bytes == 0


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ShapeError, lambda: cp.sliding_window_view(cp.ones(3), 4)),
        (cp.ShapeError, lambda: cp.sliding_window_view(cp.ones(3), 0)),
        (cp.ShapeError, lambda: cp.sliding_window_view(cp.ones(3), -1)),
        (cp.ShapeError, lambda: cp.sliding_window_view(cp.ones(3), (1, 1))),
        (cp.ShapeError, lambda: cp.sliding_window_view(cp.ones((3, 3)), 1)),
        (cp.ShapeError, lambda: cp.sliding_window_view(cp.ones((1,) * 33), (1,) * 33)),
        (cp.AxisError, lambda: cp.sliding_window_view(cp.ones(3), 1, 1)),
        (cp.AxisError, lambda: cp.sliding_window_view(cp.ones((3, 3)), (1, 1), (0, -2))),
        (cp.ArgumentTypeError, lambda: cp.sliding_window_view([1.0], 1)),
        (cp.ArgumentTypeError, lambda: cp.sliding_window_view(cp.ones(3), 1.5)),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^sliding_window_view: "):
        call()


def test_sizes_that_overflow_are_refused():
    x = cp.broadcast_to(cp.zeros(()), (2**40,))
    with pytest.raises((cp.ShapeError, cp.MemoryLimitError)):
        cp.sliding_window_view(x, 2**39)
