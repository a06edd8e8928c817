#!/usr/bin/env python3
"""Installs what is missing and runs every test, C++ and Python; the steps, no tests, live here.

    python3 tests/run.py                 # into .venv, or into the active virtual environment
    python3 tests/run.py --setup         # only the set-up (editable install with all tools)
    python3 tests/run.py tests/build     # further arguments go to pytest

Running it again only compiles what changed. Standard library only, Python >= 3.10.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
sys.path.insert(0, str(ROOT / "tools"))

from setup_venv import ensure_venv, install_system_packages, run_command  # noqa: E402

# Editable installs that rebuild on import call cmake by name, also where .venv is not activated.
PATH_HOOK = (
    "import os, sys; os.environ['PATH'] = os.pathsep.join("
    "[os.path.dirname(sys.executable), os.environ.get('PATH', os.defpath)])\n"
)
NO_TESTS_COLLECTED = 5


def read_requirements() -> list[str]:
    """The build requirements and those of the extra `dev`, from pyproject.toml."""
    try:
        import tomllib
    except ModuleNotFoundError:  # Python 3.10
        from pip._vendor import tomli as tomllib
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]

    def expand(requirement: str) -> list[str]:
        own_extras = re.fullmatch(r"corepy\[(.*)\]", requirement)
        if own_extras is None:
            return [requirement]
        names = own_extras.group(1).split(",")
        return [leaf for name in names for inner in extras[name.strip()] for leaf in expand(inner)]

    cmake = "cmake" + project["tool"]["scikit-build"]["cmake"]["version"]
    return [*project["build-system"]["requires"], cmake, "ninja", *expand("corepy[dev]")]


def install_tools(python: Path) -> None:
    """Build requirements, test requirements and development tools."""
    requirements = read_requirements()
    pythran = [item for item in requirements if item.startswith("pythran")]
    others = [item for item in requirements if item not in pythran]
    pip = (python, "-m", "pip", "install", "-q")
    run_command(*pip, "pip>=23.1")
    run_command(*pip, *others)
    # Only its headers are used, and its own requirements would pin an old setuptools.
    run_command(*pip, "--no-deps", *pythran)
    site = subprocess.run(
        [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    Path(site.stdout.strip(), "corepy_editable_path.pth").write_text(PATH_HOOK, encoding="utf-8")


def ensure_googletest() -> None:
    """Installs the distribution's GoogleTest if CMake finds none; else CMake downloads it."""
    with tempfile.TemporaryDirectory() as folder:
        project = "cmake_minimum_required(VERSION 3.24)\nproject(probe CXX)\n"
        Path(folder, "CMakeLists.txt").write_text(project + "find_package(GTest REQUIRED)\n")
        probe = ["cmake", "-S", folder, "-B", folder, "-G", "Ninja"]
        if subprocess.run(probe, check=False, capture_output=True).returncode != 0:
            install_system_packages("libgtest-dev")


def install_editable(python: Path, build: Path, *, rebuild: bool) -> None:
    """corepy itself, editable; with `rebuild` every import recompiles what changed.

    Tests run without: it would count as import time, and many processes would compile at once.
    """
    run_command(
        *(python, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps"),
        *("-C", f"build-dir={build}", "-C", f"editable.rebuild={str(rebuild).lower()}"),
        *("-C", "editable.verbose=false", "-C", "cmake.define.COREPY_BUILD_TESTS=ON"),
        *("-e", ROOT),
    )


def run_cpp_tests(build: Path) -> None:
    """Compiles and runs the GoogleTest programs."""
    run_command("cmake", "--build", build, "--target", "corepy_tests")
    jobs = str(os.cpu_count() or 1)
    run_command("ctest", "--test-dir", build, "--output-on-failure", "--no-tests=error", "-j", jobs)


def run_python_tests(python: Path, arguments: list[str]) -> None:
    """All tests in parallel but those that measure time, which then run alone."""
    pytest = [str(python), "-m", "pytest", "-q", *arguments]
    parallel = subprocess.run([*pytest, "-n", "auto", "-m", "not timing"], cwd=ROOT, check=False)
    if parallel.returncode not in (0, NO_TESTS_COLLECTED):
        sys.exit(parallel.returncode)
    # The other files need not be imported once more.
    files = [path for path in TESTS.rglob("test_*.py") if "mark.timing" in path.read_text("utf-8")]
    timing = [*pytest, "-m", "timing", *map(str, [] if arguments else files)]
    alone = subprocess.run(timing, cwd=ROOT, check=False)
    if alone.returncode not in (0, NO_TESTS_COLLECTED):
        sys.exit(alone.returncode)
    if parallel.returncode == alone.returncode == NO_TESTS_COLLECTED:
        sys.exit("corepy: no Python test was found")


def run_step(name: str, step: Callable[[], None]) -> None:
    """Runs one step and prints its name and duration."""
    print(f"== {name}", flush=True)
    start = time.monotonic()
    step()
    print(f"== {name}: {time.monotonic() - start:.0f} s", flush=True)


def main() -> None:
    """Set-up, C++ tests, Python tests."""
    arguments = sys.argv[1:]
    python = ensure_venv(ROOT / ".venv")
    if python != Path(sys.executable):  # from here on inside the environment, with its pip
        sys.exit(subprocess.run([str(python), __file__, *arguments], check=False).returncode)
    os.environ["PATH"] = os.pathsep.join([str(python.parent), os.environ.get("PATH", os.defpath)])
    # One build folder per Python version, known to the symbol test (tests/build) too.
    build = ROOT / "build" / sys.implementation.cache_tag
    run_step("install tools", lambda: install_tools(python))
    run_step("find GoogleTest", ensure_googletest)
    run_step("compile and install corepy", lambda: install_editable(python, build, rebuild=False))
    try:
        if arguments != ["--setup"]:
            run_step("C++ tests", lambda: run_cpp_tests(build))
            run_step("Python tests", lambda: run_python_tests(python, arguments))
    finally:
        run_step("recompile on import", lambda: install_editable(python, build, rebuild=True))


if __name__ == "__main__":
    main()
