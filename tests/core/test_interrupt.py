# Tests of Ctrl-C and other signals during long operations: prompt, no partial write, no crash.
from __future__ import annotations

import signal
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.timing,  # when a signal comes decides what it meets
    pytest.mark.skipif(
        not hasattr(signal, "setitimer"), reason="this platform has no interval timer"
    ),
]

PRELUDE = """
import signal, time
import corepy as cp

def after(seconds, handler):  # of the processor's time, for the machine may be busy
    signal.signal(signal.SIGPROF, handler)
    signal.setitimer(signal.ITIMER_PROF, seconds)

def press_control_c(number, frame):
    raise KeyboardInterrupt

def check_interrupted(work, seconds=0.2, prompt=1.0):
    after(seconds, press_control_c)
    start = time.process_time()
    try:
        work()
    except KeyboardInterrupt:
        late = time.process_time() - start - seconds
        print(f"interrupted after {late:.2f} s")
        assert late < prompt, late
        return
    raise SystemExit(f"not interrupted in {time.process_time() - start:.1f} s")

def check_every_phase(work, prompt):
    for _ in range(2):  # the first call is slower: its memory is new
        start = time.process_time()
        work()
    whole = time.process_time() - start
    for part in (0.15, 0.3, 0.45, 0.6):
        check_interrupted(work, part * whole, prompt)
"""


def run_program(code):
    done = subprocess.run(
        [sys.executable, "-c", PRELUDE + code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


NORMAL = "cp.random.Generator(1).normal"
ROWS = "x = cp.broadcast_to(cp.sin(cp.arange(1000.0) * 7), (20000, 1000));"

# Each takes far longer than a fifth of a second if nothing interrupts it.
LONG_OPERATIONS = {
    "matmul": "a = cp.ones((6000, 6000)); work = lambda: a @ a",
    "repeat": "v = cp.ones(6_000_000); work = lambda: cp.repeat(v, 40)",
    "integer matmul": "a = cp.ones((3000, 3000), dtype=cp.int64); work = lambda: a @ a",
    "batched matmul": "a = cp.broadcast_to(cp.ones((300, 300)), (700, 300, 300))\n"
    "work = lambda: a @ a",
    "matrix-vector": "v = cp.ones(50_000); a = cp.broadcast_to(v, (10**6, 50_000))\n"
    "work = lambda: a @ v",
    "product along a long axis": "x = cp.broadcast_to(cp.ones((1, 1)), (4 * 10**8, 64))\n"
    "work = lambda: x.T @ x",
    "few rows along a long axis": "x = cp.broadcast_to(cp.ones((1, 1)), (4 * 10**8, 40))\n"
    "work = lambda: x[:, :4].T @ x",
    "integers along a long axis": "x = cp.ones((1, 1), dtype=cp.int64)\n"
    "x = cp.broadcast_to(x, (10**8, 64)); work = lambda: x.T @ x",
    "long dot": "x = cp.broadcast_to(cp.ones(1), (10**10,)); work = lambda: x @ x",
    "vecdot": "a = cp.broadcast_to(cp.ones(50_000), (10**6, 50_000))\n"
    "work = lambda: cp.vecdot(a, a)",
    "elementwise": "x = cp.broadcast_to(cp.ones(1000), (20_000, 1000))\n"
    "work = lambda: [cp.tan(x) for _ in range(99)]",
    "broadcast": "x = cp.ones((10000, 1)); y = cp.ones((1, 6000)); "
    "work = lambda: [cp.pow(x, y) for _ in range(99)]",
    "sum": "x = cp.broadcast_to(cp.ones(10000), (10**7, 10000)); work = lambda: cp.sum(x, axis=1)",
    "var": "x = cp.broadcast_to(cp.ones(10000), (10**7, 10000)); work = lambda: cp.var(x, axis=1)",
    "sum to one number": "x = cp.broadcast_to(cp.ones(10000), (10**7, 10000))\n"
    "work = lambda: cp.sum(x)",
    "var to one number": "x = cp.broadcast_to(cp.ones(()), (10**11,)); work = lambda: cp.var(x)",
    "batched column sums": "x = cp.broadcast_to(cp.ones(1000), (10**4, 10**4, 1000))\n"
    "work = lambda: cp.sum(x, axis=1)",
    "sort": f"{ROWS} work = lambda: [cp.sort(x) for _ in range(99)]",
    "argsort": f"{ROWS} work = lambda: [cp.argsort(x) for _ in range(99)]",
    "sort of one row": "x = cp.sin(cp.arange(3e7) * 7)\n"
    "work = lambda: [cp.sort(x) for _ in range(99)]",
    "argsort of one row": "x = cp.sin(cp.arange(3e7) * 7)\n"
    "work = lambda: [cp.argsort(x) for _ in range(99)]",
    "solve": f"a = {NORMAL}((4000, 4000)); work = lambda: cp.linalg.solve(a, a[0])",
    "inv": f"a = {NORMAL}((3000, 3000)); work = lambda: cp.linalg.inv(a)",
    "det": f"a = {NORMAL}((4000, 4000)); work = lambda: cp.linalg.det(a)",
    "cholesky": "a = cp.eye(5000) * 2 + 1e-5; work = lambda: cp.linalg.cholesky(a)",
    "qr": f"a = {NORMAL}((2600, 2600)); work = lambda: cp.linalg.qr(a)",
    "eigh": f"a = {NORMAL}((1800, 1800)); work = lambda: cp.linalg.eigh(a)",
    "eig": f"a = {NORMAL}((800, 800)); work = lambda: cp.linalg.eig(a)",
    "svd": f"a = {NORMAL}((1500, 1500)); work = lambda: cp.linalg.svd(a)",
    "lstsq": f"a = {NORMAL}((1800, 1800)); work = lambda: cp.linalg.lstsq(a, a[0])",
    "matrix_power": "a = cp.eye(2500); work = lambda: cp.linalg.matrix_power(a, 2**60)",
    "batched det": f"a = cp.broadcast_to({NORMAL}((300, 300)), (9000, 300, 300))\n"
    "work = lambda: cp.linalg.det(a)",
    "batched svd": f"a = cp.broadcast_to({NORMAL}((60, 60)), (20_000, 60, 60))\n"
    "work = lambda: cp.linalg.svdvals(a)",
    "fft": f"x = {NORMAL}((2**24,)) + 0j; work = lambda: [cp.fft.fft(x) for _ in range(99)]",
    "rfft": f"x = {NORMAL}((2**25,)); work = lambda: [cp.fft.rfft(x) for _ in range(99)]",
    "fft of a prime length": f"x = {NORMAL}((10_000_019,)); work = lambda: cp.fft.fft(x)",
    "fft of rows": f"x = cp.broadcast_to({NORMAL}((2**16,)), (900, 2**16))\n"
    "work = lambda: [cp.fft.rfft(x) for _ in range(99)]",
    "fftn": f"x = {NORMAL}((4000, 4000)); work = lambda: [cp.fft.fftn(x) for _ in range(99)]",
    "fft along columns": f"x = {NORMAL}((2**18, 30)) + 0j\n"
    "work = lambda: [cp.fft.fft(x, axis=0) for _ in range(99)]",
}


@pytest.mark.parametrize("case", LONG_OPERATIONS)
def test_control_c_interrupts(case):
    run_program(f"{LONG_OPERATIONS[case]}\ncheck_interrupted(work)\n(cp.ones(3) + 1).tolist()")


# Where a group of rows takes seconds, those that follow must not begin.
@pytest.mark.parametrize(
    "case",
    [
        "x = cp.broadcast_to(cp.ones((1, 1), dtype=cp.complex64), (2 * 10**7, 100))\n"
        "work = lambda: x[:, 0] @ x",
        "x = cp.broadcast_to(cp.ones((1, 1), dtype=cp.complex64), (300, 10**7))\n"
        "work = lambda: cp.vecdot(x, x)",
    ],
    ids=["vector-matrix", "stack of dots"],
)
def test_control_c_interrupts_long_products_of_the_baseline(case, monkeypatch):
    monkeypatch.setenv("COREPY_ISA", "baseline")
    run_program(f"{case}\ncheck_interrupted(work)")


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("name", ["sort", "argsort", "unique_values"])
def test_a_long_row_being_sorted_is_left_at_once(name, threads):
    run_program(
        f"""
x = cp.sin(cp.arange(3e7) * 7)
cp.set_num_threads({threads})
used = cp.memory.stats()["used_bytes"]
check_every_phase(lambda: cp.{name}(x), prompt=0.2)
assert cp.memory.stats()["used_bytes"] == used
cp.sort(x[:1000])
"""
    )


@pytest.mark.parametrize("case", ["eigh", "eig", "svd"])
def test_spectral_decompositions_are_left_in_every_phase(case):
    run_program(f"{LONG_OPERATIONS[case]}\ncheck_every_phase(work, prompt=0.5)")


@pytest.mark.parametrize(
    "case",
    ["solve", "eigh", "svd", "fft", "fft of a prime length", "product along a long axis"],
)
def test_control_c_interrupts_threads(case):
    run_program(
        f"""
cp.set_num_threads(2)
{LONG_OPERATIONS[case]}
def count_bytes():
    cp.memory.trim()  # plans of transforms too
    return cp.memory.stats()["used_bytes"]
used = count_bytes()
check_interrupted(work, 0.15)
assert count_bytes() == used
assert (cp.ones((300, 300)) @ cp.ones((300, 300)))[0, 0].item() == 300
"""
    )


def test_an_interrupted_in_place_operation_writes_nothing():
    run_program(
        """
x = cp.full((6000, 6000), 2.0, dtype=cp.float32)
y = cp.full((6000, 1), 3.0, dtype=cp.float32)
def work():
    global x
    for _ in range(50):
        cp.pow(x, y, out=x)
        x[...] = 2.0
before = cp.explain_last_dispatch()
check_interrupted(work)
low, high = cp.min(x).item(), cp.max(x).item()
assert low == high and low in (2.0, 8.0), (low, high)
"""
    )


def test_an_interrupted_operation_leaves_record_and_memory_as_they_were():
    run_program(
        """
a = cp.ones((6000, 6000))
marker = cp.ones(3) + 1
record, used = cp.explain_last_dispatch(), cp.memory.stats()["used_bytes"]
check_interrupted(lambda: a @ a)
assert cp.explain_last_dispatch() == record
assert cp.memory.stats()["used_bytes"] == used
"""
    )


def test_a_handler_that_computes_disturbs_nothing():
    run_program(
        """
calls = []
big = cp.ones(1_000_000)
def handler(number, frame):
    calls.append((big + 1)[0].item() + (cp.ones((200, 200)) @ cp.ones((200, 200)))[0, 0].item())
    signal.setitimer(signal.ITIMER_PROF, 0.02)
a = cp.ones((1800, 1800))
expected = cp.digest(a @ a)
after(0.02, handler)
for _ in range(2):
    assert cp.digest(a @ a) == expected
signal.setitimer(signal.ITIMER_PROF, 0)
assert calls and set(calls) == {202.0}, calls
"""
    )


def test_any_exception_of_a_handler_comes_through():
    run_program(
        """
class Custom(Exception):
    pass
def handler(number, frame):
    raise Custom("from the handler")
a = cp.ones((6000, 6000))
after(0.2, handler)
try:
    a @ a
except Custom as error:
    assert str(error) == "from the handler"
else:
    raise SystemExit("no exception")
"""
    )


def test_other_threads_go_on_when_the_main_thread_is_interrupted():
    run_program(
        """
import threading
a = cp.ones((1500, 1500))
results = []
thread = threading.Thread(target=lambda: results.append(cp.digest(a @ a)))
thread.start()
check_interrupted(lambda: [a @ a for _ in range(1000)])
thread.join()
assert results == [cp.digest(a @ a)]
"""
    )
