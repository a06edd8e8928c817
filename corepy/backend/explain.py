# Dispatch records as Python sees them: typed, as text, in a notebook, as a dict. Logs of many are
# in dispatch_log.py.
"""What an operation did, and why.

Every operation leaves a record: operator, operands, policy, backend, ISA, kernel, each candidate
that did not run with the reason, hidden copies, error bound, and whether the bits are reproducible.
"""

from __future__ import annotations

from corepy import _core
from corepy.errors import ArgumentTypeError

from .wording import (
    BOUND_FORMULAS,
    FLAGS,
    LOADABLE_BACKENDS,
    REASONS,
    format_bytes,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec

    from corepy._core import OperandDict, RecordDict, RejectionDict
    from corepy.tensor import Tensor

    from .dispatch_log import DispatchLog

    _Parameters = ParamSpec("_Parameters")

__all__ = [
    "DispatchRecord",
    "OperandRecord",
    "Rejection",
    "explain",
    "explain_last_dispatch",
    "record_dispatches",
    "record_of",
]


class OperandRecord:
    """An operand or a result: dtype, shape and how it lay in memory."""

    __slots__ = ("_operand",)

    def __init__(self, operand: OperandDict) -> None:
        self._operand = operand

    @property
    def dtype(self) -> str:
        """Name of the element type."""
        return self._operand["dtype"]

    @property
    def shape(self) -> tuple[int, ...]:
        """The extents, at most the first 8."""
        return self._operand["shape"]

    @property
    def rank(self) -> int:
        """The number of axes, also beyond 8."""
        return self._operand["rank"]

    @property
    def layout(self) -> str:
        """contiguous, permuted, broadcast, strided or scalar."""
        return self._operand["layout"]

    def __str__(self) -> str:
        extents = ", ".join(str(extent) for extent in self.shape)
        cut = ", ..." if self.rank > len(self.shape) else ""
        layout = "" if self.layout in ("contiguous", "scalar") else f" {self.layout}"
        return f"{self.dtype}[{extents}{cut}]{layout}"

    def __repr__(self) -> str:
        return f"<OperandRecord {self}>"


class Rejection:
    """A candidate that did not run, and why."""

    __slots__ = ("_rejection", "sentence")

    def __init__(self, rejection: RejectionDict, sentence: str) -> None:
        self._rejection = rejection
        #: The reason in words.
        self.sentence = sentence

    @property
    def candidate(self) -> str:
        """Name of the ISA or backend."""
        return self._rejection["candidate"]

    @property
    def reason(self) -> str:
        """The reason's code."""
        return self._rejection["reason"]

    @property
    def detail(self) -> str | None:
        """What the reason is about, such as the missing CPU feature."""
        return self._rejection["detail"]

    def __str__(self) -> str:
        return f"{self.candidate}: {self.sentence}"

    def __repr__(self) -> str:
        return f"<Rejection {self}>"


class DispatchRecord:
    """What one operation did; immutable."""

    __slots__ = ("_record",)

    def __init__(self, record: RecordDict) -> None:
        self._record = record

    @property
    def sequence(self) -> int:
        """The operation's number in its thread, from 1; 0 for a dry run."""
        return self._record["sequence"]

    @property
    def op(self) -> str:
        """The operator's array API name."""
        return self._record["op"]

    @property
    def operands(self) -> tuple[OperandRecord, ...]:
        """The operands, at most the first 4."""
        return tuple(OperandRecord(operand) for operand in self._record["operands"])

    @property
    def operand_count(self) -> int:
        """How many operands there were."""
        return self._record["operand_count"]

    @property
    def result(self) -> OperandRecord | None:
        """The result."""
        result = self._record["result"]
        return None if result is None else OperandRecord(result)

    @property
    def policy(self) -> str:
        """Name of the policy in force."""
        return self._record["policy"]

    @property
    def backend(self) -> str:
        """Name of the backend that ran."""
        return self._record["backend"]

    @property
    def isa(self) -> str | None:
        """The kernel's instruction set; None where no kernel ran, or a foreign backend did."""
        return self._record["isa"]

    @property
    def kernel(self) -> str:
        """The kernel's variant."""
        return self._record["kernel"]

    @property
    def compute_dtype(self) -> str:
        """The dtype that the kernel computed in."""
        return self._record["compute_dtype"]

    @property
    def threads(self) -> int:
        """How many threads computed; in a dry run, how many would take part at most."""
        return self._record["threads"]

    @property
    def reproducible(self) -> bool:
        """Whether the result has the same bits on every machine."""
        return self._record["reproducible"]

    @property
    def numerics_revision(self) -> int:
        """The revision of results under which the bits are the same."""
        return self._record["numerics_revision"]

    @property
    def bound(self) -> str:
        """The declared error bound: exact, ulp, none, a formula of corepy.testing.bounds, or parts.

        ``parts``: a function of several operations, of which some round.
        """
        return self._record["bound"]

    @property
    def ulp(self) -> float:
        """The bound in units in the last place, where ``bound`` is "ulp" or "exact"."""
        return self._record["ulp"]

    @property
    def copied_bytes(self) -> int:
        """Bytes of hidden copies: other layouts, shared memory that was written."""
        return self._record["copied_bytes"]

    @property
    def cast_bytes(self) -> int:
        """Bytes written by conversions between dtypes."""
        return self._record["cast_bytes"]

    @property
    def workspace_bytes(self) -> int:
        """The most temporary memory that was there at once, in bytes.

        Of an operation that makes tensors on its way, as functions written in Python do, these
        count too, hidden copies among them, in the blocks that the allocator gives.
        """
        return self._record["workspace_bytes"]

    @property
    def children(self) -> int:
        """How many operations a composite one consists of; a log holds their records."""
        return self._record["children"]

    @property
    def flags(self) -> tuple[str, ...]:
        """Codes of what else happened; keys of corepy.backend.wording.FLAGS."""
        return tuple(self._record["flags"])

    @property
    def rejected(self) -> tuple[Rejection, ...]:
        """Every ISA and backend that could have run, did not, and why."""
        candidates = [*self._record["rejected"], *self._unloaded_candidates()]
        rejections = [one for one in candidates if self._could_serve(one)]
        if self.backend != "native":  # then no ISA was compared with another
            isas = {isa.name for isa in _core.isas()}
            rejections = [item for item in rejections if item["candidate"] not in isas]
            rejections.insert(
                0, {"candidate": "native", "reason": "policy_named_other", "detail": None}
            )
        return tuple(Rejection(item, self._explain_rejection(item)) for item in rejections)

    def _could_serve(self, rejection: RejectionDict) -> bool:
        """Whether another policy would bring the candidate to this operator."""
        is_policy = rejection["reason"] in ("policy_reproducible", "policy_named_other")
        return not is_policy or rejection["candidate"] != "openblas" or self._record["may_use_blas"]

    def _unloaded_candidates(self) -> list[RejectionDict]:
        """The backends that no policy has asked for yet: the dispatcher does not know of them."""
        if not self._record["rejected"]:  # nothing was chosen
            return []
        known = {rejection["candidate"] for rejection in self._record["rejected"]}
        known.add(self.backend)
        is_reproducible = self.policy in ("AUTO", "SIMD")
        reason = "policy_reproducible" if is_reproducible else "policy_named_other"
        return [
            {"candidate": name, "reason": reason, "detail": None}
            for name in LOADABLE_BACKENDS
            if name not in known
        ]

    def _explain_rejection(self, rejection: RejectionDict) -> str:
        candidate = rejection["candidate"]
        wanted = LOADABLE_BACKENDS.get(candidate)
        for backend in _core.backends():
            if backend["name"] == candidate:
                wanted = backend["policy"]
        return REASONS[rejection["reason"]].format(
            candidate=candidate,
            detail=rejection["detail"],
            isa=self.isa or self.backend,
            policy=self.policy,
            dtypes=", ".join(dict.fromkeys(operand.dtype for operand in self.operands)),
            op=f"the last part of {self.op}" if self.kernel == "composition" else self.op,
            ask=f'corepy.policy("{wanted}") asks for this one',
        )

    def _describe_bound(self) -> str:
        if self.backend not in ("native", "reference"):
            return f"none declared by backend {self.backend}"
        if self.bound == "exact":
            return "0 ulp: exact, or rounded once"
        if self.bound == "ulp":
            return f"{self.ulp:g} ulp"
        if self.bound == "parts":
            return "what its parts' bounds come to: see the function's documentation"
        formula = BOUND_FORMULAS.get(self.bound)
        if formula is None:
            return "none stated"
        dtype = None if self.result is None else self.result.dtype
        rounded = f", then rounded to {dtype}" if dtype in ("float16", "bfloat16") else ""
        return f"{self.bound}: {formula}{rounded}"

    def _describe_reproducible(self) -> str:
        if self.reproducible:
            return (
                f"yes, the same bits on every machine (numerics revision {self.numerics_revision})"
            )
        if self.op in ("empty", "empty_like"):
            return "no: the elements are what the memory held before"
        if self.backend == "native":
            return "no: a part of it does not promise it"
        return f"no: backend {self.backend} does not promise it"

    def _describe_memory(self) -> str:
        parts = [
            f"{format_bytes(count)} {what}"
            for count, what in (
                (self.copied_bytes, "copied"),
                (self.cast_bytes, "converted"),
                (self.workspace_bytes, "of workspace"),
            )
            if count
        ]
        return ", ".join(parts) if parts else "no hidden copies"

    def call_text(self) -> str:
        """The call: operator, operands, result.

        >>> import corepy as cp
        >>> cp.explain(cp.add, cp.ones((2, 3)), 1).call_text()
        'add(float64[2, 3], float64[]) -> float64[2, 3]'
        """
        operands = [str(operand) for operand in self.operands]
        hidden = self.operand_count - len(operands)
        if hidden > 0:
            operands.append(f"... {hidden} more")
        result = "" if self.result is None else f" -> {self.result}"
        return f"{self.op}({', '.join(operands)}){result}"

    def _lines(self) -> list[tuple[str, str]]:
        """Label and text, line by line; a continued line has no label."""
        lines = [
            ("policy", self.policy),
            ("backend", self.backend),
            ("ISA", self.isa or "none"),
            ("kernel", self.kernel or "none"),
            ("computed in", self.compute_dtype),
            ("threads", str(self.threads)),
            ("bound", self._describe_bound()),
            ("reproducible", self._describe_reproducible()),
            ("memory", self._describe_memory()),
        ]
        for index, rejection in enumerate(self.rejected):
            lines.append(("" if index else "rejected", str(rejection)))
        if self.children:
            lines.append(("consists of", f"{self.children} operations"))
        notes = [FLAGS.get(flag, flag) for flag in self.flags]
        if self.backend == "reference":
            notes.append("NumPy computed; importing it may have started threads of its own")
        for index, note in enumerate(notes):
            lines.append(("" if index else "notes", note))
        return lines

    def __str__(self) -> str:
        body = "\n".join(f"  {label:<12}  {text}" for label, text in self._lines())
        return f"{self.call_text()}\n{body}"

    def __repr__(self) -> str:
        return f"<DispatchRecord {self.call_text()} on {self.isa or self.backend}>"

    def _repr_html_(self) -> str:
        from html import escape

        rows = "".join(
            f'<tr><th style="text-align:left">{escape(label)}</th>'
            f'<td style="text-align:left">{escape(text)}</td></tr>'
            for label, text in self._lines()
        )
        return f"<table><caption><code>{escape(self.call_text())}</code></caption>{rows}</table>"

    def to_dict(self) -> dict[str, object]:
        """The record for machines: strings, numbers, lists and dicts, as ``json.dumps`` takes.

        >>> import corepy as cp
        >>> cp.explain(cp.add, cp.ones(3), 1).to_dict()["result"]
        {'dtype': 'float64', 'layout': 'contiguous', 'rank': 1, 'shape': [3]}
        """
        record: dict[str, object] = {**self._record}
        del record["may_use_blas"]  # what is offered says so
        record["operands"] = [_operand_to_dict(operand) for operand in self._record["operands"]]
        result = self._record["result"]
        record["result"] = None if result is None else _operand_to_dict(result)
        record["rejected"] = [
            {
                "candidate": rejection.candidate,
                "reason": rejection.reason,
                "detail": rejection.detail,
                "sentence": rejection.sentence,
            }
            for rejection in self.rejected
        ]
        return record

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DispatchRecord):
            return NotImplemented
        return self._record == other._record

    def __hash__(self) -> int:
        return hash((self.op, self.sequence))


def _operand_to_dict(operand: OperandDict) -> dict[str, object]:
    return {**operand, "shape": list(operand["shape"])}


def explain_last_dispatch() -> DispatchRecord | None:
    """The record of the calling thread's last operation; None if there was none.

    Printing a tensor or a record, and operations that failed, leave it as it is.

    >>> import corepy as cp
    >>> a = cp.eye(3, dtype=cp.float32)
    >>> b = a.matmul(a)
    >>> cp.explain_last_dispatch().op
    'matmul'
    """
    record = _core.last_record()
    return None if record is None else DispatchRecord(record)


def record_of(x: Tensor) -> DispatchRecord | None:
    """The record of the operation that produced ``x``.

    None if another thread ran it, or if it is not among this thread's last 64.

    >>> import corepy as cp
    >>> x = cp.ones(3) + 1
    >>> y = cp.exp(x)
    >>> cp.backend.explain.record_of(x).op
    'add'
    """
    record = _core.record_of(x)
    return None if record is None else DispatchRecord(record)


def explain(
    function: Callable[_Parameters, object],
    /,
    *args: _Parameters.args,
    **kwargs: _Parameters.kwargs,
) -> DispatchRecord:
    """A dry run: what ``function(*args, **kwargs)`` would do.  Nothing is computed or written.

    Its record is the call's, threads and workspace included, but for what rests on values that
    only the call computes: how many elements are chosen or different, and what the products inside
    of a decomposition take.  Results are zeros that take no memory; who keeps one and writes to it
    later writes to a copy.  What shapes depend on is read: lists are converted, counts of
    ``repeat`` and masks that exist are added up.

    Raises:
        ArgumentError: the function runs no operation of corepy; and whatever the call itself would
        raise.

    >>> import corepy as cp
    >>> print(cp.explain(cp.add, cp.ones(3), 1).call_text())
    add(float64[3], float64[]) -> float64[3]
    """
    if not callable(function):
        raise ArgumentTypeError(
            f"explain: not a function (got {type(function).__name__}; expected one such as "
            "corepy.matmul, its arguments behind it)"
        )
    return DispatchRecord(_core.dry_run(function, args, kwargs))


def record_dispatches(capacity: int = 100_000, check_values: bool = False) -> DispatchLog:
    """A block that collects the records of all threads, with timings.

    The parts of a composite operation have records of their own, of depth 1.

    Args:
        capacity: how many records are kept; later ones are counted in ``log.dropped``.
        check_values: also look for NaN and infinities in each result; slow.

    Raises:
        ArgumentError: capacity is not positive.

    >>> import corepy as cp
    >>> with cp.record_dispatches(check_values=True) as log:
    ...     x = cp.log(cp.asarray([1.0, 0.0])) + 1
    >>> [record.op for record in log][-2:], log.first_nonfinite.op
    (['log', 'add'], 'log')
    """
    from .dispatch_log import DispatchLog

    return DispatchLog(capacity, check_values)
