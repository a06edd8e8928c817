# The picture of what cases reach and what the machine allows, as SVG, drawn without a library.
# Numbers come from results.py and limits.py.
"""A roofline: operations per second over operations per byte, on logarithmic axes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from results import OWN, Result, RunReport

WIDTH, HEIGHT = 1180, 700
LEFT, RIGHT, TOP, BOTTOM = 84, 150, 84, 78
#: Operations per byte, and 1e9 operations per second.
X_RANGE = (2.0**-5, 2.0**9)
Y_RANGE = (0.5, 512.0)

INK, MUTED, GRID, PAPER = "#1c2330", "#5b6472", "#e4e8ee", "#ffffff"
COLOURS = {"float32": "#0b6e99", "float64": "#c4541c"}
ROOF_COLOURS = {"L1": "#8a94a6", "L2": "#707b90", "L3": "#566176", "memory": "#2f3a4f"}
FONT = "font-family=\"Inter, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\""
CHARACTER_WIDTH = 6.1
WIDE_CHARACTERS = {"@": 11.0, "A": 7.6, "B": 7.6}

_DTYPE = re.compile(r"float(32|64)")
#: One kernel of each kind at a size per cache level: more would hide each other.
SHOWN = re.compile(
    r"^((add|sum|var)\[.*-1e[357]|matmul\[.*(\b(\d+)x\4|-(1000x1000|4000x4000)@x))\]$"
)


@dataclass(frozen=True)
class Point:
    """A case in the picture."""

    name: str
    dtype: str
    intensity: float
    rate: float


@dataclass(frozen=True)
class Box:
    """A rectangle that a label or a point takes."""

    x: float
    y: float
    width: float
    height: float

    def overlap(self, other: Box) -> float:
        """The area that both take."""
        wide = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        high = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return max(wide, 0) * max(high, 0)


def place_x(intensity: float) -> float:
    """The pixel of an intensity."""
    low, high = (math.log2(value) for value in X_RANGE)
    return LEFT + (math.log2(intensity) - low) / (high - low) * (WIDTH - LEFT - RIGHT)


def place_y(rate: float) -> float:
    """The pixel of a rate in 1e9 per second."""
    low, high = (math.log2(value) for value in Y_RANGE)
    return HEIGHT - BOTTOM - (math.log2(rate) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def shorten(case_id: str) -> str:
    """A case's id as short as a picture wants it: the dtype is a colour."""
    operator, _, label = case_id.rstrip("]").partition("[")
    size = _DTYPE.sub("", label).strip("-")
    square = re.fullmatch(r"(\d+)x\1", size)
    if operator == "matmul" and square:
        return f"A@B {square[1]}"
    if size.endswith("@x"):
        return f"A@x {size.partition('x')[0]}"
    return f"{operator} {size}"


def list_points(results: Iterable[Result]) -> list[Point]:
    """The cases with a known amount of work that ran."""
    points = []
    for result in results:
        dtype = _DTYPE.search(result.id)
        if not SHOWN.match(result.id):
            continue
        if result.work is None or OWN not in result.timings or dtype is None:
            continue
        seconds = result.timings[OWN].median_ns * 1e-9
        intensity = result.work.operations / result.work.nbytes
        rate = result.work.operations / seconds / 1e9
        if Y_RANGE[0] <= rate <= Y_RANGE[1] and X_RANGE[0] <= intensity <= X_RANGE[1]:
            points.append(Point(shorten(result.id), dtype[0], intensity, rate))
    return points


def _write(x: float, y: float, text: str, size: float, colour: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{colour}" {more}>'
        f"{escape(text)}</text>"
    )


def _write_over(x: float, y: float, text: str, size: float, colour: str, more: str) -> list[str]:
    """Text over lines, on a halo that is a text of its own: some renderers have no paint-order."""
    halo = f'stroke="{PAPER}" stroke-width="3" aria-hidden="true"'
    return [
        _write(x, y, text, size, PAPER, f"{more} {halo}"),
        _write(x, y, text, size, colour, more),
    ]


def _draw_line(x1: float, y1: float, x2: float, y2: float, colour: str, more: str = "") -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" {more}/>'
    )


def _format_power(exponent: int) -> str:
    return str(2**exponent) if exponent >= 0 else f"1/{2**-exponent}"


def _draw_axes() -> list[str]:
    drawn = []
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for exponent in range(round(math.log2(X_RANGE[0])), round(math.log2(X_RANGE[1])) + 1):
        x = place_x(2.0**exponent)
        drawn.append(_draw_line(x, TOP, x, bottom, GRID))
        label = _format_power(exponent)
        drawn.append(_write(x, bottom + 20, label, 12, MUTED, 'text-anchor="middle"'))
    for exponent in range(math.ceil(math.log2(Y_RANGE[0])), round(math.log2(Y_RANGE[1])) + 1):
        y = place_y(2.0**exponent)
        drawn.append(_draw_line(LEFT, y, right, y, GRID))
        label = _format_power(exponent)
        drawn.append(_write(LEFT - 10, y + 4, label, 12, MUTED, 'text-anchor="end"'))
    middle = (LEFT + right) / 2
    drawn.append(
        _write(
            middle,
            HEIGHT - 30,
            "arithmetic intensity: operations per byte that must move",
            13,
            INK,
            'text-anchor="middle"',
        )
    )
    y = (TOP + bottom) / 2
    drawn.append(
        _write(
            24,
            y,
            "10⁹ operations per second",
            13,
            INK,
            f'text-anchor="middle" transform="rotate(-90 24 {y:.1f})"',
        )
    )
    return drawn


def _cover_line(x1: float, y1: float, x2: float, y2: float) -> list[Box]:
    """Small boxes along a line, so that labels keep off it where they can."""
    count = max(int(math.hypot(x2 - x1, y2 - y1) / 8), 1)
    steps = [i / count for i in range(count + 1)]
    return [Box(x1 + t * (x2 - x1) - 2, y1 + t * (y2 - y1) - 2, 4, 4) for t in steps]


def _draw_roofs(report: RunReport, taken: list[Box]) -> list[str]:
    drawn = []
    peaks = {dtype: rate / 1e9 for dtype, rate in report.limits["multiply_add"].items()}
    top = max(peaks.values())
    for level, bytes_per_second in report.limits["read"].items():
        slope = bytes_per_second / 1e9
        colour = ROOF_COLOURS.get(level, MUTED)
        start = max(X_RANGE[0], Y_RANGE[0] / slope)
        end = min(top / slope, X_RANGE[1])
        x1, y1, x2, y2 = place_x(start), place_y(start * slope), place_x(end), place_y(end * slope)
        # The first label above its line, the others below theirs: caches can be close together.
        shift = 15 if drawn else -6
        drawn.append(_draw_line(x1, y1, x2, y2, colour, 'stroke-width="1.6"'))
        taken += _cover_line(x1, y1, x2, y2)
        angle = math.degrees(math.atan2(y2 - y1, x2 - x1))
        text = f"{level}: {slope:.0f} GB/s"
        # Near the upper end, where slanted lines are free of points; written along the line.
        along = 0.93
        x, y = x1 + along * (x2 - x1), y1 + along * (y2 - y1)
        turned = f'text-anchor="end" transform="rotate({angle:.2f} {x:.1f} {y:.1f})"'
        drawn += _write_over(x, y + shift, text, 11.5, colour, turned)
        length, turn = len(text) * CHARACTER_WIDTH, math.radians(angle)
        for i in range(10):  # small boxes along the slanted text
            step = length * i / 9
            middle = x - step * math.cos(turn), y - step * math.sin(turn)
            taken.append(Box(middle[0] - 9, middle[1] + (0 if shift > 0 else -18), 18, 18))
    fastest = max(report.limits["read"].values()) / 1e9
    for dtype, peak in peaks.items():
        x = place_x(max(X_RANGE[0], peak / fastest))
        y = place_y(peak)
        right = WIDTH - RIGHT
        taken += _cover_line(x, y, right, y)
        drawn.append(_draw_line(x, y, right, y, COLOURS[dtype], 'stroke-width="1.6"'))
        drawn.append(
            _write(right + 10, y - 2, f"{dtype} peak", 12, COLOURS[dtype], 'font-weight="600"')
        )
        drawn.append(_write(right + 10, y + 13, f"{peak:.0f} GFLOP/s", 12, COLOURS[dtype]))
    return drawn


def _list_places(x: float, y: float, width: float) -> list[Box]:
    """Where the label of a point may stand, the best first."""
    high = 13.0
    places = []
    for distance in (8.0, 14.0, 24.0, 36.0):
        places += [
            Box(x + distance, y - high / 2, width, high),
            Box(x - distance - width, y - high / 2, width, high),
            Box(x - width / 2, y - distance - high, width, high),
            Box(x - width / 2, y + distance, width, high),
            Box(x + distance * 0.7, y - distance * 0.7 - high, width, high),
            Box(x + distance * 0.7, y + distance * 0.7, width, high),
            Box(x - distance * 0.7 - width, y - distance * 0.7 - high, width, high),
            Box(x - distance * 0.7 - width, y + distance * 0.7, width, high),
        ]
    inside = [
        place
        for place in places
        if place.x >= LEFT
        and place.x + place.width <= WIDTH - RIGHT
        and place.y >= TOP
        and place.y + place.height <= HEIGHT - BOTTOM
    ]
    return inside or places[:1]


def _draw_points(points: Sequence[Point], taken: list[Box]) -> list[str]:
    marks, labels = [], []
    taken += [Box(place_x(p.intensity) - 6, place_y(p.rate) - 6, 12, 12) for p in points]
    for point in points:
        x, y = place_x(point.intensity), place_y(point.rate)
        colour = COLOURS[point.dtype]
        marks.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.6" fill="{colour}" stroke="{PAPER}" '
            f'stroke-width="1.4"><title>{escape(point.name)}, {point.dtype}: '
            f"{point.rate:.1f} GFLOP/s</title></circle>"
        )
        width = sum(WIDE_CHARACTERS.get(letter, CHARACTER_WIDTH) for letter in point.name)
        places = _list_places(x, y, width)
        costs = [
            sum(place.overlap(box) for box in taken) + 1.5 * i for i, place in enumerate(places)
        ]
        best = places[costs.index(min(costs))]
        taken.append(Box(best.x - 4, best.y - 1, best.width + 8, best.height + 2))
        centre = best.x + best.width / 2
        gap = math.hypot(centre - x, best.y + best.height / 2 - y)
        if gap > width / 2 + 16:
            edge = min(max(x, best.x), best.x + best.width)
            labels.append(_draw_line(x, y, edge, best.y + best.height / 2, colour, 'opacity="0.4"'))
        labels += _write_over(centre, best.y + 10.5, point.name, 11, colour, 'text-anchor="middle"')
    return labels + marks


def _draw_legend() -> list[str]:
    x, y = WIDTH - RIGHT + 10, HEIGHT - BOTTOM - 66
    drawn = [_draw_line(x, y, x + 11, y, ROOF_COLOURS["memory"], 'stroke-width="1.6"')]
    drawn.append(_write(x + 16, y + 4, "limit, one core", 12, INK))
    for dtype, colour in COLOURS.items():
        y += 20
        drawn.append(f'<circle cx="{x + 5}" cy="{y}" r="4.6" fill="{colour}"/>')
        drawn.append(_write(x + 16, y + 4, f"corepy, {dtype}", 12, INK))
    return drawn


def draw_roofline(report: RunReport, title: str) -> str:
    """The picture of a run; empty where it has no limits or no points."""
    points = list_points(report.results)
    if not report.limits or not points:
        return ""
    cpu = report.machine.get("CPU", "")
    taken: list[Box] = []
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" {FONT}>',
        f"<title>Roofline of corepy, {escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        _write(LEFT, 32, f"Roofline: {title}", 20, INK, 'font-weight="600"'),
        _write(
            LEFT,
            54,
            f"What corepy reaches on one core ({cpu}), and what the machine allows when data comes "
            "from each cache or from memory",
            12.5,
            MUTED,
        ),
        *_draw_axes(),
        *_draw_roofs(report, taken),
        *_draw_points(points, taken),
        *_draw_legend(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"
