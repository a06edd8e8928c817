# NumPy's calls of save_npz: savez, savez_compressed.
from __future__ import annotations

import io

import numpy as np
import pytest

import corepy as cp


@pytest.mark.parametrize("name", ["savez", "savez_compressed"])
def test_numpy_reads_what_is_written_with_its_names(name):
    file = io.BytesIO()
    getattr(cp, name)(file, cp.arange(3), cp.ones((2, 2)), bias=cp.zeros(1))
    loaded = np.load(io.BytesIO(file.getvalue()))
    assert sorted(loaded.files) == ["arr_0", "arr_1", "bias"]
    assert loaded["arr_0"].tolist() == [0, 1, 2]
    again = cp.load_npz(io.BytesIO(file.getvalue()))
    assert again["arr_1"].tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize("name", ["savez", "savez_compressed"])
def test_names_given_twice_and_what_is_no_tensor(name):
    save = getattr(cp, name)
    with pytest.raises(cp.ArgumentError, match=f"^{name}: a name is given twice"):
        save(io.BytesIO(), cp.ones(1), arr_0=cp.ones(1))
    with pytest.raises(cp.ArgumentTypeError, match=r"numpy\.ndarray"):
        save(io.BytesIO(), np.ones(1))


@pytest.mark.parametrize("name", ["savez", "savez_compressed"])
def test_errors_name_the_function_that_was_called(name):
    with pytest.raises(cp.ArgumentTypeError, match=rf"^{name}: "):
        getattr(cp, name)(io.BytesIO(), [1, 2])
