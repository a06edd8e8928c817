# Tests that the strategies give what they say: special values, layouts, shapes.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import corepy
from corepy.testing import assert_bitwise_equal
from corepy.testing.strategies import (
    DTYPES,
    LAYOUTS,
    arrays,
    broadcastable_shapes,
    elements,
    lay_out,
    shapes,
    special_values,
    tensors,
)


@pytest.mark.parametrize("dtype", DTYPES)
def test_special_values_cover_the_corners(dtype):
    values = special_values(dtype)
    assert values.dtype == dtype
    if np.dtype(dtype).kind == "f":
        limits = np.finfo(dtype)
        present = {float(v) for v in values[~np.isnan(values)]}
        assert {np.inf, -np.inf, float(limits.max), float(limits.tiny)} <= present
        assert {float(limits.smallest_subnormal), float(-limits.smallest_subnormal)} <= present
        assert np.isnan(values).any()
        assert np.signbit(values[values == 0]).tolist() == [False, True]
    elif np.dtype(dtype).kind in "iu":
        limits = np.iinfo(dtype)
        assert {0, limits.min, limits.max} <= set(values.tolist())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_drawn_elements_include_trouble(dtype):
    strategy = elements(dtype)
    settled = settings(database=None, max_examples=2000)
    assert np.isnan(find(strategy, np.isnan, settings=settled))
    assert np.isinf(find(strategy, np.isinf, settings=settled))
    assert find(strategy, lambda v: v == 0 and np.signbit(v), settings=settled) == 0
    assert find(strategy, lambda v: 0 < v < np.finfo(dtype).tiny, settings=settled) > 0


def test_drawn_shapes_include_scalars_and_empty_ones():
    settled = settings(database=None)
    assert find(shapes(), lambda shape: shape == (), settings=settled) == ()
    assert 0 in find(shapes(), lambda shape: 0 in shape, settings=settled)


@given(broadcastable_shapes(2))
def test_broadcastable_shapes_broadcast(pair):
    assert len(pair) == 2
    np.broadcast_shapes(*pair)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (2, 3, 4), (0, 3), (3, 0)])
def test_layouts_keep_the_values(layout, shape):
    for dtype in ("float32", "int8", "complex128", "bool"):
        count = int(np.prod(shape))
        values = np.arange(count).astype(dtype).reshape(shape)
        tensor = lay_out(values, layout)
        if layout == "broadcast" and values.ndim:
            values = np.broadcast_to(values[:1], shape)
        assert isinstance(tensor, corepy.Tensor)
        assert_bitwise_equal(tensor, values)


@pytest.mark.parametrize("dtype", ["int16", "float32", "float64", "complex128"])
def test_misaligned_memory_is_misaligned(dtype):
    tensor = lay_out(np.arange(12).reshape(3, 4).astype(dtype), "misaligned")
    address = np.asarray(tensor).__array_interface__["data"][0]
    assert address % np.dtype(dtype).alignment != 0


def test_unknown_layouts_are_refused():
    with pytest.raises(ValueError, match="unknown layout"):
        lay_out(np.ones(3), "diagonal")


@given(st.data())
@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
def test_tensors_have_what_was_asked_for(data):
    dtype = data.draw(st.sampled_from(DTYPES))
    x = data.draw(tensors(dtype, (3, 4)))
    assert np.asarray(x).dtype == dtype
    assert tuple(x.shape) == (3, 4)
    y = data.draw(tensors(st.sampled_from(["int8", "float32"]), shapes(), layout="negative"))
    assert np.asarray(y).dtype in (np.int8, np.float32)
    values = data.draw(arrays(dtype))
    assert values.dtype == dtype
    assert values.flags.c_contiguous
