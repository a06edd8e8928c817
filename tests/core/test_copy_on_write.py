# Tests of value semantics: no write through one tensor, view, export or out= changes another.
from __future__ import annotations

import gc
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corepy as cp
from corepy.errors import CorepyError, DTypeError, ShapeError, StrictModeError
from corepy.testing import assert_bitwise_equal

pytestmark = pytest.mark.sanitize


def numbered(*shape):
    return cp.reshape(cp.arange(int(np.prod(shape)), dtype=cp.float64), shape)


def values(*shape):
    return np.arange(float(np.prod(shape))).reshape(shape)


VIEWS = {
    "getitem": lambda x: x[1:],
    "whole": lambda x: x[...],
    "reversed": lambda x: x[::-1],
    "row": lambda x: x[0],
    "newaxis": lambda x: x[None],
    "transpose": lambda x: x.T,
    "mT": lambda x: x.mT,
    "matrix_transpose": cp.matrix_transpose,
    "permute_dims": lambda x: cp.permute_dims(x, (1, 0)),
    "reshape": lambda x: cp.reshape(x, (-1,)),
    "expand_dims": lambda x: cp.expand_dims(x, 1),
    "squeeze": lambda x: cp.squeeze(cp.expand_dims(x, 0), 0),
    "broadcast_to": lambda x: cp.broadcast_to(x, (2, *x.shape)),
    "view": lambda x: x.view(),
    "copy": cp.copy,
    "astype": lambda x: cp.astype(x, cp.float64),
    "positive": lambda x: +x,
    "asarray": lambda x: cp.asarray(x, copy=True),
    "Tensor": cp.Tensor,
    "arrow": cp.from_arrow,
    "dlpack": cp.from_dlpack,
    "concat": lambda x: cp.concat([x]),
    "take": lambda x: cp.take(x, cp.arange(x.shape[0]), axis=0),
    "meshgrid": lambda x: cp.meshgrid(x[0], x[0])[0],
}
WRITES = {
    "setitem": lambda x: x.__setitem__(..., 7),
    "element": lambda x: x.__setitem__((0,) * x.ndim, 7),
    "iadd": lambda x: x.__iadd__(1),
    "imul": lambda x: x.__imul__(cp.full(x.shape[-1:], 3.0)),
    "out": lambda x: cp.add(x, 5, out=x),
    "out of another": lambda x: cp.negative(cp.ones(x.shape), out=x),
}


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_write_to_a_view_leaves_its_base_alone(view, write):
    x = numbered(4, 5)
    y = VIEWS[view](x)
    before = np.array(np.asarray(y))
    WRITES[write](y)
    assert_bitwise_equal(x, values(4, 5))
    assert not np.array_equal(np.asarray(y), before)


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_write_to_the_base_leaves_its_view_alone(view, write):
    x = numbered(4, 5)
    y = VIEWS[view](x)
    before = np.array(np.asarray(y))
    WRITES[write](x)
    assert_bitwise_equal(y, before)
    assert not np.array_equal(np.asarray(x), values(4, 5))


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("view", VIEWS)
def test_a_view_whose_base_is_gone_is_a_value(view, write):
    y = VIEWS[view](numbered(4, 5))
    gc.collect()
    expected = VIEWS[view](numbered(4, 5))
    wanted = np.array(np.asarray(expected))
    if write == "element":
        wanted[(0,) * wanted.ndim] = 7
        WRITES[write](y)
        assert_bitwise_equal(y, wanted)
    else:
        WRITES[write](y)
        fresh = cp.copy(expected)
        WRITES[write](fresh)
        assert_bitwise_equal(y, np.asarray(fresh))


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize(
    "export", [np.asarray, memoryview, lambda x: np.from_dlpack(x), lambda x: x.numpy()]
)
def test_a_write_leaves_exports_alone(export, write):
    x = numbered(4, 5)
    exported = export(x)
    WRITES[write](x)
    np.testing.assert_array_equal(np.asarray(exported), values(4, 5))
    assert np.asarray(exported).flags.writeable is False
    del x
    gc.collect()
    np.testing.assert_array_equal(np.asarray(exported), values(4, 5))


def test_elements_of_an_iteration_are_values():
    x = numbered(3, 2)
    for row in x:
        row *= 10
    assert_bitwise_equal(x, values(3, 2))


def test_the_first_write_to_shared_memory_copies_and_says_so_the_next_does_not():
    x = numbered(100)
    view = x[10:20]
    x[0] = 5
    record = cp.explain_last_dispatch()
    assert "copy_on_write" in record.flags
    assert record.copied_bytes == x.nbytes
    x[1] = 5
    assert "copy_on_write" not in cp.explain_last_dispatch().flags
    assert cp.explain_last_dispatch().copied_bytes == 0
    view[0] = 1  # alone by now
    assert "copy_on_write" not in cp.explain_last_dispatch().flags


def test_x_written_with_its_own_reverse():
    for length in (1, 2, 5, 1000):
        x = numbered(length)
        x[...] = x[::-1]
        assert_bitwise_equal(x, values(length)[::-1])
    x = numbered(6, 6)
    x[...] = x.T
    assert_bitwise_equal(x, values(6, 6).T)
    x = numbered(8)
    x[2:] = x[:-2]
    assert_bitwise_equal(x, [0, 1, 0, 1, 2, 3, 4, 5.0])
    x = numbered(4, 4)
    x += x.T
    assert_bitwise_equal(x, values(4, 4) + values(4, 4).T)
    x = numbered(5)
    cp.subtract(x, x[::-1], out=x)
    assert_bitwise_equal(x, values(5) - values(5)[::-1])


def test_out_may_be_any_operand_or_a_view():
    x, y = numbered(5), numbered(5) * 2
    z = y
    assert cp.subtract(x, y, out=y) is y
    assert_bitwise_equal(z, values(5) - 2 * values(5))
    base = numbered(4, 5)
    row = base[1]
    cp.add(row, 1, out=row)
    assert_bitwise_equal(row, values(4, 5)[1] + 1)
    assert_bitwise_equal(base, values(4, 5))
    column = base.T
    cp.add(column, column, out=column)
    assert_bitwise_equal(column, values(4, 5).T * 2)
    wide = cp.broadcast_to(cp.asarray([1.0, 2.0]), (3, 2))
    cp.add(wide, numbered(3, 2), out=wide)
    assert_bitwise_equal(wide, np.add(values(3, 2), [1, 2]))


def test_out_of_the_wrong_dtype_or_shape_is_refused_and_unchanged():
    x = numbered(3)
    for out, error in [
        (cp.ones(3, dtype=cp.float32), DTypeError),
        (cp.ones(3, dtype=cp.int64), DTypeError),
        (cp.ones(4), ShapeError),
        (cp.ones((1, 3)), ShapeError),
        (cp.ones(()), ShapeError),
        ([0.0] * 3, TypeError),
        (np.ones(3), TypeError),
    ]:
        before = np.array(np.asarray(out))
        with pytest.raises(error):
            cp.add(x, x, out=out)
        np.testing.assert_array_equal(np.asarray(out), before)
    y = cp.ones(3, dtype=cp.int32)
    with pytest.raises(DTypeError):
        y += 1.5
    with pytest.raises(DTypeError):
        y /= 2
    with pytest.raises(ShapeError):
        y += cp.ones((2, 3), dtype=cp.int32)
    assert_bitwise_equal(y, np.ones(3, np.int32))


def test_failed_operations_write_nothing():
    x = cp.asarray([5, 6, 7])
    for operation in (
        lambda: x.__ilshift__(cp.asarray([1, -1, 1])),
        lambda: x.__ipow__(cp.asarray([2, 2, -1])),
        lambda: cp.bitwise_right_shift(x, cp.asarray([1, 1, -1]), out=x),
    ):
        with pytest.raises(CorepyError):
            operation()
        assert x.tolist() == [5, 6, 7]
    with cp.settings.override(strict=True):
        for operation in (
            lambda: x.__ifloordiv__(cp.asarray([1, 0, 1])),
            lambda: x.__imod__(cp.asarray([3, 4, 0])),
        ):
            with pytest.raises(StrictModeError):
                operation()
            assert x.tolist() == [5, 6, 7]


def test_foreign_memory_is_never_written():
    source = np.arange(5.0)
    for writeable in (False, True):
        source.flags.writeable = writeable
        copies = (None, False) if not writeable else (None,)
        for copy in copies:
            x = cp.asarray(source, copy=copy)
            x += 1
            x[0] = 9
            np.testing.assert_array_equal(source, np.arange(5.0))
    source.flags.writeable = True
    x = cp.from_dlpack(source)
    x *= 2
    np.testing.assert_array_equal(source, np.arange(5.0))
    text = b"\x01\x02\x03"
    x = cp.asarray(memoryview(text))
    x += 1
    assert text == b"\x01\x02\x03"
    assert x.tolist() == [2, 3, 4]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["view", "write", "inplace", "drop", "export"]),
        st.integers(0, 5),
        st.sampled_from(["whole", "reversed", "reshape", "transpose"]),
    ),
    max_size=25,
)


@given(STEPS)
@settings(max_examples=200, deadline=None)
def test_any_program_agrees_with_one_that_copies_always(steps):
    tensors, model = [numbered(3, 3)], [values(3, 3)]
    exports = []
    for number, (kind, index, how) in enumerate(steps):
        i = index % len(tensors)
        if kind == "view":
            view = tensors[i]
            array = model[i]
            if how == "reversed":
                view, array = view[::-1], array[::-1]
            elif how == "transpose":
                view, array = view.T, array.T
            elif how == "reshape":
                view, array = view.reshape(9).reshape(3, 3), array.reshape(3, 3)
            else:
                view = view[...]
            tensors.append(view)
            model.append(array.copy())
        elif kind == "write":
            tensors[i][1:, 0] = number
            model[i][1:, 0] = number
        elif kind == "inplace":
            tensors[i] += number
            model[i] += number
        elif kind == "export":
            exports.append((np.asarray(tensors[i]), model[i].copy()))
        elif len(tensors) > 1:
            del tensors[i], model[i]
    for tensor, array in zip(tensors, model, strict=True):
        assert_bitwise_equal(tensor, array)
    for exported, array in exports:
        np.testing.assert_array_equal(exported, array)


# ---- strict mode: a write that NumPy's views would see ----


def write_by_operator(x):
    x += 1


def write_by_matmul(x):
    x @= x


def write_by_power(x):
    x **= 2


STRICT_WRITES = {
    "operator": (write_by_operator, "add"),
    "power": (write_by_power, "pow"),
    "matmul": (write_by_matmul, "matmul"),
    "out": (lambda x: cp.multiply(x, 2, out=x), "multiply"),
    "unary out": (lambda x: cp.exp(x, out=x), "exp"),
    "reduction out": (lambda x: cp.cumsum(x, axis=0, out=x), "cumsum"),
    "key": (lambda x: x.__setitem__(0, 1), "setitem"),
}


@pytest.mark.parametrize("name", STRICT_WRITES)
@pytest.mark.parametrize("of_base", [False, True])
def test_strict_refuses_a_write_to_shared_memory(name, of_base):
    write, op = STRICT_WRITES[name]
    x = numbered(3, 3)
    view = x.T
    target, other = (x, view) if of_base else (view, x)
    before = values(3, 3).T if of_base else values(3, 3)
    with cp.settings.override(strict=True), pytest.raises(StrictModeError, match=f"^{op}: "):
        write(target)
    assert_bitwise_equal(target, before.T)
    write(target)
    assert_bitwise_equal(other, before)


@pytest.mark.parametrize("name", STRICT_WRITES)
def test_strict_allows_a_write_to_memory_of_its_own(name):
    write, _ = STRICT_WRITES[name]
    for make in (lambda x: x, lambda x: x[1:, 1:], cp.copy):
        x = make(numbered(3, 3))  # nobody else has the memory any more
        with cp.settings.override(strict=True):
            write(x)


def test_strict_allows_operators_with_a_key_which_write_back():
    x = numbered(3, 3)
    with cp.settings.override(strict=True):
        x[0] += 10
        x[:, 1] *= 2
        x[1] @= cp.eye(3)
    expected = values(3, 3)
    expected[0] += 10
    expected[:, 1] *= 2
    assert_bitwise_equal(x, expected)


def test_strict_allows_an_operand_that_is_a_passing_view():
    x = numbered(4, 5)
    expected = np.asarray(x) - np.asarray(x)[0]
    with cp.settings.override(strict=True):
        x -= x[0]
        np.testing.assert_array_equal(np.asarray(x, copy=True), expected)
        kept = x[0]
        with pytest.raises(StrictModeError, match=r"^subtract: "):
            x -= kept
        del kept
        view = x[1:]
        with pytest.raises(StrictModeError, match=r"^subtract: "):
            x -= x[0]
    del view


def test_one_element_with_an_ellipsis_is_a_view():
    x = cp.asarray([0.0, 1.0, 2.0])
    assert cp.explain(lambda: x[0, ...]).kernel == "view"
    with cp.settings.override(strict=True):
        with pytest.raises(cp.StrictModeError):
            cp.sum(cp.ones(3), out=x[0, ...])
        with pytest.raises(cp.StrictModeError):
            x[0, ...][...] = 5.0
    assert x.tolist() == [0.0, 1.0, 2.0]


def test_one_element_has_memory_of_its_own():
    for dtype in ("float64", "int8", "bool", "complex128", "bfloat16"):
        x = cp.astype(numbered(4, 5), dtype)
        expected = x.tolist()
        kept, line = [x[1, 2], x[-1, 0]], x[0]
        element = line[3]
        del line
        with cp.settings.override(strict=True):
            x[1, 2], x[0, 3] = x[0, 3], x[1, 2]  # two elements change places
            x[-1, 0] = x[-1, 1]
        assert cp.explain_last_dispatch().copied_bytes == 0
        assert [one.item() for one in kept] == [expected[1][2], expected[-1][0]]
        assert element.item() == expected[0][3]
        assert x[0, 3].item() == expected[1][2]
        assert x[1, 2].item() == expected[0][3]
    assert cp.explain(lambda: x[0, 0]).kernel == "element"
    with cp.settings.override(strict=True):  # as the real call, without a copy
        assert cp.explain(lambda: (x[0, 0], x.__setitem__(0, 1))).copied_bytes == 0


def test_an_element_of_odd_bools_is_a_bool():
    raw = np.asarray([0, 2, 255], np.uint8).view(np.bool_)
    raw.flags.writeable = False
    x = cp.asarray(raw)
    assert [np.asarray(x[i]).view(np.uint8).item() for i in range(3)] == [0, 1, 1]


def move(x, target, source):
    x[target] = x[source]


def test_a_passing_view_is_a_value_like_any_other():
    moves = [
        (slice(1, None), slice(None, -1)),
        (slice(None, -1), slice(1, None)),
        (slice(None), slice(None, None, -1)),
        ((slice(None), slice(1, 3)), (slice(None), slice(2, 4))),
        ([0, 2], slice(1, 3)),
        (0, 3),
        (..., slice(3, 4)),
    ]
    for target, source in moves:
        x, expected = numbered(4, 5), values(4, 5)
        expected[target] = expected[source].copy()
        with cp.settings.override(strict=True):
            forecast = cp.explain(move, x, target, source)
            assert_bitwise_equal(x, values(4, 5))
            move(x, target, source)
            record = cp.explain_last_dispatch()
        assert_bitwise_equal(x, expected)
        for one in (record, forecast):
            assert one.copied_bytes == 0
            assert "copy_on_write" not in one.flags
            assert one.workspace_bytes >= values(4, 5)[source].nbytes
    x[...] = x  # no other tensor at all
    assert cp.explain_last_dispatch().copied_bytes == 0


def test_a_dry_run_leaves_a_value_that_is_used_again():
    x = numbered(5)
    shift = partial(x.__setitem__, slice(1, None), x[:-1])
    cp.explain(shift)
    shift()
    assert x.tolist() == [0, 0, 1, 2, 3]
    shift()  # the value is what it was
    assert x.tolist() == [0, 0, 1, 2, 3]


def test_strict_refuses_a_value_that_stays_a_view():
    x = numbered(5)
    view = x[:-1]
    with cp.settings.override(strict=True):
        with pytest.raises(StrictModeError, match=r"^setitem: .*corepy\.copy$"):
            x[1:] = view
        view = cp.copy(view)
        x[1:] = view
    assert x.tolist() == [0, 0, 1, 2, 3]
    assert view.tolist() == [0, 1, 2, 3]


def test_strict_names_fill():
    x = numbered(3)
    other = x[:1]
    with cp.settings.override(strict=True), pytest.raises(StrictModeError, match=r"^fill: "):
        x.fill(0)
    assert other.tolist() == [0]
    assert x.tolist() == [0, 1, 2]


def test_strict_refuses_a_write_to_exported_memory():
    x = numbered(3)
    exported = np.asarray(x)
    with cp.settings.override(strict=True), pytest.raises(StrictModeError, match=r"^add: "):
        x += 1
    del exported
    with cp.settings.override(strict=True):
        x += 1
    assert x.tolist() == [1.0, 2.0, 3.0]
