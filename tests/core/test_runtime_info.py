# show_runtime: what it says is so, as text and as a dict, and asking changes nothing.
from __future__ import annotations

import json
import subprocess
import sys

import numpy as np

import corepy as cp


def test_it_says_what_is_so() -> None:
    info = cp.show_runtime().to_dict()
    assert info["corepy"]["version"] == cp.__version__
    assert info["corepy"]["numerics_revision"] == cp.numerics_revision
    available = [name for name, there in info["instruction sets"].items() if there is True]
    assert tuple(available) == cp.isas()
    assert info["libraries"]["NumPy (if loaded)"] == np.__version__
    assert info["cpu"]["usable"] >= 1
    assert "native" in info["backends"]
    assert json.loads(json.dumps(info)) == info


def test_settings_in_force_are_shown() -> None:
    with cp.settings.override(isa="baseline", policy="SIMD", num_threads=3, strict=True):
        shown = cp.show_runtime().to_dict()["settings"]
    assert shown["policy"] == "SIMD"
    assert (shown["isa"], shown["threads"], shown["strict"]) == ("baseline", 3, True)
    assert cp.show_runtime().to_dict()["settings"]["policy"] == "AUTO"


def test_the_text_has_every_fact() -> None:
    info = cp.show_runtime()
    text = str(info)
    for section, entries in info.to_dict().items():
        assert section in text
        for label, value in entries.items():
            assert label in text
            if isinstance(value, str):
                assert value in text
    lines = text.splitlines()
    assert all(line == line.rstrip() for line in lines)
    starts = {line.index(cp.__version__) for line in lines if cp.__version__ in line[:60]}
    assert len(starts) == 1


def test_the_dict_is_a_copy() -> None:
    info = cp.show_runtime()
    info.to_dict()["corepy"]["version"] = "changed"
    assert info.to_dict()["corepy"]["version"] == cp.__version__


if sys.platform == "linux":  # where threads and libraries can be read in /proc

    def test_nothing_is_loaded_or_started() -> None:
        code = (
            "import os, sys, corepy; text = str(corepy.show_runtime()); "
            "print('numpy' in sys.modules, 'scipy_openblas32' in sys.modules, "
            "len(os.listdir('/proc/self/task')), 'openblas' in open('/proc/self/maps').read())"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "False False 1 False"
