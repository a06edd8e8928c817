# Declarations of operators against the native tables and the oracle. Values are tested elsewhere.
"""Every row has a declaration, a docstring with all facts, and the oracle's parameters."""

from __future__ import annotations

import inspect
import pickle
import re
from importlib import import_module
from operator import attrgetter

import pytest

import corepy
from corepy import _core
from corepy.backend import reference, wording
from corepy.ops.native import EXTENSIONS

ROWS = {row.name: row for row in _core.ops()}
#: Brackets, not functions; and updates and random draws, which are methods.
SYNTAX = {"getitem", "setitem", *(name for name in ROWS if name.startswith(("at_", "random.")))}
NAMES = sorted(set(ROWS) - SYNTAX)
#: What the standard has and the oracle, which computes values only, has not.
PLACES = {"out", "device"}
#: Options of NumPy's, which are read before the operator runs.
OPTIONS = {name: {*extras} for name, (_, extras) in EXTENSIONS.items()}
OPTIONS["meshgrid"] = {"sparse", "copy"}
OPTIONS["var"] |= {"ddof"}
OPTIONS["std"] |= {"ddof"}
#: Python functions, which take any number of tensors.
VARIADIC = {"broadcast_arrays", "meshgrid"}
PUBLIC: list[str] = vars(corepy)["__all__"]


@pytest.mark.parametrize("name", NAMES)
def test_row_has_a_function(name: str) -> None:
    function = attrgetter(name)(corepy)
    namespace, _, last = name.rpartition(".")
    assert function.__name__ == last
    assert (namespace or name) in PUBLIC
    assert not namespace or last in getattr(corepy, namespace).__all__


@pytest.mark.parametrize("name", sorted(set(NAMES) - VARIADIC))
def test_function_is_a_builtin_of_corepy(name: str) -> None:
    function = attrgetter(name)(corepy)
    assert inspect.isbuiltin(function)
    assert function.__module__ == f"corepy.{name}".rpartition(".")[0]
    assert pickle.loads(pickle.dumps(function)) is function


@pytest.mark.parametrize("name", NAMES)
def test_parameters_are_the_oracles(name: str) -> None:
    parameters = inspect.signature(attrgetter(name)(corepy)).parameters
    expected = inspect.signature(reference.REFERENCE[name]).parameters
    beyond = PLACES | OPTIONS.get(name, set())
    assert set(parameters) - beyond == set(expected) - beyond
    defaults = {key: value.default for key, value in parameters.items() if key not in beyond}
    assert defaults == {key: expected[key].default for key in defaults}


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_extensions_take_all_parameters(name: str) -> None:
    """A call that gives one of NumPy's options arrives with every argument by name."""
    module, extras = EXTENSIONS[name]
    parameters = inspect.signature(attrgetter(name)(corepy)).parameters
    expected = inspect.signature(getattr(import_module(module), name)).parameters
    takes_options = any(one.kind is one.VAR_KEYWORD for one in expected.values())
    assert takes_options or list(expected) == list(parameters)
    assert set(extras) < set(parameters)
    assert all(parameters[extra].default is None for extra in extras)


@pytest.mark.parametrize("name", NAMES)
def test_operands_come_first_and_positional_only(name: str) -> None:
    if name in VARIADIC:
        return
    parameters = list(inspect.signature(attrgetter(name)(corepy)).parameters.values())
    operands = ROWS[name].operands
    assert tuple(parameter.name for parameter in parameters[: len(operands)]) in (
        operands,
        ("obj",),
    )
    if name not in ("clip", "put_along_axis"):  # bounds and values, which may be named
        kinds = {parameter.kind for parameter in parameters[: len(operands)]}
        assert kinds <= {inspect.Parameter.POSITIONAL_ONLY}


@pytest.mark.parametrize("name", NAMES)
def test_docstring_states_every_fact(name: str) -> None:
    text = inspect.getdoc(attrgetter(name)(corepy)) or ""
    for fact in ("Shapes:", "Dtypes:", "Edges:", "Raises:", "Accuracy:", "Source:", ">>> "):
        assert fact in text, fact


@pytest.mark.parametrize("name", NAMES)
def test_docstring_does_not_promise_more_than_the_row(name: str) -> None:
    text = inspect.getdoc(attrgetter(name)(corepy)) or ""
    bound = ROWS[name].bound.get("float64")
    if isinstance(bound, float) and bound > 0:
        assert re.search(rf"Accuracy:.*\b{bound:g} ulp", text)


def test_bounds_are_worded() -> None:
    formulas = {bound for row in ROWS.values() for bound in row.bound.values()}
    named = {bound for bound in formulas if isinstance(bound, str)} - {"none", "exact"}
    assert named == set(wording.BOUND_FORMULAS)


def test_no_name_is_exported_twice() -> None:
    assert len(PUBLIC) == len(set(PUBLIC))


def test_every_exported_name_exists() -> None:
    for name in PUBLIC:
        assert getattr(corepy, name) is not Ellipsis


def test_dtypes_are_the_native_ones() -> None:
    for name, dtype in _core.dtypes().items():
        assert getattr(corepy, name) is dtype
        assert pickle.loads(pickle.dumps(dtype)) is dtype


def test_unknown_operators_cannot_be_declared() -> None:
    from corepy.ops.native import native

    def unheard_of(x: object, /) -> object:
        return x

    with pytest.raises(corepy.ArgumentError, match="unheard_of"):
        native(unheard_of)


def test_unknown_parameters_cannot_be_declared() -> None:
    from corepy.ops.native import native

    def exp(x: object, /, *, speed: int = 1) -> object:
        return x

    with pytest.raises(corepy.ArgumentError, match="speed"):
        native(exp)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: corepy.add(1),  # type: ignore[call-arg]
            "x2",
        ),
        (
            lambda: corepy.add(1, 2, 3),  # type: ignore[call-arg,arg-type]
            "add",
        ),
        (
            lambda: corepy.add(1, x2=2),  # type: ignore[call-arg]
            "x2",
        ),
        (
            lambda: corepy.sum(corepy.ones(3), axes=0),  # type: ignore[call-arg]
            "axes",
        ),
        (
            lambda: corepy.linspace(0, 1, 5, num=5),  # type: ignore[misc]
            "num",
        ),
    ],
)
def test_wrong_arguments_raise_type_errors(call: object, message: str) -> None:
    assert callable(call)
    with pytest.raises(TypeError, match=message):
        call()
