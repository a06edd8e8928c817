"""Tests of build products read them with ELF tools, so they are Linux tests; nothing else here."""

from __future__ import annotations

import sys

collect_ignore = [] if sys.platform.startswith("linux") else ["test_symbols.py"]
