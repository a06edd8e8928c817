# How functions that are written in Python read their operands and axes. Native functions read
# theirs in bindings/python/operands.cpp.
"""Arguments as tensors and as axes that count from the front."""

from __future__ import annotations

import sys
from operator import index

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, AxisError, DTypeError

from . import creation, elementwise, manipulation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import DType
    from corepy.tensor import Tensor

    from .native import ArrayLike, Dims

__all__ = [
    "all_hold",
    "as_flag",
    "check_out",
    "check_scalar",
    "is_floating",
    "is_half",
    "is_int",
    "is_integer",
    "is_numpy_scalar",
    "move_last",
    "normalize_axes",
    "normalize_axis",
    "read_correction",
    "read_flag",
    "read_float",
    "read_floating",
    "read_int",
    "read_number",
    "read_real",
    "read_sizes",
    "read_tensor",
    "read_word",
]


def all_hold(condition: Tensor) -> bool:
    """Whether a condition on values is true everywhere; a dry run has no values to refuse."""
    return bool(corepy.all(condition)) or _core.is_dry_running()


def is_floating(x: Tensor) -> bool:
    """Whether the elements are real floating-point numbers."""
    return x.dtype.kind == "f"


def is_half(dtype: DType) -> bool:
    """Whether this is float16 or bfloat16."""
    return dtype.kind == "f" and dtype.itemsize == 2


def is_integer(x: Tensor) -> bool:
    """Whether the elements are integers; bool is none."""
    return x.dtype.kind in "iu"


def is_numpy_scalar(value: object) -> bool:
    """Whether this is a number of NumPy's, which is not imported to find out."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and isinstance(value, numpy.generic)


def is_int(value: object) -> bool:
    """Whether this is an int, or an integer of NumPy's; bool is none."""
    if isinstance(value, int):
        return not isinstance(value, bool)
    return is_numpy_scalar(value) and hasattr(value, "__index__")


def read_int(function: str, name: str, value: object) -> int:
    """An int, or what is one by ``__index__``: an integer of NumPy's, a tensor of one."""
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if not isinstance(value, bool) and kind != "b":
        try:
            return index(value)  # type: ignore[arg-type]
        except TypeError:
            pass  # refused below; contextlib would take an eighth of corepy's import time
    raise ArgumentTypeError(
        f"{function}: {name} has the wrong type (got {_core.type_name(value)}; expected int)"
    )


def as_flag(value: object) -> bool | None:
    """The truth value that a bool, 0 or 1 is, NumPy's too; None for anything else."""
    if isinstance(value, bool):
        return value
    is_numpys = is_numpy_scalar(value) and value.dtype.kind == "b"  # type: ignore[attr-defined]
    return bool(value) if is_numpys or (is_int(value) and value in (0, 1)) else None


def read_flag(function: str, name: str, value: object) -> bool:
    """A bool, 0 or 1: what merely counts as true, such as "no" or 2, is a mistake."""
    flag = as_flag(value)
    if flag is not None:
        return flag
    raise ArgumentTypeError(
        f"{function}: {name} has the wrong type (got {_core.type_name(value)}; expected bool)"
    )


def read_float(function: str, name: str, value: object) -> float:
    """A real number, or a tensor of one."""
    check_scalar(function, name, value)
    try:
        return float(value)  # type: ignore[arg-type]
    except OverflowError:
        raise ArgumentError(
            f"{function}: {name} is out of range (got an int beyond float64; expected less)"
        ) from None


def read_correction(function: str, correction: float, ddof: float | None) -> float:
    """The degrees of freedom that are taken, under either name."""
    taken = read_float(function, "correction", correction)
    if ddof is None:
        return taken
    if taken != 0:
        raise ArgumentError(
            f"{function}: correction and ddof are one thing (got both; expected one)"
        )
    return read_float(function, "ddof", ddof)


def read_sizes(function: str, shape: object) -> tuple[int, ...]:
    """A shape as functions take it: an int, or a sequence of them."""
    if is_int(shape) or (isinstance(shape, _core.TensorBase) and shape.ndim == 0):
        return (read_int(function, "shape", shape),)
    try:
        extents: tuple[object, ...] = tuple(shape)  # type: ignore[arg-type]
    except TypeError:
        raise ArgumentTypeError(
            f"{function}: shape has the wrong type (got {_core.type_name(shape)}; expected int or "
            "a sequence of ints)"
        ) from None
    return tuple(read_int(function, "shape", extent) for extent in extents)


def check_scalar(function: str, name: str, value: object) -> None:
    """Refuses what is neither a real number nor a tensor."""
    if isinstance(value, (int, float, _core.TensorBase)):
        return
    if is_numpy_scalar(value) and value.dtype.kind in "biuf":  # type: ignore[attr-defined]
        return
    raise ArgumentTypeError(
        f"{function}: {name} has the wrong type (got {_core.type_name(value)}; expected a "
        "number or a Tensor)"
    )


def check_out(function: str, out: object) -> None:
    """Refuse what a result cannot replace, before there is a result."""
    if out is not None and not isinstance(out, _core.TensorBase):
        raise ArgumentTypeError(
            f"{function}: out has the wrong type (got {_core.type_name(out)}; expected "
            "corepy.Tensor); convert it with corepy.asarray"
        )


def read_word(function: str, name: str, value: object, words: tuple[str, ...]) -> str:
    """One of some words; an array of them is none."""
    if isinstance(value, str) and value in words:
        return value
    raise ArgumentError(
        f"{function}: unknown {name} (got {value!r}; expected one of {', '.join(words)})"
    )


def read_tensor(function: str, name: str, value: ArrayLike) -> Tensor:
    """The tensor as it is; numbers and nested lists of numbers become one, as by asarray."""
    if isinstance(value, _core.TensorBase):
        return value
    if isinstance(value, (int, float, complex, list, tuple)) or is_numpy_scalar(value):
        return creation.asarray(value)
    raise ArgumentTypeError(
        f"{function}: {name} has the wrong type (got {_core.type_name(value)}; expected a Tensor, "
        "a number or nested lists of numbers); convert it with corepy.asarray"
    )


def adopt_dtype(number: ArrayLike, other: ArrayLike | DType | None) -> ArrayLike:
    """One of Python's numbers in the dtype that it takes beside a tensor, or a dtype; all else as
    it is."""
    if type(number) is bool or not isinstance(other, (_core.TensorBase, _core.DType)):
        return number
    if isinstance(number, (int, float, complex)):
        return creation.asarray(number, dtype=corepy.result_type(other, number))
    return number


def read_pair(
    function: str, names: tuple[str, str], first: ArrayLike, second: ArrayLike
) -> tuple[Tensor, Tensor]:
    """Two operands as by ``read_tensor``; one of Python's numbers never widens the other."""
    if isinstance(first, _core.TensorBase) and isinstance(second, _core.TensorBase):
        return first, second
    return (
        read_tensor(function, names[0], adopt_dtype(first, second)),
        read_tensor(function, names[1], adopt_dtype(second, first)),
    )


def read_real(function: str, name: str, value: ArrayLike) -> Tensor:
    """A tensor of integers or real floating-point numbers."""
    x = read_tensor(function, name, value)
    if is_integer(x) or is_floating(x):
        return x
    raise DTypeError(
        f"{function}: unsupported dtype of {name} (got {x.dtype.name}; expected integers or real "
        "floating-point numbers); convert it with corepy.astype"
    )


def read_floating(function: str, name: str, value: ArrayLike) -> Tensor:
    """A real floating tensor; integers become float64, which strict refuses as everywhere.

    Half precision is refused: what is composed of several operators would be rounded, and might
    overflow, after each.
    """
    x = read_real(function, name, value)
    if is_half(x.dtype):
        raise DTypeError(
            f"{function}: unsupported dtype of {name} (got {x.dtype.name}; expected float32, "
            "float64 or integers); convert it with corepy.astype(x, corepy.float32)"
        )
    return elementwise.divide(x, 1) if is_integer(x) else x


def read_number(function: str, name: str, value: ArrayLike) -> Tensor:
    """A floating tensor, real or complex; bool and integers become float64."""
    x = read_tensor(function, name, value)
    if x.dtype.kind == "b":
        x = manipulation.astype(x, "float64")
    return x if x.dtype.kind == "c" else read_floating(function, name, x)


def normalize_axis(function: str, axis: int, ndim: int) -> int:
    """0 <= axis < ndim; whatever is an index names an axis, but for a truth value."""
    try:
        number = index(axis)
    except TypeError:
        number = None
    if number is None or isinstance(axis, bool):
        raise ArgumentTypeError(
            f"{function}: axis has the wrong type (got {_core.type_name(axis)}; expected int)"
        )
    if ndim == 0:
        raise AxisError(
            f"{function}: axis out of range (got {number}; expected no axis: the array has rank 0)"
        )
    if not -ndim <= number < ndim:
        raise AxisError(
            f"{function}: axis out of range (got {number} for rank {ndim}; expected -{ndim} <= "
            f"axis < {ndim})"
        )
    return number % ndim


def normalize_axes(function: str, axis: Dims | None, ndim: int) -> tuple[int, ...]:
    """Ascending axes, none twice; all for None."""
    if axis is None:
        return tuple(range(ndim))
    named = axis if isinstance(axis, (tuple, list)) else (axis,)
    axes = sorted(normalize_axis(function, one, ndim) for one in named)
    if len(set(axes)) != len(axes):
        raise AxisError(f"{function}: an axis is named twice (got {axis}; expected each once)")
    return tuple(axes)


def move_last(x: Tensor, axes: tuple[int, ...]) -> Tensor:
    """The elements along ``axes`` as one last axis, in C order; a view where strides allow."""
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    count = 1
    for axis in axes:
        count *= x.shape[axis]
    moved = manipulation.permute_dims(x, (*kept, *axes))
    return manipulation.reshape(moved, (*(x.shape[axis] for axis in kept), count))
