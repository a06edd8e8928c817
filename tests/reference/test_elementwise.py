# Tests of the oracle's arithmetic, comparisons and bit functions against Python's numbers.
from __future__ import annotations

import math
import operator
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corepy.backend.reference import run

INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
FLOATS = ("float32", "float64")
INF, NAN = math.inf, math.nan


def call(name, *operands, **options):
    (out,) = run(name, tuple(np.asarray(operand) for operand in operands), options)
    return out


def same(result, expected) -> bool:
    result, expected = float(result), float(expected)
    if math.isnan(expected):
        return math.isnan(result)
    return result == expected and math.copysign(1, result) == math.copysign(1, expected)


def wrap(value: int, dtype: str) -> int:
    bits = np.iinfo(dtype).bits
    value %= 1 << bits
    return value - (1 << bits) if dtype[0] == "i" and value >> (bits - 1) else value


def corner_pairs(dtype: str):
    limits = np.iinfo(dtype)
    values = {0, 1, 2, 3, 7, limits.max, limits.max - 1, limits.min, limits.max // 2}
    if limits.min:
        values |= {-1, -2, -3, limits.min + 1}
    return [
        np.asarray(side, dtype) for side in zip(*product(sorted(values), repeat=2), strict=True)
    ]


BINARY = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "floor_divide": lambda a, b: a // b if b else 0,
    "remainder": lambda a, b: a % b if b else 0,
    "bitwise_and": operator.and_,
    "bitwise_or": operator.or_,
    "bitwise_xor": operator.xor,
    "minimum": min,
    "maximum": max,
    "equal": operator.eq,
    "less": operator.lt,
    "greater_equal": operator.ge,
    "logical_xor": lambda a, b: bool(a) != bool(b),
}
UNARY = {
    "negative": operator.neg,
    "abs": abs,
    "square": lambda a: a * a,
    "sign": lambda a: (a > 0) - (a < 0),
    "bitwise_invert": operator.invert,
    "ceil": operator.pos,
    "round": operator.pos,
    "positive": operator.pos,
    "logical_not": operator.not_,
    "isfinite": lambda a: True,
}


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("name", BINARY)
def test_integers_as_in_python_wrapped(name, dtype):
    x1, x2 = corner_pairs(dtype)
    expected = [BINARY[name](a, b) for a, b in zip(x1.tolist(), x2.tolist(), strict=True)]
    out = call(name, x1, x2)
    if out.dtype == np.bool_:
        assert out.tolist() == expected
    else:
        assert out.dtype == dtype
        assert out.tolist() == [wrap(value, dtype) for value in expected]


@pytest.mark.parametrize("dtype", INTEGERS)
@pytest.mark.parametrize("name", UNARY)
def test_unary_integers(name, dtype):
    x, _ = corner_pairs(dtype)
    expected = [UNARY[name](a) for a in x.tolist()]
    out = call(name, x)
    if out.dtype != np.bool_:
        expected = [wrap(value, dtype) for value in expected]
    assert out.tolist() == expected


@pytest.mark.parametrize("dtype", INTEGERS)
def test_shifts_beyond_the_width(dtype):
    bits = np.iinfo(dtype).bits
    x = np.asarray([wrap(v, dtype) for v in (1, -1, 5, -128, 127)], dtype)
    for count in (0, 1, bits - 1, bits, 100):
        left = call("bitwise_left_shift", x, np.full(5, count, dtype))
        right = call("bitwise_right_shift", x, np.full(5, count, dtype))
        assert left.tolist() == [wrap(v << count, dtype) for v in x.tolist()]
        assert right.tolist() == [v >> count for v in x.tolist()]


def test_negative_counts_and_exponents_raise():
    minus = np.asarray([1, -1], "int8")
    for name in ("bitwise_left_shift", "bitwise_right_shift", "pow"):
        with pytest.raises(ValueError, match=f"{name}: .*negative"):
            run(name, (minus, minus), {})


@pytest.mark.parametrize("dtype", INTEGERS)
def test_integer_powers_wrap(dtype):
    x1, x2 = corner_pairs(dtype)
    x2 = np.asarray([abs(v) % 70 for v in x2.tolist()], dtype)
    expected = [wrap(a**b, dtype) for a, b in zip(x1.tolist(), x2.tolist(), strict=True)]
    assert call("pow", x1, x2).tolist() == expected


FLOAT_VALUES = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide"])
def test_arithmetic_is_correctly_rounded(assert_nearest, name, dtype):
    function = getattr(operator, {"divide": "truediv", "multiply": "mul"}.get(name, name[:3]))

    @given(FLOAT_VALUES, FLOAT_VALUES)
    def check(a, b):
        with np.errstate(over="ignore"):
            x1, x2 = np.asarray([a], dtype), np.asarray([b], dtype)
        if np.isfinite(x1).all() and np.isfinite(x2).all() and x2[0] != 0:
            true = function(Fraction(float(x1[0])), Fraction(float(x2[0])))
            assert_nearest(call(name, x1, x2)[0], true)

    check()


def test_double_rounding_of_float32_subnormals_is_innocuous(assert_nearest):
    rng = np.random.default_rng(7)
    bits = rng.integers(0, 1 << 24, (2, 4000)).astype(np.uint32)
    x1 = bits[0].view(np.float32)
    x2 = (bits[1] + np.uint32(0x3F000000)).view(np.float32)
    for a, b, q in zip(x1, x2, call("divide", x1, x2), strict=True):
        assert_nearest(q, Fraction(float(a)) / Fraction(float(b)))
    for a, b, p in zip(x1, x2, call("multiply", x1, x2), strict=True):
        assert_nearest(p, Fraction(float(a)) * Fraction(float(b)))


@pytest.mark.parametrize("dtype", FLOATS)
def test_floor_divide_and_remainder_are_exact_then_rounded(assert_nearest, dtype):
    rng = np.random.default_rng(3)
    x1 = (rng.standard_normal(400) * 10.0 ** rng.integers(-12, 12, 400)).astype(dtype)
    x2 = (rng.standard_normal(400) * 10.0 ** rng.integers(-12, 12, 400)).astype(dtype)
    quotients, rests = call("floor_divide", x1, x2), call("remainder", x1, x2)
    for a, b, q, r in zip(x1, x2, quotients, rests, strict=True):
        exact_a, exact_b = Fraction(float(a)), Fraction(float(b))
        floor = exact_a // exact_b
        assert_nearest(q, Fraction(floor))
        assert_nearest(r, exact_a - floor * exact_b)
        assert np.signbit(r) == np.signbit(b)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("floor_divide", 1.0, 0.0, INF),
        ("floor_divide", 1.0, -0.0, -INF),
        ("floor_divide", 0.0, 0.0, NAN),
        ("floor_divide", 0.0, -1.0, -0.0),
        ("floor_divide", -0.0, 1.0, -0.0),
        ("floor_divide", INF, 2.0, INF),
        ("floor_divide", -INF, 2.0, -INF),
        ("floor_divide", INF, INF, NAN),
        ("floor_divide", 5.0, INF, 0.0),
        ("floor_divide", -5.0, INF, -0.0),
        ("floor_divide", 5.0, -INF, -0.0),
        ("floor_divide", -5.0, -INF, 0.0),
        ("floor_divide", -0.0, INF, -0.0),
        ("floor_divide", NAN, 1.0, NAN),
        ("floor_divide", 1.0, NAN, NAN),
        ("floor_divide", -1e-30, 1.0, -1.0),
        ("remainder", 5.0, INF, 5.0),
        ("remainder", -5.0, INF, INF),
        ("remainder", 5.0, -INF, -INF),
        ("remainder", INF, 5.0, NAN),
        ("remainder", 1.0, 0.0, NAN),
        ("remainder", 0.0, -1.0, -0.0),
        ("remainder", -6.0, 3.0, 0.0),
        ("remainder", -1e-30, 1.0, 1.0),
        ("maximum", -0.0, 0.0, 0.0),
        ("maximum", 0.0, -0.0, 0.0),
        ("minimum", 0.0, -0.0, -0.0),
        ("minimum", NAN, 1.0, NAN),
        ("maximum", 1.0, NAN, NAN),
        ("pow", NAN, 0.0, 1.0),
        ("pow", 1.0, NAN, 1.0),
        ("pow", -1.0, INF, 1.0),
        ("pow", -0.0, -3.0, -INF),
        ("pow", -0.0, -2.0, INF),
        ("pow", -INF, 3.0, -INF),
        ("pow", -8.0, 0.5, NAN),
        ("pow", -2.0, 3.0, -8.0),
        ("hypot", INF, NAN, INF),
        ("hypot", NAN, 1.0, NAN),
        ("hypot", -3.0, 4.0, 5.0),
        ("atan2", -0.0, -1.0, -math.pi),
        ("atan2", 0.0, 0.0, 0.0),
        ("atan2", -0.0, 0.0, -0.0),
        ("logaddexp", -INF, -INF, -INF),
        ("logaddexp", INF, -INF, INF),
        ("logaddexp", NAN, INF, NAN),
        ("logaddexp", -INF, 2.0, 2.0),
        ("logaddexp", -INF, -0.0, 0.0),
        ("copysign", 1.0, -0.0, -1.0),
        ("nextafter", 0.0, -1.0, None),
    ],
)
def test_special_cases(name, a, b, expected, dtype):
    out = call(name, np.asarray([a], dtype), np.asarray([b], dtype))
    assert out.dtype == dtype
    if expected is None:
        expected = -np.finfo(dtype).smallest_subnormal
    assert same(out[0], np.asarray(expected, dtype))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize(
    ("name", "x", "expected"),
    [
        ("sign", NAN, NAN),
        ("sign", -0.0, 0.0),
        ("sign", -INF, -1.0),
        ("abs", -0.0, 0.0),
        ("negative", 0.0, -0.0),
        ("round", 0.5, 0.0),
        ("round", 1.5, 2.0),
        ("round", -2.5, -2.0),
        ("round", -0.4, -0.0),
        ("ceil", -0.5, -0.0),
        ("trunc", -0.5, -0.0),
        ("floor", -0.5, -1.0),
        ("reciprocal", -0.0, -INF),
        ("sqrt", -0.0, -0.0),
        ("sqrt", -1.0, NAN),
        ("log", -0.0, -INF),
        ("log1p", -1.0, -INF),
        ("acosh", 0.5, NAN),
        ("atanh", -1.0, -INF),
        ("exp", -INF, 0.0),
        ("expm1", -0.0, -0.0),
        ("tanh", INF, 1.0),
        ("sin", INF, NAN),
        ("real", 2.0, 2.0),
        ("conj", -0.0, -0.0),
    ],
)
def test_unary_special_cases(name, x, expected, dtype):
    out = call(name, np.asarray([x], dtype))
    assert out.dtype == dtype
    assert same(out[0], expected)


def test_classification_and_logic():
    x = np.asarray([0.0, -0.0, NAN, INF, -1.0])
    assert call("signbit", x).tolist()[:2] == [False, True]
    assert call("isfinite", x).tolist() == [True, True, False, False, True]
    assert call("isinf", x).tolist() == [False, False, False, True, False]
    assert call("isnan", x).tolist() == [False, False, True, False, False]
    assert call("logical_not", x).tolist() == [True, True, False, False, False]
    assert call("logical_and", x, np.ones(5)).tolist() == [False, False, True, True, True]
    assert call("signbit", np.asarray([-3, 3], "int8")).tolist() == [True, False]
    assert call("isnan", np.asarray([1, 2])).tolist() == [False, False]


def test_clip():
    x = np.asarray([-2.0, -0.0, 0.5, NAN, 9.0])
    assert same(call("clip", x, 0.0, 1.0)[1], 0.0)
    np.testing.assert_array_equal(call("clip", x, 0.0, 1.0), [0.0, 0.0, 0.5, NAN, 1.0])
    np.testing.assert_array_equal(run("clip", (x,), {"max": np.asarray(0.0)})[0][[0, 4]], [-2, 0])
    np.testing.assert_array_equal(run("clip", (x,), {})[0], x)
    assert np.isnan(call("clip", x, NAN, 1.0)).all()
    assert call("clip", x, 3.0, 1.0)[0] == 1.0  # minimum(maximum(x, min), max)
    assert call("clip", np.asarray([1, 5], "int8"), np.asarray(2, "int8")).tolist() == [2, 5]


def test_integers_become_float64_for_floating_functions():
    for name in ("sin", "sqrt", "reciprocal", "exp"):
        assert call(name, np.asarray([1], "int8")).dtype == np.float64
    assert call("divide", np.asarray([1], "int32"), np.asarray([3], "int8")).tolist() == [1 / 3]
    mixed = call("divide", np.asarray([1], "int64"), np.asarray([3], "float32"))
    assert mixed.dtype == np.float32


def test_mixed_operands_are_converted_with_one_rounding():
    # 2**60 + 2**36 + 1 is 2**60 + 2**37 in float32; through float64 it would be 2**60.
    out = call("add", np.asarray([2**60 + 2**36 + 1]), np.asarray([0.0], "float32"))
    assert out.tolist() == [float(2**60 + 2**37)]


def test_broadcasting_and_zero_dimensions():
    assert call("add", np.ones((3, 1)), np.ones((1, 4))).shape == (3, 4)
    assert call("add", np.asarray(1.0), np.asarray(2.0)).shape == ()
    assert call("sin", np.ones((0, 3))).shape == (0, 3)
    assert call("sin", np.asarray(1.0, "float32")).shape == ()


def test_bool():
    x = np.asarray([True, False])
    assert call("bitwise_invert", x).tolist() == [False, True]
    assert call("bitwise_and", x, np.asarray([True, True])).tolist() == [True, False]
    assert call("equal", x, np.asarray([True, True])).tolist() == [True, False]


def test_where():
    out = call("where", np.asarray([[True], [False]]), np.asarray([1, 2], "int8"), np.float32(0.5))
    assert out.dtype == np.float32
    assert out.tolist() == [[1.0, 2.0], [0.5, 0.5]]
