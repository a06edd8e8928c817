# put, block, ndindex and ndenumerate: what the tables of tests/test_written_in_python.py cannot
# hold, since they write into an operand, take nested lists or give iterators.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp


@pytest.mark.parametrize("shape", [(7,), (2, 3), (3, 1, 4), (1,), ()])
@pytest.mark.parametrize("mode", ["raise", "wrap", "clip"])
def test_put_writes_as_numpy(shape, mode):
    rng = np.random.default_rng(3)
    for count in (1, 4, 9):
        x = rng.integers(0, 9, shape)
        last = max(x.size - 1, 0)
        low, high = (-x.size, last) if mode == "raise" else (-20, 20)
        indices = rng.integers(low, high + 1, count)
        values = rng.integers(10, 99, rng.integers(1, count + 3))
        t = cp.asarray(x)
        np.put(x, indices, values, mode=mode)
        cp.put(t, cp.asarray(indices), values.tolist(), mode=mode)
        assert t.tolist() == x.tolist()


def test_put_writes_to_one_tensor_alone():
    x = cp.zeros((2, 2))
    y = x[0]
    cp.put(x, 0, 5)
    assert x.tolist() == [[5, 0], [0, 0]]
    assert y.tolist() == [0, 0]
    cp.put(x, [], [])
    transposed = cp.arange(6).reshape(2, 3).T
    cp.put(transposed, [1], [9])
    assert transposed.tolist() == [[0, 9], [1, 4], [2, 5]]
    assert cp.explain_last_dispatch().op == "put"


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.OutOfBoundsError, lambda: cp.put(cp.ones(3), 3, 1)),
        (cp.OutOfBoundsError, lambda: cp.put(cp.ones(3), -4, 1)),
        (cp.OutOfBoundsError, lambda: cp.put(cp.ones(0), 0, 1, mode="clip")),
        (cp.ArgumentError, lambda: cp.put(cp.ones(3), 0, [])),
        (cp.ArgumentError, lambda: cp.put(cp.ones(3), 0, 1, mode="fill")),
        (cp.ArgumentTypeError, lambda: cp.put(np.ones(3), 0, 1)),
        (cp.DTypeError, lambda: cp.put(cp.ones(3), 0.5, 1)),
        (cp.DTypeError, lambda: cp.put(cp.arange(3), 0, 0.5)),
    ],
)
def test_put_checks_before_it_writes(error, call):
    with pytest.raises(error, match=r"^put: "):
        call()


def test_blocks_are_numpys():
    a, b = np.arange(4.0).reshape(2, 2), np.ones((2, 3))
    for nested in (
        [[a, b], [b.T, np.zeros((3, 3))]],
        [a, b],
        [[a], [7 * a]],
        [[[a]], [[a + 1]]],
        [1, 2, 3],
        [[1, 2], [3, 4]],
        a,
        [a[None], a[None]],
        [np.arange(3), 5],
    ):

        def convert(one):
            if isinstance(one, list):
                return [convert(part) for part in one]
            return cp.asarray(one) if isinstance(one, np.ndarray) else one

        found, expected = cp.block(convert(nested)), np.block(nested)
        assert found.shape == expected.shape
        assert found.tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("error", "nested"),
    [
        (cp.ShapeError, []),
        (cp.ShapeError, [[], [1]]),
        (cp.ShapeError, [[1], 2]),
        (cp.ShapeError, [cp.ones((2, 2)), cp.ones((3, 2))]),
        (cp.ArgumentTypeError, [(1, 2)]),
        (cp.ArgumentTypeError, [np.ones(2)]),
    ],
)
def test_blocks_that_do_not_fit(error, nested):
    with pytest.raises(error, match=r"^block: "):
        cp.block(nested)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 0), (2, 1, 2)])
def test_positions_and_elements_in_order(shape):
    assert list(cp.ndindex(*shape)) == list(np.ndindex(*shape))
    assert list(cp.ndindex(shape)) == list(np.ndindex(shape))
    x = np.arange(float(np.prod(shape))).reshape(shape)
    assert list(cp.ndenumerate(cp.asarray(x))) == list(np.ndenumerate(x))


def test_positions_of_odd_shapes():
    with pytest.raises(cp.ArgumentTypeError, match="ndindex: shape"):
        cp.ndindex(1.5)
    iterator = cp.ndindex(1)
    assert next(iterator) == (0,)
    with pytest.raises(StopIteration):
        next(iterator)


def test_a_negative_extent_has_no_positions():
    with pytest.raises(cp.ShapeError, match=r"^ndindex: .*negative"):
        cp.ndindex(2, -1)
