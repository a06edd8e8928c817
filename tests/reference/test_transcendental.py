# Tests of the oracle's elementary functions against decimal arithmetic with 420 digits.
from __future__ import annotations

import math
import sys
from decimal import Decimal as D
from decimal import getcontext, localcontext
from fractions import Fraction
from importlib import import_module

import numpy as np
import pytest

from corepy.backend.reference import multiprecision, run
from corepy.errors import BackendError

DIGITS = 420  # enough to reduce the largest float64 modulo pi and keep 100 digits


@pytest.fixture(autouse=True)
def many_digits():
    with localcontext() as context:
        context.prec = DIGITS
        context.Emin, context.Emax = -(10**12), 10**12
        yield


def arctan_series(x: D) -> D:
    """atan(x) for |x| < 1/2 by its Taylor series."""
    term, total, n = x, x, 1
    while abs(term) > abs(total) * D(10) ** (-DIGITS):
        term *= -x * x
        n += 2
        total += term / n
    return total


def dec_atan(x: D) -> D:
    halvings = 0
    while abs(x) > D("0.1"):  # atan(x) = 2 atan(x / (1 + sqrt(1 + x^2)))
        x = x / (1 + (1 + x * x).sqrt())
        halvings += 1
    return arctan_series(x) * 2**halvings


def dec_pi() -> D:
    return 4 * (4 * arctan_series(D(1) / 5) - arctan_series(D(1) / 239))


def dec_sin(x: D) -> D:
    pi = dec_pi()
    x = x - (x / (2 * pi)).to_integral_value() * 2 * pi
    term, total, n = x, x, 1
    while abs(term) > D(10) ** (-DIGITS):
        term *= -x * x / ((n + 1) * (n + 2))
        n += 2
        total += term
    return total


def dec_cos(x: D) -> D:
    return dec_sin(x + dec_pi() / 2)


def dec_sinh(x: D) -> D:
    return (x.exp() - (-x).exp()) / 2


def dec_cosh(x: D) -> D:
    return (x.exp() + (-x).exp()) / 2


def dec_asin(x: D) -> D:
    return dec_atan(x / (1 - x * x).sqrt())


def dec_log1p(x: D) -> D:
    return (1 + x).ln()


TRUE = {
    "exp": lambda x: x.exp(),
    "expm1": lambda x: x.exp() - 1,
    "log": lambda x: abs(x).ln(),
    "log2": lambda x: abs(x).ln() / D(2).ln(),
    "log10": lambda x: abs(x).log10(),
    "log1p": lambda x: dec_log1p(abs(x)),
    "sin": dec_sin,
    "cos": dec_cos,
    "tan": lambda x: dec_sin(x) / dec_cos(x),
    "sinh": dec_sinh,
    "cosh": dec_cosh,
    "tanh": lambda x: dec_sinh(x) / dec_cosh(x),
    "asinh": lambda x: (x + (x * x + 1).sqrt()).ln() if x > 0 else -(-x + (x * x + 1).sqrt()).ln(),
    "atan": dec_atan,
    "asin": dec_asin,
    "acos": lambda x: dec_pi() / 2 - dec_asin(x),
    "atanh": lambda x: ((1 + x) / (1 - x)).ln() / 2,
    "acosh": lambda x: (x + (x * x - 1).sqrt()).ln(),
}
POSITIVE = {"log", "log2", "log10", "log1p"}
INSIDE = {"asin", "acos", "atanh"}


def sample(name: str, dtype: str) -> np.ndarray:
    rng = np.random.default_rng(sum(map(ord, name)))
    if name in INSIDE:
        values = np.concatenate([rng.uniform(-1, 1, 12), 10.0 ** rng.uniform(-8, -1, 4)])
    elif name == "acosh":
        values = 1 + 10.0 ** rng.uniform(-6, 6, 16)
    else:
        values = rng.standard_normal(16) * 10.0 ** rng.uniform(-8, 2, 16)
    return (np.abs(values) if name in POSITIVE else values).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", TRUE)
def test_functions_are_correctly_rounded(assert_nearest, name, dtype):
    x = sample(name, dtype)
    (out,) = run(name, (x,), {})
    assert out.dtype == dtype
    for argument, result in zip(x, out, strict=True):
        assert_nearest(result, Fraction(TRUE[name](D(float(argument)))))


# Arguments whose results lie unusually close to a rounding boundary or that cancel in range
# reduction (V. Lefevre and J.-M. Muller, "Worst cases for correct rounding of the elementary
# functions", 2001; J.-M. Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed.).
HARD = [
    ("exp", 7.5417527749959590085206221e-10),
    ("exp", -(2.0**-53)),
    ("exp", 709.782712893384),
    ("exp", -745.1332191019411),
    ("exp", -740.0),
    ("log", 1 + 2.0**-52),
    ("log", 1 - 2.0**-53),
    ("log", 5e-324),
    ("sin", 6381956970095103 * 2.0**797),
    ("cos", 6381956970095103 * 2.0**797),
    ("sin", math.pi),
    ("cos", math.pi / 2),
    ("tan", math.pi / 2),
    ("sin", 1.7976931348623157e308),
    ("sinh", 1e-200),
    ("expm1", -1e-300),
    ("log1p", 1e-300),
    ("atan", 1e300),
    ("tanh", 20.0),
]


@pytest.mark.parametrize(("name", "x"), HARD)
def test_hard_cases(assert_nearest, name, x):
    (out,) = run(name, (np.asarray([x]),), {})
    assert_nearest(out[0], Fraction(TRUE[name](D(x))))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_two_operands(assert_nearest, dtype):
    rng = np.random.default_rng(11)
    x1 = np.abs(rng.standard_normal(12) * 10.0 ** rng.uniform(-3, 3, 12)).astype(dtype)
    x2 = (rng.standard_normal(12) * 10.0 ** rng.uniform(-1, 1, 12)).astype(dtype)
    (powers,) = run("pow", (x1, x2), {})
    (angles,) = run("atan2", (x1, x2), {})
    (lengths,) = run("hypot", (x1, x2), {})
    (sums,) = run("logaddexp", (x1, x2), {})
    for index in range(12):
        a, b = D(float(x1[index])), D(float(x2[index]))
        assert_nearest(powers[index], Fraction((b * a.ln()).exp()))
        angle = dec_atan(a / b)
        assert_nearest(angles[index], Fraction(angle if b > 0 else angle + dec_pi()))
        assert_nearest(lengths[index], Fraction((a * a + b * b).sqrt()))
        assert_nearest(sums[index], Fraction((a.exp() + b.exp()).ln()))


def test_logaddexp_where_it_cancels(assert_nearest):
    # log(exp(a) + exp(b)) vanishes on a curve; nearby, all leading digits cancel.
    a = -0.5
    b = math.log(1 - math.exp(a))
    (out,) = run("logaddexp", (np.asarray([a]), np.asarray([b])), {})
    assert abs(out[0]) < 1e-15
    assert_nearest(out[0], Fraction((D(a).exp() + D(b).exp()).ln()))


def test_logaddexp_of_far_operands():
    x1, x2 = np.asarray([5e-324, 1e308, 0.0]), np.asarray([-744.6, -1e308, -1e9])
    # 2**-1074 + exp(-744.6) is 1.85 smallest numbers: it rounds to 2 of them.
    assert run("logaddexp", (x1, x2), {})[0].tolist() == [1e-323, 1e308, 0.0]


@pytest.mark.parametrize("name", ["exp", "sin", "log", "tanh", "atan", "cosh", "log10"])
def test_the_fast_path_of_float32_equals_mpfr(name):
    rng = np.random.default_rng(5)
    bits = rng.integers(0, 1 << 32, 20_000, dtype=np.uint64).astype(np.uint32)
    x = bits.view(np.float32)
    gmpy2 = import_module("gmpy2")
    function = getattr(gmpy2.ieee(32), name)
    direct = np.asarray([float(function(value)) for value in x.tolist()]).astype(np.float32)
    np.testing.assert_array_equal(run(name, (x,), {})[0], direct)


def test_results_near_a_boundary_leave_the_fast_path(monkeypatch):
    evaluated = []
    original = multiprecision._round_by_mpfr

    def record(name, dtype, *operands):
        evaluated.append(operands[0].size)
        return original(name, dtype, *operands)

    monkeypatch.setattr(multiprecision, "_round_by_mpfr", record)
    x = np.asarray(
        [1.0, 2.0**-12, 3.0], np.float32
    )  # exp(2**-12) is 1 + 2**-12 + 2**-25 + 2**-38.6
    exp = run("exp", (x,), {})[0]
    near_one = run("exp", (np.asarray([2.0**-40], np.float32),), {})[0]  # just above 1
    assert evaluated == [0, 0]
    assert exp[1] > 1
    assert near_one[0] == 1.0
    run("cos", (np.asarray([2.0**-12], np.float32),), {})  # 1 - 2**-25 + 2**-52.6: beside a tie
    assert evaluated == [0, 0, 1]


def test_missing_gmpy2_is_reported(monkeypatch):
    monkeypatch.setitem(sys.modules, "gmpy2", None)
    with pytest.raises(BackendError, match=r"pip install \"corepy\[reference\]\""):
        run("exp", (np.asarray([1.0]),), {})
    # Exact arithmetic does without.
    assert run("sum", (np.asarray([1.0, 2.0]),), {})[0] == 3.0


def test_the_decimal_context_is_wide():
    assert getcontext().prec == DIGITS
