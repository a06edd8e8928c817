# The exchange with Polars: series in both directions.
from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import corepy as cp


@pytest.mark.parametrize("dtype", [pl.Int8, pl.UInt16, pl.Int64, pl.Float32, pl.Float64])
def test_series(dtype: type[pl.DataType]) -> None:
    series = pl.Series("a", [1, 2, 3], dtype)
    for x in (cp.from_arrow(series), cp.asarray(series)):
        assert x.tolist() == [1, 2, 3]
        assert x.dtype == series.to_numpy().dtype
    back = pl.Series(x)
    assert back.dtype == dtype
    assert back.to_list() == [1, 2, 3]


def test_bools_nulls_and_chunks() -> None:
    assert cp.asarray(pl.Series([True, False, True])[1:]).tolist() == [False, True]
    missing = pl.Series([1, None, 3])
    with pytest.raises(cp.ArgumentError, match="fill_null"):
        cp.asarray(missing)
    assert cp.from_arrow(missing, fill_null=0).tolist() == [1, 0, 3]
    joined = pl.concat([pl.Series([1, 2]), pl.Series([3])], rechunk=False)
    assert joined.n_chunks() == 2
    assert cp.from_arrow(joined).tolist() == [1, 2, 3]


def test_arrays_of_fixed_shape() -> None:
    values = np.arange(24.0).reshape(2, 3, 4)
    series = pl.Series(values)
    assert series.dtype == pl.Array(pl.Float64, (3, 4))
    assert cp.from_arrow(series).tolist() == values.tolist()


def test_frames_and_texts_are_refused() -> None:
    frame = pl.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    assert cp.asarray(frame["a"]).tolist() == [1, 2]
    for refused in (frame, frame["b"]):
        with pytest.raises(cp.DTypeError, match="no dtype"):
            cp.asarray(refused)


def test_a_tensor_as_a_column() -> None:
    frame = pl.DataFrame({"a": pl.Series(cp.arange(3)), "b": pl.Series(cp.asarray([True] * 3))})
    assert frame["a"].to_list() == [0, 1, 2]
    assert frame["b"].to_list() == [True] * 3
