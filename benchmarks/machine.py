# The state of process and machine: clean environment, one CPU, and what the report says about them.
"""A comparable state to measure in, and the description of where it was measured."""

from __future__ import annotations

import ctypes
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

# Settings of libraries that change what is measured. Some shells force OpenBLAS onto slow kernels
# (OPENBLAS_CORETYPE), which would flatter every comparison with it.
CHANGED_PREFIXES = (
    "COREPY_",
    "GOTO_",
    "KMP_",
    "MKL_",
    "NPY_",
    "NUMEXPR_",
    "OMP_",
    "OPENBLAS_",
    "TORCH_",
)
ONE_THREAD = {
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}

#: A longer queue than this before the start means that others compute too.
BUSY_LOAD = 0.5
#: Less than this part of the elapsed time on the CPU means that others took it from us.
LEAST_CPU_SHARE = 0.97


#: What this machine runs by itself; the other choice is named like corepy's ISA.
NATIVE = "native"
AVX2 = "avx2"

_PRINT_WIDE_FEATURES = """
import numpy
found = numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", [])
print(*(name for name in found if name.startswith(("AVX512", "X86_V4"))))
"""


def list_wide_features(environment: Mapping[str, str]) -> str:
    """The features beyond AVX2 that NumPy uses here, by its names for them."""
    command = [sys.executable, "-c", _PRINT_WIDE_FEATURES]
    done = subprocess.run(command, env=dict(environment), stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().strip()


def limit_isa(environment: Mapping[str, str], isa: str) -> dict[str, str]:
    """The environment with corepy, NumPy and its OpenBLAS held to an ISA."""
    if isa == NATIVE:
        return dict(environment)
    if isa != AVX2:
        raise ValueError(f"only {AVX2} can be asked of NumPy and OpenBLAS too, not {isa}")
    return {
        **environment,
        "COREPY_ISA": isa,
        "NPY_DISABLE_CPU_FEATURES": list_wide_features(environment),
        "OPENBLAS_CORETYPE": "Haswell",
    }


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of the compared libraries, but with one thread each."""
    kept = {
        name: value
        for name, value in environment.items()
        if not name.upper().startswith(CHANGED_PREFIXES)
    }
    return {**kept, **ONE_THREAD}


def restart_in_clean_environment(isa: str) -> None:
    """Runs this program again where the environment must change; does not return then.

    Libraries read these variables when they are loaded: changing them later has no effect.
    """
    wanted = limit_isa(clean_environment(os.environ), isa)
    if wanted != dict(os.environ):
        sys.stdout.flush()
        os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], wanted)


def pin_to_one_cpu() -> int | None:
    """Keeps this process, and those it starts, on one CPU; None where the system cannot."""
    if sys.platform != "linux":
        return None
    # The last one: interrupts and other programs prefer the first.
    cpu = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cpu})
    return cpu


def allow_cpus(cpus: set[int]) -> None:
    """Lets this process, and those it starts, run on these CPUs, where the system can say so."""
    if sys.platform == "linux" and cpus:
        os.sched_setaffinity(0, cpus)


def list_allowed_cpus() -> set[int]:
    """The CPUs that this process may run on; empty where the system does not say."""
    return set(os.sched_getaffinity(0)) if sys.platform == "linux" else set()


def read_load() -> float | None:
    """The one-minute load average, where there is one."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


class CpuShare:
    """The part of the elapsed time in which this process was computing."""

    def __init__(self) -> None:
        self._wall = 0.0
        self._cpu = 0.0

    def __enter__(self) -> CpuShare:
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self._wall += time.perf_counter() - self._start[0]
        self._cpu += time.process_time() - self._start[1]

    @property
    def value(self) -> float:
        """Over all uses so far; 1 before the first."""
        return min(self._cpu / self._wall, 1.0) if self._wall else 1.0


def read_cpu_model() -> str:
    """The CPU's name for itself."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def read_openblas_config() -> str | None:
    """What the OpenBLAS that is loaded chose to run, for example ``... SkylakeX ...``.

    Of an OpenBLAS inside NumPy's wheel the name carries a prefix and a suffix.
    """
    try:
        maps = Path("/proc/self/maps").read_text().splitlines()
    except OSError:
        return None
    paths = {line.split(maxsplit=5)[-1] for line in maps if "openblas" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        for prefix in ("scipy_", ""):
            for suffix in ("64_", ""):
                function = getattr(library, f"{prefix}openblas_get_config{suffix}", None)
                if function is not None:
                    function.restype = ctypes.c_char_p
                    return bytes(function()).decode().strip()
    return None


def describe_machine(versions: Mapping[str, str]) -> dict[str, str]:
    """What a reader must know to place the numbers; neither host names nor paths."""
    import numpy as np

    import corepy

    config = np.show_config(mode="dicts")
    simd = config.get("SIMD Extensions", {}) if isinstance(config, dict) else {}
    features = [*simd.get("baseline", []), *simd.get("found", [])]
    libraries = ", ".join(f"{name} {version}" for name, version in versions.items())
    return {
        "CPU": read_cpu_model(),
        "CPUs": str(os.cpu_count()),
        "System": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        "Libraries": libraries,
        "corepy ISAs": ", ".join(corepy.isas()),
        "NumPy SIMD": ", ".join(features) or "unknown",
        "NumPy BLAS": read_openblas_config() or "unknown",
    }
