# Oracles of matrix decompositions: exact elimination for small systems, NumPy's LAPACK in float64
# for the rest. Where results are not unique, corepy/testing/residuals.py judges native ones.
"""Reference decompositions.

Small systems (``solve``, ``inv``, ``det``, ``slogdet``) are solved in rational arithmetic and
rounded once; larger ones, and all that needs roots, by LAPACK in float64, whose own error counts in
the bounds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import TypeAlias
from typing import cast as typed

import numpy as np

from corepy.errors import LinalgError

from ..casting import cast
from ..promotion import component_dtype, is_complex, promote_operands
from ..registry import Array, reference

__all__ = ["WideArray", "exact_limit", "inverse", "wide"]

#: float64 or complex128; to type checkers the latter, for which LAPACK's functions are declared.
WideArray: TypeAlias = "np.ndarray[tuple[int, ...], np.dtype[np.complex128]]"

#: The largest systems that are solved exactly.
exact_limit = 12
#: Beyond it, products of elements and sums of them may overflow in LAPACK.
_UNSAFE_EXPONENT = 960


def wide(x: Array) -> WideArray:
    """The same matrices in float64 or complex128."""
    return typed("WideArray", x.astype(np.complex128 if is_complex(x.dtype) else np.float64))


class _Gaussian:
    """A complex number of rational parts."""

    __slots__ = ("im", "re")

    def __init__(self, re: Fraction, im: Fraction) -> None:
        self.re, self.im = re, im

    @classmethod
    def of(cls, value: object) -> _Gaussian:
        number = complex(value)  # type: ignore[call-overload]  # a NumPy scalar
        return cls(Fraction(number.real), Fraction(number.imag))

    def __bool__(self) -> bool:
        return bool(self.re or self.im)

    def __sub__(self, other: _Gaussian) -> _Gaussian:
        return _Gaussian(self.re - other.re, self.im - other.im)

    def __mul__(self, other: _Gaussian) -> _Gaussian:
        return _Gaussian(
            self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re
        )

    def __truediv__(self, other: _Gaussian) -> _Gaussian:
        size = other.re**2 + other.im**2
        return _Gaussian(
            (self.re * other.re + self.im * other.im) / size,
            (self.im * other.re - self.re * other.im) / size,
        )

    def rounded(self) -> complex:
        return complex(_round(self.re), _round(self.im))


def _round(value: Fraction) -> float:
    try:
        return value.numerator / value.denominator
    except OverflowError:
        return math.inf if value > 0 else -math.inf  # copysign would convert it to a float


def _eliminate(rows: list[list[_Gaussian]], n: int) -> tuple[_Gaussian, bool]:
    """Gauss and Jordan on n rows in place; the determinant, and whether it is not zero."""
    determinant = _Gaussian(Fraction(1), Fraction(0))
    for j in range(n):
        pivot = next((i for i in range(j, n) if rows[i][j]), None)
        if pivot is None:
            return _Gaussian(Fraction(0), Fraction(0)), False
        if pivot != j:
            rows[j], rows[pivot] = rows[pivot], rows[j]
            determinant = _Gaussian(-determinant.re, -determinant.im)
        determinant = determinant * rows[j][j]
        rows[j] = [value / rows[j][j] for value in rows[j]]
        for i in range(n):
            if i != j and rows[i][j]:
                factor = rows[i][j]
                pairs = zip(rows[i], rows[j], strict=True)
                rows[i] = [value - factor * other for value, other in pairs]
    return determinant, True


def _is_exact(*arrays: Array) -> bool:
    return arrays[0].shape[-1] <= exact_limit and all(np.isfinite(a).all() for a in arrays)


def _name_singular(op: str, index: tuple[int, ...]) -> LinalgError:
    return LinalgError(f"{op}: matrix {index} is singular (got determinant 0; expected another)")


def _solve_one(op: str, index: tuple[int, ...], a: Array, b: Array) -> Array:
    n = a.shape[0]
    if not _is_exact(a, b):
        if not np.isfinite(a).all():
            return np.full(b.shape, np.nan, b.dtype)
        try:
            return _solve_in_scaled_rows(wide(a), wide(b))
        except np.linalg.LinAlgError:
            raise _name_singular(op, index) from None
    joined = np.concatenate([a, b], axis=1)
    rows = [[_Gaussian.of(value) for value in row] for row in joined]
    if not _eliminate(rows, n)[1]:
        raise _name_singular(op, index)
    values = [[value.rounded() for value in row[n:]] for row in rows]
    solved = np.asarray(values, np.complex128).reshape(b.shape)
    return solved if is_complex(b.dtype) else solved.real


def _solve_in_scaled_rows(a: WideArray, b: WideArray) -> WideArray:
    """By LAPACK, of a matrix whose rows are divided by powers of two: its sums do not overflow."""
    shift = np.frexp(np.abs(a).max(axis=1))[1]
    if shift.max(initial=0) < _UNSAFE_EXPONENT:
        return typed("WideArray", np.linalg.solve(a, b))
    scale = np.ldexp(0.5, -shift)[:, None]
    return typed("WideArray", np.linalg.solve(a * scale, b * scale))


def _over_batch(shape: tuple[int, ...], function: Callable[[tuple[int, ...]], None]) -> None:
    for index in np.ndindex(*shape):
        function(index)


def inverse(x: Array) -> Array:
    """The exact inverse of small matrices, rounded once."""
    out = np.empty_like(x)
    unit = np.eye(x.shape[-1], dtype=x.dtype)

    def one(index: tuple[int, ...]) -> None:
        out[index] = _solve_one("inv", index, x[index], unit)

    _over_batch(x.shape[:-2], one)
    return out


@reference("inv")
def inv(x: Array) -> Array:
    """The exact inverse of small matrices, rounded once."""
    return inverse(x)


@reference("solve")
def solve(x1: Array, x2: Array) -> Array:
    """The exact solution of small systems, rounded once."""
    common = promote_operands(x1, x2)
    a, b = cast(x1, common), cast(x2, common)
    is_vector = b.ndim == 1
    b = b[:, None] if is_vector else b
    batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = np.broadcast_to(a, batch + a.shape[-2:])
    b = np.broadcast_to(b, batch + b.shape[-2:])
    out = np.empty(b.shape, common)

    def one(index: tuple[int, ...]) -> None:
        out[index] = _solve_one("solve", index, a[index], b[index])

    _over_batch(batch, one)
    return out[..., 0] if is_vector else out


def _find_determinant(x: Array) -> _Gaussian:
    rows = [[_Gaussian.of(value) for value in row] for row in x]
    return _eliminate(rows, len(rows))[0]


@reference("det")
def det(x: Array) -> Array:
    """The exact determinant of small matrices, rounded once."""
    if not _is_exact(x):
        return np.asarray(np.linalg.det(wide(x))).astype(x.dtype)
    values = [_find_determinant(x[index]).rounded() for index in np.ndindex(*x.shape[:-2])]
    out = np.asarray(values, np.complex128).reshape(x.shape[:-2])
    return (out if is_complex(x.dtype) else out.real).astype(x.dtype)


def _logarithm(value: Fraction) -> float:
    """log of a positive fraction of any size."""
    shift = value.numerator.bit_length() - value.denominator.bit_length()
    scaled = value / Fraction(2) ** shift
    return math.log(scaled.numerator / scaled.denominator) + shift * math.log(2)


@reference("slogdet")
def slogdet(x: Array) -> tuple[Array, Array]:
    """Phase and logarithm of the exact determinant of small matrices."""
    real = component_dtype(x.dtype)
    if not _is_exact(x):
        sign, logarithm = np.linalg.slogdet(wide(x))
        sign = sign + np.where(np.isnan(logarithm), np.nan, 0)  # LAPACK gives NaN a sign
        return np.asarray(sign).astype(x.dtype), np.asarray(logarithm).astype(real)
    shape = x.shape[:-2]
    signs, logarithms = np.zeros(shape, np.complex128), np.full(shape, -np.inf)
    for index in np.ndindex(*shape):
        value = _find_determinant(x[index])
        if not value:
            continue
        square = value.re**2 + value.im**2
        logarithms[index] = _logarithm(square) / 2
        size = max(abs(value.re), abs(value.im))
        direction = _Gaussian(value.re / size, value.im / size).rounded()
        signs[index] = direction / abs(direction)
    phase = signs if is_complex(x.dtype) else signs.real
    return phase.astype(x.dtype), logarithms.astype(real)


def _lower(x: Array) -> WideArray:
    """Hermitian matrices from their lower triangles."""
    low = np.tril(wide(x), -1)
    diagonal = np.real(np.diagonal(wide(x), axis1=-2, axis2=-1))
    unit = np.eye(x.shape[-1])
    full: WideArray = low + np.conj(np.swapaxes(low, -1, -2)) + diagonal[..., None] * unit
    return full


def _call(op: str, function: Callable[[WideArray], object], x: WideArray) -> object:
    if not np.isfinite(x).all():
        raise LinalgError(f"{op}: the matrix has a NaN or an infinity (got one; expected none)")
    try:
        return function(x)
    except np.linalg.LinAlgError as error:
        raise LinalgError(f"{op}: {error} (got such a matrix; expected another)") from None


@reference("cholesky")
def cholesky(x: Array, *, upper: bool = False) -> Array:
    """LAPACK's factor in float64, of the triangle that is read."""
    read = np.conj(np.swapaxes(x, -1, -2)) if upper else x
    low = np.asarray(_call("cholesky", np.linalg.cholesky, _lower(read)))
    return (np.conj(np.swapaxes(low, -1, -2)) if upper else low).astype(x.dtype)


@reference("qr")
def qr(x: Array, *, mode: str = "reduced") -> tuple[Array, Array]:
    """LAPACK's factors in float64."""
    q, r = np.linalg.qr(wide(x), mode="complete" if mode == "complete" else "reduced")
    return q.astype(x.dtype), r.astype(x.dtype)


@reference("eigh")
def eigh(x: Array) -> tuple[Array, Array]:
    """LAPACK's eigenvalues and vectors in float64."""
    found = _call("eigh", np.linalg.eigh, _lower(x))
    values, vectors = typed("tuple[Array, Array]", found)
    return values.astype(component_dtype(x.dtype)), vectors.astype(x.dtype)


@reference("eigvalsh")
def eigvalsh(x: Array) -> Array:
    """LAPACK's eigenvalues in float64."""
    values = np.asarray(_call("eigvalsh", np.linalg.eigvalsh, _lower(x)))
    return values.astype(component_dtype(x.dtype))


def _complex_of(x: Array) -> str:
    return "complex64" if component_dtype(x.dtype) == np.dtype(np.float32) else "complex128"


@reference("eig")
def eig(x: Array) -> tuple[Array, Array]:
    """LAPACK's eigenvalues and vectors in float64."""
    found = _call("eig", np.linalg.eig, wide(x))
    values, vectors = typed("tuple[Array, Array]", found)
    return values.astype(_complex_of(x)), vectors.astype(_complex_of(x))


@reference("eigvals")
def eigvals(x: Array) -> Array:
    """LAPACK's eigenvalues in float64."""
    return np.asarray(_call("eigvals", np.linalg.eigvals, wide(x))).astype(_complex_of(x))


@reference("svd")
def svd(x: Array, *, full_matrices: bool = True) -> tuple[Array, Array, Array]:
    """LAPACK's singular values and vectors in float64."""

    def decompose(a: WideArray) -> object:
        return np.linalg.svd(a, full_matrices=full_matrices)

    u, s, vh = typed("tuple[Array, Array, Array]", _call("svd", decompose, wide(x)))
    return u.astype(x.dtype), s.astype(component_dtype(x.dtype)), vh.astype(x.dtype)


@reference("svdvals")
def svdvals(x: Array) -> Array:
    """LAPACK's singular values in float64."""

    def find(a: WideArray) -> object:
        return np.linalg.svd(a, compute_uv=False)

    return np.asarray(_call("svdvals", find, wide(x))).astype(component_dtype(x.dtype))
