# Tests that results have the bits of their numerics revision, on every ISA of this machine. The
# calls and their digests are corepy.reproduce's.
from __future__ import annotations

import hashlib
import struct
import sys

import pytest

import corepy as cp
from corepy.reproduce.cases import make_cases
from corepy.reproduce.golden_files import read_digests
from corepy.reproduce.layouts import Elements, lay_out
from corepy.reproduce.runner import compute_digests

ROWS = {row.name: row for row in cp._core.ops()}


@pytest.fixture(scope="module")
def recorded():
    """The digests of the current revision."""
    return read_digests()


@pytest.mark.isa
@pytest.mark.parametrize("name", ROWS)
def test_bits_are_those_of_the_revision(name, recorded, isa):
    computed = compute_digests(name, ["small"]).get(name, {})
    wanted = recorded.get(name, {})
    wrong = [case for case, digest in computed.items() if wanted.get(case) != digest]
    assert not wrong, f"other bits than in revision {cp.numerics_revision}"


@pytest.mark.parametrize("name", ROWS)
def test_every_call_has_a_digest_and_every_digest_a_call(name, recorded):
    assert {case.key for case in make_cases(ROWS[name])} == set(recorded.get(name, {}))


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
