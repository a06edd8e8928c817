# Users' programs pass strict type checking against the package. It needs a type checker, so it is a
# developer's test.
from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("user_code.py")


WRONG = """import corepy as cp
a: int = cp.ones(2)
cp.sum(3, axes=1)
cp.load(1.5)
b: str = cp.ones(2).shape
"""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder, env={**os.environ}
    )
    return done.returncode, done.stdout + done.stderr


def check_by_mypy(program: Path, folder: Path) -> tuple[int, str]:
    """mypy --strict as a user runs it: from elsewhere, with no configuration of ours."""
    # Of an installed package mypy reports no errors; here it is a source tree.
    (folder / "mypy.ini").write_text(
        f"[mypy]\nmypy_path = {ROOT}\n[mypy-corepy.*]\nignore_errors = True\n"
    )
    options = ("--strict", "--config-file", "mypy.ini", "--cache-dir", "cache")
    return run(folder, "mypy", *options, "--no-error-summary", str(program))


def check_by_pyright(program: Path, folder: Path) -> tuple[int, str]:
    """pyright in strict mode."""
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(ROOT)], "include": [str(program)]}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings))
    return run(folder, "basedpyright", "--pythonpath", sys.executable)


def test_the_program_runs(tmp_path: Path) -> None:
    runpy.run_path(str(PROGRAM))["main"](tmp_path)


@pytest.mark.parametrize("check", [check_by_mypy, check_by_pyright])
def test_the_program_is_typed_strictly(
    check: Callable[[Path, Path], tuple[int, str]], tmp_path: Path
) -> None:
    code, output = check(PROGRAM, tmp_path)
    assert code == 0, output
    wrong = tmp_path / "wrong.py"  # the check finds what is wrong
    wrong.write_text(WRONG)
    code, output = check(wrong, tmp_path)
    assert code == 1
    for line in (2, 3, 4, 5):
        assert f"wrong.py:{line}:" in output, output


def test_the_package_says_that_it_is_typed() -> None:
    import corepy

    assert Path(corepy.__file__).with_name("py.typed").exists()
