# Tests of the isa fixture, in a pytest process of its own.
from __future__ import annotations

import subprocess
import sys

from corepy.testing.pytest_plugin import available_isas

PROGRAM = """
import corepy
import pytest

SEEN = []

def test_each_isa(isa):
    SEEN.append(isa)
    corepy.add(corepy.asarray([1.0]), 1.0)
    assert corepy.explain_last_dispatch().isa == isa

def test_all_were_run():
    assert SEEN == {isas!r}

@pytest.mark.parametrize("isa", ["baseline"], indirect=True)
def test_own_choice(isa):
    assert isa == "baseline"

@pytest.mark.parametrize(("isa", "n"), [("chosen", 1)])
def test_own_values(isa, n):
    assert (isa, n) == ("chosen", 1)
"""


def test_a_test_with_isa_runs_once_per_isa(tmp_path):
    isas = list(available_isas())
    assert isas
    program = tmp_path / "test_isas.py"
    program.write_text(PROGRAM.format(isas=isas))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(program)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"{len(isas) + 3} passed" in run.stdout


def test_the_plugin_imports_no_numpy():
    code = "import sys, corepy.testing.pytest_plugin; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
