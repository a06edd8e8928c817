# Tests that wrong arguments of functions written in Python give errors of corepy's, and that flags
# are not read as what merely counts as true. Native functions: ops/test_bad_input.py.
from __future__ import annotations

import ast
import doctest
import inspect
import math
from operator import attrgetter

import numpy as np
import pytest

import corepy as cp

ODD = (None, "x", object(), -1, 2**70, [], math.nan, {})
#: Their examples call something else: aliases, and those that read files.
ARGUMENTS = {
    "degrees": ([1.0], {}),
    "radians": ([1.0], {}),
    "load": (["none"], {}),
    "load_npz": (["none"], {}),
    "load_safetensors": (["none"], {}),
    "read_safetensors_metadata": (["none"], {}),
    "random.uniform": ([3, -1, 1], {}),
}


def find_functions():
    for prefix, space in (
        ("", cp),
        ("linalg.", cp.linalg),
        ("random.", cp.random),
        ("fft.", cp.fft),
    ):
        for name in space.__all__:
            function = getattr(space, name)
            is_python = inspect.isfunction(function) or inspect.ismethod(function)
            if is_python and inspect.signature(function).parameters:
                yield prefix + name


FUNCTIONS = list(find_functions())


def example_of(name):
    """The arguments of the function's own example: (positional, by name)."""
    if name in ARGUMENTS:
        args, options = ARGUMENTS[name]
        return list(args), dict(options)
    space = {}
    names = (f"cp.{name}", f"cp.random.Generator(1).{name.removeprefix('random.')}")
    for example in doctest.DocTestParser().get_examples(attrgetter(name)(cp).__doc__):
        for call in ast.walk(ast.parse(example.source)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in names:
                call.func = ast.Name("read", ast.Load())
                read = {"read": lambda *args, **options: (list(args), options)}
                return eval(ast.unparse(call), space | read)
        exec(example.source, space)
    raise AssertionError(f"{name} has no example of its own")


def calls_of(name, value):
    """(parameter, arguments, options): the example's, ``value`` in place of one after the other."""
    parameters = inspect.signature(attrgetter(name)(cp)).parameters.values()
    for place, parameter in enumerate(parameters):
        args, options = example_of(name)
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        if parameter.kind is parameter.VAR_POSITIONAL:
            args[place:] = [value]
        elif place < len(args) and parameter.kind is not parameter.KEYWORD_ONLY:
            args[place] = value
        elif parameter.kind is parameter.POSITIONAL_ONLY:
            args.append(value)
        else:
            options[parameter.name] = value
        yield parameter, args, options


def is_clear(error, name):
    """Whether it is corepy's, the system's about a file, or Python's about a call."""
    last = getattr(attrgetter(name)(cp), "__name__", name)  # an alias is named as what it is
    if isinstance(error, cp.CorepyError):
        part, colon, _ = str(error).partition(": ")
        is_named = hasattr(attrgetter(name)(cp), "__wrapped__")
        return bool(colon) and (part.rpartition(".")[2] == last or not is_named)
    if isinstance(error, OSError):
        return "load" in name or "read" in name or "save" in name
    # The example's own function may be called with another number of axes.
    words = (last, "<lambda>() missing")
    return isinstance(error, TypeError) and any(one in str(error) for one in words)


@pytest.fixture
def _settings(tmp_path, monkeypatch):
    """What calls may change is put back, and what they may write is out of the way."""
    monkeypatch.chdir(tmp_path)
    cp.memory.limit(cp.memory.stats()["used_bytes"] + (256 << 20))
    options = cp.get_printoptions()
    yield
    cp.set_printoptions(**options._asdict())
    cp.memory.limit(None)
    cp.set_policy("AUTO")
    cp.set_num_threads(1)


def find_problem(name, parameter, args, options):
    """What is wrong with the call's error, or with its having none."""
    is_flag = parameter.annotation == "bool"
    try:
        attrgetter(name)(cp)(*args, **options)
    except Exception as error:
        is_named = not is_flag or "expected bool" in str(error)
        return None if is_named and is_clear(error, name) else repr(error)
    return "is no bool" if is_flag else None


@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_odd_arguments_give_results_or_clear_errors(name):
    calls = [(value, *call) for value in ODD for call in calls_of(name, value)]
    problems = [(one[1].name, one[0], find_problem(name, *one[1:])) for one in calls]
    assert calls
    assert [one for one in problems if one[2] is not None] == []


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cp.random.gamma(2**63), cp.ArgumentError, r"random\.gamma: shape"),
        (lambda: cp.nanmax(cp.ones(2), axis="x"), cp.ArgumentTypeError, "nanmax: axis"),
        (lambda: cp.array_split(cp.ones(2), 2**70), cp.ArgumentError, "array_split: nearly all"),
        (lambda: cp.array(1, ndmin=65), cp.ArgumentError, "array: ndmin"),
        (lambda: cp.geomspace(1, 10**400), cp.ArgumentError, "geomspace: stop"),
        (lambda: cp.fromfunction("f", (2,)), cp.ArgumentTypeError, "fromfunction: not a function"),
        (
            lambda: cp.histogram2d([1.0], [2.0], (1, 2, 3)),
            cp.ArgumentTypeError,
            "histogram2d: ",
        ),
        (lambda: cp.rot90(cp.ones((2, 2)), axes=0), cp.ArgumentTypeError, "rot90: axes"),
        (lambda: cp.explain(3), cp.ArgumentTypeError, "explain: not a function"),
    ],
)
def test_errors_name_the_function_that_was_called(call, error, words):
    with pytest.raises(error, match=f"^{words}"):
        call()


def test_what_is_read_more_leniently_than_by_type():
    assert cp.vander(cp.asarray([2.0]), np.int64(2), increasing=np.True_).tolist() == [[1.0, 2.0]]
    assert cp.geomspace(cp.asarray(1.0), np.float32(4), 3).tolist() == [1.0, 2.0, 4.0]
    assert len(cp.array_split(cp.ones(2), 5)) == 5
    assert cp.diff(cp.ones(3), n=2**70).shape == (0,)
    edges = cp.asarray([0.0, 1.0, 2.0])
    assert cp.histogram2d([0.5, 1.5], [1.5, 1.5], edges)[0].tolist() == [[0, 1], [0, 1]]


WITH_AXIS = [
    name for name in FUNCTIONS if "axis" in inspect.signature(attrgetter(name)(cp)).parameters
]


@pytest.mark.parametrize("name", WITH_AXIS)
@pytest.mark.parametrize("axis", [True, np.False_, 0.0, "0"])
def test_an_axis_is_an_integer(name, axis):
    call = next(one for one in calls_of(name, axis) if one[0].name == "axis")
    with pytest.raises(cp.ArgumentTypeError, match="axis has the wrong type"):
        attrgetter(name)(cp)(*call[1], **call[2])
