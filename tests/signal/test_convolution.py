# Tests of convolve and correlate: against NumPy, and against exact sums of products.
from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

import corepy as cp

SIZES = [(1, 1), (5, 1), (7, 3), (3, 7), (8, 4), (4, 8), (5, 5), (6, 6), (200, 33)]


def draw(n, kind, seed):
    rng = np.random.default_rng(seed)
    if kind == "int64":
        return rng.integers(-9, 9, n)
    x = rng.normal(size=n)
    return x + 1j * rng.normal(size=n) if kind == "complex128" else x.astype(kind)


@pytest.mark.parametrize("function", ["convolve", "correlate"])
@pytest.mark.parametrize("mode", ["full", "same", "valid"])
@pytest.mark.parametrize("kind", ["int64", "float64", "complex128"])
@pytest.mark.parametrize("sizes", SIZES)
def test_values_are_numpys(function, mode, kind, sizes):
    x, v = draw(sizes[0], kind, 0), draw(sizes[1], kind, 1)
    expected = getattr(np, function)(x, v, mode)
    found = getattr(cp, function)(cp.asarray(x), cp.asarray(v), mode)
    assert found.shape == expected.shape
    if kind == "int64":
        assert found.tolist() == expected.tolist()
    else:
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12, atol=1e-13)


def test_error_is_that_of_a_dot_product():
    x, v = draw(300, "float64", 2), draw(80, "float64", 3)
    found = cp.convolve(cp.asarray(x), cp.asarray(v)).tolist()
    for k in (0, 40, 79, 150, 299, 378):
        terms = [
            Fraction(float(x[k - j])) * Fraction(float(v[j])) for j in range(80) if 0 <= k - j < 300
        ]
        exact, size = sum(terms), sum(abs(term) for term in terms)
        assert abs(Fraction(found[k]) - exact) <= size * Fraction(80, 2**53)


@pytest.mark.parametrize("mode", ["full", "same", "valid"])
def test_infinities_meet_only_what_they_are_multiplied_with(mode):
    for x, v in (([1.0, 2.0, 3.0], [np.inf, 1.0]), ([np.inf, 1.0, 2.0, 0.0], [1.0, np.nan, 2.0])):
        expected = np.convolve(x, v, mode)
        found = np.asarray(cp.convolve(cp.asarray(x), cp.asarray(v), mode))
        np.testing.assert_array_equal(found, expected)


@pytest.mark.isa
def test_bits_do_not_depend_on_isa_layout_or_place():
    x, v = draw(500, "float64", 4), draw(70, "float64", 5)
    whole = cp.convolve(cp.asarray(x), cp.asarray(v))
    strided = cp.asarray(np.repeat(x, 3))[::3]
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert cp.digest(cp.convolve(strided, cp.asarray(v))) == cp.digest(whole)
    part = cp.convolve(cp.asarray(x[100:300].copy()), cp.asarray(v), "valid")
    assert part.tolist() == cp.convolve(cp.asarray(x), cp.asarray(v), "valid")[100:231].tolist()


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ShapeError, lambda: cp.convolve(cp.zeros(0), cp.ones(1))),
        (cp.ShapeError, lambda: cp.correlate(cp.ones((2, 2)), cp.ones(1))),
        (cp.ArgumentError, lambda: cp.convolve(cp.ones(2), cp.ones(2), "all")),
        (cp.DTypeError, lambda: cp.convolve(cp.asarray([True]), cp.ones(2))),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(convolve|correlate): "):
        call()
