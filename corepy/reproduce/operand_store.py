# The operands of golden calls as tensors, in the layout that is asked for; small ones are kept.
"""From descriptions of operands to tensors."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from .cases import COMPOSED
from .layouts import Elements, applies, lay_out, lay_out_repeated, repeat
from .operands import Operand, make_bytes

if TYPE_CHECKING:
    from corepy.tensor import Tensor

    from .cases import Case

__all__ = ["OperandStore", "find_layouts"]

#: What operands have, one after the other, in the layout ``mixed``.
_MIXED = ("negative", "misaligned", "strided", "transposed", "offset")
#: Memory that operands may keep, as bytes and once more as tensors.
_KEPT_BYTES = 256 << 20
#: How much more memory than its elements a tensor has.
_ALLOCATED = {"strided": 3}


def find_layouts(case: Case) -> tuple[str, ...]:
    """The layouts in which the operands of a call can lie."""
    operands = case.operands
    if not operands or case.family == COMPOSED:
        return ("contiguous",)
    found = ["contiguous"]
    for layout in ("offset", "misaligned", "strided", "negative", "transposed"):
        if any(applies(layout, operand.shape) for operand in operands):
            found.append(layout)
    if any(operand.repeated != "no" for operand in operands):
        found.append("broadcast")
    if len(operands) > 1:
        found.append("mixed")
    return tuple(found)


class OperandStore:
    """Makes operands, and keeps those that were used last: most are shared by many operators."""

    def __init__(self) -> None:
        self._elements: OrderedDict[Operand, Elements] = OrderedDict()
        self._tensors: OrderedDict[tuple[Operand, str], Tensor] = OrderedDict()
        self._element_bytes = 0
        self._tensor_bytes = 0

    def make_operands(self, case: Case, layout: str) -> list[Tensor]:
        """The operands of a call in one layout."""
        if layout != "mixed":
            return [self._make(operand, layout) for operand in case.operands]
        return [
            self._make(operand, "broadcast" if operand.repeated != "no" else chosen)
            for index, operand in enumerate(case.operands)
            for chosen in [_MIXED[index % len(_MIXED)]]
        ]

    def _make(self, operand: Operand, layout: str) -> Tensor:
        key = operand, layout
        kept = self._tensors.get(key)
        if kept is not None:
            self._tensors.move_to_end(key)
            return kept
        tensor = self._lay_out(operand, layout)
        self._tensors[key] = tensor
        self._tensor_bytes += tensor.nbytes * _ALLOCATED.get(layout, 1)
        while self._tensor_bytes > _KEPT_BYTES and len(self._tensors) > 1:
            (_, oldest), gone = self._tensors.popitem(last=False)
            self._tensor_bytes -= gone.nbytes * _ALLOCATED.get(oldest, 1)
        return tensor

    def _lay_out(self, operand: Operand, layout: str) -> Tensor:
        elements = self._find_elements(operand)
        shape, repeated = operand.shape, operand.repeated
        if repeated == "no":
            return lay_out(elements, layout)
        if layout in ("broadcast", "contiguous"):
            return lay_out_repeated(elements, shape, repeated, layout == "broadcast")
        return lay_out(Elements(repeat(elements, shape, repeated), operand.dtype, shape), layout)

    def _find_elements(self, operand: Operand) -> Elements:
        kept = self._elements.get(operand)
        if kept is not None:
            self._elements.move_to_end(operand)
            return kept
        shape = operand.shape
        if operand.repeated != "no":
            shape = (shape[-1 if operand.repeated == "rows" else 0],)
        elements = Elements(make_bytes(operand), operand.dtype, shape)
        self._elements[operand] = elements
        self._element_bytes += len(elements.data)
        while self._element_bytes > _KEPT_BYTES and len(self._elements) > 1:
            _, gone = self._elements.popitem(last=False)
            self._element_bytes -= len(gone.data)
        return elements
