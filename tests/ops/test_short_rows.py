# Tensors whose inner axis has few elements, which are moved, computed and sorted in blocks of rows
# (csrc/corepy/dispatch/short_rows.h, kernels/sorting_short.h), against NumPy and against long rows.
# Values of operators are tested in test_elementwise.py.
from __future__ import annotations

import itertools

import numpy as np
import pytest

import corepy as cp

DTYPES = ["bool", "int8", "uint16", "int32", "float32", "float64", "complex64", "complex128"]
# The longest axis first, in the middle, and two short ones inside; rows of one element, of less and
# of more than a vector, of the longest that is short and the shortest that is long.
SHAPES = [(9, 1), (1000, 2), (700, 3), (300, 7), (50, 20), (70, 37), (40, 64), (40, 65)]
SHAPES += [(9, 96), (9, 97), (9, 384), (9, 385)]
STACKS = [(2, 300, 3), (300, 2, 3), (5, 3, 40, 2)]


def make(shape: tuple[int, ...], dtype: str, seed: int = 0) -> np.ndarray:
    numbers = np.random.default_rng(seed).integers(0, 100, shape)
    if dtype.startswith("complex"):
        return (numbers - 50 + 1j * (numbers % 7)).astype(dtype)
    return (numbers % 2 == 0) if dtype == "bool" else numbers.astype(dtype)


def views(array: np.ndarray) -> dict[str, np.ndarray]:
    """The same elements in memory that is no stretch, or not in this order."""
    spread = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), dtype=array.dtype)
    spread[..., ::2] = array
    padded = np.zeros((*array.shape[:-1], array.shape[-1] + 3), dtype=array.dtype)
    padded[..., 1:-2] = array
    return {
        "contiguous": array,
        "strided": spread[..., ::2],
        "rows apart": padded[..., 1:-2],
        "reversed": np.ascontiguousarray(array[..., ::-1])[..., ::-1],
        "rows reversed": np.ascontiguousarray(array[::-1])[::-1],
        "transposed": np.ascontiguousarray(array.T).T,
    }


def import_view(array: np.ndarray) -> cp.Tensor:
    return cp.asarray(array, copy=False)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [*SHAPES, *STACKS], ids=str)
def test_copies_hold_the_same_elements(shape: tuple[int, ...], dtype: str) -> None:
    array = make(shape, dtype)
    for name, view in views(array).items():
        tensor = import_view(view)
        assert np.array_equal(np.asarray(cp.copy(tensor)), array), name
        wide = cp.astype(tensor, cp.complex128)
        assert np.array_equal(np.asarray(wide), array.astype("complex128")), name
        joined = cp.concat([tensor, tensor], axis=-1)
        assert np.array_equal(np.asarray(joined), np.concatenate([array, array], axis=-1)), name


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [*SHAPES, *STACKS], ids=str)
def test_tiles_flips_and_writes(shape: tuple[int, ...], dtype: str) -> None:
    array = make(shape, dtype)
    tensor = cp.asarray(array)
    reps = (1,) * (len(shape) - 1) + (3,)
    assert np.array_equal(np.asarray(cp.tile(tensor, reps)), np.tile(array, reps))
    assert np.array_equal(np.asarray(cp.copy(cp.flip(tensor))), np.flip(array))
    assert np.array_equal(np.asarray(cp.roll(tensor, 1, axis=-1)), np.roll(array, 1, axis=-1))
    target, expected = cp.zeros(shape, dtype=tensor.dtype), np.zeros(shape, dtype=dtype)
    target[..., ::2] = tensor[..., ::2]
    expected[..., ::2] = array[..., ::2]
    assert np.array_equal(np.asarray(target), expected)
    target[...] = tensor[:1, ...]
    expected[...] = array[:1, ...]
    assert np.array_equal(np.asarray(target), expected)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", [one for one in DTYPES if one != "bool"])
@pytest.mark.parametrize("shape", [*SHAPES, *STACKS], ids=str)
def test_operators_of_all_layouts(shape: tuple[int, ...], dtype: str, threads: int) -> None:
    first, second = make(shape, dtype), make(shape, dtype, 1)
    with cp.settings.override(num_threads=threads):
        for (name, x), (other, y) in itertools.product(views(first).items(), views(second).items()):
            total = cp.add(import_view(x), import_view(y))
            assert np.array_equal(np.asarray(total), first + second), (name, other)


@pytest.mark.parametrize("dtype", [one for one in DTYPES if one != "bool"])
@pytest.mark.parametrize("shape", [*SHAPES, *STACKS], ids=str)
def test_operands_that_are_repeated(shape: tuple[int, ...], dtype: str) -> None:
    array = make(shape, dtype)
    for kept in itertools.product([False, True], repeat=len(shape)):
        part = make(tuple(n if k else 1 for n, k in zip(shape, kept, strict=True)), dtype, 2)
        for name, view in views(array).items():
            total = cp.add(import_view(view), cp.asarray(part))
            assert np.array_equal(np.asarray(total), array + part), (name, kept)
            total = cp.subtract(cp.asarray(part), import_view(view))
            assert np.array_equal(np.asarray(total), part - array), (name, kept)


@pytest.mark.parametrize("shape", [*SHAPES, *STACKS], ids=str)
def test_operands_that_are_repeated_altogether(shape: tuple[int, ...]) -> None:
    number = cp.broadcast_to(cp.asarray(3.0), shape)
    column = cp.broadcast_to(
        cp.arange(shape[0], dtype=cp.float64)[(..., *[None] * (len(shape) - 1))], shape
    )
    assert np.array_equal(np.asarray(cp.add(number, number)), np.full(shape, 6.0))
    assert np.array_equal(np.asarray(cp.add(number, column)), np.asarray(column) + 3)
    assert np.array_equal(np.asarray(cp.exp(column)), np.asarray(cp.exp(cp.copy(column))))


@pytest.mark.parametrize("shape", [*SHAPES, *STACKS], ids=str)
def test_mixed_dtypes_masks_and_half_precision(shape: tuple[int, ...]) -> None:
    integers, floats = make(shape, "int32"), make(shape, "float32", 1)
    mask = make(shape, "bool", 2)
    for name, view in views(integers).items():
        total = cp.add(import_view(view), cp.asarray(floats))
        assert np.array_equal(np.asarray(total), (integers + floats).astype("float32")), name
        chosen = cp.where(import_view(views(mask)[name]), import_view(view), 5)
        assert np.array_equal(np.asarray(chosen), np.where(mask, integers, 5)), name
        less = cp.less(import_view(view), cp.asarray(integers[:1]))
        assert np.array_equal(np.asarray(less), integers < integers[:1]), name
    half = cp.astype(cp.asarray(floats), cp.float16)
    row = half[:1]
    alone = cp.stack([cp.multiply(half[i], row[0]) for i in range(shape[0])])
    assert cp.digest(cp.multiply(half, row)) == cp.digest(alone)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_results_that_are_no_stretch(shape: tuple[int, ...]) -> None:
    array = make(shape, "float64")
    tensor = cp.asarray(array)
    wide = cp.zeros((shape[0], 2 * shape[1]))
    wide[:, ::2] = cp.add(tensor, 1)
    assert np.array_equal(np.asarray(wide[:, ::2]), array + 1)
    tensor += tensor[:, ::-1]
    assert np.array_equal(np.asarray(tensor), array + array[:, ::-1])


REAL = [one for one in DTYPES if not one.startswith("complex")]


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("dtype", REAL)
@pytest.mark.parametrize("shape", [*SHAPES, *STACKS, (2000, 9)], ids=str)
def test_sorts_along_every_axis(shape: tuple[int, ...], dtype: str, threads: int) -> None:
    array = make(shape, dtype)
    if dtype.startswith("float"):
        array[array % 5 == 0] = np.nan
    with cp.settings.override(num_threads=threads):
        for (name, view), axis in itertools.product(views(array).items(), range(len(shape))):
            tensor = import_view(view)
            expected = np.sort(array, axis=axis, kind="stable")
            got = np.asarray(cp.sort(tensor, axis=axis))
            assert np.array_equal(got, expected, equal_nan=dtype.startswith("float")), (name, axis)
            places = np.argsort(array, axis=axis, kind="stable")
            assert np.array_equal(np.asarray(cp.argsort(tensor, axis=axis)), places), (name, axis)


@pytest.mark.parametrize("n", [1, 2, 5, 16, 17, 33, 64, 65])
@pytest.mark.parametrize("dtype", REAL)
def test_descending_sorts_keep_equal_elements_in_order(dtype: str, n: int) -> None:
    array = make((50, n), dtype) % 4 if dtype != "bool" else make((50, n), dtype)
    places = np.asarray(cp.argsort(cp.asarray(array), axis=1, descending=True))
    key = array.astype("float64")
    expected = np.argsort(-key, axis=1, kind="stable")
    assert np.array_equal(places, expected)
    values = np.asarray(cp.sort(cp.asarray(array), axis=1, descending=True))
    assert np.array_equal(values, np.take_along_axis(array, expected, axis=1))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("picks", [[0], [-1, 0], [2, 2, -3, 1], list(range(-3, 3)) * 3])
@pytest.mark.parametrize("shape", [(1000, 3), (9, 3), (2, 300, 3), (300, 3, 2)], ids=str)
def test_few_picks_from_many_rows(shape: tuple[int, ...], picks: list[int], dtype: str) -> None:
    array = make(shape, dtype)
    axis = shape.index(3)
    for name, view in views(array).items():
        got = np.asarray(cp.take(import_view(view), cp.asarray(picks), axis=axis))
        assert np.array_equal(got, np.take(array, picks, axis=axis)), name
    target, expected = cp.asarray(array, copy=True), array.copy()
    where = (slice(None),) * axis + (picks,)
    values = make((*shape[:axis], len(picks), *shape[axis + 1 :]), dtype, 3)
    target[where] = cp.asarray(values)
    expected[where] = values
    assert np.array_equal(np.asarray(target), expected)
    with pytest.raises(cp.OutOfBoundsError):
        cp.take(cp.asarray(array), cp.asarray([0, 3]), axis=axis)


def test_rows_give_the_bits_of_long_ones() -> None:
    x = cp.random.Generator(7).normal((1000, 3))
    y = cp.random.Generator(8).normal((3,))
    whole = cp.pow(cp.abs(x), y)
    columns = [cp.pow(cp.abs(x[:, i]), y[i]) for i in range(3)]
    assert cp.digest(whole) == cp.digest(cp.stack(columns, axis=1))


@pytest.mark.parametrize("dtype", [cp.int32, cp.int64])
def test_flags_are_raised_from_blocks(dtype: cp.DType) -> None:
    x = cp.ones((100, 3), dtype=dtype)
    row = cp.asarray([1, 0, 2], dtype=dtype)
    quotient = cp.floor_divide(x, row)
    assert "integer_divide_by_zero" in str(cp.explain_last_dispatch().to_dict())
    assert np.array_equal(np.asarray(quotient), np.tile([1, 0, 0], (100, 1)))
    with pytest.raises(cp.ArgumentError, match="negative"):
        cp.bitwise_left_shift(x, cp.asarray([1, -1, 0], dtype=dtype))
