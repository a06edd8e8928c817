# Cases of tiny operands: the time is that of the call, dispatch record included.
"""Call overhead."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, make_statements

GROUP = "Call overhead"
LIMIT = Limit(0.5, peer="numpy")

_FOUR = Operand((4,), "float32")
_SQUARE = Operand((3, 3), "float32")

# Operator, label, statement, operands, what corepy must have.
_ROWS: tuple[tuple[str, str, str, dict[str, Operand], str], ...] = (
    ("add", "4", "a + b", {"a": _FOUR, "b": _FOUR}, ""),
    ("exp", "4", "xp.exp(a)", {"a": Operand((4,), "float32", -10, 10)}, ""),
    ("sum", "4", "a.sum()", {"a": _FOUR}, ""),
    (
        "where",
        "4",
        "xp.where(c, a, b)",
        {"c": Operand((4,), "bool"), "a": _FOUR, "b": _FOUR},
        "",
    ),
    ("slice", "4", "a[1:3]", {"a": _FOUR}, "xp.ones(4)[1:3]"),
    ("item", "0d", "a.item()", {"a": Operand((), "float32")}, "xp.ones(()).item()"),
    ("matmul", "3x3", "a @ b", {"a": _SQUARE, "b": _SQUARE}, ""),
)


def list_cases() -> Iterator[Case]:
    """4-element operands, one slice, one number, one small product."""
    for operator, size, statement, operands, needs in _ROWS:
        statements = make_statements(statement)
        yield Case(operator, f"float32-{size}", GROUP, statements, operands, LIMIT, needs)
