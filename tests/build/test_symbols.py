"""The kernel objects of one ISA leak nothing that another ISA's code could be linked to.

A function that two objects define under one name is kept once by the linker. If the kept copy was
compiled for AVX-512, baseline code calls AVX-512 instructions and dies on older CPUs. So every
symbol that a kernel object defines must carry its ISA's namespace, or hold no such instruction;
unoptimised objects are checked too, for there nothing is inlined away. ELF platforms only.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import corepy  # noqa: F401  an editable install recompiles the objects at this import

ROOT = Path(__file__).resolve().parent.parent.parent

# Not VEX coded, or coded so without a leading v, and yet beyond the x86-64 baseline.
SCALAR_ISA_INSTRUCTIONS = (
    "andn|bextr|blsi|blsmsk|blsr|bzhi|lzcnt|mulx|pdep|pext|popcnt|rorx|sarx|shlx|shrx|tzcnt"
)
# In the code of a C++ compiler, a leading v means VEX or EVEX coding: AVX and later.
ISA_INSTRUCTION = re.compile(rf"v\w+|(?:{SCALAR_ISA_INSTRUCTIONS})[lq]?")


def run_tool(*command: str | Path) -> str:
    """Runs a program that must succeed, and returns what it printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout


def uses_isa_instructions(kernel_object: Path, symbol: str) -> bool:
    """Whether a function's code needs a CPU beyond the x86-64 baseline."""
    listing = run_tool(
        "objdump", "-d", "--no-show-raw-insn", f"--disassemble={symbol}", kernel_object
    )
    instructions = re.compile(r"^\s*[0-9a-f]+:\t(?:(?:rep|lock|notrack) )*(\w+)", re.MULTILINE)
    mnemonics = instructions.findall(listing)
    assert mnemonics, f"objdump shows no code for {symbol} in {kernel_object}"
    return any(ISA_INSTRUCTION.fullmatch(mnemonic) for mnemonic in mnemonics)


def find_leaks(kernel_object: Path, isa: str) -> list[str]:
    """What of a kernel object could reach code of another ISA, one line for each finding."""
    leaks = []
    if ".init_array" in run_tool("readelf", "-S", "-W", kernel_object):
        leaks.append(f"{kernel_object.name}: .init_array (a dynamic initialiser)")
    # The second form is for names that nm cannot demangle.
    own_namespace = re.compile(rf"\b(?:corepy::|xsimd_){isa}::|N6corepy{len(isa)}{isa}")
    mangled = run_tool("nm", "--defined-only", kernel_object).splitlines()
    demangled = run_tool("nm", "--defined-only", "-C", kernel_object).splitlines()
    for line, readable_line in zip(mangled, demangled, strict=True):
        _, kind, symbol = line.split(maxsplit=2)
        readable = readable_line.split(maxsplit=2)[2]
        if kind == "u":
            leaks.append(f"{kernel_object.name}: {readable} is shared by the whole process")
        is_foreign = kind in "TW" and not own_namespace.search(readable)
        if is_foreign and uses_isa_instructions(kernel_object, symbol):
            leaks.append(f"{kernel_object.name}: {readable} is not in a namespace of {isa}")
    return leaks


def read_isas(tree: Path) -> list[str]:
    """The ISAs that a build tree has kernels for, best first."""
    isa_list = (tree / "generated" / "corepy" / "isa_list.h").read_text(encoding="utf-8")
    isas = re.findall(r"X\((\w+)\)", isa_list.split("#define COREPY_FOR_EACH_ISA(X)")[1])
    assert isas
    return isas


def list_families() -> list[str]:
    """The kernel families: one source file each."""
    families = [path.stem for path in (ROOT / "csrc" / "corepy" / "kernels").glob("*.cpp")]
    assert families
    return families


def find_kernel_objects(tree: Path, isas: list[str]) -> dict[tuple[str, str], Path]:
    """The kernel objects of a build tree by (family, ISA): one of each, none missing."""
    objects = {}
    for family in list_families():
        for isa in isas:
            folder = tree / "CMakeFiles" / f"corepy_kernel_{family}_{isa}.dir"
            (objects[family, isa],) = folder.glob("**/*.o")
    return objects


def list_leaks(tree: Path, isas: list[str]) -> list[str]:
    """The leaks of the kernel objects of a build tree."""
    objects = find_kernel_objects(tree, isas)
    return [leak for (_, isa), path in objects.items() for leak in find_leaks(path, isa)]


def configure_tree(tree: Path, *options: str) -> Path:
    """A build tree of the core without Python."""
    configure = ["cmake", "-S", ROOT, "-B", tree, "-G", "Ninja", "-DCOREPY_BUILD_PYTHON=OFF"]
    run_tool(*configure, f"-DPython_EXECUTABLE={sys.executable}", *options)
    return tree


def find_release_tree() -> Path:
    """The build tree of the editable install, or one made here where there is none."""
    tree = ROOT / "build" / str(sys.implementation.cache_tag)
    cache = tree / "CMakeCache.txt"
    if cache.exists() and "CMAKE_BUILD_TYPE:STRING=Release" in cache.read_text(encoding="utf-8"):
        return tree
    configure_tree(ROOT / "build" / "symbols-release")
    run_tool("cmake", "--build", ROOT / "build" / "symbols-release", "--target", "corepy_kernels")
    return ROOT / "build" / "symbols-release"


def test_release_kernel_objects_leak_nothing() -> None:
    tree = find_release_tree()
    assert list_leaks(tree, read_isas(tree)) == []


def test_unoptimised_kernel_objects_leak_nothing() -> None:
    # Not the baseline, whose code any may call; and of the others the best only, since the loops of
    # all come from the same templates. What else is inlined always becomes a function too, so that
    # none is missed, and none compiled again wherever it is called.
    options = ("-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0")
    options += ("-DCOREPY_UNOPTIMISED_KERNELS=.",)
    tree = configure_tree(ROOT / "build" / "symbols-O0", *options)
    isas = [isa for isa in read_isas(tree) if isa != "baseline"][:1]
    targets = [f"corepy_kernel_{family}_{isa}" for family in list_families() for isa in isas]
    run_tool("cmake", "--build", tree, "--target", *targets)
    assert list_leaks(tree, isas) == []


def compile_snippet(folder: Path, code: str, *flags: str) -> Path:
    """Compiles a few lines of C++ as a kernel object would be, unoptimised."""
    source, kernel_object = folder / "planted.cpp", folder / "planted.o"
    source.write_text(code, encoding="utf-8")
    compiler = os.environ.get("CXX", "c++").split()
    run_tool(*compiler, "-std=c++20", "-O0", "-fPIC", *flags, "-c", source, "-o", kernel_object)
    return kernel_object


PLANTED_FUNCTION = """
inline float add_two(float a, float b) { return a + b; }
namespace corepy::avx2 { float run(float a) { return add_two(a, a); } }
"""
PLANTED_BIT_COUNT = """
inline int count_zeros(unsigned a) { return __builtin_clz(a); }
namespace corepy::avx2 { int run(unsigned a) { return count_zeros(a); } }
"""
PLANTED_INITIALISER = """
namespace corepy::avx2 { int run(); static int value = run(); int read() { return value; } }
"""
# aarch64 has one set of instructions for all its ISAs; what is planted here needs x86-64.
if os.uname().machine == "x86_64":

    @pytest.mark.parametrize(
        ("code", "flags", "finding"),
        [
            (PLANTED_FUNCTION, ["-mavx2"], "add_two(float, float) is not in a namespace of avx2"),
            (PLANTED_BIT_COUNT, ["-mlzcnt"], "count_zeros(unsigned int) is not in a namespace"),
            (PLANTED_INITIALISER, ["-mavx2"], ".init_array"),
        ],
        ids=["function", "bit_count", "initialiser"],
    )
    def test_find_leaks_reports_a_planted_leak(
        tmp_path: Path, code: str, flags: list[str], finding: str
    ) -> None:
        (leak,) = find_leaks(compile_snippet(tmp_path, code, *flags), "avx2")
        assert finding in leak

    def test_find_leaks_accepts_baseline_code(tmp_path: Path) -> None:
        assert find_leaks(compile_snippet(tmp_path, PLANTED_FUNCTION), "avx2") == []

    def test_find_leaks_reports_another_isa(tmp_path: Path) -> None:
        kernel_object = compile_snippet(tmp_path, PLANTED_FUNCTION, "-mavx2")
        assert any("corepy::avx2::run" in leak for leak in find_leaks(kernel_object, "avx512"))


FUSED_INSTRUCTION = re.compile(r"\bv?fn?m(?:add|sub|la|ls)\w*")


def test_decompositions_fuse_nothing() -> None:
    """GCC fuses some products and sums of complex numbers although contraction is off."""
    tree = find_release_tree()
    objects = find_kernel_objects(tree, read_isas(tree))
    chosen = {key: path for key, path in objects.items() if key[0].startswith("decomposition")}
    assert chosen
    fused = {
        key: FUSED_INSTRUCTION.search(run_tool("objdump", "-d", "--no-show-raw-insn", path))
        for key, path in chosen.items()
    }
    assert not any(fused.values()), fused


def test_fused_instructions_are_recognised() -> None:
    for text in ("vfmaddsub132pd %ymm1", "vfnmadd231sd (%rax)", "fmla v0.2d", "fmadd d0, d1"):
        assert FUSED_INSTRUCTION.search(text), text
    for text in ("vmulpd %ymm1", "vaddsubpd %ymm1", "fmul d0, d1", "vfmt"):
        assert not FUSED_INSTRUCTION.search(text), text
