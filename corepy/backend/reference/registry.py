# The table of oracle functions and the types they share; the functions are one file per category.
"""Registry of the reference functions, keyed by array API name."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, Protocol, TypeAlias, TypeVar, cast

import numpy as np

from corepy.errors import ArgumentError

__all__ = ["REFERENCE", "Array", "BoolArray", "DType", "FloatArray", "IntArray", "reference"]

#: Any NumPy array; the dtype is a run-time property here, as it is for the operators.
Array: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.generic[object]]]"
BoolArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]"
FloatArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.float64]]"
IntArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.int64]]"
DType: TypeAlias = "np.dtype[np.generic[object]]"


class ReferenceFunction(Protocol):
    """An oracle as the dispatcher sees it: operands positional, options by keyword."""

    def __call__(self, *operands: Array, **options: object) -> Array | tuple[Array, ...]: ...


REFERENCE: dict[str, ReferenceFunction] = {}

_Parameters = ParamSpec("_Parameters")
_Result = TypeVar("_Result", bound="Array | tuple[Array, ...]")


def reference(
    name: str,
) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """Register the decorated function as the oracle of operator ``name``.

    The name is given rather than taken from the function, because several standard names
    (``abs``, ``sum``, ``pow``) would shadow builtins that the oracle itself uses.

    >>> @reference("_doc_example")
    ... def doc_example(x):
    ...     return x
    >>> REFERENCE.pop("_doc_example") is doc_example
    True
    """

    def register(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        if name in REFERENCE:
            raise ArgumentError(f"reference: operator {name!r} has two oracles")
        REFERENCE[name] = cast(ReferenceFunction, function)
        return function

    return register
