# Cases of small programs that users write with public operators.
"""softmax, layer norm, pairwise distances, 512 x 512."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, make_statements

GROUP = "Programs"
LIMIT = Limit(0.8)
N = 512

_SOFTMAX = (
    "e = xp.exp(a - xp.max(a, axis=1, keepdims=True)); r = e / xp.sum(e, axis=1, keepdims=True)"
)
_CENTRED = "c = a - xp.mean(a, axis=1, keepdims=True); "
_NORMALISED = "r = c / xp.sqrt(v + 1e-5) * g + b"
_DISTANCES = (
    "s = xp.sum(a * a, axis=1, keepdims=True) + xp.sum(b * b, axis=1) - 2.0 * (a @ b.T); "
    "r = xp.sqrt(xp.maximum(s, {zero}))"
)


def list_cases() -> Iterator[Case]:
    """Every program and dtype; the same statements in all libraries, up to names."""
    for dtype in ("float32", "float64"):
        label = f"{dtype}-{N}x{N}"
        matrix = Operand((N, N), dtype, -3.0, 3.0)
        vector = Operand((N,), dtype)
        softmax = make_statements(
            _SOFTMAX, torch=_SOFTMAX.replace("xp.max(a, axis=1", "xp.amax(a, dim=1")
        )
        yield Case("softmax", label, GROUP, softmax, {"a": matrix}, LIMIT, "xp.exp", "r")
        norm = make_statements(
            f"{_CENTRED}v = xp.var(a, axis=1, keepdims=True); {_NORMALISED}",
            torch=f"{_CENTRED}v = xp.var(a, dim=1, keepdim=True, correction=0); {_NORMALISED}",
        )
        operands = {"a": matrix, "g": vector, "b": vector}
        yield Case("layer_norm", label, GROUP, norm, operands, LIMIT, "xp.var", "r")
        distances = make_statements(
            _DISTANCES.format(zero="0.0"),
            torch=_DISTANCES.format(zero="xp.zeros((), dtype=a.dtype)"),
        )
        operands = {"a": matrix, "b": matrix}
        yield Case("distances", label, GROUP, distances, operands, LIMIT, "xp.matmul", "r")
