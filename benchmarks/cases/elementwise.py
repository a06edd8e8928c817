# Cases of arithmetic, comparison and selection of whole arrays. Functions are in functions.py,
# other integer dtypes in integers.py, layouts in indexing.py.
"""add, multiply, less, where."""

from __future__ import annotations

from collections.abc import Iterator

from .case import ITEM_BYTES, Case, Ceiling, Limit, Operand, Work, format_size, make_statements

GROUP = "Elementwise"
SIZES = (10**3, 10**4, 10**5, 10**6, 10**7)
DTYPES = ("float32", "float64", "int32")

#: From LARGE on the result goes past the caches, and memory is the limit; from MIDDLE on it is the
#: last cache, and what is reached of it is shown.
MIDDLE, LARGE = 10**6, 10**7
STORE_BANDWIDTH = 0.95

_STATEMENTS = {"add": "a + b", "multiply": "a * b", "less": "a < b"}


def _count_vectors(operator: str, dtype: str) -> tuple[int, int, int]:
    """Vectors of each operand, of the mask and of the result in a step of whole vectors."""
    width = ITEM_BYTES[dtype]
    return {"less": (width, 0, 1), "where": (width, 1, width)}.get(operator, (1, 0, 1))


def _make_case(operator: str, dtype: str, count: int) -> Case:
    a = Operand((count,), dtype)
    if operator == "where":
        statement = "xp.where(c, a, b)"
        numexpr = "where(c, a, b)"
        operands = {"c": Operand((count,), "bool"), "a": a, "b": a}
    else:
        statement = numexpr = _STATEMENTS[operator]
        operands = {"a": a, "b": a}
    result_bytes = count if operator == "less" else a.nbytes
    moved = sum(operand.nbytes for operand in operands.values()) + result_bytes
    is_large = count >= LARGE
    shows_ceiling = is_large or (count >= MIDDLE and operator in ("add", "multiply"))
    vectors = _count_vectors(operator, dtype)
    ceiling = Ceiling("stream", moved, dtype, vectors, past_caches=is_large)
    return Case(
        operator,
        f"{dtype}-{format_size(count)}",
        GROUP,
        make_statements(statement, numexpr=numexpr),
        operands,
        Limit(0.9, ceiling=STORE_BANDWIDTH if is_large else None),
        ceiling=ceiling if shows_ceiling else None,
        work=Work(count, moved) if operator == "add" and dtype != "int32" else None,
    )


def list_cases() -> Iterator[Case]:
    """Every operator, dtype and size."""
    for operator in (*_STATEMENTS, "where"):
        for dtype in DTYPES:
            for count in SIZES:
                yield _make_case(operator, dtype, count)
