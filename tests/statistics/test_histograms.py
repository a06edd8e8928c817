# Tests of histogram, histogram2d, bincount and digitize: against NumPy.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp

VALUES = np.random.default_rng(0).normal(size=500)


@pytest.mark.parametrize("bins", [1, 7, 10, 64])
@pytest.mark.parametrize("range", [None, (-1.0, 1.0), (0.0, 5.0)])
@pytest.mark.parametrize("density", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_histogram_is_numpys(bins, range, density, weighted):
    weights = np.random.default_rng(1).random(500) if weighted else None
    expected, edges = np.histogram(VALUES, bins, range, density=density, weights=weights)
    given = None if weights is None else cp.asarray(weights)
    counts, own_edges = cp.histogram(cp.asarray(VALUES), bins, range, density, given)
    np.testing.assert_allclose(np.asarray(own_edges), edges, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(np.asarray(counts), expected, rtol=1e-12)
    if not density and not weighted:
        assert counts.dtype == cp.int64


def test_every_element_is_in_the_bin_of_its_edges():
    """Where NumPy's and our edges agree or not: by comparison, element by element."""
    rng = np.random.default_rng(2)
    x = np.concatenate([rng.random(300), np.linspace(0, 1, 31)])
    counts, edges = cp.histogram(cp.asarray(x), 30)
    limits = edges.tolist()
    own = [0] * 30
    for value in x.tolist():
        places = [i for i in range(30) if limits[i] <= value < limits[i + 1]]
        own[places[0] if places else 29] += 1
    assert counts.tolist() == own


@pytest.mark.parametrize("edges", [[-2.0, 0.0, 0.5, 3.0], [0.0, 0.0, 1.0], [0.5], [-1, 0, 2]])
def test_given_edges(edges):
    expected, _ = np.histogram(VALUES, edges) if len(edges) > 1 else (np.zeros(0), None)
    counts, own_edges = cp.histogram(cp.asarray(VALUES), edges)
    assert counts.tolist() == expected.tolist()
    assert own_edges.tolist() == edges


def test_corners():
    counts, edges = cp.histogram(cp.zeros(0), 4)
    assert counts.tolist() == [0, 0, 0, 0]
    assert edges.tolist() == [0, 0.25, 0.5, 0.75, 1]
    counts, edges = cp.histogram(cp.asarray([3, 3]), 2)
    assert counts.tolist() == [0, 2]
    assert edges.tolist() == [2.5, 3.0, 3.5]
    counts, _ = cp.histogram(cp.asarray([0.5, cp.nan, 2.0, -1.0]), 2, (0.0, 1.0))
    assert counts.tolist() == [0, 1]
    counts, _ = cp.histogram(cp.asarray([[0, 1], [1, 2]]), 3, (0, 3))
    assert counts.tolist() == [1, 2, 1]
    assert cp.histogram_bin_edges([0, 4], 2).tolist() == [0, 2, 4]


@pytest.mark.parametrize("density", [False, True])
def test_histogram2d_is_numpys(density):
    x, y = np.random.default_rng(5).normal(size=(2, 300))
    bins = [np.asarray([-3.0, -1.0, 0.0, 2.0]), 5]
    expected, x_edges, y_edges = np.histogram2d(x, y, bins=bins, density=density)
    found = cp.histogram2d(
        cp.asarray(x), cp.asarray(y), ([-3.0, -1.0, 0.0, 2.0], 5), density=density
    )
    np.testing.assert_allclose(np.asarray(found[0]), expected, rtol=1e-12)
    np.testing.assert_allclose(np.asarray(found[1]), x_edges)
    np.testing.assert_allclose(np.asarray(found[2]), y_edges)


@pytest.mark.parametrize("dtype", ["int8", "uint64", "int64"])
def test_bincount(dtype):
    x = np.random.default_rng(0).integers(0, 20, 300).astype(dtype)
    weights = np.random.default_rng(1).random(300)
    t = cp.asarray(x)
    narrow = x.astype(np.int64)
    assert cp.bincount(t).tolist() == np.bincount(narrow).tolist()
    assert cp.bincount(t, minlength=33).tolist() == np.bincount(narrow, minlength=33).tolist()
    # The order of the elements is NumPy's too: the same bits.
    assert cp.bincount(t, cp.asarray(weights)).tolist() == np.bincount(narrow, weights).tolist()
    assert cp.bincount([]).tolist() == []
    assert cp.bincount(cp.zeros(0, dtype=dtype), minlength=2).tolist() == [0, 0]


@pytest.mark.parametrize("right", [False, True])
@pytest.mark.parametrize("bins", [[0.0, 1.0, 2.5, 4.0], [4.0, 2.5, 1.0, 0.0], [1.0], [1.0, 1.0]])
def test_digitize(right, bins):
    x = np.asarray([-1.0, 0.0, 0.5, 1.0, 2.5, 3.0, 4.0, 9.0, np.inf])
    found = cp.digitize(cp.asarray(x), bins, right)
    assert found.tolist() == np.digitize(x, bins, right).tolist()


@pytest.mark.isa
def test_weights_are_added_in_order_whatever_the_isa():
    x = cp.asarray(VALUES)
    weights = cp.asarray(np.random.default_rng(9).normal(size=500))
    digests = set()
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            digests.add(cp.digest(cp.histogram(x, 13, weights=weights)[0]))
    assert len(digests) == 1


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ArgumentError, lambda: cp.histogram(cp.ones(3), 0)),
        (cp.ArgumentError, lambda: cp.histogram(cp.ones(3), "auto")),
        (cp.ArgumentError, lambda: cp.histogram(cp.ones(3), [1.0, 0.0])),
        (cp.ArgumentError, lambda: cp.histogram(cp.ones(3), [0.0, cp.nan])),
        (cp.ArgumentError, lambda: cp.histogram(cp.asarray([cp.nan]))),
        (cp.ArgumentError, lambda: cp.histogram(cp.asarray([1.0, cp.inf]))),
        (cp.ArgumentError, lambda: cp.histogram(cp.ones(3), 2, (1.0, 0.0))),
        (cp.ShapeError, lambda: cp.histogram(cp.ones(3), cp.ones((2, 2)))),
        (cp.ShapeError, lambda: cp.histogram(cp.ones(3), 2, weights=cp.ones(2))),
        (cp.DTypeError, lambda: cp.histogram(cp.asarray([1j]))),
        (cp.ArgumentError, lambda: cp.bincount(cp.asarray([-1]))),
        (cp.ArgumentError, lambda: cp.bincount(cp.asarray([1]), minlength=-1)),
        (cp.DTypeError, lambda: cp.bincount(cp.ones(2))),
        (cp.ShapeError, lambda: cp.bincount(cp.asarray([[1]]))),
        (cp.ArgumentError, lambda: cp.digitize(cp.ones(2), [1.0, 3.0, 2.0])),
        (cp.ShapeError, lambda: cp.histogram2d(cp.ones(2), cp.ones(3))),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^(histogram2?d?|bincount|digitize): "):
        call()


def test_a_negative_element_is_told():
    with pytest.raises(cp.ArgumentError, match=r"^bincount: .*got -4; expected"):
        cp.bincount(cp.asarray([3, -4, -1]))
    with pytest.raises(cp.ShapeError, match=r"^bincount: .*got shape \(1, 1\); expected \(n,\)"):
        cp.bincount(cp.asarray([[1]]))


def test_bins_that_the_dtype_cannot_tell_apart_are_refused():
    x = np.asarray([1e8, 1e8 + 8, 1e8 + 16], dtype="float32")
    with pytest.raises(cp.ArgumentError, match=r"^histogram: too many bins .*float32"):
        cp.histogram(cp.asarray(x), bins=10)
    counts, edges = cp.histogram(cp.asarray(x, dtype=cp.float64), bins=10)
    assert cp.sum(counts).item() == 3
    assert cp.all(edges[1:] > edges[:-1])
