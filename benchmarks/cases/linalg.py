# Cases of matrix decompositions. Matrix products are in products.py, vector norms in reductions.py.
"""Solving, inverting and decomposing square matrices, by our kernels and by LAPACK."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_shape, make_statements

GROUP = "Linear algebra"
SIZES = (64, 128, 256, 512)
DTYPES = ("float32", "float64")
HELD = Limit(1.5)
#: Under policy BLAS, which calls the LAPACK that peers call.
HELD_ON_LAPACK = Limit(1.05)
LOW, HIGH = -1.0, 1.0


def _make_case(
    operator: str,
    statement: str,
    dtype: str,
    n: int,
    operands: dict[str, Operand],
    limit: Limit | None,
    policy: str = "",
) -> Case:
    return Case(
        operator,
        f"{dtype}-{format_shape(n, n)}" + (f"-{policy}" if policy else ""),
        GROUP,
        make_statements(statement),
        operands,
        limit,
        needs=f"xp.linalg.{operator}",
        policy=policy,
        condition=100.0,
    )


def _list_held(dtype: str, n: int, limit: Limit, policy: str = "") -> Iterator[Case]:
    square = {"a": Operand((n, n), dtype, LOW, HIGH)}
    side = {**square, "b": Operand((n,), dtype, LOW, HIGH)}
    # A Gram matrix is positive definite: its product is timed too.
    tall = {"a": Operand((2 * n, n), dtype, LOW, HIGH)}
    yield _make_case("solve", "xp.linalg.solve(a, b)", dtype, n, side, limit, policy)
    yield _make_case("inv", "xp.linalg.inv(a)", dtype, n, square, limit, policy)
    yield _make_case("cholesky", "xp.linalg.cholesky(a.T @ a)", dtype, n, tall, limit, policy)
    yield _make_case("qr", "xp.linalg.qr(a)", dtype, n, square, limit, policy)


def _list_spectral(dtype: str, n: int, limit: Limit | None, policy: str = "") -> Iterator[Case]:
    square = {"a": Operand((n, n), dtype, LOW, HIGH)}
    # Compared are numbers that are the same whatever the signs and the order of vectors.
    yield _make_case("eigh", "xp.linalg.eigh(a + a.T)[0]", dtype, n, square, limit, policy)
    yield _make_case("svd", "xp.linalg.svd(a)[1]", dtype, n, square, limit, policy)
    yield _make_case("eig", "xp.sum(xp.linalg.eig(a)[0])", dtype, n, square, limit, policy)


def list_cases() -> Iterator[Case]:
    """Every size and dtype. Eigenvalues and singular values are reported, and held to no limit."""
    for dtype in DTYPES:
        for n in SIZES:
            yield from _list_held(dtype, n, HELD)
            yield from _list_spectral(dtype, n, None)
        for n in (64, 512):
            yield from _list_held(dtype, n, HELD_ON_LAPACK, "BLAS")
        yield from _list_spectral(dtype, 256, HELD_ON_LAPACK, "BLAS")
