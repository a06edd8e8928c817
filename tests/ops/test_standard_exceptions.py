# The exceptions that the array API standard names, sentence by sentence: its "Raises" sections and
# every "must raise" of its text. Other errors: test_bad_input.py.
from __future__ import annotations

import math

import pytest

import corepy as cp

X, M = cp.arange(3.0), cp.ones((2, 3))
NOT_ON_CPU = (2, 0)


class Stranger:
    """Has no export at all."""


class Copying:
    """A producer that can only export a copy."""

    def __dlpack_device__(self):
        return (1, 0)

    def __dlpack__(self, *, max_version=None, copy=None):
        return X.__dlpack__(max_version=(1, 0), copy=True)


class Refusing:
    """A producer whose data cannot be exported."""

    def __dlpack_device__(self):
        return (1, 0)

    def __dlpack__(self, **options):
        raise BufferError("strides")


CASES = {
    # array_object
    "mT": (ValueError, lambda: X.mT),
    "T": (ValueError, lambda: X.T),
    "namespace": (ValueError, lambda: X.__array_namespace__(api_version="2000.01")),
    "float of complex": (TypeError, lambda: float(cp.asarray(1j))),
    "int of complex": (TypeError, lambda: int(cp.asarray(1j))),
    "int of inf": (OverflowError, lambda: int(cp.asarray(math.inf))),
    "int of -inf": (OverflowError, lambda: int(cp.asarray(-math.inf, dtype=cp.float32))),
    "int of half inf": (OverflowError, lambda: int(cp.asarray(math.inf, dtype=cp.float16))),
    "int of nan": (ValueError, lambda: int(cp.asarray(math.nan))),
    "index of float": (TypeError, lambda: [0, 1][cp.asarray(1.0)]),
    "index of bool": (TypeError, lambda: [0, 1][cp.asarray(True)]),
    "index of a line": (TypeError, lambda: [0, 1][cp.asarray([1])]),
    "bool of several": (ValueError, lambda: bool(X)),
    "complex of several": (ValueError, lambda: complex(X)),
    "device": (BufferError, lambda: X.__dlpack__(dl_device=NOT_ON_CPU)),
    "export without a copy": (
        BufferError,
        lambda: cp.flip(X).__dlpack__(max_version=(1, 0), copy=False),
    ),
    "@ of numbers": (ValueError, lambda: cp.asarray(1.0) @ X),
    "@ of lines": (ValueError, lambda: X @ cp.ones(4)),
    "@ of line and matrix": (ValueError, lambda: X @ M),
    "@ of matrix and line": (ValueError, lambda: M @ cp.ones(2)),
    "@ of matrices": (ValueError, lambda: M @ M),
    # creation
    "asarray of a list": (ValueError, lambda: cp.asarray([1], copy=False)),
    "asarray of another dtype": (ValueError, lambda: cp.asarray(X, dtype=cp.int8, copy=False)),
    "from_dlpack of no array": (AttributeError, lambda: cp.from_dlpack(Stranger())),
    "from_dlpack of a number": (AttributeError, lambda: cp.from_dlpack(3)),
    "from_dlpack without a copy": (
        BufferError,
        lambda: cp.from_dlpack(Copying(), copy=False),
    ),
    "from_dlpack passes errors on": (BufferError, lambda: cp.from_dlpack(Refusing())),
    # linear algebra
    "cross": (ValueError, lambda: cp.linalg.cross(cp.ones(4), cp.ones(4))),
    "matmul": (ValueError, lambda: cp.matmul(M, M)),
    "matmul of a number": (ValueError, lambda: cp.matmul(M, cp.asarray(1.0))),
    "tensordot": (ValueError, lambda: cp.tensordot(M, M, axes=1)),
    "vecdot": (ValueError, lambda: cp.vecdot(X, cp.ones(1))),
    # manipulation
    "broadcast_arrays": (ValueError, lambda: cp.broadcast_arrays(X, cp.ones(2))),
    "broadcast_shapes": (ValueError, lambda: cp.broadcast_shapes((3,), (2,))),
    "broadcast_to": (ValueError, lambda: cp.broadcast_to(X, (2,))),
    "concat": (IndexError, lambda: cp.concat([X, X], axis=1)),
    "expand_dims": (IndexError, lambda: cp.expand_dims(X, axis=3)),
    "flip": (IndexError, lambda: cp.flip(X, axis=1)),
    "moveaxis": (IndexError, lambda: cp.moveaxis(M, 2, 0)),
    "permute_dims": (IndexError, lambda: cp.permute_dims(M, (0, 2))),
    "repeat": (IndexError, lambda: cp.repeat(X, 2, axis=1)),
    "reshape": (ValueError, lambda: cp.reshape(M.T, (6,), copy=False)),
    "roll": (IndexError, lambda: cp.roll(X, 1, axis=1)),
    "squeeze": (ValueError, lambda: cp.squeeze(X, 0)),
    "squeeze beyond": (IndexError, lambda: cp.squeeze(X, 1)),
    "stack": (IndexError, lambda: cp.stack([X, X], axis=2)),
    "unstack": (IndexError, lambda: cp.unstack(X, axis=1)),
    # searching, sorting, statistics, utility
    "argmax": (IndexError, lambda: cp.argmax(X, axis=1)),
    "count_nonzero": (IndexError, lambda: cp.count_nonzero(X, axis=1)),
    "nonzero": (ValueError, lambda: cp.nonzero(cp.asarray(1))),
    "sort": (IndexError, lambda: cp.sort(X, axis=1)),
    "cumulative_sum": (IndexError, lambda: cp.cumulative_sum(X, axis=1)),
    "sum": (IndexError, lambda: cp.sum(X, axis=1)),
    "all": (IndexError, lambda: cp.all(X, axis=1)),
    "diff": (IndexError, lambda: cp.diff(X, axis=1)),
    "take": (IndexError, lambda: cp.take(X, cp.asarray([0]), axis=1)),
    # indexing
    "two ellipses": (IndexError, lambda: M[..., 0, ...]),
    "too many indices": (IndexError, lambda: X[0, 0]),
    "a mask of more axes": (IndexError, lambda: X[M > 0]),
    "a mask of another size": (IndexError, lambda: X[cp.asarray([True, False])]),
}


@pytest.mark.parametrize("name", CASES)
def test_the_exception_is_the_standards(name: str) -> None:
    expected, call = CASES[name]
    with pytest.raises(expected) as caught:
        call()
    if name != "from_dlpack passes errors on":
        assert isinstance(caught.value, cp.CorepyError)
        assert "(got " in str(caught.value) or "expected" in str(caught.value)


def test_both_kinds_of_handlers_take_what_is_two_things() -> None:
    with pytest.raises(cp.ArgumentError, match=r"^int: .*\(got -inf; expected a finite number"):
        int(cp.asarray(-math.inf))
    with pytest.raises(cp.ArgumentTypeError, match=r"no __dlpack__ method \(got int; .*asarray"):
        cp.from_dlpack(3)
    with pytest.raises(cp.ExportError, match="copy=False"):
        cp.from_dlpack(Copying(), copy=False)
    assert issubclass(cp.CopyRefusedError, ValueError)
    assert not issubclass(cp.ArgumentError, OverflowError)


def test_conversions_of_one_element() -> None:
    assert int(cp.asarray(-0.0)) == 0
    assert int(cp.asarray(-2.9)) == -2
    assert int(cp.asarray(True)) == 1
    assert bool(cp.asarray(math.nan))
    assert bool(cp.asarray(1j))
    assert complex(cp.asarray(True)) == 1
    assert complex(cp.asarray(2**63, dtype=cp.uint64)) == 2**63
    assert float(cp.asarray(False)) == 0
