# Tests of what is special to float16 and bfloat16: one rounding, accumulation in float32,
# inference, limits, refusals. The tests of each family loop over these dtypes too.
from __future__ import annotations

import itertools

import ml_dtypes
import numpy as np
import pytest

import corepy as cp
from corepy.backend.reference.half import round_to_half
from corepy.errors import ArgumentError, DTypeError
from corepy.testing import assert_bitwise_equal, check_op, ulp_distance

HALVES = ["float16", "bfloat16"]
each_half = pytest.mark.parametrize("dtype", HALVES)
ALL_BITS = np.arange(1 << 16, dtype=np.uint16)
#: Bits that float32 has more than the dtype.
SPARE_BITS = {"float16": 13, "bfloat16": 16}


def every_number(dtype):
    return ALL_BITS.view(np.dtype(dtype))


# ---- casts ----


@pytest.mark.isa
@each_half
def test_every_number_goes_to_float_and_back(dtype, isa):
    x = cp.asarray(every_number(dtype))
    wide = cp.astype(x, cp.float32)
    assert_bitwise_equal(wide, every_number(dtype).astype(np.float32))
    assert_bitwise_equal(cp.astype(x, cp.float64), every_number(dtype).astype(np.float64))
    for way in (wide, cp.astype(x, cp.float64), cp.astype(x, cp.complex64)):
        back = cp.astype(cp.real(way) if way.dtype == cp.complex64 else way, dtype)
        assert_bitwise_equal(back, every_number(dtype), label=f"{way.dtype} {isa}")


@pytest.mark.isa
@each_half
def test_rounding_is_numpys_from_float32(dtype, isa):
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 1 << 32, 300_000, dtype=np.uint32)
    top = ALL_BITS.astype(np.uint32) << 16
    ties = [top | low for low in (0x7FFF, 0x8000, 0x8001, 0x0FFF, 0x1000, 0x1001, 0x3000)]
    x = np.concatenate([bits, *ties]).view(np.float32)
    with np.errstate(all="ignore"):
        wanted = x.astype(np.dtype(dtype))
    result = cp.astype(cp.asarray(x), dtype)
    assert_bitwise_equal(result, wanted, label=isa)
    nan_bits = np.asarray(result).view(np.uint16)[np.isnan(x)]
    assert set(nan_bits.tolist()) == {0x7E00 if dtype == "float16" else 0x7FC0}


@pytest.mark.isa
@each_half
def test_wider_dtypes_round_once(dtype, isa):
    """Next to every tie, closer than float32 and float64 can tell."""
    numbers = np.sort(every_number(dtype)[: 0x7C00 if dtype == "float16" else 0x7F80])
    low = numbers.astype(np.float64)
    ties = (low[:-1] + low[1:]) / 2
    near = np.concatenate([ties, np.nextafter(ties, 0), np.nextafter(ties, np.inf)])
    check_op("astype", np.concatenate([near, -near]), dtype)
    whole = ties[(ties >= 2**20) & (ties < 2**62)].astype(np.int64)
    check_op("astype", np.concatenate([whole, whole + 1, whole - 1, -whole - 1]), dtype)
    check_op("astype", np.concatenate([whole, whole + 1, whole - 1]).astype(np.uint64), dtype)
    near_int32 = whole[whole < 2**31 - 1]
    check_op("astype", np.concatenate([near_int32, near_int32 + 1]).astype(np.int32), dtype)


def test_a_tie_that_float64_would_make():
    x = cp.asarray([2**62 + 2**54 + 1, 2**62 + 2**54])
    assert cp.astype(x, cp.bfloat16).tolist() == [float(2**62 + 2**55), float(2**62)]


# ---- elementwise ----


def distance_to_ties(exact, dtype):
    """How far from half-way between two numbers of the dtype, in their distance."""
    rounded = round_to_half(exact, np.dtype(dtype)).astype(np.float64)
    neighbour = round_to_half(
        rounded + np.where(exact > rounded, 1, -1) * np.abs(exact - rounded) * 2, np.dtype(dtype)
    ).astype(np.float64)
    spacing = np.abs(neighbour - rounded)
    return np.abs(np.abs(exact - rounded) / np.where(spacing > 0, spacing, 1) - 0.5)


@pytest.mark.isa
@each_half
@pytest.mark.parametrize("name", ["exp", "log", "sin", "tanh", "expm1", "sqrt", "reciprocal"])
def test_every_argument_is_rounded_correctly_but_next_to_ties(name, dtype, isa):
    x = every_number(dtype)
    wide = x.astype(np.float64)
    with np.errstate(all="ignore"):
        exact = 1 / wide if name == "reciprocal" else getattr(np, name)(wide)
    wanted = round_to_half(exact, np.dtype(dtype))
    result = np.asarray(getattr(cp, name)(cp.asarray(x)))
    wrong = ulp_distance(result, wanted) > 0
    if name in ("sqrt", "reciprocal"):
        assert not wrong.any()
        return
    assert wrong.mean() < 2.0**-10
    assert (ulp_distance(result[wrong], wanted[wrong]) == 1).all()
    # float32's error: less than 1 ulp of it, where neither result is subnormal.
    normal = np.abs(exact[wrong]) > cp.finfo(dtype).smallest_normal
    near = distance_to_ties(exact[wrong], dtype)[normal]
    assert (near <= 2.0 ** -(SPARE_BITS[dtype] - 1)).all()


@each_half
def test_products_of_two_numbers_are_numpys(dtype):
    rng = np.random.default_rng(3)
    x, y = (rng.permutation(every_number(dtype)) for _ in range(2))
    a, b = cp.asarray(x), cp.asarray(y)
    with np.errstate(all="ignore"):
        for ours, theirs in [(a + b, x + y), (a - b, x - y), (a * b, x * y), (a / b, x / y)]:
            assert_bitwise_equal(ours, theirs)


@each_half
def test_no_temporary_array_is_made(dtype):
    x = cp.ones(1 << 20, dtype=dtype)
    cp.add(x, x)
    cp.memory.trim()
    before = cp.memory.stats()["used_bytes"]
    with cp.record_dispatches() as log:
        result = cp.add(x, x)
    # The allocator rounds up; one operand in float32 would be twice the result.
    assert cp.memory.stats()["used_bytes"] - before < 2 * result.nbytes
    assert log[0].workspace_bytes == 0


@each_half
def test_records_say_what_is_computed_in_and_how_exact(dtype):
    x = cp.ones(10, dtype=dtype)
    cp.exp(x)
    record = cp.explain_last_dispatch()
    assert record.compute_dtype == "float32"
    assert record.bound == "ulp"
    assert record.ulp == 0.5 + 2.0 ** -SPARE_BITS[dtype]
    cp.sum(x)
    text = str(cp.explain_last_dispatch())
    assert f"then rounded to {dtype}" in text
    cp.add(x, x)
    assert cp.explain_last_dispatch().bound == "exact"


# ---- inference ----


def test_result_dtypes():
    names = ["float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
    wanted = {
        "float16": ["float16", "float32", "float32", "float64", "complex64", "complex128"],
        "bfloat16": ["float32", "bfloat16", "float32", "float64", "complex64", "complex128"],
    }
    for half, (other, result) in itertools.chain.from_iterable(
        ((half, pair) for pair in zip(names, row, strict=True)) for half, row in wanted.items()
    ):
        for first, second in ((half, other), (other, half)):
            assert cp.result_type(first, second).name == result
            assert cp.add(cp.ones(2, dtype=first), cp.ones((), dtype=second)).dtype.name == result
    for half in HALVES:
        for other in ("bool", "int8", "int64", "uint64"):
            assert cp.result_type(half, other).name == half
        assert cp.result_type(half, True, 2, 2.5).name == half
        assert cp.result_type(half, 1j) is cp.complex64
        assert cp.can_cast(half, cp.float32)
        assert not cp.can_cast(cp.float32, half)
    assert not cp.can_cast(cp.float16, cp.bfloat16)


@each_half
def test_integers_beside_half_are_converted_to_float32(dtype):
    x = cp.asarray([0.001], dtype=dtype)
    product = cp.multiply(cp.asarray([100_000]), x)
    assert product.dtype.name == dtype
    assert product.item() == pytest.approx(100, rel=0.01)


@each_half
def test_python_numbers(dtype):
    x = cp.ones(2, dtype=dtype)
    assert (x + 1).dtype.name == (2.5 * x).dtype.name == dtype
    assert (x * 1j).dtype == cp.complex64
    assert cp.isinf(x * 1e300).tolist() == [True, True]
    assert cp.full((), 0.1, dtype=dtype).item() == float(np.dtype(dtype).type(0.1))
    too_large = 70_000 if dtype == "float16" else 2**128
    for call in (lambda: x + too_large, lambda: cp.asarray(-too_large, dtype=dtype)):
        with pytest.raises(ArgumentError, match=f"expected a value that {dtype} can hold"):
            call()
    assert cp.asarray(2**15 + 1, dtype=dtype).item() == 2**15


def test_text_has_the_digits_that_tell_numbers_apart():
    assert str(cp.asarray([0.1, 1 / 3, 65504], dtype=cp.float16)).startswith("Tensor([")
    for dtype in HALVES:
        for value in every_number(dtype)[:: 1 << 7]:
            if np.isfinite(value):
                text = str(cp.asarray(value.reshape(()))).partition("(")[2].partition(",")[0]
                if 1e-3 < abs(float(value)) < 1e7:
                    assert np.dtype(dtype).type(float(text)) == value, text
    assert "0.1," in str(cp.asarray([0.1, 2], dtype=cp.float16))
    assert "0.1," in str(cp.asarray([0.1, 2], dtype=cp.bfloat16))


@each_half
def test_finfo_is_numpys(dtype):
    info = cp.finfo(dtype)
    wanted = np.finfo(np.float16) if dtype == "float16" else ml_dtypes.finfo(ml_dtypes.bfloat16)
    assert info.dtype.name == dtype
    assert info.bits == 16
    for name in ("eps", "max", "min", "smallest_normal"):
        assert getattr(info, name) == float(getattr(wanted, name)), name
    assert cp.isdtype(dtype, "real floating")
    assert cp.isdtype(dtype, "numeric")
    assert not cp.isdtype(dtype, (cp.float32, "complex floating"))


def test_the_standards_dtypes_are_listed_without_them():
    info = cp.__array_namespace_info__()
    assert not {"float16", "bfloat16"} & set(info.dtypes())
    assert not {"float16", "bfloat16"} & set(info.dtypes(kind="real floating"))
    assert info.dtypes(kind=cp.bfloat16) == {"bfloat16": cp.bfloat16}


# ---- reductions, products, order ----


@each_half
def test_sums_accumulate_in_float32(dtype):
    ones = cp.ones(100_000, dtype=dtype)
    assert cp.mean(ones).item() == 1
    assert cp.sum(ones[:4096]).item() == 4096
    assert cp.sum(ones, dtype=cp.float32).item() == 100_000
    assert cp.var(ones).item() == 0
    assert cp.vecdot(ones[:4096], ones[:4096]).item() == 4096
    assert cp.cumulative_sum(ones[:5000])[4095].item() == 4096
    assert cp.vector_norm(ones[:4096]).item() == 64
    assert cp.vector_norm(ones[:4096], ord=3).item() == 16
    assert cp.sum(cp.ones(3, dtype=cp.int64) * 30_000, dtype=dtype).dtype.name == dtype


@each_half
def test_long_reductions_lie_within_the_bound(dtype):
    rng = np.random.default_rng(5)
    x = rng.standard_normal((3, 20_000)).astype(np.dtype(dtype))
    for name in ("sum", "mean", "var", "std", "max", "argmin", "vector_norm"):
        check_op(name, x, axis=1)
        check_op(name, np.ascontiguousarray(x.T), axis=0)


@each_half
def test_steps_at_equal_positions_are_rounded_each(dtype):
    x = cp.asarray([256.0, 1.0], dtype=dtype)
    cp.asarray(x)
    step = cp.asarray([0.75, 0.75, 0.75, 0.75], dtype=dtype)
    wanted = np.asarray(x).copy()
    for value in np.asarray(step):
        wanted[0] += value
    index = cp.asarray([0, 0, 0, 0])
    assert_bitwise_equal(x.at[index].add(step), wanted)


@each_half
def test_every_number_sorts_as_its_float32(dtype):
    x = np.random.default_rng(7).permutation(every_number(dtype))
    for descending in (False, True):
        order = cp.argsort(cp.asarray(x), descending=descending)
        wide = cp.argsort(cp.asarray(x.astype(np.float32)), descending=descending)
        assert_bitwise_equal(order, wide)
        ordered = cp.sort(cp.asarray(x), descending=descending)
        assert np.asarray(ordered).tobytes() == x[np.asarray(order)].tobytes()


# ---- neighbours ----


@each_half
@pytest.mark.isa
def test_every_number_has_its_neighbours(dtype):
    x = every_number(dtype)
    targets = [x[::-1].copy(), np.random.default_rng(3).permutation(x)]
    targets += [np.full_like(x, one) for one in (0.0, -0.0, 1.5, -1.5, np.inf, -np.inf, np.nan)]
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            for target in targets:
                check_op("nextafter", x, target)
    up = cp.nextafter(cp.asarray(x), np.inf)
    finite = np.isfinite(x.astype(np.float32)) & (x != 0)
    assert_bitwise_equal(cp.nextafter(up, -np.inf)[finite], x[finite])


@each_half
def test_neighbours_of_other_layouts_and_dtypes(dtype):
    x = cp.asarray([[1.0, 2.0, -0.0], [0.0, -3.0, 65504.0]], dtype=dtype)
    wide = [[2, 0, 1], [0, -4, 7]]
    expected = cp.nextafter(x, cp.asarray(wide, dtype=dtype))
    assert_bitwise_equal(cp.nextafter(x.T, cp.asarray(wide, dtype=dtype).T), np.asarray(expected).T)
    assert_bitwise_equal(cp.nextafter(x, cp.asarray(wide)), expected)
    assert cp.explain_last_dispatch().compute_dtype == dtype
    assert cp.nextafter(x, 1).dtype.name == dtype
    assert cp.nextafter(x, cp.ones(3, dtype=cp.float32)).dtype == cp.float32
    assert cp.nextafter(x[0], x[0, 1]).tolist()[1] == 2
    check_op("nextafter", np.asarray(x)[:, ::-1], np.asarray(x)[::-1])


# ---- random numbers ----

DRAWS = [
    *("beta", "chisquare", "exponential", "gamma", "gumbel", "laplace", "logistic", "lognormal"),
    *("normal", "pareto", "rayleigh", "standard_exponential", "standard_gamma"),
    *("standard_normal", "weibull"),
]


@each_half
@pytest.mark.parametrize("name", DRAWS)
def test_draws_are_rounded_once(name, dtype):
    in_float64 = ("beta", "chisquare", "gamma", "pareto", "standard_gamma", "weibull")
    wide = "float64" if name in in_float64 else "float32"
    found = getattr(cp.random.Generator(3), name)((20, 50), dtype=dtype)
    assert found.dtype.name == dtype
    expected = getattr(cp.random.Generator(3), name)((20, 50), dtype=wide)
    assert_bitwise_equal(found, cp.astype(expected, getattr(cp, dtype)))


@each_half
def test_uniform_numbers_have_the_bits_that_the_dtype_holds(dtype):
    bits = {"float16": 11, "bfloat16": 8}[dtype]
    g = cp.random.Generator(3)
    found = np.asarray(g.uniform(100_000, dtype=dtype)).astype(np.float64)
    wide = np.asarray(cp.random.Generator(3).uniform(100_000, dtype="float32")).astype(np.float64)
    np.testing.assert_array_equal(found, np.floor(wide * 2**bits) / 2**bits)
    assert found.max() == 1 - 2.0**-bits
    assert len(np.unique(found)) == 2**bits
    assert g.draw_count == 1
    assert cp.explain(g.uniform, 3, dtype=dtype).reproducible
    assert g.draw_count == 1


@each_half
@pytest.mark.parametrize("ends", [(-3, 7), (0, 2.0**-14), (1, 1.0625), (-1000, -999), (0.1, 0.7)])
def test_uniform_numbers_stay_within_their_ends(dtype, ends):
    low, high = (cp.asarray(end, dtype=dtype).item() for end in ends)
    if low < high:
        x = cp.random.Generator(5).uniform(50_000, *ends, dtype=dtype)
        assert cp.min(x).item() == low
        assert cp.max(x).item() < high
        inside = [cp.mean(x).item(), low + (high - low) / 2]
        spacing = 2.0 * cp.finfo(dtype).eps * max(abs(low), abs(high))
        assert abs(inside[0] - inside[1]) < 0.05 * (high - low) + spacing
    else:
        with pytest.raises(ArgumentError, match=rf"^random\.uniform: low must .* in {dtype}"):
            cp.random.Generator(5).uniform(3, *ends, dtype=dtype)


@each_half
def test_refused_draws_name_the_dtype_and_do_not_count(dtype):
    g = cp.random.Generator(1)
    large = cp.finfo(dtype).max
    for call, words in [
        (lambda: g.uniform(3, -large, large, dtype=dtype), "uniform: high - low overflows"),
        (lambda: g.uniform(3, 0, 1e39, dtype=dtype), "uniform: high must be finite"),
        (lambda: g.normal(3, 1e39, dtype=dtype), "normal: loc must be finite"),
        (lambda: g.normal(3, 0, -1, dtype=dtype), "normal: scale must not be negative"),
        (lambda: g.exponential(3, -1, dtype=dtype), "exponential: scale must not be negative"),
    ]:
        with pytest.raises(ArgumentError, match=rf"^random\.{words}"):
            call()
    assert g.draw_count == 0


# ---- refusals ----


@each_half
def test_what_is_not_offered_says_what_to_do(dtype):
    x = cp.ones(3, dtype=dtype)
    with pytest.raises(DTypeError, match=r"^fft\.fftfreq: .*corepy\.astype"):
        cp.fft.fftfreq(4, dtype=getattr(cp, dtype))
    with pytest.raises(DTypeError):
        cp.bitwise_and(x, x)


@each_half
@pytest.mark.parametrize(
    "name", ["fft", "fftn", "hfft", "ifft", "ifftn", "ihfft", "irfft", "irfftn", "rfft", "rfftn"]
)
def test_fourier_transforms_refuse(name, dtype):
    with pytest.raises(
        DTypeError,
        match=rf"^(fft\.)?{name}: unsupported dtype .*{dtype}.*astype\(x, corepy\.float32\)",
    ):
        getattr(cp.fft, name)(cp.ones(4, dtype=dtype))


@each_half
def test_sample_frequencies_refuse_and_shifts_do_not(dtype):
    for make in (cp.fft.fftfreq, cp.fft.rfftfreq):
        with pytest.raises(DTypeError, match=rf"got {dtype}; expected float32, float64"):
            make(8, dtype=dtype)
    x = cp.asarray([1, 2, 3, 4], dtype=dtype)
    assert_bitwise_equal(cp.fft.ifftshift(cp.fft.fftshift(x)), x)


@each_half
@pytest.mark.parametrize(
    "name",
    [
        "cholesky", "det", "eig", "eigh", "eigvals", "eigvalsh", "inv", "matrix_norm",
        "matrix_rank", "pinv", "qr", "slogdet", "solve", "svd", "svdvals",
    ],
)  # fmt: skip
def test_decompositions_refuse(name, dtype):
    x = cp.eye(3, dtype=dtype)
    operands = (x, x) if name == "solve" else (x,)
    with pytest.raises(
        DTypeError, match=rf"^{name}: unsupported dtype .*{dtype}.*astype\(x, corepy\.float32\)"
    ):
        getattr(cp.linalg, name)(*operands)


@each_half
@pytest.mark.parametrize(
    "name", ["nanmean", "nanvar", "nanstd", "average", "cov", "corrcoef", "quantile", "gradient"]
)
def test_compositions_that_would_overflow_or_round_often_refuse(name, dtype):
    arguments = (0.5,) if name == "quantile" else ()
    with pytest.raises(
        DTypeError,
        match=rf"^{name}: .*{dtype}.*convert it with corepy\.astype\(x, corepy\.float32\)",
    ):
        getattr(cp, name)(cp.ones(4, dtype=dtype), *arguments)


# ---- functions of several operators ----


@each_half
def test_matrix_functions_round_once(dtype):
    rng = np.random.default_rng(11)
    a, b = (rng.standard_normal((4, 3)).astype(np.dtype(dtype)) for _ in range(2))
    check_op("cross", a, b)
    check_op("outer", a[:, 0], b[:, 0])
    square = rng.standard_normal((5, 3, 3)).astype(np.dtype(dtype))
    for power in (0, 1, 2, 5, -1):
        check_op("matrix_power", square, power)
    check_op("trace", square)
    check_op("diagonal", square)
    assert_bitwise_equal(cp.linalg.matrix_power(cp.asarray(square), 1), square)
    large = cp.asarray([[300.0, 0.0], [0.0, 2.0**-9]], dtype=dtype)
    once = cp.linalg.matrix_power(cp.astype(large, cp.float32), 4)
    assert_bitwise_equal(cp.linalg.matrix_power(large, 4), cp.astype(once, dtype))


@each_half
def test_convolutions_are_computed_in_float32(dtype):
    rng = np.random.default_rng(13)
    x, v = (rng.standard_normal(n).astype(np.dtype(dtype)) for n in (200, 9))
    wide = [cp.astype(cp.asarray(line), cp.float32) for line in (x, v)]
    for function in (cp.convolve, cp.correlate):
        result = function(cp.asarray(x), cp.asarray(v))
        assert_bitwise_equal(result, cp.astype(function(*wide), dtype))


@each_half
def test_positions_sets_and_statistics(dtype):
    values = [3, 1, 2, float("nan"), 1, -0.0, 0.0]
    x = cp.asarray(values, dtype=dtype)
    wide = cp.astype(x, cp.float32)
    assert_bitwise_equal(cp.unique_values(x), cp.astype(cp.unique_values(wide), dtype))
    for ours, theirs in zip(cp.unique_all(x)[1:], cp.unique_all(wide)[1:], strict=True):
        assert_bitwise_equal(ours, theirs)
    assert_bitwise_equal(cp.isin(x, x[1:3]), cp.isin(wide, wide[1:3]))
    row = cp.asarray([-1, 0, 1, 2], dtype=dtype)
    assert_bitwise_equal(cp.searchsorted(row, x), cp.searchsorted(cp.astype(row, cp.float32), wide))
    assert cp.median(x[:3]).dtype.name == dtype
    assert cp.median(x[:3]).item() == 2
    assert cp.nanmax(x).item() == 3
    assert cp.nansum(x).item() == 7
    assert cp.isclose(x[0], cp.asarray(3.0, dtype=dtype)).item()
    assert cp.half is cp.float16
    counts, _ = cp.histogram(cp.asarray([0.5, 1.5, 1.5], dtype=dtype), bins=2, range=(0.0, 2.0))
    assert counts.tolist() == [1, 2]


@each_half
def test_the_oracle_runs_programs(dtype):
    x = cp.asarray([0.1, 0.2, 0.3], dtype=dtype)
    native = cp.exp(x) @ x
    with cp.policy(cp.BackendPolicy.REFERENCE):
        oracle = cp.exp(x) @ x
    assert oracle.dtype == native.dtype
    assert ulp_distance(oracle, native) <= 1
    with cp.settings.override(verify=True):
        for call in (lambda: x + x, lambda: cp.sum(x), lambda: cp.sort(x), lambda: x @ x):
            call()
