# Tests of decompositions and other functions of matrices: values, conventions, shapes, errors.
# Determinants are in test_determinants.py, policy BLAS is in test_lapack.py.
from __future__ import annotations

import math

import numpy as np
import pytest
from random_matrices import FLOATING, definite_matrix, each_dtype, random_matrix

import corepy as cp
from corepy.testing import assert_bitwise_equal, check_op, check_reproducible, operator_rows
from corepy.testing.residuals import RESIDUALS, assert_residuals

#: Around blocks of substitution (16), panels of reflectors (32) and cuts.
SIZES = (0, 1, 2, 3, 7, 16, 17, 33, 70)
SQUARE = ("inv", "det", "slogdet", "eig", "eigh", "eigvals", "eigvalsh")
OBLONG = ((0, 0), (0, 3), (3, 0), (1, 1), (4, 9), (9, 4), (33, 20), (20, 65), (131, 129))


# ---- values ----


@each_dtype
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("name", SQUARE)
def test_square_matrices_against_the_oracle(name, n, dtype):
    check_op(name, random_matrix(dtype, n, n))


@each_dtype
@pytest.mark.parametrize("shape", OBLONG)
def test_oblong_matrices_against_the_oracle(shape, dtype):
    x = random_matrix(dtype, *shape)
    for mode in ("reduced", "complete"):
        check_op("qr", x, mode=mode)
    for full in (True, False):
        check_op("svd", x, full_matrices=full)
    for name in ("svdvals", "pinv", "matrix_rank"):
        check_op(name, x)
    for order in ("fro", "nuc", 1, 2, math.inf):
        for keepdims in (True, False):
            check_op("matrix_norm", x, ord=order, keepdims=keepdims)
    if x.size:
        for order in (-1, -2, -math.inf):
            check_op("matrix_norm", x, ord=order)


@each_dtype
@pytest.mark.parametrize("n", SIZES)
def test_systems_against_the_oracle(n, dtype):
    x = random_matrix(dtype, n, n)
    check_op("solve", x, random_matrix(dtype, n, seed=1))
    check_op("solve", x, random_matrix(dtype, n, 5, seed=2))
    definite = definite_matrix(dtype, n)
    for upper in (False, True):
        check_op("cholesky", definite, upper=upper)


@each_dtype
def test_stacks_are_their_matrices(dtype):
    x = random_matrix(dtype, 2, 3, 6, 6)
    stack = cp.asarray(x)
    for name in (*SQUARE, "qr", "svd", "svdvals", "pinv", "matrix_norm"):
        whole = getattr(cp.linalg, name)(stack)
        parts = whole if isinstance(whole, tuple) else (whole,)
        for index in np.ndindex(2, 3):
            alone = getattr(cp.linalg, name)(cp.asarray(x[index]))
            for one, other in zip(
                parts, alone if isinstance(alone, tuple) else (alone,), strict=True
            ):
                assert_bitwise_equal(np.asarray(one)[index], np.asarray(other), label=name)


def test_right_hand_sides_broadcast_and_do_not_meet():
    a, b = random_matrix("float64", 3, 1, 40, 40), random_matrix("float64", 2, 40, 5)
    x = cp.linalg.solve(cp.asarray(a), cp.asarray(b))
    assert x.shape == (3, 2, 40, 5)
    for i, j, k in np.ndindex(3, 2, 5):
        one = cp.linalg.solve(cp.asarray(a[i, 0]), cp.asarray(b[j, :, k]))
        assert_bitwise_equal(np.asarray(x)[i, j, :, k], one)
    check_op("solve", a, b)
    assert cp.linalg.solve(cp.ones((2, 0, 0)), cp.ones((0, 3))).shape == (2, 0, 3)


@pytest.mark.parametrize("dtype", [row for row in operator_rows()[0].dtypes if row != "bool"])
def test_composed_functions_against_the_oracle(dtype):
    rng = np.random.default_rng(0)
    x = rng.integers(0, 5, (2, 4, 4)).astype(dtype)
    for offset in (-9, -1, 0, 2, 9):
        check_op("diagonal", x, offset=offset)
        check_op("trace", x, offset=offset)
    for n in (0, 1, 2, 5):
        check_op("matrix_power", x, n)
    check_op("outer", x[0, 0], x[0, :3, 1])
    check_op("cross", x[..., :3], x[:1, :1, 1:])
    check_op("cross", x[0, :3], x[1, 1:], axis=0)


@each_dtype
def test_negative_powers(dtype):
    x = definite_matrix(dtype, 5)
    check_op("matrix_power", x, -1)
    check_op("matrix_power", x, -3)


def test_ranks():
    rng = np.random.default_rng(0)
    for rank in range(6):
        x = rng.standard_normal((7, rank)) @ rng.standard_normal((rank, 5))
        assert int(cp.linalg.matrix_rank(cp.asarray(x))) == rank
        check_op("pinv", x)
    values = cp.asarray(np.diag([1.0, 1e-3, 1e-6]))
    stack = cp.stack([values, values])
    assert cp.linalg.matrix_rank(values, rtol=1e-4).tolist() == 2
    assert cp.linalg.matrix_rank(stack, rtol=cp.asarray([1e-2, 1e-9])).tolist() == [1, 3]
    assert cp.linalg.pinv(values, rtol=1e-4)[2, 2] == 0


# ---- hard matrices ----


def hard_matrices(n=24):
    rng = np.random.default_rng(7)
    yield "zero", np.zeros((n, n))
    yield "one", np.ones((n, n))
    yield "unit", np.eye(n)
    yield "nilpotent", np.diag(np.ones(n - 1), 1)
    yield "permutation", np.eye(n)[rng.permutation(n)]
    yield "graded", np.diag(10.0 ** np.arange(0, -3 * n // 2, -1.5)[:n])
    yield "hilbert", 1 / (1 + np.arange(n)[:, None] + np.arange(n))
    yield "huge", rng.standard_normal((n, n)) * 1e300
    yield "tiny", rng.standard_normal((n, n)) * 1e-300
    yield "subnormal", rng.standard_normal((n, n)) * 1e-312
    yield "triangular", np.triu(rng.standard_normal((n, n)))
    yield "jordan", np.eye(n) + np.diag(np.ones(n - 1), 1)
    yield "skew", (lambda x: x - x.T)(rng.standard_normal((n, n)))
    yield "wilkinson", np.diag(np.abs(np.arange(n) - n / 2)) + np.eye(n, k=1) + np.eye(n, k=-1)
    yield "cyclic", np.roll(np.eye(n), 1, axis=0)


HARD = dict(hard_matrices())


@pytest.mark.parametrize("kind", HARD)
def test_hard_matrices(kind):
    x = HARD[kind]
    for name in RESIDUALS:
        check_op(name, x)
        check_op(name, x.astype("complex128") * (1 + 1j) if kind != "huge" else x)
    for name in ("svdvals", "eigvalsh", "pinv"):
        check_op(name, x)
    if kind != "subnormal":  # eliminated, such a matrix keeps none of its digits
        check_op("det", x)
        check_op("slogdet", x)


def test_eigenvalues_of_real_matrices_are_conjugate_pairs():
    values, vectors = cp.linalg.eig(cp.asarray(random_matrix("float64", 40, 40)))
    values, vectors = np.asarray(values), np.asarray(vectors)
    pairs = np.flatnonzero(values.imag > 0)
    assert pairs.size > 5
    assert np.array_equal(values[pairs], np.conj(values[pairs + 1]))
    assert np.array_equal(vectors[:, pairs], np.conj(vectors[:, pairs + 1]))
    real = np.flatnonzero(values.imag == 0)
    assert not np.any(vectors[:, real].imag)


# ---- conventions ----


def test_conventions():
    for dtype in FLOATING:
        x = random_matrix(dtype, 9, 9)
        h = x + np.conj(x.T)
        for vectors in (
            cp.linalg.eigh(cp.asarray(h)).eigenvectors,
            cp.linalg.eig(cp.asarray(x)).eigenvectors,
            cp.linalg.svd(cp.asarray(x)).U,
        ):
            columns = np.asarray(vectors)
            largest = columns[np.argmax(np.abs(columns), axis=0), range(9)]
            assert (largest.real > 0).all()
            assert np.abs(largest.imag).max() < 1e-6
        ours, theirs = np.asarray(cp.linalg.qr(cp.asarray(x)).R), np.linalg.qr(x)[1]
        assert np.allclose(ours, theirs, atol=1e-4)


def test_the_triangle_that_is_read():
    x = definite_matrix("float64", 6)
    spoilt = x + np.triu(np.full((6, 6), np.nan), 1)
    for name in ("cholesky", "eigvalsh"):
        function = getattr(cp.linalg, name)
        assert_bitwise_equal(function(cp.asarray(spoilt)), function(cp.asarray(x)))
    upper = cp.linalg.cholesky(cp.asarray(spoilt.T.copy()), upper=True)
    assert_bitwise_equal(upper, np.asarray(cp.linalg.cholesky(cp.asarray(x))).T.copy())


def test_results_are_named_tuples():
    x = cp.eye(2)
    names = {
        "eig": ("eigenvalues", "eigenvectors"),
        "eigh": ("eigenvalues", "eigenvectors"),
        "qr": ("Q", "R"),
        "slogdet": ("sign", "logabsdet"),
        "svd": ("U", "S", "Vh"),
    }
    for name, fields in names.items():
        result = getattr(cp.linalg, name)(x)
        assert isinstance(result, tuple)
        assert all(getattr(result, field) is one for field, one in zip(fields, result, strict=True))


# ---- errors ----


def test_errors_name_the_matrix():
    x = np.stack([np.eye(3)] * 6).reshape(3, 2, 3, 3)
    x[2, 0, 1, 1] = 0
    x[2, 1] = 0
    for call in (
        lambda: cp.linalg.inv(cp.asarray(x)),
        lambda: cp.linalg.matrix_power(cp.asarray(x), -2),
    ):
        with pytest.raises(
            cp.LinalgError, match=r"matrix \(2, 0\) of the batch is singular .*pivot 1"
        ):
            call()
    with pytest.raises(cp.LinalgError, match=r"solve: the matrix is singular"):
        cp.linalg.solve(cp.zeros((2, 2)), cp.ones(2))
    with pytest.raises(cp.LinalgError, match=r"matrix \(2, 0\) .*not positive definite .*order 2"):
        cp.linalg.cholesky(cp.asarray(x))
    assert issubclass(cp.LinalgError, ValueError)
    assert issubclass(cp.LinalgError, ArithmeticError)


@each_dtype
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_ends_and_does_not_crash(value, dtype):
    for n, places in ((5, ((0, 0), (3, 1), (4, 4))), (40, ((0, 39), (20, 20)))):
        for place in places:
            x = definite_matrix(dtype, n)
            x[place] = value
            x[place[::-1]] = value
            tensor = cp.asarray(x)
            for name in (
                "eig",
                "eigh",
                "eigvals",
                "eigvalsh",
                "svd",
                "svdvals",
                "matrix_rank",
                "pinv",
            ):
                with pytest.raises(cp.LinalgError, match="NaN or an infinity"):
                    getattr(cp.linalg, name)(tensor)
            with pytest.raises(cp.LinalgError, match="not positive definite"):
                cp.linalg.cholesky(tensor)
            for name in ("inv", "det", "slogdet", "qr"):
                getattr(cp.linalg, name)(tensor)
            cp.linalg.solve(tensor, cp.ones(n))
    assert math.isnan(float(cp.linalg.det(cp.asarray([[np.nan, 0.0], [0.0, 1.0]]))))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: cp.linalg.det(cp.ones(3)), cp.ShapeError),
        (lambda: cp.linalg.inv(cp.ones((2, 3))), cp.ShapeError),
        (lambda: cp.linalg.inv(cp.ones((2, 2), dtype=cp.int64)), cp.DTypeError),
        (lambda: cp.linalg.solve(cp.eye(2), cp.ones(3)), cp.ShapeError),
        (lambda: cp.linalg.qr(cp.eye(2), mode="r"), cp.ArgumentError),
        (lambda: cp.linalg.matrix_norm(cp.eye(2), ord=3), cp.ArgumentError),
        (lambda: cp.linalg.matrix_norm(cp.eye(2), ord="max"), cp.ArgumentError),
        (lambda: cp.linalg.matrix_norm(cp.ones((0, 2)), ord=-1), cp.ArgumentError),
        (lambda: cp.linalg.matrix_power(cp.ones((2, 2), dtype=cp.int8), -1), cp.DTypeError),
        (lambda: cp.linalg.outer(cp.ones((2, 2)), cp.ones(2)), cp.ShapeError),
        (lambda: cp.linalg.cross(cp.ones(2), cp.ones(3)), cp.ShapeError),
        (lambda: cp.linalg.trace(cp.asarray([[True]])), cp.DTypeError),
    ],
)
def test_wrong_arguments(call, error):
    with pytest.raises(error):
        call()


def test_wrong_decompositions_are_found():
    x = random_matrix("float64", 6, 6)
    for name in RESIDUALS:
        result = getattr(cp.linalg, name)(cp.asarray(x))
        results = [np.array(one) for one in (result if isinstance(result, tuple) else (result,))]
        assert_residuals(name, x, {}, results)
        for spoilt in results:
            kept = spoilt[..., 2].copy()
            spoilt[..., 2] += 1e-9
            with pytest.raises(cp.VerificationError, match=name):
                assert_residuals(name, x, {}, results)
            spoilt[..., 2] = kept


@pytest.mark.parametrize("exponent", range(8, 20, 2))
def test_singular_values_of_graded_matrices_are_found(exponent):
    # Shifts are lost beside the large elements: the first value takes hundreds of sweeps.
    x = random_matrix("float64", 600, 600) * np.logspace(0, -exponent, 600)
    values = np.asarray(cp.linalg.svdvals(cp.asarray(x)))
    expected = np.linalg.svd(x, compute_uv=False)
    assert np.max(np.abs(values - expected)) <= 1e-13 * expected[0]


# ---- bits ----

BITS = {
    "solve": lambda x: cp.linalg.solve(x, x[..., :3]),
    "inv": cp.linalg.inv,
    "det": cp.linalg.det,
    "slogdet": cp.linalg.slogdet,
    "cholesky": lambda x: cp.linalg.cholesky(x @ x.mT + cp.eye(x.shape[-1]) * 9),
    "qr": lambda x: cp.linalg.qr(x, mode="complete"),
    "eigh": cp.linalg.eigh,
    "svd": cp.linalg.svd,
    "eig": cp.linalg.eig,
    "eigvals": cp.linalg.eigvals,
    "pinv": cp.linalg.pinv,
}


@pytest.mark.parametrize("dtype", ["float32", "complex128"])
@pytest.mark.parametrize("name", BITS)
def test_bits_are_a_function_of_the_matrix(name, dtype):
    function = BITS[name]
    if name == "cholesky" and dtype == "complex128":
        function = lambda x: cp.linalg.cholesky(x @ cp.conj(x).mT + cp.eye(70, dtype=x.dtype) * 9)  # noqa: E731
    x = cp.asarray(random_matrix(dtype, 3, 70, 70))
    report = check_reproducible(function, x, threads=(1, 2, 7))
    assert report.runs > 1


@pytest.mark.parametrize("dtype", ["float32", "complex128"])
@pytest.mark.parametrize("shape", [(140, 130), (100, 40), (40, 100)])
def test_bits_of_singular_values_in_panels_and_of_tall_matrices(shape, dtype):
    x = cp.asarray(random_matrix(dtype, 2, *shape))
    report = check_reproducible(cp.linalg.svd, x, threads=(1, 2, 7))
    assert report.runs > 1


@pytest.mark.parametrize("shape", [(300, 300), (2000, 100), (20000, 8), (8, 20000)])
def test_workspaces_are_a_few_matrices(shape):
    x = cp.asarray(random_matrix("float64", *shape))
    for full_matrices in (False, shape[0] == shape[1]):
        record = cp.explain(cp.linalg.svd, x, full_matrices=full_matrices)
        assert record.workspace_bytes <= 9 * x.nbytes
    assert cp.explain(cp.linalg.svdvals, x).workspace_bytes <= 6 * x.nbytes
    assert cp.explain(cp.linalg.qr, x).workspace_bytes <= 4 * x.nbytes


def test_records():
    x = cp.asarray(random_matrix("float64", 40, 40))
    cp.linalg.svd(x)
    record = cp.explain_last_dispatch()
    assert record.op == "svd"
    assert record.kernel == "bidiagonal_qr"
    assert record.reproducible
    assert cp.explain(cp.linalg.qr, x).kernel == "householder"
    with cp.record_dispatches() as log:
        cp.linalg.pinv(x)
    assert {"svd", "matmul", "pinv"} <= {one.op for one in log}


def test_hermitian_matrices_beyond_32_rows_are_divided():
    for rows, kernel in ((32, "tridiagonal_ql"), (33, "tridiagonal_divide")):
        x = random_matrix("float64", rows, rows)
        x = cp.asarray(x + x.T)
        assert cp.explain(cp.linalg.eigh, x).kernel == kernel
        assert cp.explain(cp.linalg.eigvalsh, x).kernel == kernel


@pytest.mark.parametrize("dtype", ["float32", "complex128"])
def test_large_hermitian_matrices_on_any_number_of_threads(dtype):
    a = random_matrix(dtype, 500, 500)
    a = a + np.conj(a.T)
    x = cp.asarray(a)
    results = []
    for isa, threads in (("baseline", 1), (None, 1), (None, 3)):
        with cp.settings.override(num_threads=threads, **({"isa": isa} if isa else {})):
            results.append([np.asarray(part) for part in cp.linalg.eigh(x)])
            assert_bitwise_equal(np.asarray(cp.linalg.eigvalsh(x)), results[0][0])
    for one, other in zip(results[1:], results[:-1], strict=True):
        assert_bitwise_equal(one[0], other[0])
        assert_bitwise_equal(one[1], other[1])
    assert_residuals("eigh", a, {}, results[0])


def test_the_reference_policy_runs_all_of_it():
    x = cp.asarray(definite_matrix("float64", 4))
    with cp.policy(cp.BackendPolicy.REFERENCE):
        for name in (*SQUARE, "qr", "svd", "svdvals", "cholesky"):
            getattr(cp.linalg, name)(x)
            assert cp.explain_last_dispatch().backend == "reference"
        cp.linalg.solve(x, x)
        assert cp.explain_last_dispatch().backend == "reference"
