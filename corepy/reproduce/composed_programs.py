# The golden programs of public functions that are written in Python over native operators. How they
# become calls, and which functions need none, is in composed_cases.py.
"""One program or several for each function, by the name of the function."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import corepy as cp

if TYPE_CHECKING:
    from corepy.random import Generator
    from corepy.tensor import Tensor

__all__ = ["ON_LENGTHS", "ON_OPERANDS", "Form", "OperandProgram", "Results"]

#: What a program is given. ``matrices``: two of one shape, ordinary numbers. ``holes``: the same,
#: the first with NaN among its elements. ``lines``: one axis. ``special``: lines of every size of
#: number. ``counts``: lines of int64 from 0 to 255.
Form: TypeAlias = Literal["matrices", "holes", "lines", "special", "counts"]

#: A tensor, a number, or tuples and lists of these.
Results: TypeAlias = "object"
_OnTwo: TypeAlias = "Callable[[Tensor, Tensor], Results]"
_OnLength: TypeAlias = "Callable[[int, cp.DType], Results]"


class OperandProgram(NamedTuple):
    """What is computed of two operands."""

    form: Form
    run: _OnTwo


def _each(form: Form, programs: dict[str, _OnTwo]) -> dict[str, OperandProgram]:
    return {name: OperandProgram(form, run) for name, run in programs.items()}


def _weights(x: Tensor) -> Tensor:
    return cp.abs(x) + 0.5


def _round(x: Tensor) -> Tensor:
    """Whole numbers, of which many are equal."""
    return cp.round(x * 4)


def _put(x: Tensor, values: Tensor) -> Tensor:
    cp.put(x, [3, -1, 60, 3], values[0, :4])
    return x


_STATISTICS = _each(
    "matrices",
    {
        "median": lambda x, y: (cp.median(x), cp.median(x, 0), cp.median(x, 1)),
        "quantile": lambda x, y: (
            cp.quantile(x, [0.0, 0.1, 0.5, 0.77], 1),
            cp.quantile(x, 0.3, 0, method="hazen"),
            cp.quantile(x, 0.4, 0, method="inverted_cdf", weights=_weights(y)),
        ),
        "percentile": lambda x, y: cp.percentile(x, [10.0, 33.0], 0, method="lower"),
        "average": lambda x, y: (cp.average(x), cp.average(x, 1, _weights(y), returned=True)),
        "cov": lambda x, y: (
            cp.cov(x, rowvar=False),
            cp.cov(x[:9], aweights=_weights(y[0])),
            cp.cov(x[:3], y[:3], ddof=0),
        ),
        "corrcoef": lambda x, y: (cp.corrcoef(x[:9], y[:9]), cp.corrcoef(x, rowvar=False)),
        "ptp": lambda x, y: (cp.ptp(x), cp.ptp(x, 0)),
        "histogram": lambda x, y: (
            cp.histogram(x, 20),
            cp.histogram(x, [-4.0, -1.0, 0.3, 5.0], weights=_weights(y), density=True),
        ),
        "histogram2d": lambda x, y: cp.histogram2d(x[0], y[0], 7, weights=_weights(x[1])),
        "histogram_bin_edges": lambda x, y: cp.histogram_bin_edges(x, 13),
        "sum where": lambda x, y: (cp.sum(x, 0, where=y > 0), cp.sum(x, where=y > 0, initial=2.0)),
        "prod where": lambda x, y: cp.prod(_weights(x[:, :9]), 1, where=y[:, :9] > 0),
        "mean where": lambda x, y: (cp.mean(x, 1, where=y < 1), cp.mean(x, where=y < 1)),
        "var where": lambda x, y: (cp.var(x, 1, where=y < 1), cp.var(x, 0, ddof=1)),
        "std where": lambda x, y: (cp.std(x, 1, where=y < 1), cp.std(x, 0, correction=1.5)),
        "max where": lambda x, y: cp.max(x, 1, where=y < 1, initial=-9.0),
        "min where": lambda x, y: cp.min(x, 1, where=y < 1, initial=9.0),
    },
)

_IGNORING_NAN = _each(
    "holes",
    {
        "nanmedian": lambda x, y: (cp.nanmedian(x), cp.nanmedian(x, 0)),
        "nanquantile": lambda x, y: (
            cp.nanquantile(x, [0.2, 0.5], 0),
            cp.nanquantile(x, 0.3, 1, method="inverted_cdf", weights=_weights(y)),
        ),
        "nanpercentile": lambda x, y: cp.nanpercentile(x, 30.0, 1),
        "nanargmax": lambda x, y: (cp.nanargmax(x), cp.nanargmax(x, 0)),
        "nanargmin": lambda x, y: (cp.nanargmin(x), cp.nanargmin(x, 0)),
        "nancumprod": lambda x, y: cp.nancumprod(x[:, :30] / 2, 1),
        "nancumsum": lambda x, y: (cp.nancumsum(x), cp.nancumsum(x, 0)),
        "nanmax": lambda x, y: (cp.nanmax(x), cp.nanmax(x, 0)),
        "nanmin": lambda x, y: (cp.nanmin(x), cp.nanmin(x, 1)),
        "nanmean": lambda x, y: (cp.nanmean(x), cp.nanmean(x, 0)),
        "nanprod": lambda x, y: (cp.nanprod(x[:9]), cp.nanprod(x[:, :30], 1)),
        "nanstd": lambda x, y: (cp.nanstd(x), cp.nanstd(x, 1, ddof=1)),
        "nansum": lambda x, y: (cp.nansum(x), cp.nansum(x, 0)),
        "nanvar": lambda x, y: (cp.nanvar(x), cp.nanvar(x, 0, correction=1)),
        "fmax": lambda x, y: cp.fmax(x, y),
        "fmin": lambda x, y: cp.fmin(x, y),
        "nan_to_num": lambda x, y: (cp.nan_to_num(x), cp.nan_to_num(x, nan=3.0)),
        "array_equal": lambda x, y: (cp.array_equal(x, x), cp.array_equal(x, x, equal_nan=True)),
    },
)

_SIGNALS = _each(
    "lines",
    {
        "convolve": lambda x, y: (cp.convolve(x, y[:70]), cp.convolve(x[:99], y[:98], "same")),
        "correlate": lambda x, y: (cp.correlate(x, y[:33], "same"), cp.correlate(x, y[:5])),
        "interp": lambda x, y: (
            cp.interp(x, cp.sort(y[:50]), y[50:100]),
            cp.interp(x, cp.sort(y[:9]), y[:9], left=7.0, right=-7.0),
        ),
        "unwrap": lambda x, y: (cp.unwrap(x), cp.unwrap(x * 5, discont=4.0, period=5.0)),
        "gradient": lambda x, y: (cp.gradient(x, 0.3), cp.gradient(x, cp.cumsum(_weights(y)))),
        "trapezoid": lambda x, y: (cp.trapezoid(x, dx=0.3), cp.trapezoid(x, y)),
        "ediff1d": lambda x, y: cp.ediff1d(x, to_end=y[:2], to_begin=y[2:3]),
        "diff": lambda x, y: cp.diff(x, 2, prepend=y[:1], append=y[:2]),
        "polyval": lambda x, y: cp.polyval(y[:7], x),
        "polyadd": lambda x, y: cp.polyadd(x, y[:20]),
        "polymul": lambda x, y: cp.polymul(x, y[:20]),
        "polyder": lambda x, y: cp.polyder(x, 2),
        "polyint": lambda x, y: cp.polyint(x, 2, k=[1.0, -2.0]),
        "polyfit": lambda x, y: (
            cp.polyfit(x, y, 5),
            cp.polyfit(x[:90], y[:90], 2, w=_weights(x[90:180]), cov=True),
        ),
        "roots": lambda x, y: cp.roots(x[:24]),
        "vander": lambda x, y: cp.vander(x[:90], 5),
        "vdot": lambda x, y: cp.vdot(x, y),
        "inner": lambda x, y: cp.inner(x, y),
        "dot": lambda x, y: (cp.dot(x, y), cp.dot(x[:90].reshape((9, 10)), y[:10])),
        "digitize": lambda x, y: cp.digitize(x, cp.sort(y[:40])),
        "intersect1d": lambda x, y: cp.intersect1d(_round(x), _round(y[:200]), return_indices=True),
        "setdiff1d": lambda x, y: cp.setdiff1d(_round(x), _round(y[:50])),
        "setxor1d": lambda x, y: cp.setxor1d(_round(x), _round(y[:50])),
        "union1d": lambda x, y: cp.union1d(_round(x), _round(y)),
        "unique": lambda x, y: cp.unique(
            _round(x), return_index=True, return_inverse=True, return_counts=True
        ),
        "trim_zeros": lambda x, y: cp.trim_zeros(cp.where(x > 2, x, 0.0)),
        "flatnonzero": lambda x, y: cp.flatnonzero(x > y),
        "cumprod": lambda x, y: cp.cumprod(x[:90] / 2),
        "cumsum": lambda x, y: cp.cumsum(x),
        "diag": lambda x, y: (cp.diag(x[:20], 1), cp.diag(x[:90].reshape((9, 10)), -1)),
        "geomspace": lambda x, y: cp.geomspace(1.5, 800.0, 99, dtype=x.dtype),
        "logspace": lambda x, y: cp.logspace(-1.5, 2.5, 99, dtype=x.dtype),
        "frombuffer": lambda x, y: cp.frombuffer(x[:90].tobytes(), x.dtype),
        "fromiter": lambda x, y: cp.fromiter(map(float, cp.unstack(x[:90])), x.dtype),
        "array": lambda x, y: cp.array(x[:90].tolist(), dtype=x.dtype, ndmin=2),
        "asanyarray": lambda x, y: cp.asanyarray(x[:90].tolist(), dtype=x.dtype),
        "r_": lambda x, y: cp.r_[x[:9], 2.5, y[:3]],
        "c_": lambda x, y: cp.c_[x, y],
    },
)

_MATRICES = _each(
    "matrices",
    {
        "einsum": lambda x, y: (
            cp.einsum("ij,ik,ik->jk", x, x[:, :20], y[:, :20]),
            cp.einsum("ij,kj->ik", x, y),
            cp.einsum("ii->i", x[:40, :40]),
            cp.einsum("ij->j", x),
        ),
        "kron": lambda x, y: cp.kron(x[:20], y[:2, :3]),
        "linalg.lstsq": lambda x, y: cp.linalg.lstsq(x, y[:, :3]),
        "linalg.cond": lambda x, y: (cp.linalg.cond(x[:40, :40]), cp.linalg.cond(x[:40, :40], 1)),
        "linalg.multi_dot": lambda x, y: cp.linalg.multi_dot([x, y.T, x, y[0]]),
        "linalg.norm": lambda x, y: (
            cp.linalg.norm(x),
            cp.linalg.norm(x, 1),
            cp.linalg.norm(x, "nuc"),
            cp.linalg.norm(x, axis=0),
        ),
        "svd without vectors": lambda x, y: cp.linalg.svd(x, compute_uv=False),
        "pad": lambda x, y: (
            cp.pad(x, 2, constant_values=7.0),
            cp.pad(x, ((3, 1), (0, 5)), "reflect"),
            cp.pad(x, ((3, 1), (0, 5)), "wrap"),
            cp.pad(x, 3, "edge"),
        ),
        "argpartition": lambda x, y: cp.argpartition(x, 3, axis=0),
        "partition": lambda x, y: cp.partition(x, (3, 9), axis=1),
        "lexsort": lambda x, y: cp.lexsort((x, _round(y)), axis=0),
        "delete": lambda x, y: (cp.delete(x, [1, 5], 1), cp.delete(x, 7)),
        "insert": lambda x, y: (cp.insert(x, [3, 1], y[:2], 0), cp.insert(x, 3, 7.0)),
        "append": lambda x, y: (cp.append(x, y), cp.append(x, y, axis=1)),
        "array_split": lambda x, y: cp.array_split(x, 4)[1],
        "split": lambda x, y: cp.split(x, [1, 4], axis=1)[1],
        "hsplit": lambda x, y: cp.hsplit(x, [2, 9])[1],
        "vsplit": lambda x, y: cp.vsplit(x, [2, 9])[1],
        "column_stack": lambda x, y: cp.column_stack((x, y[:, 0])),
        "dstack": lambda x, y: cp.dstack((x, y)),
        "hstack": lambda x, y: cp.hstack((x, y)),
        "vstack": lambda x, y: cp.vstack((x, y)),
        "block": lambda x, y: cp.block([[x, y], [y, x]]),
        "put": lambda x, y: _put(cp.copy(x), y),
        "atleast_1d": lambda x, y: cp.atleast_1d(x[0, 0]),
        "atleast_2d": lambda x, y: cp.atleast_2d(x[0]),
        "atleast_3d": lambda x, y: cp.atleast_3d(x),
        "ascontiguousarray": lambda x, y: cp.ascontiguousarray(x.T),
        "fliplr": lambda x, y: cp.fliplr(x),
        "flipud": lambda x, y: cp.flipud(x),
        "ravel": lambda x, y: cp.ravel(x),
        "rot90": lambda x, y: cp.rot90(x, 3),
        "swapaxes": lambda x, y: cp.swapaxes(x, 0, 1),
        "transpose": lambda x, y: cp.transpose(x),
        "argwhere": lambda x, y: cp.argwhere(x > y),
    },
)

_TRANSFORMS = _each(
    "matrices",
    {
        "fft.fft2": lambda x, y: cp.fft.fft2(x + cp.multiply(y, 1j), (30, 50)),
        "fft.ifft2": lambda x, y: cp.fft.ifft2(x, norm="ortho"),
        "fft.rfft2": lambda x, y: cp.fft.rfft2(x),
        "fft.irfft2": lambda x, y: cp.fft.irfft2(x + cp.multiply(y, 1j), x.shape),
    },
)

_ELEMENTS = _each(
    "special",
    {
        "angle": lambda x, y: (cp.angle(x), cp.angle(x + cp.multiply(y, 1j), deg=True)),
        "around": lambda x, y: (cp.around(x), cp.around(x, 2), cp.around(x, -1)),
        "cbrt": lambda x, y: cp.cbrt(x),
        "deg2rad": lambda x, y: cp.deg2rad(x),
        "rad2deg": lambda x, y: cp.rad2deg(x),
        "divmod": lambda x, y: cp.divmod(x, y),
        "exp2": lambda x, y: cp.exp2(x),
        "fmod": lambda x, y: (cp.fmod(x, y), cp.fmod(x, 0.3)),
        "sinc": lambda x, y: cp.sinc(x),
        "select": lambda x, y: cp.select([x > 1, y < -1], [x, -y], 0.5),
        "allclose": lambda x, y: (cp.allclose(x, y), cp.allclose(x, x, equal_nan=True)),
        "isclose": lambda x, y: (cp.isclose(x, y), cp.isclose(x, y, 0.5, 1.0, equal_nan=True)),
        "array_equiv": lambda x, y: (cp.array_equiv(x, y), cp.array_equiv(x[:1], x[:1])),
        "iscomplex": lambda x, y: cp.iscomplex(x + cp.multiply(y, 1j)),
        "isreal": lambda x, y: cp.isreal(x + cp.multiply(y, 1j)),
        "clip a_min": lambda x, y: cp.clip(x, a_min=-1.0, a_max=2.0),
        "round decimals": lambda x, y: cp.round(x, decimals=1),
    },
)

_POSITIONS = _each(
    "counts",
    {
        "bincount": lambda x, y: (cp.bincount(x), cp.bincount(x, weights=y / 3, minlength=300)),
        "ravel_multi_index": lambda x, y: cp.ravel_multi_index((x, y), (256, 300)),
        "unravel_index": lambda x, y: cp.unravel_index(x, (16, 16)),
        "ix_": lambda x, y: cp.ix_(x[:9], y[:5]),
    },
)


def _slope(*places: Tensor) -> Tensor:
    return places[0] - places[1] / 3


_FROM_NOTHING: dict[str, _OnLength] = {
    "bartlett": lambda n, dtype: cp.bartlett(n),
    "blackman": lambda n, dtype: cp.blackman(n),
    "hamming": lambda n, dtype: cp.hamming(n),
    "hanning": lambda n, dtype: cp.hanning(n),
    "kaiser": lambda n, dtype: (cp.kaiser(n, 8.0), cp.kaiser(99, 30.0)),
    "diag_indices": lambda n, dtype: cp.diag_indices(20, 3),
    "fromfunction": lambda n, dtype: cp.fromfunction(_slope, (9, 11)),
    "identity": lambda n, dtype: cp.identity(9, dtype=dtype),
    "indices": lambda n, dtype: cp.indices((5, 7), dtype=dtype),
    "mgrid": lambda n, dtype: cp.mgrid[0:3, -1:1:5j],
    "ogrid": lambda n, dtype: cp.ogrid[0:3, -1:1:5j],
    "tri": lambda n, dtype: cp.tri(9, 11, k=1, dtype=dtype),
    "tril_indices": lambda n, dtype: cp.tril_indices(9, -1, 11),
    "triu_indices": lambda n, dtype: cp.triu_indices(9, 1, 11),
}

# ---- random draws ----


def _drawn(run: Callable[[Generator, int, cp.DType], Results]) -> _OnLength:
    """Of a generator that has made three draws."""
    return lambda n, dtype: run(cp.random.Generator(2**100 + 42, 3), n, dtype)


def _spread(n: int) -> Tensor:
    """A parameter for each element, from below 1 to hundreds: every method of a distribution."""
    return cp.exp(cp.linspace(-3.0, 6.0, n))


def _chances(n: int) -> Tensor:
    return cp.linspace(0.01, 0.99, n)


_RANDOM: dict[str, _OnLength] = {
    "random.beta": _drawn(lambda g, n, t: g.beta(n, _spread(n), _spread(n)[::-1], dtype=t)),
    "random.binomial": _drawn(lambda g, n, t: g.binomial(n, 77, _chances(n))),
    "random.chisquare": _drawn(lambda g, n, t: g.chisquare(n, _spread(n), dtype=t)),
    "random.choice": _drawn(
        lambda g, n, t: (
            g.choice(1000, n),
            g.choice(n, n // 2, replace=False),
            g.choice(4, n, p=[0.1, 0.2, 0.3, 0.4]),
            g.choice(90, 40, replace=False, p=[1 / 90] * 90),
        )
    ),
    "random.dirichlet": _drawn(lambda g, n, t: g.dirichlet(n, [0.3, 2.0, 9.0], dtype=t)),
    "random.gamma": _drawn(lambda g, n, t: g.gamma(n, _spread(n), 2.5, dtype=t)),
    "random.geometric": _drawn(lambda g, n, t: g.geometric(n, _chances(n))),
    "random.gumbel": _drawn(lambda g, n, t: g.gumbel(n, 1.0, 2.0, dtype=t)),
    "random.laplace": _drawn(lambda g, n, t: g.laplace(n, 1.0, 2.0, dtype=t)),
    "random.logistic": _drawn(lambda g, n, t: g.logistic(n, 1.0, 2.0, dtype=t)),
    "random.lognormal": _drawn(lambda g, n, t: g.lognormal(n, 0.5, 0.5, dtype=t)),
    "random.multinomial": _drawn(lambda g, n, t: g.multinomial(n, 50, [0.2, 0.3, 0.5])),
    "random.multivariate_normal": _drawn(
        lambda g, n, t: g.multivariate_normal(n, [1.0, -1.0], [[2.0, 0.5], [0.5, 1.0]], dtype=t)
    ),
    "random.pareto": _drawn(lambda g, n, t: g.pareto(n, 3.0, dtype=t)),
    "random.permutation": _drawn(
        lambda g, n, t: (g.permutation(n), g.permutation(cp.eye(9), axis=1))
    ),
    "random.permuted": _drawn(lambda g, n, t: g.permuted(cp.arange(n // 4 * 4).reshape((4, -1)))),
    "random.poisson": _drawn(lambda g, n, t: g.poisson(n, _spread(n))),
    "random.random": _drawn(lambda g, n, t: g.random(n, dtype=t)),
    "random.rayleigh": _drawn(lambda g, n, t: g.rayleigh(n, 2.0, dtype=t)),
    "random.shuffle": _drawn(lambda g, n, t: g.shuffle(cp.arange(n))),
    "random.standard_exponential": _drawn(lambda g, n, t: g.standard_exponential(n, dtype=t)),
    "random.standard_gamma": _drawn(lambda g, n, t: g.standard_gamma(n, _spread(n), dtype=t)),
    "random.standard_normal": _drawn(lambda g, n, t: g.standard_normal(n, dtype=t)),
    "random.weibull": _drawn(lambda g, n, t: g.weibull(n, _spread(n), dtype=t)),
    "random.split": _drawn(lambda g, n, t: [one.bits(9) for one in g.split(3)]),
    "random.fold_in": _drawn(lambda g, n, t: g.fold_in(77).uniform(n, dtype=t)),
}


#: By the public name; a text after a space tells an option that another program computes.
ON_OPERANDS: dict[str, OperandProgram] = {
    **_STATISTICS,
    **_IGNORING_NAN,
    **_SIGNALS,
    **_MATRICES,
    **_TRANSFORMS,
    **_ELEMENTS,
    **_POSITIONS,
}
#: These are given the length of a line and a dtype.
ON_LENGTHS: dict[str, _OnLength] = {**_FROM_NOTHING, **_RANDOM}
