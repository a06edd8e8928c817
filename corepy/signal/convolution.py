# Sums over sliding windows: convolve, correlate.
"""Convolution and correlation of lines, directly: windows of one times the other, by matmul."""

from __future__ import annotations

import corepy
from corepy.errors import DTypeError, ShapeError
from corepy.ops.arguments import adopt_dtype, all_hold, is_half, read_tensor, read_word
from corepy.ops.composed import composed

from .padding import pad

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.ops.native import ArrayLike
    from corepy.tensor import Tensor

__all__ = ["convolve", "correlate"]

_MODES = ("full", "same", "valid")


def _read_line(function: str, name: str, value: ArrayLike) -> Tensor:
    line = read_tensor(function, name, value)
    if line.ndim == 0:
        line = corepy.reshape(line, (1,))
    if line.ndim != 1 or line.size == 0:
        raise ShapeError(
            f"{function}: {name} must be a line with elements (got shape {line.shape}; expected "
            "(n,), n >= 1)"
        )
    if line.dtype.kind == "b":
        raise DTypeError(
            f"{function}: unsupported dtype of {name} (got bool; expected numbers); convert it "
            "with corepy.astype"
        )
    return line


def _slide(long: Tensor, short: Tensor, mode: str) -> Tensor:
    """sum_j long[k + j] short[j] for every k of the mode, from -(short.size - 1) on under full."""
    common = corepy.result_type(long, short)
    if is_half(common):  # matmul would convert all windows at once
        first, second = (corepy.astype(line, corepy.float32) for line in (long, short))
        return corepy.astype(_slide(first, second, mode), common)
    reach = short.size - 1
    if mode == "valid" or reach == 0:
        return corepy.matmul(corepy.sliding_window_view(long, reach + 1), short)
    if all_hold(corepy.isfinite(short)):
        padded = pad(long, reach)
        full = corepy.matmul(corepy.sliding_window_view(padded, reach + 1), short)
    else:  # padding would multiply infinity by 0: the ends are sums of fewer products
        start = [corepy.matmul(long[:k], short[-k:]) for k in range(1, reach + 1)]
        end = [corepy.matmul(long[-k:], short[:k]) for k in range(reach, 0, -1)]
        inside = corepy.matmul(corepy.sliding_window_view(long, reach + 1), short)
        full = corepy.concat([corepy.stack(start), inside, corepy.stack(end)])
    if mode == "full":
        return full
    return full[reach // 2 : reach // 2 + long.size]


@composed
def convolve(x: ArrayLike, v: ArrayLike, /, mode: str = "full") -> Tensor:
    """out[k] = sum_j x[k - j] v[j], over the j where both have an element.

    Shapes: lines of n and m elements; "full" gives n + m - 1 results, "same" the max(n, m) in the
    middle, "valid" the max(n, m) - min(n, m) + 1 that have all their products.
    Dtypes: numeric, promoted together.
    Edges: the longer of the two is windowed; O(n m) steps, memory of the longer one.
    Raises: ShapeError for no elements or several axes; ArgumentError for another mode; DTypeError.
    Accuracy: exact for integers, which wrap, else that of matmul over the shorter line.
    Source: NumPy; the order of the sums is that of matmul.

    >>> import corepy as cp
    >>> cp.convolve(cp.asarray([1, 2, 3]), cp.asarray([0, 1, 5]))
    Tensor([ 0,  1,  7, 13, 15], shape=(5,), dtype=int64)
    """
    first = _read_line("convolve", "x", adopt_dtype(x, v))
    second = _read_line("convolve", "v", adopt_dtype(v, x))
    if second.size > first.size:
        first, second = second, first
    return _slide(first, corepy.flip(second), read_word("convolve", "mode", mode, _MODES))


@composed
def correlate(x: ArrayLike, v: ArrayLike, /, mode: str = "valid") -> Tensor:
    """out[k] = sum_j x[k + j] conj(v[j]), over the j where both have an element.

    Shapes: as convolve; under "full" k starts at -(m - 1).  Dtypes: as convolve.
    Edges: as convolve.
    Raises: as convolve.
    Accuracy: as convolve.
    Source: NumPy.

    >>> import corepy as cp
    >>> cp.correlate(cp.asarray([1, 2, 3, 4]), cp.asarray([0, 1, 5]))
    Tensor([17, 23], shape=(2,), dtype=int64)
    """
    first = _read_line("correlate", "x", adopt_dtype(x, v))
    second = _read_line("correlate", "v", adopt_dtype(v, x))
    second = corepy.conj(second) if second.dtype.kind == "c" else second
    mode = read_word("correlate", "mode", mode, _MODES)
    if second.size > first.size:
        return corepy.flip(_slide(second, first, mode))
    return _slide(first, second, mode)
