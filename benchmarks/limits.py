# What the machine can do at most, measured by cpp/machine_limits.cpp, which this file compiles and
# calls. What cases are held to is in cases/, pictures are in roofline.py.
"""The machine's own limits: arithmetic, reading, writing and mixed streams, per cache level.

A case with a ``ceiling`` gets a contender more, that does nothing but move the same bytes or do the
same number of multiplications and additions, in the same interleaved rounds: its time over corepy's
is the part of the limit that corepy reaches.
"""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from cases import ITEM_BYTES, Ceiling
from measure import Loop

SOURCE = Path(__file__).resolve().parent / "cpp" / "machine_limits.cpp"
#: Contraction is what makes a multiplication and an addition one instruction.
FLAGS = ("-std=c++20", "-O3", "-ffp-contract=fast", "-shared", "-fPIC", "-fvisibility=hidden")
ISA_FLAGS = {
    "avx512": (
        "-mavx512f",
        "-mavx512cd",
        "-mavx512dq",
        "-mavx512bw",
        "-mavx512vl",
        "-mavx2",
        "-mfma",
        "-mprefer-vector-width=512",
    ),
    "avx2": ("-mavx2", "-mfma"),
}
#: The name of the machine's limit among the contenders of a case.
LIMIT = "machine"
_LINE_BYTES = 64
_HUGE_PAGE_BYTES = 2 << 20
_SAMPLE_S = 0.004
_SHARED_SAMPLE_NS = 2_000_000


class LimitsUnavailableError(Exception):
    """The probe could not be compiled or loaded here."""


class Buffer:
    """Memory of so many bytes on huge pages where there are any, written once so that it is there.

    Buffers start at different offsets in their pages: streams at equal ones hinder each other.
    """

    _made = 0

    def __init__(self, size_bytes: int):
        import numpy as np

        offset = Buffer._made % 8 * (4096 + 4 * _LINE_BYTES)
        Buffer._made += 1
        # NumPy asks for huge pages from 4 MiB on.
        reserved = size_bytes + offset + _HUGE_PAGE_BYTES
        self._array = np.ones(max(reserved, 4 * _HUGE_PAGE_BYTES), dtype=np.uint8)
        start = int(self._array.ctypes.data)
        self.address = ctypes.c_void_p(start + -start % _HUGE_PAGE_BYTES + offset)


@dataclass(frozen=True)
class Probe:
    """The compiled probe for one ISA."""

    library: ctypes.CDLL
    isa: str

    def multiply_add(self, dtype: str, operations: float) -> None:
        """That many multiplications and additions, in registers."""
        self.library.limits_multiply_add(ITEM_BYTES[dtype], ctypes.c_double(operations))

    def read(self, data: Buffer, size_bytes: int, repeats: int = 1) -> None:
        """Reads the buffer so often."""
        self.library.limits_read(data.address, ctypes.c_int64(size_bytes), ctypes.c_int64(repeats))

    def write(self, out: Buffer, size_bytes: int, past_caches: bool, repeats: int = 1) -> None:
        """Writes the buffer so often."""
        self.library.limits_write(
            out.address, ctypes.c_int64(size_bytes), int(past_caches), ctypes.c_int64(repeats)
        )

    def stream(
        self,
        counts: tuple[int, int, int],
        buffers: tuple[Buffer, Buffer, Buffer, Buffer],
        steps: int,
        past_caches: bool = True,
        repeats: int = 1,
    ) -> None:
        """Reads two arrays and perhaps a mask, and writes one."""
        wide, narrow, _ = counts
        addresses = [buffer.address for buffer in buffers]
        done = self.library.limits_stream(
            wide,
            narrow,
            int(past_caches),
            *addresses,
            ctypes.c_int64(steps),
            ctypes.c_int64(repeats),
        )
        if done != 0:
            raise ValueError(f"the probe has no stream of {counts} vectors per step")

    @property
    def vector_bytes(self) -> int:
        """The width of a vector of the ISA."""
        return int(self.library.limits_vector_bytes())


def compile_probe(isa: str) -> Probe:
    """Compiles cpp/machine_limits.cpp for an ISA with the system's compiler, and loads it."""
    compiler = os.environ.get("CXX") or shutil.which("c++") or shutil.which("clang++")
    if not compiler:
        raise LimitsUnavailableError("no C++ compiler was found (set CXX)")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / f"machine_limits_{isa}.so"
        command = [
            *compiler.split(),
            *FLAGS,
            *ISA_FLAGS.get(isa, ()),
            str(SOURCE),
            "-o",
            str(target),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise LimitsUnavailableError(f"{SOURCE.name} did not compile: {done.stderr.strip()}")
        library = ctypes.CDLL(str(target))
    library.limits_multiply_add.restype = ctypes.c_double
    library.limits_vector_bytes.restype = ctypes.c_int64
    return Probe(library, isa)


def _repeat(run: Callable[[], None]) -> Loop:
    def loop(count: int) -> int:
        start = time.perf_counter_ns()
        for _ in range(count):
            run()
        return time.perf_counter_ns() - start

    return loop


def make_limit_loop(probe: Probe, ceiling: Ceiling) -> Loop:
    """The contender that does the work of a case and nothing else."""
    if ceiling.kind == "fma":
        return _repeat(lambda: probe.multiply_add(ceiling.dtype, ceiling.amount))
    if ceiling.kind == "read":
        size = round(ceiling.amount / ceiling.passes)
        data = Buffer(size)
        return _repeat(lambda: probe.read(data, size, ceiling.passes))
    wide, narrow, out = ceiling.stream
    steps = round(ceiling.amount / ((2 * wide + narrow + out) * probe.vector_bytes))
    sizes = (wide, wide, max(narrow, 0), out)
    a, b, mask, result = (Buffer(count * steps * probe.vector_bytes) for count in sizes)
    buffers = (a, b, mask, result)
    return _repeat(lambda: probe.stream(ceiling.stream, buffers, steps, ceiling.past_caches))


def read_cache_bytes() -> dict[str, int]:
    """Sizes of the first CPU's data caches by level, from Linux; common ones elsewhere."""
    found: dict[str, int] = {}
    for index in sorted(Path("/sys/devices/system/cpu/cpu0/cache").glob("index*")):
        if (index / "type").read_text().strip() == "Instruction":
            continue
        size = (index / "size").read_text().strip()
        unit = {"K": 1 << 10, "M": 1 << 20}.get(size[-1], 1)
        found["L" + (index / "level").read_text().strip()] = int(size.rstrip("KM")) * unit
    return found or {"L1": 32 << 10, "L2": 512 << 10, "L3": 16 << 20}


def _find_best(run: Callable[[int], None], samples: int) -> float:
    """Seconds per repeat: the best of some samples, each long enough to be timed."""
    repeats = 1
    while True:
        start = time.perf_counter()
        run(repeats)
        elapsed = time.perf_counter() - start
        if elapsed >= _SAMPLE_S or repeats > 1 << 30:
            break
        repeats = max(2 * repeats, int(repeats * _SAMPLE_S / max(elapsed, 1e-7)))
    best = elapsed
    for _ in range(samples):
        start = time.perf_counter()
        run(repeats)
        best = min(best, time.perf_counter() - start)
    return best / repeats


def measure_machine(probe: Probe, samples: int) -> dict[str, dict[str, float]]:
    """Operations per second by dtype, and bytes per second by kind of access and cache level."""
    operations = 1e6
    found: dict[str, dict[str, float]] = {"multiply_add": {}}
    for dtype in ("float32", "float64"):
        seconds = _find_best(
            lambda n, dtype=dtype: probe.multiply_add(dtype, n * operations),  # type: ignore[misc]
            samples,
        )
        found["multiply_add"][dtype] = operations / seconds
    caches = read_cache_bytes()
    # Half of a cache: the other half is for what else the core holds.
    sizes = {name: size // 2 for name, size in caches.items()}
    sizes["memory"] = min(max(8 * max(caches.values()), 64 << 20), 256 << 20)
    for name, size in sizes.items():
        part = size // 3 // 512 * 512
        buffers = (Buffer(part), Buffer(part), Buffer(64), Buffer(part))
        whole = Buffer(size)
        steps = part // probe.vector_bytes
        runs: dict[str, tuple[Callable[[int], None], int]] = {
            "read": (lambda n, w=whole, s=size: probe.read(w, s, n), size),  # type: ignore[misc]
            "write": (
                lambda n, w=whole, s=size: probe.write(w, s, False, n),  # type: ignore[misc]
                size,
            ),
            "write past caches": (
                lambda n, w=whole, s=size: probe.write(w, s, True, n),  # type: ignore[misc]
                size,
            ),
            "two read, one written": (
                lambda n, b=buffers, s=steps: probe.stream(  # type: ignore[misc]
                    (1, 0, 1), b, s, False, n
                ),
                3 * part,
            ),
            "two read, one written past caches": (
                lambda n, b=buffers, s=steps: probe.stream(  # type: ignore[misc]
                    (1, 0, 1), b, s, True, n
                ),
                3 * part,
            ),
        }
        for kind, (run, moved) in runs.items():
            found.setdefault(kind, {})[name] = moved / _find_best(run, samples)
    return found


def make_shared_loops(probe: Probe, ceiling: Ceiling) -> dict[int, Loop]:
    """The work of a ceiling on one thread, and cut in two for two; the probe releases the GIL.

    Python hands work to a thread in tens of microseconds, so both halves are done many times for
    one such turn: what is measured is the machine, not Python.
    """
    half = replace(ceiling, amount=ceiling.amount / 2)
    whole, *halves = (make_limit_loop(probe, part) for part in (ceiling, half, half))
    pool = ThreadPoolExecutor(1)
    for loop in halves:
        loop(1)  # its memory is there from now on
    turns = max(1, math.ceil(_SHARED_SAMPLE_NS / max(halves[0](1), 1)))

    def run_both(count: int) -> int:
        start = time.perf_counter_ns()
        other = pool.submit(halves[1], count * turns)
        halves[0](count * turns)
        other.result()
        return (time.perf_counter_ns() - start) // turns

    return {1: whole, 2: run_both}
