# check_reproducible: any function, run in every configuration. The golden set of corepy's own
# operators is corepy.reproduce's.
"""A user's function under every instruction set, thread count, layout and alignment.

Bits are compared, not values within a tolerance: a result that depends on where it was computed
is a difference, however small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from struct import pack
from typing import NamedTuple, ParamSpec, Protocol, TypeAlias, cast

from corepy.errors import ArgumentError, ArgumentTypeError, ReproducibilityError
from corepy.reproduce.configurations import (
    THREADS,
    Configuration,
    available_isas,
    force,
    sort_thread_counts,
)
from corepy.reproduce.differences import Result, find_first_difference, read_result
from corepy.reproduce.layouts import Elements, applies, lay_out, read_elements
from corepy.tensor import Tensor

__all__ = ["ReproducibilityReport", "check_reproducible"]

#: The layout in which arguments are passed on as they are.
_AS_GIVEN = "given"
_LAYOUTS = ("contiguous", "offset", "misaligned", "strided", "negative", "transposed")

#: A part of a result: a tensor, or the text that stands for anything else.
Leaf: TypeAlias = "Result | str"

_Parameters = ParamSpec("_Parameters")


class _Function(Protocol):
    """What is left of a function's type once its arguments are known at run time only."""

    def __call__(self, *args: object) -> object: ...


class ReproducibilityReport(NamedTuple):
    """What :func:`check_reproducible` ran; it raises where something differed."""

    runs: int
    """How often the function was called."""
    results: int
    """How many tensors and numbers of the result were compared in each."""
    isas: tuple[str, ...]
    threads: tuple[int, ...]
    refused_threads: tuple[tuple[int, str], ...]
    """Thread counts that the settings refused, and why: nothing was run with them."""
    layouts: tuple[str, ...]
    written: int = 0
    """How many tensor arguments the function wrote to; they were compared after each call, too."""

    def __str__(self) -> str:
        arguments = f" and {self.written} written arguments" if self.written else ""
        text = (
            f"{self.results} results{arguments} have the same bits in {self.runs} runs "
            f"(ISAs {', '.join(self.isas)}; threads {', '.join(map(str, self.threads))}; "
            f"operands {', '.join(self.layouts)})"
        )
        refused = "".join(
            f"; {count} threads refused: {why}" for count, why in self.refused_threads
        )
        return text + refused


# ---- arguments ----


def _map_tensors(value: object, function: Callable[[Tensor], Tensor]) -> object:
    """The same value with its tensors replaced; lists, tuples and dicts are made anew."""
    if isinstance(value, Tensor):
        return function(value)
    if isinstance(value, list):
        return [_map_tensors(item, function) for item in value]
    if isinstance(value, tuple):
        items = [_map_tensors(item, function) for item in value]
        make = getattr(type(value), "_make", tuple)  # named tuples
        made: object = make(items)
        return made
    if isinstance(value, dict):
        return {key: _map_tensors(item, function) for key, item in value.items()}
    return value


def _find_tensors(value: object, path: str = "") -> Iterator[tuple[str, Tensor]]:
    """The tensors of arguments and where they are."""
    if isinstance(value, Tensor):
        yield path, value
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _find_tensors(item, f"{path}[{index}]")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _find_tensors(item, f"{path}[{key!r}]")


def _read_arguments(args: tuple[object, ...]) -> list[tuple[str, Leaf]]:
    """The tensors among arguments as leaves: a function may have written to them."""
    return [
        (f"{path} after the call", read_result(tensor))
        for index, argument in enumerate(args)
        for path, tensor in _find_tensors(argument, f"argument {index}")
    ]


def _find_layouts(args: tuple[object, ...]) -> tuple[str, ...]:
    shapes = [tensor.shape for _, tensor in _find_tensors(args)]
    return tuple(layout for layout in _LAYOUTS if any(applies(layout, shape) for shape in shapes))


class _Arguments:
    """The arguments of one call after the other: new tensors each time, of equal values."""

    def __init__(self, args: tuple[object, ...]) -> None:
        # A function may write to its arguments: their elements now are what every call gets.
        self._elements: dict[int, Elements] = {}
        self._views: dict[int, Tensor] = {}
        self._args = args
        for _, tensor in _find_tensors(args):
            self._elements[id(tensor)] = read_elements(tensor)
            self._views[id(tensor)] = tensor[...]  # a write to one of two copies first

    def make(self, layout: str) -> tuple[object, ...]:
        """The arguments with their tensors in a layout."""

        def place(tensor: Tensor) -> Tensor:
            if layout == _AS_GIVEN:
                return self._views[id(tensor)][...]
            return lay_out(self._elements[id(tensor)], layout)

        return tuple(_map_tensors(argument, place) for argument in self._args)


# ---- results ----


def _format_float(value: float) -> str:
    bits = "NaN" if value != value else "0x" + pack(">d", value).hex()
    return f"{bits} ({value!r})"


def _format_number(value: int | float | complex) -> str:
    """Bits and value of a Python number, every NaN the same."""
    if isinstance(value, int):
        return f"{value:#x} ({value!r})"
    if isinstance(value, float):
        return _format_float(value)
    return f"{_format_float(value.real)} + {_format_float(value.imag)} j"


def _flatten(value: object, path: str) -> Iterator[tuple[str, Leaf]]:
    """The leaves of a result and where they are."""
    if isinstance(value, Tensor):
        yield path, read_result(value)
    elif isinstance(value, (bool, int, float, complex)):
        yield path, _format_number(value)
    elif value is None or isinstance(value, (str, bytes)):
        yield path, repr(value)
    elif isinstance(value, (list, tuple)):
        yield f"type of {path}", f"{type(value).__name__} of length {len(value)}"
        for index, item in enumerate(value):
            yield from _flatten(item, f"{path}[{index}]")
    elif isinstance(value, Mapping):
        yield f"keys of {path}", repr(list(value))
        for key, item in value.items():
            yield from _flatten(item, f"{path}[{key!r}]")
    else:
        raise ArgumentTypeError(
            f"check_reproducible: {path} cannot be compared (got {type(value).__name__}; expected "
            "tensors, numbers, strings, None, and lists, tuples or dicts of these)"
        )


def _describe_difference(
    computed: Sequence[tuple[str, Leaf]], expected: Sequence[tuple[str, Leaf]]
) -> str | None:
    """The first part in which two results differ."""
    for (path, leaf), (expected_path, wanted) in zip(computed, expected, strict=False):
        if path != expected_path:
            return f"{path} instead of {expected_path}"
        if isinstance(leaf, Result) and isinstance(wanted, Result):
            found = find_first_difference(leaf, wanted)
            if found is not None:
                return f"{path}, {leaf.dtype}, {found}"
        elif leaf != wanted:
            return f"{path}: computed {_name_leaf(leaf)}, expected {_name_leaf(wanted)}"
    return None if len(computed) == len(expected) else "a result is missing"


def _is_compared(path: str, leaf: Leaf) -> bool:
    return not path.startswith(("type of ", "keys of ")) and leaf != "None"


def _count_written(before: Sequence[tuple[str, Leaf]], after: Sequence[tuple[str, Leaf]]) -> int:
    """How many tensors are other ones after a call."""
    known = dict(before)
    return sum(leaf != known.get(path) for path, leaf in after)


def _name_leaf(leaf: Leaf) -> str:
    return leaf if isinstance(leaf, str) else f"{leaf.dtype} tensor of shape {leaf.shape}"


# ---- the check ----


def _plan(
    isas: tuple[str, ...], threads: tuple[int, ...], layouts: tuple[str, ...]
) -> list[Configuration]:
    """The first one is what the others are compared with, and comes twice: a function may be random
    or remember earlier calls.
    """
    crossed = [
        Configuration(isa, count, layout) for isa in isas for count in threads for layout in layouts
    ]
    return [crossed[0], *crossed]


def check_reproducible(
    fn: Callable[_Parameters, object],
    *args: object,
    isas: Sequence[str] | None = None,
    threads: Sequence[int] = THREADS,
    layouts: bool = True,
) -> ReproducibilityReport:
    """Assert that ``fn(*args)`` has the same bits however it is computed.

    ``fn`` is called with every combination of instruction set, thread count, and memory layout and
    alignment of its tensor arguments: as given, in C order, from the second element of a block on,
    one byte off the alignment, every third element of memory, backwards, with the first axis the
    fastest.  The first combination is run twice, which finds functions that are random or remember
    earlier calls.  All results must have the bits of the first.

    Arguments are handed over anew for each call, so ``fn`` may write to its tensors, and what they
    hold after the call is compared like the result; the caller's are never written to.  Settings
    are overridden for the current context: threads that ``fn`` starts itself use the process-wide
    ones.  Not varied: what ``fn`` reads besides its arguments, and the process, the machine and the
    operating system (print ``corepy.digest`` there).

    Args:
        fn: any function.  Its result is a tensor, a number, a string or None, or lists, tuples
            and dicts of these, nested at will.  Every NaN counts as the same; -0.0 and 0.0 differ.
        args: its arguments; tensors among them, also inside lists, tuples and dicts, are laid out
            anew, everything else is passed on as it is.
        isas: names of instruction sets; by default all that this CPU has.
        threads: thread counts.  Those that the settings refuse are listed in the report.
        layouts: whether to vary the layouts of tensor arguments.

    Returns:
        What was run.

    Raises:
        ReproducibilityError: an ``AssertionError`` that names the first difference: the
            configurations, which part of the result, the element, and both values with their bits.
        SettingError: an instruction set that this CPU lacks.
        ArgumentError: no instruction set, or no thread count that the settings take.
        ArgumentTypeError: a result that cannot be compared, or neither a result nor a write.

    >>> import corepy as cp
    >>> x = cp.reshape(cp.linspace(-3, 3, 600), (20, 30))
    >>> def normalise(x):
    ...     return (x - cp.mean(x, axis=0)) / cp.std(x, axis=0)
    >>> report = check_reproducible(normalise, x)
    >>> report.results, report.layouts[:3]
    (1, ('given', 'contiguous', 'offset'))
    >>> def scale(x):  # works in place and returns nothing
    ...     x /= cp.sum(x)
    >>> check_reproducible(scale, x).written
    1
    >>> check_reproducible(lambda x: cp.settings.isa, x, isas=cp.isas()[:1], layouts=False).runs > 1
    True
    >>> check_reproducible(lambda x: x.strides[0], x)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    corepy.errors.ReproducibilityError: check_reproducible: the result: computed 0x2d0 (720)...
    """
    counts = sort_thread_counts(threads)
    if not counts.accepted:
        reasons = "; ".join(reason for _, reason in counts.refused) or "got none"
        raise ArgumentError(f"check_reproducible: no thread count to run with ({reasons})")
    names = available_isas(isas)
    tried = (_AS_GIVEN, *_find_layouts(args)) if layouts else (_AS_GIVEN,)
    arguments, function = _Arguments(args), cast(_Function, fn)
    plan = _plan(names, counts.accepted, tried)
    before = _read_arguments(args)
    first: list[tuple[str, Leaf]] = []
    compared = written = 0
    for number, configuration in enumerate(plan):
        with force(configuration.isa, configuration.threads):
            given = arguments.make(configuration.layout)
            leaves = list(_flatten(function(*given), "the result"))
            after = _read_arguments(given)
        if number == 0:
            compared = sum(_is_compared(path, leaf) for path, leaf in leaves)
            written = _count_written(before, after)
            first = leaves + after
            continue
        found = _describe_difference(leaves + after, first)
        if found is not None:
            again = "the same, run again" if number == 1 else str(configuration)
            raise ReproducibilityError(
                f"check_reproducible: {found} (computed on: {again}; expected: {plan[0]})"
            )
    if not compared and not written:
        raise ArgumentTypeError(
            "check_reproducible: nothing to compare (got a result without tensors and numbers, and "
            "no tensor argument was written to)"
        )
    return ReproducibilityReport(
        len(plan), compared, names, counts.accepted, counts.refused, tried, written
    )
