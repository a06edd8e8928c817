# Tests of backends written in Python: the protocol, what they run, decline and do wrong. Which
# backend a policy picks is in test_policy.py.
from __future__ import annotations

import subprocess
import sys

import pytest

import corepy
from corepy import _core

PLUGIN = """
import corepy as cp

class Doubling(cp.backend.Backend):
    name = "doubling"
    policy = cp.BackendPolicy.GPU
    reproducible = False

    def accepts(self, op, operands):
        return None if op in ("add", "exp", "sin") else "dtype_unsupported"

    def run(self, op, operands, options):
        if op == "exp":
            return (cp.zeros(7),)
        if op == "sin":
            raise RuntimeError("device lost")
        return (cp.asarray(operands[0].numpy() * 2),)

cp.settings.experimental = True
cp.backend.register_backend(Doubling())
cp.set_backend("doubling")
x = cp.asarray([1.0, 2.0])
"""


def run_with_plugin(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PLUGIN + code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_plugin_runs() -> None:
    code = "y = x + 1; r = cp.explain_last_dispatch(); print(y.tolist(), r.backend, r.reproducible)"
    assert run_with_plugin(code) == "[2.0, 4.0] doubling False"


def test_what_a_plugin_refuses_runs_natively() -> None:
    code = "y = x * 3; r = cp.explain_last_dispatch(); print(y.tolist(), r.backend); print(r)"
    text = run_with_plugin(code)
    assert text.startswith("[3.0, 6.0] native\n")
    assert "doubling: it has no kernel for float64" in text


def test_a_wrong_result_of_a_plugin_is_an_error() -> None:
    code = """
try:
    cp.exp(x)
except cp.BackendError as error:
    print(error)
"""
    text = run_with_plugin(code)
    assert "exp: backend 'doubling' returned something else than asked" in text


def test_an_error_in_a_plugin_comes_through() -> None:
    code = """
try:
    cp.sin(x)
except RuntimeError as error:
    print(error)
"""
    assert run_with_plugin(code) == "device lost"


def test_a_backend_must_implement_the_protocol() -> None:
    class Half(corepy.backend.Backend):
        name = "half"

    with pytest.raises(TypeError, match="abstract"):
        Half()  # type: ignore[abstract]


@pytest.mark.parametrize(
    ("name", "policy", "message"),
    [
        ("native", "GPU", "the name is taken"),
        ("another", "AUTO", "serves REFERENCE, BLAS or GPU"),
        ("another", "SIMD", "serves REFERENCE, BLAS or GPU"),
    ],
)
def test_a_backend_needs_a_name_and_a_policy_of_its_own(
    name: str, policy: str, message: str
) -> None:
    def accepts(op: str, operands: tuple[corepy.Tensor, ...]) -> str | None:
        return "op_unsupported"

    def run(
        op: str, operands: tuple[corepy.Tensor, ...], options: dict[str, object]
    ) -> tuple[corepy.Tensor, ...]:
        return operands

    before = _core.backends()
    with pytest.raises(corepy.BackendError, match=message):
        _core.register_backend(name, corepy.BackendPolicy[policy], False, accepts, run)
    assert _core.backends() == before


def test_unknown_policies_do_not_load() -> None:
    with pytest.raises(ValueError, match="not a valid BackendPolicy"):
        corepy.backend.load(9)
    assert corepy.backend.load(int(corepy.BackendPolicy.SIMD)) is False


def test_there_is_room_for_8_backends() -> None:
    code = """
class Numbered(Doubling):
    def __init__(self, number):
        self.name = f"number {number}"

try:
    for number in range(9):
        cp.backend.register_backend(Numbered(number))
except cp.BackendError as error:
    print(number, error)
"""
    # Native and doubling are there already.
    assert run_with_plugin(code) == "6 register_backend: too many backends (got 'number 6')"
