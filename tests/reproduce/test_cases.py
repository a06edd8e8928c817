# The golden set is complete: operators, dtypes, size classes.
from __future__ import annotations

from collections import Counter

import corepy as cp
from corepy.reproduce.cases import UNDEFINED, make_cases
from corepy.reproduce.operand_store import OperandStore, find_layouts
from corepy.reproduce.operands import ITEM_BYTES, count_elements

CASES = {row.name: list(make_cases(row)) for row in cp._core.ops()}
MIB = 1 << 20


def count_bytes(case):
    return sum(
        count_elements(operand.shape) * ITEM_BYTES[operand.dtype] for operand in case.operands
    )


def test_every_operator_and_dtype_has_calls():
    for row in cp._core.ops():
        dtypes = {case.dtype for case in CASES[row.name]}
        assert dtypes == (set() if row.name in UNDEFINED else set(row.dtypes)), row.name


def test_names_are_unique():
    for name, cases in CASES.items():
        repeated = [key for key, n in Counter(case.key for case in cases).items() if n > 1]
        assert not repeated, name


def test_every_computing_operator_has_every_size():
    for row in cp._core.ops():
        if row.family in ("elementwise", "reduction", "sorting") or row.name == "matmul":
            for dtype in row.dtypes:
                sizes = {case.size for case in CASES[row.name] if case.dtype == dtype}
                assert sizes >= {"small", "medium", "large"}, (row.name, dtype)


def test_large_calls_reach_the_paths_of_large_operands():
    for dtype in ITEM_BYTES:  # non-temporal stores from 64 MiB of operands and results on
        assert any(
            count_bytes(case) >= 64 * MIB for case in CASES["where"] if case.dtype == dtype
        ), dtype
    for name in ("exp", "sum", "argmax"):
        assert any(count_elements(case.operands[0].shape) >= 4_000_000 for case in CASES[name])
    shapes = {case.operands[0].shape for case in CASES["matmul"]}
    assert (700, 700) in shapes
    assert any(k > 2 * 1536 for _, k, *_ in (shape for shape in shapes if len(shape) == 2))
    assert any(count_elements(case.operands[0].shape) >= 2_000_000 for case in CASES["sort"])


def test_layouts_follow_from_the_operands():
    by_key = {case.key: case for case in CASES["add"]}
    flat = ("contiguous", "offset", "misaligned", "strided", "negative", "mixed")
    assert find_layouts(by_key["float32 37"]) == flat
    assert set(find_layouts(by_key["float32 30x41 outer"])) == {*flat, "transposed", "broadcast"}
    assert find_layouts(CASES["eye"][0]) == ("contiguous",)


def test_every_layout_of_a_call_has_the_same_operands():
    store = OperandStore()
    for name in ("add", "where", "matmul", "concat", "sum"):
        for case in CASES[name]:
            if case.size == "small" and case.dtype in ("bool", "float64"):
                first, *others = (
                    [cp.digest(x) for x in store.make_operands(case, layout)]
                    for layout in find_layouts(case)
                )
                assert all(other == first for other in others), case.key


def test_mixed_operands_lie_in_different_layouts():
    case = next(case for case in CASES["add"] if case.key == "float64 37")
    x, y = OperandStore().make_operands(case, "mixed")
    assert x.strides == (-8,)
    assert y.strides == (8,)


def test_kept_operands_are_handed_out_again():
    store = OperandStore()
    case = next(case for case in CASES["add"] if case.key == "float64 37")
    again = next(case for case in CASES["subtract"] if case.key == "float64 37")
    assert store.make_operands(case, "offset")[0] is store.make_operands(again, "offset")[0]
