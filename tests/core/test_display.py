# How tensors print. Print options are in test_print_options.py, pictures in test_heat_map.py.
"""Text of tensors: NumPy's conventions, dtype and shape always there, bounded length."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.backend.reference.promotion import is_real_floating
from corepy.testing import assert_bitwise_equal
from corepy.testing.comparison import Array
from corepy.testing.strategies import DTYPES, special_values


def body(text: str) -> str:
    """The elements in a tensor's text."""
    return text[len("Tensor(") : text.rindex("shape=")].rstrip().rstrip(",")


def expect_like_numpy(values: Array) -> None:
    expected = np.array2string(values, separator=", ", prefix="Tensor(", max_line_width=77)
    assert body(repr(cp.asarray(values))) == expected


@pytest.mark.parametrize(
    "values",
    [
        [1.5, 0.25, -3.0],
        [0.1, 1 / 3, 2 / 3],
        [1e-5, 1.0],
        [1e10, 2.5],
        [1e-300, 1e300],
        [np.nan, np.inf, -np.inf, 1.0],
        [np.nan],
        [0.0, -0.0],
        [[1.0, 22.5], [-333.25, 4.0]],
        [True, False],
        [[1, -20], [300, 4]],
        [1 + 2j, 3.5 - 1j],
        [complex(1, -0.0), complex(np.nan, 2)],
        [[[1, 2], [3, 4]], [[5, 6], [7, 8]]],
        [[]],
        [123456789.0, 0.5],
        [2**60, -1],
    ],
)
def test_numbers_print_as_in_numpy(values: object) -> None:
    array = np.asarray(values)
    if array.size:
        expect_like_numpy(array)
    else:
        assert body(repr(cp.asarray(array))) == "[]"


@given(
    st.lists(st.floats(-1000, 1000, width=32).map(lambda x: round(x, 3)), min_size=1, max_size=9)
)
@settings(max_examples=60, deadline=None)
def test_float32_prints_as_in_numpy(values: list[float]) -> None:
    expect_like_numpy(np.asarray(values, np.float32))


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_float64_prints_as_in_numpy(values: list[float]) -> None:
    expect_like_numpy(np.asarray(values))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_subnormal_numbers_print_as_in_numpy(dtype: str) -> None:
    smallest = np.finfo(dtype).smallest_subnormal
    for counts in ([1], [2], [3, 1], [500], [9, 100, 12], [1, 0]):
        expect_like_numpy(np.asarray(counts, dtype) * smallest)


@pytest.mark.parametrize("dtype", [name for name in DTYPES if not name.startswith("complex")])
def test_printed_numbers_read_back(dtype: str) -> None:
    values = np.asarray(special_values(dtype))
    if is_real_floating(values.dtype):
        values = values[np.isfinite(values)][:12]
        values = values[(values == 0) | (np.abs(values) > 1e-3)]
        values = values[np.abs(values) < 1e4]
    numbers = body(repr(cp.asarray(values))).strip("[]").split(",")
    read = np.asarray([eval(number.strip()) for number in numbers])
    if is_real_floating(values.dtype):  # half precision shows the digits that read back
        read = read.astype(values.dtype)
    np.testing.assert_allclose(
        read.astype(np.float64), values.astype(np.float64), rtol=1e-7, atol=1e-8
    )


def test_shape_and_dtype_are_always_shown() -> None:
    assert repr(cp.asarray(1.5)) == "Tensor(1.5, shape=(), dtype=float64)"
    assert repr(cp.zeros((0, 3))) == "Tensor([], shape=(0, 3), dtype=float64)"
    assert str(cp.asarray([1])) == repr(cp.asarray([1]))


@pytest.mark.parametrize("dtype", DTYPES)
def test_shape_and_dtype_are_shown_for_all(dtype: str) -> None:
    for shape in ((), (0,), (3,), (2, 0, 3), (2, 3), (40, 50), (1, 1, 1, 1, 1)):
        x = cp.ones(shape, dtype=dtype)
        for text in (repr(x), str(x), f"{x}"):
            assert f"shape={shape}" in text
            assert f"dtype={dtype}" in text
    special = cp.asarray(special_values(dtype))
    assert f"dtype={dtype}" in repr(special)


def test_long_tensors_are_summarised() -> None:
    x = cp.arange(1001)
    assert (
        repr(x) == "Tensor([   0,    1,    2, ...,  998,  999, 1000], shape=(1001,), dtype=int64)"
    )
    y = cp.arange(10_000).reshape(100, 100)
    lines = repr(y).splitlines()
    assert len(lines) == 7
    assert lines[3].strip() == "...,"
    assert lines[0].count("...") == 1


def test_text_of_long_tensors_is_bounded() -> None:
    for shape in ((1001,), (10**7,), (2000, 3), (3, 2000), (100, 100, 100), (1,) * 5 + (5000,)):
        text = repr(cp.broadcast_to(cp.zeros(()), shape))
        assert "..." in text
        assert len(text) < 10_000
        assert f"shape={shape}" in text
    assert "..." not in repr(cp.zeros(1000))


def test_values_left_out_do_not_change_the_format() -> None:
    x = cp.zeros(2000)
    x[1000] = 1e30
    assert "e+" not in repr(x)


def test_text_is_bounded_whatever_the_rank() -> None:
    x = cp.broadcast_to(cp.asarray(1.0), (7,) * 20)
    assert len(repr(x)) < 200_000
    y = cp.broadcast_to(cp.asarray(1.0), (3,) * 36)
    assert len(repr(y)) < 200_000
    assert repr(cp.ones((1,) * 64)).count("[") == 64


def test_lines_are_not_too_long() -> None:
    for x in (cp.arange(900) * 12345, cp.linspace(-1, 1, 500), cp.ones(300, dtype=cp.complex128)):
        assert max(len(line) for line in repr(x).splitlines()) <= 79


def test_format() -> None:
    assert f"{cp.asarray(3.14159):.2f}" == "3.14"
    assert f"{cp.ones(2)}" == repr(cp.ones(2))
    with pytest.raises(ValueError, match="one element"):
        format(cp.ones(2), ".2f")


def test_views_print_their_own_elements() -> None:
    x = cp.arange(6).reshape(2, 3)
    assert body(repr(x.T)) == "[[0, 3],\n        [1, 4],\n        [2, 5]]"
    assert body(repr(x[:, ::-2])) == "[[2, 0],\n        [5, 3]]"


def test_notebook_view() -> None:
    html = cp.asarray([[1.0, 2.5], [3.0, 4.0]])._repr_html_()
    assert html.count("text-align:right") == 4
    assert "shape (2, 2), float64" in html
    assert "<details>" in html
    long = cp.ones((2000, 2))._repr_html_()
    assert long.count("<tr>") < 40
    assert "<pre>" in cp.ones((2, 2, 2))._repr_html_()


def test_the_notebook_view_shows_the_record_of_the_tensor() -> None:
    x = cp.exp(cp.asarray([1.0, 2.0]))
    cp.sin(x)
    html = x._repr_html_()
    assert "exp(" in html
    assert "sin(" not in html
    assert "float64" in html
    for _ in range(100):
        cp.ones(1)
    assert "exp(" not in x._repr_html_()  # its record is no longer kept


def test_printing_reads_only_and_leaves_the_record() -> None:
    x = cp.asarray([[1.5, np.nan], [np.inf, -0.0]])
    before = np.array(np.asarray(x))
    y = cp.add(x, x)
    record = cp.explain_last_dispatch()
    repr(x), str(y), f"{x}", x._repr_html_(), y._repr_html_()
    assert cp.explain_last_dispatch() == record
    assert_bitwise_equal(x, before)


def test_printing_imports_no_numpy() -> None:
    code = (
        "import sys, corepy as cp; x = cp.ones((3, 3)); repr(x); x._repr_html_(); "
        "str(cp.explain_last_dispatch()); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
