# Tests of the creation functions: against the oracle, defaults, errors. What asarray takes from
# other libraries is tested in tests/interop.
from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    CorepyError,
    DTypeError,
    ShapeError,
    UnsupportedError,
)
from corepy.testing import assert_bitwise_equal, check_op
from corepy.testing.strategies import DTYPES, LAYOUTS, lay_out

each_dtype = pytest.mark.parametrize("dtype", DTYPES)
REALS = [dtype for dtype in DTYPES if np.dtype(dtype).kind in "iuf"]
SHAPES = [(), (0,), (3,), (2, 0, 3), (2, 3), 5]


@each_dtype
def test_filled_tensors(dtype):
    for shape in SHAPES:
        for name in ("zeros", "ones", "empty"):
            check_op(name, shape, dtype=dtype)
        check_op("full", shape, True, dtype=dtype)
        if dtype != "bool":
            check_op("full", shape, 7, dtype=dtype)
    for layout in LAYOUTS:
        x = lay_out(np.ones((3, 4), dtype), layout)
        for name in ("zeros_like", "ones_like", "empty_like"):
            check_op(name, x)
            check_op(name, x, dtype="float32")
        check_op("full_like", x, True)


def test_default_dtypes():
    for function in (cp.zeros, cp.ones, cp.empty):
        assert function(3).dtype == cp.float64
    assert cp.eye(2).dtype == cp.linspace(0, 1, 3).dtype == cp.float64
    assert cp.arange(3).dtype == cp.int64
    assert cp.arange(3.0).dtype == cp.arange(0, 3, 0.5).dtype == cp.float64
    for value, dtype in [(True, cp.bool), (1, cp.int64), (1.0, cp.float64), (1j, cp.complex128)]:
        assert cp.full(2, value).dtype == cp.asarray(value).dtype == dtype


@each_dtype
def test_triangles_and_identities(dtype):
    x = np.arange(1, 25).reshape(2, 3, 4).astype(dtype)
    for k in (-5, -3, -1, 0, 1, 2, 4, 9):
        for layout in LAYOUTS:
            check_op("tril", lay_out(x, layout), k=k)
            check_op("triu", lay_out(x, layout), k=k)
        check_op("eye", 4, dtype=dtype, k=k)
        check_op("eye", 3, 5, dtype=dtype, k=k)
        check_op("eye", 5, 2, dtype=dtype, k=k)
    for shape in ((0, 3), (3, 0), (1, 1)):
        check_op("tril", np.ones(shape, dtype))
    check_op("eye", 0, dtype=dtype)


@pytest.mark.parametrize("k", [2**62, 2**63 - 1, 2**63, 2**70])
def test_diagonals_of_any_number_may_lie_outside_the_matrix(k):
    x = cp.reshape(cp.arange(6), (2, 3))
    assert cp.tril(x, k=k).tolist() == cp.triu(x, k=-k).tolist() == x.tolist()
    for zeros in (cp.eye(3, k=k), cp.eye(3, k=-k), cp.tril(x, k=-k), cp.triu(x, k=k)):
        assert not cp.any(zeros)
    assert cp.diag(x, k=k).shape == cp.diag(x, k=-k).shape == (0,)
    for offset in (k, -k):
        assert cp.linalg.diagonal(x, offset=offset).shape == (0,)
        assert cp.linalg.trace(x, offset=offset).item() == 0


@pytest.mark.parametrize("dtype", REALS)
def test_arange_of_every_dtype(dtype):
    for arguments in [(5,), (0,), (2, 9), (9, 2), (2, 20, 3), (0, 1, 100)]:
        check_op("arange", *arguments, dtype=dtype)
    if np.dtype(dtype).kind != "u":
        check_op("arange", -5, 5, 2, dtype=dtype)
        check_op("arange", 9, -3, -2, dtype=dtype)


def test_arange_of_numbers():
    for arguments in [
        (0.0, 1.0, 0.1),
        (1.0, 0.0, -0.3),
        (-0.5, 3),
        (0, 1, 1 / 3),
        (1e300, 1.5e300, 1e299),
        (2**62, 2**63 - 1, 2**60),
        (-(2**63), 2**63 - 1, 2**62),
        (2**63 - 1, -(2**63), -(2**62)),
        (2**53, 2**53 + 10),
        (0.0, 1e-300, 1e300),
        (0.0, -1e-300, -1e300),
        (0.0, -1e-300, 1e300),
        (1.0, 1.0, 1e300),
    ]:
        check_op("arange", *arguments)
    for dtype in ("float32", "float64"):
        check_op("arange", 0.0, 1.0, 1e-3, dtype=dtype)


@given(
    st.floats(-1e6, 1e6),
    st.floats(-1e6, 1e6),
    st.integers(0, 40),
    st.booleans(),
    st.sampled_from(["float32", "float64"]),
)
@settings(max_examples=150, deadline=None)
def test_any_linspace(start, stop, num, endpoint, dtype):
    result = check_op("linspace", start, stop, num, dtype=dtype, endpoint=endpoint)
    values = np.asarray(result)
    assert values.shape == (num,)
    if num:
        assert values[0] == np.dtype(dtype).type(start)
    if num > 1 and endpoint:
        assert values[-1] == np.dtype(dtype).type(stop)


@given(
    st.complex_numbers(max_magnitude=1e6),
    st.complex_numbers(max_magnitude=1e6) | st.floats(-1e6, 1e6) | st.integers(-9, 9),
    st.integers(0, 40),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_lines_in_the_complex_plane(start, stop, num, endpoint):
    """Real and imaginary parts are lines of their own; complex ends make a complex line."""
    line = cp.linspace(start, stop, num, endpoint=endpoint)
    assert line.dtype == cp.linspace(0, stop, dtype="complex128").dtype == cp.complex128
    parts = [
        cp.linspace(getattr(start, part), getattr(stop, part), num, endpoint=endpoint)
        for part in ("real", "imag")
    ]
    assert_bitwise_equal(cp.real(line), parts[0])
    assert_bitwise_equal(cp.imag(line), parts[1])
    for dtype in ("complex64", "complex128"):
        check_op("linspace", start, stop, num, dtype=dtype, endpoint=endpoint)


def test_complex_ends_of_other_libraries():
    for start in (1j, np.complex64(1j), np.complex128(1j), cp.asarray(1j, dtype="complex64")):
        assert cp.linspace(start, 1, 3).tolist() == [1j, 0.5 + 0.5j, 1]
        with pytest.raises((ArgumentTypeError, DTypeError), match="linspace: "):
            cp.linspace(start, 1, 3, dtype="float64")


@pytest.mark.isa
def test_bits_do_not_depend_on_the_isa(isa, same_bits):
    def make():
        for dtype in DTYPES:
            yield cp.full((70, 3), 1, dtype=dtype)
            yield cp.eye(40, 50, k=3, dtype=dtype)
            yield cp.triu(cp.ones((40, 50), dtype=dtype), k=-2)
        yield cp.arange(0, 100, 0.1)
        yield cp.arange(1000, dtype=cp.float32)
        yield cp.linspace(-1, 7, 1001, dtype=cp.float32)
        yield cp.linspace(0.1, 7e9, 1001)
        yield cp.linspace(0.1j, 7e9 - 3j, 1001)

    with cp.settings.override(isa="baseline"):
        expected = [np.asarray(one) for one in make()]
    for actual, wanted in zip(make(), expected, strict=True):
        same_bits(actual, wanted, isa)


def test_meshgrid_agrees_with_numpy():
    x, y, z = cp.arange(3), cp.asarray([1.5, 2.5]), cp.arange(4)
    for indexing in ("xy", "ij"):
        for arrays in ((x, y), (x, y, z), (x,)):
            wanted = np.meshgrid(*map(np.asarray, arrays), indexing=indexing)
            for one, other in zip(cp.meshgrid(*arrays, indexing=indexing), wanted, strict=True):
                assert_bitwise_equal(one, np.asarray(other, one.dtype.name))
    assert cp.meshgrid() == ()


@pytest.mark.sanitize
def test_errors():
    for shape in ((-1,), (2, -3), (2**62, 2**62), (2**63,), 2**70, (0, 2**63)):
        for name in ("zeros", "ones", "empty"):
            with pytest.raises((ShapeError, ArgumentError, MemoryError)):
                getattr(cp, name)(shape)
        with pytest.raises((ShapeError, ArgumentError, MemoryError)):
            cp.full(shape, 1)
    for shape in ("3", 1.5, None, (1.5,), [None]):
        with pytest.raises(ArgumentTypeError):
            cp.zeros(shape)
    for dtype in ("float8", "object", 3, object, "f9"):
        with pytest.raises(DTypeError):
            cp.zeros(3, dtype=dtype)
    with pytest.raises(UnsupportedError):
        cp.zeros(3, device="cuda")
    for value, dtype in [(300, "int8"), (-1, "uint8"), (2**64, "uint64"), (2**80, "int64")]:
        with pytest.raises(ArgumentError):
            cp.full(3, value, dtype=dtype)
    for value in ("1", None, [1], cp.ones(2)):
        with pytest.raises(ArgumentTypeError):
            cp.full(3, value)
    for step in (0, 0.0, math.nan):
        with pytest.raises(ArgumentError):
            cp.arange(0, 3, step)
    for arguments in [(0, math.inf), (math.nan,), (0.0, 1.0, math.inf), (0, 1e300, 1e-300)]:
        with pytest.raises(CorepyError):
            cp.arange(*arguments)
    for dtype in ("bool", "complex64"):
        with pytest.raises(DTypeError):
            cp.arange(3, dtype=dtype)
    with pytest.raises(ArgumentError):
        cp.linspace(0, 1, -1)
    with pytest.raises(DTypeError):
        cp.linspace(0, 1, 3, dtype="int32")
    with pytest.raises((ShapeError, MemoryError)):
        cp.linspace(0, 1, 2**62)
    with pytest.raises(ShapeError):
        cp.eye(-1)
    with pytest.raises(CorepyError):
        cp.tril(cp.ones(3))
    with pytest.raises(CorepyError):
        cp.meshgrid(cp.ones((2, 2)))
    with pytest.raises(ArgumentError):
        cp.meshgrid(cp.ones(2), indexing="ab")


@pytest.mark.parametrize("shape", [3, (), (2, 0), [4, 1]])
@pytest.mark.parametrize("dtype", [None, "float32"])
def test_like_another_of_another_shape(shape, dtype):
    x = cp.asarray([[1, 2]], dtype="int8")
    for name, value in (("zeros_like", ()), ("ones_like", ()), ("full_like", (7,))):
        wanted = getattr(np, name)(np.asarray(x), *value, dtype=dtype, shape=shape)
        assert_bitwise_equal(getattr(cp, name)(x, *value, dtype=dtype, shape=shape), wanted)
    found = cp.empty_like(x, dtype, shape=shape)
    assert (found.shape, found.dtype.name) == (wanted.shape, wanted.dtype.name)
    record = cp.explain_last_dispatch()
    assert record.op == "empty_like"


def test_like_another_of_a_wrong_shape():
    x = cp.ones(2)
    for name, value in (
        ("zeros_like", ()),
        ("ones_like", ()),
        ("full_like", (7,)),
        ("empty_like", ()),
    ):
        make = getattr(cp, name)
        assert make(x, *value, shape=None).shape == (2,)
        for error, shape in ((ShapeError, -1), (ArgumentTypeError, "a"), (ArgumentTypeError, 1.5)):
            with pytest.raises(error, match=f"^{name}: "):
                make(x, *value, shape=shape)
        with pytest.raises(ArgumentTypeError, match=f"^{name}: x has the wrong type"):
            make([1], *value, shape=2)
        with pytest.raises(UnsupportedError, match=f"^{name}: "):
            make(x, *value, device="gpu", shape=2)


def test_grids_are_refused_by_their_own_size():
    """Views take no memory, but their bytes must be countable: of elements of 1, or of 16."""
    line = cp.broadcast_to(cp.asarray(0, dtype="int8"), (2**31,))
    assert cp.meshgrid(line, line)[0].shape == (2**31, 2**31)
    wide = cp.broadcast_to(cp.asarray(0, dtype="complex128"), (2**31,))
    with pytest.raises(ShapeError, match="16-byte elements"):
        cp.meshgrid(line, wide)


def test_missing_and_surplus_arguments_are_named():
    with pytest.raises(TypeError, match="shape"):
        cp.zeros()
    with pytest.raises(TypeError):
        cp.zeros(1, 2, 3)
    with pytest.raises(TypeError, match="dtipe"):
        cp.zeros(3, dtipe="int8")
    with pytest.raises(TypeError):
        cp.add(cp.ones(1))
    with pytest.raises(TypeError):
        cp.add(x1=cp.ones(1), x2=cp.ones(1))
    with pytest.raises(TypeError):
        cp.sum(cp.ones(1), 0, None)


def test_ranges_whose_length_overflows():
    """Bounds further apart than the largest number."""
    assert cp.linspace(-1e308, 1e308, 3).tolist() == [-1e308, 0.0, 1e308]
    assert cp.linspace(1.7e308, -1.7e308, 5).tolist() == [
        1.7e308,
        0.85e308,
        0.0,
        -0.85e308,
        -1.7e308,
    ]
    assert cp.arange(-1.5e308, 1.6e308, 1e308).tolist() == [-1.5e308, -5e307, 5e307, 1.5e308]


def test_records_state_the_bound():
    cp.linspace(0, 1, 3)
    assert cp.explain_last_dispatch().bound == "linspace"
    cp.arange(0.0, 1.0, 0.25)
    assert cp.explain_last_dispatch().bound == "arange"
    cp.arange(4)
    assert cp.explain_last_dispatch().bound == "exact"


@pytest.mark.parametrize("scalar", [np.datetime64("2020"), np.timedelta64(3, "D")])
def test_dates_are_refused(scalar):
    for wrong in (scalar, [scalar, scalar], np.asarray([scalar])):
        with pytest.raises(DTypeError, match=r"datetime64|timedelta64|'[<>]?[Mm]"):
            cp.asarray(wrong)
