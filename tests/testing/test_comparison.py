# Tests that the comparers reject what they must, and name it.
from __future__ import annotations

import math

import numpy as np
import pytest

from corepy.errors import ReproducibilityError, VerificationError
from corepy.testing import assert_bitwise_equal, assert_ulp, ulp_distance

FLOATS = ("float32", "float64")
COMPLEX = ("complex64", "complex128")


def up(x, steps: int = 1):
    for _ in range(steps):
        x = np.nextafter(x, x.dtype.type(math.inf))
    return x


@pytest.mark.parametrize("dtype", FLOATS)
def test_distance_counts_representable_numbers(dtype):
    x = np.asarray([1.0, 2.0, -1.0, 1e-40 if dtype == "float32" else 1e-310, 1e30], dtype)
    for steps in (0, 1, 2, 5):
        assert ulp_distance(up(x, steps), x).tolist() == [steps] * 5
        assert ulp_distance(x, up(x, steps)).tolist() == [steps] * 5


@pytest.mark.parametrize("dtype", FLOATS)
def test_distance_at_the_ends_and_across_zero(dtype):
    limits = np.finfo(dtype)
    tiny = limits.smallest_subnormal
    pairs = [
        (0.0, -0.0, 1),
        (tiny, 0.0, 1),
        (-tiny, 0.0, 2),
        (-tiny, -0.0, 1),
        (limits.max, math.inf, 1),
        (-limits.max, -math.inf, 1),
        (math.inf, math.inf, 0),
        (math.nan, math.nan, 0),
        (math.nan, 1.0, math.inf),
        (math.inf, math.nan, math.inf),
    ]
    first, second = (np.asarray([pair[k] for pair in pairs], dtype) for k in (0, 1))
    assert ulp_distance(first, second).tolist() == [pair[2] for pair in pairs]
    assert ulp_distance(second, first).tolist() == [pair[2] for pair in pairs]


def test_distance_across_the_whole_range_does_not_overflow():
    assert ulp_distance(np.float64(-math.inf), np.float64(math.inf)) > 2.0**63
    assert ulp_distance(np.uint64(2**64 - 1), np.uint64(0)) == 2.0**64
    assert ulp_distance(np.int64(2**63 - 1), np.int64(-(2**63))) == 2.0**64


@pytest.mark.parametrize("dtype", COMPLEX)
def test_distance_of_complex_numbers_is_the_farther_component(dtype):
    x = np.asarray([1 + 1j, 1 + 1j], dtype)
    y = x.copy()
    y.real[0] = up(y.real[0])
    y.imag[1] = up(y.imag[1], 3)
    assert ulp_distance(x, y).tolist() == [1.0, 3.0]


def test_distance_ignores_the_layout():
    x = np.arange(12.0).reshape(3, 4)
    assert not ulp_distance(x.T, np.ascontiguousarray(x.T)).any()
    assert ulp_distance(x[::2, ::-1], x[::2, ::-1].copy()).shape == (2, 4)
    assert ulp_distance(np.zeros((0, 3)), np.zeros((0, 3))).shape == (0, 3)
    assert ulp_distance(1.0, 1.0).shape == ()


@pytest.mark.parametrize("dtype", [*FLOATS, *COMPLEX, "int8", "uint64", "bool"])
def test_equal_arrays_pass(dtype):
    x = np.asarray([0, 1, 0, 1], dtype)
    assert_bitwise_equal(x, x.copy())
    assert_bitwise_equal(x[::2], x[::2].copy())
    assert_ulp(x, x, max_ulp=0)


def test_all_nans_are_equal():
    quiet = np.asarray([math.nan, -math.nan])
    payload = np.asarray([0x7FF0000000000001, 0xFFF8000000000123], np.uint64).view(np.float64)
    assert_bitwise_equal(quiet, payload)
    assert_bitwise_equal(quiet.astype("complex128"), payload.astype("complex128"))
    assert_ulp(quiet, payload, max_ulp=0)


WRONG = [
    pytest.param(np.float32([1]), np.float64([1]), "dtypes differ", id="dtype"),
    pytest.param(np.ones(3), np.ones((3, 1)), "shapes differ", id="shape"),
    pytest.param(np.ones(()), np.ones(1), "shapes differ", id="zero-dimensional"),
    pytest.param(np.ones(0), np.ones((0, 2)), "shapes differ", id="empty"),
    pytest.param([1.0, 2.0], [2.0, 1.0], r"first at index \(0,\)", id="order"),
    pytest.param([0.0], [-0.0], r"got 0.0 \(0x0.0p\+0\); expected -0.0", id="zero sign"),
    pytest.param([math.nan], [1.0], "got nan", id="nan for a number"),
    pytest.param([1.0], [math.nan], "expected nan", id="number for a nan"),
    pytest.param([math.inf], [-math.inf], "got inf", id="infinity sign"),
    pytest.param([1 + 0j], [complex(1, -0.0)], "expected 1.0 .* -0.0", id="zero sign of a part"),
    pytest.param([[1, 2], [3, 4]], [[1, 2], [5, 4]], r"\(1, 0\) \(got 3 \(0x3\)", id="integer"),
    pytest.param([True], [False], "got True", id="bool"),
]


@pytest.mark.parametrize(("actual", "expected", "message"), WRONG)
def test_wrong_results_are_rejected(actual, expected, message):
    with pytest.raises(ReproducibilityError, match=message):
        assert_bitwise_equal(actual, expected)
    with pytest.raises(VerificationError, match=message):
        assert_ulp(actual, expected, max_ulp=1000)


@pytest.mark.parametrize("dtype", [*FLOATS, *COMPLEX])
def test_one_ulp_is_rejected(dtype):
    x = np.asarray([3.0, 5.0], dtype)
    y = x.copy()
    y.real[1] = up(y.real[1])
    with pytest.raises(ReproducibilityError, match=r"1 of 2 elements .* \(1,\) .* 1 ulp apart"):
        assert_bitwise_equal(y, x)
    for bound in (0, 0.5):
        with pytest.raises(VerificationError, match=f"1 ulp apart.*allowed: {bound:g} ulp"):
            assert_ulp(y, x, max_ulp=bound)
    assert_ulp(y, x, max_ulp=1)
    assert_ulp(y, x, max_ulp=0.51)
    y.real[1] = up(y.real[1])
    with pytest.raises(VerificationError, match="2 ulp apart"):
        assert_ulp(y, x, max_ulp=1.49)
    assert_ulp(y, x, max_ulp=1.5)


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_bound_does_not_excuse_the_sign_of_zero(dtype):
    tiny = np.finfo(dtype).smallest_subnormal
    assert_ulp(np.asarray([tiny], dtype), np.asarray([0.0], dtype), max_ulp=1)
    for actual, expected in [(0.0, -0.0), (-0.0, 0.0)]:
        with pytest.raises(VerificationError):
            assert_ulp(np.asarray([actual], dtype), np.asarray([expected], dtype), max_ulp=1)


def test_integers_are_compared_exactly_whatever_the_bound():
    with pytest.raises(VerificationError, match="got 5"):
        assert_ulp(np.asarray([5]), np.asarray([6]), max_ulp=10)


def test_the_message_counts_and_locates():
    x = np.zeros((4, 5), np.float32)
    y = x.copy()
    y[2, 3] = y[3, 1] = 1.5
    with pytest.raises(ReproducibilityError) as caught:
        assert_bitwise_equal(y, x, label="sum on avx2")
    text = str(caught.value)
    assert text.startswith("sum on avx2: 2 of 20 elements differ, first at index (2, 3)")
    assert "0x1.8000000000000p+0" in text
    assert "float32" in text


def test_errors_are_assertion_errors():
    with pytest.raises(AssertionError):
        assert_bitwise_equal([1], [2])
    with pytest.raises(AssertionError):
        assert_ulp([1.0], [2.0], max_ulp=1)


def test_exactly_one_bound_must_be_given():
    with pytest.raises(ValueError, match="either op or max_ulp"):
        assert_ulp([1.0], [1.0])
    with pytest.raises(ValueError, match="either op or max_ulp"):
        assert_ulp([1.0], [1.0], op="add", max_ulp=1)
