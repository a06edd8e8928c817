# Tests of the heat map beneath the table of a large matrix: cells against NumPy, marks, bounds.
from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

import corepy as cp
from corepy.heat_map import _LEVELS, _find_colour, draw_heat_map

RNG = np.random.default_rng(0)


def read_levels(html: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """The cells' levels as drawn, -1 for blank ones."""
    columns, rows = (int(one) for one in re.findall(r'viewBox="0 0 (\d+) (\d+)"', html)[0])
    levels = np.full((rows, columns), -9)
    numbers = {_find_colour(level): level for level in range(_LEVELS)} | {"#e4e4e4": -1}
    for colour, path in re.findall(r'<path fill="(#\w{6})" d="([^"]*)"', html):
        for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1", path):
            levels[int(y), int(x) : int(x) + int(length)] = numbers[colour]
    return levels


def expect_levels(
    x: np.ndarray[tuple[int, int], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Means of the finite numbers of each block, from 0 for the lowest to the highest level."""
    rows, columns = min(x.shape[0], 40), min(x.shape[1], 60)
    means = np.full((rows, columns), np.nan)
    for i in range(rows):
        strip = x[x.shape[0] * i // rows : x.shape[0] * (i + 1) // rows]
        for j in range(columns):
            block = strip[:, x.shape[1] * j // columns : x.shape[1] * (j + 1) // columns]
            if np.isfinite(block).any():
                means[i, j] = block[np.isfinite(block)].mean()
    low, high = np.nanmin(means), np.nanmax(means)
    return (means - low) / (high - low) * (_LEVELS - 1)


@pytest.mark.parametrize("shape", [(300, 500), (41, 61), (7, 200), (5000, 2), (1, 3000)])
def test_cells_are_means_of_blocks(shape: tuple[int, int]) -> None:
    x = RNG.normal(size=shape)
    x[RNG.random(shape) < 0.3] = np.nan
    found, expected = read_levels(draw_heat_map(cp.asarray(x))), expect_levels(x)
    assert found.shape == expected.shape
    assert ((found == -1) == np.isnan(expected)).all()
    assert (np.abs(found - expected)[found >= 0] <= 0.5 + 1e-9).all()


def test_what_is_not_finite_is_marked_and_counted() -> None:
    x = np.zeros((400, 600))
    x[0, 0] = x[200, 300] = np.nan
    x[399, 599], x[100:110, :10] = np.inf, -np.inf
    html = draw_heat_map(cp.asarray(x))
    assert "2 NaN" in html
    assert "1 inf" in html
    assert "100 -inf" in html
    marks = html[html.index("<g ") : html.index("</g>")]
    assert set(re.findall(r"M(\d+)\.15 (\d+)\.", marks)) == {
        ("0", "0"), ("30", "20"), ("59", "39"), ("0", "10"),
    }  # fmt: skip
    assert (read_levels(html) == -1).sum() == 1  # only the block of nothing but -inf is blank
    assert '<g shape-rendering="auto"></g>' in draw_heat_map(cp.ones((50, 50)))


@pytest.mark.parametrize(
    "x",
    [
        cp.full((50, 50), cp.nan),
        cp.full((50, 50), cp.inf),
        cp.ones((50, 50)),
        cp.zeros((50, 50), dtype=cp.float16),
        cp.full((60, 60), 1.7e308) * cp.where(cp.eye(60) > 0, -1.0, 1.0),
        cp.full((60, 60), 5e-324),
        cp.ones((50, 50), dtype=cp.bfloat16),
        cp.broadcast_to(cp.ones(()), (40_000, 50_000)),
        cp.ones((50, 50)).T[::-1],
    ],
)
def test_any_numbers_make_a_picture_of_bounded_size(x: cp.Tensor) -> None:
    html = draw_heat_map(x)
    assert len(html) < 130_000
    levels = read_levels(html)
    assert levels.shape[0] <= 40
    assert levels.shape[1] <= 60
    assert levels.min() >= -1
    width, height = re.findall(r'<svg width="(\d+)" height="(\d+)"', html)[0]
    assert 80 <= int(width) <= 480
    assert 80 <= int(height) <= 320


def test_the_worst_case_is_small() -> None:
    html = draw_heat_map(cp.asarray(RNG.normal(size=(40, 60))))
    assert len(html) < 60_000


def test_it_stands_beneath_the_table_of_large_matrices_of_floats_alone() -> None:
    large = cp.ones((40, 30))
    assert "<table>" in large._repr_html_()
    assert "<svg" in large._repr_html_()
    for other in (cp.ones((30, 30)), cp.ones(2000), cp.ones((40, 30), dtype=cp.int64), large + 0j):
        assert "<svg" not in other._repr_html_()
    with cp.printoptions(threshold=10**4):
        assert "<svg" not in large._repr_html_()


def test_drawing_leaves_records_and_imports_alone() -> None:
    code = (
        "import sys, corepy; x = corepy.ones((50, 50)) + 1; r = corepy.explain_last_dispatch(); "
        "x._repr_html_(); print('numpy' in sys.modules, r == corepy.explain_last_dispatch())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False True"


def test_colours_rise_in_lightness() -> None:
    """So that they can be told apart without hue."""

    def lightness(colour: str) -> float:
        red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
        return float(0.2126 * red**2.2 + 0.7152 * green**2.2 + 0.0722 * blue**2.2)

    values = [lightness(_find_colour(level)) for level in range(_LEVELS)]
    assert all(a < b for a, b in pairwise(values))
    assert values[-1] / values[0] > 20
