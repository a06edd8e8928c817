# The page docs/topics/numpy.md against corepy and NumPy: what it says is there is there, what it
# says is not there is not. Its examples are run by test_examples.py.
"""Names on the page exist, and every name that comes on first use is on the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import corepy as cp
from corepy import lazy_names

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "topics" / "numpy.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ALIASES = re.findall(r"`(\w+)` \| `(\w+)`", SECTIONS["The same function under another name"])
#: Lines of NumPy's and corepy's that mean the same.
REPLACED = re.findall(
    r"^\| `(.*?)` \| `(.*?)` \|$", SECTIONS["What to write instead"], re.MULTILINE
)
LISTED = [
    name
    for section in (
        "NumPy's functions over the standard's",
        "Statistics and signals beyond the standard",
    )
    for group in re.findall(r"`([\w\s]+)`", SECTIONS[section])
    for name in group.split()
]


@pytest.mark.parametrize(("alias", "name"), ALIASES)
def test_an_alias_is_the_function(alias: str, name: str) -> None:
    assert getattr(cp, alias) is getattr(cp, name)
    assert hasattr(np, alias)


@pytest.mark.parametrize("name", LISTED)
def test_a_listed_name_is_there_in_both(name: str) -> None:
    assert name in cp.__all__
    assert hasattr(np, name) or name == "sliding_window_view"


@pytest.mark.parametrize("space", ["linalg", "fft"])
def test_every_name_of_the_spaces_is_listed(space: str) -> None:
    text = SECTIONS["NumPy's functions over the standard's"]
    names = re.findall(rf"`{space}\.(\w+)`", text)
    assert sorted(names) == sorted(getattr(cp, space)._LAZY)
    assert all(hasattr(getattr(np, space), name) for name in names)


def test_every_name_is_listed() -> None:
    modules = [name for name in lazy_names.MODULES if name.startswith(("numpy", "stat", "signal"))]
    names = {name for module in modules for name in lazy_names.MODULES[module]}
    assert names - {"degrees", "radians"} <= {*LISTED, *(alias for alias, _ in ALIASES)}


#: Every word that the page sets as code.
WORDS = {word for code in re.findall(r"`([^`\n]+)`", PAGE) for word in re.findall(r"\w+", code)}


def public_names(space: object) -> set[str]:
    names = getattr(space, "__all__", dir(space))
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize(
    ("numpys", "own"),
    [
        (np, cp),
        (np.linalg, cp.linalg),
        (np.fft, cp.fft),
        (np.ndarray, cp.Tensor),
        (np.random.Generator, cp.random.Generator),
    ],
    ids=["numpy", "linalg", "fft", "ndarray", "Generator"],
)
def test_every_public_name_of_numpys_is_there_or_on_the_page(numpys: object, own: object) -> None:
    missing = {name for name in public_names(numpys) if not hasattr(own, name)}
    # Which long double there is depends on the machine; the page names the commonest.
    missing -= {"float96", "complex192"}
    assert missing <= WORDS, sorted(missing - WORDS)
    assert len(public_names(numpys)) > 15


@pytest.mark.parametrize(
    "name", re.findall(r"`(\w+)`", SECTIONS["What is not there"].replace("`sum`", ""))
)
def test_what_is_not_there_is_not_there(name: str) -> None:
    assert name not in cp.__all__
    assert hasattr(np, name)


def make_operands(convert: Callable[[np.ndarray], object]) -> dict[str, object]:
    """What the lines of the page work on."""
    numbers = np.asarray([[-1.5, 0.0, 2.0], [0.25, 4.0, -0.0]])
    square = np.arange(9.0).reshape(3, 3)
    arrays = {
        "a": np.asarray([1.0, 2.0, 3.0]),
        "b": np.asarray([4.0, 0.5]),
        "x": numbers,
        "y": numbers[:, ::-1] * 3,
        "s": square,
        "c": np.arange(24.0).reshape(2, 3, 4),
        "z": np.asarray([2 + 1j, 1 - 1j, 2 - 3j]),
        "mask": numbers > 0,
        "i": np.asarray([[0, 1, 1], [1, 0, 0]]),
    }
    return {name: convert(array) for name, array in arrays.items()} | {"np": np, "cp": cp}


def run_line(line: str, names: dict[str, object]) -> object:
    """The value of an expression, or what a statement makes of x and s."""
    try:
        return eval(compile(line, "page", "eval"), names)
    except SyntaxError:
        exec(compile(line, "page", "exec"), names)
        return None


@pytest.mark.parametrize(
    ("numpys", "own"), [pair for pair in REPLACED if not pair[0].startswith("g.")]
)
def test_the_line_to_write_means_the_same(numpys: str, own: str) -> None:
    name = numpys.removeprefix("np.").partition("(")[0]
    assert name not in cp.__all__
    theirs, ours = make_operands(np.copy), make_operands(cp.asarray)
    expected, found = run_line(numpys, theirs), run_line(own, ours)
    pairs = [(expected, found), (theirs["x"], ours["x"]), (theirs["s"], ours["s"])]
    for one, other in pairs:
        parts = zip(one, other, strict=True) if isinstance(one, (tuple, list)) else [(one, other)]
        for part, own_part in parts:
            if isinstance(own_part, cp.Tensor):
                np.testing.assert_array_equal(np.asarray(own_part), part)
            elif part is not None:  # what changes x in place in both
                assert own_part == part


@pytest.mark.parametrize(("numpys", "own"), [pair for pair in REPLACED if pair[0][0] == "g"])
def test_the_draw_to_write_has_the_same_distribution(numpys: str, own: str) -> None:
    """Smirnov's test of two samples, in places of 1e-6; the lines draw 9."""
    name = numpys.removeprefix("g.").partition("(")[0]
    assert not hasattr(cp.random.Generator, name)
    count = 100_000
    theirs = eval(re.sub(r"\b9\b", str(count), numpys), {"g": np.random.default_rng(1)})
    ours = eval(re.sub(r"\b9\b", str(count), own), {"g": cp.random.Generator(1), "cp": cp})
    first, second = np.sort(theirs), np.sort(np.asarray(ours))
    places = np.concatenate([first, second])
    steps = [np.searchsorted(one, places, side="right") / count for one in (first, second)]
    assert np.abs(steps[0] - steps[1]).max() < 2.7 * (2 / count) ** 0.5


def test_functions_with_differences_exist_in_both() -> None:
    table = SECTIONS["Deliberate differences"]
    for name in re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE):
        assert name == "T" or (name in cp.__all__ and hasattr(np, name)), name
