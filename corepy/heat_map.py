# Matrices as pictures, for notebooks: what display.py shows beneath the table of a matrix that is
# too large for one. Numbers as text are in display.py.
"""A heat map: an SVG of bounded size, whatever the matrix, in which NaN and infinities stand out.

Each cell is the mean of the finite numbers of a block. The colours rise in lightness from dark blue
to pale yellow, so they can be told apart without hue; what is not finite is marked by a shape.
"""

from __future__ import annotations

import corepy
from corepy import _core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["draw_heat_map"]

_MOST_ROWS, _MOST_COLUMNS = 40, 60
#: Of a larger matrix every n-th row and column is read.
_MOST_ELEMENTS = 1 << 20
_WIDTH, _HEIGHT, _NARROWEST = 480, 320, 80
#: Red, green and blue at equal distances, dark to light.
_ANCHORS = ((12, 30, 78), (38, 88, 140), (104, 142, 148), (196, 184, 106), (255, 246, 190))
_LEVELS = 24
_BLANK = "#e4e4e4"
#: Of cells that are not finite: name and shape, in a cell of extent 1.
_MARKS = {
    "NaN": "M{x}.15 {y}.15l.7 .7m0 -.7l-.7 .7",
    "inf": "M{x}.15 {y}.8l.35 -.6l.35 .6z",
    "-inf": "M{x}.15 {y}.2l.35 .6l.35 -.6z",
}


def _find_bounds(extent: int, most: int) -> list[tuple[int, int]]:
    """Where each block begins and ends."""
    count = min(extent, most)
    return [(extent * i // count, extent * (i + 1) // count) for i in range(count)]


def _thin_out(x: Tensor) -> Tensor:
    step = 1
    while (x.shape[0] // step) * (x.shape[1] // step) > _MOST_ELEMENTS:
        step += 1
    return x[:: min(step, x.shape[0]), :: min(step, x.shape[1])]


def _sum_blocks(x: Tensor) -> Tensor:
    """The sum of each block."""
    rows = [corepy.sum(x[a:b], axis=0) for a, b in _find_bounds(x.shape[0], _MOST_ROWS)]
    strips = corepy.stack(rows)
    columns = _find_bounds(x.shape[1], _MOST_COLUMNS)
    return corepy.stack([corepy.sum(strips[:, a:b], axis=1) for a, b in columns], axis=1)


def _find_cells(x: Tensor) -> tuple[list[list[float]], dict[str, list[list[float]]], float]:
    """Means of blocks, in units of the largest number, NaN where there is none; how many elements
    of each block are NaN, inf and -inf; the unit."""
    is_finite = corepy.isfinite(x)
    finite = corepy.where(is_finite, x, 0.0)
    unit = float(corepy.max(corepy.abs(finite)))
    if unit > 0:
        finite = finite / unit  # whose sums do not overflow
    counts = _sum_blocks(corepy.astype(is_finite, corepy.float64))
    means = _sum_blocks(finite) / counts
    kinds = {"NaN": corepy.isnan(x), "inf": x == corepy.inf, "-inf": x == -corepy.inf}
    others = {
        name: _sum_blocks(corepy.astype(mask, corepy.float64)).tolist()
        for name, mask in kinds.items()
    }
    return means.tolist(), others, unit  # type: ignore[return-value]  # lists of lists


def _find_colour(level: int) -> str:
    place = level / (_LEVELS - 1) * (len(_ANCHORS) - 1)
    i = min(int(place), len(_ANCHORS) - 2)
    parts = zip(_ANCHORS[i], _ANCHORS[i + 1], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - i)):02x}" for a, b in parts)


def _find_level(value: float, low: float, high: float) -> int:
    if value != value:
        return -1
    return round((value - low) / (high - low) * (_LEVELS - 1)) if high > low else _LEVELS // 2


def _draw_cells(cells: list[list[float]], low: float, high: float) -> str:
    """A path for each colour: runs of equal cells."""
    paths: dict[int, list[str]] = {}
    for y, row in enumerate(cells):
        levels = [_find_level(value, low, high) for value in row]
        start = 0
        for x in range(1, len(levels) + 1):
            if x == len(levels) or levels[x] != levels[start]:
                run = f"M{start} {y}h{x - start}v1h-{x - start}z"
                paths.setdefault(levels[start], []).append(run)
                start = x
    return "".join(
        f'<path fill="{_BLANK if level < 0 else _find_colour(level)}" d="{"".join(runs)}"/>'
        for level, runs in sorted(paths.items())
    )


def _draw_marks(others: dict[str, list[list[float]]]) -> str:
    """A shape in each cell with elements that are not finite; the first kind counts."""
    shapes: dict[str, list[str]] = {}
    for y, row in enumerate(others["NaN"]):
        for x in range(len(row)):
            name = next((one for one in _MARKS if others[one][y][x] > 0), None)
            if name is not None:
                shapes.setdefault(name, []).append(_MARKS[name].format(x=x, y=y))
    return "".join(
        f'<path fill="{"none" if name == "NaN" else "#fff"}" stroke="{colour}" '
        f'stroke-width="{width}" d="{"".join(paths)}"/>'
        for name, paths in shapes.items()
        for colour, width in (("#fff", 0.3), ("#b0003a", 0.16))
    )


def _draw_legend(low: float, high: float, found: dict[str, int]) -> str:
    stops = "".join(
        f'<span style="display:inline-block;width:6px;height:10px;background:{_find_colour(i)}">'
        "</span>"
        for i in range(_LEVELS)
    )
    symbols = {"NaN": "&times;", "inf": "&#9651;", "-inf": "&#9661;"}
    marks = "".join(
        f' &nbsp; <span style="color:#b0003a">{symbols[name]}</span> {count} {name}'
        for name, count in found.items()
        if count > 0
    )
    return f"<div>{low:.4g} {stops} {high:.4g}{marks}</div>"


def draw_heat_map(x: Tensor) -> str:
    """The matrix as an SVG with a legend; ``x`` holds real floating-point numbers."""
    with _core.suspend_records(), corepy.policy("AUTO"):
        thin = corepy.astype(_thin_out(x), corepy.float64, copy=False)
        cells, others, unit = _find_cells(thin)
    values = [value for row in cells for value in row if value == value]
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    rows, columns = len(cells), len(cells[0])
    pixels = min(_WIDTH / columns, _HEIGHT / rows)
    width, height = (max(round(pixels * count), _NARROWEST) for count in (columns, rows))
    found = {name: round(sum(map(sum, counts))) for name, counts in others.items()}
    extent = f"{-(-thin.shape[0] // rows)} x {-(-thin.shape[1] // columns)}"
    read = "" if thin.size == x.size else f", of {thin.shape[0]} x {thin.shape[1]} that were read"
    picture = (
        f'<svg width="{width}" height="{height}" viewBox="0 0 {columns} {rows}" '
        'preserveAspectRatio="none" shape-rendering="crispEdges" role="img">'
        f"<title>means of blocks of up to {extent}{read}</title>"
        f"{_draw_cells(cells, low, high)}"
        f'<g shape-rendering="auto">{_draw_marks(others)}</g></svg>'
    )
    return f"<div>{picture}{_draw_legend(low * unit, high * unit, found)}</div>"
