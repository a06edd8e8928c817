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
from .registry import REFERENCE, Array

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
        results = function(*operands, **options)
    outputs = results if isinstance(results, tuple) else (results,)
    return tuple(np.array(output, order="C") for output in outputs)
