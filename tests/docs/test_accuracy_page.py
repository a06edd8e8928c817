# The numbers of docs/topics/accuracy.md are those that the C++ tests hold the functions to, and the
# bounds it lists beyond the operator table's are those of the docstrings.
from __future__ import annotations

import re
from pathlib import Path

import pytest

import corepy as cp

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs/topics/accuracy.md").read_text(encoding="utf-8")
SOURCE = (ROOT / "tests/cpp/math_accuracy_test.cpp").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(\w+)` \| [\d.]+ \| ([^|]*) \|", re.MULTILINE)


def read_table(heading):
    """Of each function, the largest number in the column of errors."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {
        name: max(map(float, re.findall(r"(?<![\d^-])\d\.\d+", text)))
        for name, text in ROW.findall(section)
        if name != "sqrt"
    }


def read_bounds():
    """By function, the bounds for float64 and float32 of the C++ test."""
    unary = re.findall(r"COREPY_UNARY\((\w+), ([\d.]+), ([\d.]+)\)", SOURCE)
    binary = re.findall(r'\{"(\w+)", .*?, \{([\d.]+), ([\d.]+)\}\}', SOURCE)
    return {name: (float(first), float(second)) for name, first, second in unary + binary}


@pytest.mark.parametrize(("place", "heading"), [(0, "float64"), (1, "float32")])
def test_every_build_is_held_to_the_pages_numbers(place, heading):
    stated, bounds = read_table(heading), read_bounds()
    assert len(stated) == len(bounds) == 22
    assert stated == {name: both[place] for name, both in bounds.items()}


def test_the_margin_is_the_pages():
    (margin,) = re.findall(r"untried_ulp = ([\d.]+);", SOURCE)
    assert f"{margin} ulp more" in PAGE


SECTION = PAGE.split("\n## Functions made of operators\n")[1].split("\n## ")[0]
LISTED = [
    (name, bound.replace("\\|", "|"))
    for names, bound in re.findall(r"^\| (`[^|]+`) \| ((?:[^|\\]|\\.)+) \|", SECTION, re.MULTILINE)
    for name in re.findall(r"`(\w+)", names)
]
OPERATORS = {row.name for row in cp._core.ops()}


def read_accuracy(name):
    text = " ".join((getattr(cp, name).__doc__ or "").split())
    return text.split("Accuracy: ")[1].split(" Source:")[0] if "Accuracy: " in text else ""


@pytest.mark.parametrize(("name", "bound"), LISTED)
def test_bounds_of_composed_functions_are_those_of_the_docstrings(name, bound):
    assert bound in read_accuracy(name)


def test_every_function_beyond_one_ulp_is_listed():
    beyond = re.compile(r"(relative|absolute) error|\b([2-9]|1\.\d) ?(ulp|u\b)")
    own = {name for name in cp.__all__ if name not in OPERATORS and callable(getattr(cp, name))}
    made = {getattr(cp, name).__name__ for name in own} - OPERATORS  # an alias is named as its own
    texts = {name: read_accuracy(name) for name in made & own}
    found = {name for name, text in texts.items() if beyond.search(text) and "gamma(" not in text}
    assert found == {name for name, _ in LISTED}
