# Tests of take_along_axis, put_along_axis and nonzero against the oracle.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ArgumentTypeError, DTypeError, OutOfBoundsError, ShapeError
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out

OWN_LAYOUTS = [one for one in LAYOUTS if one != "broadcast"]


def numbered(shape, dtype="int32"):
    return np.arange(int(np.prod(shape, dtype=int))).reshape(shape).astype(dtype)


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
def test_take_and_put_along_axis(dtype, isa):
    rng = np.random.default_rng(7)
    values = numbered((4, 5, 6), dtype)
    for axis in (0, 1, 2, -1, -3):
        for extents in ((4, 5, 6), (1, 5, 6), (4, 1, 6), (4, 5, 1), (1, 1, 1)):
            shape = list(extents)
            shape[axis] = 7
            indices = rng.integers(-values.shape[axis], values.shape[axis], shape)
            for layout in OWN_LAYOUTS:
                x = lay_out(values, layout)
                check_op("take_along_axis", x, indices, axis=axis)
                full = np.broadcast_shapes(
                    tuple(1 if i == axis % 3 else n for i, n in enumerate(values.shape)),
                    tuple(shape),
                )
                written = numbered(full, dtype)
                expected = reference_put(values, indices, written, axis)
                held = x[...]
                assert (
                    cp.put_along_axis(x, cp.asarray(indices), cp.asarray(written), axis=axis)
                    is None
                )
                assert_bitwise_equal(x, expected)
                assert_bitwise_equal(held, values)


def reference_put(values, indices, written, axis):
    from corepy.backend import reference

    return reference.run("put_along_axis", (values, indices, written), {"axis": axis})[0]


@pytest.mark.sanitize
def test_along_axis_errors():
    x = cp.asarray(numbered((2, 3)))
    good = cp.asarray([[0], [1]])
    for call in (
        lambda i, axis: cp.take_along_axis(x, i, axis=axis),
        lambda i, axis: cp.put_along_axis(x, i, 1, axis=axis),
    ):
        with pytest.raises(OutOfBoundsError, match=r"axis 1 \(got 3 at position \(1, 0\)"):
            call(cp.asarray([[0], [3]]), 1)
        with pytest.raises(ShapeError):
            call(cp.asarray([0]), 1)
        with pytest.raises(ShapeError):
            call(cp.asarray([[0], [0], [0]]), 1)
        with pytest.raises(DTypeError):
            call(cp.asarray([[0.0]]), 1)
        with pytest.raises(IndexError):
            call(good, 2)
        with pytest.raises(ArgumentTypeError):
            call([[0]], 1)
    assert_bitwise_equal(x, numbered((2, 3)))


@pytest.mark.isa
@pytest.mark.parametrize("dtype", DTYPES)
def test_nonzero_agrees_with_the_oracle(dtype, isa):
    rng = np.random.default_rng(8)
    for shape in ((0,), (7,), (300,), (3, 0), (20, 3), (5, 6, 7), (2, 1, 70, 2)):
        for density in (0, 0.2, 1):
            values = (rng.random(shape) < density).astype(dtype)
            for layout in LAYOUTS:
                check_op("nonzero", lay_out(values, layout))
    assert [len(one) for one in cp.nonzero(cp.asarray([0.0, -0.0, np.nan, 1.0]))] == [2]
    with pytest.raises(ShapeError, match=r"^nonzero: "):
        cp.nonzero(cp.asarray(1))
