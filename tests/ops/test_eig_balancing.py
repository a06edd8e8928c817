# Tests of eig and eigvals of badly scaled and of reducible matrices: against eigenvalues that are
# known exactly, relative to each of them. Other matrices: test_linalg.py.
from __future__ import annotations

import numpy as np
import pytest
from random_matrices import each_dtype, random_matrix

import corepy as cp
from corepy.testing import assert_bitwise_equal, check_reproducible


def unit_of(dtype):
    return float(np.finfo(dtype).eps) / 2


def exponent_of(dtype, low, high, n):
    """Exponents of a diagonal scaling; float32 takes a fifteenth of float64's range."""
    wide = 1 if np.finfo(dtype).maxexp > 200 else 15
    return np.round(np.linspace(low, high, n) / wide).astype(int)


def make_integers(dtype, n):
    """An integer matrix, its eigenvalues, its eigenvectors as columns: all of them exact. And how
    many times the unit of roundoff results may be off, which is |x| cond(vectors), twice: values
    are 1 and more, and 1 apart; balancing leaves norms a little apart.
    """
    vectors = (np.eye(n) + np.eye(n, k=-1)) @ (np.eye(n) + np.eye(n, k=1))
    inverse = np.round(np.linalg.inv(vectors))
    assert np.array_equal(vectors @ inverse, np.eye(n))
    values = np.arange(1.0, n + 1)
    if np.dtype(dtype).kind == "c":
        values = values * (1 + 2j)
    x = (vectors * values) @ inverse
    return x, values, vectors, 2 * np.linalg.norm(x) * np.linalg.cond(vectors)


def scale_apart(x, vectors, exponents, order):
    """D**-1 x D in another order of rows and columns, and its vectors: exact."""
    scale = np.ldexp(1.0, exponents)
    return (x / scale[:, None] * scale)[np.ix_(order, order)], (vectors / scale[:, None])[order]


def match(found, expected):
    """The positions in `found` of the expected values, each taken once."""
    free, places = list(range(len(found))), []
    for value in expected:
        places.append(min(free, key=lambda i: abs(found[i] - value)))
        free.remove(places[-1])
    return places


def assert_eigenvalues(x, expected, bound):
    """Eigenvalues of eig and eigvals, each to a relative bound; eig's vectors in their order."""
    pair = cp.linalg.eig(cp.asarray(x))
    values, vectors = (np.asarray(part).astype("complex128") for part in pair)
    alone = np.asarray(cp.linalg.eigvals(cp.asarray(x))).astype("complex128")
    for found in (values, alone):
        ordered = found[match(found, expected)]
        assert (np.abs(ordered - expected) <= bound * unit_of(x.dtype) * np.abs(expected)).all()
    assert np.isfinite(vectors).all()
    assert np.abs(np.linalg.norm(vectors, axis=0) - 1).max() <= 8 * len(x) * unit_of(x.dtype)
    return vectors[:, match(values, expected)]


@each_dtype
@pytest.mark.parametrize(("low", "high"), [(-20, 30), (-450, 420)])
@pytest.mark.parametrize("n", [2, 3, 6, 10])
def test_badly_scaled_matrices(n, low, high, dtype):
    exact, values, exact_vectors, bound = make_integers(dtype, n)
    exponents = exponent_of(dtype, low, high, n)
    for order in (np.arange(n), np.arange(n)[::-1], np.random.default_rng(n).permutation(n)):
        x, expected = scale_apart(exact, exact_vectors, exponents, order)
        with np.errstate(all="raise"):
            x = x.astype(dtype)
        vectors = assert_eigenvalues(x, values, bound)
        # Every component, however small: they are as accurate as those of the balanced matrix.
        smallest = float(np.finfo(dtype).smallest_normal)
        for own, column in zip(vectors.T, expected.T, strict=True):
            lead = np.argmax(np.abs(column))
            wanted = column / column[lead] * own[lead]
            whole = np.linalg.norm(column * np.ldexp(1.0, exponents[order]))
            unit = np.ldexp(1.0, -exponents[order]) * whole / np.abs(column[lead])
            assert (np.abs(own - wanted) <= bound * unit_of(dtype) * unit + smallest).all()


@each_dtype
@pytest.mark.parametrize("n", [4, 6, 7])
def test_chains_of_unequal_pairs(n, dtype):
    """Similar to the matrix with ones beside its diagonal: 2 cos(k pi / (n + 1))."""
    power = 27 if np.finfo(dtype).maxexp > 200 else 20
    x = np.eye(n, k=1) * 2.0**power + np.eye(n, k=-1) * 2.0**-power
    cosines = 2 * np.cos(np.arange(1, n + 1) * np.pi / (n + 1))
    phase = 1 + 1j if np.dtype(dtype).kind == "c" else 1
    values = cosines[np.abs(cosines) > 1e-3] * phase
    assert len(values) == n - n % 2  # the middle one of an odd number is zero
    found = np.asarray(cp.linalg.eigvals(cp.asarray((x * phase).astype(dtype))))
    error = np.abs(found[match(found, values)] - values).max()
    assert error <= 16 * n * unit_of(dtype)


@each_dtype
def test_companion_matrices(dtype):
    """Of polynomials with roots that are powers of two: all coefficients are exact."""
    exponents = (-6, 0, 6) if np.finfo(dtype).maxexp < 200 else (-12, -4, 4, 12)
    roots = np.ldexp(1.0, exponents)
    n = len(roots)
    x = np.eye(n, k=-1)
    x[0] = -np.poly(roots)[1:]
    for matrix in (x, x.T.copy()):
        assert_eigenvalues(matrix.astype(dtype), roots, bound=500)
    if n == 4:  # the large coefficients last: balanced, their matrix has the norm of the largest
        assert_eigenvalues(x[::-1, ::-1].astype(dtype), roots, bound=2.0**26)


@each_dtype
@pytest.mark.parametrize("sign", [1, -1])
def test_elements_at_both_ends_of_the_range(sign, dtype):
    """x = [0 b; c 0] has the eigenvalues +-sqrt(b c)."""
    info = np.finfo(dtype)
    digits, top = info.nmant, info.maxexp - 1
    for low, high in (
        (info.minexp - digits, top - 4),  # the smallest subnormal
        (info.minexp, top - 1),
        (-top // 2 + 1, top // 2),
        (info.minexp - digits, info.minexp - digits + 6),
    ):
        power = high - (low + high) % 2  # an even sum
        b, c = (2.0**low, 2.0**power) if sign > 0 else (2.0**power, 2.0**low)
        x = np.array([[0, b], [c, 0]]).astype(dtype)
        root = 2.0 ** ((low + power) // 2)
        assert_eigenvalues(x, np.array([root, -root]), bound=8)
    most = float(info.max)
    full = np.full((3, 3), most).astype(dtype)
    full[0, 2] = full[2, 0] = float(info.smallest_subnormal)
    values = np.asarray(cp.linalg.eigvals(cp.asarray(full / 4)))
    wanted = most / 4 * np.array([1 + np.sqrt(2), 1 - np.sqrt(2), 1])
    places = match(values / most, wanted / most)
    assert np.abs(values[places] / most - wanted / most).max() <= 16 * unit_of(dtype)


@each_dtype
@pytest.mark.parametrize("n", [2, 5, 17, 40])
def test_triangular_matrices_in_any_order_have_their_diagonal(n, dtype):
    rng = np.random.default_rng(n)
    x = np.triu(random_matrix(dtype, n, n)) * (10.0 ** rng.uniform(-9, 9, (n, n)))
    x[np.arange(n), np.arange(n)] = np.arange(n)
    for order in (np.arange(n), np.arange(n)[::-1], rng.permutation(n)):
        square = x[np.ix_(order, order)].astype(dtype)
        for values in (
            cp.linalg.eigvals(cp.asarray(square)),
            cp.linalg.eig(cp.asarray(square)).eigenvalues,
        ):
            found = np.asarray(values)
            assert np.array_equal(found[np.argsort(found.real)], np.arange(n).astype(found.dtype))


@each_dtype
def test_isolated_values_beside_a_block(dtype):
    """Rows and columns that are zero but for the diagonal, or wholly; what couples is huge."""
    exact, values, _, bound = make_integers(dtype, 4)
    x = np.zeros((8, 8), exact.dtype)
    x[2:6, 2:6] = exact
    x[0, 0], x[7, 7] = 11, 13
    x[0, 1:], x[2:6, 6:] = 2.0**40, 2.0**30
    expected = np.concatenate([values, [11, 13]])
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(8)
        found = np.asarray(cp.linalg.eigvals(cp.asarray(x[np.ix_(order, order)].astype(dtype))))
        assert np.count_nonzero(found) == 6
        chosen = found[match(found, expected)]
        assert (np.abs(chosen - expected) <= bound * unit_of(dtype) * np.abs(expected)).all()


@each_dtype
def test_small_and_empty_matrices(dtype):
    for value in (0, 3, float(np.finfo(dtype).max), float(np.finfo(dtype).smallest_subnormal)):
        values, vectors = cp.linalg.eig(cp.asarray(np.full((1, 1), value, dtype)))
        assert np.array_equal(np.asarray(values), np.full(1, value, dtype))
        assert np.array_equal(np.asarray(vectors), np.ones((1, 1)))
    assert not np.asarray(cp.linalg.eigvals(cp.zeros((6, 6), dtype=dtype))).any()
    assert cp.linalg.eigvals(cp.zeros((0, 0), dtype=dtype)).shape == (0,)


@each_dtype
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused(value, dtype):
    exact, _, vectors, _ = make_integers(dtype, 5)
    x, _ = scale_apart(exact, vectors, exponent_of(dtype, -20, 30, 5), np.arange(5))
    x = x.astype(dtype)
    x[3, 1] = value
    for function in (cp.linalg.eig, cp.linalg.eigvals):
        with pytest.raises(cp.LinalgError, match="has a NaN or an infinity"):
            function(cp.asarray(x))


@each_dtype
def test_stacks_and_layouts_have_the_same_bits(dtype):
    exact, _, vectors, _ = make_integers(dtype, 7)
    scaled, _ = scale_apart(exact, vectors, exponent_of(dtype, -300, 250, 7), np.arange(7))
    lower = np.tril(random_matrix(dtype, 7, 7))
    stack = np.stack([exact, scaled, lower, random_matrix(dtype, 7, 7)]).astype(dtype)
    for function in (cp.linalg.eigvals, lambda x: cp.linalg.eig(x).eigenvectors):
        whole = np.asarray(function(cp.asarray(stack)))
        for i, matrix in enumerate(stack):
            alone = function(cp.asarray(np.asfortranarray(matrix)))
            assert_bitwise_equal(whole[i], np.asarray(alone))
        report = check_reproducible(function, cp.asarray(stack), threads=(1, 2, 7))
        assert report.runs > 1
