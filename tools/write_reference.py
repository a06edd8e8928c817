#!/usr/bin/env python3
# Writes docs/reference/ from the docstrings of the package; what the pages say is in corepy/.
"""Writes the reference pages, one per category, from the package's docstrings.

    python3 tools/write_reference.py            # write docs/reference/*.md
    python3 tools/write_reference.py --check    # fail if a page is out of date

It reads the sources and imports nothing of corepy, so it also runs where corepy is not built.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "corepy"
TARGET = ROOT / "docs" / "reference"

PAGES = {
    "elementwise": (
        "Elementwise functions",
        [
            "ops/elementwise/arithmetic.py",
            "ops/elementwise/comparison.py",
            "ops/elementwise/bitwise.py",
            "ops/elementwise/rounding.py",
            "ops/elementwise/exponential.py",
            "ops/elementwise/trigonometric.py",
        ],
    ),
    "statistical": ("Statistical functions", ["ops/statistical.py"]),
    "searching": ("Searching functions", ["ops/searching.py"]),
    "sorting": ("Sorting functions", ["ops/sorting.py"]),
    "set": ("Set functions", ["ops/set.py"]),
    "linalg": (
        "Linear algebra",
        [
            "ops/linalg/products.py",
            "ops/linalg/decompositions.py",
            "ops/linalg/matrices.py",
            "numpy_names/least_squares.py",
            "numpy_names/matrices.py",
        ],
    ),
    "fft": ("Fourier transforms", ["ops/fft.py", "numpy_names/fourier.py"]),
    "manipulation": ("Manipulation functions", ["ops/manipulation.py"]),
    "indexing": ("Indexing functions", ["ops/indexing.py"]),
    "creation": ("Creation functions", ["ops/creation.py"]),
    "data_types": (
        "Data types and inspection",
        ["ops/data_type_functions.py", "ops/inspection.py"],
    ),
    "io": (
        "Files",
        ["io/__init__.py", "io/npy.py", "io/npz.py", "io/safetensors.py"],
    ),
    "display": ("Printing and runtime", ["print_options.py", "runtime_info.py"]),
    "random": (
        "Random numbers",
        [
            "random/__init__.py",
            "random/generator.py",
            "random/transforms.py",
            "random/stream.py",
        ],
    ),
    "utility": ("Utility functions", ["ops/utility.py"]),
    "statistics": (
        "Statistics beyond the standard",
        [
            "statistics/__init__.py",
            "statistics/quantiles.py",
            "statistics/ignoring_nan.py",
            "statistics/histograms.py",
            "statistics/correlation.py",
        ],
    ),
    "signal": (
        "Signals and samples",
        [
            "signal/__init__.py",
            "signal/padding.py",
            "signal/convolution.py",
            "signal/samples.py",
            "signal/polynomials.py",
            "signal/fits.py",
            "signal/windows.py",
        ],
    ),
    "numpy_names": (
        "NumPy's functions",
        [
            "numpy_names/__init__.py",
            "numpy_names/products.py",
            "numpy_names/contractions.py",
            "numpy_names/shapes.py",
            "numpy_names/joining.py",
            "numpy_names/editing.py",
            "numpy_names/creation.py",
            "numpy_names/reading.py",
            "numpy_names/iteration.py",
            "numpy_names/values.py",
            "numpy_names/elements.py",
            "numpy_names/kinds.py",
            "numpy_names/positions.py",
            "numpy_names/orders.py",
            "numpy_names/sets.py",
        ],
    ),
    "tensor": ("Tensor", ["tensor.py"]),
    "explain": ("Explaining dispatch", ["backend/explain.py", "backend/dispatch_log.py"]),
    "settings": (
        "Settings and policy",
        ["settings.py", "backend/policies.py", "backend/policy.py", "backend/protocol.py"],
    ),
    "memory": ("Memory and digests", ["memory.py", "digest.py"]),
    "reproduce": (
        "Checking reproducibility",
        [
            "reproduce/__init__.py",
            "reproduce/runner.py",
            "reproduce/report.py",
            "testing/reproducibility.py",
        ],
    ),
    "errors": ("Errors", ["errors.py"]),
}


#: How docstrings name their facts (corepy/ops): shown as a list.
LABELS = {"Shapes", "Dtypes", "Edges", "Raises", "Accuracy", "Source"}
#: Sphinx roles, as in :class:`Tensor`: Markdown needs the name only.
_ENUM_TITLES = ["name", "value", "meaning"]
ROLE = re.compile(r":(?:class|mod|func|meth):(?=`)")


class Entry(NamedTuple):
    """A function or class as the page shows it."""

    name: str
    signature: str
    docstring: str
    members: tuple[Entry, ...]


def read_names(tree: ast.Module) -> set[str] | None:
    """The names in ``__all__``; None where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            names: list[str] = ast.literal_eval(node.value)
            return set(names)
    return None


def format_signature(node: ast.FunctionDef) -> str:
    """``name(x: Tensor, /) -> Tensor``, one parameter per line where it is long."""
    result = "" if node.returns is None else ast.unparse(node.returns)
    if any(isinstance(item, ast.Name) and item.id == "property" for item in node.decorator_list):
        return f"{node.name}: {result}"
    parts = [part for part in _split_parameters(ast.unparse(node.args)) if part != "self"]
    text = f"{node.name}({', '.join(parts)}) -> {result}"
    if len(text) <= 96:
        return text
    return f"{node.name}(\n" + "".join(f"    {part},\n" for part in parts) + f") -> {result}"


def _split_parameters(text: str) -> list[str]:
    """Splits at the commas that stand outside brackets."""
    parts, depth, start = [], 0, 0
    for index, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and depth == 0:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()]


def read_entry(node: ast.FunctionDef | ast.ClassDef) -> Entry:
    """The entry of a definition; a class' public documented methods are its members."""
    docstring = inspect.cleandoc(ast.get_docstring(node) or "")
    if isinstance(node, ast.FunctionDef):
        return Entry(node.name, format_signature(node), docstring, ())
    members = [
        read_entry(member)
        for member in node.body
        if isinstance(member, ast.FunctionDef)
        and not member.name.startswith("_")
        and ast.get_docstring(member)
    ]
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    signature = f"class {node.name}({bases})" if bases else f"class {node.name}"
    return Entry(node.name, signature, docstring + format_attributes(node), tuple(members))


def format_attributes(node: ast.ClassDef) -> str:
    """A table of class attributes: settings with their facts, enum members with their text."""
    rows = []
    for statement, following in zip(node.body, [*node.body[1:], None], strict=True):
        if not isinstance(statement, ast.Assign):
            continue
        name, value = ast.unparse(statement.targets[0]), statement.value
        if isinstance(value, ast.Call) and len(value.args) == 3:
            facts = [str(ast.literal_eval(argument)) for argument in value.args]
            rows.append([f"`{name}`", f"`{facts[0]}`", f"`{facts[1]}`", facts[2]])
        elif isinstance(value, ast.Constant) and isinstance(following, ast.Expr):
            text = ast.literal_eval(following.value)
            rows.append([f"`{name}`", f"`{value.value}`", str(text)])
    if not rows:
        return ""
    titles = ["name", "variable", "default", "meaning"] if len(rows[0]) == 4 else _ENUM_TITLES
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def format_docstring(docstring: str) -> str:
    """Markdown: labelled lines as a list, examples as code."""
    lines: list[str] = []
    in_example = False
    for line in [*docstring.splitlines(), ""]:
        is_example = line.startswith(">>>") or (in_example and line.strip() != "")
        if is_example and not in_example:
            lines.append("```python")
        if in_example and not is_example:
            lines += ["", "```"]  # the empty line ends the expected output for doctest
        in_example = is_example
        lines.append(line if is_example else format_text(line))
    return "\n".join(lines).rstrip()


def format_text(line: str) -> str:
    """A line of prose: ``Shapes: ...`` becomes a list item, a formula's * stays one."""
    label, colon, _ = line.partition(": ")
    line = ROLE.sub("", line.replace("``", "`")).replace("*", "\\*")
    if colon and label in LABELS:
        return f"- **{label}**: {line.partition(': ')[2]}"
    return line


def format_entry(entry: Entry, level: int) -> str:
    heading = "#" * level
    body = f"{heading} {entry.name}\n\n```text\n{entry.signature}\n```\n\n"
    body += f"{format_docstring(entry.docstring)}\n"
    return body + "".join("\n" + format_entry(member, level + 1) for member in entry.members)


def format_page(title: str, paths: list[str]) -> str:
    """One page: the modules' introductions and their public definitions."""
    parts = [f"# {title}\n"]
    for path in paths:
        tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
        public = read_names(tree)
        introduction = format_docstring(inspect.cleandoc(ast.get_docstring(tree) or ""))
        parts.append(f"{introduction}\n")
        for node in tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                continue
            if node.name in public if public is not None else not node.name.startswith("_"):
                parts.append(format_entry(read_entry(node), 2))
    return "\n".join(parts)


def format_index() -> str:
    """The list of pages."""
    links = "".join(f"- [{title}]({stem}.md)\n" for stem, (title, _) in PAGES.items())
    return (
        "# Reference\n\nWritten from the docstrings by `tools/write_reference.py`; "
        f"`help(corepy.add)` shows the same.\n\n{links}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Write docs/reference from the docstrings.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if out of date")
    check: bool = parser.parse_args().check
    pages = {stem: format_page(title, paths) for stem, (title, paths) in PAGES.items()}
    pages["index"] = format_index()
    stale = []
    for stem, text in pages.items():
        path = TARGET / f"{stem}.md"
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(str(path.relative_to(ROOT)))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if check and stale:
        print(f"out of date (run tools/write_reference.py): {', '.join(stale)}", file=sys.stderr)
        return 1
    print(f"{len(pages)} pages, {len(stale)} {'stale' if check else 'written'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
