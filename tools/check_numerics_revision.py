#!/usr/bin/env python3
# Fails where golden digests changed without a new numerics revision. What the digests are, and how
# they are made, is in corepy/reproduce/.
"""Compares the golden files of the working tree with those in the history of git.

    python3 tools/check_numerics_revision.py               # the commit before, and the last release
    python3 tools/check_numerics_revision.py --base main   # another commit besides

The digests of a numerics revision may gain entries; none may change or go.  Compared are the
working tree and: HEAD, where HEAD left the main branch (or the commit before, on it), the newest
tag v*, and what --base names.  Standard library and git only.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = "corepy/reproduce/golden"
REVISION_SOURCE = "csrc/corepy/dispatch/record.h"
REVISION = re.compile(r"\bnumerics_revision = (\d+);")
FILE = re.compile(r"revision_(\d+)\.json$")
MAIN_BRANCHES = ("origin/main", "main")
SHOWN = 5

ADVICE = f"""\
A changed digest is a changed result. Either the change of bits is a mistake (find it with
`python -m corepy.reproduce`), or it is meant, and then it is a new numerics revision:
  1. raise numerics_revision in {REVISION_SOURCE}, and build;
  2. make its file: python -m corepy.reproduce --write
  3. say in CHANGELOG.md which results changed; {GOLDEN}/*_<old>.json may be removed.
A new call gets a name of its own; a name never stands for another call within a revision."""


class Snapshot(NamedTuple):
    """The revision and the golden files at one point."""

    name: str
    revision: int
    digests: dict[int, dict[str, str]]
    """By revision, then by operator and call."""


def run_git(root: Path, *arguments: str) -> str | None:
    """What git prints; None where it fails."""
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else None


def find_commit(root: Path, name: str) -> str | None:
    """The full hash of a commit."""
    found = run_git(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return found.strip() if found else None


def find_bases(root: Path, named: str | None) -> dict[str, str]:
    """Commits to compare with, and what they are."""
    head = find_commit(root, "HEAD")
    if head is None:
        raise SystemExit("check_numerics_revision: no commit here (expected a git repository)")
    bases = {head: "HEAD"}
    for branch in MAIN_BRANCHES:
        common = (run_git(root, "merge-base", "HEAD", branch) or "").strip()
        if common:
            bases.setdefault(common, f"where HEAD left {branch}")
    parent = find_commit(root, "HEAD^")
    if parent is not None:
        bases.setdefault(parent, "the commit before HEAD")
    elif (run_git(root, "rev-parse", "--is-shallow-repository") or "").strip() == "true":
        raise SystemExit(
            "check_numerics_revision: the history is cut off (expected a full clone: "
            "git fetch --unshallow, or fetch-depth: 0 in actions/checkout)"
        )
    tag = (run_git(root, "describe", "--tags", "--abbrev=0", "--match", "v*") or "").strip()
    commit = find_commit(root, tag) if tag else None
    if commit is not None:
        bases.setdefault(commit, f"release {tag}")
    if named and set(named) != {"0"}:  # GitHub's "no commit before" is all zeros
        commit = find_commit(root, named)
        if commit is None:
            raise SystemExit(f"check_numerics_revision: no such commit (got --base {named!r})")
        bases.setdefault(commit, named)
    return bases


def parse_digests(text: str) -> dict[str, str]:
    """Digests by ``operator dtype call``."""
    loaded: dict[str, dict[str, str]] = json.loads(text)
    return {f"{op} {key}": digest for op, calls in loaded.items() for key, digest in calls.items()}


def parse_revision(text: str | None) -> int:
    """The revision that a source declares; 0 where there was none yet."""
    found = REVISION.search(text or "")
    return int(found.group(1)) if found else 0


def read_commit(root: Path, commit: str, name: str) -> Snapshot:
    """The golden files of a commit."""
    listed = run_git(root, "ls-tree", "-r", "--name-only", commit, "--", GOLDEN) or ""
    digests: dict[int, dict[str, str]] = {}
    for path in listed.splitlines():
        match = FILE.search(path)
        if match:
            digests[int(match.group(1))] = parse_digests(
                run_git(root, "show", f"{commit}:{path}") or "{}"
            )
    source = run_git(root, "show", f"{commit}:{REVISION_SOURCE}")
    return Snapshot(f"{name} ({commit[:10]})", parse_revision(source), digests)


def read_tree(root: Path) -> Snapshot:
    """The golden files of the working tree."""
    digests = {}
    for path in sorted((root / GOLDEN).glob("revision_*.json")):
        match = FILE.search(path.name)
        if match:
            digests[int(match.group(1))] = parse_digests(path.read_text(encoding="utf-8"))
    source = (root / REVISION_SOURCE).read_text(encoding="utf-8")
    return Snapshot("the working tree", parse_revision(source), digests)


def list_some(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(sorted(names)[:SHOWN]) + more


def check_file(revision: int, old: Mapping[str, str], new: Mapping[str, str]) -> list[str]:
    """What is wrong with a golden file, given an earlier one of the same revision."""
    changed = [name for name in old if name in new and new[name] != old[name]]
    lost = [name for name in old if name not in new]
    wrong = []
    if changed:
        text = list_some(changed)
        wrong.append(f"revision {revision}: {len(changed)} digests changed: {text}")
    if lost:
        wrong.append(f"revision {revision}: {len(lost)} digests are gone: {list_some(lost)}")
    return wrong


def check_against(tree: Snapshot, base: Snapshot) -> list[str]:
    """What the working tree must not have done since a commit."""
    wrong = []
    if tree.revision < base.revision:
        wrong.append(f"the numerics revision fell from {base.revision} to {tree.revision}")
    for revision, old in base.digests.items():
        new = tree.digests.get(revision)
        if new is not None:
            wrong += check_file(revision, old, new)
        elif revision >= tree.revision:
            wrong.append(f"revision {revision}: its golden file is gone, and it is still current")
    return [f"{text} (since {base.name})" for text in wrong]


def check_tree(tree: Snapshot) -> list[str]:
    """What is wrong with the working tree alone."""
    wrong = []
    if not tree.revision:
        wrong.append(f"no numerics_revision in {REVISION_SOURCE}")
    if not tree.digests.get(tree.revision):
        wrong.append(f"revision {tree.revision} has no golden digests in {GOLDEN}")
    early = [revision for revision in tree.digests if revision > tree.revision]
    wrong += [f"revision {revision} has a golden file but is not reached yet" for revision in early]
    return wrong


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong; the exit status."""
    parser = argparse.ArgumentParser(description="Golden digests change only with the revision.")
    parser.add_argument("--base", help="another commit to compare with")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository")
    parsed = parser.parse_args(arguments)
    root: Path = parsed.root
    tree = read_tree(root)
    bases = [read_commit(root, *base) for base in find_bases(root, parsed.base).items()]
    wrong = check_tree(tree)
    for base in bases:
        wrong += check_against(tree, base)
    if wrong:
        print("\n".join(wrong), ADVICE, sep="\n\n", file=sys.stderr)
        return 1
    names = ", ".join(base.name for base in bases)
    count = len(tree.digests[tree.revision])
    print(f"numerics revision {tree.revision}: none of {count} digests changed since {names}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
