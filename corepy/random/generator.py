# The public generator: distributions and selections made of several draws. Draws that are native
# rows: stream.py; functions of one or two of these: transforms.py; rejection: rejection.py.
"""``Generator``: every distribution, from a key and a count of draws."""

from __future__ import annotations

from types import FunctionType

import corepy
from corepy import _core
from corepy.errors import ArgumentError, ArgumentTypeError, ShapeError
from corepy.ops.arguments import normalize_axis, read_flag, read_int, read_sizes
from corepy.ops.composed import composed_of, named_of

from . import rejection
from .blocks import draw_in_blocks
from .halves import round_once
from .parameters import (
    read_dtype,
    read_normal,
    read_numbers,
    read_parameter,
    read_population,
    read_positive,
    read_probabilities,
    read_trials,
)
from .stream import Stream
from .transforms import Transforms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from corepy.ops.native import Dims, DTypeLike
    from corepy.tensor import Tensor

    from .parameters import Parameter, Population, Sizes

__all__ = ["Generator"]


class Generator(Transforms):
    """Random numbers of a key: element i of draw d depends on key, d and i only.

    Every call of a method that draws is one draw and advances the generator by one; a refused call
    or a dry run (``corepy.explain``) does not.  Two generators of one key draw the same numbers;
    ``split`` and ``fold_in`` make independent ones.  Threads may share a generator: each call gets
    a draw of its own, in the order in which they come.  ``copy`` and ``pickle`` keep key and count.

    >>> import corepy as cp
    >>> g = cp.random.Generator(42)
    >>> bool(cp.all(g.uniform((2, 5))[0] == cp.random.Generator(42).uniform(5)))
    True
    >>> g
    Generator(key=0x2a, draw_count=1)
    """

    __slots__ = ()

    # ---- by rejection ----

    @composed_of("random")
    def gamma(
        self,
        shape: Dims = (),
        alpha: Parameter = 1.0,
        scale: float = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Gamma numbers: density x**(alpha - 1) exp(-x / scale), up to its factor.

        Shapes: as given; alpha is a number or a tensor that broadcasts to it.  Dtypes: float64
        (default); float32, float16, bfloat16, rounded once from float64.
        Edges: alpha is the distribution's shape parameter, alpha scale the mean.
        Raises: ArgumentError unless alpha and scale are positive and finite; ShapeError;
        DTypeError.
        Source: G. Marsaglia, W. W. Tsang, ACM Trans. Math. Softw. 26 (2000).

        >>> import corepy as cp
        >>> bool(cp.all(cp.random.Generator(1).gamma(100, 0.5) > 0))
        True
        """
        kind = read_dtype("random.gamma", dtype)
        factor = read_positive("random.gamma", "scale", scale)
        sizes = read_sizes("random.gamma", shape)
        a = read_parameter("random.gamma", "alpha", alpha, sizes)

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            return round_once(rejection.draw_gamma(sources[0], sizes, given[0]) * factor, kind)

        return draw_in_blocks(draw, [self._take_next()], sizes, [a])

    @named_of("random")
    def standard_gamma(
        self, shape: Dims = (), alpha: Parameter = 1.0, *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """``gamma(shape, alpha)``: scale 1.

        >>> import corepy as cp
        >>> cp.random.Generator(1).standard_gamma((2, 2), 3.0).shape
        (2, 2)
        """
        return self.gamma(shape, alpha, dtype=dtype)

    @composed_of("random")
    def chisquare(
        self, shape: Dims = (), df: Parameter = 1.0, *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """Chi-square numbers with ``df`` degrees of freedom: gamma(df / 2, 2).

        Shapes, dtypes and errors: as ``gamma``.

        >>> import corepy as cp
        >>> cp.random.Generator(1).chisquare(3, 4.0).shape
        (3,)
        """
        kind = read_dtype("random.chisquare", dtype)
        sizes = read_sizes("random.chisquare", shape)
        freedom = read_parameter("random.chisquare", "df", df, sizes)

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            return round_once(rejection.draw_gamma(sources[0], sizes, given[0] / 2) * 2, kind)

        return draw_in_blocks(draw, [self._take_next()], sizes, [freedom])

    @composed_of("random")
    def beta(
        self,
        shape: Dims = (),
        a: Parameter = 1.0,
        b: Parameter = 1.0,
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Beta numbers in [0, 1]: density x**(a - 1) (1 - x)**(b - 1), up to its factor.

        Shapes: as given; a and b are numbers or tensors that broadcast to it.  Dtypes: float64
        (default); float32, float16, bfloat16, rounded from it.
        Raises: ArgumentError unless a and b are positive and finite; ShapeError; DTypeError.
        Source: x / (x + y) of two gamma numbers.  Where both underflow (a and b below 1e-3 or so),
        the larger logarithm decides.

        >>> import corepy as cp
        >>> x = cp.random.Generator(1).beta(100, 2.0, 3.0)
        >>> bool(cp.all((x > 0) & (x < 1)))
        True
        """
        kind = read_dtype("random.beta", dtype)
        sizes = read_sizes("random.beta", shape)
        first = read_parameter("random.beta", "a", a, sizes)
        second = read_parameter("random.beta", "b", b, sizes)
        inner = self._take_next()

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            log_x, log_y = (
                rejection.draw_log_gamma(source, sizes, alpha)
                for source, alpha in zip(sources, given, strict=True)
            )
            return round_once(1 / (1 + corepy.exp(log_y - log_x)), kind)

        return draw_in_blocks(
            draw, [inner._take_next(), inner._take_next()], sizes, [first, second]
        )

    @composed_of("random")
    def dirichlet(
        self, shape: Dims, alpha: Tensor | list[float], *, dtype: DTypeLike | None = None
    ) -> Tensor:
        """Points of the simplex: gamma numbers of each alpha, divided by their sum.

        Shapes: alpha is one line of k numbers, the result has one axis of k more than ``shape``.
        Dtypes: float64 (default); float32, float16, bfloat16, rounded from it.
        Raises: ArgumentError unless every alpha is positive and finite; ShapeError; DTypeError.

        >>> import corepy as cp
        >>> cp.random.Generator(1).dirichlet(2, [1.0, 2.0, 3.0]).shape
        (2, 3)
        """
        kind = read_dtype("random.dirichlet", dtype)
        line = read_numbers("random.dirichlet", "alpha", alpha)
        if line.ndim != 1 or line.size == 0:
            raise ShapeError(
                f"random.dirichlet: alpha must be one line (got shape {line.shape}; expected (k,))"
            )
        sizes = (*read_sizes("random.dirichlet", shape), line.shape[0])
        full = read_parameter("random.dirichlet", "alpha", line, sizes)

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            return rejection.draw_log_gamma(sources[0], sizes, given[0])

        logs = draw_in_blocks(draw, [self._take_next()], sizes, [full])
        weights = corepy.exp(logs - corepy.max(logs, axis=-1, keepdims=True))
        return round_once(weights / corepy.sum(weights, axis=-1, keepdims=True), kind)

    @composed_of("random")
    def multivariate_normal(
        self,
        shape: Dims,
        mean: Tensor | list[float],
        cov: Tensor | list[list[float]],
        *,
        dtype: DTypeLike | None = None,
    ) -> Tensor:
        """Normal points with that mean and covariance matrix.

        Shapes: mean is one line of k numbers, cov (k, k); the result has one axis of k more than
        ``shape``.  Dtypes: float64 (default); float32, float16, bfloat16, rounded from it.
        Edges: cov may be singular.
        Raises: ArgumentError unless cov is symmetric and has no negative eigenvalue, both within
        1e-8 of its largest, and mean is finite (NumPy's takes NaN and infinity for a mean);
        ShapeError; DTypeError; LinalgError for NaN and infinity in cov, or where an eigenvalue
        overflows.
        Source: mean + z R, with z normal and R the root of cov by its eigenvectors.

        >>> import corepy as cp
        >>> points = cp.random.Generator(1).multivariate_normal(9, [1.0, 5.0], [[2.0, 0], [0, 0]])
        >>> points.shape, bool(cp.all(points[:, 1] == 5))
        ((9, 2), True)
        """
        kind = read_dtype("random.multivariate_normal", dtype)
        sizes = read_sizes("random.multivariate_normal", shape)
        centre, root = read_normal(mean, cov)
        z = self.normal((*sizes, centre.size))
        return round_once(z @ root + centre, kind)

    # ---- counts ----

    @composed_of("random")
    def poisson(self, shape: Dims = (), lam: Parameter = 1.0) -> Tensor:
        """Poisson numbers, int64: k with probability lam**k exp(-lam) / k!.

        Shapes: as given; lam is a number or a tensor that broadcasts to it.
        Edges: lam 0 gives 0.
        Raises: ArgumentError unless 0 <= lam < 2**53; ShapeError.
        Source: inversion below 10; W. Hoermann, Insurance Math. Econom. 12 (1993): PTRS.

        >>> import corepy as cp
        >>> cp.random.Generator(1).poisson(4, 0.0).tolist()
        [0, 0, 0, 0]
        """
        sizes = read_sizes("random.poisson", shape)
        mean = read_parameter("random.poisson", "lam", lam, sizes, 0.0, 2.0**53)

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            return corepy.astype(rejection.draw_poisson(sources[0], sizes, given[0]), corepy.int64)

        return draw_in_blocks(draw, [self._take_next()], sizes, [mean])

    @composed_of("random")
    def binomial(self, shape: Dims = (), n: Parameter = 1, p: Parameter = 0.5) -> Tensor:
        """Binomial numbers, int64: successes of n trials with probability p each.

        Shapes: as given; n and p are numbers or tensors that broadcast to it.
        Edges: p 0 gives 0 and p 1 gives n.
        Raises: ArgumentError unless 0 <= n < 2**53, an integer, and 0 <= p <= 1; ShapeError.
        Source: inversion below n min(p, 1 - p) = 10; W. Hoermann, J. Stat. Comput. Simul. 46
        (1993): BTRS.

        >>> import corepy as cp
        >>> cp.random.Generator(1).binomial(3, 10, 1.0).tolist()
        [10, 10, 10]
        """
        sizes = read_sizes("random.binomial", shape)
        trials = read_trials("random.binomial", n, sizes)
        chance = read_parameter("random.binomial", "p", p, sizes, 0.0, 1.0, True)

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            counts = rejection.draw_binomial(sources[0], sizes, *given)
            return corepy.astype(counts, corepy.int64)

        return draw_in_blocks(draw, [self._take_next()], sizes, [trials, chance])

    @composed_of("random")
    def multinomial(self, shape: Dims, n: int, p: Tensor | list[float]) -> Tensor:
        """How often each of k outcomes comes in n trials, int64.

        Shapes: p is one line of k probabilities, the result has one axis of k more than ``shape``.
        Raises: ArgumentError unless 0 <= n < 2**53 and p is not negative and sums to 1 within 1e-8,
        or the root of eps for float32 (it is divided by its sum); ShapeError.
        Source: each outcome's count is binomial, given those before it.

        >>> import corepy as cp
        >>> cp.sum(cp.random.Generator(1).multinomial(2, 10, [0.2, 0.3, 0.5]), axis=-1).tolist()
        [10, 10]
        """
        sizes = read_sizes("random.multinomial", shape)
        chances = read_probabilities("random.multinomial", p)
        trials = read_trials("random.multinomial", n, sizes)
        inner = self._take_next()

        def draw(sources: Sequence[Stream], sizes: Sizes, given: Sequence[Tensor]) -> Tensor:
            (left,), remaining, counts = given, 1.0, []
            for source, chance in zip(sources, chances[:-1], strict=True):
                share = min(1.0, chance / remaining) if remaining > 0 else 0.0
                count = rejection.draw_binomial(source, sizes, left, corepy.full(sizes, share))
                counts.append(count)
                left, remaining = left - count, remaining - chance
            return corepy.astype(corepy.stack([*counts, left], axis=-1), corepy.int64)

        sources = [inner._take_next() for _ in chances[:-1]]
        return draw_in_blocks(draw, sources, sizes, [trials])

    # ---- order and selection ----

    @composed_of("random")
    def permutation(self, x: Population, *, axis: int = 0) -> Tensor:
        """The integers below x, or the slices of a tensor along an axis, in random order.

        Shapes: (x,), int64, or that of the tensor; a list becomes one.  Source: the order of random
        64-bit words, so two slices keep their order with probability 2**-64 more than they should.
        Raises: ArgumentError for a negative x; AxisError; ArgumentTypeError.

        >>> import corepy as cp
        >>> sorted(cp.random.Generator(1).permutation(4).tolist())
        [0, 1, 2, 3]
        """
        given = read_population("random.permutation", "x", x)
        if isinstance(given, corepy.Tensor):
            return self.shuffle(given, axis=axis)
        count = given
        read_int("random.permutation", "axis", axis)
        if count < 0:
            raise ArgumentError(
                f"random.permutation: x must not be negative (got {count}; expected x >= 0)"
            )
        return corepy.argsort(self.bits(count))

    @composed_of("random")
    def shuffle(self, x: Tensor, *, axis: int = 0) -> Tensor:
        """A new tensor with the slices along an axis in random order; x stays as it is.

        Raises: AxisError for an axis that x lacks; ArgumentTypeError for what is no tensor.

        >>> import corepy as cp
        >>> sorted(cp.random.Generator(1).shuffle(cp.asarray([5, 7, 9])).tolist())
        [5, 7, 9]
        """
        length = _axis_length("random.shuffle", x, axis)
        return corepy.take(x, corepy.argsort(self.bits(length)), axis=axis)

    @composed_of("random")
    def permuted(self, x: Tensor, *, axis: int | None = None) -> Tensor:
        """A new tensor with the elements of each line along an axis in an order of their own.

        By default all elements change places with one another.

        Shapes: that of x.  Source: as ``permutation``.
        Raises: AxisError for an axis that x lacks; ArgumentTypeError for what is no tensor.

        >>> import corepy as cp
        >>> x = cp.random.Generator(1).permuted(cp.asarray([[1, 2, 3], [7, 8, 9]]), axis=1)
        >>> cp.sort(x).tolist()
        [[1, 2, 3], [7, 8, 9]]
        """
        if axis is None:
            _check_tensor("random.permuted", x)
            order = corepy.argsort(self.bits(x.size))
            return corepy.reshape(corepy.take(corepy.reshape(x, (-1,)), order), x.shape)
        _axis_length("random.permuted", x, axis)
        order = corepy.argsort(self.bits(x.shape), axis=axis)
        return corepy.take_along_axis(x, order, axis=axis)

    @composed_of("random")
    def choice(
        self,
        a: Population,
        shape: Dims = (),
        *,
        replace: bool = True,
        p: Tensor | list[float] | None = None,
        axis: int = 0,
    ) -> Tensor:
        """Random integers below a, or random slices of a tensor along an axis.

        Shapes: as given; for a tensor ``shape`` stands in place of the axis, and has one axis
        itself.  ``p``: a probability for each, else all are equally likely.
        Edges: without ``replace`` nothing comes twice; with p too, one after the other is chosen
        among those left (P. S. Efraimidis, P. G. Spirakis, Inf. Process. Lett. 97, 2006).
        Raises: ArgumentError for an empty a, more than a holds without ``replace``, or p that is
        negative or does not sum to 1; ShapeError.

        >>> import corepy as cp
        >>> cp.random.Generator(1).choice(3, 2, p=[0.0, 1.0, 0.0]).tolist()
        [1, 1]
        """
        given = read_population("random.choice", "a", a)
        if isinstance(given, corepy.Tensor):
            count = _axis_length("random.choice", given, axis)
        else:
            count = given
            read_int("random.choice", "axis", axis)
        if count <= 0:
            raise ArgumentError(
                f"random.choice: nothing to choose from (got {count} elements; expected 1 or more)"
            )
        weights = None if p is None else read_probabilities("random.choice", p)
        if weights is not None and len(weights) != count:
            raise ShapeError(
                f"random.choice: p must have one entry for each element (got {len(weights)}; "
                f"expected {count})"
            )
        sizes = read_sizes("random.choice", shape)
        if read_flag("random.choice", "replace", replace):
            indices = (
                self.integers(sizes, count)
                if weights is None
                else rejection.find_categories(self.uniform(sizes), weights)
            )
        else:
            indices = self._choose_without_replacement(sizes, count, weights)
        if not isinstance(given, corepy.Tensor):
            return indices
        if len(sizes) > 1:
            raise ShapeError(
                f"random.choice: from a tensor, shape has one axis at most (got {sizes}; expected "
                "(), (n,) or n)"
            )
        return corepy.take(given, indices, axis=axis)

    def _choose_without_replacement(
        self, sizes: tuple[int, ...], count: int, weights: list[float] | None
    ) -> Tensor:
        wanted = 1
        for size in sizes:
            wanted *= size
        possible = count if weights is None else sum(weight > 0 for weight in weights)
        if wanted > possible:
            raise ArgumentError(
                f"random.choice: not enough elements (got {wanted} of {possible}; expected at "
                "most as many, or replace=True)"
            )
        if weights is None:
            order = corepy.argsort(self.bits(count))
        else:  # the first arrivals of processes with these rates
            order = corepy.argsort(self.exponential(count) / corepy.asarray(weights))
        # A view would hold all of them.
        chosen = corepy.copy(order[:wanted]) if wanted < count else order
        return corepy.reshape(chosen, sizes)


def _check_tensor(function: str, x: Tensor) -> None:
    if not isinstance(x, corepy.Tensor):
        raise ArgumentTypeError(
            f"{function}: not a tensor (got {_core.type_name(x)}; expected a Tensor); convert it "
            "with corepy.asarray"
        )


def _axis_length(function: str, x: Tensor, axis: int) -> int:
    _check_tensor(function, x)
    return x.shape[normalize_axis(function, axis, x.ndim)]


def _name_methods() -> None:
    """Let Python's errors of a call name the class that a program has, not the code's."""
    for base in (Stream, Transforms):
        for name, method in vars(base).items():
            for one in (method, getattr(method, "__wrapped__", None)):
                if isinstance(one, FunctionType):
                    one.__qualname__ = f"{Generator.__qualname__}.{name}"


_name_methods()
