# Keys and the draws that are native rows (csrc/corepy/ops/random_table.h). Distributions made of
# several draws: generator.py.
"""A key, the number of its next draw, and the draws of which each element takes 32 or 64 bits."""

from __future__ import annotations

import corepy
from corepy import _core
from corepy.errors import ArgumentError
from corepy.ops.arguments import read_flag, read_int

from . import halves

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeVar

    from corepy._core import DType
    from corepy.ops.native import Dims, DTypeLike
    from corepy.tensor import Tensor

    _Self = TypeVar("_Self", bound="Stream")

    class _Draw(Protocol):
        """draw(state, shape, dtype, first, second)."""

        def __call__(
            self,
            state: bytearray,
            shape: Dims,
            dtype: DTypeLike | None,
            first: float | None,
            second: float | None,
            /,
        ) -> Tensor: ...


__all__ = ["Stream"]

_KEY_LIMIT = 1 << 128
_COUNT_LIMIT = 1 << 64
_KEY_BYTES = 16
_STATE_BYTES = 24
#: The purposes of derived keys: KeyPurpose in csrc/corepy/core/philox.h.
_FOLD_IN, _SPLIT = 1, 2


def _make_draw(name: str) -> _Draw:
    """The builtin of a row."""
    parameters = ("state", "shape", "dtype", "first", "second")
    required = tuple((parameter, 0, _core.REQUIRED) for parameter in parameters)
    draw: _Draw = _core.make_builtin(name, "", required, "corepy.random")  # type: ignore[assignment]
    return draw


_bits = _make_draw("random.bits")
_exponential = _make_draw("random.exponential")
_integers = _make_draw("random.integers")
_normal = _make_draw("random.normal")
_uniform = _make_draw("random.uniform")


def _check_count(function: str, name: str, value: object, limit: int, stated: str) -> int:
    number = read_int(function, name, value)
    if not 0 <= number < limit:
        raise ArgumentError(
            f"{function}: {name} is out of range (got {number}; expected 0 <= {name} < {stated})"
        )
    return number


def _check_bound(name: str, bound: int, beyond: bool, kind: DType) -> None:
    """Refuse a bound as it was given; it may lie ``beyond`` the last integer of the dtype."""
    limits = corepy.iinfo(kind)
    if not limits.min <= bound <= limits.max + beyond:
        raise ArgumentError(
            f"random.integers: {name} does not fit the dtype (got {bound} for {kind.name}; "
            f"expected {limits.min} to {limits.max + beyond}); pass another dtype"
        ) from None


class Stream:
    """Keyed draws; use :class:`Generator`, which has these and all other distributions."""

    # Four 32-bit words of the key and the 64-bit number of the next draw, little endian: what the
    # native draws read and count, while they hold the interpreter's lock. Eight bytes more are the
    # first element of what is a part of a larger draw.
    __slots__ = ("_state",)
    _state: bytearray

    def __init__(self, key: int | Stream, draw_count: int = 0) -> None:
        """A generator of ``key``, an int in [0, 2**128) or another generator, whose key it takes.

        The key is used as it is: different keys never share a block of random bits.
        """
        number = key.key if isinstance(key, Stream) else key
        checked = _check_count("Generator", "key", number, _KEY_LIMIT, "2**128")
        count = _check_count("Generator", "draw_count", draw_count, _COUNT_LIMIT, "2**64")
        self._state = bytearray(checked.to_bytes(_KEY_BYTES, "little"))
        self._state += count.to_bytes(8, "little")

    @property
    def key(self) -> int:
        """The key, as an int below 2**128."""
        return int.from_bytes(self._state[:_KEY_BYTES], "little")

    @property
    def draw_count(self) -> int:
        """How many draws were made: the number of the next one."""
        return int.from_bytes(self._state[_KEY_BYTES:_STATE_BYTES], "little")

    def __repr__(self) -> str:
        count = f", draw_count={self.draw_count}" if self.draw_count else ""
        return f"{type(self).__name__}(key={self.key:#x}{count})"

    def __eq__(self, other: object) -> bool:
        # Of one key and count: the same numbers from here on.
        return self._state == other._state if isinstance(other, Stream) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # every draw changes it

    def __reduce__(self: _Self) -> tuple[type[_Self], tuple[int, int]]:
        return type(self), (self.key, self.draw_count)

    @classmethod
    def _from_state(cls: type[_Self], state: bytearray) -> _Self:
        made = cls.__new__(cls)
        made._state = state
        return made

    def _take_next(self: _Self) -> _Self:
        """A generator of its own for the next draw, when that consists of several."""
        return self._from_state(_core.take_random_state(self._state))

    def _begin_at(self, start: int) -> Stream:
        """The same draws from element ``start`` on, a multiple of 32, with a count of their own."""
        return Stream._from_state(self._state[:_STATE_BYTES] + start.to_bytes(8, "little"))

    def _restart(self, key: int) -> None:
        """Begin anew with another key, in place: whoever holds this generator sees it."""
        self._state[:] = Stream(key)._state

    def fold_in(self: _Self, number: int) -> _Self:
        """The generator of a key made of this one's and ``number``, in [0, 2**64).

        A pure function of key and number, whatever was drawn: for a loop's step, a worker's rank.
        As ``jax.random.fold_in``, with its own numbers.

        >>> import corepy as cp
        >>> g = cp.random.Generator(7)
        >>> g.fold_in(3).key == g.fold_in(3).key != g.fold_in(4).key
        True
        """
        checked = _check_count("Generator.fold_in", "number", number, _COUNT_LIMIT, "2**64")
        return self._from_state(_core.derive_random_state(self._state, _FOLD_IN, checked))

    def split(self: _Self, count: int = 2) -> tuple[_Self, ...]:
        """``count`` generators with independent keys, a pure function of this one's key.

        As ``jax.random.split``: what was drawn does not matter, the same call gives the same
        generators, and the first few do not depend on how many are asked for.

        >>> import corepy as cp
        >>> first, second = cp.random.Generator(7).split()
        >>> first.key == cp.random.Generator(7).split(5)[0].key
        True
        """
        checked = _check_count("Generator.split", "count", count, 1 << 32, "2**32")
        return tuple(
            self._from_state(_core.derive_random_state(self._state, _SPLIT, index))
            for index in range(checked)
        )

    def bits(self, shape: Dims = (), *, dtype: DTypeLike | None = None) -> Tensor:
        """Random words: every bit is 0 or 1 with probability 1/2.

        Shapes: as given.  Dtypes: uint64 (default), uint32.
        Edges: the uint32 of a draw are the halves of its uint64, the low one first.
        Raises: ShapeError; DTypeError; MemoryLimitError.
        Accuracy: exact.
        Source: Philox4x32-10; Salmon et al., SC11 (2011).

        >>> import corepy as cp
        >>> cp.random.Generator(1).bits(2, dtype=cp.uint32).shape
        (2,)
        """
        return _bits(self._state, shape, dtype, None, None)

    def uniform(
        self,
        shape: Dims = (),
        low: float = 0.0,
        high: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Uniform numbers in [low, high): low + k 2**-53 (high - low), k of 53 (float32: 24) bits.

        Shapes: as given.  Dtypes: float64 (default), float32; float16 and bfloat16, with k of 11
        and 8 bits, the upper ones of float32's, computed in float32 and rounded.
        Edges: high itself never comes, even where rounding would give it.
        Raises: ArgumentError unless low < high, both finite and high - low too, in the dtype;
        ShapeError; DTypeError; MemoryLimitError.
        Accuracy: exact in [0, 1); else one rounding of the difference and one fused multiply-add.
        Source: the upper bits of a word of the stream.

        >>> import corepy as cp
        >>> g = cp.random.Generator(1)
        >>> bool(cp.all(g.uniform((3, 2), -1, 1) < 1))
        True
        """
        if (kind := halves.read_half(dtype)) is not None:
            return halves.uniform(self, shape, low, high, kind)
        return _uniform(self._state, shape, dtype, low, high)

    def normal(
        self,
        shape: Dims = (),
        loc: float = 0.0,
        scale: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Normal numbers, loc + scale z: density exp(-z**2 / 2) / sqrt(2 pi).

        Shapes: as given.  Dtypes: float64 (default), float32, each evaluated in its own precision;
        float16, bfloat16: float32's numbers, rounded once.
        Edges: scale 0 gives loc.  No z lies beyond 8.6 (float32: 6.8) from 0, which happens once in
        10**17 (10**10) numbers.
        Raises: ArgumentError for a negative scale, or where loc or scale is not finite in the
        dtype; ShapeError; DTypeError; MemoryLimitError.
        Accuracy: z within 6u of its value as a function of the bits, then one fused multiply-add.
        Source: G. E. P. Box, M. E. Muller, Ann. Math. Stat. 29 (1958): two elements of a group of
        the stream share radius and angle.

        >>> import corepy as cp
        >>> cp.random.Generator(1).normal(3, dtype=cp.float32).dtype
        corepy.float32
        """
        if (kind := halves.read_half(dtype)) is not None:
            return halves.normal(self, shape, loc, scale, kind)
        return _normal(self._state, shape, dtype, loc, scale)

    def exponential(
        self, shape: Dims = (), scale: float = 1.0, *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """Exponential numbers, -scale log(u): density exp(-x / scale) / scale.

        Shapes: as given.  Dtypes: float64 (default), float32; float16, bfloat16: float32's numbers,
        rounded once.
        Edges: scale is the mean; 0 gives zeros.
        Raises: ArgumentError for a negative scale, or one that is not finite in the dtype;
        ShapeError; DTypeError; MemoryLimitError.
        Accuracy: 6u of the value as a function of the bits.
        Source: the inverse of the distribution function.

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).exponential(100) > 0))
        True
        """
        if (kind := halves.read_half(dtype)) is not None:
            return halves.exponential(self, shape, scale, kind)
        return _exponential(self._state, shape, dtype, scale, None)

    def integers(
        self,
        shape: Dims = (),
        low: int = 0,
        high: int | None = None,
        *,
        dtype: DTypeLike | None = None,
        endpoint: bool = False,
    ) -> Tensor:
        """Integers in [low, high), each equally likely; high itself too with ``endpoint``.

        Shapes: as given.  Dtypes: all integers; int64 by default.
        Edges: without ``high``, ``low`` is the end and 0 the beginning; a bound may be a tensor of
        one integer.  No value is likelier than another, for any range up to all of 64 bits.
        Raises: ArgumentError for an empty range, or a bound that the dtype does not hold;
        ShapeError; DTypeError; MemoryLimitError.
        Accuracy: exact.
        Source: D. Lemire, ACM Trans. Model. Comput. Simul. 29 (2019); a rejected element goes on
        with words of its own.

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).integers(1000, 1, 7) <= 6))
        True
        """
        endpoint = read_flag("random.integers", "endpoint", endpoint)
        bounds = (("low", 0), ("low", low)) if high is None else (("low", low), ("high", high))
        first, last = (read_int("random.integers", name, value) for name, value in bounds)
        if first >= last + endpoint:
            raise ArgumentError(
                f"random.integers: no integer lies in the range (got low {first}, high {last}; "
                "expected low < high, or low <= high with endpoint=True)"
            )
        try:
            return _integers(self._state, shape, dtype, first, last if endpoint else last - 1)
        except ArgumentError:
            kind = corepy.int64 if dtype is None else _core.result_type((dtype,))
            for (name, _), bound, beyond in zip(
                bounds, (first, last), (False, not endpoint), strict=True
            ):
                _check_bound(name, bound, beyond, kind)
            raise
