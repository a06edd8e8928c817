# Tests of vector_norm's orders, ranges and edges; that its order of summation is the reductions'
# one is tested with them in test_reductions.py.
from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ArgumentError, ArgumentTypeError, DTypeError
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import LAYOUTS, lay_out

INF = math.inf
ORDERS = [2, 1, INF, -INF, 0, 3, 0.5, -1, -2.5, 2.0]
FLOATS = ["float32", "float64", "complex64", "complex128"]
each_float = pytest.mark.parametrize("dtype", FLOATS)


def values(dtype, shape, seed=0, scale=1.0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape) * scale
    if dtype.startswith("complex"):
        x = x + 1j * rng.standard_normal(shape) * scale
    return x.astype(dtype)


@each_float
def test_every_order_lies_within_its_bound(dtype):
    for order, length in itertools.product(ORDERS, (1, 2, 17, 300)):
        check_op("vector_norm", values(dtype, length, seed=length), ord=order)


@each_float
def test_axes_and_keepdims_agree_with_the_oracle(dtype):
    x = values(dtype, (3, 5, 20))
    for order, axis, keepdims in itertools.product(
        (2, 1, -INF, 3, 0), (None, 0, 2, (0, 2), (1, 0)), (False, True)
    ):
        check_op("vector_norm", x, axis=axis, keepdims=keepdims, ord=order)


@pytest.mark.parametrize("dtype", ["int8", "int64", "uint32"])
def test_integers_are_converted_to_float64(dtype):
    x = np.arange(40).reshape(5, 8).astype(dtype)
    for order in ORDERS:
        assert check_op("vector_norm", x, axis=1, ord=order).dtype == cp.float64
        check_op("vector_norm", x, axis=0, ord=order)


@each_float
def test_order_2_overflows_and_underflows_only_where_its_value_does(dtype):
    limits = np.finfo(dtype)
    for scale in (
        float(limits.max) / 1e3,
        float(limits.tiny),
        float(limits.smallest_subnormal) * 8,
    ):
        for length in (1, 3, 16, 40, 600):
            check_op("vector_norm", values(dtype, length, scale=scale), ord=2)
        check_op("vector_norm", values(dtype, (40, 70), scale=scale), axis=0, ord=2)
        check_op("vector_norm", values(dtype, (70, 40), scale=scale), axis=1, ord=2)
    mixed = values(dtype, (300, 20))
    mixed[:, ::3] *= np.asarray(float(limits.max) / 1e3, limits.dtype)
    mixed[:, 1::3] *= limits.tiny
    mixed[:, 5] = 0
    mixed[7, 7] = INF
    mixed[7, 9] = np.nan
    for tensor, axis in ((mixed, 0), (np.ascontiguousarray(mixed.T), 1)):
        check_op("vector_norm", tensor, axis=axis, ord=2)


@pytest.mark.isa
@each_float
def test_bits_do_not_depend_on_layout_isa_or_threads(dtype, isa, same_bits):
    plain = values(dtype, (70, 33))
    scaled = values(dtype, (70, 33), scale=float(np.finfo(dtype).max) / 1e3)
    for x, order, axis in itertools.product((plain, scaled), (2, 1, INF, -INF), (None, 0, 1)):
        with cp.settings.override(isa="baseline"):
            expected = np.asarray(cp.vector_norm(cp.asarray(x), axis=axis, ord=order))
        for layout in LAYOUTS:
            if layout != "broadcast":
                result = cp.vector_norm(lay_out(x, layout), axis=axis, ord=order)
                same_bits(result, expected, f"ord={order} axis={axis} {layout} {isa}")


@each_float
def test_long_norms_have_the_same_bits_for_any_number_of_threads(dtype):
    for scale, order in itertools.product((1.0, 1e-30, 1e30), (2, 1, INF, -INF)):
        x = cp.asarray(values(dtype, 700_001) * np.asarray(scale, np.finfo(dtype).dtype))
        expected = cp.vector_norm(x, ord=order)
        for threads in (2, 3, 7):
            with cp.settings.override(num_threads=threads):
                assert_bitwise_equal(cp.vector_norm(x, ord=order), expected)


def test_edges():
    for order in (2, 1, INF, 0, 3):
        assert float(cp.vector_norm(cp.zeros(0), ord=order)) == 0
        assert float(cp.vector_norm(cp.zeros(5), ord=order)) == 0
    for order in (-INF, -1):
        with pytest.raises(ArgumentError, match=r"vector_norm: no elements"):
            cp.vector_norm(cp.zeros((0, 3)), axis=0, ord=order)
        assert float(cp.vector_norm(cp.zeros(5), ord=order)) == 0
    x = cp.asarray([1.0, math.nan, INF])
    assert math.isnan(float(cp.vector_norm(x)))
    assert math.isnan(float(cp.vector_norm(x, ord=-INF)))
    assert float(cp.vector_norm(x, ord=0)) == 3
    assert float(cp.vector_norm(cp.asarray([1.0, INF]))) == INF
    assert float(cp.vector_norm(cp.asarray(-3.0))) == 3


def test_wrong_arguments():
    with pytest.raises(DTypeError, match=r"^vector_norm: "):
        cp.vector_norm(cp.ones(3, dtype=cp.bool))
    with pytest.raises(ArgumentError, match=r"^vector_norm: ord"):
        cp.vector_norm(cp.ones(3), ord=math.nan)
    for order in ("fro", None, 1j):
        with pytest.raises(ArgumentTypeError):
            cp.vector_norm(cp.ones(3), ord=order)


def test_the_linalg_namespace_holds_the_same_functions():
    assert set(cp.linalg.__all__) == {*cp.ops.linalg.__all__, *cp.linalg._LAZY, "LinAlgError"}
    assert cp.linalg.LinAlgError is cp.LinalgError
    for name in cp.ops.linalg.__all__:
        assert getattr(cp.linalg, name) is getattr(cp, name)


def test_integer_columns_have_the_bits_of_rows():
    """Conversion row by row, in tiles."""
    x = np.arange(-3000, 3000, dtype=np.int32).reshape(300, 20)
    for name in ("mean", "var", "std", "vector_norm"):
        rows = getattr(cp, name)(cp.asarray(np.ascontiguousarray(x.T)), axis=1)
        assert_bitwise_equal(getattr(cp, name)(cp.asarray(x), axis=0), rows)
        narrow = getattr(cp, name)(cp.asarray(x[:, :3].copy()), axis=0)
        assert_bitwise_equal(narrow, cp.copy(rows[:3]))
