# Where a result is not the golden one although nothing here computes the golden one: digests of its
# slices, and the search for the change that explains them. What is run is runner.py's.
"""``golden/slices_<n>.json``: a short digest of each eighth of a result.

Kept for calls of up to medium size whose operators round in ways of their own; the bits of exact
operators are the oracle's.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import NamedTuple

from corepy import _core

from .cases import COMPOSED, Case
from .differences import Result, unravel
from .operands import COMPONENTS, ITEM_BYTES, count_elements

__all__ = ["SLICES", "Change", "describe_slices", "has_slices", "mark_slices"]

SLICES = 8
#: Characters of a slice's digest: 24 bits.
_MARK_LENGTH = 4
#: The changes of an element that are tried: this many ulp up and down, from what was computed and
#: from what the oracle says.
_STEPS = (0, 1, -1, 2, -2, 3, -3, 4, -4)
#: Longer searches would take more than seconds.
_MOST_HASHED_BYTES = 1 << 30


class Change(NamedTuple):
    """One element that differs."""

    position: int
    expected: Result
    """The whole result with the element changed."""


def has_slices(case: Case) -> bool:
    """Whether the golden file has digests of the slices of a call's result."""
    if case.size not in ("small", "medium"):
        return False
    return case.family == COMPOSED or case.op in _inexact_operators(case.dtype)


@cache
def _inexact_operators(dtype: str) -> frozenset[str]:
    rows = (row for row in _core.ops() if row.bound.get(dtype, 0) not in (0, "exact"))
    return frozenset(row.name for row in rows)


def _cut(count: int) -> list[tuple[int, int]]:
    return [(count * k // SLICES, count * (k + 1) // SLICES) for k in range(SLICES)]


def _encode(digest: bytes) -> str:
    return b64encode(digest[: _MARK_LENGTH * 6 // 8]).decode("ascii")


def _mark(data: bytes) -> str:
    return _encode(sha256(data).digest())


def mark_slices(result: Result) -> str:
    """The digests of all slices, one after the other."""
    size = ITEM_BYTES[result.dtype]
    cuts = _cut(count_elements(result.shape))
    return "".join(_mark(result.data[first * size : last * size]) for first, last in cuts)


# ---- the search for one changed element ----


def _step(data: bytes, part: int, steps: tuple[int, ...]) -> Iterator[bytes]:
    """An element with one of its parts some units away."""
    for start in range(0, len(data), part):
        bits = int.from_bytes(data[start : start + part], "little")
        for step in steps:
            moved = ((bits + step) % (1 << 8 * part)).to_bytes(part, "little")
            yield data[:start] + moved + data[start + part :]


def _find_change(
    computed: Result, oracle: Result | None, cut: tuple[int, int], mark: str
) -> Change | None:
    """The only change of one element of a slice that gives its golden digest."""
    size = ITEM_BYTES[computed.dtype]
    part = ITEM_BYTES[COMPONENTS.get(computed.dtype, computed.dtype)]
    first, last = cut[0] * size, cut[1] * size
    tries = (cut[1] - cut[0]) * 2 * len(_STEPS)
    if tries * (last - first) > _MOST_HASHED_BYTES:
        return None
    found: set[tuple[int, bytes]] = set()
    prefix = sha256()
    for start in range(first, last, size):
        stop = start + size
        own = computed.data[start:stop]
        candidates = set(_step(own, part, _STEPS))
        if oracle is not None:
            candidates.update(_step(oracle.data[start:stop], part, _STEPS[:5]))
        candidates.discard(own)
        rest = computed.data[stop:last]
        for candidate in candidates:
            whole = prefix.copy()
            whole.update(candidate + rest)
            if _encode(whole.digest()) == mark:
                found.add((start, candidate))
        prefix.update(own)
    if len(found) != 1:
        return None
    ((start, changed),) = found
    data = computed.data[:start] + changed + computed.data[start + size :]
    return Change(start // size, computed._replace(data=data))


def _find_farthest(computed: Result, oracle: Result, cut: tuple[int, int]) -> int | None:
    """The element of a slice whose bits are farthest from the oracle's; None if all are equal."""
    size = ITEM_BYTES[computed.dtype]

    def distance(position: int) -> int:
        start, stop = position * size, (position + 1) * size
        own = int.from_bytes(computed.data[start:stop], "little")
        return abs(own - int.from_bytes(oracle.data[start:stop], "little"))

    farthest = max(range(*cut), key=distance)
    return farthest if distance(farthest) else None


def describe_slices(computed: Result, marks: str, oracle: Result | None) -> str:
    """Where a result is not the golden one, as closely as the digests of its slices tell."""
    own = mark_slices(computed)
    cuts = _cut(count_elements(computed.shape))
    wrong = [
        index
        for index in range(SLICES)
        for here in [slice(index * _MARK_LENGTH, (index + 1) * _MARK_LENGTH)]
        if own[here] != marks[here]
    ]
    if not wrong:
        return (
            "every element has its golden bits, but dtype or shape differ (computed "
            f"{computed.dtype} of shape {computed.shape})"
        )
    index = wrong[0]
    cut = cuts[index]
    if oracle is not None and (oracle.dtype, oracle.shape) != (computed.dtype, computed.shape):
        oracle = None
    mark = marks[index * _MARK_LENGTH : (index + 1) * _MARK_LENGTH]
    change = _find_change(computed, oracle, cut, mark)
    others = f"; {len(wrong) - 1} of the {SLICES - 1} other eighths differ too" * (len(wrong) > 1)
    if change is not None:
        where = unravel(change.position, computed.shape)
        return (
            f"element {where}: computed {computed.format_element(change.position)}, expected "
            f"{change.expected.format_element(change.position)} (the only change of one element "
            f"that gives the golden digest of elements {cut[0]} to {cut[1] - 1}){others}"
        )
    text = (
        f"the first difference is among elements {unravel(cut[0], computed.shape)} to "
        f"{unravel(cut[1] - 1, computed.shape)} in C order, of which more than one differs or one "
        "by more than 4 ulp: their bits are not in the package"
    )
    place = None if oracle is None else _find_farthest(computed, oracle, cut)
    if oracle is not None and place is not None:
        text += (
            f"; farthest from the oracle's value is element {unravel(place, computed.shape)}: "
            f"computed {computed.format_element(place)}, oracle {oracle.format_element(place)}"
        )
    return text + others
