# Tests of x.at(key).add(value) and its relatives against the oracle. Keys of every mixture are in
# test_indexing_arrays.py.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.errors import DTypeError
from corepy.testing import assert_bitwise_equal
from corepy.testing.strategies import DTYPES


@pytest.mark.isa
@pytest.mark.parametrize("dtype", [one for one in DTYPES if one != "bool"])
@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "minimum", "maximum"])
def test_accumulation_agrees_with_the_oracle(name, dtype, isa):
    from corepy.backend import reference

    if dtype.startswith("complex") and name in ("minimum", "maximum"):
        with pytest.raises(DTypeError):
            getattr(cp.zeros(3, dtype=dtype).at([0]), name)(1)
        return
    rng = np.random.default_rng(6)
    values = (rng.random(40) * 8).astype(dtype)
    written = (rng.random(300) * 3).astype(dtype)
    if dtype.startswith("float"):
        values[:4] = [np.nan, np.inf, -0.0, 0.0]
        written[:8] = [1, -np.inf, 0.0, -0.0, np.nan, 1, 2, 3]
    indices = rng.integers(0, 40, 300)
    indices[:4] = [0, 1, 2, 3]
    (expected,) = reference.run(f"at_{name}", (values, indices, written), {})
    with cp.settings.override(isa=isa):
        result = getattr(cp.asarray(values).at(cp.asarray(indices)), name)(cp.asarray(written))
    assert_bitwise_equal(result, expected)
    with cp.policy("REFERENCE"):
        result = getattr(cp.asarray(values).at(cp.asarray(indices)), name)(cp.asarray(written))
    assert cp.explain_last_dispatch().backend == "reference"
    assert_bitwise_equal(result, expected)


def test_accumulation_counts_every_duplicate_and_leaves_the_tensor():
    x = cp.zeros((2, 3), dtype=cp.int64)
    rows = cp.asarray([0, 1, 1, 1])
    assert x.at(rows).add(1).tolist() == [[1, 1, 1], [3, 3, 3]]
    assert x.at[:, 1:].add(cp.asarray([[1], [2]])).tolist() == [[0, 1, 1], [0, 2, 2]]
    assert x.at(1, 2).set(5).tolist() == [[0, 0, 0], [0, 0, 5]]
    assert x.at(rows, 0).get().tolist() == [0, 0, 0, 0]
    assert x.at(x == 0).maximum(4).tolist() == [[4, 4, 4], [4, 4, 4]]
    assert not cp.any(x)
    assert cp.asarray([1.0, 2.0]).at([0, 0]).multiply(3).tolist() == [9.0, 2.0]
    with pytest.raises(DTypeError, match=r"^at_add: "):
        cp.asarray([True]).at([0]).add(True)
    with pytest.raises(DTypeError, match=r"^at_add: "):
        x.at([0]).add(0.5)
