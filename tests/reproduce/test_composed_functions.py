# Tests of the bits of functions that are programs of native operators: over ISAs, thread counts and
# layouts of their operands. Values are tested in tests/statistics and tests/signal.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import check_reproducible

RNG = np.random.default_rng(0)
MATRIX = RNG.normal(size=(260, 129))
HOLES = np.where(RNG.random(MATRIX.shape) < 0.2, np.nan, MATRIX)
LINE = RNG.normal(size=3000)

MATRICES = {
    "median": lambda x: (cp.median(x), cp.median(x, 0)),
    "quantile": lambda x: cp.quantile(x, [0.1, 0.5, 0.77], 1, method="hazen"),
    "nan": lambda x: (cp.nansum(x, 0), cp.nanmean(x), cp.nanstd(x, 1), cp.nanmax(x, 0)),
    "nanquantile": lambda x: cp.nanquantile(x, 0.3, 0),
    "nan, weighted": lambda x: cp.nanquantile(
        x, 0.3, 0, method="inverted_cdf", weights=cp.abs(cp.nan_to_num(x)) + 1
    ),
    "where": lambda x: (
        cp.sum(x, 0, where=x > 0),
        cp.mean(x, 1, where=x < 1),
        cp.std(x, where=x > 0, ddof=1),
        cp.max(x, 1, where=x < 1, initial=-9.0),
    ),
    "weighted quantile": lambda x: cp.quantile(
        x, [0.1, 0.5], 1, method="inverted_cdf", weights=cp.abs(x)
    ),
    "weighted cov": lambda x: cp.cov(x[:9], aweights=cp.abs(x[9])),
    "cov": lambda x: (cp.cov(x, rowvar=False), cp.corrcoef(x[:9])),
    "average": lambda x: cp.average(x, 1, cp.abs(x)),
    "histogram": lambda x: cp.histogram(x, 20, (-3, 3), weights=cp.exp(x)),
    "rolling": lambda x: cp.sum(cp.sliding_window_view(x, (5, 3)), axis=(-2, -1)),
    "pad": lambda x: cp.pad(x, ((3, 1), (0, 200)), "reflect"),
    "gradient": lambda x: cp.gradient(x, 0.3, axis=0),
    "lstsq": lambda x: cp.linalg.lstsq(x, x[:, :3])[0],
    "einsum": lambda x: (
        cp.einsum("ij,ik,ik->jk", x, x[:, :40], x[:, 40:80]),
        cp.einsum("ii->i", x[:129]),
        cp.einsum("ij->i", x),
    ),
    "trapezoid": lambda x: cp.trapezoid(x, axis=0),
    "norm": lambda x: (cp.linalg.norm(x), cp.linalg.norm(x, 1), cp.linalg.norm(x, axis=0)),
    "cond": lambda x: (cp.linalg.cond(x[:40, :40]), cp.linalg.cond(x[:40, :40], 1)),
    "multi_dot": lambda x: cp.linalg.multi_dot([x, x.T, x, x[0]]),
    "elements": lambda x: (
        cp.cbrt(x),
        cp.sinc(x),
        cp.fmod(x, 0.3),
        cp.angle(x + cp.multiply(x, 1j), deg=True),
        cp.select([x > 1, x < -1], [x, -x], 0.5),
    ),
    "sets": lambda x: (
        *cp.intersect1d(cp.round(x * 9), cp.round(x[:9] * 9), return_indices=True),
        cp.setxor1d(cp.round(x * 9), cp.round(x[:9] * 9)),
    ),
    "orders": lambda x: (cp.lexsort((x, cp.round(x)), axis=0), cp.partition(x, 3, axis=0)),
    "editing": lambda x: (cp.delete(x, [1, 5], 1), cp.insert(x, [3, 1], x[:2], 0)),
}
LINES = {
    "convolve": lambda x: cp.convolve(x, x[:70]),
    "correlate": lambda x: cp.correlate(x, x[:33], "same"),
    "interp": lambda x: cp.interp(x, cp.linspace(-2, 2, 50), cp.sin(cp.linspace(0, 9, 50))),
    "unwrap": lambda x: cp.unwrap(cp.cumsum(x * 3)),
    "polyval": lambda x: cp.polyval([0.5, -1.0, 2.0, 3.0], x),
    "polyfit": lambda x: cp.polyfit(x, cp.sin(x), 5),
    "polynomials": lambda x: (cp.polymul(x, x[:20]), cp.polyder(x, 2), cp.polyint(x)),
    "roots": lambda x: cp.roots(x[:30]),
    "windows": lambda x: (cp.hanning(x.size) * x, cp.kaiser(x.size, 8.0) * x, cp.blackman(51)),
    "vdot": lambda x: cp.vdot(x, x[::-1]),
    "bincount": lambda x: cp.bincount(cp.astype(cp.abs(x) * 5, cp.int64), x),
}


@pytest.mark.isa
@pytest.mark.parametrize("name", [name for name in MATRICES if not name.startswith("nan")])
def test_of_matrices(name):
    check_reproducible(MATRICES[name], cp.asarray(MATRIX), threads=(1, 2, 7))


@pytest.mark.isa
@pytest.mark.parametrize("name", ["nan", "nanquantile", "nan, weighted"])
def test_of_matrices_with_nan(name):
    check_reproducible(MATRICES[name], cp.asarray(HOLES), threads=(1, 2, 7))


@pytest.mark.isa
@pytest.mark.parametrize("name", LINES)
def test_of_lines(name):
    check_reproducible(LINES[name], cp.asarray(LINE), threads=(1, 2, 7))
