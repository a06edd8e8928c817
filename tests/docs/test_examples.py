# The Python examples in README.md and docs/ print what they claim. Examples in docstrings, and the
# reference pages made from them, are run by .ci/run. It needs the source tree.
"""Every ```python block runs: one with prompts as a doctest, any other as a program.

The blocks of a page share their names, in order, as a reader would type them.
"""

from __future__ import annotations

import doctest
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted(
        page
        for page in (ROOT / "docs").rglob("*.md")
        if "reference" not in page.relative_to(ROOT).parts
    ),
]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced Python block and the line of the page that it starts on, counted from 0."""

    text: str
    line: int


def read_blocks(page: str) -> list[Block]:
    """The ```python blocks of a page."""
    return [
        Block(match.group(1), page.count("\n", 0, match.start(1))) for match in BLOCK.finditer(page)
    ]


def run_block(block: Block, names: dict[str, object], path: str) -> str:
    """Runs a block among `names`; returns what doctest has to say, nothing where all is right."""
    if ">>> " not in block.text:
        exec(compile("\n" * block.line + block.text, path, "exec"), names)
        return ""
    report: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    test = doctest.DocTestParser().get_doctest(block.text, names, path, path, block.line)
    test.globs = names  # doctest works on a copy
    runner.run(test, out=report.append, clear_globs=False)
    return "".join(report)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_print_what_the_page_shows(page: Path) -> None:
    names: dict[str, object] = {"__name__": "__main__"}
    for block in read_blocks(page.read_text(encoding="utf-8")):
        report = run_block(block, names, str(page.relative_to(ROOT)))
        if report:
            pytest.fail(report, pytrace=False)


def test_examples_are_found() -> None:
    found = {page.name: read_blocks(page.read_text(encoding="utf-8")) for page in PAGES}
    assert found["README.md"]
    assert found["quickstart.md"]


def test_the_readme_shows_what_the_example_prints() -> None:
    example = [sys.executable, str(ROOT / "examples" / "digits.py")]
    printed = subprocess.run(example, capture_output=True, text=True, check=True).stdout
    shown = (ROOT / "README.md").read_text(encoding="utf-8")
    for pattern in (r"corepy +\S+%  \(.*\)", r"Digest of the .* distances", r"\b[0-9a-f]{64}\b"):
        assert set(re.findall(pattern, printed)) == set(re.findall(pattern, shown)), pattern


def test_wrong_output_is_found() -> None:
    page = "Text.\n\n```python\n>>> x = 1\n```\n\n```python\n>>> x + 1\n3\n```\n"
    right, wrong = read_blocks(page)
    names: dict[str, object] = {}
    assert run_block(right, names, "page.md") == ""
    report = run_block(wrong, names, "page.md")
    assert 'File "page.md", line 8' in report
    assert "Expected:\n    3\nGot:\n    2" in report


def test_a_program_that_fails_is_found() -> None:
    (block,) = read_blocks("```python\nassert 1 + 1 == 3\n```\n")
    with pytest.raises(AssertionError):
        run_block(block, {}, "page.md")
