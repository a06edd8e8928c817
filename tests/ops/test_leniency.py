# Tests of what is accepted beyond the standard because it can mean one thing only; and of methods.
from __future__ import annotations

import inspect
from operator import attrgetter

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

MATRIX = cp.asarray([[4.0, 1.0, 2.0], [1.0, 5.0, 3.0], [2.0, 3.0, 6.0]])
X = np.arange(24).reshape(2, 3, 4)


@pytest.mark.parametrize(
    "key",
    [
        slice(-100, 100),
        slice(2**70, None),
        slice(None, -(2**70), -1),
        np.int64(1),
        (slice(None), 1),
        (..., slice(5, 0, -2)),
    ],
)
def test_slices_of_any_bound(key):
    assert_bitwise_equal(cp.asarray(X)[key], X[key])


@pytest.mark.parametrize(
    "shape", [24, (4, 6), [4, -1], (np.int64(2), 12), (cp.asarray(4), 6), [3, 8]]
)
def test_shapes(shape):
    expected = X.reshape(tuple(map(int, shape)) if isinstance(shape, (tuple, list)) else shape)
    assert_bitwise_equal(cp.reshape(cp.asarray(X), shape), expected)
    assert_bitwise_equal(cp.asarray(X).reshape(shape), expected)


def test_numbers_of_other_libraries_and_tensors_without_axes():
    four = np.arange(4)
    for stop in (4, np.int64(4), np.int8(4), cp.asarray(4), cp.asarray(4, dtype=cp.uint8)):
        assert_bitwise_equal(cp.arange(stop), four)
    for stop in (4.0, np.float32(4), cp.asarray(4.0), np.float64(4)):
        assert_bitwise_equal(cp.arange(stop), four.astype(np.float64))
    ends = cp.linspace(np.longdouble(0), np.float32(1), np.int64(3))
    assert_bitwise_equal(ends, cp.linspace(cp.asarray(0.0), 1, 3))
    assert ends.tolist() == [0.0, 0.5, 1.0]
    assert float(cp.var(cp.asarray([1.0, 3.0]), correction=np.float32(1))) == 2.0
    for wrong in ("4", None, 1j, np.complex64(1j), object(), cp.asarray([1, 2]), cp.asarray(1j)):
        with pytest.raises((TypeError, ValueError)):
            cp.arange(0, wrong, cp.asarray([1, 2]))
        with pytest.raises((TypeError, ValueError)):
            cp.linspace(0, wrong, 3, dtype=cp.float64)
    with pytest.raises(cp.ArgumentError, match="too large"):
        cp.linspace(0, 10**400, 3)


# ---- flags: 0 and 1, as NumPy programs write them ----


def flags_of_all_functions():
    """(function, parameter): whatever has True or False as its default."""
    for prefix, space in (
        ("", cp),
        ("linalg.", cp.linalg),
        ("fft.", cp.fft),
        ("random.", cp.random),
    ):
        for name in space.__all__:
            function = getattr(space, name)
            if inspect.isroutine(function) and name != "einsum":  # whose flag may be a path
                for parameter in inspect.signature(function).parameters.values():
                    if isinstance(parameter.default, bool):
                        yield prefix + name, parameter.name


ARGUMENTS = {
    "arange": (3,),
    "astype": (MATRIX, "float32"),
    "linspace": (0, 1, 4),
    "logspace": (0, 1, 4),
    "geomspace": (1, 2, 4),
    "cumulative_sum": (MATRIX[0],),
    "cumulative_prod": (MATRIX[0],),
    "searchsorted": (MATRIX[0], MATRIX[0]),
    "isin": (MATRIX, MATRIX[0]),
    "isclose": (MATRIX, MATRIX),
    "allclose": (MATRIX, MATRIX),
    "array_equal": (MATRIX, MATRIX),
    "digitize": (MATRIX, cp.asarray([0.0, 3.0])),
    "histogram2d": (MATRIX[0], MATRIX[1]),
    "quantile": (MATRIX, 0.3),
    "nanquantile": (MATRIX, 0.3),
    "percentile": (MATRIX, 30),
    "nanpercentile": (MATRIX, 30),
    "vander": (MATRIX[0],),
    "polyfit": (MATRIX[0], MATRIX[1], 1),
    "intersect1d": (MATRIX, MATRIX[0]),
    "setdiff1d": (MATRIX, MATRIX[0]),
    "setxor1d": (MATRIX, MATRIX[0]),
    "meshgrid": (MATRIX[0], MATRIX[1], MATRIX[2]),
    "random.integers": (0, 9),
    "random.choice": (9,),
    "record_dispatches": (),
}
FILES = {"load": cp.save, "load_safetensors": lambda file, x: cp.save_safetensors(file, {"x": x})}


def run_with_flag(name, flag, value, folder):
    """What a function gives, in a form that compares."""
    if name == "save_npz":
        cp.save_npz(folder / "x", {"x": MATRIX}, **{flag: value})
        return (folder / "x").stat().st_size
    if name in FILES:
        FILES[name](folder / "x", MATRIX)
        return repr(getattr(cp, name)(folder / "x", **{flag: value}))
    if name.startswith("random."):
        draw = getattr(cp.random.Generator(1), name.removeprefix("random."))
        return repr(draw(*ARGUMENTS[name], **{flag: value}))
    result = attrgetter(name)(cp)(*ARGUMENTS.get(name, (MATRIX,)), **{flag: value})
    return type(result) if name == "record_dispatches" else repr(result)


@pytest.mark.parametrize(("name", "flag"), list(flags_of_all_functions()))
def test_flags_are_bools_or_0_and_1(name, flag, tmp_path):
    for value in (False, True):
        expected = run_with_flag(name, flag, value, tmp_path)
        for same in (int(value), np.bool_(value), np.int8(value), np.uint64(value)):
            assert run_with_flag(name, flag, same, tmp_path) == expected
    for wrong in (2, -1, 2**70, 1.0, 0.0, "1", [], np.int64(2), np.float32(1), np.longdouble(0)):
        with pytest.raises(cp.ArgumentTypeError, match=f"{flag} has .*expected bool"):
            run_with_flag(name, flag, wrong, tmp_path)


def test_settings_and_print_options_take_0_and_1():
    for value in (0, 1):
        with cp.settings.override(strict=value), cp.printoptions(suppress=value):
            assert cp.settings.strict is bool(value)
            assert cp.get_printoptions().suppress is bool(value)
    operands = [cp.asarray(np.ones((2, 2)))] * 3
    for value in (0, 1, np.True_):
        assert cp.einsum("ij,jk,kl", *operands, optimize=value).tolist() == [[4.0, 4.0]] * 2
    with pytest.raises(cp.ArgumentTypeError, match="optimize"):
        cp.einsum("ij,jk,kl", *operands, optimize=2)
    assert np.asarray(cp.ones(2)).sum() == cp.ones(2).__array__(copy=1).sum()
    assert cp.reshape(cp.ones(4), (2, 2), copy=1).shape == (2, 2)


# ---- where of a condition alone ----


@pytest.mark.parametrize("x", [X > 9, X, X[0, 0] * 1.5, np.zeros((2, 0)), X - 3j])
def test_where_of_a_condition_gives_its_positions(x):
    found = cp.where(cp.asarray(x))
    for one, expected in zip(found, np.where(x), strict=True):
        assert_bitwise_equal(one, expected)
    record = cp.explain_last_dispatch()
    assert (record.op, record.kernel) == ("where", "positions by mask")
    assert str(cp.explain(cp.where, cp.asarray(x))).startswith("where")


def test_where_with_one_of_two_values_says_which_is_missing():
    for call, words in (
        (lambda: cp.where(cp.asarray([True]), 1), "^where: x2 is missing"),
        (lambda: cp.where(cp.asarray([True]), None, 1), "^where: x1 is missing"),
        (lambda: cp.where([True, False]), "^where: condition has the wrong type"),
        (lambda: cp.where(True), "^where: condition has the wrong type"),
    ):
        with pytest.raises(cp.ArgumentTypeError, match=words):
            call()
    with pytest.raises(cp.ShapeError, match=r"^where: a rank-0 tensor"):
        cp.where(cp.asarray(True))
    with pytest.raises(TypeError, match="where"):
        cp.where()


class Raiser:
    """A number that fails with an error of its own."""

    def __float__(self):
        raise ZeroDivisionError("mine")


def test_an_error_of_a_number_is_its_own():
    with pytest.raises(ZeroDivisionError, match="mine"):
        cp.linspace(0, Raiser(), 3)


def test_scalars_beside_tensors():
    x = cp.asarray([1, 2], dtype=cp.int8)
    assert [one.dtype.name for one in cp.broadcast_arrays(x, 5)] == ["int8", "int8"]
    assert cp.stack([cp.asarray(1.5), 2]).tolist() == [1.5, 2.0]
    assert cp.stack([cp.asarray(1, dtype=cp.int8), 2.5]).dtype == cp.float64
    assert cp.concat([x, 7], axis=None).tolist() == [1, 2, 7]
    assert cp.meshgrid(x, 3)[1].shape == (1, 2)
    with pytest.raises(cp.ArgumentTypeError, match="stack"):
        cp.stack([1, 2])
    with pytest.raises(cp.ArgumentTypeError, match="concat"):
        cp.concat([x, "a"])
    with pytest.raises(cp.ArgumentError, match="concat"):
        cp.concat([x, 300], axis=None)


def test_places_as_lists():
    t = cp.asarray(X)
    assert_bitwise_equal(cp.take(t, [2, 0], axis=1), np.take(X, [2, 0], axis=1))
    assert_bitwise_equal(cp.take(t, ((0, 1), (2, 2)), 1), np.take(X, ((0, 1), (2, 2)), 1))
    assert_bitwise_equal(cp.take(t, 1, 1), np.take(X, 1, 1))
    assert_bitwise_equal(cp.take(t, [], 1), np.take(X, np.zeros(0, int), 1))
    assert_bitwise_equal(t.take([-1], axis=0), np.take(X, [-1], 0))
    assert_bitwise_equal(cp.repeat(t, [2, 0, 1], 1), np.repeat(X, [2, 0, 1], 1))
    assert_bitwise_equal(t.repeat(2, 0), np.repeat(X, 2, 0))
    for wrong in ([0.5], [True, False], ["a"], [[0], [1, 2]], 1.0):
        with pytest.raises((TypeError, ValueError), match=r"^take: "):
            cp.take(t, wrong, 1)


def test_squeeze_without_axes_removes_all_of_extent_one():
    x = cp.zeros((1, 3, 1, 2))
    assert cp.squeeze(x).shape == x.squeeze().shape == (3, 2)
    assert cp.squeeze(x, 0).shape == (3, 1, 2)
    assert cp.squeeze(cp.zeros((0, 1))).shape == (0,)
    assert cp.squeeze(cp.zeros(())).shape == ()


# ---- methods ----


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("cumsum", ()),
        ("cumsum", (1,)),
        ("cumprod", (2,)),
        ("ravel", ()),
        ("flatten", ()),
        ("transpose", ()),
        ("transpose", ((2, 0, 1),)),
        ("transpose", (1, 0, 2)),
        ("swapaxes", (0, -1)),
        ("dot", (np.arange(4),)),
        ("repeat", (2,)),
        ("repeat", (2, 1)),
        ("conjugate", ()),
        ("sum", (0,)),
        ("max", (1,)),
        ("astype", (np.float32,)),
        ("argmax", (1,)),
    ],
)
def test_methods_are_numpys(name, arguments):
    x = X % 5
    own = [cp.asarray(one) if isinstance(one, np.ndarray) else one for one in arguments]
    assert_bitwise_equal(getattr(cp.asarray(x), name)(*own), getattr(x, name)(*arguments))


def test_parts_and_places():
    z = cp.asarray([1 + 2j, 3 - 4j])
    assert z.real.tolist() == [1.0, 3.0]
    assert z.imag.tolist() == [2.0, -4.0]
    x = cp.asarray([1.5, 0.0])
    assert x.real is x
    assert x.imag.tolist() == [0.0, 0.0]
    assert [place.tolist() for place in x.nonzero()] == [[0]]
    quotient, rest = divmod(cp.asarray([7, -7]), 2)
    assert (quotient.tolist(), rest.tolist()) == ([3, -4], [1, 1])
    assert [one.tolist() for one in divmod(7, cp.asarray([2]))] == [[3], [1]]


def test_fill_changes_this_tensor_alone():
    x = cp.zeros((2, 2))
    view = x[0]
    x.fill(3)
    assert x.tolist() == [[3, 3], [3, 3]]
    assert view.tolist() == [0, 0]
