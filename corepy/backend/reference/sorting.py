# Oracle of sort and argsort.
"""Reference sorting: always stable, NaN last in both directions, the two zeros equal."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .registry import Array, reference
from .statistical import normalize_axes


def _sorting_indices(x: Array, axis: int, descending: bool) -> npt.NDArray[np.int64]:
    # Ranks are integers, without NaN or signed zeros, so that one plain stable sort serves all.
    values, inverse = np.unique(x, return_inverse=True)
    ranks = inverse.reshape(x.shape).astype(np.int64)
    if descending:
        ranks = -ranks
    ranks = np.where(np.isnan(x), np.int64(values.size), ranks)
    return np.argsort(ranks, axis=axis, kind="stable").astype(np.int64)


@reference("argsort")
def argsort(x: Array, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """Indices that sort x; stable whatever ``stable`` says."""
    (axis,) = normalize_axes(axis, x.ndim)
    return _sorting_indices(x, axis, descending)


@reference("sort")
def sort(x: Array, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Array:
    """x in order, equal to x taken at ``argsort(x)`` bit by bit."""
    (axis,) = normalize_axes(axis, x.ndim)
    return np.take_along_axis(x, _sorting_indices(x, axis, descending), axis)
