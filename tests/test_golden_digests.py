# Tests that results have the bits of their numerics revision, on every ISA of this machine. The
# calls and their digests are corepy.reproduce's.
from __future__ import annotations

import hashlib
import struct
import sys

import pytest

import corepy as cp
from corepy.reproduce.cases import make_cases
from corepy.reproduce.composed_cases import make_composed_cases
from corepy.reproduce.golden_files import read_digests, read_slices
from corepy.reproduce.layouts import Elements, lay_out
from corepy.reproduce.runner import compute_golden
from corepy.reproduce.slices import has_slices

ROWS = {row.name: row for row in cp._core.ops()}
CASES = {name: list(make_cases(row)) for name, row in ROWS.items()}
for one in make_composed_cases():
    CASES.setdefault(one.op, []).append(one)
#: The word "composed" is what .ci/run leaves out where an emulator misreads gathers.
each_name = pytest.mark.parametrize(
    "name", CASES, ids=lambda name: name if name in ROWS else f"composed {name}"
)


@pytest.fixture(scope="module")
def recorded():
    """The digests of the current revision."""
    return read_digests()


@pytest.fixture(scope="module")
def recorded_slices():
    return read_slices()


@pytest.mark.isa
@each_name
def test_bits_are_those_of_the_revision(name, recorded, recorded_slices, isa):
    computed = compute_golden(name, ["small"])
    for found, golden in ((computed.digests, recorded), (computed.slices, recorded_slices)):
        wanted = golden.get(name, {})
        wrong = [case for case, digest in found.get(name, {}).items() if wanted.get(case) != digest]
        assert not wrong, f"other bits than in revision {cp.numerics_revision}"


@each_name
def test_every_call_has_a_digest_and_every_digest_a_call(name, recorded, recorded_slices):
    assert {case.key for case in CASES[name]} == set(recorded.get(name, {}))
    sliced = {case.key for case in CASES[name] if has_slices(case)}
    assert sliced == set(recorded_slices.get(name, {}))


def test_no_operator_is_recorded_that_is_gone(recorded, recorded_slices):
    assert set(recorded) <= set(CASES)
    assert set(recorded_slices) <= set(CASES)


def test_the_digest_is_the_documented_hash():
    x = cp.asarray([[1.0, -0.0], [2.5, 3.0]])
    header = b"corepy-digest-1\0float64\0" + b"2,2\0"
    data = struct.pack("<4d", 1.0, -0.0, 2.5, 3.0)
    assert cp.digest(x) == hashlib.sha256(header + data).hexdigest()
    assert cp.digest(x.T) == cp.digest(cp.copy(x.T)) != cp.digest(x)
    assert cp.digest(x) != cp.digest(cp.reshape(x, (4,)))
    assert cp.digest(x) != cp.digest(cp.astype(x, cp.float32))
    assert cp.digest(cp.asarray([0.0])) != cp.digest(cp.asarray([-0.0]))


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_every_nan_has_one_digest(dtype):
    is_single = dtype in ("float32", "complex64")
    size, infinity, quiet = (4, 0xFF << 23, 1 << 22) if is_single else (8, 0x7FF << 52, 1 << 51)
    parts = 2 if dtype.startswith("complex") else 1

    def make(*bits):
        data = b"".join(value.to_bytes(size, sys.byteorder) for value in bits)
        return lay_out(Elements(data, dtype, (len(bits) // parts,)), "contiguous")

    sign = 1 << (8 * size - 1)
    payloads = [
        infinity | quiet | 12345,
        infinity | 1,
        sign | infinity | quiet,
        sign | infinity | 7,
    ]
    assert cp.digest(make(*payloads)) == cp.digest(make(*[infinity | quiet] * 4))
    assert cp.digest(make(0, infinity, 0, 0)) != cp.digest(make(0, infinity | 1, 0, 0))
    assert cp.digest(make(0, 0)) != cp.digest(make(0, sign))
