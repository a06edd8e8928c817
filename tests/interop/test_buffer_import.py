# Import through the buffer protocol: honest exporters of every kind, and exporters that lie.
from __future__ import annotations

import array
import ctypes
import mmap
import sys
import weakref
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest

import corepy as cp

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
]  # fmt: skip


def sample(dtype: str, shape: tuple[int, ...] = (3, 4)) -> np.ndarray:
    values = np.arange(np.prod(shape, dtype=int)).reshape(shape)
    return (values % 2 if dtype == "bool" else values).astype(dtype)


def read_only(a: np.ndarray) -> np.ndarray:
    a.flags.writeable = False
    return a


LAYOUTS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "contiguous": lambda a: a,
    "transposed": lambda a: a.T,
    "strided": lambda a: a[::2, 1::2],
    "negative": lambda a: a[::-1, ::-1],
    "broadcast": lambda a: np.broadcast_to(a[:1], (5, 4)),
    "zero_dimensional": lambda a: a[1, 2, ...],
    "empty": lambda a: a[:, :0],
    "byte_swapped": lambda a: a.astype(a.dtype.newbyteorder()),
    "byte_swapped_negative": lambda a: a.astype(a.dtype.newbyteorder())[:, ::-1],
    "misaligned": lambda a: np.frombuffer(b"x" + a.tobytes(), a.dtype, offset=1).reshape(a.shape),
    "field": lambda a: np.rec.fromarrays([a, a != 0], names="x,y")["x"],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("copy", [None, True, False])
def test_numpy_arrays(dtype: str, layout: str, copy: bool | None) -> None:
    a = LAYOUTS[layout](sample(dtype))
    if copy is False and not a.dtype.isnative:
        with pytest.raises(cp.ArgumentError, match="other byte order"):
            cp.asarray(a, copy=False)
        return
    x = cp.asarray(a, copy=copy)
    assert x.dtype.name == dtype
    assert x.shape == a.shape
    assert x.tolist() == a.tolist()
    np.testing.assert_array_equal(np.asarray(x), a)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_conversion_on_import(layout: str) -> None:
    a = LAYOUTS[layout](sample("int32"))
    x = cp.asarray(a, dtype=cp.float64)
    assert x.dtype is cp.float64
    assert x.tolist() == a.tolist()
    with pytest.raises(cp.ArgumentError, match="copy=False"):
        cp.asarray(a, dtype=cp.float64, copy=False)


# ---- sharing


def test_writable_memory_is_copied_unless_sharing_is_asked_for() -> None:
    a = np.arange(4.0)
    copied, shared = cp.asarray(a), cp.asarray(a, copy=False)
    a[0] = 7
    assert copied.tolist() == [0, 1, 2, 3]
    assert shared.tolist() == [7, 1, 2, 3]


def test_a_shared_tensor_never_writes_to_its_owner() -> None:
    a = np.arange(4.0)
    shared = cp.asarray(a, copy=False)
    shared[...] = 9
    assert a.tolist() == [0, 1, 2, 3]
    assert shared.tolist() == [9, 9, 9, 9]


def test_read_only_memory_is_shared() -> None:
    a = read_only(np.arange(4.0))
    x = cp.asarray(a)
    assert np.asarray(x).ctypes.data == a.ctypes.data
    x[...] = 5
    assert a.tolist() == [0, 1, 2, 3]
    assert np.asarray(cp.asarray(a, copy=True)).ctypes.data != a.ctypes.data


def test_a_read_only_view_of_writable_memory_is_copied() -> None:
    a = np.arange(4.0)
    for view in (np.broadcast_to(a, (2, 4)), read_only(a[:]), memoryview(a).toreadonly()):
        x = cp.asarray(view)
        before = x.tolist()
        a += 1
        assert x.tolist() == before
    raw = bytearray(b"abc")
    x = cp.asarray(memoryview(raw).toreadonly())
    raw[0] = 0
    assert x.tolist() == [97, 98, 99]


def test_round_trips_share() -> None:
    x = cp.asarray([1.0, 2.0])
    for view in (memoryview(x), np.asarray(x), np.asarray(x)[::-1]):
        y = cp.asarray(view)
        assert np.shares_memory(np.asarray(x), np.asarray(y))


def test_other_exporters() -> None:
    assert cp.asarray(b"abc").tolist() == [97, 98, 99]
    assert cp.asarray(b"").shape == (0,)
    assert cp.asarray(bytearray(b"ab")).dtype is cp.uint8
    assert cp.asarray(memoryview(b"abcd")[::-2]).tolist() == [100, 98]
    assert cp.asarray(memoryview(b"abcd").cast("h")).dtype is cp.int16
    assert cp.asarray(array.array("d", [1, 2])).tolist() == [1, 2]
    assert cp.asarray(array.array("l", [1, -2])).dtype.name == f"int{8 * array.array('l').itemsize}"
    nested = ((ctypes.c_float * 3) * 2)((1, 2, 3), (4, 5, 6))
    assert cp.asarray(nested).tolist() == [[1, 2, 3], [4, 5, 6]]
    assert cp.asarray((ctypes.c_bool * 2)(True, False)).tolist() == [True, False]
    assert cp.asarray(ctypes.c_int16(-3)).tolist() == -3
    with mmap.mmap(-1, 16) as mapped:
        x = cp.asarray(mapped)
        mapped[0:1] = b"z"
    assert x.tolist() == [0] * 16
    for scalar in (np.float32(1.5), np.bool_(True), np.uint64(2**64 - 1), np.complex64(1 + 2j)):
        x = cp.asarray(scalar)
        assert x.shape == ()
        assert x.dtype == scalar.dtype
        assert x.item() == scalar.item()


def test_foreign_bools_may_hold_any_byte() -> None:
    a = np.array([0, 1, 2, 255], "u1").view(bool)
    assert cp.asarray(a, copy=False).tolist() == [False, True, True, True]
    assert cp.asarray(a).tolist() == [False, True, True, True]


@pytest.mark.parametrize("format", ["c", "P", "s"])
def test_formats_without_a_dtype(format: str) -> None:
    view = memoryview(bytes(8)).cast(format) if format != "s" else np.zeros(2, "S3")
    with pytest.raises(cp.DTypeError, match=r"no dtype for the array's elements .*buffer format"):
        cp.asarray(view)


def test_a_released_buffer_is_refused() -> None:
    view = memoryview(b"abc")
    view.release()
    with pytest.raises(cp.ExportError, match=r"refuses to export .*released"):
        cp.asarray(view)


# ---- owners


class Owner(np.ndarray):
    """An array that can be weakly referenced and is seen to die."""


def test_the_owner_lives_as_long_as_its_memory_is_used() -> None:
    owner = np.arange(1000.0).view(Owner)
    gone = weakref.ref(owner)
    x = cp.asarray(owner, copy=False)
    view = x[::-1]
    del owner, x
    assert gone() is not None
    assert view.tolist() == list(range(1000))[::-1]
    exported = np.asarray(view)
    del view
    assert gone() is not None
    assert exported[0] == 999
    del exported
    assert gone() is None


def test_a_copy_lets_go_of_the_owner() -> None:
    owner = np.arange(10.0).view(Owner)
    gone = weakref.ref(owner)
    x = cp.asarray(owner)
    del owner
    assert gone() is None
    assert x.tolist() == list(range(10))


def test_a_shared_buffer_stays_locked() -> None:
    raw = bytearray(b"abcd")
    x = cp.asarray(raw, copy=False)
    with pytest.raises(BufferError):
        raw.append(1)
    del x
    raw.append(1)
    cp.asarray(raw)
    raw.append(1)


def test_refused_exports_leak_no_references() -> None:
    wrong = [np.zeros(2, "g"), np.zeros(2, "S3"), np.zeros(2, "M8[s]"), np.zeros(2, ">f8")]
    counts = [sys.getrefcount(a) for a in wrong]
    for _ in range(10):
        for a in wrong:
            with pytest.raises((cp.DTypeError, cp.ArgumentError)):
                cp.asarray(a, copy=False)
    del a
    assert [sys.getrefcount(a) for a in wrong] == counts


# ---- exporters that lie: a type whose bf_getbuffer fills in whatever the test says


class PyBuffer(ctypes.Structure):
    _fields_ = (
        ("buf", ctypes.c_void_p),
        ("obj", ctypes.py_object),
        ("len", ctypes.c_ssize_t),
        ("itemsize", ctypes.c_ssize_t),
        ("readonly", ctypes.c_int),
        ("ndim", ctypes.c_int),
        ("format", ctypes.c_char_p),
        ("shape", ctypes.POINTER(ctypes.c_ssize_t)),
        ("strides", ctypes.POINTER(ctypes.c_ssize_t)),
        ("suboffsets", ctypes.POINTER(ctypes.c_ssize_t)),
        ("internal", ctypes.c_void_p),
    )


class Slot(ctypes.Structure):
    _fields_ = (("slot", ctypes.c_int), ("function", ctypes.c_void_p))


class Spec(ctypes.Structure):
    _fields_ = (
        ("name", ctypes.c_char_p),
        ("basicsize", ctypes.c_int),
        ("itemsize", ctypes.c_int),
        ("flags", ctypes.c_uint),
        ("slots", ctypes.POINTER(Slot)),
    )


GETBUFFER = ctypes.PYFUNCTYPE(
    ctypes.c_int, ctypes.py_object, ctypes.POINTER(PyBuffer), ctypes.c_int
)
RELEASEBUFFER = ctypes.PYFUNCTYPE(None, ctypes.py_object, ctypes.POINTER(PyBuffer))
MEMORY = (ctypes.c_ubyte * 256)(*range(256))


class Claim(NamedTuple):
    """What the liar exports."""

    case: str = "honest"

    format: bytes | None = b"f"
    itemsize: int = 4
    ndim: int = 2
    shape: tuple[int, ...] | None = (2, 3)
    strides: tuple[int, ...] | None = None
    length: int = 24
    suboffsets: tuple[int, ...] | None = None
    null: bool = False


class Liar:
    """Makes objects of a C type with a buffer; counts its exports and releases."""

    def __init__(self) -> None:
        self.claim = Claim()
        self.live = 0
        self._kept: list[object] = []
        self._get, self._release = GETBUFFER(self._getbuffer), RELEASEBUFFER(self._releasebuffer)
        bf_getbuffer, bf_releasebuffer = 1, 2  # from Python's typeslots.h
        self._slots = (Slot * 3)(
            Slot(bf_getbuffer, ctypes.cast(self._get, ctypes.c_void_p).value),
            Slot(bf_releasebuffer, ctypes.cast(self._release, ctypes.c_void_p).value),
            Slot(0, None),
        )
        self._spec = Spec(b"tests.Liar", object.__basicsize__, 0, 1 << 18, self._slots)
        from_spec = ctypes.pythonapi.PyType_FromSpec
        from_spec.argtypes, from_spec.restype = [ctypes.POINTER(Spec)], ctypes.py_object
        self._type = from_spec(ctypes.byref(self._spec))

    def export(self, claim: Claim) -> object:
        self.claim = claim
        return self._type()

    def _sizes(self, values: tuple[int, ...] | None) -> object:
        if values is None:
            return None
        sizes = (ctypes.c_ssize_t * max(len(values), 1))(*values)
        self._kept.append(sizes)
        return ctypes.cast(sizes, ctypes.POINTER(ctypes.c_ssize_t))

    def _getbuffer(self, exporter: object, pointer: object, _flags: int) -> int:
        view, claim = pointer.contents, self.claim
        view.buf = None if claim.null else ctypes.addressof(MEMORY)
        view.obj = exporter
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(exporter))  # the view owns a reference
        view.len, view.itemsize, view.ndim = claim.length, claim.itemsize, claim.ndim
        view.readonly, view.format = 1, claim.format
        view.shape, view.strides = self._sizes(claim.shape), self._sizes(claim.strides)
        view.suboffsets = self._sizes(claim.suboffsets)
        self.live += 1
        return 0

    def _releasebuffer(self, _exporter: object, _pointer: object) -> None:
        self.live -= 1


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()
    yield made
    assert made.live == 0, "every buffer is released exactly once"


HUGE = 2**62


@pytest.mark.sanitize
@pytest.mark.parametrize(
    "claim",
    [
        Claim("item size", itemsize=8),
        Claim("item size 0", itemsize=0),
        Claim("negative item size", itemsize=-4),
        Claim("no format", format=None),
        Claim("short", length=20),
        Claim("negative length", length=-24),
        Claim("negative extent", shape=(2, -3), length=-24),
        Claim("negative extents", shape=(-2, -3)),
        Claim("huge extent", shape=(HUGE, 3)),
        Claim("overflow to zero", shape=(HUGE, HUGE), length=0),
        Claim("empty but huge", shape=(HUGE, 0, HUGE), ndim=3, length=0),
        Claim("negative rank", ndim=-1),
        Claim("rank 65", ndim=65, shape=(1,) * 65, length=4),
        Claim("huge rank", ndim=1 << 30),
        Claim("no shape", shape=None),
        Claim("huge strides", strides=(HUGE, HUGE)),
        Claim("least stride", strides=(-HUGE * 2, 4)),
        Claim("largest strides", strides=(HUGE * 2 - 1, HUGE * 2 - 1)),
        Claim("pointers", suboffsets=(0, 0)),
        Claim("null", null=True),
    ],
    ids=lambda value: value.case if isinstance(value, Claim) else None,
)
def test_lies_are_refused(liar: Liar, claim: Claim) -> None:
    with pytest.raises(cp.ExportError, match="buffer export is not valid"):
        cp.asarray(liar.export(claim))
    assert liar.live == 0


@pytest.mark.parametrize(
    "format",
    [
        b"",
        b"ff",
        b"g",
        b"Zi",
        b"Z",
        b"ZZf",
        b"<n",
        b"f4",
        b"2f",
        b"T{f:x:}",
        b"\xff",
        b"@@f",
        b"^f",
    ],
)
def test_unknown_formats_are_refused(liar: Liar, format: bytes) -> None:
    with pytest.raises((cp.DTypeError, cp.ExportError)):
        cp.asarray(liar.export(Claim("unknown", format=format)))


@pytest.mark.sanitize
@pytest.mark.parametrize(
    ("claim", "dtype"),
    [
        (Claim(), "float32"),
        (Claim("standard size", format=b"=f"), "float32"),
        (Claim("strides", strides=(12, 4)), "float32"),
        (Claim("zero strides", strides=(0, 0)), "float32"),
        (Claim("overlapping", strides=(1, 1)), "float32"),  # overlapping and misaligned
        (Claim("no pointers", suboffsets=(-1, -1)), "float32"),
        (Claim("bytes", format=None, itemsize=1, ndim=1, shape=None, length=24), "uint8"),
        (Claim("scalar", ndim=0, shape=None, length=4), "float32"),
        (Claim("empty null", shape=(0, 3), length=0, null=True), "float32"),
        (Claim("empty strides", shape=(0, 3), length=0, strides=(HUGE * 2 - 1, -HUGE)), "float32"),
        (Claim("rank 64", ndim=64, shape=(1,) * 64, length=4), "float32"),
        (
            Claim("untaken strides", ndim=64, shape=(1,) * 64, length=4, strides=(-HUGE * 2,) * 64),
            "float32",
        ),
        (Claim("Zf", format=b"Zf", itemsize=8, shape=(3, 1)), "complex64"),
        (Claim("F", format=b"F", itemsize=8, shape=(3, 1)), "complex64"),
        (Claim("D", format=b"D", itemsize=16, ndim=1, shape=(1,), length=16), "complex128"),
        (Claim("n", format=b"n", itemsize=8, ndim=1, shape=(3,)), "int64"),
        (Claim("network order", format=b"!I"), "uint32"),
    ],
    ids=lambda value: value.case if isinstance(value, Claim) else None,
)
def test_odd_but_honest_exports(liar: Liar, claim: Claim, dtype: str) -> None:
    x = cp.asarray(liar.export(claim))
    assert x.dtype.name == dtype
    expected = np.lib.stride_tricks.as_strided(
        np.frombuffer(MEMORY, np.dtype(dtype).newbyteorder(">" if claim.format == b"!I" else "=")),
        claim.shape if claim.shape is not None else (() if claim.ndim == 0 else (claim.length,)),
        None if claim.strides is None or 0 in claim.shape or claim.ndim == 64 else claim.strides,
    )
    assert x.shape == expected.shape
    assert np.asarray(x).tobytes() == expected.astype(dtype).tobytes()
    view = x[...]
    del x
    assert np.asarray(view).tobytes() == expected.astype(dtype).tobytes()


if sys.version_info >= (3, 12):

    def test_python_level_buffers() -> None:
        class Exporter:
            def __init__(self) -> None:
                self.released = 0

            def __buffer__(self, flags: int) -> memoryview:
                return memoryview(bytes([1, 2, 3]))

            def __release_buffer__(self, view: memoryview) -> None:
                self.released += 1

        exporter = Exporter()
        x = cp.asarray(exporter)
        assert x.tolist() == [1, 2, 3]
        assert exporter.released == 0
        del x
        assert exporter.released == 1

        class Broken:
            def __buffer__(self, flags: int) -> memoryview:
                raise RuntimeError("boom")

        with pytest.raises(RuntimeError, match="boom"):
            cp.asarray(Broken())
