# Tests of view: the bits as another dtype against NumPy, memory that is shared and stays a value.
from __future__ import annotations

import numpy as np
import pytest

import corepy as cp
from corepy.testing import assert_bitwise_equal, check_op

NAMES = ["int8", "uint16", "float16", "int32", "float32", "uint64", "float64", "complex64",
         "complex128"]  # fmt: skip
RNG = np.random.default_rng(5)


def numbers(name, *shape):
    bits = RNG.integers(0, 256, (*shape[:-1], shape[-1] * np.dtype(name).itemsize), np.uint8)
    return bits.view(name)


@pytest.mark.parametrize("source", NAMES)
@pytest.mark.parametrize("target", NAMES)
def test_bits_are_numpys(source, target):
    x = numbers(source, 3, 16)
    for array in (x, x[::-1], x[:, None], x[1:, :], x[1, :]):
        t = cp.asarray(array)
        assert t.view(target).tobytes() == array.view(target).tobytes()
        assert t.view(target).shape == array.view(target).shape
        assert t.view(target).dtype == target


def test_the_oracle_agrees():
    x = cp.reshape(cp.arange(24.0), (4, 6))
    for dtype in (None, cp.int64, cp.uint8, cp.complex128):
        check_op("view", x, dtype)


def test_one_size_needs_no_order():
    x = np.arange(24.0).reshape(4, 6)
    for array in (x.T, x[:, ::-2], x[1::2, 1:4], np.broadcast_to(x[0], (3, 6)), x[0, 0]):
        assert_bitwise_equal(cp.asarray(array).view(cp.int64), array.view(np.int64))
    assert cp.broadcast_to(cp.asarray(1.0), (5,)).view("int64").strides == (0,)


def test_without_a_dtype_it_is_the_tensor_again():
    x = cp.arange(1_000_000)
    before = cp.memory.stats()["used_bytes"]
    y = x.view()
    assert y is not x
    assert y.dtype == x.dtype
    assert cp.memory.stats()["used_bytes"] == before
    record = cp.explain_last_dispatch()
    assert record.op == "view"
    assert record.copied_bytes == 0
    assert y.view(cp.uint8).shape == (8_000_000,)
    assert cp.memory.stats()["used_bytes"] == before


def test_writes_do_not_go_through():
    x = cp.asarray([1.0, 2.0])
    bits = x.view(cp.uint8)
    bits[0] = 255
    assert x.tolist() == [1.0, 2.0]
    assert bits[0] == 255
    bits = x.view(cp.int64)
    x[0] = 0.0
    assert bits.tolist() == [0x3FF0000000000000, 0x4000000000000000]
    with cp.settings.override(strict=True), pytest.raises(cp.StrictModeError):
        x.view()[...] = 1


def test_views_of_other_dtypes():
    values = np.arange(24.0).reshape(2, 3, 4)
    x = cp.asarray(values)
    for dtype in ("int64", "uint64", "complex128", "float32", "int8", "uint16", "complex64"):
        assert_bitwise_equal(x.view(dtype), values.view(dtype))
        assert_bitwise_equal(x.view(dtype).view(cp.float64), values)
        assert_bitwise_equal(x[1:, ::2].view(np.dtype(dtype)), values[1:, ::2].view(dtype))
    assert_bitwise_equal(x.mT.view("int64"), values.swapaxes(1, 2).view("int64"))
    assert_bitwise_equal(x[..., ::-2].view("int64"), values[..., ::-2].view("int64"))
    shifted = x.view("float32")[..., 1:7].view(float)  # begins between two of x's elements
    expected = np.ascontiguousarray(values.view("float32")[..., 1:7]).view(float)
    assert_bitwise_equal(shifted + 0.0, expected + 0.0)
    assert_bitwise_equal(cp.ones((3, 1)).view("float32"), np.ones((3, 1)).view("float32"))
    assert cp.asarray([True, False]).view("uint8").tolist() == [1, 0]
    assert cp.asarray(1.0).view("int64").item() == np.float64(1).view(np.int64)
    assert cp.ones(2, dtype="bfloat16").view("uint16").tolist() == [16256, 16256]
    assert cp.zeros((0, 4)).view("int8").shape == (0, 32)
    bits = x.view("int64")
    bits[0] = 0
    x[1] = 0
    assert x[0, 0, 1].item() == 1
    assert bits[1, 0, 0].item() == np.float64(12).view(np.int64)
    same = x.view()
    same[...] = 5
    assert x[0, 0, 1].item() == 1


def test_elements_that_lie_across_words_are_computed_with():
    """Rows of three bytes seen as 16-bit integers start at odd addresses."""
    x = np.arange(30, dtype=np.uint8).reshape(10, 3)
    odd = cp.asarray(x)[:, 1:].view(cp.uint16)
    expected = np.ascontiguousarray(x[:, 1:]).view(np.uint16)
    assert odd.strides == (3, 2)
    assert_bitwise_equal(odd + 1, expected + 1)
    assert cp.sum(odd).item() == expected.sum()
    assert np.asarray(odd).tolist() == expected.tolist()
    assert cp.from_dlpack(odd).tolist() == expected.tolist()
    assert odd[::-1, 0][2:5].tolist() == expected[::-1, 0][2:5].tolist()
    assert cp.sort(odd, axis=0).tolist() == expected.tolist()


def test_empty_ones_and_extents_of_one():
    assert cp.zeros((0, 3)).view(cp.uint8).shape == (0, 24)
    assert cp.zeros((3, 0)).view(cp.uint8).shape == (3, 0)
    assert cp.arange(6).reshape(2, 3)[:, :1].view("uint8").shape == (2, 8)
    assert cp.asarray(1.0).view(cp.int64).item() == 0x3FF0000000000000


def test_bools():
    x = cp.asarray([True, False])
    assert x.view(cp.uint8).tolist() == [1, 0]
    assert x.view(cp.bool).tolist() == [True, False]
    odd = np.asarray([2, 0, 255], np.uint8)
    odd.flags.writeable = False
    foreign = cp.asarray(odd.view(np.bool_))
    assert foreign.tolist() == [True, False, True]
    assert foreign.view(cp.uint8).tolist() == [1, 0, 1]
    with pytest.raises(cp.DTypeError, match=r"^view: .*use x != 0"):
        cp.asarray([1, 2], dtype=cp.uint8).view(cp.bool)


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (cp.ShapeError, lambda: cp.asarray(1.0).view(cp.int8)),
        (cp.ShapeError, lambda: cp.ones(3, dtype=cp.int8).view(cp.int16)),
        (cp.ShapeError, lambda: cp.ones((2, 3)).T.view(cp.int8)),
        (cp.ShapeError, lambda: cp.ones(4)[::2].view(cp.int8)),
        (cp.ShapeError, lambda: cp.ones(4)[::-1].view(cp.complex128)),
        (cp.DTypeError, lambda: cp.ones(2).view("int7")),
        (cp.ArgumentTypeError, lambda: cp.view([1.0], cp.int64)),
        (cp.DTypeError, lambda: cp.ones(2).view(3)),
    ],
)
def test_wrong_arguments(error, call):
    with pytest.raises(error, match=r"^view: "):
        call()


def test_every_policy_gives_the_view():
    for policy in ("REFERENCE", "SIMD", "BLAS"):
        with cp.policy(policy):
            assert cp.asarray([1.0]).view(cp.int64).item() == 0x3FF0000000000000
