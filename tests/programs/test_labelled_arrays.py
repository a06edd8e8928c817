# einops, xarray and array-api-extra on corepy, against NumPy.
"""Libraries that name axes, or fill gaps of the standard."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TypeAlias

import array_api_extra
import numpy as np
import pytest
import xarray
from einops import array_api as einops

import corepy

Program: TypeAlias = Callable[[ModuleType], object]

VALUES = np.random.default_rng(3).normal(size=(6, 4))


def values(xp: ModuleType) -> object:
    return xp.asarray(VALUES)


def variable(xp: ModuleType) -> xarray.Variable:
    return xarray.Variable(("row", "column"), values(xp))


EINOPS: dict[str, Program] = {
    "rearrange": lambda xp: einops.rearrange(values(xp), "(a b) c -> b (a c)", a=2),
    "reduce": lambda xp: einops.reduce(values(xp), "a b -> b", "mean"),
    "repeat": lambda xp: einops.repeat(values(xp), "a b -> a b c", c=3),
}
XARRAY: dict[str, Program] = {
    "arithmetic": lambda xp: (variable(xp) * 2 + 1).data,
    "concat": lambda xp: xarray.Variable.concat([variable(xp), variable(xp)], "row").data,
    "isel": lambda xp: variable(xp).isel(row=slice(1, 4), column=2).data,
    "max": lambda xp: variable(xp).max("row", skipna=False).data,
    "mean": lambda xp: variable(xp).mean("row", skipna=False).data,
    "prod": lambda xp: variable(xp).prod("row", skipna=False).data,
    "sum": lambda xp: variable(xp).sum("column", skipna=False).data,
    "transpose": lambda xp: variable(xp).transpose("column", "row").data,
}
EXTRA: dict[str, Program] = {
    "at": lambda xp: array_api_extra.at(values(xp))[1:3, :].add(1.0, copy=True),
    "atleast_nd": lambda xp: array_api_extra.atleast_nd(values(xp), ndim=3),
    "cov": lambda xp: array_api_extra.cov(values(xp)),
    "create_diagonal": lambda xp: array_api_extra.create_diagonal(values(xp)[0, :]),
    "kron": lambda xp: array_api_extra.kron(values(xp), values(xp)),
    "pad": lambda xp: array_api_extra.pad(values(xp), 2),
    "setdiff1d": lambda xp: array_api_extra.setdiff1d(xp.arange(9), xp.arange(4)),
    "sinc": lambda xp: array_api_extra.sinc(values(xp)),
}


@pytest.mark.parametrize("name", EINOPS)
def test_einops(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(EINOPS[name])


@pytest.mark.parametrize("name", XARRAY)
def test_xarray(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(XARRAY[name])


@pytest.mark.parametrize("name", EXTRA)
def test_array_api_extra(name: str, run_on_both: Callable[..., None]) -> None:
    run_on_both(EXTRA[name])


def test_xarray_prints_a_variable_of_tensors() -> None:
    assert "Tensor" in repr(variable(corepy))
