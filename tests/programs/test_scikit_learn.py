# scikit-learn with array_api_dispatch=True on corepy, against NumPy.
"""Estimators that are fitted on Tensors compute with corepy and answer with Tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TypeAlias

import numpy as np
import pytest
import sklearn
from sklearn import metrics, preprocessing
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.mixture import GaussianMixture
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import GaussianNB

Program: TypeAlias = Callable[[ModuleType], object]

SOURCE = np.random.default_rng(2)
FEATURES = SOURCE.normal(size=(60, 5))
LABELS = (FEATURES[:, 0] + 0.3 * SOURCE.normal(size=60) > 0).astype(np.int64)
TARGETS = FEATURES @ np.arange(5.0) + 0.1 * SOURCE.normal(size=60)


def features(xp: ModuleType) -> object:
    return xp.asarray(FEATURES)


def labels(xp: ModuleType) -> object:
    return xp.asarray(LABELS)


def targets(xp: ModuleType) -> object:
    return xp.asarray(TARGETS)


def fit_pca(solver: str) -> Program:
    def program(xp: ModuleType) -> object:
        model = PCA(2, svd_solver=solver, random_state=0).fit(features(xp))
        return model.transform(features(xp)), model.explained_variance_ratio_

    return program


def fit_mixture(xp: ModuleType) -> object:
    model = GaussianMixture(2, init_params="random", random_state=0)
    return model.fit(features(xp)).means_


ESTIMATORS: dict[str, Program] = {
    "GaussianMixture": fit_mixture,
    "GaussianNB": lambda xp: GaussianNB().fit(features(xp), labels(xp)).predict(features(xp)),
    "LinearDiscriminantAnalysis": lambda xp: (
        LinearDiscriminantAnalysis().fit(features(xp), labels(xp)).predict(features(xp))
    ),
    "LogisticRegression": lambda xp: LogisticRegression().fit(features(xp), labels(xp)).coef_,
    "PCA-covariance_eigh": fit_pca("covariance_eigh"),
    "PCA-full": fit_pca("full"),
    "PCA-randomized": fit_pca("randomized"),
    "Ridge": lambda xp: Ridge(solver="svd").fit(features(xp), targets(xp)).coef_,
    "train_test_split": lambda xp: train_test_split(features(xp), labels(xp), random_state=0),
}
TRANSFORMERS = ("Binarizer", "MaxAbsScaler", "MinMaxScaler", "Normalizer", "StandardScaler")
CLASSIFICATION = ("accuracy_score", "balanced_accuracy_score", "f1_score", "zero_one_loss")
REGRESSION = ("mean_absolute_error", "mean_squared_error", "r2_score", "max_error")
KERNELS = ("cosine_similarity", "euclidean_distances", "manhattan_distances", "rbf_kernel")


@pytest.fixture(autouse=True)
def dispatch_on_namespaces() -> Iterator[None]:
    with sklearn.config_context(array_api_dispatch=True):
        yield


@pytest.mark.parametrize("name", ESTIMATORS)
def test_estimator(name: str, run_on_both: Callable[..., None]) -> None:
    # Solvers stop at a tolerance of their own.
    run_on_both(ESTIMATORS[name], tolerance=1e-6)


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_transformer(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(lambda xp: getattr(preprocessing, name)().fit_transform(features(xp)))


@pytest.mark.parametrize("name", CLASSIFICATION)
def test_metric_of_classes(name: str, run_on_both: Callable[..., None]) -> None:
    guessed = LABELS.copy()
    guessed[::7] = 1 - guessed[::7]
    run_on_both(lambda xp: getattr(metrics, name)(labels(xp), xp.asarray(guessed)))


def test_confusion_matrix(run_on_both: Callable[..., None]) -> None:
    run_on_both(lambda xp: metrics.confusion_matrix(labels(xp), labels(xp)))


@pytest.mark.parametrize("name", REGRESSION)
def test_metric_of_numbers(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(lambda xp: getattr(metrics, name)(targets(xp), xp.asarray(TARGETS + 0.25)))


@pytest.mark.parametrize("name", KERNELS)
def test_kernel(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(lambda xp: getattr(metrics.pairwise, name)(features(xp)))
