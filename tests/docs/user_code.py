# A program as users write it: what of the public API it calls must pass strict type checking. It is
# checked, and run, by test_user_typing.py.
from __future__ import annotations

import contextlib
import copy
import io
import pickle
from pathlib import Path

import corepy as cp
from corepy import DType, Tensor


def normalise(x: Tensor, axis: int = -1) -> Tensor:
    mean = cp.mean(x, axis=axis, keepdims=True)
    deviation = cp.std(x, axis=axis, keepdims=True)
    return (x - mean) / cp.where(deviation == 0, cp.ones_like(deviation), deviation)


def softmax(x: Tensor) -> Tensor:
    shifted = cp.exp(x - cp.max(x, axis=-1, keepdims=True))
    return shifted / cp.sum(shifted, axis=-1, keepdims=True)


def make_arrays(dtype: DType) -> list[Tensor]:
    a = cp.asarray([[1, 2], [3, 4]], dtype=dtype)
    b = cp.linspace(0, 1, 4, dtype=cp.float64).reshape(2, 2)
    return [a, b.astype(dtype), cp.eye(2, dtype=dtype), cp.zeros((2, 2), dtype="float32")]


def use_operators(x: Tensor, y: Tensor) -> Tensor:
    z = -x + 2 * y - y / 3.0 + abs(x) ** 2
    z += 1
    z[0, ...] = 5.0
    z[..., 1] = y[..., 1]
    mask = (z > 0) & ~(z < 2) | (x == y)
    rows, _ = cp.where(mask)
    z[rows[:1], 0] = 1.0
    return cp.where(mask, z, x @ y.T)


def use_functions(x: Tensor) -> dict[str, object]:
    values, indices = cp.sort(x), cp.argsort(x, descending=True)
    stacked = cp.concat([values, x], axis=0)
    unique = cp.unique_values(cp.astype(x, cp.int64))
    norm: Tensor = cp.linalg.vector_norm(x)
    first: float = x[0, 0].item().real
    nested: object = x.tolist()
    shape: tuple[int, ...] = stacked.shape
    picked = cp.take(x, cp.asarray([1, 0]), axis=0)
    added = x.at((0, 0)).add(1.0)
    total = float(cp.sum(x)) + int(cp.argmax(x)) + bool(cp.any(x)) + len(x)
    return {
        "rows": [row.shape for row in x],
        "parts": (values, indices, unique, norm, picked, added),
        "scalars": (first, total, nested, shape),
        "limits": (cp.finfo(cp.float32).eps, cp.iinfo(cp.int8).max, cp.result_type(x, cp.int8)),
    }


def use_names_of_numpys(x: Tensor) -> list[Tensor]:
    line = cp.arange(5.0)
    fit: Tensor = cp.polyfit(line, line**2, deg=2)
    common: Tensor = cp.intersect1d(line, [1.0, 2.0])
    chosen = cp.select([line > 2, line < 1], [line, -line], default=7)
    whole, rest = cp.divmod(line, 2)
    place = cp.ravel_multi_index(cp.unravel_index(3, (2, 2)), (2, 2))
    chain = cp.linalg.multi_dot([x, x, cp.linalg.norm(x) * x])
    window = cp.kaiser(5, beta=8.0) * cp.hanning(5)
    edited = cp.insert(cp.delete(line, [0, -1]), 1, 9.0)
    parts = (cp.lexsort([line, chosen]), cp.partition(line, 2), cp.angle(line * 1j, deg=True))
    blocks: Tensor = cp.block([[x, x], [x, cp.fft.fft2(x).real]])
    mixed: Tensor = cp.block([x.ravel(), 5])
    bits: Tensor = blocks.view(cp.uint8) + cp.view(mixed, "uint8")[:1]
    cp.put(bits, [0, 1], 5)
    places = [i + j for i, j in cp.ndindex(2, 2)] + [i for (i, *_), _ in cp.ndenumerate(bits)]
    assert len(places) == 4 + bits.size
    assert round(x, 1).sum(axis=0, out=cp.empty(x.shape[1], dtype=x.dtype)).ndim == 1
    with contextlib.suppress(cp.linalg.LinAlgError):
        cp.linalg.inv(x * 0)
    return [fit, common, whole, rest, place, chain, window, edited, cp.roots(fit), *parts]


def use_settings(x: Tensor) -> str:
    with cp.settings.override(strict=False), cp.policy(cp.BackendPolicy.SIMD):
        cp.exp(x)
    record = cp.explain_last_dispatch()
    with cp.record_dispatches() as log:
        cp.sin(x)
    with cp.printoptions(precision=3, suppress=True):
        text = repr(x)
    threads: int = cp.get_num_threads()
    runtime: dict[str, dict[str, object]] = cp.show_runtime().to_dict()
    kernel = "" if record is None else record.call_text()
    return f"{text} {threads} {kernel} {len(str(log))} {len(runtime)} {cp.digest(x)}"


def use_files(folder: Path, x: Tensor) -> Tensor:
    cp.save(folder / "x.npy", x)
    cp.save_npz(str(folder / "x.npz"), {"x": x}, compress=True)
    cp.save_safetensors(folder / "x.safetensors", {"x": x}, metadata={"step": "1"})
    loaded: dict[str, Tensor] = cp.load_safetensors(folder / "x.safetensors")
    texts: dict[str, str] = cp.read_safetensors_metadata(folder / "x.safetensors")
    stream = io.BytesIO()
    cp.save(stream, loaded["x"])
    stream.seek(0)
    assert texts == {"step": "1"}
    return (
        cp.load(stream) + cp.load(folder / "x.npy", mmap=True) + cp.load_npz(folder / "x.npz")["x"]
    )


def use_interchange(x: Tensor) -> list[Tensor]:
    view = memoryview(x)
    again: object = pickle.loads(pickle.dumps(x, protocol=5))
    assert isinstance(again, Tensor)
    return [
        again,
        copy.copy(x),
        copy.deepcopy(x),
        cp.from_dlpack(x, copy=True),
        cp.from_arrow(x, fill_null=0.0),
        cp.asarray(view, dtype=cp.float64, copy=None),
    ]


def use_random() -> Tensor:
    generator = cp.random.Generator(7)
    points = generator.multivariate_normal(3, [0.0] * 4, cp.eye(4)) + generator.laplace(
        (3, 4), 0, 2
    )
    return generator.normal((3, 4)) + generator.uniform((3, 4), 0.0, 1.0) + points


def main(folder: Path) -> None:
    a, b, _, _ = make_arrays(cp.float64)
    use_operators(a, b)
    use_functions(a)
    use_names_of_numpys(a)
    use_settings(a)
    use_files(folder, a)
    use_interchange(a)
    softmax(normalise(use_random()))
    try:
        a.reshape(3, 5)
    except cp.ShapeError:
        return
    raise AssertionError("4 elements do not make 15")
