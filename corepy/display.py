# Tensors as text and in a notebook: aligned columns, summarised when long. Dispatch records print
# themselves (backend/explain.py).
"""How a tensor prints: NumPy's conventions for numbers, with dtype and shape always shown."""

from __future__ import annotations

from struct import pack, unpack

from corepy import _core

from .print_options import get_printoptions

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from corepy.tensor import Tensor

    #: Elements as nested lists; None stands for those left out.
    Nested: TypeAlias = list["Nested"] | complex | None
    #: How many elements to show at the start and the end of an axis; None shows all.
    Edges: TypeAlias = tuple[int, int] | None

__all__ = ["format_tensor", "format_tensor_html"]

#: However many axes, no more elements than this are shown of a summarised tensor.
_MAX_SHOWN = 4096
#: Numbers from here on are printed with exponents: a float32 has no more digits (NumPy's rule).
_LARGE = {"float16": 1e3, "bfloat16": 1e2, "float32": 1e6, "complex64": 1e6}
_LARGE_OTHERS = 1e8


# ---- which elements ----


def _plan_edges(shape: tuple[int, ...]) -> list[Edges]:
    """What to show of each axis of a summarised tensor: its ends, less of outer axes if many."""
    edges: list[Edges] = []
    shown = 1
    count = get_printoptions().edgeitems
    for extent in reversed(shape):
        for head, tail in ((count, count), (1, 1), (1, 0)):
            all_of_it = extent <= head + tail
            items = extent if all_of_it else head + tail
            if shown * items <= _MAX_SHOWN:
                break
        edges.append(None if all_of_it else (head, tail))
        shown *= items
    return edges[::-1]


def _collect(x: Tensor, edges: list[Edges]) -> Nested:
    if not edges:
        return x.item()
    edge = edges[0]
    extent = x.shape[0]
    head, tail = (extent, 0) if edge is None else edge
    first: list[Nested] = [_collect(x[i], edges[1:]) for i in range(head)]
    last: list[Nested] = [_collect(x[i], edges[1:]) for i in range(extent - tail, extent)]
    return first if edge is None else [*first, None, *last]


def _elements_of(x: Tensor) -> Nested:
    """The elements to show, read without leaving a dispatch record."""
    with _core.suspend_records():
        if x.size <= get_printoptions().threshold:
            return _collect(x, [None for _ in x.shape])
        return _collect(x, _plan_edges(x.shape))


def _flatten(nested: Nested) -> list[complex]:
    if nested is None:
        return []
    if isinstance(nested, list):
        return [value for item in nested for value in _flatten(item)]
    return [nested]


# ---- numbers ----


def _identity(value: float) -> float:
    return value


def _is_finite(value: float) -> bool:
    return value - value == 0


def _round_float32(value: float) -> float:
    return float(unpack("f", pack("f", value))[0])


def _round_float16(value: float) -> float:
    return float(unpack("e", pack("e", value))[0])


def _round_bfloat16(value: float) -> float:
    """Of a number with few digits, which float32 keeps apart from the ties."""
    (bits,) = unpack("I", pack("f", value))
    kept = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000
    return float(unpack("f", pack("I", kept))[0])


def _make_shortener(
    round_: Callable[[float], float], fewest: int, most: int, least_normal: float
) -> Callable[[float], float]:
    """A function for the float64 with the fewest digits that rounds to the same number."""

    def shorten(value: float) -> float:
        if not _is_finite(value):
            return value
        for digits in range(fewest if abs(value) >= least_normal else 1, most):
            short = float(f"{value:.{digits}g}")
            try:
                if round_(short) == value:
                    return short
            except OverflowError:  # rounded up beyond the largest number
                continue
        return float(f"{value:.{most}g}")

    return shorten


#: ``fewest`` digits survive rounding, of normal numbers; ``most`` tell all numbers apart.
_shorten_float32 = _make_shortener(_round_float32, 6, 9, 2.0**-126)
_SHORTENERS = {
    "float16": _make_shortener(_round_float16, 3, 5, 2.0**-14),
    "bfloat16": _make_shortener(_round_bfloat16, 2, 4, 2.0**-126),
    "float32": _shorten_float32,
    "complex64": _shorten_float32,
}


def _format_fixed(value: float, shorten: Callable[[float], float]) -> str:
    """As few digits as show the value, no more than ``precision`` of them behind the point."""
    precision = get_printoptions().precision
    text = repr(shorten(value))
    if len(text.partition(".")[2]) > precision or abs(value) >= 2**24 or "e" in text:
        text = f"{value:#.{precision}f}"
    return text.rstrip("0")


def _count_scientific_digits(value: float) -> int:
    """Digits behind the point that show the value, no more than ``precision``."""
    precision = get_printoptions().precision
    mantissa = f"{value:.{precision}e}"
    if 0 < abs(value) < 2.0**-1022:  # all digits of 4.94...e-324 beyond "5e-324" say nothing
        mantissa = min(mantissa, repr(value), key=len)
    return len(mantissa.partition("e")[0].rstrip("0").partition(".")[2])


def _needs_exponent(finite: list[float], large: float) -> bool:
    sizes = [abs(value) for value in finite if value != 0]
    if not sizes:
        return False
    if max(sizes) >= large:
        return True
    return not get_printoptions().suppress and (min(sizes) < 1e-4 or max(sizes) / min(sizes) > 1000)


def _make_scientific_formatter(
    finite: list[float], others: int, shorten: Callable[[float], float]
) -> Callable[[float], str]:
    """Mantissas of one length; ``others`` is the width of what is not finite."""
    digits = max(_count_scientific_digits(shorten(value)) for value in finite)

    def write(value: float) -> str:
        mantissa, _, exponent = f"{value:.{digits}e}".partition("e")
        point = "" if "." in mantissa else "."
        return f"{mantissa}{point}e{exponent[0]}{exponent[1:].zfill(exponent_digits)}"

    exponent_digits = 2
    exponent_digits = max(len(write(value).partition("e")[2]) - 1 for value in finite)
    width = max(others, max(len(write(value)) for value in finite))
    return lambda value: (write(value) if _is_finite(value) else str(value)).rjust(width)


def _make_float_formatter(
    values: list[float],
    shorten: Callable[[float], float] = _identity,
    large: float = _LARGE_OTHERS,
) -> Callable[[float], str]:
    """A function that writes these numbers with their points in one column."""
    finite = [value for value in values if _is_finite(value)]
    others = max((len(str(value)) for value in values if not _is_finite(value)), default=0)
    if _needs_exponent(finite, large):
        return _make_scientific_formatter(finite, others, shorten)
    parts = [_format_fixed(value, shorten).partition(".") for value in finite]
    right = max((len(fraction) for _, _, fraction in parts), default=0)
    left = max((len(whole) for whole, _, _ in parts), default=0)
    left = max(left, others - right - 1)

    def write(value: float) -> str:
        if not _is_finite(value):
            return str(value).rjust(left + 1 + right)
        whole, _, fraction = _format_fixed(value, shorten).partition(".")
        return f"{whole.rjust(left)}.{fraction.ljust(right)}"

    return write


def _make_complex_formatter(
    values: list[complex], shorten: Callable[[float], float], large: float
) -> Callable[[complex], str]:
    write_real = _make_float_formatter([value.real for value in values], shorten, large)
    write_imag = _make_float_formatter([abs(value.imag) for value in values], shorten, large)

    def write(value: complex) -> str:
        imag = write_imag(abs(value.imag))
        digits = imag.strip()
        before = " " * (len(imag) - len(imag.lstrip()))
        after = " " * (len(imag) - len(imag.rstrip()))
        sign = "-" if str(value.imag).startswith("-") else "+"
        return f"{write_real(value.real)}{before}{sign}{digits}j{after}"

    return write


def _make_formatter(values: list[complex], dtype: str, rank: int) -> Callable[[complex], str]:
    shorten = _SHORTENERS.get(dtype, _identity)
    large = _LARGE.get(dtype, _LARGE_OTHERS)
    if dtype.startswith("complex"):
        return _make_complex_formatter(values, shorten, large)
    if "float" in dtype:
        write = _make_float_formatter([value.real for value in values], shorten, large)
        return lambda value: write(value.real)
    width = max((len(str(value)) for value in values), default=0)
    if dtype == "bool" and rank > 0:
        width = len("False")  # as NumPy, whatever the values
    return lambda value: str(value).rjust(width)


# ---- text ----


def _wrap(items: list[str], indent: int, outer: int) -> str:
    """Items on lines of limited width, each continued line indented.

    As NumPy does, room is left for a comma and for the brackets of the ``outer`` axes.
    """
    lines: list[str] = []
    line = ""
    width = get_printoptions().linewidth - 3 - outer
    for index, item in enumerate(items):
        piece = item if index == len(items) - 1 else f"{item},"
        if line and indent + len(line) + 1 + len(item) > width:
            lines.append(line)
            line = piece
        else:
            line = f"{line} {piece}" if line else piece
    return ("\n" + " " * indent).join([*lines, line])


def _write_nested(
    nested: Nested, write: Callable[[complex], str], indent: int, rank: int, outer: int = 0
) -> str:
    if nested is None:
        return "..."
    if not isinstance(nested, list):
        return write(nested)
    items = [_write_nested(item, write, indent + 1, rank - 1, outer + 1) for item in nested]
    if rank == 1:
        return f"[{_wrap(items, indent + 1, outer)}]"
    separator = "," + "\n" * (rank - 1) + " " * (indent + 1)
    return f"[{separator.join(items)}]"


def _write_elements(x: Tensor, indent: int) -> str:
    if x.size == 0:
        return "[]"
    nested = _elements_of(x)
    write = _make_formatter(_flatten(nested), x.dtype.name, x.ndim)
    return _write_nested(nested, write, indent, x.ndim)


def _write_backend(x: Tensor) -> str:
    """What computed x, where it was not corepy's own kernels."""
    record = _core.record_of(x)
    backend = "native" if record is None else record["backend"]
    return "" if backend == "native" else f", backend={backend}"


def format_tensor(x: Tensor) -> str:
    """``Tensor([...], shape=..., dtype=...)``.

    >>> import corepy as cp
    >>> print(cp.arange(2000).reshape(2, 1000))
    Tensor([[   0,    1,    2, ...,  997,  998,  999],
            [1000, 1001, 1002, ..., 1997, 1998, 1999]], shape=(2, 1000), dtype=int64)
    """
    prefix = "Tensor("
    body = _write_elements(x, len(prefix))
    suffix = f"shape={x.shape}, dtype={x.dtype.name}{_write_backend(x)})"
    last = body.rpartition("\n")[2]
    used = len(last) + (0 if "\n" in body else len(prefix))
    separator = (
        ", "
        if used + 2 + len(suffix) <= get_printoptions().linewidth + 9
        else ",\n" + " " * len(prefix)
    )
    return f"{prefix}{body}{separator}{suffix}"


# ---- notebook ----


def _write_cells(nested: Nested, write: Callable[[complex], str]) -> str:
    items = nested if isinstance(nested, list) else [nested]
    texts = ["&hellip;" if item is None else _write_nested(item, write, 0, 0) for item in items]
    return "".join(f'<td style="text-align:right">{text.strip()}</td>' for text in texts)


def _write_table(x: Tensor) -> str:
    nested = _elements_of(x)
    write = _make_formatter(_flatten(nested), x.dtype.name, x.ndim)
    rows = nested if x.ndim == 2 and isinstance(nested, list) else [nested]
    cells = ("<td>&#8942;</td>" if row is None else _write_cells(row, write) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"


def format_tensor_html(x: Tensor) -> str:
    """A table for up to two axes, else the text; a heat map of a matrix of floating-point numbers
    that the table summarises; and the record of what produced x."""
    from html import escape

    from .backend.explain import record_of

    record = record_of(x)
    if x.ndim <= 2 and x.size > 0:
        elements = _write_table(x)
    else:
        elements = f"<pre>{escape(_write_elements(x, 0))}</pre>"
    if x.ndim == 2 and x.dtype.kind == "f" and x.size > get_printoptions().threshold:
        from .heat_map import draw_heat_map

        elements += draw_heat_map(x)
    caption = f"<div>Tensor, shape {x.shape}, {x.dtype.name}</div>"
    if record is None:
        return f"<div>{elements}{caption}</div>"
    origin = (
        f"<details><summary>{escape(record.call_text())}</summary>{record._repr_html_()}</details>"
    )
    return f"<div>{elements}{caption}{origin}</div>"
