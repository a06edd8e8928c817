# Tests of exact arithmetic: rounding, sums and products against Fractions.
from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corepy.backend.reference.exact import (
    FLOAT32,
    FLOAT64,
    exact_complex_product,
    exact_product,
    exact_sum,
    round_ratio,
    round_sqrt_ratio,
    scale_rows,
    scale_to_integers,
    split_floats,
)

integers = st.integers(-(2**130), 2**130)
exponents = st.integers(-1200, 1100)
finite = st.floats(allow_nan=False, allow_infinity=False)


@given(integers, st.integers(1, 2**130), exponents)
def test_round_ratio_is_nearest(assert_nearest, numerator, denominator, exponent):
    true = Fraction(numerator, denominator) * Fraction(2) ** exponent
    assert_nearest(np.float64(round_ratio(numerator, denominator, exponent, FLOAT64)), true)
    assert_nearest(np.float32(round_ratio(numerator, denominator, exponent, FLOAT32)), true)


@pytest.mark.parametrize(
    ("numerator", "exponent", "expected"),
    [
        (2**53 + 1, 0, 2.0**53),  # a tie, down to even
        (2**53 + 3, 0, 2.0**53 + 4),  # a tie, up to even
        (1, -1075, 0.0),  # half the smallest subnormal, a tie to even zero
        (3, -1076, 5e-324),
        (-1, -1075, -0.0),
        (2**54 - 1, 970, math.inf),  # the tie between the largest number and overflow
        (2**55 - 3, 969, float(np.finfo(np.float64).max)),
        (-1, 10**9, -math.inf),
        (1, -(10**9), 0.0),
        (0, 5, 0.0),
    ],
)
def test_round_ratio_at_boundaries(numerator, exponent, expected):
    rounded = round_ratio(numerator, 1, exponent, FLOAT64)
    assert rounded == expected
    assert math.copysign(1, rounded) == math.copysign(1, expected)


def test_round_ratio_takes_negative_denominators():
    assert round_ratio(1, -3, 0, FLOAT64) == -1 / 3


@given(st.integers(0, 2**130), st.integers(1, 2**130), exponents)
def test_round_sqrt_ratio_is_nearest(numerator, denominator, exponent):
    root = round_sqrt_ratio(numerator, denominator, exponent, FLOAT64)
    square = Fraction(numerator, denominator) * Fraction(2) ** exponent
    # The root lies between the midpoints to its neighbours; a square root is never halfway between.
    below = Fraction(root) + Fraction(math.nextafter(root, -math.inf))
    above = Fraction(root) + Fraction(math.nextafter(root, math.inf))
    assert max(below, 0) ** 2 <= 4 * square <= above**2


@given(st.lists(finite, min_size=1, max_size=30))
def test_splits_are_exact(values):
    x = np.asarray(values)
    mantissas, powers = split_floats(x)
    for value, mantissa, power in zip(values, mantissas.tolist(), powers.tolist(), strict=True):
        assert Fraction(value) == mantissa * Fraction(2) ** power
    scaled, common = scale_to_integers(*values)
    assert [n * Fraction(2) ** common for n in scaled] == [Fraction(value) for value in values]


@given(st.lists(finite, max_size=40), st.sampled_from([1, 2]))
def test_exact_sum(values, power):
    total = exact_sum(np.asarray(values, np.float64), power=power)
    true = sum((Fraction(value) ** power for value in values), Fraction(0))
    assert total.numerator * Fraction(2) ** total.exponent == true


def test_exact_sum_of_many_chunks():
    x = np.tile([1e300, 1.0, -1e300, 2.0**-1074], 40_000)
    total = exact_sum(x)
    true = 40_000 * (1 + Fraction(2) ** -1074)
    assert total.numerator * Fraction(2) ** total.exponent == true


@given(st.lists(finite, max_size=10))
def test_short_products_are_exact(values):
    product = exact_product(np.asarray(values, np.float64))
    true = math.prod((Fraction(value) for value in values), start=Fraction(1))
    assert product.numerator * Fraction(2) ** product.exponent == true


def test_long_products_keep_384_bits():
    x = np.random.default_rng(1).uniform(0.5, 2.0, 3000)
    product = exact_product(x)
    got = product.numerator * Fraction(2) ** product.exponent
    true = math.prod((Fraction(value) for value in x.tolist()), start=Fraction(1))
    assert 0 < abs(got / true - 1) < Fraction(2) ** -370


def test_a_cut_off_remainder_breaks_a_tie():
    # 1 + 2**-24 is halfway between two float32; the tiny remainder lies far beyond the kept bits.
    odd = 1 + 2.0**-52
    x = np.asarray([1 + 2.0**-24] + [odd] * 30)
    assert exact_product(x).round_to(FLOAT32) == float(np.nextafter(np.float32(1), np.float32(2)))


moderate = st.integers(-(2**53), 2**53).map(lambda n: n / 1024)


@given(st.lists(st.tuples(moderate, moderate), max_size=6))
def test_short_complex_products_are_exact(values):
    parts = np.asarray(values, np.float64).reshape(-1, 2)
    real, imag = exact_complex_product(parts[:, 0], parts[:, 1])
    a, b = Fraction(1), Fraction(0)
    for c, d in ((Fraction(c), Fraction(d)) for c, d in values):
        a, b = a * c - b * d, a * d + b * c
    assert real.numerator * Fraction(2) ** real.exponent == a
    assert imag.numerator * Fraction(2) ** imag.exponent == b


def test_complex_products_are_accurate_by_modulus():
    # One part is 2**-1600 of the other: it may be lost, the modulus may not.
    real, imag = exact_complex_product(np.asarray([1.0, 1.0]), np.asarray([1e-241, 1e-241]))
    assert real.round_to(FLOAT64) == 1.0
    assert abs(imag.round_to(FLOAT64) - 2e-241) < 2.0**-380


def test_rows_share_an_exponent_and_skip_zeros():
    first = np.asarray([[1.0, 0.0], [0.0, 0.0], [2.0**-1074, 1e300]])
    second = np.asarray([[0.25, -3.0], [0.0, 0.0], [0.0, 1.0]])
    (a, b), lowest = scale_rows(first, second)
    for integers_of, values in ((a, first), (b, second)):
        for row in range(3):
            exact = [n * Fraction(2) ** int(lowest[row]) for n in integers_of[row].tolist()]
            assert exact == [Fraction(value) for value in values[row].tolist()]
