# Tests of the reductions: against the oracle, one canonical order for every layout, axis and ISA,
# errors. The order itself is fixed by the golden digests.
from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import ArgumentError, ArgumentTypeError, AxisError, DTypeError
from corepy.testing import assert_bitwise_equal, check_op, operator_row, operator_rows
from corepy.testing.strategies import LAYOUTS, elements, lay_out

ROWS = [row for row in operator_rows() if row.family == "reduction"]
CASES = [(row.name, dtype) for row in ROWS for dtype in row.dtypes]
FLOATS = [(row.name, dtype) for row in ROWS for dtype in row.dtypes if dtype[0] in "fc"]
each_case = pytest.mark.parametrize(("name", "dtype"), CASES)
each_row = pytest.mark.parametrize("name", [row.name for row in ROWS])

# Around a lane chain (16), a block (256), two blocks, sixteen blocks.
LENGTHS = [*range(1, 18), 31, 33, 255, 256, 257, 511, 513, 4097]


def reduce(name, x, **options):
    return getattr(cp, name)(x, **options)


def ordinary(dtype, shape, seed=0):
    """Numbers whose sums round, so that an order shows; a product stays in range."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if kind.kind in "iu":
        limits = np.iinfo(dtype)
        return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)
    values = 1 + 0.01 * rng.standard_normal(shape) * rng.choice([1, -100], shape)
    if kind.kind == "c":
        values = values + 0.1j * rng.standard_normal(shape)
    return np.asarray(values).astype(dtype)


@each_case
def test_every_length_lies_within_the_bound(name, dtype):
    for length in LENGTHS:
        check_op(name, ordinary(dtype, length, seed=length))


@each_case
def test_special_values_lie_within_the_bound(name, dtype, random_array):
    rng = np.random.default_rng(5)
    for length in (1, 2, 7, 40, 300):
        for _ in range(4):
            check_op(name, random_array(dtype, length, rng))


@each_case
def test_axes_and_keepdims_agree_with_the_oracle(name, dtype):
    x = ordinary(dtype, (3, 5, 20))
    single = operator_row(name).name in ("argmax", "argmin")
    axes = [None, 0, 1, 2, -1, -3]
    axes += [] if single else [(0, 1), (2, 0), (0, 1, 2), (-1, 1), ()]
    for axis, keepdims in itertools.product(axes, [False, True]):
        result = check_op(name, x, axis=axis, keepdims=keepdims)
        dropped = range(3) if axis is None else [a % 3 for a in np.atleast_1d(axis).astype(int)]
        if keepdims:
            assert result.shape == tuple(1 if i in dropped else n for i, n in enumerate(x.shape))
        else:
            assert result.shape == tuple(n for i, n in enumerate(x.shape) if i not in dropped)


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_the_isa(name, dtype, isa, same_bits):
    for length in [*LENGTHS, 100_000]:
        x = cp.asarray(ordinary(dtype, length, seed=length))
        with cp.settings.override(isa="baseline"):
            expected = np.asarray(reduce(name, x))
        same_bits(reduce(name, x), expected, f"{name} of {length} {isa}")


@pytest.mark.isa
@each_case
def test_columns_have_the_bits_of_rows(name, dtype, isa, same_bits):
    for length, width in [(1, 3), (5, 40), (16, 16), (17, 70), (257, 33), (513, 5), (4097, 3)]:
        rows = cp.asarray(ordinary(dtype, (width, length), seed=length))
        expected = np.asarray(reduce(name, rows, axis=1))
        columns = cp.copy(rows.T)
        label = f"{name} of {length} in {width} columns {isa}"
        same_bits(reduce(name, columns, axis=0), expected, label)
        same_bits(reduce(name, columns.T, axis=1), expected, f"{label}, transposed")
        same_bits(reduce(name, columns[::-1][::-1], axis=0), expected, f"{label}, view")
        for column in (0, width - 1):
            alone = reduce(name, columns[:, column])
            same_bits(alone, expected[column], f"{label}, column {column} alone")
            alone = reduce(name, rows[column])
            same_bits(alone, expected[column], f"{label}, row {column} alone")


@pytest.mark.isa
@pytest.mark.parametrize(("name", "dtype"), FLOATS)
def test_narrow_columns_have_the_bits_of_rows(name, dtype, isa, same_bits):
    for length, width in itertools.product((2, 17, 31, 256, 300, 800), (*range(2, 10), 12, 16, 33)):
        columns = cp.asarray(ordinary(dtype, (length, width), seed=length))
        expected = np.asarray(reduce(name, cp.copy(columns.T), axis=1))
        label = f"{name} of {length} in {width} columns {isa}"
        same_bits(reduce(name, columns, axis=0), expected, label)
        wide = cp.concat([columns, columns], axis=1)
        same_bits(reduce(name, wide[:, :width], axis=0), expected, f"{label}, of wider rows")


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_layout(name, dtype, isa, same_bits):
    values = ordinary(dtype, (7, 5, 60))
    single = name in ("argmax", "argmin")
    axes = [None, 0, 1, 2] if single else [None, 0, 1, 2, (0, 1), (0, 2), (1, 2)]
    for axis in axes:
        expected = np.asarray(reduce(name, cp.asarray(values), axis=axis))
        for layout in LAYOUTS:
            if layout != "broadcast":
                result = reduce(name, lay_out(values, layout), axis=axis)
                same_bits(result, expected, f"{name} axis={axis} {layout} {isa}")


@pytest.mark.isa
@each_case
def test_several_axes_are_one_in_c_order(name, dtype, isa, same_bits):
    if name in ("argmax", "argmin"):
        return
    values = ordinary(dtype, (6, 4, 9, 5))
    x = cp.asarray(values)
    for axes in itertools.chain.from_iterable(itertools.combinations(range(4), n) for n in (2, 3)):
        kept = [axis for axis in range(4) if axis not in axes]
        joined = np.transpose(values, [*kept, *axes]).reshape([6, 4, 9, 5][kept[0]], -1)
        if len(kept) == 2:
            shape = [values.shape[axis] for axis in kept]
            joined = np.transpose(values, [*kept, *axes]).reshape(*shape, -1)
        expected = np.asarray(reduce(name, cp.asarray(joined.copy()), axis=-1))
        same_bits(reduce(name, x, axis=axes), expected, f"{name} axis={axes} {isa}")
        same_bits(reduce(name, x, axis=axes[::-1]), expected, f"{name} axis={axes[::-1]} {isa}")


@pytest.mark.isa
@each_case
def test_broadcast_operands_have_the_bits_of_their_copies(name, dtype, isa, same_bits):
    x = cp.broadcast_to(cp.asarray(ordinary(dtype, (5, 1, 40))), (5, 9, 40))
    for axis in (None, 0, 1, 2):
        expected = np.asarray(reduce(name, cp.copy(x), axis=axis))
        same_bits(reduce(name, x, axis=axis), expected, f"{name} axis={axis} {isa}")


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "bool", "uint64", "complex64"])
@pytest.mark.parametrize("name", ["sum", "prod"])
def test_dtype_converts_before_accumulating(name, dtype):
    x = ordinary(dtype, (3, 40))
    for target in ("float32", "float64", "int8", "uint64", "complex128"):
        if dtype.startswith("complex") and not target.startswith("complex"):
            with pytest.raises(DTypeError):
                reduce(name, cp.asarray(x), dtype=getattr(cp, target))
            continue
        result = check_op(name, x, axis=1, dtype=target)
        assert result.dtype == getattr(cp, target)
        converted = cp.astype(cp.asarray(x), target)
        assert_bitwise_equal(result, reduce(name, converted, axis=1, dtype=target))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "uint64"])
@pytest.mark.parametrize("name", ["var", "std"])
def test_corrections_agree_with_the_oracle(name, dtype):
    x = ordinary(dtype, (4, 21))
    for correction in (0, 1, 0.5, 2.0, -3, 20.5, 21, 22):
        check_op(name, x, axis=1, correction=correction)
        check_op(name, x, correction=correction)
    check_op(name, ordinary(dtype, 1), correction=0)
    check_op(name, ordinary(dtype, 1), correction=1)


@each_case
def test_no_elements(name, dtype):
    x = cp.zeros((0, 3), dtype=dtype)
    if "no_identity" in operator_row(name).flags:
        with pytest.raises(ArgumentError):
            reduce(name, x)
        with pytest.raises(ArgumentError):
            reduce(name, x, axis=0)
        assert reduce(name, x, axis=1).shape == (0,)
        return
    check_op(name, x)
    check_op(name, x, axis=0, keepdims=True)
    assert check_op(name, x, axis=1).shape == (0,)


@each_case
def test_rank_0(name, dtype):
    check_op(name, ordinary(dtype, ()))
    check_op(name, ordinary(dtype, ()), keepdims=True)
    if name not in ("argmax", "argmin"):
        check_op(name, ordinary(dtype, ()), axis=())


@each_row
def test_refused_dtypes(name):
    accepted = operator_row(name).dtypes
    for dtype in cp._core.dtypes():
        x = cp.ones(4, dtype=dtype)
        if dtype in accepted:
            reduce(name, x)
        else:
            with pytest.raises(DTypeError, match=f"^{name}: "):
                reduce(name, x)


@pytest.mark.sanitize
@each_row
def test_wrong_axes(name):
    x = cp.ones((2, 3))
    for axis in (2, -3, 2**40, -(2**63)):
        with pytest.raises(AxisError, match=f"^{name}: "):
            reduce(name, x, axis=axis)
    with pytest.raises(AxisError, match=f"^{name}: "):
        reduce(name, x, axis=(0, 0))
    with pytest.raises(AxisError):
        reduce(name, x, axis=(0, -2))
    for axis in (1.0, "0", [None]):
        with pytest.raises((ArgumentTypeError, AxisError)):
            reduce(name, x, axis=axis)
    with pytest.raises(AxisError):
        reduce(name, cp.ones(()), axis=0)
    with pytest.raises(ArgumentTypeError):
        reduce(name, [1.0, 2.0])


@each_row
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_values_agree_with_the_oracle_on_every_isa(name, data):
    dtype = data.draw(st.sampled_from(operator_row(name).dtypes))
    shape = tuple(data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    values = data.draw(st.lists(elements(dtype), min_size=5, max_size=5))
    x = np.resize(np.asarray(values, np.dtype(dtype)), shape)
    axis = data.draw(st.sampled_from([None, *range(len(shape))]))
    tensor = lay_out(x, data.draw(st.sampled_from([one for one in LAYOUTS if one != "broadcast"])))
    expected = check_op(name, tensor, axis=axis)
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert_bitwise_equal(reduce(name, tensor, axis=axis), expected, label=f"{name} {isa}")


def test_a_product_that_overflows_beside_a_zero():
    # 1.5 * 3.4e38 comes first, and its infinity meets the zero: verify knows that this may be.
    x = np.asarray([0.0, 1.5, 3.0, 3.4028235e38], np.float32)
    assert math.isnan(check_op("prod", x).item())
    with cp.settings.override(verify=True):
        assert math.isnan(cp.prod(cp.asarray(x.tolist(), dtype=cp.float32)).item())
        assert cp.prod(cp.asarray([0.0, 2.0, 3.0, 4.0])).item() == 0


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", ["argmax", "argmin", "max", "min"])
def test_the_first_of_equal_and_of_nan_wins(name, dtype):
    sign = 1 if name.endswith("max") else -1
    for length in LENGTHS:
        for place in {0, length // 2, length - 1}:
            x = np.zeros(length, dtype)
            x[place:] = sign * 7
            check_op(name, x)
            x[place] = np.nan
            x[-1] = np.nan
            check_op(name, x)
    check_op(name, np.asarray([0.0, -0.0, 0.0], dtype))
    check_op(name, np.asarray([-0.0, 0.0], dtype))


# ---- memory that is not aligned ----


def misaligned(array):
    """The same values one byte past an aligned address, shared with corepy."""
    holder = np.zeros(array.nbytes + 1, dtype=np.uint8)
    view = holder[1:].view(array.dtype).reshape(array.shape)
    view[...] = array
    view.flags.writeable = False
    holder.flags.writeable = False
    shared = cp.asarray(view, copy=False)
    return shared


@pytest.mark.sanitize
@each_case
def test_misaligned_memory_gives_the_same_bits(name, dtype):
    for shape, axis in (((4,), None), ((5000,), None), ((40, 700), 0), ((40, 700), 1), ((3, 9), 0)):
        x = ordinary(dtype, shape, seed=3)
        expected = reduce(name, cp.asarray(x), axis=axis)
        assert_bitwise_equal(reduce(name, misaligned(x), axis=axis), expected)
        assert_bitwise_equal(reduce(name, misaligned(x)[::-1][::-1], axis=axis), expected)


@pytest.mark.sanitize
def test_fields_of_records_give_the_same_bits():
    """Strides that are no multiple of the element."""
    records = np.zeros((37, 1025), dtype=[("key", "u1"), ("value", "f8")])
    records["value"] = ordinary("float64", records.shape)
    for axis in (None, 0, 1):
        expected = cp.sum(cp.asarray(records["value"].copy()), axis=axis)
        assert_bitwise_equal(cp.sum(cp.asarray(records["value"]), axis=axis), expected)
        column = cp.asarray(records["value"][:, :1])
        assert_bitwise_equal(cp.max(column), cp.max(cp.copy(column)))


@pytest.mark.sanitize
def test_a_last_chunk_of_another_layout():
    """Columns that are cut into chunks, the last of which is one column only."""
    x = cp.broadcast_to(cp.arange(1025.0), (66_000, 1025))
    dense = cp.copy(x[:66_000])
    assert_bitwise_equal(cp.max(dense, axis=0), cp.arange(1025.0))
