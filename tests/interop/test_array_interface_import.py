# Import through __array_interface__: honest objects and objects that lie.
from __future__ import annotations

import weakref

import numpy as np
import pytest

import corepy as cp


class Exporter:
    """Has __array_interface__ and no other protocol; entries are replaced, or removed by `...`."""

    def __init__(self, array: np.ndarray, **changes: object) -> None:
        self.array = array
        self.interface = {**array.__array_interface__, **changes}
        self.interface = {k: v for k, v in self.interface.items() if v is not ...}

    @property
    def __array_interface__(self) -> object:
        return self.interface


@pytest.mark.parametrize(
    "dtype", ["?", "i1", "<u2", "i4", "u8", "f4", "f8", "c8", "c16", ">f8", ">c8"]
)
def test_honest_objects(dtype: str) -> None:
    a = np.arange(6).reshape(2, 3).astype(dtype)
    for array in (a, a.T, a[::-1, ::2], a[:0], a[1, 1, ...]):
        x = cp.asarray(Exporter(array))
        assert x.shape == array.shape
        assert x.dtype.name == array.dtype.name
        assert x.tolist() == array.tolist()


def test_sharing_follows_the_read_only_flag() -> None:
    a = np.arange(3.0)
    copied, shared = cp.asarray(Exporter(a)), cp.asarray(Exporter(a), copy=False)
    promised = cp.asarray(Exporter(a, data=(a.ctypes.data, True)))
    a[0] = 9
    assert copied.tolist() == [0, 1, 2]
    assert shared.tolist() == promised.tolist() == [9, 1, 2]
    shared[...] = 1
    assert a.tolist() == [9, 1, 2]


def test_the_owner_is_kept() -> None:
    exporter = Exporter(np.arange(100.0))
    gone = weakref.ref(exporter)
    x = cp.asarray(exporter, copy=False)
    del exporter
    assert gone() is not None
    assert x.tolist() == list(range(100))
    del x
    assert gone() is None


def test_data_in_a_buffer() -> None:
    a = np.zeros(2, "i2")
    raw = bytes(range(8))
    assert cp.asarray(Exporter(a, data=raw)).tolist() == [0x100, 0x302]
    assert cp.asarray(Exporter(a, data=raw, offset=4)).tolist() == [0x504, 0x706]
    assert cp.asarray(Exporter(a, data=raw, offset=6, strides=(-3,))).tolist() == [0x706, 0x403]
    assert cp.asarray(Exporter(a, data=raw, shape=(0,), offset=8)).tolist() == []


HUGE = 2**62


@pytest.mark.sanitize
@pytest.mark.parametrize(
    "changes",
    [
        {"shape": ...},
        {"shape": [2]},
        {"shape": 2},
        {"shape": (2.0,)},
        {"shape": ("2",)},
        {"shape": (-1,)},
        {"shape": (2**70,)},
        {"shape": (1,) * 65},
        {"shape": (HUGE, 0, HUGE), "strides": (1, 1, 1)},
        {"shape": (HUGE, 0, HUGE)},
        {"shape": (HUGE, HUGE)},
        {"strides": (8, 8)},
        {"strides": [8]},
        {"strides": (HUGE * 2 - 1,), "shape": (3,)},
        {"strides": (-HUGE * 2,)},
        {"strides": (None,)},
        {"typestr": ...},
        {"typestr": b"<f8"},
        {"typestr": 8},
        {"typestr": "\ud800"},
        {"data": (0, False)},
        {"data": (-1, False)},
        {"data": (2**70, False)},
        {"data": (2**64 - 8, False)},
        {"data": ("0", False)},
        {"data": (1.0, False)},
        {"data": ()},
        {"data": (1, 2, 3)},
        {"data": 4096},
        {"data": ...},
        {"data": bytes(15)},
        {"data": bytes(16), "offset": 1},
        {"data": bytes(16), "offset": -8},
        {"data": bytes(16), "offset": 2**63 - 1},
        {"data": bytes(16), "offset": 2**70},
        {"data": bytes(16), "strides": (-8,)},
        {"data": bytes(16), "strides": (9,)},
        {"mask": np.zeros(2, bool)},
    ],
    ids=str,
)
def test_lies_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises((cp.ExportError, cp.ShapeError), match="asarray: "):
        cp.asarray(Exporter(np.zeros(2), **changes))


@pytest.mark.parametrize(
    "typestr",
    ["<M8[s]", "|S3", "<U2", "|O", "|V8", "<f16", "", "<", "f8", "<f99", "|f8", "<i3"],
)
def test_types_without_a_dtype(typestr: str) -> None:
    with pytest.raises(cp.DTypeError, match="typestr"):
        cp.asarray(Exporter(np.zeros(2), typestr=typestr))


@pytest.mark.parametrize("interface", [None, 3, [], "x", ()])
def test_an_interface_that_is_no_dict(interface: object) -> None:
    class Odd:
        __array_interface__ = interface

    with pytest.raises(cp.ExportError, match="not a dict"):
        cp.asarray(Odd())


def test_a_type_is_no_array() -> None:
    class HasClassAttribute:
        __array_interface__ = np.zeros(2).__array_interface__

    with pytest.raises(cp.DTypeError, match="no array can be made"):
        cp.asarray(HasClassAttribute)


@pytest.mark.sanitize
def test_a_struct_of_pointers_is_read_of_numpys_own_type_only() -> None:
    # A type written in Python may have any name; its __array_struct__ is never followed.
    impostor = type("numpy.ndarray", (), {"__array_struct__": property(lambda self: 1 / 0)})()
    with pytest.raises(cp.DTypeError, match="no array can be made"):
        cp.asarray(impostor)
