# Tests of the one record of functions written in Python of several operations (ops/composed.py).
from __future__ import annotations

import importlib
import inspect

import pytest

import corepy as cp
from corepy.backend.explain import record_of
from corepy.errors import AxisError, StrictModeError
from corepy.lazy_names import MODULES

X = cp.asarray([3.0, 1.0, 2.0, 5.0])
M = cp.asarray([[3.0, 1.0, 2.0], [1.0, 4.0, 0.5], [2.0, 0.5, 6.0]])
LARGE, LINE, COUNTS = X > 1, cp.arange(6.0), cp.asarray([1, 0, 1])
WRITTEN = cp.zeros(3)

CALLS = {
    "allclose": lambda: cp.allclose(X, X),
    "angle": lambda: cp.angle(X),
    "append": lambda: cp.append(X, X),
    "argpartition": lambda: cp.argpartition(X, 2),
    "argwhere": lambda: cp.argwhere(LARGE),
    "around": lambda: cp.around(X, 1),
    "array_equal": lambda: cp.array_equal(X, X),
    "array_equiv": lambda: cp.array_equiv(X, X),
    "array_split": lambda: cp.array_split(X, 3),
    "average": lambda: cp.average(X, weights=X),
    "bartlett": lambda: cp.bartlett(5),
    "bincount": lambda: cp.bincount(COUNTS),
    "blackman": lambda: cp.blackman(5),
    "cbrt": lambda: cp.cbrt(X),
    "column_stack": lambda: cp.column_stack((X, X)),
    "cond": lambda: cp.linalg.cond(M),
    "convolve": lambda: cp.convolve(X, X),
    "corrcoef": lambda: cp.corrcoef(M),
    "correlate": lambda: cp.correlate(X, X),
    "cov": lambda: cp.cov(M),
    "delete": lambda: cp.delete(X, 1),
    "diag": lambda: cp.diag(X),
    "block": lambda: cp.block([[X, X], [X, X]]),
    "diag_indices": lambda: cp.diag_indices(3),
    "diff": lambda: cp.diff(X),
    "digitize": lambda: cp.digitize(X, LINE),
    "divmod": lambda: cp.divmod(X, 2.0),
    "dstack": lambda: cp.dstack((X, X)),
    "ediff1d": lambda: cp.ediff1d(X),
    "einsum": lambda: cp.einsum("ij,jk->ik", M, M),
    "flatnonzero": lambda: cp.flatnonzero(LARGE),
    "fmax": lambda: cp.fmax(X, 2.0),
    "fmin": lambda: cp.fmin(X, 2.0),
    "fmod": lambda: cp.fmod(X, 2.0),
    "fromiter": lambda: cp.fromiter([1, 2], int),
    "geomspace": lambda: cp.geomspace(1.0, 8.0, 4),
    "gradient": lambda: cp.gradient(X),
    "hamming": lambda: cp.hamming(5),
    "hanning": lambda: cp.hanning(5),
    "histogram": lambda: cp.histogram(X, bins=2),
    "histogram2d": lambda: cp.histogram2d(X, X, bins=2),
    "histogram_bin_edges": lambda: cp.histogram_bin_edges(X, bins=2),
    "hsplit": lambda: cp.hsplit(X, 2),
    "hstack": lambda: cp.hstack((X, X)),
    "indices": lambda: cp.indices((2, 3)),
    "insert": lambda: cp.insert(X, 1, 2.0),
    "interp": lambda: cp.interp(X, LINE, LINE),
    "intersect1d": lambda: cp.intersect1d(X, LINE),
    "isclose": lambda: cp.isclose(X, X),
    "iscomplex": lambda: cp.iscomplex(X),
    "isreal": lambda: cp.isreal(X),
    "ix_": lambda: cp.ix_([0, 1], [2]),
    "kaiser": lambda: cp.kaiser(5, 2.0),
    "kron": lambda: cp.kron(X, X),
    "lexsort": lambda: cp.lexsort((X, X)),
    "logspace": lambda: cp.logspace(0.0, 2.0, 3),
    "lstsq": lambda: cp.linalg.lstsq(M, M),
    "median": lambda: cp.median(X),
    "multi_dot": lambda: cp.linalg.multi_dot((M, M, M)),
    "nan_to_num": lambda: cp.nan_to_num(X),
    "nanargmax": lambda: cp.nanargmax(X),
    "nanargmin": lambda: cp.nanargmin(X),
    "nancumprod": lambda: cp.nancumprod(X),
    "nancumsum": lambda: cp.nancumsum(X),
    "nanmax": lambda: cp.nanmax(X),
    "nanmean": lambda: cp.nanmean(X),
    "nanmedian": lambda: cp.nanmedian(X),
    "nanmin": lambda: cp.nanmin(X),
    "nanpercentile": lambda: cp.nanpercentile(X, 30.0),
    "nanprod": lambda: cp.nanprod(X),
    "nanquantile": lambda: cp.nanquantile(X, 0.3),
    "nanstd": lambda: cp.nanstd(X),
    "nansum": lambda: cp.nansum(X),
    "nanvar": lambda: cp.nanvar(X),
    "norm": lambda: cp.linalg.norm(M, 2),
    "pad": lambda: cp.pad(X, 2),
    "partition": lambda: cp.partition(X, 2),
    "percentile": lambda: cp.percentile(X, 30.0),
    "polyadd": lambda: cp.polyadd(X, LINE),
    "polyder": lambda: cp.polyder(X),
    "polyfit": lambda: cp.polyfit(X, X, 1),
    "polyint": lambda: cp.polyint(X),
    "polymul": lambda: cp.polymul(X, LINE),
    "polyval": lambda: cp.polyval(X, X),
    "ptp": lambda: cp.ptp(X),
    "quantile": lambda: cp.quantile(X, 0.3),
    "random.beta": lambda: cp.random.beta((3,), 2.0, 3.0),
    "random.binomial": lambda: cp.random.binomial((3,), 5, 0.5),
    "random.chisquare": lambda: cp.random.chisquare((3,), 2.0),
    "random.choice": lambda: cp.random.choice(X, (2,)),
    "random.dirichlet": lambda: cp.random.dirichlet((3,), [1.0, 2.0]),
    "random.gamma": lambda: cp.random.gamma((3,), 2.0),
    "random.geometric": lambda: cp.random.geometric((3,), 0.5),
    "random.gumbel": lambda: cp.random.gumbel((3,)),
    "random.laplace": lambda: cp.random.laplace((3,)),
    "random.logistic": lambda: cp.random.logistic((3,)),
    "random.lognormal": lambda: cp.random.lognormal((3,)),
    "random.multinomial": lambda: cp.random.multinomial((3,), 5, [0.5, 0.5]),
    "random.multivariate_normal": lambda: cp.random.multivariate_normal((3,), [0.0], [[1.0]]),
    "random.pareto": lambda: cp.random.pareto((3,), 2.0),
    "random.permutation": lambda: cp.random.permutation(X),
    "random.permuted": lambda: cp.random.permuted(M, axis=1),
    "random.poisson": lambda: cp.random.poisson((3,), 2.0),
    "random.rayleigh": lambda: cp.random.rayleigh((3,)),
    "random.shuffle": lambda: cp.random.shuffle(X),
    "random.weibull": lambda: cp.random.weibull((3,), 2.0),
    "put": lambda: cp.put(WRITTEN, 1, 5.0),
    "ravel_multi_index": lambda: cp.ravel_multi_index((COUNTS, COUNTS), (2, 2)),
    "roots": lambda: cp.roots(X),
    "rot90": lambda: cp.rot90(M),
    "select": lambda: cp.select([LARGE], [X]),
    "setdiff1d": lambda: cp.setdiff1d(X, LINE),
    "setxor1d": lambda: cp.setxor1d(X, LINE),
    "sinc": lambda: cp.sinc(X),
    "split": lambda: cp.split(X, 2),
    "trapezoid": lambda: cp.trapezoid(X),
    "tri": lambda: cp.tri(3),
    "tril_indices": lambda: cp.tril_indices(3),
    "trim_zeros": lambda: cp.trim_zeros(X),
    "triu_indices": lambda: cp.triu_indices(3),
    "union1d": lambda: cp.union1d(X, LINE),
    "unique": lambda: cp.unique(X),
    "unravel_index": lambda: cp.unravel_index(COUNTS, (2, 3)),
    "unwrap": lambda: cp.unwrap(X),
    "vander": lambda: cp.vander(X),
    "vdot": lambda: cp.vdot(X, X),
    "vsplit": lambda: cp.vsplit(M, 3),
    "vstack": lambda: cp.vstack((X, X)),
}

# Functions of these modules that run one operation, whose own record says all, or none.
NOT_COMPOSED = """
    array asanyarray ascontiguousarray atleast_1d atleast_2d atleast_3d cumprod cumsum deg2rad
    degrees dot exp2 fliplr flipud frombuffer fromfunction identity inner iscomplexobj isrealobj
    isscalar ndim rad2deg radians ravel shape size swapaxes transpose
"""


@pytest.mark.parametrize("name", CALLS)
def test_a_function_of_several_operations_leaves_one_record(name):
    with cp.record_dispatches() as log:
        result = CALLS[name]()
    record = cp.explain_last_dispatch()
    assert record.op == name
    assert record.kernel == "composition"
    assert [entry.op for entry in log if entry.depth == 0] == [name]
    assert record.children == sum(entry.depth == 1 for entry in log) > 0
    if isinstance(result, cp.Tensor):
        assert record_of(result) == record
        assert record.result.shape == result.shape
        assert record.result.dtype == result.dtype.name


def composed_names():
    for module, names in MODULES.items():
        if module.split(".")[0] in ("statistics", "signal", "numpy_names"):
            loaded = importlib.import_module(f"corepy.{module}")
            yield from (name for name in names if inspect.isfunction(getattr(loaded, name)))


def test_no_function_of_several_operations_is_left_out():
    found = set(composed_names())
    plain = {name for name in found if not hasattr(getattr(cp, name), "__composed__")}
    assert plain == set(NOT_COMPOSED.split())
    own = {"diff", *cp.linalg._LAZY} | {name for name in CALLS if name.startswith("random.")}
    assert found - plain | own == set(CALLS)


def test_the_decorated_function_is_the_function():
    assert inspect.signature(cp.median) == inspect.signature(cp.median.__wrapped__)
    assert cp.median.__module__ == "corepy.statistics.quantiles"
    assert "median" in inspect.getsource(cp.median)


def test_the_record_says_what_the_parts_came_to():
    cp.cov(M)
    record = cp.explain_last_dispatch()
    assert record.call_text() == "cov(float64[3, 3]) -> float64[3, 3]"
    assert record.isa == cp.isas()[0]
    assert record.backend == "native"
    assert record.compute_dtype == "float64"
    assert record.bound == "parts"
    assert record.reproducible
    assert "parts' bounds" in str(record)
    assert {one.candidate for one in record.rejected} > set(cp.isas()[1:])


@pytest.mark.parametrize(
    ("call", "bound"),
    [
        (lambda: cp.polyval(cp.asarray([1.0, 2.0, 3.0]), X), "parts"),  # many roundings
        (lambda: cp.diff(X, n=2), "parts"),
        (lambda: cp.diff(X), "exact"),  # one
        (lambda: cp.percentile(X, 30), "parts"),
        (lambda: cp.roll(X, 1), "exact"),
        (lambda: cp.hstack((X, X * 2)), "exact"),
    ],
)
def test_a_whole_that_rounds_twice_is_not_exact(call, bound):
    call()
    assert cp.explain_last_dispatch().bound == bound


def test_exact_parts_make_an_exact_whole():
    cp.hstack((X, X))
    record = cp.explain_last_dispatch()
    assert (record.bound, record.ulp) == ("exact", 0)
    assert [operand.shape for operand in record.operands] == [(4,), (4,)]


def test_a_part_that_is_not_reproducible_shows():
    with cp.policy("BLAS"):
        cp.einsum("ij,jk->ik", M, M)
        assert not cp.explain_last_dispatch().reproducible
        cp.median(X)
        assert cp.explain_last_dispatch().reproducible


def test_threads_of_a_part_show():
    x = cp.arange(3_000_000.0)
    with cp.settings.override(num_threads=2):
        threads = 0
        for _ in range(100):  # on a busy machine one thread may be done before the other wakes
            cp.nanmax(x)
            threads = max(threads, cp.explain_last_dispatch().threads)
            if threads == 2:
                break
    assert threads == 2


def test_compositions_nest():
    with cp.record_dispatches() as log:
        cp.nanmedian(cp.asarray([[1.0, cp.nan], [2.0, 3.0]]), axis=1)
        cp.kron(M, M)
    depths = [(entry.op, entry.depth) for entry in log if entry.kernel == "composition"]
    assert ("nanmedian", 0) in depths
    assert {entry.sequence for entry in log if entry.op == "nanmedian"} == {log[1].sequence}
    assert log[-1].sequence > log[1].sequence


def test_a_failed_composition_leaves_the_last_record():
    before = cp.sum(X)
    record = cp.explain_last_dispatch()
    with pytest.raises(AxisError, match=r"^median: "):
        cp.median(X, axis=3)
    assert cp.explain_last_dispatch() == record
    after = before + 1
    assert record_of(after).op == "add"
    assert record_of(after).sequence == record.sequence + 1


def test_an_error_of_a_part_names_the_function():
    with cp.settings.override(strict=True), pytest.raises(StrictModeError, match=r"^average: "):
        cp.average(cp.asarray([1, 2]), weights=cp.asarray([0.5, 0.5]))


def test_a_dry_run_of_a_composition():
    record = cp.explain(cp.median, X)
    assert record.op == "median"
    assert "dry_run" in record.flags
    assert record.sequence == 0


@pytest.mark.parametrize("name", CALLS)
def test_a_dry_run_has_no_values_to_refuse_and_changes_nothing(name):
    operands = [one.tolist() for one in (X, M, LARGE, LINE, COUNTS)]
    generator = repr(cp.random.default_generator)
    record = cp.explain(CALLS[name])
    assert (record.op, record.sequence) == (name, 0)
    assert "dry_run" in record.flags
    assert [one.tolist() for one in (X, M, LARGE, LINE, COUNTS)] == operands
    assert repr(cp.random.default_generator) == generator


def test_records_count_parts_and_operands_beyond_the_width_of_a_byte_and_a_word():
    many = [cp.full((1 + k // 256,), 1.0) for k in range(300)]
    for function in (cp.concat, cp.hstack):
        function(many)
        record = cp.explain_last_dispatch()
        assert record.operand_count == 300
        assert [operand.shape for operand in record.operands] == [(1,)] * 4
    cp.array_split(cp.arange(70_000), 70_000)
    assert cp.explain_last_dispatch().children == 70_000


def test_a_refused_dry_run_inside_a_dry_run_leaves_the_outer_record():
    def program():
        cp.sum(X)
        with pytest.raises(AxisError):
            cp.explain(cp.median, X, axis=3)

    assert cp.explain(program).op == "sum"


@pytest.mark.sanitize
def test_wrong_arguments_of_the_native_entry():
    run = cp._core.run_composition
    for arguments in ((), ("a", len, ()), (1, len, (), {}), ("a", len, [], {}), ("a", len, (), 0)):
        with pytest.raises(TypeError):
            run(*arguments)
    with pytest.raises(TypeError):
        run("a", 3, (), {})
    with pytest.raises(UnicodeEncodeError):
        run("\ud800", len, ((),), {})
    assert run("a", len, ((1, 2),), {}) == 2


@pytest.mark.sanitize
def test_recursion_deeper_than_records_are_kept():
    run = cp._core.run_composition

    def nest(depth):
        return run("nest", nest, (depth - 1,), {}) if depth else cp.sum(X).item()

    assert nest(30) == 11.0
    assert cp.explain_last_dispatch().op == "nest"
    assert (X + 1).tolist() == [4.0, 2.0, 3.0, 6.0]
    assert cp.explain_last_dispatch().op == "add"
