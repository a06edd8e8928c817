# The golden calls of functions of matrices, products apart. What a golden call is, is in cases.py.
"""Decompositions and what is made of them, on matrices below, at and beyond a block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import corepy
from corepy import _core, linalg

from .cases import Draft, Size
from .operands import COMPONENTS, Operand, Shape

if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .cases import Maker

__all__ = ["LINALG_MAKERS"]

_Unary: TypeAlias = "Callable[[Tensor], Tensor | tuple[Tensor, ...]]"

#: Blocks of substitution are of 16, panels of reflectors of 32, cuts at multiples of 16.
_SQUARE: tuple[tuple[Shape, Size], ...] = (
    ((1, 1), "small"),
    ((7, 7), "small"),
    ((5, 17, 17), "small"),
    ((40, 40), "small"),
    ((70, 70), "medium"),
    ((130, 130), "threads"),
    ((400, 400), "large"),
)
_OBLONG: tuple[tuple[Shape, Size], ...] = (
    ((9, 4), "small"),
    ((4, 9), "small"),
    ((3, 20, 35), "small"),
    ((75, 40), "medium"),
    ((300, 200), "large"),
)


def _join(results: Tensor | tuple[Tensor, ...]) -> Tensor:
    """All elements of several results, in one tensor of the dtype that holds them all."""
    if isinstance(results, corepy.Tensor):
        return results
    wide = corepy.result_type(*(result.dtype for result in results))
    flat = [corepy.astype(corepy.reshape(result, (-1,)), wide) for result in results]
    return corepy.concat(flat)


def _definite(x: Tensor) -> Tensor:
    """A positive definite matrix made of any."""
    unit = corepy.eye(x.shape[-1], dtype=x.dtype)
    return corepy.matmul(x, corepy.matrix_transpose(corepy.conj(x))) + unit * 16


def _scale_badly(x: Tensor) -> Tensor:
    """D**-1 x D, D of powers of two: a matrix that has to be balanced."""
    powers = [2.0 ** (8 * (i % 9) - 32) for i in range(x.shape[-1])]
    scale = corepy.asarray(powers, dtype=x.dtype)
    return x / scale[:, None] * scale


def _shape_name(shape: Shape) -> str:
    return "x".join(map(str, shape))


def _make(
    function: _Unary, name: str = "", shapes: tuple[tuple[Shape, Size], ...] = _SQUARE
) -> Maker:
    def make(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
        def run(tensors: Sequence[Tensor]) -> Tensor:
            return _join(function(tensors[0]))

        for shape, size in shapes:
            if size == "threads" and dtype in COMPONENTS:
                continue
            call = f"{_shape_name(shape)} {name}".strip()
            yield Draft(call, size, (Operand(dtype, shape, 0, "ordinary"),), run)

    return make


def _all(*makers: Maker) -> Maker:
    def make(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
        for maker in makers:
            yield from maker(row, dtype)

    return make


def _pairs(
    function: Callable[[Tensor, Tensor], Tensor], *pairs: tuple[Shape, Shape, Size]
) -> Maker:
    def run(tensors: Sequence[Tensor]) -> Tensor:
        return function(tensors[0], tensors[1])

    def make(row: _core.OpInfo, dtype: str) -> Iterator[Draft]:
        for first, second, size in pairs:
            operands = (
                Operand(dtype, first, 0, "ordinary"),
                Operand(dtype, second, 1, "ordinary"),
            )
            yield Draft(f"{_shape_name(first)} {_shape_name(second)}", size, operands, run)

    return make


def _norms() -> Iterator[Maker]:
    shapes = _OBLONG[:4]
    yield _make(lambda x: linalg.matrix_norm(x), "fro", shapes)
    yield _make(lambda x: linalg.matrix_norm(x, ord="nuc"), "nuc", shapes)
    for order in (1, -1, 2, -2, float("inf"), -float("inf")):

        def measure(x: Tensor, order: float = order) -> Tensor:
            return linalg.matrix_norm(x, ord=order)

        yield _make(measure, str(order), shapes)


LINALG_MAKERS: dict[str, Maker] = {
    "cholesky": _all(
        _make(lambda x: linalg.cholesky(_definite(x))),
        _make(lambda x: linalg.cholesky(_definite(x), upper=True), "upper", _SQUARE[:5]),
    ),
    "cross": _pairs(linalg.cross, ((40, 3), (40, 3), "small"), ((5, 1, 3), (4, 3), "small")),
    "det": _make(linalg.det),
    "diagonal": _make(lambda x: corepy.copy(linalg.diagonal(x, offset=1)), "", _OBLONG),
    "eig": _all(
        _make(linalg.eig, "", _SQUARE[:6]),
        _make(lambda x: linalg.eig(_scale_badly(x)), "badly scaled", _SQUARE[1:4]),
    ),
    "eigh": _make(linalg.eigh, "", _SQUARE[:6]),
    "eigvals": _all(
        _make(linalg.eigvals, "", _SQUARE[:6]),
        _make(lambda x: linalg.eigvals(_scale_badly(x)), "badly scaled", _SQUARE[1:4]),
    ),
    "eigvalsh": _make(linalg.eigvalsh, "", _SQUARE[:6]),
    "inv": _make(linalg.inv),
    "matrix_norm": _all(*_norms()),
    "matrix_power": _all(
        _make(lambda x: linalg.matrix_power(x, 5), "5", _SQUARE[:5]),
        _make(lambda x: linalg.matrix_power(x, 0), "0", _SQUARE[:2]),
    ),
    "matrix_rank": _make(linalg.matrix_rank, "", _OBLONG[:4]),
    "outer": _pairs(linalg.outer, ((37,), (41,), "small"), ((600,), (500,), "medium")),
    "pinv": _make(linalg.pinv, "", _OBLONG[:4]),
    "qr": _all(
        _make(linalg.qr, "", _OBLONG + _SQUARE[1:]),
        _make(lambda x: linalg.qr(x, mode="complete"), "complete", _OBLONG[:4]),
    ),
    "slogdet": _make(linalg.slogdet),
    "solve": _pairs(
        linalg.solve,
        ((7, 7), (7,), "small"),
        ((17, 17), (17, 3), "small"),
        ((2, 1, 20, 20), (3, 20, 2), "small"),
        ((70, 70), (70, 70), "medium"),
        ((400, 400), (400, 5), "large"),
    ),
    "svd": _all(
        _make(linalg.svd, "", _OBLONG[:4]),
        _make(lambda x: linalg.svd(x, full_matrices=False), "reduced", _OBLONG + _SQUARE[3:5]),
        # A program of svd, matmul and their like, which no row names.
        _make(lambda x: linalg.lstsq(x, x[..., :2]).x, "lstsq", _OBLONG[:4]),
    ),
    "svdvals": _make(linalg.svdvals, "", _OBLONG[:4]),
    "trace": _make(lambda x: linalg.trace(x, offset=-1), "", _OBLONG),
}
