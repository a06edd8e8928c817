"""What holds for every test run: the objects of collected tests are no garbage to look through."""

from __future__ import annotations

import gc


def pytest_collection() -> None:
    """Some tens of thousands of tests are collected: nothing of that can be freed."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Leaves them out of later collections.

    Tests call gc.collect() to see what they themselves freed. With all tests in the heap each such
    call took a second, under a sanitizer several.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
