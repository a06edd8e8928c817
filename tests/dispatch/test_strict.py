# Tests of hidden work: copies warn, and under `strict` copies, conversions and lenient results are
# errors. Writes to shared memory are in core/test_copy_on_write.py.
from __future__ import annotations

import warnings

import numpy as np
import pytest

import corepy as cp
from corepy.errors import PerformanceWarning, StrictModeError

BIG = 1 << 16


def hidden_copies():
    x = cp.ones((BIG // 256, 256))
    shared = x[...]
    yield "reshape", lambda: cp.reshape(x.T, (-1,))
    yield "setitem", lambda: x[...].__setitem__(0, 1)
    yield "roll", lambda: cp.roll(x.T, 1)
    del shared


@pytest.mark.parametrize("index", range(3))
def test_hidden_copies_warn_or_raise_under_strict(index):
    name, call = list(hidden_copies())[index]
    with pytest.warns(PerformanceWarning, match=name):
        call()
    with cp.settings.override(strict=True), pytest.raises(StrictModeError, match=f"^{name}: "):
        call()
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerformanceWarning)
        with pytest.raises(PerformanceWarning):
            call()


def test_warnings_of_functions_written_in_python_name_the_callers_line():
    with pytest.warns(PerformanceWarning, match="reshape") as caught:
        cp.median(cp.ones((BIG // 256, 256)).T)
    assert {warning.filename for warning in caught} == {__file__}


def test_a_warning_made_an_error_writes_nothing():
    x = cp.zeros((BIG // 256, 256))
    view = x[...]
    with warnings.catch_warnings():
        warnings.simplefilter("error", PerformanceWarning)
        for write in (lambda: view.__setitem__(..., 7), lambda: view.__setitem__((0, 0), 7)):
            with pytest.raises(PerformanceWarning):
                write()
    assert not np.asarray(view).any()
    assert not np.asarray(x).any()


def test_small_copies_and_documented_ones_are_silent():
    x = cp.ones((BIG // 256, 256))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cp.copy(x.T)
        x.T + x.T
        cp.sum(x.T, axis=0)
        x.T @ x
        cp.sort(x.T)
        small = cp.ones((4, 4))
        cp.reshape(small.T, (-1,))
        view = small[...]
        view[0] = 1


def test_strict_runs_an_ordinary_program():
    with cp.settings.override(strict=True):
        x = cp.asarray([[1.0, 2.0], [3.0, 4.0]])
        y = (x - cp.mean(x, axis=0)) / cp.std(x, axis=0)
        y @ x
        cp.where(y > 0, y, 0.0)
        cp.take(x, cp.argsort(x[0]), axis=1)
        repr(x), x._repr_html_(), cp.digest(x), x.tolist()


def test_integer_division_by_zero_is_flagged_and_strict_refuses_it():
    x, zero = cp.asarray([1, -7, 0]), cp.asarray([0, 0, 0])
    assert cp.floor_divide(x, zero).tolist() == [0, 0, 0]
    assert "integer_divide_by_zero" in cp.explain_last_dispatch().flags
    assert cp.remainder(x, zero).tolist() == [0, 0, 0]
    assert "integer_divide_by_zero" in cp.explain_last_dispatch().flags
    with cp.settings.override(strict=True):
        for call in (cp.floor_divide, cp.remainder):
            with pytest.raises(StrictModeError):
                call(x, zero)


def test_strict_forbids_implicit_conversion():
    x, y = cp.asarray([1, 2]), cp.asarray([0.5, 1.5])
    with cp.settings.override(strict=True), pytest.raises(StrictModeError, match=r"^add: "):
        _ = x + y
