# Statistical tests of the distributions with fixed keys: each either passes always or fails always.
# Streams, state and errors: test_streams.py.
"""Moments, Kolmogorov-Smirnov, chi-square, correlations.

Thresholds: a statistic beyond them has a probability of about 1e-6 for a right generator, so that a
key is no lucky one: moments 5 standard errors, Kolmogorov's D sqrt(n) 2.7 (p = 2 exp(-2 * 2.7**2)),
chi-square its mean plus 5.5 standard deviations.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

import corepy as cp
from corepy.random import Generator

N = 200_000
KOLMOGOROV = 2.7
erf = np.vectorize(math.erf)


def as_float(x):
    return np.asarray(x).astype(np.float64)


def check_moments(x, mean, variance, excess=3.0):
    """Mean and variance within 5 standard errors; ``excess``: the fourth standardised moment."""
    x = as_float(x).ravel()
    assert abs(x.mean() - mean) < 5 * math.sqrt(variance / x.size)
    assert abs(x.var() - variance) < 5 * variance * math.sqrt(excess / x.size)


def check_kolmogorov(x, distribution):
    """The largest distance of the empirical distribution function from the true one."""
    values = distribution(np.sort(as_float(x).ravel()))
    n = values.size
    steps = np.arange(n)
    distance = max((values - steps / n).max(), ((steps + 1) / n - values).max())
    assert distance * math.sqrt(n) < KOLMOGOROV


def check_chi_square(counts, expected):
    counts, expected = np.asarray(counts, float), np.asarray(expected, float)
    freedom = counts.size - 1
    statistic = ((counts - expected) ** 2 / expected).sum()
    assert statistic < freedom + 5.5 * math.sqrt(2 * freedom) + 10


def normal_distribution(z):
    return 0.5 * (1 + erf(z / math.sqrt(2)))


DTYPES = pytest.mark.parametrize("dtype", [cp.float32, cp.float64], ids=str)


@DTYPES
def test_uniform(dtype):
    x = Generator(11).uniform(N, -2.0, 3.0, dtype=dtype)
    check_moments(x, 0.5, 25 / 12, 1.8)
    check_kolmogorov(x, lambda v: (v + 2) / 5)


@DTYPES
def test_every_bit_of_uniform_is_fair(dtype):
    digits = 24 if dtype == cp.float32 else 53
    k = (as_float(Generator(12).uniform(N, dtype=dtype)) * 2.0**digits).astype(np.int64)
    for bit in range(digits):
        ones = int((k >> bit & 1).sum())
        assert abs(ones - N / 2) < 5 * math.sqrt(N / 4), bit


@DTYPES
def test_normal(dtype):
    x = Generator(13).normal(N, 1.5, 2.0, dtype=dtype)
    check_moments(x, 1.5, 4.0)
    z = (as_float(x) - 1.5) / 2
    check_kolmogorov(z, normal_distribution)
    assert abs((z**3).mean()) < 5 * math.sqrt(15 / N)
    assert abs((z**4).mean() - 3) < 5 * math.sqrt(96 / N)


@DTYPES
def test_tails_of_normal(dtype):
    n = 4_000_000
    z = np.asarray(Generator(14).standard_normal(n, dtype=dtype))
    for limit in (3.0, 4.0, 4.5):
        chance = math.erfc(limit / math.sqrt(2)) / 2
        for count in ((z > limit).sum(), (z < -limit).sum()):
            assert abs(count - n * chance) < 5 * math.sqrt(n * chance) + 1
    assert 4.8 < np.abs(z).max() < 6.5


def test_the_two_normals_of_a_pair_are_independent():
    z = as_float(Generator(15).standard_normal((N // 16, 2, 8)))
    x, y = z[:, 0].ravel(), z[:, 1].ravel()
    for first, second in ((x, y), (x * x, y * y), (np.abs(x), y)):
        assert abs(np.corrcoef(first, second)[0, 1]) < 5 / math.sqrt(x.size)


@DTYPES
def test_exponential(dtype):
    x = Generator(16).exponential(N, 2.5, dtype=dtype)
    check_moments(x, 2.5, 6.25, 9.0)
    check_kolmogorov(x, lambda v: -np.expm1(-v / 2.5))


def test_lognormal():
    x = as_float(Generator(17).lognormal(N, 0.5, 0.25))
    check_kolmogorov((np.log(x) - 0.5) / 0.25, normal_distribution)


# ---- functions of exponential numbers ----

#: name: its arguments, the distribution function, mean, variance, standardised fourth moment.
CONTINUOUS = {
    "laplace": (
        (0.5, 2.0),
        lambda v: np.where(v < 0.5, np.exp((v - 0.5) / 2) / 2, 1 - np.exp((0.5 - v) / 2) / 2),
        (0.5, 8.0, 6.0),
    ),
    "logistic": (
        (-1.0, 0.5),
        lambda v: 1 / (1 + np.exp(-(v + 1) / 0.5)),
        (-1.0, math.pi**2 / 12, 4.2),
    ),
    "gumbel": (
        (2.0, 3.0),
        lambda v: np.exp(-np.exp(-(v - 2) / 3)),
        (2 + 3 * 0.5772156649015329, 9 * math.pi**2 / 6, 5.4),
    ),
    "rayleigh": (
        (2.0,),
        lambda v: -np.expm1(-((v / 2) ** 2) / 2),
        (2 * math.sqrt(math.pi / 2), 8 - 2 * math.pi, 3.25),
    ),
    "weibull": (
        (2.5,),
        lambda v: -np.expm1(-(v**2.5)),
        (math.gamma(1.4), math.gamma(1.8) - math.gamma(1.4) ** 2, 3.0),
    ),
    "pareto": ((12.0,), lambda v: 1 - (1 + v) ** -12.0, (1 / 11, 12 / (121 * 10), 15.0)),
}


@DTYPES
@pytest.mark.parametrize("name", CONTINUOUS)
def test_functions_of_exponential_numbers(name, dtype):
    arguments, distribution, moments = CONTINUOUS[name]
    x = getattr(Generator(42), name)(N, *arguments, dtype=dtype)
    assert x.dtype == dtype
    check_moments(x, *moments)
    check_kolmogorov(x, distribution)


@pytest.mark.parametrize("name", CONTINUOUS)
def test_neighbours_are_independent(name):
    arguments, distribution, _ = CONTINUOUS[name]
    u = distribution(as_float(getattr(Generator(43), name)(N, *arguments)))
    for lag in (1, 2, 8, 16):
        assert abs(np.corrcoef(u[:-lag], u[lag:])[0, 1]) < 5 / math.sqrt(N)


def test_tails_reach_as_far_as_they_should():
    x = as_float(Generator(44).laplace(4_000_000))
    for limit in (8.0, 12.0):
        for count in ((x > limit).sum(), (x < -limit).sum()):
            chance = math.exp(-limit) / 2
            assert abs(count - x.size * chance) < 5 * math.sqrt(x.size * chance) + 1
    assert 12.5 < np.abs(x).max() < 25


@pytest.mark.parametrize("p", [0.02, 0.3, 0.9])
def test_geometric(p):
    x = np.asarray(Generator(45).geometric(N, p))
    assert x.dtype == np.int64
    assert x.min() == 1
    check_moments(x, 1 / p, (1 - p) / p**2, 9 + p**2 / (1 - p))
    count = max(2, int(math.log(20 / N) / math.log1p(-p)))
    chances = (1 - p) ** np.arange(count) * p
    chances[-1] = (1 - p) ** (count - 1)
    check_counts(x, chances, 1)


def test_ends_of_parameters():
    g = Generator(46)
    assert set(g.geometric(50, 1.0).tolist()) == {1}
    rare = np.asarray(g.geometric(1000, 2.0**-53)).astype(float) * 2.0**-53
    check_kolmogorov(rare, lambda v: -np.expm1(-v))
    for name in ("laplace", "logistic", "gumbel"):
        assert getattr(g, name)(3, 1.5, 0).tolist() == [1.5] * 3
    assert g.rayleigh(2, 0.0).tolist() == [0.0, 0.0]
    assert np.isinf(g.weibull(1000, 1e-3).tolist()).any()


def test_names_of_numpys_are_the_same_draws():
    g, same = Generator(47), Generator(47)
    for name, other, options in (
        ("random", "uniform", {}),
        ("standard_exponential", "exponential", {}),
        ("standard_gamma", "gamma", {"alpha": 2.5}),
    ):
        for dtype in (cp.float32, cp.float64):
            x = getattr(g, name)((2, 3), dtype=dtype, **options)
            y = getattr(same, other)((2, 3), dtype=dtype, **options)
            assert x.tolist() == y.tolist()
            assert x.dtype == dtype


def test_multivariate_normal():
    mean, cov = (
        np.asarray([1.0, -2.0, 0.5]),
        np.asarray([[2, 0.6, 0], [0.6, 1, -0.3], [0, -0.3, 1]]),
    )
    x = as_float(Generator(48).multivariate_normal(N, mean.tolist(), cov.tolist()))
    assert x.shape == (N, 3)
    for column in range(3):
        check_moments(x[:, column], mean[column], cov[column, column])
        z = (x[:, column] - mean[column]) / math.sqrt(cov[column, column])
        check_kolmogorov(z, normal_distribution)
    found = np.cov(x.T)
    spread = np.sqrt((np.outer(np.diag(cov), np.diag(cov)) + cov**2) / N)
    assert (np.abs(found - cov) < 5 * spread).all()
    white = (x - mean) @ np.linalg.inv(np.linalg.cholesky(cov)).T
    check_kolmogorov((white**2).sum(-1) / 2, lambda v: chi_square_of_three(v))


def chi_square_of_three(half):
    """The distribution function of half of a chi-square number of 3 degrees of freedom."""
    root = np.sqrt(half)
    return erf(root) - 2 * root * np.exp(-half) / math.sqrt(math.pi)


def test_a_singular_covariance_is_kept():
    cov = [[1.0, 2.0], [2.0, 4.0]]
    x = as_float(Generator(49).multivariate_normal(1000, [0.0, 0.0], cov))
    np.testing.assert_allclose(x[:, 1], 2 * x[:, 0], atol=1e-7)
    single = Generator(49).multivariate_normal((), cp.zeros(2), cp.asarray(cov))
    assert single.tolist() == x[0].tolist()


def test_lines_are_permuted_on_their_own():
    x = cp.broadcast_to(cp.arange(3), (12_000, 3))
    y = np.asarray(Generator(50).permuted(x, axis=1))
    _, counts = np.unique(y @ np.asarray([9, 3, 1]), return_counts=True)
    check_chi_square(counts, np.full(6, 2000))
    pairs = y[::2] @ np.asarray([9, 3, 1]) * 27 + y[1::2] @ np.asarray([9, 3, 1])
    check_chi_square(np.unique(pairs, return_counts=True)[1], np.full(36, 6000 / 36))
    columns = np.asarray(Generator(50).permuted(x.T, axis=0))
    assert (np.sort(columns, axis=0) == np.arange(3)[:, None]).all()
    whole = np.asarray(Generator(51).permuted(x[:50]))
    assert whole.shape == (50, 3)
    assert (np.bincount(whole.ravel()) == 50).all()
    assert (np.sort(whole, axis=1) != np.arange(3)).any()


# ---- integers ----


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64"])
def test_small_ranges_are_flat(dtype):
    x = np.asarray(Generator(18).integers(N, 3, 103, dtype=getattr(cp, dtype)))
    assert x.dtype == dtype
    check_chi_square(np.bincount(x.astype(int) - 3, minlength=100), np.full(100, N / 100))


@pytest.mark.parametrize(
    "count", [2**32 - 1, 2**32 + 1, 3 << 31, 2**63 + 1, 3 << 62, 2**64 - 1, 2**64]
)
def test_wide_ranges_are_flat(count):
    """Without rejection, a third of the values of 3 << 62 would come twice as often."""
    x = np.asarray(Generator(19).integers(N, 0, count, dtype=cp.uint64))
    assert int(x.max()) < count
    part = np.asarray([int(value) * 48 // count for value in x])
    check_chi_square(np.bincount(part, minlength=48), np.full(48, N / 48))
    residue = np.asarray([int(value) % 3 for value in x])
    check_chi_square(np.bincount(residue, minlength=3), np.full(3, N / 3))


def test_the_ends_of_integers():
    g = Generator(20)
    assert set(g.integers(100, -128, -126, dtype=cp.int8).tolist()) == {-128, -127}
    assert set(g.integers(100, 5, 5, endpoint=True).tolist()) == {5}
    full = np.asarray(g.integers(N, -128, 127, dtype=cp.int8, endpoint=True))
    check_chi_square(np.bincount(full.astype(int) + 128, minlength=256), np.full(256, N / 256))


# ---- several draws ----


@pytest.mark.parametrize("alpha", [0.3, 1.0, 2.5, 400.0])
def test_gamma(alpha):
    x = Generator(21).gamma(N, alpha, 2.0)
    check_moments(x, 2 * alpha, 4 * alpha, 2 + 6 / alpha)
    if alpha == 1:
        check_kolmogorov(x, lambda v: -np.expm1(-v / 2))


def test_chisquare_is_a_sum_of_squares():
    x = as_float(Generator(22).chisquare(N, 2.0))
    check_kolmogorov(x, lambda v: -np.expm1(-v / 2))


def test_beta():
    check_moments(Generator(23).beta(N, 2.0, 3.0), 0.4, 0.04, 2.4)
    check_kolmogorov(Generator(24).beta(N, 3.0, 1.0), lambda v: v**3)
    tiny = as_float(Generator(25).beta(2000, 1e-4, 1e-4))
    assert np.isfinite(tiny).all()
    assert abs(tiny.mean() - 0.5) < 0.06


def poisson_chances(mean, length):
    k = np.arange(length)
    return np.exp(k * math.log(mean) - mean - np.asarray([math.lgamma(i + 1) for i in k]))


def check_counts(x, chances, low):
    """Chi-square of counts from ``low`` on; both tails are gathered in the cells at the ends."""
    x = np.clip(np.asarray(x).ravel(), low, low + chances.size - 1) - low
    check_chi_square(np.bincount(x, minlength=chances.size), x.size * chances)


@pytest.mark.parametrize(("mean", "low", "high"), [(0.5, 0, 4), (9.5, 2, 19), (40.0, 22, 60)])
def test_poisson(mean, low, high):
    x = Generator(26).poisson(N, mean)
    check_moments(x, mean, mean, 3 + 1 / mean)
    chances = poisson_chances(mean, 200)
    cells = chances[low : high + 1].copy()
    cells[0] += chances[:low].sum()
    cells[-1] += chances[high + 1 :].sum()
    check_counts(x, cells, low)


@pytest.mark.parametrize(
    ("n", "p", "low", "high"), [(7, 0.3, 0, 5), (60, 0.5, 18, 42), (200, 0.93, 172, 198)]
)
def test_binomial(n, p, low, high):
    x = Generator(27).binomial(N, n, p)
    check_moments(x, n * p, n * p * (1 - p))
    chances = np.asarray([math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
    cells = chances[low : high + 1].copy()
    cells[0] += chances[:low].sum()
    cells[-1] += chances[high + 1 :].sum()
    check_counts(x, cells, low)


def test_binomial_at_the_ends():
    g = Generator(28)
    assert set(g.binomial(50, 30, 0.0).tolist()) == {0}
    assert set(g.binomial(50, 30, 1.0).tolist()) == {30}
    assert set(g.binomial(50, 0, 0.5).tolist()) == {0}


def test_parameters_by_element():
    """An element's value is what it would be if all elements had its parameter."""
    means = [0.0, 3.0, 9.0, 11.0, 500.0] * 40
    x = np.asarray(Generator(29).poisson(200, cp.asarray(means)))
    y = np.asarray(Generator(30).gamma(200, cp.asarray(means) + 0.5))
    for mean in set(means):
        same = np.asarray(means) == mean
        assert (x[same] == np.asarray(Generator(29).poisson(200, mean))[same]).all()
        assert (y[same] == np.asarray(Generator(30).gamma(200, mean + 0.5))[same]).all()


#: Of draws made of others.
OPTIONS = {
    "gamma": (0.7,),
    "poisson": (30.0,),
    "binomial": (100, 0.4),
    "beta": (2.0, 0.5),
    "standard_gamma": (3.0,),
    "geometric": (0.1,),
    **{name: arguments for name, (arguments, *_) in CONTINUOUS.items()},
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.isa
def test_values_do_not_depend_on_shape_or_isa(name):
    options = OPTIONS
    line = np.asarray(getattr(Generator(31), name)(3000, *options[name]))
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            part = np.asarray(getattr(Generator(31), name)((4, 25), *options[name]))
        assert part.tobytes() == line[:100].tobytes()
    with cp.settings.override(num_threads=2):
        long = np.asarray(getattr(Generator(31), name)(300_000, *options[name]))
    assert long[:3000].tobytes() == line.tobytes()


@pytest.mark.isa
def test_points_do_not_depend_on_shape_or_isa():
    options = ([1.0, 2.0, 3.0], [[2.0, 0.5, 0.1], [0.5, 1.0, 0.3], [0.1, 0.3, 1.0]])
    line = np.asarray(Generator(31).multivariate_normal(3000, *options))
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            part = np.asarray(Generator(31).multivariate_normal((4, 25), *options))
        assert part.tobytes() == line[:100].tobytes()


def test_multinomial_and_dirichlet():
    p = [0.1, 0.0, 0.2, 0.7]
    counts = np.asarray(Generator(32).multinomial(20_000, 12, p))
    assert (counts.sum(-1) == 12).all()
    assert (counts[:, 1] == 0).all()
    for index in (0, 2, 3):
        check_moments(counts[:, index], 12 * p[index], 12 * p[index] * (1 - p[index]), 6.0)
    points = as_float(Generator(33).dirichlet(20_000, [1.0, 2.0, 0.5]))
    assert np.abs(points.sum(-1) - 1).max() < 1e-15
    check_moments(points[:, 1], 2 / 3.5, 2 * 1.5 / (3.5**2 * 4.5), 3.0)


# ---- order and selection ----


def test_permutations_are_equally_likely():
    ranks = np.stack([np.asarray(Generator(34, i).permutation(4)) for i in range(6000)])
    codes = ranks @ np.asarray([64, 16, 4, 1])
    _, counts = np.unique(codes, return_counts=True)
    check_chi_square(counts, np.full(24, 6000 / 24))


def test_shuffle_returns_a_new_tensor():
    x = cp.reshape(cp.arange(12), (3, 4))
    y = Generator(35).shuffle(x, axis=1)
    assert np.array_equal(np.asarray(x), np.arange(12).reshape(3, 4))
    assert np.array_equal(np.sort(np.asarray(y), axis=1), np.arange(12).reshape(3, 4))
    same = Generator(35).permutation(x, axis=1)
    assert np.array_equal(np.asarray(y), np.asarray(same))


def test_choice():
    p = [0.1, 0.0, 0.2, 0.7]
    counts = np.bincount(np.asarray(Generator(36).choice(4, N, p=p)), minlength=4)
    assert counts[1] == 0
    check_chi_square(counts[[0, 2, 3]], N * np.asarray([0.1, 0.2, 0.7]))
    flat = np.bincount(np.asarray(Generator(37).choice(5, (100, N // 100))).ravel())
    check_chi_square(flat, np.full(5, N / 5))
    rows = Generator(38).choice(cp.reshape(cp.arange(12), (6, 2)), 6, replace=False)
    assert sorted(rows[:, 0].tolist()) == [0, 2, 4, 6, 8, 10]


def test_weighted_choice_without_replacement():
    p = [0.5, 0.3, 0.2]
    pairs = [Generator(39, i).choice(3, 2, replace=False, p=p).tolist() for i in range(5000)]
    assert all(first != second for first, second in pairs)
    for first, chance in enumerate(p):
        for second, other in enumerate(p):
            if first != second:
                expected = 5000 * chance * other / (1 - chance)
                count = sum(pair == [first, second] for pair in pairs)
                assert abs(count - expected) < 5 * math.sqrt(expected)


def test_split_streams_are_not_correlated():
    children = [*Generator(40).split(6), *(Generator(40).fold_in(i) for i in range(6))]
    lines = np.stack([as_float(child.standard_normal(50_000)) for child in children])
    correlation = np.corrcoef(lines) - np.eye(len(lines))
    assert np.abs(correlation).max() < 5.5 / math.sqrt(50_000)
    draws = Generator(41)
    successive = np.stack([as_float(draws.uniform(50_000)) for _ in range(6)])
    assert np.abs(np.corrcoef(successive) - np.eye(6)).max() < 5.5 / math.sqrt(50_000)
    for lag in (1, 2, 8, 16, 32):
        first, second = successive[0, :-lag], successive[0, lag:]
        assert abs(np.corrcoef(first, second)[0, 1]) < 5 / math.sqrt(50_000)


SPREAD = cp.exp(cp.linspace(-3.0, 6.0, 3000))
BLOCKED = {
    "gamma": lambda g: g.gamma(3000, SPREAD, 2.5),
    "gamma of float32": lambda g: g.gamma((30, 100), 0.3, dtype="float32"),
    "gamma of columns": lambda g: g.gamma((100, 30), SPREAD.reshape((30, 100)).T),
    "gamma of rows": lambda g: g.gamma((100, 30), SPREAD[:30]),
    "chisquare": lambda g: g.chisquare(3000, SPREAD),
    "beta": lambda g: g.beta((3, 1000), SPREAD.reshape((3, 1000)), 2.0),
    "beta of small ones": lambda g: g.beta(3000, 1e-4, 1e-4),
    "dirichlet": lambda g: g.dirichlet((10, 100), [0.3, 2.0, 9.0]),
    "poisson": lambda g: g.poisson((50, 60), SPREAD.reshape((50, 60))),
    "binomial": lambda g: g.binomial(3000, 77, cp.linspace(0.0, 1.0, 3000)),
    "multinomial": lambda g: g.multinomial((5, 600), 50, [0.2, 0.3, 0.5]),
    "choice": lambda g: g.choice(5, (3, 1000), p=[0.1, 0.2, 0.3, 0.15, 0.25]),
}


@pytest.mark.parametrize("name", BLOCKED)
def test_blocks_have_the_bits_of_the_whole(name, monkeypatch):
    g = Generator(2**90 + 5, 2)
    whole = BLOCKED[name](g)
    monkeypatch.setattr("corepy.ops.blocks._BLOCK", 64)
    again = Generator(2**90 + 5, 2)
    with cp.settings.override(strict=True):
        assert cp.digest(BLOCKED[name](again)) == cp.digest(whole)
    assert again.draw_count == g.draw_count == 3
