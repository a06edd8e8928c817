# The golden files: reading, adding to and comparing them. How digests are computed is runner.py's.
"""``golden/revision_<n>.json``: the digests of numerics revision n, by operator and call;
``golden/slices_<n>.json``: those of slices of results (slices.py).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TypeAlias

import corepy
from corepy.errors import ReproducibilityError

__all__ = [
    "DIGEST_LENGTH",
    "FOLDER",
    "Digests",
    "add_digests",
    "find_path",
    "find_slices_path",
    "read_digests",
    "read_slices",
]

#: Digests by operator, then by dtype and call.
Digests: TypeAlias = "dict[str, dict[str, str]]"

#: Hexadecimal digits kept of each SHA-256.
DIGEST_LENGTH = 16

FOLDER = Path(__file__).resolve().parent / "golden"


def find_path(revision: int | None = None, folder: Path = FOLDER) -> Path:
    """The file of a numerics revision, by default the current one; it need not exist."""
    number = corepy.numerics_revision if revision is None else revision
    return folder / f"revision_{number}.json"


def find_slices_path(path: Path | None = None) -> Path:
    """The file of slices beside a golden file."""
    golden = find_path() if path is None else path
    return golden.with_name(golden.name.replace("revision", "slices"))


def read_slices() -> Digests:
    """The digests of slices of the current revision."""
    return read_digests(find_slices_path())


def read_digests(path: Path | None = None) -> Digests:
    """The digests of a file, by default the current revision's; none where there is no file."""
    path = find_path() if path is None else path
    if not path.exists():
        return {}
    digests: Digests = json.loads(path.read_text(encoding="utf-8"))
    return digests


def find_conflicts(old: Digests, new: Digests) -> list[str]:
    """Calls of both whose digests differ."""
    return [
        f"{op} {key}"
        for op, calls in new.items()
        for key, digest in calls.items()
        if old.get(op, {}).get(key, digest) != digest
    ]


def add_digests(new: Digests, path: Path | None = None) -> int:
    """Add digests to a file; the number of those that it lacked.

    Raises:
        ReproducibilityError: the file has another digest for one of the calls; nothing is written.
    """
    path = find_path() if path is None else path
    old = read_digests(path)
    conflicts = find_conflicts(old, new)
    if conflicts:
        raise ReproducibilityError(
            f"reproduce: {len(conflicts)} digests differ from those in {path.name}, first "
            f"{conflicts[0]} (either the change of bits is a bug, or the numerics revision must be "
            "raised: numerics_revision in csrc/corepy/dispatch/record.h; nothing was written)"
        )
    merged = {op: dict(calls) for op, calls in old.items()}
    added = 0
    for op, calls in new.items():
        known = merged.setdefault(op, {})
        added += len(calls.keys() - known.keys())
        known.update(calls)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(merged, indent=0, sort_keys=True) + "\n", encoding="utf-8")
    return added
