# Streams of random numbers: the generator's bits, layout, keys, state and errors. Distributions:
# test_distributions.py.
from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import corepy as cp
from corepy.backend.reference import REFERENCE
from corepy.backend.reference.random import derive_key, run_philox
from corepy.random import Generator
from corepy.testing import assert_ulp, operator_rows

ROWS = [row for row in operator_rows() if row.family == "random"]
KEYS = (0, 42, 2**100 + 3, 2**128 - 1)
PARAMETERS = {
    "random.bits": {},
    "random.exponential": {"scale": 2.5},
    "random.integers": {"low": 3, "high": 100},
    "random.normal": {"loc": -1.25, "scale": 3.0},
    "random.uniform": {"low": -3.3, "high": 17.1},
}
CALLS = [(row.name, dtype) for row in ROWS for dtype in row.dtypes]
each_call = pytest.mark.parametrize(("name", "dtype"), CALLS)


def draw(name, dtype, shape, g=None, **changed):
    method = getattr(g or Generator(42, 5), name.removeprefix("random."))
    return method(shape, **{**PARAMETERS[name], **changed}, dtype=getattr(cp, dtype))


def bits_of(x):
    return np.asarray(x).tobytes()


def words_of(key):
    return tuple(key >> 32 * i & 0xFFFFFFFF for i in range(4))


def test_the_oracle_is_philox():
    """Known answers of the authors' library, Random123 (tests/kat_vectors)."""
    full = 0xFFFFFFFF
    assert run_philox((full,) * 4, (full,) * 2) == (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)
    pi = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344, 0xA4093822, 0x299F31D0)
    assert run_philox(pi[:4], pi[4:]) == (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)
    zero = (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)
    assert run_philox((0,) * 4, (0,) * 2) == zero


@each_call
@pytest.mark.parametrize("key", KEYS)
def test_values_are_the_oracles(name, dtype, key):
    parameters = dict(PARAMETERS[name])
    for shape, number in (((131,), 0), ((3, 7), 2**40), ((), 1)):
        options = {**parameters, "dtype": dtype, "key": words_of(key), "draw": number}
        if name == "random.integers":
            options["high"] -= 1  # the oracle's is the last one
        expected = REFERENCE[name](shape=shape, **options)
        actual = draw(name, dtype, shape, Generator(key, number))
        assert_ulp(actual, expected, op=name, options=options)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("limits", [(0.0, 1.0), (-1.0, -0.5), (1.0, 1.0000002), (0.0, 3e-40)])
def test_uniform_stays_below_high(dtype, limits):
    x = np.asarray(Generator(3).uniform(20_000, *limits, dtype=getattr(cp, dtype)))
    low, high = (x.dtype.type(limit) for limit in limits)
    assert (x >= low).all()
    assert (x < high).all()


@each_call
def test_shape_does_not_change_values(name, dtype):
    line = np.asarray(draw(name, dtype, 2000))
    for shape in ((5,), 31, 32, 33, 129, (40, 50), (4, 5, 6), (), 0, (3, 0)):
        x = np.asarray(draw(name, dtype, shape))
        assert x.shape == ((shape,) if isinstance(shape, int) else shape)
        assert x.tobytes() == line[: x.size].tobytes()


@each_call
@pytest.mark.isa
def test_isa_and_threads_do_not_change_values(name, dtype):
    shape = (300_007,) if dtype in ("float32", "float64") else (140_003,)
    expected = bits_of(draw(name, dtype, shape))
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert bits_of(draw(name, dtype, 5000)) == expected[: 5000 * len(expected) // shape[0]]
    for threads in (2, 3, 7):
        with cp.settings.override(num_threads=threads):
            assert bits_of(draw(name, dtype, shape)) == expected
    cp.set_num_threads(1)


@each_call
def test_a_part_of_a_draw_is_a_part(name, dtype, isa):
    whole = draw(name, dtype, 700, Generator(42, 5))
    for start in (0, 32, 64, 512):
        state = Generator(42, 5)._begin_at(start)._state
        part = draw(name, dtype, 700 - start, Generator._from_state(state))
        assert bits_of(part) == bits_of(whole[start:])


@each_call
def test_a_part_of_the_oracles_draw_is_a_part(name, dtype):
    with cp.policy("REFERENCE"):
        whole = draw(name, dtype, 100, Generator(42, 5))
        state = Generator(42, 5)._begin_at(64)._state
        part = draw(name, dtype, 36, Generator._from_state(state))
    assert bits_of(part) == bits_of(whole[64:])


def test_parts_begin_with_a_group():
    with pytest.raises(cp.ArgumentError, match="starts at a multiple of 32"):
        Generator(1)._begin_at(33).uniform(3)


def test_records_name_kernel_and_bound():
    Generator(1).normal((2, 3), dtype=cp.float32)
    record = cp.explain_last_dispatch()
    assert record.op == "random.normal"
    assert record.call_text() == "random.normal() -> float32[2, 3]"
    assert record.kernel == "philox4x32-10"
    assert record.bound == "random_normal"
    assert record.reproducible


def test_policy_reference_and_verify():
    with cp.settings.override(verify=True):
        for name, dtype in CALLS:
            draw(name, dtype, 40)
    with cp.policy("REFERENCE"):
        x = Generator(9).bits(50)
        assert cp.explain_last_dispatch().backend == "reference"
    assert bits_of(x) == bits_of(Generator(9).bits(50))


# ---- keys and state ----


@pytest.mark.parametrize("key", KEYS)
def test_derived_keys_are_the_oracles(key):
    g = Generator(key)
    for index in (0, 1, 2**32 + 5, 2**64 - 1):
        assert words_of(g.fold_in(index).key) == derive_key(words_of(key), 1, index)
    children = g.split(3)
    for index, child in enumerate(children):
        assert words_of(child.key) == derive_key(words_of(key), 2, index)
    assert [child.key for child in g.split(5)[:3]] == [child.key for child in children]


def test_splitting_does_not_depend_on_draws():
    g = Generator(7)
    before = g.split()[1].key, g.fold_in(3).key
    g.normal(10)
    assert (g.split()[1].key, g.fold_in(3).key) == before
    assert g.draw_count == 1


def test_every_draw_is_another_stream():
    g = Generator(7)
    first, second = g.bits(64), g.bits(64)
    assert not np.isin(np.asarray(first), np.asarray(second)).any()
    assert bits_of(Generator(7, 1).bits(64)) == bits_of(second)


def test_state_survives_repr_copy_and_pickle():
    g = Generator(2**90)
    g.uniform(3)
    assert repr(g) == f"Generator(key={2**90:#x}, draw_count=1)"
    twins = [copy.copy(g), copy.deepcopy(g), pickle.loads(pickle.dumps(g)), eval(repr(g))]
    expected = bits_of(g.normal(9))
    for twin in twins:
        assert bits_of(twin.normal(9)) == expected
        assert twin.draw_count == 2
    assert Generator(g).draw_count == 0
    assert Generator(g).key == g.key


def test_refused_calls_and_dry_runs_do_not_count():
    g = Generator(1)
    with pytest.raises(cp.ArgumentError):
        g.normal(3, 0.0, -1.0)
    with pytest.raises(cp.ShapeError):
        g.uniform(-1)
    cp.explain(g.uniform, (3,))
    cp.explain(g.permutation, 5)
    assert g.draw_count == 0
    g.gamma(3, 2.0)
    g.beta(3, 2.0, 1.0)
    assert g.draw_count == 2


def test_threads_share_a_generator():
    g = Generator(5)
    drawn = [None] * 40

    def work(index):
        drawn[index] = bits_of(g.bits(1000))

    threads = [threading.Thread(target=work, args=(i,)) for i in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert g.draw_count == 40
    assert set(drawn) == {bits_of(Generator(5, i).bits(1000)) for i in range(40)}


def test_seed_sets_the_default_generator():
    cp.settings.seed(42)
    x = cp.random.uniform(5)
    assert bits_of(x) == bits_of(Generator(42).uniform(5))
    cp.settings.seed(42)
    assert bits_of(cp.random.uniform(5)) == bits_of(x)
    code = "import corepy; print(corepy.random.default_generator)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "Generator(key=0x0)"


def test_the_module_has_the_generators_methods():
    names = [name for name in cp.random.__all__ if name[0].islower() and "_gen" not in name]
    for name in names:
        assert inspect.signature(getattr(cp.random, name)) == inspect.signature(
            getattr(Generator(0), name)
        )
    methods = {name for name in dir(Generator) if not name.startswith("_")}
    assert methods - set(names) == {"draw_count", "fold_in", "key", "split"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_rows_have_methods_oracles_and_docstrings(row):
    method = getattr(Generator, row.name.removeprefix("random."))
    wanted = set(inspect.signature(method).parameters) - {"self", "endpoint"}
    assert (
        set(inspect.signature(REFERENCE[row.name]).parameters) - {"key", "draw", "start"} == wanted
    )
    for fact in ("Shapes:", "Dtypes:", "Edges:", "Raises:", "Accuracy:", "Source:", ">>> "):
        assert fact in (method.__doc__ or "")


# ---- errors ----


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda g: Generator(-1), cp.ArgumentError, "key.*-1"),
        (lambda g: Generator(2**128), cp.ArgumentError, "2\\*\\*128"),
        (lambda g: Generator("a"), cp.ArgumentTypeError, "str"),
        (lambda g: Generator(True), cp.ArgumentTypeError, "bool"),
        (lambda g: Generator(1, -1), cp.ArgumentError, "draw_count"),
        (lambda g: g.fold_in(2**64), cp.ArgumentError, "2\\*\\*64"),
        (lambda g: g.split(-1), cp.ArgumentError, "count"),
        (lambda g: g.uniform(3, 1, 1), cp.ArgumentError, "low must be below high"),
        (lambda g: g.uniform(3, 0, float("nan")), cp.ArgumentError, "high must be finite"),
        (lambda g: g.uniform(3, -1.7e308, 1.7e308), cp.ArgumentError, "overflows"),
        (lambda g: g.uniform(3, 0, 1e300, dtype=cp.float32), cp.ArgumentError, "float32"),
        (lambda g: g.uniform(3, "a"), cp.ArgumentTypeError, "low"),
        (lambda g: g.uniform(3, dtype=cp.int64), cp.DTypeError, "float32, float64"),
        (lambda g: g.uniform((-1, 2)), cp.ShapeError, "uniform"),
        (lambda g: g.uniform((2**40, 2**40)), cp.ShapeError, "uniform"),
        (lambda g: g.normal(3, 0, -1), cp.ArgumentError, "scale must not be negative"),
        (lambda g: g.exponential(3, float("inf")), cp.ArgumentError, "scale must be finite"),
        (lambda g: g.integers(3, 5, 5), cp.ArgumentError, "low < high"),
        (lambda g: g.integers(3, 0), cp.ArgumentError, "low < high"),
        (lambda g: g.integers(3, 0, 257, dtype=cp.uint8), cp.ArgumentError, "high .*got 257 .*256"),
        (lambda g: g.integers(3, 257, dtype=cp.uint8), cp.ArgumentError, "low .*got 257 .*to 256"),
        (
            lambda g: g.integers(3, 0, 256, dtype=cp.uint8, endpoint=True),
            cp.ArgumentError,
            "high .*got 256 for uint8; expected 0 to 255",
        ),
        (lambda g: g.integers(3, 0, cp.ones(1)), cp.ArgumentTypeError, "high .*Tensor; .*int"),
        (lambda g: g.integers(3, cp.asarray(2.0)), cp.ArgumentTypeError, "low .*Tensor; .*int"),
        (lambda g: g.integers(3, cp.asarray(True)), cp.ArgumentTypeError, "low .*Tensor; .*int"),
        (lambda g: g.choice(10**30), cp.ArgumentError, "a is out of range .got 10{30}; "),
        (lambda g: g.permutation(10**30), cp.ArgumentError, "x is out of range .got 10{30}; "),
        (lambda g: g.choice(2, 3, p=[True, False]), cp.ArgumentTypeError, "p has .*bool"),
        (lambda g: g.choice(2, 3, p=[True, 0.0]), cp.ArgumentTypeError, "p has .*bool"),
        (
            lambda g: g.choice(2, 3, p=cp.asarray([True, False])),
            cp.ArgumentTypeError,
            "p has .*bool",
        ),
        (lambda g: g.multinomial(2, 3, [True, False]), cp.ArgumentTypeError, "p has .*bool"),
        (lambda g: g.dirichlet(2, (True, 1.0)), cp.ArgumentTypeError, "alpha has .*bool"),
        (
            lambda g: g.multivariate_normal(2, [float("nan"), 0], [[1, 0], [0, 1]]),
            cp.ArgumentError,
            "mean must be finite .got nan; ",
        ),
        (
            lambda g: g.multivariate_normal(2, [0, 1], [[True, False], [False, True]]),
            cp.ArgumentTypeError,
            "cov has .*bool",
        ),
        (lambda g: g.integers(3, -1, 7, dtype=cp.uint64), cp.ArgumentError, "-1.*uint64"),
        (lambda g: g.integers(3, 0, 2**70), cp.ArgumentError, "does not fit"),
        (lambda g: g.integers(3, 0.0, 7), cp.ArgumentTypeError, "float"),
        (lambda g: g.integers(3, 9, dtype=cp.float32), cp.DTypeError, "float32"),
        (lambda g: g.bits(3, dtype=cp.int32), cp.DTypeError, "uint32, uint64"),
        (lambda g: g.gamma(3, 0.0), cp.ArgumentError, "alpha"),
        (lambda g: g.gamma(3, cp.asarray([1.0, 2.0])), cp.ShapeError, "broadcast"),
        (lambda g: g.gamma(3, 1.0, -1.0), cp.ArgumentError, "scale"),
        (lambda g: g.poisson(3, -1.0), cp.ArgumentError, "lam"),
        (lambda g: g.binomial(3, 10, 1.5), cp.ArgumentError, "p is out of range"),
        (lambda g: g.binomial(3, 1.5, 0.5), cp.ArgumentError, "integer"),
        (lambda g: g.multinomial(3, 5, [0.5, 0.6]), cp.ArgumentError, "sum to 1"),
        (lambda g: g.choice(0, 3), cp.ArgumentError, "nothing"),
        (lambda g: g.choice(3, 4, replace=False), cp.ArgumentError, "not enough"),
        (lambda g: g.choice(3, 4, p=[0.5, 0.5]), cp.ShapeError, "one entry"),
        (lambda g: g.permutation(-1), cp.ArgumentError, "negative"),
        (lambda g: g.shuffle([1, 2]), cp.ArgumentTypeError, "tensor"),
        (lambda g: g.laplace(3, 0.0, -1.0), cp.ArgumentError, "random.laplace: scale must not"),
        (lambda g: g.laplace(3, float("nan")), cp.ArgumentError, "random.laplace: loc must be"),
        (lambda g: g.logistic(3, 1e300, dtype=cp.float32), cp.ArgumentError, "float32 holds"),
        (lambda g: g.logistic((-1,)), cp.ShapeError, "random.logistic"),
        (lambda g: g.gamma(3, 2.0, dtype="int8"), cp.DTypeError, "random.gamma: unsupported dtype"),
        (lambda g: g.beta(3, dtype="bool"), cp.DTypeError, "random.beta: unsupported dtype"),
        (lambda g: g.chisquare(3, dtype="int8"), cp.DTypeError, "random.chisquare: unsupp"),
        (
            lambda g: g.dirichlet(3, [1.0], dtype="complex64"),
            cp.DTypeError,
            "random.dirichlet: unsu",
        ),
        (lambda g: g.gumbel(3, dtype=cp.int8), cp.DTypeError, "random.gumbel: unsupported dtype"),
        (lambda g: g.gumbel(3, "a"), cp.ArgumentTypeError, "random.gumbel: loc"),
        (lambda g: g.rayleigh(3, float("inf")), cp.ArgumentError, "random.rayleigh: scale"),
        (lambda g: g.weibull(3, 0.0), cp.ArgumentError, "random.weibull: a is out of range"),
        (lambda g: g.pareto(3, cp.asarray([1.0, 2.0])), cp.ShapeError, "broadcast"),
        (lambda g: g.pareto(3, 1.0, dtype="complex64"), cp.DTypeError, "random.pareto: unsupp"),
        (lambda g: g.geometric(3, 0.0), cp.ArgumentError, "random.geometric: p is out of range"),
        (lambda g: g.geometric(3, 1.5), cp.ArgumentError, "random.geometric: p is out of range"),
        (lambda g: g.multivariate_normal(3, [1.0], [1.0]), cp.ShapeError, "mean and cov"),
        (
            lambda g: g.multivariate_normal(3, [0, 0], [[1, 2], [2, 1]]),
            cp.ArgumentError,
            "no covariance matrix .got an eigenvalue of -(1.0|0.9)",
        ),
        (
            lambda g: g.multivariate_normal(3, [0, 0], [[1, 1], [0, 1]]),
            cp.ArgumentError,
            "no covariance matrix .got elements 1.0 apart",
        ),
        (
            lambda g: g.multivariate_normal(3, [0], [[float("nan")]]),
            cp.LinalgError,
            "random.multivariate_normal: ",
        ),
        (
            lambda g: g.multivariate_normal(3, [0, 0], [[1e308, 1e308], [1e308, 1e308]]),
            cp.LinalgError,
            "random.multivariate_normal: an eigenvalue of cov overflows",
        ),
        (lambda g: g.permuted([1, 2]), cp.ArgumentTypeError, "random.permuted: not a tensor"),
        (lambda g: g.random(-1), cp.ShapeError, "^random.random: "),
        (lambda g: g.standard_normal(-1), cp.ShapeError, "^random.standard_normal: "),
        (lambda g: g.standard_exponential(-1), cp.ShapeError, "^random.standard_exponential: "),
        (lambda g: g.standard_gamma(3, -1.0), cp.ArgumentError, "^random.standard_gamma: alpha"),
        (lambda g: g.lognormal(3, 0, -1), cp.ArgumentError, "^random.lognormal: sigma must not"),
        (lambda g: g.lognormal(3, "a"), cp.ArgumentTypeError, "^random.lognormal: mean has"),
        (lambda g: g.integers(3, 1.5), cp.ArgumentTypeError, "^random.integers: low has"),
        (lambda g: g.gamma(3, 10**400), cp.ArgumentError, "^random.gamma: alpha is out of range"),
        (lambda g: g.gamma(3, cp.asarray([1.0, 2, -3])), cp.ArgumentError, "got -3.0"),
        (lambda g: g.multinomial(3, 5.5, [1.0]), cp.ArgumentError, "n has a fraction .got 5.5"),
        (lambda g: g.multinomial(3, 5, [1.5, -0.5]), cp.ArgumentError, "negative .got -0.5"),
        (lambda g: g.normal(3, cp.ones(3)), cp.ShapeError, "^random.normal: loc must be one"),
        (lambda g: g.permuted(cp.ones(3), axis=1), cp.AxisError, "random.permuted: axis"),
        (lambda g: g.shuffle(cp.ones(3), axis=1), cp.AxisError, "axis"),
    ],
)
def test_wrong_arguments_are_refused(call, error, words):
    generator = Generator(1)
    with pytest.raises(error, match=words):
        call(generator)
    assert generator.draw_count == 0


def test_a_broken_state_is_refused():
    draw_bits = cp._core.make_builtin(
        "random.bits",
        "",
        tuple((n, 0, cp._core.REQUIRED) for n in ("state", "shape", "dtype", "first", "second")),
        "corepy.random",
    )
    for state in (b"0" * 24, bytearray(23), None, bytearray()):
        with pytest.raises(cp.ArgumentTypeError, match="24 or 32 bytes"):
            draw_bits(state, 3, None, None, None)


@pytest.mark.parametrize(
    "draw",
    [
        lambda one, shape: one.gamma(shape, 2.0),
        lambda one, shape: one.beta(shape, 1.0, 2.0),
        lambda one, shape: one.chisquare(shape, 2.0),
        lambda one, shape: one.poisson(shape, 2.0),
        lambda one, shape: one.binomial(shape, 5, 0.5),
        lambda one, shape: one.choice(5, shape),
        lambda one, shape: one.normal(shape),
    ],
)
def test_shapes_are_integers_or_sequences_of_them(draw):
    for shape in (np.int64(3), (np.int8(3),), [3], cp.asarray(3), (cp.asarray(3),)):
        assert draw(Generator(1), shape).shape == (3,)
    for shape in (None, 2.0, True, "3", (2.0,)):
        with pytest.raises(cp.ArgumentTypeError, match=r"^random\.[a-z]+: shape "):
            draw(Generator(1), shape)


def test_counts_of_numpy_are_counts():
    assert Generator(1).permutation(np.int64(4)).tolist() == Generator(1).permutation(4).tolist()
    assert Generator(1).choice(np.uint8(4), 2).tolist() == Generator(1).choice(4, 2).tolist()


def test_tensors_of_one_integer_are_counts_and_bounds():
    four = cp.asarray(4, dtype=cp.int32)
    for draw in (
        lambda g, n: g.permutation(n),
        lambda g, n: g.choice(n, 2),
        lambda g, n: g.choice(9, n, replace=False),
        lambda g, n: g.integers(5, n),
        lambda g, n: g.integers(5, -n, n),
        lambda g, n: g.integers(n, n, 7, endpoint=True),
    ):
        assert bits_of(draw(Generator(1), four)) == bits_of(draw(Generator(1), 4))


DISTRIBUTIONS = {
    "beta": ("a", "b"),
    "binomial": ("n", "p"),
    "chisquare": ("df",),
    "exponential": ("scale",),
    "gamma": ("alpha", "scale"),
    "geometric": ("p",),
    "gumbel": ("loc", "scale"),
    "laplace": ("loc", "scale"),
    "logistic": ("loc", "scale"),
    "lognormal": ("mean", "sigma"),
    "normal": ("loc", "scale"),
    "pareto": ("a",),
    "poisson": ("lam",),
    "rayleigh": ("scale",),
    "standard_gamma": ("alpha",),
    "uniform": ("low", "high"),
    "weibull": ("a",),
}
EACH_PARAMETER = [(name, one) for name, names in DISTRIBUTIONS.items() for one in names]


@pytest.mark.parametrize(("name", "parameter"), EACH_PARAMETER)
@pytest.mark.parametrize("flag", [True, np.True_, cp.asarray(True)], ids=["own", "numpys", "0-d"])
def test_a_truth_value_is_no_parameter(name, parameter, flag):
    with pytest.raises(cp.ArgumentTypeError, match=rf"^random\.{name}: {parameter} has the wrong"):
        getattr(Generator(1), name)(3, **{parameter: flag})


@pytest.mark.parametrize(("name", "parameter"), EACH_PARAMETER)
def test_numbers_of_numpys_and_tensors_of_one_are_parameters(name, parameter):
    value = 1.0 if parameter in ("p", "high") else 0.0 if parameter in ("low", "loc") else 2.0
    expected = bits_of(getattr(Generator(1), name)(3, **{parameter: value}))
    for number in (np.float32(value), np.int64(value), int(value), cp.asarray(value)):
        assert bits_of(getattr(Generator(1), name)(3, **{parameter: number})) == expected


@pytest.mark.parametrize("name", [one for one in cp.random.__all__ if one[0].islower()])
def test_errors_of_calls_name_the_generator(name):
    if name == "default_generator":
        return
    for call in (getattr(cp.random, name), getattr(Generator(1), name)):
        with pytest.raises(TypeError, match=rf"Generator\.{name}\(\) .*'no_such_option'"):
            call(no_such_option=1)


def test_errors_of_making_one_name_the_generator():
    with pytest.raises(TypeError, match=r"Generator\.__init__\(\) missing"):
        Generator()
    with pytest.raises(TypeError, match=r"Generator\.fold_in\(\) missing"):
        Generator(1).fold_in()


def test_probabilities_sum_to_1_as_well_as_their_dtype_can_tell():
    shares = np.asarray([0.2, 0.3, 0.5], np.float32)  # 1.5e-8 above 1
    for p in (shares, shares * np.float32(1 + 2e-7), shares.astype(np.float16)):
        given = cp.asarray(p.tolist(), dtype=p.dtype.name)
        assert Generator(1).choice(3, 9, p=given).shape == (9,)
        assert Generator(1).multinomial(2, 5, given).shape == (2, 3)
    with pytest.raises(cp.ArgumentError, match="sum to 1"):
        Generator(1).choice(3, 9, p=cp.asarray(shares * 1.01))
    with pytest.raises(cp.ArgumentError, match="sum to 1"):
        Generator(1).choice(3, 9, p=cp.asarray(shares, dtype="float64"))


def test_lists_are_chosen_from_as_tensors_are():
    values = [[5, 7], [9, 1], [3, 4]]
    for draw in (
        lambda g, x: g.permutation(x),
        lambda g, x: g.permutation(x, axis=1),
        lambda g, x: g.choice(x, 4),
        lambda g, x: g.choice(x, 2, replace=False, axis=1),
        lambda g, x: g.choice(x, p=(0.0, 0.5, 0.5)),
    ):
        expected = bits_of(draw(Generator(1), cp.asarray(values)))
        assert bits_of(draw(Generator(1), values)) == expected
        assert bits_of(draw(Generator(1), tuple(values))) == expected
    with pytest.raises(cp.ArgumentTypeError, match="expected int, a Tensor or a list"):
        Generator(1).choice(np.asarray([1, 2]))
    with pytest.raises(cp.ArgumentTypeError, match="expected int, a Tensor or a list"):
        Generator(1).permutation(1.5)


def test_generators_are_equal_where_they_draw_the_same_from_here_on():
    g, h = cp.random.Generator(3), cp.random.Generator(3)
    assert g == h
    assert g != cp.random.Generator(4)
    assert g != 3
    g.uniform(2)
    assert g != h
    h.normal(5)
    assert g == h
    assert g.uniform(4).tolist() == h.uniform(4).tolist()
    with pytest.raises(TypeError):
        hash(g)
