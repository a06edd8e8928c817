# What distributions take as their parameters: numbers, and tensors of numbers that broadcast to the
# shape of a draw. Those of the native draws are read in bindings/python/random.cpp, alike.
"""Parameters of distributions as numbers and tensors; a truth value is neither."""

from __future__ import annotations

import math

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, DTypeError, LinalgError, ShapeError
from corepy.ops.arguments import all_hold, as_flag, is_floating, is_int, read_float, read_int

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from corepy._core import DType
    from corepy.ops.native import DTypeLike, Nested
    from corepy.tensor import Tensor

    Parameter: TypeAlias = float | Tensor
    Population: TypeAlias = int | Tensor | list[Nested] | tuple[Nested, ...]
    Sizes: TypeAlias = tuple[int, ...]

__all__ = [
    "read_dtype",
    "read_finite",
    "read_normal",
    "read_numbers",
    "read_parameter",
    "read_population",
    "read_positive",
    "read_probabilities",
    "read_scale",
    "read_trials",
]


def read_dtype(function: str, dtype: DTypeLike | None) -> DType:
    """float64 by default; float32, float16 or bfloat16."""
    kind = corepy.float64 if dtype is None else _core.result_type((dtype,))
    if kind.kind == "f":
        return kind
    raise DTypeError(
        f"{function}: unsupported dtype (got {kind.name}; expected float16, bfloat16, float32, "
        "float64)"
    )


def _check_no_flag(function: str, name: str, value: object) -> None:
    """Refuse a truth value, which Python and NumPy would take for a number."""
    if isinstance(value, (list, tuple)):
        for one in value:
            _check_no_flag(function, name, one)
        return
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    is_flag = kind == "b" or (as_flag(value) is not None and not is_int(value))
    if is_flag:
        raise ArgumentTypeError(
            f"{function}: {name} has the wrong type (got bool; expected a number or a Tensor of "
            "numbers)"
        )


def _read_number(function: str, name: str, value: float) -> float:
    _check_no_flag(function, name, value)
    return read_float(function, name, value)


def read_finite(function: str, name: str, value: float, dtype: DType) -> float:
    """A number that the dtype holds."""
    number = _read_number(function, name, value)
    if not abs(number) <= corepy.finfo(dtype).max:
        raise ArgumentError(
            f"{function}: {name} must be finite (got {number!r}; expected a number that "
            f"{dtype.name} holds)"
        )
    return number


def read_scale(function: str, name: str, value: float, dtype: DType) -> float:
    """A number that the dtype holds and that is not negative."""
    scale = read_finite(function, name, value, dtype)
    if scale < 0:
        raise ArgumentError(
            f"{function}: {name} must not be negative (got {scale!r}; expected {name} >= 0)"
        )
    return scale


def read_positive(function: str, name: str, value: float) -> float:
    """A positive, finite number."""
    number = _read_number(function, name, value)
    if not 0 < number < math.inf:
        raise ArgumentError(
            f"{function}: {name} is out of range (got {number!r}; expected a positive number, "
            "finite)"
        )
    return number


def read_parameter(
    function: str,
    name: str,
    value: Parameter,
    sizes: Sizes,
    low: float | None = None,
    high: float = math.inf,
    closed: bool = False,
) -> Tensor:
    """The parameter of every element, float64; in (0, inf), or [low, high), or with high."""
    _check_no_flag(function, name, value)
    if isinstance(value, corepy.Tensor):
        line = corepy.astype(value, corepy.float64, copy=False)
    else:
        line = corepy.asarray(read_float(function, name, value))
    above = line > 0 if low is None else line >= low
    below = line <= high if closed else line < high
    if not all_hold(above & below):
        opening = "(0" if low is None else f"[{low:g}"
        wrong = float(line[~(above & below)][0])
        raise ArgumentError(
            f"{function}: {name} is out of range (got {wrong!r}; expected values in {opening}, "
            f"{high:g}{']' if closed else ')'})"
        )
    return corepy.broadcast_to(line, sizes)


def read_numbers(
    function: str, name: str, value: Tensor | list[float] | list[list[float]]
) -> Tensor:
    """Numbers as a float64 tensor."""
    _check_no_flag(function, name, value)
    return corepy.asarray(value, dtype=corepy.float64)


def read_probabilities(function: str, p: Tensor | list[float] | tuple[float, ...]) -> list[float]:
    """Numbers that sum to 1, as well as their dtype can tell."""
    _check_no_flag(function, "p", p)
    given = corepy.asarray(p)
    is_narrow = is_floating(given) and given.dtype != corepy.float64
    slack = float(corepy.finfo(given.dtype).eps) ** 0.5 if is_narrow else 1e-8
    weights = corepy.astype(given, corepy.float64, copy=False)
    if weights.ndim != 1 or weights.size == 0:
        raise ShapeError(
            f"{function}: probabilities must be one line (got shape {weights.shape}; expected (k,))"
        )
    if _core.is_dry_running():  # no values
        return [1.0 / weights.size] * weights.size
    total, least = float(corepy.sum(weights)), float(corepy.min(weights))
    if not least >= 0:
        raise ArgumentError(
            f"{function}: probabilities must not be negative (got {least!r}; expected 0 to 1)"
        )
    if not abs(total - 1) <= slack:
        raise ArgumentError(
            f"{function}: probabilities must sum to 1 (got a sum of {total!r}; divide by it)"
        )
    return [float(weights[index]) / total for index in range(weights.shape[0])]


def read_trials(function: str, n: Parameter, sizes: Sizes) -> Tensor:
    """How many trials every element counts, float64."""
    trials = read_parameter(function, "n", n, sizes, 0.0, 2.0**53)
    is_whole = corepy.floor(trials) == trials
    if not all_hold(is_whole):
        wrong = float(trials[~is_whole][0])
        raise ArgumentError(f"{function}: n has a fraction (got {wrong!r}; expected integers)")
    return trials


def read_population(function: str, name: str, given: Population) -> int | Tensor:
    """How many integers, or the tensor whose slices are meant; a list becomes one."""
    if isinstance(given, (list, tuple)):
        return corepy.asarray(given)
    if isinstance(given, corepy.Tensor) and given.ndim > 0:
        return given
    if isinstance(given, corepy.Tensor) or is_int(given):
        count = read_int(function, name, given)
        if count >= 1 << 63:
            raise ArgumentError(
                f"{function}: {name} is out of range (got {count}; expected {name} < 2**63)"
            )
        return count
    raise ArgumentTypeError(
        f"{function}: {name} has the wrong type (got {_core.type_name(given)}; expected int, a "
        "Tensor or a list); convert it with corepy.asarray"
    )


def read_normal(
    mean: Tensor | list[float], cov: Tensor | list[list[float]]
) -> tuple[Tensor, Tensor]:
    """The mean, and the R with R.T @ R the covariance matrix."""
    function = "random.multivariate_normal"
    centre = read_numbers(function, "mean", mean)
    matrix = read_numbers(function, "cov", cov)
    if centre.ndim != 1 or centre.size == 0 or matrix.shape != centre.shape * 2:
        raise ShapeError(
            f"{function}: mean and cov do not fit (got shapes {centre.shape} and {matrix.shape}; "
            "expected (k,) and (k, k), k >= 1)"
        )
    if not all_hold(corepy.isfinite(centre)):
        wrong = float(centre[~corepy.isfinite(centre)][0])
        raise ArgumentError(
            f"{function}: mean must be finite (got {wrong!r}; expected finite numbers)"
        )
    values, vectors = corepy.linalg.eigh(matrix)
    if not all_hold(corepy.isfinite(values)):
        raise LinalgError(
            f"{function}: an eigenvalue of cov overflows (got one beyond float64; expected finite "
            "ones); divide cov by a power of 4, and multiply the points by its root"
        )
    slack = 1e-8 * corepy.max(corepy.abs(values))
    distance = corepy.abs(matrix - matrix.mT)
    if not all_hold(distance <= slack):
        raise ArgumentError(
            f"{function}: cov is no covariance matrix (got elements "
            f"{float(corepy.max(distance))!r} apart from their mirror images; expected a symmetric "
            "matrix)"
        )
    if not all_hold(values >= -slack):
        raise ArgumentError(
            f"{function}: cov is no covariance matrix (got an eigenvalue of "
            f"{float(corepy.min(values))!r}; expected none below 0)"
        )
    lengths = corepy.sqrt(corepy.maximum(values, 0.0))
    return centre, lengths[:, None] * vectors.mT
