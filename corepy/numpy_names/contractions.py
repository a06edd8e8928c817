# einsum: sums of products by labels, as a program of diagonals, sums, matrix products.
"""Einstein's summation, in NumPy's syntax, operand by operand.

Each operand is first reduced by itself: repeated labels become diagonals, labels of no other use
are summed. Then operands are contracted in pairs: labels that are needed no more by a stack of
matrix products, and by ``multiply`` where there is none of these.
"""

from __future__ import annotations

import math
from operator import index
from string import ascii_lowercase, ascii_uppercase
from typing import cast

import corepy
from corepy.errors import ArgumentError, ArgumentTypeError, DTypeError, ShapeError
from corepy.ops.arguments import as_flag, check_out, is_int, read_tensor
from corepy.ops.composed import composed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import EllipsisType
    from typing import TypeAlias

    from corepy import DType
    from corepy.ops.native import ArrayLike, DTypeLike
    from corepy.tensor import Tensor

    #: "greedy", "optimal" or another of opt_einsum's, or pairs of positions.
    Path: TypeAlias = bool | str | Sequence[tuple[int, ...] | str]
    #: The labels of an operand's axes: numbers from 0 to 51, and ``...``.
    Labels: TypeAlias = Sequence[int | EllipsisType]

__all__ = ["einsum"]


@composed
def einsum(
    subscripts: str | ArrayLike,
    /,
    *operands: ArrayLike | Labels,
    out: Tensor | None = None,
    dtype: DTypeLike | None = None,
    optimize: Path = False,
) -> Tensor:
    """Products of all operands, summed over the labels that the result does not have.

    ``"ij,jk->ik"`` is a matrix product, ``"ii"`` a trace, ``"...ij->...ji"`` a transpose. Without
    ``->`` the result has the labels that occur once, in alphabetical order, after the ellipsis.
    In place of subscripts, each operand may be followed by the list of its labels, numbers from 0
    to 51 and ``...``; a last list has those of the result.
    Operands are contracted from left to right; ``optimize`` asks the package opt_einsum for a
    cheaper order (True, ``"greedy"``, ``"optimal"`` ...), or gives one, as pairs of positions.

    Shapes: extents of one label are equal or 1, and equal within an operand; axes of ``...``
    broadcast.  Dtypes: numeric; all operands are converted to their common dtype first, or to
    ``dtype``, to which that must be safe to cast: the result has it, and ``out``
    must have it.
    Edges: sums over no elements are 0; integers wrap; complex numbers are not conjugated.
    Raises: ArgumentError for subscripts that say nothing; ShapeError; DTypeError for bool.
    Accuracy: every product of two operands as ``matmul``, summed first within an operand as
    ``sum``.  The bits depend on subscripts and path, so with ``optimize`` on opt_einsum's version.
    Source: NumPy; Smith and Gray, opt_einsum, J. Open Source Software 3 (2018).

    >>> import corepy as cp
    >>> a, b = cp.asarray([[1, 2], [3, 4]]), cp.asarray([10, 1])
    >>> cp.einsum("ij,j->i", a, b)
    Tensor([12, 34], shape=(2,), dtype=int64)
    >>> cp.einsum("ii", a)
    Tensor(5, shape=(), dtype=int64)
    >>> cp.einsum(a, [0, 1], b, [1], [0])
    Tensor([12, 34], shape=(2,), dtype=int64)
    """
    check_out("einsum", out)
    if not isinstance(subscripts, str):
        subscripts, operands = _read_labels((subscripts, *operands))
    values = cast("tuple[ArrayLike, ...]", operands)  # the lists of labels are read
    tensors = [read_tensor("einsum", f"operand {i + 1}", one) for i, one in enumerate(values)]
    terms, output = _parse(subscripts, [one.ndim for one in tensors])
    common = _choose_dtype(tensors, dtype)
    tensors = [corepy.astype(one, common, copy=False) for one in tensors]
    extents = _find_extents(terms, tensors)
    pool = [_drop_ones(term, one, extents) for term, one in zip(terms, tensors, strict=True)]
    for pair in _find_path(pool, output, extents, optimize):
        chosen = [pool[i] for i in pair]
        pool = [one for i, one in enumerate(pool) if i not in pair]
        term, tensor = chosen[0]
        for i, other in enumerate(chosen[1:], 1):
            # What the operands still to come need: those of this step, and those of later ones.
            kept = set(output).union(*(one for one, _ in chosen[i + 1 :] + pool))
            first = _reduce(term, tensor, kept | set(other[0]))
            term, tensor = _contract(first, _reduce(*other, kept | set(first[0])), kept)
        pool.append((term, tensor))
    term, tensor = _reduce(*pool[0], set(output))
    result = corepy.permute_dims(tensor, tuple(term.index(label) for label in output))
    return result if out is None else corepy.positive(result, out=out)


def _choose_dtype(tensors: list[Tensor], dtype: DTypeLike | None) -> DType:
    """In which everything is computed."""
    common = corepy.result_type(*tensors)
    chosen = common if dtype is None else corepy.result_type(dtype)
    if "b" in (common.kind, chosen.kind):
        raise DTypeError("einsum: unsupported dtype (got bool; expected numbers)")
    if not corepy.can_cast(common, chosen):
        raise DTypeError(
            f"einsum: dtype would lose values (got {chosen.name} for operands of {common.name}; "
            "expected one to which theirs is safe to cast); convert them with corepy.astype"
        )
    return chosen


# ---- subscripts ----

#: Labels of the axes of ``...``, from the last one on: no letters.
_ELLIPSIS = "\u0100"


def _read_labels(
    arguments: tuple[ArrayLike | Labels, ...],
) -> tuple[str, tuple[ArrayLike | Labels, ...]]:
    """Operands, each with the list of its labels behind it, as subscripts and operands."""
    subscripts = ",".join(_write_term(one) for one in arguments[1::2])
    if len(arguments) % 2:
        subscripts += "->" + _write_term(arguments[-1])
        arguments = arguments[:-1]
    return subscripts, arguments[::2]


#: In the order of their codes: labels of the result are sorted by it.
_LETTERS = ascii_uppercase + ascii_lowercase


def _write_term(labels: object) -> str:
    """A list of labels as the letters of a term."""
    if isinstance(labels, (list, tuple)) and all(
        one is ... or (is_int(one) and 0 <= index(one) < len(_LETTERS)) for one in labels
    ):
        return "".join("..." if one is ... else _LETTERS[index(one)] for one in labels)
    raise ArgumentTypeError(
        f"einsum: an operand's labels have the wrong type (got {labels!r}; expected subscripts as "
        "the first argument, or a list of numbers from 0 to 51 and '...' behind each operand)"
    )


def _parse(subscripts: str, ranks: list[int]) -> tuple[list[str], str]:
    """The labels of each operand and of the result, one character for each axis."""
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise ArgumentError(
            f"einsum: subscripts and operands differ in number (got {len(terms)} and {len(ranks)}; "
            "expected one term for each operand)"
        )
    if not ranks:
        raise ArgumentError("einsum: no operand (expected at least one)")
    expanded = [_expand(term, rank) for term, rank in zip(terms, ranks, strict=True)]
    hidden = max((_hidden(term) for term in expanded), key=len)
    every = "".join(expanded)
    if not arrow:
        once = sorted(one for one in set(every) if one < _ELLIPSIS and every.count(one) == 1)
        return expanded, hidden + "".join(once)
    if "..." not in right and hidden:
        raise ArgumentError(
            f"einsum: the result has no place for the axes of '...' (got '{subscripts}'; expected "
            "'...' after '->')"
        )
    output = _check_letters(right).replace("...", hidden)
    for label in output:
        if output.count(label) > 1 or label not in every:
            raise ArgumentError(
                f"einsum: a label of the result must be one of an operand, once (got '{label}' in "
                f"'{subscripts}')"
            )
    return expanded, output


def _check_letters(term: str) -> str:
    rest = term.replace("...", "", 1)
    wrong = [one for one in rest if not (one.isascii() and one.isalpha())]
    if wrong:
        raise ArgumentError(
            f"einsum: subscripts are letters, one '...', ',' and '->' (got {wrong[0]!r} in "
            f"'{term}')"
        )
    return term


def _hidden(term: str) -> str:
    return "".join(one for one in term if one >= _ELLIPSIS)


def _expand(term: str, rank: int) -> str:
    """The term with a label for each axis that its ellipsis stands for, or an error."""
    letters = len(_check_letters(term).replace("...", ""))
    if letters > rank or ("..." not in term and letters < rank):
        raise ShapeError(
            f"einsum: an operand has another number of axes than its subscripts (got {rank} for "
            f"'{term}')"
        )
    hidden = "".join(chr(ord(_ELLIPSIS) + i) for i in reversed(range(rank - letters)))
    return term.replace("...", hidden)


def _find_extents(terms: list[str], tensors: list[Tensor]) -> dict[str, int]:
    """Each label's extent: the one that is not 1, where there is one."""
    extents: dict[str, int] = {}
    for term, tensor in zip(terms, tensors, strict=True):
        own: dict[str, int] = {}  # a diagonal does not broadcast
        for label, extent in zip(term, tensor.shape, strict=True):
            if own.setdefault(label, extent) != extent:
                raise ShapeError(
                    f"einsum: '{label}' has two extents in one operand (got {own[label]} and "
                    f"{extent}; expected equal ones)"
                )
            known = extents.get(label, 1)
            if known != 1 and extent not in (1, known):
                name = f"'{label}'" if label < _ELLIPSIS else "an axis of '...'"
                raise ShapeError(
                    f"einsum: {name} has two extents (got {known} and {extent}; expected equal "
                    "ones, or 1)"
                )
            extents[label] = known if extent == 1 else extent
    return extents


# ---- one operand ----


def _drop_ones(term: str, tensor: Tensor, extents: dict[str, int]) -> tuple[str, Tensor]:
    """Without the axes of extent 1 whose label has a larger one: they broadcast.

    Repeated labels become one axis, the diagonal.
    """
    ones = [i for i, one in enumerate(term) if tensor.shape[i] == 1 != extents[one]]
    tensor = corepy.squeeze(tensor, axis=tuple(ones))
    term = "".join(one for i, one in enumerate(term) if i not in ones)
    for label in sorted(set(term)):
        while term.count(label) > 1:
            first = term.index(label)
            second = term.index(label, first + 1)
            tensor = corepy.moveaxis(tensor, (first, second), (-2, -1))
            tensor = corepy.linalg.diagonal(tensor)
            term = term[:first] + term[first + 1 : second] + term[second + 1 :] + label
    return term, tensor


def _reduce(term: str, tensor: Tensor, kept: set[str]) -> tuple[str, Tensor]:
    """Summed over the labels that nothing else needs."""
    axes = tuple(i for i, label in enumerate(term) if label not in kept)
    if not axes:
        return term, tensor
    total = corepy.sum(tensor, axis=axes, dtype=tensor.dtype)
    return "".join(label for label in term if label in kept), total


# ---- two operands ----


def _align(term: str, tensor: Tensor, labels: str) -> Tensor:
    """The axes in the order of ``labels``, of extent 1 where the tensor lacks one."""
    tensor = corepy.permute_dims(tensor, tuple(term.index(one) for one in labels if one in term))
    missing = tuple(i for i, one in enumerate(labels) if one not in term)
    return corepy.expand_dims(tensor, axis=missing) if missing else tensor


def _flatten(x: Tensor, shape: tuple[int, ...]) -> Tensor:
    """Reshaped; a copy where the axes to be joined are not next to each other in memory."""
    try:
        return corepy.reshape(x, shape, copy=False)
    except ArgumentError:
        return corepy.reshape(x, shape, copy=True)


def _contract(
    first: tuple[str, Tensor], second: tuple[str, Tensor], kept: set[str]
) -> tuple[str, Tensor]:
    """The product of two, summed over the labels of both that are not kept."""
    (a, x), (b, y) = first, second
    batch = "".join(one for one in a if one in b and one in kept)
    summed = "".join(one for one in a if one in b and one not in kept)
    rows = "".join(one for one in a if one not in b)
    columns = "".join(one for one in b if one not in a)
    labels = batch + rows + columns
    if not summed:
        return labels, _align(a, x, labels) * _align(b, y, labels)
    left, right = _align(a, x, batch + rows + summed), _align(b, y, batch + summed + columns)
    stack, m, n = len(batch), len(batch) + len(rows), len(batch) + len(summed)
    shape = left.shape[:m] + right.shape[n:]
    depth = math.prod(left.shape[m:])
    left = _flatten(left, (*left.shape[:stack], math.prod(left.shape[stack:m]), depth))
    right = _flatten(right, (*right.shape[:stack], depth, math.prod(right.shape[n:])))
    return labels, corepy.reshape(left @ right, shape)


# ---- paths ----


def _find_path(
    pool: list[tuple[str, Tensor]], output: str, extents: dict[str, int], optimize: Path
) -> list[tuple[int, ...]]:
    """Which of the remaining operands each step takes; its result becomes the last one."""
    count, asked = len(pool), as_flag(optimize)
    if asked is False or count <= 2:
        return [tuple(range(count))] if count > 1 else []
    if asked is None and not isinstance(optimize, str):
        return _check_path(_read_steps(optimize), count)
    try:
        from opt_einsum import contract_path  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ImportError:
        raise ArgumentError(
            "einsum: optimize needs the package opt_einsum, which is not installed; install "
            "corepy[einsum], or give optimize a list of pairs"
        ) from None
    expression = ",".join(term for term, _ in pool) + "->" + output
    shapes = [tuple(extents[one] for one in term) for term, _ in pool]
    strategy = "auto" if asked else optimize
    try:
        path, _ = contract_path(expression, *shapes, shapes=True, optimize=strategy)
    except KeyError as error:
        raise ArgumentError(
            f"einsum: optimize names no strategy of opt_einsum (got {strategy!r}); {error.args[0]}"
        ) from None
    return _check_path([tuple(map(int, step)) for step in path], count)


def _read_steps(path: Path) -> list[tuple[int, ...]]:
    if isinstance(path, (list, tuple)):
        steps = [one for one in path if not isinstance(one, str)]
        if all(isinstance(one, (list, tuple)) and all(map(is_int, one)) for one in steps):
            return [tuple(map(index, one)) for one in steps]
    raise ArgumentTypeError(
        f"einsum: optimize has the wrong type (got {path!r}; expected bool, str, or a list of "
        "tuples of positions)"
    )


def _check_path(steps: list[tuple[int, ...]], count: int) -> list[tuple[int, ...]]:
    left = count
    for step in steps:
        if len(set(step)) != len(step) or not step or not all(0 <= i < left for i in step):
            raise ArgumentError(
                f"einsum: a step of the path names no operands (got {step} for {left} of them; "
                "expected different positions)"
            )
        left += 1 - len(step)
    if left != 1:
        raise ArgumentError(f"einsum: the path leaves {left} operands (expected 1)")
    return steps
