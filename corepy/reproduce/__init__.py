# The proof of reproducibility that anyone can run. Nothing is implemented here.
"""``python -m corepy.reproduce``: checks on this machine that results have the promised bits.

It runs the golden set, calls of every operator with operands that are the same everywhere, on
every instruction set of the CPU, with several thread counts, in every memory layout and alignment,
and compares each result with the digests of the numerics revision that come with the package.  It
needs nothing but corepy.

    python -m corepy.reproduce                  # under a minute
    python -m corepy.reproduce --full           # operands beyond the caches too: minutes
    python -m corepy.reproduce --only sqrt      # some operators, by a shell pattern
    python -m corepy.reproduce --sizes small --layouts strided  # a part of all that
    python -m corepy.reproduce --write          # adds digests of new calls to the golden file

The exit status is 0 if every result has its golden bits, 1 if one has not, 2 for wrong arguments.
``run_golden_set`` does the same from Python.  A program of your own is checked by
:func:`corepy.testing.check_reproducible`.
"""

from __future__ import annotations

from .report import Difference, Family, Report
from .runner import run_golden_set

__all__ = ["Difference", "Family", "Report", "run_golden_set"]
