# Tests that rounding mode and flush-to-zero, which other libraries change, change no result.
from __future__ import annotations

import ctypes
import ctypes.util
import mmap
import platform

import numpy as np
import pytest

import corepy as cp
from corepy.testing import operator_rows

pytestmark = pytest.mark.isa

X86 = platform.machine().lower() in ("x86_64", "amd64")
ROUNDING = {
    "x86": {"down": 0x400, "up": 0x800, "zero": 0xC00},
    "arm": {"down": 0x800000, "up": 0x400000, "zero": 0xC00000},
}


class ControlRegister:
    """MXCSR, read and written by four bytes of machine code each."""

    def __init__(self):
        self._memory = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        self._memory.write(b"\x0f\xae\x17\xc3" + b"\x90" * 12 + b"\x0f\xae\x1f\xc3")
        start = ctypes.addressof(ctypes.c_char.from_buffer(self._memory))
        kind = ctypes.PYFUNCTYPE(None, ctypes.POINTER(ctypes.c_uint32))
        self._load, self._store = kind(start), kind(start + 16)

    def read(self):
        value = ctypes.c_uint32()
        self._store(value)
        return value.value

    def write(self, value):
        self._load(ctypes.c_uint32(value))


def programs():
    """Results in which another rounding, or a flushed subnormal, would show."""
    rng = np.random.default_rng(3)
    for dtype in ("float32", "float64"):
        tiny = np.finfo(dtype).tiny
        ordinary = rng.standard_normal(300).astype(dtype)
        small = (ordinary * tiny).astype(dtype)
        for row in operator_rows():
            if row.family == "elementwise" and dtype in row.dtypes:
                for values in (ordinary, small):
                    x, y = cp.asarray(values), cp.asarray(values[::-1].copy())
                    operands = [x, y, x][: len(row.operands)]
                    if row.operands[0] == "condition":
                        operands = [x > y, x, y]
                    yield row.name, lambda n=row.name, o=operands: getattr(cp, n)(*o)
            if row.family == "reduction" and dtype in row.dtypes:
                for values in (ordinary, small):
                    x = cp.asarray(values.reshape(15, 20))
                    yield row.name, lambda n=row.name, x=x: getattr(cp, n)(x, axis=1)
        x = cp.asarray(ordinary.reshape(15, 20))
        y = cp.asarray(small.reshape(20, 15))
        yield "matmul", lambda x=x, y=y: cp.matmul(x, y)
        yield "sort", lambda y=y: cp.sort(y)
        yield "astype", lambda x=x: cp.astype(x, cp.float32)
        yield "astype", lambda y=y: cp.astype(y, cp.int8)
        yield "concat", lambda x=x, y=y: cp.concat([x, y.T])
    yield "linspace", lambda: cp.linspace(0, 1 / 3, 50)
    yield "arange", lambda: cp.arange(0, 1, 1 / 7)


@pytest.fixture(scope="module")
def expected():
    return [(name, call, cp.digest(call())) for name, call in programs()]


def check(expected, enter, leave, is_entered):
    for name, call, digest in expected:
        enter()
        try:
            result = call()
            kept = is_entered()
            record = cp.explain_last_dispatch()
        finally:
            leave()
        assert kept, f"{name}: the caller's environment was not restored"
        assert record.op == name
        assert "float_environment_reset" in record.flags, name
        assert cp.digest(result) == digest, name


@pytest.mark.skipif(not X86 or not hasattr(mmap, "PROT_EXEC"), reason="MXCSR is a register of x86")
@pytest.mark.parametrize(
    ("meaning", "control"),
    [
        ("flush to zero", 0x1F80 | 0x8000),
        ("denormals are zero", 0x1F80 | 0x0040),
        ("both", 0x1F80 | 0x8040),
        ("round down", 0x1F80 | 0x2000),
        ("round up", 0x1F80 | 0x4000),
        ("truncate", 0x1F80 | 0x6000),
        ("trap on overflow and inexact", 0x1F80 & ~0x1400),
    ],
)
def test_control_register_of_x86(meaning, control, expected):
    register = ControlRegister()
    default = register.read()
    mask = 0xFFC0
    check(
        expected,
        lambda: register.write(control),
        lambda: register.write(default),
        lambda: register.read() & mask == control & mask,
    )


@pytest.mark.skipif(platform.system() == "Windows", reason="fesetround takes other constants there")
@pytest.mark.parametrize("mode", ["down", "up", "zero"])
def test_rounding_mode_of_the_c_library(mode, expected):
    libm = ctypes.PyDLL(ctypes.util.find_library("m"))
    wanted = ROUNDING["x86" if X86 else "arm"][mode]
    assert libm.fegetround() == 0
    check(
        expected,
        lambda: libm.fesetround(wanted),
        lambda: libm.fesetround(0),
        lambda: libm.fegetround() == wanted,
    )


def test_failed_calls_restore_it_too():
    libm = ctypes.PyDLL(ctypes.util.find_library("m"))
    wanted = ROUNDING["x86" if X86 else "arm"]["up"]
    libm.fesetround(wanted)
    try:
        for call in (
            lambda: cp.add(cp.ones(2), cp.ones(3)),
            lambda: cp.pow(cp.asarray([2]), cp.asarray([-1])),
            lambda: cp.zeros((2**62, 2**62)),
        ):
            with pytest.raises(cp.CorepyError):
                call()
            assert libm.fegetround() == wanted
    finally:
        libm.fesetround(0)


def test_the_default_environment_is_no_note():
    cp.ones(3) + 1
    assert "float_environment_reset" not in cp.explain_last_dispatch().flags


@pytest.mark.skipif(not X86 or not hasattr(mmap, "PROT_EXEC"), reason="MXCSR is a register of x86")
@pytest.mark.parametrize("control", [0x1F80 | 0x8040, 0x1F80 | 0x2000, 0x1F80 | 0x4000])
def test_numbers_of_python_are_converted_in_the_default_environment(control):
    def convert():
        x = cp.ones(3, dtype=cp.float32)
        x[0] = 0.1
        x[1:] = 1e-40
        half = cp.zeros(1, dtype=cp.float16)
        half[0] = 1e-7
        tiny = cp.asarray(5e-324)
        return [
            x,
            half,
            cp.full(2, 0.1, dtype=cp.float32),
            cp.clip(x, 0, 0.1),
            cp.asarray([0.1, 1e-40], dtype=cp.float32),
            cp.ones(1) + (2**53 + 1),
            x * 1e-40,
        ], [bool(tiny), float(x[1]).hex(), x.tolist()[2].hex(), x[2].item().hex()]

    tensors, numbers = convert()
    register = ControlRegister()
    default = register.read()
    register.write(control)
    try:
        others, other_numbers = convert()
    finally:
        register.write(default)
    assert list(map(cp.digest, others)) == list(map(cp.digest, tensors))
    assert other_numbers == numbers
