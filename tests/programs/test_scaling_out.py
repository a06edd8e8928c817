# Cubed and Dask on corepy: the example as a user runs it, and Cubed's own operators.
"""Chunked arrays computed with corepy have the bits of the whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import cubed
import cubed.array_api as chunked
import numpy as np
import pytest

import corepy

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "scaling_out.py"
VALUES = np.random.default_rng(4).normal(size=(60, 5))


def test_example_computes_the_same_bits_in_chunks() -> None:
    run = subprocess.run(
        [sys.executable, str(EXAMPLE), "--rows", "200000"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    assert "the same bits" in run.stdout
    assert "the memory limit would be exceeded" in run.stdout


@pytest.fixture
def table(tmp_path: Path) -> cubed.Array:
    spec = cubed.Spec(work_dir=str(tmp_path), allowed_mem="200MB")
    return chunked.asarray(VALUES, chunks=(20, 5), spec=spec)


def test_elementwise_has_the_bits_of_the_whole(table: cubed.Array) -> None:
    found = chunked.exp(table * 2 + 1).compute()
    assert isinstance(found, corepy.Tensor)
    assert corepy.digest(found) == corepy.digest(corepy.exp(corepy.asarray(VALUES) * 2 + 1))


def test_product_cut_along_rows_has_the_bits_of_the_whole(table: cubed.Array) -> None:
    weights = chunked.asarray(VALUES[:5, :], chunks=(5, 5), spec=table.spec)
    found = chunked.matmul(table, weights).compute()
    expected = corepy.matmul(corepy.asarray(VALUES), corepy.asarray(VALUES[:5, :]))
    assert corepy.digest(found) == corepy.digest(expected)


@pytest.mark.parametrize("name", ["max", "mean", "min", "prod", "sum"])
def test_reduction_of_all_chunks(name: str, table: cubed.Array) -> None:
    found = getattr(chunked, name)(table).compute()
    assert isinstance(found, corepy.Tensor)
    np.testing.assert_allclose(np.asarray(found), getattr(np, name)(VALUES), rtol=1e-12)
