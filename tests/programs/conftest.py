# What the tests of other libraries' programs share: operands, and the comparison with the same
# program on NumPy. The programs are in the test files, one per library.
"""Fixtures and settings of tests that run released libraries on corepy."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from types import ModuleType

import numpy as np
import pytest

import corepy

# Releases with array API modes ask for Python 3.11 (pyproject.toml, extra `programs`).
collect_ignore_glob = ["test_*.py"] if sys.version_info < (3, 11) else []

# SciPy reads it when it is imported, Cubed likewise.
os.environ["SCIPY_ARRAY_API"] = "1"
os.environ["CUBED_BACKEND_ARRAY_API_MODULE"] = "corepy"

#: A program of another library: from a namespace to arrays of that namespace, or plain numbers.
Program = Callable[[ModuleType], object]


def flatten(result: object) -> list[object]:
    """The arrays and numbers of a result, whatever tuples they came in."""
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [leaf for part in result for leaf in flatten(part)]
    return [result]


def assert_same_values(found: object, expected: object, *, tolerance: float) -> None:
    """Every array of `found` is a Tensor with the dtype and, nearly, the values of NumPy's."""
    parts, references = flatten(found), flatten(expected)
    assert len(parts) == len(references)
    for part, reference in zip(parts, references, strict=True):
        if isinstance(reference, np.ndarray | np.generic) and not isinstance(part, float | int):
            assert isinstance(part, corepy.Tensor), type(part)
            assert str(part.dtype) == reference.dtype.name
        np.testing.assert_allclose(
            np.asarray(part), np.asarray(reference), rtol=tolerance, atol=tolerance
        )


@pytest.fixture
def run_on_both() -> Callable[..., None]:
    """Runs a program on corepy and on NumPy, and compares."""

    def run(program: Program, *, tolerance: float = 1e-9) -> None:
        assert_same_values(program(corepy), program(np), tolerance=tolerance)

    return run
