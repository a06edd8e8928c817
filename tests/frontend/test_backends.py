# Backends behind the policies: the oracle, OpenBLAS, plugins, and the check behind settings.verify.
"""A policy's backend loads on first use, and says in the record what it did."""

from __future__ import annotations

import subprocess
import sys

import pytest

import corepy
from corepy import _core
from corepy.backend import verify
from corepy.testing import assert_bitwise_equal

X = corepy.asarray([[0.5, 1.25, 2.0], [3.0, 4.5, 5.75]], dtype="float32")

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


# ---- plugins ----


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


# ---- the oracle ----


def test_reference_agrees_where_results_are_exact() -> None:
    def compute() -> list[corepy.Tensor]:
        return [
            X + 1,
            X * X,
            X.max(0),
            X.T.copy(),
            corepy.sort(X, descending=True),
            X.reshape(3, 2),
        ]

    native = compute()
    with corepy.policy("REFERENCE"):
        oracle = compute()
    for first, second in zip(native, oracle, strict=True):
        assert_bitwise_equal(first, second)


def test_reference_loads_on_first_use() -> None:
    code = (
        "import sys, corepy as cp; x = cp.ones(3); before = 'numpy' in sys.modules\n"
        "with cp.policy('REFERENCE'): x + 1\n"
        "print(before, cp.explain_last_dispatch().backend)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False reference"


# ---- OpenBLAS ----


def test_blas_runs_products_and_nothing_else() -> None:
    x = corepy.ones((40, 30))
    with corepy.policy("BLAS"):
        product = x @ x.T
        record = corepy.explain_last_dispatch()
        corepy.exp(x)
        other = corepy.explain_last_dispatch()
    assert record is not None
    assert other is not None
    assert (record.backend, record.isa, record.reproducible) == ("openblas", None, False)
    assert "none declared by backend openblas" in str(record)
    assert (other.backend, other.reproducible) == ("native", True)
    assert "openblas: it does not implement exp" in str(other)
    assert_bitwise_equal(product, corepy.full((40, 40), 30.0))


if sys.platform == "linux":  # where threads can be counted in /proc

    def test_blas_starts_no_thread_and_leaves_the_environment() -> None:
        code = (
            "import os, corepy as cp; before = dict(os.environ); x = cp.ones((200, 200))\n"
            "with cp.policy('BLAS'): x @ x\n"
            "print(len(os.listdir('/proc/self/task')), before == dict(os.environ), "
            "cp.explain_last_dispatch().backend)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "1 True openblas"


# ---- verify ----


def test_verified_programs_run() -> None:
    with corepy.settings.override(verify=True):
        corepy.exp(X)
        corepy.std(X, axis=0)
        corepy.matmul(X, X.T)
        corepy.sum(X, axis=1, keepdims=True)
        corepy.where(X > 1, X, 0)
        corepy.clip(X, 1, None)
        corepy.take(X, corepy.asarray([1, 0]), axis=0)
        corepy.tensordot(X, X.T, axes=1)
    record = corepy.explain_last_dispatch()
    assert record is not None
    assert record.op == "tensordot"


def test_verify_rejects_a_wrong_result() -> None:
    right = corepy.exp(X)
    verify.check("exp", (X,), {}, right)
    wrong = right + 0
    wrong[0, 1] = wrong[0, 1].item() * 1.001
    with pytest.raises(corepy.VerificationError, match=r"exp \(verify\).*index \(0, 1\)"):
        verify.check("exp", (X,), {}, wrong)
    with pytest.raises(corepy.VerificationError, match="dtypes differ"):
        verify.check("exp", (X,), {}, right.astype("float64"))
    with pytest.raises(corepy.VerificationError, match="shapes differ"):
        verify.check("exp", (X,), {}, right[0])


def test_verify_leaves_no_record() -> None:
    corepy.exp(X)
    verify.check("sin", (X,), {}, corepy.sin(X))
    record = corepy.explain_last_dispatch()
    assert record is not None
    assert record.op == "sin"
