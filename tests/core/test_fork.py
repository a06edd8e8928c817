# Tests of forked processes: parent and child go on computing, whatever other threads were doing.
from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.sanitize,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork"),
]

PROGRAM = """
import os, threading, warnings
import corepy as cp

warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of fork beside threads
a = cp.reshape(cp.arange(300 * 300, dtype=cp.float64), (300, 300)) * 1e-3
expected = cp.digest(a @ a)
stop = threading.Event()
# Python's own locks of a module being imported stay locked in a child: import everything first.
with cp.record_dispatches() as log:
    cp.explain_last_dispatch()

def work():
    while not stop.is_set():
        a @ a
        [cp.ones(100) for _ in range(50)]
        cp.sort(a)
        with cp.record_dispatches():
            cp.std(a)

threads = [threading.Thread(target=work, daemon=True) for _ in range({threads})]
for thread in threads:
    thread.start()
for _ in range({forks}):
    pid = os.fork()
    if pid == 0:
        ok = cp.digest(a @ a) == expected
        with cp.record_dispatches() as log:
            ok = ok and (cp.ones(1000) + 1).tolist() == [2.0] * 1000
        ok = ok and cp.explain_last_dispatch() is not None and len(log) >= 2
        x = a[...]
        x[0, 0] = 5
        ok = ok and a[0, 0].item() == 0 and cp.memory.trim() >= 0
        {child}
        os._exit(0 if ok else 1)
    _, status = os.waitpid(pid, 0)
    assert status == 0, status
stop.set()
for thread in threads:
    thread.join()
assert cp.digest(a @ a) == expected
print("done")
"""


def run_program(threads, forks, child=""):
    code = PROGRAM.format(threads=threads, forks=forks, child=child)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_a_child_computes():
    run_program(threads=0, forks=3)


def test_a_fork_while_threads_compute():
    run_program(threads=3, forks=15)


def test_a_child_may_start_threads():
    run_program(
        threads=1,
        forks=3,
        child="t = threading.Thread(target=lambda: a @ a); t.start(); t.join()",
    )


def test_a_child_may_fork_again():
    run_program(
        threads=1,
        forks=2,
        child="""
        inner = os.fork()
        if inner == 0:
            os._exit(0 if cp.digest(a @ a) == expected else 1)
        ok = ok and os.waitpid(inner, 0)[1] == 0
""",
    )


#: One call of each family, whose threads, caches and locks a fork may meet.
FAMILIES = """
import os, threading, warnings
import corepy as cp

warnings.simplefilter("ignore", DeprecationWarning)  # 3.12 warns of fork beside threads
cp.set_num_threads(3)
x = cp.reshape(cp.sin(cp.arange(400.0 * 400) * 7), (400, 400))
symmetric, line = x @ x.mT, cp.sin(cp.arange(2.0**18) * 3)
FAMILIES = {
    "solve": lambda: cp.linalg.solve(x, x[0]),
    "inv": lambda: cp.linalg.inv(x),
    "det": lambda: cp.linalg.det(cp.reshape(line, (-1, 16, 16))),
    "cholesky": lambda: cp.linalg.cholesky(symmetric + cp.eye(400)),
    "qr": lambda: cp.linalg.qr(x).R,
    "eigh": lambda: cp.linalg.eigvalsh(symmetric),
    "eig": lambda: cp.linalg.eigvals(x[:60, :60]),
    "svd": lambda: cp.linalg.svdvals(x),
    "fft of a long line": lambda: cp.fft.rfft(line),
    "fft of rows": lambda: cp.fft.fft(x + 0j),
    "fftn": lambda: cp.fft.fftn(x),
    "fft of a prime length": lambda: cp.fft.fft(line[:100_003]),
    "sort": lambda: cp.sort(line),
    "sum": lambda: cp.sum(x, axis=0),
    "elementwise": lambda: cp.exp(line),
}
work = FAMILIES["{family}"]
expected = cp.digest(work())
stop = threading.Event()

def run():
    while not stop.is_set():
        work()
        cp.memory.trim()  # plans, too, are made anew

thread = threading.Thread(target=run, daemon=True)
thread.start()
for _ in range(6):
    pid = os.fork()
    if pid == 0:
        ok = cp.digest(work()) == expected
        cp.set_num_threads(2)
        ok = ok and cp.digest(work()) == expected
        os._exit(0 if ok else 1)
    _, status = os.waitpid(pid, 0)
    assert status == 0, status
stop.set()
thread.join()
assert cp.digest(work()) == expected
print("done")
"""
NAMES = re.findall(r'^    "([\w ]+)": lambda', FAMILIES, re.MULTILINE)


@pytest.mark.parametrize("family", NAMES)
def test_a_child_computes_while_the_parents_pool_runs(family):
    done = subprocess.run(
        [sys.executable, "-c", FAMILIES.replace("{family}", family)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr


def test_multiprocessing_pools_compute():
    code = """
import multiprocessing, corepy as cp
if __name__ == "__main__":
    x = cp.arange(1000.0)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        parts = pool.map(cp.sum, [x[i::4] for i in range(4)])
    assert sum(part.item() for part in parts) == cp.sum(x).item()
    print("done")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "done\n"), done.stderr
