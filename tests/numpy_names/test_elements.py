# Tests of angle, cbrt, divmod, fmod, select, sinc and the questions about kinds: against NumPy, and
# within their bounds against multiple precision.
from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(0)
FLOATS = ["float32", "float64"]
EXTREMES = [0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan]


def to_exact(x):
    return mpmath.mpf(float(x))


def spread_numbers(dtype):
    """Of every size, and around whole numbers."""
    limits = np.finfo(dtype)
    sizes = np.exp(RNG.uniform(np.log(limits.tiny), np.log(limits.max), 600)).astype(dtype)
    edges = [limits.smallest_subnormal, limits.tiny, limits.max]
    whole = np.arange(1, 40) / 2
    x = np.concatenate([sizes, edges, whole, whole + 1e-6, RNG.normal(size=600) * 9]).astype(dtype)
    return np.concatenate([x, -x])


# ---- functions of one number ----


@pytest.mark.parametrize("dtype", FLOATS)
def test_cube_roots_are_within_their_bound(dtype):
    x = spread_numbers(dtype)
    found = np.asarray(cp.cbrt(cp.asarray(x)))
    assert found.dtype == dtype
    with mpmath.workprec(200):
        for value, root in zip(x, found, strict=True):
            exact = mpmath.sign(to_exact(value)) * mpmath.cbrt(abs(to_exact(value)))
            assert abs(to_exact(root) - exact) <= 0.91 * np.spacing(np.abs(root)), value


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["deg2rad", "rad2deg"])
def test_degrees_and_radians_are_within_their_bound(name, dtype):
    x = spread_numbers(dtype)
    found = np.asarray(getattr(cp, name)(cp.asarray(x)))
    assert found.dtype == dtype
    bound = {"deg2rad": (0.653, 0.631), "rad2deg": (0.813, 0.697)}[name][dtype == "float32"]
    with mpmath.workprec(200):
        factor = mpmath.pi / 180 if name == "deg2rad" else 180 / mpmath.pi
        for value, own in zip(x, found, strict=True):
            exact = to_exact(value) * factor
            if np.isinf(own):
                assert abs(exact) > np.finfo(dtype).max
            else:
                assert abs(to_exact(own) - exact) <= bound * np.spacing(np.abs(own)), value


@pytest.mark.parametrize("dtype", FLOATS)
def test_cube_roots_of_cubes_and_extremes(dtype):
    whole = np.arange(-250, 251)
    assert_bitwise_equal(cp.cbrt(cp.asarray((whole**3).astype(dtype))), whole.astype(dtype))
    extremes = np.asarray(EXTREMES, dtype)
    assert_bitwise_equal(cp.cbrt(cp.asarray(extremes)), np.cbrt(extremes))
    assert_bitwise_equal(cp.cbrt([8, -27]), np.asarray([2.0, -3.0]))


@pytest.mark.parametrize("dtype", FLOATS)
def test_sinc_is_within_its_bound(dtype):
    x = spread_numbers(dtype)
    found = np.asarray(cp.sinc(cp.asarray(x)))
    assert found.dtype == dtype
    with mpmath.workprec(2200):  # the largest numbers have 1024 bits before the point
        for value, ratio in zip(x, found, strict=True):
            exact = mpmath.sinpi(to_exact(value)) / (mpmath.pi * to_exact(value))
            error = abs(to_exact(ratio) - exact)
            assert error <= 6 * np.finfo(dtype).eps / 2 * abs(exact), value


def test_sinc_at_integers_and_extremes():
    assert cp.sinc(cp.asarray([1, -2, 3, 10**15])).tolist() == [0.0] * 4
    assert cp.sinc([0, 0.0, -0.0]).tolist() == [1.0] * 3
    assert np.isnan(np.asarray(cp.sinc([np.inf, -np.inf, np.nan]))).all()
    x = np.linspace(-0.9, 0.9, 12)  # NumPy does not reduce: far from its zeros
    np.testing.assert_allclose(np.asarray(cp.sinc(cp.asarray(x))), np.sinc(x), rtol=1e-15)


def test_blocks_have_the_bits_of_the_whole():
    x = cp.asarray(RNG.normal(size=700_000) * 5)
    for function in (cp.cbrt, cp.sinc):
        assert_bitwise_equal(function(x)[600_000:], function(x[600_000:]))


@pytest.mark.parametrize("deg", [False, True])
@pytest.mark.parametrize("dtype", ["complex64", "complex128", *FLOATS, "int8", "uint64", "bool"])
def test_angles(dtype, deg):
    x = np.asarray([1, 1j, -1, -2 + 1e-3j, 3 - 4j, 0, 5]) if dtype[0] == "c" else [0, 1, 1, 2, 3]
    x = np.asarray(x).astype(dtype)
    x = x if dtype[0] in "bu" else 0 - x  # multiple precision knows no -0.0
    found = np.asarray(cp.angle(cp.asarray(x), deg))
    with mpmath.workprec(120):
        for value, own in zip(x, found, strict=True):
            number = complex(value)
            exact = mpmath.atan2(mpmath.mpf(number.imag), mpmath.mpf(number.real))
            exact = exact * 180 / mpmath.pi if deg else exact
            assert abs(to_exact(own) - exact) <= (4 if deg else 1) * np.spacing(np.abs(own))
    assert found.dtype == ("float32" if dtype in ("complex64", "float32") else "float64")


def test_angles_at_the_cut():
    assert cp.angle([-1.0, -0.0]).tolist() == [np.pi, np.pi]
    assert cp.angle(cp.asarray([complex(-1, -0.0)])).tolist() == [-np.pi]
    assert np.isnan(cp.angle([np.nan, complex(np.nan, 1)]).tolist()).all()
    assert cp.angle(cp.zeros((0, 2))).shape == (0, 2)


# ---- quotients ----

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


@pytest.mark.parametrize("dtype", INTEGERS)
def test_remainders_of_integers(dtype):
    limits = np.iinfo(dtype)
    values = {0, 1, 3, 7, limits.max, limits.min, limits.min + 1, limits.max // 2}
    x = np.asarray(sorted(values | ({-1, -3, -7} if limits.min else set())), dtype)
    found = np.asarray(cp.fmod(cp.asarray(x[:, None]), cp.asarray(x)))
    assert found.dtype == dtype
    for a, row in zip(x.tolist(), found.tolist(), strict=True):
        for b, own in zip(x.tolist(), row, strict=True):
            exact = 0 if b == 0 else abs(a) % abs(b) * (-1 if a < 0 else 1)
            assert own == exact, (a, b)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", *FLOATS])
def test_remainders_of_floats(dtype):
    values = [0.0, -0.0, 0.1, -0.3, 1.5, -7.25, 3.0, 6e4, 1e-7, np.inf, -np.inf, np.nan]
    x = cp.asarray([*values, *(RNG.normal(size=12) * 50).tolist()], dtype=dtype)
    found = cp.fmod(x[:, None], x)
    assert found.dtype == x.dtype
    wide = np.asarray(cp.astype(x, cp.float64))
    with np.errstate(invalid="ignore"):
        expected = np.fmod(wide[:, None], wide)  # exact
    assert_bitwise_equal(cp.astype(found, cp.float64), expected)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_infinity=False))
@settings(max_examples=200, deadline=None)
def test_remainders_are_exact(a, b):
    found = cp.fmod(a, b).item()
    if b == 0 or b != b:
        assert found != found
        return
    exact = abs(Fraction(a)) % abs(Fraction(b))
    assert Fraction(found) == (-exact if a < 0 else exact)


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("floating", ["float32", "float64"])
def test_remainders_of_integers_and_floats(dtype, floating):
    """The least integer has no size among the integers."""
    limits = np.iinfo(dtype)
    x = np.asarray([limits.min, limits.max, 0, 5, 100], dtype)
    y = np.asarray([3.0, 2.5, 1e9, -7.0], floating)
    own_x, own_y = cp.asarray(x[:, None]), cp.asarray(y)
    exact = x[:, None].astype(floating)
    assert_bitwise_equal(cp.fmod(own_x, own_y), np.fmod(exact, y))
    with np.errstate(invalid="ignore"):
        assert_bitwise_equal(cp.fmod(own_y, own_x), np.fmod(y, exact))
    assert_bitwise_equal(cp.fmod(own_x, 3.0), np.fmod(x[:, None].astype(float), 3.0))
    with cp.settings.override(strict=True), pytest.raises(cp.StrictModeError, match=r"^fmod: "):
        cp.fmod(own_x, own_y)


def test_numbers_adopt_the_dtype_of_the_tensor():
    x = cp.asarray([7.5, -7.5], dtype=cp.float32)
    for function in (cp.fmod, lambda a, b: cp.divmod(a, b)[1]):
        for number in (2, 2.5, np.float64(2.5)):
            assert function(x, number).dtype == function(number, x).dtype == cp.float32
            with cp.settings.override(strict=True):
                assert function(x, number).dtype == cp.float32
        assert function(cp.asarray([7], dtype=cp.int8), 2).dtype == cp.int8
        assert function(cp.asarray([7], dtype=cp.int8), np.int16(2)).dtype == cp.int16
    assert cp.fmod(-7, 2.5).item() == -2.0
    assert cp.fmod(cp.asarray([-7, 7]), 2.5).tolist() == [-2.0, 2.0]
    assert cp.fmod(cp.zeros((0, 3)), 1.0).shape == (0, 3)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "float32", "float64"])
def test_divmod(dtype):
    x = np.asarray([7, 5, 100, 0, 3]).astype(dtype)
    own = cp.divmod(cp.asarray(x), cp.asarray(x[[1, 4, 0, 2, 1]]))
    for found, expected in zip(own, np.divmod(x, x[[1, 4, 0, 2, 1]]), strict=True):
        assert_bitwise_equal(found, expected)


# ---- choices ----


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_select(data):
    count = data.draw(st.integers(1, 4))
    shapes = st.sampled_from([(), (4,), (3, 1), (3, 4), (0, 4), (1, 1)])
    conditions = [RNG.random(data.draw(shapes)) < 0.5 for _ in range(count)]
    dtypes = st.sampled_from(["int8", "int32", "int64"])
    choices = [RNG.integers(0, 99, data.draw(shapes)).astype(data.draw(dtypes)) for _ in conditions]
    try:
        expected = np.select([np.asarray(one) for one in conditions], choices, 7)
    except ValueError:  # extents 0 and 3
        with pytest.raises(cp.ShapeError, match=r"^select: "):
            cp.select(*([cp.asarray(x) for x in part] for part in (conditions, choices)), 7)
        return
    found = cp.select(*([cp.asarray(x) for x in part] for part in (conditions, choices)), 7)
    assert_bitwise_equal(found, expected)


@pytest.mark.parametrize("dtype", ["bool", "int8", "float16", "bfloat16", "float32", "complex64"])
def test_select_keeps_the_dtype_of_its_choices(dtype):
    choice = cp.asarray([1, 0], dtype=dtype)
    found = cp.select([cp.asarray([True, False])], [choice], cp.zeros(2, dtype=dtype))
    assert found.dtype == choice.dtype
    assert cp.select([[False, True], [True, True]], [choice, choice[::-1]]).shape == (2,)
    numbers = cp.select([[True, False, False], [True, True, False]], [1, 2])
    assert numbers.tolist() == [1, 2, 0]


def test_select_propagates_nan_and_takes_numbers():
    x = cp.asarray([1.0, np.nan, 3.0], dtype=cp.float32)
    found = cp.select([x > 2, cp.isnan(x)], [0.5, x], default=-1)
    assert found.dtype == cp.float32
    assert_bitwise_equal(found, np.asarray([-1, np.nan, 0.5], np.float32))


# ---- kinds ----


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "bfloat16", "float64", "complex128"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_real_and_complex(dtype, shape):
    x = cp.zeros(shape, dtype=dtype)
    for name in ("isreal", "iscomplex"):
        found = getattr(cp, name)(x)
        assert_bitwise_equal(found, np.full(shape, name == "isreal"))
    assert cp.isrealobj(x) == (dtype != "complex128") != cp.iscomplexobj(x)


def test_real_and_complex_elements():
    x = np.asarray([1 + 0j, 1j, complex(1, -0.0), complex(1, np.nan), complex(np.nan, 0)])
    for name in ("isreal", "iscomplex"):
        assert_bitwise_equal(getattr(cp, name)(cp.asarray(x)), getattr(np, name)(x))


@pytest.mark.parametrize(
    "value",
    [3, 3.1, 1j, True, "a", b"a", Fraction(1, 3), np.float32(1), np.int8(1), None, [3], (), {}],
)
def test_scalars(value):
    assert cp.isscalar(value) == np.isscalar(value)
    assert not cp.isscalar(cp.asarray(3))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1, 2], [1, 2]),
        ([1, 2], [[1, 2], [1, 2]]),
        ([1, 2], [[1, 2], [1, 3]]),
        ([1, 2], [1, 2, 3]),
        (1, np.ones((2, 3))),
        (np.ones((0, 3)), np.ones((5, 1, 3))),
        ([np.nan], [np.nan]),
        (np.ones((2, 1, 3)), np.ones((4, 1))),
    ],
)
def test_equal_once_broadcast(a, b):
    assert cp.array_equiv(cp.asarray(a), cp.asarray(b)) == np.array_equiv(a, b)


@pytest.mark.parametrize(
    ("error", "call", "words"),
    [
        (cp.DTypeError, lambda: cp.cbrt(1j), "cbrt: unsupported dtype"),
        (cp.DTypeError, lambda: cp.sinc(cp.ones(2, dtype="float16")), "sinc: unsupported dtype"),
        (cp.DTypeError, lambda: cp.angle(cp.ones(2, dtype="bfloat16")), "angle: unsupported"),
        (cp.ArgumentTypeError, lambda: cp.angle(1j, deg="yes"), "angle: deg"),
        (cp.DTypeError, lambda: cp.fmod(cp.ones(2, dtype="bool"), True), "fmod: "),
        (cp.DTypeError, lambda: cp.fmod(1j, 2), "fmod: "),
        (cp.DTypeError, lambda: cp.fmod(3.0, cp.asarray([1j])), "fmod: unsupported dtype"),
        (cp.ShapeError, lambda: cp.fmod(cp.ones(2), cp.ones(3)), "fmod: "),
        (cp.ShapeError, lambda: cp.select([], []), "select: every condition"),
        (cp.ShapeError, lambda: cp.select([True], [1, 2]), "select: every condition"),
        (cp.DTypeError, lambda: cp.select([1], [2]), "select: unsupported dtype"),
        (cp.ArgumentTypeError, lambda: cp.select(cp.ones(2), [2]), "select: condlist"),
    ],
)
def test_wrong_arguments(error, call, words):
    with pytest.raises(error, match=f"^{words}"):
        call()


def test_a_zero_divisor_is_refused_under_strict():
    assert cp.fmod(cp.asarray([5]), 0).tolist() == [0]
    with cp.settings.override(strict=True), pytest.raises(cp.CorepyError, match=r"^fmod: "):
        cp.fmod(cp.asarray([5]), 0)
