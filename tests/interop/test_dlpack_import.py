# Import by DLPack: honest libraries, hand-made capsules that lie, lifetimes.
from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from dlpack_structs import (
    CAPSULE_DESTRUCTOR,
    DELETER,
    DTYPES,
    IS_COPIED,
    READ_ONLY,
    ByDLPack,
    DLDataType,
    DLDevice,
    Producer,
    new_capsule,
)

import corepy as cp


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "layout", ["contiguous", "transposed", "negative", "zero_dimensional", "empty"]
)
def test_from_numpy(dtype: str, layout: str) -> None:
    a = np.arange(6).reshape(2, 3).astype(dtype)
    a = {
        "contiguous": a, "transposed": a.T, "negative": a[::-1, ::-2],
        "zero_dimensional": a[1, 1, ...], "empty": a[:0],
    }[layout]  # fmt: skip
    for source in (a, ByDLPack(a)):
        x = cp.from_dlpack(source)
        assert x.dtype.name == dtype
        assert x.shape == a.shape
        assert x.tolist() == a.tolist()
        if a.size:
            assert np.shares_memory(np.asarray(x), a)


@pytest.mark.parametrize("wrap", [lambda array: array, ByDLPack])
def test_sharing(wrap: Callable[[np.ndarray], object]) -> None:
    a = np.arange(4.0)
    shared, kept = cp.from_dlpack(wrap(a)), cp.from_dlpack(wrap(a), copy=False)
    copied = cp.from_dlpack(wrap(a), copy=True)
    a[0] = 9
    assert shared.tolist() == kept.tolist() == [9, 1, 2, 3]
    assert copied.tolist() == [0, 1, 2, 3]
    shared[...] = 5
    assert a.tolist() == [9, 1, 2, 3]
    read_only = np.arange(2.0)
    read_only.flags.writeable = False
    assert np.shares_memory(np.asarray(cp.from_dlpack(wrap(read_only))), read_only)


@pytest.mark.parametrize("versioned", [True, False])
def test_the_deleter_runs_once(versioned: bool) -> None:
    producer = Producer(versioned)
    x = cp.from_dlpack(producer)
    assert (producer.capsules_destroyed, producer.deleted) == (1, 0)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    view = x.T
    del x
    exported = np.asarray(view)
    del view
    assert producer.deleted == 0
    assert exported.tolist() == [[0, 3], [1, 4], [2, 5]]
    del exported
    assert producer.deleted == 1


def test_a_copy_lets_go_at_once() -> None:
    producer = Producer()
    x = cp.from_dlpack(producer, copy=True)
    assert producer.deleted == 1
    producer.memory[:] = 7
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]


def test_a_missing_deleter_is_allowed() -> None:
    producer = Producer()
    producer.managed.deleter = DELETER()
    producer._destructor = CAPSULE_DESTRUCTOR()
    x = cp.from_dlpack(producer)
    assert x.tolist() == [[0, 1, 2], [3, 4, 5]]
    del x


def test_asarray_decides_by_the_flags() -> None:
    writable, read_only, private = Producer(), Producer(flags=READ_ONLY), Producer(flags=IS_COPIED)
    tensors = [cp.asarray(p) for p in (writable, read_only, private)]
    assert [p.deleted for p in (writable, read_only, private)] == [1, 0, 0]
    for producer in (writable, read_only, private):
        producer.memory[:] = 7
    assert tensors[0].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert tensors[1].tolist() == tensors[2].tolist() == [[7, 7, 7], [7, 7, 7]]
    old = Producer(versioned=False)
    assert cp.asarray(old).tolist() == [[0, 1, 2], [3, 4, 5]]
    assert old.deleted == 1  # it cannot say that it is read-only, so it was copied
    assert cp.asarray(Producer(versioned=False), copy=False).tolist() == [[0, 1, 2], [3, 4, 5]]


def test_odd_but_valid_exports() -> None:
    assert cp.from_dlpack(Producer(byte_offset=8)).tolist() == [[2, 3, 4], [5, 6, 7]]
    misaligned = Producer(byte_offset=1)
    expected = np.frombuffer(misaligned.memory.tobytes()[1:25], "f4").reshape(2, 3)
    np.testing.assert_array_equal(np.asarray(cp.from_dlpack(misaligned)), expected)
    np.testing.assert_array_equal(np.asarray(cp.from_dlpack(misaligned, copy=True)), expected)
    strided = Producer(byte_offset=40).set_shape((2, 3), (-8, 2))
    assert cp.from_dlpack(strided).tolist() == [[10, 12, 14], [2, 4, 6]]
    assert cp.from_dlpack(Producer().set_shape((3,), (0,))).tolist() == [0, 0, 0]
    assert cp.from_dlpack(Producer().set_shape((), None)).shape == ()
    assert cp.from_dlpack(Producer(data=None).set_shape((0, 3), None)).shape == (0, 3)
    nonsense = 2**63 - 1  # strides that are never taken
    assert cp.from_dlpack(Producer().set_shape((1, 2), (nonsense, 1))).tolist() == [[0, 1]]
    assert cp.from_dlpack(Producer().set_shape((0, 2), (nonsense, nonsense))).shape == (0, 2)
    assert cp.from_dlpack(Producer().set_shape((1,) * 64, None)).shape == (1,) * 64
    assert cp.from_dlpack(Producer(dtype=DLDataType(6, 8, 1))).dtype is cp.bool
    newer = Producer()
    newer.managed.minor = 99
    assert cp.from_dlpack(newer).shape == (2, 3)


HUGE = 2**62


def broken_producers() -> Iterator[tuple[str, Producer]]:
    for versioned in (True, False):
        yield "rank", Producer(versioned, ndim=-1)
        yield "rank", Producer(versioned, ndim=65)
        yield "rank", Producer(versioned, ndim=2**31 - 1)
        yield "no shape", Producer(versioned, shape=None)
        yield "null pointer", Producer(versioned, data=None)
        yield "byte offset", Producer(versioned, byte_offset=2**64 - 1)
        yield "negative dimension", Producer(versioned).set_shape((-1, 3), None)
        yield "negative dimension", Producer(versioned).set_shape((-1, 3), (3, 1))
        yield "too large", Producer(versioned).set_shape((HUGE, HUGE), None)
        yield "address space", Producer(versioned).set_shape((HUGE, HUGE), (1, 1))
        yield "address space", Producer(versioned).set_shape((HUGE, 0, HUGE), (1, 1, 1))
        yield "address space", Producer(versioned).set_shape((2,), (-HUGE // 4,))
        yield "stride out of range", Producer(versioned).set_shape((2,), (HUGE,))
        yield "not in main memory", Producer(versioned, device=DLDevice(2, 0))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(2, 32, 4))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(2, 32, 0))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(2, 8, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(4, 32, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(3, 64, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(6, 1, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(0, 0, 1))
        yield "DLPack type", Producer(versioned, dtype=DLDataType(200, 32, 1))
    yield "unknown version", Producer(major=2)
    yield "unknown version", Producer(major=0)


@pytest.mark.sanitize
def test_lies_are_refused_and_the_capsule_deletes() -> None:
    for message, producer in broken_producers():
        for convert in (cp.from_dlpack, cp.asarray):
            before = producer.deleted
            with pytest.raises((cp.ExportError, cp.DTypeError, cp.ShapeError), match=message):
                convert(producer)
            assert producer.deleted == before + 1, message


class Returns:
    """Has the DLPack methods; what they return is up to the test."""

    def __init__(self, result: object, device: object = (1, 0)) -> None:
        self.result, self.device = result, device

    def __dlpack__(self, **_requests: object) -> object:
        return self.result

    def __dlpack_device__(self) -> object:
        return self.device


def test_what_is_no_capsule_is_refused() -> None:
    used = np.zeros(2).__dlpack__(max_version=(1, 0))
    assert cp.from_dlpack(Returns(used)).tolist() == [0, 0]
    with pytest.raises(cp.ExportError, match="used before"):
        cp.from_dlpack(Returns(used))
    memory = ctypes.create_string_buffer(8)
    for name in (b"other", b"\xff", b""):
        capsule = new_capsule(ctypes.addressof(memory), name, CAPSULE_DESTRUCTOR())
        with pytest.raises(cp.ExportError, match="used before, or is none"):
            cp.from_dlpack(Returns(capsule))
    capsule = new_capsule(ctypes.addressof(memory), None, CAPSULE_DESTRUCTOR())
    with pytest.raises(cp.ExportError, match="none of DLPack's"):
        cp.from_dlpack(Returns(capsule))
    for wrong in (None, 3, "x", np.zeros(2)):
        with pytest.raises(cp.ExportError, match="must return a capsule"):
            cp.from_dlpack(Returns(wrong))


def test_devices() -> None:
    for device in ((2, 0), (13, 1), (-1, 0)):
        with pytest.raises(cp.ExportError, match="not in main memory"):
            cp.from_dlpack(Returns(None, device))
    for device in (None, 1, (1,), [1, 0]):
        with pytest.raises(cp.ExportError, match="__dlpack_device__"):
            cp.from_dlpack(Returns(None, device))
    with pytest.raises(TypeError):
        cp.from_dlpack(Returns(None, ("cpu", 0)))


def test_objects_without_dlpack_are_refused() -> None:
    for wrong in ([1, 2], 3, None, b"abc", np.ndarray):
        with pytest.raises(cp.ArgumentTypeError, match="no __dlpack__ method"):
            cp.from_dlpack(wrong)


def test_producers_from_before_version_1() -> None:
    class Old:
        def __init__(self) -> None:
            self.array = np.arange(3.0)

        def __dlpack_device__(self) -> tuple[int, int]:
            return (1, 0)

        def __dlpack__(self, stream: None = None) -> object:
            return self.array.__dlpack__()

    old = Old()
    x = cp.from_dlpack(old)
    old.array[0] = 5
    assert x.tolist() == [5, 1, 2]


def test_exceptions_of_the_producer_pass_through() -> None:
    class Boom:
        def __dlpack_device__(self) -> tuple[int, int]:
            return (1, 0)

        def __dlpack__(self, **_requests: object) -> object:
            raise RuntimeError("boom")

    for convert in (cp.from_dlpack, cp.asarray):
        with pytest.raises(RuntimeError, match="boom"):
            convert(Boom())


def test_a_deleter_that_runs_while_an_exception_is_raised_keeps_it() -> None:
    def fail() -> None:
        kept = cp.from_dlpack(Producer())
        raise KeyError(str(kept.shape))

    with pytest.raises(KeyError, match="2, 3"):
        fail()


def test_a_copy_by_the_producer_is_recorded_and_no_sharing() -> None:
    producer, other = Producer(flags=IS_COPIED), Producer(flags=IS_COPIED)
    x = cp.from_dlpack(producer)
    assert cp.explain_last_dispatch().copied_bytes == x.nbytes
    with pytest.raises(cp.ArgumentError, match="a producer that exports a copy"):
        cp.from_dlpack(other, copy=False)
    assert other.deleted == 1
    del x
    assert producer.deleted == 1


def test_a_device_by_name_asks_the_producer_to_copy() -> None:
    requests: list[dict[str, object]] = []

    class Elsewhere(Producer):
        def __dlpack__(self, **options: object) -> object:
            requests.append(options)
            return super().__dlpack__()

    producer = Elsewhere(flags=IS_COPIED)
    producer.device = (2, 0)
    with pytest.raises(cp.ExportError, match="device="):
        cp.from_dlpack(producer)
    assert not requests
    assert cp.from_dlpack(producer, device="cpu").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert requests == [{"max_version": (1, 0), "dl_device": (1, 0)}]
    near = Elsewhere()
    cp.from_dlpack(near, device="cpu")
    assert requests[1:] == [{"max_version": (1, 0)}]
