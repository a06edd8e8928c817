# The check behind settings.verify. The oracle is in reference/, bounds and comparers are in
# corepy/testing/.
"""``COREPY_VERIFY=1``: native results are compared with the oracle's within each bound."""

from __future__ import annotations

from contextvars import ContextVar

import numpy as np

from corepy import _core
from corepy.errors import VerificationError
from corepy.testing.checking import assert_ulp
from corepy.testing.residuals import assert_residuals, has_residuals

from . import reference

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["check"]

_checking: ContextVar[bool] = ContextVar("corepy_verify_is_checking", default=False)


def check(
    op: str,
    operands: tuple[Tensor, ...],
    options: dict[str, object],
    result: Tensor | tuple[Tensor, ...],
) -> None:
    """Compare native results with the oracle's; the dispatcher calls this after each operation.

    Operators without an oracle or without promised values (``empty``) pass.

    Raises:
        VerificationError: the result lies outside the bound, or differs in dtype or shape.
    """
    if _checking.get() or op not in reference.REFERENCE or op in ("empty", "empty_like"):
        return
    token = _checking.set(True)
    try:
        with _core.suspend_records():
            _compare(op, operands, options, result)
    finally:
        _checking.reset(token)


def _compare(
    op: str,
    operands: tuple[Tensor, ...],
    options: dict[str, object],
    result: Tensor | tuple[Tensor, ...],
) -> None:
    arrays = tuple(np.asarray(operand) for operand in operands)
    expected = reference.run(op, arrays, options)
    results = result if isinstance(result, tuple) else (result,)
    if len(expected) != len(results):
        raise VerificationError(
            f"{op}: the oracle has another number of results "
            f"(got {len(results)}; expected {len(expected)})"
        )
    for one, wanted in zip(results, expected, strict=True):
        assert_ulp(one, wanted, op=op, operands=arrays, options=options, label=f"{op} (verify)")
    if has_residuals(op):
        assert_residuals(op, arrays[0], options, [np.asarray(one) for one in results])
