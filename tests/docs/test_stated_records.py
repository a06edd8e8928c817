# Records that pages show as text: their lines that do not depend on the CPU are those of today. The
# examples with prompts are run by test_examples.py.
from __future__ import annotations

import re
from pathlib import Path

import pytest

import corepy as cp

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])

#: Pages that show a record of a matrix product, and the operands' shapes there.
PRODUCTS = {
    "README.md": ((449, 64), (1348, 64)),
    "docs/tutorial/quickstart.md": ((3, 3), (3, 3)),
}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_stated_revision_is_the_current_one(path: Path) -> None:
    """Where a page names the revision of now; the history of decisions names earlier ones."""
    text = path.read_text("utf-8")
    stated = re.findall(r"\(numerics revision (\d+)\)|numerics_revision`, now (\d+)", text)
    assert {int(first or second) for first, second in stated} <= {cp.numerics_revision}


@pytest.mark.parametrize("page", PRODUCTS)
def test_a_shown_record_has_the_bound_of_today(page: str) -> None:
    first, second = (cp.ones(shape, dtype=cp.float32) for shape in PRODUCTS[page])
    lines = str(cp.explain(cp.matmul, first, second.T)).splitlines()
    (bound,) = [line for line in lines if line.startswith("  bound")]
    assert bound in (ROOT / page).read_text("utf-8").splitlines()
