# Tests that every operator has what it needs: a declaration with the standard's signature, an
# oracle, documentation, a bound that can be evaluated; and that nothing has two homes.
from __future__ import annotations

import doctest
import inspect
import pickle
import re
from importlib import import_module
from operator import attrgetter

import numpy as np
import pytest

import corepy as cp
from corepy.backend import reference
from corepy.backend.explain import BOUND_FORMULAS, FLAGS, REASONS
from corepy.backend.reference.promotion import is_floating
from corepy.ops.native import EXTENSIONS, native
from corepy.reproduce.composed_cases import WITHOUT_BITS, make_composed_cases
from corepy.testing import operator_rows
from corepy.testing.bounds import BOUNDS
from corepy.testing.strategies import DTYPES

ROWS = operator_rows()
# Indexing has no function of its own; updates and random draws are methods.
METHODS = ("at_", "random.")
SYNTAX = {"getitem", "setitem", *(row.name for row in ROWS if row.name.startswith(METHODS))}
CALLABLE = [row for row in ROWS if row.name not in SYNTAX]
each_function = pytest.mark.parametrize("row", CALLABLE, ids=lambda row: row.name)

# The array API standard 2025.12: signature, and the functions that have it.
STANDARD = {
    "x, /": """abs conj imag negative positive real reciprocal sign sqrt square isfinite isinf isnan
        logical_not signbit bitwise_invert ceil floor round trunc exp expm1 log log10 log1p log2
        acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh matrix_transpose
        nonzero unique_all unique_counts unique_inverse unique_values det eig eigh eigvals eigvalsh
        inv slogdet svdvals""",
    "x1, x2, /": """add copysign divide floor_divide maximum minimum multiply nextafter remainder
        subtract equal greater greater_equal less less_equal logical_and logical_or logical_xor
        not_equal bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor hypot
        logaddexp pow atan2 matmul outer solve""",
    "x, /, min=None, max=None": "clip",
    "condition, x1, x2, /": "where",
    "x, /, *, axis=None, dtype=None, keepdims=False": "sum prod",
    "x, /, *, axis=None, dtype=None, include_initial=False": "cumulative_prod cumulative_sum",
    "x, /, *, axis=None, keepdims=False": """min max mean any all argmax argmin
        count_nonzero""",
    "x, /, *, axis=None, correction=0.0, keepdims=False": "var std",
    "x, /, *, axis=None, keepdims=False, ord=2": "vector_norm",
    "x1, x2, /, *, axes=2": "tensordot",
    "x1, x2, /, *, invert=False": "isin",
    "x1, x2, /, *, side='left', sorter=None": "searchsorted",
    "x1, x2, /, *, axis=-1": "cross vecdot",
    "x, /, *, axis=-1, descending=False, stable=True": "argsort sort",
    "x, dtype, /, *, copy=True, device=None": "astype",
    "x, /, shape": "broadcast_to",
    "arrays, /, *, axis=0": "concat stack",
    "x, /, axis": "expand_dims squeeze",
    "x, /, *, axis=None": "flip",
    "x, source, destination, /": "moveaxis",
    "x, repeats, /, *, axis=None": "repeat",
    "x, /, shift, *, axis=None": "roll",
    "x, repetitions, /": "tile",
    "x, /, *, axis=0": "unstack",
    "*arrays": "broadcast_arrays",
    "x, /, axes": "permute_dims",
    "x, /, shape, *, copy=None": "reshape",
    "x, indices, /, *, axis=None": "take",
    "x, indices, /, *, axis=-1": "take_along_axis",
    "start, /, stop=None, step=1, *, dtype=None, device=None": "arange",
    "obj, /, *, dtype=None, device=None, copy=None": "asarray",
    "shape, *, dtype=None, device=None": "empty ones zeros",
    "x, /, *, dtype=None, device=None": "empty_like ones_like zeros_like",
    "n_rows, n_cols=None, /, *, k=0, dtype=None, device=None": "eye",
    "x, /, *, device=None, copy=None": "from_dlpack",
    "shape, fill_value, *, dtype=None, device=None": "full",
    "x, /, fill_value, *, dtype=None, device=None": "full_like",
    "start, stop, /, num, *, dtype=None, device=None, endpoint=True": "linspace",
    "*arrays, indexing='xy'": "meshgrid",
    "x, /, *, k=0": "tril triu",
    "x, /, *, upper=False": "cholesky",
    "x, /, *, offset=0": "diagonal",
    "x, /, *, keepdims=False, ord='fro'": "matrix_norm",
    "x, n, /": "matrix_power",
    "x, /, *, rtol=None": "matrix_rank pinv",
    "x, /, *, mode='reduced'": "qr",
    "x, /, *, full_matrices=True": "svd",
    "x, /, *, offset=0, dtype=None": "trace",
    "x, /, *, n=None, axis=-1, norm='backward'": """fft.fft fft.ifft fft.rfft fft.irfft fft.hfft
        fft.ihfft""",
    "x, /, *, s=None, axes=None, norm='backward'": "fft.fftn fft.ifftn fft.rfftn fft.irfftn",
    "n, /, *, d=1.0, dtype=None, device=None": "fft.fftfreq fft.rfftfreq",
    "x, /, *, axes=None": "fft.fftshift fft.ifftshift",
}
SIGNATURES = {name: text for text, names in STANDARD.items() for name in names.split()}
# What corepy offers beyond the standard.
OWN_FUNCTIONS = {"copy", "from_arrow", "put_along_axis", "sliding_window_view", "view"}
OWN_PARAMETERS = {"out", "ddof"}
GRIDS = {"sparse", "copy"}  # of meshgrid
# Written in Python, since they take any number of tensors.
VARIADIC = {"broadcast_arrays", "meshgrid"}


def own_parameters(name):
    """Those beyond the standard's: NumPy's."""
    _, extras = EXTENSIONS.get(name, ("", ()))
    return OWN_PARAMETERS.union(extras, GRIDS if name == "meshgrid" else ())


POSITIONAL_OR_KEYWORD = inspect.Parameter.POSITIONAL_OR_KEYWORD


def declared(text):
    """The parameters of a signature in the standard's notation."""
    namespace = {}
    exec(f"def function({text}): ...", namespace)
    return inspect.signature(namespace["function"]).parameters


@each_function
def test_every_row_has_a_public_function(row):
    function = attrgetter(row.name)(cp)
    namespace, _, last = row.name.rpartition(".")
    assert function.__name__ == last
    assert last in (getattr(cp, namespace).__all__ if namespace else cp.__all__)
    if row.name not in VARIADIC:
        assert inspect.isbuiltin(function)
        assert function.__module__ == f"corepy.{row.name}".rpartition(".")[0]
        assert pickle.loads(pickle.dumps(function)) is function


@each_function
def test_signatures_are_the_standards(row):
    if row.name in OWN_FUNCTIONS:
        assert row.name not in SIGNATURES
        return
    wanted = declared(SIGNATURES[row.name])
    actual = inspect.signature(attrgetter(row.name)(cp)).parameters
    beyond = own_parameters(row.name)
    assert [name for name in actual if name not in beyond] == list(wanted)
    keywords = [name for name in wanted if wanted[name].kind is inspect.Parameter.KEYWORD_ONLY]
    for name, parameter in wanted.items():
        # The first of the keywords may be given by position too, as in NumPy.
        is_lenient = name in keywords[:1] and actual[name].kind is POSITIONAL_OR_KEYWORD
        assert actual[name].kind == parameter.kind or is_lenient, name
        if parameter.default is not inspect.Parameter.empty:
            assert actual[name].default == parameter.default, name
    for name in beyond & set(actual):
        assert actual[name].kind in (POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        assert actual[name].default is None or name in GRIDS


@each_function
def test_operands_are_the_first_parameters(row):
    parameters = list(inspect.signature(attrgetter(row.name)(cp)).parameters)
    assert tuple(parameters[: len(row.operands)]) == row.operands


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_every_row_has_an_oracle_with_the_same_parameters(row):
    oracle = reference.REFERENCE[row.name]
    if row.name in SYNTAX:
        return
    # Not the oracle's, which computes values only: places, and what is read before it runs.
    beyond = own_parameters(row.name) | {"device"}
    actual = inspect.signature(attrgetter(row.name)(cp)).parameters
    expected = inspect.signature(oracle).parameters
    assert set(actual) - beyond == set(expected) - beyond
    for name in set(actual) - beyond:
        assert actual[name].default == expected[name].default, name


@pytest.mark.parametrize("name", sorted(EXTENSIONS))
def test_extensions_take_all_parameters(name):
    """A call that gives one of NumPy's options arrives with every argument by name."""
    module, extras = EXTENSIONS[name]
    parameters = inspect.signature(attrgetter(name)(cp)).parameters
    expected = inspect.signature(getattr(import_module(module), name)).parameters
    takes_options = any(one.kind is one.VAR_KEYWORD for one in expected.values())
    assert takes_options or list(expected) == list(parameters)
    assert set(extras) < set(parameters)
    assert all(parameters[extra].default is None for extra in extras)


def test_every_oracle_and_every_builtin_has_a_row():
    names = {row.name for row in ROWS}
    assert set(reference.REFERENCE) == names
    for name in cp.__all__:
        value = getattr(cp, name)
        if inspect.isbuiltin(value):  # an alias is named as what it is
            assert value.__name__ in names, name


def test_unknown_operators_cannot_be_declared():
    def unheard_of(x, /):
        return x

    with pytest.raises(cp.ArgumentError, match="unheard_of"):
        native(unheard_of)


def test_unknown_parameters_cannot_be_declared():
    def exp(x, /, *, speed=1):
        return x

    with pytest.raises(cp.ArgumentError, match="speed"):
        native(exp)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: cp.add(1), "x2"),
        (lambda: cp.add(1, 2, 3), "add"),
        (lambda: cp.add(1, x2=2), "x2"),
        (lambda: cp.sum(cp.ones(3), axes=0), "axes"),
        (lambda: cp.linspace(0, 1, 5, num=5), "num"),
    ],
)
def test_wrong_arguments_raise_type_errors(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def public_functions():
    """What a user can call or index that may return a tensor, by name."""
    spaces = (("", cp), ("linalg.", cp.linalg), ("fft.", cp.fft))
    for prefix, space in spaces:
        for name in space.__all__:
            value = getattr(space, name)
            is_index_object = name in ("c_", "r_", "mgrid", "ogrid")
            if not isinstance(value, type) and (callable(value) or is_index_object):
                yield prefix + name, value
    for owner in (cp.random.Generator, cp.random.Stream):
        for name in dir(owner):
            if not name.startswith("_"):
                yield f"random.{name}", getattr(owner, name)


def test_every_function_has_golden_calls_or_a_reason():
    rows = {row.name for row in ROWS}
    composed = {case.op.split(" ")[0] for case in make_composed_cases()}
    functions = dict(public_functions())
    for name, value in functions.items():
        own = getattr(value, "__name__", name)  # an alias is named as what it is
        names = {name, own, name.removeprefix("linalg.")}
        is_golden = bool(names & (rows | composed))
        assert is_golden != bool(names & set(WITHOUT_BITS) - rows), name
    assert set(WITHOUT_BITS) <= set(functions)
    assert composed <= set(functions) | rows
    assert all(WITHOUT_BITS.values())


SECTIONS = ("Shapes:", "Dtypes:", "Edges:", "Raises:", "Accuracy:", "Source:")


@each_function
def test_every_function_is_documented(row):
    text = attrgetter(row.name)(cp).__doc__
    assert text
    for section in SECTIONS:
        assert section in text, section
    assert ">>> " in text
    assert len(text.strip().splitlines()[0]) <= 100
    bound = row.bound.get("float64")
    if isinstance(bound, float) and bound > 0:
        assert re.search(rf"Accuracy:.*\b{bound:g} ulp", text)


def names_to_test():
    yield from (name for name in cp.__all__ if callable(getattr(cp, name)))
    yield from (f"fft.{name}" for name in cp.fft.__all__)
    yield from (f"linalg.{name}" for name in cp.linalg.__all__)
    yield from (f"random.{name}" for name in ("Generator", "Stream"))


@pytest.mark.parametrize("name", sorted(names_to_test()))
def test_the_examples_of_the_documentation_run(name):
    value = attrgetter(name)(cp)
    finder = doctest.DocTestFinder(recurse=inspect.isclass(value))
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE, verbose=False)
    text = []
    for test in finder.find(value, name, module=False, globs={"cp": cp, "corepy": cp}):
        runner.run(test, out=text.append)
    assert runner.failures == 0, "".join(text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_bounds_are_numbers_or_formulas_that_exist(row):
    assert set(row.dtypes) <= set(DTYPES)
    assert set(row.bound) == set(row.dtypes)
    for dtype, bound in row.bound.items():
        if isinstance(bound, str):
            assert bound in BOUNDS or bound == "exact", (dtype, bound)
            assert bound in BOUND_FORMULAS or bound == "exact"
        else:
            assert 0 <= bound <= 1, (dtype, bound)
            if not is_floating(np.dtype(dtype)):
                assert bound == 0, (dtype, bound)


def test_all_bounds_are_worded():
    formulas = {bound for row in ROWS for bound in row.bound.values() if isinstance(bound, str)}
    assert formulas - {"none", "exact"} == set(BOUND_FORMULAS)


def test_reasons_and_flags_read_as_sentences():
    for text in [*REASONS.values(), *FLAGS.values()]:
        assert text == text.strip()
        assert not text.endswith(".")
    assert all(re.fullmatch(r"[a-z_]+", code) for code in [*REASONS, *FLAGS])
    names = ("candidate", "detail", "isa", "policy", "dtypes", "op", "ask")
    assert all(text.format(**dict.fromkeys(names, "x")) for text in REASONS.values())


def test_dtypes_of_package_extension_and_oracle_agree():
    native = cp._core.dtypes()
    assert set(native) == set(DTYPES)
    for name, dtype in native.items():
        assert getattr(cp, name) is dtype
        assert pickle.loads(pickle.dumps(dtype)) is dtype
        assert np.dtype(name).itemsize == dtype.itemsize
        assert dtype.kind == ("f" if name == "bfloat16" else np.dtype(name).kind)


def test_the_policies_of_package_and_extension_agree():
    x = cp.ones(3)
    for member in (cp.BackendPolicy.AUTO, cp.BackendPolicy.SIMD, cp.BackendPolicy.REFERENCE):
        with cp.policy(member):
            x + 1
        assert cp.explain_last_dispatch().policy == member.name
    assert [int(member) for member in cp.BackendPolicy] == list(range(len(cp.BackendPolicy)))


def test_the_version_is_one():
    from importlib import metadata

    assert re.fullmatch(r"\d+\.\d+\.\d+.*", cp.__version__)
    try:
        installed = metadata.version("corepy")
    except metadata.PackageNotFoundError:  # run from a source tree on the path
        return
    assert installed == cp.__version__
    assert isinstance(cp.numerics_revision, int)
