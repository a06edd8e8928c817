# Tests of LAPACK's functions, which serve policy BLAS: values, conventions, errors, threads.
from __future__ import annotations

import math
import threading

import numpy as np
import pytest
from random_matrices import each_dtype, random_matrix

import corepy as cp
from corepy.testing import check_op


@pytest.mark.parametrize("shape", [(1, 1), (5, 5), (3, 40, 40)])
@each_dtype
def test_lapack_serves_the_blas_policy(shape, dtype):
    x = random_matrix(dtype, *shape)
    definite = x @ np.conj(np.swapaxes(x, -1, -2)) + 40 * np.eye(shape[-1], dtype=dtype)
    sides = random_matrix(dtype, *shape[:-1], 3, seed=1)
    with cp.policy(cp.BackendPolicy.BLAS):
        for call in (
            lambda: check_op("solve", x, sides),
            lambda: check_op("inv", x),
            lambda: check_op("cholesky", definite),
            lambda: check_op("cholesky", definite, upper=True),
            lambda: check_op("qr", x),
            lambda: check_op("qr", np.asfortranarray(x[..., :3]), mode="complete"),
            lambda: check_op("qr", x[..., :3, :]),
            lambda: check_op("det", x),
            lambda: check_op("slogdet", x),
            lambda: check_op("eigh", x),
            lambda: check_op("eigh", np.asfortranarray(definite)),
            lambda: check_op("eigvalsh", definite),
            lambda: check_op("svd", x),
            lambda: check_op("svd", x[..., :3]),
            lambda: check_op("svd", x[..., :3, :], full_matrices=False),
            lambda: check_op("svd", np.asfortranarray(x[..., :3]), full_matrices=False),
            lambda: check_op("svdvals", x[..., :3]),
        ):
            call()
            record = cp.explain_last_dispatch()
            assert record.backend == "openblas", record.op
            assert not record.reproducible
        cp.linalg.eig(cp.asarray(definite))
        assert cp.explain_last_dispatch().backend == "native"
        with pytest.raises(cp.LinalgError, match=r"solve: .*singular"):
            cp.linalg.solve(cp.zeros(shape), cp.ones(shape))
        with pytest.raises(cp.LinalgError, match=r"cholesky: .*not positive definite"):
            cp.linalg.cholesky(cp.asarray(-definite))


@each_dtype
def test_lapacks_vectors_keep_the_conventions(dtype):
    x = cp.asarray(random_matrix(dtype, 2, 9, 7))
    square = x @ cp.conj(x).mT
    with cp.policy(cp.BackendPolicy.BLAS):
        vectors = [cp.linalg.svd(x)[0], cp.linalg.svd(x.mT, full_matrices=False)[0]]
        vectors.append(cp.linalg.eigh(square)[1])
    for stack in vectors:
        for columns in np.asarray(stack):
            largest = columns[np.argmax(np.abs(columns), axis=0), range(columns.shape[1])]
            assert (largest.real > 0).all()
            assert np.abs(largest.imag).max() < 1e-6


def test_lapack_refuses_what_iterations_cannot_take():
    x = np.ones((2, 3, 3))
    x[1, 2, 0] = math.nan
    upper = np.ones((3, 3))
    upper[0, 2] = math.nan
    with cp.policy(cp.BackendPolicy.BLAS):
        for name in ("eigh", "eigvalsh", "svd", "svdvals"):
            with pytest.raises(cp.LinalgError, match=rf"^{name}: matrix \(1,\) .* has a NaN"):
                getattr(cp.linalg, name)(cp.asarray(x))
        assert cp.linalg.eigvalsh(cp.asarray(upper)).shape == (3,)  # of the lower triangle


def test_what_is_made_of_lapacks_results_is_not_reproducible_either():
    x = cp.asarray(random_matrix("float64", 2, 5, 5))
    calls = {
        "pinv": lambda: cp.linalg.pinv(x),
        "matrix_norm": lambda: cp.linalg.matrix_norm(x, ord="nuc"),
        "matrix_power": lambda: cp.linalg.matrix_power(x, -3),
    }
    for name, call in calls.items():
        call()
        assert cp.explain_last_dispatch().reproducible, name
        with cp.policy(cp.BackendPolicy.BLAS):
            call()
        record = cp.explain_last_dispatch()
        assert record.op == name
        assert not record.reproducible, name


def test_lapack_lets_other_threads_run_and_keeps_its_operands():
    states = [random_matrix("float64", 120, 120, seed=seed) for seed in (1, 2)]
    with cp.policy(cp.BackendPolicy.BLAS):
        allowed = {cp.digest(cp.linalg.inv(cp.asarray(state))) for state in states}
        assert "gil_released" in cp.explain_last_dispatch().flags
        cp.matmul(cp.asarray(states[0]), cp.asarray(states[1]))
        assert "gil_released" in cp.explain_last_dispatch().flags
        cp.linalg.inv(cp.eye(3))
        assert "gil_released" not in cp.explain_last_dispatch().flags
    x, found, done = cp.asarray(states[0]), [], threading.Event()

    def invert():
        with cp.policy(cp.BackendPolicy.BLAS):
            for _ in range(60):
                found.append(cp.digest(cp.linalg.inv(x)))
        done.set()

    worker = threading.Thread(target=invert)
    worker.start()
    while not done.is_set():
        for state in states:
            x[...] = cp.asarray(state)
    worker.join()
    assert len(found) == 60
    assert set(found) <= allowed
