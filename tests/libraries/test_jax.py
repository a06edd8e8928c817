# The exchange with JAX by DLPack, in both directions.
from __future__ import annotations

import operator
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import corepy as cp

jax.config.update("jax_enable_x64", True)
#: NumPy tells JAX the dtype of a tensor from version 2.4 on.
make_array = jnp.asarray if np.lib.NumpyVersion(np.__version__) >= "2.4.0" else jnp.from_dlpack
DTYPES = ["int8", "int32", "int64", "uint8", "float32", "float64", "complex64", "bool"]


@pytest.mark.parametrize("dtype", DTYPES)
def test_values(dtype: str) -> None:
    array = jnp.arange(6).reshape(2, 3).astype(dtype)
    x = cp.from_dlpack(array)
    assert x.dtype.name == dtype
    assert x.tolist() == array.tolist()
    back = jnp.from_dlpack(cp.asarray(np.asarray(array)))
    assert back.dtype == array.dtype
    assert back.tolist() == array.tolist()


def test_memory_is_shared_and_values_stay() -> None:
    array = jnp.arange(1000.0)
    x = cp.from_dlpack(array)
    assert np.asarray(x).ctypes.data == array.unsafe_buffer_pointer()
    assert cp.asarray(array, copy=False).tolist() == array.tolist()
    x[0] = 5
    assert array[0] == 0
    y = cp.arange(1000.0)
    back = jnp.from_dlpack(y)
    y[...] = -1
    assert back.tolist() == list(range(1000))


@pytest.mark.parametrize("dtype", [*DTYPES, "float16", "bfloat16"])
def test_jax_functions_that_make_arrays_take_tensors(dtype: str) -> None:
    x = cp.astype(cp.arange(1000), getattr(cp, dtype))
    array = make_array(x)
    assert array.dtype.name == dtype
    assert array.tolist() == x.tolist()
    assert jnp.array(make_array(x)).unsafe_buffer_pointer() != np.asarray(x).ctypes.data
    assert jnp.stack([make_array(x), make_array(x[::-1])]).shape == (2, 1000)
    x[0] = x[1]
    assert array[0] == 0


@pytest.mark.parametrize("operation", [operator.add, operator.mul, operator.matmul, operator.lt])
def test_operators_never_convert(operation: Callable[[object, object], object]) -> None:
    """JAX would compute in float32 without being told to."""
    x, array = cp.asarray([1.0, 2.0, 3.0]), jnp.ones(3)
    assert not hasattr(x, "__jax_array__")
    for a, b in ((x, array), (array, x)):
        with pytest.raises(cp.ArgumentTypeError, match=r"ArrayImpl.*with corepy\.asarray"):
            operation(a, b)
    with pytest.raises(TypeError):
        jnp.add(array, x)
    assert (x + cp.asarray(array)).dtype == cp.float64


def test_layouts_and_lifetimes() -> None:
    x = cp.from_dlpack(jnp.arange(12.0).reshape(3, 4))
    assert jnp.from_dlpack(cp.copy(x.T)).tolist() == x.T.tolist()
    assert cp.from_dlpack(jnp.asarray(3.5)).item() == 3.5
    assert cp.asarray(jnp.zeros((0, 3))).shape == (0, 3)


def test_bfloat16_has_its_own_dtype() -> None:
    array = jnp.ones(2, jnp.bfloat16)
    assert cp.from_dlpack(array).dtype is cp.bfloat16
