# Cases of floating-point matrix products. Integer ones are in integers.py.
"""Matrix products: squares, skinny, tall, batched, with vectors, transposed."""

from __future__ import annotations

from collections.abc import Iterator

from .case import ITEM_BYTES, Case, Ceiling, Limit, Operand, Work, format_shape, make_statements

GROUP = "Matrix product"
SQUARES = (16, 32, 64, 128, 256, 512, 1024, 2048)
DTYPES = ("float32", "float64")

#: From this n on, products are large enough to come near the arithmetic limit.
LARGE = 256
ARITHMETIC = 0.85

# Rows, inner extent, columns.
SHAPES = (
    (2048, 64, 2048),
    (64, 4096, 64),
    (4096, 64, 64),
    (64, 64, 4096),
    (10_000, 32, 32),
)
# Batch, rows, inner extent, columns.
BATCHES = ((10_000, 4, 4, 4), (1000, 16, 16, 16), (100, 64, 64, 64))
MATRICES = ((100, 100), (1000, 1000), (4000, 4000), (100_000, 32))
#: Not along rows or columns alone: the sum of products must not stay near zero, nor grow large.
LOW, HIGH = -1.0, 2.0


def _relax(dtype: str, is_relaxed: bool) -> float:
    return 1.05 if is_relaxed and dtype == "float32" else 1.0


def _make_case(
    label: str, statement: str, dtype: str, a: tuple[int, ...], b: tuple[int, ...], limit: Limit
) -> Case:
    operands = {"a": Operand(a, dtype, LOW, HIGH), "b": Operand(b, dtype, LOW, HIGH)}
    return Case("matmul", label, GROUP, make_statements(statement), operands, limit)


def _make_square(dtype: str, n: int) -> Case:
    operand = Operand((n, n), dtype, LOW, HIGH)
    is_large = n >= LARGE
    operations = 2.0 * n**3
    return Case(
        "matmul",
        f"{dtype}-{format_shape(n, n)}",
        GROUP,
        make_statements("a @ b"),
        {"a": operand, "b": operand},
        Limit(_relax(dtype, is_large), ceiling=ARITHMETIC if is_large else None),
        ceiling=Ceiling("fma", operations, dtype) if is_large else None,
        work=Work(operations, 3 * operand.nbytes),
    )


def _make_matrix_vector(dtype: str, rows: int, columns: int) -> Case:
    statements = make_statements("a @ x")
    operands = {
        "a": Operand((rows, columns), dtype, LOW, HIGH),
        "x": Operand((columns,), dtype, LOW, HIGH),
    }
    moved = (rows * columns + rows + columns) * ITEM_BYTES[dtype]
    return Case(
        "matmul",
        f"{dtype}-{format_shape(rows, columns)}@x",
        GROUP,
        statements,
        operands,
        Limit(1.05),
        work=Work(2.0 * rows * columns, moved),
    )


def list_cases() -> Iterator[Case]:
    """Every shape and dtype."""
    for dtype in DTYPES:
        for n in SQUARES:
            yield _make_square(dtype, n)
        for rows, inner, columns in SHAPES:
            label = f"{dtype}-{format_shape(rows, inner)}@{format_shape(inner, columns)}"
            limit = Limit(_relax(dtype, min(rows, columns) >= LARGE))
            yield _make_case(label, "a @ b", dtype, (rows, inner), (inner, columns), limit)
        for batch, rows, inner, columns in BATCHES:
            label = f"{dtype}-{format_shape(batch, rows, inner)}@{format_shape(inner, columns)}"
            a, b = (batch, rows, inner), (batch, inner, columns)
            yield _make_case(label, "a @ b", dtype, a, b, Limit(1.0))
        for statement in ("a.T @ b", "a @ b.T", "a.T @ b.T"):
            limit = Limit(_relax(dtype, True))
            label = f"{dtype}-512x512-{statement.replace(' ', '')}"
            yield _make_case(label, statement, dtype, (512, 512), (512, 512), limit)
        for rows, columns in MATRICES:
            yield _make_matrix_vector(dtype, rows, columns)
        for rows, columns in MATRICES[1:]:
            label = f"{dtype}-x@{format_shape(rows, columns)}"
            yield _make_case(label, "a @ b", dtype, (rows,), (rows, columns), Limit(1.05))
        label = f"{dtype}-1000x1000.T@x"
        yield _make_case(label, "a.T @ b", dtype, (1000, 1000), (1000,), Limit(1.05))
