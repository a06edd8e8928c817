# Tests of einsum: subscripts against NumPy, values within the bounds of what it is made of.
from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.testing import assert_bitwise_equal

CALLS = [
    ("ij,jk", (2, 3), (3, 4)),
    ("ij,jk->ki", (2, 3), (3, 4)),
    ("ii", (3, 3)),
    ("ii->i", (3, 3)),
    ("iii->i", (3, 3, 3)),
    ("ij->ji", (2, 3)),
    ("bA", (2, 3)),
    ("i j , j", (2, 3), (3,)),
    ("i,j", (2,), (3,)),
    ("i,->i", (2,), ()),
    ("", ()),
    (",->", (), ()),
    ("ij,kl->", (2, 3), (4, 5)),
    ("i,i->i", (1,), (3,)),
    ("i,i", (0,), (1,)),
    ("ij,jk", (2, 1), (3, 4)),
    ("ij,jk", (2, 0), (0, 3)),
    ("ij,jk,kl->il", (2, 3), (3, 4), (4, 5)),
    ("ab,cb,b->", (2, 3), (4, 3), (3,)),
    ("ij,ij,ij->i", (3, 4), (3, 4), (3, 4)),
    ("abc,cd,de,ef->abf", (2, 3, 4), (4, 5), (5, 2), (2, 3)),
    ("iij,jk->ik", (3, 3, 2), (2, 4)),
    ("aab,bcc->ac", (2, 2, 3), (3, 4, 4)),
    ("...", (2, 3)),
    ("...i->i...", (2, 3, 4)),
    ("i...j->...j", (2, 5, 3)),
    ("i...->i", (2,)),
    ("ij->...ij", (2, 3)),
    ("...i,...i->...", (4, 3), (2, 1, 3)),
    ("...ij,...jk->...ik", (5, 2, 3), (5, 3, 4)),
    ("...ij,jk,...k", (2, 1, 2, 3), (3, 4), (6, 4)),
    ("bhqd,bhkd->bhqk", (2, 3, 4, 5), (2, 3, 6, 5)),
]
OPTIMIZE = [False, True, "greedy", "optimal"]


def whole_numbers(shapes, dtype, seed=0):
    """Small enough that every sum of products is exact in every dtype."""
    rng = np.random.default_rng(seed)
    return [rng.integers(-3, 4, shape).astype(dtype) for shape in shapes]


@pytest.mark.parametrize("dtype", ["float32", "complex128", "int8", "int64"])
@pytest.mark.parametrize("call", CALLS, ids=lambda call: call[0])
def test_values_are_numpys(call, dtype):
    subscripts, *shapes = call
    operands = whole_numbers(shapes, dtype)
    expected = np.asarray(np.einsum(subscripts, *operands))
    for optimize in OPTIMIZE:
        result = cp.einsum(subscripts, *map(cp.asarray, operands), optimize=optimize)
        assert_bitwise_equal(cp.copy(result) + 0, expected + 0)


@st.composite
def calls(draw):
    """Subscripts of one to four operands over five labels, with and without an ellipsis."""
    labels = st.text("abcde", max_size=3)
    terms = draw(st.lists(labels, min_size=1, max_size=4))
    extents = {label: draw(st.integers(0, 3)) for label in "abcde"}
    hidden = draw(st.lists(st.integers(1, 3), max_size=2))
    shapes, texts = [], []
    for term in terms:
        ones = draw(st.booleans())
        own = [1 if ones else extents[one] for one in term]
        at = draw(st.integers(0, len(term)))
        if hidden and draw(st.booleans()):
            first = draw(st.integers(0, len(hidden)))
            shapes.append((*own[:at], *hidden[first:], *own[at:]))
            texts.append(f"{term[:at]}...{term[at:]}")
        else:
            shapes.append(tuple(own))
            texts.append(term)
    text = ",".join(texts)
    if draw(st.booleans()):
        present = sorted(set("".join(terms)))
        output = "".join(draw(st.permutations(present)))[: draw(st.integers(0, len(present)))]
        text += "->" + ("..." if "..." in text else "") + output
    return text, shapes


@given(call=calls(), optimize=st.sampled_from([False, True]))
@settings(max_examples=300, deadline=None)
def test_any_subscripts(call, optimize):
    subscripts, shapes = call
    operands = whole_numbers(shapes, "float64", 1)
    expected = np.asarray(np.einsum(subscripts, *operands))
    result = cp.einsum(subscripts, *map(cp.asarray, operands), optimize=optimize)
    assert_bitwise_equal(cp.copy(result) + 0, expected + 0)


def test_it_is_made_of_the_operators_that_the_page_names():
    rng = np.random.default_rng(2)
    a, b = cp.asarray(rng.normal(size=(9, 300))), cp.asarray(rng.normal(size=(300, 7)))
    assert_bitwise_equal(cp.einsum("ij,jk", a, b), a @ b)
    assert_bitwise_equal(cp.einsum("ij,jk->ki", a, b), (a @ b).mT)
    assert_bitwise_equal(cp.einsum("ij->i", a), cp.sum(a, axis=1))
    assert_bitwise_equal(cp.einsum("ij,ij->ij", a, a), a * a)
    assert_bitwise_equal(cp.einsum("ij,ij->i", a, a), cp.vecdot(a, a))
    with cp.record_dispatches() as log:
        cp.einsum("ij,jk", a, b)
    assert "matmul" in {one.op for one in log}
    assert cp.shape(cp.einsum("ij", a)) == (9, 300)


def test_a_copy_of_an_operand_is_no_surprise(recwarn):
    x = cp.ones((300, 20, 90))
    with cp.settings.override(strict=True):
        assert cp.einsum("aij,jbi->ab", x, cp.ones((90, 70, 20))).tolist()[0][:2] == [1800, 1800]
    with cp.record_dispatches() as log:
        cp.einsum("aij,jbi->ab", x, cp.ones((90, 70, 20)))
    assert "strided copy" in {one.kernel for one in log if one.op == "reshape"}
    assert not recwarn


def test_dtypes_are_those_of_all_operands_together():
    one = cp.ones(3, dtype=cp.float32)
    assert cp.einsum("i,i", one, one).dtype == cp.float32
    assert cp.einsum("i,i,i", one, one, cp.ones(3)).dtype == cp.float64
    assert cp.einsum("i->", cp.ones(300, dtype=cp.int8)).dtype == cp.int8
    assert cp.einsum("i,i", [1, 2], [3.0, 4.0]).item() == 11
    with pytest.raises(cp.DTypeError, match=r"^einsum: .*bool"):
        cp.einsum("i->", cp.asarray([True]))


@pytest.mark.parametrize(
    "labels",
    [
        ([[0, 1], [1, 2]], [0, 2]),
        ([[0, 1], [1, 2]], None),
        ([[30, 1], [1, 2]], None),  # the result's axes ascend: 2, 30
        ([[..., 5], [5, ...]], [...]),
        ([[51, 0], (0, 51)], []),
    ],
)
def test_labels_may_be_numbers(labels):
    lists, output = labels
    operands = whole_numbers([(3, 3), (3, 3)], "float64")
    last = [] if output is None else [output]
    expected = np.einsum(operands[0], lists[0], operands[1], lists[1], *last)
    a, b = map(cp.asarray, operands)
    assert_bitwise_equal(cp.copy(cp.einsum(a, lists[0], b, lists[1], *last)) + 0, expected + 0)


def test_dtype_is_that_of_the_computation():
    bytes_ = cp.full(300, 100, dtype=cp.int8)
    total = cp.einsum("i,i->", bytes_, bytes_, dtype=cp.int32)
    assert total.dtype == cp.int32
    assert total.item() == 3_000_000
    assert cp.einsum("i->i", bytes_, dtype="float64").dtype == cp.float64
    with pytest.raises(cp.DTypeError, match=r"^einsum: dtype would lose values"):
        cp.einsum("i->", cp.ones(3), dtype=cp.float32)
    with pytest.raises(cp.DTypeError, match=r"^einsum: .*bool"):
        cp.einsum("i->", cp.ones(3), dtype=cp.bool)


def test_a_path_may_be_given():
    operands = [cp.asarray(one) for one in whole_numbers([(2, 3), (3, 4), (4, 5)], "float64")]
    expected = cp.einsum("ij,jk,kl", *operands)
    for path in ([(1, 2), (0, 1)], ["einsum_path", (0, 1), (0, 1)], [(0, 1, 2)], [(0, 2), (1, 0)]):
        assert_bitwise_equal(cp.einsum("ij,jk,kl", *operands, optimize=path), expected)
    for wrong in ([(0, 0)], [(0, 3)], [(0, 1)], [()], [(-1, 0)]):
        with pytest.raises(cp.ArgumentError, match=r"^einsum: "):
            cp.einsum("ij,jk,kl", *operands, optimize=wrong)
    for nothing in (None, 2, [1, 2], [(0, 1.0)], [(0, True)]):
        with pytest.raises(cp.ArgumentTypeError, match=r"^einsum: optimize has the wrong type"):
            cp.einsum("ij,jk,kl", *operands, optimize=nothing)
    with pytest.raises(cp.ArgumentError, match=r"^einsum: optimize names no strategy.*'cleverly'"):
        cp.einsum("ij,jk,kl", *operands, optimize="cleverly")


@pytest.mark.parametrize(
    ("subscripts", "shapes", "words"),
    [
        ("ij->ii", [(2, 2)], "once"),
        ("i->ij", [(2,)], "once"),
        ("i->I", [(2,)], "once"),
        ("...i->i", [(2, 3)], "no place"),
        ("..i", [(2, 3)], "letters"),
        ("......", [(2, 3)], "letters"),
        ("i1", [(2, 3)], "letters"),
        ("i->j->", [(2,)], "letters"),
        ("é", [(2,)], "letters"),
        ("i,j", [(2,)], "differ in number"),
        ("i", [(2,), (3,)], "differ in number"),
        ("", [], "differ in number"),
        ("i->", [(2, 3)], "number of axes"),
        ("ijk", [(2, 3)], "number of axes"),
        ("i,i", [(2,), (3,)], "two extents"),
        ("ii", [(1, 3)], "two extents in one operand"),
        ("ii,i", [(3, 1), (3,)], "two extents in one operand"),
        ("...,...", [(2,), (3,)], "two extents"),
    ],
)
def test_wrong_subscripts_are_named(subscripts, shapes, words):
    with pytest.raises((cp.ArgumentError, cp.ShapeError), match=f"^einsum: .*{words}"):
        cp.einsum(subscripts, *map(cp.ones, shapes))


def test_other_arguments():
    for wrong in ("i", [52], [-1], [0.0], [True], [None], 0, ["i"]):
        with pytest.raises(cp.ArgumentTypeError, match=r"^einsum: an operand's labels"):
            cp.einsum(cp.ones(3), wrong)
    with pytest.raises(cp.ArgumentTypeError, match=r"^einsum: an operand's labels"):
        cp.einsum(cp.ones(3))
    with pytest.raises(cp.ArgumentTypeError, match=r"^einsum: operand 2"):
        cp.einsum("i,i", cp.ones(3), np.ones(3))


def test_opt_einsum_is_imported_only_when_asked():
    program = """
import sys
import corepy as cp
x = cp.ones((2, 2))
cp.einsum("ij,jk,kl", x, x, x)
cp.einsum("ij,jk", x, x, optimize=True)
print("opt_einsum" in sys.modules)
sys.modules["opt_einsum"] = None
try:
    cp.einsum("ij,jk,kl", x, x, x, optimize=True)
except cp.ArgumentError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    out = done.stdout.splitlines()
    assert out[0] == "False"
    assert out[1].startswith("einsum: optimize needs the package opt_einsum")
