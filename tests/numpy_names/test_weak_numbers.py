# Python's numbers never widen a tensor: every function of several operands, found by walking the
# namespace, and the edges of histograms.
from __future__ import annotations

import inspect

import numpy as np
import pytest

import corepy as cp

LINE = cp.asarray([0.25, 0.5, 1.0], dtype=cp.float32)
CALLS = {
    "append": lambda x, n: cp.append(x, n),
    "block": lambda x, n: cp.block([x, n]),
    "column_stack": lambda x, n: cp.hstack([cp.column_stack([x])[:, 0], n]),
    "convolve": lambda x, n: cp.convolve(x, n),
    "correlate": lambda x, n: cp.correlate(x, n),
    "dot": lambda x, n: cp.dot(x, n),
    "dot, reversed": lambda x, n: cp.dot(n, x),
    "dstack": lambda x, n: cp.dstack([x[:1], n]),
    "ediff1d to_begin": lambda x, n: cp.ediff1d(x, to_begin=n),
    "ediff1d to_end": lambda x, n: cp.ediff1d(x, to_end=n),
    "hstack": lambda x, n: cp.hstack([n, x]),
    "inner": lambda x, n: cp.inner(n, x),
    "intersect1d": lambda x, n: cp.intersect1d(x, n),
    "kron": lambda x, n: cp.kron(n, x),
    "polyval": lambda x, n: cp.polyval(x, n),
    "polyval, reversed": lambda x, n: cp.polyval(n, x),
    "setdiff1d": lambda x, n: cp.setdiff1d(x, n),
    "setxor1d": lambda x, n: cp.setxor1d(n, x),
    "union1d": lambda x, n: cp.union1d(x, n),
    "vstack": lambda x, n: cp.vstack([x[:1], n]),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("number", [0.5, 2, np.float64(0.5)])
def test_a_number_takes_the_dtype_of_the_tensor(name, number):
    found = CALLS[name](LINE, number)
    assert found.dtype == cp.float32
    same = CALLS[name](LINE, cp.asarray(number, dtype=cp.float32))
    assert found.tolist() == same.tolist()


def test_kinds_that_do_not_fit_still_widen():
    integers = cp.asarray([1, 2], dtype=cp.int8)
    assert cp.append(integers, 3).dtype == cp.int8
    assert cp.append(integers, 0.5).dtype == cp.float64
    assert cp.union1d(LINE, 1j).dtype == cp.complex64
    assert cp.dot(LINE, cp.asarray(0.5)).dtype == cp.float64  # a tensor is no Python number
    assert cp.hstack([LINE, [0.5]]).dtype == cp.float64  # nor is a list


#: Where the number alone is the data, and the tensor says where to look or what to put beside.
NUMBERS_ARE_DATA = {"ediff1d", "nanpercentile", "nanquantile", "pad", "percentile", "quantile"}


def two_operands():
    """Functions of two arrays beyond CALLS that take a float32 line and a number."""
    for prefix, space in (("", cp), ("linalg.", cp.linalg)):
        for name in space.__all__:
            function = getattr(space, name)
            if not callable(function) or inspect.isclass(function) or name == "save":
                continue
            for arguments in ((LINE, 0.5), (0.5, LINE)):
                yield prefix + name, function, arguments


def test_no_function_of_the_namespace_widens():
    """A number beside a float32 line never makes a float64 result."""
    tried, widening = set(), set()
    for name, function, arguments in two_operands():
        try:
            found = function(*arguments)
        except (TypeError, ValueError, IndexError, NotImplementedError, RuntimeError):
            continue
        parts = found if isinstance(found, (tuple, list)) else (found,)
        tensors = [one for one in parts if isinstance(one, cp.Tensor)]
        tried.update([name] if tensors else [])
        if any(one.dtype in (cp.float64, cp.complex128) for one in tensors):
            widening.add(name)
    assert {"add", "dot", "append", "kron", "maximum", "isclose"} <= tried
    assert widening == NUMBERS_ARE_DATA


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32"])
def test_edges_have_the_dtype_of_the_data(dtype):
    x = np.linspace(0, 7, 50).astype(dtype)
    t = cp.asarray(x)
    wanted = np.histogram_bin_edges(x, 5).dtype
    assert wanted == ("float64" if dtype == "int32" else dtype)
    for range_ in (None, (0.1, 6.3)):
        assert cp.histogram_bin_edges(t, 5, range=range_).dtype == wanted
        counts, edges = cp.histogram(t, 5, range=range_)
        assert edges.dtype == wanted
        assert counts.dtype == cp.int64
        pairs = ((0.1, 6.3),) * 2 if range_ else None
        assert [one.dtype for one in cp.histogram2d(t, t, 4, range=pairs)[1:]] == [wanted] * 2
    assert int(cp.sum(cp.histogram(t, 7)[0])) == x.size
    if dtype != "float16":
        assert cp.histogram(t, 5)[0].tolist() == np.histogram(x, 5)[0].tolist()
    given = cp.asarray([0.0, 3.0, 9.0])
    assert cp.histogram(t, given)[1].dtype == cp.float64
