# What corepy.testing offers; comparers, bounds, checks, strategies and plugin have a file each.
"""Tools to test corepy, and programs written with it.

``assert_bitwise_equal``, ``assert_ulp`` and ``check_op`` compare results;
``check_reproducible`` runs a function in every configuration and compares bits;
:mod:`corepy.testing.strategies` generates tensors for Hypothesis;
:mod:`corepy.testing.pytest_plugin` adds an ``isa`` fixture to pytest. Names are imported on first
use, so that loading the pytest plugin imports neither NumPy nor the oracle.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .checking import assert_ulp, check_op, operator_row, operator_rows
    from .comparison import assert_bitwise_equal, ulp_distance
    from .reproducibility import ReproducibilityReport, check_reproducible

__all__ = [
    "ReproducibilityReport",
    "assert_bitwise_equal",
    "assert_ulp",
    "check_op",
    "check_reproducible",
    "operator_row",
    "operator_rows",
    "ulp_distance",
]

_MODULES = {
    "ReproducibilityReport": "reproducibility",
    "assert_bitwise_equal": "comparison",
    "assert_ulp": "checking",
    "check_op": "checking",
    "check_reproducible": "reproducibility",
    "operator_row": "checking",
    "operator_rows": "checking",
    "ulp_distance": "comparison",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    return value
