# Tests of the manipulation functions: against the oracle, views share memory, errors.
from __future__ import annotations

import contextlib
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    AxisError,
    CorepyError,
    DTypeError,
    ShapeError,
)
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out

each_dtype = pytest.mark.parametrize("dtype", DTYPES)
USABLE = [layout for layout in LAYOUTS if layout != "broadcast"]


def numbered(shape, dtype="int32"):
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape).astype(dtype)


@each_dtype
def test_every_function_on_every_dtype(dtype):
    x = numbered((2, 3, 4), dtype)
    for layout in LAYOUTS:
        t = lay_out(x, layout)
        check_op("permute_dims", t, (2, 0, 1))
        check_op("reshape", t, (4, -1))
        check_op("expand_dims", t, 1)
        check_op("broadcast_to", t, (5, 2, 3, 4))
        check_op("copy", t)
        check_op("concat", [t, t], axis=1)
        check_op("stack", [t, t, t], axis=-1)
        check_op("concat", [t, t[:, :1]], axis=1)
        check_op("squeeze", t[:, :1], 1)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_reshape(data):
    shape = tuple(data.draw(st.lists(st.sampled_from([0, 1, 2, 3, 4, 6]), max_size=4)))
    values = numbered(shape)
    x = lay_out(values, data.draw(st.sampled_from(USABLE)))
    if x.ndim:
        x = x[..., :: data.draw(st.sampled_from([1, -1, 2]))]
        values = np.asarray(x).copy()
    rest, target = values.size, []
    while rest > 1:
        divisor = data.draw(st.sampled_from([d for d in range(2, rest + 1) if rest % d == 0]))
        target.append(divisor)
        rest //= divisor
    if values.size == 0:
        target = data.draw(st.permutations([0, 2, 1]))
    target = list(data.draw(st.permutations([*target, 1])))
    if values.size and data.draw(st.booleans()):
        target[data.draw(st.integers(0, len(target) - 1))] = -1
    result = cp.reshape(x, tuple(target))
    assert_bitwise_equal(result, values.reshape(target))
    assert_bitwise_equal(x.reshape(*target), values.reshape(target))
    with contextlib.suppress(ArgumentError):  # these strides need a copy
        view = cp.reshape(x, tuple(target), copy=False)
        assert_bitwise_equal(view, values.reshape(target))
    assert_bitwise_equal(cp.reshape(x, tuple(target), copy=True), values.reshape(target))


@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_any_permutation(data):
    shape = tuple(data.draw(st.lists(st.integers(0, 4), max_size=5)))
    values = numbered(shape)
    x = lay_out(values, data.draw(st.sampled_from(USABLE)))
    axes = data.draw(st.permutations(range(len(shape))))
    assert_bitwise_equal(cp.permute_dims(x, tuple(axes)), np.transpose(values, axes))
    if len(shape) == 2:
        assert_bitwise_equal(x.T, values.T)


def test_views_take_no_memory_and_copies_are_recorded():
    x = cp.asarray(numbered((300, 400), "float64"))
    used = cp.memory.stats()["used_bytes"]
    views = [x.T, x[::2], cp.expand_dims(x, 0), cp.broadcast_to(x, (50, 300, 400))]
    views.append(cp.reshape(x, (400, 300)))
    assert cp.explain_last_dispatch().copied_bytes == 0
    assert cp.memory.stats()["used_bytes"] == used
    copied = cp.reshape(x.T, (400 * 300,), copy=True)
    assert cp.explain_last_dispatch().copied_bytes in (0, copied.nbytes)
    assert cp.memory.stats()["used_bytes"] >= used + copied.nbytes
    del views, copied


@each_dtype
def test_concat_of_mixed_dtypes_promotes(dtype):
    x = numbered((2, 3), dtype)
    for other in DTYPES:
        y = numbered((1, 3), other)
        kinds = {np.dtype(dtype).kind, np.dtype(other).kind}
        if kinds == {"i", "u"} and "uint64" in (dtype, other):
            with pytest.raises(DTypeError):
                cp.concat([cp.asarray(x), cp.asarray(y)])
            continue
        check_op("concat", [x, y])
        check_op("concat", [x, y, x], axis=None)
        check_op("stack", [x[0], y[0]])


def test_long_copies_and_joins_in_either_direction():
    # Beyond the second-level cache every other call runs backwards, in chunks.
    x = numbered((150_001,), "float64")
    parts = [x[:100_003], x[100_003:100_004], x[100_004:], x.astype("float32")]
    own = [cp.asarray(part) for part in parts]
    for _ in range(2):
        assert_bitwise_equal(cp.copy(own[0]), parts[0])
        assert_bitwise_equal(cp.astype(own[0], cp.float32), parts[0].astype("float32"))
    for _ in range(2):
        assert_bitwise_equal(cp.concat(own[:3]), x)
    for _ in range(2):
        assert_bitwise_equal(cp.concat(own), np.concatenate(parts))


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_concat_of_large_parts_of_unequal_lengths(axis):
    x = numbered((30, 70, 50))
    lengths = np.cumsum([1, 20, 0])
    parts = np.split(x, lengths, axis=axis)
    assert_bitwise_equal(cp.concat([cp.asarray(part) for part in parts], axis=axis), x)


def test_concat_and_stack_of_edge_cases():
    check_op("concat", [numbered((0, 3)), numbered((2, 3)), numbered((0, 3))])
    check_op("concat", [numbered((2, 0)), numbered((2, 0))], axis=1)
    check_op("concat", [numbered(()), numbered((2, 2))], axis=None)
    check_op("concat", [numbered((5,))])
    check_op("stack", [numbered(()), numbered(())])
    check_op("stack", [numbered((0,)), numbered((0,))], axis=1)
    many = [numbered((3, 2)) + i for i in range(70)]
    check_op("concat", many, axis=-1)
    check_op("stack", many, axis=1)
    assert cp.explain(cp.concat, [cp.asarray(one) for one in many]).operand_count == 70


def test_expand_dims_and_squeeze_of_several_axes():
    x = numbered((2, 3))
    for axis in (0, 1, 2, -1, -3, (0, 1), (0, -1), (0, 2, 4)):
        check_op("expand_dims", x, axis)
    y = numbered((1, 2, 1, 3, 1))
    for axis in (0, 2, -1, (0, 2), (0, -1), (), (4, 2, 0)):
        check_op("squeeze", y, axis)


@pytest.mark.sanitize
def test_errors():
    x = cp.asarray(numbered((2, 3)))
    for shape in ((7,), (-1, -1), (-1, 4), (-2, 3), (2**40, 2**40), (0, -1)):
        with pytest.raises(ShapeError, match=r"^reshape: "):
            cp.reshape(x, shape)
    with pytest.raises(ArgumentError):
        cp.reshape(x.T, (6,), copy=False)
    for shape in ("ab", (1.5,), None, (2, "3")):
        with pytest.raises(ArgumentTypeError):
            cp.reshape(x, shape)
    for shape in ((3,), (2, 4), (3, 3), (2, 3, 1), (-1, 2, 3)):
        with pytest.raises(ShapeError):
            cp.broadcast_to(x, shape)
    for axes in ((0,), (0, 0), (0, 2), (0, 1, 2), (0, -3)):
        with pytest.raises(AxisError):
            cp.permute_dims(x, axes)
    for axis in (4, -5, (0, 0), (0, -4)):
        with pytest.raises(AxisError):
            cp.expand_dims(x, axis)
    with pytest.raises(AxisError):
        cp.squeeze(x, 5)
    with pytest.raises(ShapeError):
        cp.squeeze(x, 0)
    with pytest.raises(ArgumentError):
        cp.concat([])
    with pytest.raises(ArgumentError):
        cp.stack([])
    for arrays in ([x, cp.ones((3, 2))], [x, cp.ones(3)], [cp.ones(()), cp.ones(())]):
        with pytest.raises(ShapeError):
            cp.concat(arrays)
    with pytest.raises(ShapeError):
        cp.stack([x, cp.ones((3, 2))])
    for axis in (2, -3):
        with pytest.raises(AxisError):
            cp.concat([x, x], axis=axis)
    for axis in (3, -4):
        with pytest.raises(AxisError):
            cp.stack([x, x], axis=axis)
    for arrays in (x, None, 5, "ab", [1, 2], [x, None], {x.shape: x}):
        with pytest.raises(ArgumentTypeError):
            cp.concat(arrays)
    with pytest.raises(CorepyError):
        cp.ones((2, 3, 4)).T  # noqa: B018


@pytest.mark.sanitize
def test_sizes_beyond_memory_are_refused_before_anything_is_allocated():
    x = cp.ones(1)
    wide = cp.broadcast_to(x, (2**29, 2**30))
    used = cp.memory.stats()["used_bytes"]
    with pytest.raises((ShapeError, MemoryError)):
        cp.copy(wide)
    with pytest.raises((ShapeError, MemoryError)):
        cp.reshape(wide, (-1,), copy=True)
    with pytest.raises((ShapeError, MemoryError)):
        wide + wide
    with pytest.raises(ShapeError):
        cp.broadcast_to(x, (2**40, 2**40))
    with pytest.raises((ShapeError, MemoryError)):
        cp.concat([wide, wide])
    with pytest.raises((ShapeError, MemoryError)):
        cp.stack([wide, wide])
    with pytest.raises((ShapeError, MemoryError)):
        cp.astype(wide, cp.float32)
    assert cp.memory.stats()["used_bytes"] == used


def test_rank_is_at_most_64():
    x = cp.ones((1,) * 64)
    assert (x + x).shape == (1,) * 64
    assert cp.sum(x).item() == 1
    assert cp.permute_dims(x, tuple(reversed(range(64)))).ndim == 64
    for call in (
        lambda: cp.expand_dims(x, 0),
        lambda: cp.broadcast_to(x, (2,) + (1,) * 64),
        lambda: cp.reshape(x, (1,) * 65),
        lambda: cp.stack([x, x]),
        lambda: cp.ones((1,) * 65),
    ):
        with pytest.raises((ShapeError, AxisError)):
            call()


def test_high_ranks_keep_their_order():
    shape = (2, 1, 3, 1, 2, 2, 1, 2, 3)
    values = numbered(shape)
    for axes in itertools.islice(itertools.permutations(range(9)), 0, 362880, 30011):
        x = cp.permute_dims(cp.asarray(values), axes)
        assert_bitwise_equal(cp.copy(x), np.transpose(values, axes))
        assert_bitwise_equal(x + x[...], np.transpose(values, axes) * 2)
