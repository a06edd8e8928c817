# Tests of every elementwise row: against the oracle, and bit for bit across ISAs, layouts, lengths
# and neighbours. Promotion of mixed dtypes is in test_promotion.py.
from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.testing import assert_bitwise_equal, check_op, operator_row, operator_rows
from corepy.testing.strategies import LAYOUTS, elements, lay_out

ROWS = [row for row in operator_rows() if row.family == "elementwise"]
CASES = [(row.name, dtype) for row in ROWS for dtype in row.dtypes]
each_case = pytest.mark.parametrize(("name", "dtype"), CASES)
each_row = pytest.mark.parametrize("name", [row.name for row in ROWS])

# The oracle of a transcendental function costs some 10 us a value.
COUNT = 1500
ODD_LENGTHS = [*range(71), 1000]


def call(name, operands):
    return getattr(cp, name)(*operands)


@pytest.fixture(scope="module")
def native_result(sample):
    """Operands and the native result on the best ISA, once per operator and dtype."""
    cache = {}

    def compute(name, dtype):
        if (name, dtype) not in cache:
            operands = sample(name, dtype, COUNT)
            cache[name, dtype] = operands, np.asarray(call(name, map(cp.asarray, operands)))
        return cache[name, dtype]

    return compute


@each_case
def test_result_lies_within_the_bound(name, dtype, sample):
    check_op(name, *sample(name, dtype, COUNT))


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_the_isa(name, dtype, isa, native_result, same_bits):
    operands, expected = native_result(name, dtype)
    result = call(name, map(cp.asarray, operands))
    assert cp.explain_last_dispatch().isa == isa
    same_bits(result, expected, f"{name} {isa}")


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_length_or_offset(name, dtype, isa, native_result, same_bits):
    operands, expected = native_result(name, dtype)
    tensors = [cp.asarray(operand) for operand in operands]
    for offset, length in enumerate(ODD_LENGTHS):
        where = slice(offset, offset + length)
        result = call(name, [tensor[where] for tensor in tensors])
        same_bits(result, expected[where], f"{name}[{offset}:{offset + length}] {isa}")


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_neighbours(name, dtype, isa, native_result, same_bits):
    operands, expected = native_result(name, dtype)
    order = np.random.default_rng(1).permutation(COUNT)
    same_bits(
        call(name, [cp.asarray(operand[order]) for operand in operands]),
        expected[order],
        f"{name} shuffled {isa}",
    )
    tensors = [cp.asarray(operand) for operand in operands]
    for i in range(0, COUNT, 5):
        alone = call(name, [tensor[i : i + 1] for tensor in tensors])
        same_bits(alone, expected[i : i + 1], f"{name} of element {i} alone {isa}")


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_layout(name, dtype, isa, native_result, same_bits):
    operands, expected = native_result(name, dtype)
    shape = (6, 2, 37)
    size = 6 * 2 * 37
    blocks = [operand[:size].reshape(shape) for operand in operands]
    wanted = expected[:size].reshape(shape)
    layouts = [layout for layout in LAYOUTS if layout != "broadcast"]
    for row in itertools.product(layouts, repeat=len(blocks)):
        if len(blocks) > 2 and len(set(row)) == 2:
            continue
        result = call(name, [lay_out(block, how) for block, how in zip(blocks, row, strict=True)])
        same_bits(result, wanted, f"{name} {row} {isa}")


@pytest.mark.isa
@each_case
def test_bits_do_not_depend_on_broadcasting(name, dtype, isa, native_result, same_bits):
    operands, _ = native_result(name, dtype)
    full = (5, 3, 33)
    shapes = [(5, 3, 33), (3, 33), (5, 1, 1), (1, 3, 1), (33,), (1, 1, 33), (5, 3, 1), ()]
    for which in itertools.product(shapes, repeat=len(operands)):
        if len(operands) > 2 and len(set(which)) == 1:
            continue
        small = [
            cp.asarray(operand[: int(np.prod(shape))].reshape(shape))
            for operand, shape in zip(operands, which, strict=True)
        ]
        result = call(name, small)
        spread = [cp.copy(cp.broadcast_to(operand, full)) for operand in small]
        wanted = call(name, spread)
        same_bits(
            cp.copy(cp.broadcast_to(result, full)),
            np.asarray(wanted),
            f"{name} {which} {isa}",
        )
        assert result.shape == np.broadcast_shapes(*which)


@each_case
def test_empty_operands_give_empty_results(name, dtype):
    operands = operator_row(name).operands
    for shape in [(0,), (3, 0), (0, 3, 2)]:
        dtypes = ["bool" if name == "where" and i == 0 else dtype for i in range(len(operands))]
        result = call(name, [cp.zeros(shape, dtype=one) for one in dtypes])
        assert result.shape == shape
        reference = call(name, [cp.ones(1, dtype=one) for one in dtypes])
        assert result.dtype == reference.dtype


@each_case
def test_the_operand_may_be_the_output(name, dtype, sample, same_bits):
    operands = sample(name, dtype, 1000)
    row = operator_row(name)
    expected = np.asarray(call(name, map(cp.asarray, operands)))
    tensors = [cp.asarray(operand) for operand in operands]
    if expected.dtype.name != tensors[0].dtype.name or name in ("where", "clip"):
        return  # these have no out=, or another dtype
    before = [np.array(operand) for operand in operands]
    out = tensors[0]
    shared = out[...]
    returned = getattr(cp, row.name)(*tensors, out=out)
    assert returned is out
    same_bits(out, expected, f"{name} out=")
    same_bits(shared, before[0], f"{name}: the view of the old value")
    for tensor, value in zip(tensors[1:], before[1:], strict=True):
        same_bits(tensor, value, f"{name}: the other operand")


@each_row
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_values_and_layouts_agree_with_the_oracle(name, data):
    row = operator_row(name)
    dtype = data.draw(st.sampled_from(row.dtypes))
    shape = tuple(data.draw(st.lists(st.integers(0, 5), max_size=3)))
    operands = []
    for index in range(len(row.operands)):
        which = "bool" if name == "where" and index == 0 else dtype
        values = np.asarray(
            data.draw(st.lists(elements(which), min_size=4, max_size=4)), np.dtype(which)
        )
        if index == 1 and np.dtype(dtype).kind == "i" and (name == "pow" or "shift" in name):
            values = np.where(values < 0, ~values, values)
        operands.append(np.resize(values, shape))
    layout = data.draw(st.sampled_from([one for one in LAYOUTS if one != "broadcast"]))
    tensors = [lay_out(operand, layout) for operand in operands]
    result = check_op(name, *tensors)
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert_bitwise_equal(call(name, tensors), result, label=f"{name} {isa}")


@each_case
def test_python_scalars_equal_rank_0_tensors(name, dtype, same_bits):
    row = operator_row(name)
    if len(row.operands) != 2:
        return
    x = cp.asarray(np.arange(1, 20).astype(dtype))
    scalar = True if dtype == "bool" else 3
    one = cp.asarray(scalar, dtype=dtype)
    same_bits(call(name, (x, scalar)), np.asarray(call(name, (x, one))), f"{name}(x, scalar)")
    same_bits(call(name, (scalar, x)), np.asarray(call(name, (one, x))), f"{name}(scalar, x)")


@pytest.mark.isa
def test_the_nan_of_a_remainder_has_one_sign(isa):
    """An fma of NaNs has the sign that the hardware likes, and signbit shows it."""
    for dtype in ("float32", "float64"):
        for a, b in ((0.0, 0.0), (1.0, 0.0), (np.inf, 2.0), (-np.inf, -1.0), (np.nan, 3.0)):
            x = cp.full(37, a, dtype=dtype) % cp.full(37, b, dtype=dtype)
            assert not cp.any(cp.signbit(x))


def test_truths_copied_from_foreign_memory_are_ones():
    odd = np.frombuffer(bytes([7, 0, 1, 255]), dtype=np.bool_)
    shared = cp.asarray(odd, copy=False)
    copies = (
        cp.copy(shared),
        cp.concat([shared]),
        cp.take(shared, cp.asarray([0, 1, 2, 3])),
        cp.tril(cp.broadcast_to(shared, (4, 4)))[3],
        cp.stack([shared])[0],
    )
    for copied in copies:
        assert np.asarray(copied).view(np.uint8).tolist() == [1, 0, 1, 1]
    assert cp.digest(shared) == cp.digest(copies[0])


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "int64"])
def test_in_place_results_of_every_length_are_those_of_fresh_ones(dtype):
    # The last elements share a vector with ones before them, which in place are results already.
    for length in range(70):
        values = np.arange(1, length + 1).astype(dtype)
        x, y = cp.asarray(values, copy=True), cp.asarray(values[::-1].copy())
        expected = x * y + y
        x *= y
        x += y
        assert_bitwise_equal(x, expected)


@pytest.mark.parametrize("shape", [(70, 1030), (1030, 70), (9, 2100), (2, 70, 600)], ids=str)
def test_transposed_operands_beside_others_of_any_width(shape):
    # Around the sides of the tiles that they pass through, beside strided and converted ones.
    numbers = np.arange(np.prod(shape)).reshape(shape) % 97
    for dtype in ("int8", "uint16", "float32", "float64", "complex128"):
        plain, spread = (numbers % 11).astype(dtype), np.repeat(numbers, 2, axis=-1).astype(dtype)
        turned = np.ascontiguousarray(numbers.astype(dtype).mT)
        total = cp.asarray(plain) + cp.asarray(turned).mT
        assert_bitwise_equal(total, plain + turned.mT)
        assert_bitwise_equal(cp.asarray(spread)[..., ::2] + cp.asarray(turned).mT, turned.mT * 2)
        mixed = cp.asarray(numbers.astype("int16")) + cp.asarray(turned).mT
        assert_bitwise_equal(mixed, numbers.astype("int16") + turned.mT)
        chosen = cp.where(cp.asarray(turned.mT > 50), cp.asarray(turned).mT, cp.asarray(plain))
        assert_bitwise_equal(chosen, np.where(turned.mT > 50, turned.mT, plain))
        masked = cp.where(cp.asarray(turned > 50).mT, cp.asarray(plain), cp.asarray(turned).mT)
        assert_bitwise_equal(masked, np.where(turned.mT > 50, plain, turned.mT))


def test_empty_views_far_beyond_their_memory_are_not_read():
    empty = cp.zeros((0, 2**18))[:, -1]
    assert cp.where(empty > 0, empty, empty).shape == (0,)
    assert cp.clip(empty, 0, 1).shape == (0,)
    assert (cp.zeros((0, 2**18), dtype=cp.int64)[:, -1] // 3).shape == (0,)
    assert cp.median(cp.zeros((2**20, 0)), axis=0).shape == (0,)
