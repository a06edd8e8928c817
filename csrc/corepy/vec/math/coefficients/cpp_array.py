"""Arrays of numbers as C++ text, for generate.py and generate_float32.py."""

from __future__ import annotations

from collections.abc import Sequence

_LAST_COLUMN = 98


def print_array(name: str, literals: Sequence[str], kind: str = "double") -> None:
    """A constant array, in lines of at most 98 columns, aligned for the vectors of every ISA."""
    print(f"alignas(64) inline constexpr {kind} {name}[{len(literals)}] = {{")
    line = "   "
    for literal in literals:
        if len(line) + len(literal) + 2 > _LAST_COLUMN:
            print(line)
            line = "   "
        line += f" {literal},"
    print(line.rstrip(",") + "};")
