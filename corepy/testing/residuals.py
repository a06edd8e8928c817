# Decompositions judged as a whole, by what they must multiply to; nothing is compared with an
# oracle here.
"""Residuals of decompositions whose factors are unique only up to signs, phases or order.

Each check measures a relative error in float64 and states how large it may be: ``c n u`` with the c
of :mod:`corepy.testing.matrix_bounds`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from corepy.backend.reference.linalg.decompositions import WideArray, wide
from corepy.backend.reference.promotion import is_complex
from corepy.errors import VerificationError

from .comparison import Array
from .matrix_bounds import backward_error

__all__ = ["RESIDUALS", "assert_residuals", "has_residuals"]


_Matrix: TypeAlias = WideArray


class Measured(NamedTuple):
    """One property, and by how much it is missed relative to the matrix' norm."""

    what: str
    error: float


_Check: TypeAlias = Callable[[_Matrix, Sequence[_Matrix]], Iterator[Measured]]

RESIDUALS: dict[str, _Check] = {}


def _check(*names: str) -> Callable[[_Check], _Check]:
    def register(check: _Check) -> _Check:
        for name in names:
            RESIDUALS[name] = check
        return check

    return register


def _norm(x: _Matrix) -> float:
    return float(np.linalg.norm(x)) if x.size else 0.0


def _adjoint(x: _Matrix) -> _Matrix:
    adjoint: _Matrix = np.conj(np.swapaxes(x, -1, -2))
    return adjoint


def _orthonormal(what: str, columns: _Matrix) -> Measured:
    gram = _adjoint(columns) @ columns
    return Measured(f"{what} has orthonormal columns", _norm(gram - np.eye(gram.shape[-1])))


@_check("qr")
def _check_qr(x: _Matrix, results: Sequence[_Matrix]) -> Iterator[Measured]:
    q, r = results
    yield Measured("Q R is x", _norm(q @ r - x))
    yield _orthonormal("Q", q)
    yield Measured("R is upper triangular", float(np.any(np.tril(r, -1))))
    diagonal = np.diagonal(r)
    yield Measured("R has a real diagonal", float(np.any(np.imag(diagonal))))


@_check("svd")
def _check_svd(x: _Matrix, results: Sequence[_Matrix]) -> Iterator[Measured]:
    u, s, vh = results
    k = s.shape[-1]
    yield Measured("U S Vh is x", _norm((u[:, :k] * s) @ vh[:k] - x))
    yield _orthonormal("U", u)
    yield _orthonormal("Vh, its adjoint,", _adjoint(vh))
    yield Measured("S descends", float(np.any(np.diff(np.real(s)) > 0) or np.any(np.real(s) < 0)))


@_check("eigh")
def _check_eigh(x: _Matrix, results: Sequence[_Matrix]) -> Iterator[Measured]:
    values, vectors = results
    low = np.tril(x, -1)
    full = low + _adjoint(low) + np.diag(np.real(np.diagonal(x)))
    yield Measured("x V is V w", _norm(full @ vectors - vectors * values))
    yield _orthonormal("V", vectors)
    yield Measured("w ascends", float(np.any(np.diff(np.real(values)) < 0)))


@_check("eig")
def _check_eig(x: _Matrix, results: Sequence[_Matrix]) -> Iterator[Measured]:
    values, vectors = results
    yield Measured("x V is V w", _norm(x @ vectors - vectors * values))
    lengths = np.linalg.norm(vectors, axis=0)
    yield Measured("V has columns of length 1", _norm(lengths - 1))
    yield from _check_eigvals(x, [values])


@_check("eigvals")
def _check_eigvals(x: _Matrix, results: Sequence[_Matrix]) -> Iterator[Measured]:
    (values,) = results
    unit = np.eye(x.shape[-1])
    for value in values:
        smallest = np.linalg.svd(x - value * unit, compute_uv=False)[-1]
        yield Measured(f"x - {value} is singular", float(smallest))
    yield Measured("the values sum to the trace", abs(np.sum(values) - np.trace(x)))
    if not is_complex(x.dtype):
        pairs = values[np.imag(values) != 0].reshape(-1, 2)
        conjugate = np.equal(pairs[:, 0], np.conj(pairs[:, 1]))
        yield Measured("complex values are pairs", float(not np.all(conjugate)))


def has_residuals(name: str) -> bool:
    """Whether an operator's results are judged here."""
    return name in RESIDUALS


def assert_residuals(
    name: str, x: Array, options: Mapping[str, object], results: Sequence[Array]
) -> None:
    """Assert that the results of a decomposition of ``x`` have its properties, matrix by matrix.

    Raises:
        VerificationError: an ``AssertionError`` naming the property, the matrix and the error.
    """
    u = float(np.finfo(results[0].dtype.name).eps) / 2
    # Of several matrices' worth of errors: the factors, their product, and float64's own.
    allowed = 4 * np.sqrt(max(1, *x.shape[-2:])) * backward_error(x, u)
    # What underflows in the results is off by a subnormal number's half.
    smallest = float(np.finfo(results[0].dtype.name).smallest_subnormal)
    rounding = smallest * max(1, *x.shape[-2:]) ** 2
    for index in np.ndindex(*x.shape[:-2]):
        matrix = wide(x[index])
        if not np.isfinite(matrix).all():  # its factors are NaN, of which no product is x
            continue
        size = np.abs(matrix).max(initial=0.0)
        exponent = max(int(np.frexp(size)[1]), -1000) if 0 < size < np.inf else 0
        scale = 2.0**-exponent
        factors = [_scaled(name, i, wide(result[index]), scale) for i, result in enumerate(results)]
        limit = allowed * max(1.0, _norm(matrix * scale)) + rounding * scale
        for measured in RESIDUALS[name](matrix * scale, factors):
            if not measured.error <= limit:
                raise VerificationError(
                    f"{name}: matrix {index} misses that {measured.what} "
                    f"(got an error of {measured.error:.3g}; expected at most {limit:.3g})"
                )


#: Which results scale as the matrix does.
_SCALED = {"qr": 1, "svd": 1, "eigh": 0, "eig": 0, "eigvals": 0}


def _scaled(name: str, position: int, result: _Matrix, scale: float) -> _Matrix:
    return result * scale if position == _SCALED[name] else result
