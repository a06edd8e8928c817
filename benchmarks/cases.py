# What is measured: one row per case, as data. How libraries run a row is in peers.py, how time is
# taken in measure.py.
"""The cases of the benchmark, their groups and the limits they are held to.

Operators have the names of the array API standard; a case's id is ``operator[dtype-size]``. To add
a case, add a row to one of the functions below.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import prod

#: Key of the statement for libraries that follow the standard: corepy, NumPy, mostly PyTorch.
ARRAY_API = "array_api"


@dataclass(frozen=True)
class Limit:
    """The most that a case may take: of NumPy's time, and in seconds where that is given too."""

    ratio: float
    seconds: float | None = None

    @property
    def text(self) -> str:
        """As tables show it."""
        if self.seconds is None:
            return f"{self.ratio:g}"
        return f"{self.ratio:g}, {self.seconds * 1e3:g} ms"

    def is_met(self, ratio: float, seconds: float) -> bool:
        """Whether a measured ratio to NumPy's time and a median time keep the limit."""
        return ratio <= self.ratio and (self.seconds is None or seconds <= self.seconds)


@dataclass(frozen=True)
class Operand:
    """An array of uniformly distributed values between ``low`` and ``high``."""

    shape: tuple[int, ...]
    dtype: str
    low: float = 0.5
    high: float = 100.0

    @property
    def element_count(self) -> int:
        """The number of elements."""
        return prod(self.shape)


@dataclass(frozen=True)
class Case:
    """One row: the statement that is timed, per library, on named operands."""

    operator: str
    label: str
    group: str
    #: By library name; ARRAY_API for those that have no own. ``xp`` is the library's module.
    statements: dict[str, str]
    operands: dict[str, Operand] = field(default_factory=dict)
    limit: Limit | None = None

    @property
    def id(self) -> str:
        """``operator[label]``."""
        return f"{self.operator}[{self.label}]"

    @property
    def element_count(self) -> int:
        """The number of elements of the largest operand."""
        return max(operand.element_count for operand in self.operands.values())


CALLS = "Call overhead"
ELEMENTWISE = "Elementwise"
TRANSPOSED = "Transposed operand"
REDUCTIONS = "Reductions"
MATMUL = "Matrix product"
FUNCTIONS = "Elementary functions"

# Python expression, and numexpr's where it has one.
ARITHMETIC = {"add": "a + b", "multiply": "a * b", "less": "a < b"}

# Domain of the operands, and numexpr's expression where it has one.
UNARY_FUNCTIONS: dict[str, tuple[float, float, str | None]] = {
    "sqrt": (0.0, 100.0, "sqrt(a)"),
    "exp": (-10.0, 10.0, "exp(a)"),
    "expm1": (-5.0, 5.0, "expm1(a)"),
    "log": (1e-3, 1e3, "log(a)"),
    "log1p": (-0.5, 10.0, "log1p(a)"),
    "sin": (-10.0, 10.0, "sin(a)"),
    "cos": (-10.0, 10.0, "cos(a)"),
    "tan": (-10.0, 10.0, "tan(a)"),
    "asin": (-1.0, 1.0, "arcsin(a)"),
    "acos": (-1.0, 1.0, "arccos(a)"),
    "atan": (-10.0, 10.0, "arctan(a)"),
    "sinh": (-5.0, 5.0, "sinh(a)"),
    "cosh": (-5.0, 5.0, "cosh(a)"),
    "tanh": (-4.0, 4.0, "tanh(a)"),
}
# Domains of both operands, and numexpr's expression.
BINARY_FUNCTIONS: dict[str, tuple[float, float, float, float, str | None]] = {
    "atan2": (-10.0, 10.0, -10.0, 10.0, "arctan2(a, b)"),
    "hypot": (-10.0, 10.0, -10.0, 10.0, None),
    "pow": (0.1, 10.0, -3.0, 3.0, "a ** b"),
}


def format_size(count: int) -> str:
    """``1e5`` for 100000; the plain number for others than powers of ten."""
    exponent = len(str(count)) - 1
    return f"1e{exponent}" if exponent >= 3 and count == 10**exponent else str(count)


def _statements(array_api: str, numexpr: str | None = None) -> dict[str, str]:
    own = {} if numexpr is None else {"numexpr": numexpr}
    return {ARRAY_API: array_api, **own}


def _call_cases() -> Iterator[Case]:
    """Tiny operands: the time is that of the call, dispatch record included."""
    four = Operand((4,), "float32")
    square = Operand((3, 3), "float32")
    rows: list[tuple[str, str, str, dict[str, Operand], Limit | None]] = [
        ("add", "4", "a + b", {"a": four, "b": four}, Limit(0.4)),
        ("exp", "4", "xp.exp(a)", {"a": Operand((4,), "float32", -10, 10)}, None),
        ("sum", "4", "a.sum()", {"a": four}, None),
        (
            "where",
            "4",
            "xp.where(c, a, b)",
            {"c": Operand((4,), "bool", 0, 1), "a": four, "b": four},
            None,
        ),
        ("slice", "4", "a[1:3]", {"a": four}, None),
        ("item", "0d", "a.item()", {"a": Operand((), "float32")}, None),
        ("matmul", "3x3", "a @ b", {"a": square, "b": square}, None),
    ]
    for operator, size, statement, operands, limit in rows:
        yield Case(operator, f"float32-{size}", CALLS, _statements(statement), operands, limit)


def _elementwise_cases() -> Iterator[Case]:
    for operator, statement in ARITHMETIC.items():
        for dtype in ("float32", "float64", "int32"):
            for count in (10**3, 10**5, 10**7):
                operand = Operand((count,), dtype)
                yield Case(
                    operator,
                    f"{dtype}-{format_size(count)}",
                    ELEMENTWISE,
                    _statements(statement, statement),
                    {"a": operand, "b": operand},
                    Limit(0.9),
                )


def _transposed_cases() -> Iterator[Case]:
    operand = Operand((2048, 2048), "float32")
    yield Case(
        "add",
        "float32-2048x2048-b.T",
        TRANSPOSED,
        _statements("a + b.T"),
        {"a": operand, "b": operand},
        Limit(0.3),
    )


def _reduction_cases() -> Iterator[Case]:
    for operator in ("sum", "mean", "var"):
        for dtype in ("float32", "float64"):
            for count in (10**5, 10**7):
                statements = _statements(f"a.{operator}()", "sum(a)" if operator == "sum" else None)
                if operator == "var":
                    statements["torch"] = "a.var(correction=0)"
                yield Case(
                    operator,
                    f"{dtype}-{format_size(count)}",
                    REDUCTIONS,
                    statements,
                    {"a": Operand((count,), dtype)},
                    Limit(0.5),
                )


def _matmul_cases() -> Iterator[Case]:
    for dtype in ("float32", "float64"):
        for n in (128, 512, 1024):
            operand = Operand((n, n), dtype)
            yield Case(
                "matmul",
                f"{dtype}-{n}x{n}",
                MATMUL,
                _statements("a @ b"),
                {"a": operand, "b": operand},
                Limit(1.05),
            )


def _function_cases() -> Iterator[Case]:
    count = 10**5
    for dtype in ("float32", "float64"):
        label = f"{dtype}-{format_size(count)}"
        for operator, (low, high, numexpr) in UNARY_FUNCTIONS.items():
            statements = _statements(f"xp.{operator}(a)", numexpr)
            operand = Operand((count,), dtype, low, high)
            yield Case(operator, label, FUNCTIONS, statements, {"a": operand})
        for operator, (a_low, a_high, b_low, b_high, numexpr) in BINARY_FUNCTIONS.items():
            operands = {
                "a": Operand((count,), dtype, a_low, a_high),
                "b": Operand((count,), dtype, b_low, b_high),
            }
            statements = _statements(f"xp.{operator}(a, b)", numexpr)
            yield Case(operator, label, FUNCTIONS, statements, operands)


def list_cases() -> tuple[Case, ...]:
    """Every case, in the order of the table."""
    return (
        *_call_cases(),
        *_elementwise_cases(),
        *_transposed_cases(),
        *_reduction_cases(),
        *_matmul_cases(),
        *_function_cases(),
    )


#: Not a case of operands: processes that import a library, see import_time.py. Time above that of
#: a Python that imports nothing; held to be less than NumPy's and at most 25 ms.
IMPORT_CASE = Case(
    "import",
    "process",
    "Import",
    {"corepy": "import corepy", "numpy": "import numpy"},
    limit=Limit(1.0, 0.025),
)


def select_cases(pattern: str | None) -> list[Case]:
    """The cases in whose ``group: id`` the regular expression is found; all without one."""
    cases = (*list_cases(), IMPORT_CASE)
    if pattern is None:
        return list(cases)
    wanted = re.compile(pattern, re.IGNORECASE)
    return [case for case in cases if wanted.search(f"{case.group}: {case.id}")]
