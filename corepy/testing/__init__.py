# What corepy.testing offers; comparers, bounds, checks, strategies and plugin have a file each.
"""Tools to test corepy, and programs written with it.

``assert_bitwise_equal``, ``assert_ulp`` and ``check_op`` compare results;
``check_reproducible`` runs a function in every configuration and compares bits;
:mod:`corepy.testing.strategies` generates tensors for Hypothesis;
:mod:`corepy.testing.pytest_plugin` adds an ``isa`` fixture to pytest. Names are imported on first
use, so that loading the pytest plugin imports neither NumPy nor the oracle.
"""

from __future__ import annotations

from corepy.lazy_names import make_loader

TYPE_CHECKING = False
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

#: By name, the module that has it.
_LAZY = {
    "ReproducibilityReport": "testing.reproducibility",
    "assert_bitwise_equal": "testing.comparison",
    "assert_ulp": "testing.checking",
    "check_op": "testing.checking",
    "check_reproducible": "testing.reproducibility",
    "operator_row": "testing.checking",
    "operator_rows": "testing.checking",
    "ulp_distance": "testing.comparison",
}


if not TYPE_CHECKING:  # type checkers take what is imported above
    __getattr__ = make_loader(__name__, _LAZY, globals())
