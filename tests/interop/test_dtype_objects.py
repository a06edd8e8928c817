# Dtype objects: identity, the names that stand for them, NumPy's view of them.
from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest

import corepy as cp

NAMES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_attributes_agree_with_numpy(name: str) -> None:
    dtype = getattr(cp, name)
    numpy_dtype = np.dtype(name)
    assert isinstance(dtype, cp.DType)
    assert dtype.name == name == str(dtype)
    assert dtype.kind == numpy_dtype.kind
    assert dtype.itemsize == numpy_dtype.itemsize
    assert dtype.bits == 8 * numpy_dtype.itemsize
    assert repr(dtype) == f"corepy.{name}"


@pytest.mark.parametrize("name", NAMES)
def test_numpy_understands_them_and_they_are_equal(name: str) -> None:
    dtype = getattr(cp, name)
    assert np.dtype(dtype) == np.dtype(name)
    assert np.zeros(2, dtype=dtype).dtype == np.dtype(name)
    assert dtype == np.dtype(name)
    assert np.dtype(name) == dtype
    assert (dtype != np.dtype(name)) is False


def test_only_the_same_dtype_is_equal() -> None:
    assert cp.float32 != cp.float64
    assert cp.float32 != np.dtype("float64")
    assert cp.float32 != np.dtype("float32").newbyteorder()
    assert cp.uint8 == np.dtype("uint8").newbyteorder()  # one byte has no order
    assert cp.bool == "bool"
    assert "float32" in [cp.float32]  # the string's comparison comes first
    assert (cp.float32 == "float64") is (cp.float32 != "float32") is False
    for other in ("f4", "Float32", "float32 ", "", float, None, 4, object()):
        assert cp.float32 != other
    with pytest.raises(TypeError):
        cp.float32 < cp.float64  # noqa: B015


@pytest.mark.parametrize("name", NAMES)
def test_there_is_one_object_of_each(name: str) -> None:
    dtype = getattr(cp, name)
    assert copy.copy(dtype) is dtype
    assert copy.deepcopy(dtype) is dtype
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(dtype, protocol)) is dtype
    assert cp.asarray([1], dtype=dtype).dtype is dtype
    assert len({getattr(cp, n) for n in NAMES}) == len(NAMES)


def test_they_cannot_be_made_or_changed() -> None:
    with pytest.raises(TypeError):
        cp.DType()
    with pytest.raises(AttributeError):
        cp.float32.name = "other"
    with pytest.raises(TypeError):
        cp.DType.name = "other"


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("bool", ["bool", bool, np.bool_, np.dtype(bool)]),
        ("int64", ["int64", int, np.int64, np.dtype("<i8"), np.longlong]),
        ("float32", ["float32", np.float32, np.dtype("f4")]),
        ("float64", ["float64", float, np.float64]),
        ("complex128", ["complex128", complex, np.complex128]),
        ("uint8", ["uint8", np.uint8, np.dtype(">u1")]),
    ],
)
def test_spellings(name: str, spellings: list[object]) -> None:
    for spelling in spellings:
        assert cp.asarray([1], dtype=spelling).dtype is getattr(cp, name)


@pytest.mark.parametrize(
    "wrong",
    [
        "float8", "f4", "", "\ud800", "Float32", np.longdouble, np.dtype("g"), np.dtype("M8[ns]"),
        np.dtype("U3"), np.dtype(object), str, object, np.ndarray, 3, [], {},
    ],
)  # fmt: skip
def test_what_names_no_dtype_is_refused(wrong: object) -> None:
    with pytest.raises(cp.DTypeError, match=r"asarray: .*got .*expected .*float32"):
        cp.asarray([1], dtype=wrong)


def test_byte_swapped_dtypes_are_refused() -> None:
    with pytest.raises(cp.DTypeError, match="byte-swapped float32"):
        cp.asarray([1], dtype=np.dtype("f4").newbyteorder())
