# Entry of the oracle: one call by operator name. The functions are in files as in corepy/ops.
"""The oracle: every operator of corepy, NumPy-backed, exact or in higher precision, rounded once.

It shares no code with the native kernels. ``policy=REFERENCE`` runs programs on it,
``COREPY_VERIFY=1`` and :mod:`corepy.testing` compare with it. Importing it imports NumPy, and
NumPy may start threads; ``import corepy`` alone never imports it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from corepy.errors import UnsupportedError

from . import (
    creation,
    cumulative,
    elementwise,
    fft,
    indexing,
    linalg,
    manipulation,
    random,
    searching,
    set,
    sorting,
    statistical,
    utility,
)
from .half import run_in_float64
from .promotion import is_half, resolve_dtype
from .registry import REFERENCE, Array, ReferenceFunction

__all__ = [
    "REFERENCE",
    "creation",
    "cumulative",
    "elementwise",
    "fft",
    "indexing",
    "linalg",
    "manipulation",
    "random",
    "run",
    "searching",
    "set",
    "sorting",
    "statistical",
    "utility",
]


#: Files of functions that make or move elements, or round step by step, in half precision too.
_KNOW_HALF = (creation, indexing, manipulation, random)


def _needs_float64(
    function: ReferenceFunction, operands: tuple[Array, ...], options: Mapping[str, object]
) -> bool:
    """Whether half precision has a part in the call of a function that does not know it."""
    knows_half = {module.__name__ for module in _KNOW_HALF}
    if (
        function in (REFERENCE["where"], REFERENCE["nextafter"])
        or function.__module__ in knows_half
    ):
        return False
    values = (*operands, *options.values())
    if any(isinstance(value, np.ndarray) and is_half(value.dtype) for value in values):
        return True
    dtype = options.get("dtype")
    return dtype is not None and is_half(resolve_dtype(dtype, np.dtype(np.float64)))


def run(name: str, operands: tuple[Array, ...], options: Mapping[str, object]) -> tuple[Array, ...]:
    """The oracle's results of operator ``name``.

    Args:
        name: the operator's array API name.
        operands: the operands with their original dtypes, Python scalars as 0-d arrays.
        options: the operator's keyword options, named as in the standard.

    Returns:
        The results in their final dtypes, C-contiguous and sharing no memory with the operands.

    Raises:
        UnsupportedError: there is no oracle of this name.
        BackendError: gmpy2 is needed and not installed.

    >>> run("add", (np.asarray([1, 2], "int8"), np.asarray([0.5], "float32")), {})
    (array([1.5, 2.5], dtype=float32),)
    """
    function = REFERENCE.get(name)
    if function is None:
        raise UnsupportedError(f"{name}: has no reference implementation (got an unknown operator)")
    with np.errstate(all="ignore"):
        if _needs_float64(function, operands, options):
            outputs = run_in_float64(function, operands, options)
        else:
            results = function(*operands, **options)
            outputs = results if isinstance(results, tuple) else (results,)
    return tuple(np.array(output, order="C") for output in outputs)
