# The public names of corepy.random: the generator, and its methods on the default generator.
"""Random numbers from counter-based streams: element i of a draw depends on key and i only.

``Generator(key)`` holds a key and counts its draws; draw number d of a key is a stream of its own,
and shape, threads, chunks and instruction set do not change its values: ``g.uniform(10)[:5]``
equals ``uniform(5)`` of a generator in the same state, and a matrix is the line reshaped.  The bits
come from Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11).

The functions of this module are the methods of ``default_generator``, whose key is 0 until
``corepy.settings.seed`` sets it: a program draws the same numbers every time it runs.
"""

from __future__ import annotations

from .generator import Generator
from .stream import Stream

__all__ = [
    "Generator",
    "Stream",
    "beta",
    "binomial",
    "bits",
    "chisquare",
    "choice",
    "default_generator",
    "dirichlet",
    "exponential",
    "gamma",
    "geometric",
    "gumbel",
    "integers",
    "laplace",
    "logistic",
    "lognormal",
    "multinomial",
    "multivariate_normal",
    "normal",
    "pareto",
    "permutation",
    "permuted",
    "poisson",
    "random",
    "rayleigh",
    "shuffle",
    "standard_exponential",
    "standard_gamma",
    "standard_normal",
    "uniform",
    "weibull",
]

#: What the functions of this module draw from; ``corepy.settings.seed(n)`` gives it key n.
default_generator = Generator(0)

beta = default_generator.beta
binomial = default_generator.binomial
bits = default_generator.bits
chisquare = default_generator.chisquare
choice = default_generator.choice
dirichlet = default_generator.dirichlet
exponential = default_generator.exponential
gamma = default_generator.gamma
geometric = default_generator.geometric
gumbel = default_generator.gumbel
integers = default_generator.integers
laplace = default_generator.laplace
logistic = default_generator.logistic
lognormal = default_generator.lognormal
multinomial = default_generator.multinomial
multivariate_normal = default_generator.multivariate_normal
normal = default_generator.normal
pareto = default_generator.pareto
permutation = default_generator.permutation
permuted = default_generator.permuted
poisson = default_generator.poisson
random = default_generator.random
rayleigh = default_generator.rayleigh
shuffle = default_generator.shuffle
standard_exponential = default_generator.standard_exponential
standard_gamma = default_generator.standard_gamma
standard_normal = default_generator.standard_normal
uniform = default_generator.uniform
weibull = default_generator.weibull
