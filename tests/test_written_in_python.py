# Every function that is written in Python of native operators, against NumPy: each of them and each
# of their parameters, or a test fails. Corners and bounds of single ones are in tests/statistics,
# tests/signal, tests/numpy_names, tests/random; native operators have oracles.
from __future__ import annotations

import inspect
import math
from operator import attrgetter

import numpy as np
import pytest

import corepy as cp
from corepy.lazy_names import MODULES
from corepy.ops.native import EXTENSIONS

RNG = np.random.default_rng(7)
X = RNG.normal(size=(6, 5)) * 3
Y = RNG.normal(size=(6, 5))
LINE, OTHER = RNG.normal(size=12), RNG.normal(size=5)
POINTS = np.sort(RNG.normal(size=8))
HOLES = np.where(RNG.random(X.shape) < 0.25, np.nan, X)
HOLES[:, 0], HOLES[0] = 1.5, -0.5
WEIGHTS, COUNTS = RNG.random(X.shape), RNG.integers(0, 5, X.shape[1])
MASK = X > -1.0
MASK[:, :2], COUNTS[0] = True, 3
WHOLE = np.asarray([3, 0, 2, 3, 1, 0, 7])
ODD = np.asarray([1.0, np.nan, np.inf, -np.inf])


class Call:
    """The arguments of one call of both libraries; ``numpys`` are options that NumPy wants else."""

    def __init__(self, *args, numpys=None, **options):
        self.args, self.options, self.numpys = args, options, numpys or {}

    def run_own(self, name):
        convert = _convert(cp.asarray)
        return attrgetter(name)(cp)(*convert(self.args), **convert(self.options))

    def run_numpys(self, name):
        convert = _convert(np.copy)  # nan_to_num and others may write into theirs
        return attrgetter(name)(np)(*convert(self.args), **convert(self.options | self.numpys))


def _convert(make):
    def convert(value):
        if isinstance(value, np.ndarray):
            return make(value)
        if isinstance(value, (list, tuple)):
            return type(value)(convert(one) for one in value)
        if isinstance(value, dict):
            return {key: convert(one) for key, one in value.items()}
        return value

    return convert


def quantiles(x, scale):
    selecting = {"method": "inverted_cdf", "axis": 1}
    return [
        Call(x, 0.3 * scale),
        Call(x, [0.0, 0.5 * scale, scale], axis=(0, 1), keepdims=True, method="hazen"),
        Call(x, [0.2 * scale, 0.7 * scale], weights=WEIGHTS, **selecting),
        # One axis of weights fails in NumPy's nanquantile.
        Call(x, 0.4 * scale, weights=np.broadcast_to(COUNTS, x.shape), **selecting),
    ]


def reductions(x, *more):
    return [Call(x), Call(x, axis=0, keepdims=True), *more]


def spreads(x):
    return reductions(x, Call(x, 1, correction=1), Call(x, ddof=1.5))


SPLITS = [Call(X, 3), Call(X, [1, 4])]
CALLS = {
    # statistics
    "median": reductions(X),
    "nanmedian": reductions(HOLES),
    "quantile": quantiles(X, 1),
    "nanquantile": quantiles(HOLES, 1),
    "percentile": quantiles(X, 100),
    "nanpercentile": quantiles(HOLES, 100),
    "nansum": reductions(HOLES, Call(HOLES, 1, dtype="float64")),
    "nanprod": reductions(HOLES, Call(HOLES, 1, dtype="float64")),
    "nancumsum": [Call(HOLES), Call(HOLES, 1, dtype="float64")],
    "nancumprod": [Call(HOLES), Call(HOLES, 1, dtype="float64")],
    "nanmean": reductions(HOLES),
    "nanvar": spreads(HOLES),
    "nanstd": spreads(HOLES),
    "nanmax": reductions(HOLES),
    "nanmin": reductions(HOLES),
    "nanargmax": reductions(HOLES),
    "nanargmin": reductions(HOLES),
    "bincount": [Call(WHOLE, minlength=10), Call(WHOLE, weights=LINE[:7])],
    "digitize": [Call(LINE, POINTS), Call(WHOLE, [0, 2, 3], right=True)],
    "histogram": [
        Call(X, bins=4, range=(-2.0, 3.0), density=True),
        Call(LINE, POINTS, weights=np.abs(LINE), density=None),
    ],
    "histogram2d": [
        Call(LINE, LINE[::-1], bins=(2, 3), range=((-2.0, 2.0), (-1.0, 2.0))),
        Call(LINE, LINE**2, bins=3, density=True, weights=np.abs(LINE)),
    ],
    "histogram_bin_edges": [Call(X, 4), Call(X, bins=3, range=(0.0, 2.0))],
    "average": [
        Call(X, 0, WEIGHTS),
        Call(X, axis=1, weights=WEIGHTS[0], keepdims=True),
        Call(X, returned=True),
        Call(X, 1, WEIGHTS, True),
    ],
    "ptp": reductions(X),
    "cov": [
        Call(X, Y, rowvar=False, bias=True),
        Call(X, ddof=2, fweights=COUNTS, aweights=WEIGHTS[0]),
        Call(X.astype("float32"), dtype="float64"),
    ],
    "corrcoef": [Call(X, Y, rowvar=False), Call(X.astype("float32"), dtype="float64")],
    # signals
    "pad": [Call(X, 2), Call(X, ((1, 2), (0, 3)), constant_values=7.0), Call(X, 2, mode="wrap")],
    "convolve": [Call(LINE, OTHER), Call(LINE, OTHER, mode="same")],
    "correlate": [Call(LINE, OTHER), Call(LINE, OTHER, mode="full")],
    "ediff1d": [Call(X), Call(LINE, to_end=[1.0, 2.0], to_begin=OTHER)],
    "gradient": [Call(X), Call(X, 0.5, axis=1, edge_order=2), Call(OTHER, np.sort(LINE)[:5])],
    "interp": [Call(LINE, POINTS, POINTS**2), Call(LINE, POINTS, POINTS, left=9.0, right=8.0)],
    "trapezoid": [Call(X, dx=0.5), Call(X, np.sort(LINE[:6]), axis=0)],
    "unwrap": [Call(X * 4, axis=0), Call(LINE * 9, discont=4.0, period=5.0)],
    "kron": [Call(X, Y[:2])],
    "polyval": [Call(OTHER, X)],
    "polyadd": [Call(OTHER, LINE)],
    "polymul": [Call(OTHER, LINE)],
    "polyder": [Call(OTHER), Call(LINE, m=3)],
    "polyint": [Call(OTHER), Call(WHOLE, m=2, k=[1.0, -2.0]), Call(LINE, 3, 7.0)],
    "polyfit": [
        Call(LINE, LINE**2, 3),
        Call(OTHER, X.T, deg=2, rcond=1e-9, w=WEIGHTS[0]),
        Call(LINE, LINE**3, 2, full=True),
        Call(LINE, LINE**3, 2, cov=True),
        Call(OTHER, X.T, 2, w=WEIGHTS[0], cov="unscaled"),
    ],
    "roots": [Call([1.0, 2.0, 5.0])],
    "bartlett": [Call(9), Call(1)],
    "blackman": [Call(8), Call(0)],
    "hamming": [Call(9)],
    "hanning": [Call(8)],
    "kaiser": [Call(9, 14.0), Call(8, beta=-2.5)],
    "vander": [Call(OTHER), Call(OTHER, 3, increasing=True)],
    "diff": [Call(X), Call(X, n=2, axis=0), Call(X, prepend=Y[:, :1], append=Y)],
    # shapes
    "atleast_1d": [Call(3.5), Call(X)],
    "atleast_2d": [Call(3.5), Call(LINE)],
    "atleast_3d": [Call(LINE), Call(X)],
    "fliplr": [Call(X)],
    "flipud": [Call(X)],
    "ndim": [Call(X)],
    "ravel": [Call(X)],
    "rot90": [Call(X), Call(X, 3, axes=(1, 0))],
    "shape": [Call(X)],
    "size": [Call(X), Call(X, 1)],
    "swapaxes": [Call(X, 0, 1)],
    "transpose": [Call(X), Call(X, (1, 0))],
    # joining and splitting
    "append": [Call(X, Y), Call(X, Y, axis=1)],
    "array_split": [Call(X, 4), Call(X, [1, 3], axis=1)],
    "split": [*SPLITS, Call(X, 5, axis=1)],
    "hsplit": [Call(X, 5), Call(X, [2])],
    "vsplit": SPLITS,
    "column_stack": [Call((LINE, LINE))],
    "dstack": [Call((X, Y))],
    "hstack": [Call((X, Y))],
    "vstack": [Call((X, Y))],
    # creation
    "array": [Call(X, "float32", copy=True, ndmin=4)],
    "asanyarray": [Call(X, "float32", device="cpu", copy=True)],
    "ascontiguousarray": [Call(X.T, "float32")],
    "diag": [Call(X), Call(OTHER, k=-2)],
    "fromfunction": [Call(lambda i, j: i - 2 * j, (3, 4), dtype=int)],
    "geomspace": [Call(1.0, 8.0, num=5, endpoint=False, dtype="float64")],
    "logspace": [Call(0.0, 2.0, num=5, endpoint=False, base=3.0, dtype="float64")],
    "identity": [Call(3, dtype="int8")],
    "indices": [Call((2, 3), dtype="float64")],
    "ix_": [Call([0, 2], [1, 3, 4])],
    "tri": [Call(3), Call(3, 5, k=1, dtype="int64")],
    # values
    "allclose": [Call(X, X + 1e-9), Call(ODD, ODD, rtol=0.1, atol=1.0, equal_nan=True)],
    "isclose": [Call(X, X + 1e-9), Call(ODD, ODD, rtol=0.1, atol=1.0, equal_nan=True)],
    "array_equal": [Call(X, Y), Call(ODD, ODD, equal_nan=True)],
    "around": [Call(X), Call(X, decimals=2)],
    "cumprod": [Call(X), Call(X, axis=1, dtype="float64")],
    "cumsum": [Call(X), Call(X, axis=1, dtype="float64")],
    "deg2rad": [Call(X)],
    "radians": [Call(X)],
    "rad2deg": [Call(X)],
    "degrees": [Call(X)],
    "dot": [Call(X, Y.T), Call(LINE, LINE), Call(RNG.normal(size=(2, 3, 5)), Y.T)],
    "inner": [Call(X, Y)],
    "exp2": [Call(X)],
    "fmax": [Call(HOLES, Y)],
    "fmin": [Call(HOLES, Y)],
    "nan_to_num": [Call(ODD), Call(ODD, copy=False, nan=1.0, posinf=2.0, neginf=3.0)],
    "einsum": [
        Call("ij,kj->ik", X, Y, dtype="float64"),
        Call("ij,ij,ik->jk", X, Y, X, optimize=True),
        Call("ij,jk,kl", X, Y.T, X, optimize="optimal"),
    ],
    "vdot": [Call(X, Y), Call(X, Y.T + 1j)],
    "angle": [Call(X + 1j * Y), Call(X, deg=True)],
    "cbrt": [Call(X)],
    "divmod": [Call(X, Y), Call(WHOLE, 2)],
    "fmod": [Call(X, Y), Call(WHOLE - 3, 2)],
    "sinc": [Call(X)],
    "select": [Call([X > 1, Y > 0], [X, Y]), Call((X > 1,), (Y,), default=2.5)],
    "array_equiv": [Call(X, X[0]), Call(X[:1], np.broadcast_to(X[0], (4, 5)))],
    "iscomplex": [Call(X), Call(X + 1j * (Y > 0))],
    "isreal": [Call(X), Call(X + 1j * (Y > 0))],
    "iscomplexobj": [Call(X), Call(X + 0j)],
    "isrealobj": [Call(X), Call(X + 0j)],
    "isscalar": [Call(2.5), Call(X)],
    # order, sets
    "argpartition": [Call(OTHER, (0, 1, 2, 3, 4)), Call(X[:2], tuple(range(10)), axis=None)],
    "partition": [Call(OTHER, (0, 1, 2, 3, 4)), Call(X, tuple(range(6)), axis=0)],
    "lexsort": [Call((WHOLE, WHOLE % 2)), Call(np.round(X), axis=0)],
    "intersect1d": [
        Call(WHOLE, COUNTS),
        Call(LINE, LINE[::2], assume_unique=True),
        Call(WHOLE, COUNTS, return_indices=True),
    ],
    "setdiff1d": [Call(WHOLE, COUNTS), Call(LINE, LINE[::2], assume_unique=True)],
    "setxor1d": [Call(WHOLE, COUNTS), Call(LINE, LINE[::2], assume_unique=True)],
    "union1d": [Call(WHOLE, COUNTS)],
    # more and fewer elements
    "delete": [Call(X, 3), Call(X, [1, -1], axis=0)],
    "insert": [Call(X, 3, 7.0), Call(X, [1, -1], Y[:2], axis=0)],
    "trim_zeros": [Call(WHOLE * (WHOLE < 3)), Call(WHOLE * (WHOLE < 3), trim="f")],
    # lines from elsewhere
    "frombuffer": [Call(bytes(range(16))), Call(bytes(range(16)), "int16", count=2, offset=3)],
    "fromiter": [Call(range(5), "int8"), Call([1.5, 2.5, 3.5], dtype="float32", count=2)],
    # positions
    "argwhere": [Call(MASK)],
    "put": [Call(X, WHOLE, LINE[:3]), Call(X, WHOLE * 9, 1.0, mode="wrap")],
    "diag_indices": [Call(3), Call(2, ndim=3)],
    "ravel_multi_index": [
        Call((WHOLE % 3, WHOLE % 4), (3, 4)),
        Call((WHOLE, WHOLE), dims=(3, 4), mode="wrap"),
    ],
    "tril_indices": [Call(4), Call(3, k=-1, m=5)],
    "triu_indices": [Call(4), Call(3, k=-1, m=5)],
    "flatnonzero": [Call(MASK)],
    "unique": [
        Call(WHOLE),
        Call(WHOLE, return_index=True, return_inverse=True, return_counts=1),
        Call(X, axis=1),
    ],
    "unravel_index": [Call(WHOLE, (3, 4)), Call(WHOLE, shape=(2, 2, 2))],
    "block": [Call([[X, Y], [WEIGHTS, HOLES * 0 + 1]]), Call([LINE, OTHER, 3.0]), Call(X)],
    "fft.fft2": [Call(X), Call(X, s=(4, 7), axes=(1, 0), norm="ortho")],
    "fft.ifft2": [Call(X), Call(X, s=(4, 7), axes=(1, 0), norm="ortho")],
    "fft.rfft2": [Call(X), Call(X, s=(4, 7), axes=(1, 0), norm="ortho")],
    "fft.irfft2": [Call(X), Call(X, s=(4, 7), axes=(1, 0), norm="ortho")],
    "linalg.lstsq": [Call(X, Y[:, 0]), Call(X, Y, rcond=0.2)],
    "linalg.cond": [Call(X), Call(X[:5], p=1)],
    "linalg.multi_dot": [Call([X, Y.T, X, OTHER])],
    "linalg.norm": [Call(X), Call(X, ord="nuc", axis=(1, 0), keepdims=True), Call(X, 1, axis=1)],
    # NumPy's options of native functions
    "sum": [Call(X, 1, initial=2.0, where=MASK), Call(X, where=MASK[0], keepdims=True)],
    "prod": [Call(X, 1, initial=2.0, where=MASK), Call(WHOLE, where=WHOLE > 0)],
    "max": [Call(X, 0, initial=0.5), Call(X, 1, initial=-9.0, where=MASK, keepdims=True)],
    "min": [Call(X, 0, initial=0.5), Call(np.zeros((3, 0)), 1, initial=9.0, where=True)],
    "any": [Call(X > 2, 0, where=MASK), Call(HOLES, 1, where=MASK)],
    "all": [Call(X > 0, 0, where=MASK), Call(HOLES, 1, where=MASK)],
    "mean": [Call(X, 1, where=MASK), Call(WHOLE, dtype="float32"), Call(WHOLE, where=WHOLE > 0)],
    "var": [Call(X, 1, ddof=1, where=MASK), Call(X.astype("float32"), dtype="float64")],
    "std": [Call(X, 0, where=MASK, keepdims=True), Call(X.astype("float32"), dtype="float64")],
    "round": [Call(X, 1), Call(X, decimals=-1)],
    "clip": [Call(X, a_min=-1.0, a_max=2.0), Call(X, a_min=None, a_max=Y)],
    "full_like": [Call(X, 7.5, shape=(2, 3)), Call(WHOLE, 7, dtype="int8", shape=4)],
    "ones_like": [Call(X, shape=(2, 3)), Call(WHOLE, "float32", shape=4)],
    "zeros_like": [Call(X, shape=(2, 3)), Call(WHOLE, "float32", shape=4)],
    "empty_like": [Call(X, shape=(3, 0))],  # the one that has values to compare: none
    "svd": [],  # below: NumPy's is in linalg
}
SVD = [Call(X, compute_uv=False), Call(X, full_matrices=False, compute_uv=False)]


def assert_equal(found, expected):
    """Nested results: the same structure, shapes, and values but for some roundings."""
    if expected is None:  # of what writes into an operand: tests/numpy_names/test_editing.py
        assert found is None
        return
    if isinstance(expected, (tuple, list)):
        assert len(found) == len(expected)
        for own, numpys in zip(found, expected, strict=True):
            assert_equal(own, numpys)
        return
    assert np.shape(found) == np.shape(expected)
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("name", [name for name in CALLS if CALLS[name]])
def test_values_are_numpys(name):
    for call in CALLS[name]:
        assert_equal(call.run_own(name), call.run_numpys(name))


def test_singular_values_alone_are_numpys():
    for call in SVD:
        assert_equal(call.run_own("linalg.svd"), call.run_numpys("linalg.svd"))
    with_vectors = cp.linalg.svd(cp.asarray(X), full_matrices=0, compute_uv=1)
    assert with_vectors.U.shape == (6, 5)
    assert cp.linalg.svd(cp.asarray(X), compute_uv=np.False_).tolist() == with_vectors.S.tolist()


@pytest.mark.parametrize("name", [one for one in CALLS if CALLS[one]])
def test_out_takes_the_result(name):
    function = attrgetter(name)(cp)
    if "out" not in inspect.signature(function).parameters:
        return
    for call in CALLS[name]:
        expected = call.run_own(name)
        out = cp.zeros_like(expected)
        call.options["out"] = out
        assert call.run_own(name) is out
        del call.options["out"]
        assert out.tolist() == expected.tolist()
        convert = _convert(cp.asarray)
        with pytest.raises(cp.CorepyError, match=f"^{function.__name__}: out has the wrong type"):
            function(*convert(call.args), **convert(call.options), out="x")


# ---- random draws: their moments ----

N = 40_000
#: Of one element: mean and variance.
MOMENTS = {
    "beta": ({"a": 2.0, "b": 3.0, "dtype": "float64"}, 0.4, 0.04),
    "binomial": ({"n": 20, "p": 0.3}, 6.0, 4.2),
    "chisquare": ({"df": 5.0, "dtype": "float32"}, 5.0, 10.0),
    "choice": ({"a": 4, "replace": True, "p": [0.1, 0.2, 0.3, 0.4]}, 2.0, 1.0),
    "dirichlet": ({"alpha": [2.0, 3.0], "dtype": "float64"}, 0.5, 0.05),
    "gamma": ({"alpha": 2.0, "scale": 3.0, "dtype": "float64"}, 6.0, 18.0),
    "geometric": ({"p": 0.25}, 4.0, 12.0),
    "gumbel": (
        {"loc": 1.0, "scale": 2.0, "dtype": "float32"},
        1.0 + 2 * 0.5772156649015329,
        4 * math.pi**2 / 6,
    ),
    "laplace": ({"loc": 1.0, "scale": 2.0, "dtype": "float64"}, 1.0, 8.0),
    "logistic": ({"loc": 1.0, "scale": 2.0, "dtype": "float32"}, 1.0, 4 * math.pi**2 / 3),
    "lognormal": (
        {"mean": 0.5, "sigma": 0.5, "dtype": "float64"},
        math.exp(0.625),
        math.expm1(0.25) * math.exp(1.25),
    ),
    "multinomial": ({"n": 6, "p": [0.25, 0.75]}, 3.0, 0.25 * 0.75 * 6 + 2.25),
    "multivariate_normal": (
        {"mean": [1.0, 1.0], "cov": [[2.0, 0.5], [0.5, 2.0]], "dtype": "float64"},
        1.0,
        2.0,
    ),
    "pareto": ({"a": 9.0, "dtype": "float64"}, 1 / 8, 9 / (64 * 7)),
    "poisson": ({"lam": 4.5}, 4.5, 4.5),
    "rayleigh": ({"scale": 2.0, "dtype": "float64"}, math.sqrt(2 * math.pi), 8 - 2 * math.pi),
    "weibull": ({"a": 2.0, "dtype": "float32"}, math.sqrt(math.pi) / 2, 1 - math.pi / 4),
}
#: These put elements in another order.
ORDERS = {
    "permutation": [Call(7), Call(X, axis=1)],
    "permuted": [Call(LINE), Call(X, axis=1)],
    "shuffle": [Call(LINE), Call(X, axis=1)],
}


@pytest.mark.parametrize("name", MOMENTS)
def test_moments_of_random_draws(name):
    options, mean, variance = MOMENTS[name]
    drawn = getattr(cp.random.Generator(11), name)(shape=(N,), **options)
    x = np.asarray(drawn).astype(np.float64)
    error = 5 * math.sqrt(variance / N)
    assert abs(x.mean() - mean) < error
    assert abs(x.var() / variance - 1) < 0.1


@pytest.mark.parametrize("name", ORDERS)
def test_orders_hold_every_element_once(name):
    for call in ORDERS[name]:
        drawn = np.asarray(call.run_own(f"random.{name}"))
        (given,) = call.args
        given = np.arange(given) if isinstance(given, int) else given
        axis = call.options.get("axis", 0)
        assert (np.sort(drawn, axis) == np.sort(given, axis)).all()
        assert (drawn != given).any()


def test_a_choice_takes_slices():
    drawn = cp.random.choice(cp.asarray(X), (3,), replace=False, axis=1)
    columns = {tuple(one) for one in X.T.tolist()}
    assert len({tuple(one) for one in np.asarray(drawn).T.tolist()} & columns) == 3


# ---- all of them ----


def functions_in_python():
    """Those of one record of several operations, and their neighbours in the same modules."""
    own = [name for names in MODULES.values() for name in names if _is_own(getattr(cp, name))]
    yield from own
    yield from (f"fft.{name}" for name in cp.fft._LAZY)
    for prefix, space in (("", cp), ("linalg.", cp.linalg), ("random.", cp.random)):
        for name in space.__all__:
            is_composed = hasattr(getattr(space, name), "__composed__")
            if is_composed and name not in own and name != "printoptions":
                yield prefix + name


def _is_own(value):
    parts = ("corepy.statistics", "corepy.signal", "corepy.numpy_names")
    return inspect.isfunction(value) and value.__module__.startswith(parts)


def parameters_tested(name):
    """Those that some call of the tables gives."""
    if name.startswith("random."):
        last = name.removeprefix("random.")
        if last in ORDERS:
            return {"x"}.union(*(call.options for call in ORDERS[last]))
        return {"shape", "axis" if last == "choice" else "shape", *MOMENTS[last][0]}
    signature = inspect.signature(attrgetter(name)(cp))
    bound = (signature.bind(*call.args, **call.options) for call in CALLS[name])
    return {"out"}.union(*(one.arguments for one in bound))


@pytest.mark.parametrize("name", list(functions_in_python()))
def test_every_function_and_parameter_has_a_value_check(name):
    parameters = set(inspect.signature(attrgetter(name)(cp)).parameters)
    assert parameters - {"out"} <= parameters_tested(name)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_every_option_of_numpys_has_a_value_check(name):
    calls = SVD if name == "svd" else CALLS[name]
    space = cp.linalg if name == "svd" else cp
    signature = inspect.signature(getattr(space, name))
    given = set().union(*(signature.bind(*one.args, **one.options).arguments for one in calls))
    assert set(EXTENSIONS[name][1]) <= given


def test_the_walk_finds_functions_and_the_tables_no_others():
    found = set(functions_in_python())
    assert {"median", "einsum", "diff", "linalg.lstsq", "random.gamma", "ravel"} <= found
    random = {f"random.{name}" for name in (*MOMENTS, *ORDERS)}
    assert found | set(EXTENSIONS) == set(CALLS) | random
    with pytest.raises(AssertionError):
        assert_equal(cp.asarray([1.0, 2.0]), np.asarray([1.0, 2.0 + 1e-9]))
    with pytest.raises(AssertionError):
        assert_equal(cp.asarray([1.0]), np.asarray([[1.0]]))
