# Tests that wrong arguments give errors of corepy's hierarchy, whatever the function and parameter.
from __future__ import annotations

import inspect
import math
import sys
from operator import attrgetter

import numpy as np
import pytest

import corepy as cp
from corepy.errors import CorepyError
from corepy.testing import operator_rows

pytestmark = pytest.mark.sanitize


class Raising:
    """Raises from everything that a conversion might ask."""

    def __getattr__(self, name):
        raise LookupError(name)

    def __index__(self):
        raise LookupError("index")

    def __float__(self):
        raise LookupError("float")

    def __len__(self):
        raise LookupError("len")

    def __iter__(self):
        raise LookupError("iter")

    def __bool__(self):
        raise LookupError("bool")


class Lying:
    """Says that it is an index, a sequence, an array, and is none."""

    shape = (3,)
    dtype = "float64"
    ndim = -1

    def __index__(self):
        return "three"

    def __len__(self):
        return 10**6

    def __getitem__(self, index):
        return self

    def __dlpack__(self, **options):
        return "a capsule"

    def __dlpack_device__(self):
        return "cpu"

    @property
    def __array_interface__(self):
        return {"version": 3, "shape": (-1, 10**9), "typestr": "<f8", "data": b"too short"}


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


def odd_values():
    cyclic = []
    cyclic.append(cyclic)
    yield from (None, True, -1, 0, 1, 2**31, 2**63, -(2**63) - 1, 2**200, 1.5, math.nan, math.inf)
    yield from (1j, "", "axis", b"bytes", (), [], {}, set(), object(), int, len, ..., slice(1, 2))
    yield from ((1, 2, 3), (-1, -1), [None], ((0,), (0,)), ("a",), range(3), (2**70,), "float16")
    yield from (cp.ones(()), cp.ones((0,)), cp.ones((2, 2)), cp.ones((1,) * 64), cp.asarray([True]))
    yield from (cp.asarray([2**63], dtype=cp.uint64), cp.asarray([1j]), cp.float64, np.float32(2))
    yield from (np.ones(3), np.asarray(["a"]), np.asarray([None]), np.datetime64("now"))
    yield from (Raising(), Lying(), cyclic, nested(70), nested(2000), sys, cp.add, type)


SYNTAX = ("getitem", "setitem", "at_", "random.")
ROWS = [row for row in operator_rows() if not row.name.startswith(SYNTAX)]
REQUIRED = {
    "shape": (2, 2),
    "axes": (1, 0),
    "axis": 0,
    "fill_value": 1,
    "dtype": "float64",
    "n": 4,
    "num": 3,
    "start": 0,
    "stop": 3,
    "n_rows": 2,
    "obj": [1.0, 2.0],
}


def valid_argument(row, name):
    if name in REQUIRED:
        return REQUIRED[name]
    if name == "condition":
        return cp.asarray([[True, False], [False, True]])
    if name == "indices":
        return cp.asarray([0, 1])
    if name == "arrays":
        return [cp.ones((2, 2)), cp.ones((2, 2))]
    dtype = "int64" if "float64" not in row.dtypes and "int64" in row.dtypes else "float64"
    if dtype not in row.dtypes:
        dtype = row.dtypes[0]
    shape = (1, 2) if row.name == "squeeze" else (2, 2)
    return cp.ones(shape, dtype=dtype)


def call_with(row, name, value):
    """The function with ``value`` for the parameter ``name`` and something valid for all others."""
    positional, options = [], {}
    for parameter in inspect.signature(attrgetter(row.name)(cp)).parameters.values():
        given = parameter.name == name
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += [value] if given else [cp.ones(2), cp.ones(3)]
        elif parameter.kind is parameter.KEYWORD_ONLY:
            if given:
                options[name] = value
        elif given or parameter.default is parameter.empty:
            positional.append(value if given else valid_argument(row, parameter.name))
        else:
            positional.append(parameter.default)
    return attrgetter(row.name)(cp)(*positional, **options)


CASES = [
    (row, name) for row in ROWS for name in inspect.signature(attrgetter(row.name)(cp)).parameters
]


def error_of(row, name, value):
    """The exception of a call; None if there is a result."""
    try:
        call_with(row, name, value)
    except Exception as error:
        return error
    return None


def is_clear(error, value):
    """Whether an error is corepy's, or the very one that the odd object itself raised."""
    if isinstance(error, CorepyError):
        return bool(str(error))
    if isinstance(error, LookupError):
        return isinstance(value, Raising)
    if isinstance(error, RecursionError):
        return isinstance(value, list)
    if isinstance(value, np.ndarray):  # NumPy's own refusal to be an index or to be exported
        return isinstance(error, (TypeError, BufferError))
    return isinstance(error, TypeError) and "__index__" in str(error)


@pytest.mark.parametrize(("row", "name"), CASES, ids=lambda one: getattr(one, "name", one))
def test_odd_arguments_give_results_or_clear_errors(row, name):
    cp.memory.limit(cp.memory.stats()["used_bytes"] + (256 << 20))
    try:
        for value in odd_values():
            marker = cp.ones(1) + 1
            record = cp.explain_last_dispatch()
            error = error_of(row, name, value)
            if error is not None:
                assert is_clear(error, value), (value, error)
                assert cp.backend.explain.record_of(marker) == record
    finally:
        cp.memory.limit(None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_surplus_missing_and_misspelt_arguments(row):
    function = attrgetter(row.name)(cp)
    for call in (
        lambda: function(*[1] * 30),
        lambda: function(nonsense=1),
        lambda: function(**{f"x{i}": 1 for i in range(50)}),
    ):
        with pytest.raises((TypeError, CorepyError)):
            call()
    if row.name not in ("broadcast_arrays", "meshgrid"):
        with pytest.raises(TypeError, match=row.name):
            function()


def test_errors_derive_from_the_builtins_that_users_expect():
    x = cp.ones((2, 3))
    for call, kinds in [
        (lambda: x + cp.ones(4), (cp.ShapeError, ValueError)),
        (lambda: cp.bitwise_and(x, x), (cp.DTypeError, TypeError)),
        (lambda: cp.sum(x, axis=7), (cp.AxisError, ValueError, IndexError)),
        (lambda: x[9], (cp.OutOfBoundsError, IndexError)),
        (lambda: cp.zeros(3, device="tpu"), (cp.UnsupportedError, NotImplementedError)),
        (lambda: cp.set_backend("none"), (cp.BackendError, RuntimeError)),
        (lambda: cp.settings.override(isa="x"), (cp.SettingError, ValueError)),
        (lambda: cp.empty(2**45), (cp.MemoryLimitError, MemoryError)),
        (lambda: cp.max(cp.ones(0)), (cp.ArgumentError, ValueError)),
        (lambda: cp.add(x, None), (cp.ArgumentTypeError, TypeError)),
    ]:
        with pytest.raises(CorepyError) as caught:
            call()
        for kind in kinds:
            assert isinstance(caught.value, kind)
        assert "(got " in str(caught.value), str(caught.value)
        assert "expected" in str(caught.value), str(caught.value)
