# Tests of the oracle's sorting, indexing, manipulation, creation, and of the registry.
from __future__ import annotations

import inspect
import math
from fractions import Fraction

import numpy as np
import pytest

from corepy.backend.reference import REFERENCE, run
from corepy.backend.reference.registry import reference
from corepy.errors import AxisError, DTypeError, OutOfBoundsError, UnsupportedError

INF, NAN = math.inf, math.nan


def call(name, *operands, **options):
    return run(name, operands, options)[0]


# The array API 2025.12's elementwise functions.
ELEMENTWISE = [
    "abs",
    "acos",
    "acosh",
    "add",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "bitwise_and",
    "bitwise_left_shift",
    "bitwise_invert",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "clip",
    "conj",
    "copysign",
    "cos",
    "cosh",
    "divide",
    "equal",
    "exp",
    "expm1",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "hypot",
    "imag",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "log",
    "log1p",
    "log2",
    "log10",
    "logaddexp",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "maximum",
    "minimum",
    "multiply",
    "negative",
    "nextafter",
    "not_equal",
    "positive",
    "pow",
    "real",
    "reciprocal",
    "remainder",
    "round",
    "sign",
    "signbit",
    "sin",
    "sinh",
    "square",
    "sqrt",
    "subtract",
    "tan",
    "tanh",
    "trunc",
]
BINARY_NAMES = {
    *("add", "atan2", "copysign", "divide", "equal", "floor_divide", "greater", "greater_equal"),
    *("hypot", "less", "less_equal", "logaddexp", "maximum", "minimum", "multiply", "nextafter"),
    *("not_equal", "pow", "remainder", "subtract", "logical_and", "logical_or", "logical_xor"),
    *("bitwise_and", "bitwise_left_shift", "bitwise_or", "bitwise_right_shift", "bitwise_xor"),
}


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_elementwise_function_is_there_with_the_standard_parameters(name):
    parameters = list(inspect.signature(REFERENCE[name]).parameters)
    if name == "clip":
        assert parameters == ["x", "min", "max"]
    else:
        assert parameters == (["x1", "x2"] if name in BINARY_NAMES else ["x"])


def test_the_registry_refuses_a_second_oracle():
    with pytest.raises(ValueError, match="two oracles"):
        reference("add")(lambda x1, x2: x1)


def test_unknown_operators_and_ownership():
    with pytest.raises(UnsupportedError, match="frobnicate"):
        run("frobnicate", (), {})
    x = np.arange(6.0).reshape(2, 3)
    for name, options in [
        ("positive", {}),
        ("permute_dims", {"axes": (1, 0)}),
        ("broadcast_to", {"shape": (4, 2, 3)}),
        ("getitem", {"key": (slice(None), 1)}),
        ("real", {}),
    ]:
        out = call(name, x, **options)
        assert not np.shares_memory(out, x)
        assert out.flags.c_contiguous
        assert out.flags.writeable


# ---- sorting ----

VALUES = [0.0, -0.0, 1.0, NAN, -INF, 3.0, -0.0, NAN, INF, 1.0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sorting_is_stable_with_nan_last(dtype):
    x = np.asarray(VALUES, dtype)
    assert call("argsort", x).tolist() == [4, 0, 1, 6, 2, 9, 5, 8, 3, 7]
    assert call("argsort", x, descending=True).tolist() == [8, 5, 2, 9, 0, 1, 6, 4, 3, 7]
    for descending in (False, True):
        order = call("argsort", x, descending=descending)
        assert order.dtype == np.int64
        sorted_x = call("sort", x, descending=descending, stable=False)
        assert sorted_x.tobytes() == x[order].tobytes()


@pytest.mark.parametrize("dtype", ["bool", "int8", "uint64", "int64"])
def test_sorting_integers_at_the_limits(dtype):
    x = np.asarray([1, 0, 1, 0], dtype)
    if dtype != "bool":
        limits = np.iinfo(dtype)
        x = np.asarray([limits.max, 0, limits.min, 1, limits.max - 1, 0], dtype)
    assert call("sort", x).tolist() == sorted(x.tolist())
    assert call("sort", x, descending=True).tolist() == sorted(x.tolist(), reverse=True)


def test_sorting_along_axes():
    x = np.random.default_rng(0).integers(0, 9, (3, 4, 5))
    for axis in (0, 1, -1):
        np.testing.assert_array_equal(call("sort", x, axis=axis), np.sort(x, axis=axis))
    assert call("sort", np.zeros((0, 3))).shape == (0, 3)
    with pytest.raises(AxisError):
        call("sort", x, axis=3)


# ---- indexing and manipulation ----


def test_indexing():
    x = np.arange(12).reshape(3, 4)
    assert call("getitem", x, key=(1, slice(None, None, -2))).tolist() == [7, 5]
    assert call("getitem", x, key=(..., None, 0)).shape == (3, 1)
    assert call("getitem", x, key=(2, 3)).shape == ()
    written = call("setitem", x, np.asarray([1.9, -1e30, NAN, 2.0]), key=0)
    assert written[0].tolist() == [1, -(2**63), 0, 2]
    assert x[0].tolist() == [0, 1, 2, 3]
    assert call("take", x, np.asarray([-1, 0], "int8"), axis=1).tolist() == x[:, [-1, 0]].tolist()
    assert call("take", x[0], np.asarray([2], "uint64")).tolist() == [2]
    for bad in (4, -5):
        with pytest.raises(OutOfBoundsError, match=f"got {bad}"):
            call("take", x, np.asarray([0, bad]), axis=1)


def test_manipulation():
    x, y = np.arange(4, dtype="int8"), np.asarray([0.5], "float32")
    joined = call("concat", x, y)
    assert joined.dtype == np.float32
    assert joined.tolist() == [0.0, 1.0, 2.0, 3.0, 0.5]
    assert call("concat", x.reshape(2, 2), x.reshape(2, 2), axis=None).shape == (8,)
    assert call("stack", x, x, axis=1).tolist() == np.stack([x, x], axis=1).tolist()
    assert call("reshape", x, shape=(2, -1)).tolist() == [[0, 1], [2, 3]]
    assert call("expand_dims", x, axis=(0, 2)).shape == (1, 4, 1)
    assert call("squeeze", x.reshape(1, 4, 1), axis=0).shape == (4, 1)
    assert call("permute_dims", x.reshape(1, 2, 2), axes=(2, 0, 1)).shape == (2, 1, 2)
    assert call("broadcast_to", x, shape=(2, 4)).tolist() == [x.tolist()] * 2
    assert call("copy", x).tolist() == x.tolist()
    assert call("astype", x, dtype="complex64").dtype == np.complex64


# ---- creation ----


def test_arange_is_exact():
    for start, stop, step in [(0, 1, 0.1), (1, 1.3, 0.1), (5, 0, -0.7), (0.5, 3, 1), (2.0, 2, 1)]:
        got = run("arange", (start, stop, step), {})[0]
        count = max(0, math.ceil((Fraction(stop) - Fraction(start)) / Fraction(step)))
        want = [float(Fraction(start) + k * Fraction(step)) for k in range(count)]
        assert got.dtype == np.float64
        assert got.tolist() == want
    assert run("arange", (5,), {})[0].tolist() == [0, 1, 2, 3, 4]
    assert run("arange", (5,), {})[0].dtype == np.int64
    assert run("arange", (np.asarray(1), np.asarray(4)), {"dtype": "float32"})[0].tolist() == [
        1,
        2,
        3,
    ]


def test_linspace_is_exact():
    assert run("linspace", (0, 1, 5), {})[0].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert run("linspace", (0, 1, 5), {"endpoint": False})[0].tolist() == [0, 0.2, 0.4, 0.6, 0.8]
    assert run("linspace", (3, 7, 1), {})[0].tolist() == [3.0]
    assert run("linspace", (3, 7, 0), {})[0].shape == (0,)
    thirds = run("linspace", (0, 1, 4), {"dtype": "float32"})[0]
    assert thirds.tolist() == [0.0, float(np.float32(1 / 3)), float(np.float32(2 / 3)), 1.0]
    plane = run("linspace", (0, 3 + 6j, 4), {"dtype": "complex64"})[0]
    assert plane.dtype == np.complex64
    assert plane.tolist() == [0, 1 + 2j, 2 + 4j, 3 + 6j]
    wide = run("linspace", (-1e308, 1e308, 3), {})[0]
    assert wide.tolist() == [-1e308, 0.0, 1e308]


def test_other_creation_functions():
    x = np.arange(6, dtype="float32").reshape(2, 3)
    for k in (-3, -1, 0, 1, 4):
        np.testing.assert_array_equal(run("eye", (3, 4), {"k": k})[0], np.eye(3, 4, k=k))
        np.testing.assert_array_equal(call("tril", x, k=k), np.tril(x, k))
        np.testing.assert_array_equal(call("triu", x, k=k), np.triu(x, k))
    assert run("eye", (2,), {"dtype": "int8"})[0].dtype == np.int8
    assert run("full", ((2,), 7), {})[0].dtype == np.int64
    assert run("full", (2, 7.5), {"dtype": "int16"})[0].tolist() == [7, 7]
    assert run("full", ((), 1j), {})[0].dtype == np.complex128
    assert call("full_like", x, np.asarray(True)).tolist() == [[1.0] * 3] * 2
    assert run("zeros", ((2, 2),), {})[0].tolist() == [[0.0, 0.0]] * 2
    assert run("ones", (2,), {"dtype": "bool"})[0].tolist() == [True, True]
    assert call("zeros_like", x).dtype == call("ones_like", x).dtype == np.float32
    assert run("empty", ((3, 0),), {})[0].shape == (3, 0)
    assert call("empty_like", x, dtype="int8").dtype == np.int8
    assert call("asarray", x, dtype="int32").dtype == np.int32
    assert call("from_arrow", x).tolist() == x.tolist()
    assert call("from_dlpack", x).tolist() == x.tolist()
    with pytest.raises(DTypeError, match="not a real number"):
        run("arange", (1j,), {})


@pytest.mark.parametrize("indexing", ["xy", "ij"])
def test_meshgrid(indexing):
    axes = (np.arange(2), np.arange(3.0), np.arange(4, dtype="int8"))
    for count in (1, 2, 3):
        got = run("meshgrid", axes[:count], {"indexing": indexing})
        want = np.meshgrid(*axes[:count], indexing=indexing)
        for grid, expected in zip(got, want, strict=True):
            assert grid.dtype == expected.dtype
            np.testing.assert_array_equal(grid, expected)
    with pytest.raises(ValueError, match="unknown indexing"):
        run("meshgrid", axes, {"indexing": "yx"})
