# Tests of the bound formulas: honest computations stay inside, worse ones are rejected.
from __future__ import annotations

import math

import numpy as np
import pytest

from corepy.backend import reference
from corepy.errors import VerificationError
from corepy.testing import assert_ulp
from corepy.testing.bounds import BOUNDS, BoundCase, evaluate_bound
from corepy.testing.checking import operator_rows

REAL = ("float32", "float64")
COMPLEX = ("complex64", "complex128")


def sum_in_order(x: np.ndarray) -> np.generic:
    """The canonical order of csrc/corepy/kernels/reduction_order.h, element by element."""
    partial = []
    for start in range(0, x.size, 256):
        block = x[start : start + 256]
        lanes = []
        for lane in range(min(16, block.size)):
            total = block[lane]
            for value in block[lane + 16 :: 16]:
                total = total + value
            lanes.append(total)
        half = 8
        while half:
            for lane in range(half):
                if lane + half < len(lanes):
                    lanes[lane] = lanes[lane] + lanes[lane + half]
            half //= 2
        partial.append(lanes[0])
    while len(partial) > 1:
        pairs = [partial[k] + partial[k + 1] for k in range(0, len(partial) - 1, 2)]
        partial = pairs + partial[2 * len(pairs) :]
    return partial[0]


def bound_of(name, operands, options=None, formula=None):
    (expected,) = reference.run(name, operands, options or {})
    bound = evaluate_bound(formula or name, BoundCase(name, operands, options or {}, expected))
    return expected, bound


def values_of(dtype, count, seed=0, spread=3):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(count) * 10.0 ** rng.uniform(-spread, spread, count)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.standard_normal(count) * 10.0 ** rng.uniform(-spread, spread, count)
    return x.astype(dtype)


def accept_and_reject(name, actual, expected, operands, options=None, margin=1.0):
    """Accept ``actual``, and reject the oracle's result moved by just more than the bound."""
    options = options or {}
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert_ulp(actual, expected, op=name, operands=operands, options=options)
    row = next(row for row in operator_rows() if row.name == name)
    formula = row.bound[expected.dtype.name]
    limit = float(evaluate_bound(formula, BoundCase(name, operands, options, expected)).max())
    spacing = float(np.spacing(np.abs(expected.real)).max())
    moved = (expected + expected.dtype.type(1.05 * limit * margin + spacing)).astype(expected.dtype)
    with pytest.raises(VerificationError, match=formula):
        assert_ulp(moved, expected, op=name, operands=operands, options=options)


def test_every_formula_that_a_row_names_exists():
    named = {
        bound
        for row in operator_rows()
        for bound in row.bound.values()
        if isinstance(bound, str) and bound != "exact"
    }
    assert named <= set(BOUNDS)
    assert named >= {"sum", "mean", "var", "std", "prod", "matmul", "complex_multiply"}


@pytest.mark.parametrize("dtype", [*REAL, *COMPLEX])
@pytest.mark.parametrize("count", [1, 2, 16, 100, 1000, 5000])
def test_sum_and_mean(dtype, count):
    x = values_of(dtype, count, seed=count)
    (expected,) = reference.run("sum", (x,), {})
    total = sum_in_order(x)
    if count > 1:
        accept_and_reject("sum", total, expected, (x,))
        (mean,) = reference.run("mean", (x,), {})
        accept_and_reject("mean", (total / x.real.dtype.type(count)).astype(dtype), mean, (x,))
    else:
        assert bound_of("sum", (x,))[1] == 0.0


def test_sum_bounds_grow_with_the_logarithm_only():
    small = bound_of("sum", (np.ones(1_000, np.float32),))[1] / 1_000
    large = bound_of("sum", (np.ones(200_000, np.float32),))[1] / 200_000
    assert large < 2 * small
    assert small < 32 * 2.0**-24


@pytest.mark.parametrize("dtype", REAL)
@pytest.mark.parametrize("offset", [0.0, 1000.0])
def test_var_and_std(dtype, offset):
    x = (np.random.default_rng(4).standard_normal(3000) + offset).astype(dtype)
    kind = x.dtype.type
    mean = kind(sum_in_order(x) / kind(x.size))
    squares = sum_in_order((x - mean) ** 2)
    variance = squares / kind(x.size - 1)
    options = {"correction": 1}
    for name, actual in (("var", variance), ("std", np.sqrt(variance))):
        (expected,) = reference.run(name, (x,), options)
        accept_and_reject(name, actual, expected, (x,), options)


def test_one_pass_variance_of_a_large_mean_is_rejected():
    x = (np.random.default_rng(4).standard_normal(3000) + 3000).astype(np.float32)
    (expected,) = reference.run("var", (x,), {})
    one_pass = np.float32(np.mean(x * x) - np.mean(x) ** 2)
    with pytest.raises(VerificationError, match="var"):
        assert_ulp(one_pass, expected, op="var", operands=(x,))


@pytest.mark.parametrize("dtype", [*REAL, *COMPLEX])
def test_prod(dtype):
    x = values_of(dtype, 40, seed=6, spread=0.2)
    (expected,) = reference.run("prod", (x,), {})
    actual = x[0]
    for value in x[1:]:
        actual = actual * value
    accept_and_reject("prod", actual, expected, (x,))


def test_prod_promises_nothing_only_where_partial_products_overflow():
    for values, lost in [
        ([1e300, 1e300, 1e-300, 1e-300], True),
        ([2.0, 3.0], False),
        ([1e-200, 1e-200], False),
        ([1e200] * 4, False),
    ]:
        bound = bound_of("prod", (np.asarray(values),))[1]
        assert math.isinf(bound) == lost, values


def chain(a, b, start=0.0):
    total = a.dtype.type(start)
    for x, y in zip(a, b, strict=True):
        total = total + x * y
    return total


@pytest.mark.parametrize("dtype", [*REAL, *COMPLEX])
@pytest.mark.parametrize("length", [1, 10, 64, 65, 2000])
def test_matmul_vecdot_tensordot(dtype, length):
    a, b = values_of(dtype, length, seed=1), values_of(dtype, length, seed=2)
    lanes = 1 if length <= 64 else 8
    partial = [chain(a[lane::lanes], b[lane::lanes]) for lane in range(lanes)]
    while len(partial) > 1:
        half = len(partial) // 2
        partial = [partial[k] + partial[k + half] for k in range(half)]
    (expected,) = reference.run("matmul", (a, b), {})
    # The moved result must exceed the largest bound of any element; there is one element here.
    accept_and_reject("matmul", partial[0], expected, (a, b))
    accept_and_reject("tensordot", partial[0], expected, (a, b), {"axes": 1})
    conjugated = np.conj(a)
    accept_and_reject("vecdot", partial[0], expected, (conjugated, b))


def test_matmul_bounds_are_per_element():
    a = np.asarray([[1e6, 1e6], [1e-6, 1e-6]], np.float32)
    (expected,) = reference.run("matmul", (a, np.ones((2, 2), np.float32)), {})
    wrong = expected + np.float32([[0, 0], [1e-9, 0]])
    with pytest.raises(VerificationError, match=r"\(1, 0\)"):
        assert_ulp(wrong, expected, op="matmul", operands=(a, np.ones((2, 2), np.float32)))
    tolerated = expected + np.float32([[0.1, 0], [0, 0]])
    assert_ulp(tolerated, expected, op="matmul", operands=(a, np.ones((2, 2), np.float32)))


@pytest.mark.parametrize("dtype", COMPLEX)
@pytest.mark.parametrize("name", ["multiply", "divide", "square", "reciprocal", "abs", "sign"])
def test_complex_functions(dtype, name):
    x, y = values_of(dtype, 300, seed=7), values_of(dtype, 300, seed=8)
    operands = (x, y) if name in ("multiply", "divide") else (x,)
    (expected,) = reference.run(name, operands, {})
    if name not in ("abs", "sign"):  # NumPy's own are less accurate than corepy promises
        with np.errstate(all="ignore"):
            actual = getattr(np, name)(*operands)
        row = next(row for row in operator_rows() if row.name == name)
        limit = bound_of(name, operands, None, row.bound[dtype])[1]
        # NumPy's product has no fused multiply-add, its quotient is Smith's: a little wider.
        assert (np.abs(actual - expected) <= 1.2 * limit).all()
    assert_ulp(expected, expected, op=name, operands=operands)
    wrong = expected.copy()
    wrong[17] *= 1 + 64 * np.finfo(dtype).eps
    with pytest.raises(VerificationError, match=rf"{name}: 1 of 300 .*\(17,\)"):
        assert_ulp(wrong, expected, op=name, operands=operands)


def test_complex_bounds_are_normwise():
    x, y = np.asarray([1 + 1e-10j]), np.asarray([1 - 1e-10j])
    (expected,) = reference.run("multiply", (x, y), {})
    off = expected + 1e-16j  # many ulp of the imaginary part, little of the modulus
    assert_ulp(off, expected, op="multiply", operands=(x, y))
    with pytest.raises(VerificationError):
        assert_ulp(off, expected, max_ulp=10)


def test_special_results_must_match_whatever_the_bound():
    x = np.asarray([math.inf, 1.0, 2.0])
    (expected,) = reference.run("sum", (x,), {})
    for wrong in (-math.inf, math.nan, 1e308):
        with pytest.raises(VerificationError):
            assert_ulp(np.asarray(wrong), expected, op="sum", operands=(x,))
    assert_ulp(np.asarray(math.inf), expected, op="sum", operands=(x,))
    y = np.asarray([1.0, 2.0])
    with pytest.raises(VerificationError, match="got nan"):
        assert_ulp(np.asarray(math.nan), np.asarray(3.0), op="sum", operands=(y,))


def test_a_sum_of_zeros_is_compared_bit_by_bit():
    x = np.asarray([-0.0, -0.0])
    (expected,) = reference.run("sum", (x,), {})
    assert_ulp(np.asarray(-0.0), expected, op="sum", operands=(x,))
    with pytest.raises(VerificationError):
        assert_ulp(np.asarray(0.0), expected, op="sum", operands=(x,))


def test_overflow_on_the_way_is_excused_only_where_it_can_happen():
    x = np.asarray([1e308, 1e308, -1e308, -1e308])
    (expected,) = reference.run("sum", (x,), {})
    assert_ulp(np.asarray(math.nan), expected, op="sum", operands=(x,))
    y = x / 100
    with pytest.raises(VerificationError):
        assert_ulp(np.asarray(math.nan), np.asarray(0.0), op="sum", operands=(y,))


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("arange", {"start": 0.1, "stop": 50.0, "step": 0.37}),
        ("linspace", {"start": -3.0, "stop": 7.0, "num": 50}),
    ],
)
def test_creation(name, options):
    named = {**options, "dtype": "float32"}
    (expected,) = reference.run(name, (), named)
    assert_ulp(expected, expected, op=name, options=named)
    actual = np.float32(options["start"]) + np.arange(expected.size, dtype=np.float32) * np.float32(
        options.get("step", 10 / 49)
    )
    assert_ulp(actual, expected, op=name, options=named)
    wrong = expected.copy()
    wrong[7] += np.float32(1e-4)
    with pytest.raises(VerificationError, match=r"\(7,\)"):
        assert_ulp(wrong, expected, op=name, options=named)
    whole = {"start": 0, "stop": 5, "step": 1}
    (integers,) = reference.run("arange", (), whole)
    with pytest.raises(VerificationError):
        assert_ulp(integers + 1, integers, op="arange", options=whole)


def test_an_unknown_formula_is_an_error():
    case = BoundCase("sum", (np.ones(2),), {}, np.asarray(2.0))
    with pytest.raises(KeyError):
        evaluate_bound("no_such_formula", case)
