# Cases of integer arithmetic, integer matrix products and casts.
"""Integers and casts. add and multiply of int32 at other sizes are in elementwise.py."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_shape, format_size, make_statements

ARITHMETIC = "Integer arithmetic"
PRODUCTS = "Integer matrix product"
CASTS = "Casts"
LIMIT = Limit(0.8)

_STATEMENTS = {
    "add": "a + b",
    "multiply": "a * b",
    "floor_divide": "a // b",
    "remainder": "a % b",
}
CAST_PAIRS = (
    ("float32", "float64"),
    ("float64", "float32"),
    ("int32", "float32"),
    ("int32", "float64"),
    ("int64", "float64"),
    ("float32", "int32"),
    ("float64", "int32"),
    ("float64", "int64"),
    ("int8", "float32"),
    ("int8", "int32"),
    ("int32", "int8"),
    ("int64", "int32"),
    ("uint8", "float32"),
    ("bool", "float32"),
    ("float32", "bool"),
)


def list_cases() -> Iterator[Case]:
    """Arithmetic, products, casts."""
    for operator, statement in _STATEMENTS.items():
        for dtype in ("int8", "int32", "int64"):
            for count in (2000, 20_000, 200_000):
                operand = Operand((count,), dtype, 1, 100)
                label = f"{dtype}-{format_size(count)}"
                operands = {"a": operand, "b": operand}
                statements = make_statements(statement)
                yield Case(operator, label, ARITHMETIC, statements, operands, LIMIT)
    for dtype in ("int8", "int32", "int64"):
        for n in (16, 64, 256):
            operand = Operand((n, n), dtype, -50, 50)
            label = f"{dtype}-{format_shape(n, n)}"
            operands = {"a": operand, "b": operand}
            yield Case("matmul", label, PRODUCTS, make_statements("a @ b"), operands, LIMIT)
    for source, target in CAST_PAIRS:
        for count in (10**3, 10**5, 10**7):
            statements = make_statements(
                f"xp.astype(a, xp.{target})",
                numpy=f"a.astype(xp.{target})",
                torch=f"a.to(xp.{target})",
            )
            label = f"{source}-{target}-{format_size(count)}"
            operand = Operand((count,), source)
            yield Case("astype", label, CASTS, statements, {"a": operand}, LIMIT)
