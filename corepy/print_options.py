# How many digits, elements and columns a printed tensor has. The printing is in display.py.
"""Print options: NumPy's names and defaults, for the process or for a block."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from .errors import SettingError
from .ops.arguments import as_flag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PrintOptions", "get_printoptions", "printoptions", "set_printoptions"]


class PrintOptions(NamedTuple):
    """What ``set_printoptions`` and ``printoptions`` change."""

    #: Digits behind the point, at most.
    precision: int = 8
    #: Larger tensors are summarised.
    threshold: int = 1000
    #: Elements at each end of an axis of a summarised tensor.
    edgeitems: int = 3
    #: Characters per line.
    linewidth: int = 79
    #: Whether small numbers are printed without exponents, as 0 if need be.
    suppress: bool = False


#: (smallest, largest) of the numbers; what lies beyond helps nobody and costs memory.
_LIMITS = {
    "precision": (0, 100),
    "threshold": (0, 2**62),
    "edgeitems": (1, 10_000),
    "linewidth": (10, 100_000),
}
_process_options = PrintOptions()
_context_options: ContextVar[PrintOptions | None] = ContextVar("print_options", default=None)


def _changed(
    op: str,
    options: PrintOptions,
    precision: int | None,
    threshold: int | None,
    edgeitems: int | None,
    linewidth: int | None,
    suppress: bool | None,
) -> PrintOptions:
    """The options with those replaced that are given."""
    numbers = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    given = {name: value for name, value in numbers.items() if value is not None}
    for name, value in given.items():
        low, high = _LIMITS[name]
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise SettingError(
                f"{op}: {name} out of range (got {value!r}; expected an int from {low} to {high})"
            )
    flag = as_flag(suppress)
    if suppress is not None and flag is None:
        raise SettingError(f"{op}: suppress is no flag (got {suppress!r}; expected a bool)")
    return PrintOptions(
        given.get("precision", options.precision),
        given.get("threshold", options.threshold),
        given.get("edgeitems", options.edgeitems),
        given.get("linewidth", options.linewidth),
        options.suppress if flag is None else flag,
    )


def get_printoptions() -> PrintOptions:
    """The print options in force: those of the innermost ``with``, or the process's.

    >>> import corepy as cp
    >>> cp.get_printoptions().edgeitems
    3
    """
    return _context_options.get() or _process_options


def set_printoptions(
    *,
    precision: int | None = None,
    threshold: int | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    suppress: bool | None = None,
) -> None:
    """Set print options for the process; those that are not given stay as they are.

    Args:
        precision: digits behind the point, at most.
        threshold: tensors with more elements are summarised.
        edgeitems: elements at each end of an axis of a summarised tensor.
        linewidth: characters per line.
        suppress: print small numbers without exponents, as 0 if need be.

    Raises:
        SettingError: a value of the wrong type or out of range.

    >>> import corepy as cp
    >>> cp.set_printoptions(precision=4)
    >>> cp.asarray([1 / 3])
    Tensor([0.3333], shape=(1,), dtype=float64)
    >>> cp.set_printoptions(precision=8)
    """
    global _process_options
    _process_options = _changed(
        "set_printoptions",
        _process_options,
        precision,
        threshold,
        edgeitems,
        linewidth,
        suppress,
    )


@contextmanager
def printoptions(
    *,
    precision: int | None = None,
    threshold: int | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    suppress: bool | None = None,
) -> Iterator[PrintOptions]:
    """A block with other print options; threads and async tasks outside it do not see them.

    Args: those of ``set_printoptions``.

    Raises:
        SettingError: a value of the wrong type or out of range.

    >>> import corepy as cp
    >>> with cp.printoptions(precision=2, suppress=True):
    ...     print(cp.asarray([1 / 3, 1e-9]))
    Tensor([0.33, 0.  ], shape=(2,), dtype=float64)
    """
    options = _changed(
        "printoptions",
        get_printoptions(),
        precision,
        threshold,
        edgeitems,
        linewidth,
        suppress,
    )
    token = _context_options.set(options)
    try:
        yield options
    finally:
        _context_options.reset(token)
