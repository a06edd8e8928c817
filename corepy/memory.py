# What users see of the allocator: statistics, budget, limit. The allocator is
# csrc/corepy/runtime/allocator.cpp.
"""``corepy.memory``: how much memory tensors use, and how much may be used.

Freed blocks are kept for reuse up to a budget, which is what makes results cheap to allocate.
"""

from __future__ import annotations

from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError

__all__ = ["budget", "limit", "reset_peak", "stats", "trim"]


def _check_size(function: str, size_bytes: object) -> None:
    if not isinstance(size_bytes, int) or isinstance(size_bytes, bool):
        raise ArgumentTypeError(
            f"memory.{function}: no number of bytes (got {_core.type_name(size_bytes)}; expected "
            "int)"
        )
    if not 0 <= size_bytes < 2**63:
        raise ArgumentError(
            f"memory.{function}: size out of range (got {size_bytes}; expected 0 <= bytes < 2**63)"
        )


def stats() -> dict[str, int | None]:
    """Counts of the allocator.

    Returns:
        ``used_bytes`` in tensors and ``peak_used_bytes``; ``fft_plan_bytes``, what of them is in
        tables that Fourier transforms keep; ``cached_bytes`` kept for reuse and their
        ``budget_bytes``; ``limit_bytes`` (None: no limit); ``allocation_count`` since the start, of
        which ``reuse_count`` came from the cache.

    >>> import corepy as cp
    >>> before = cp.memory.stats()["used_bytes"]
    >>> x = cp.zeros(1024)
    >>> cp.memory.stats()["used_bytes"] - before >= 8192
    True
    """
    return _core.memory_stats()


def trim() -> int:
    """Give all cached blocks back to the system, and the tables that Fourier transforms keep.

    Returns:
        The number of bytes given back.

    >>> import corepy as cp
    >>> freed = cp.memory.trim()
    >>> cp.memory.stats()["cached_bytes"]
    0
    """
    return _core.trim_memory()


def budget(size_bytes: int) -> None:
    """Set how many bytes of freed blocks are kept for reuse.

    Raises:
        ArgumentError, ArgumentTypeError: not a number of bytes.

    >>> import corepy as cp
    >>> kept = cp.memory.stats()["budget_bytes"]
    >>> cp.memory.budget(1 << 30)
    >>> cp.memory.budget(kept)
    """
    _check_size("budget", size_bytes)
    _core.set_memory_budget(size_bytes)


def limit(size_bytes: int | None) -> None:
    """Set how many bytes tensors may use at most; None lifts the limit.

    Beyond it operations raise MemoryLimitError, before they write anything.

    Raises:
        ArgumentError, ArgumentTypeError: not a number of bytes.

    >>> import corepy as cp
    >>> cp.memory.limit(8 << 30)
    >>> cp.memory.limit(None)
    """
    if size_bytes is None:
        _core.set_memory_limit(-1)
        return
    _check_size("limit", size_bytes)
    _core.set_memory_limit(size_bytes)


def reset_peak() -> None:
    """Let ``peak_used_bytes`` start again from what is used now.

    >>> import corepy as cp
    >>> cp.memory.reset_peak()
    >>> stats = cp.memory.stats()
    >>> stats["peak_used_bytes"] == stats["used_bytes"]
    True
    """
    _core.reset_peak_memory()
