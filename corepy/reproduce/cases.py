# What a golden call is, and the calls of elementwise functions, reductions, scans, sorts, products.
# Calls that only move or make elements are in structural_cases.py, decompositions in
# linalg_cases.py, Fourier transforms in fft_cases.py, programs of operators in composed_cases.py.
"""The golden set: every operator and dtype, at every size class, and every function made of them.

The calls come from the native table of operators, so a new elementwise function, reduction or sort
has its calls as soon as it has a row; other families have a maker each, and a test fails where one
is missing.  A call's name is part of the golden file: what a name stands for never changes within a
numerics revision; new calls get new names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol, TypeAlias

import corepy
from corepy import _core

from .operands import COMPONENTS, Kind, Operand, Shape

if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["COMPOSED", "SIZES", "UNDEFINED", "Case", "make_cases"]

#: ``small``: around vectors, lanes and blocks. ``medium``: several blocks and tiles. ``threads``:
#: enough work for several threads, a few operators only. ``large``: beyond the caches, every
#: operator; streaming stores, packed matrix blocks.
Size: TypeAlias = Literal["small", "medium", "threads", "large"]
SIZES: tuple[Size, ...] = ("small", "medium", "threads", "large")

#: The family of functions that are programs of native operators, with no row of the table
#: (composed_cases.py).
COMPOSED = "composed"

#: Operators whose results have no defined values.
UNDEFINED = frozenset({"empty", "empty_like"})


class Function(Protocol):
    """A function of corepy's namespace, as far as golden calls need it."""

    def __call__(self, *tensors: Tensor | Sequence[Tensor], **options: object) -> Tensor: ...


Call: TypeAlias = "Callable[[Sequence[Tensor]], Tensor]"


class Case(NamedTuple):
    """One golden call: what it is named in the golden file, and how it is made."""

    op: str
    family: str
    dtype: str
    call: str
    size: Size
    operands: tuple[Operand, ...]
    run: Call

    @property
    def key(self) -> str:
        """The name in the golden file, below the operator's."""
        return f"{self.dtype} {self.call}"


class Draft(NamedTuple):
    """A case without what it shares with the others of its operator and dtype."""

    call: str
    size: Size
    operands: tuple[Operand, ...]
    run: Call


#: A dtype that promotes to the key with it.
NARROWER = {
    "int16": "int8",
    "int32": "int16",
    "int64": "uint32",
    "uint16": "uint8",
    "uint32": "uint16",
    "uint64": "uint32",
    "float16": "int8",
    "bfloat16": "int8",
    "float32": "int16",
    "float64": "float32",
    "complex64": "float32",
    "complex128": "complex64",
}

# ---- elementwise ----

_THREADED_ELEMENTWISE = frozenset({"add", "exp", "less", "pow", "where"})
_THREADED_DTYPES = frozenset({"float32", "float64", "int32"})
#: These also get operands that fill 64 MiB in every dtype: one operator per form of loop.
_STREAMED = frozenset({"add", "exp", "less", "logical_not", "maximum", "negative", "sqrt", "where"})
#: Operators whose operands must have one dtype.
_UNCONVERTED = frozenset({"clip"})
_STREAMED_BYTES = 34 << 20
_FLOATING = frozenset({"float16", "bfloat16", "float32", "float64", "complex64", "complex128"})
_SIMPLE_POWERS = (2, 2, 2, 2, 3, 0.5, -1, 1, 0, -2, 7, 64, 0.5, 0.5, 0.5, 0.5, 2.5)
_LARGE = 4_200_003


def _is_count(name: str, dtype: str, index: int) -> bool:
    """Whether the operand must not be negative."""
    is_integer = dtype.startswith(("int", "uint"))
    return index == 1 and is_integer and (name == "pow" or name.endswith("shift"))


def _elementwise_operands(row: _core.OpInfo, dtype: str, shape: Shape) -> tuple[Operand, ...]:
    return tuple(
        Operand(
            "bool" if operand == "condition" else dtype,
            shape,
            index,
            "count" if _is_count(row.name, dtype, index) else "any",
        )
        for index, operand in enumerate(row.operands)
    )


def _broadcast(operands: tuple[Operand, ...]) -> Iterator[tuple[str, tuple[Operand, ...]]]:
    """The last operand with equal rows, then the others with equal columns besides."""
    *others, last = operands
    if not others:
        yield "column", (last._replace(repeated="columns"),)
        return
    with_rows = last._replace(repeated="rows")
    yield "row", (*others, with_rows)
    yield "outer", (*(other._replace(repeated="columns") for other in others), with_rows)


def _raise_to_simple_powers(tensors: Sequence[Tensor]) -> Tensor:
    """Exponents that have ways of their own, side by side with one that has none."""
    (x,) = tensors
    powers = (_SIMPLE_POWERS * x.shape[0])[: x.shape[0]]
    return corepy.pow(x, corepy.asarray(powers, dtype=x.dtype))


def _make_elementwise(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    function: Function = getattr(corepy, row.name)

    def run(tensors: Sequence[Tensor]) -> Tensor:
        return function(*tensors)

    def operands(*shape: int) -> tuple[Operand, ...]:
        return _elementwise_operands(row, dtype, shape)

    for length in (37, 1200):
        yield Draft(str(length), "small", operands(length), run)
    for name, changed in _broadcast(operands(30, 41)):
        yield Draft(f"30x41 {name}", "small", changed, run)
    if len(row.operands) > 1 and dtype in NARROWER and row.name not in _UNCONVERTED:
        first, *rest, last = operands(700)
        converted = (first, *rest, last._replace(dtype=NARROWER[dtype]))
        yield Draft("700 converted", "small", converted, run)
    yield Draft("20011", "medium", operands(20_011), run)
    if row.name == "pow" and dtype in _FLOATING:
        yield Draft("700 to simple powers", "small", operands(700)[:1], _raise_to_simple_powers)
    if row.name in _THREADED_ELEMENTWISE and dtype in _THREADED_DTYPES:
        yield Draft("2000003", "threads", operands(2_000_003), run)
    yield Draft(str(_LARGE), "large", operands(_LARGE), run)
    if row.name in _STREAMED:
        length = _STREAMED_BYTES // _core.dtypes()[dtype].itemsize + 3
        yield Draft("34 MiB", "large", operands(length), run)
        for name, changed in _broadcast(operands(2100, 2000)):
            yield Draft(f"2100x2000 {name}", "large", changed, run)


# ---- reductions ----

Axis: TypeAlias = "int | tuple[int, ...] | None"

#: Name of the call, shape, axis, size class. ``argmax`` and ``argmin`` take one axis only.
_REDUCED: tuple[tuple[str, Shape, Axis, Size], ...] = (
    ("1", (1,), None, "small"),
    ("16", (16,), None, "small"),
    ("17", (17,), None, "small"),
    ("257", (257,), None, "small"),
    ("5000", (5000,), None, "small"),
    ("40x70 axis 0", (40, 70), 0, "small"),
    ("40x70 axis 1", (40, 70), 1, "small"),
    ("9x11x13 axis 1", (9, 11, 13), 1, "small"),
    ("9x11x13 axes 0 2", (9, 11, 13), (0, 2), "small"),
    ("70001", (70_001,), None, "medium"),
    ("600x170 axis 0", (600, 170), 0, "medium"),
    ("600x170 axis 1", (600, 170), 1, "medium"),
    ("3000017", (3_000_017,), None, "threads"),
    ("1500x2000 axis 0", (1500, 2000), 0, "threads"),
    ("1500x2000 axis 1", (1500, 2000), 1, "threads"),
    ("4200003", (_LARGE,), None, "large"),
    ("2100x2000 axis 0", (2100, 2000), 0, "large"),
    ("2100x2000 axis 1", (2100, 2000), 1, "large"),
    ("1000003x4 axis 0", (1_000_003, 4), 0, "large"),
)
_THREADED_REDUCTIONS = frozenset({"any", "argmax", "max", "prod", "sum", "var"})
_ONE_AXIS = frozenset({"argmax", "argmin"})
#: The accumulator that ``dtype=`` asks for.
_WIDER = {
    "float16": "float32",
    "bfloat16": "float64",
    "float32": "float64",
    "complex64": "complex128",
    "int8": "int32",
}


def _make_reductions(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    function: Function = getattr(corepy, row.name)
    kind: Kind = "near_one" if row.name == "prod" else "ordinary"

    def along(axis: Axis) -> Call:
        return lambda tensors: function(tensors[0], axis=axis)

    for call, shape, axis, size in _REDUCED:
        if isinstance(axis, tuple) and row.name in _ONE_AXIS:
            continue
        is_threaded = row.name in _THREADED_REDUCTIONS and dtype in _THREADED_DTYPES
        if size != "threads" or is_threaded:
            yield Draft(call, size, (Operand(dtype, shape, 0, kind),), along(axis))
    yield Draft("64x3 special", "small", (Operand(dtype, (64, 3), 1),), along(1))
    repeated = Operand(dtype, (40, 70), 0, kind, "rows")
    yield Draft("40x70 row axis 0", "small", (repeated,), along(0))
    if row.name in ("var", "std"):
        operand = Operand(dtype, (257,), 0, kind)
        yield Draft("257 corrected", "small", (operand,), lambda ts: function(ts[0], correction=1))
    if row.name == "vector_norm":
        for order in (0, 1, 3, float("inf"), -float("inf")):

            def measure(tensors: Sequence[Tensor], order: float = order) -> Tensor:
                return function(tensors[0], axis=1, ord=order)

            operand = Operand(dtype, (23, 300), 0, kind)
            yield Draft(f"23x300 axis 1 ord {order}", "small", (operand,), measure)
    if row.name in ("sum", "prod") and dtype in _WIDER:
        wider = _core.dtypes()[_WIDER[dtype]]
        operand = Operand(dtype, (1000,), 0, kind)
        yield Draft("1000 wider", "small", (operand,), lambda ts: function(ts[0], dtype=wider))


# ---- scans ----

#: Name of the call, shape, axis, size class. Lengths around groups of 16 and blocks of 256.
_SCANNED: tuple[tuple[str, Shape, int, Size], ...] = (
    ("17", (17,), 0, "small"),
    ("257", (257,), 0, "small"),
    ("5003", (5003,), 0, "small"),
    ("300x23 axis 0", (300, 23), 0, "small"),
    ("23x300 axis 1", (23, 300), 1, "small"),
    ("9x40x13 axis 1", (9, 40, 13), 1, "small"),
    ("70001", (70_001,), 0, "medium"),
    ("600x170 axis 0", (600, 170), 0, "medium"),
    ("2000003", (2_000_003,), 0, "threads"),
    ("1500x1300 axis 0", (1500, 1300), 0, "threads"),
    ("1300x1500 axis 1", (1300, 1500), 1, "threads"),
    ("4200003", (_LARGE,), 0, "large"),
    ("2100x2000 axis 0", (2100, 2000), 0, "large"),
)


def _make_scans(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    function: Function = getattr(corepy, row.name)
    kind: Kind = "near_one" if row.name == "cumulative_prod" else "ordinary"

    def along(axis: int) -> Call:
        return lambda tensors: function(tensors[0], axis=axis)

    for call, shape, axis, size in _SCANNED:
        if size != "threads" or dtype in _THREADED_DTYPES:
            yield Draft(call, size, (Operand(dtype, shape, 0, kind),), along(axis))
    yield Draft("64x3 special", "small", (Operand(dtype, (64, 3), 1),), along(0))
    operand = Operand(dtype, (40, 23), 0, kind)
    for axis in (0, 1):

        def from_nothing(tensors: Sequence[Tensor], axis: int = axis) -> Tensor:
            return function(tensors[0], axis=axis, include_initial=True)

        yield Draft(f"40x23 axis {axis} initial", "small", (operand,), from_nothing)
    if dtype in _WIDER:
        wider = _core.dtypes()[_WIDER[dtype]]
        for axis in (0, 1):

            def convert(tensors: Sequence[Tensor], axis: int = axis) -> Tensor:
                return function(tensors[0], axis=axis, dtype=wider)

            yield Draft(f"40x23 axis {axis} wider", "small", (operand,), convert)


# ---- sorting ----


def _make_sorted(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    function: Function = getattr(corepy, row.name)

    def sort(tensors: Sequence[Tensor]) -> Tensor:
        return function(tensors[0])

    def sort_descending(tensors: Sequence[Tensor]) -> Tensor:
        return function(tensors[0], descending=True)

    for length in (37, 3000):
        operand = Operand(dtype, (length,))
        yield Draft(str(length), "small", (operand,), sort)
        yield Draft(f"{length} descending", "small", (operand,), sort_descending)
    matrix = Operand(dtype, (60, 23))
    yield Draft("60x23 axis 0", "small", (matrix,), lambda ts: function(ts[0], axis=0))
    yield Draft("60x23 axis 1", "small", (matrix,), lambda ts: function(ts[0], axis=1))
    yield Draft("50021", "medium", (Operand(dtype, (50_021,)),), sort)
    if dtype in _THREADED_DTYPES:
        yield Draft("40x10007", "threads", (Operand(dtype, (40, 10_007)),), sort)
    yield Draft("2000003", "large", (Operand(dtype, (2_000_003,)),), sort)


# ---- products ----

#: m, k, n. More than 128 in k has lanes, more than 1024 blocks, more than 1536 several packed
#: blocks.
_PRODUCTS: tuple[tuple[int, int, int, Size], ...] = (
    (3, 5, 4, "small"),
    (17, 64, 33, "small"),
    (18, 70, 33, "small"),
    (3, 1100, 2, "small"),
    (1, 600, 1, "small"),
    (130, 600, 70, "medium"),
    (5, 1700, 40, "medium"),
    (330, 340, 350, "threads"),
    (64, 3300, 96, "large"),
    (700, 700, 700, "large"),
)


def _multiply(name: str) -> Call:
    if name == "matmul":
        return lambda tensors: corepy.matmul(tensors[0], tensors[1])
    if name == "tensordot":
        return lambda tensors: corepy.tensordot(tensors[0], tensors[1], axes=1)
    return lambda tensors: corepy.vecdot(tensors[0], tensors[1])


def _contract_three(tensors: Sequence[Tensor]) -> Tensor:
    left, right = tensors
    return corepy.einsum("ij,ik,jl->kl", left, right, left.mT[:, :9])


def _make_products(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    run = _multiply(row.name)

    def pair(a: Shape, b: Shape) -> tuple[Operand, Operand]:
        return Operand(dtype, a, 0, "ordinary"), Operand(dtype, b, 1, "ordinary")

    for m, k, n, size in _PRODUCTS:
        if size == "threads" and not (row.name == "matmul" and dtype in _THREADED_DTYPES):
            continue
        if row.name == "vecdot":
            yield Draft(f"{m}x{k}", size, pair((m, k), (m, k)), run)
        else:
            yield Draft(f"{m}x{k}x{n}", size, pair((m, k), (k, n)), run)
    yield Draft("1200", "small", pair((1200,), (1200,)), run)
    if row.name == "matmul":
        yield Draft("40x90 vector", "small", pair((40, 90), (90,)), run)
        yield Draft("vector 90x40", "small", pair((90,), (90, 40)), run)
        yield Draft("stack of 5", "small", pair((5, 6, 70), (5, 70, 7)), run)
        yield Draft("2000x2000 vector", "large", pair((2000, 2000), (2000,)), run)
        yield Draft("vector 2000x2000", "large", pair((2000,), (2000, 2000)), run)
        special = Operand(dtype, (9, 80), 0), Operand(dtype, (80, 11), 1)
        yield Draft("9x80x11 special", "small", special, run)
    if row.name == "tensordot":  # of which einsum is a program, that no row names
        yield Draft("einsum ij,ik,jl->kl", "small", pair((30, 40), (30, 7)), _contract_three)
    if row.name == "vecdot" or dtype not in COMPONENTS:
        yield Draft("4200003", "large", pair((_LARGE,), (_LARGE,)), run)


# ---- all ----

Maker: TypeAlias = "Callable[[_core.OpInfo, str], Iterator[Draft]]"

_FAMILY_MAKERS: dict[str, Maker] = {
    "elementwise": _make_elementwise,
    "reduction": _make_reductions,
    "scan": _make_scans,
    "sorting": _make_sorted,
}
_PRODUCT_NAMES = ("matmul", "tensordot", "vecdot")


def _find_maker(row: _core.OpInfo) -> Maker | None:
    from .fft_cases import make_transforms
    from .linalg_cases import LINALG_MAKERS
    from .structural_cases import MAKERS

    if row.family == "fft":
        return make_transforms
    if row.name in _PRODUCT_NAMES:
        return _make_products
    return _FAMILY_MAKERS.get(row.family) or LINALG_MAKERS.get(row.name) or MAKERS.get(row.name)


def make_cases(row: _core.OpInfo, sizes: Sequence[Size] = SIZES) -> Iterator[Case]:
    """The golden calls of one row of the operator table, by dtype; none for an unknown operator."""
    maker = _find_maker(row)
    if maker is None:
        return
    for dtype in row.dtypes:
        for draft in maker(row, dtype):
            if draft.size in sizes:
                yield Case(row.name, row.family, dtype, *draft)
