#!/usr/bin/env python3
"""Makes the virtual environment .venv and installs into it; no test or build logic here.

    python3 tools/setup_venv.py ".[examples]"     # arguments go to pip install

It exists because a fresh Debian or Ubuntu lacks parts that `python3 -m venv` and a C++ extension
need (ensurepip, Python.h). As root they are installed by apt-get; otherwise the missing one is
named, or done without. Standard library only, Python >= 3.10.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MINIMUM_PYTHON = (3, 10)


def fail(message: str) -> None:
    """Ends the program with one line that says what to do."""
    sys.exit(f"corepy: {message}")


def run_command(*command: str | Path, cwd: Path = ROOT) -> None:
    """Runs a command; its failure ends the program with its exit code."""
    sys.stdout.flush()
    status = subprocess.run([str(part) for part in command], cwd=cwd, check=False).returncode
    if status != 0:
        print(f"corepy: failed ({status}): {' '.join(map(str, command))}", file=sys.stderr)
        sys.exit(status if status > 0 else 1)


def install_system_packages(*packages: str) -> bool:
    """Installs distribution packages where this user may; False where it could not."""
    if shutil.which("apt-get") is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "env": environment}
    if subprocess.run(install, check=False, stderr=subprocess.DEVNULL, **quiet).returncode == 0:
        return True
    subprocess.run(["apt-get", "update", "-q"], check=False, **quiet)
    return subprocess.run(install, check=False, **quiet).returncode == 0


def check_machine() -> None:
    """Python is new enough, and what compiles an extension for it is there."""
    if sys.version_info < MINIMUM_PYTHON:
        fail(f"Python >= 3.10 is needed (got {sys.version.split()[0]} from {sys.executable})")
    compilers = [os.environ.get("CXX", ""), "c++", "g++", "clang++", "clang-cl"]
    found = any(name and shutil.which(name.split()[0]) for name in compilers)
    if not found and not install_system_packages("g++"):
        fail("a C++20 compiler is needed (g++ >= 11 or clang++ >= 15; on Debian: g++)")
    header = Path(sysconfig.get_path("include")) / "Python.h"
    if not header.exists():
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        if not install_system_packages(f"python{version}-dev"):
            fail(f"{header} is missing (on Debian: the package python{version}-dev)")


def find_venv_python(folder: Path) -> Path:
    """The interpreter of a virtual environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def is_usable(python: Path) -> bool:
    """Whether a virtual environment's Python runs, has pip, and is this Python's version."""
    probe = "import pip, sys; print(sys.version_info[:2])"
    if not python.exists():
        return False
    done = subprocess.run([str(python), "-c", probe], check=False, capture_output=True, text=True)
    return done.returncode == 0 and done.stdout.strip() == str(sys.version_info[:2])


def create_venv(folder: Path) -> None:
    """A virtual environment with pip; without ensurepip, pip is installed by the outer pip."""
    make = [sys.executable, "-m", "venv", "--clear", str(folder)]
    if subprocess.run(make, check=False, capture_output=True).returncode == 0:
        return
    run_command(sys.executable, "-m", "venv", "--clear", "--without-pip", folder)
    find_site = "import sysconfig; print(sysconfig.get_path('purelib'))"
    python = str(find_venv_python(folder))
    site = subprocess.run([python, "-c", find_site], check=True, capture_output=True, text=True)
    target = site.stdout.strip()
    run_command(sys.executable, "-m", "pip", "install", "-q", "--target", target, "pip")


def ensure_venv(folder: Path) -> Path:
    """Returns the Python to install into: the active virtual environment's, else that of folder."""
    check_machine()
    if sys.prefix != sys.base_prefix:
        return Path(sys.executable)
    python = find_venv_python(folder)
    if not is_usable(python):
        create_venv(folder)
    return python


def main() -> None:
    """Makes .venv in the repository and passes the arguments to its pip install."""
    python = ensure_venv(ROOT / ".venv")
    if sys.argv[1:]:
        run_command(python, "-m", "pip", "install", "-q", *sys.argv[1:])
    print(f"corepy: ready, {python}")


if __name__ == "__main__":
    main()
