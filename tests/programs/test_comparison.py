# The comparison that the tests of other libraries rest on: what it must reject.
"""``run_on_both`` fails where it should."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest


def test_accepts_equal_results(run_on_both: Callable[..., None]) -> None:
    run_on_both(lambda xp: (xp.asarray([1.0, 2.0]), 3))


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(lambda xp: xp.asarray([1.0, 2.1]), id="values"),
        pytest.param(lambda xp: xp.asarray([1, 2]), id="dtype"),
        pytest.param(lambda xp: (xp.asarray([1.0, 2.0]), 3), id="count"),
        pytest.param(lambda xp: np.asarray([1.0, 2.0]), id="library"),
    ],
)
def test_rejects_other_results(
    run_on_both: Callable[..., None], other: Callable[[ModuleType], object]
) -> None:
    def program(xp: ModuleType) -> object:
        return xp.asarray([1.0, 2.0]) if xp is np else other(xp)

    with pytest.raises(AssertionError):
        run_on_both(program)
