# The libraries that are compared, and how each runs a case. Cases are in cases/, timing in
# measure.py.
"""corepy, NumPy, and PyTorch on the CPU and numexpr where they are installed; one thread each."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import TypeAlias

import numpy as np
from cases import ARRAY_API, Case, Operand
from measure import Loop, compile_loop

Array: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.generic[object]]]"

ALL_LIBRARIES = ("corepy", "numpy", "numexpr", "torch")

#: The library whose results are right.
JUDGE = "numpy"

# A result is compared in so many leading elements, so that checking takes no time worth saving.
CHECKED_ELEMENTS = 100_000
RELATIVE_TOLERANCE = {"float32": 1e-4, "float64": 1e-9, "complex64": 1e-4, "complex128": 1e-9}


class MissingOperatorError(Exception):
    """corepy has not what a case needs."""


class WrongResultError(Exception):
    """A contender computed something else than NumPy: its time would mean nothing."""

    def __init__(self, library: str, explanation: str):
        super().__init__(explanation)
        self.library = library


@dataclass(frozen=True)
class Library:
    """A contender: its module, and how an operand gets into its own memory."""

    name: str
    module: ModuleType
    convert: Callable[[Array], object]

    @property
    def version(self) -> str:
        """As the library states it."""
        return str(self.module.__version__)

    def statement(self, case: Case) -> str | None:
        """What this library runs for a case; None where it has nothing for it."""
        own = case.statements.get(self.name)
        if own is not None or self.name == "numexpr":
            return own
        return case.statements.get(ARRAY_API)


def load_libraries(wanted: Collection[str] = ALL_LIBRARIES) -> dict[str, Library]:
    """The wanted contenders that are installed, corepy first, each limited to one thread."""
    corepy = importlib.import_module("corepy")
    found = {
        "corepy": Library("corepy", corepy, lambda array: corepy.asarray(array, copy=True)),
        "numpy": Library("numpy", np, np.copy),
    }
    if "numexpr" in wanted and importlib.util.find_spec("numexpr") is not None:
        numexpr = importlib.import_module("numexpr")
        numexpr.set_num_threads(1)
        found["numexpr"] = Library("numexpr", numexpr, np.copy)
    if "torch" in wanted and importlib.util.find_spec("torch") is not None:
        torch = importlib.import_module("torch")
        torch.set_num_threads(1)
        found["torch"] = Library("torch", torch, lambda array: torch.asarray(array, copy=True))
    return {name: library for name, library in found.items() if name in wanted}


def make_array(operand: Operand, seed: int) -> Array:
    """Uniform values, the same in every run."""
    generator = np.random.default_rng(seed)
    if operand.kind == "distinct":
        return np.asarray(generator.permutation(operand.shape[0]), dtype=operand.dtype)
    if operand.dtype == "bool":
        half = operand.low < operand.high
        return np.asarray(generator.random(operand.shape, np.float32) < 0.5 * half)
    if operand.dtype.startswith(("int", "uint")):
        whole = generator.integers(int(operand.low), int(operand.high), operand.shape)
        ordered = np.sort(whole) if operand.kind == "sorted" else whole
        return np.asarray(ordered, dtype=operand.dtype)
    if operand.dtype.startswith("complex"):
        parts = generator.uniform(operand.low, operand.high, (*operand.shape, 2))
        return np.asarray(parts[..., 0] + 1j * parts[..., 1], dtype=operand.dtype)
    # Drawn in float32 where that is wanted: a draw at 1e7 takes longer than what it is drawn for.
    drawn = np.float32 if operand.dtype == "float32" else np.float64
    values = generator.random(operand.shape, dtype=drawn)
    values *= operand.high - operand.low
    values += operand.low
    if operand.kind == "sorted":
        values.sort()
    return np.asarray(values, dtype=operand.dtype)


@lru_cache(maxsize=3)
def _keep_array(operand: Operand, seed: int) -> Array:
    # Cases that follow each other often have the same operands, and drawing them takes longer than
    # timing.
    return make_array(operand, seed)


def make_arrays(case: Case) -> dict[str, Array]:
    """The operands of a case; not to be written, since the next case may get the same."""
    return {
        name: _keep_array(operand, seed)
        for seed, (name, operand) in enumerate(case.operands.items(), start=1)
    }


def find_absence(library: Library, case: Case) -> str | None:
    """Why a library cannot run a case at all, for lack of the operator; None where it can."""
    needed = case.needs or f"xp.{case.operator}"
    try:
        eval(needed, {"xp": library.module})
    except Exception as error:  # whatever a missing operator makes of it
        return f"{type(error).__name__}: {error}"
    return None


def evaluate(case: Case, statement: str, names: dict[str, object]) -> Array:
    """The value of a statement, or of the case's outcome after it."""
    if not case.outcome:
        return np.asarray(eval(statement, names))
    exec(statement, names)
    return np.array(eval(case.outcome, names))


def bind_names(
    library: Library, case: Case, arrays: Mapping[str, Array]
) -> tuple[str, dict[str, object]] | None:
    """The statement of a case and the objects that it names; None where the library has none.

    Every library holds its own copy of the operands, made by its own allocator.
    """
    statement = library.statement(case)
    if statement is None:
        return None
    operands = {name: library.convert(array) for name, array in arrays.items()}
    if library.name != "numexpr":
        modules: dict[str, object] = {"xp": library.module, "numpy": np}
        if library.name in case.prepared:
            operands["g"] = eval(case.prepared[library.name], dict(modules))
        return statement, {**modules, **operands}
    # Compiled before: parsing the expression is not what is compared.
    find_type = library.module.necompiler.getType
    signature = [(name, find_type(array)) for name, array in arrays.items()]
    expression = library.module.NumExpr(statement, signature=signature)
    return f"expression({', '.join(operands)})", {"expression": expression, **operands}


def check_result(case: Case, name: str, result: Array, expected: Array) -> None:
    """Raises WrongResultError unless a result is NumPy's, up to rounding."""
    if result.shape != expected.shape:
        raise WrongResultError(
            name, f"{case.id}: {name} has shape {result.shape}, not {expected.shape}"
        )
    got = result.reshape(-1)[:CHECKED_ELEMENTS]
    want = expected.reshape(-1)[:CHECKED_ELEMENTS]
    # Where the case's dtypes differ (bool masks), the least precise floating-point one rules.
    dtypes = {operand.dtype for operand in case.operands.values()}
    tolerance = max((RELATIVE_TOLERANCE.get(dtype, 0.0) for dtype in dtypes), default=0.0)
    tolerance *= case.condition
    if not np.allclose(got, want, rtol=tolerance, atol=tolerance):
        worst = int(np.argmax(np.abs(got.astype(np.complex128) - want.astype(np.complex128))))
        raise WrongResultError(
            name, f"{case.id}: {name} computed {got[worst]} where NumPy has {want[worst]}"
        )


def run_under_policy(corepy: Library, policy: str, loop: Loop) -> Loop:
    """A loop that sets a policy of corepy's before its own clock runs, and resets it at the end."""

    def run(count: int) -> int:
        with corepy.module.policy(policy):
            return loop(count)

    return run


def make_loops(
    libraries: Mapping[str, Library], case: Case
) -> tuple[dict[str, Loop], list[WrongResultError]]:
    """A loop for each library that can run the case and agrees with NumPy; who does not, and how.

    Raises MissingOperatorError where corepy lacks the operator.
    numexpr, for one, adds float32 in order, and ends a per mille off at 1e7 elements.
    """
    absence = find_absence(libraries["corepy"], case)
    if absence is not None:
        raise MissingOperatorError(absence)
    arrays = make_arrays(case)
    loops: dict[str, Loop] = {}
    results: dict[str, Array] = {}
    wrong: list[WrongResultError] = []
    for name, library in libraries.items():
        bound = bind_names(library, case, arrays)
        if bound is None:
            continue
        statement, names = bound
        try:
            results[name] = evaluate(case, statement, dict(names))
        except Exception as error:  # whatever a library raises for what it does not do
            wrong.append(WrongResultError(name, f"{case.id}: {name} raised {error!r}"))
            continue
        loops[name] = compile_loop(statement, names)
    if case.policy and "corepy" in loops:
        loops["corepy"] = run_under_policy(libraries["corepy"], case.policy, loops["corepy"])
    for name, result in results.items():
        try:
            check_result(case, name, result, results[JUDGE])
        except WrongResultError as error:
            wrong.append(error)
            del loops[name]
    return loops, wrong
