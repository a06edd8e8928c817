# Tests of COREPY_VERIFY: normal programs pass, a wrong result is caught, whoever is wrong.
from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

import corepy as cp
from corepy.backend import reference, verify
from corepy.errors import VerificationError
from corepy.testing import operator_rows
from corepy.testing.strategies import LAYOUTS, lay_out


@pytest.fixture
def verifying():
    with cp.settings.override(verify=True):
        yield


@pytest.fixture
def broken_oracle(monkeypatch):
    """Make the oracle of an operator one unit off in one element, as a broken kernel would seem."""

    def break_oracle(name):
        original = reference.REFERENCE[name]

        def wrong(*operands, **options):
            out = np.array(original(*operands, **options))
            flat = out.reshape(-1)
            if flat.dtype.kind == "b":
                flat[0] = not flat[0]
            elif flat.dtype.kind in "fc" and not np.isfinite(flat[0]):
                flat[0] = 0
            else:
                flat[0] += 1 if flat.dtype.kind in "iu" else abs(flat[0]) / 2 + 1
            return out

        monkeypatch.setitem(reference.REFERENCE, name, wrong)

    return break_oracle


ELEMENTWISE = [row for row in operator_rows() if row.family == "elementwise"]


@pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
def test_every_elementwise_operator_is_verified(row, verifying, broken_oracle):
    dtype = "float32" if "float32" in row.dtypes else row.dtypes[0]
    operands = [
        cp.asarray([True, False, True]) if name == "condition" else cp.ones(3, dtype=dtype)
        for name in row.operands
    ]
    function = getattr(cp, row.name)
    function(*operands)
    broken_oracle(row.name)
    with pytest.raises(VerificationError, match=rf"{row.name}.*\(verify\)"):
        function(*operands)


CALLS = {
    "sum": lambda x: cp.sum(x, axis=0),
    "prod": cp.prod,
    "mean": lambda x: cp.mean(x, keepdims=True),
    "var": lambda x: cp.var(x, correction=1),
    "std": lambda x: cp.std(x, axis=1),
    "max": cp.max,
    "min": lambda x: cp.min(x, axis=-1),
    "argmax": lambda x: cp.argmax(x, axis=0),
    "argmin": cp.argmin,
    "any": cp.any,
    "all": lambda x: cp.all(x, axis=(0, 1)),
    "matmul": lambda x: x @ x.T,
    "vecdot": lambda x: cp.vecdot(x, x),
    "sort": lambda x: cp.sort(x, axis=0, descending=True),
    "argsort": cp.argsort,
    "take": lambda x: cp.take(x, cp.asarray([0, 1]), axis=0),
}


@pytest.mark.parametrize("name", CALLS)
def test_other_operators_are_verified(name, verifying, broken_oracle):
    x = cp.asarray([[1.5, -2.0, 0.25], [7.0, 3.0, -1.0]])
    CALLS[name](x)
    broken_oracle(name)
    with pytest.raises(VerificationError, match=name):
        CALLS[name](x)


def test_normal_programs_pass(verifying):
    rng = np.random.default_rng(0)
    values = rng.standard_normal((6, 5))
    for layout in LAYOUTS:
        x = lay_out(values, layout)
        y = cp.exp(x) - cp.clip(x, -1, 1)
        y = cp.where(y > cp.mean(y, axis=0), y, cp.sqrt(cp.abs(y)))
        y += 1
        y[0] = y[1] * 2
        y @ y.T
        cp.sort(y, axis=0)
        cp.std(y, axis=1, correction=1)
        cp.tensordot(y, y, axes=2)
        cp.concat([y, y], axis=1)
        cp.astype(y, cp.int8)
        cp.floor_divide(cp.astype(y, cp.int32), 0)
        cp.empty((3, 3)), cp.arange(5), cp.eye(3), cp.linspace(0, 1, 7)
        cp.pow(cp.asarray([2, 3]), 2), 1 / x, x**2, x == x
    assert cp.sum(cp.ones((0, 3)), axis=0).shape == (3,)


def test_special_values_pass(verifying, recwarn):
    special = np.asarray([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 1e308, -1.5])
    x, y = (cp.asarray(one) for one in np.meshgrid(special, special))
    for row in ELEMENTWISE:
        if "float64" not in row.dtypes:
            continue
        names = row.operands
        operands = [x, y, x][: len(names)]
        if names[0] == "condition":
            operands = [x > y, x, y]
        getattr(cp, row.name)(*operands)
    for name in ("sum", "prod", "min", "max", "mean", "var", "std", "argmax", "argmin"):
        getattr(cp, name)(x, axis=1)
    assert not recwarn.list


def test_the_check_names_what_is_wrong_and_where():
    x = cp.asarray([[0.5, 1.25], [3.0, 4.5]], dtype="float32")
    right = cp.exp(x)
    verify.check("exp", (x,), {}, right)
    wrong = right + 0
    wrong[0, 1] = wrong[0, 1].item() * 1.001
    with pytest.raises(VerificationError, match=r"exp \(verify\).*index \(0, 1\)"):
        verify.check("exp", (x,), {}, wrong)
    with pytest.raises(VerificationError, match="dtypes differ"):
        verify.check("exp", (x,), {}, right.astype("float64"))
    with pytest.raises(VerificationError, match="shapes differ"):
        verify.check("exp", (x,), {}, right[0])


def test_a_wrong_result_is_not_written(verifying, broken_oracle):
    x = cp.asarray([1.0, 2.0])
    broken_oracle("multiply")
    with pytest.raises(VerificationError):
        x *= 3
    with pytest.raises(VerificationError):
        cp.multiply(x, x, out=x)
    assert x.tolist() == [1.0, 2.0]


def test_a_failed_verification_leaves_the_record(verifying, broken_oracle):
    cp.ones(1) + 1
    record = cp.explain_last_dispatch()
    x = cp.asarray([1.0])
    record = cp.explain_last_dispatch()
    broken_oracle("exp")
    with pytest.raises(VerificationError):
        cp.exp(x)
    assert cp.explain_last_dispatch() == record


def test_verification_is_invisible_in_records_and_logs(verifying):
    x = cp.asarray([1.0, 2.0])
    with cp.record_dispatches() as log:
        y = cp.exp(x)
    assert [record.op for record in log] == ["exp"]
    assert cp.backend.explain.record_of(y).backend == "native"


def test_the_variable_turns_it_on():
    code = """
import corepy as cp
from corepy.backend import reference
(cp.ones(3) + 1) @ cp.ones(3)
original = reference.REFERENCE["sin"]
reference.REFERENCE["sin"] = lambda x: original(x) + 1
try:
    cp.sin(cp.ones(3))
except cp.VerificationError as error:
    print("caught", isinstance(error, AssertionError))
"""
    environment = {**os.environ, "COREPY_VERIFY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout == "caught True\n"


@pytest.mark.parametrize("corner", [np.nan, np.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128"])
@pytest.mark.parametrize("name", ["det", "slogdet", "inv", "solve", "qr"])
def test_matrices_that_are_not_finite_have_nothing_to_verify(verifying, name, dtype, corner):
    x = cp.asarray([[corner, 1.0], [1.0, 2.0]], dtype=dtype)
    operands = (x, x) if name == "solve" else (x,)
    results = getattr(cp.linalg, name)(*operands)
    with cp.settings.override(verify=False):
        again = getattr(cp.linalg, name)(*operands)
    pairs = zip(results, again, strict=True) if isinstance(results, tuple) else [(results, again)]
    assert all(cp.array_equal(one, other, equal_nan=True) for one, other in pairs)
