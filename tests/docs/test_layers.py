# The layer picture of docs/design/architecture.md, checked against the includes of the C++ sources.
# It needs the source tree.
"""Each part of the core includes only parts that the picture draws below it, and never Python."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "csrc" / "corepy"
#: core/error.h lies below every part: it includes none.
INCLUDE = re.compile(r'^#include "corepy/(?!core/error\.h)(\w+)/', re.MULTILINE)
PYTHON_INCLUDE = re.compile(r'^#include [<"](?:Python\.h|pybind11/)', re.MULTILINE)
#: | part | `folder` | parts that it may include |
PICTURE_ROW = re.compile(r"^\| `(\w+)/` \|[^|]*\| ([^|]*) \|$", re.MULTILINE)


def read_picture() -> dict[str, set[str]]:
    """What each folder may include, itself left out."""
    page = (ROOT / "docs" / "design" / "architecture.md").read_text(encoding="utf-8")
    return {
        folder: set(re.findall(r"`(\w+)`", below)) for folder, below in PICTURE_ROW.findall(page)
    }


def find_upward_includes(folder: str, text: str, picture: dict[str, set[str]]) -> set[str]:
    """The parts that a source of `folder` includes and must not."""
    return set(INCLUDE.findall(text)) - picture[folder] - {folder}


def read_sources() -> list[tuple[Path, str]]:
    files = sorted([*SOURCES.rglob("*.h"), *SOURCES.rglob("*.cpp")])
    return [(file, file.read_text(encoding="utf-8")) for file in files]


def test_the_picture_shows_every_folder() -> None:
    assert set(read_picture()) == {folder.name for folder in SOURCES.iterdir() if folder.is_dir()}


def test_the_picture_has_no_circle() -> None:
    picture = read_picture()
    below: set[str] = set()
    while len(below) < len(picture):
        ready = {folder for folder, needs in picture.items() if needs <= below} - below
        assert ready, f"a circle among {sorted(set(picture) - below)}"
        below |= ready


def test_includes_point_downwards() -> None:
    picture = read_picture()
    wrong = {
        str(file.relative_to(ROOT)): parts
        for file, text in read_sources()
        if (parts := find_upward_includes(file.relative_to(SOURCES).parts[0], text, picture))
    }
    assert wrong == {}


def test_errors_lie_below_everything() -> None:
    text = (SOURCES / "core" / "error.h").read_text(encoding="utf-8")
    assert INCLUDE.findall(text) == []


def test_the_core_does_not_include_python() -> None:
    assert [file for file, text in read_sources() if PYTHON_INCLUDE.search(text)] == []


def test_an_upward_include_is_found() -> None:
    picture = {"core": set(), "dispatch": {"core"}}
    text = '#include "corepy/dispatch/dispatch.h"\n#include "corepy/core/dtype.h"\n'
    assert find_upward_includes("core", text, picture) == {"dispatch"}
    assert find_upward_includes("dispatch", text, picture) == set()
