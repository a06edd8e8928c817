# The reference oracle as a backend: tensors to NumPy arrays and back. The oracle itself is
# reference/.
"""``policy=REFERENCE``: :mod:`corepy.backend.reference` behind the backend protocol."""

from __future__ import annotations

import numpy as np

import corepy
from corepy import _core

from . import reference
from .policies import BackendPolicy
from .protocol import Backend

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy.tensor import Tensor

__all__ = ["ReferenceBackend"]


class ReferenceBackend(Backend):
    """NumPy-backed, in higher precision; NumPy may have started threads of its own."""

    name = "reference"
    policy = BackendPolicy.REFERENCE
    reproducible = False

    def accepts(self, op: str, operands: tuple[Tensor, ...]) -> str | None:
        """Every operator that has an oracle."""
        return None if op in reference.REFERENCE else "op_unsupported"

    def run(
        self, op: str, operands: tuple[Tensor, ...], options: dict[str, object]
    ) -> tuple[Tensor, ...]:
        """The oracle's results, over the arrays' own memory."""
        with _core.suspend_records():
            arrays = tuple(np.asarray(operand) for operand in operands)
            results = reference.run(op, arrays, options)
            return tuple(corepy.asarray(result, copy=False) for result in results)
