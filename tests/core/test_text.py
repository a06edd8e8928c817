# Tests of how tensors print: values, dtype and shape shown, summarised when long, never a record.
from __future__ import annotations

import re

import numpy as np
import pytest

import corepy as cp
from corepy.backend.reference.promotion import is_real_floating
from corepy.testing import assert_bitwise_equal
from corepy.testing.strategies import DTYPES, special_values


@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_and_shape_are_shown(dtype):
    for shape in ((), (0,), (3,), (2, 0, 3), (2, 3), (40, 50), (1, 1, 1, 1, 1)):
        x = cp.ones(shape, dtype=dtype)
        for text in (repr(x), str(x), f"{x}"):
            assert f"shape={shape}" in text
            assert f"dtype={dtype}" in text
    special = cp.asarray(special_values(dtype))
    assert f"dtype={dtype}" in repr(special)


@pytest.mark.parametrize("dtype", [name for name in DTYPES if not name.startswith("complex")])
def test_printed_numbers_read_back(dtype):
    values = np.asarray(special_values(dtype))
    if is_real_floating(values.dtype):
        values = values[np.isfinite(values)][:12]
        values = values[(values == 0) | (np.abs(values) > 1e-3)]
        values = values[np.abs(values) < 1e4]
    text = repr(cp.asarray(values))
    body = text[text.index("[") + 1 : text.index("]")]
    read = np.asarray([eval(part.strip()) for part in body.split(",")])
    if is_real_floating(values.dtype):  # half precision shows the digits that read back
        read = read.astype(values.dtype)
    np.testing.assert_allclose(
        read.astype(np.float64), values.astype(np.float64), rtol=1e-7, atol=1e-8
    )


def test_long_tensors_are_summarised():
    for shape in ((1001,), (10**7,), (2000, 3), (3, 2000), (100, 100, 100), (1,) * 5 + (5000,)):
        text = repr(cp.broadcast_to(cp.zeros(()), shape))
        assert "..." in text
        assert len(text) < 10_000
        assert f"shape={shape}" in text
    assert "..." not in repr(cp.zeros(1000))
    assert re.search(r"0, +1, +2, ..., +9997, +9998, +9999", repr(cp.arange(10_000)))


def test_lines_are_not_too_long():
    for x in (cp.arange(900) * 12345, cp.linspace(-1, 1, 500), cp.ones(300, dtype=cp.complex128)):
        assert max(len(line) for line in repr(x).splitlines()) <= 90


def test_ranks_up_to_64_print():
    assert "shape=" in repr(cp.ones((1,) * 64))
    assert len(repr(cp.ones((2,) * 16))) < 300_000


def test_printing_reads_only_and_leaves_the_record():
    x = cp.asarray([[1.5, np.nan], [np.inf, -0.0]])
    before = np.array(np.asarray(x))
    y = cp.add(x, x)
    record = cp.explain_last_dispatch()
    repr(x), str(y), f"{x}", x._repr_html_(), y._repr_html_()
    assert cp.explain_last_dispatch() == record
    assert_bitwise_equal(x, before)


def test_the_notebook_view_shows_the_record_of_the_tensor():
    x = cp.exp(cp.asarray([1.0, 2.0]))
    cp.sin(x)
    html = x._repr_html_()
    assert "exp(" in html
    assert "sin(" not in html
    assert "float64" in html
    for _ in range(100):
        cp.ones(1)
    assert "exp(" not in x._repr_html_()  # its record is no longer kept


def test_values_are_escaped():
    assert "<script" not in cp.asarray([1.0])._repr_html_()
