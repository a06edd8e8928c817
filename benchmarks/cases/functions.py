# Cases of the elementary functions.
"""Elementary functions, on the part of their domain where all of them do their usual work."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_size, make_statements

GROUP = "Elementary functions"
SIZES = (10**3, 10**4, 10**5, 10**6)

# Domain of the operands, and numexpr's expression where it has one.
UNARY: dict[str, tuple[float, float, str | None]] = {
    "sqrt": (0.0, 100.0, "sqrt(a)"),
    "exp": (-10.0, 10.0, "exp(a)"),
    "expm1": (-5.0, 5.0, "expm1(a)"),
    "log": (1e-3, 1e3, "log(a)"),
    "log1p": (-0.5, 10.0, "log1p(a)"),
    "sin": (-10.0, 10.0, "sin(a)"),
    "cos": (-10.0, 10.0, "cos(a)"),
    "tan": (-10.0, 10.0, "tan(a)"),
    "asin": (-1.0, 1.0, "arcsin(a)"),
    "acos": (-1.0, 1.0, "arccos(a)"),
    "atan": (-10.0, 10.0, "arctan(a)"),
    "sinh": (-5.0, 5.0, "sinh(a)"),
    "cosh": (-5.0, 5.0, "cosh(a)"),
    "tanh": (-4.0, 4.0, "tanh(a)"),
}
# Domains of both operands, and numexpr's expression.
BINARY: dict[str, tuple[float, float, float, float, str | None]] = {
    "atan2": (-10.0, 10.0, -10.0, 10.0, "arctan2(a, b)"),
    "hypot": (-10.0, 10.0, -10.0, 10.0, None),
    "pow": (0.1, 10.0, -3.0, 3.0, "a ** b"),
}
LIMIT = Limit(0.9)
LIMITS = {"tanh": Limit(1.0), "pow": Limit(1.0)}


def list_cases() -> Iterator[Case]:
    """Every function, dtype and size."""
    for dtype in ("float32", "float64"):
        for operator in (*UNARY, *BINARY):
            for count in SIZES:
                yield _make_case(operator, dtype, count)


def _make_case(operator: str, dtype: str, count: int) -> Case:
    if operator in UNARY:
        low, high, numexpr = UNARY[operator]
        statements = make_statements(f"xp.{operator}(a)", numexpr=numexpr)
        operands = {"a": Operand((count,), dtype, low, high)}
    else:
        a_low, a_high, b_low, b_high, numexpr = BINARY[operator]
        statements = make_statements(f"xp.{operator}(a, b)", numexpr=numexpr)
        operands = {
            "a": Operand((count,), dtype, a_low, a_high),
            "b": Operand((count,), dtype, b_low, b_high),
        }
    limit = LIMITS.get(operator, LIMIT)
    return Case(operator, f"{dtype}-{format_size(count)}", GROUP, statements, operands, limit)
