# Tests of result dtypes: all pairs of dtypes against the oracle's promotion, Python scalars, what
# is recorded, what strict refuses.
from __future__ import annotations

import itertools

import numpy as np
import pytest

import corepy as cp
from corepy.backend.reference.promotion import promote_dtypes, scalar_dtype
from corepy.errors import ArgumentError, DTypeError, StrictModeError
from corepy.testing import check_op, operator_row, operator_rows
from corepy.testing.strategies import DTYPES

PAIRS = list(itertools.product(DTYPES, DTYPES))
BINARY = [
    row.name
    for row in operator_rows()
    if row.family == "elementwise" and row.operands == ("x1", "x2")
]
SCALARS = [True, 3, 2.5, 1.5 + 2j]


def small(dtype):
    """Values that every operator takes: shift counts and exponents too."""
    return np.asarray([1, 0, 1] if dtype == "bool" else [1, 2, 3]).astype(dtype)


def common(*dtypes):
    try:
        return promote_dtypes(*map(np.dtype, dtypes)).name
    except DTypeError:
        return None


def kinds_differ(first, second):
    """Whether the standard leaves the pair undefined: other than integers, floating, or equal."""

    def family(dtype):
        return {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "float"}[
            getattr(cp, dtype).kind
        ]

    return family(first) != family(second)


def expected_dtype(name, wanted):
    """The result dtype of an operator whose operands promote to ``wanted``; None where refused."""
    row = operator_row(name)
    if wanted is None:
        return None
    if wanted not in row.dtypes:
        floating_only = set(row.dtypes) <= {
            "float16",
            "bfloat16",
            "float32",
            "float64",
            "complex64",
            "complex128",
        }
        if not floating_only or getattr(cp, wanted).kind in "fc":
            return None
        wanted = "float64"
    return "bool" if row.result == "boolean" else wanted


@pytest.mark.parametrize("name", BINARY)
def test_all_pairs_of_dtypes(name):
    for first, second in PAIRS:
        x, y = small(first), small(second)
        wanted = expected_dtype(name, common(first, second))
        if wanted is None:
            with pytest.raises(DTypeError, match=f"^{name}: "):
                getattr(cp, name)(cp.asarray(x), cp.asarray(y))
        else:
            assert check_op(name, x, y).dtype.name == wanted, (first, second)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scalar", SCALARS)
@pytest.mark.parametrize("name", ["add", "divide", "equal", "maximum", "bitwise_and", "pow"])
def test_python_scalars(name, dtype, scalar):
    x = small(dtype)
    taken = scalar_dtype(scalar, np.dtype(dtype))
    wanted = expected_dtype(name, common(dtype, taken.name))
    function = getattr(cp, name)
    for operands in ((x, scalar), (scalar, x)):
        tensors = [cp.asarray(one) if isinstance(one, np.ndarray) else one for one in operands]
        if wanted is None:
            with pytest.raises(DTypeError):
                function(*tensors)
        else:
            assert check_op(name, *operands).dtype.name == wanted


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_mixed_kinds_are_recorded_and_strict_refuses_them(first, second):
    if common(first, second) is None:
        return
    x, y = cp.asarray(small(first)), cp.asarray(small(second))
    cp.equal(x, y)
    mixed = "mixed_kind_promotion" in cp.explain_last_dispatch().flags
    assert mixed == kinds_differ(first, second)
    with cp.settings.override(strict=True):
        if mixed:
            with pytest.raises(StrictModeError, match=r"^equal: "):
                cp.equal(x, y)
        else:
            cp.equal(x, y)


@pytest.mark.parametrize("row", operator_rows(), ids=lambda row: row.name)
def test_integers_in_floating_functions_are_recorded_and_strict_refuses_them(row):
    converts = row.family == "elementwise" and not {"int32", "uint64"} & set(row.dtypes)
    if not converts or "float64" not in row.dtypes:
        return
    x = cp.asarray([1, 2, 3])
    operands = [x] * len(row.operands)
    result = getattr(cp, row.name)(*operands)
    assert result.dtype == (cp.bool if row.result == "boolean" else cp.float64)
    assert "integer_to_float" in cp.explain_last_dispatch().flags
    with cp.settings.override(strict=True), pytest.raises(StrictModeError):
        getattr(cp, row.name)(*operands)


def test_python_scalars_of_the_same_or_a_lower_kind_are_no_promotion():
    with cp.settings.override(strict=True):
        assert (cp.ones(2, dtype=cp.float32) * 2).dtype == cp.float32
        assert (cp.ones(2, dtype=cp.float32) * 2.5).dtype == cp.float32
        assert (cp.ones(2, dtype=cp.int8) + 1).dtype == cp.int8
        assert (cp.ones(2, dtype=cp.complex64) + 1j).dtype == cp.complex64
        with pytest.raises(StrictModeError):
            cp.ones(2, dtype=cp.int8) + 1.5


def test_python_integers_must_fit():
    x = cp.ones(2, dtype=cp.int8)
    for value in (128, -129, 2**70):
        for call in (lambda v=value: x + v, lambda v=value: v * x, lambda v=value: cp.equal(x, v)):
            with pytest.raises(ArgumentError):
                call()
    with pytest.raises(ArgumentError):
        cp.ones(2, dtype=cp.uint64) + -1
    assert (cp.ones(2, dtype=cp.uint64) + (2**64 - 2)).tolist() == [2**64 - 1] * 2
    assert (cp.ones(2) * 2**70).tolist() == [2.0**70] * 2
    assert np.isinf(np.asarray(cp.ones(2, dtype=cp.float32) * 1e300)).all()


def test_wrong_operands_are_type_errors():
    x = cp.ones(2)
    for other in (None, "1", [1, 2], np.ones(2), object()):
        with pytest.raises(TypeError):
            cp.add(x, other)
    for other in (None, "1", [1, 2], object()):
        with pytest.raises(TypeError):
            x + other
        with pytest.raises(TypeError):
            x += other
    assert (x == None) is False  # noqa: E711  # as for any object of another type
    assert (x != "1") is True


def test_where_takes_a_bool_condition_and_promotes_the_rest():
    mask = cp.asarray([True, False, True])
    for first, second in PAIRS:
        wanted = common(first, second)
        if wanted is None:
            continue
        assert check_op("where", mask, small(first), small(second)).dtype.name == wanted
    with pytest.raises(DTypeError):
        cp.where(cp.asarray([1, 0, 1]), 1, 2)


def test_clip_bounds_promote_to_the_dtype_of_x():
    x = cp.asarray([1, 5, 9], dtype=cp.int16)
    assert cp.clip(x, 2, 6).tolist() == [2, 5, 6]
    assert cp.clip(x, 2, 6).dtype == cp.int16
    for bound in (cp.asarray(2.0), cp.asarray(2, dtype=cp.int64), 2.5):
        with pytest.raises(DTypeError):
            cp.clip(x, bound)
    check_op("clip", np.arange(9.0), None, 4)
    check_op("clip", np.arange(9.0), 4)
    check_op("clip", np.arange(9.0), 5, 3)
    assert cp.clip(x).tolist() == [1, 5, 9]
    for first, second in PAIRS:
        wanted = common(first, second)
        if first in ("bool", "complex64", "complex128"):
            continue
        if wanted == first:
            for bounds in ((small(second), 2), (None, small(second))):
                assert check_op("clip", small(first), *bounds).dtype.name == first
        else:
            with pytest.raises(DTypeError, match="clip: "):
                cp.clip(cp.asarray(small(first)), cp.asarray(small(second)))
