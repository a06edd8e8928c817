# Options of NumPy's functions against corepy's of the same name: what is missing stands, all of it
# and nothing else, in the table of docs/topics/numpy.md.
"""Walks the signatures of both libraries."""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

import corepy as cp

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "topics" / "numpy.md").read_text("utf-8")
SPACES = (("", cp, np), ("linalg.", cp.linalg, np.linalg), ("fft.", cp.fft, np.fft))


def functions_of_both():
    """(name, ours, NumPy's)."""
    for prefix, own, numpys in SPACES:
        for name in own.__all__:
            if hasattr(numpys, name) and inspect.isroutine(getattr(own, name)):
                yield prefix + name, getattr(own, name), getattr(numpys, name)


def options_of(function):
    """What may be given by name: not operands, which have no default."""
    for name, one in inspect.signature(function).parameters.items():
        is_by_name = one.kind in (one.KEYWORD_ONLY, one.VAR_KEYWORD)
        is_option = one.kind is one.POSITIONAL_OR_KEYWORD and one.default is not one.empty
        if is_by_name or is_option:
            yield name


def find_missing():
    """For each option of NumPy's the functions that lack it, ufuncs as "elementwise"."""
    missing = defaultdict(set)
    ufuncs = {name for name, _, one in functions_of_both() if isinstance(one, np.ufunc)}
    for name, own, numpys in functions_of_both():
        accepted = inspect.signature(own).parameters.values()
        known = {one.name for one in accepted if one.kind is not one.POSITIONAL_ONLY}
        for option in set(options_of(numpys)) - known:
            missing[option].add(name)
    for names in missing.values():
        plain = ufuncs - {"matmul", "vecdot"}  # which have an option or two of their own
        if plain <= names:
            names -= plain | {"matmul", "vecdot"}
            names.add("elementwise")
    return dict(missing)


def read_table():
    """The page's table in the same form."""
    section = re.search(r"^## Options of NumPy's that.*?(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| (`\w+`.*?) \| (.*?) \|", section.group(), re.MULTILINE)
    table = {}
    for options, functions in rows:
        names = set(re.findall(r"`([\w.]+)`", functions))
        names |= {"elementwise"} & set(re.findall(r"\w+", functions))
        for option in re.findall(r"`(\w+)`", options):
            table[option] = names
    return table


MISSING = find_missing()


def test_the_walk_finds_what_is_there_and_what_is_not():
    assert "elementwise" in MISSING["casting"]
    assert MISSING["retstep"] == {"linspace"}
    assert "ddof" not in MISSING
    assert set(options_of(cp.std)) >= {"axis", "correction", "ddof", "keepdims", "out", "where"}
    assert len(list(functions_of_both())) > 200


@pytest.mark.parametrize("option", sorted(MISSING.keys() | read_table().keys()))
def test_the_page_lists_exactly_what_is_missing(option):
    table, functions = read_table(), MISSING.get(option, set())
    together = [other for other in table if table[other] is table.get(option)]
    wanted = set().union(*(MISSING.get(other, set()) for other in together))
    assert functions <= table.get(option, set())
    assert table.get(option, set()) == wanted, option
    assert functions, f"{option} is missing nowhere"


@pytest.mark.parametrize("name", ["sum", "median", "linalg.svd", "add", "unique"])
def test_an_option_that_is_not_there_is_named(name):
    function = next(own for one, own, _ in functions_of_both() if one == name)
    with pytest.raises(TypeError, match="casting"):
        function(cp.ones((2, 2)), casting="safe")
