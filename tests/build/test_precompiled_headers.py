"""The headers that kernels share are precompiled once per ISA, where the compiler is GCC."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def configure_tree(tree: Path) -> Path:
    """A build tree of the core without Python, nothing compiled."""
    options = ["-DCOREPY_BUILD_PYTHON=OFF", f"-DPython_EXECUTABLE={sys.executable}"]
    command = ["cmake", "-S", str(ROOT), "-B", str(tree), "-G", "Ninja", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return tree


def is_compiled_by_gcc(tree: Path) -> bool:
    """Whether the tree's C++ compiler is GCC."""
    (answer,) = tree.glob("CMakeFiles/*/CMakeCXXCompiler.cmake")
    return 'set(CMAKE_CXX_COMPILER_ID "GNU")' in answer.read_text(encoding="utf-8")


def test_precompiled_headers_are_the_same_in_every_clone(tmp_path: Path) -> None:
    # A compiler cache looks objects up by them: a clone's folder in one would miss all that other
    # clones have compiled.
    tree = configure_tree(tmp_path)
    headers = sorted(tree.glob("CMakeFiles/corepy_kernel_headers_*.dir/cmake_pch.hxx"))
    assert (headers != []) == is_compiled_by_gcc(tree)
    for header in headers:
        text = header.read_text(encoding="utf-8")
        assert "#include <corepy/vec/vec.h>" in text
        assert str(ROOT) not in text


def test_kernels_are_compiled_with_precompiled_headers(tmp_path: Path) -> None:
    tree = configure_tree(tmp_path)
    kernel = "CMakeFiles/corepy_kernel_copy_baseline.dir/csrc/corepy/kernels/copy.cpp.o"
    done = subprocess.run(
        ["ninja", "-C", str(tree), "-t", "commands", kernel], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    command = done.stdout.splitlines()[-1]
    assert ("corepy_kernel_headers_baseline.dir/cmake_pch.hxx" in command) == (
        is_compiled_by_gcc(tree)
    )
