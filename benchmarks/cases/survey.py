# Cases of the survey: every operator on small arrays and odd shapes. Those of the table, which are
# measured longer and against more libraries, are in the other files of this folder.
"""Rows of operators, each of them for every dtype and shape that it takes.

A row's statement names its operands: ``a`` and ``b`` have the shape, ``p`` too, with values whose
product stays finite; ``r`` is a row of a matrix, ``c`` a column, ``m`` a mask, ``i`` and ``j``
positions of rows and columns. ``{axis}`` stands for each axis in turn. A row with own words for
NumPy has them where NumPy's function of that name does something else, or the same by a longer way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import prod

from .case import Case, Limit, Operand, format_shape, format_size, make_statements
from .indexing import MASKED_ITEM

#: Short, odd, narrow both ways, with rows that are no whole number of vectors; the last ones do
#: not fit the first-level cache.
SHAPES: tuple[tuple[int, ...], ...] = (
    (7,),
    (20,),
    (100,),
    (1000,),
    (1000, 3),
    (3, 1000),
    (1000, 20),
    (100, 37),
    (513, 257),
    (50, 50, 50),
    (100_003,),
    (100_000, 3),
)
#: First letters are what rows call their kinds by.
DTYPES = (
    "float32",
    "float64",
    "int32",
    "int64",
    "int8",
    "uint8",
    "bool",
    "complex64",
    "complex128",
)
CAST_TARGETS = ("float32", "float64", "int32", "int8", "bool", "complex64")
LIMIT = Limit(1.25, peer="numpy")

#: Sums of more numbers than these, in NumPy's order, are off by more than usual.
_LONG = 10_000
_SMALL = 2000


@dataclass(frozen=True)
class _Row:
    operator: str
    statement: str
    #: First letters of the dtypes that it is for.
    kinds: str = "fiubc"
    suffix: str = ""
    numpy: str | None = None
    #: As of a case.
    needs: str = ""
    outcome: str = ""
    #: Above so many elements it is left out.
    most_elements: int | None = None


_ARITHMETIC = (
    _Row("add", "a + b", "fiuc"),
    _Row("multiply", "a * b", "fiuc"),
    _Row("add", "a + 2", "fiuc", "scalar"),
    _Row("abs", "xp.abs(a)", "fiuc"),
    _Row("negative", "-a", "fic"),
    _Row("divide", "a / b", "fc"),
    _Row("floor_divide", "a // b", "fiu"),
    _Row("equal", "a == b"),
    _Row("minimum", "xp.minimum(a, b)", "f"),
    _Row("clip", "xp.clip(a, 0.7, 1.2)", "f"),
    _Row("pow", "a ** 2", "f", "square"),
)
_FUNCTIONS = tuple(
    _Row(name, f"xp.{name}(a)", "f")
    for name in (
        "exp",
        "log",
        "sin",
        "tanh",
        "sqrt",
        "floor",
        "round",
        "sign",
        "isnan",
        "square",
        "atan",
        "log1p",
    )
)
_REDUCTIONS = (
    _Row("sum", "xp.sum(a{axis})"),
    _Row("max", "xp.max(a{axis})", "fiu"),
    _Row("mean", "xp.mean(a{axis})", "fc"),
    _Row("std", "xp.std(a{axis})", "f"),
    _Row("prod", "xp.prod(p{axis})", "fiuc"),
    _Row("any", "xp.any(a{axis})"),
    _Row("argmax", "xp.argmax(a{axis})", "fiu"),
)
_SCANS = (
    _Row("cumulative_sum", "xp.cumulative_sum(a{axis})", "fiuc", numpy="xp.cumsum(a{axis})"),
    _Row("sort", "xp.sort(a{axis})", "fiu", numpy="xp.sort(a{axis}, kind='stable')"),
    _Row("argsort", "xp.argsort(a{axis})", "fiu", numpy="xp.argsort(a{axis}, kind='stable')"),
)
_SETS = (
    _Row("median", "xp.median(a)", "f"),
    _Row("unique_values", "xp.unique_values(a)", "f", numpy="xp.unique(a)"),
    _Row("isin", "xp.isin(a, b)", "f", most_elements=_SMALL),
)
_LAYOUTS = (
    _Row("add", "a + r", "fiuc", "row"),
    _Row("add", "a + c", "fiuc", "column"),
    _Row("add", "a[:, ::2] + a[:, ::2]", "fiuc", "strided"),
    _Row("copy", "xp.copy(a.T)", suffix="a.T", numpy="xp.ascontiguousarray(a.T)"),
    _Row("copy", "xp.copy(a[:, ::2])", suffix="strided", numpy="a[:, ::2].copy()"),
    _Row("flip", "xp.copy(xp.flip(a, axis=1))", suffix="copied", numpy="xp.flip(a, axis=1).copy()"),
)
_MOVES = (
    _Row("concat", "xp.concat([a, b], axis=1)", suffix="axis1"),
    _Row("roll", "xp.roll(a, 3, axis=1)", suffix="axis1"),
    _Row("repeat", "xp.repeat(a, 3, axis=1)", suffix="axis1"),
    _Row("tile", "xp.tile(a, (1, 3))", suffix="1x3"),
    _Row("tril", "xp.tril(a)"),
    _Row("diff", "xp.diff(a, axis=1)", "fiuc", "axis1"),
)
_SELECTIONS = (
    _Row("take", "xp.take(a, i, axis=0)", suffix="axis0"),
    _Row("take", "xp.take(a, j, axis=1)", suffix="axis1"),
    _Row("mask", "a[m]", needs=MASKED_ITEM),
    _Row("where", "xp.where(m, a, b)"),
    _Row("nonzero", "xp.nonzero(a)", "b", outcome="xp.stack(xp.nonzero(a))"),
)
_CASTS = tuple(
    _Row(
        "astype",
        f"xp.astype(a, xp.{target})",
        "fiubc" if target.startswith("complex") else "fiub",
        target,
        f"a.astype(xp.{target})",
    )
    for target in CAST_TARGETS
)

#: By family: for every shape, without and with each axis; along axes only; for matrices.
_OF_WHOLE: dict[str, tuple[_Row, ...]] = {
    "Arithmetic and comparison": _ARITHMETIC,
    "Elementary functions": _FUNCTIONS,
    "Reductions": _REDUCTIONS,
    "Medians and sets": _SETS,
    "Casts": _CASTS,
}
_ALONG_AXES = {"Scans and sorting": _SCANS}
_OF_MATRICES = {"Layouts": _LAYOUTS, "Joining and moving": _MOVES, "Selecting": _SELECTIONS}
_PRODUCTS = "Matrix product"
#: Of a matrix with at most so many columns, a.T @ b is measured, else a @ b.T: the smaller result.
_MOST_COLUMNS = 300


def list_cases() -> Iterator[Case]:
    """Every row by dtype and shape, so that neighbours have the same operands."""
    for dtype in DTYPES:
        for shape in SHAPES:
            axes = (*range(len(shape)),)
            for family, rows in _OF_WHOLE.items():
                yield from _list_rows(family, rows, dtype, shape, (None, *axes))
            for family, rows in _ALONG_AXES.items():
                yield from _list_rows(family, rows, dtype, shape, axes)
            if len(shape) == 2:
                for family, rows in _OF_MATRICES.items():
                    yield from _list_rows(family, rows, dtype, shape, ())
                is_wide = shape[1] > _MOST_COLUMNS
                product = _Row("matmul", "a @ b.T" if is_wide else "a.T @ b", "fc")
                yield from _list_rows(_PRODUCTS, (product,), dtype, shape, ())


def _list_rows(
    family: str,
    rows: Iterable[_Row],
    dtype: str,
    shape: tuple[int, ...],
    axes: tuple[int | None, ...],
) -> Iterator[Case]:
    for row in rows:
        if dtype[0] not in row.kinds or row.suffix == dtype:
            continue
        if row.most_elements is not None and prod(shape) > row.most_elements:
            continue
        for axis in axes if "{axis}" in row.statement else (None,):
            yield _make_case(family, row, dtype, shape, axis)


def _make_case(
    family: str, row: _Row, dtype: str, shape: tuple[int, ...], axis: int | None
) -> Case:
    argument = "" if axis is None else f", axis={axis}"
    statement = row.statement.format(axis=argument)
    numpy = None if row.numpy is None else row.numpy.format(axis=argument)
    size = format_size(shape[0]) if len(shape) == 1 else format_shape(*shape)
    parts = [dtype, size, row.suffix, "" if axis is None else f"axis{axis}"]
    named = set(compile(statement, "", "eval").co_names)
    is_long = prod(shape) > _LONG
    return Case(
        row.operator,
        "-".join(part for part in parts if part),
        family,
        make_statements(statement, numpy=numpy),
        {name: item for name, item in _make_operands(dtype, shape).items() if name in named},
        LIMIT,
        row.needs,
        row.outcome,
        condition=100.0 if is_long else 1.0,
    )


def _make_operands(dtype: str, shape: tuple[int, ...]) -> dict[str, Operand]:
    whole = dtype.startswith(("int", "uint"))
    low, high = (1, 100) if whole else (0.5, 1.5)
    # Of complex numbers both parts are drawn: around a modulus of 1.
    near_one = (0.68, 0.73) if dtype.startswith("complex") else (0.9, 1.1)
    operands = {
        "a": Operand(shape, dtype, low, high),
        "b": Operand(shape, dtype, low, high),
        "p": Operand(shape, dtype, *((low, high) if whole else near_one)),
    }
    if len(shape) == 2:
        rows, columns = shape
        operands |= {
            "r": Operand((columns,), dtype, low, high),
            "c": Operand((rows, 1), dtype, low, high),
            "m": Operand(shape, "bool"),
            "i": Operand((max(1, rows // 2),), "int64", 0, rows),
            "j": Operand((max(1, columns // 2),), "int64", 0, columns),
        }
    return operands
