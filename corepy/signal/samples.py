# Calculus on samples of a function: interp, gradient, trapezoid, ediff1d, unwrap. Differences of
# neighbours along an axis are diff, an operator of the standard.
"""Interpolation, derivatives and integrals of functions that are known at points."""

from __future__ import annotations

import math

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, ShapeError
from corepy.ops.arguments import (
    adopt_dtype,
    all_hold,
    check_scalar,
    normalize_axes,
    normalize_axis,
    read_floating,
    read_tensor,
)
from corepy.ops.blocks import in_blocks
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from corepy.ops.native import ArrayLike, Dims
    from corepy.tensor import Tensor

    Factor: TypeAlias = Tensor | float

__all__ = ["ediff1d", "gradient", "interp", "trapezoid", "unwrap"]


def _cut(x: Tensor, axis: int, start: int | None, stop: int | None) -> Tensor:
    """x[start:stop] along an axis."""
    return x[(slice(None),) * axis + (slice(start, stop),)]


# ---- interpolation ----


@composed
def interp(
    x: ArrayLike,
    /,
    xp: ArrayLike,
    fp: ArrayLike,
    left: float | None = None,
    right: float | None = None,
) -> Tensor:
    """The piecewise linear function through the points (xp, fp), at x.

    Shapes: that of x; xp and fp have one axis and one length.  Dtypes: real floating, promoted
    together; integers become float64.
    Edges: ``left`` before the first point (by default fp[0]), ``right`` behind the last (fp[-1]);
    at a point its own value; where xp repeats a value, the last of them counts; NaN at NaN.
    Raises: ArgumentError where xp decreases or holds NaN; ShapeError; DTypeError.
    Accuracy: 4u (|a| + |b|) between the values a and b of a segment.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.interp(cp.asarray([0.5, 1.0, 9.0]), [0, 1, 2], [0, 10, 20])
    Tensor([ 5., 10., 20.], shape=(3,), dtype=float64)
    """
    place, points = read_floating("interp", "x", x), read_floating("interp", "xp", xp)
    values = read_floating("interp", "fp", fp)
    if points.ndim != 1 or points.shape != values.shape or points.size == 0:
        raise ShapeError(
            f"interp: points need two coordinates (got shapes {points.shape} and {values.shape}; "
            "expected (n,) twice, n >= 1)"
        )
    if not all_hold(points[1:] >= points[:-1]) or bool(corepy.isnan(points[0])):
        raise ArgumentError(
            "interp: xp must not decrease (got points in another order, or NaN; expected an "
            "ascending line); sort xp and fp by it"
        )
    before = values[0] if left is None else left
    behind = values[-1] if right is None else right
    flat = corepy.reshape(place, (-1,))
    found = in_blocks(lambda parts: _interpolate(parts[0], points, values, before, behind), flat)
    return corepy.reshape(found, place.shape)


def _interpolate(
    x: Tensor, points: Tensor, values: Tensor, before: Factor, behind: Factor
) -> Tensor:
    last = points.size - 1
    segment = corepy.clip(corepy.searchsorted(points, x, side="right") - 1, 0, last)
    following = corepy.minimum(segment + 1, last)
    x0, x1 = corepy.take(points, segment), corepy.take(points, following)
    f0, f1 = corepy.take(values, segment), corepy.take(values, following)
    fraction = (x - x0) / corepy.where(x1 == x0, 1.0, x1 - x0)
    found = corepy.where(
        fraction <= 0.5, f0 + fraction * (f1 - f0), f1 - ((x1 - x) / (x1 - x0)) * (f1 - f0)
    )
    found = corepy.where((x == x0) | (f0 == f1), f0, found)
    found = corepy.where(x < points[0], before, found)
    found = corepy.where(x > points[-1], behind, found)
    return corepy.where(corepy.isnan(x), corepy.nan, found)


# ---- derivatives ----


def _combine(y: Tensor, axis: int, place: int, factors: tuple[Factor, ...]) -> Tensor:
    """sum_i factors[i] * y[place + i], as a slice of one position."""
    stop = place + 1 or None
    total = factors[0] * _cut(y, axis, place, stop)
    for number, factor in enumerate(factors[1:], 1):
        stop = place + number + 1 or None
        total = total + factor * _cut(y, axis, place + number, stop)
    return total


def _slope_evenly(y: Tensor, axis: int, h: float, edge_order: int) -> Tensor:
    """Derivatives along an axis whose positions are h apart."""
    inside = (_cut(y, axis, 2, None) - _cut(y, axis, None, -2)) / (2 * h)
    if edge_order == 1:
        start = (_cut(y, axis, 1, 2) - _cut(y, axis, 0, 1)) / h
        end = (_cut(y, axis, -1, None) - _cut(y, axis, -2, -1)) / h
    else:
        start = _combine(y, axis, 0, (-1.5 / h, 2 / h, -0.5 / h))
        end = _combine(y, axis, -3, (0.5 / h, -2 / h, 1.5 / h))
    return corepy.concat([start, inside, end], axis=axis)


def _slope_unevenly(y: Tensor, axis: int, steps: Tensor, edge_order: int) -> Tensor:
    """Derivatives along an axis with these steps between its positions."""
    line = corepy.reshape(steps, (-1,) + (1,) * (y.ndim - 1 - axis))
    before, after = line[:-1], line[1:]
    both = before + after
    inside = (
        -after / (before * both) * _cut(y, axis, None, -2)
        + (after - before) / (before * after) * _cut(y, axis, 1, -1)
        + before / (after * both) * _cut(y, axis, 2, None)
    )
    if edge_order == 1:
        start = (_cut(y, axis, 1, 2) - _cut(y, axis, 0, 1)) / line[:1]
        end = (_cut(y, axis, -1, None) - _cut(y, axis, -2, -1)) / line[-1:]
    else:
        near, far = line[:1], line[1:2]
        start = _combine(y, axis, 0, _find_edge_factors(near, far))
        near, far = line[-1:], line[-2:-1]
        first, second, third = _find_edge_factors(near, far)
        end = _combine(y, axis, -3, (-third, -second, -first))
    return corepy.concat([start, inside, end], axis=axis)


def _find_edge_factors(near: Tensor, far: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Of the three samples from an edge on, whose steps are ``near`` and ``far``."""
    both = near + far
    return -(near + both) / (near * both), both / (near * far), -near / (far * both)


def _read_spacing(given: ArrayLike, extent: int) -> Tensor | float:
    spacing = read_floating("gradient", "spacing", given)
    if spacing.ndim == 0:
        return float(spacing)
    if spacing.ndim != 1 or spacing.size != extent:
        raise ShapeError(
            f"gradient: coordinates must be one for each position (got shape {spacing.shape}; "
            f"expected ({extent},))"
        )
    return spacing[1:] - spacing[:-1]


@composed
def gradient(
    f: ArrayLike,
    /,
    *spacing: ArrayLike,
    axis: Dims | None = None,
    edge_order: int = 1,
) -> Tensor | tuple[Tensor, ...]:
    """Derivatives of samples: second-order central differences, one-sided ones at both ends.

    Shapes: that of f for each axis; a tuple of them for several axes.  ``spacing`` is one step for
    all axes, or for each a step or the coordinates of its positions (1 by default).
    Dtypes: floating; integers become float64.
    Edges: ``edge_order`` 1 or 2 is the order at the ends.
    Raises: ShapeError for fewer than edge_order + 1 positions, or another number of coordinates;
    ArgumentError for another edge_order or number of spacings; AxisError; DTypeError.
    Accuracy: 4u (|a| + |b|) / h for samples a, b and steps of h; 8u beside uneven steps.
    Source: NumPy; A. Quarteroni, R. Sacco, F. Saleri, Numerical Mathematics, section 10.10.

    >>> import corepy as cp
    >>> cp.gradient(cp.asarray([1.0, 2.0, 4.0, 7.0]))
    Tensor([1. , 1.5, 2.5, 3. ], shape=(4,), dtype=float64)
    """
    y = read_tensor("gradient", "f", f)
    y = y if y.dtype.kind == "c" else read_floating("gradient", "f", y)
    axes = (
        normalize_axes("gradient", None, y.ndim)
        if axis is None
        else tuple(
            normalize_axis("gradient", one, y.ndim)
            for one in (axis if isinstance(axis, (tuple, list)) else (axis,))
        )
    )
    if edge_order not in (1, 2):
        raise ArgumentError(f"gradient: unknown edge_order (got {edge_order}; expected 1 or 2)")
    if len(spacing) not in (0, 1, len(axes)):
        raise ArgumentError(
            f"gradient: spacings do not fit the axes (got {len(spacing)}; expected none, 1 or "
            f"{len(axes)})"
        )
    steps = spacing if len(spacing) == len(axes) else (*spacing, 1.0)[:1] * len(axes)
    results = []
    for one, given in zip(axes, steps, strict=True):
        if y.shape[one] <= edge_order:
            raise ShapeError(
                f"gradient: too few positions along axis {one} (got {y.shape[one]}; expected at "
                f"least {edge_order + 1})"
            )
        h = _read_spacing(given, y.shape[one])
        results.append(
            _slope_evenly(y, one, h, edge_order)
            if isinstance(h, float)
            else _slope_unevenly(y, one, h, edge_order)
        )
    if len(results) == 1 and (axis is None or not isinstance(axis, (tuple, list))):
        return results[0]
    return tuple(results)


# ---- integrals, differences ----


@composed
def trapezoid(
    y: ArrayLike, /, x: ArrayLike | None = None, dx: float = 1.0, axis: int = -1
) -> Tensor:
    """Integral of samples by the trapezoidal rule: sum (x[i + 1] - x[i]) (y[i] + y[i + 1]) / 2.

    Shapes: y's without the axis; x has one axis or broadcasts to y.  Dtypes: floating; integers
    become float64.
    Edges: without x the samples are ``dx`` apart; 0 for fewer than two.
    Raises: ShapeError; AxisError; DTypeError.
    Accuracy: (gamma(n) + 4u) sum|terms|, in the order of sum.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.trapezoid(cp.asarray([1.0, 2.0, 3.0]), dx=2)
    Tensor(8., shape=(), dtype=float64)
    """
    samples = read_tensor("trapezoid", "y", y)
    if samples.dtype.kind != "c":
        samples = read_floating("trapezoid", "y", samples)
    place = normalize_axis("trapezoid", axis, samples.ndim)
    check_scalar("trapezoid", "dx", dx)
    width: Tensor | float = dx
    if x is not None:
        points = read_floating("trapezoid", "x", x)
        if points.ndim == 1:
            points = corepy.reshape(points, (-1,) + (1,) * (samples.ndim - 1 - place))
            width = points[1:] - points[:-1]
        else:
            along = normalize_axis("trapezoid", axis, points.ndim)
            width = _cut(points, along, 1, None) - _cut(points, along, None, -1)
    area = _cut(samples, place, 1, None) + _cut(samples, place, None, -1)
    area = width * area
    area = area / 2.0
    return corepy.sum(area, axis=place)


@composed
def ediff1d(
    x: ArrayLike, /, to_end: ArrayLike | None = None, to_begin: ArrayLike | None = None
) -> Tensor:
    """Differences of neighbours in C order: x[1:] - x[:-1], between ``to_begin`` and ``to_end``.

    Shapes: (n - 1,), and what is put before and behind.  Dtypes: numeric.
    Edges: empty for fewer than two elements; integers wrap.
    Raises: DTypeError for bool.
    Accuracy: exact for integers, else rounded once.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.ediff1d(cp.asarray([1, 2, 4]), to_begin=[-1, 0])
    Tensor([-1,  0,  1,  2], shape=(4,), dtype=int64)
    """
    line = corepy.reshape(read_tensor("ediff1d", "x", x), (-1,))
    parts = [line[1:] - line[:-1]]
    if to_begin is not None:
        parts.insert(
            0,
            corepy.reshape(read_tensor("ediff1d", "to_begin", adopt_dtype(to_begin, line)), (-1,)),
        )
    if to_end is not None:
        parts.append(
            corepy.reshape(read_tensor("ediff1d", "to_end", adopt_dtype(to_end, line)), (-1,))
        )
    return parts[0] if len(parts) == 1 else corepy.concat(parts)


@composed
def unwrap(
    p: ArrayLike,
    /,
    discont: float | None = None,
    axis: int = -1,
    *,
    period: float = 2 * math.pi,
) -> Tensor:
    """Phases without jumps: multiples of the period are added so that neighbours lie close.

    Shapes: that of p.  Dtypes: real floating; integers become float64.
    Edges: only jumps of at least ``discont`` (by default, and at least, half a period) are undone;
    a jump of exactly half a period keeps its sign.
    Raises: ArgumentError for a period that is not positive; AxisError; DTypeError.
    Accuracy: that of the cumulative sum of the corrections.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.unwrap(cp.asarray([0.0, 1.0, 6.0, 7.0]), period=6.0)
    Tensor([0., 1., 0., 1.], shape=(4,), dtype=float64)
    """
    phase = read_floating("unwrap", "p", p)
    if not isinstance(period, (int, float)):
        raise ArgumentTypeError(
            f"unwrap: period has the wrong type (got {_core.type_name(period)}; expected a number)"
        )
    if not period > 0:
        raise ArgumentError(f"unwrap: period must be positive (got {period}; expected > 0)")
    place = normalize_axis("unwrap", axis, phase.ndim)
    half = period / 2
    if discont is not None:
        check_scalar("unwrap", "discont", discont)
    least = half if discont is None else discont

    def correct(neighbours: list[Tensor]) -> Tensor:
        jump = neighbours[0] - neighbours[1]
        inside = corepy.remainder(jump + half, period) - half
        inside = corepy.where((inside == -half) & (jump > 0), half, inside)
        return corepy.where(corepy.abs(jump) < least, 0.0, inside - jump)

    after = _cut(phase, place, 1, None)
    rest = in_blocks(correct, after, _cut(phase, place, None, -1))
    rest = corepy.cumulative_sum(rest, axis=place)
    rest = after + rest
    return corepy.concat([_cut(phase, place, None, 1), rest], axis=place)
