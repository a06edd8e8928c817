# Tests of keys with index arrays and masks, read, written and accumulated, against NumPy.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import CorepyError, DTypeError, OutOfBoundsError, ShapeError
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out

SHAPES = st.lists(st.integers(0, 4), min_size=0, max_size=4).map(tuple)
OWN_LAYOUTS = [one for one in LAYOUTS if one != "broadcast"]


KINDS = ["array", "array", "mask", "slice", "integer", "newaxis", "ellipsis", "truth"]


def numbered(shape, dtype="int32"):
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape).astype(dtype)


@st.composite
def index_arrays(draw, extent, broadcast):
    """Integers within an axis, in a shape that broadcasts to ``broadcast``."""
    ones = draw(st.lists(st.booleans(), min_size=len(broadcast), max_size=len(broadcast)))
    shape = tuple(1 if one else n for one, n in zip(ones, broadcast, strict=True))
    shape = shape[draw(st.integers(0, len(shape))) :]
    if extent == 0:
        return None if 0 not in shape else np.zeros(shape, np.int64)
    dtype = draw(st.sampled_from(["int64", "int64", "int32", "uint8", "int8"]))
    low = 0 if dtype[0] == "u" else -extent
    count = int(np.prod(shape, dtype=int))
    numbers = draw(st.lists(st.integers(low, extent - 1), min_size=count, max_size=count))
    return np.asarray(numbers, dtype).reshape(shape)


@st.composite
def keys(draw, shape):
    """A key of any mixture that NumPy takes for this shape, and perhaps some that it refuses."""
    broadcast = draw(st.lists(st.integers(0, 3), max_size=2).map(tuple))
    items, axis, has_ellipsis = [], 0, False
    while axis < len(shape) and draw(st.integers(0, 9)) > 0:
        kind = draw(st.sampled_from(KINDS))
        extent = shape[axis]
        if kind == "array":
            array = draw(index_arrays(extent, broadcast))
            if array is None:
                break
            items.append(array)
            axis += 1
        elif kind == "mask":
            rank = draw(st.integers(1, min(2, len(shape) - axis)))
            fits = st.sampled_from([True] * 9 + [False])  # an extent of 0 fits any axis
            extents = tuple(n if draw(fits) else 0 for n in shape[axis : axis + rank])
            count = int(np.prod(extents, dtype=int))
            bits = draw(st.lists(st.booleans(), min_size=count, max_size=count))
            items.append(np.asarray(bits, bool).reshape(extents))
            axis += rank
        elif kind == "slice":
            bound = st.none() | st.integers(-5, 5)
            step = draw(st.sampled_from([None, 1, 2, -1, -2]))
            items.append(slice(draw(bound), draw(bound), step))
            axis += 1
        elif kind == "integer" and extent > 0:
            items.append(draw(st.integers(-extent, extent - 1)))
            axis += 1
        elif kind == "newaxis":
            items.append(None)
        elif kind == "ellipsis" and not has_ellipsis:
            items.append(Ellipsis)
            has_ellipsis = True
            axis = draw(st.integers(axis, len(shape)))
        elif kind == "truth":
            items.append(draw(st.sampled_from([True, False, np.asarray(True)])))
    if has_ellipsis:  # what follows it counts from the end: drop what no longer fits
        taken = sum(
            np.ndim(one) if np.asarray(one).dtype == bool else 1
            for one in items
            if one is not None and one is not Ellipsis
        )
        if taken > len(shape):
            items = items[: next(i for i, one in enumerate(items) if one is Ellipsis) + 1]
    return tuple(items)


def as_native(item, as_tensors):
    return cp.asarray(item) if as_tensors and isinstance(item, np.ndarray) else item


def read_with_numpy(values, key):
    try:
        return np.asarray(values[key])
    except IndexError:
        return None


@given(data=st.data())
@settings(max_examples=600, deadline=None)
def test_any_key_reads_as_numpy_does(data):
    shape = data.draw(SHAPES)
    values = numbered(shape)
    x = lay_out(values, data.draw(st.sampled_from(LAYOUTS)))
    values = np.asarray(x)
    key = data.draw(keys(shape))
    as_tensors = data.draw(st.booleans())
    native = tuple(as_native(item, as_tensors) for item in key)
    expected = read_with_numpy(values, key)
    if expected is None:
        with pytest.raises(IndexError):
            x[native]
        return
    try:
        result = x[native]
    except OutOfBoundsError:
        # NumPy does not look at positions that an empty result never uses.
        assert expected.size == 0
    else:
        assert_bitwise_equal(result, expected)


@given(data=st.data())
@settings(max_examples=600, deadline=None)
def test_any_key_writes_as_numpy_does(data):
    shape = data.draw(SHAPES)
    values = numbered(shape, "float32")
    x = lay_out(values, data.draw(st.sampled_from(OWN_LAYOUTS)))
    key = data.draw(keys(shape))
    native = tuple(as_native(item, data.draw(st.booleans())) for item in key)
    held = x[...]
    target = read_with_numpy(values, key)
    if target is None:
        with pytest.raises(IndexError):
            x[native] = 1
        assert_bitwise_equal(x, values)
        return
    ones = data.draw(st.lists(st.booleans(), min_size=target.ndim, max_size=target.ndim))
    small = tuple(1 if one else n for one, n in zip(ones, target.shape, strict=True))
    written = 1000 + numbered(small[data.draw(st.integers(0, len(small))) :], "float32")
    expected = values.copy()
    places = np.broadcast_to(numbered(shape, "int64")[key], target.shape)
    sources = np.broadcast_to(written, target.shape)
    for place, element in zip(places.flat, sources.flat, strict=True):
        expected.flat[place] = element
    try:
        x[native] = cp.asarray(written)
    except OutOfBoundsError:
        assert target.size == 0
    assert_bitwise_equal(x, expected)
    assert_bitwise_equal(held, values)


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_any_key_accumulates_in_order(data):
    shape = data.draw(SHAPES)
    dtype = data.draw(st.sampled_from(["float32", "float64", "int8", "uint16", "int64"]))
    values = numbered(shape, dtype)
    key = data.draw(keys(shape))
    target = read_with_numpy(values, key)
    if target is None:
        return
    x = lay_out(values, data.draw(st.sampled_from(LAYOUTS)))
    values = np.array(x)
    rng = np.random.default_rng(data.draw(st.integers(0, 5)))
    written = (rng.random(target.shape) * 9).astype(dtype)
    name = data.draw(st.sampled_from(["add", "subtract", "multiply", "minimum", "maximum"]))
    expected = values.copy()
    getattr(np, name).at(expected, key, written)
    try:
        result = getattr(x.at(*key) if key else x.at(()), name)(cp.asarray(written))
    except OutOfBoundsError:
        assert target.size == 0
        return
    assert_bitwise_equal(result, expected)
    assert_bitwise_equal(x, values)


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
def test_masks_of_every_density_and_length(dtype, isa):
    rng = np.random.default_rng(3)
    for length in (1, 63, 64, 65, 129, 1000, 5000):
        values = numbered((length,), dtype)
        for density in (0, 0.01, 0.06, 0.5, 0.99, 1):
            mask = rng.random(length) < density
            x, m = cp.asarray(values), cp.asarray(mask)
            assert_bitwise_equal(x[m], values[mask])
            assert_bitwise_equal(cp.nonzero(m)[0], np.nonzero(mask)[0])
            expected = values.copy()
            expected[mask] = values[::-1][: int(mask.sum())]
            written = x[...]
            written[m] = cp.asarray(values[::-1][: int(mask.sum())].copy())
            assert_bitwise_equal(written, expected)
            expected[mask] = 1
            written[m] = True if dtype == "bool" else 1
            assert_bitwise_equal(written, expected)
            assert_bitwise_equal(x, values)


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
def test_index_arrays_of_every_dtype(dtype, isa):
    rng = np.random.default_rng(4)
    values = numbered((50, 6), dtype)
    for layout in OWN_LAYOUTS:
        x = lay_out(values, layout)
        for count in (0, 1, 7, 8, 9, 100):
            rows, columns = rng.integers(-50, 50, count), rng.integers(-6, 6, count)
            for key in [rows, (slice(None), columns), (rows, columns), (rows, 3), (2, columns)]:
                assert_bitwise_equal(x[key], np.asarray(values[key]))
                check_op("setitem", lay_out(values, layout), values[key][::-1], key=key)


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
def test_large_work_is_the_same_on_any_number_of_threads(threads):
    rng = np.random.default_rng(5)
    n = 1_500_000
    values = rng.random(n).astype("float32")
    mask, indices = rng.random(n) < 0.3, rng.integers(-n, n, n)
    table = values.reshape(-1, 500)
    rows = rng.integers(0, len(table), 2 * len(table))
    with cp.settings.override(num_threads=threads):
        x, m, i = cp.asarray(values), cp.asarray(mask), cp.asarray(indices)
        assert_bitwise_equal(x[m], values[mask])
        assert_bitwise_equal(cp.nonzero(m)[0], np.nonzero(mask)[0])
        assert_bitwise_equal(x[i], values[indices])
        t, r = cp.asarray(table), cp.asarray(rows)
        assert_bitwise_equal(t[r], table[rows])
        expected = values.copy()
        expected[mask] = values[: int(mask.sum())]
        x[m] = cp.asarray(values[: int(mask.sum())])
        assert_bitwise_equal(x, expected)
        expected[indices] = values
        x[i] = cp.asarray(values)
        assert_bitwise_equal(x, expected)
        sums = t.at(r).add(t[r])
        t[r] = t[r]
        assert_bitwise_equal(t, table)
        wanted = table.copy()
        np.add.at(wanted, rows, table[rows])
        assert_bitwise_equal(sums, wanted)


def test_keys_of_python_and_numpy_objects():
    values = numbered((3, 4))
    x = cp.asarray(values)
    for key in [
        [0, 2],
        [[0, 1], [2, -1]],
        [True, False, True],
        [],
        range(2),
        ([0, 1], [1, 2]),
        ((0, 1), (1, 2)),
        ([0, 2], slice(1, 3)),
        np.asarray([2, 0], "uint16"),
        np.asarray([2, 0], ">i4"),
        np.asarray([2, 0, 1])[::-1],
        np.asarray(1),
        np.int8(-1),
        np.True_,
        np.False_,
        (np.int64(0), [1, 2]),
        values > 5,
        (slice(None), np.asarray([True, False, True, False])),
    ]:
        assert_bitwise_equal(x[key], np.asarray(values[key]))
        written, expected = cp.asarray(values), values.copy()
        written[key] = -5
        expected[key] = -5
        assert_bitwise_equal(written, expected)
    assert_bitwise_equal(x[cp.asarray(True)], values[None])
    assert x[cp.asarray(2)].shape == (4,)


def test_a_mask_extent_of_0_fits_any_axis():
    values = numbered((2, 3, 4))
    for shape in ((0,), (0, 0), (2, 0), (0, 3), (2, 3, 0), (0, 3, 4), (2, 0, 4)):
        mask = np.zeros(shape, bool)
        for key in (mask, (..., mask), (mask, ...), (mask, None)):
            if isinstance(key, tuple) and key[0] is Ellipsis and shape not in ((0,), (0, 0)):
                continue  # from the end, the other extents stand for other axes
            for layout in OWN_LAYOUTS:
                x = lay_out(values, layout)
                assert_bitwise_equal(x[key], values[key])
                x[key] = -1
                assert_bitwise_equal(x, values)
                assert_bitwise_equal(x.at(*key if isinstance(key, tuple) else (key,)).add(1), x)
    for shape in ((1, 0), (0, 4), (2, 3, 4, 0)):
        with pytest.raises(OutOfBoundsError):
            cp.asarray(values)[np.zeros(shape, bool)]


def test_truths_of_foreign_memory_are_any_byte():
    mask = np.asarray([0, 7, 255, 0], np.uint8).view(bool)
    x = cp.asarray([1, 2, 3, 4])
    assert x[cp.from_dlpack(mask)].tolist() == [2, 3]
    assert x[mask].tolist() == [2, 3]
    odd = cp.from_dlpack(mask)
    assert cp.digest(odd[cp.asarray([1, 0])]) == cp.digest(cp.asarray([True, False]))


def test_a_tensor_is_its_own_index_and_value():
    x = cp.asarray([2, 0, 1, 2])
    x[x] = x
    values = np.asarray([2, 0, 1, 2])
    expected = values.copy()
    expected[values] = values
    assert_bitwise_equal(x, expected)
    y = cp.asarray([True, False, True])
    y[y] = False
    assert_bitwise_equal(y, [False, False, False])


@pytest.mark.sanitize
@pytest.mark.parametrize(
    "key",
    [
        [3],
        [-4],
        np.asarray([0, 2**63], "uint64"),
        ([0, 0], [4, 0]),
        ([0, 0, 0], [1, 2]),
        [0.5],
        np.asarray([0.0]),
        np.zeros((3, 5), bool),
        np.zeros((2,), bool),
        np.zeros((3, 4, 1), bool),
        ([0], [0], [0]),
        (True, [0], [0], [0]),
        (False, [0, 1]),
        ("a",),
        (slice(0, 0), [9]),
        b"\x01",
        (0, b""),
    ],
)
def test_wrong_arrays_raise_and_write_nothing(key):
    values = numbered((3, 4))
    x = cp.asarray(values)
    with pytest.raises(CorepyError) as caught:
        x[key]
    assert isinstance(caught.value, (IndexError, TypeError))
    with pytest.raises((IndexError, TypeError)):
        x[key] = -1
    with pytest.raises((IndexError, TypeError)):
        x.at(*key if isinstance(key, tuple) else (key,)).add(1)
    assert_bitwise_equal(x, values)


def test_only_the_results_axes_are_limited():
    x = numbered((1,) * 30 + (3, 4) + (1,) * 30 + (2, 1))
    picks, others, mask = np.asarray([0, 2, 1]), np.asarray([3, 0, 1]), np.ones((3, 4), bool)
    before = (slice(None),) * 30
    for key in [
        (*before, picks, others, None),
        (*before, picks, None, others),
        (None, *before, picks, others),
        (*before, None, mask),
    ]:
        expected = x[key]
        found = cp.asarray(x)[key]
        assert found.shape == expected.shape
        assert found.ndim == 64
        assert cp.reshape(found, (-1,)).tolist() == expected.reshape(-1).tolist()
        written, expected_written = cp.asarray(x), x.copy()
        written[key] = expected_written[key] = -expected
        assert np.array_equal(written, expected_written)
        assert np.array_equal(cp.asarray(x).at(*key).multiply(-1), expected_written)
    with pytest.raises(ShapeError, match=r"too many dimensions \(got 65; expected at most 64\)"):
        cp.asarray(x)[(*before, None, picks, None, others)]


def test_messages_name_index_position_axis_and_size():
    x = cp.asarray(numbered((3, 4)))
    with pytest.raises(
        OutOfBoundsError,
        match=r"^getitem: index out of bounds for axis 1 \(got -9 at position \(1, 0\) of the "
        r"indices; expected -4 <= index < 4\)",
    ):
        x[:, [[0, 1], [-9, 2]]]
    with pytest.raises(OutOfBoundsError, match=r"^setitem: .*axis 0 \(got 3 at position 2"):
        x[[0, 1, 3]] = 1
    with pytest.raises(OutOfBoundsError, match=r"^at_add: .*axis 0 \(got 3 at position 2"):
        x.at([0, 1, 3]).add(1)
    with pytest.raises(OutOfBoundsError, match=r"^getitem: a mask must have the extents"):
        x[[True, False]]
    with pytest.raises(ShapeError, match=r"^setitem: "):
        x[[0, 1]] = cp.zeros(3, dtype=cp.int32)
    with pytest.raises(DTypeError, match=r"^setitem: "):
        x[[0, 1]] = cp.zeros(4)


# ---- records


def test_writing_copies_only_what_is_shared():
    x = cp.asarray(numbered((6, 4)))
    x[[0, 1]] = 5
    record = cp.explain_last_dispatch()
    assert "copy_on_write" not in record.flags
    assert record.copied_bytes == 0
    x[x > 3] = 5
    assert cp.explain_last_dispatch().copied_bytes == 0
    cp.put_along_axis(x, cp.asarray([[0]]), values=1, axis=0)  # as SciPy writes it
    assert cp.explain_last_dispatch().copied_bytes == 0
    held = x[...]
    x[[0, 1]] = 6
    assert cp.explain_last_dispatch().copied_bytes == x.nbytes
    assert held[1, 1].item() == 5


def test_every_call_leaves_its_record():
    x = cp.asarray(numbered((6, 4)))
    for key, kernel in [
        ([0, 1], "gather by index"),
        (x > 3, "compress by mask"),
        (([0, 1], [1, 2]), "gather by index"),
    ]:
        x[key]
        record = cp.explain_last_dispatch()
        assert (record.op, record.kernel) == ("getitem", kernel)
        assert record.reproducible
        y = x[...]
        y[key] = 1
        record = cp.explain_last_dispatch()
        assert record.op == "setitem"
        assert "copy_on_write" in record.flags
    cp.nonzero(x)
    assert cp.explain_last_dispatch().op == "nonzero"
    x.at([0]).add(1)
    assert cp.explain_last_dispatch().op == "at_add"
    record = cp.explain(lambda: x[x > 3])
    assert record.op == "getitem"
    y = x[...]
    cp.explain(lambda: y.__setitem__([0], 7))
    assert_bitwise_equal(y, x)
