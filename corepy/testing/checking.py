# Checks of operators within their rows' bounds; comparers without a table are in comparison.py.
"""``assert_ulp`` and ``check_op``.

The bound of an operator comes from its row, ``corepy._core.ops()``: a number of ulp, or the name
of a formula in :mod:`corepy.testing.bounds`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Protocol, cast

import numpy as np

import corepy
from corepy.backend import reference
from corepy.backend.reference import promotion
from corepy.backend.reference.casting import cast as cast_array
from corepy.errors import ArgumentError, UnsupportedError, VerificationError

from .bounds import BoundCase, evaluate_bound
from .comparison import (
    Array,
    BoolArray,
    FloatArray,
    as_array,
    assert_same_kind,
    describe_difference,
    differs_bitwise,
    split_components,
    ulp_distance,
)
from .residuals import assert_residuals, has_residuals

__all__ = ["OperatorRow", "assert_ulp", "check_op", "operator_row", "operator_rows"]


class OperatorRow(Protocol):
    """What the checks read of a row of ``corepy._core.ops()``."""

    @property
    def name(self) -> str: ...
    @property
    def family(self) -> str: ...
    @property
    def operands(self) -> tuple[str, ...]: ...
    @property
    def dtypes(self) -> tuple[str, ...]: ...
    @property
    def bound(self) -> Mapping[str, float | str]: ...
    @property
    def flags(self) -> frozenset[str]: ...


@lru_cache(maxsize=1)
def _rows_by_name() -> dict[str, OperatorRow]:
    from corepy import _core

    rows = cast("Iterable[OperatorRow]", _core.ops())
    return {row.name: row for row in rows}


def operator_rows() -> tuple[OperatorRow, ...]:
    """Every row of the native tables."""
    return tuple(_rows_by_name().values())


def operator_row(name: str) -> OperatorRow:
    """The row of operator ``name``.

    Raises:
        UnsupportedError: there is no such operator.
    """
    row = _rows_by_name().get(name)
    if row is None:
        raise UnsupportedError(f"{name}: no such operator (got a name without a row)")
    return row


# ---- within a bound ----


def _wrong_by_ulp(actual: Array, expected: Array, max_ulp: float) -> BoolArray:
    """Where ``actual`` lies more than ``max_ulp`` from what the oracle rounded.

    The bound is to the true value, of which the oracle's is the nearest number: within 0.5 ulp. A
    result within b ulp of the true value is thus at most ``floor(b + 0.5)`` numbers from the
    oracle's, none at all for a correctly rounded result (b <= 0.5).
    """
    if not promotion.is_floating(actual.dtype):
        return differs_bitwise(actual, expected)
    allowed = 0 if max_ulp <= 0.5 else math.floor(max_ulp + 0.5)
    both_zero = np.equal(split_components(actual), 0) & np.equal(split_components(expected), 0)
    first, second = split_components(actual), split_components(expected)
    wrong = (ulp_distance(first, second) > allowed) | (
        both_zero & (np.signbit(first) != np.signbit(second))
    )
    return cast(BoolArray, np.logical_or.reduce(wrong, axis=-1))


def _wrong_by_formula(actual: Array, expected: Array, bound: FloatArray) -> BoolArray:
    """Where ``actual`` is off by more than an absolute bound, of an element or of each component.

    A bound of zero asks for equal bits; an infinite one accepts anything; where the oracle's
    component is infinite or NaN, the result's must be the same.
    """
    first, second = split_components(actual), split_components(expected)
    limit = (bound if bound.ndim == first.ndim else bound[..., None]) + np.zeros(first.shape)
    with np.errstate(all="ignore"):
        error = np.abs(first.astype(np.float64) - second.astype(np.float64))
        far = ~(error <= limit)
    bits_differ = ulp_distance(first, second) > 0
    exact = (limit == 0) | ~np.isfinite(second)
    wrong = np.where(exact, bits_differ, far) & (limit != np.inf)
    return cast(BoolArray, np.logical_or.reduce(wrong, axis=-1))


def _compute_dtype(operands: Sequence[Array], expected: Array) -> np.dtype[np.generic[object]]:
    """The dtype that a call computed in, which is the key of its bound."""
    if not operands:
        return expected.dtype
    common = promotion.promote_operands(*operands)
    is_real_of_complex = common.kind == "c" and promotion.is_real_floating(expected.dtype)
    if not promotion.is_floating(expected.dtype) or is_real_of_complex:
        return common
    return expected.dtype


def _value_operands(name: str, operands: Sequence[Array]) -> Sequence[Array]:
    """The operands whose dtypes promote: not a condition, not indices."""
    if name == "where":
        return operands[1:]
    is_indexing = operator_row(name).family == "indexing"
    return operands[:1] if is_indexing else operands


def _find_bound(name: str, operands: Sequence[Array], expected: Array) -> float | str:
    values = _value_operands(name, operands)
    if operator_row(name).family == "fft" and values:  # the row's bounds go by operand
        return operator_row(name).bound.get(values[0].dtype.name, "exact")
    compute = _compute_dtype(values, expected)
    return operator_row(name).bound.get(compute.name, "exact")


def _formula_values(
    formula: str,
    name: str,
    operands: Sequence[Array],
    options: Mapping[str, object],
    expected: Array,
) -> FloatArray:
    compute = _compute_dtype(operands, expected)
    if promotion.is_half(compute):
        compute = np.dtype(np.float32)
    if operator_row(name).family in ("creation", "random"):
        converted = tuple(operands)
    else:
        converted = tuple(cast_array(operand, compute) for operand in operands)
    return evaluate_bound(formula, BoundCase(name, converted, options, expected))


def assert_ulp(
    actual: object,
    expected: object,
    *,
    op: str | None = None,
    max_ulp: float | None = None,
    operands: Sequence[object] = (),
    options: Mapping[str, object] | None = None,
    label: str | None = None,
) -> None:
    """Assert that ``actual`` is as close to the oracle's ``expected`` as promised.

    Exactly one of ``op`` and ``max_ulp`` says how close. Dtype and shape must agree, NaN and
    infinities stand in the same places, and a zero has the sign of the expected zero.

    Args:
        actual: the result to judge.
        expected: the correctly rounded result.
        op: operator whose row holds the bound.
        max_ulp: the bound to the true value, in ulp; complex numbers by component.
        operands: what ``op`` was called with; needed where its bound is a formula.
        options: the options of that call.
        label: what to call the comparison in the message.

    Raises:
        VerificationError: an ``AssertionError`` naming the first wrong element.

    >>> assert_ulp(np.float32([1.0]), np.float32([1.0000001]), max_ulp=1)
    """
    if (op is None) == (max_ulp is None):
        raise ArgumentError(
            "assert_ulp: pass either op or max_ulp (got both or neither; expected one)"
        )
    first, second = as_array(actual), as_array(expected)
    name = label or op or "assert_ulp"
    assert_same_kind(first, second, VerificationError, name)
    arrays = [as_array(operand) for operand in operands]
    bound = max_ulp if op is None else _find_bound(op, arrays, second)
    if op is not None and isinstance(bound, str):
        wrong, stated = _judge_by_formula(bound, op, arrays, options or {}, first, second)
    else:
        number = float(bound or 0.0)
        wrong, stated = _wrong_by_ulp(first, second, number), f"{number:g} ulp"
    if wrong.any():
        text = describe_difference(first, second, wrong, name)
        raise VerificationError(f"{text}; allowed: {stated}")


def _judge_by_formula(
    formula: str,
    op: str,
    operands: Sequence[Array],
    options: Mapping[str, object],
    actual: Array,
    expected: Array,
) -> tuple[BoolArray, str]:
    """Where ``actual`` is wrong, and the bound at the first such place."""
    if formula != "exact" and not operands and operator_row(op).operands:
        raise ArgumentError(
            f"assert_ulp: the bound of {op} is the formula {formula!r}, which needs the operands"
        )
    limit = _formula_values(formula, op, operands, options, expected)
    wrong = _wrong_by_formula(actual, expected, limit)
    if not wrong.any():
        return wrong, formula
    return wrong, f"{formula}, here {limit[_first_index(wrong)].max():.3g} absolute"


def _first_index(wrong: BoolArray) -> tuple[int, ...]:
    return tuple(int(i[0]) for i in np.nonzero(np.atleast_1d(wrong)))[: wrong.ndim]


# ---- one call, native and oracle ----


def _is_scalar(value: object) -> bool:
    return isinstance(value, (bool, int, float, complex)) and not isinstance(value, np.generic)


def _reference_operands(name: str, operands: Sequence[object]) -> tuple[Array, ...]:
    """Operands as arrays, Python scalars in the dtype that they take beside the others."""
    arrays = [as_array(operand) for operand in operands if not _is_scalar(operand)]
    beside = [array.dtype for array in (arrays[1:] if name == "where" else arrays)]
    converted: list[Array] = []
    for operand in operands:
        if isinstance(operand, (bool, int, float, complex)) and _is_scalar(operand):
            if beside:
                dtype = promotion.scalar_dtype(operand, promotion.promote_dtypes(*beside))
            else:
                dtype = promotion.default_dtype(operand)
            converted.append(np.asarray(operand, dtype))
        else:
            converted.append(as_array(operand))
    return tuple(converted)


def bind_arguments(
    row: OperatorRow, arguments: Sequence[object], options: Mapping[str, object]
) -> tuple[tuple[Array, ...], dict[str, object]]:
    """What the oracle is called with: operands as arrays, everything else by name.

    An operand given by keyword, or after one that is None (``clip(x, None, 1)``), stays a keyword.
    """
    if row.operands == ("arrays",):
        listed = arguments[0] if isinstance(arguments[0], (list, tuple)) else arguments
        return _reference_operands(row.name, listed), dict(options)
    parameters = list(inspect.signature(reference.REFERENCE[row.name]).parameters)
    named = {**dict(zip(parameters, arguments, strict=False)), **options}
    given = [name for name in row.operands if named.get(name) is not None]
    converted = _reference_operands(row.name, [named[name] for name in given])
    named.update(zip(given, converted, strict=True))
    leading = [name for name, wanted in zip(given, row.operands, strict=False) if name == wanted]
    return tuple(converted[: len(leading)]), {
        name: value for name, value in named.items() if name not in leading
    }


def _to_native(value: object) -> object:
    """NumPy arrays as tensors, dtypes as corepy's, lists item by item; anything else unchanged."""
    if isinstance(value, np.ndarray):
        return corepy.asarray(value)
    if isinstance(value, np.dtype):
        return getattr(corepy, value.name)
    if isinstance(value, list):
        return [_to_native(item) for item in value]
    return value


def _native_dtypes(values: Mapping[str, object]) -> dict[str, object]:
    """Options for the native call; a dtype may be given by its name."""
    converted = {key: _to_native(value) for key, value in values.items()}
    dtype = converted.get("dtype")
    if isinstance(dtype, str):
        converted["dtype"] = getattr(corepy, dtype)
    return converted


def _call_native(
    name: str, arguments: Sequence[object], options: Mapping[str, object]
) -> tuple[object, ...]:
    values = [_to_native(argument) for argument in arguments]
    if name == "astype" and len(values) > 1 and isinstance(values[1], str):
        values[1] = getattr(corepy, values[1])
    if name in ("getitem", "setitem"):
        return (_index_native(corepy.asarray(values[0]), values[1:], options["key"]),)
    result: object = attrgetter(name)(corepy)(*values, **_native_dtypes(options))
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)


def _index_native(x: corepy.Tensor, values: Sequence[object], key: object) -> object:
    """``x[key]``, or a copy of x after ``x[key] = value``: indexing has no function of its own."""
    if not values:
        return x[key]  # type: ignore[index]  # wrong keys are for the native side to refuse
    written = corepy.asarray(x, copy=True)
    written[key] = values[0]  # type: ignore[index]
    return written


def check_op(name: str, *arguments: object, **options: object) -> object:
    """Assert that an operator's native result agrees with the oracle's within the row's bound.

    Args:
        name: the operator's array API name; ``getitem`` and ``setitem`` take the index as ``key=``.
        arguments: what the function takes positionally: tensors, NumPy arrays (converted with
            ``corepy.asarray``), Python scalars, lists of arrays (``concat``, ``stack``), shapes.
        options: its keyword arguments; ``dtype`` may be a name.

    Returns:
        The native result.

    Raises:
        VerificationError: an ``AssertionError`` naming the first wrong element.

    >>> np.asarray(check_op("add", np.float32([1, 2]), 0.5))
    array([1.5, 2.5], dtype=float32)
    """
    arrays, named = bind_arguments(operator_row(name), arguments, options)
    expected = reference.run(name, arrays, named)
    actual = _call_native(name, arguments, options)
    # Operands given by keyword count as operands of the bound too.
    arrays += tuple(value for value in named.values() if isinstance(value, np.ndarray))
    if len(actual) != len(expected):
        raise VerificationError(
            f"{name}: number of results differs (got {len(actual)}; expected {len(expected)})"
        )
    for index, (result, value) in enumerate(zip(actual, expected, strict=True)):
        label = name if len(expected) == 1 else f"{name}[{index}]"
        if name.startswith("empty"):  # uninitialised: only dtype and shape are promised
            assert_same_kind(as_array(result), value, VerificationError, label)
        else:
            assert_ulp(result, value, op=name, operands=arrays, options=named, label=label)
    if has_residuals(name):
        assert_residuals(name, arrays[0], named, [as_array(result) for result in actual])
    return actual[0] if len(actual) == 1 else actual
