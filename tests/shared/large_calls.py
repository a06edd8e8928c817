# Calls of every operator and of every function written in Python, on operands large enough for
# threads and workspaces. What a test makes of them is its own; what is computed is tested in
# tests/ops and tests/test_written_in_python.py.
from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import numpy as np

import corepy as cp
from corepy.testing import operator_rows

N = 1 << 18
SIDE = 1 << 9

Call = Callable[[], object]


@cache
def make(dtype: str, *shape: int, seed: int = 0) -> cp.Tensor:
    random = np.random.default_rng(seed)
    x = random.standard_normal(shape)
    if dtype == "bool":
        return cp.asarray(x > 0)
    if dtype.startswith("complex"):
        return cp.asarray((x + 1j * random.standard_normal(shape)).astype(dtype))
    return cp.asarray((x * 100).astype(dtype) if "int" in dtype else x.astype(dtype))


@cache
def line(seed: int = 0) -> cp.Tensor:
    return make("float64", N, seed=seed)


@cache
def matrix(seed: int = 0) -> cp.Tensor:
    return make("float64", SIDE, SIDE, seed=seed)


@cache
def matrices(count: int = 300, side: int = 20) -> cp.Tensor:
    """Symmetric and positive definite ones, of small size."""
    x = make("float64", count, side, side)
    return cp.matmul(x, x.mT) + cp.eye(side) * side


@cache
def ordered() -> cp.Tensor:
    return cp.sort(line())


@cache
def order() -> cp.Tensor:
    return cp.argsort(line())


@cache
def single() -> cp.Tensor:
    return make("float32", SIDE, SIDE)


@cache
def places() -> cp.Tensor:
    return cp.asarray(np.random.default_rng(3).permutation(N))


@cache
def rows() -> cp.Tensor:
    return places() % SIDE


@cache
def columns() -> cp.Tensor:
    return places() // SIDE


@cache
def counts() -> cp.Tensor:
    return cp.asarray(np.random.default_rng(4).integers(0, 50, N))


def _write(key: object, value: object) -> cp.Tensor:
    x = cp.copy(line())
    x[key] = value
    return x


def _put_along() -> cp.Tensor:
    x = cp.copy(line())
    cp.put_along_axis(x, places(), line(1), axis=0)
    return x


@cache
def column_places() -> cp.Tensor:
    return cp.reshape(places(), (SIDE, SIDE)) % SIDE


def _put_number_along() -> cp.Tensor:
    x = cp.copy(line())
    cp.put_along_axis(x, places(), cp.asarray([1.0]), axis=0)
    return x


def _elementwise() -> Iterator[tuple[str, Call]]:
    for row in operator_rows():
        if row.family != "elementwise":
            continue
        dtype = "float64" if "float64" in row.dtypes else row.dtypes[-1]
        operands = [make(dtype, N, seed=i) for i in range(len(row.operands))]
        if row.name == "where":
            operands[0] = make("bool", N)
        if row.name.endswith("shift"):
            operands[1] = operands[1] * 0 + 1
        function = getattr(cp, row.name)
        yield row.name, lambda f=function, o=operands: f(*o)
        rows = [cp.reshape(one, (SIDE, SIDE)) for one in operands]
        yield f"{row.name} strided", lambda f=function, o=rows: f(*(one[:, ::2].T for one in o))


def _reductions() -> Iterator[tuple[str, Call]]:
    for row in operator_rows():
        if row.family == "reduction":
            name = f"linalg.{row.name}" if row.name == "vector_norm" else row.name
            function = getattr(cp.linalg if "." in name else cp, row.name)
            for axis in (0, 1) if row.name.startswith("arg") else (None, 0, 1):
                yield f"{row.name} axis {axis}", lambda f=function, a=axis: f(matrix(), axis=a)


#: A name begins with the operator's.
OPERATORS: dict[str, Call] = {
    **dict(_elementwise()),
    "add mixed": lambda: cp.add(matrix(), single().T),
    "add into another": lambda: cp.add(line(), line(1), out=make("float64", N, seed=9)),
    "add in place": lambda: cp.add(
        make("float64", N // 4), 1.0, out=make("float64", N // 4, seed=9)
    ),
    "exp of integers": lambda: cp.exp(make("int32", N)),
    **dict(_reductions()),
    "sum of int8": lambda: cp.sum(make("int8", SIDE, 4 * SIDE), axis=0),
    "sum of a long line": lambda: cp.sum(make("float32", 1_300_007)),
    "var of a long strided line": lambda: cp.var(make("float64", 1_300_007)[::2]),
    "mean of halves": lambda: cp.mean(make("float16", 4 * SIDE, SIDE), axis=0),
    "sum of three axes": lambda: cp.sum(make("float64", 64, 80, 100), axis=(0, 2)),
    "cumulative_sum": lambda: cp.cumulative_sum(line()),
    "cumulative_sum long": lambda: cp.cumulative_sum(make("float32", 1_300_007)),
    "cumulative_sum of columns": lambda: cp.cumulative_sum(matrix(), axis=0),
    "cumulative_sum of rows": lambda: cp.cumulative_sum(matrix()[::-1, ::-1], axis=1),
    "cumulative_prod": lambda: cp.cumulative_prod(matrix(), axis=1, include_initial=True),
    "matmul": lambda: cp.matmul(matrix(), matrix(1)),
    "matmul of a transpose": lambda: cp.matmul(matrix().T, matrix(1)),
    "matmul of halves": lambda: cp.matmul(make("float16", 200, 300), make("float16", 300, 100)),
    "matmul mixed": lambda: cp.matmul(make("float32", SIDE, SIDE), matrix()),
    "matmul with a vector": lambda: cp.matmul(matrix(), matrix(1)[0]),
    "matmul of a stack": lambda: cp.matmul(matrices(), matrices()),
    "matmul of integers": lambda: cp.matmul(make("int64", 200, 300), make("int64", 300, 100)),
    "vecdot": lambda: cp.vecdot(matrix(), matrix(1)),
    "vecdot of columns": lambda: cp.vecdot(matrix(), matrix(1), axis=-2),
    "tensordot": lambda: cp.tensordot(matrix(), matrix(1), axes=1),
    "tensordot of first axes": lambda: cp.tensordot(matrix(), matrix(1), axes=([0], [0])),
    "matrix_transpose": lambda: cp.matrix_transpose(matrix()),
    "outer": lambda: cp.linalg.outer(matrix()[0], matrix()[1]),
    "cross": lambda: cp.linalg.cross(make("float64", N, 3), make("float64", N, 3, seed=1)),
    "diagonal": lambda: cp.linalg.diagonal(matrix()),
    "trace": lambda: cp.linalg.trace(make("float64", 3000, 10, 10)),
    "matrix_power": lambda: cp.linalg.matrix_power(matrix(), 5),
    "matrix_norm": lambda: cp.linalg.matrix_norm(matrix()),
    "matrix_norm of columns": lambda: cp.linalg.matrix_norm(matrix(), ord=1),
    "matrix_norm by svd": lambda: cp.linalg.matrix_norm(matrices(), ord=2),
    "matrix_rank": lambda: cp.linalg.matrix_rank(matrices()),
    "cholesky": lambda: cp.linalg.cholesky(matrices()),
    "cholesky of one": lambda: cp.linalg.cholesky(matrices(1, 300)[0]),
    "tensordot of middle axes": lambda: cp.tensordot(
        make("float64", 60, 50, 70), make("float64", 50, 80), axes=([1], [0])
    ),
    "det": lambda: cp.linalg.det(matrices()),
    "eig": lambda: cp.linalg.eig(matrices()),
    "eigh": lambda: cp.linalg.eigh(matrices()),
    "eigvals": lambda: cp.linalg.eigvals(matrices()),
    "eigvalsh": lambda: cp.linalg.eigvalsh(matrices()),
    "inv": lambda: cp.linalg.inv(matrices()),
    "inv of a large one": lambda: cp.linalg.inv(matrices(1, 800)[0]),
    "pinv": lambda: cp.linalg.pinv(matrices()),
    "qr": lambda: cp.linalg.qr(matrices()),
    "slogdet": lambda: cp.linalg.slogdet(matrices()),
    "solve": lambda: cp.linalg.solve(matrices(), matrices()),
    "svd": lambda: cp.linalg.svd(matrices()),
    "svdvals": lambda: cp.linalg.svdvals(matrices()),
    "sort": lambda: cp.sort(matrix(), axis=0),
    "sort of rows": lambda: cp.sort(make("int16", SIDE, SIDE)),
    "sort of a long row": lambda: cp.sort(make("float32", 4 * N)),
    "argsort": lambda: cp.argsort(matrix(), axis=1, descending=True),
    "argsort of a long row": lambda: cp.argsort(line()),
    "isin": lambda: cp.isin(line(), line(1)),
    "isin by a table": lambda: cp.isin(counts(), counts()[:1000]),
    "searchsorted": lambda: cp.searchsorted(ordered(), line(1)),
    "searchsorted with sorter": lambda: cp.searchsorted(line(), line(1), sorter=order()),
    "unique_all": lambda: cp.unique_all(counts()),
    "unique_counts": lambda: cp.unique_counts(counts()),
    "unique_inverse": lambda: cp.unique_inverse(counts()),
    "unique_values": lambda: cp.unique_values(counts()),
    "astype": lambda: cp.astype(matrix().T, cp.float32),
    "broadcast_arrays": lambda: cp.broadcast_arrays(matrix(), matrix()[0]),
    "broadcast_to": lambda: cp.broadcast_to(line(), (4, N)),
    "concat": lambda: cp.concat([matrix(), matrix(1)], axis=1),
    "concat of transposes": lambda: cp.concat([matrix(), matrix(1).T], axis=0),
    "concat mixed": lambda: cp.concat([line(), make("float32", N)]),
    "stack": lambda: cp.stack([matrix(), matrix(1).T], axis=2),
    "copy": lambda: cp.copy(matrix().T),
    "expand_dims": lambda: cp.expand_dims(line(), axis=0),
    "flip": lambda: cp.flip(matrix()),
    "moveaxis": lambda: cp.moveaxis(matrix(), 0, 1),
    "permute_dims": lambda: cp.permute_dims(matrix(), (1, 0)),
    "repeat": lambda: cp.repeat(line(), 3),
    "repeat by counts": lambda: cp.repeat(line(), counts()),
    "reshape": lambda: cp.reshape(matrix().T[::2], (-1,)),
    "roll": lambda: cp.roll(line(), 1000),
    "roll of a transpose": lambda: cp.roll(matrix().T, 3),
    "sliding_window_view": lambda: cp.sliding_window_view(line(), 5),
    "squeeze": lambda: cp.squeeze(matrix()[:1], axis=0),
    "tile": lambda: cp.tile(matrix(), (2, 2)),
    "unstack": lambda: cp.unstack(matrix()[:5]),
    "view": lambda: cp.view(matrix(), cp.uint8),
    "at_add": lambda: line().at(places()).add(line(1)),
    "at_add of rows": lambda: matrix().at((slice(None), slice(3, 9))).add(1.0),
    "at_add of a number": lambda: line().at(places()).add(1.0),
    "at_add of a number by mask": lambda: line().at(make("bool", N)).add(1.0),
    "at_subtract": lambda: line().at(places()).subtract(line(1)),
    "at_multiply": lambda: line().at(places()).multiply(line(1)),
    "at_minimum": lambda: line().at(places()).minimum(line(1)),
    "at_maximum": lambda: line().at(places()).maximum(line(1)),
    "getitem": lambda: matrix()[1:, ::3],
    "getitem by mask": lambda: line()[make("bool", N)],
    "getitem by mask of rows": lambda: matrix()[make("bool", SIDE)],
    "getitem by positions": lambda: line()[places()],
    "getitem by two arrays": lambda: matrix()[rows(), columns()],
    "nonzero": lambda: cp.nonzero(matrix()),
    "put_along_axis": _put_along,
    "put_along_axis of a number": _put_number_along,
    "setitem": lambda: _write(slice(None, None, 2), 7.0),
    "setitem by mask": lambda: _write(make("bool", N), 7.0),
    "setitem by positions": lambda: _write(places(), line(1)),
    "take": lambda: cp.take(line(), places(), axis=0),
    "take by int8": lambda: cp.take(matrix(), make("int8", SIDE) % 7, axis=1),
    "take_along_axis": lambda: cp.take_along_axis(line(), places(), axis=0),
    "take_along_axis of columns": lambda: cp.take_along_axis(matrix(), column_places(), axis=1),
    "arange": lambda: cp.arange(N),
    "asarray": lambda: cp.asarray(list(range(1000))),
    "empty": lambda: cp.empty((SIDE, SIDE)),
    "empty_like": lambda: cp.empty_like(matrix()),
    "eye": lambda: cp.eye(SIDE),
    "from_arrow": lambda: cp.from_arrow(line()),
    "from_dlpack": lambda: cp.from_dlpack(line()),
    "full": lambda: cp.full(N, 3.0),
    "full_like": lambda: cp.full_like(matrix(), 3.0),
    "linspace": lambda: cp.linspace(0.0, 1.0, N),
    "meshgrid": lambda: cp.meshgrid(matrix()[0], matrix()[1]),
    "ones": lambda: cp.ones(N),
    "ones_like": lambda: cp.ones_like(matrix()),
    "tril": lambda: cp.tril(matrix().T),
    "triu": lambda: cp.triu(matrix()),
    "zeros": lambda: cp.zeros(N),
    "zeros_like": lambda: cp.zeros_like(matrix()),
    "random.bits": lambda: cp.random.bits(N),
    "random.exponential": lambda: cp.random.exponential(N),
    "random.integers": lambda: cp.random.integers(N, 0, 10),
    "random.normal": lambda: cp.random.normal(N),
    "random.uniform": lambda: cp.random.uniform(N),
    "fft.fft": lambda: cp.fft.fft(make("complex128", N)),
    "fft.fft of rows": lambda: cp.fft.fft(make("complex64", SIDE, SIDE)),
    "fft.fft of columns": lambda: cp.fft.fft(make("complex128", SIDE, SIDE), axis=0),
    "fft.fft of a prime": lambda: cp.fft.fft(make("complex64", 20, 4099)),
    "fft.fft of a long prime": lambda: cp.fft.fft(make("complex64", 131_101)),
    "fft.fft of halves of a line": lambda: cp.fft.fft(make("complex64", 3, 20_000)[:, ::2]),
    "fft.fftfreq": lambda: cp.fft.fftfreq(N),
    "fft.fftn": lambda: cp.fft.fftn(make("complex128", SIDE, SIDE)),
    "fft.fftshift": lambda: cp.fft.fftshift(matrix()),
    "fft.hfft": lambda: cp.fft.hfft(make("complex128", SIDE, SIDE)),
    "fft.ifft": lambda: cp.fft.ifft(make("complex128", N)),
    "fft.ifftn": lambda: cp.fft.ifftn(make("complex128", SIDE, SIDE)),
    "fft.ifftshift": lambda: cp.fft.ifftshift(matrix()),
    "fft.ihfft": lambda: cp.fft.ihfft(matrix()),
    "fft.irfft": lambda: cp.fft.irfft(make("complex128", SIDE, SIDE)),
    "fft.irfftn": lambda: cp.fft.irfftn(make("complex128", SIDE, SIDE)),
    "fft.rfft": lambda: cp.fft.rfft(line()),
    "fft.rfftfreq": lambda: cp.fft.rfftfreq(N),
    "fft.rfftn": lambda: cp.fft.rfftn(matrix()),
}


@cache
def positive() -> cp.Tensor:
    return cp.abs(line(1))


@cache
def with_holes() -> cp.Tensor:
    x = cp.copy(line())
    x[::1001] = cp.nan
    return x


#: Functions written in Python that work on whole operands, by name.
COMPOSED: dict[str, Call] = {
    "allclose": lambda: cp.allclose(line(), line()),
    "angle": lambda: cp.angle(make("complex128", N), deg=True),
    "append": lambda: cp.append(line(), line(1)),
    "argwhere": lambda: cp.argwhere(make("bool", N)),
    "around": lambda: cp.around(line(), 1),
    "array_equal": lambda: cp.array_equal(line(), line(1)),
    "array_equiv": lambda: cp.array_equiv(line(), line()),
    "average": lambda: cp.average(line(), weights=positive()),
    "bincount": lambda: cp.bincount(counts()),
    "cbrt": lambda: cp.cbrt(line()),
    "column_stack": lambda: cp.column_stack((line(), line(1))),
    "cond": lambda: cp.linalg.cond(matrices()),
    "convolve": lambda: cp.convolve(line(), matrix()[0, :50]),
    "corrcoef": lambda: cp.corrcoef(matrix()),
    "correlate": lambda: cp.correlate(line(), matrix()[0, :50]),
    "cov": lambda: cp.cov(matrix()),
    "delete": lambda: cp.delete(line(), slice(0, N // 2)),
    "diff": lambda: cp.diff(line()),
    "digitize": lambda: cp.digitize(line(), cp.sort(matrix()[0])),
    "divmod": lambda: cp.divmod(line(), 3.0),
    "dstack": lambda: cp.dstack((line(), line(1))),
    "ediff1d": lambda: cp.ediff1d(line()),
    "einsum": lambda: cp.einsum("ij,jk->ik", matrix(), matrix(1)),
    "flatnonzero": lambda: cp.flatnonzero(make("bool", N)),
    "fmax": lambda: cp.fmax(with_holes(), line(1)),
    "fmin": lambda: cp.fmin(with_holes(), line(1)),
    "fmod": lambda: cp.fmod(line(), line(1)),
    "gradient": lambda: cp.gradient(line()),
    "hanning": lambda: cp.hanning(N),
    "histogram": lambda: cp.histogram(line(), bins=100),
    "histogram2d": lambda: cp.histogram2d(line(), line(1), bins=20),
    "histogram_bin_edges": lambda: cp.histogram_bin_edges(line(), bins=100),
    "hstack": lambda: cp.hstack((line(), line(1))),
    "insert": lambda: cp.insert(line(), 5, line(1)),
    "interp": lambda: cp.interp(line(), ordered()[::100], line(1)[::100]),
    "intersect1d": lambda: cp.intersect1d(counts(), counts()[:1000]),
    "isclose": lambda: cp.isclose(line(), line(1)),
    "isreal": lambda: cp.isreal(make("complex128", N)),
    "kaiser": lambda: cp.kaiser(N, 8.0),
    "kron": lambda: cp.kron(matrix(), matrix(1)[:2, :2]),
    "lexsort": lambda: cp.lexsort((matrix(), matrix(1))),
    "median": lambda: cp.median(line()),
    "multi_dot": lambda: cp.linalg.multi_dot([matrix(), matrix(1), matrix()[0]]),
    "nan_to_num": lambda: cp.nan_to_num(with_holes()),
    "nanargmax": lambda: cp.nanargmax(with_holes()),
    "nancumsum": lambda: cp.nancumsum(with_holes()),
    "nanmax": lambda: cp.nanmax(with_holes()),
    "nanmean": lambda: cp.nanmean(with_holes()),
    "nanmedian": lambda: cp.nanmedian(with_holes()),
    "nanquantile": lambda: cp.nanquantile(with_holes(), 0.3),
    "nansum": lambda: cp.nansum(with_holes()),
    "nanvar": lambda: cp.nanvar(with_holes()),
    "norm": lambda: cp.linalg.norm(matrix(), 1),
    "pad": lambda: cp.pad(matrix(), 2),
    "partition": lambda: cp.partition(matrix(), 3, axis=0),
    "polyder": lambda: cp.polyder(line()),
    "polyfit": lambda: cp.polyfit(line(), line(1), 3),
    "polymul": lambda: cp.polymul(line(), matrix()[0, :50]),
    "polyval": lambda: cp.polyval(matrix()[0, :6], line()),
    "ptp": lambda: cp.ptp(matrix(), axis=0),
    "quantile": lambda: cp.quantile(matrix(), 0.3, axis=0),
    "random.beta": lambda: cp.random.beta(N, 2.0, 3.0),
    "random.binomial": lambda: cp.random.binomial(N, 1000, 0.3),
    "random.chisquare": lambda: cp.random.chisquare(N, 3.0),
    "random.choice by weight": lambda: cp.random.choice(4, N, p=[0.1, 0.2, 0.3, 0.4]),
    "random.choice without replacement": lambda: cp.random.choice(N, N // 2, replace=False),
    "random.dirichlet": lambda: cp.random.dirichlet(N // 4, [1.0, 2.0, 3.0, 4.0]),
    "random.gamma": lambda: cp.random.gamma(N, 0.5),
    "random.multinomial": lambda: cp.random.multinomial(N, 50, [0.1, 0.2, 0.7]),
    "random.poisson": lambda: cp.random.poisson(N, 30.0),
    "random.choice": lambda: cp.random.choice(line(), (N,)),
    "random.geometric": lambda: cp.random.geometric(N, 0.3),
    "random.laplace": lambda: cp.random.laplace(N),
    "random.lognormal": lambda: cp.random.lognormal(N),
    "random.multivariate_normal": lambda: cp.random.multivariate_normal(
        N // 2, matrix()[0, :2] * 0, cp.eye(2)
    ),
    "random.permutation": lambda: cp.random.permutation(line()),
    "random.permuted": lambda: cp.random.permuted(matrix(), axis=1),
    "random.weibull": lambda: cp.random.weibull(N, 2.0),
    "ravel_multi_index": lambda: cp.ravel_multi_index((rows(), columns()), (SIDE, SIDE)),
    "rot90": lambda: cp.rot90(matrix()),
    "select": lambda: cp.select([line() > 0, line(1) > 0], [line(), line(1)]),
    "setdiff1d": lambda: cp.setdiff1d(counts(), counts()[:10]),
    "sinc": lambda: cp.sinc(line()),
    "trapezoid": lambda: cp.trapezoid(line(), ordered()),
    "tri": lambda: cp.tri(SIDE),
    "tril_indices": lambda: cp.tril_indices(SIDE),
    "union1d": lambda: cp.union1d(counts(), counts()[:1000]),
    "unique": lambda: cp.unique(counts()),
    "unravel_index": lambda: cp.unravel_index(places(), (SIDE, SIDE)),
    "unwrap": lambda: cp.unwrap(line()),
    "vander": lambda: cp.vander(line(), 4),
    "vdot": lambda: cp.vdot(matrix(), matrix(1)),
    "vstack": lambda: cp.vstack((line(), line(1))),
}
