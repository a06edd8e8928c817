# Cases of reductions, positions, scans and the inner product.
"""sum, mean, var, min, max, any by axis; argmax, cumulative_sum, vecdot."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from .case import Case, Ceiling, Limit, Operand, Work, format_shape, format_size, make_statements

GROUP = "Reductions"
SCANS = "Positions, scans, inner product"

SIZES = (10**3, 10**4, 10**5, 10**6, 10**7)
#: 1e3, 1e6 and 1e7 elements, and three narrow ones.
SHAPES = ((32, 32), (1000, 1000), (3162, 3162), (100_000, 16), (16, 100_000), (100_000, 5))
#: From MIDDLE on the part of the read bandwidth is shown, from LARGE on there is a limit for it.
MIDDLE, LARGE = 10**6, 3162 * 3162
READ_BANDWIDTH = 0.9

OPERATORS = ("sum", "mean", "var", "min", "max")
#: var is two-pass by contract: the mean is subtracted before squaring.
PASSES = {"var": 2}
OPERATIONS = {"sum": 1, "var": 4}


def _make_statements(operator: str, axis: int | None) -> dict[str, str]:
    own: dict[str, str | None] = {}
    argument = "" if axis is None else f", axis={axis}"
    if operator == "var":
        own["torch"] = "xp.var(a, dim={}, correction=0)".format("None" if axis is None else axis)
    elif operator in ("min", "max") and axis is not None:
        own["torch"] = f"xp.a{operator}(a, dim={axis})"
    elif operator == "sum":
        own["numexpr"] = f"sum(a{argument})"
    return make_statements(f"xp.{operator}(a{argument})", **own)


def _make_case(operator: str, dtype: str, shape: tuple[int, ...], axis: int | None) -> Case:
    # any stops at the first truth: there is none, so that it sees every element.
    operand = Operand(shape, dtype, 0, 0) if operator == "any" else Operand(shape, dtype)
    count = operand.element_count
    size = format_size(count) if axis is None else f"{format_shape(*shape)}-axis{axis}"
    read_bytes = operand.nbytes * PASSES.get(operator, 1)
    is_large = count >= LARGE and operator != "any"
    shows_ceiling = count >= MIDDLE and operator != "any"
    operations = OPERATIONS.get(operator) if axis is None else None
    return Case(
        operator,
        f"{dtype}-{size}",
        GROUP,
        _make_statements(operator, axis),
        {"a": operand},
        Limit(0.8, ceiling=READ_BANDWIDTH if is_large else None),
        ceiling=Ceiling("read", read_bytes, passes=PASSES.get(operator, 1))
        if shows_ceiling
        else None,
        work=None if operations is None else Work(operations * count, read_bytes),
    )


def list_cases() -> Iterator[Case]:
    """Every reduction by dtype, size and axis."""
    kinds = [(operator, dtype) for operator in OPERATORS for dtype in ("float32", "float64")]
    for operator, dtype in (*kinds, ("any", "bool")):
        for count in SIZES:
            yield _make_case(operator, dtype, (count,), None)
        for shape in SHAPES:
            for axis in (0, 1):
                yield _make_case(operator, dtype, shape, axis)
    yield from _list_position_cases()
    yield from _list_scan_cases()
    yield from _list_dot_cases()


def _list_position_cases() -> Iterator[Case]:
    limit = Limit(0.9)
    for dtype in ("float32", "float64", "int32"):
        for count in (10**3, 10**5, 10**7):
            label = f"{dtype}-{format_size(count)}"
            operand = Operand((count,), dtype)
            statements = make_statements("xp.argmax(a)")
            yield Case("argmax", label, SCANS, statements, {"a": operand}, limit)
    for axis in (0, 1):
        statements = make_statements(f"xp.argmax(a, axis={axis})")
        label = f"float32-1000x1000-axis{axis}"
        operand = Operand((1000, 1000), "float32")
        yield Case("argmax", label, SCANS, statements, {"a": operand}, limit)


def _list_scan_cases() -> Iterator[Case]:
    limit = Limit(0.9)
    for dtype in ("float32", "float64", "int64"):
        for count in (10**3, 10**5, 10**7):
            statements = make_statements(
                "xp.cumulative_sum(a)", numpy="xp.cumsum(a)", torch="xp.cumsum(a, 0)"
            )
            label = f"{dtype}-{format_size(count)}"
            operand = Operand((count,), dtype)
            yield Case("cumulative_sum", label, SCANS, statements, {"a": operand}, limit)
    shapes = (("float64", (1000, 1000)), ("float32", (100_000, 5)), ("float64", (100_000, 5)))
    for (dtype, shape), axis in itertools.product(shapes, (0, 1)):
        statements = make_statements(
            f"xp.cumulative_sum(a, axis={axis})",
            numpy=f"xp.cumsum(a, axis={axis})",
            torch=f"xp.cumsum(a, {axis})",
        )
        label = f"{dtype}-{format_shape(*shape)}-axis{axis}"
        operands = {"a": Operand(shape, dtype)}
        yield Case("cumulative_sum", label, SCANS, statements, operands, limit)


def _list_dot_cases() -> Iterator[Case]:
    for dtype in ("float32", "float64"):
        for count in (10**3, 10**5, 10**7):
            operand = Operand((count,), dtype, -1.0, 2.0)
            statements = make_statements(
                "xp.vecdot(a, b)", numpy="xp.dot(a, b)", torch="xp.dot(a, b)"
            )
            yield Case(
                "vecdot",
                f"{dtype}-{format_size(count)}",
                SCANS,
                statements,
                {"a": operand, "b": operand},
                Limit(0.9),
                ceiling=Ceiling("read", 2 * operand.nbytes) if count >= MIDDLE else None,
                work=Work(2 * count, 2 * operand.nbytes),
            )
    for dtype in ("float32", "float64"):
        for count in (10**3, 10**5, 10**7):
            yield Case(
                "vector_norm",
                f"{dtype}-{format_size(count)}",
                SCANS,
                make_statements("xp.linalg.vector_norm(a)", numpy="xp.linalg.norm(a)"),
                {"a": Operand((count,), dtype, -1.0, 2.0)},
                Limit(0.9),
                needs="xp.linalg.vector_norm",
            )
