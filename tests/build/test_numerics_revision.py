# tools/check_numerics_revision.py on made-up histories; CI runs it on the real one. It needs the
# source tree.
"""A changed or lost golden digest is found, unless the numerics revision was raised."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "check_numerics_revision.py"
GOLDEN = {"exp": {"float32 37": "aa", "float64 37": "bb"}}


class History:
    """A git repository with a numerics revision and golden files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        command = ["git", *identity, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def write(self, revision: int, files: dict[int, dict[str, dict[str, str]]]) -> None:
        source = self.folder / "csrc" / "corepy" / "dispatch" / "record.h"
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(f"inline constexpr int numerics_revision = {revision};\n")
        golden = self.folder / "corepy" / "reproduce" / "golden"
        golden.mkdir(parents=True, exist_ok=True)
        for old in golden.iterdir():
            old.unlink()
        for number, digests in files.items():
            (golden / f"revision_{number}.json").write_text(json.dumps(digests))

    def commit(self, revision: int, files: dict[int, dict[str, dict[str, str]]]) -> str:
        self.write(revision, files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "change")
        return self.git("rev-parse", "HEAD")

    def check(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(TOOL), "--root", str(self.folder), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def history(tmp_path: Path) -> History:
    made = History(tmp_path)
    made.commit(1, {1: GOLDEN})
    return made


def changed(**calls: str) -> dict[str, dict[str, str]]:
    """The golden digests with some of exp's replaced or added."""
    return {"exp": {**GOLDEN["exp"], **{key.replace("_", " "): d for key, d in calls.items()}}}


def test_nothing_changed(history: History) -> None:
    done = history.check()
    assert done.returncode == 0, done.stderr
    assert "none of 2 digests changed" in done.stdout


def test_new_entries_are_welcome(history: History) -> None:
    history.commit(1, {1: {**changed(float32_1200="cc"), "sin": {"float32 37": "dd"}}})
    assert history.check().returncode == 0


@pytest.mark.parametrize("committed", [False, True])
def test_a_changed_digest_is_found(history: History, committed: bool) -> None:
    write = history.commit if committed else history.write
    write(1, {1: changed(float32_37="cc")})
    done = history.check()
    assert done.returncode == 1
    assert "revision 1: 1 digests changed: exp float32 37" in done.stderr
    assert "raise numerics_revision" in done.stderr
    assert "python -m corepy.reproduce --write" in done.stderr


def test_a_lost_digest_is_found(history: History) -> None:
    history.commit(1, {1: {"exp": {"float32 37": "aa"}}})
    done = history.check()
    assert done.returncode == 1
    assert "1 digests are gone: exp float64 37" in done.stderr


def test_a_lost_file_is_found(history: History) -> None:
    history.commit(1, {})
    done = history.check()
    assert done.returncode == 1
    assert "still current" in done.stderr
    assert "revision 1 has no golden digests" in done.stderr


def test_a_new_revision_may_change_digests(history: History) -> None:
    other = changed(float32_37="cc")
    history.commit(2, {1: GOLDEN, 2: other})
    assert history.check().returncode == 0
    history.commit(2, {2: other})  # the old file may go
    assert history.check().returncode == 0


def test_an_old_file_is_kept_as_it_was(history: History) -> None:
    history.commit(2, {1: changed(float32_37="cc"), 2: GOLDEN})
    done = history.check()
    assert done.returncode == 1
    assert "revision 1: 1 digests changed" in done.stderr


def test_a_new_revision_needs_its_file(history: History) -> None:
    history.commit(2, {1: GOLDEN})
    done = history.check()
    assert done.returncode == 1
    assert "revision 2 has no golden digests" in done.stderr


def test_a_revision_never_falls(history: History) -> None:
    history.commit(2, {2: GOLDEN})
    history.commit(1, {1: GOLDEN})
    assert "fell from 2 to 1" in history.check().stderr


def test_a_file_of_a_later_revision_is_found(history: History) -> None:
    history.commit(1, {1: GOLDEN, 2: GOLDEN})
    assert "revision 2 has a golden file but is not reached yet" in history.check().stderr


def test_a_branch_is_compared_with_where_it_left(history: History) -> None:
    history.git("checkout", "-q", "-b", "work")
    history.commit(1, {1: changed(float32_37="cc")})
    history.commit(1, {1: changed(float32_37="cc")})  # the change is not in the last commit
    done = history.check()
    assert done.returncode == 1
    assert "where HEAD left main" in done.stderr


def test_the_last_release_counts(history: History) -> None:
    history.git("tag", "v0.1.0")
    for _ in range(3):
        history.commit(1, {1: changed(float32_37="cc")})
    done = history.check()
    assert done.returncode == 1
    assert "release v0.1.0" in done.stderr


def test_a_named_base_counts(history: History) -> None:
    first = history.git("rev-parse", "HEAD")
    for _ in range(3):
        history.commit(1, {1: changed(float32_37="cc")})
    assert history.check().returncode == 0
    assert history.check("--base", first).returncode == 1
    assert history.check("--base", "0" * 40).returncode == 0
    done = history.check("--base", "nowhere")
    assert done.returncode == 1
    assert "no such commit" in done.stderr


def test_a_cut_off_history_is_an_error(history: History, tmp_path: Path) -> None:
    history.commit(1, {1: GOLDEN})
    (tmp_path / "clone").mkdir()
    clone = History(tmp_path / "clone")
    clone.git("fetch", "-q", "--depth", "1", f"file://{tmp_path}", "main")
    clone.git("checkout", "-q", "-b", "other", "FETCH_HEAD")
    done = clone.check()
    assert done.returncode == 1
    assert "fetch-depth: 0" in done.stderr


def test_this_tree_has_the_digests_of_its_revision() -> None:
    spec = importlib.util.spec_from_file_location("check_numerics_revision", TOOL)
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    assert tool.check_tree(tool.read_tree(ROOT)) == []
