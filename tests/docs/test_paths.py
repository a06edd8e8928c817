# Files, functions and links that the documentation names exist. It needs the source tree.
"""Documentation that names code is wrong as soon as the code moves; here it is found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    *ROOT.glob("*.md"),
    *sorted(page for page in (ROOT / "docs").rglob("*.md")),
]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)\s]*)?\)")
#: `folder/file.ext`, without placeholders.
SOURCE_PATH = re.compile(
    r"`((?:csrc|bindings|corepy|tests|tools|cmake|examples|benchmarks|docs|\.ci|\.github)/[\w./-]*)`"
)
#: | what | `file` | `function`, `function` |
CODE_ROW = re.compile(r"^\|[^|]*\| `([\w./-]+)` \| ((?:`[^`|]+`(?:, )?)+) \|$", re.MULTILINE)

#: `file`, some words:, and the change to it
DIFF = re.compile(r"`([\w./-]+)`[^`\n]*:\n\n```diff\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: Rows of an operator table that a page shows.
TABLE_ROW = re.compile(r"^X\(.*\)$", re.MULTILINE)


def find_missing_links(text: str, folder: Path) -> list[str]:
    """Relative links whose target does not exist."""
    return [target for target in LINK.findall(text) if not (folder / target).exists()]


def find_missing_paths(text: str) -> list[str]:
    """Source paths in backticks that do not exist."""
    return [path for path in SOURCE_PATH.findall(text) if not (ROOT / path).exists()]


def find_missing_names(text: str) -> list[str]:
    """Names that a table gives for a file and the file does not contain."""
    missing: list[str] = []
    for path, names in CODE_ROW.findall(text):
        file = ROOT / path
        code = file.read_text(encoding="utf-8") if file.is_file() else ""
        missing += [
            f"{path}: {name}" for name in re.findall(r"`([^`]+)`", names) if name not in code
        ]
    return missing


def find_stale_context(text: str) -> list[str]:
    """Unchanged lines of a shown change that its file does not contain."""
    stale: list[str] = []
    for path, change in DIFF.findall(text):
        lines = set((ROOT / path).read_text(encoding="utf-8").splitlines())
        context = (line[1:] for line in change.splitlines() if line.startswith(" "))
        stale += [f"{path}: {line}" for line in context if line not in lines]
    return stale


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert find_missing_links(text, page.parent) == []
    assert find_missing_paths(text) == []
    assert find_missing_names(text) == []
    assert find_stale_context(text) == []
    table = (ROOT / "csrc" / "corepy" / "ops" / "elementwise_table.h").read_text(encoding="utf-8")
    assert [row for row in TABLE_ROW.findall(text) if row not in table] == []


def test_the_added_operator_is_shown_in_three_places() -> None:
    page = ROOT / "docs" / "contributing" / "adding_an_operator.md"
    places = [path for path, _ in DIFF.findall(page.read_text(encoding="utf-8"))]
    assert places == [
        "csrc/corepy/ops/elementwise_table.h",
        "corepy/ops/elementwise/arithmetic.py",
        "corepy/backend/reference/elementwise/arithmetic.py",
    ]


def test_the_walk_through_the_layers_names_functions() -> None:
    page = ROOT / "docs" / "design" / "architecture.md"
    assert len(CODE_ROW.findall(page.read_text(encoding="utf-8"))) > 20


def test_what_is_missing_is_found(tmp_path: Path) -> None:
    assert find_missing_links("[a](b.md) and [c](https://d.e)", tmp_path) == ["b.md"]
    assert find_missing_paths("`csrc/corepy/nowhere.h`") == ["csrc/corepy/nowhere.h"]
    row = "| run | `tests/run.py` | `main`, `no_such_function` |"
    assert find_missing_names(row) == ["tests/run.py: no_such_function"]
    change = "`tests/run.py`, so:\n\n```diff\n+new\n no such line\n```\n"
    assert find_stale_context(change) == ["tests/run.py: no such line"]
