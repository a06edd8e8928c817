# Cases of selecting, placing, joining and of operands that do not lie in a row.
"""Masks, positions, concat, transposed and broadcast operands."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_shape, format_size, make_statements

INDEXING = "Indexing and joining"
LAYOUTS = "Transposed and broadcast operands"
LIMIT = Limit(0.8)
DTYPES = ("float32", "float64")
SIZES = (10**3, 10**5, 10**6)

MASKED_ITEM = "xp.ones(2)[xp.ones(2, dtype=xp.bool)]"
_MASKED_WRITE = "xp.ones(2).__setitem__(xp.ones(2, dtype=xp.bool), 0)"
_PLACED_ITEM = "xp.ones(2)[xp.zeros(1, dtype=xp.int64)]"
_PLACED_WRITE = "xp.ones(2).__setitem__(xp.zeros(1, dtype=xp.int64), 0)"


def list_cases() -> Iterator[Case]:
    """Indexing by size, layouts on one matrix."""
    for dtype in DTYPES:
        for count in SIZES:
            yield from _list_selections(dtype, count)
            yield from _list_writes(dtype, count)
    for dtype in DTYPES:
        yield from _list_joins(dtype)
    for dtype in DTYPES:
        yield from _list_layouts(dtype)


def _list_selections(dtype: str, count: int) -> Iterator[Case]:
    label = f"{dtype}-{format_size(count)}"
    x, mask = Operand((count,), dtype), Operand((count,), "bool")
    positions = Operand((count,), "int64", kind="distinct")
    masked = {"x": x, "m": mask}
    taken = {"x": x, "i": positions}
    statements = make_statements("x[m]")
    yield Case("mask", label, INDEXING, statements, masked, LIMIT, MASKED_ITEM)
    statements = make_statements("xp.take(x, i)", torch="xp.index_select(x, 0, i)")
    yield Case("take", label, INDEXING, statements, taken, LIMIT)
    statements = make_statements("x[i]")
    yield Case("gather", label, INDEXING, statements, taken, LIMIT, _PLACED_ITEM)


def _list_writes(dtype: str, count: int) -> Iterator[Case]:
    label = f"{dtype}-{format_size(count)}"
    x, mask = Operand((count,), dtype), Operand((count,), "bool")
    positions = Operand((count,), "int64", kind="distinct")
    masked = {"x": x, "m": mask}
    statements = make_statements("x[m] = 1.0")
    yield Case("mask_assign", label, INDEXING, statements, masked, LIMIT, _MASKED_WRITE, "x")
    statements = make_statements("x[i] = v")
    placed = {"x": x, "i": positions, "v": x}
    yield Case("put", label, INDEXING, statements, placed, LIMIT, _PLACED_WRITE, "x")


def _list_joins(dtype: str) -> Iterator[Case]:
    for count in SIZES:
        operand = Operand((count,), dtype)
        operands = {"a": operand, "b": operand}
        statements = make_statements("xp.concat([a, b])")
        label = f"{dtype}-{format_size(count)}"
        yield Case("concat", label, INDEXING, statements, operands, LIMIT)
    for shape, axis in (((1000, 1000), 0), ((1000, 1000), 1), ((10_000, 8), 1)):
        operand = Operand(shape, dtype)
        statements = make_statements(f"xp.concat([a, b], axis={axis})")
        label = f"{dtype}-{format_shape(*shape)}-axis{axis}"
        yield Case("concat", label, INDEXING, statements, {"a": operand, "b": operand}, LIMIT)


def _list_layouts(dtype: str) -> Iterator[Case]:
    for n in (100, 1000, 2048):
        a = Operand((n, n), dtype)
        label = f"{dtype}-{n}x{n}"
        statements = make_statements(
            "xp.copy(a.T)", numpy="xp.ascontiguousarray(a.T)", torch="a.T.contiguous()"
        )
        yield Case("copy", f"{label}-a.T", LAYOUTS, statements, {"a": a}, LIMIT)
        both = {"a": a, "b": a}
        yield Case("add", f"{label}-b.T", LAYOUTS, make_statements("a + b.T"), both, LIMIT)
        for kind, shape in (("row", (n,)), ("column", (n, 1))):
            operands = {"a": a, "r": Operand(shape, dtype)}
            statements = make_statements("a + r", numexpr="a + r")
            yield Case("add", f"{label}-{kind}", LAYOUTS, statements, operands, LIMIT)
