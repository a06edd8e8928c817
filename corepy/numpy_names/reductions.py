# The reductions under NumPy's options where=, initial= and, for means and spreads, dtype=. Without
# these they are native (corepy/ops/statistical.py, corepy/ops/utility.py), which documents them.
"""What ``corepy.sum(x, where=mask)`` and its like run: programs of the native reductions.

An element that is left out is replaced by what does not count (0 for sums, 1 for products,
``initial`` for extremes); the order is that of the whole axis.
"""

from __future__ import annotations

import corepy
from corepy.errors import ArgumentError, ArgumentTypeError, DTypeError
from corepy.ops.arguments import (
    as_flag,
    is_numpy_scalar,
    normalize_axes,
    read_correction,
    read_floating,
    read_number,
)
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import Dims, DTypeLike, Operand
    from corepy.tensor import Tensor

__all__ = ["all", "any", "max", "mean", "min", "prod", "std", "sum", "var"]


def _read_mask(function: str, x: Tensor, where: Tensor | bool) -> Tensor:
    """Which elements count, in x's shape."""
    if not isinstance(x, corepy.Tensor):
        raise ArgumentTypeError(
            f"{function}: x has the wrong type (got {type(x).__name__}; expected corepy.Tensor); "
            "convert with corepy.asarray"
        )
    mask = corepy.asarray(as_flag(where)) if as_flag(where) is not None else where
    if not isinstance(mask, corepy.Tensor):
        raise ArgumentTypeError(
            f"{function}: where has the wrong type (got {type(where).__name__}; expected a Tensor "
            "of bool)"
        )
    if mask.dtype.kind != "b":
        raise DTypeError(
            f"{function}: where has the wrong dtype (got {mask.dtype.name}; expected bool); "
            "compare first, for example where=x != 0"
        )
    return corepy.broadcast_to(mask, x.shape)


def _keep(function: str, x: Tensor, where: Tensor | bool | None, neutral: Operand) -> Tensor:
    """x, with what does not count where the mask is false."""
    if where is None:
        return x
    mask = _read_mask(function, x, where)
    return corepy.where(mask, x, corepy.full((), neutral, dtype=x.dtype))


def _check_initial(function: str, x: Tensor, initial: Operand) -> None:
    """Refuse what is no number, or would change the result's dtype."""
    if not isinstance(initial, (int, float, complex, corepy.Tensor)) and not is_numpy_scalar(
        initial
    ):
        raise ArgumentTypeError(
            f"{function}: initial has the wrong type (got {type(initial).__name__}; expected a "
            "number)"
        )
    common = corepy.result_type(x, initial)
    if common != x.dtype:
        raise DTypeError(
            f"{function}: initial would change the dtype of the result (got {initial!r} beside "
            f"{x.dtype.name}; expected a number of this dtype); convert x with corepy.astype"
        )


def _start(function: str, found: Tensor, initial: Operand | None, out: Tensor | None) -> Tensor:
    """The sum or product with ``initial`` in it."""
    if initial is None:
        return found if out is None else corepy.positive(found, out=out)
    _check_initial(function, found, initial)
    combine = corepy.add if function == "sum" else corepy.multiply
    return combine(found, initial, out=out)


@composed
def sum(
    x: Tensor,
    axis: Dims | None = None,
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.sum``."""
    kept = _keep("sum", x, where, 0)
    found = corepy.sum(kept, axis, dtype=dtype, keepdims=keepdims)
    return _start("sum", found, initial, out)


@composed
def prod(
    x: Tensor,
    axis: Dims | None = None,
    *,
    dtype: DTypeLike | None = None,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.prod``."""
    kept = _keep("prod", x, where, 1)
    found = corepy.prod(kept, axis, dtype=dtype, keepdims=keepdims)
    return _start("prod", found, initial, out)


def _find_extreme(
    function: str,
    x: Tensor,
    axis: Dims | None,
    keepdims: bool,
    out: Tensor | None,
    initial: Operand | None,
    where: Tensor | bool | None,
) -> Tensor:
    if initial is None:
        raise ArgumentError(
            f"{function}: where needs initial too, the result where no element counts (got None; "
            "expected a number)"
        )
    reduce, combine = (
        (corepy.max, corepy.maximum) if function == "max" else (corepy.min, corepy.minimum)
    )
    if isinstance(x, corepy.Tensor):
        _check_initial(function, x, initial)
        axes = normalize_axes(function, axis, x.ndim)
        if 0 in (x.shape[one] for one in axes):  # nothing to reduce, which min and max refuse
            number = corepy.astype(corepy.count_nonzero(x, axis, keepdims=keepdims), x.dtype)
            return corepy.add(number, initial, out=out)
    kept = _keep(function, x, where, initial)
    return combine(reduce(kept, axis, keepdims=keepdims), initial, out=out)


@composed
def max(
    x: Tensor,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.max``."""
    return _find_extreme("max", x, axis, keepdims, out, initial, where)


@composed
def min(
    x: Tensor,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    initial: Operand | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.min``."""
    return _find_extreme("min", x, axis, keepdims, out, initial, where)


@composed
def all(
    x: Tensor,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.all``."""
    return corepy.all(_keep("all", x, where, 1), axis, keepdims=keepdims, out=out)


@composed
def any(
    x: Tensor,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.any``."""
    return corepy.any(_keep("any", x, where, 0), axis, keepdims=keepdims, out=out)


# ---- means and spreads: a sum, and how many elements it has ----


def _convert(x: Tensor, dtype: DTypeLike | None) -> Tensor:
    return x if dtype is None else corepy.astype(x, dtype, copy=False)


def _count(number: Tensor, mask: Tensor, axis: Dims | None, keepdims: bool) -> Tensor:
    """How many elements count, in the real dtype of the number."""
    count = corepy.count_nonzero(mask, axis, keepdims=keepdims)
    return corepy.astype(count, corepy.finfo(number.dtype).dtype)


def _sum_kept(x: Tensor, mask: Tensor, axis: Dims | None, keepdims: bool) -> Tensor:
    return corepy.sum(corepy.where(mask, x, 0), axis, keepdims=keepdims)


@composed
def mean(
    x: Tensor,
    axis: Dims | None = None,
    *,
    keepdims: bool = False,
    out: Tensor | None = None,
    dtype: DTypeLike | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.mean``."""
    number = _convert(x, dtype)
    if where is None:
        return corepy.mean(number, axis, keepdims=keepdims, out=out)
    mask = _read_mask("mean", number, where)
    number = read_number("mean", "x", number)
    total = _sum_kept(number, mask, axis, keepdims)
    return corepy.divide(total, _count(number, mask, axis, keepdims), out=out)


def _find_variance(
    function: str,
    x: Tensor,
    axis: Dims | None,
    correction: float,
    keepdims: bool,
    where: Tensor | bool,
) -> Tensor:
    mask = _read_mask(function, x, where)
    number = read_floating(function, "x", x)
    centre = _sum_kept(number, mask, axis, True) / _count(number, mask, axis, True)
    squares = _sum_kept(corepy.square(number - centre), mask, axis, keepdims)
    degrees = _count(number, mask, axis, keepdims) - correction
    return corepy.where(degrees > 0, squares / degrees, corepy.nan)


@composed
def var(
    x: Tensor,
    axis: Dims | None = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    out: Tensor | None = None,
    ddof: float | None = None,
    dtype: DTypeLike | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.var``."""
    number, taken = _convert(x, dtype), read_correction("var", correction, ddof)
    if where is None:
        return corepy.var(number, axis, correction=taken, keepdims=keepdims, out=out)
    found = _find_variance("var", number, axis, taken, keepdims, where)
    return found if out is None else corepy.positive(found, out=out)


@composed
def std(
    x: Tensor,
    axis: Dims | None = None,
    *,
    correction: float = 0.0,
    keepdims: bool = False,
    out: Tensor | None = None,
    ddof: float | None = None,
    dtype: DTypeLike | None = None,
    where: Tensor | bool | None = None,
) -> Tensor:
    """See ``corepy.std``."""
    number, taken = _convert(x, dtype), read_correction("std", correction, ddof)
    if where is None:
        return corepy.std(number, axis, correction=taken, keepdims=keepdims, out=out)
    found = _find_variance("std", number, axis, taken, keepdims, where)
    return corepy.sqrt(found, out=out)
