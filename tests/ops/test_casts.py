# Tests of astype over all pairs of dtypes: extremes, one rounding, every layout and ISA.
from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import DTypeError
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, elements, lay_out, special_values

PAIRS = [
    (source, target)
    for source, target in itertools.product(DTYPES, DTYPES)
    if not (source.startswith("complex") and not target.startswith("complex"))
]
each_pair = pytest.mark.parametrize(("source", "target"), PAIRS)


def limits_of_others(dtype):
    """The bounds of every integer dtype, and the numbers next to them, as far as dtype has them."""
    values = []
    for integer in DTYPES:
        if np.dtype(integer).kind in "iu":
            info = np.iinfo(integer)
            values += [info.min - 1, info.min, info.min + 1, info.max - 1, info.max, info.max + 1]
    values += [2**24 + 1, 2**25 + 2, 2**53 + 1, 2**54 + 2, 2**53 + 3, 2**60 + 2**36 + 1]
    values += [2**51 - 1, 2**51, 2**52 - 1, 2**52]
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return np.asarray([False, True])
    if kind.kind in "iu":
        info = np.iinfo(dtype)
        return np.asarray([v for v in values if info.min <= v <= info.max], dtype)
    with np.errstate(over="ignore"):
        real = np.asarray(values, np.float64)
        real = real.astype(f"f{kind.itemsize // (2 if kind.kind == 'c' else 1)}")
    near = np.concatenate([real, np.nextafter(real, np.inf), np.nextafter(real, -np.inf)])
    halves = near + real.dtype.type(0.5)
    return np.concatenate([near, halves, -near]).astype(dtype)


def values_of(dtype, random_array):
    random = random_array(dtype, 400, np.random.default_rng(1))
    special = special_values(dtype)[:200]
    values = np.concatenate([special, limits_of_others(dtype), random])
    return np.random.default_rng(2).permutation(values)


@each_pair
def test_extremes_agree_with_the_oracle(source, target, random_array):
    check_op("astype", values_of(source, random_array), target)


@pytest.mark.isa
@each_pair
def test_bits_do_not_depend_on_isa_layout_or_length(source, target, isa, random_array, same_bits):
    values = values_of(source, random_array)
    with cp.settings.override(isa="baseline"):
        expected = np.asarray(cp.astype(cp.asarray(values), target))
    same_bits(cp.astype(cp.asarray(values), target), expected, f"{source} {target} {isa}")
    x = cp.asarray(values)
    for length in range(70):
        part = cp.astype(x[length : 2 * length], target)
        same_bits(part, expected[length : 2 * length], f"{source} {target} [{length}] {isa}")
    block, wanted = values[:120].reshape(4, 5, 6), expected[:120].reshape(4, 5, 6)
    for layout in LAYOUTS:
        if layout != "broadcast":
            result = cp.astype(lay_out(block, layout), target)
            same_bits(result, wanted, f"{source} {target} {layout} {isa}")


@pytest.mark.isa
@pytest.mark.parametrize("source", ["float32", "float64"])
@pytest.mark.parametrize("target", ["int32", "int64", "uint32", "uint64"])
def test_one_hard_element_among_easy_ones(source, target, isa):
    # Kernels convert a block of easy elements together: each hard value has a block of its own.
    hard = np.concatenate([limits_of_others(source), special_values(source), [-1.0, -0.5, -0.0]])
    rows = np.arange(len(hard))
    values = np.random.default_rng(3).uniform(0, 100, (len(hard), 32)).astype(source)
    values[rows, rows % 32] = hard
    check_op("astype", values, target)


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_values(data):
    source, target = data.draw(st.sampled_from(PAIRS))
    values = np.asarray(data.draw(st.lists(elements(source), max_size=20)), np.dtype(source))
    expected = check_op("astype", values, target)
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert_bitwise_equal(cp.astype(cp.asarray(values), target), expected, label=isa)


@pytest.mark.parametrize("source", ["complex64", "complex128"])
@pytest.mark.parametrize("target", [name for name in DTYPES if not name.startswith("complex")])
def test_complex_to_real_is_refused(source, target):
    with pytest.raises(DTypeError, match=r"^astype: "):
        cp.astype(cp.ones(3, dtype=source), target)


def test_copy_false_gives_the_tensor_itself():
    x = cp.ones((2, 3))
    assert cp.astype(x, cp.float64, copy=False) is x
    assert cp.astype(x, cp.float64) is not x
    assert cp.astype(x, cp.float32, copy=False).dtype == cp.float32


def test_a_dtype_may_be_given_by_object_name_or_numpy_dtype():
    x = cp.ones(2)
    for dtype in (cp.int16, "int16", np.int16, np.dtype("int16")):
        assert cp.astype(x, dtype).dtype == cp.int16
    assert cp.astype(x, bool).dtype == cp.bool
    assert cp.astype(x, int).dtype == cp.int64
    for wrong in ("int17", None, 5, [], "float128", object()):
        with pytest.raises(DTypeError):
            cp.astype(x, wrong)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(("source", "target"), [("int8", "float32"), ("float32", "float64")])
def test_results_beyond_the_caches(source, target, threads):
    x = np.random.default_rng(5).integers(-100, 100, 7_000_003).astype(source)
    with cp.settings.override(num_threads=threads):
        for view in (slice(None), slice(1, None), slice(None, None, 3)):
            got = cp.astype(cp.asarray(x)[view], getattr(cp, target))
            assert_bitwise_equal(got, x[view].astype(target))
