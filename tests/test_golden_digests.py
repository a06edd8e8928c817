# Tests that results have the bits of their numerics revision, on every ISA of this machine.
from __future__ import annotations

import hashlib
import importlib.util
import json
import struct
from pathlib import Path

import pytest

import corepy as cp

GOLDEN = Path(__file__).resolve().parent / "golden"


@pytest.fixture(scope="module")
def make():
    """tests/golden/make.py as a module."""
    spec = importlib.util.spec_from_file_location("golden_make", GOLDEN / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def recorded(make):
    """The digests of the current revision."""
    return json.loads(make.golden_path().read_text(encoding="utf-8"))


@pytest.mark.isa
@pytest.mark.parametrize("name", [row.name for row in cp._core.ops()])
def test_bits_are_those_of_the_revision(name, make, recorded, isa):
    computed = make.compute_digests(name).get(name, {})
    wanted = recorded.get(name, {})
    wrong = [case for case, digest in computed.items() if wanted.get(case) != digest]
    assert not wrong, f"other bits than in revision {cp.numerics_revision}"
    assert computed.keys() == wanted.keys()


def test_every_computing_operator_has_digests(recorded):
    for row in cp._core.ops():
        if row.family in ("elementwise", "reduction", "sorting") or row.name in (
            "matmul",
            "vecdot",
            "tensordot",
            "astype",
        ):
            assert {case.split()[0] for case in recorded[row.name]} == set(row.dtypes), row.name


def test_operands_depend_on_integers_only(make):
    assert [make.hash_integer(n) for n in range(3)] == [
        0xE220A8397B1DCDAF,
        0x6E789E6AA1B965F4,
        0x06C45D188009454F,
    ]
    for dtype in ("float32", "float64"):
        values = make.make_operand(dtype, (4000,), 1).tolist()
        assert any(v != v for v in values)
        assert any(0 < abs(v) < 1e-37 for v in values)
        assert any(1e30 < abs(v) < float("inf") for v in values)
        kind = "f" if dtype == "float32" else "d"
        for value in values:
            if value == value:
                assert struct.unpack(kind, struct.pack(kind, value))[0] == value


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
    import numpy as np

    part = "uint32" if dtype in ("float32", "complex64") else "uint64"
    quiet = np.full(4, np.nan, dtype)
    bits = quiet.copy().view(part)
    bits[0] |= 1 << (8 * bits.itemsize - 1)
    bits[1] += 12345
    bits[2] |= 0x1
    other = bits.view(dtype)
    assert other.tobytes() != quiet.tobytes()
    if dtype.startswith("float"):
        assert cp.digest(other) == cp.digest(quiet)
    mixed = np.asarray([1, np.nan, 2], dtype)
    assert cp.digest(mixed) != cp.digest(np.asarray([1, 3, 2], dtype))
