# Tensors of the same elements in every layout and alignment.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.reproduce.layouts import (
    LAYOUTS,
    Elements,
    applies,
    lay_out,
    lay_out_repeated,
    read_elements,
)
from corepy.testing.strategies import DTYPES

SHAPES = [(), (1,), (7,), (0, 3), (4, 5), (5, 4), (2, 3, 4)]


def make_elements(dtype: str, shape: tuple[int, ...]) -> Elements:
    count = int(np.prod(shape))
    data = (np.arange(count) % 2 if dtype == "bool" else np.arange(count)).astype(dtype).tobytes()
    return Elements(data, dtype, shape)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_elements_are_the_same(layout, dtype):
    for shape in SHAPES:
        elements = make_elements(dtype, shape)
        x = lay_out(elements, layout)
        assert x.shape == shape
        assert x.dtype.name == dtype
        assert x.numpy().tobytes() == elements.data
        assert read_elements(x) == elements


def test_the_memory_is_as_named():
    elements = make_elements("float64", (4, 5))
    strides = {layout: lay_out(elements, layout).strides for layout in LAYOUTS}
    for layout in ("contiguous", "offset", "misaligned", "broadcast", "mixed"):
        assert strides[layout] == (40, 8)
    assert strides["strided"] == (120, 24)
    assert strides["negative"] == (-40, -8)
    assert strides["transposed"] == (8, 32)
    address = {name: np.asarray(lay_out(elements, name)).ctypes.data for name in LAYOUTS}
    assert address["contiguous"] % 64 == 0
    assert address["misaligned"] % 2 == 1
    assert address["offset"] % 16 == 8
    assert lay_out(make_elements("int8", (2, 3, 4)), "transposed").strides == (1, 8, 2)


def test_what_lies_between_shows():
    x = lay_out(make_elements("float64", (6,)), "strided")
    around = np.lib.stride_tricks.as_strided(np.asarray(x), (16,), (8,))
    assert np.isnan(around[1::3]).all()
    assert np.isnan(around[2::3]).all()


def test_equal_rows_and_columns():
    for repeated, count in (("rows", 5), ("columns", 4)):
        one = make_elements("int32", (count,))
        copied = lay_out_repeated(one, (4, 5), repeated, is_view=False)
        view = lay_out_repeated(one, (4, 5), repeated, is_view=True)
        assert copied.strides == (20, 4)
        assert 0 in view.strides
        row = np.arange(count, dtype=np.int32)
        wanted = np.broadcast_to(row if repeated == "rows" else row[:, None], (4, 5))
        assert np.array_equal(np.asarray(copied), wanted)
        assert np.array_equal(np.asarray(view), wanted)


def test_which_layouts_apply():
    assert not applies("transposed", (3,))
    assert applies("transposed", (3, 1))
    assert not applies("broadcast", (3, 3))
    assert not applies("sideways", (3,))


def test_elements_are_read_with_their_own_bits():
    signalling = np.array([0x7FF0000000000001, 0xFFF8000000000123], np.uint64).view(np.float64)
    assert read_elements(cp.asarray(signalling)).data == signalling.tobytes()
