# Tests of policies and backends: scopes, what each policy runs, OpenBLAS without threads, plugins.
from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from functools import partial

import numpy as np
import pytest

import corepy as cp
from corepy.backend.policies import BackendPolicy
from corepy.errors import BackendError, SettingError
from corepy.testing import assert_bitwise_equal, operator_rows


@pytest.fixture(autouse=True)
def _process_policy_restored():
    before = cp.get_policy()
    yield
    cp.set_policy(before)


def last():
    return cp.explain_last_dispatch()


def run_program(code, **environment):
    import os

    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COREPY_", "OPENBLAS_"))}
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**kept, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_members_names_and_numbers():
    assert [policy.name for policy in BackendPolicy] == ["AUTO", "REFERENCE", "SIMD", "BLAS", "GPU"]
    for spelling in ("simd", "SIMD", BackendPolicy.SIMD, 2):
        cp.set_policy(spelling)
        assert cp.get_policy() is BackendPolicy.SIMD
    for wrong in ("fast", 7, -1, None, 1.0, True, object()):
        with pytest.raises(SettingError):
            cp.set_policy(wrong)
        with pytest.raises(SettingError):
            cp.policy(wrong)
    assert cp.get_policy() is BackendPolicy.SIMD
    for member in BackendPolicy:
        with cp.settings.override(experimental=True):
            if member is not BackendPolicy.GPU:
                with cp.policy(member):
                    assert cp._core.get_setting("policy") == member


def test_a_scope_ends_with_its_block_also_by_an_exception():
    with cp.policy("SIMD"):
        assert cp.get_policy() is BackendPolicy.SIMD
        with cp.policy("REFERENCE"):
            assert cp.get_policy() is BackendPolicy.REFERENCE
        assert cp.get_policy() is BackendPolicy.SIMD
        with pytest.raises(ZeroDivisionError), cp.policy("AUTO"):
            raise ZeroDivisionError
        assert cp.get_policy() is BackendPolicy.SIMD
    assert cp.get_policy() is BackendPolicy.AUTO


def test_one_scope_object_may_be_entered_again():
    scope = cp.policy("SIMD")
    for _ in range(2):
        with scope, scope:
            assert cp.get_policy() is BackendPolicy.SIMD
        assert cp.get_policy() is BackendPolicy.AUTO


def test_scopes_do_not_leak_into_threads():
    seen = []
    with cp.policy("SIMD"):
        thread = threading.Thread(target=lambda: seen.append(cp.get_policy()))
        thread.start()
        thread.join()
    cp.set_policy("SIMD")
    thread = threading.Thread(target=lambda: seen.append(cp.get_policy()))
    thread.start()
    thread.join()
    assert seen == [BackendPolicy.AUTO, BackendPolicy.SIMD]


def test_scopes_do_not_leak_into_other_tasks():
    seen = []

    async def scoped(policy):
        with cp.policy(policy):
            for _ in range(5):
                await asyncio.sleep(0)
                cp.ones(2) + 1
                seen.append((policy, last().policy))

    async def plain():
        for _ in range(5):
            await asyncio.sleep(0)
            cp.ones(2) + 1
            seen.append(("AUTO", last().policy))

    async def main():
        await asyncio.gather(scoped("SIMD"), plain(), scoped("REFERENCE"), plain())

    asyncio.run(main())
    assert len(seen) == 20
    assert all(wanted == got for wanted, got in seen)


def test_generators_in_a_scope_follow_the_callers_context():
    def produce():
        with cp.policy("SIMD"):
            yield cp.get_policy()

    assert list(produce()) == [BackendPolicy.SIMD]
    assert cp.get_policy() is BackendPolicy.AUTO


def test_set_backend():
    cp.set_backend("reference")
    assert cp.get_policy() is BackendPolicy.REFERENCE
    cp.set_backend("native")
    assert cp.get_policy() is BackendPolicy.AUTO
    cp.set_backend("openblas")
    assert cp.get_policy() is BackendPolicy.BLAS
    with pytest.raises(BackendError, match="native"):
        cp.set_backend("cuda")


def test_simd_is_auto_or_an_error():
    x = cp.asarray(np.linspace(0.1, 5, 100))
    expected = [cp.exp(x), cp.sum(x), x @ x, cp.sort(x)]
    with cp.policy("SIMD"):
        actual = [cp.exp(x), cp.sum(x), x @ x]
        assert last().policy == "SIMD"
        assert last().isa in cp.isas()
        with pytest.raises(BackendError, match=r"^at_add: "):
            x.at([1, 2]).add(1)
        x[::-1], cp.expand_dims(x, 0), cp.zeros(3)
    for one, other in zip(actual, expected[:3], strict=True):
        assert_bitwise_equal(one, other)


def test_reference_runs_a_program():
    def program():
        rng = np.random.default_rng(0)
        x = cp.asarray(rng.standard_normal((20, 8)))
        x = (x - cp.mean(x, axis=0)) / cp.std(x, axis=0)
        distances = cp.sum((x[:, None] - x[None]) ** 2, axis=-1)
        nearest = cp.argsort(distances, axis=1)[:, 1:4]
        total = cp.where(distances > 1, cp.sqrt(distances), 0)
        product = cp.tensordot(total, x, axes=1)
        y = cp.concat([product, cp.ones((1, 8))])
        y[0] = 5
        y += 1
        return cp.reshape(nearest, (-1,)), cp.take(y, cp.asarray([0, 3]), axis=0)

    expected = program()
    with cp.policy("REFERENCE"):
        actual = program()
        cp.exp(cp.ones(3))
        record = last()
    assert record.backend == "reference"
    assert record.isa is None
    assert record.policy == "REFERENCE"
    assert record.reproducible is False
    assert "no: backend reference" in str(record)
    assert "native" in {one.candidate for one in record.rejected}
    assert_bitwise_equal(actual[0], expected[0])
    np.testing.assert_allclose(np.asarray(actual[1]), np.asarray(expected[1]), rtol=1e-12)


def test_reference_raises_the_same_errors():
    for call in (
        lambda: cp.add(cp.ones(2), cp.ones(3)),
        lambda: cp.sum(cp.ones(2), axis=3),
        lambda: cp.max(cp.ones((0,))),
        lambda: cp.take(cp.ones(3), cp.asarray([7])),
        lambda: cp.bitwise_and(cp.ones(2), 1),
        lambda: cp.matmul(cp.ones((2, 3)), cp.ones((2, 3))),
        lambda: cp.bitwise_left_shift(cp.asarray([1]), cp.asarray([-1])),
        lambda: cp.pow(cp.asarray([2]), cp.asarray([-1])),
    ):
        with pytest.raises(cp.CorepyError) as native:
            call()
        with cp.policy("REFERENCE"), pytest.raises(type(native.value)):
            call()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_blas_multiplies_matrices(dtype):
    rng = np.random.default_rng(1)
    a = rng.standard_normal((37, 70)).astype(dtype)
    b = rng.standard_normal((70, 29)).astype(dtype)
    with cp.policy("BLAS"):
        for x, y in [
            (cp.asarray(a), cp.asarray(b)),
            (cp.asarray(a.T.copy()).T, cp.asarray(b)),
            (cp.asarray(a), cp.asarray(b.T.copy()).T),
            (cp.asarray(a[:, ::-1].copy())[:, ::-1], cp.asarray(b)),
        ]:
            product = cp.matmul(x, y)
            record = last()
            assert record.policy == "BLAS"
            tolerance = 1e-4 if dtype == "float32" else 1e-12
            np.testing.assert_allclose(np.asarray(product), a @ b, rtol=tolerance, atol=tolerance)
        product = cp.matmul(cp.asarray(a), cp.asarray(b))
        assert last().backend == "openblas"
        assert last().reproducible is False
        cp.exp(cp.asarray(a))
        assert last().backend == "native"
        assert last().reproducible is True
        assert "op_unsupported" in {one.reason for one in last().rejected}


def test_blas_falls_back_with_a_reason_for_other_dtypes_and_edge_cases():
    with cp.policy("BLAS"):
        for dtype in ("int64", "complex64"):
            assert (cp.eye(3, dtype=dtype) @ cp.eye(3, dtype=dtype)).tolist()[0] == [1, 0, 0]
            assert last().backend == "native"
            assert last().reproducible is True
            assert "dtype_unsupported" in {one.reason for one in last().rejected}
        for shapes in [((0, 3), (3, 2)), ((2, 0), (0, 3)), ((3,), (3,)), ((4, 2, 3), (3, 5))]:
            product = cp.matmul(cp.ones(shapes[0]), cp.ones(shapes[1]))
            expected = np.matmul(np.ones(shapes[0]), np.ones(shapes[1]))
            np.testing.assert_array_equal(np.asarray(product), expected)


def test_records_offer_blas_for_what_it_computes():
    m, v = cp.asarray([[4.0, 1.0, 0.5], [1.0, 5.0, 0.2], [0.5, 0.2, 6.0]]), cp.ones(3)
    arguments = {
        "cross": (v, v),
        "matmul": (m, m),
        "matrix_power": (m, 3),
        "outer": (v, v),
        "solve": (m, m),
        "tensordot": (m, m),
        "vecdot": (v, v),
    }
    rows = [row for row in operator_rows() if row.family == "linalg"]
    assert any("blas" in row.flags for row in rows)
    for row in rows:
        name, served = row.name, "blas" in row.flags
        call, operands = getattr(cp.linalg, name), arguments.get(name, (m,))
        if name == "matrix_norm":
            call = partial(call, ord=2)
        call(*operands)
        offered = {one.candidate for one in last().rejected}
        with cp.policy("BLAS"):
            call(*operands)
        assert served == (not last().reproducible), name
        if offered:  # a kernel was chosen
            assert ("openblas" in offered) == served, name


def test_records_of_compositions_offer_blas_where_a_part_may_use_it():
    m, v = cp.asarray([[4.0, 1.0], [1.0, 5.0]]), cp.ones(3)
    calls = {
        "cov": (lambda: cp.cov(m), True),
        "einsum of a product": (lambda: cp.einsum("ij,jk", m, m), True),
        "einsum of a sum": (lambda: cp.einsum("ij->i", m), False),
        "lstsq": (lambda: cp.linalg.lstsq(m, m), True),
        "multi_dot": (lambda: cp.linalg.multi_dot([m, m, m]), True),
        "roots": (lambda: cp.roots([1.0, -3.0, 2.0]), True),
        "median": (lambda: cp.median(v), False),
    }
    for name, (call, served) in calls.items():
        call()
        assert last().kernel == "composition", name
        assert ("openblas" in {one.candidate for one in last().rejected}) == served, name
        assert "may_use_blas" not in last().to_dict()
        with cp.policy("BLAS"):
            call()
        assert last().reproducible == (not served), name
    with cp.policy("BLAS"):
        cp.cov(m)  # a product by BLAS, then native operations
    (openblas,) = (one for one in last().rejected if one.candidate == "openblas")
    assert str(openblas) == "openblas: it does not implement the last part of cov"


@pytest.mark.skipif(sys.platform != "linux", reason="threads are counted in /proc")
def test_blas_starts_no_thread_and_changes_no_variable():
    out = run_program(
        """
import os, sys
before = dict(os.environ)
import corepy as cp
with cp.policy("BLAS"):
    a = cp.ones((300, 300))
    for _ in range(3):
        a = a @ a * 1e-3
record = cp.explain_last_dispatch()
import ctypes
libc = ctypes.CDLL(None)
libc.getenv.restype = ctypes.c_char_p
print(len(os.listdir("/proc/self/task")), dict(os.environ) == before)
print(libc.getenv(b"OPENBLAS_NUM_THREADS"), record.backend)
print("numpy" in sys.modules, "scipy_openblas32" in sys.modules)
"""
    )
    assert out == "1 True\nNone native\nFalse False\n"


def test_gpu_is_an_error_with_and_without_the_flag():
    for call in (lambda: cp.set_policy("GPU"), lambda: cp.policy("GPU")):
        with pytest.raises(BackendError, match="COREPY_EXPERIMENTAL"):
            call()
        with cp.settings.override(experimental=True), pytest.raises(BackendError, match="plugin"):
            call()
    assert cp.get_policy() is BackendPolicy.AUTO
