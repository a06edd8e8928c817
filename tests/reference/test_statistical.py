# Tests of the oracle's reductions against Fractions, and of their special cases.
from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from corepy.backend.reference import run
from corepy.backend.reference.statistical import normalize_axes
from corepy.errors import AxisError, ShapeError

INF, NAN = math.inf, math.nan


def call(name, x, **options):
    return run(name, (np.asarray(x),), options)[0]


def values_of(dtype: str, count: int = 60, spread: int = 12) -> np.ndarray:
    rng = np.random.default_rng(count)
    return (rng.standard_normal(count) * 10.0 ** rng.integers(-spread, spread, count)).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_results_are_correctly_rounded(assert_nearest, dtype):
    x = values_of(dtype)
    exact = [Fraction(v) for v in x.astype(float).tolist()]
    n, total = len(exact), sum(exact)
    mean = total / n
    spread = sum((v - mean) ** 2 for v in exact)
    assert_nearest(call("sum", x)[()], total)
    assert_nearest(call("mean", x)[()], mean)
    assert_nearest(call("var", x)[()], spread / n)
    assert_nearest(call("var", x, correction=1)[()], spread / (n - 1))
    assert_nearest(call("var", x, correction=0.5)[()], spread / (n - Fraction(1, 2)))
    deviation = call("std", x, correction=1)[()]
    scale = 2**600
    assert_nearest(deviation, Fraction(math.isqrt(int(spread / (n - 1) * scale**2)), scale))
    factors = values_of(dtype, 20, 1)
    assert_nearest(call("prod", factors)[()], math.prod(map(Fraction, factors.tolist())))


def test_sums_do_not_lose_what_cancels():
    assert call("sum", [1e308, 1e308, -1e308, -1e308, 1.0]) == 1.0
    assert call("mean", [1e308, 1e308]) == 1e308
    assert call("var", [1e200, 1e200]) == 0.0
    assert call("std", [3 * 2.0**700, 5 * 2.0**700]) == 2.0**700
    assert call("prod", [1e300, 1e300, 1e-300, 1e-300]) == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("sum", [-0.0, -0.0], -0.0),
        ("sum", [-0.0, 0.0], 0.0),
        ("sum", [1.0, -1.0], 0.0),
        ("sum", [INF, 1.0], INF),
        ("sum", [INF, -INF], NAN),
        ("sum", [NAN, INF], NAN),
        ("mean", [-0.0], -0.0),
        ("mean", [-INF, 1.0], -INF),
        ("prod", [-0.0, 2.0], -0.0),
        ("prod", [-0.0, -2.0], 0.0),
        ("prod", [0.0, INF], NAN),
        ("prod", [-INF, 2.0], -INF),
        ("prod", [NAN, 0.0], NAN),
        ("var", [INF, 1.0], NAN),
        ("std", [NAN, 1.0], NAN),
        ("var", [3.0], 0.0),
        ("max", [-0.0, 0.0, -0.0], 0.0),
        ("max", [-0.0, -0.0], -0.0),
        ("min", [0.0, -0.0], -0.0),
        ("min", [0.0, 0.0], 0.0),
        ("max", [1.0, NAN, 2.0], NAN),
        ("min", [1.0, -INF], -INF),
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_special_values(name, x, expected, dtype):
    result = float(call(name, np.asarray(x, dtype)))
    assert result == expected or (math.isnan(result) and math.isnan(expected))
    if not math.isnan(expected):
        assert math.copysign(1, result) == math.copysign(1, expected)


def test_no_elements():
    empty = np.zeros((2, 0))
    assert call("sum", empty, axis=1).tolist() == [0.0, 0.0]
    assert call("prod", empty, axis=1).tolist() == [1.0, 1.0]
    assert call("any", empty, axis=1).tolist() == [False, False]
    assert call("all", empty, axis=1).tolist() == [True, True]
    for name in ("mean", "var", "std"):
        assert np.isnan(call(name, empty, axis=1)).all()
    for name in ("min", "max", "argmin", "argmax"):
        with pytest.raises(ShapeError, match=f"{name}: no elements"):
            call(name, empty, axis=1)
        assert call(name, empty, axis=0).shape == (0,)


def test_a_correction_as_large_as_the_count_gives_nan():
    for correction in (2, 3, 2.0):
        assert np.isnan(call("var", [1.0, 2.0], correction=correction))
        assert np.isnan(call("std", [1.0, 2.0], correction=correction))


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [("bool", "int64"), ("int8", "int64"), ("uint8", "uint64"), ("uint64", "uint64")],
)
def test_integer_accumulators(dtype, expected):
    for name in ("sum", "prod"):
        assert call(name, np.ones(3, dtype)).dtype == expected
    assert call("sum", np.full(300, 1, dtype)) == 300


def test_integers_wrap_and_dtypes_apply_first():
    assert call("sum", np.asarray([2**63 - 1, 1])) == -(2**63)
    assert call("prod", np.asarray([2**62, 2])) == -(2**63)
    assert call("sum", np.asarray([200, 100], "uint8"), dtype="uint8") == 44
    assert call("sum", np.asarray([1.9, 1.9]), dtype="int32") == 2
    assert call("sum", np.asarray([2**24 + 1, 1]), dtype="float32") == 2.0**24  # a tie, to even
    assert call("mean", np.asarray([1, 2], "int8")).dtype == np.float64


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_reductions(assert_nearest, dtype):
    rng = np.random.default_rng(2)
    x = (rng.standard_normal(9) + 1j * rng.standard_normal(9)).astype(dtype)
    total, product = call("sum", x)[()], call("prod", x)[()]
    assert total.dtype == product.dtype == dtype
    real, imag = [Fraction(float(v)) for v in x.real], [Fraction(float(v)) for v in x.imag]
    assert_nearest(total.real, sum(real))
    assert_nearest(call("mean", x)[()].imag, sum(imag) / 9)
    a, b = Fraction(1), Fraction(0)
    for c, d in zip(real, imag, strict=True):
        a, b = a * c - b * d, a * d + b * c
    assert_nearest(product.real, a)
    assert_nearest(product.imag, b)
    assert np.isnan(call("prod", np.asarray([1j, complex(NAN, 0)], dtype)).real)


def test_axes_and_shapes():
    x = np.arange(24.0).reshape(2, 3, 4)
    assert call("sum", x, axis=(0, -1)).tolist() == np.sum(x, axis=(0, 2)).tolist()
    assert call("sum", x, axis=(2, 0), keepdims=True).shape == (1, 3, 1)
    assert call("sum", x).shape == ()
    assert call("sum", x, axis=()).tolist() == x.tolist()
    assert call("argmax", x, axis=1, keepdims=True).shape == (2, 1, 4)
    assert call("max", np.asarray(5, "int8")).tolist() == 5
    assert normalize_axes((-1, 0), 3) == (0, 2)
    for axis in (3, -4, (0, 5), (1, -2)):
        with pytest.raises(AxisError):
            call("sum", x, axis=axis)


def test_positions():
    x = np.asarray([[1.0, NAN, 3.0, NAN], [0.0, -0.0, 0.0, -1.0]])
    assert call("argmax", x, axis=1).tolist() == [1, 0]
    assert call("argmin", x, axis=1).tolist() == [1, 3]
    assert call("argmax", x[1:, 1:3], axis=1).tolist() == [0]  # the zeros are equal
    assert call("argmax", np.asarray([3, 5, 5], "uint64")).dtype == np.int64
    assert call("argmax", np.asarray([3, 5, 5], "uint64")) == 1
    assert call("argmin", x) == 1


def test_truth():
    x = np.asarray([[0.0, -0.0], [0.0, NAN]])
    assert call("any", x, axis=1).tolist() == [False, True]
    assert call("all", x, axis=1).tolist() == [False, False]
    assert call("all", np.asarray([1j, NAN])) == np.True_
    assert call("any", np.asarray([0, 4])).dtype == np.bool_


def test_a_product_of_one_complex_number_is_that_number():
    x = np.asarray([complex(2.0, -0.0)], np.complex64)
    result = run("prod", (x,), {})[0]
    assert np.signbit(result.imag)
