# Tests of whole programs written with public operators: softmax, layer norm, pairwise distances.
# Single operators have their own files.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import check_reproducible

each_dtype = pytest.mark.parametrize("dtype", ["float32", "float64"])


def softmax(xp, x):
    powers = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return powers / xp.sum(powers, axis=-1, keepdims=True)


def layer_norm(xp, x, gain, bias):
    centered = x - xp.mean(x, axis=-1, keepdims=True)
    return centered / xp.sqrt(xp.var(x, axis=-1, keepdims=True) + 1e-5) * gain + bias


def pairwise_distances(xp, x, y):
    squares = xp.sum(x * x, axis=1)[:, None] + xp.sum(y * y, axis=1)[None, :]
    return squares - 2 * (x @ y.T)


def pairwise_differences(xp, x, y):
    d = x[:, None, :] - y[None, :, :]
    return xp.sum(d * d, axis=-1)


PROGRAMS = [
    (softmax, [(96, 130)]),
    (layer_norm, [(96, 130), (130,), (130,)]),
    (pairwise_distances, [(96, 130), (70, 130)]),
    (pairwise_differences, [(30, 130), (20, 130)]),
]


@each_dtype
@pytest.mark.parametrize(("program", "shapes"), PROGRAMS, ids=lambda p: getattr(p, "__name__", ""))
def test_a_program_agrees_with_numpys_and_is_reproducible(program, shapes, dtype):
    rng = np.random.default_rng(4)
    operands = [rng.standard_normal(shape).astype(dtype) for shape in shapes]
    exact = program(np, *(operand.astype(np.float64) for operand in operands))
    tensors = [cp.asarray(operand) for operand in operands]
    tolerance = 100 * np.finfo(dtype).eps
    result = np.asarray(program(cp, *tensors))
    np.testing.assert_allclose(result, exact, rtol=tolerance, atol=130 * tolerance)
    check_reproducible(lambda *args: program(cp, *args), *tensors)
