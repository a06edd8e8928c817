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
            lambda: check_op("eig", x),
            lambda: check_op("eig", np.asfortranarray(x)),
            lambda: check_op("eigvals", x[..., ::-1, ::-1]),
            lambda: check_op("eig", definite),
        ):
            call()
            record = cp.explain_last_dispatch()
            assert record.backend == "openblas", record.op
            assert not record.reproducible
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
        vectors += [cp.linalg.eig(square)[1], cp.linalg.eig(x[:, :7])[1]]
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
        for name in ("eig", "eigvals", "eigh", "eigvalsh", "svd", "svdvals"):
            with pytest.raises(cp.LinalgError, match=rf"^{name}: matrix \(1,\) .* has a NaN"):
                getattr(cp.linalg, name)(cp.asarray(x))
        assert cp.linalg.eigvalsh(cp.asarray(upper)).shape == (3,)  # of the lower triangle


@each_dtype
def test_lapacks_eigenvalues_are_those_of_numpy(dtype):
    x = random_matrix(dtype, 2, 30, 30)
    with cp.policy(cp.BackendPolicy.BLAS):
        values, vectors = (np.asarray(one) for one in cp.linalg.eig(cp.asarray(x)))
        alone = cp.linalg.eigvals(cp.asarray(x[1]))
    assert values.dtype == vectors.dtype == np.result_type(dtype, np.complex64)
    wide = x.astype(np.result_type(dtype, np.float64))
    for found, expected in zip(values, np.linalg.eigvals(wide), strict=True):
        apart = np.abs(found[:, None] - expected)
        assert max(apart.min(0).max(), apart.min(1).max()) < 2000 * np.finfo(dtype).eps
    assert np.abs(np.asarray(alone) - values[1]).max() < 2000 * np.finfo(dtype).eps
    if np.dtype(dtype).kind == "f":  # pairs are exact, the positive imaginary part first
        first = values.imag > 0
        assert first.any()
        np.testing.assert_array_equal(values[:, 1:][first[:, :-1]], values[first].conj())
        pairs = np.swapaxes(vectors, -1, -2)
        np.testing.assert_array_equal(pairs[:, 1:][first[:, :-1]], pairs[first].conj())


@pytest.mark.parametrize("name", ["eig", "eigvals"])
def test_lapack_balances_and_keeps_triangles_exact(name):
    with cp.policy(cp.BackendPolicy.BLAS):
        for rows, expected in [
            ([[1.0, 2.0**600], [2.0**-600, 1.0]], [2, 0]),
            ([[3.0, 5.0, 7.0], [0.0, 1e-200, 9.0], [0.0, 0.0, 2.0]], [3, 1e-200, 2]),
            ([[1e300]], [1e300]),
            ([[0.0, -1.0], [1.0, 0.0]], [1j, -1j]),
        ]:
            result = getattr(cp.linalg, name)(cp.asarray(rows))
            values = result[0] if name == "eig" else result
            assert values.tolist() == expected
            assert cp.explain_last_dispatch().kernel == "geev"
        assert cp.linalg.eigvals(cp.zeros((0, 4, 4))).shape == (0, 4)
        assert cp.linalg.eigvals(cp.zeros((2, 0, 0))).shape == (2, 0)


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
