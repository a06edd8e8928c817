# Tests of the data type functions and of what the namespace says about itself.
from __future__ import annotations

import itertools

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ArgumentError, CorepyError, DTypeError
from corepy.testing.strategies import DTYPES

PAIRS = list(itertools.product(DTYPES, repeat=2))


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_result_type_is_the_dtype_of_a_sum(a, b):
    x, y = cp.ones(2, dtype=a), cp.ones((), dtype=b)
    try:
        wanted = (x * y).dtype if "bool" not in (a, b) else cp.concat([x, y[None]]).dtype
    except DTypeError:
        with pytest.raises(DTypeError, match=r"^result_type: "):
            cp.result_type(x, b)
        assert not cp.can_cast(a, b)
        return
    assert cp.result_type(x, y) is cp.result_type(a, b) is cp.result_type(x.dtype, y) is wanted
    assert cp.can_cast(x, b) is (wanted == y.dtype)


@pytest.mark.parametrize("dtype", DTYPES)
def test_result_type_with_python_scalars(dtype):
    for scalar in (True, 1, 1.5, 2j):
        try:
            wanted = (cp.ones(2, dtype=dtype) * scalar).dtype
        except CorepyError:
            continue
        assert cp.result_type(dtype, scalar) is cp.result_type(scalar, dtype) is wanted


def test_result_type_does_not_depend_on_the_order():
    for dtypes in itertools.permutations(["uint64", "int8", "float32", "bool"]):
        assert cp.result_type(*dtypes) is cp.float32
    for nothing in ((), (1,), (1.5, True)):
        with pytest.raises(ArgumentError, match=r"^result_type: "):
            cp.result_type(*nothing)
    with pytest.raises(DTypeError):
        cp.result_type("float8")


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_finfo_is_numpys(dtype):
    info, wanted = cp.finfo(dtype), np.finfo(dtype)
    assert cp.finfo(cp.ones(1, dtype=dtype)).dtype is info.dtype
    assert info.dtype == wanted.dtype
    assert info.bits == wanted.bits
    for name in ("eps", "max", "min", "smallest_normal"):
        value = getattr(info, name)
        assert type(value) is float
        assert value == float(getattr(wanted, name)), name


@pytest.mark.parametrize("dtype", [name for name in DTYPES if np.dtype(name).kind in "iu"])
def test_iinfo_is_numpys(dtype):
    info, wanted = cp.iinfo(dtype), np.iinfo(dtype)
    assert cp.iinfo(cp.ones(1, dtype=dtype)).dtype is info.dtype is getattr(cp, dtype)
    assert (info.bits, info.min, info.max) == (wanted.bits, wanted.min, wanted.max)


def test_limits_are_refused_for_other_kinds():
    for call in (lambda: cp.finfo(cp.int8), lambda: cp.iinfo(cp.float32), lambda: cp.iinfo("bool")):
        with pytest.raises(DTypeError, match=r"use (iinfo|finfo)"):
            call()


def test_isdtype_knows_every_kind():
    kinds = {
        "bool": "b",
        "signed integer": "i",
        "unsigned integer": "u",
        "integral": "iu",
        "real floating": "f",
        "complex floating": "c",
        "numeric": "iufc",
    }
    for dtype, (kind, characters) in itertools.product(DTYPES, kinds.items()):
        wanted = getattr(cp, dtype).kind in characters
        assert cp.isdtype(dtype, kind) is wanted
        assert cp.isdtype(getattr(cp, dtype), (kind, "bool")) is (wanted or dtype == "bool")
    for a, b in PAIRS:
        assert cp.isdtype(a, getattr(cp, b)) is (a == b)
    for wrong in ("integer", 3, ("real",)):
        with pytest.raises(CorepyError):
            cp.isdtype(cp.int8, wrong)


def test_the_namespace_tells_what_it_offers():
    info = cp.__array_namespace_info__()
    assert set(info.dtypes()) == set(DTYPES) - {"float16", "bfloat16"}  # not the standard's
    assert set(info.dtypes(kind="integral")) == {n for n in DTYPES if np.dtype(n).kind in "iu"}
    assert set(info.dtypes(kind=("bool", "real floating"))) == {"bool", "float32", "float64"}
    assert info.devices() == (info.default_device(),)  # a tuple from 2025.12 on
    assert info.default_dtypes()["integral"] is cp.asarray(1).dtype
    assert info.default_dtypes(device="cpu")["real floating"] is cp.ones(1).dtype
    assert info.default_dtypes()["indexing"] is cp.argmax(cp.ones(3)).dtype
    assert info.capabilities()["max dimensions"] == 64
    for call in (info.default_dtypes, info.dtypes):
        with pytest.raises(ArgumentError, match="unknown device"):
            call(device="gpu")
    assert cp.ones(1).__array_namespace__(api_version=cp.__array_api_version__) is cp
