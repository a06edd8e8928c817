# Methods of Tensor, copies, pickling, digests, memory. Operators' values are tested elsewhere.
"""Methods do what the functions do; tensors are values."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import numpy as np
import pytest

import corepy
from corepy import Tensor, _core
from corepy.testing import assert_bitwise_equal

X = corepy.asarray([[3.5, -1.25, 2.0], [0.5, 8.0, -4.75]])


@pytest.mark.parametrize(
    ("method", "function"),
    [
        (lambda x: x.sum(), lambda x: corepy.sum(x)),
        (lambda x: x.sum(0), lambda x: corepy.sum(x, axis=0)),
        (lambda x: x.sum(dtype="float32"), lambda x: corepy.sum(x, dtype="float32")),
        (lambda x: x.prod(1, keepdims=True), lambda x: corepy.prod(x, axis=1, keepdims=True)),
        (lambda x: x.mean(axis=(0, 1)), lambda x: corepy.mean(x, axis=(0, 1))),
        (lambda x: x.max(1), lambda x: corepy.max(x, axis=1)),
        (lambda x: x.min(1), lambda x: corepy.min(x, axis=1)),
        (lambda x: x.var(1, correction=1), lambda x: corepy.var(x, axis=1, correction=1)),
        (lambda x: x.std(0), lambda x: corepy.std(x, axis=0)),
        (lambda x: x.any(), lambda x: corepy.any(x)),
        (lambda x: x.all(0), lambda x: corepy.all(x, axis=0)),
        (lambda x: x.argmax(1), lambda x: corepy.argmax(x, axis=1)),
        (lambda x: x.argmin(), lambda x: corepy.argmin(x)),
        (lambda x: x.matmul(x.T), lambda x: corepy.matmul(x, x.T)),
        (lambda x: x @ x.T, lambda x: corepy.matmul(x, x.T)),
        (lambda x: x.sort(0, descending=True), lambda x: corepy.sort(x, axis=0, descending=True)),
        (lambda x: x.argsort(), lambda x: corepy.argsort(x)),
        (lambda x: x.diagonal(1), lambda x: corepy.linalg.diagonal(x, offset=1)),
        (
            lambda x: x.trace(-1, "float32"),
            lambda x: corepy.linalg.trace(x, offset=-1, dtype="float32"),
        ),
        (
            lambda x: x[0].searchsorted(x, "right", sorter=corepy.argsort(x[0])),
            lambda x: corepy.searchsorted(x[0], x, side="right", sorter=corepy.argsort(x[0])),
        ),
        (lambda x: x.abs(), lambda x: corepy.abs(x)),
        (lambda x: abs(x), lambda x: corepy.abs(x)),
        (lambda x: x.clip(0, 3), lambda x: corepy.clip(x, 0, 3)),
        (lambda x: x.clip(max=1), lambda x: corepy.clip(x, None, 1)),
        (lambda x: x.conj(), lambda x: corepy.conj(x)),
        (lambda x: x.round(), lambda x: corepy.round(x)),
        (lambda x: round(x), lambda x: corepy.round(x)),
        (lambda x: x.reshape(3, 2), lambda x: corepy.reshape(x, (3, 2))),
        (lambda x: x.reshape((3, -1)), lambda x: corepy.reshape(x, (3, 2))),
        (lambda x: x.reshape(-1), lambda x: corepy.reshape(x, (6,))),
        (lambda x: x.permute_dims(1, 0), lambda x: corepy.permute_dims(x, (1, 0))),
        (lambda x: x.T, lambda x: corepy.permute_dims(x, (1, 0))),
        (lambda x: x.mT, lambda x: corepy.matrix_transpose(x)),
        (lambda x: x.expand_dims(0).squeeze(0), lambda x: x),
        (lambda x: x.broadcast_to(2, 2, 3), lambda x: corepy.broadcast_to(x, (2, 2, 3))),
        (lambda x: x.astype("int8"), lambda x: corepy.astype(x, corepy.int8)),
        (lambda x: x.copy(), lambda x: corepy.copy(x)),
        (lambda x: x.to_device("cpu"), lambda x: x),
        (
            lambda x: x.take(corepy.asarray([1]), axis=1),
            lambda x: corepy.take(x, corepy.asarray([1]), axis=1),
        ),
    ],
)
def test_method_is_the_function(
    method: Callable[[Tensor], Tensor], function: Callable[[Tensor], Tensor]
) -> None:
    assert_bitwise_equal(method(X), function(X))


def test_results_are_public_tensors() -> None:
    for result in (X + 1, -X, X[0], X.T, corepy.ones(2), next(iter(X)), X.sum()):
        assert type(result) is Tensor


@pytest.mark.parametrize("name", sorted(_core.dtypes()))
def test_bytes_are_the_elements_in_c_order(name: str) -> None:
    x = corepy.astype(corepy.asarray([[0, 1, 1], [1, 0, 1]]), name)
    for layout in (x, x.T, x[:, ::-1], corepy.broadcast_to(x[:1], (4, 3)), x[0, 1], x[:0]):
        found = layout.tobytes()
        assert len(found) == layout.nbytes
        again = _core.view_bytes("x", found, x.dtype, layout.shape, 0, False, False)
        assert corepy.digest(again) == corepy.digest(layout)
        assert name == "bfloat16" or found == np.asarray(layout).tobytes()
    corepy.sum(corepy.ones(2))
    record = corepy.explain_last_dispatch()
    x.tobytes()
    assert corepy.explain_last_dispatch() == record


def test_a_tensor_has_no_dict() -> None:
    with pytest.raises(AttributeError):
        X.note = 1  # type: ignore[attr-defined]


def test_wrong_device() -> None:
    with pytest.raises(corepy.UnsupportedError, match="'cuda'"):
        X.to_device("cuda")


def test_reshape_names_what_is_no_extent() -> None:
    with pytest.raises(corepy.ArgumentTypeError, match="reshape: shape"):
        X.reshape("3", "2")  # type: ignore[arg-type]


def test_namespace() -> None:
    assert X.__array_namespace__() is corepy
    assert X.__array_namespace__(api_version="2024.12") is corepy


# ---- values ----


@pytest.fixture
def changing() -> Tensor:
    return corepy.arange(6, dtype="float64").reshape(2, 3)


@pytest.mark.parametrize(
    "share",
    [
        copy.copy,
        copy.deepcopy,
        lambda x: x[...],
        lambda x: x.T.T,
        lambda x: pickle.loads(pickle.dumps(x)),
        lambda x: x.reshape(2, 3),
        lambda x: corepy.asarray(x, copy=True),
    ],
)
def test_writes_do_not_reach_copies(changing: Tensor, share: Callable[[Tensor], Tensor]) -> None:
    other = share(changing)
    assert other is not changing
    before = other.tolist()
    changing[0, 0] = 100
    assert other.tolist() == before
    other[1, 1] = -100
    assert changing[1, 1].item() == 4


def test_copies_are_cheap() -> None:
    x = corepy.zeros(1 << 20)
    used = corepy.memory.stats()["used_bytes"]
    copies = [copy.deepcopy(x) for _ in range(10)]
    assert corepy.memory.stats()["used_bytes"] == used
    assert len(copies) == 10


@pytest.mark.parametrize("name", sorted(corepy._core.dtypes()))
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle_keeps_everything(name: str, protocol: int) -> None:
    values = corepy.asarray([[0, 1, 2], [3, 1, 0]]).astype(name)
    for x in (values, values.T, values[0, 0], values[:0], values[:, ::-1]):
        back = pickle.loads(pickle.dumps(x, protocol))
        assert_bitwise_equal(back, x)
        assert type(back) is Tensor


def test_pickle_keeps_special_values() -> None:
    x = corepy.asarray([corepy.nan, corepy.inf, -0.0, 5e-324])
    assert_bitwise_equal(pickle.loads(pickle.dumps(x)), x)


def test_copying_leaves_no_record() -> None:
    corepy.exp(X)
    copy.copy(X)
    pickle.loads(pickle.dumps(X))
    record = corepy.explain_last_dispatch()
    assert record is not None
    assert record.op == "exp"


# ---- digest ----


def test_digest_depends_on_the_value_only() -> None:
    digest = corepy.digest(X)
    assert corepy.digest(X.T.T) == digest
    assert corepy.digest(X.T.copy().T) == digest
    assert corepy.digest(corepy.concat([X, X], axis=0)[::-1][:2][::-1]) == digest
    assert corepy.digest([[3.5, -1.25, 2.0], [0.5, 8.0, -4.75]]) == digest


@pytest.mark.parametrize(
    "other",
    [
        X.astype("float32"),
        X.reshape(3, 2),
        X.reshape(6),
        X.expand_dims(0),
        corepy.nextafter(X, corepy.inf),
    ],
)
def test_digest_tells_values_apart(other: Tensor) -> None:
    assert corepy.digest(other) != corepy.digest(X)


def test_digest_of_zeros_and_nans() -> None:
    assert corepy.digest(corepy.asarray([0.0])) != corepy.digest(corepy.asarray([-0.0]))
    nan = corepy.asarray([corepy.nan])
    assert corepy.digest(nan) == corepy.digest(-nan)
    assert corepy.digest(nan) == corepy.digest(nan - nan)


def test_digest_of_foreign_truths() -> None:
    """Shared memory may hold any byte for True; the digest is that of the values."""
    odd = corepy.asarray(np.frombuffer(bytes([0, 2, 1, 255]), dtype=np.bool_), copy=False)
    assert corepy.digest(odd) == corepy.digest(corepy.asarray([False, True, True, True]))
    assert corepy.digest(corepy.copy(odd)) == corepy.digest(odd)


def test_digest_is_frozen() -> None:
    x = corepy.asarray([[1.0, 2.0], [3.0, 4.0]])
    expected = "937fe06b8bc5db4f"
    assert corepy.digest(x).startswith(expected)
    assert len(corepy.digest(x)) == 64


# ---- memory ----


def test_memory_counts() -> None:
    corepy.memory.trim()
    before = corepy.memory.stats()
    x = corepy.ones(1 << 16)
    after = corepy.memory.stats()
    assert after["used_bytes"] is not None
    assert before["used_bytes"] is not None
    assert after["used_bytes"] - before["used_bytes"] >= x.nbytes
    del x
    assert corepy.memory.stats()["used_bytes"] == before["used_bytes"]
    assert corepy.memory.trim() > 0
    assert corepy.memory.stats()["cached_bytes"] == 0


def test_memory_limit() -> None:
    used = corepy.memory.stats()["used_bytes"]
    assert used is not None
    corepy.memory.limit(used + (1 << 20))
    try:
        with pytest.raises(corepy.MemoryLimitError):
            corepy.zeros(1 << 20)
    finally:
        corepy.memory.limit(None)
    assert corepy.memory.stats()["limit_bytes"] is None
    assert corepy.zeros(1 << 20).size == 1 << 20


@pytest.mark.parametrize("function", [corepy.memory.limit, corepy.memory.budget])
def test_wrong_sizes(function: Callable[[object], None]) -> None:
    for size, error in (
        (-1, corepy.ArgumentError),
        (1 << 63, corepy.ArgumentError),
        (1.5, corepy.ArgumentTypeError),
        (True, corepy.ArgumentTypeError),
    ):
        with pytest.raises(error):
            function(size)
