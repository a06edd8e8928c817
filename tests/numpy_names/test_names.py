# Tests of NumPy's names: shapes, joining, creation, values; each against NumPy.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

RNG = np.random.default_rng(0)
CUBE = RNG.integers(0, 99, (2, 3, 4))
MATRIX = RNG.normal(size=(3, 5))
LINE = RNG.normal(size=7)
LINE_TENSOR = cp.asarray(LINE)


def check(found, expected):
    assert_bitwise_equal(found, np.asarray(expected))


# ---- aliases ----


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("arctan2", "atan2"),
        ("arcsin", "asin"),
        ("power", "pow"),
        ("absolute", "abs"),
        ("concatenate", "concat"),
        ("mod", "remainder"),
        ("amax", "max"),
        ("bool_", "bool"),
        ("intp", "int64"),
    ],
)
def test_aliases_are_the_standards_objects(alias, name):
    assert getattr(cp, alias) is getattr(cp, name)


def test_aliases_mean_what_numpys_do():
    x = cp.asarray([-2.5, 0.5, 1.5])
    for name in ("rint", "fix", "fabs", "absolute", "conjugate", "arctan", "arcsinh"):
        found, expected = getattr(cp, name)(x), getattr(np, name)(np.asarray(x))
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-15)
    for name in ("mod", "power", "true_divide", "arctan2"):
        a, b = cp.asarray([-5.0, 5.0, 2.0]), cp.asarray([3.0, -3.0, 0.5])
        with np.errstate(invalid="ignore"):
            expected = getattr(np, name)(np.asarray(a), np.asarray(b))
        np.testing.assert_allclose(np.asarray(getattr(cp, name)(a, b)), expected, rtol=1e-15)


# ---- shapes ----


@pytest.mark.parametrize("axes", [None, (2, 0, 1), (-1, 0, 1)])
def test_transpose(axes):
    check(cp.transpose(cp.asarray(CUBE), axes), np.transpose(CUBE, axes))
    check(cp.transpose(cp.asarray(LINE)), LINE)


@pytest.mark.parametrize("pair", [(0, 1), (0, -1), (-3, 2), (1, 1)])
def test_swapaxes(pair):
    check(cp.swapaxes(cp.asarray(CUBE), *pair), np.swapaxes(CUBE, *pair))


def test_ravel_is_a_value():
    x = cp.asarray(MATRIX)
    line = cp.ravel(x)
    line[0] = 99.0
    check(x, MATRIX)
    check(cp.ravel(x.T), np.ravel(MATRIX.T))


@pytest.mark.parametrize(
    "name", ["atleast_1d", "atleast_2d", "atleast_3d", "shape", "size", "ndim"]
)
@pytest.mark.parametrize("x", [5, LINE, MATRIX, CUBE, RNG.normal(size=(1, 2, 3, 4))])
def test_rank(name, x):
    found = getattr(cp, name)(cp.asarray(x))
    expected = getattr(np, name)(x)
    if isinstance(expected, np.ndarray):
        check(found, expected)
    else:
        assert found == expected


@pytest.mark.parametrize("k", range(-4, 5))
@pytest.mark.parametrize("axes", [(0, 1), (1, 0), (2, 0), (-1, 1)])
def test_rot90(k, axes):
    check(cp.rot90(cp.asarray(CUBE), k, axes), np.rot90(CUBE, k, axes))


def test_flips():
    check(cp.fliplr(cp.asarray(MATRIX)), np.fliplr(MATRIX))
    check(cp.flipud(cp.asarray(MATRIX)), np.flipud(MATRIX))


# ---- joining and splitting ----


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack", "column_stack"])
@pytest.mark.parametrize("arrays", [[LINE, LINE], [MATRIX, MATRIX], (MATRIX[:, 0], MATRIX[:, 1])])
def test_stacks(name, arrays):
    check(getattr(cp, name)([cp.asarray(x) for x in arrays]), getattr(np, name)(arrays))


def test_stacks_of_numbers():
    check(cp.hstack([1, 2]), np.hstack([1, 2]))
    check(cp.vstack([1.5, 2.0]), np.vstack([1.5, 2.0]))
    check(cp.column_stack([[1, 2], [3, 4]]), np.column_stack([[1, 2], [3, 4]]))


@pytest.mark.parametrize("sections", [1, 3, 4, [2, 5], [0, 3, 3], [9], [-2], [4, 1]])
@pytest.mark.parametrize("axis", [0, -1])
def test_array_split(sections, axis):
    x = np.arange(60).reshape(6, 10)
    found = cp.array_split(cp.asarray(x), sections, axis)
    expected = np.array_split(x, sections, axis)
    assert len(found) == len(expected)
    for a, b in zip(found, expected, strict=True):
        check(a, b)


def test_splits():
    x = np.arange(24).reshape(4, 6)
    t = cp.asarray(x)
    for own, numpys in (
        (cp.split(t, 2), np.split(x, 2)),
        (cp.split(t, [1, 3], axis=1), np.split(x, [1, 3], axis=1)),
        (cp.hsplit(t, 3), np.hsplit(x, 3)),
        (cp.vsplit(t, 2), np.vsplit(x, 2)),
        (cp.hsplit(t[0], 2), np.hsplit(x[0], 2)),
    ):
        for a, b in zip(own, numpys, strict=True):
            check(a, b)


def test_append():
    check(cp.append(cp.asarray(MATRIX), [1.0]), np.append(MATRIX, [1.0]))
    check(cp.append(cp.asarray(MATRIX), cp.asarray(MATRIX), axis=0), np.append(MATRIX, MATRIX, 0))


def test_joining_in_brackets():
    x = cp.asarray([1.0, 2.0])
    check(cp.r_[x, 5, 0:3], np.r_[np.asarray(x), 5, 0:3])
    check(cp.r_[0:1:5j], np.r_[0:1:5j])
    check(cp.c_[x, x], np.c_[np.asarray(x), np.asarray(x)])


# ---- creation ----


def test_array_copies():
    x = cp.asarray([1, 2])
    y = cp.array(x)
    assert y is not x
    check(cp.array([1, 2], cp.float32), np.array([1, 2], np.float32))
    check(cp.array([1, 2], ndmin=3), np.array([1, 2], ndmin=3))
    check(cp.array(MATRIX), MATRIX)
    assert cp.asanyarray(x) is x


def test_ndarray_is_the_class_and_makes_empty_tensors():
    x = cp.ndarray((2, 3), dtype=cp.float32)
    assert (x.shape, x.dtype) == ((2, 3), cp.float32)
    assert cp.ndarray(4).shape == (4,)
    assert isinstance(x, cp.ndarray)
    assert isinstance(x, cp.Tensor)
    assert not isinstance(3, cp.ndarray)
    assert issubclass(cp.Tensor, cp.ndarray)
    assert not issubclass(int, cp.ndarray)


def test_contiguity():
    x = cp.zeros((3, 4))
    assert cp.ascontiguousarray(x) is x
    assert cp.ascontiguousarray(x.T).strides == (24, 8)
    assert cp.ascontiguousarray(3).shape == (1,)
    column = cp.zeros((3, 4))[:, :1]
    assert cp.ascontiguousarray(column).strides[0] == 8


@pytest.mark.parametrize("k", [-4, -1, 0, 1, 2, 9])
def test_diagonals(k):
    check(cp.diag(cp.asarray(MATRIX), k), np.diag(MATRIX, k))
    check(cp.diag(cp.asarray(LINE), k), np.diag(LINE, k))
    check(cp.tri(3, 4, k), np.tri(3, 4, k))


def test_spacings():
    for own, numpys in (
        (cp.logspace(0, 3, 7), np.logspace(0, 3, 7)),
        (cp.logspace(1, -2, 5, base=2.0, endpoint=False), np.logspace(1, -2, 5, False, 2.0)),
        (cp.geomspace(1, 1000, 7), np.geomspace(1, 1000, 7)),
        (cp.geomspace(-3, -0.1, 5), np.geomspace(-3, -0.1, 5)),
        (cp.geomspace(2, 8, 4, endpoint=False), np.geomspace(2, 8, 4, endpoint=False)),
    ):
        np.testing.assert_allclose(np.asarray(own), numpys, rtol=1e-14)
    assert cp.geomspace(0.1, 0.7, 9)[-1].item() == 0.7
    check(cp.identity(3), np.identity(3))


def test_grids():
    check(cp.mgrid[0:3, 1:4:2], np.mgrid[0:3, 1:4:2])
    check(cp.mgrid[0:1:5j, 0:2:3j], np.mgrid[0:1:5j, 0:2:3j])
    check(cp.mgrid[2:5], np.mgrid[2:5])
    for own, numpys in zip(cp.ogrid[0:3, 1:4], np.ogrid[0:3, 1:4], strict=True):
        check(own, numpys)
    check(cp.indices((2, 3)), np.indices((2, 3)))
    check(cp.fromfunction(lambda i, j: i * j, (3, 2)), np.fromfunction(lambda i, j: i * j, (3, 2)))
    keys = cp.ix_([0, 2], [True, False, False, True, True])
    check(cp.asarray(MATRIX)[keys], MATRIX[np.ix_([0, 2], [True, False, False, True, True])])


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_sparse_grids(count, indexing):
    lines = [np.arange(2.0 + i) for i in range(count)]
    found = cp.meshgrid(*map(cp.asarray, lines), indexing=indexing, sparse=True, copy=False)
    for own, numpys in zip(found, np.meshgrid(*lines, indexing=indexing, sparse=True), strict=True):
        check(own, numpys)
    if count > 0:
        assert cp.explain_last_dispatch().op == "meshgrid"


# ---- values ----

A = [1.0, 1.0 + 1e-9, np.nan, np.inf, -np.inf, 0.0, 1e-9, np.inf]
B = [1.0, 1.0, np.nan, np.inf, np.inf, -0.0, 0.0, 1.0]


@pytest.mark.parametrize("equal_nan", [False, True])
def test_isclose(equal_nan):
    check(cp.isclose(A, B, equal_nan=equal_nan), np.isclose(A, B, equal_nan=equal_nan))
    assert cp.allclose(A[:2], B[:2])
    assert not cp.allclose(A, B)
    assert cp.isclose(10**18, 10**18 + 1).item()
    assert cp.array_equal(A, A, equal_nan=True)
    assert not cp.array_equal(A, A)
    assert not cp.array_equal([1, 2], [[1, 2]])
    assert cp.isclose(1 + 1e-9j, 1.0).item()
    assert cp.isclose(True, 1).item()


@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_running_sums(axis):
    check(cp.cumsum(cp.asarray(CUBE), axis), np.cumsum(CUBE, axis))
    check(cp.cumprod(cp.asarray(CUBE % 3), axis), np.cumprod(CUBE % 3, axis))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex128", "int32"])
def test_nan_to_num(dtype):
    x = np.asarray([1, 2, 0]) if dtype == "int32" else np.asarray([1.0, np.nan, np.inf, -np.inf])
    x = x.astype(dtype)
    check(cp.nan_to_num(cp.asarray(x)), np.nan_to_num(x))
    check(
        cp.nan_to_num(cp.asarray(x), True, 7.0, 8.0, -9.0), np.nan_to_num(x, True, 7.0, 8.0, -9.0)
    )


def test_nan_to_num_without_a_copy_writes_into_the_tensor():
    x = cp.asarray([1.0, np.nan, -np.inf])
    y = x[:2]
    assert cp.nan_to_num(x, copy=False, neginf=-1.0) is x
    assert x.tolist() == [1.0, 0.0, -1.0]
    assert np.isnan(y[1].item())  # values, not aliases


def test_fmax_and_fmin():
    np.testing.assert_array_equal(np.asarray(cp.fmax(cp.asarray(A), cp.asarray(B))), np.fmax(A, B))
    check(cp.fmax(cp.asarray([-0.0]), cp.asarray([0.0])), [0.0])
    check(cp.fmin(cp.asarray([1.0, np.nan]), np.nan), np.asarray([1.0, np.nan]))
    check(cp.fmax(cp.asarray([1, 5]), 3), [3, 5])


@pytest.mark.parametrize("decimals", [-3, -2, -1, 0, 1, 2, 5])
def test_around(decimals):
    x = np.concatenate([RNG.normal(size=50) * 1000, [0.5, 1.5, 2.5, -0.5, np.inf, np.nan]])
    check(cp.around(cp.asarray(x), decimals), np.around(x, decimals))
    whole = np.asarray([0, 4, 5, 6, 14, 15, 25, 150, -15, -25, 1234567])
    expected = [int(np.format_float_positional(round(int(v), decimals))[:-1]) for v in whole]
    check(cp.around(cp.asarray(whole), decimals), np.asarray(expected))


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "uint64"])
def test_around_keeps_the_dtype_of_integers(dtype):
    x = np.asarray([0, 5, 14, 15, 25, 100, 127], dtype)
    for decimals, expected in ((-1, [0, 0, 10, 20, 20, 100, 130]), (-2, [0, 0, 0, 0, 0, 100, 100])):
        check(cp.around(cp.asarray(x), decimals), np.asarray(expected).astype(dtype))
    check(cp.around(cp.asarray(x), -20), np.zeros_like(x))


def test_angles_and_powers():
    x = np.asarray([0.0, 30.0, 180.0, -720.0])
    np.testing.assert_allclose(np.asarray(cp.radians(cp.asarray(x))), np.radians(x), rtol=4e-16)
    np.testing.assert_allclose(np.asarray(cp.degrees(cp.asarray(x))), np.degrees(x), rtol=4e-16)
    np.testing.assert_allclose(np.asarray(cp.exp2(cp.asarray(LINE))), np.exp2(LINE), rtol=4e-16)


def test_positions():
    x = np.asarray([[0, 5, 0], [7, 0, 1]])
    check(cp.argwhere(cp.asarray(x)), np.argwhere(x))
    check(cp.flatnonzero(cp.asarray(x)), np.flatnonzero(x))
    assert cp.argwhere(5).shape == np.argwhere(5).shape
    places = cp.unravel_index(cp.asarray([0, 5, 23]), (2, 3, 4))
    for own, numpys in zip(places, np.unravel_index([0, 5, 23], (2, 3, 4)), strict=True):
        check(own, numpys)


def test_unique():
    x = RNG.integers(0, 9, (4, 6))
    own = cp.unique(cp.asarray(x), True, True, True)
    for a, b in zip(own, np.unique(x, True, True, True), strict=True):
        check(a, b)
    check(cp.unique(cp.asarray(x)), np.unique(x))


# ---- positional arguments, as in NumPy ----


def test_the_first_option_may_be_positional():
    t = cp.asarray(MATRIX)
    for name in ("sum", "max", "mean", "std", "argmax", "sort", "argsort", "flip", "any"):
        check(getattr(cp, name)(t, 0), np.asarray(getattr(cp, name)(t, axis=0)))
    check(cp.concat([t, t], 1), np.concatenate([MATRIX, MATRIX], 1))
    check(cp.zeros((2, 2), cp.float32), np.zeros((2, 2), np.float32))
    check(cp.arange(0, 4, 2, cp.int8), np.arange(0, 4, 2, np.int8))
    check(cp.triu(t, 1), np.triu(MATRIX, 1))
    out = cp.zeros((3, 5))
    assert cp.multiply(t, t, out) is out
    check(out, MATRIX * MATRIX)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.AxisError, lambda: cp.transpose(cp.ones((2, 2)), (0, 0))),
        (cp.AxisError, lambda: cp.swapaxes(cp.ones(2), 0, 1)),
        (cp.AxisError, lambda: cp.rot90(cp.ones((2, 2)), 1, (0, 0))),
        (cp.AxisError, lambda: cp.size(cp.ones(2), 1)),
        (cp.ShapeError, lambda: cp.split(cp.ones(5), 2)),
        (cp.ArgumentError, lambda: cp.array_split(cp.ones(5), 0)),
        (cp.ShapeError, lambda: cp.vsplit(cp.ones(4), 2)),
        (cp.ArgumentTypeError, lambda: cp.hstack(cp.ones(4))),
        (cp.ArgumentTypeError, lambda: cp.vstack(["a"])),
        (cp.ArgumentError, lambda: cp.mgrid[0:]),
        (cp.ArgumentError, lambda: cp.r_[:]),
        (cp.ArgumentError, lambda: cp.geomspace(0, 1)),
        (cp.ArgumentError, lambda: cp.geomspace(-1, 1)),
        (cp.ShapeError, lambda: cp.diag(cp.ones((2, 2, 2)))),
        (cp.ShapeError, lambda: cp.ix_([[1]])),
        (cp.ShapeError, lambda: cp.indices((-1,))),
        (cp.ArgumentError, lambda: cp.around(cp.ones(2), 400)),
        (cp.OutOfBoundsError, lambda: cp.unravel_index(6, (2, 3))),
        (cp.DTypeError, lambda: cp.unravel_index(1.0, (2, 3))),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error):
        call()


# ---- arguments ----


@pytest.mark.parametrize(
    "function",
    [cp.nan_to_num, lambda x: cp.rot90(x, 4), lambda x: cp.around(x, 2), lambda x: cp.pad(x, 0)],
)
def test_a_result_is_no_other_name_of_its_operand(function):
    x = cp.asarray([[1, 2], [3, 4]])
    result = function(x)
    assert result is not x
    result += 1
    result[0, 0] = 9
    assert x.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cp.array_split(LINE_TENSOR, None), "array_split: sections"),
        (lambda: cp.split(LINE_TENSOR, [1, 2.0]), "split: sections"),
        (lambda: cp.around(LINE_TENSOR, "2"), "around: decimals"),
        (lambda: cp.diag(LINE_TENSOR, "k"), "diag: k"),
        (lambda: cp.diff([1.0, 2.0]), "diff: x"),
        (lambda: cp.diff(LINE_TENSOR, n=1.0), "diff: n"),
        (lambda: cp.diff(LINE_TENSOR, axis=None), "diff: axis"),
        (lambda: cp.indices(2.5), "indices: shape"),
        (lambda: cp.unravel_index(1, None), "unravel_index: shape"),
        (lambda: cp.isclose(LINE_TENSOR, LINE_TENSOR, None), "isclose: rtol"),
        (lambda: cp.allclose(LINE_TENSOR, LINE_TENSOR, 0.0, {}), "allclose: atol"),
        (lambda: cp.isclose(LINE_TENSOR, LINE_TENSOR, np.datetime64(1, "D")), "isclose: rtol"),
        (lambda: cp.isclose(LINE_TENSOR, LINE_TENSOR, np.str_("1")), "isclose: rtol"),
    ],
)
def test_arguments_of_the_wrong_type(call, message):
    with pytest.raises(cp.ArgumentTypeError, match=rf"^{message} "):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: cp.cumsum(LINE_TENSOR, axis=4), "cumsum: axis out of range"),
        (lambda: LINE_TENSOR.cumsum(axis=4), "cumsum: axis out of range"),
        (lambda: cp.cumprod(LINE_TENSOR, dtype="bool"), "cumprod: dtype"),
        (lambda: cp.dot(cp.ones((2, 3)), cp.ones(2)), "dot: "),
        (lambda: cp.dot(cp.ones((2, 2, 3)), cp.ones((2, 2, 2))), "dot: "),
        (lambda: cp.inner(cp.ones(2), cp.ones(3)), "inner: "),
        (lambda: cp.vdot(cp.ones(2), cp.ones(3)), "vdot: "),
        (lambda: cp.vdot([True], [True]), "vdot: "),
        (lambda: cp.transpose(LINE_TENSOR, (0, 1)), "transpose: "),
        (lambda: cp.identity(-1), "identity: "),
        (lambda: cp.asanyarray(object()), "asanyarray: "),
        (lambda: cp.exp2(True), "exp2: "),
    ],
)
def test_errors_name_the_function_that_was_called(call, words):
    with pytest.raises(cp.CorepyError, match=f"^{words}"):
        call()


def test_integers_of_numpy_are_integers():
    two = np.int64(2)
    assert [len(one) for one in cp.array_split(LINE_TENSOR, two)] == [4, 3]
    assert cp.diff(LINE_TENSOR, n=two).shape == (5,)
    assert (
        cp.isclose(LINE_TENSOR, LINE_TENSOR + 1, np.float32(0), np.float64(2)).tolist()
        == [True] * 7
    )
    assert cp.unravel_index(3, (two, two))[0].item() == 1


def test_arguments_that_numpys_users_name():
    x = cp.asarray([1.0, 2.0, 4.0])
    for name in ("quantile", "nanquantile", "percentile", "nanpercentile"):
        assert getattr(cp, name)(x, q=0.0).item() == 1.0
    assert cp.pad(x, pad_width=1).shape == (5,)
    assert cp.interp(1.5, xp=x, fp=x).item() == 1.5
    assert [int(one) for one in cp.unravel_index(4, shape=(2, 3))] == [1, 1]
