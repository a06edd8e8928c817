# Arrays of other libraries and Python's sequences beside a tensor in an operator: an error that
# says how to convert them, in both orders, and never a silent conversion. Classes that know
# tensors are asked. JAX and PyTorch: tests/libraries.
from __future__ import annotations

import array
import operator
from fractions import Fraction

import numpy as np
import pytest

import corepy as cp

X = cp.asarray([1.0, 2.0, 3.0])
ARITHMETIC = [
    operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv, operator.mod,
    operator.pow, operator.and_, operator.or_, operator.xor, operator.lshift, operator.rshift,
    operator.matmul,
]  # fmt: skip
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne]
STRANGERS = {
    "numpy.ndarray": np.ones(3),
    "numpy.datetime64": np.datetime64(1, "s"),
    "list": [1.0, 2.0, 3.0],
    "tuple": (1.0, 2.0, 3.0),
    "array.array": array.array("d", [1, 2, 3]),
    "memoryview": memoryview(b"abc"),
}


class OnlyArray:
    """As a class of another library that gives NumPy arrays and has no operators."""

    def __array__(self, dtype=None, copy=None):
        return np.ones(3)


class Knowing(OnlyArray):
    """As an array that holds tensors: its reflected operators take them."""

    def __radd__(self, other):
        return "radd"

    def __rmatmul__(self, other):
        return "rmatmul"

    __add__ = __radd__


class KnowingList(list):
    def __rmul__(self, other):
        return "rmul"


@pytest.mark.parametrize("name", STRANGERS)
@pytest.mark.parametrize("operation", ARITHMETIC, ids=lambda one: one.__name__)
def test_both_orders_say_how_to_convert(name, operation):
    stranger = STRANGERS[name]
    with pytest.raises(cp.ArgumentTypeError) as caught:
        operation(X, stranger)
    text = str(caught.value)
    assert f"(got corepy.Tensor and {name}; expected" in text
    assert text.endswith("convert it with corepy.asarray")
    with pytest.raises(TypeError) as caught:
        operation(stranger, X)
    if isinstance(caught.value, cp.CorepyError):
        assert f"(got {name} and corepy.Tensor; expected" in str(caught.value)
    else:  # Python's own sequences are asked first where they have the operator
        assert isinstance(stranger, (list, tuple, array.array))
    before = cp.explain_last_dispatch()
    with pytest.raises(TypeError):
        operation(X, stranger)
    assert cp.explain_last_dispatch() == before


def test_the_operator_is_named():
    for name, operation in {
        "add": operator.add,
        "matmul": operator.matmul,
        "less": operator.lt,
    }.items():
        with pytest.raises(cp.ArgumentTypeError, match=f"^{name}: a tensor does not mix"):
            operation(X, np.ones(3))
    x = cp.copy(X)
    with pytest.raises(cp.ArgumentTypeError, match=r"^add: .*numpy\.ndarray"):
        x += np.ones(3)
    with pytest.raises(cp.ArgumentTypeError, match=r"^add: .*list"):
        operator.add([1.0], x)
    assert x.tolist() == [1, 2, 3]


@pytest.mark.parametrize("operation", COMPARISONS, ids=lambda one: one.__name__)
def test_comparisons_too(operation):
    for a, b in ((X, np.ones(3)), (np.ones(3), X)):
        with pytest.raises(cp.ArgumentTypeError, match="does not mix"):
            operation(a, b)


def test_what_is_converted_by_numpy_first_is_told_so():
    for call in (lambda: X + OnlyArray(), lambda: OnlyArray() + X, lambda: Knowing() * X):
        with pytest.raises(cp.ArgumentTypeError, match=r"OnlyArray|Knowing") as caught:
            call()
        assert str(caught.value).endswith("convert it with corepy.asarray(numpy.asarray(x))")


def test_classes_that_know_tensors_are_asked():
    assert X + Knowing() == "radd"
    assert Knowing() + X == "radd"
    assert X @ Knowing() == "rmatmul"
    assert X * KnowingList([1]) == "rmul"
    with pytest.raises(cp.ArgumentTypeError, match="KnowingList"):
        X + KnowingList([1])


@pytest.mark.parametrize("other", [None, "text", Fraction(1, 2), object(), {1: 2}, {1}])
def test_what_is_no_array_gets_pythons_error(other):
    for a, b in ((X, other), (other, X)):
        with pytest.raises(TypeError) as caught:
            a + b
        assert not isinstance(caught.value, cp.CorepyError)


def test_numbers_of_numpys_are_no_matrices():
    for a, b in ((X, np.float32(2)), (np.float32(2), X), (X, 2)):
        with pytest.raises(TypeError, match="unsupported operand"):
            a @ b


def test_an_integer_still_repeats_sequences():
    three = cp.asarray(3)
    assert [0] * three == three * [0] == [0, 0, 0]
    assert (1,) * three == (1, 1, 1)
    with pytest.raises(cp.ArgumentTypeError, match="multiply"):
        _ = [0] * cp.asarray(3.0)


def test_functions_name_the_type_with_its_module():
    with pytest.raises(cp.ArgumentTypeError, match=r"got numpy\.ndarray; expected corepy\.Tensor"):
        cp.add(X, np.ones(3))
    with pytest.raises(cp.ArgumentTypeError, match=r"got corepy\.Tensor; expected int"):
        cp.sum(X, axis=X)


def test_methods_that_numpy_calls_are_ours():
    """np.sum(x) calls x.sum(axis=None, out=None): the result is a tensor with a record."""
    x = cp.asarray([[1.0, 2.0], [3.0, 5.0]])
    for name in ("sum", "prod", "mean", "max", "min", "var", "std", "any", "all", "argmax",
                 "argmin", "cumsum", "cumprod"):  # fmt: skip
        found = getattr(np, name)(x)
        assert isinstance(found, cp.Tensor), name
        assert found.tolist() == getattr(cp, name)(x).tolist()
    out = cp.empty(2)
    assert x.sum(axis=0, out=out) is out
    assert out.tolist() == [4, 7]
    assert x.argmax(axis=0, out=cp.empty(2, dtype=cp.int64)).tolist() == [1, 1]


def test_attributes_that_are_not_assigned():
    x = cp.arange(6)
    for assign, fix in (
        (lambda: setattr(x, "shape", (2, 3)), r"x = x\.reshape\(shape\)"),
        (lambda: setattr(x, "dtype", cp.int8), r"x = x\.astype\(dtype\)"),
    ):
        with pytest.raises(AttributeError, match=fix) as caught:
            assign()
        assert isinstance(caught.value, cp.CorepyError)
    with pytest.raises(cp.CorepyError, match="reshape"):
        del x.shape


def test_devices_are_refused_by_the_method_itself():
    with pytest.raises(cp.UnsupportedError, match=r"^to_device: unknown device \(got 'foo'"):
        X.to_device("foo")


def test_the_numpy_dtype_of_a_tensor():
    assert np.dtype(X) == np.float64
    assert np.result_type(cp.ones(2, dtype=cp.float32)) == np.float32


@pytest.mark.parametrize(
    "other", [array.array("d", [0, 1, 2]), memoryview(b"abc"), bytearray(b"ab"), range(3), [0]]
)
def test_comparisons_with_pythons_sequences_are_no_silent_false(other):
    for compare in (operator.eq, operator.ne, operator.lt):
        with pytest.raises(cp.ArgumentTypeError, match=r"does not mix.*corepy\.asarray"):
            compare(cp.asarray([0.0, 1.0, 2.0]), other)
