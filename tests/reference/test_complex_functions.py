# Tests of the oracle's complex elementary functions: against NumPy's, against identities in exact
# and decimal arithmetic where NumPy cancels, and its special values against the standard's text.
from __future__ import annotations

import itertools
import math
from decimal import Decimal as D
from decimal import localcontext

import numpy as np
import pytest

from corepy.backend.reference import run

NUMPY = {
    name: getattr(np, name.replace("a", "arc", 1) if name.startswith("a") else name)
    for name in (
        *("acos", "acosh", "asin", "asinh", "atan", "atanh"),
        *("cos", "cosh", "sin", "sinh", "tan", "tanh"),
        *("exp", "expm1", "log", "log10", "log1p", "log2", "sqrt"),
    )
}
PARTS = (0.0, -0.0, 1.5, -1.5, math.inf, -math.inf, math.nan)


def place(real, imag):
    z = np.empty(np.shape(real), np.complex128)
    z.real, z.imag = real, imag
    return z


def call(name, *operands):
    (result,) = run(name, operands, {})
    return result


@pytest.mark.parametrize("name", sorted(NUMPY))
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_values_are_near_numpys(name, dtype):
    rng = np.random.default_rng(5)
    z = place(rng.normal(size=300) * 2, rng.normal(size=300) * 2).astype(dtype)
    got, expected = call(name, z), NUMPY[name](z.astype(np.complex128))
    assert got.dtype == dtype
    unit = np.finfo(dtype).eps
    np.testing.assert_allclose(got, expected, rtol=8 * unit, atol=8 * 2.0**-52)


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_kinds_of_special_values_are_numpys(name):
    """NumPy follows C99; signs and values are compared where C99 says what they are."""
    for a, b in itertools.product(PARTS, repeat=2):
        if math.isfinite(a) and math.isfinite(b):
            continue
        if name in ("expm1", "log1p", "log2", "tanh", "tan"):
            continue  # its own formulas there; the standard's text is tested below
        with np.errstate(all="ignore"):
            expected = NUMPY[name](place([a], [b]))
        got = call(name, place([a], [b]))
        is_open = math.isinf(a) and math.isinf(b)
        for one, other in ((got.real, expected.real), (got.imag, expected.imag)):
            np.testing.assert_allclose(np.abs(one), np.abs(other), rtol=1e-15)
            if not (is_open or np.isnan(expected).any()):
                assert np.signbit(one) == np.signbit(other), (name, a, b)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("exp", (-math.inf, 2.0), (-0.0, 0.0)),
        ("exp", (math.inf, math.nan), (math.inf, math.nan)),
        ("expm1", (-math.inf, 2.0), (-1.0, 0.0)),
        ("expm1", (math.inf, 2.0), (-math.inf, math.inf)),
        ("expm1", (math.nan, 0.0), (math.nan, 0.0)),
        ("log1p", (-1.0, 0.0), (-math.inf, 0.0)),
        ("log1p", (math.inf, -math.inf), (math.inf, -math.pi / 4)),
        ("log2", (math.inf, -math.inf), (math.inf, -math.pi / 4 / math.log(2))),
        ("tanh", (0.0, math.inf), (0.0, math.nan)),
        ("tanh", (-0.0, math.nan), (-0.0, math.nan)),
        ("tanh", (math.inf, -3.0), (1.0, -0.0)),
        ("tan", (-3.0, math.inf), (-0.0, 1.0)),
        ("tan", (math.inf, 0.0), (math.nan, 0.0)),
        ("atanh", (1.0, 0.0), (math.inf, 0.0)),
        ("atan", (0.0, -1.0), (0.0, -math.inf)),
    ],
)
def test_special_values_are_the_standards(name, x, expected):
    got = call(name, place([x[0]], [x[1]]))
    for one, other in ((got.real[0], expected[0]), (got.imag[0], expected[1])):
        assert one == other or (math.isnan(one) and math.isnan(other))
        assert math.isnan(other) or math.copysign(1, one) == math.copysign(1, other)


def nearest_logarithm(x, y, plus):
    """ln |plus + x + iy| by decimals, from the exact norm."""
    with localcontext() as context:
        context.prec = 200
        real, imag = D(plus) + D(float(x)), D(float(y))
        return float((real * real + imag * imag).ln() / 2)


@pytest.mark.parametrize(("name", "plus"), [("log", 0), ("log1p", 1)])
def test_lengths_near_1_are_exact_then_rounded(name, plus):
    angle = np.linspace(0.1, 3.0, 50)
    z = place(np.cos(angle) - plus, np.sin(angle))
    got = call(name, z)
    expected = [nearest_logarithm(w.real, w.imag, plus) for w in z]
    np.testing.assert_array_equal(got.real, expected)


def test_expm1_cancels_exactly():
    y = np.linspace(0.05, 1.5, 40)
    z = place(-np.log(np.cos(y)), y)
    power, less = call("exp", z), call("expm1", z)
    np.testing.assert_allclose(less.real, power.real - 1, atol=4 * 2.0**-53)
    np.testing.assert_array_equal(less.imag, power.imag)
    assert (np.abs(less.real) < 1e-14).all()
    assert (less.real != power.real - 1).any()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_powers(dtype):
    rng = np.random.default_rng(6)
    z = place(rng.normal(size=100), rng.normal(size=100)).astype(dtype)
    w = place(rng.normal(size=100), rng.normal(size=100)).astype(dtype)
    unit = np.finfo(dtype).eps
    np.testing.assert_allclose(call("pow", z, w), z.astype(complex) ** w, rtol=40 * unit)
    np.testing.assert_array_equal(call("pow", z, np.zeros_like(z)), np.ones_like(z))
    np.testing.assert_array_equal(call("pow", np.zeros_like(z[:2]), z[:2] + 9), [0, 0])
    whole = place(rng.integers(-9, 10, 50), rng.integers(-9, 10, 50)).astype(dtype)
    # a part that is 0 keeps what 400 bits of the logarithm leave
    np.testing.assert_allclose(call("pow", whole, np.full_like(whole, 2)), whole**2, 0, 1e-100)
