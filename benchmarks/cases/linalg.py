# Cases of matrix decompositions. Matrix products are in products.py, vector norms in reductions.py.
"""Solving, inverting and decomposing square matrices under the reproducible policy."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_shape, make_statements

GROUP = "Linear algebra"
SIZES = (64, 128, 256, 512)
DTYPES = ("float32", "float64")
HELD = Limit(1.5)
#: Eigenvalues and singular values: reported, and held to no more than this order.
REPORTED = Limit(10.0)
LOW, HIGH = -1.0, 1.0


def _make_case(
    operator: str, statement: str, dtype: str, n: int, operands: dict[str, Operand], limit: bool
) -> Case:
    return Case(
        operator,
        f"{dtype}-{format_shape(n, n)}",
        GROUP,
        make_statements(statement),
        operands,
        HELD if limit else REPORTED,
        needs=f"xp.linalg.{operator}",
        condition=100.0,
    )


def list_cases() -> Iterator[Case]:
    """Every size and dtype."""
    for dtype in DTYPES:
        for n in SIZES:
            square = {"a": Operand((n, n), dtype, LOW, HIGH)}
            side = {**square, "b": Operand((n,), dtype, LOW, HIGH)}
            # A Gram matrix is positive definite: its product is timed too.
            tall = {"a": Operand((2 * n, n), dtype, LOW, HIGH)}
            yield _make_case("solve", "xp.linalg.solve(a, b)", dtype, n, side, True)
            yield _make_case("inv", "xp.linalg.inv(a)", dtype, n, square, True)
            yield _make_case("cholesky", "xp.linalg.cholesky(a.T @ a)", dtype, n, tall, True)
            yield _make_case("qr", "xp.linalg.qr(a)", dtype, n, square, True)
        for n in SIZES[:3]:
            square = {"a": Operand((n, n), dtype, LOW, HIGH)}
            # Compared are numbers that are the same whatever the signs and the order of vectors.
            yield _make_case("eigh", "xp.linalg.eigh(a + a.T)[0]", dtype, n, square, False)
            yield _make_case("svd", "xp.linalg.svd(a)[1]", dtype, n, square, False)
            yield _make_case("eig", "xp.sum(xp.linalg.eig(a)[0])", dtype, n, square, False)
