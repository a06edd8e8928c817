# Cases of random numbers.
"""Uniform and normal numbers, each library's generator drawing on."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, format_size

GROUP = "Random numbers"
SIZES = (1000, 100_000, 1_000_000, 10_000_000)
DTYPES = ("float32", "float64")
LIMIT = Limit(0.8)
_GENERATORS = {"corepy": "xp.random.Generator(42)", "numpy": "xp.random.default_rng(42)"}


def list_cases() -> Iterator[Case]:
    """Every size and dtype. Draws are no two alike, so their values are not compared."""
    for dtype in DTYPES:
        for count in SIZES:
            rows = {
                "uniform": (
                    f"g.random({count}, dtype='{dtype}')",
                    f"xp.rand({count}, dtype=xp.{dtype})",
                ),
                "normal": (
                    f"g.standard_normal({count}, dtype='{dtype}')",
                    f"xp.randn({count}, dtype=xp.{dtype})",
                ),
            }
            for operator, (numpy, torch) in rows.items():
                yield Case(
                    operator,
                    f"{dtype}-{format_size(count)}",
                    GROUP,
                    {
                        "corepy": f"g.{operator}({count}, dtype=xp.{dtype})",
                        "numpy": numpy,
                        "torch": torch,
                    },
                    limit=LIMIT,
                    needs="xp.random.Generator",
                    outcome="0",
                    prepared=_GENERATORS,
                )
