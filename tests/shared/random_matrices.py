# Matrices for tests of linear algebra: of any dtype, always the same ones. No cases, no tests.
"""``random_matrix`` and ``definite_matrix``, of each of the dtypes in ``FLOATING``."""

from __future__ import annotations

import numpy as np
import pytest

FLOATING = ("float32", "float64", "complex64", "complex128")

each_dtype = pytest.mark.parametrize("dtype", FLOATING)


def random_matrix(dtype, *shape, seed=0):
    rng = np.random.default_rng((seed, *shape))
    x = rng.standard_normal(shape)
    if dtype.startswith("complex"):
        x = x + 1j * rng.standard_normal(shape)
    return x.astype(dtype)


def definite_matrix(dtype, n):
    x = random_matrix(dtype, n, n)
    return (x @ np.conj(x.T) + n * np.eye(n)).astype(dtype)
