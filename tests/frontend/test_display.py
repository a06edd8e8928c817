# How tensors print. Dispatch records are in test_explain.py.
"""Text of tensors: NumPy's conventions, dtype and shape always there, bounded length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy
from corepy.testing.comparison import Array


def body(text: str) -> str:
    """The elements in a tensor's text."""
    return text[len("Tensor(") : text.rindex("shape=")].rstrip().rstrip(",")


def expect_like_numpy(values: Array) -> None:
    expected = np.array2string(values, separator=", ", prefix="Tensor(", max_line_width=77)
    assert body(repr(corepy.asarray(values))) == expected


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
        assert body(repr(corepy.asarray(array))) == "[]"


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


def test_shape_and_dtype_are_always_shown() -> None:
    assert repr(corepy.asarray(1.5)) == "Tensor(1.5, shape=(), dtype=float64)"
    assert repr(corepy.zeros((0, 3))) == "Tensor([], shape=(0, 3), dtype=float64)"
    assert str(corepy.asarray([1])) == repr(corepy.asarray([1]))


def test_long_tensors_are_summarised() -> None:
    x = corepy.arange(1001)
    assert (
        repr(x) == "Tensor([   0,    1,    2, ...,  998,  999, 1000], shape=(1001,), dtype=int64)"
    )
    y = corepy.arange(10_000).reshape(100, 100)
    lines = repr(y).splitlines()
    assert len(lines) == 7
    assert lines[3].strip() == "...,"
    assert lines[0].count("...") == 1


def test_values_left_out_do_not_change_the_format() -> None:
    x = corepy.zeros(2000)
    x[1000] = 1e30
    assert "e+" not in repr(x)


def test_text_is_bounded_whatever_the_rank() -> None:
    x = corepy.broadcast_to(corepy.asarray(1.0), (7,) * 20)
    assert len(repr(x)) < 200_000
    y = corepy.broadcast_to(corepy.asarray(1.0), (3,) * 36)
    assert len(repr(y)) < 200_000
    assert repr(corepy.ones((1,) * 64)).count("[") == 64


def test_wide_rows_wrap() -> None:
    text = repr(corepy.linspace(0, 1, 50))
    assert max(len(line) for line in text.splitlines()) <= 79


def test_format() -> None:
    assert f"{corepy.asarray(3.14159):.2f}" == "3.14"
    assert f"{corepy.ones(2)}" == repr(corepy.ones(2))
    with pytest.raises(ValueError, match="one element"):
        format(corepy.ones(2), ".2f")


def test_views_print_their_own_elements() -> None:
    x = corepy.arange(6).reshape(2, 3)
    assert body(repr(x.T)) == "[[0, 3],\n        [1, 4],\n        [2, 5]]"
    assert body(repr(x[:, ::-2])) == "[[2, 0],\n        [5, 3]]"


def test_notebook_view() -> None:
    html = corepy.asarray([[1.0, 2.5], [3.0, 4.0]])._repr_html_()
    assert html.count("text-align:right") == 4
    assert "shape (2, 2), float64" in html
    assert "<details>" in html
    long = corepy.ones((2000, 2))._repr_html_()
    assert long.count("<tr>") < 40
    assert "<pre>" in corepy.ones((2, 2, 2))._repr_html_()


def test_printing_imports_no_numpy() -> None:
    import subprocess
    import sys

    code = (
        "import sys, corepy; x = corepy.ones((3, 3)); repr(x); x._repr_html_(); "
        "str(corepy.explain_last_dispatch()); print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
