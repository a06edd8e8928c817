# Hypothesis strategies: arrays with special values, tensors in odd layouts.
"""Strategies that look for trouble: NaN, infinities, both zeros, subnormals, extremes; odd layouts.

>>> from hypothesis import given
>>> @given(tensors("float32", (3, 4), layout="negative"))
... def test_negation_twice(x):
...     assert_bitwise_equal(-(-x), x)
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import corepy
from corepy.errors import ArgumentError

from .comparison import Array

__all__ = [
    "DTYPES",
    "LAYOUTS",
    "arrays",
    "broadcastable_shapes",
    "elements",
    "lay_out",
    "shapes",
    "special_values",
    "tensors",
]

DTYPES = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float32",
    "float64",
    "complex64",
    "complex128",
    "float16",
    "bfloat16",
)

#: How a tensor's elements lie in memory; ``broadcast`` repeats the first along the first axis.
LAYOUTS = (
    "contiguous",
    "strided",
    "negative",
    "transposed",
    "broadcast",
    "offset",
    "misaligned",
)

Shape: TypeAlias = "tuple[int, ...]"


def special_values(dtype: str) -> Array:
    """The values of a dtype at which formulas go wrong.

    >>> special_values("uint8").tolist()
    [0, 1, 2, 3, 7, 255, 254]
    """
    kind = np.dtype(dtype)
    if kind.kind == "b":
        return np.asarray([False, True])
    if kind.kind in "iu":
        limits = np.iinfo(dtype)
        low = [limits.min, limits.min + 1, -1] if limits.min < 0 else []
        return np.asarray([0, 1, 2, 3, 7, *low, limits.max, limits.max - 1], kind)
    if kind.kind == "c":
        parts = special_values(f"float{4 * kind.itemsize}")
        out = np.empty((parts.size, parts.size), kind)
        out.real, out.imag = parts[:, None], parts[None, :]
        return out.ravel()
    limits_of_float = corepy.finfo(dtype)
    tiny, eps = limits_of_float.smallest_normal, limits_of_float.eps
    subnormal = tiny * eps
    positive = [0.0, 1.0, 0.5, 1.5, 2.0, 2.5, 3.0, np.pi, 100.0, tiny, subnormal, tiny - subnormal]
    positive += [limits_of_float.max, eps, 1 + eps, np.inf, np.nan]
    column = np.asarray(positive, kind)
    return np.concatenate([column, -column])


def _any_bits(dtype: str) -> st.SearchStrategy[object]:
    """Numbers of a dtype that Hypothesis does not know, of any bits."""
    return st.integers(0, (1 << 16) - 1).map(lambda bits: np.uint16(bits).view(dtype))


def elements(dtype: str) -> st.SearchStrategy[object]:
    """Single values of a dtype as NumPy scalars, special ones often."""
    drawn: st.SearchStrategy[object] = (
        _any_bits(dtype) if dtype == "bfloat16" else hnp.from_dtype(np.dtype(dtype))
    )
    return st.one_of(st.sampled_from(list(special_values(dtype))), drawn)


def shapes(max_dims: int = 4, max_side: int = 9) -> st.SearchStrategy[Shape]:
    """Shapes with 0-d, empty axes and axes of length 1 among them."""
    return hnp.array_shapes(min_dims=0, max_dims=max_dims, min_side=0, max_side=max_side)


def broadcastable_shapes(count: int, max_side: int = 5) -> st.SearchStrategy[tuple[Shape, ...]]:
    """Tuples of ``count`` shapes that broadcast together."""
    drawn = hnp.mutually_broadcastable_shapes(num_shapes=count, min_side=0, max_side=max_side)
    return drawn.map(lambda found: found.input_shapes)


def arrays(
    dtype: str, shape: Shape | st.SearchStrategy[Shape] | None = None
) -> st.SearchStrategy[Array]:
    """C-contiguous NumPy arrays of special and of any values."""
    drawn: st.SearchStrategy[Array] = hnp.arrays(
        np.dtype(dtype), shapes() if shape is None else shape, elements=elements(dtype)
    )
    return drawn


def _misaligned(values: Array) -> Array:
    """The same values one byte off their alignment; read-only, since writable memory is copied."""
    buffer = np.zeros(values.nbytes + 1, np.uint8)
    shifted: Array = buffer[1:].view(values.dtype).reshape(values.shape)
    shifted[...] = values
    shifted.flags.writeable = buffer.flags.writeable = False
    return shifted


def lay_out(values: Array, layout: str) -> corepy.Tensor:
    """A tensor whose elements lie in memory as ``layout`` says.

    Its values are ``values``, except for ``broadcast``, where the first element along the first
    axis is repeated. Views come from corepy's own slicing, so they are the tensors that programs
    have.

    Raises:
        ArgumentError: an unknown layout.
    """
    if layout not in LAYOUTS:
        raise ArgumentError(f"lay_out: unknown layout (got {layout!r}; expected one of {LAYOUTS})")
    if layout == "misaligned":
        return corepy.asarray(_misaligned(values))
    if layout == "contiguous" or values.ndim == 0:
        return corepy.asarray(values)
    if layout == "strided":
        return corepy.asarray(np.repeat(values, 3, axis=-1))[..., ::3]
    if layout == "negative":
        return corepy.asarray(np.flip(values).copy())[(slice(None, None, -1),) * values.ndim]
    if layout == "transposed":
        swapped = np.transpose(values).copy()
        return corepy.permute_dims(corepy.asarray(swapped), tuple(reversed(range(values.ndim))))
    if layout == "broadcast":
        return corepy.broadcast_to(corepy.asarray(values[:1].copy()), values.shape)
    padded = np.concatenate([values[:1], values]) if values.shape[0] else values
    return corepy.asarray(padded)[1:] if values.shape[0] else corepy.asarray(padded)


@st.composite
def tensors(
    draw: st.DrawFn,
    dtype: str | st.SearchStrategy[str],
    shape: Shape | st.SearchStrategy[Shape] | None = None,
    layout: str | st.SearchStrategy[str] | None = None,
) -> corepy.Tensor:
    """Tensors with special values in one of :data:`LAYOUTS`; each argument may be drawn."""
    name = dtype if isinstance(dtype, str) else draw(dtype)
    values = draw(arrays(name, shape))
    how = draw(
        st.sampled_from(LAYOUTS)
        if layout is None
        else st.just(layout)
        if isinstance(layout, str)
        else layout
    )
    return lay_out(values, how)
