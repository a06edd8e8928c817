# Tests of the oracle's complex arithmetic against Fractions and C's Annex G.
from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from corepy.backend.reference import run

DTYPES = ("complex64", "complex128")
PART = {"complex64": np.float32, "complex128": np.float64}


def call(name, *operands, **options):
    return run(name, operands, options)[0]


def random_complex(dtype, count, spread, seed):
    rng = np.random.default_rng(seed)
    parts = rng.standard_normal((2, count)) * 10.0 ** rng.integers(-spread, spread + 1, (2, count))
    return (parts[0] + 1j * parts[1]).astype(dtype)


def fractions(z) -> tuple[Fraction, Fraction]:
    return Fraction(float(z.real)), Fraction(float(z.imag))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("spread", [0, 6])
def test_products_and_quotients_are_correctly_rounded(assert_nearest, dtype, spread):
    x, y = random_complex(dtype, 150, spread, 1), random_complex(dtype, 150, spread, 2)
    products, quotients = call("multiply", x, y), call("divide", x, y)
    assert products.dtype == quotients.dtype == dtype
    for xi, yi, product, quotient in zip(x, y, products, quotients, strict=True):
        (a, b), (c, d) = fractions(xi), fractions(yi)
        norm = c * c + d * d
        assert_nearest(product.real, a * c - b * d)
        assert_nearest(product.imag, a * d + b * c)
        assert_nearest(quotient.real, (a * c + b * d) / norm)
        assert_nearest(quotient.imag, (b * c - a * d) / norm)


@pytest.mark.parametrize("dtype", DTYPES)
def test_cancelling_products_are_exact(dtype):
    x = np.asarray([1 + 2.0**-20 + 1j], dtype)
    y = np.asarray([1 + 1j * (1 + 2.0**-20)], dtype)
    # (1 + e) * 1 - 1 * (1 + e) is exactly zero.
    assert call("multiply", x, y)[0].real == 0.0


@pytest.mark.parametrize("dtype", DTYPES)
def test_modulus_and_sign(assert_nearest, dtype):
    x = random_complex(dtype, 150, 5, 3)
    moduli, signs = call("abs", x), call("sign", x)
    assert moduli.dtype == PART[dtype]
    assert signs.dtype == dtype
    for xi, modulus, sign in zip(x, moduli, signs, strict=True):
        a, b = fractions(xi)
        scale = Fraction(2) ** 400
        root = Fraction(math.isqrt(int((a * a + b * b) * scale**2)), scale)
        assert_nearest(modulus, root)
        assert_nearest(sign.real, a / root)
        assert_nearest(sign.imag, b / root)


def test_modulus_does_not_overflow_or_underflow():
    x = np.asarray([3e307 + 4e307j, 3e-320 + 4e-320j, complex(math.inf, math.nan)])
    assert call("abs", x).tolist() == [5e307, math.hypot(3e-320, 4e-320), math.inf]


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        (1 + 1j, 0j, complex(math.inf, math.inf)),
        (-1 + 0j, 0j, complex(-math.inf, math.nan)),
        (complex(math.inf, 1), 1 + 0j, complex(math.inf, math.nan)),
        (complex(math.inf, math.inf), 1 + 1j, complex(math.inf, math.nan)),
        (1 + 1j, complex(math.inf, 0), complex(0.0, 0.0)),
        (0j, 0j, complex(math.nan, math.nan)),
        (complex(math.nan, math.nan), 0j, complex(math.nan, math.nan)),
        (complex(math.inf, 1), 1e300 + 0j, complex(math.inf, math.nan)),
    ],
)
def test_special_quotients(x, y, expected):
    quotient = complex(call("divide", np.asarray([x]), np.asarray([y]))[0])
    for part in ("real", "imag"):
        got, want = getattr(quotient, part), getattr(expected, part)
        assert got == want or (math.isnan(got) and math.isnan(want)), quotient


def test_products_with_infinities_follow_the_textbook():
    x = np.asarray([complex(math.inf, 0), complex(1e300, -math.inf)])
    y = np.asarray([1 + 1j, 1 + 1e300j])
    first, second = call("multiply", x, y)
    assert (first.real, first.imag) == (math.inf, math.inf)
    # The finite parts' product 1e600 is no infinity: the imaginary part is -inf, not NaN.
    assert (second.real, second.imag) == (math.inf, -math.inf)


def test_signs_of_zero_parts():
    out = call("multiply", np.asarray([complex(-0.0, 0.0)]), np.asarray([complex(1.0, 0.0)]))
    assert math.copysign(1, out[0].real) == -1.0
    assert call("sign", np.asarray([complex(-0.0, -0.0)]))[0] == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_parts_and_comparisons(dtype):
    x = np.asarray([1 + 2j, complex(math.nan, 1), complex(1, -math.inf)], dtype)
    assert call("real", x).dtype == PART[dtype]
    assert call("imag", x)[0] == 2.0
    assert call("conj", x)[0] == 1 - 2j
    assert call("isnan", x).tolist() == [False, True, False]
    assert call("isinf", x).tolist() == [False, False, True]
    assert call("equal", x, x).tolist() == [True, False, True]
    assert call("not_equal", x, x).tolist() == [False, True, False]
    assert call("round", np.asarray([1.5 - 2.5j], dtype)).tolist() == [2 - 2j]
    assert call("negative", x)[0] == -1 - 2j
    assert call("reciprocal", np.asarray([2j], dtype)).tolist() == [-0.5j]
    assert call("square", np.asarray([1 + 2j], dtype)).tolist() == [-3 + 4j]
