# Tests of flip, moveaxis, unstack, broadcasting together, repeat, roll and tile: against the oracle
# and NumPy, views share memory, errors.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    AxisError,
    DTypeError,
    ShapeError,
)
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out

each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def numbered(shape, dtype="int32"):
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape).astype(dtype)


def assert_all_equal(results, wanted):
    assert type(results) is tuple
    assert len(results) == len(wanted)
    for one, other in zip(results, wanted, strict=True):
        assert_bitwise_equal(one, np.asarray(other))


@each_dtype
def test_every_function_on_every_dtype_and_layout(dtype):
    x = numbered((3, 4, 5), dtype)
    for layout in LAYOUTS:
        t = lay_out(x, layout)
        values = np.asarray(t)
        check_op("flip", t)
        check_op("flip", t, axis=(0, -1))
        check_op("moveaxis", t, 0, -1)
        check_op("moveaxis", t, (0, 1), (-1, -2))
        for count in (0, 1, 3, 17):
            check_op("repeat", t, count)
            check_op("repeat", t, count, axis=1)
        check_op("roll", t, 7)
        check_op("roll", t, (1, -2), axis=(0, 2))
        check_op("tile", t, (2, 1, 3))
        check_op("tile", t, (2, 1, 1, 2))
        assert_all_equal(cp.unstack(t, axis=1), [values[:, i] for i in range(4)])
        both = cp.broadcast_arrays(t, cp.ones((2, 1, 1, 1)))
        assert_all_equal(both, np.broadcast_arrays(values, np.ones((2, 1, 1, 1))))


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_long_work_on_any_number_of_threads(threads, isa):
    x = np.arange(3 * 200_003, dtype="float32").reshape(3, -1)
    with cp.settings.override(num_threads=threads):
        t = cp.asarray(x)
        assert_bitwise_equal(cp.repeat(t, 3, axis=1), np.repeat(x, 3, axis=1))
        assert_bitwise_equal(cp.repeat(t, 40, axis=0), np.repeat(x, 40, axis=0))
        assert_bitwise_equal(cp.roll(t, 1234567), np.roll(x, 1234567))
        assert_bitwise_equal(cp.roll(t.T, (5, -1), axis=(0, 1)), np.roll(x.T, (5, -1), (0, 1)))
        assert_bitwise_equal(cp.tile(t, (3, 2)), np.tile(x, (3, 2)))
        counts = np.arange(200_003) % 4
        repeated = cp.repeat(t, cp.asarray(counts), axis=1)
        assert_bitwise_equal(repeated, np.repeat(x, counts, axis=1))


shapes = st.lists(st.integers(0, 4), max_size=4).map(tuple)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_roll_tile_and_flip(data):
    values = numbered(data.draw(shapes))
    x = cp.asarray(values)
    axes = st.integers(-values.ndim, values.ndim - 1) if values.ndim else st.nothing()
    axis = tuple(data.draw(st.lists(axes, max_size=4))) if values.ndim else ()
    shift = tuple(data.draw(st.integers(-9, 9)) for _ in axis)
    if axis:
        assert_bitwise_equal(cp.roll(x, shift, axis=axis), np.roll(values, shift, axis))
    assert_bitwise_equal(cp.roll(x, -(2**60)), np.roll(values, -(2**60)))
    counts = tuple(data.draw(st.lists(st.integers(0, 3), max_size=5)))
    assert_bitwise_equal(cp.tile(x, counts), np.tile(values, counts))
    flipped = tuple({i % values.ndim for i in axis})
    assert_bitwise_equal(cp.flip(x, axis=flipped), np.flip(values, flipped))


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_repeat_and_moveaxis(data):
    values = numbered(data.draw(shapes.filter(len)))
    x = cp.asarray(values)
    axis = data.draw(st.integers(-values.ndim, values.ndim - 1))
    extent = values.shape[axis]
    dtype = data.draw(st.sampled_from([name for name in DTYPES if np.dtype(name).kind in "iu"]))
    counts = data.draw(st.lists(st.integers(0, 5), min_size=extent, max_size=extent))
    repeats = np.asarray(counts, dtype)
    assert_bitwise_equal(
        cp.repeat(x, cp.asarray(repeats), axis=axis), np.repeat(values, counts, axis=axis)
    )
    one = cp.asarray(np.asarray([2], dtype))
    assert_bitwise_equal(cp.repeat(x, one), np.repeat(values, 2))
    order = data.draw(st.permutations(range(values.ndim)))
    places = data.draw(st.permutations(range(values.ndim)))
    count = data.draw(st.integers(0, values.ndim))
    moved = tuple(order[:count]), tuple(i - values.ndim for i in places[:count])
    assert_bitwise_equal(cp.moveaxis(x, *moved), np.moveaxis(values, *moved))


def test_views_take_no_memory_and_keep_their_values():
    x = cp.asarray(numbered((300, 400), "float64"))
    used = cp.memory.stats()["used_bytes"]
    views = [cp.flip(x), cp.moveaxis(x, 0, 1), *cp.unstack(x)[:5]]
    views += cp.broadcast_arrays(x, cp.broadcast_to(x, (50, 300, 400)))
    assert cp.memory.stats()["used_bytes"] == used
    first = views[2].tolist()
    x[...] = 0
    assert views[2].tolist() == first
    views[0][0, 0] = 5
    assert x[-1, -1].item() == 0


def test_records_name_what_ran():
    x = cp.ones((4, 5))
    cp.repeat(x, cp.asarray([1, 2, 3, 4]), axis=0)
    record = cp.explain_last_dispatch()
    assert record.op == "repeat"
    assert record.kernel == "gather along an axis"
    assert cp.explain(cp.tile, x, (2, 2)).result.shape == (8, 10)
    assert cp.explain(cp.roll, x, 1).result.shape == (4, 5)
    dry = cp.explain(cp.repeat, x, cp.asarray([1, 2, 3, 4]), axis=0)
    assert dry.result.shape == (10, 5)
    with cp.record_dispatches() as log:
        parts = cp.unstack(x)
    assert [entry.op for entry in log] == ["unstack"]
    assert len(parts) == 4
    assert cp.unstack(cp.ones((0, 2))) == cp.broadcast_arrays() == ()


def test_axes_up_to_the_largest_rank():
    x = cp.ones((1,) * 63 + (2,))
    for count in (2, 40):
        assert cp.repeat(x, count, axis=-1).shape == (1,) * 63 + (2 * count,)
    assert cp.tile(x, (2,) * 3).shape == (1,) * 61 + (2, 2, 4)
    assert cp.roll(x, 1).ndim == cp.flip(x).ndim == 64


def test_broadcast_shapes_agrees_with_numpy():
    for some in ([], [()], [(2, 1), (3,)], [(0, 3), (1, 1)], [(5, 1, 4), (4, 1), ()]):
        assert cp.broadcast_shapes(*some) == np.broadcast_shapes(*some)
    for wrong in ([(2,), (3,)], [(-1,)]):
        with pytest.raises(ShapeError, match=r"^broadcast_shapes: "):
            cp.broadcast_shapes(*wrong)
    with pytest.raises(ArgumentTypeError):
        cp.broadcast_shapes("ab")


@pytest.mark.sanitize
@pytest.mark.parametrize(
    ("error", "call"),
    [
        (AxisError, lambda x: cp.flip(x, axis=2)),
        (AxisError, lambda x: cp.flip(x, axis=(0, -2))),
        (AxisError, lambda x: cp.moveaxis(x, 0, (0, 1))),
        (AxisError, lambda x: cp.moveaxis(x, (0, 0), (0, 1))),
        (AxisError, lambda x: cp.moveaxis(x, 2, 0)),
        (AxisError, lambda x: cp.unstack(x, axis=2)),
        (AxisError, lambda x: cp.unstack(x[0, 0])),
        (AxisError, lambda x: cp.repeat(x, 2, axis=2)),
        (ArgumentError, lambda x: cp.repeat(x, -1)),
        (ShapeError, lambda x: cp.repeat(x, 2**62)),
        ((ShapeError, MemoryError), lambda x: cp.repeat(x, 2**40)),
        (DTypeError, lambda x: cp.repeat(x, cp.ones(6))),
        (ShapeError, lambda x: cp.repeat(x, cp.asarray([1, 2]))),
        (ShapeError, lambda x: cp.repeat(x, cp.asarray([[1], [2]]), axis=0)),
        (ArgumentError, lambda x: cp.repeat(x, cp.asarray([1, -2]), axis=0)),
        ((ShapeError, MemoryError), lambda x: cp.repeat(x, cp.asarray([2**62] * 2), axis=0)),
        (ArgumentError, lambda x: cp.repeat(x, cp.asarray([2**64 - 1], dtype=cp.uint64))),
        (ArgumentTypeError, lambda x: cp.repeat(x, 1.5)),
        (ArgumentError, lambda x: cp.roll(x, (1, 2))),
        (ArgumentError, lambda x: cp.roll(x, (1, 2, 3), axis=(0, 1))),
        (AxisError, lambda x: cp.roll(x, 1, axis=2)),
        (ArgumentError, lambda x: cp.tile(x, (-1,))),
        (ShapeError, lambda x: cp.tile(x, (2**40, 2**40))),
        (ShapeError, lambda x: cp.broadcast_arrays(x, cp.ones(2))),
        (ArgumentTypeError, lambda x: cp.broadcast_arrays(x, "1")),
    ],
)
def test_errors_name_the_operator(error, call):
    with pytest.raises(
        error, match=r"^(flip|moveaxis|unstack|repeat|roll|tile|broadcast_arrays): "
    ):
        call(cp.asarray(numbered((2, 3))))


def test_broadcast_arrays_needs_no_common_dtype():
    a, b = cp.broadcast_arrays(cp.asarray(7, dtype=cp.uint64), cp.asarray([-1, 2]))
    assert (a.dtype, a.tolist()) == (cp.uint64, [7, 7])
    assert (b.dtype, b.tolist()) == (cp.int64, [-1, 2])
    with pytest.raises(cp.DTypeError, match=r"^concat: no integer dtype holds both"):
        cp.concat([a, b])


def test_a_count_beyond_int64_is_told_as_it_is():
    counts = cp.asarray([1, 2**63], dtype="uint64")
    with pytest.raises(ArgumentError, match=r"^repeat: .*got 9223372036854775808; expected"):
        cp.repeat(cp.asarray([1, 2]), counts)
    assert cp.repeat(cp.asarray([1, 2]), cp.asarray([1, 2], dtype="uint64")).tolist() == [1, 2, 2]
