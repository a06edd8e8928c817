# corepy.settings and the backend policy: values, scopes, environment, errors.
"""Settings are declared once, validated, and scoped to a context."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import corepy
from corepy import BackendPolicy, _core
from corepy.settings import DECLARED

#: Settings without a field in the native word.
NOT_NATIVE = {"device_priority", "pin_threads"}


@pytest.fixture(autouse=True)
def _restore_settings() -> Iterator[None]:
    before = {name: _core.get_setting(name) for name in DECLARED if name not in NOT_NATIVE}
    yield
    for name, value in before.items():
        _core.set_setting(name, value)


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if not key.startswith("COREPY_")}
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**clean, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


# ---- values ----


@pytest.mark.parametrize("name", ["strict", "debug", "experimental", "verify"])
def test_flags(name: str) -> None:
    for value in (True, False):
        setattr(corepy.settings, name, value)
        assert getattr(corepy.settings, name) is value
        assert _core.get_setting(name) == int(value)


def test_isa_by_name() -> None:
    for isa in corepy.isas():
        corepy.settings.isa = isa
        assert corepy.settings.isa == isa
        corepy.ones(3)
        corepy.exp(corepy.ones(3))
        record = corepy.explain_last_dispatch()
        assert record is not None
        assert record.isa == isa
    corepy.settings.isa = "auto"
    assert corepy.settings.isa == "auto"


def test_missing_isas_name_the_feature() -> None:
    for isa in _core.isas():
        if not isa.available:
            with pytest.raises(corepy.SettingError, match=f"{isa.name}.*{isa.missing_feature}"):
                corepy.settings.isa = isa.name


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("isa", "avx3", "no such instruction set .*'avx3'; expected auto"),
        ("isa", None, "no such instruction set"),
        ("strict", "maybe", "not a flag"),
        ("strict", 2, "not a flag"),
        ("num_threads", 0, "not a number of threads .*got 0; expected an int from 1"),
        ("num_threads", True, "not a number of threads"),
        ("device_priority", "gpu", "one device"),
        ("policy", "FAST", "no such policy .*AUTO, REFERENCE"),
        ("policy", 17, "no such policy"),
        ("policy", True, "no such policy"),
        ("polciy", "AUTO", "no such setting .*'polciy'.*policy"),
    ],
)
def test_wrong_values(name: str, value: object, message: str) -> None:
    with pytest.raises(corepy.SettingError, match=message):
        setattr(corepy.settings, name, value)
    with pytest.raises(corepy.SettingError, match=message):
        corepy.settings.override(**{name: value})


def test_a_typo_in_reading_is_an_error() -> None:
    with pytest.raises(AttributeError):
        _ = corepy.settings.strcit  # type: ignore[attr-defined]


def test_the_table_lists_every_setting() -> None:
    text = repr(corepy.settings)
    for name, setting in DECLARED.items():
        assert name in text
        assert setting.env in text
        assert setting.description in text


# ---- scopes ----


def test_override_is_restored_after_an_error() -> None:
    def fail_under_strict() -> None:
        with corepy.settings.override(strict=True):
            assert corepy.settings.strict
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_under_strict()
    assert not corepy.settings.strict


def test_overrides_nest() -> None:
    with corepy.settings.override(isa="baseline"):
        with corepy.settings.override(strict=True):
            assert (corepy.settings.isa, corepy.settings.strict) == ("baseline", True)
            with corepy.settings.override(isa="auto"):
                assert (corepy.settings.isa, corepy.settings.strict) == ("auto", True)
        assert (corepy.settings.isa, corepy.settings.strict) == ("baseline", False)


def test_one_override_can_be_entered_twice() -> None:
    block = corepy.settings.override(strict=True)
    with block, block:
        assert corepy.settings.strict
    assert not corepy.settings.strict


def test_override_does_not_reach_other_threads() -> None:
    seen: list[bool] = []
    with corepy.settings.override(strict=True):
        thread = threading.Thread(target=lambda: seen.append(corepy.settings.strict))
        thread.start()
        thread.join()
    assert seen == [False]


def test_override_does_not_reach_other_tasks() -> None:
    async def strict_task(entered: asyncio.Event, done: asyncio.Event) -> bool:
        with corepy.settings.override(strict=True):
            entered.set()
            await done.wait()
            return corepy.settings.strict

    async def other_task(entered: asyncio.Event, done: asyncio.Event) -> bool:
        await entered.wait()
        strict = corepy.settings.strict
        done.set()
        return strict

    async def both() -> tuple[bool, bool]:
        entered, done = asyncio.Event(), asyncio.Event()
        tasks = strict_task(entered, done), other_task(entered, done)
        first, second = await asyncio.gather(*tasks)
        return first, second

    assert asyncio.run(both()) == (True, False)


def test_assignment_reaches_other_threads() -> None:
    seen: list[bool] = []
    corepy.settings.strict = True
    thread = threading.Thread(target=lambda: seen.append(corepy.settings.strict))
    thread.start()
    thread.join()
    assert seen == [True]


def test_strict_forbids_implicit_conversion() -> None:
    x, y = corepy.asarray([1, 2]), corepy.asarray([0.5, 1.5])
    with corepy.settings.override(strict=True), pytest.raises(corepy.StrictModeError):
        _ = x + y


# ---- policy ----


def test_policy_enum_equals_the_native_one() -> None:
    for policy in BackendPolicy:
        if policy in (BackendPolicy.BLAS, BackendPolicy.GPU):
            continue
        with corepy.policy(policy):
            corepy.exp(corepy.ones(3))
            record = corepy.explain_last_dispatch()
        assert record is not None
        assert record.policy == policy.name
    assert [int(policy) for policy in BackendPolicy] == [0, 1, 2, 3, 4]


def test_policy_by_name_and_number() -> None:
    for value in ("simd", "SIMD", BackendPolicy.SIMD, 2):
        corepy.settings.policy = value  # type: ignore[assignment]
        assert corepy.get_policy() is BackendPolicy.SIMD
    corepy.set_policy("AUTO")
    assert corepy.get_policy() is BackendPolicy.AUTO


def test_defaults_are_those_of_the_native_settings() -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COREPY_")}
    program = """
import corepy as cp
from corepy.settings import DECLARED
for name, setting in DECLARED.items():
    before = setting.format_value()
    setting.store(setting.parse(setting.default, name))
    assert setting.format_value() == before, (name, before, setting.default)
print(len(DECLARED))
"""
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert int(done.stdout) > 5


def test_set_backend() -> None:
    corepy.set_backend("reference")
    assert corepy.get_policy() is BackendPolicy.REFERENCE
    corepy.set_backend("native")
    assert corepy.get_policy() is BackendPolicy.AUTO
    with pytest.raises(corepy.BackendError, match=r"'cuda'.*native"):
        corepy.set_backend("cuda")


@pytest.mark.parametrize(
    "name_gpu",
    [
        lambda: corepy.set_policy(BackendPolicy.GPU),
        lambda: corepy.policy("GPU"),
        lambda: corepy.settings.override(policy="GPU"),
        lambda: setattr(corepy.settings, "policy", "GPU"),
    ],
)
def test_gpu_needs_the_flag(name_gpu: Callable[[], object]) -> None:
    with pytest.raises(corepy.BackendError, match="COREPY_EXPERIMENTAL=1"):
        name_gpu()
    with (
        corepy.settings.override(experimental=True),
        pytest.raises(corepy.BackendError, match="no GPU backend is installed"),
    ):
        name_gpu()


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(_core, "backends", lambda: ())
    with pytest.raises(corepy.BackendError, match=r'pip install "corepy\[blas\]"'):
        corepy.policy("BLAS")
    with pytest.raises(corepy.BackendError, match=r'pip install "corepy\[reference\]"'):
        corepy.policy("REFERENCE")


# ---- environment ----


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("COREPY_ISA", "baseline", "isa", "'baseline'"),
        ("COREPY_STRICT", "1", "strict", "True"),
        ("COREPY_DEBUG", "on", "debug", "True"),
        ("COREPY_VERIFY", "no", "verify", "False"),
        ("COREPY_POLICY", "simd", "policy", "<BackendPolicy.SIMD: 2>"),
        ("COREPY_NUM_THREADS", "3", "num_threads", "3"),
        ("COREPY_PIN_THREADS", "1", "pin_threads", "True"),
        ("COREPY_DEVICE_PRIORITY", "cpu", "device_priority", "'cpu'"),
    ],
)
def test_environment(variable: str, value: str, name: str, expected: str) -> None:
    code = f"import corepy; print(repr(corepy.settings.{name}))"
    done = run_python(code, **{variable: value})
    assert done.stdout.strip() == expected, done.stderr


@pytest.mark.parametrize(
    ("variable", "value", "error", "message"),
    [
        ("COREPY_ISA", "sse9", "SettingError", "COREPY_ISA: no such instruction set (got 'sse9'"),
        ("COREPY_NUM_THREADS", "4.5", "SettingError", "COREPY_NUM_THREADS: not a number"),
        ("COREPY_STRICT", "maybe", "SettingError", "COREPY_STRICT: not a flag"),
        ("COREPY_POLICY", "GPU", "BackendError", "COREPY_EXPERIMENTAL=1"),
        ("COREPY_DEVICE_PRIORITY", "gpu", "SettingError", "expected 'cpu'"),
        ("COREPY_STRIKT", "1", "SettingError", "COREPY_STRIKT: no such setting"),
    ],
)
def test_wrong_environment(variable: str, value: str, error: str, message: str) -> None:
    done = run_python("import corepy", **{variable: value})
    assert done.returncode == 1
    assert f"corepy.errors.{error}: " in done.stderr
    assert message in done.stderr


# ---- seed ----


def test_seed_makes_generators_repeat() -> None:
    corepy.settings.seed(7)
    first = random.random(), float(np.random.random())
    corepy.settings.seed(7)
    assert (random.random(), float(np.random.random())) == first


def test_seed_does_not_import_numpy() -> None:
    code = "import sys, corepy; corepy.settings.seed(1); print('numpy' in sys.modules)"
    assert run_python(code).stdout.strip() == "False"


def test_wrong_seeds() -> None:
    with pytest.raises(corepy.ArgumentTypeError):
        corepy.settings.seed("1")  # type: ignore[arg-type]
    for n in (-1, 2**32):
        with pytest.raises(corepy.ArgumentError):
            corepy.settings.seed(n)
