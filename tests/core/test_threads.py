# Tests of concurrent use: one tensor in many threads, writers among them; allocator, records and
# settings. Programs that run under TSAN.
from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal

pytestmark = [
    pytest.mark.sanitize,
    pytest.mark.filterwarnings("ignore::corepy.errors.PerformanceWarning"),
]
THREADS = 6


@pytest.fixture(autouse=True)
def _switch_often():
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(interval)


def run_in_threads(work, count=THREADS):
    """``work(number)`` in threads that start together; their results, or the first error."""
    barrier = threading.Barrier(count)

    def start(number):
        barrier.wait()
        return work(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(start, range(count)))


def test_readers_share_a_tensor():
    x = cp.reshape(cp.arange(600 * 700, dtype=cp.float64), (600, 700))
    expected = cp.digest(cp.exp(x * 1e-6) + x[::-1])

    def work(_):
        return {cp.digest(cp.exp(x * 1e-6) + x[::-1]) for _ in range(4)}

    for digests in run_in_threads(work):
        assert digests == {expected}


def test_a_writer_never_shows_half_a_write():
    # Every value that readers see is one that x had: all elements equal.
    x = cp.zeros(300_000)
    done = threading.Event()

    def write():
        for number in range(60):
            x[...] = float(number)
        for _ in range(60):
            cp.add(x, 1.0, out=x)
        done.set()

    def work(number):
        if number == 0:
            write()
            return True
        ok = True
        while not done.is_set():
            y = x + 0.0
            ok = ok and cp.min(y).item() == cp.max(y).item()
            z = x[...]
            ok = ok and cp.min(z).item() == cp.max(z).item()
        return ok

    assert all(run_in_threads(work, 4))
    assert_bitwise_equal(x, np.full(300_000, 119.0))


def test_views_taken_while_others_write_stay_as_they_were():
    x = cp.zeros(50_000)

    def work(number):
        for step in range(40):
            view = x[...]
            total = cp.sum(view).item()
            x[number] = float(step)
            assert cp.sum(view).item() == total
        return True

    assert all(run_in_threads(work))


def test_many_threads_write_to_one_tensor():
    x = cp.zeros((THREADS, 20_000), dtype=cp.int64)

    def work(number):
        for step in range(30):
            x[number] = step
            x[number, 0] += 0

    run_in_threads(work)
    assert_bitwise_equal(x, np.full((THREADS, 20_000), 29))


def test_matmul_while_its_operands_are_written():
    a, b = cp.ones((300, 300)), cp.ones((300, 300))
    done = threading.Event()

    def work(number):
        if number == 0:
            for step in range(2, 30):
                a[...] = float(step)
            done.set()
            return True
        while not done.is_set():
            product = a @ b
            if cp.min(product).item() != cp.max(product).item():
                return False
        return True

    assert all(run_in_threads(work, 3))


def test_allocation_and_release_in_different_threads():
    handed = [cp.ones(100 * i) for i in range(200)]
    lock = threading.Lock()

    def work(number):
        rng = np.random.default_rng(number)
        for _ in range(300):
            x = cp.full(int(rng.integers(1, 5000)), number)
            with lock:
                place = int(rng.integers(0, len(handed)))
                other, handed[place] = handed[place], x
            if other.size:
                assert cp.min(other).item() == cp.max(other).item()
        return True

    assert all(run_in_threads(work))
    cp.memory.trim()


def test_each_thread_has_its_own_last_record():
    names = ["exp", "sin", "sqrt", "floor", "abs", "negative"]
    x = cp.ones(10)

    def work(number):
        assert cp.explain_last_dispatch() is None
        for _ in range(200):
            getattr(cp, names[number])(x)
            if cp.explain_last_dispatch().op != names[number]:
                return False
        return True

    assert all(run_in_threads(work))


def test_process_wide_settings_may_change_while_others_compute():
    x = cp.asarray(np.linspace(0.1, 3, 1000))
    expected = cp.digest(cp.log(x))
    stop = threading.Event()

    def work(number):
        if number == 0:
            try:
                for _ in range(200):
                    for isa in (*cp.isas(), "auto"):
                        cp.settings.isa = isa
            finally:
                cp.settings.isa = "auto"
                stop.set()
            return True
        while not stop.is_set():
            if cp.digest(cp.log(x)) != expected:
                return False
        return True

    before = cp.settings.isa
    try:
        assert all(run_in_threads(work, 4))
    finally:
        cp.settings.isa = before


def test_backends_load_once_when_many_threads_ask_first():
    def work(number):
        with cp.policy("REFERENCE" if number % 2 else "AUTO"):
            return cp.add(cp.ones(3), 1).tolist()

    assert run_in_threads(work) == [[2.0] * 3] * THREADS
    names = [backend["name"] for backend in cp._core.backends()]
    assert len(names) == len(set(names))


def test_logs_start_and_stop_in_many_threads():
    x = cp.ones(5)

    def work(_):
        for _ in range(30):
            with cp.record_dispatches() as log:
                x + 1
                cp.std(x)
            assert any(record.op == "add" for record in log)
        return True

    assert all(run_in_threads(work))


def test_threads_may_end_while_their_tensors_live():
    kept = run_in_threads(lambda number: [cp.full(50, number) for _ in range(50)])
    for number, tensors in enumerate(kept):
        for x in tensors:
            assert x.tolist() == [number] * 50
            x._repr_html_()
    kept.clear()


@pytest.mark.parametrize("work", ["cp.exp(x)", "cp.sort(x, axis=0)", "x @ x", "cp.sum(x)", "y + y"])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_interpreter_ends_while_a_daemon_computes(work, threads):
    code = f"""
import threading, time
import corepy as cp
cp.set_num_threads({threads})
x, y = cp.ones((700, 700)), cp.ones(4)
def run():
    while True:
        {work}
threading.Thread(target=run, daemon=True).start()
time.sleep(0.2)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
