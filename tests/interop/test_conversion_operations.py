# asarray and from_dlpack as operations: records, settings, failing memory, the interpreter's end.
from __future__ import annotations

import subprocess
import sys
import threading

import numpy as np
import pytest
from dlpack_structs import ByDLPack

import corepy as cp


def last_record() -> dict[str, object]:
    record = cp.explain_last_dispatch()
    assert record is not None
    return dict(record.to_dict())


@pytest.mark.parametrize(
    ("source", "options", "kernel", "copied", "cast"),
    [
        ([1.0, 2.0], {}, "sequence", 0, 0),
        (3, {}, "scalar", 0, 0),
        (np.zeros(4), {}, "NumPy", 32, 0),
        (np.zeros(4), {"copy": False}, "NumPy", 0, 0),
        (np.zeros(4), {"dtype": cp.float32}, "NumPy", 16, 16),
        (np.zeros(4).view(type("Own", (np.ndarray,), {})), {}, "buffer", 32, 0),
        (np.zeros(4, ">f8"), {}, "buffer", 32, 32),
        (bytes(4), {}, "buffer", 0, 0),
        (bytes(4), {"copy": True}, "buffer", 4, 0),
    ],
    ids=str,
)
def test_the_record_says_what_was_copied(
    source: object, options: dict[str, object], kernel: str, copied: int, cast: int
) -> None:
    cp.asarray(source, **options)
    record = last_record()
    assert record["op"] == "asarray"
    assert record["kernel"] == kernel
    assert (record["copied_bytes"], record["cast_bytes"]) == (copied, cast)
    assert record["reproducible"] is True


def test_the_record_of_from_dlpack() -> None:
    for source, kernel in ((np.zeros(4), "NumPy"), (ByDLPack(np.zeros(4)), "DLPack")):
        cp.from_dlpack(source)
        assert (last_record()["op"], last_record()["kernel"]) == ("from_dlpack", kernel)
        assert last_record()["copied_bytes"] == 0
    cp.from_dlpack(np.zeros(4), copy=True)
    assert last_record()["copied_bytes"] == 32


def test_a_failed_conversion_leaves_the_last_record() -> None:
    cp.asarray([1, 2, 3])
    before = last_record()
    for wrong in ([[1], [2, 3]], "text", np.zeros(2, "g"), [2**70]):
        with pytest.raises(cp.CorepyError):
            cp.asarray(wrong)
    assert last_record() == before


def test_mixed_kinds_in_a_sequence_are_recorded_and_strict_refuses_them() -> None:
    mixed = [np.int32(1), np.float32(2)]
    assert cp.asarray(mixed).dtype is cp.float32
    assert "mixed_kind_promotion" in last_record()["flags"]
    with cp.settings.override(strict=True), pytest.raises(cp.StrictModeError, match="asarray"):
        cp.asarray(mixed)


def test_under_strict_a_dlpack_export_is_a_copy() -> None:
    x = cp.asarray([1.0, 2.0])
    assert np.shares_memory(np.from_dlpack(x), np.asarray(x))
    with cp.settings.override(strict=True):
        assert not np.shares_memory(np.from_dlpack(x), np.asarray(x))


def test_same_tensor() -> None:
    x = cp.asarray([1, 2])
    assert cp.asarray(x) is x
    assert cp.asarray(x, copy=False) is x
    assert cp.asarray(x, dtype=cp.int64) is x
    y = cp.asarray(x, copy=True)
    assert y is not x
    assert not np.shares_memory(np.asarray(x), np.asarray(y))
    with pytest.raises(cp.ArgumentError, match="copy=False"):
        cp.asarray(x, dtype=cp.float32, copy=False)


@pytest.mark.sanitize
def test_the_memory_limit_holds_and_owners_are_let_go() -> None:
    a = np.zeros(1 << 20)
    references = sys.getrefcount(a)
    cp.memory.limit(1 << 16)
    try:
        for make in (
            lambda: cp.asarray(a),
            lambda: cp.asarray(a, dtype=cp.float32),
            lambda: cp.asarray(a.astype(">f8")),
            lambda: cp.asarray([a]),
            lambda: cp.asarray(list(range(1 << 15))),
            lambda: cp.from_dlpack(a, copy=True),
            lambda: cp.asarray(a, copy=False).__dlpack__(),
        ):
            with pytest.raises(cp.MemoryLimitError):
                make()
        assert cp.asarray(a, copy=False).shape == (1 << 20,)
    finally:
        cp.memory.limit(None)
    assert sys.getrefcount(a) == references


LARGE = 1 << 18  # elements: enough for the copy to run without the GIL


@pytest.mark.parametrize(
    "layout", ["contiguous", "transposed", "reversed", "misaligned", "swapped"]
)
def test_large_arrays(layout: str) -> None:
    a = np.arange(LARGE, dtype="f8").reshape(512, -1)
    array = {
        "contiguous": a,
        "transposed": a.T,
        "reversed": a[::-1, ::-1],
        "misaligned": np.frombuffer(b"x" + a.tobytes(), "f8", offset=1).reshape(a.shape),
        "swapped": a.astype(">f8"),
    }[layout]
    x = cp.asarray(array, copy=True)
    np.testing.assert_array_equal(np.asarray(x), array)
    assert cp.asarray(array, dtype=cp.int64, copy=True).tolist() == array.astype("i8").tolist()


@pytest.mark.sanitize
def test_foreign_memory_may_change_while_it_is_copied() -> None:
    a = np.zeros(LARGE)
    stop = threading.Event()

    def scribble() -> None:
        value = 0.0
        while not stop.is_set():
            value += 1
            a[:] = value

    thread = threading.Thread(target=scribble)
    thread.start()
    try:
        for _ in range(20):
            x = cp.asarray(a)
            first = np.asarray(x).tobytes()
            assert np.asarray(x).tobytes() == first
    finally:
        stop.set()
        thread.join()


@pytest.mark.sanitize
def test_owners_that_outlive_the_interpreter() -> None:
    program = """
import numpy as np, corepy as cp
class Loop: pass
a = np.arange(100.0)
kept = [cp.asarray(a, copy=False), cp.from_dlpack(a), cp.asarray(b"bytes")]
loop = Loop(); loop.self, loop.tensors = loop, kept
views = [memoryview(x) for x in kept] + [x.numpy() for x in kept]
capsules = [x.__dlpack__(max_version=(1, 0)) for x in kept] + [x.__dlpack__() for x in kept]
import builtins; builtins.kept = kept, views, capsules
print("end")
"""
    result = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "end\n", "")


@pytest.mark.sanitize
def test_the_last_reference_may_go_in_another_thread() -> None:
    died: list[int] = []

    class Watched(np.ndarray):
        def __del__(self) -> None:
            died.append(threading.get_ident())

    tensors = [cp.asarray(np.arange(8.0).view(Watched), copy=False) for _ in range(50)]

    def drop(part: list[cp.Tensor]) -> None:
        part.clear()

    threads = [
        threading.Thread(target=drop, args=([tensors.pop() for _ in range(10)],)) for _ in range(5)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(died) == 50


def test_importing_and_converting_lists_does_not_import_numpy() -> None:
    program = """
import sys, corepy as cp
x = cp.asarray([[1, 2], [3, 4]], dtype="float32")
assert memoryview(x).tolist() == [[1, 2], [3, 4]] and cp.float32 == "float32"
assert cp.from_dlpack(x) is not None and cp.asarray(b"ab").tolist() == [97, 98]
assert "numpy" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
