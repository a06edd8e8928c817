# The page docs/topics/numpy.md against corepy and NumPy: what it says is there is there, what it
# says is not there is not. Its examples are run by test_examples.py.
"""Names on the page exist, and every name that comes on first use is on the page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import corepy as cp
from corepy import lazy_names

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "topics" / "numpy.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.*?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
ALIASES = re.findall(r"`(\w+)` \| `(\w+)`", SECTIONS["The same function under another name"])
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


def test_every_name_is_listed() -> None:
    modules = [name for name in lazy_names.MODULES if name.startswith(("numpy", "stat", "signal"))]
    names = {name for module in modules for name in lazy_names.MODULES[module]}
    assert names - {"degrees", "radians"} <= {*LISTED, *(alias for alias, _ in ALIASES)}


def test_every_name_of_linalg_is_listed() -> None:
    text = SECTIONS["NumPy's functions over the standard's"]
    names = re.findall(r"`linalg\.(\w+)`", text)
    assert sorted(names) == sorted(cp.linalg._LAZY)
    assert all(hasattr(np.linalg, name) for name in names)


@pytest.mark.parametrize(
    "name", re.findall(r"`(\w+)`", SECTIONS["What is not there"].replace("`sum`", ""))
)
def test_what_is_not_there_is_not_there(name: str) -> None:
    assert name not in cp.__all__
    assert hasattr(np, name)


def test_functions_with_differences_exist_in_both() -> None:
    table = SECTIONS["Deliberate differences"]
    for name in re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE):
        assert name == "T" or (name in cp.__all__ and hasattr(np, name)), name
