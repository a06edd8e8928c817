# Tests of det and slogdet where numbers are at their ends: infinities, NaN, overflow; and of bits.
# Their ordinary values are in test_linalg.py.
from __future__ import annotations

import math

import numpy as np
import pytest
from random_matrices import each_dtype, random_matrix

import corepy as cp
from corepy.testing import check_op, check_reproducible


@pytest.mark.parametrize("policy", ["AUTO", "BLAS", "REFERENCE"])
@pytest.mark.parametrize("corner", [math.inf, -math.inf, 1e308, -1e308])
def test_the_sign_of_a_determinant_that_is_not_finite(policy, corner):
    x = cp.asarray([[corner, 0.0], [0.0, 1e308]])
    with cp.policy(policy):
        sign, logarithm = cp.linalg.slogdet(x)
        found = cp.linalg.det(x).item()
    assert sign.item() == math.copysign(1.0, corner)
    assert logarithm.item() > 1400
    assert found == math.copysign(math.inf, corner)


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_the_phase_of_an_infinite_determinant(dtype):
    inf, largest = math.inf, float(np.finfo(dtype).max)
    x = np.asarray([complex(inf, 5), complex(3, -inf), complex(largest, -largest)], dtype)
    sign, logarithm = cp.linalg.slogdet(cp.asarray(x[:, None, None]))
    half = math.sqrt(0.5)
    expected = np.asarray([1, -1j, complex(half, -half)], dtype)
    assert np.allclose(sign.numpy(), expected, rtol=1e-6)
    assert logarithm.tolist()[:2] == [inf, inf]


@pytest.mark.parametrize("policy", ["AUTO", "BLAS", "REFERENCE"])
def test_the_sign_of_a_determinant_of_nan_is_nan(policy):
    with cp.policy(policy):
        sign, logarithm = cp.linalg.slogdet(cp.asarray([[math.nan, 1.0], [1.0, 2.0]]))
    assert math.isnan(sign.item())
    assert math.isnan(logarithm.item())


@each_dtype
def test_determinants_by_lapack_neither_overflow_nor_underflow(dtype):
    with cp.policy(cp.BackendPolicy.BLAS):
        for scale in (1e-30, 1e-3, 1e30):
            x = random_matrix(dtype, 20, 20) * np.asarray(scale, dtype)
            check_op("slogdet", x)
            check_op("det", x)
        for x in (np.zeros((3, 3), dtype), np.diag([1, 0, 2]).astype(dtype)):
            assert cp.linalg.det(cp.asarray(x)).item() == 0
            sign, logarithm = cp.linalg.slogdet(cp.asarray(x))
            assert (sign.item(), logarithm.item()) == (0, -math.inf)
        turned = np.eye(4)[[1, 0, 2, 3]].astype(dtype)
        assert cp.linalg.det(cp.asarray(turned)).item() == -1
        assert math.isnan(cp.linalg.slogdet(cp.full((2, 2), cp.nan, dtype=dtype))[1].item())


def test_large_matrices_by_several_threads():
    x = cp.asarray(random_matrix("float64", 800, 800))
    report = check_reproducible(cp.linalg.det, x, threads=(1, 3), layouts=False)
    assert report.results == 1
