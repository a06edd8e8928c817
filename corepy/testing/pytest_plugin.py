# The pytest plugin: a fixture that runs a test once per ISA of the machine. No NumPy.
"""Fixtures for pytest, loaded by its ``pytest11`` entry point.

A test that takes ``isa`` runs once for every instruction set that this CPU has, with the kernels
of that one forced::

    def test_same_bits(isa):
        assert_bitwise_equal(corepy.sin(X), EXPECTED)
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import corepy

__all__ = ["available_isas"]


def available_isas() -> tuple[str, ...]:
    """Names of the ISAs that were built and that this CPU has, best first."""
    from corepy import _core

    return tuple(isa.name for isa in _core.isas() if isa.available)


def _parametrizes_isa(metafunc: pytest.Metafunc) -> bool:
    for marker in metafunc.definition.iter_markers("parametrize"):
        names = marker.args[0] if marker.args else marker.kwargs.get("argnames", "")
        listed = names.replace(" ", "").split(",") if isinstance(names, str) else names
        if "isa" in listed:
            return True
    return False


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize tests that take ``isa``, unless they choose their ISAs themselves."""
    if "isa" in metafunc.fixturenames and not _parametrizes_isa(metafunc):
        metafunc.parametrize("isa", available_isas(), indirect=True)


@pytest.fixture
def isa(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of an ISA whose kernels run during the test."""
    name = str(request.param)
    with corepy.settings.override(isa=name):
        yield name
