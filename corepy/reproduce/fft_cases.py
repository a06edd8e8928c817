# The golden calls of Fourier transforms. Those of other operators that compute are in cases.py.
"""Every kind of plan, along either axis, cut and padded, with every norm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import corepy
from corepy import _core

from .cases import Call, Draft, Function, Size
from .operands import Operand, Shape

if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["make_transforms"]

#: Name of the call, shape, axis, size class. Lengths of columns, halves and chirps; both axes.
_LINES: tuple[tuple[str, Shape, int, Size], ...] = (
    ("1", (1,), 0, "small"),
    ("16", (16,), 0, "small"),
    ("31", (31,), 0, "small"),
    ("105", (105,), 0, "small"),
    ("74", (74,), 0, "small"),
    ("1000", (1000,), 0, "small"),
    ("1009", (1009,), 0, "small"),
    ("1024", (1024,), 0, "small"),
    ("23x12 axis 0", (23, 12), 0, "small"),
    ("23x12 axis 1", (23, 12), 1, "small"),
    ("5x96x7 axis 1", (5, 96, 7), 1, "small"),
    ("65536", (65_536,), 0, "medium"),
    ("131x210 axis 0", (131, 210), 0, "medium"),
    ("300000", (300_000,), 0, "threads"),
    ("600x512 axis 0", (600, 512), 0, "threads"),
    ("512x600 axis 1", (512, 600), 1, "threads"),
    ("1048576", (1_048_576,), 0, "large"),
)
_THREADED = frozenset({"fft", "irfft"})
_SHAPES: tuple[tuple[str, Shape, tuple[int, ...], Size], ...] = (
    ("6x10", (6, 10), (0, 1), "small"),
    ("7x9x5 axes 2 0", (7, 9, 5), (2, 0), "small"),
    ("48x64", (48, 64), (0, 1), "small"),
    ("300x250", (300, 250), (0, 1), "medium"),
)


def _make_lines(function: Function, name: str, dtype: str) -> Iterator[Draft]:
    def along(axis: int) -> Call:
        return lambda tensors: function(tensors[0], axis=axis)

    for call, shape, axis, size in _LINES:
        if name in ("irfft", "hfft") and shape[axis] == 1:
            continue  # no number is left
        if size != "threads" or name in _THREADED:
            yield Draft(call, size, (Operand(dtype, shape, 0, "ordinary"),), along(axis))
    operand = Operand(dtype, (5, 40), 0, "ordinary")
    for n in (33, 64, 90):

        def fit(tensors: Sequence[Tensor], n: int = n) -> Tensor:
            return function(tensors[0], n=n)

        yield Draft(f"5x40 n {n}", "small", (operand,), fit)
    for norm in ("ortho", "forward"):

        def scale(tensors: Sequence[Tensor], norm: str = norm) -> Tensor:
            return function(tensors[0], norm=norm)

        yield Draft(f"5x40 {norm}", "small", (operand,), scale)
    repeated = Operand(dtype, (40, 70), 0, "ordinary", "rows")
    yield Draft("40x70 row axis 0", "small", (repeated,), along(0))


def _make_grids(function: Function, dtype: str) -> Iterator[Draft]:
    for call, shape, axes, size in _SHAPES:

        def over(tensors: Sequence[Tensor], axes: tuple[int, ...] = axes) -> Tensor:
            return function(tensors[0], axes=axes)

        yield Draft(call, size, (Operand(dtype, shape, 0, "ordinary"),), over)
    operand = Operand(dtype, (8, 10), 0, "ordinary")

    def fit(tensors: Sequence[Tensor]) -> Tensor:
        return function(tensors[0], s=(9, 14), axes=(0, 1), norm="ortho")

    yield Draft("8x10 s 9 14 ortho", "small", (operand,), fit)


def make_transforms(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
    """The calls of one row of the family."""
    name = row.name.removeprefix("fft.")
    function: Function = getattr(corepy.fft, name)
    if name.endswith("freq"):
        wanted = _core.dtypes()[dtype]
        for n in (1, 10, 1001):

            def sample(tensors: Sequence[Tensor], n: int = n) -> Tensor:
                frequencies: Tensor = getattr(corepy.fft, name)(n, d=0.3, dtype=wanted)
                return frequencies

            yield Draft(str(n), "small", (), sample)
    elif name.endswith("shift"):
        yield Draft("9x6", "small", (Operand(dtype, (9, 6)),), lambda ts: function(ts[0]))
        yield Draft("37", "small", (Operand(dtype, (37,)),), lambda ts: function(ts[0], axes=0))
    elif name.endswith("n"):
        yield from _make_grids(function, dtype)
    else:
        yield from _make_lines(function, name, dtype)
