# Tests that check_op and assert_ulp with an operator reject wrong results of the native side.
from __future__ import annotations

import math

import numpy as np
import pytest

import corepy
from corepy.errors import UnsupportedError, VerificationError
from corepy.testing import assert_ulp, check_op, operator_row, operator_rows
from corepy.testing.checking import _reference_operands


@pytest.fixture
def tampered(monkeypatch):
    """Replace a native function by one that changes its result: ``tampered("add", change)``."""

    def tamper(name, change):
        original = getattr(corepy, name)

        def wrong(*arguments, **options):
            return change(np.asarray(original(*arguments, **options)).copy())

        monkeypatch.setattr(corepy, name, wrong, raising=False)

    return tamper


X = np.asarray([1.0, 2.0, 3.0, -0.0], np.float32)
Y = np.asarray([0.5, 4.0, 0.1, 0.0], np.float32)


def set_element(index, value):
    def change(out):
        out[index] = value
        return out

    return change


def move_one_ulp(out):
    out[2] = np.nextafter(out[2], out.dtype.type(math.inf))
    return out


def move_far(out):
    out[2] = out[2] * 1.001
    return out


def test_right_results_pass_and_are_returned():
    total = check_op("add", X, Y)
    np.testing.assert_array_equal(np.asarray(total), X + Y)
    assert isinstance(total, corepy.Tensor)
    check_op("add", corepy.asarray(X), 1)
    check_op("sum", X, axis=0, keepdims=True)
    check_op("matmul", np.ones((3, 4)), np.ones((4, 2), np.float32))


@pytest.mark.parametrize(
    ("name", "operands", "change"),
    [
        pytest.param("add", (X, Y), move_one_ulp, id="one ulp where 0 is allowed"),
        pytest.param("exp", (X,), move_far, id="beyond a stated bound"),
        pytest.param("add", (X, Y), set_element(1, math.nan), id="nan for a number"),
        pytest.param("sqrt", (-Y,), set_element(1, 0.0), id="number for a nan"),
        pytest.param("multiply", (X, Y), set_element(3, 0.0), id="sign of zero"),
        pytest.param("add", (X, Y), lambda out: out[::-1], id="order of elements"),
        pytest.param("add", (X, Y), lambda out: out.astype(np.float64), id="dtype"),
        pytest.param("add", (X, Y), lambda out: out.reshape(2, 2), id="shape"),
        pytest.param("add", (X, Y), lambda out: out[:3], id="length"),
        pytest.param("less", (X, Y), lambda out: ~out, id="bool"),
        pytest.param("argsort", (X,), lambda out: out[[1, 0, 2, 3]], id="index"),
        pytest.param("sort", (X,), lambda out: out[::-1], id="sorted order"),
        pytest.param("where", (X > 1, X, Y), move_one_ulp, id="selection"),
        pytest.param("square", (X.astype("complex64"),), move_far, id="formula"),
        pytest.param("reshape", (X, (2, 2)), lambda out: out.T, id="view"),
    ],
)
def test_wrong_results_are_rejected(tampered, name, operands, change):
    check_op(name, *operands)
    tampered(name, change)
    with pytest.raises(VerificationError, match=name):
        check_op(name, *operands)


def test_a_result_within_its_bound_passes(tampered):
    tampered("exp", move_one_ulp)
    check_op("exp", X)


def test_wrong_reductions_and_products_are_rejected(tampered):
    x = np.linspace(0.1, 1.0, 4000, dtype=np.float32).reshape(4, 1000)
    for name in ("sum", "mean", "var", "std"):
        check_op(name, x, axis=1)
        tampered(name, lambda out: out * np.float32(1.0001))
        with pytest.raises(
            VerificationError, match=f"{name}: 4 of 4 elements differ.*allowed: {name}"
        ):
            check_op(name, x, axis=1)
    tampered("matmul", lambda out: out.T)
    with pytest.raises(VerificationError, match="matmul"):
        check_op("matmul", x, x[::-1].T)


def test_a_wrong_number_of_results_is_rejected(monkeypatch):
    x = np.arange(3.0)
    check_op("meshgrid", x, x)
    monkeypatch.setattr(
        corepy, "meshgrid", lambda *arrays, **options: [np.zeros((3, 3))], raising=False
    )
    with pytest.raises(VerificationError, match="number of results"):
        check_op("meshgrid", x, x)


def test_arguments_of_all_kinds():
    check_op("astype", np.asarray([1.5, -3e10, math.nan]), "int32")
    check_op("concat", [np.ones(2, np.float32), np.asarray([3], np.int8)], axis=0)
    check_op("full", (2, 3), 2.5, dtype="float32")
    check_op("arange", 0, 3, 0.1, dtype=np.dtype("float32"))
    check_op("linspace", -1.0, 2.0, 7)
    check_op("eye", 3, 4, k=1)
    check_op("empty", (2, 2), dtype="int16")
    check_op("clip", X, 0.5, 2.0)
    check_op("clip", X, max=2.0)
    check_op("clip", X, None, Y)
    check_op("clip", X, None, None)
    check_op("expand_dims", X, axis=0)
    check_op("take", X, np.asarray([3, -1]), axis=0)
    check_op("getitem", X, key=slice(None, None, -2))
    check_op("setitem", X, np.asarray([7.0, 8.0], np.float32), key=slice(0, 2))
    check_op("setitem", np.asarray([1, 2]), 5, key=0)


def test_scalars_take_the_dtype_beside_them():
    assert [a.dtype.name for a in _reference_operands("add", (X, 1))] == ["float32", "float32"]
    assert [a.dtype.name for a in _reference_operands("add", (2.5, np.ones(2, np.int8)))] == [
        "float64",
        "int8",
    ]
    condition = np.asarray([True])
    found = _reference_operands("where", (condition, X, 1))
    assert [a.dtype.name for a in found] == ["bool", "float32", "float32"]


def test_rows():
    assert operator_row("add").bound["float32"] in (0, "exact")
    assert {"add", "sum", "matmul", "sort", "arange"} <= {row.name for row in operator_rows()}
    with pytest.raises(UnsupportedError, match="frobnicate"):
        operator_row("frobnicate")
    with pytest.raises(UnsupportedError, match="frobnicate"):
        check_op("frobnicate", X)


def test_formulas_need_the_operands():
    with pytest.raises(ValueError, match="formula 'sum', which needs the operands"):
        assert_ulp(np.asarray(1.0), np.asarray(1.0), op="sum")
    assert_ulp(np.asarray(1.0), np.asarray(1.0), op="sum", operands=(np.ones(1),))


def test_every_operator_has_an_oracle():
    from corepy.backend.reference import REFERENCE

    assert {row.name for row in operator_rows()} <= set(REFERENCE)
