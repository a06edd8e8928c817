# The error bounds that operators' rows name, as formulas; checking.py compares with them. Those of
# matrices, complex functions and transforms are in the files beside this one.
"""How far a result may lie from the oracle's.

A bound is an absolute error per element, zero where the result must be exact, infinite where
finite operands may overflow on the way so that nothing is promised. ``u`` is the unit roundoff
(2**-24 or 2**-53) and ``gamma(k) = k u / (1 - k u)`` bounds the relative error of k roundings (N.
J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., lemma 3.1). Every formula adds
``u |expected|`` for the oracle's own rounding, and half a smallest subnormal for each product that
may underflow. Operands that are not finite count as zero: what they make of a result is compared
exactly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from corepy.backend.reference.linalg import contraction_axes
from corepy.backend.reference.promotion import (
    component_dtype,
    is_complex,
    is_floating,
    is_half,
)
from corepy.backend.reference.statistical import Axis, normalize_axes

from .bound_case import MAGNITUDE_SLACK, BoundCase, magnitude
from .comparison import FloatArray
from .complex_bounds import (
    bound_complex_abs,
    bound_complex_divide,
    bound_complex_expm1,
    bound_complex_multiply,
    bound_complex_pow,
    bound_complex_sign,
)
from .fourier_bounds import bound_fft, bound_fftfreq
from .matrix_bounds import bound_conditioned, bound_cross, bound_spectrum, bound_trace

__all__ = ["BOUNDS", "BoundCase", "evaluate_bound"]

_Formula: TypeAlias = Callable[[BoundCase], FloatArray]

BOUNDS: dict[str, _Formula] = {}


def _bound(name: str) -> Callable[[_Formula], _Formula]:
    def register(formula: _Formula) -> _Formula:
        BOUNDS[name] = formula
        return formula

    return register


def evaluate_bound(bound: str, case: BoundCase) -> FloatArray:
    """The absolute error that formula ``bound`` allows each element of ``case.expected``.

    A formula of complex results may give two, real and imaginary part, along a new last axis.

    Raises:
        KeyError: a table names a formula that this module lacks.
    """
    with np.errstate(all="ignore"):
        if bound == "exact" or not is_floating(case.expected.dtype):
            return np.zeros(case.expected.shape)
        if is_half(case.expected.dtype):
            return _evaluate_half(bound, case)
        values = BOUNDS[bound](case)
        shape = case.expected.shape
        if is_complex(case.expected.dtype) and values.shape == (*shape, 2):
            return values
        return np.broadcast_to(values, shape).astype(np.float64)


def _evaluate_half(bound: str, case: BoundCase) -> FloatArray:
    """The error of the float32 result, and two roundings to half: the result's and the oracle's.

    Where the result may be rounded to infinity nothing is promised.
    """
    half = BoundCase("", (), {}, case.expected)
    wide = BoundCase(case.name, case.operands, case.options, case.expected.astype(np.float32))
    error = evaluate_bound(bound, wide)
    size = half.magnitude_expected()
    total = error + 2 * half.u * (size + error) + half.subnormal
    lost = ~np.isfinite(wide.expected) | (size + total > half.largest)
    return np.where(error > 0, np.where(lost, np.inf, total), 0.0)


# ---- reductions ----


@dataclass(frozen=True)
class _Reduced:
    """The operand of a reduction as magnitudes, and how many of them make one result."""

    case: BoundCase
    x: FloatArray
    axes: tuple[int, ...]
    keepdims: bool

    @property
    def length(self) -> int:
        return math.prod(self.x.shape[axis] for axis in self.axes)

    @property
    def depth(self) -> int:
        """Roundings between an element and the result of the canonical order of sums.

        Blocks of 256 in 16 lanes: 15 additions in a lane, 4 between lanes, a binary tree over
        blocks (its unpaired tail costs one more); never more than the additions there are.
        """
        blocks = -(-self.length // 256)
        return min(max(0, self.length - 1), 15 + 4 + math.ceil(math.log2(max(1, blocks))) + 1)

    def total(self, values: FloatArray) -> FloatArray:
        sums: FloatArray = np.sum(values, axis=self.axes, keepdims=self.keepdims)
        # Finite, since an error of no roundings is 0 times it.
        return np.minimum(sums * MAGNITUDE_SLACK, np.finfo(np.float64).max)

    def exceeding(self, limit: FloatArray) -> FloatArray:
        """Infinite where ``limit`` may overflow, else 0."""
        return np.where(limit < self.case.largest / 2, 0.0, np.inf)


def _reduced(case: BoundCase) -> _Reduced:
    x = case.operands[0]
    axis = case.options.get("axis")
    axes: Axis = axis if axis is None or isinstance(axis, (int, tuple)) else tuple(x.shape)
    keepdims = bool(case.options.get("keepdims", False))
    return _Reduced(case, magnitude(x), normalize_axes(axes, x.ndim), keepdims)


@_bound("sum")
def bound_sum(case: BoundCase) -> FloatArray:
    """``gamma(depth) * sum|x|``: Higham, section 4.2, for any order of that depth."""
    reduced = _reduced(case)
    total = reduced.total(reduced.x)
    error = case.gamma(reduced.depth) * total + _rounding_of_oracle(case, reduced.depth)
    return error + reduced.exceeding(total)


def _rounding_of_oracle(case: BoundCase, roundings: int) -> FloatArray:
    """The oracle rounds too, unless nothing had to be rounded at all."""
    return case.u * case.magnitude_expected() * (roundings > 0)


@_bound("mean")
def bound_mean(case: BoundCase) -> FloatArray:
    """The sum's error over n, and the roundings of n and of the division."""
    reduced = _reduced(case)
    total, n = reduced.total(reduced.x), max(1, reduced.length)
    error = case.gamma(reduced.depth + 2) * total / n + case.u * case.magnitude_expected()
    return error + (total > 0) * case.subnormal + reduced.exceeding(total)


def _deviation_terms(case: BoundCase) -> tuple[FloatArray, FloatArray]:
    """Relative and absolute error of the two-pass variance.

    With a mean wrong by ``delta``, the deviations' exact sum of squares grows by ``n delta**2``;
    each squared deviation carries 3 roundings, their sum ``depth``, the divisor and the division
    one each.
    """
    reduced = _reduced(case)
    n = max(1, reduced.length)
    correction = case.options.get("correction", 0.0)
    divisor = n - (float(correction) if isinstance(correction, (int, float)) else 0.0)
    total = reduced.total(reduced.x)
    delta = case.gamma(reduced.depth + 2) * total / n
    shift = n * delta**2 / divisor if divisor > 0 else np.zeros_like(total)
    relative = case.gamma(reduced.depth + 6) + np.zeros_like(total)
    absolute = shift * (1 + relative) + (n + 1) * case.subnormal
    squares = reduced.total((2 * reduced.x) ** 2)
    overflow = reduced.exceeding(squares / 4 if n == 1 else squares)
    return relative, absolute + overflow + reduced.exceeding(total)


@_bound("var")
def bound_var(case: BoundCase) -> FloatArray:
    """Two-pass variance: Higham, section 1.9, with the order's depth in place of n."""
    relative, absolute = _deviation_terms(case)
    return (relative + case.u) * case.magnitude_expected() + absolute


@_bound("std")
def bound_std(case: BoundCase) -> FloatArray:
    """``|sqrt(a) - sqrt(b)|`` is at most ``|a - b| / sqrt(b)`` and at most ``sqrt|a - b|``."""
    relative, absolute = _deviation_terms(case)
    root = case.magnitude_expected()
    by_root = np.where(root > 0, absolute / root, np.inf)
    shift = np.minimum(by_root, np.sqrt(absolute))
    return (relative + 2 * case.u) * root + shift


def _factor_logarithms(reduced: _Reduced) -> tuple[FloatArray, FloatArray]:
    """Sums of the positive and of the negative base-2 logarithms of the nonzero factors."""
    logarithms = np.where(reduced.x > 0, np.log2(np.where(reduced.x > 0, reduced.x, 1.0)), 0.0)
    axes, keep = reduced.axes, reduced.keepdims
    growth: FloatArray = np.sum(np.maximum(logarithms, 0.0), axis=axes, keepdims=keep)
    decay: FloatArray = np.sum(np.minimum(logarithms, 0.0), axis=axes, keepdims=keep)
    return growth, decay


@_bound("prod")
def bound_prod(case: BoundCase) -> FloatArray:
    """``gamma(n - 1) |product|``, twice the roundings for complex factors (see complex_multiply).

    The order decides whether partial products leave the range: an underflow's absolute error grows
    by at most the product of all factors above 1, and where those alone overflow nothing is
    promised, nor beside a zero: the infinity makes NaN of it.
    """
    reduced = _reduced(case)
    complex_factors = is_complex(case.expected.dtype)
    roundings = max(0, reduced.length - 1) * (2 if complex_factors else 1)
    growth, decay = _factor_logarithms(reduced)
    error = case.gamma(roundings) * case.magnitude_expected()
    error = error + _rounding_of_oracle(case, roundings)
    # The smallest normal number is 2**(min_exponent + precision - 1); decay is the lowest path.
    underflow = decay < case.binary.min_exponent + case.binary.precision + 1
    error = error + underflow * (2.0 * roundings * case.subnormal) * np.exp2(growth)
    limit = math.log2(case.largest) - 2
    has_zero = (reduced.x == 0).any(axis=reduced.axes, keepdims=reduced.keepdims)
    lost = (growth > limit) & ((decay < 0) | has_zero | (growth < limit + 4) | complex_factors)
    # A zero that is an underflow makes NaN of an infinity.
    infinite = np.isinf(case.operands[0]).any(axis=reduced.axes, keepdims=reduced.keepdims)
    lost |= underflow & infinite
    if complex_factors:
        # The sign of a part that is zero depends on the order.
        error = error + (roundings > 0) * case.subnormal
        finite = np.isfinite(case.operands[0])
        lost |= ~finite.all(axis=reduced.axes, keepdims=reduced.keepdims)
    return np.where(lost, np.inf, error)


@_bound("vector_norm")
def bound_vector_norm(case: BoundCase) -> FloatArray:
    """Relative: the sum's error over p, the root, and the scaling of order 2; see vector_norm.

    Orders of neither 1, 2 nor infinity promise nothing where a power may leave the range.
    """
    reduced = _reduced(case)
    option = case.options.get("ord", 2)
    order = float(option) if isinstance(option, (int, float)) else 2.0
    size = case.magnitude_expected()
    modulus = 2 * case.u * size if is_complex(case.operands[0].dtype) else 0.0 * size
    if order == 0:
        return case.u * size * (size > 2.0**case.binary.precision)
    if math.isinf(order):
        return modulus
    if order in (1, 2):
        error = case.gamma(reduced.depth / order + 4) * size * (reduced.length > 1)
        near_limit = np.where(size < case.largest / 4, 0.0, np.inf)
        return error + modulus + 2 * case.u * size + near_limit + case.subnormal * (size > 0)
    with np.errstate(all="ignore"):
        powers = np.where(reduced.x > 0, reduced.x**order, 0.0)
        sums = np.sum(powers, axis=reduced.axes, keepdims=reduced.keepdims)
        smallest = np.where(powers > 0, powers, np.inf).min(
            axis=reduced.axes, keepdims=reduced.keepdims, initial=np.inf
        )
        logarithm = np.abs(np.log(np.where(sums > 0, sums, 1.0)))
    relative = (case.gamma(reduced.depth + 2) + case.u * (logarithm + 3 * abs(order))) / abs(order)
    normal = 2.0 ** (case.binary.min_exponent + case.binary.precision)
    lost = (sums >= case.largest / 4) | (smallest < normal) | (size >= case.largest / 4)
    return np.where(lost, np.inf, (relative + 4 * case.u) * size + modulus)


# ---- scans ----


def _scanned(case: BoundCase) -> tuple[FloatArray, int]:
    """Magnitudes of the operand along the scan, which comes first, and that axis."""
    axis = case.options.get("axis")
    where = axis if isinstance(axis, int) else 0
    return np.moveaxis(magnitude(case.operands[0]), where, 0), where


def _unscanned(case: BoundCase, errors: FloatArray, axis: int) -> FloatArray:
    """Errors in the result's shape: none for the initial element, where there is one."""
    if case.options.get("include_initial", False):
        errors = np.concatenate([np.zeros((1, *errors.shape[1:])), errors])
    return np.moveaxis(errors, 0, axis)


@_bound("cumulative_sum")
def bound_cumulative_sum(case: BoundCase) -> FloatArray:
    """``gamma(min(i, 22)) * sum|x[:i + 1]|``: no term of a sum passes more than 22 roundings.

    Groups of 16 and blocks of 256 take 19, the compensated carry over blocks 3, whatever the
    length (csrc/corepy/kernels/scan_sum.h).
    """
    x, axis = _scanned(case)
    total: FloatArray = np.cumsum(x, axis=0) * MAGNITUDE_SLACK
    depth = np.minimum(np.arange(x.shape[0], dtype=np.float64), 22).reshape(-1, *[1] * (x.ndim - 1))
    oracle = np.moveaxis(case.magnitude_expected(), axis, 0)[-x.shape[0] or None :]
    errors = case.gamma(depth) * np.minimum(total, np.finfo(np.float64).max)
    errors = errors + case.u * oracle * (depth > 0)
    return _unscanned(case, errors + np.where(total < case.largest / 4, 0.0, np.inf), axis)


@_bound("cumulative_prod")
def bound_cumulative_prod(case: BoundCase) -> FloatArray:
    """``gamma(i) |product|``, in order: each product multiplies the error of the one before it.

    Twice the roundings for complex factors (see complex_multiply). Where a product may overflow, or
    a complex factor is not finite, nothing is promised from there on.
    """
    x, axis = _scanned(case)
    is_complex_case = is_complex(case.expected.dtype)
    sizes = np.moveaxis(case.magnitude_expected(), axis, 0)[-x.shape[0] or None :]
    finite = np.moveaxis(np.isfinite(case.operands[0]), axis, 0)
    unit = case.u * (3.24 if is_complex_case else 1.0)
    lost, is_zero, vanished = (np.zeros(x.shape[1:], np.bool_) for _ in range(3))
    error, errors = np.zeros(x.shape[1:]), np.zeros(x.shape)
    for i in range(x.shape[0]):
        if i > 0:
            grown = error * x[i] * MAGNITUDE_SLACK
            rounded = case.u * sizes[i] + unit * (sizes[i] + grown)
            error = grown + rounded + 2 * case.subnormal * (x[i] > 0)
        product = np.where(i > 0, sizes[i - 1] if i > 0 else 0.0, 0.0)
        lost |= (sizes[i] + error >= case.largest / 4) | (product * x[i] >= case.largest / 4)
        lost |= ~np.isfinite(sizes[i] + error)
        # A zero that is an underflow makes NaN of an infinity.
        lost |= ~finite[i] & (vanished | is_complex_case)
        is_zero |= finite[i] & (x[i] == 0)
        vanished |= finite[i] & ~is_zero & (sizes[i] <= error)
        errors[i] = np.where(lost, np.inf, error)
    return _unscanned(case, errors, axis)


# ---- matrix products ----


def _contracted(case: BoundCase) -> tuple[FloatArray, int]:
    """``sum |x1| |x2|`` of every element, and the number of products in one."""
    a, b = (magnitude(operand) for operand in case.operands)
    if case.name == "tensordot":
        first, second = contraction_axes(case.options.get("axes", 2), a.ndim, b.ndim)
        total: FloatArray = np.tensordot(a, b, axes=(first, second))
        return total, math.prod(a.shape[axis] for axis in first)
    if case.name == "vecdot":
        axis = case.options.get("axis", -1)
        where = axis if isinstance(axis, int) else -1
        products = np.moveaxis(a, where, -1) * np.moveaxis(b, where, -1)
        return np.sum(products, axis=-1), a.shape[where]
    return np.matmul(a, b), a.shape[-1]


def _matmul_depth(length: int, real_bytes: int, chains: int) -> int:
    """Roundings of the fixed order of a matrix product's element (csrc/corepy/kernels/matmul.h).

    Up to 128 products are one chain; longer sums are blocks of 1024 in 8 (float32) or 4 (float64)
    lanes, so chains of 128 or 256, a tree over the lanes and a binary tree over the blocks. Complex
    products put two terms per element into each chain, and their blocks are of 512.
    """
    blocks = math.ceil(math.log2(max(1, -(-length // (1024 // chains))))) + 1
    if length <= 128:
        return chains * length + blocks
    chain, tree = (128, 3) if real_bytes == 4 else (256, 2)
    return min(chain, chains * length) + tree + blocks


def _bound_contraction(case: BoundCase, chains: int) -> FloatArray:
    total, length = _contracted(case)
    total = total * MAGNITUDE_SLACK
    depth = _matmul_depth(length, component_dtype(case.expected.dtype).itemsize, chains)
    error = case.gamma(depth) * total + case.u * case.magnitude_expected()
    error = error + (total > 0) * (chains * length * case.subnormal)
    return np.where(total < case.largest / 2, error, np.inf)


@_bound("matmul")
def bound_matmul(case: BoundCase) -> FloatArray:
    """``gamma(depth) * sum |x1| |x2|``: Higham, section 3.1, with fused multiply-adds."""
    return _bound_contraction(case, 1)


@_bound("complex_matmul")
def bound_complex_matmul(case: BoundCase) -> FloatArray:
    """As matmul with chains twice as long; each part's terms sum to at most ``sum |x1| |x2|``."""
    return _bound_contraction(case, 2)


# ---- functions of matrices ----

BOUNDS["conditioned"] = bound_conditioned
BOUNDS["cross"] = bound_cross
BOUNDS["spectrum"] = bound_spectrum
BOUNDS["trace"] = bound_trace


@_bound("residual")
def bound_residual(case: BoundCase) -> FloatArray:
    """Elements promise nothing on their own: residuals.py judges the results together."""
    return np.full(case.expected.shape, np.inf)


# ---- complex elementwise ----

BOUNDS["complex_multiply"] = bound_complex_multiply
BOUNDS["complex_divide"] = bound_complex_divide
BOUNDS["complex_abs"] = bound_complex_abs
BOUNDS["complex_sign"] = bound_complex_sign
BOUNDS["complex_expm1"] = bound_complex_expm1
BOUNDS["complex_pow"] = bound_complex_pow


# ---- elementwise ----


@_bound("logaddexp")
def bound_logaddexp(case: BoundCase) -> FloatArray:
    """1 ulp, and 2**-96 absolute: where the maximum and the logarithm cancel, near a result of 0.

    The logarithm is a double-double of about 100 bits. float32 is evaluated in float64 and rounded.
    """
    size = case.magnitude_expected()
    finite = np.isfinite(size)
    ulp = np.spacing(np.where(finite, size, 1.0).astype(case.expected.dtype)).astype(np.float64)
    return np.where(finite, ulp + 2.0**-96, 0.0)


# ---- Fourier transforms ----

BOUNDS["fft"] = bound_fft
BOUNDS["fftfreq"] = bound_fftfreq


# ---- creation ----


def _magnitude_option(case: BoundCase, name: str) -> float:
    value = case.options.get(name)
    return float(abs(value)) if isinstance(value, (int, float, complex)) else 0.0


@_bound("arange")
def bound_arange(case: BoundCase) -> FloatArray:
    """``start`` and ``step`` rounded to the dtype, a product and a sum; integers are exact."""
    if case.expected.dtype.kind != "f":
        return np.zeros(case.expected.shape)
    start = 0.0 if case.options.get("stop") is None else _magnitude_option(case, "start")
    size = start + (case.magnitude_expected() + start)
    return 4 * case.u * size + (size > 0) * case.subnormal


@_bound("random_uniform")
def bound_random_uniform(case: BoundCase) -> FloatArray:
    """The rounded difference of the limits, a fused multiply-add, and the step below high."""
    low, high = _magnitude_option(case, "low"), _magnitude_option(case, "high")
    exact = low == 0 and case.options.get("high", 1.0) == 1
    return np.full(case.expected.shape, 0.0 if exact else 3 * case.u * (low + high))


@_bound("random_normal")
def bound_random_normal(case: BoundCase) -> FloatArray:
    """A logarithm of 4u, halved by the root, a sine of 3u, products; then one fused sum."""
    loc = _magnitude_option(case, "loc")
    spread = case.magnitude_expected() + loc
    bound: FloatArray = 8 * case.u * spread + 2 * case.subnormal
    return bound


@_bound("random_exponential")
def bound_random_exponential(case: BoundCase) -> FloatArray:
    """A logarithm of 4u and a product."""
    return 6 * case.u * case.magnitude_expected() + case.subnormal


@_bound("linspace")
def bound_linspace(case: BoundCase) -> FloatArray:
    """Both ends rounded to the dtype, their difference, a quotient, a product and a sum."""
    size = _magnitude_option(case, "start") + _magnitude_option(case, "stop")
    error = 5 * case.u * size + (2 * case.subnormal if size else 0.0)
    return np.full(case.expected.shape, error)
