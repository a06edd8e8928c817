# SciPy's array API mode (SCIPY_ARRAY_API=1, set in conftest.py) on corepy, against NumPy.
"""Functions of SciPy that accept any namespace of the standard give Tensors for Tensors."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TypeAlias

import numpy as np
import pytest
from scipy import cluster, fft, integrate, ndimage, optimize, signal, special, stats
from scipy.spatial.transform import Rotation

Program: TypeAlias = Callable[[ModuleType], object]

SAMPLE = np.random.default_rng(1).normal(size=48)
MATRIX = SAMPLE.reshape(12, 4)


def vector(xp: ModuleType) -> object:
    return xp.asarray(SAMPLE)


def positive(xp: ModuleType) -> object:
    return xp.asarray(np.abs(SAMPLE) + 0.1)


def matrix(xp: ModuleType) -> object:
    return xp.asarray(MATRIX)


PROGRAMS: dict[str, Program] = {
    "cluster.hierarchy.linkage": lambda xp: cluster.hierarchy.linkage(matrix(xp)),
    "cluster.vq.kmeans2": lambda xp: cluster.vq.kmeans2(matrix(xp), matrix(xp)[:2, :], iter=3),
    "cluster.vq.whiten": lambda xp: cluster.vq.whiten(matrix(xp)),
    "fft.dct": lambda xp: fft.dct(vector(xp)),
    "fft.fft": lambda xp: fft.fft(vector(xp)),
    "fft.rfft2": lambda xp: fft.rfft2(matrix(xp)),
    "integrate.cumulative_trapezoid": lambda xp: integrate.cumulative_trapezoid(vector(xp)),
    "integrate.trapezoid": lambda xp: integrate.trapezoid(vector(xp)),
    "ndimage.gaussian_filter": lambda xp: ndimage.gaussian_filter(matrix(xp), 1.0),
    "ndimage.median_filter": lambda xp: ndimage.median_filter(matrix(xp), 3),
    "ndimage.zoom": lambda xp: ndimage.zoom(matrix(xp), 2),
    "optimize.rosen": lambda xp: optimize.rosen(vector(xp)),
    "signal.convolve": lambda xp: signal.convolve(vector(xp), vector(xp), method="direct"),
    "signal.detrend": lambda xp: signal.detrend(vector(xp)),
    "signal.fftconvolve": lambda xp: signal.fftconvolve(vector(xp), vector(xp)),
    "signal.hilbert": lambda xp: signal.hilbert(vector(xp)),
    "signal.resample": lambda xp: signal.resample(vector(xp), 20),
    "spatial.Rotation": lambda xp: Rotation.from_rotvec(xp.asarray(MATRIX[:, :3])).as_matrix(),
    "special.entr": lambda xp: special.entr(positive(xp)),
    "special.erf": lambda xp: special.erf(vector(xp)),
    "special.expit": lambda xp: special.expit(vector(xp)),
    "special.gammaln": lambda xp: special.gammaln(positive(xp)),
    "special.log_softmax": lambda xp: special.log_softmax(matrix(xp), axis=1),
    "special.logsumexp": lambda xp: special.logsumexp(matrix(xp), axis=0),
    "special.softmax": lambda xp: special.softmax(matrix(xp), axis=1),
    "special.xlogy": lambda xp: special.xlogy(positive(xp), positive(xp)),
    "stats.circmean": lambda xp: stats.circmean(vector(xp)),
    "stats.describe": lambda xp: tuple(stats.describe(vector(xp)))[2:],
    "stats.directional_stats": lambda xp: stats.directional_stats(matrix(xp)).mean_direction,
    "stats.entropy": lambda xp: stats.entropy(positive(xp)),
    "stats.false_discovery_control": lambda xp: stats.false_discovery_control(
        special.expit(vector(xp))
    ),
    "stats.gmean": lambda xp: stats.gmean(positive(xp)),
    "stats.jarque_bera": lambda xp: stats.jarque_bera(vector(xp)).statistic,
    "stats.kurtosis": lambda xp: stats.kurtosis(vector(xp)),
    "stats.moment": lambda xp: stats.moment(vector(xp), 3),
    "stats.pearsonr": lambda xp: stats.pearsonr(vector(xp), positive(xp)).statistic,
    "stats.quantile": lambda xp: stats.quantile(vector(xp), xp.asarray([0.1, 0.5, 0.9])),
    "stats.rankdata": lambda xp: stats.rankdata(vector(xp)),
    "stats.sem": lambda xp: stats.sem(vector(xp)),
    "stats.skew": lambda xp: stats.skew(vector(xp)),
    "stats.ttest_ind": lambda xp: stats.ttest_ind(vector(xp), positive(xp)).pvalue,
    "stats.wilcoxon": lambda xp: stats.wilcoxon(vector(xp)).pvalue,
    "stats.zscore": lambda xp: stats.zscore(matrix(xp)),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_function_gives_the_values_of_numpy(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(PROGRAMS[name])


def test_window_is_made_by_the_namespace(run_on_both: Callable[..., None]) -> None:
    run_on_both(lambda xp: signal.windows.hann(16, xp=xp))
