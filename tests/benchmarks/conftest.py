# Makes the modules beside benchmarks/runner.py importable; they need the source tree.
from __future__ import annotations

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"

# Tests of a wheel run without the source tree.
collect_ignore_glob = [] if (BENCHMARKS / "runner.py").exists() else ["test_*.py"]
sys.path.append(str(BENCHMARKS))
