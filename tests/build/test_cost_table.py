# The cost table in docs/topics/reproducibility.md shows what docs/BENCHMARKS.md has. It needs the
# source tree.
from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "write_cost_table.py"


@pytest.fixture(scope="module")
def tool():
    spec = importlib.util.spec_from_file_location("write_cost_table", TOOL)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_table_is_up_to_date():
    done = subprocess.run([sys.executable, str(TOOL), "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_measured_cases_are_copied(tool):
    page = (
        "text\n\n| misses | by | why |\n|---|---|---|\n| `sum[float32-1e5]` | 0.9 | memory |\n\n"
        "| case | 1 thread | 2 threads |\n|---|---:|---:|\n| `sum[float32-1e5]` | 1 s | 2 s |\n\n"
        "| case | corepy | P99 | NumPy | P99 | ratio |\n|---|---:|---:|---:|---:|---:|\n"
        "| `sum[float32-1e5]` | 1.00 µs | 2 µs | 4.00 µs | 5 µs | 0.26 |\n"
        "| `other` | 1 s | 1 s | 1 s | 1 s | 1 |\n\n"
        "| case | corepy | NumPy |\n|---|---:|---:|\n| `sum[float32-1e5]` | 9 ns | 9 ns |\n"
    )
    table = tool.format_table(tool.read_times(page))
    assert table.splitlines()[2:] == ["| `sum[float32-1e5]` | 1.00 µs | 4.00 µs | 0.25 |"]
    text = f"a\n{tool.BEGIN}old\n{tool.END}b\n"
    assert tool.replace_table(text, table) == f"a\n{tool.BEGIN}\n{table}\n{tool.END}b\n"
    with pytest.raises(SystemExit):
        tool.replace_table("no markers", table)
