# Tests of the cumulative functions: against the oracle, one order for every layout, axis, ISA and
# number of threads, prefixes, errors. The order itself is fixed by the golden digests.
from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import ArgumentTypeError, AxisError, DTypeError
from corepy.testing import assert_bitwise_equal, check_op, operator_row, operator_rows
from corepy.testing.strategies import LAYOUTS, elements, lay_out

ROWS = [row for row in operator_rows() if row.family == "scan"]
CASES = [(row.name, dtype) for row in ROWS for dtype in row.dtypes]
each_case = pytest.mark.parametrize(("name", "dtype"), CASES)
each_row = pytest.mark.parametrize("name", [row.name for row in ROWS])

# Around a vector, a group (16), a block (256), several blocks.
LENGTHS = [*range(1, 19), 31, 33, 255, 256, 257, 272, 513, 1500]


def scan(name, x, **options):
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
    values = 1 + 0.01 * rng.standard_normal(shape)
    if kind.kind == "c":
        values = values + 0.01j * rng.standard_normal(shape)
    return np.asarray(values).astype(dtype)


@each_case
def test_every_length_lies_within_the_bound(name, dtype):
    for length in LENGTHS:
        check_op(name, ordinary(dtype, length, seed=length))
        check_op(name, ordinary(dtype, length, seed=length), include_initial=True)


@each_case
def test_special_values_lie_within_the_bound(name, dtype, random_array):
    rng = np.random.default_rng(5)
    for length in (1, 2, 7, 40, 300):
        for _ in range(3):
            check_op(name, random_array(dtype, length, rng))


@each_case
def test_axes_agree_with_the_oracle(name, dtype):
    x = ordinary(dtype, (3, 20, 5))
    for axis, initial in itertools.product((0, 1, 2, -1, -3), (False, True)):
        result = check_op(name, x, axis=axis, include_initial=initial)
        assert result.shape[axis] == x.shape[axis] + initial


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_the_isa(name, dtype, isa, same_bits):
    for length in [*LENGTHS, 70_000]:
        x = cp.asarray(ordinary(dtype, length, seed=length))
        with cp.settings.override(isa="baseline"):
            expected = np.asarray(scan(name, x))
        same_bits(scan(name, x), expected, f"{name} of {length} {isa}")


@pytest.mark.isa
@each_case
def test_columns_have_the_bits_of_rows(name, dtype, isa, same_bits):
    for length, width in [(1, 3), (5, 40), (16, 16), (17, 70), (257, 33), (513, 5), (300, 1100)]:
        rows = cp.asarray(ordinary(dtype, (width, length), seed=length))
        expected = np.asarray(scan(name, rows, axis=1))
        columns = cp.copy(rows.T)
        label = f"{name} of {length} in {width} columns {isa}"
        same_bits(cp.copy(scan(name, columns, axis=0).T), expected, label)
        same_bits(cp.copy(scan(name, columns.T, axis=1)), expected, f"{label}, transposed")
        for column in (0, width - 1):
            alone = scan(name, columns[:, column])
            same_bits(alone, expected[column], f"{label}, column {column} alone")


@pytest.mark.isa
@each_case
def test_many_short_scans_have_the_bits_of_each_alone(name, dtype, isa, same_bits):
    for length, count in itertools.product((*range(1, 10), 12, 16, 17), (1, 2, 7, 16, 40)):
        rows = cp.asarray(ordinary(dtype, (count, length), seed=length))
        expected = np.stack([np.asarray(scan(name, rows[i])) for i in range(count)])
        label = f"{count} rows of {length} {name} {isa}"
        same_bits(scan(name, rows, axis=1), expected, label)
        wide = cp.concat([rows, rows], axis=1)
        same_bits(scan(name, wide[:, :length], axis=1), expected, f"{label}, of wider rows")
        initial = scan(name, rows, axis=1, include_initial=True)
        same_bits(initial[:, 1:], expected, f"{label}, behind an initial element")
        same_bits(cp.copy(scan(name, cp.copy(rows.T), axis=0).T), expected, f"{label}, as columns")


@pytest.mark.isa
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_long_narrow_columns_have_the_bits_of_rows(dtype, isa, same_bits):
    for length, width in itertools.product((17, 255, 256, 300, 900), (1, 2, 3, 5, 8, 9)):
        columns = cp.asarray(ordinary(dtype, (length, width), seed=length))
        expected = np.asarray(scan("cumulative_sum", cp.copy(columns.T), axis=1))
        label = f"{length} in {width} columns {isa}"
        same_bits(cp.copy(scan("cumulative_sum", columns, axis=0).T), expected, label)
        wide = cp.concat([columns, columns], axis=1)[:, :width]
        result = cp.copy(scan("cumulative_sum", wide, axis=0).T)
        same_bits(result, expected, f"{label}, of wider rows")


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_layout(name, dtype, isa, same_bits):
    values = ordinary(dtype, (7, 30, 20))
    for axis, initial in itertools.product((0, 1, 2), (False, True)):
        expected = np.asarray(scan(name, cp.asarray(values), axis=axis, include_initial=initial))
        for layout in LAYOUTS:
            if layout != "broadcast":
                x = lay_out(values, layout)
                result = cp.copy(scan(name, x, axis=axis, include_initial=initial))
                same_bits(result, expected, f"{name} axis={axis} {layout} {isa}")


@each_case
def test_broadcast_operands_have_the_bits_of_their_copies(name, dtype):
    x = cp.broadcast_to(cp.asarray(ordinary(dtype, (5, 1, 40))), (5, 9, 40))
    for axis in (0, 1, 2):
        expected = cp.copy(scan(name, cp.copy(x), axis=axis))
        assert_bitwise_equal(cp.copy(scan(name, x, axis=axis)), expected)


@each_case
def test_a_prefix_of_the_result_is_that_of_the_operand(name, dtype):
    x = cp.asarray(ordinary(dtype, 1300))
    whole = scan(name, x)
    for length in (1, 2, 15, 16, 17, 255, 256, 257, 600, 1299):
        assert_bitwise_equal(scan(name, x[:length]), cp.copy(whole[:length]))


@each_case
def test_the_initial_element_moves_the_others(name, dtype):
    x = cp.asarray(ordinary(dtype, (600, 3)))
    result = scan(name, x, axis=0, include_initial=True)
    assert_bitwise_equal(cp.copy(result[1:]), scan(name, x, axis=0))
    first = cp.ones(3, dtype=result.dtype) if name == "cumulative_prod" else None
    zeros = cp.zeros(3, dtype=result.dtype)
    assert_bitwise_equal(cp.copy(result[0]), zeros if first is None else first)


@pytest.mark.parametrize("dtype", ["bool", "float32", "float64", "int32", "complex64", "uint8"])
@each_row
def test_bits_do_not_depend_on_threads(name, dtype):
    long = cp.asarray(ordinary(dtype, 1_300_003))
    table = cp.asarray(ordinary(dtype, (1000, 1301)))
    calls = [
        lambda: scan(name, long),
        lambda: scan(name, long[::2]),
        lambda: scan(name, table, axis=0),
        lambda: scan(name, table, axis=1),
        lambda: scan(name, table[:, ::3], axis=0),
    ]
    for call in calls:
        expected = call()
        for threads in (2, 3, 7):
            with cp.settings.override(num_threads=threads):
                assert_bitwise_equal(call(), expected)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int16", "bool", "uint64", "complex64"])
@each_row
def test_dtype_converts_before_accumulating(name, dtype):
    x = ordinary(dtype, (30, 40))
    for target in ("float32", "float64", "int8", "uint64", "complex128"):
        if dtype.startswith("complex") and not target.startswith("complex"):
            with pytest.raises(DTypeError):
                scan(name, cp.asarray(x), axis=0, dtype=getattr(cp, target))
            continue
        for axis, layout in itertools.product((0, 1), ("contiguous", "strided")):
            tensor = lay_out(x, layout)
            result = scan(name, tensor, axis=axis, dtype=target)
            assert result.dtype == getattr(cp, target)
            converted = cp.astype(cp.asarray(x), target)
            assert_bitwise_equal(result, scan(name, converted, axis=axis, dtype=target))
        check_op(name, x[:3], axis=1, dtype=target)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sums_of_numbers_that_are_not_negative_never_decrease(dtype):
    rng = np.random.default_rng(1)
    for scale in (0, 3, 30):
        x = (rng.random(20_000) * 2.0 ** -rng.integers(0, scale + 1, 20_000)).astype(dtype)
        for tensor in (cp.asarray(x), cp.asarray(x[: 2000 * 10].reshape(2000, 10))):
            sums = np.asarray(cp.cumulative_sum(tensor, axis=0))
            assert (np.diff(sums, axis=0) >= 0).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_error_does_not_grow_with_the_length(dtype):
    x = (0.5 + np.random.default_rng(1).random(400_000) / 2).astype(dtype)
    exact = list(itertools.accumulate(int(value) for value in x * 2.0**60))[::1000]
    sums = [int(value) for value in np.asarray(cp.cumulative_sum(cp.asarray(x))) * 2.0**60][::1000]
    errors = [abs(a - b) / b for a, b in zip(sums, exact, strict=True)]
    assert max(errors) < 2 * np.finfo(dtype).eps


def test_infinities_stay_and_zeros_keep_their_signs():
    x = np.ones(900)
    x[300] = np.inf
    sums = np.asarray(cp.cumulative_sum(cp.asarray(x)))
    assert np.isfinite(sums[:300]).all()
    assert (sums[300:] == np.inf).all()
    x[700] = -np.inf
    sums = np.asarray(cp.cumulative_sum(cp.asarray(x)))
    assert (sums[300:700] == np.inf).all()
    assert np.isnan(sums[700:]).all()
    zeros = cp.cumulative_sum(cp.full(900, -0.0))
    assert np.signbit(np.asarray(zeros)).all()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_zeros_of_complex_products_have_the_signs_of_the_textbook_formula(dtype):
    rng = np.random.default_rng(4)
    parts = np.asarray([0.0, -0.0, 1.0, -1.0])
    for length in (2, 3, 5, 40):
        for _ in range(20):
            x = np.empty(length, dtype)
            x.real, x.imag = rng.choice(parts, length), rng.choice(parts, length)
            check_op("cumulative_prod", x)


def test_products_form_nothing_that_is_no_result():
    x = np.asarray([1e-30] * 1 + [1e10] * 4 + [1e-10] * 3, np.float32)
    products = np.asarray(cp.cumulative_prod(cp.asarray(x)))
    np.testing.assert_allclose(products, np.cumprod(x.astype(np.float64)), rtol=1e-5)


@each_case
def test_no_elements(name, dtype):
    for shape, axis in (((0,), 0), ((0, 3), 0), ((0, 3), 1), ((3, 0), 1)):
        x = cp.zeros(shape, dtype=dtype)
        check_op(name, x, axis=axis)
        check_op(name, x, axis=axis, include_initial=True)


@each_row
def test_axis_may_be_left_out_for_one_axis_only(name):
    assert_bitwise_equal(scan(name, cp.ones(3)), scan(name, cp.ones(3), axis=-1))
    with pytest.raises(AxisError, match=rf"^{name}: axis is needed"):
        scan(name, cp.ones((2, 3)))
    with pytest.raises(AxisError, match=rf"^{name}: a rank-0"):
        scan(name, cp.ones(()))


@pytest.mark.sanitize
@each_row
def test_wrong_arguments(name):
    x = cp.ones((2, 3))
    for axis in (2, -3, 2**40, -(2**63)):
        with pytest.raises(AxisError, match=f"^{name}: "):
            scan(name, x, axis=axis)
    for axis in (1.0, "0", (0,)):
        with pytest.raises(ArgumentTypeError):
            scan(name, x, axis=axis)
    with pytest.raises(DTypeError):
        scan(name, x, axis=0, dtype=cp.bool)
    with pytest.raises(ArgumentTypeError):
        scan(name, [1.0, 2.0])


@each_row
def test_records_name_the_bound_and_the_kernel(name):
    scan(name, cp.ones((40, 30), dtype=cp.float32), axis=0)
    record = cp.explain_last_dispatch()
    assert record.op == name
    assert record.bound == operator_row(name).bound["float32"]
    assert record.kernel == "blocked columns"
    scan(name, cp.ones(30, dtype=cp.int8))
    assert cp.explain_last_dispatch().kernel == "blocked rows"
    dry = cp.explain(getattr(cp, name), cp.ones((40, 30)), axis=1)
    assert dry.kernel == "blocked rows"


@pytest.mark.sanitize
@each_case
def test_misaligned_memory_gives_the_same_bits(name, dtype):
    for shape, axis in (((5000,), 0), ((40, 70), 0), ((40, 70), 1)):
        x = ordinary(dtype, shape, seed=3)
        holder = np.zeros(x.nbytes + 1, dtype=np.uint8)
        view = holder[1:].view(x.dtype).reshape(shape)
        view[...] = x
        view.flags.writeable = holder.flags.writeable = False
        shared = cp.asarray(view, copy=False)
        assert_bitwise_equal(scan(name, shared, axis=axis), scan(name, cp.asarray(x), axis=axis))


@each_row
@given(data=st.data())
@settings(max_examples=25, deadline=None)
def test_any_values_agree_with_the_oracle_on_every_isa(name, data):
    dtype = data.draw(st.sampled_from(operator_row(name).dtypes))
    shape = tuple(data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=3)))
    values = data.draw(st.lists(elements(dtype), min_size=5, max_size=5))
    x = np.resize(np.asarray(values, np.dtype(dtype)), shape)
    axis = data.draw(st.integers(0, len(shape) - 1))
    tensor = lay_out(x, data.draw(st.sampled_from([one for one in LAYOUTS if one != "broadcast"])))
    expected = check_op(name, tensor, axis=axis)
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert_bitwise_equal(scan(name, tensor, axis=axis), expected, label=f"{name} {isa}")
