# Tests of the settings: environment variables, values, scopes, errors, seed. What `strict` refuses
# is in test_strict.py, scopes of policies are in test_policy.py.
from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading

import numpy as np
import pytest

import corepy as cp
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, BackendError, SettingError
from corepy.settings import DECLARED

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
#: Settings without a field in the native word.
NOT_NATIVE = {"device_priority", "pin_threads"}


@pytest.fixture(autouse=True)
def _restore_settings():
    before = {name: _core.get_setting(name) for name in DECLARED if name not in NOT_NATIVE}
    yield
    for name, value in before.items():
        _core.set_setting(name, value)


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


# ---- environment


def test_every_setting_has_its_variable_default_and_description():
    assert {name: setting.env for name, setting in DECLARED.items()} == VARIABLES
    text = repr(cp.settings)
    for name, setting in DECLARED.items():
        assert name in text
        assert setting.env in text
        assert setting.description in text
        assert name in dir(cp.settings)


def test_variables_give_the_initial_values():
    code = """
import corepy as cp
s = cp.settings
print(s.isa, s.policy, s.strict, s.debug, s.verify, s.experimental, s.num_threads, s.pin_threads)
print(s.device_priority)
"""
    assert run_program(code).stdout == "auto AUTO False False False False 1 False\ncpu\n"
    done = run_program(
        code,
        COREPY_ISA="baseline",
        COREPY_POLICY="simd",
        COREPY_STRICT="1",
        COREPY_DEBUG="true",
        COREPY_VERIFY="0",
        COREPY_EXPERIMENTAL="yes",
        COREPY_NUM_THREADS="3",
        COREPY_PIN_THREADS="on",
        COREPY_DEVICE_PRIORITY="CPU",
    )
    assert done.stdout == "baseline SIMD True True False True 3 True\ncpu\n"


def test_defaults_are_those_of_the_native_settings():
    code = """
from corepy.settings import DECLARED
for name, setting in DECLARED.items():
    before = setting.format_value()
    setting.store(setting.parse(setting.default, name))
    assert setting.format_value() == before, (name, before, setting.default)
"""
    done = run_program(code)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "error", "message"),
    [
        ("COREPY_ISA", "sse9", SettingError, "COREPY_ISA: no such instruction set (got 'sse9'"),
        ("COREPY_ISA", "", SettingError, "COREPY_ISA: no such instruction set (got ''"),
        ("COREPY_POLICY", "FAST", SettingError, "COREPY_POLICY: no such policy"),
        ("COREPY_POLICY", "GPU", BackendError, "COREPY_EXPERIMENTAL=1"),
        ("COREPY_STRICT", "maybe", SettingError, "COREPY_STRICT: not a flag"),
        ("COREPY_VERIFY", "2", SettingError, "COREPY_VERIFY: not a flag"),
        ("COREPY_NUM_THREADS", "0", SettingError, "COREPY_NUM_THREADS: not a number"),
        ("COREPY_NUM_THREADS", "1025", SettingError, "COREPY_NUM_THREADS: not a number"),
        ("COREPY_NUM_THREADS", "4.5", SettingError, "COREPY_NUM_THREADS: not a number"),
        ("COREPY_DEVICE_PRIORITY", "cuda", SettingError, "expected 'cpu'"),
        ("COREPY_STRIKT", "1", SettingError, "COREPY_STRIKT: no such setting"),
    ],
)
def test_wrong_variables_are_errors_that_name_them(variable, value, error, message):
    done = run_program("import corepy", **{variable: value})
    assert done.returncode == 1
    assert f"corepy.errors.{error.__name__}: " in done.stderr
    assert message in done.stderr


# ---- values


@pytest.mark.parametrize("name", ["strict", "debug", "experimental", "verify"])
def test_flags(name):
    for value in (True, False):
        setattr(cp.settings, name, value)
        assert getattr(cp.settings, name) is value
        assert _core.get_setting(name) == int(value)


def test_an_unavailable_isa_is_an_error_with_the_missing_feature():
    rows = _core.isas()
    for row in rows:
        if row.available:
            with cp.settings.override(isa=row.name):
                assert cp.settings.isa == row.name
            continue
        with pytest.raises(SettingError, match=f"{row.name}.*{row.missing_feature}"):
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


def test_assignment_is_process_wide():
    seen = []
    cp.settings.strict = True
    thread = threading.Thread(target=lambda: seen.append(cp.settings.strict))
    thread.start()
    thread.join()
    assert seen == [True]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("isa", "avx3", "no such instruction set .*'avx3'; expected auto"),
        ("isa", None, "no such instruction set"),
        ("strict", "maybe", "not a flag"),
        ("strict", 2, "not a flag"),
        ("strict", None, "not a flag"),
        ("debug", 1.5, "not a flag"),
        ("num_threads", 0, "not a number of threads .*got 0; expected an int from 1"),
        ("num_threads", 1025, "not a number of threads"),
        ("num_threads", True, "not a number of threads"),
        ("num_threads", "two", "not a number of threads"),
        ("device_priority", "gpu", "one device"),
        ("policy", "FAST", "no such policy .*AUTO, REFERENCE"),
        ("policy", 17, "no such policy"),
        ("policy", True, "no such policy"),
        ("polciy", "AUTO", "no such setting .*'polciy'.*policy"),
    ],
)
def test_wrong_values(name, value, message):
    with pytest.raises(SettingError, match=message):
        setattr(cp.settings, name, value)
    with pytest.raises(SettingError, match=message):
        cp.settings.override(**{name: value})


def test_a_typo_in_reading_is_an_error():
    with pytest.raises(AttributeError):
        _ = cp.settings.strcit


@pytest.mark.parametrize(
    "name_gpu",
    [
        lambda: cp.settings.override(policy="GPU"),
        lambda: setattr(cp.settings, "policy", "GPU"),
    ],
)
def test_the_policy_gpu_needs_the_flag(name_gpu):
    with pytest.raises(BackendError, match="COREPY_EXPERIMENTAL=1"):
        name_gpu()
    with (
        cp.settings.override(experimental=True),
        pytest.raises(BackendError, match="no GPU backend is installed"),
    ):
        name_gpu()


def test_missing_packages_are_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(_core, "backends", lambda: ())
    with pytest.raises(BackendError, match=r'pip install "corepy\[blas\]"'):
        cp.policy("BLAS")
    with pytest.raises(BackendError, match=r'pip install "corepy\[reference\]"'):
        cp.policy("REFERENCE")


def test_debug_changes_no_result():
    x = cp.asarray(np.linspace(-3, 3, 999))
    expected = cp.digest(cp.tan(x))
    with cp.settings.override(debug=True):
        assert cp.digest(cp.tan(x)) == expected
        assert cp.take(x, cp.asarray([5])).shape == (1,)


# ---- scopes


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


def test_override_is_restored_after_an_error():
    def fail_under_strict():
        with cp.settings.override(strict=True):
            assert cp.settings.strict
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_under_strict()
    assert not cp.settings.strict


def test_one_override_can_be_entered_twice():
    block = cp.settings.override(strict=True)
    with block, block:
        assert cp.settings.strict
    assert not cp.settings.strict


def test_an_override_hides_a_process_wide_change():
    with cp.settings.override(strict=True):
        cp.settings.strict = False
        assert cp.settings.strict is True
    assert cp.settings.strict is False


def test_override_does_not_reach_other_tasks():
    async def strict_task(entered, done):
        with cp.settings.override(strict=True):
            entered.set()
            await done.wait()
            return cp.settings.strict

    async def other_task(entered, done):
        await entered.wait()
        strict = cp.settings.strict
        done.set()
        return strict

    async def both():
        entered, done = asyncio.Event(), asyncio.Event()
        return await asyncio.gather(strict_task(entered, done), other_task(entered, done))

    assert asyncio.run(both()) == [True, False]


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
