# Tests of digests: they tell values apart, and depend on nothing else.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp

X = cp.asarray([[3.5, -1.25, 2.0], [0.5, 8.0, -4.75]])


def test_digest_depends_on_the_value_only():
    digest = cp.digest(X)
    assert cp.digest(X.T.T) == digest
    assert cp.digest(X.T.copy().T) == digest
    assert cp.digest(cp.concat([X, X], axis=0)[::-1][:2][::-1]) == digest
    assert cp.digest([[3.5, -1.25, 2.0], [0.5, 8.0, -4.75]]) == digest


@pytest.mark.parametrize(
    "other",
    [
        X.astype("float32"),
        X.reshape(3, 2),
        X.reshape(6),
        X.expand_dims(0),
        cp.nextafter(X, cp.inf),
    ],
)
def test_digest_tells_values_apart(other):
    assert cp.digest(other) != cp.digest(X)


def test_digest_of_zeros_and_nans():
    assert cp.digest(cp.asarray([0.0])) != cp.digest(cp.asarray([-0.0]))
    nan = cp.asarray([cp.nan])
    assert cp.digest(nan) == cp.digest(-nan)
    assert cp.digest(nan) == cp.digest(nan - nan)


def test_digest_of_foreign_truths():
    """Shared memory may hold any byte for True; the digest is that of the values."""
    odd = cp.asarray(np.frombuffer(bytes([0, 2, 1, 255]), dtype=np.bool_), copy=False)
    assert cp.digest(odd) == cp.digest(cp.asarray([False, True, True, True]))
    assert cp.digest(cp.copy(odd)) == cp.digest(odd)


def test_digest_is_frozen():
    x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
    expected = "937fe06b8bc5db4f"
    assert cp.digest(x).startswith(expected)
    assert len(cp.digest(x)) == 64
