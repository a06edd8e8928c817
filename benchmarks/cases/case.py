# What a case of the benchmark is. The cases themselves are in the other files of this folder, how
# libraries run one in ../peers.py, how time is taken in ../measure.py.
"""One row of the table: the statement that is timed, its operands, and the limits it is held to."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isinf, prod

#: Key of the statement for libraries that follow the standard: corepy, NumPy, mostly PyTorch.
ARRAY_API = "array_api"

ITEM_BYTES = {
    "bool": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "uint8": 1,
    "float32": 4,
    "float64": 8,
    "complex64": 8,
    "complex128": 16,
}


@dataclass(frozen=True)
class Limit:
    """The most that a case may take: of a peer's time, in seconds, of the machine's own limit."""

    #: Infinite where only the seconds count.
    ratio: float
    seconds: float | None = None
    #: The library whose time counts; None: the fastest one.
    peer: str | None = None
    #: The least part of what the machine can do at most (see Ceiling) that must be reached.
    ceiling: float | None = None

    @property
    def text(self) -> str:
        """As tables show it."""
        parts = [] if isinf(self.ratio) else [f"{self.ratio:g}"]
        if self.seconds is not None:
            parts.append(f"{self.seconds * 1e3:g} ms")
        if self.ceiling is not None:
            parts.append(f"{self.ceiling:.0%}")
        return ", ".join(parts)

    def is_met(self, ratio: float, seconds: float, ceiling: float | None = None) -> bool:
        """Whether a ratio to the peer's time, a time and a part of the machine's limit keep it."""
        return (
            ratio <= self.ratio
            and (self.seconds is None or seconds <= self.seconds)
            and (self.ceiling is None or ceiling is None or ceiling >= self.ceiling)
        )


@dataclass(frozen=True)
class Operand:
    """An array of values between ``low`` and ``high``."""

    shape: tuple[int, ...]
    dtype: str
    low: float = 0.5
    high: float = 100.0
    #: "uniform", "sorted" (uniform, ascending) or "distinct" (each whole number once, shuffled).
    kind: str = "uniform"

    @property
    def element_count(self) -> int:
        """The number of elements."""
        return prod(self.shape)

    @property
    def nbytes(self) -> int:
        """The memory of the elements."""
        return self.element_count * ITEM_BYTES[self.dtype]


@dataclass(frozen=True)
class Ceiling:
    """Work of a case that the machine's own limit is measured with (limits.py), in the same rounds.

    ``read``: that many bytes are read, in so many passes. ``stream``: two arrays and possibly a
    mask are read and one is written, past the caches or not; ``stream`` names how many vectors of
    each a step takes. ``fma``: that many multiplications and additions, in registers.
    """

    kind: str
    amount: float
    dtype: str = ""
    stream: tuple[int, int, int] = (1, 0, 1)
    passes: int = 1
    past_caches: bool = True


@dataclass(frozen=True)
class Work:
    """Arithmetic operations and the bytes that must move at least: a point of the roofline."""

    operations: float
    nbytes: float


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
    #: Fails while corepy has not what the statement needs: then the row says so. Evaluated with
    #: ``xp``; by default the operator's name is looked up.
    needs: str = ""
    #: Evaluated after a statement that has no value, to see what it did.
    outcome: str = ""
    ceiling: Ceiling | None = None
    work: Work | None = None
    #: What the statement calls ``g``, by library: an expression that is evaluated once, before the
    #: clock runs, with ``xp`` and ``numpy``.
    prepared: dict[str, str] = field(default_factory=dict)
    #: The policy under which corepy runs the statement; "" for its own.
    policy: str = ""
    #: How much further than usual results may be apart: rounding errors times a condition number.
    condition: float = 1.0

    @property
    def id(self) -> str:
        """``operator[label]``."""
        return f"{self.operator}[{self.label}]"

    @property
    def element_count(self) -> int:
        """The number of elements of the largest operand."""
        return max((operand.element_count for operand in self.operands.values()), default=0)


def format_size(count: int) -> str:
    """``1e5`` for 100000; the plain number for others than powers of ten."""
    exponent = len(str(count)) - 1
    return f"1e{exponent}" if exponent >= 3 and count == 10**exponent else str(count)


def format_shape(*extents: int) -> str:
    """``2048x64``."""
    return "x".join(map(str, extents))


def make_statements(array_api: str, **own: str | None) -> dict[str, str]:
    """The statement of the standard, and other ones of libraries by name; None is left out."""
    kept = {name: statement for name, statement in own.items() if statement is not None}
    return {ARRAY_API: array_api, **kept}
