# Valid files with a few bytes changed, cut or repeated: whatever a reader is fed, it gives tensors
# or a CorepyError. Nothing else may happen.
from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corepy as cp

TENSORS = {
    "weights": cp.arange(12, dtype=cp.float32).reshape(3, 4),
    "bias": cp.asarray([True, False, True]),
    "scale": cp.asarray(2.5 + 1j, dtype=cp.complex64),
}


def written(write: Callable[[io.BytesIO], None]) -> bytes:
    file = io.BytesIO()
    write(file)
    return file.getvalue()


FILES = {
    "npy": written(lambda file: cp.save(file, TENSORS["weights"])),
    "npz": written(lambda file: cp.save_npz(file, TENSORS)),
    "npz deflated": written(lambda file: cp.save_npz(file, TENSORS, compress=True)),
    "safetensors": written(lambda file: cp.save_safetensors(file, TENSORS, metadata={"a": "b"})),
}


def read(kind: str, file: io.BytesIO | Path, mmap: bool) -> list[cp.Tensor]:
    if kind == "npy":
        return [cp.load(file, mmap=mmap)]
    if kind == "safetensors":
        return list(cp.load_safetensors(file, mmap=mmap).values())
    return list(cp.load_npz(file).values())


#: What may happen to a file: bytes overwritten, cut out, or repeated, at some place of it.
EDITS = st.tuples(
    st.sampled_from(["overwrite", "cut", "repeat"]),
    st.floats(0, 1, exclude_max=True),
    st.binary(min_size=1, max_size=8),
)
#: Where the interesting bytes are: half of the edits go there.
TOKENS = st.sampled_from(
    [b"(", b")", b",", b"'", b"{", b"}", b"[", b"]", b'"', b"-1", b"9" * 18, b"0", b"\xff" * 8,
     b"\0" * 8, b"<f8", b"|O", b"F64", b"True", b"PK\x01\x02", b"PK\x05\x06", b"1e400", b"NaN"]
)  # fmt: skip


def edit(data: bytes, edits: list[tuple[str, float, bytes]]) -> bytes:
    for what, place, piece in edits:
        at = int(place * len(data))
        if what == "overwrite":
            data = data[:at] + piece + data[at + len(piece) :]
        elif what == "cut":
            data = data[:at] + data[at + len(piece) :]
        else:
            data = data[:at] + piece + data[at:]
    return data


@pytest.mark.sanitize
@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    edits=st.lists(
        EDITS | EDITS.flatmap(lambda one: TOKENS.map(lambda token: (*one[:2], token))),
        min_size=1,
        max_size=3,
    ),
    mmap=st.booleans(),
)
def test_changed_files(
    tmp_path: Path, kind: str, edits: list[tuple[str, float, bytes]], mmap: bool
) -> None:
    data = edit(FILES[kind], edits)
    path = tmp_path / "file"
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for file in (path, io.BytesIO(data)):
            try:
                tensors = read(kind, file, mmap and file is path)
            except cp.CorepyError:
                continue
            for x in tensors:
                assert len(repr(x)) > 0
                cp.digest(x)  # reads every element


@pytest.mark.parametrize("kind", FILES)
def test_unchanged_files_are_read(kind: str) -> None:
    got = {repr(x) for x in read(kind, io.BytesIO(FILES[kind]), False)}
    assert got <= {repr(x) for x in TENSORS.values()}


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes(kind: str, data: bytes) -> None:
    for start in (b"", FILES[kind][:8], FILES[kind][:10]):
        with suppress(cp.CorepyError):
            read(kind, io.BytesIO(start + data), False)
