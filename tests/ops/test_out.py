# Tests of out= where it is not elementwise: reductions, scans, products, take, clip, einsum.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

X = np.random.default_rng(0).normal(size=(4, 5))
CALLS = {
    **{
        name: lambda x, name=name, **more: getattr(cp, name)(x, axis=1, **more)
        for name in ("sum", "prod", "max", "min", "mean", "var", "std", "any", "all", "argmax",
                     "argmin", "count_nonzero", "cumulative_sum", "cumulative_prod")
    },
    "matmul": lambda x, **more: cp.matmul(x, x.T, **more),
    "vecdot": lambda x, **more: cp.vecdot(x, x, **more),
    "concat": lambda x, **more: cp.concat([x, x], axis=1, **more),
    "stack": lambda x, **more: cp.stack([x, x], axis=1, **more),
    "take": lambda x, **more: cp.take(x, cp.asarray([2, 0]), axis=1, **more),
    "clip": lambda x, **more: cp.clip(x, -0.5, 0.5, **more),
    "einsum": lambda x, **more: cp.einsum("ij,kj->ki", x, x, **more),
    "einsum view": lambda x, **more: cp.einsum("ij->ji", x, **more),
    "clip min": lambda x, **more: cp.clip(x, min=0.0, **more),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_the_result_takes_the_place_of_out(name):
    call = CALLS[name]
    x = cp.asarray(X)
    expected = call(x)
    out = cp.zeros(expected.shape, dtype=expected.dtype)
    shared = out[...]
    assert call(x, out=out) is out
    assert_bitwise_equal(out, expected)
    assert_bitwise_equal(shared, np.zeros(expected.shape, np.asarray(expected).dtype))
    assert_bitwise_equal(x, X)


@pytest.mark.parametrize("name", CALLS)
def test_another_shape_or_dtype_is_refused_and_nothing_changes(name):
    call = CALLS[name]
    x = cp.asarray(X)
    expected = call(x)
    for out, error in (
        (cp.zeros((9, 9), dtype=expected.dtype), cp.ShapeError),
        (cp.zeros(expected.shape, dtype=cp.int8), cp.DTypeError),
        (np.zeros(expected.shape), cp.ArgumentTypeError),
    ):
        with pytest.raises(error, match=f"^{name.split()[0]}: "):
            call(x, out=out)
        assert not np.any(np.asarray(out))


def test_a_dry_run_writes_nothing():
    out = cp.zeros(())
    record = cp.explain(cp.sum, cp.ones(3), out=out)
    assert record.result.shape == ()
    assert float(out) == 0.0
