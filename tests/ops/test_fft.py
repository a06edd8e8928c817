# Tests of the Fourier transforms: values against the oracle, bits over ISAs, threads, layouts and
# batches, properties, errors. Golden digests and signatures are tested elsewhere.
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
    AxisError,
    DTypeError,
    VerificationError,
)
from corepy.testing import assert_bitwise_equal, assert_ulp, check_op, check_reproducible
from corepy.testing.strategies import LAYOUTS, lay_out

COMPLEX = ("complex64", "complex128")
REAL = ("float32", "float64")
NORMS = ("backward", "ortho", "forward")
#: Every small length; primes and their powers; lengths of columns, halves and chirps.
LENGTHS = [*range(1, 65), 81, 97, 101, 121, 125, 127, 128, 169, 243, 251, 256, 343, 512, 625, 961]
LONGER = [1000, 1009, 1024, 2187, 3125, 4096, 4099, 5000]
UNIT = {"complex64": 2.0**-24, "complex128": 2.0**-53}


def make(shape, dtype, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape)
    if dtype.startswith("complex"):
        x = x + 1j * rng.standard_normal(shape)
    return np.asarray(x, dtype)


def relative_error(actual, expected):
    return float(np.linalg.norm(np.asarray(actual) - expected) / np.linalg.norm(expected))


# ---- values ----


@pytest.mark.parametrize("dtype", COMPLEX)
def test_every_length_agrees_with_the_oracle(dtype):
    for length in LENGTHS:
        check_op("fft.fft", make((2, length), dtype, length))
        check_op("fft.ifft", make((length,), dtype, length), norm="ortho")


@pytest.mark.parametrize("dtype", COMPLEX)
def test_longer_lengths_agree_with_the_oracle(dtype):
    for length in LONGER:
        check_op("fft.fft", make((length,), dtype, length))


@pytest.mark.parametrize("dtype", REAL)
def test_every_real_length_agrees_with_the_oracle(dtype):
    part = {"float32": "complex64", "float64": "complex128"}[dtype]
    for length in [*LENGTHS, 1000, 1009]:
        x, half = make((2, length), dtype, length), make((2, length // 2 + 1), part, length)
        check_op("fft.rfft", x)
        check_op("fft.irfft", half, n=length)
        if length < 40:
            check_op("fft.ihfft", x, norm="forward")
            check_op("fft.hfft", half, n=length, norm="ortho")


@pytest.mark.parametrize("dtype", COMPLEX)
@pytest.mark.parametrize("length", [64, 1000, 1009, 1024, 4096, 16384])
def test_the_error_grows_with_the_logarithm_only(dtype, length):
    # Far below the bound, which is a worst case: what docs/topics/fft.md shows.
    x = make((length,), dtype, 3)
    expected = np.fft.fft(x.astype(np.complex128))
    if dtype == "complex128":
        expected = cp.backend.reference.run("fft.fft", (x,), {})[0]
    limit = (7 if length == 1009 else 4) * UNIT[dtype]
    assert relative_error(cp.fft.fft(cp.asarray(x)), expected) < limit


@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
@pytest.mark.parametrize("norm", NORMS)
def test_norms_lengths_and_axes(name, norm):
    dtype = "float64" if name in ("rfft", "ihfft") else "complex128"
    x = make((4, 10, 3), dtype, 5)
    for axis in (0, 1, -1):
        for n in (None, 3, 10, 12, 37):
            check_op(f"fft.{name}", x, n=n, axis=axis, norm=norm)


@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
@pytest.mark.parametrize("norm", NORMS)
def test_several_axes(name, dtype, norm):
    if name == "rfftn":
        dtype = {"complex64": "float32", "complex128": "float64"}[dtype]
    x = make((5, 6, 8), dtype, 6)
    for axes in (None, (0, 1), (2, 0), (-1,), (1, -1, 0), 1):
        check_op(f"fft.{name}", x, axes=axes, norm=norm)
    check_op(f"fft.{name}", x, s=(7, 4), axes=(0, 2), norm=norm)
    check_op(f"fft.{name}", x, s=(-1, 9), axes=(1, 0), norm=norm)
    check_op(f"fft.{name}", x, s=(4, 8), norm=norm)


def test_no_axes_are_a_copy():
    x = cp.asarray(make((2, 3), "complex64"))
    y = cp.fft.fftn(x, axes=())
    assert np.asarray(y).tobytes() == np.asarray(x).tobytes()


@pytest.mark.parametrize("n", [1, 2, 5, 8, 1001])
@pytest.mark.parametrize("dtype", REAL)
def test_frequencies(n, dtype):
    for d in (1.0, 0.1, -3.0):
        for name in ("fft.fftfreq", "fft.rfftfreq"):
            check_op(name, n, d=d, dtype=dtype)
    assert cp.fft.fftfreq(n).dtype == cp.float64


def test_shifts():
    for shape in ((5,), (4, 7), (2, 3, 4)):
        x = np.arange(math.prod(shape)).reshape(shape)
        for axes in (None, 0, -1, tuple(range(len(shape)))):
            check_op("fft.fftshift", x, axes=axes)
            check_op("fft.ifftshift", x, axes=axes)
            back = cp.fft.ifftshift(cp.fft.fftshift(cp.asarray(x), axes=axes), axes=axes)
            assert np.array_equal(np.asarray(back), x)
    assert cp.fft.fftshift(cp.asarray(3)).shape == ()


def test_the_comparison_finds_a_wrong_number():
    x = make((16,), "complex64")
    expected = cp.backend.reference.run("fft.fft", (x,), {})[0]
    wrong = expected.copy()
    wrong[3] += np.complex64(1e-2)
    assert_ulp(expected, expected, op="fft.fft", operands=(x,), options={})
    with pytest.raises(VerificationError):
        assert_ulp(wrong, expected, op="fft.fft", operands=(x,), options={})


# ---- bits ----


@pytest.mark.isa
@pytest.mark.parametrize("dtype", [*COMPLEX, *REAL])
def test_bits_do_not_depend_on_the_isa(dtype, isa, same_bits):
    function = cp.fft.fft if dtype in COMPLEX else cp.fft.rfft
    for length in [*range(1, 40), 64, 74, 100, 121, 125, 1000, 1009, 1024, 5000]:
        x = cp.asarray(make((3, length), dtype, length))
        with cp.settings.override(isa="baseline"):
            expected = np.asarray(function(x))
        same_bits(function(x), expected, f"{length} {isa}")


@pytest.mark.parametrize("dtype", COMPLEX)
@pytest.mark.parametrize("length", [12, 60, 74, 1000])
def test_bits_do_not_depend_on_batch_axis_or_layout(dtype, length, same_bits):
    for layout in LAYOUTS:
        x = lay_out(make((7, length, 5), dtype, length), layout)
        values, result = np.asarray(x), np.asarray(cp.fft.fft(x, axis=1))
        for i in range(7):
            for j in range(5):
                line = np.asarray(cp.fft.fft(cp.asarray(values[i, :, j].copy())))
                same_bits(cp.asarray(result[i, :, j].copy()), line, f"{layout} {i} {j}")


@pytest.mark.parametrize("name", ["fft", "irfft"])
def test_real_programs_are_reproducible(name):
    function = getattr(cp.fft, name)
    x = cp.asarray(make((36, 50), "complex64", 8))
    report = check_reproducible(lambda x: function(x, axis=0), x, threads=(1, 2, 7))
    assert report.runs > 10
    check_reproducible(lambda x: function(x), cp.asarray(make((300, 90), "complex128", 9)))


@pytest.mark.parametrize("length", [1 << 18, 100_003])
def test_a_long_line_shared_by_threads_has_the_same_bits(length, same_bits):
    x = cp.asarray(make((length,), "complex64", 10))
    expected = np.asarray(cp.fft.fft(x))
    for threads in (2, 7):
        with cp.settings.override(num_threads=threads):
            result = cp.fft.fft(x)
            record = cp.explain_last_dispatch()
            same_bits(result, expected, f"{threads} threads")
            assert record.op == "fft.fft"
            assert 1 <= record.threads <= threads


# ---- properties ----


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 400), st.sampled_from(COMPLEX), st.sampled_from(NORMS))
def test_the_inverse_brings_back(length, dtype, norm):
    x = make((length,), dtype, length)
    back = cp.fft.ifft(cp.fft.fft(cp.asarray(x), norm=norm), norm=norm)
    assert relative_error(back, x) < 20 * UNIT[dtype]


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 400), st.sampled_from(REAL), st.sampled_from(NORMS))
def test_the_real_inverse_brings_back(length, dtype, norm):
    x = make((length,), dtype, length)
    back = cp.fft.irfft(cp.fft.rfft(cp.asarray(x), norm=norm), n=length, norm=norm)
    assert back.dtype.name == dtype
    assert relative_error(back, x) < 20 * UNIT["complex64" if dtype == "float32" else "complex128"]
    spectrum = cp.fft.ihfft(cp.asarray(x), norm=norm)
    assert relative_error(cp.fft.hfft(spectrum, n=length, norm=norm), x) < 1e-5


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 300))
def test_parseval_and_linearity(length):
    x, y = make((length,), "complex128", 1), make((length,), "complex128", 2)
    transformed = np.asarray(cp.fft.fft(cp.asarray(x), norm="ortho"))
    assert abs(np.linalg.norm(transformed) / np.linalg.norm(x) - 1) < 1e-14
    both = cp.fft.fft(cp.asarray(2 * x - 3j * y), norm="ortho")
    other = np.asarray(cp.fft.fft(cp.asarray(y), norm="ortho"))
    assert relative_error(both, 2 * transformed - 3j * other) < 1e-14


def test_powers_of_two_scale_exactly(same_bits):
    x = make((1000,), "complex128", 4)
    expected = np.asarray(cp.fft.fft(cp.asarray(x))) * 2.0**40
    same_bits(cp.fft.fft(cp.asarray(x * 2.0**40)), expected, "scaled")


# ---- edges ----


@pytest.mark.parametrize("length", [6, 40, 74])
def test_one_bad_number_spoils_its_own_line_only(length):
    x = make((3, length), "complex64", 2)
    expected = np.asarray(cp.fft.fft(cp.asarray(x)))
    for bad in (np.nan, np.inf):
        spoilt = x.copy()
        spoilt[1, length // 3] = bad
        result = np.asarray(cp.fft.fft(cp.asarray(spoilt)))
        assert not np.isfinite(result[1]).any()
        assert np.array_equal(result[[0, 2]], expected[[0, 2]])


def test_imaginary_parts_that_a_real_result_cannot_have_are_not_looked_at(same_bits):
    for n in (8, 9):
        x = make((n // 2 + 1,), "complex128", n)
        clean = x.copy()
        clean[0] = clean[0].real
        if n % 2 == 0:
            clean[-1] = clean[-1].real
        x.imag[0] = np.inf
        same_bits(
            cp.fft.irfft(cp.asarray(x), n=n), np.asarray(cp.fft.irfft(cp.asarray(clean), n=n)), ""
        )


def test_empty_batches_and_dtypes():
    assert cp.fft.fft(cp.zeros((0, 4))).shape == (0, 4)
    assert cp.fft.rfft(cp.zeros((0, 4), dtype=cp.float32)).shape == (0, 3)
    assert cp.fft.irfft(cp.zeros((0, 4), dtype=cp.complex64)).dtype == cp.float32
    assert cp.fft.fft(cp.ones(3, dtype=cp.float32)).dtype == cp.complex64
    assert cp.fft.fft(cp.zeros((3, 0)), n=4).shape == (3, 4)
    assert not np.asarray(cp.fft.fft(cp.zeros((3, 0)), n=4)).any()


X = cp.ones((2, 3))


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: cp.fft.fft(X, n=0), ArgumentError, "n=0"),
        (lambda: cp.fft.fft(X, n=-1), ArgumentError, "n=-1"),
        (lambda: cp.fft.fft(X, n=1.5), ArgumentTypeError, "n has"),
        (lambda: cp.fft.fft(X, n=2**60), ArgumentError, "at least one"),
        (lambda: cp.fft.fft(X, norm="none"), ArgumentError, "norm"),
        (lambda: cp.fft.fft(X, norm=1), ArgumentError, "norm"),
        (lambda: cp.fft.fft(X, axis=2), AxisError, "axis"),
        (lambda: cp.fft.fft(cp.asarray(1.0)), AxisError, "rank-0"),
        (lambda: cp.fft.fft(cp.zeros((2, 0))), ArgumentError, "extent 0"),
        (lambda: cp.fft.fft(cp.ones(3, dtype=cp.int64)), DTypeError, "int64"),
        (lambda: cp.fft.fft(cp.asarray([True])), DTypeError, "bool"),
        (lambda: cp.fft.rfft(cp.asarray([1j])), DTypeError, "complex128"),
        (lambda: cp.fft.irfft(cp.asarray([1j])), ArgumentError, "at least one"),
        (lambda: cp.fft.fftn(X, s=(2,), axes=(0, 1)), ArgumentError, "one length for each"),
        (lambda: cp.fft.fftn(X, s=(2, 0), axes=(0, 1)), ArgumentError, "s=0"),
        (lambda: cp.fft.fftn(X, axes=(0, 0)), AxisError, "axes|axis|twice"),
        (lambda: cp.fft.rfftn(X, axes=()), AxisError, "needs an axis"),
        (lambda: cp.fft.fftfreq(0), ArgumentError, "positive"),
        (lambda: cp.fft.fftfreq(3, d=0), ArgumentError, "zero"),
        (lambda: cp.fft.fftfreq(3, dtype=cp.int64), DTypeError, "int64"),
        (lambda: cp.fft.fft([1.0]), ArgumentTypeError, "asarray"),
    ],
)
def test_errors(call, kind, message):
    with pytest.raises(kind, match=message):
        call()


# ---- records, plans, memory ----


def test_the_record_names_the_plan():
    for length, name in ((16, "columns"), (1000, "four-step"), (1009, "bluestein")):
        cp.fft.fft(cp.ones(length))
        record = cp.explain_last_dispatch()
        assert (record.op, record.kernel, record.bound) == ("fft.fft", name, "fft")
        cp.fft.rfft(cp.ones(2 * length))
        assert cp.explain_last_dispatch().kernel == f"half-length {name}"
    assert cp.explain_last_dispatch().workspace_bytes > 0
    assert cp.explain(cp.fft.fft, cp.ones(1000)).kernel == "four-step"


def test_plans_are_kept_within_a_bound_and_given_back():
    cp.memory.trim()
    assert cp.memory.stats()["fft_plan_bytes"] == 0
    cp.fft.fft(cp.ones(1000))
    kept = cp.memory.stats()["fft_plan_bytes"]
    assert kept > 0
    cp.fft.fft(cp.ones(1000))
    assert cp.memory.stats()["fft_plan_bytes"] == kept
    for length in range(30_000, 30_800, 8):
        cp.fft.fft(cp.ones(length))
        assert cp.memory.stats()["fft_plan_bytes"] <= 64 << 20
    cp.memory.trim()
    assert cp.memory.stats()["fft_plan_bytes"] == 0


def test_the_oracle_serves_the_policy():
    x = cp.asarray(make((3, 20), "complex64", 1))
    with cp.policy("REFERENCE"):
        expected = np.asarray(cp.fft.fftn(x, s=(4, 18), axes=(0, 1), norm="ortho"))
        assert cp.explain_last_dispatch().backend == "reference"
    assert relative_error(cp.fft.fftn(x, s=(4, 18), axes=(0, 1), norm="ortho"), expected) < 1e-6


@pytest.mark.parametrize("name", ["fft2", "ifft2", "rfft2", "irfft2"])
def test_transforms_of_two_axes_are_those_of_all(name):
    x = np.random.default_rng(1).standard_normal((3, 4, 6))
    t = cp.asarray(x)
    call, whole = getattr(cp.fft, name), getattr(cp.fft, name[:-1] + "n")
    for options in ({}, {"s": (5, 8)}, {"axes": (0, 1)}, {"axes": (2, 0), "norm": "ortho"}):
        found = call(t, **options)
        assert cp.explain_last_dispatch().op == f"fft.{name[:-1]}n"
        assert_bitwise_equal(found, whole(t, **{"axes": (-2, -1), **options}))
        expected = getattr(np.fft, name)(x, **options)
        np.testing.assert_allclose(np.asarray(found), expected, rtol=1e-12, atol=1e-12)
    assert_bitwise_equal(call(t, (5, 8)), call(t, s=(5, 8)))
    with pytest.raises(cp.AxisError, match=rf"^fft\.{name}: "):
        call(cp.ones(3))
    with pytest.raises(cp.DTypeError, match=rf"^fft\.{name}: .*float64"):
        call(cp.asarray([[1, 2]]))


def test_the_first_option_may_stand_by_position():
    x = cp.asarray(np.random.default_rng(1).standard_normal((3, 8)))
    for name in ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft"):
        call = getattr(cp.fft, name)
        assert_bitwise_equal(call(x, 6), call(x, n=6))
    for name in ("fftn", "ifftn", "rfftn", "irfftn"):
        call = getattr(cp.fft, name)
        assert_bitwise_equal(call(x, (2, 6)), call(x, s=(2, 6)))
    for name in ("fftfreq", "rfftfreq"):
        assert_bitwise_equal(getattr(cp.fft, name)(8, 0.1), getattr(np.fft, name)(8, 0.1))
    assert_bitwise_equal(cp.fft.fftshift(x, 1), np.fft.fftshift(np.asarray(x), 1))
    assert_bitwise_equal(cp.fft.ifftshift(x, (0,)), np.fft.ifftshift(np.asarray(x), (0,)))
    with pytest.raises(cp.ArgumentTypeError, match="too many positional"):
        cp.fft.fft(x, 6, 0)


@pytest.mark.parametrize(
    ("name", "shape", "lengths"),
    [("fft2", (0, 4), (3, 6)), ("ifft2", (0, 4), (3, 6)), ("rfft2", (0, 4), (3, 6)),
     ("irfftn", (4, 0), (3, 6)), ("fftn", (0, 0), (2, 2))],
)  # fmt: skip
def test_steps_without_lines_are_zeros_for_the_next_one(name, shape, lengths):
    transform, reference = getattr(cp.fft, name), getattr(np.fft, name)
    got = transform(cp.zeros(shape), s=lengths)
    expected = reference(np.zeros((max(shape[0], 1), max(shape[1], 1))), s=lengths)
    assert got.shape == expected.shape
    assert not cp.any(got != 0)
