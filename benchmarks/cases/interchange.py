# Cases of arrays that change hands without being copied.
"""A NumPy array becomes a tensor, and a tensor a NumPy array."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from .case import Case, Limit

GROUP = "Interchange"
#: A microsecond; NumPy's asarray of its own arrays has nothing to do.
LIMIT = Limit(inf, 1e-6, peer="numpy")
_ARRAY = "numpy.ones(1000)"


def list_cases() -> Iterator[Case]:
    """Both ways."""
    wrapped = {"corepy": "xp.asarray(g)", "numpy": "xp.asarray(g)", "torch": "xp.from_numpy(g)"}
    arrays = dict.fromkeys(wrapped, _ARRAY)
    yield Case("asarray", "float64-1e3", GROUP, wrapped, limit=LIMIT, outcome="0", prepared=arrays)
    unwrapped = {"corepy": "numpy.asarray(g)", "numpy": "numpy.asarray(g)", "torch": "g.numpy()"}
    tensors = {
        name: f"xp.{made}({_ARRAY})"
        for name, made in {"corepy": "asarray", "numpy": "asarray", "torch": "from_numpy"}.items()
    }
    yield Case(
        "numpy.asarray",
        "float64-1e3",
        GROUP,
        unwrapped,
        limit=LIMIT,
        needs="xp.asarray",
        outcome="0",
        prepared=tensors,
    )
