# Tests of the settings: environment variables, validation, overrides, ISAs, strict, warnings.
from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import warnings

import numpy as np
import pytest

import corepy as cp
from corepy.errors import (
    ArgumentError,
    ArgumentTypeError,
    PerformanceWarning,
    SettingError,
    StrictModeError,
)

VARIABLES = {
    "isa": "COREPY_ISA",
    "policy": "COREPY_POLICY",
    "num_threads": "COREPY_NUM_THREADS",
    "pin_threads": "COREPY_PIN_THREADS",
    "strict": "COREPY_STRICT",
    "debug": "COREPY_DEBUG",
    "device_priority": "COREPY_DEVICE_PRIORITY",
    "experimental": "COREPY_EXPERIMENTAL",
    "verify": "COREPY_VERIFY",
}


def run_program(code, **environment):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COREPY_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**kept, **environment},
    )


def test_every_setting_has_its_variable_default_and_description():
    declared = {
        name: setting.env
        for name, setting in cp.settings.__class__.__dict__.items()
        if hasattr(setting, "env")
    }
    assert declared == VARIABLES
    text = repr(cp.settings)
    for name, variable in VARIABLES.items():
        assert name in text
        assert variable in text
        assert name in dir(cp.settings)


def test_variables_give_the_initial_values():
    code = """
import corepy as cp
s = cp.settings
print(s.isa, s.policy, s.strict, s.debug, s.verify, s.experimental, s.num_threads)
print(s.device_priority)
"""
    assert run_program(code).stdout == "auto AUTO False False False False 1\ncpu\n"
    done = run_program(
        code,
        COREPY_ISA="baseline",
        COREPY_POLICY="simd",
        COREPY_STRICT="1",
        COREPY_DEBUG="true",
        COREPY_VERIFY="0",
        COREPY_EXPERIMENTAL="yes",
        COREPY_NUM_THREADS="1",
        COREPY_DEVICE_PRIORITY="CPU",
    )
    assert done.stdout == "baseline SIMD True True False True 1\ncpu\n"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("COREPY_ISA", "sse9"),
        ("COREPY_ISA", ""),
        ("COREPY_POLICY", "FAST"),
        ("COREPY_STRICT", "maybe"),
        ("COREPY_NUM_THREADS", "0"),
        ("COREPY_NUM_THREADS", "1025"),
        ("COREPY_NUM_THREADS", "x"),
        ("COREPY_DEVICE_PRIORITY", "cuda"),
        ("COREPY_STRIKT", "1"),
        ("COREPY_VERIFY", "2"),
    ],
)
def test_wrong_variables_are_errors_that_name_them(variable, value):
    done = run_program("import corepy", **{variable: value})
    assert done.returncode == 1
    assert "SettingError" in done.stderr
    assert variable in done.stderr
    assert "expected" in done.stderr


def test_a_policy_variable_without_its_backend_is_an_error():
    done = run_program("import corepy", COREPY_POLICY="GPU")
    assert "BackendError" in done.stderr
    assert "COREPY_EXPERIMENTAL" in done.stderr


def test_an_unavailable_isa_is_an_error_with_the_missing_feature():
    rows = cp._core.isas()
    for row in rows:
        if row.available:
            with cp.settings.override(isa=row.name):
                assert cp.settings.isa == row.name
            continue
        with pytest.raises(SettingError, match=row.missing_feature):
            cp.settings.isa = row.name
        done = run_program("import corepy", COREPY_ISA=row.name)
        assert row.missing_feature in done.stderr
    for wrong in ("neon" if "neon" not in [row.name for row in rows] else "avx2", "AVX2", 1, None):
        with pytest.raises(SettingError):
            cp.settings.override(isa=wrong)


@pytest.mark.isa
def test_a_forced_isa_runs(isa):
    x = cp.ones((20, 20))
    for call in (
        lambda: x + x,
        lambda: cp.exp(x),
        lambda: x @ x,
        lambda: cp.sum(x),
        lambda: cp.sort(x),
        lambda: cp.take(x, cp.asarray([1]), axis=0),
    ):
        call()
        assert cp.explain_last_dispatch().isa == isa
    done = run_program(
        "import corepy as cp; cp.ones(3) + 1; print(cp.explain_last_dispatch().isa)", COREPY_ISA=isa
    )
    assert done.stdout == f"{isa}\n"


def test_assignment_is_process_wide_and_validated():
    seen = []
    try:
        cp.settings.strict = True
        thread = threading.Thread(target=lambda: seen.append(cp.settings.strict))
        thread.start()
        thread.join()
    finally:
        cp.settings.strict = False
    assert seen == [True]
    for name, wrong in [
        ("strict", "perhaps"),
        ("strict", 2),
        ("strict", None),
        ("isa", "mmx"),
        ("policy", "x"),
        ("num_threads", 0),
        ("num_threads", 1025),
        ("num_threads", True),
        ("num_threads", "two"),
        ("device_priority", "cuda"),
        ("debug", 1.5),
    ]:
        with pytest.raises(SettingError, match="got"):
            setattr(cp.settings, name, wrong)
        with pytest.raises(SettingError):
            cp.settings.override(**{name: wrong})
    with pytest.raises(SettingError, match="isaa"):
        cp.settings.isaa = "auto"
    with pytest.raises(SettingError, match="isaa"):
        cp.settings.override(isaa="auto")
    cp.settings.num_threads = 1
    assert cp.settings.num_threads == 1


def test_overrides_nest_restore_and_stay_in_their_thread():
    seen = []
    with cp.settings.override(strict=True, isa="baseline"):
        assert (cp.settings.strict, cp.settings.isa) == (True, "baseline")
        with cp.settings.override(strict=False):
            assert (cp.settings.strict, cp.settings.isa) == (False, "baseline")
            thread = threading.Thread(
                target=lambda: seen.append((cp.settings.strict, cp.settings.isa))
            )
            thread.start()
            thread.join()
        assert cp.settings.strict is True
    assert (cp.settings.strict, cp.settings.isa) == (False, "auto")
    assert seen == [(False, "auto")]


def test_an_override_hides_a_process_wide_change():
    with cp.settings.override(strict=True):
        cp.settings.strict = False
        assert cp.settings.strict is True
    assert cp.settings.strict is False


# ---- strict, warnings


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


def test_debug_changes_no_result():
    x = cp.asarray(np.linspace(-3, 3, 999))
    expected = cp.digest(cp.tan(x))
    with cp.settings.override(debug=True):
        assert cp.digest(cp.tan(x)) == expected
        assert cp.take(x, cp.asarray([5])).shape == (1,)


# ---- seed


def test_seed_controls_the_generators():
    cp.settings.seed(42)
    first = random.random(), np.random.random(), float(cp.random.uniform())
    cp.settings.seed(42)
    assert (random.random(), np.random.random(), float(cp.random.uniform())) == first
    for wrong in ("42", 1.5, True, None):
        with pytest.raises(ArgumentTypeError):
            cp.settings.seed(wrong)
    for wrong in (-1, 2**32):
        with pytest.raises(ArgumentError):
            cp.settings.seed(wrong)
    out = run_program(
        "import sys, corepy as cp; cp.settings.seed(1); print('numpy' in sys.modules)"
    )
    assert out.stdout == "False\n"
