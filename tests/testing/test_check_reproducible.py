# check_reproducible passes what is reproducible and finds what is not.
from __future__ import annotations

import re
from collections import namedtuple

import pytest

import corepy as cp
from corepy.errors import ArgumentError, ArgumentTypeError, ReproducibilityError, SettingError
from corepy.testing import ReproducibilityReport, check_reproducible

Pair = namedtuple("Pair", "first second")
ISAS = cp.isas()


@pytest.fixture
def x():
    return cp.reshape(cp.sin(cp.arange(600, dtype=cp.float64)), (20, 30))


def spoil(x):
    """x with its element [3, 2] one off in the last bit."""
    copied = cp.copy(x)
    copied[3, 2] = cp.nextafter(copied[3, 2], cp.asarray(9.0, dtype=x.dtype))
    return copied


@pytest.mark.isa
def test_a_program_of_operators_is_reproducible(x):
    def program(x, options, scale):
        centred = (x - cp.mean(x, axis=0)) * scale
        return {"product": centred.T @ options["weights"], "sums": [cp.sum(centred), (x > 0, 3)]}

    report = check_reproducible(program, x, {"weights": x * x}, 0.5)
    assert isinstance(report, ReproducibilityReport)
    assert report.isas == ISAS
    assert report.threads == (1, 2, 7)
    assert report.refused_threads == ()
    assert report.results == 4
    assert report.layouts == (
        "given",
        "contiguous",
        "offset",
        "misaligned",
        "strided",
        "negative",
        "transposed",
    )
    assert report.runs == len(ISAS) * 3 * 7 + 1
    assert "same bits" in str(report)


def test_a_function_that_reads_the_isa_is_found(x):
    wrong = ISAS[-1]
    function = lambda x: spoil(x) if cp.settings.isa == wrong else x + 0  # noqa: E731
    if len(ISAS) == 1:
        assert check_reproducible(function, x).runs
        return
    with pytest.raises(ReproducibilityError) as found:
        check_reproducible(function, x)
    text = str(found.value)
    assert "the result, float64, element (3, 2)" in text
    computed, expected = re.findall(r"0x([0-9a-f]{16}) ", text)
    assert abs(int(computed, 16) - int(expected, 16)) == 1
    assert f"computed on: {wrong}, 1 thread, given operands" in text
    assert f"expected: {ISAS[0]}, 1 thread, given operands" in text
    with pytest.raises(ReproducibilityError, match="the result: computed"):
        check_reproducible(lambda: cp.settings.isa)


def test_a_function_that_depends_on_strides_is_found(x):
    with pytest.raises(ReproducibilityError, match="negative operands"):
        check_reproducible(lambda x: spoil(x) if x.strides[0] < 0 else x + 0, x)
    with pytest.raises(ReproducibilityError, match="transposed operands"):
        check_reproducible(lambda x: cp.digest(x) if abs(x.strides[0]) > 8 else "other", x)
    assert check_reproducible(lambda x: x.strides, x, layouts=False).layouts == ("given",)


def test_a_function_that_depends_on_threads_is_found(x):
    with pytest.raises(ReproducibilityError, match=r"0x3 \(3\)"):
        check_reproducible(lambda x: cp.settings.num_threads, x, threads=[1, 3])


def test_a_function_that_remembers_is_found(x):
    calls = []

    def count(x):
        calls.append(x)
        return len(calls)

    with pytest.raises(ReproducibilityError, match="the same, run again"):
        check_reproducible(count, x)


def test_parts_of_a_result_are_named(x):
    def nested(x):
        wrong = x.strides[0] < 0
        return {"a": [x, (x, spoil(x) if wrong else x)], "b": 1}

    with pytest.raises(
        ReproducibilityError, match=r"the result\['a'\]\[1\]\[1\], float64, element"
    ):
        check_reproducible(nested, x)


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        (0.0, -0.0, r"computed 0x8000000000000000 \(-0.0\), expected 0x0000000000000000 \(0.0\)"),
        (1, 1.0, "the result"),
        (True, 1, "the result"),
        ([1, 2], [1], "length 1"),
        ((1,), [1], "list of length 1"),
        ({"a": 1}, {"b": 1}, "keys of the result"),
        (1 + 2j, 1 - 2j, "0xc000000000000000"),
        (None, "x", "None"),
        ("one", "two", "'two'"),
        (cp.ones(2), cp.ones(3), "shapes differ"),
        (cp.ones(2), cp.ones(2, dtype=cp.float32), "dtypes differ"),
        (cp.ones(2), 1.0, "tensor of shape"),
        (cp.zeros(2), -cp.zeros(2), r"element \(0,\).*2 elements differ"),
        (
            cp.ones(2, dtype=cp.complex64),
            cp.ones(2, dtype=cp.complex64) * 1j,
            r"0x00000000 \(0.0\)",
        ),
        (cp.asarray([1, 2], dtype=cp.int8), cp.asarray([1, -2], dtype=cp.int8), r"0xfe \(-2\)"),
    ],
)
def test_every_difference_is_found(x, first, second, text):
    with pytest.raises(ReproducibilityError, match=text):
        check_reproducible(lambda x: second if x.strides[0] < 0 else first, x)


def test_every_nan_is_the_same(x):
    quiet, other = cp.asarray([float("nan")]), -cp.asarray([float("nan")])
    report = check_reproducible(lambda x: (other, 2 * float("nan")) if x.strides[0] < 0 else (
        quiet, float("nan")), x)  # fmt: skip
    assert report.results == 2


def test_arguments_are_laid_out_wherever_they_are(x):
    seen = []

    def note(pair, numbers):
        seen.append((type(pair), pair.first.strides, numbers[0].strides))
        return 0

    check_reproducible(note, Pair(x, 3), [x], isas=ISAS[:1], threads=[1])
    assert {kind for kind, *_ in seen} == {Pair}
    assert {first for _, first, _ in seen} >= {(240, 8), (-240, -8), (8, 160), (720, 24)}
    assert all(first == second for _, first, second in seen)


def test_arguments_are_handed_over_anew(x):
    before = cp.digest(x)

    def write(x):
        x += 1
        x[0] = 7
        return x

    assert check_reproducible(write, x).results == 1
    assert cp.digest(x) == before


def test_a_view_is_given_as_it_is(x):
    strides = []
    check_reproducible(lambda x: strides.append(x.strides) or 0, x[::2, ::-1], layouts=False)
    assert set(strides) == {(480, -8)}


def test_broadcast_arguments_are_also_copied(x):
    strides = []
    wide = cp.broadcast_to(x[0], (5, 30))
    check_reproducible(lambda x: strides.append(x.strides) or 0, wide)
    assert (0, 8) in strides
    assert (240, 8) in strides


def test_refused_thread_counts_are_in_the_report(x):
    report = check_reproducible(cp.exp, x, threads=[1, 0])
    assert report.threads == (1,)
    assert [count for count, _ in report.refused_threads] == [0]
    assert "0 threads refused" in str(report)


def test_wrong_arguments(x):
    with pytest.raises(ArgumentError, match="no thread count"):
        check_reproducible(cp.exp, x, threads=[])
    with pytest.raises(ArgumentError, match="no instruction set"):
        check_reproducible(cp.exp, x, isas=[])
    with pytest.raises(SettingError):
        check_reproducible(cp.exp, x, isas=["sse9"])
    with pytest.raises(ArgumentTypeError, match=r"the result\[1\] cannot be compared .got object"):
        check_reproducible(lambda x: (x, object()), x)


def test_settings_are_as_before(x):
    before = repr(cp.settings)
    check_reproducible(cp.exp, x)
    assert repr(cp.settings) == before


def test_errors_of_the_function_are_its_own(x):
    with pytest.raises(ZeroDivisionError):
        check_reproducible(lambda x: 1 / 0, x)


# ---- functions that work in place ----


def test_arguments_are_compared_after_the_call(x):
    def scale(x, parts):
        x /= cp.sum(x)
        parts["out"][2:] = cp.sum(x, axis=0)

    report = check_reproducible(scale, x, {"out": cp.zeros(32), "other": cp.ones(3)})
    assert report.written == 2
    assert report.results == 0
    assert "0 results and 2 written arguments have the same bits" in str(report)
    assert check_reproducible(cp.sum, x).written == 0


def test_bits_of_a_written_argument_are_found(x):
    def work(parts):
        x = parts["x"][0]
        if x.strides[0] < 0:
            x[3, 2] = spoil(x)[3, 2]

    with pytest.raises(ReproducibilityError) as found:
        check_reproducible(work, {"x": [x]})
    text = str(found.value)
    assert "argument 0['x'][0] after the call, float64, element (3, 2): computed 0x" in text
    assert "negative operands" in text


def test_a_written_argument_is_found_beside_a_result(x):
    def work(x):
        x[0] = 0.0 if x.strides[0] > 0 else 1.0
        return 7

    with pytest.raises(ReproducibilityError, match="argument 0 after the call"):
        check_reproducible(work, x)


def test_nothing_to_compare_is_an_error(x):
    with pytest.raises(ArgumentTypeError, match=r"^check_reproducible: nothing to compare"):
        check_reproducible(lambda x: None, x)
