# Cases of sorting and searching.
"""sort, argsort, unique_values, searchsorted, against NumPy."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_size, make_statements

GROUP = "Sorting and searching"
DTYPES = ("float32", "float64", "int32", "int64")
SIZES = (10**3, 10**4, 10**5, 10**6)

#: The row names NumPy: its AVX-512 sort of values, its stable argsort.
LIMIT = Limit(1.0, peer="numpy")

_STATEMENTS = {
    "sort": make_statements("xp.sort(a)", torch="xp.sort(a).values"),
    # Equal keys keep their order here, as they do in corepy.
    "argsort": make_statements(
        "xp.argsort(a)",
        numpy="xp.argsort(a, kind='stable')",
        torch="xp.argsort(a, stable=True)",
    ),
    # NumPy's unique_values gives them in no order; corepy's are sorted, as are those of its unique.
    "unique_values": make_statements(
        "xp.unique_values(a)", numpy="xp.unique(a)", torch="xp.unique(a)"
    ),
}


def list_cases() -> Iterator[Case]:
    """Every operator, dtype and size."""
    for operator, statements in _STATEMENTS.items():
        for dtype in DTYPES:
            for count in SIZES:
                # Few values come twice, or integers would be a counting exercise.
                operand = Operand((count,), dtype, 0, 1e9)
                label = f"{dtype}-{format_size(count)}"
                yield Case(operator, label, GROUP, statements, {"a": operand}, LIMIT)
    for dtype in DTYPES:
        for count in SIZES:
            operands = {
                "a": Operand((count,), dtype, 0, 1e9, "sorted"),
                "v": Operand((count,), dtype, 0, 1e9),
            }
            label = f"{dtype}-{format_size(count)}"
            statements = make_statements("xp.searchsorted(a, v)")
            yield Case("searchsorted", label, GROUP, statements, operands, LIMIT)
