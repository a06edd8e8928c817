# Tests of a tensor as a Python object: attributes, scalars, truth, iteration, copies, pickling.
from __future__ import annotations

import copy
import gc
import inspect
import math
import operator
import pickle
import weakref

import numpy as np
import pytest

import corepy as cp
from corepy.errors import ArgumentTypeError, CorepyError, UnsupportedError
from corepy.testing import assert_bitwise_equal
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out, special_values

X = cp.asarray([[3.5, -1.25, 2.0], [0.5, 8.0, -4.75]])
each_dtype = pytest.mark.parametrize("dtype", DTYPES)


def test_attributes():
    x = cp.zeros((2, 3), dtype=cp.int16)
    assert (x.shape, x.ndim, x.size, x.itemsize, x.nbytes) == ((2, 3), 2, 6, 2, 12)
    assert x.strides == (6, 2)
    assert x.T.strides == (2, 6)
    assert x.dtype is cp.int16
    assert x.device == "cpu"
    assert len(x) == 2
    assert x.to_device("cpu") is x
    assert x.__array_namespace__() is cp
    assert x.__array_namespace__(api_version="2024.12") is cp
    for name in ("shape", "dtype", "T", "size"):
        with pytest.raises(AttributeError):
            setattr(x, name, None)
    with pytest.raises(AttributeError):
        x.anything = 1
    with pytest.raises(UnsupportedError, match="'cuda'"):
        x.to_device("cuda")


@each_dtype
def test_scalars_round_trip(dtype):
    for value in special_values(dtype)[:60].tolist():
        x = cp.asarray(value, dtype=dtype)
        item = x.item()
        assert type(item) is type(value)
        assert item == value or (item != item and value != value)
        assert x.tolist() == item or item != item
        assert cp.asarray([[value]], dtype=dtype).item() == item or item != item
        if item == item:
            assert bool(x) == bool(value)
        if dtype.startswith("complex"):
            assert complex(x) == value or value != value
            with pytest.raises(TypeError):
                float(x)
            continue
        assert float(x) == float(value) or value != value
        assert complex(x) == complex(value) or value != value
        if isinstance(value, float) and not math.isfinite(value):
            with pytest.raises((ValueError, OverflowError)):
                int(x)
        else:
            assert int(x) == int(value)
        if np.dtype(dtype).kind in "iu":
            assert operator.index(x) == value
        else:
            with pytest.raises(TypeError):
                operator.index(x)


def test_only_one_element_is_a_scalar():
    for x in (cp.ones(2), cp.ones((0,)), cp.ones((1, 2))):
        for convert in (bool, int, float, complex, operator.index, lambda t: t.item()):
            with pytest.raises((TypeError, ValueError)):
                convert(x)
    with pytest.raises(ValueError, match=r"any|all"):
        bool(cp.ones(2) == cp.ones(2))
    assert float(cp.ones((1, 1))) == 1.0
    assert int(cp.asarray(-2.9)) == -2
    assert round(cp.asarray(2.5)).item() == 2.0
    assert round(cp.asarray(2.567), 2).item() == 2.57
    assert format(cp.asarray(1.23456), ".2f") == "1.23"
    with pytest.raises((TypeError, ValueError)):
        format(cp.ones(2), ".2f")


def test_items_at_an_index():
    values = np.arange(24.0).reshape(2, 3, 4)
    for x in (cp.asarray(values), cp.asarray(np.asfortranarray(values)), cp.asarray(values).mT.mT):
        for flat in (0, 7, 23, -1, -24, np.int8(5), cp.asarray(3)):
            assert x.item(flat) == values.item(int(flat))
        for index in ((0, 0, 0), (1, 2, 3), (-1, 0, -2)):
            assert x.item(*index) == x.item(index) == values.item(index)
    assert cp.asarray(5).item(0) == cp.asarray(5).item(()) == 5
    assert math.trunc(cp.asarray(-2.5)) == -2
    for index in ((24,), (-25,), (0, 0), (0, 0, 4), ((0, 3, 0),)):
        with pytest.raises(cp.OutOfBoundsError, match=r"^item: "):
            cp.asarray(values).item(*index)
    for index in ((1.0,), ("a",), (True,), (0, 0, None)):
        with pytest.raises(cp.ArgumentTypeError, match=r"^item: index has the wrong type"):
            cp.asarray(values).item(*index)


def test_lists_are_not_silently_unequal():
    x = cp.asarray([1, 2])
    for other in ([1, 2], (1, 2), []):
        for compare in (operator.eq, operator.ne, operator.lt):
            with pytest.raises(TypeError):
                compare(x, other)
            with pytest.raises(TypeError):
                compare(other, x)
    with pytest.raises(cp.ArgumentTypeError, match=r"^equal: .*list.*corepy\.asarray"):
        assert x == [1, 2]
    assert (x == None) is False  # noqa: E711
    assert (x != "a") is True


def test_methods_of_reductions_take_out_as_numpys_functions_pass_it():
    x = cp.asarray(np.arange(12.0).reshape(3, 4))
    for name in [
        "sum",
        "prod",
        "mean",
        "max",
        "min",
        "var",
        "std",
        "any",
        "all",
        "argmax",
        "argmin",
        "cumsum",
        "cumprod",
    ]:
        expected = getattr(np, name)(np.asarray(x), axis=1)
        found = getattr(np, name)(x, axis=1)
        assert isinstance(found, cp.Tensor)
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-14)
        out = cp.zeros(found.shape, dtype=found.dtype)
        assert getattr(x, name)(axis=1, out=out) is out
        assert_bitwise_equal(out, found)


@each_dtype
def test_tolist_nests_like_the_shape(dtype):
    values = np.arange(12).reshape(2, 3, 2).astype(dtype)
    for layout in LAYOUTS:
        x = lay_out(values, layout)
        assert x.tolist() == np.asarray(x).tolist()
    assert cp.zeros((0, 3), dtype=dtype).tolist() == []
    assert cp.zeros((2, 0), dtype=dtype).tolist() == [[], []]


def test_iteration_walks_the_first_axis():
    x = cp.reshape(cp.arange(6), (3, 2))
    assert [row.tolist() for row in x] == [[0, 1], [2, 3], [4, 5]]
    assert [row.tolist() for row in reversed(x)] == [[4, 5], [2, 3], [0, 1]]
    first, *_, last = x
    assert (first.tolist(), last.tolist()) == ([0, 1], [4, 5])
    assert list(cp.zeros((0, 2))) == []
    for rank_0 in (cp.ones(()), cp.asarray(3)):
        with pytest.raises(TypeError):
            iter(rank_0)
        with pytest.raises(TypeError):
            len(rank_0)


def test_membership_is_by_value():
    assert 2 in cp.arange(3)
    assert 5 not in cp.arange(3)


def test_tensors_have_no_hash_but_weak_references():
    x = cp.ones(3)
    with pytest.raises(TypeError):
        hash(x)
    with pytest.raises(TypeError):
        set([x])  # noqa: C405
    reference = weakref.ref(x)
    assert reference() is x
    del x
    gc.collect()
    assert reference() is None


@each_dtype
def test_copies_and_pickles_are_equal_values(dtype):
    special = special_values(dtype)
    values = special[: special.size // 2 * 2].reshape(2, -1)
    for layout in LAYOUTS:
        x = lay_out(values, layout)
        before = np.array(np.asarray(x))
        for duplicate in (
            copy.copy(x),
            copy.deepcopy(x),
            *(pickle.loads(pickle.dumps(x, protocol)) for protocol in range(6)),
        ):
            assert type(duplicate) is cp.Tensor
            assert_bitwise_equal(duplicate, before)
            duplicate[...] = duplicate[0, 0]
            assert_bitwise_equal(x, before)
    for shape in ((), (0,), (2, 0, 3)):
        x = cp.ones(shape, dtype=dtype)
        assert_bitwise_equal(pickle.loads(pickle.dumps(x)), np.ones(shape, dtype))


@pytest.mark.parametrize(
    "share",
    [
        copy.copy,
        copy.deepcopy,
        lambda x: x[...],
        lambda x: x.T.T,
        lambda x: pickle.loads(pickle.dumps(x)),
        lambda x: x.reshape(2, 3),
        lambda x: cp.asarray(x, copy=True),
    ],
)
def test_writes_do_not_reach_copies(share):
    changing = cp.reshape(cp.arange(6, dtype=cp.float64), (2, 3))
    other = share(changing)
    assert other is not changing
    before = other.tolist()
    changing[0, 0] = 100
    assert other.tolist() == before
    other[1, 1] = -100
    assert changing[1, 1].item() == 4


def test_copies_are_cheap():
    x = cp.zeros(1 << 20)
    used = cp.memory.stats()["used_bytes"]
    copies = [copy.deepcopy(x) for _ in range(10)]
    assert cp.memory.stats()["used_bytes"] == used
    assert len(copies) == 10


def test_copying_leaves_no_record():
    cp.exp(X)
    copy.copy(X)
    pickle.loads(pickle.dumps(X))
    assert cp.explain_last_dispatch().op == "exp"


def test_functions_dtypes_policies_and_records_pickle_or_compare():
    for value in (cp.add, cp.matmul, cp.float32, cp.BackendPolicy.AUTO, cp.Tensor):
        assert pickle.loads(pickle.dumps(value)) is value
    assert copy.deepcopy(cp.int8) is cp.int8


@pytest.mark.sanitize
def test_broken_pickles_are_errors():
    from corepy.tensor import _restore

    for data, dtype, shape in [
        (b"", cp.float64, (3,)),
        (b"\0" * 8, cp.float64, (2,)),
        (b"\0" * 8, cp.float64, (-1,)),
        (b"\0" * 8, cp.float64, (2**62,)),
        (b"\0" * 8, cp.float64, "ab"),
    ]:
        with pytest.raises((CorepyError, TypeError, ValueError)):
            _restore(data, dtype, shape)


def test_operators_are_the_functions():
    x, y = cp.asarray([7.5, -2.0, 3.0]), cp.asarray([2.0, 3.0, -2.0])
    a, b = cp.asarray([6, 3, 12]), cp.asarray([2, 1, 3])
    pairs = [
        (operator.add, cp.add),
        (operator.sub, cp.subtract),
        (operator.mul, cp.multiply),
        (operator.truediv, cp.divide),
        (operator.floordiv, cp.floor_divide),
        (operator.mod, cp.remainder),
        (operator.pow, cp.pow),
        (operator.eq, cp.equal),
        (operator.ne, cp.not_equal),
        (operator.lt, cp.less),
        (operator.le, cp.less_equal),
        (operator.gt, cp.greater),
        (operator.ge, cp.greater_equal),
    ]
    for symbol, function in pairs:
        assert_bitwise_equal(symbol(x, y), function(x, y), label=symbol.__name__)
        assert_bitwise_equal(symbol(2.0, y), function(2.0, y), label=symbol.__name__)
        assert_bitwise_equal(symbol(x, 2), function(x, 2), label=symbol.__name__)
    for symbol, function in [
        (operator.and_, cp.bitwise_and),
        (operator.or_, cp.bitwise_or),
        (operator.xor, cp.bitwise_xor),
        (operator.lshift, cp.bitwise_left_shift),
        (operator.rshift, cp.bitwise_right_shift),
    ]:
        assert_bitwise_equal(symbol(a, b), function(a, b), label=symbol.__name__)
        assert_bitwise_equal(symbol(5, b), function(5, b), label=symbol.__name__)
        assert_bitwise_equal(symbol(a, 2), function(a, 2), label=symbol.__name__)
    assert_bitwise_equal(-x, cp.negative(x))
    assert_bitwise_equal(+x, cp.positive(x))
    assert_bitwise_equal(abs(x), cp.abs(x))
    assert_bitwise_equal(~a, cp.bitwise_invert(a))


@pytest.mark.parametrize(
    "name",
    [
        "iadd",
        "isub",
        "imul",
        "itruediv",
        "ifloordiv",
        "imod",
        "ipow",
        "iand",
        "ior",
        "ixor",
        "ilshift",
        "irshift",
        "imatmul",
    ],
)
def test_in_place_operators_change_the_object_and_refuse_what_they_cannot_take(name):
    function = getattr(operator, name)
    integers = name in ("iand", "ior", "ixor", "ilshift", "irshift")
    start = [[6, 3], [12, 5]] if integers else [[6.0, 3.0], [12.0, 5.0]]
    x = cp.asarray(start)
    other = cp.asarray([[1, 2], [3, 1]] if integers else [[1.0, 2.0], [3.0, 1.0]])
    expected = getattr(operator, name[1:] + ("_" if name in ("iand", "ior") else ""))(x, other)
    identity = x
    assert function(x, other) is identity
    assert_bitwise_equal(x, expected)
    for wrong in (None, "a", [1], object()):
        with pytest.raises(TypeError):
            function(x, wrong)
    assert_bitwise_equal(x, expected)


@pytest.mark.parametrize(
    ("method", "function"),
    [
        (lambda x: x.sum(), lambda x: cp.sum(x)),
        (lambda x: x.sum(0), lambda x: cp.sum(x, axis=0)),
        (lambda x: x.sum(dtype="float32"), lambda x: cp.sum(x, dtype="float32")),
        (lambda x: x.prod(1, keepdims=True), lambda x: cp.prod(x, axis=1, keepdims=True)),
        (lambda x: x.mean(axis=(0, 1)), lambda x: cp.mean(x, axis=(0, 1))),
        (lambda x: x.max(1), lambda x: cp.max(x, axis=1)),
        (lambda x: x.min(1), lambda x: cp.min(x, axis=1)),
        (lambda x: x.var(1, correction=1), lambda x: cp.var(x, axis=1, correction=1)),
        (lambda x: x.std(0), lambda x: cp.std(x, axis=0)),
        (lambda x: x.any(), lambda x: cp.any(x)),
        (lambda x: x.all(0), lambda x: cp.all(x, axis=0)),
        (lambda x: x.argmax(1), lambda x: cp.argmax(x, axis=1)),
        (lambda x: x.argmin(), lambda x: cp.argmin(x)),
        (lambda x: x.matmul(x.T), lambda x: cp.matmul(x, x.T)),
        (lambda x: x @ x.T, lambda x: cp.matmul(x, x.T)),
        (lambda x: x.sort(0, descending=True), lambda x: cp.sort(x, axis=0, descending=True)),
        (lambda x: x.argsort(), lambda x: cp.argsort(x)),
        (lambda x: x.diagonal(1), lambda x: cp.linalg.diagonal(x, offset=1)),
        (
            lambda x: x.trace(-1, "float32"),
            lambda x: cp.linalg.trace(x, offset=-1, dtype="float32"),
        ),
        (
            lambda x: x[0].searchsorted(x, "right", sorter=cp.argsort(x[0])),
            lambda x: cp.searchsorted(x[0], x, side="right", sorter=cp.argsort(x[0])),
        ),
        (lambda x: x.abs(), lambda x: cp.abs(x)),
        (lambda x: abs(x), lambda x: cp.abs(x)),
        (lambda x: x.clip(0, 3), lambda x: cp.clip(x, 0, 3)),
        (lambda x: x.clip(max=1), lambda x: cp.clip(x, None, 1)),
        (lambda x: x.conj(), lambda x: cp.conj(x)),
        (lambda x: x.round(), lambda x: cp.round(x)),
        (lambda x: round(x), lambda x: cp.round(x)),
        (lambda x: x.reshape(3, 2), lambda x: cp.reshape(x, (3, 2))),
        (lambda x: x.reshape((3, -1)), lambda x: cp.reshape(x, (3, 2))),
        (lambda x: x.reshape(-1), lambda x: cp.reshape(x, (6,))),
        (lambda x: x.permute_dims(1, 0), lambda x: cp.permute_dims(x, (1, 0))),
        (lambda x: x.T, lambda x: cp.permute_dims(x, (1, 0))),
        (lambda x: x.mT, lambda x: cp.matrix_transpose(x)),
        (lambda x: x.expand_dims(0).squeeze(0), lambda x: x),
        (lambda x: x.broadcast_to(2, 2, 3), lambda x: cp.broadcast_to(x, (2, 2, 3))),
        (lambda x: x.astype("int8"), lambda x: cp.astype(x, cp.int8)),
        (lambda x: x.copy(), lambda x: cp.copy(x)),
        (lambda x: x.to_device("cpu"), lambda x: x),
        (
            lambda x: x.take(cp.asarray([1]), axis=1),
            lambda x: cp.take(x, cp.asarray([1]), axis=1),
        ),
    ],
)
def test_method_is_the_function(method, function):
    assert_bitwise_equal(method(X), function(X))


def test_reshape_names_what_is_no_extent():
    with pytest.raises(ArgumentTypeError, match="reshape: shape"):
        X.reshape("3", "2")


def test_results_are_public_tensors():
    for result in (X + 1, -X, X[0], X.T, cp.ones(2), next(iter(X)), X.sum()):
        assert type(result) is cp.Tensor


@pytest.mark.parametrize("name", sorted(cp._core.dtypes()))
def test_bytes_are_the_elements_in_c_order(name):
    x = cp.astype(cp.asarray([[0, 1, 1], [1, 0, 1]]), name)
    for layout in (x, x.T, x[:, ::-1], cp.broadcast_to(x[:1], (4, 3)), x[0, 1], x[:0]):
        found = layout.tobytes()
        assert len(found) == layout.nbytes
        again = cp._core.view_bytes("x", found, x.dtype, layout.shape, 0, False, False)
        assert cp.digest(again) == cp.digest(layout)
        assert name == "bfloat16" or found == np.asarray(layout).tobytes()
    cp.sum(cp.ones(2))
    record = cp.explain_last_dispatch()
    x.tobytes()
    assert cp.explain_last_dispatch() == record


def test_functions_are_builtins_with_signatures():
    assert inspect.isbuiltin(cp.add)
    assert str(inspect.signature(cp.add)).startswith("(x1, x2, /")
    assert cp.sum.__module__ == "corepy"
    assert cp.sum.__doc__.startswith("Sum of elements")
    assert cp.add.__name__ == "add"


def test_subclasses_compute():
    class Mine(cp.Tensor):
        pass

    x = Mine([1.0, 2.0])
    assert isinstance(x, cp.Tensor)
    assert_bitwise_equal(x + x, [2.0, 4.0])
    x += 1
    assert_bitwise_equal(x, [2.0, 3.0])
    with pytest.raises(TypeError):
        x += None


def test_pythons_round_takes_decimals():
    assert round(cp.asarray(2.567), 1).item() == 2.6
    assert round(cp.asarray([1.25, 2.5])).tolist() == [1, 2]
    assert round(cp.asarray([15.0, 25.0]), -1).tolist() == [20, 20]
    assert round(cp.asarray(3), 0).item() == 3
