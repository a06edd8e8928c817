# Counts of retired instructions from the kernel's performance events (Linux). Times are in
# measure.py.
"""Instruction counts: they do not depend on what else the machine does, where it offers them."""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Mapping
from types import TracebackType

from measure import Loop

# linux/perf_event.h
TYPE_HARDWARE = 0
TYPE_SOFTWARE = 1
HARDWARE_INSTRUCTIONS = 1
SOFTWARE_TASK_CLOCK = 1
_SYSCALL_NUMBERS = {"x86_64": 298, "aarch64": 241}
_ATTRIBUTE_BYTES = 64  # PERF_ATTR_SIZE_VER0
_EXCLUDE_KERNEL = 1 << 5
_EXCLUDE_HYPERVISOR = 1 << 6


class CounterUnavailableError(OSError):
    """This machine does not count that event, or not for this user."""


class EventCounter:
    """Counts one event of the calling thread in user space, from its creation on."""

    def __init__(self, event_type: int = TYPE_HARDWARE, config: int = HARDWARE_INSTRUCTIONS):
        number = _SYSCALL_NUMBERS.get(platform.machine())
        if not sys.platform.startswith("linux") or number is None:
            raise CounterUnavailableError(f"no counters on {sys.platform} {platform.machine()}")
        flags = _EXCLUDE_KERNEL | _EXCLUDE_HYPERVISOR
        head = struct.pack("=IIQQQQQ", event_type, _ATTRIBUTE_BYTES, config, 0, 0, 0, flags)
        attributes = ctypes.create_string_buffer(head.ljust(_ATTRIBUTE_BYTES, b"\0"))
        libc = ctypes.CDLL(None, use_errno=True)
        own_thread, any_cpu, no_group, no_flags = (ctypes.c_long(n) for n in (0, -1, -1, 0))
        self._descriptor = int(
            libc.syscall(ctypes.c_long(number), attributes, own_thread, any_cpu, no_group, no_flags)
        )
        if self._descriptor < 0:
            raise CounterUnavailableError(f"not counted here: {os.strerror(ctypes.get_errno())}")

    def read(self) -> int:
        """Events until now."""
        (count,) = struct.unpack("=Q", os.read(self._descriptor, 8))
        return int(count)

    def __enter__(self) -> EventCounter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._descriptor)


def explain_unavailability() -> str | None:
    """Why instructions cannot be counted here; None where they can."""
    try:
        with EventCounter():
            return None
    except CounterUnavailableError as error:
        return str(error)


def count_per_call(counter: EventCounter, loop: Loop, calls: int) -> float:
    """Events per call: the difference of a long and a short run, so that the loop's start drops."""
    loop(1)
    start = counter.read()
    loop(1)
    middle = counter.read()
    loop(1 + calls)
    return ((counter.read() - middle) - (middle - start)) / calls


def count_instructions(loops: Mapping[str, Loop], repeats: Mapping[str, int]) -> dict[str, float]:
    """Instructions per call of each contender; empty where they are not counted."""
    try:
        counter = EventCounter()
    except CounterUnavailableError:
        return {}
    with counter:
        return {
            name: count_per_call(counter, loop, min(repeats[name], 1000))
            for name, loop in loops.items()
        }
