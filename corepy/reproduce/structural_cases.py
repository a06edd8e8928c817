# The golden calls of operators that make, move, select or convert elements. Those that compute are
# in cases.py.
"""One maker per operator: calls of every dtype, mostly small, since bytes are only moved."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

import corepy
from corepy import _core

from .cases import Call, Draft, Function, Maker, Size
from .operands import COMPONENTS, Operand

if TYPE_CHECKING:
    from corepy.random import Stream
    from corepy.tensor import Tensor

__all__ = ["MAKERS"]

_LARGE = 4_200_003
MATRIX = (30, 41)
#: One dtype of each size: bytes that are moved have no other property.
_SIZED = frozenset({"uint8", "int16", "float32", "int64", "complex128"})


def _find_counts(dtype: str, small: int) -> dict[int, Size]:
    """Lengths of rows, with their size classes."""
    return {small: "small", _LARGE: "large"} if dtype in _SIZED else {small: "small"}


def _find_dtype(name: str) -> _core.DType:
    return _core.dtypes()[name]


# ---- conversion ----


def _convert_to(target: str) -> Call:
    dtype = _find_dtype(target)
    return lambda tensors: corepy.astype(tensors[0], dtype)


def _make_casts(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    for target in row.dtypes:
        if dtype in COMPONENTS and target not in COMPONENTS:
            continue
        run = _convert_to(target)
        yield Draft(f"600 to {target}", "small", (Operand(dtype, (600,)),), run)
        yield Draft(f"20x30 to {target}", "small", (Operand(dtype, (20, 30), 1),), run)
        yield Draft(f"{_LARGE} to {target}", "large", (Operand(dtype, (_LARGE,)),), run)
        if (dtype, target) in (("float64", "float32"), ("int32", "float64")):
            yield Draft(f"2000003 to {target}", "threads", (Operand(dtype, (2_000_003,)),), run)


# ---- movement and selection ----


def _apply(function: Callable[[Tensor], Tensor]) -> Call:
    return lambda tensors: function(tensors[0])


def _make_moves(shape: tuple[int, ...], function: Callable[[Tensor], Tensor]) -> Maker:
    """One small call on a tensor of a shape."""

    def make(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
        name = "x".join(map(str, shape))
        yield Draft(name, "small", (Operand(dtype, shape),), _apply(function))

    return make


def _make_copies(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    run = _apply(corepy.copy)
    yield Draft("1200", "small", (Operand(dtype, (1200,)),), run)
    yield Draft("30x41", "small", (Operand(dtype, (30, 41)),), run)
    yield Draft("5x6x7", "small", (Operand(dtype, (5, 6, 7)),), run)
    yield Draft("300x170", "medium", (Operand(dtype, (300, 170)),), run)
    yield Draft("2100x2000", "large", (Operand(dtype, (2100, 2000)),), run)


def _make_joins(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    function: Function = getattr(corepy, row.name)

    def join(axis: int) -> Call:
        return lambda tensors: function(list(tensors), axis=axis)

    def pair(*shape: int) -> tuple[Operand, Operand]:
        return Operand(dtype, shape), Operand(dtype, shape, 1)

    for axis in (0, 1):
        yield Draft(f"30x41 axis {axis}", "small", pair(30, 41), join(axis))
    for axis in (0, 1):
        yield Draft(f"2100x1000 axis {axis}", "large", pair(2100, 1000), join(axis))
    if dtype == "float64":
        yield Draft("1000x1100", "threads", pair(1000, 1100), join(1))
    if row.name == "concat":
        longer = Operand(dtype, (30, 41)), Operand(dtype, (7, 41), 1)
        yield Draft("30x41 and 7x41", "small", longer, join(0))


def _make_takes(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    def take(axis: int) -> Call:
        return lambda tensors: corepy.take(tensors[0], tensors[1], axis=axis)

    def indices(count: int) -> Operand:
        return Operand("int64", (count,), 5, "index")

    line, table = Operand(dtype, (300,)), Operand(dtype, (300, 14))
    yield Draft("700 of 300", "small", (line, indices(700)), take(0))
    yield Draft("40 of 300x14 axis 0", "small", (table, indices(40)), take(0))
    wide = Operand(dtype, (9, 300))
    yield Draft("40 of 9x300 axis 1", "small", (wide, indices(40)), take(1))
    yield Draft(f"{_LARGE} of 300", "large", (line, indices(_LARGE)), take(0))
    if dtype == "float64":
        yield Draft("2000003 of 300", "threads", (line, indices(2_000_003)), take(0))


def _make_selections(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    table = Operand(dtype, (30, 41))
    matrix = (table,)
    yield Draft("30x41 [::-2, 3:]", "small", matrix, lambda ts: ts[0][::-2, 3:])
    yield Draft("30x41 [5]", "small", matrix, lambda ts: ts[0][5])
    yield Draft("30x41 [..., None, -1]", "small", matrix, lambda ts: ts[0][..., None, -1])
    rows, columns = _positions(50, 30), _positions(50, 41, 1)
    read_both = Draft("30x41 [50, 50]", "small", (table, rows, columns), _read_both)
    yield Draft("30x41 [50]", "small", (table, rows), lambda ts: ts[0][ts[1] % 30])
    yield Draft("30x41 [:, 50]", "small", (table, columns), lambda ts: ts[0][:, ts[1] % 41])
    yield read_both
    masked = (table, Operand("bool", (30, 41), 3))
    yield Draft("30x41 [mask]", "small", masked, lambda ts: ts[0][ts[1]])
    for count, size in _find_counts(dtype, 600).items():
        operands = Operand(dtype, (count,)), Operand("bool", (count,), 3)
        yield Draft(f"{count} [mask]", size, operands, lambda ts: ts[0][ts[1]])


def _positions(count: int, extent: int, seed: int = 0) -> Operand:
    """Integers from 0 to 255; the call brings them below the extent."""
    return Operand("int64", (count,), 5 + extent + seed, "index")


def _read_both(tensors: Sequence[Tensor]) -> Tensor:
    return tensors[0][tensors[1] % 30, tensors[2] % 41]


def _write_rows(tensors: Sequence[Tensor]) -> Tensor:
    written = tensors[0][...]  # shares storage: the write below copies it first
    written[1::2, ::-1] = tensors[1]
    return written


def _write_number(tensors: Sequence[Tensor]) -> Tensor:
    written = tensors[0][...]
    written[:, 2:20:3] = 1
    return written


def _write_at(tensors: Sequence[Tensor]) -> Tensor:
    written = tensors[0][...]
    written[tensors[2] % len(written)] = tensors[1]
    return written


def _write_masked(tensors: Sequence[Tensor]) -> Tensor:
    written = tensors[0][...]
    written[tensors[2]] = tensors[1][tensors[2]]
    return written


def _fill_masked(tensors: Sequence[Tensor]) -> Tensor:
    written = tensors[0][...]
    written[tensors[2]] = tensors[1][0]
    return written


def _make_writes(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    matrix = Operand(dtype, (30, 41))
    value = Operand(dtype, (15, 41), 1)
    yield Draft("30x41 [1::2, ::-1]", "small", (matrix, value), _write_rows)
    number = Draft("30x41 [:, 2:20:3]", "small", (matrix,), _write_number)
    if dtype != "bool":
        yield number
    for count, size in _find_counts(dtype, 600).items():
        whole, other = Operand(dtype, (count,)), Operand(dtype, (count,), 1)
        places, mask = _positions(count, 256), Operand("bool", (count,), 3)
        yield Draft(f"{count} [{count}]", size, (whole, other, places), _write_at)
        yield Draft(f"{count} [mask]", size, (whole, other, mask), _write_masked)
        yield Draft(f"{count} [mask] filled", size, (whole, other, mask), _fill_masked)


def _make_accumulations(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    how = row.name.removeprefix("at_")

    def run(tensors: Sequence[Tensor]) -> Tensor:
        x, values, places = tensors
        result: Tensor = getattr(x.at(places), how)(values)
        return result

    extent = 256
    for count, size in _find_counts(dtype, 700).items():
        operands = Operand(dtype, (extent,), 0, "ordinary"), Operand(dtype, (count,), 1, "ordinary")
        yield Draft(f"{count} of {extent}", size, (*operands, _positions(count, extent)), run)


def _make_positions(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    def locate(axis: int) -> Call:
        return lambda tensors: corepy.nonzero(tensors[0])[axis]

    for axis in (0, 1):
        yield Draft(f"30x41 axis {axis}", "small", (Operand(dtype, (30, 41)),), locate(axis))
    for count, size in _find_counts(dtype, 700).items():
        yield Draft(f"{count}", size, (Operand(dtype, (count,)),), locate(0))


def _places(shape: tuple[int, ...]) -> Operand:
    return Operand("int64", shape, 5, "index")


def _make_takes_along(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    for axis in (0, 1):

        def run(tensors: Sequence[Tensor], axis: int = axis) -> Tensor:
            indices = tensors[1] % tensors[0].shape[axis]
            return corepy.take_along_axis(tensors[0], indices, axis=axis)

        operands = Operand(dtype, (30, 41)), _places((30, 41))
        yield Draft(f"30x41 axis {axis}", "small", operands, run)


def _make_puts_along(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    for axis in (0, 1):

        def run(tensors: Sequence[Tensor], axis: int = axis) -> Tensor:
            written = tensors[0][...]
            indices = tensors[2] % written.shape[axis]
            corepy.put_along_axis(written, indices, tensors[1], axis=axis)
            return written

        pair = Operand(dtype, (30, 41)), Operand(dtype, (30, 41), 1)
        yield Draft(f"30x41 axis {axis}", "small", (*pair, _places((30, 41))), run)


def _make_repeats(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    matrix, counts = Operand(dtype, MATRIX), Operand("uint8", (41,), 1)
    yield Draft("30x41 by 3", "small", (matrix,), lambda ts: corepy.repeat(ts[0], 3, axis=1))
    yield Draft("30x41 by 20", "small", (matrix,), lambda ts: corepy.repeat(ts[0], 20, axis=0))
    run: Call = lambda ts: corepy.repeat(ts[0], ts[1], axis=1)  # noqa: E731
    yield Draft("30x41 by counts", "small", (matrix, counts), run)


def _make_broadcasts(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    pair = Operand(dtype, (30, 1)), Operand(dtype, (41,), 1)
    yield Draft("30x1 41 first", "small", pair, lambda ts: corepy.broadcast_arrays(*ts)[0])
    yield Draft("30x1 41 second", "small", pair, lambda ts: corepy.broadcast_arrays(*ts)[1])


# ---- searches and sets ----


def _search(name: str, other: bool) -> Call:
    if name == "isin":
        return lambda tensors: corepy.isin(tensors[0], tensors[1], invert=other)
    side: Literal["left", "right"] = "right" if other else "left"
    return lambda tensors: corepy.searchsorted(corepy.sort(tensors[0]), tensors[1], side=side)


def _make_searches(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    for other in (False, True):
        run = _search(row.name, other)
        for first, second in ((300, 7), (7, 300), (300, 300)):
            operands = Operand(dtype, (first,)), Operand(dtype, (second,), 1)
            yield Draft(f"{first} and {second}{' other' * other}", "small", operands, run)
    if dtype in ("float32", "int64"):
        operands = Operand(dtype, (100_003,)), Operand(dtype, (100_003,), 1)
        yield Draft("100003 and 100003", "threads", operands, _search(row.name, False))
    many = Operand(dtype, (700_001,)), Operand(dtype, (300_001,), 1)
    yield Draft("700001 and 300001", "large", many, _search(row.name, False))


#: How many tensors each returns.
_UNIQUE_RESULTS = {"unique_all": 4, "unique_counts": 2, "unique_inverse": 2, "unique_values": 1}


def _make_sets(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    function: Function = getattr(corepy, row.name)

    def pick(place: int) -> Call:
        if row.name == "unique_values":
            return lambda tensors: function(tensors[0])
        return lambda tensors: function(tensors[0])[place]

    for place in range(_UNIQUE_RESULTS[row.name]):
        yield Draft(f"30x41 result {place}", "small", (Operand(dtype, MATRIX),), pick(place))
    if dtype in _SIZED:
        yield Draft("1000003", "large", (Operand(dtype, (1_000_003,)),), pick(0))


# ---- creation ----


def _make_nothing_from(call: str, function: Callable[[_core.DType], Tensor]) -> Maker:
    """One call without operands."""

    def make(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
        made = _find_dtype(dtype)
        yield Draft(call, "small", (), lambda tensors: function(made))

    return make


def _make_spaces(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    made = _find_dtype(dtype)
    stop = 7.3 - 2j if made.kind == "c" else 7.3
    for count, size in ((1000, "small"), (_LARGE, "large")):

        def run(tensors: Sequence[Tensor], count: int = count) -> Tensor:
            return corepy.linspace(-1, stop, count, dtype=made)

        yield Draft(str(count), "large" if size == "large" else "small", (), run)


def _make_ranges(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    made = _find_dtype(dtype)
    yield Draft("100", "small", (), lambda tensors: corepy.arange(100, dtype=made))
    if dtype.startswith(("float", "bfloat")):
        fractions = Draft("fractions", "small", (), lambda _: corepy.arange(0, 7, 0.1, dtype=made))
        yield fractions


def _make_grids(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    pair = Operand(dtype, (13,)), Operand(dtype, (7,), 1)
    yield Draft("13 7 first", "small", pair, lambda ts: corepy.meshgrid(*ts)[0])
    yield Draft("13 7 second", "small", pair, lambda ts: corepy.meshgrid(*ts)[1])


# ---- random draws ----

#: Number of elements and size class: less than a group, several groups and a rest, several tasks.
_DRAWN: tuple[tuple[int, Size], ...] = (
    (7, "small"),
    (1200, "small"),
    (20_011, "medium"),
    (2_000_003, "threads"),
)


def _make_draws(draw: Callable[[Stream, int, _core.DType], Tensor]) -> Maker:
    """A draw of a generator that has made three."""

    def make(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
        made = _find_dtype(dtype)
        for count, size in _DRAWN:

            def run(tensors: Sequence[Tensor], count: int = count) -> Tensor:
                return draw(corepy.random.Generator(2**100 + 42, 3), count, made)

            yield Draft(str(count), size, (), run)

    return make


def _draw_integers(g: Stream, count: int, dtype: _core.DType) -> Tensor:
    """Of 64 bits, a range that rejects nearly every other word."""
    high = 2**63 + 1 if dtype.name == "uint64" else 2**62 + 1 if dtype.name == "int64" else 101
    low = -(2**62) if dtype.name == "int64" else 1
    return g.integers(count, low, high, dtype=dtype)


#: Integers of the size of an element; complex128 has none.
_WORDS = {1: "uint8", 2: "uint16", 4: "uint32", 8: "uint64"}

#: By operator; families with a maker of their own are in cases.py.
MAKERS: dict[str, Maker] = {
    "astype": _make_casts,
    "broadcast_arrays": _make_broadcasts,
    "broadcast_to": _make_moves((41,), lambda x: corepy.broadcast_to(x, MATRIX)),
    "concat": _make_joins,
    "copy": _make_copies,
    "expand_dims": _make_moves(MATRIX, lambda x: corepy.expand_dims(x, 1)),
    "flip": _make_moves(MATRIX, lambda x: corepy.flip(x, axis=0)),
    "matrix_transpose": _make_moves((5, 6, 7), corepy.matrix_transpose),
    "moveaxis": _make_moves((5, 6, 7), lambda x: corepy.moveaxis(x, 0, -1)),
    "permute_dims": _make_moves((5, 6, 7), lambda x: corepy.permute_dims(x, (2, 0, 1))),
    "repeat": _make_repeats,
    "reshape": _make_moves(MATRIX, lambda x: corepy.reshape(x, (41, 30))),
    "roll": _make_moves(MATRIX, lambda x: corepy.roll(x, (7, -3), axis=(0, 1))),
    "sliding_window_view": _make_moves(
        MATRIX, lambda x: corepy.sliding_window_view(x, (3, 2))[::4, 1:9]
    ),
    "squeeze": _make_moves((30, 1, 41), lambda x: corepy.squeeze(x, 1)),
    "stack": _make_joins,
    "tile": _make_moves(MATRIX, lambda x: corepy.tile(x, (2, 1, 3))),
    "unstack": _make_moves(MATRIX, lambda x: corepy.unstack(x, axis=1)[5]),
    "view": _make_moves(MATRIX, lambda x: corepy.view(x, _WORDS.get(x.itemsize))),
    "getitem": _make_selections,
    "setitem": _make_writes,
    "take": _make_takes,
    "take_along_axis": _make_takes_along,
    "put_along_axis": _make_puts_along,
    "nonzero": _make_positions,
    "isin": _make_searches,
    "searchsorted": _make_searches,
    **dict.fromkeys(_UNIQUE_RESULTS, _make_sets),
    **{
        f"at_{how}": _make_accumulations
        for how in ("add", "subtract", "multiply", "minimum", "maximum")
    },
    "random.bits": _make_draws(lambda g, count, dtype: g.bits(count, dtype=dtype)),
    "random.exponential": _make_draws(lambda g, n, dtype: g.exponential(n, 2.5, dtype=dtype)),
    "random.integers": _make_draws(_draw_integers),
    "random.normal": _make_draws(lambda g, n, dtype: g.normal(n, -1.5, 3, dtype=dtype)),
    "random.uniform": _make_draws(lambda g, n, dtype: g.uniform(n, -1, 7.3, dtype=dtype)),
    "arange": _make_ranges,
    "asarray": _make_moves(MATRIX, lambda x: corepy.asarray(x, copy=True)),
    "eye": _make_nothing_from("9x11", lambda dtype: corepy.eye(9, 11, k=1, dtype=dtype)),
    "from_arrow": _make_moves(MATRIX, corepy.from_arrow),
    "from_dlpack": _make_moves(MATRIX, corepy.from_dlpack),
    "full": _make_nothing_from("9x11", lambda dtype: corepy.full((9, 11), 1, dtype=dtype)),
    "full_like": _make_moves(MATRIX, lambda x: corepy.full_like(x, 1)),
    "linspace": _make_spaces,
    "meshgrid": _make_grids,
    "ones": _make_nothing_from("9x11", lambda dtype: corepy.ones((9, 11), dtype=dtype)),
    "ones_like": _make_moves(MATRIX, corepy.ones_like),
    "tril": _make_moves(MATRIX, lambda x: corepy.tril(x, k=-2)),
    "triu": _make_moves(MATRIX, lambda x: corepy.triu(x, k=3)),
    "zeros": _make_nothing_from("9x11", lambda dtype: corepy.zeros((9, 11), dtype=dtype)),
    "zeros_like": _make_moves(MATRIX, corepy.zeros_like),
}
