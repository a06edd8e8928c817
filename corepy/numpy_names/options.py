# Options of NumPy's that single native functions take beside the standard's. Those of reductions
# are in reductions.py; the functions themselves, and their documentation, in corepy/ops.
"""What ``round(x, decimals)``, ``clip(x, a_min=)``, ``linalg.svd(x, compute_uv=)``,
``meshgrid(x, y, sparse=True)`` and ``zeros_like(x, shape=)`` run."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError
from corepy.ops.arguments import read_flag
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.linalg.decompositions import SVDResult
    from corepy.ops.native import Dims, DTypeLike, Operand
    from corepy.tensor import Tensor

__all__ = [
    "clip",
    "empty_like",
    "full_like",
    "meshgrid",
    "ones_like",
    "round",
    "svd",
    "zeros_like",
]


@composed
def round(x: Tensor, *, decimals: int | None, out: Tensor | None) -> Tensor:
    """See ``corepy.round``."""
    return corepy.around(x, 0 if decimals is None else decimals, out=out)


@composed
def clip(
    x: Operand,
    *,
    min: Operand | None,
    max: Operand | None,
    out: Tensor | None,
    a_min: Operand | None,
    a_max: Operand | None,
) -> Tensor:
    """See ``corepy.clip``."""
    for name, own, numpys in (("min", min, a_min), ("max", max, a_max)):
        if own is not None and numpys is not None:
            raise ArgumentError(f"clip: {name} and a_{name} are one thing (got both; expected one)")
    low, high = a_min if min is None else min, a_max if max is None else max
    return corepy.clip(x, low, high, out=out)


@composed
def meshgrid(arrays: tuple[Operand, ...], indexing: str) -> tuple[Tensor, ...]:
    """The grids without repetitions; see ``corepy.meshgrid``."""
    grids = corepy.meshgrid(*arrays, indexing=indexing)
    axes = list(range(len(grids)))
    if indexing == "xy":
        axes[:2] = axes[:2][::-1]
    keys = ((slice(1),) * axis + (slice(None),) + (slice(1),) * len(axes) for axis in axes)
    return tuple(grid[key[: len(axes)]] for grid, key in zip(grids, keys, strict=True))


@composed
def svd(x: Tensor, *, full_matrices: bool, compute_uv: bool | None) -> SVDResult | Tensor:
    """See ``corepy.linalg.svd``."""
    if read_flag("svd", "compute_uv", compute_uv):
        return corepy.linalg.svd(x, full_matrices=full_matrices)
    read_flag("svd", "full_matrices", full_matrices)
    return corepy.linalg.svdvals(x)


# ---- tensors like another, of another shape ----


def _choose_dtype(function: str, x: Tensor, dtype: DTypeLike | None) -> DTypeLike:
    """The one that is given, or that of x."""
    if not isinstance(x, corepy.Tensor):
        raise ArgumentTypeError(
            f"{function}: x has the wrong type (got {_core.type_name(x)}; expected corepy.Tensor; "
            "convert with corepy.asarray)"
        )
    return x.dtype if dtype is None else dtype


@composed
def empty_like(x: Tensor, *, dtype: DTypeLike | None, device: str | None, shape: Dims) -> Tensor:
    """See ``corepy.empty_like``."""
    return corepy.empty(shape, dtype=_choose_dtype("empty_like", x, dtype), device=device)


@composed
def full_like(
    x: Tensor, fill_value: Operand, *, dtype: DTypeLike | None, device: str | None, shape: Dims
) -> Tensor:
    """See ``corepy.full_like``."""
    kind = _choose_dtype("full_like", x, dtype)
    return corepy.full(shape, fill_value, dtype=kind, device=device)


@composed
def ones_like(x: Tensor, *, dtype: DTypeLike | None, device: str | None, shape: Dims) -> Tensor:
    """See ``corepy.ones_like``."""
    return corepy.ones(shape, dtype=_choose_dtype("ones_like", x, dtype), device=device)


@composed
def zeros_like(x: Tensor, *, dtype: DTypeLike | None, device: str | None, shape: Dims) -> Tensor:
    """See ``corepy.zeros_like``."""
    return corepy.zeros(shape, dtype=_choose_dtype("zeros_like", x, dtype), device=device)
