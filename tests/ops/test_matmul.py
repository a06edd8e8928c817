# Tests of the matrix products: against the oracle, one order of summation for every shape, layout
# and ISA, errors.
from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import ArgumentTypeError, AxisError, CorepyError, DTypeError, ShapeError
from corepy.testing import assert_bitwise_equal, check_op, operator_row
from corepy.testing.strategies import LAYOUTS, lay_out

DTYPES = operator_row("matmul").dtypes
FLOATS = [dtype for dtype in DTYPES if dtype[0] in "fc"]
each_dtype = pytest.mark.parametrize("dtype", DTYPES)
each_float = pytest.mark.parametrize("dtype", FLOATS)

# (m, k, n): vectors, register tiles (6, 14, 16, 32), the chain limit (128) and blocks (1024) of k.
SHAPES = [
    *((1, k, 1) for k in (0, 1, 2, 7, 8, 9, 65, 127, 128, 129, 513, 1024, 1025, 2049)),
    (1, 70, 40),
    (40, 70, 1),
    (2, 3, 2),
    (5, 16, 17),
    (13, 128, 33),
    (14, 129, 32),
    (15, 130, 31),
    (29, 8, 65),
    (0, 3, 2),
    (2, 0, 3),
    (3, 2, 0),
]
# Beyond the cache blocks of the packed kernels: too large for the exact oracle.
LARGE_SHAPES = [(150, 130, 140), (70, 515, 90), (300, 129, 20), (8, 1030, 600), (460, 20, 260)]
NARROW_SHAPES = [(40, 200, 2), (300, 300, 3), (17, 1500, 4), (20, 3100, 15), (14, 4200, 5)]


def numbers(dtype, shape, seed=0):
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype)
    if kind.kind in "iu":
        limits = np.iinfo(dtype)
        return rng.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)
    values = rng.standard_normal(shape)
    if kind.kind == "c":
        values = values + 1j * rng.standard_normal(shape)
    return np.asarray(values).astype(dtype)


def multiply_elements(a, b):
    """The product, each element as the product of its row and its column alone."""
    rows, columns = cp.asarray(a), cp.asarray(b)
    return np.asarray(
        [
            [np.asarray(cp.matmul(rows[i], columns[:, j])) for j in range(b.shape[1])]
            for i in range(a.shape[0])
        ],
        a.dtype,
    ).reshape(a.shape[0], b.shape[1])


@each_dtype
def test_shapes_around_block_edges_lie_within_the_bound(dtype):
    for m, k, n in SHAPES:
        check_op("matmul", numbers(dtype, (m, k)), numbers(dtype, (k, n), 1))
    check_op("matmul", numbers(dtype, (3, 1500)), numbers(dtype, (1500, 2), 1))


@pytest.mark.isa
@each_dtype
def test_bits_do_not_depend_on_the_isa(dtype, isa, same_bits):
    for m, k, n in [*SHAPES, *LARGE_SHAPES, *NARROW_SHAPES]:
        a, b = cp.asarray(numbers(dtype, (m, k))), cp.asarray(numbers(dtype, (k, n), 1))
        with cp.settings.override(isa="baseline"):
            expected = np.asarray(cp.matmul(a, b))
        same_bits(cp.matmul(a, b), expected, f"{m}x{k} @ {k}x{n} {isa}")


@pytest.mark.isa
@each_dtype
def test_an_element_is_the_product_of_its_row_and_column(dtype, isa, same_bits):
    for m, k, n in [(5, 3, 4), (7, 64, 9), (9, 65, 18), (15, 513, 3), (3, 1100, 5)]:
        a, b = numbers(dtype, (m, k)), numbers(dtype, (k, n), 1)
        expected = multiply_elements(a, b)
        same_bits(cp.matmul(cp.asarray(a), cp.asarray(b)), expected, f"{m}x{k} @ {k}x{n} {isa}")


@pytest.mark.isa
@each_dtype
def test_a_row_of_a_product_is_the_product_of_the_row(dtype, isa, same_bits):
    for m, k, n in LARGE_SHAPES:
        a, b = cp.asarray(numbers(dtype, (m, k))), cp.asarray(numbers(dtype, (k, n), 1))
        product = cp.matmul(a, b)
        whole = np.asarray(product)
        for i in (0, 1, m // 2, m - 1):
            same_bits(cp.matmul(a[i], b), whole[i], f"row {i} alone {isa}")
            same_bits(cp.matmul(a[i : i + 1], b), whole[i : i + 1], f"row {i} as a matrix {isa}")
        for j in (0, n // 3, n - 1):
            same_bits(cp.matmul(a, b[:, j]), whole[:, j], f"column {j} alone {isa}")
            same_bits(cp.vecdot(cp.conj(a), b[:, j]), whole[:, j], f"vecdot with column {j} {isa}")
        same_bits(cp.matmul(a[3:7], b), whole[3:7], f"some rows {isa}")
        same_bits(cp.tensordot(a, b, axes=1), whole, f"tensordot {isa}")


@pytest.mark.isa
@each_dtype
def test_bits_do_not_depend_on_layout(dtype, isa, same_bits):
    for m, k, n in [(5, 7, 6), (33, 70, 20), (20, 40, 1), (1, 130, 19), (100, 130, 70)]:
        a, b = numbers(dtype, (m, k)), numbers(dtype, (k, n), 1)
        expected = np.asarray(cp.matmul(cp.asarray(a), cp.asarray(b)))
        for left in LAYOUTS:
            for right in LAYOUTS:
                if "broadcast" in (left, right):
                    continue
                result = cp.matmul(lay_out(a, left), lay_out(b, right))
                same_bits(result, expected, f"{m}x{k} {left} @ {k}x{n} {right} {isa}")


@pytest.mark.isa
@each_dtype
def test_broadcast_operands(dtype, isa, same_bits):
    a = cp.broadcast_to(cp.asarray(numbers(dtype, (1, 70))), (9, 70))
    b = cp.broadcast_to(cp.asarray(numbers(dtype, (70, 1), 1)), (70, 11))
    expected = np.asarray(cp.matmul(cp.copy(a), cp.copy(b)))
    same_bits(cp.matmul(a, b), expected, isa)


@pytest.mark.isa
@each_float
def test_batches_have_the_bits_of_their_matrices(dtype, isa, same_bits):
    a = cp.asarray(numbers(dtype, (3, 1, 6, 70)))
    b = cp.asarray(numbers(dtype, (4, 70, 5), 1))
    product = cp.matmul(a, b)
    assert product.shape == (3, 4, 6, 5)
    whole = np.asarray(product)
    for i in range(3):
        for j in range(4):
            same_bits(cp.matmul(a[i, 0], b[j]), whole[i, j], f"batch {i},{j} {isa}")
    same_bits(cp.matmul(cp.permute_dims(a, (1, 0, 2, 3))[0, :, None], b), whole, f"views {isa}")


# Stacks run in one kernel call where they can: tiny products, rows of one matrix, dots.
@pytest.mark.isa
@each_dtype
def test_stacks_have_the_bits_of_their_products(dtype, isa, same_bits):
    shapes = [(3, 3, 3, 37), (4, 4, 1, 9), (1, 4, 4, 9), (16, 130, 20, 3), (5, 1, 5, 8)]
    for m, k, n, count in shapes:
        a = cp.asarray(numbers(dtype, (count, m, k)))
        b = cp.asarray(numbers(dtype, (count, k, n), 1))
        whole = np.asarray(cp.matmul(a, b))
        shared = np.asarray(cp.matmul(a, b[0]))
        backwards = np.asarray(cp.matmul(a[::-1], b))
        for i in range(count):
            same_bits(cp.matmul(a[i], b[i]), whole[i], f"{m} {k} {n} product {i} {isa}")
            same_bits(cp.matmul(a[i], b[0]), shared[i], f"{m} {k} {n} shared {i} {isa}")
            same_bits(
                cp.matmul(a[count - 1 - i], b[i]), backwards[i], f"{m} {k} {n} reversed {i} {isa}"
            )


@pytest.mark.isa
@each_dtype
def test_stacks_of_dots_have_the_bits_of_each(dtype, isa, same_bits):
    for count, k in [(1, 5), (3, 1), (37, 3), (70, 128), (9, 129), (5, 2100)]:
        a = cp.asarray(numbers(dtype, (count, k)))
        b = cp.asarray(numbers(dtype, (count, k), 1))
        whole = np.asarray(cp.vecdot(a, b))
        shared = np.asarray(cp.vecdot(a, b[0]))
        columns = np.asarray(cp.vecdot(cp.copy(a.T).T, b))
        same_bits(columns, whole, f"{count} {k} columns {isa}")
        for i in range(count):
            same_bits(cp.vecdot(a[i], b[i]), whole[i], f"{count} {k} dot {i} {isa}")
            same_bits(cp.vecdot(a[i], b[0]), shared[i], f"{count} {k} shared {i} {isa}")


@each_dtype
def test_batches_and_vectors_agree_with_the_oracle(dtype):
    for first, second in [
        ((2, 3, 4), (4, 5)),
        ((3, 4), (2, 4, 5)),
        ((2, 1, 3, 4), (5, 4, 2)),
        ((4,), (4,)),
        ((4,), (2, 4, 3)),
        ((2, 3, 4), (4,)),
        ((0, 3, 4), (4, 2)),
        ((2, 3, 0), (2, 0, 2)),
        ((0,), (0,)),
    ]:
        check_op("matmul", numbers(dtype, first), numbers(dtype, second, 1))


@pytest.mark.isa
@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if "int" in dtype])
@pytest.mark.parametrize("k", [63, 64, 65, 100, 1029])
def test_integer_products_with_a_vector_wrap(dtype, k, isa):
    a, x = numbers(dtype, (3, 7, k)), numbers(dtype, k, seed=1)
    wide = a.astype(object) @ x.astype(object)  # Python's integers, cut to the dtype below
    modulus = 2 ** (8 * np.dtype(dtype).itemsize)
    expected = (wide % modulus).astype(f"u{np.dtype(dtype).itemsize}").view(dtype)
    left, right = cp.asarray(a), cp.asarray(x)
    assert_bitwise_equal(np.asarray(left @ right), expected)
    assert_bitwise_equal(np.asarray(right @ cp.matrix_transpose(left)), expected)
    assert_bitwise_equal(np.asarray(left[:, :, ::-1] @ right[::-1]), expected)
    assert int(left[1, 2] @ right) == int(expected[1, 2])
    if k >= 64:
        assert cp.explain_last_dispatch().kernel == "dot"


@each_dtype
def test_vecdot_agrees_with_the_oracle(dtype):
    for first, second, axis in [
        ((5,), (5,), -1),
        ((3, 5), (3, 5), -1),
        ((3, 5), (1, 5), -1),
        ((5, 3), (5, 3), -2),
        ((2, 1, 70), (4, 70), -1),
        ((3, 0), (3, 0), -1),
    ]:
        check_op("vecdot", numbers(dtype, first), numbers(dtype, second, 1), axis=axis)


@each_dtype
def test_tensordot_agrees_with_the_oracle(dtype):
    a, b = numbers(dtype, (3, 4, 5)), numbers(dtype, (4, 5, 2), 1)
    check_op("tensordot", a, b)
    check_op("tensordot", a, numbers(dtype, (5, 3), 2), axes=1)
    check_op("tensordot", a, numbers(dtype, (2, 3), 2), axes=0)
    check_op("tensordot", a, b, axes=((1, 2), (0, 1)))
    check_op("tensordot", a, b, axes=((2, 1), (1, 0)))
    check_op("tensordot", a, b, axes=([-2], [0]))
    check_op("tensordot", a, a, axes=3)
    check_op("tensordot", a, a, axes=((0, 1, 2), (0, 1, 2)))


@each_dtype
def test_mixed_dtypes_agree_with_the_oracle(dtype):
    for other in ("int8", "float32", "complex64", "float64"):
        a, b = numbers(dtype, (4, 9)) // 1 if dtype[0] in "iu" else numbers(dtype, (4, 9)), None
        b = numbers(other, (9, 3), 1)
        if dtype == "uint64" and other == "int8":
            with pytest.raises(DTypeError):
                cp.matmul(cp.asarray(a), cp.asarray(b))
            continue
        check_op("matmul", a, b)
        check_op("matmul", b.T.copy(), a.T.copy())


@pytest.mark.isa
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_special_values_agree_with_the_oracle(dtype, random_array, isa):
    rng = np.random.default_rng(3)
    for m, k, n in [(3, 4, 5), (17, 3, 33), (2, 70, 3)]:
        a, b = numbers(dtype, (m, k)), numbers(dtype, (k, n), 1)
        for value in (np.inf, -np.inf, np.nan, 0.0, -0.0, 1e-45, 1e30):
            a[m // 2, k - 1], b[0, n // 2] = value, -value
            check_op("matmul", a, b)
        a = random_array(dtype, m * k, rng).reshape(m, k)
        if dtype.startswith("float"):
            check_op("matmul", a, b)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_any_shapes_and_layouts(data):
    dtype = data.draw(st.sampled_from(["float32", "float64", "int32", "complex64"]))
    m, k, n = (data.draw(st.integers(0, 20)) for _ in range(3))
    a, b = numbers(dtype, (m, k), 1), numbers(dtype, (k, n), 2)
    usable = st.sampled_from([one for one in LAYOUTS if one != "broadcast"])
    left, right = lay_out(a, data.draw(usable)), lay_out(b, data.draw(usable))
    expected = check_op("matmul", left, right)
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            assert_bitwise_equal(left @ right, expected, label=isa)


@pytest.mark.sanitize
def test_errors():
    a, b = cp.ones((3, 4)), cp.ones((3, 4))
    with pytest.raises(ShapeError, match=r"^matmul: .*\(got .*; expected .*\)"):
        cp.matmul(a, b)
    with pytest.raises(ShapeError):
        a @ cp.ones(3)
    with pytest.raises(ShapeError):
        cp.matmul(cp.ones((2, 3, 4)), cp.ones((3, 4, 5)))
    with pytest.raises(ShapeError):
        cp.matmul(a, cp.ones(()))
    with pytest.raises(DTypeError):
        cp.matmul(cp.ones((2, 2), dtype=cp.bool), cp.ones((2, 2), dtype=cp.bool))
    with pytest.raises(ArgumentTypeError):
        cp.matmul(a, [[1.0]])
    with pytest.raises(TypeError):
        a @ 2
    for axes in (3, -1, ((0,), (0, 1)), ((0, 0), (0, 1)), ((5,), (0,)), ((0,),)):
        with pytest.raises(CorepyError):
            cp.tensordot(a, b, axes=axes)
    with pytest.raises(ShapeError):
        cp.tensordot(a, cp.ones((5, 4)), axes=((0,), (0,)))
    for axis in (2, -3):
        with pytest.raises(AxisError):
            cp.vecdot(a, b, axis=axis)
    with pytest.raises(ShapeError):
        cp.vecdot(cp.ones(3), cp.ones(4))


def test_the_operator_and_the_method_are_the_function(same_bits):
    a, b = numbers("float32", (5, 9)), numbers("float32", (9, 4), 1)
    x, y = cp.asarray(a), cp.asarray(b)
    expected = np.asarray(cp.matmul(x, y))
    same_bits(x @ y, expected, "@")
    same_bits(x.matmul(y), expected, "method")
    square = cp.asarray(numbers("float32", (9, 9)))
    z = x[...]
    z @= square
    same_bits(z, np.asarray(x @ square), "@=")
    same_bits(x, a, "@= left the view's base alone")


def test_matrix_transpose_swaps_the_last_axes():
    x = numbers("int16", (2, 3, 4))
    assert_bitwise_equal(cp.matrix_transpose(cp.asarray(x)), np.swapaxes(x, 1, 2))
    assert_bitwise_equal(cp.asarray(x).mT, np.swapaxes(x, 1, 2))
    with pytest.raises(CorepyError):
        cp.matrix_transpose(cp.ones(3))


def test_a_product_of_too_many_axes_is_refused():
    many = cp.ones((1,) * 40)
    with pytest.raises(ShapeError, match=r"tensordot: .*80"):
        cp.tensordot(many, many, axes=0)


def test_errors_name_what_was_called():
    truths = cp.ones((2, 2), dtype=cp.bool)
    with pytest.raises(DTypeError, match=r"^tensordot: "):
        cp.tensordot(truths, truths, axes=1)
    with pytest.raises(ShapeError, match=r"^vecdot: .*at least one axis"):
        cp.vecdot(cp.asarray(1.0), cp.asarray(2.0))


@pytest.mark.sanitize
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "int64"])
@pytest.mark.parametrize(
    ("count", "m", "k", "n"), [(3, 1025, 255, 3), (2, 300, 40, 260), (4, 520, 64, 2)]
)
def test_a_stack_of_fewer_products_than_threads(dtype, count, m, k, n):
    # Each product is cut into tiles, whose calls are of one product, as their workspace is.
    a = cp.asarray(numbers(dtype, (count, m, k)))
    b = cp.asarray(numbers(dtype, (count, k, n), 1))
    turned = cp.copy(b[..., ::-1])[..., ::-1]
    with cp.settings.override(num_threads=1):
        expected = [a[i] @ b[i] for i in range(count)]
    for threads in (1, 4, 7):
        with cp.settings.override(num_threads=threads):
            for other in (b, turned, cp.copy(b.mT).mT):
                found = a @ other
                for i in range(count):
                    assert_bitwise_equal(found[i, ...], expected[i])


def test_the_record_names_the_path_of_the_tiles():
    a, b = cp.ones((1100, 200)), cp.ones((200, 300))
    with cp.settings.override(num_threads=7, isa=cp.isas()[0]):
        found = [cp.explain(lambda: a @ b).kernel]
        assert cp.explain(lambda: a @ b).threads > 1
        a @ b
        found.append(cp.explain_last_dispatch().kernel)
    assert found in (["small"] * 2, ["packed"] * 2)  # by the ISA, but a dry run says what ran
