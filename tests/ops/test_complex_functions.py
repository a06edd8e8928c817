# Tests of the complex elementary functions beyond those of every row (test_elementwise.py): points
# where formulas cancel, branch cuts, symmetries, and special values against Python's cmath.
from __future__ import annotations

import cmath
import itertools
import math

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal, check_op, operator_rows
from corepy.testing.strategies import special_values

FUNCTIONS = (
    *("exp", "expm1", "log", "log10", "log1p", "log2", "sqrt"),
    *("cos", "cosh", "sin", "sinh", "tan", "tanh"),
    *("acos", "acosh", "asin", "asinh", "atan", "atanh"),
)
DTYPES = ("complex64", "complex128")
each_function = pytest.mark.parametrize("name", FUNCTIONS)
each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def place(real, imag, dtype="complex128"):
    """Parts put together: adding ``1j * imag`` would lose the signs of zeros."""
    real, imag = np.broadcast_arrays(real, imag)
    z = np.empty(real.shape, dtype)
    with np.errstate(all="ignore"):
        z.real, z.imag = real, imag
    return z


def near(values, rng):
    """Numbers beside the given ones, at distances down to none."""
    distance = rng.choice([-1.0, 1.0], values.size) * 2.0 ** rng.integers(-54, 0, values.size)
    return values * (1 + distance * (rng.random(values.size) < 0.9))


def hard_points(dtype):
    """Where a part of some function cancels, overflows, is steep, or changes its formula."""
    rng = np.random.default_rng(7)
    count = 60
    angle = rng.uniform(0, 2 * math.pi, count)
    y = rng.uniform(-1.5, 1.5, count)
    turns = rng.integers(-40, 40, count) * (math.pi / 2)
    exponent = rng.integers(-1074, 1020, count).astype(float)
    tiny = 2.0 ** rng.integers(-1074, -300, count).astype(float)
    return np.concatenate(
        [
            place(near(np.cos(angle), rng), near(np.sin(angle), rng), dtype),
            place(-(y**2) / 2 - y**4 / 8, y, dtype),  # |1 + z| is nearly 1
            place(-np.log(np.cos(y)), y, dtype),  # e^x cos y is nearly 1
            place(near(np.ones(count), rng), tiny, dtype),
            place(-near(np.ones(count), rng), rng.choice([0.0, -0.0], count), dtype),
            place(rng.normal(size=count) * 1e-3, near(turns, rng), dtype),
            place(near(turns, rng), rng.normal(size=count), dtype),
            place(2.0**exponent, -(2.0 ** rng.permutation(exponent)), dtype),
            place(rng.uniform(-760, 760, count), rng.uniform(-10, 10, count), dtype),
            place(rng.uniform(-1.5e3, 1.5e3, count), tiny, dtype),
        ]
    )


@each_dtype
@each_function
def test_hard_points_lie_within_the_bound(name, dtype):
    check_op(name, hard_points(dtype))


@pytest.mark.isa
@each_dtype
@each_function
def test_bits_of_hard_points_do_not_depend_on_the_isa(name, dtype, isa):
    z = cp.asarray(hard_points(dtype))
    with cp.settings.override(isa=cp.isas()[0]):
        expected = getattr(cp, name)(z)
    with cp.settings.override(isa=isa):
        assert_bitwise_equal(getattr(cp, name)(z), expected, label=f"{name} {isa}")


@each_dtype
def test_powers_of_hard_points_lie_within_the_bound(dtype):
    rng = np.random.default_rng(11)
    base = np.concatenate([hard_points(dtype)[::3]] * 3)
    exponent = place(rng.normal(size=base.size) * 9, rng.normal(size=base.size) * 3, dtype)
    exponent[::3] = rng.integers(-9, 10, base.size)[::3]
    exponent[1::6] = place(exponent[1::6].real, 0.0, dtype)
    check_op("pow", base, exponent)


SIMPLE_POWERS = (0, 1, 2, 3, 4, 5, 8, 17, 63, 64, -1, -2, -3, -4, -7, -64, 0.5)


@each_dtype
def test_simple_powers_of_hard_points_lie_within_the_bound(dtype):
    rng = np.random.default_rng(13)
    unit = np.exp(1j * rng.uniform(0, 2 * math.pi, 60)) * 2.0 ** rng.uniform(-8, 8, 60)
    limits = [2.0**e * (1 + k * 2.0**-52) for e in (110, 220, 7) for e in (e, -e) for k in (-1, 1)]
    base = np.concatenate([hard_points(dtype)[::9], unit.astype(dtype), place(limits, 0.25, dtype)])
    for power in SIMPLE_POWERS:
        check_op("pow", base, np.full(base.shape, power, dtype))


def test_simple_powers_are_the_products_and_roots_they_stand_for():
    z = cp.asarray(hard_points("complex128"))
    length = cp.maximum(cp.abs(cp.real(z)), cp.abs(cp.imag(z)))
    z = z[(length > 1e-60) & (length < 1e60)]
    assert_bitwise_equal(z**2, z * z)
    assert_bitwise_equal(z**0.5, cp.sqrt(z))
    assert_bitwise_equal(z**1, z)
    small = [complex(a, b) for a, b in itertools.product(range(-6, 7), repeat=2) if a or b]
    for power in (2, 3, 4, 8):  # all integers below 2**53
        exact = [
            math.prod([number] * power, start=1 + 0j) for number in small
        ]  # Python's products are exact here
        assert (cp.asarray(small) ** power).tolist() == exact
    eighths = cp.asarray([1 + 1j, 2j, 4 + 0j])
    assert (eighths**-2).tolist() == [-0.5j, -0.25 + 0j, 0.0625 + 0j]


@each_dtype
def test_simple_powers_of_what_is_not_moderate(dtype):
    values = [0.0, -0.0, 128.0, math.inf, -math.inf, math.nan]
    base = place(*np.array(list(itertools.product(values, values))).T, dtype)
    for power in SIMPLE_POWERS:
        with np.errstate(all="ignore"):
            check_op("pow", base, np.full(base.shape, power, dtype))
    far = cp.asarray(place([3.0, 2.0**120, -1.5], [2.0**120, 2.0**-120, 2.0**-140], dtype))
    assert_bitwise_equal(far**1, far)
    assert_bitwise_equal(far**0.5, cp.sqrt(far))
    assert (cp.asarray([130j, 1000j, 2.0**30 * 1j]) ** 6).tolist() == [
        -(130.0**6),
        -(1000.0**6),
        -(2.0**180),
    ]


@each_dtype
def test_a_power_does_not_know_its_neighbours(dtype):
    rng = np.random.default_rng(17)
    base = np.concatenate([hard_points(dtype)[::25], place([0, -0.0, np.inf, np.nan], np.nan)])
    base = np.concatenate([base, place([0, -0.0, np.inf, np.nan], -0.0)]).astype(dtype)
    exponent = rng.choice([*SIMPLE_POWERS, 2.5, 65, -65, 1e300], base.size).astype(dtype)
    together = cp.pow(cp.asarray(base), cp.asarray(exponent))
    for i in range(base.size):
        alone = cp.pow(cp.asarray(base[i : i + 1]), cp.asarray(exponent[i : i + 1]))
        assert_bitwise_equal(together[i : i + 1], alone)


def with_both_zeros(values):
    """Each number with imaginary parts 0 and -0."""
    return place(np.repeat(values, 2), np.tile([0.0, -0.0], len(values)))


@pytest.mark.parametrize(
    ("name", "on_the_cut"),
    [
        ("sqrt", [-4.0, -1e-300]),
        ("log", [-4.0, -1e-200]),
        ("log1p", [-1.5, -3.0]),
        ("log2", [-4.0]),
        ("log10", [-1000.0]),
        ("asin", [-2.0, 2.0, 1.0000000000000002]),
        ("acos", [-2.0, 2.0]),
        ("acosh", [-2.0, 0.5, 0.0]),
        ("atanh", [-2.0, 2.0, 1e300]),
    ],
)
def test_a_zeros_sign_tells_the_side_of_a_cut(name, on_the_cut):
    z = with_both_zeros(np.array(on_the_cut))
    values = np.asarray(getattr(cp, name)(cp.asarray(z)))
    above, below = values[::2], values[1::2]
    assert_bitwise_equal(above, np.conj(below))
    assert (np.abs(above.imag) > 0).all()
    beside = place(z.real, np.copysign(1e-300, z.imag))
    limit = np.asarray(getattr(cp, name)(cp.asarray(beside)))
    np.testing.assert_allclose(values, limit, rtol=1e-12, atol=1e-140)


@pytest.mark.parametrize("name", ["asinh", "atan"])
def test_cuts_along_the_imaginary_axis(name):
    z = place([0.0, -0.0, 0.0, -0.0], [2.0, 2.0, -3.0, -3.0])
    right, left = np.asarray(getattr(cp, name)(cp.asarray(z))).reshape(2, 2).T
    assert_bitwise_equal(left, -np.conj(right))
    assert (right.real > 0).all()


def grid(dtype):
    parts = special_values("float32" if dtype == "complex64" else "float64")
    parts = parts[~np.isnan(parts)]
    return place(*np.meshgrid(parts, parts), dtype).ravel()


@each_dtype
@each_function
def test_symmetries_are_exact(name, dtype):
    z = grid(dtype)
    function = getattr(cp, name)
    value = np.asarray(function(cp.asarray(z)))
    assert_bitwise_equal(np.asarray(function(cp.asarray(np.conj(z)))), np.conj(value))
    if name in ("asin", "asinh", "atan", "atanh", "sin", "sinh", "tan", "tanh"):
        opposite = np.asarray(function(cp.asarray(place(-z.real, -z.imag, dtype))))
        assert_bitwise_equal(opposite, place(-value.real, -value.imag, dtype))
    if name in ("cos", "cosh"):
        opposite = np.asarray(function(cp.asarray(place(-z.real, -z.imag, dtype))))
        assert_bitwise_equal(opposite, value)


def turned(z):
    """1j z, without arithmetic."""
    return place(-z.imag, z.real, z.dtype)


@each_dtype
@pytest.mark.parametrize(
    ("circular", "hyperbolic"),
    [("sin", "sinh"), ("tan", "tanh"), ("asin", "asinh"), ("atan", "atanh"), ("cos", "cosh")],
)
def test_circular_functions_are_hyperbolic_ones_of_1j_x(circular, hyperbolic, dtype):
    z = grid(dtype)
    expected = np.asarray(getattr(cp, hyperbolic)(cp.asarray(turned(z))))
    if circular != "cos":
        expected = place(expected.imag, -expected.real, dtype)  # times -1j
    assert_bitwise_equal(np.asarray(getattr(cp, circular)(cp.asarray(z))), expected)


#: Where cmath keeps to an older text: the array API wants tanh(0 + nan i) to have a real part of 0,
#: and acosh of it an imaginary one of pi / 2.
UNLIKE_CMATH = {"acosh", "tan", "tanh"}
SPECIAL_PARTS = (0.0, -0.0, 1.0, -1.0, 2.5, -2.5, math.inf, -math.inf, math.nan)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if hasattr(cmath, name)])
def test_special_values_are_those_of_cmath(name):
    """cmath follows C99's Annex G; signs that the standards leave open are not compared."""
    for a, b in itertools.product(SPECIAL_PARTS, repeat=2):
        try:
            expected = getattr(cmath, name)(complex(a, b))
        except (ValueError, OverflowError):
            continue  # cmath raises at poles and infinities of finite numbers
        if name in UNLIKE_CMATH and not (math.isfinite(a) and math.isfinite(b)):
            continue
        got = complex(getattr(cp, name)(cp.asarray(complex(a, b))).item())
        # signs that the standards leave open
        is_open = cmath.isnan(expected) or not any(map(math.isfinite, (a, b)))
        for one, other in ((got.real, expected.real), (got.imag, expected.imag)):
            assert math.isnan(one) == math.isnan(other), (name, a, b, got, expected)
            if math.isnan(one):
                continue
            if is_open:
                one, other = abs(one), abs(other)
            assert one == other or abs(one - other) <= 4e-16 * abs(other), (name, a, b, got)
            assert math.copysign(1, one) == math.copysign(1, other), (name, a, b, got, expected)


@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("tanh", complex(0, math.inf), complex(0, math.nan)),
        ("tanh", complex(0, math.nan), complex(0, math.nan)),
        ("tanh", complex(math.inf, 2), complex(1, 0)),
        ("tanh", complex(-math.inf, -2), complex(-1, -0.0)),
        ("expm1", complex(-math.inf, 2), complex(-1, 0)),
        ("expm1", complex(math.inf, 0), complex(math.inf, 0)),
        ("expm1", complex(math.inf, math.nan), complex(math.inf, math.nan)),
        ("expm1", complex(-0.0, 0), complex(0, 0)),
        ("log1p", complex(-1, 0), complex(-math.inf, 0)),
        ("log1p", complex(-math.inf, 1), complex(math.inf, math.pi)),
        ("log1p", complex(math.nan, math.inf), complex(math.inf, math.nan)),
        ("log2", complex(-0.0, 0), complex(-math.inf, 4.532360141827193)),
    ],
)
def test_special_values_that_cmath_does_not_have(name, x, expected):
    got = getattr(cp, name)(cp.asarray(x))
    assert_bitwise_equal(np.asarray(got), np.asarray(expected))


def test_what_looks_exact_is_exact():
    assert cp.sqrt(cp.asarray(complex(-4.0, 0.0))).item() == 2j
    assert cp.log2(cp.asarray(complex(1024.0, 0.0))).item() == 10
    assert cp.log10(cp.asarray(complex(1000.0, 0.0))).item() == 3
    assert cp.pow(cp.asarray(complex(3.0, 4.0)), 0.0).item() == 1
    assert cp.pow(cp.asarray(complex(0.0, 0.0)), cp.asarray(0j)).item() == 1
    assert cp.pow(cp.asarray(complex(0.0, 0.0)), 2.0).item() == 0
    assert cp.pow(cp.asarray(complex(5.0, 0.0)), 3.0).item() == 125
    assert cp.pow(cp.asarray(complex(math.nan, 1.0)), 0.0).item() == 1


def test_a_nans_sign_chooses_no_other_sign():
    nans = np.copysign(np.full(2, np.nan), [1.0, -1.0])
    for name in FUNCTIONS:
        for z in (place(nans, math.inf), place(math.inf, nans), place(0.0, nans)):
            values = np.asarray(getattr(cp, name)(cp.asarray(z)))
            assert_bitwise_equal(values[0], values[1], label=name)


def test_every_function_of_complex_numbers_is_tested_here():
    own_bound = {
        row.name
        for row in operator_rows()
        if row.family == "elementwise"
        and "complex128" in row.dtypes
        and row.formula.startswith("vec::" + row.name)
        and row.bound["complex128"] in (1.0, "complex_expm1", "complex_pow")
    }
    assert own_bound == {*FUNCTIONS, "pow"}
