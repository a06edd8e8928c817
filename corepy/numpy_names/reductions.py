# The reductions under NumPy's options where=, initial= and, for means and spreads, dtype=. Without
# these they are native (corepy/ops/statistical.py, corepy/ops/utility.py), which documents them.
"""What ``corepy.sum(x, where=mask)`` and its like run: programs of the native reductions.

An element that is left out is replaced by what does not count (0 for sums, 1 for products,
``initial`` for extremes); the order is that of the whole axis.
"""

from __future__ import annotations

import corepy
from corepy import _core
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
    from typing import TypedDict

    from typing_extensions import Unpack

    from corepy.ops.native import Dims, DTypeLike, Operand
    from corepy.tensor import Tensor

    class Common(TypedDict):
        """Options of all of them, which a builtin passes on by name."""

        axis: Dims | None
        keepdims: bool
        out: Tensor | None
        where: Tensor | bool | None

    class Sum(Common):
        """Of sums and products."""

        dtype: DTypeLike | None
        initial: Operand | None

    class Extreme(Common):
        """Of the largest and the smallest element."""

        initial: Operand | None

    class Mean(Common):
        """Of means."""

        dtype: DTypeLike | None

    class Spread(Mean):
        """Of variances and standard deviations."""

        correction: float
        ddof: float | None


__all__ = ["all", "any", "max", "mean", "min", "prod", "std", "sum", "var"]


def _read_mask(function: str, x: Tensor, where: Tensor | bool) -> Tensor:
    """Which elements count, in x's shape."""
    if not isinstance(x, corepy.Tensor):
        raise ArgumentTypeError(
            f"{function}: x has the wrong type (got {_core.type_name(x)}; expected corepy.Tensor); "
            "convert with corepy.asarray"
        )
    mask = corepy.asarray(as_flag(where)) if as_flag(where) is not None else where
    if not isinstance(mask, corepy.Tensor):
        raise ArgumentTypeError(
            f"{function}: where has the wrong type (got {_core.type_name(where)}; expected a "
            "Tensor of bool)"
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
            f"{function}: initial has the wrong type (got {_core.type_name(initial)}; expected a "
            "number)"
        )
    common = corepy.result_type(x, initial)
    if common != x.dtype:
        raise DTypeError(
            f"{function}: initial would change the dtype of the result (got {initial!r} beside "
            f"{x.dtype.name}; expected a number of this dtype); convert x with corepy.astype"
        )


# ---- sums, extremes, truth ----


@composed
def sum(x: Tensor, **options: Unpack[Sum]) -> Tensor:
    """See ``corepy.sum``."""
    return _find_total("sum", x, options)


@composed
def prod(x: Tensor, **options: Unpack[Sum]) -> Tensor:
    """See ``corepy.prod``."""
    return _find_total("prod", x, options)


def _find_total(function: str, x: Tensor, options: Sum) -> Tensor:
    reduce, combine, neutral = (
        (corepy.sum, corepy.add, 0) if function == "sum" else (corepy.prod, corepy.multiply, 1)
    )
    kept = _keep(function, x, options["where"], neutral)
    found = reduce(kept, options["axis"], dtype=options["dtype"], keepdims=options["keepdims"])
    initial = options["initial"]
    if initial is None:
        return _deliver(found, options["out"])
    _check_initial(function, found, initial)
    return combine(found, initial, out=options["out"])


def _deliver(found: Tensor, out: Tensor | None) -> Tensor:
    return found if out is None else corepy.positive(found, out=out)


@composed
def max(x: Tensor, **options: Unpack[Extreme]) -> Tensor:
    """See ``corepy.max``."""
    return _find_extreme("max", x, options)


@composed
def min(x: Tensor, **options: Unpack[Extreme]) -> Tensor:
    """See ``corepy.min``."""
    return _find_extreme("min", x, options)


def _find_extreme(function: str, x: Tensor, options: Extreme) -> Tensor:
    axis, keepdims, initial = options["axis"], options["keepdims"], options["initial"]
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
            return corepy.add(number, initial, out=options["out"])
    kept = _keep(function, x, options["where"], initial)
    return combine(reduce(kept, axis, keepdims=keepdims), initial, out=options["out"])


@composed
def all(x: Tensor, **options: Unpack[Common]) -> Tensor:
    """See ``corepy.all``."""
    kept = _keep("all", x, options["where"], 1)
    return corepy.all(kept, options["axis"], keepdims=options["keepdims"], out=options["out"])


@composed
def any(x: Tensor, **options: Unpack[Common]) -> Tensor:
    """See ``corepy.any``."""
    kept = _keep("any", x, options["where"], 0)
    return corepy.any(kept, options["axis"], keepdims=options["keepdims"], out=options["out"])


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
def mean(x: Tensor, **options: Unpack[Mean]) -> Tensor:
    """See ``corepy.mean``."""
    axis, keepdims, where = options["axis"], options["keepdims"], options["where"]
    number = _convert(x, options["dtype"])
    if where is None:
        return corepy.mean(number, axis, keepdims=keepdims, out=options["out"])
    mask = _read_mask("mean", number, where)
    number = read_number("mean", "x", number)
    total = _sum_kept(number, mask, axis, keepdims)
    return corepy.divide(total, _count(number, mask, axis, keepdims), out=options["out"])


@composed
def var(x: Tensor, **options: Unpack[Spread]) -> Tensor:
    """See ``corepy.var``."""
    return _find_spread("var", x, options)


@composed
def std(x: Tensor, **options: Unpack[Spread]) -> Tensor:
    """See ``corepy.std``."""
    return _find_spread("std", x, options)


def _find_spread(function: str, x: Tensor, options: Spread) -> Tensor:
    axis, keepdims, where = options["axis"], options["keepdims"], options["where"]
    out, is_variance = options["out"], function == "var"
    number = _convert(x, options["dtype"])
    taken = read_correction(function, options["correction"], options["ddof"])
    if where is None:
        plain = corepy.var if is_variance else corepy.std
        return plain(number, axis, correction=taken, keepdims=keepdims, out=out)
    mask = _read_mask(function, number, where)
    number = read_floating(function, "x", number)
    centre = _sum_kept(number, mask, axis, True) / _count(number, mask, axis, True)
    squares = _sum_kept(corepy.square(number - centre), mask, axis, keepdims)
    degrees = _count(number, mask, axis, keepdims) - taken
    variance = corepy.where(degrees > 0, squares / degrees, corepy.nan)
    return _deliver(variance, out) if is_variance else corepy.sqrt(variance, out=out)
