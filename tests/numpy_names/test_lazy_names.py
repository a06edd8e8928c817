# Tests of the names that come on first use: the list against the modules, documentation, import.
from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from operator import attrgetter

import pytest

import corepy as cp
from corepy import lazy_names

MODULES = [name for name in lazy_names.MODULES if not name.startswith("backend")]
FUNCTIONS = [
    name
    for module in MODULES
    for name in lazy_names.MODULES[module]
    if inspect.isfunction(getattr(cp, name))
]
FUNCTIONS += [f"linalg.{name}" for name in cp.linalg._LAZY]
FUNCTIONS += [f"fft.{name}" for name in cp.fft._LAZY]
#: Files and print options have neither shapes nor bounds.
FUNCTIONS_OF_TENSORS = [
    name
    for name in FUNCTIONS
    if attrgetter(name)(cp).__module__.startswith(
        ("corepy.numpy_names", "corepy.signal", "corepy.statistics")
    )
]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_contributes_all_its_names(module):
    loaded = importlib.import_module(f"corepy.{module}")
    assert sorted(loaded.__all__) == sorted(lazy_names.MODULES[module])
    for name in loaded.__all__:
        assert getattr(cp, name) is getattr(loaded, name)
        assert name in cp.__all__


@pytest.mark.parametrize("name", FUNCTIONS_OF_TENSORS)
def test_every_function_is_documented(name):
    text = inspect.getdoc(attrgetter(name)(cp)) or ""
    for fact in ("Shapes:", "Dtypes:", "Edges:", "Raises:", "Accuracy:", "Source:", ">>> "):
        assert fact in text, fact


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_typed(name):
    function = attrgetter(name)(cp)
    parameters = inspect.signature(function).parameters
    assert set(function.__annotations__) == {*parameters, "return"}
    assert "Any" not in str(function.__annotations__)


def test_import_loads_none_of_them():
    program = "import sys, corepy; print([m for m in sys.modules if m.startswith('corepy.')])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    for module in MODULES:
        assert f"'corepy.{module}'" not in done.stdout


def test_a_name_is_looked_up_once():
    assert "median" not in lazy_names.SUBMODULES
    _ = cp.median
    assert vars(cp)["median"] is cp.median


@pytest.mark.parametrize("module", [cp, cp.linalg, cp.fft, cp.testing, cp.backend])
def test_every_module_that_loads_names_does_so_alike(module):
    with pytest.raises(
        AttributeError, match=f"^module '{module.__name__}' has no attribute 'nope'"
    ):
        _ = module.nope
    for name in module._LAZY:
        assert getattr(module, name) is vars(module)[name]


@pytest.mark.parametrize("module", [cp, cp.linalg, cp.fft])
def test_dir_shows_what_is_public_and_nothing_else(module):
    assert dir(module) == sorted(module.__all__)
    assert set(module._LAZY) <= set(dir(module))
