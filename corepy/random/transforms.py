# Distributions each of whose elements is a function of one or two native draws. The native draws:
# stream.py; those that use up an unknown count of numbers, and selections: generator.py.
"""``Transforms``: uniform, normal and exponential numbers under a function."""

from __future__ import annotations

import corepy
from corepy.ops.arguments import read_sizes
from corepy.ops.composed import composed_of, named_of

from .halves import round_once, widen
from .parameters import read_dtype, read_finite, read_parameter, read_scale
from .stream import Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from corepy._core import DType
    from corepy.ops.native import Dims, DTypeLike
    from corepy.tensor import Tensor

    from .parameters import Parameter

__all__ = ["Transforms"]

#: Counts beyond 37 times its inverse would leave int64; none is as large as 2**59.
_LEAST_CHANCE = 2.0**-53


class Transforms(Stream):
    """Draws of functions of one or two numbers; use :class:`Generator`, which has these too."""

    __slots__ = ()

    @named_of("random")
    def random(self, shape: Dims = (), *, dtype: DTypeLike | None = None) -> Tensor:
        """``uniform(shape)``: numbers in [0, 1), NumPy's name of it.

        >>> import corepy as cp
        >>> cp.random.Generator(1).random(3).tolist() == cp.random.Generator(1).uniform(3).tolist()
        True
        """
        return self.uniform(shape, dtype=dtype)

    @named_of("random")
    def standard_normal(self, shape: Dims = (), *, dtype: DTypeLike | None = None) -> Tensor:
        """``normal(shape)``: mean 0, variance 1.

        >>> import corepy as cp
        >>> cp.random.Generator(1).standard_normal((2, 2)).shape
        (2, 2)
        """
        return self.normal(shape, dtype=dtype)

    @named_of("random")
    def standard_exponential(self, shape: Dims = (), *, dtype: DTypeLike | None = None) -> Tensor:
        """``exponential(shape)``: mean 1.

        >>> import corepy as cp
        >>> cp.random.Generator(1).standard_exponential((2, 2)).shape
        (2, 2)
        """
        return self.exponential(shape, dtype=dtype)

    @composed_of("random")
    def lognormal(
        self,
        shape: Dims = (),
        mean: float = 0.0,
        sigma: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """exp of normal numbers with that mean and standard deviation.

        Dtypes and errors: as ``normal``.

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).lognormal(9) > 0))
        True
        """
        kind = read_dtype("random.lognormal", dtype)
        location = read_finite("random.lognormal", "mean", mean, kind)
        deviation = read_scale("random.lognormal", "sigma", sigma, kind)
        numbers = corepy.exp(self.normal(shape, location, deviation, dtype=widen(kind)))
        return round_once(numbers, kind)

    # ---- made of exponential numbers ----

    @composed_of("random")
    def laplace(
        self,
        shape: Dims = (),
        loc: float = 0.0,
        scale: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Laplace numbers: density exp(-|x - loc| / scale) / (2 scale).

        Shapes: as given.  Dtypes: float64 (default), float32, each evaluated in its own precision;
        float16, bfloat16: computed in float32, rounded once.
        Edges: scale 0 gives loc.
        Raises: ArgumentError for a negative scale, or where loc or scale is not finite in the
        dtype; ShapeError; DTypeError.
        Source: the difference of two exponential numbers.

        >>> import corepy as cp
        >>> cp.random.Generator(1).laplace(3, 1.0, 0.0).tolist()
        [1.0, 1.0, 1.0]
        """
        kind = read_dtype("random.laplace", dtype)
        pairs, location, factor = self._draw_pairs("random.laplace", shape, loc, scale, kind)
        return round_once(location + factor * (pairs[..., 0] - pairs[..., 1]), kind)

    @composed_of("random")
    def logistic(
        self,
        shape: Dims = (),
        loc: float = 0.0,
        scale: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Logistic numbers: 1 / (1 + exp(-(x - loc) / scale)) is uniform.

        Shapes, dtypes, edges and errors: as ``laplace``.
        Source: the logarithm of the quotient of two exponential numbers.

        >>> import corepy as cp
        >>> cp.random.Generator(1).logistic((2, 3)).shape
        (2, 3)
        """
        kind = read_dtype("random.logistic", dtype)
        pairs, location, factor = self._draw_pairs("random.logistic", shape, loc, scale, kind)
        return round_once(location + factor * corepy.log(pairs[..., 0] / pairs[..., 1]), kind)

    def _draw_pairs(
        self, function: str, shape: Dims, loc: float, scale: float, kind: DType
    ) -> tuple[Tensor, float, float]:
        """Two exponential numbers for each element, next to each other, so that both depend on the
        element's place only; location and scale."""
        sizes = read_sizes(function, shape)
        location = read_finite(function, "loc", loc, kind)
        factor = read_scale(function, "scale", scale, kind)
        return self.exponential((*sizes, 2), dtype=widen(kind)), location, factor

    @composed_of("random")
    def gumbel(
        self,
        shape: Dims = (),
        loc: float = 0.0,
        scale: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Gumbel numbers, of the largest of many: exp(-exp(-(x - loc) / scale)) is uniform.

        Shapes, dtypes, edges and errors: as ``laplace``.
        Source: -log of exponential numbers.

        >>> import corepy as cp
        >>> cp.random.Generator(1).gumbel(2, dtype=cp.float32).dtype
        corepy.float32
        """
        kind = read_dtype("random.gumbel", dtype)
        location = read_finite("random.gumbel", "loc", loc, kind)
        factor = read_scale("random.gumbel", "scale", scale, kind)
        numbers = corepy.log(self.exponential(shape, dtype=widen(kind)))
        return round_once(location - factor * numbers, kind)

    @composed_of("random")
    def rayleigh(
        self, shape: Dims = (), scale: float = 1.0, *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """Rayleigh numbers: density x / scale**2 exp(-(x / scale)**2 / 2), x > 0.

        Shapes, dtypes, edges and errors: as ``laplace``, without loc.
        Source: the root of twice exponential numbers.

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).rayleigh(9) > 0))
        True
        """
        kind = read_dtype("random.rayleigh", dtype)
        factor = read_scale("random.rayleigh", "scale", scale, kind)
        numbers = corepy.sqrt(2.0 * self.exponential(shape, dtype=widen(kind)))
        return round_once(factor * numbers, kind)

    @composed_of("random")
    def weibull(
        self, shape: Dims = (), a: Parameter = 1.0, *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """Weibull numbers: exp(-x**a) is uniform, x > 0.

        Shapes: as given; a is a number or a tensor that broadcasts to it.  Dtypes: float64
        (default); float32, float16, bfloat16, rounded once from float64.
        Edges: infinity where x leaves the dtype, as for a below 0.005 or so.
        Raises: ArgumentError unless a is positive and finite; ShapeError; DTypeError.
        Source: the power 1 / a of exponential numbers.

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).weibull(9, 2.5) > 0))
        True
        """
        kind, sizes = read_dtype("random.weibull", dtype), read_sizes("random.weibull", shape)
        power = read_parameter("random.weibull", "a", a, sizes)
        return round_once(corepy.pow(self.exponential(sizes), 1 / power), kind)

    @composed_of("random")
    def pareto(
        self, shape: Dims = (), a: Parameter = 1.0, *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """Pareto numbers less 1 (of Pareto's second kind): (1 + x)**-a is uniform, x > 0.

        Shapes, dtypes, edges and errors: as ``weibull``.
        Source: expm1 of exponential numbers divided by a.

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).pareto(9, 3.0) > 0))
        True
        """
        kind, sizes = read_dtype("random.pareto", dtype), read_sizes("random.pareto", shape)
        rate = read_parameter("random.pareto", "a", a, sizes)
        return round_once(corepy.expm1(self.exponential(sizes) / rate), kind)

    @composed_of("random")
    def geometric(self, shape: Dims = (), p: Parameter = 0.5) -> Tensor:
        """Geometric numbers, int64: the trials up to the first success of probability p.

        Shapes: as given; p is a number or a tensor that broadcasts to it.
        Edges: k >= 1 with probability (1 - p)**(k - 1) p; p = 1 gives 1.  Counts beyond 2**53 are
        even, beyond 2**54 multiples of 4 and so on.
        Raises: ArgumentError unless 2**-53 <= p <= 1; ShapeError.
        Source: exponential numbers divided by -log(1 - p), rounded up.

        >>> import corepy as cp
        >>> cp.random.Generator(1).geometric(4, 1.0).tolist()
        [1, 1, 1, 1]
        """
        sizes = read_sizes("random.geometric", shape)
        chance = read_parameter("random.geometric", "p", p, sizes, _LEAST_CHANCE, 1.0, True)
        trials = corepy.ceil(self.exponential(sizes) / -corepy.log1p(-chance))
        return corepy.astype(corepy.maximum(trials, 1.0), corepy.int64)
