# Measures the errors of complex elementary functions against MPC; the page of results is
# docs/topics/accuracy.md.
"""The largest error of each complex function, part by part, in ulp of the part's true value.

    python tools/measure_complex.py                    # 100,000 points a function and dtype
    python tools/measure_complex.py --count 5000 --dtype complex64 log1p tanh

Points are of several kinds: all bit patterns, everyday sizes, next to the unit circle and to 1 and
-1, on and beside branch cuts, near multiples of pi/2, tiny and huge parts, curves on which a part
of the result cancels. Columns: real part, imaginary part, subnormal parts of either kind. Of
``expm1`` the first is what the real part's error exceeds 1 ulp by, in 2**-53 of the imaginary part;
of ``pow`` they are normwise errors in u, and the same over ``1 + 2**-58 |b ln a| / u``. Exits with
status 1 where a bound does not hold.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from corepy.backend.reference.complex_functions import evaluate_precisely, precise_power

FloatArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"
ComplexArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.complex128]]"
Function: TypeAlias = "Callable[..., ComplexArray]"

UNARY = (
    *("exp", "expm1", "log", "log1p", "log2", "log10", "sqrt"),
    *("sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "asinh", "acosh", "atanh"),
)


# ---- points ----


def _log_uniform(rng: np.random.Generator, count: int, low: float, high: float) -> FloatArray:
    sign = rng.choice([-1.0, 1.0], count)
    return sign * rng.uniform(1.0, 2.0, count) * 2.0 ** rng.integers(low, high, count)


def _any_bits(rng: np.random.Generator, count: int) -> FloatArray:
    values = rng.integers(0, 2**64, count, np.uint64).view(np.float64)
    return np.where(np.isfinite(values), values, 1.0)


def _place(real: FloatArray, imag: FloatArray) -> ComplexArray:
    z = np.empty(real.shape, np.complex128)
    z.real, z.imag = real, imag
    return z


def _near(rng: np.random.Generator, centre: FloatArray) -> FloatArray:
    """Numbers at any relative distance from the centre, down to none."""
    distance = _log_uniform(rng, centre.size, -54, 0) * (rng.random(centre.size) < 0.9)
    return centre * (1.0 + distance)


def sample_points(rng: np.random.Generator, count: int) -> ComplexArray:
    """About ``count`` points of all the kinds."""
    n = count // 8
    angle = rng.uniform(0.0, 2 * math.pi, n)
    pole = rng.integers(0, 1000, n) * (math.pi / 2)
    tiny = _log_uniform(rng, n, -1074, -1)
    beside = _log_uniform(rng, n, -1074, -20)
    cut = np.where(rng.random(n) < 0.5, rng.choice([-0.0, 0.0], n), beside)
    one = _near(rng, rng.choice([-1.0, 1.0], n))
    x = _log_uniform(rng, n, -60, 9)
    # |1 + z| = 1, and e^x cos y = 1
    with np.errstate(all="ignore"):
        y = rng.uniform(-1.5, 1.5, n)
        curves = np.where(
            rng.random(n) < 0.5,
            _place(-(y**2) / 2 - y**4 / 8, y),
            _place(-np.log(np.cos(y)), y),
        )
    kinds = [
        _place(_any_bits(rng, n), _any_bits(rng, n)),
        _place(_log_uniform(rng, n, -30, 11), _log_uniform(rng, n, -30, 11)),
        _place(_near(rng, np.cos(angle)), _near(rng, np.sin(angle))),
        _place(one, cut),
        _place(_log_uniform(rng, n, -60, 12), cut),
        _place(x, _near(rng, pole)),
        _place(tiny, _log_uniform(rng, n, -1074, 10)),
        curves,
    ]
    points = np.concatenate(kinds)
    turned = rng.random(points.size) < 0.3
    return np.where(turned, _place(points.imag, points.real), points)


# ---- errors ----


@dataclass
class Worst:
    """The largest error of a part, and where."""

    ulp: float = 0.0
    at: complex | tuple[complex, complex] = 0j

    def take(self, ulp: float, at: complex | tuple[complex, complex]) -> None:
        if not ulp <= self.ulp:
            self.ulp, self.at = ulp, at


def _ulp_error(got: float, exact: object, digits: int, least: int, largest: float) -> float:
    """``|got - exact|`` in units of the last place of the exact value."""
    true = float(exact)  # type: ignore[arg-type]
    if math.isinf(true) or abs(true) > largest:  # beyond the format: infinity, or its neighbour
        return 0.0 if math.isinf(got) or abs(got) >= largest else math.inf
    if math.isnan(got) or math.isinf(got):
        return 0.0 if abs(true) >= largest else math.inf
    exponent = max(math.frexp(true)[1] - digits, least)
    if true == 0.0 and got == 0.0:
        return 0.0
    difference = abs(float(exact - got))  # type: ignore[operator]
    return difference / math.ldexp(1.0, exponent) if difference else 0.0


@dataclass(frozen=True)
class Format:
    dtype: str
    digits: int
    least: int
    largest: float


FORMATS = {
    "complex128": Format("complex128", 53, -1074, float(np.finfo(np.float64).max)),
    "complex64": Format("complex64", 24, -149, float(np.finfo(np.float32).max)),
}


def _corepy_function(name: str) -> Function:
    import corepy

    def evaluate(*operands: ComplexArray) -> ComplexArray:
        result: ComplexArray = np.asarray(
            getattr(corepy, name)(*(corepy.asarray(operand) for operand in operands))
        )
        return result

    return evaluate


def measure_unary(
    name: str, function: Function, points: ComplexArray, form: Format
) -> tuple[Worst, Worst, Worst]:
    """The largest errors of the real and of the imaginary part, and of those that are subnormal."""
    real, imag, subnormal = Worst(), Worst(), Worst()
    normal = math.ldexp(1.0, form.least + form.digits - 1)
    results = function(points)
    for z, w in zip(points.tolist(), results.tolist(), strict=True):
        if (name, abs(z)) in {("atanh", 1.0), ("atan", 1.0)} or (name == "log1p" and z == -1):
            continue  # poles: tables
        if name.startswith("log") and z == 0:
            continue
        exact = evaluate_precisely(name, z.real, z.imag)
        for part, got, worst in ((exact[0], w.real, real), (exact[1], w.imag, imag)):
            error = _ulp_error(got, part, form.digits, form.least, form.largest)
            (worst if abs(float(part)) >= normal else subnormal).take(error, z)
    return real, imag, subnormal


def measure_cancelling(
    function: Function, points: ComplexArray, form: Format
) -> tuple[Worst, Worst]:
    """Of expm1: the real part's error beyond 1 ulp, in 2**-53 of the imaginary part's size."""
    beyond, imag = Worst(), Worst()
    for z, w in zip(points.tolist(), function(points).tolist(), strict=True):
        exact = evaluate_precisely("expm1", z.real, z.imag)
        ulp = _ulp_error(w.real, exact[0], form.digits, form.least, form.largest)
        if ulp > 1.0 and math.isfinite(ulp):
            true = float(exact[0])  # type: ignore[arg-type]
            unit = math.ldexp(1.0, max(math.frexp(true)[1] - form.digits, form.least))
            ulp = (ulp - 1.0) * unit / (2.0**-53 * abs(float(exact[1])))  # type: ignore[arg-type]
            beyond.take(ulp, z)
        elif not math.isfinite(ulp):
            beyond.take(ulp, z)
        imag.take(_ulp_error(w.imag, exact[1], form.digits, form.least, form.largest), z)
    return beyond, imag


def measure_power(
    function: Function, bases: ComplexArray, exponents: ComplexArray, form: Format
) -> tuple[Worst, Worst]:
    """Of pow: normwise errors in u of the result's size, and those over 1 + |b ln a| 2**-58 / u."""
    plain, relative = Worst(), Worst()
    results = function(bases, exponents)
    unit = 2.0**-form.digits
    for a, b, w in zip(bases.tolist(), exponents.tolist(), results.tolist(), strict=True):
        if a == 0 or b == 0:
            continue
        exact = precise_power((a.real, a.imag), (b.real, b.imag))
        parts = float(exact[0]), float(exact[1])  # type: ignore[arg-type]
        size = math.hypot(*parts)
        if not 2.0 ** (form.least + form.digits + 2) < size < form.largest / 4:
            continue
        error = math.hypot(
            float(exact[0] - w.real),  # type: ignore[operator]
            float(exact[1] - w.imag),  # type: ignore[operator]
        ) / (unit * size)
        growth = abs(b) * math.hypot(math.log(abs(a)), math.atan2(a.imag, a.real)) * 2.0**-58
        plain.take(error, (a, b))
        relative.take(error / (1.0 + growth / unit), (a, b))
    return plain, relative


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", default=[])
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dtype", choices=FORMATS, action="append")
    options = parser.parse_args()
    failed = False
    for dtype in options.dtype or FORMATS:
        form = FORMATS[dtype]
        rng = np.random.default_rng(options.seed)
        with np.errstate(all="ignore"):
            points = sample_points(rng, options.count).astype(dtype)
            points = points[np.isfinite(points.real) & np.isfinite(points.imag)]
            exponents = sample_points(rng, options.count).astype(dtype)[: points.size]
        for name in options.names or [*UNARY, "pow"]:
            function, subnormal = _corepy_function(name), Worst()
            if name == "pow":
                size = min(points.size, exponents.size)
                first, second = measure_power(function, points[:size], exponents[:size], form)
                failed |= not second.ulp <= 3.0
            elif name == "expm1":
                first, second = measure_cancelling(function, points, form)
                failed |= not (first.ulp <= 1.0 and second.ulp <= 1.0)
            else:
                first, second, subnormal = measure_unary(name, function, points, form)
                failed |= not max(first.ulp, second.ulp, subnormal.ulp) <= 1.0
            print(
                f"| {dtype} | `{name}` | {first.ulp:.3f} at {first.at} | "
                f"{second.ulp:.3f} at {second.at} | {subnormal.ulp:.3f} |",
                flush=True,
            )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
