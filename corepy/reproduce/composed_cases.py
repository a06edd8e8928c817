# The golden calls of public functions that no row of the operator table has, and the reasons of
# those without. What is computed is in composed_programs.py.
"""Calls of functions that are programs of native operators: their bits are golden, too.

They run with contiguous operands, on one thread and on two: layouts and more threads are the native
operators' own.  ``WITHOUT_BITS`` names the public functions that need no digest, and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import corepy

from .cases import COMPOSED, SIZES, Case, Size
from .composed_programs import ON_LENGTHS, ON_OPERANDS, Form, OperandProgram, Results
from .operands import Kind, Operand, Shape

if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["MOST_THREADS", "WITHOUT_BITS", "make_composed_cases"]

#: They run on no more.
MOST_THREADS = 2

_MATRIX_SHAPES: tuple[tuple[Shape, Size], ...] = (((61, 40), "small"), ((260, 129), "medium"))
_LINE_SHAPES: tuple[tuple[Shape, Size], ...] = (((1201,), "small"), ((20_011,), "medium"))
_KINDS: dict[Form, Kind] = {"special": "any", "counts": "index"}
#: Of medium size only float64.
_DTYPES = ("float64", "float32")
_SETTINGS = """explain explain_last_dispatch get_num_threads get_policy get_printoptions isas policy
    printoptions record_dispatches set_backend set_num_threads set_policy set_printoptions
    show_runtime random.draw_count random.key"""
_QUESTIONS = """broadcast_shapes can_cast digest iscomplexobj isdtype isrealobj isscalar ndim
    result_type shape size"""
_FILES = """load load_npz load_safetensors read_safetensors_metadata save save_npz
    save_safetensors savez savez_compressed"""
_ALWAYS_ONE_DTYPE = """bartlett blackman hamming hanning kaiser diag_indices fromfunction mgrid
    ogrid tril_indices triu_indices random.binomial random.choice random.fold_in random.geometric
    random.multinomial random.permutation random.permuted random.poisson random.shuffle
    random.split"""
_REASONS = {
    "its result has no defined elements": "empty empty_like",
    "its result is no tensor": _QUESTIONS,
    "sets or tells how something runs": _SETTINGS,
    "moves elements to or from a file; tests/io compares them": _FILES,
}
#: Public functions that need no golden calls, and why.
WITHOUT_BITS = {name: reason for reason, names in _REASONS.items() for name in names.split()}
_OF_ONE_DTYPE = frozenset(_ALWAYS_ONE_DTYPE.split())


def _flatten(value: Results) -> Iterator[Tensor]:
    """The tensors of nested results; numbers become tensors."""
    if isinstance(value, corepy.Tensor):
        yield value
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from _flatten(one)
    elif isinstance(value, (bool, int, float, complex)):
        yield corepy.asarray(value)
    else:
        raise corepy.ArgumentTypeError(f"reproduce: no result (got {type(value).__name__})")


def _join(results: Results) -> Tensor:
    """All elements of several results, in one line of the widest dtype of their kind."""
    flat = list(_flatten(results))
    if len(flat) == 1:
        return flat[0]
    kinds = {one.dtype.kind for one in flat}
    wide = "complex128" if "c" in kinds else "float64" if "f" in kinds else "int64"
    return corepy.concat([corepy.astype(corepy.reshape(one, (-1,)), wide) for one in flat])


def _make_holes(x: Tensor) -> Tensor:
    """NaN at a tenth of the elements, and nowhere in the first row and column."""
    is_hole = (corepy.abs(x) > 6) & (corepy.arange(x.shape[1]) > 0)
    holes = corepy.where(is_hole, corepy.nan, x)
    holes[0] = x[0]
    return holes


def _run_on_operands(program: OperandProgram) -> Callable[[Sequence[Tensor]], Tensor]:
    def run(tensors: Sequence[Tensor]) -> Tensor:
        x, y = tensors
        return _join(program.run(_make_holes(x) if program.form == "holes" else x, y))

    return run


def _make_on_operands(name: str, program: OperandProgram) -> Iterator[Case]:
    is_matrix = program.form in ("matrices", "holes")
    kind = _KINDS.get(program.form, "ordinary")
    for dtype in ("int64",) if program.form == "counts" else _DTYPES:
        for shape, size in _MATRIX_SHAPES if is_matrix else _LINE_SHAPES:
            if size == "medium" and dtype == "float32":
                continue
            operands = Operand(dtype, shape, 0, kind), Operand(dtype, shape, 1, kind)
            call = "x".join(map(str, shape))
            yield Case(name, COMPOSED, dtype, call, size, operands, _run_on_operands(program))


def _make_on_lengths(name: str) -> Iterator[Case]:
    program = ON_LENGTHS[name]
    for dtype in _DTYPES[:1] if name in _OF_ONE_DTYPE else _DTYPES:
        for (count,), size in _LINE_SHAPES:
            if size == "medium" and dtype == "float32":
                continue

            def run(_: Sequence[Tensor], count: int = count, dtype: str = dtype) -> Tensor:
                return _join(program(count, getattr(corepy, dtype)))

            yield Case(name, COMPOSED, dtype, str(count), size, (), run)


def make_composed_cases(sizes: Sequence[Size] = SIZES) -> Iterator[Case]:
    """The golden calls of all composed functions."""
    made = [_make_on_operands(name, program) for name, program in ON_OPERANDS.items()]
    made += [_make_on_lengths(name) for name in ON_LENGTHS]
    for cases in made:
        yield from (case for case in cases if case.size in sizes)
