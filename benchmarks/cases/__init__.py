# The cases of the benchmark, gathered; each file beside this one has those of one kind of work.
"""What is measured: one row per case, as data.

Operators have the names of the array API standard; a case's id is ``operator[dtype-size]``. To add
a case, add a row to one of the modules of this package.
"""

from __future__ import annotations

import re

from . import (
    calls,
    draws,
    elementwise,
    fft,
    functions,
    indexing,
    integers,
    interchange,
    linalg,
    products,
    programs,
    reductions,
)
from . import sorting as sorting_cases
from . import survey as survey_cases
from .case import (
    ARRAY_API,
    ITEM_BYTES,
    Case,
    Ceiling,
    Limit,
    Operand,
    Work,
    format_size,
    make_statements,
)

__all__ = [
    "ARRAY_API",
    "CALLS",
    "IMPORT_CASE",
    "ITEM_BYTES",
    "Case",
    "Ceiling",
    "Limit",
    "Operand",
    "Work",
    "format_size",
    "list_cases",
    "list_survey_cases",
    "make_statements",
    "select_cases",
]

CALLS = calls.GROUP

_MODULES = (
    calls,
    elementwise,
    reductions,
    functions,
    products,
    linalg,
    integers,
    sorting_cases,
    indexing,
    fft,
    draws,
    interchange,
    programs,
)


def list_cases() -> tuple[Case, ...]:
    """Every case, in the order of the table."""
    return tuple(case for module in _MODULES for case in module.list_cases())


#: Not a case of operands: processes that import a library, see import_time.py. Time above that of
#: a Python that imports nothing; held to be less than NumPy's and at most 25 ms.
IMPORT_CASE = Case(
    "import",
    "process",
    "Import",
    {"corepy": "import corepy", "numpy": "import numpy"},
    limit=Limit(1.0, 0.025, peer="numpy"),
)


def list_survey_cases() -> tuple[Case, ...]:
    """The cases of the survey, which are none of the table."""
    return tuple(survey_cases.list_cases())


def select_cases(pattern: str | None, *, survey: bool = False) -> list[Case]:
    """The cases in whose ``group: id`` the regular expression is found; all without one."""
    cases = list_survey_cases() if survey else (*list_cases(), IMPORT_CASE)
    if pattern is None:
        return list(cases)
    wanted = re.compile(pattern, re.IGNORECASE)
    return [case for case in cases if wanted.search(f"{case.group}: {case.id}")]
