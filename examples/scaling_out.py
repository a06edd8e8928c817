"""Computes a table larger than the memory it may use, in chunks, and gets the bits of the whole.

    pip install cubed dask
    python examples/scaling_out.py                # 400,000 rows under a limit of 48 MiB
    python examples/scaling_out.py --rows 100000  # smaller

Each row of a table of random numbers is normalised (mean 0, variance 1) and multiplied by a matrix.
Under `corepy.memory.limit` the whole table is refused; Cubed, whose array namespace is corepy here,
computes it chunk by chunk, and so does Dask. An element of the result depends on its own row only,
so corepy promises it the same bits in a chunk as in the whole: the three digests are equal.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

os.environ["CUBED_BACKEND_ARRAY_API_MODULE"] = "corepy"  # read when Cubed is imported

import cubed
import dask.array
import numpy as np
import numpy.typing as npt

import corepy as cp
from corepy.random import Generator

COLUMNS, FEATURES = 32, 16
CHUNK_ROWS = 20_000
LIMIT_BYTES = 48 << 20
KEY = Generator(2026)


def make_chunk(number: int) -> cp.Tensor:
    """One chunk of the table: it depends on the key and its number only."""
    return KEY.fold_in(number).normal((CHUNK_ROWS, COLUMNS))


def project(rows: cp.Tensor) -> cp.Tensor:
    """The program: normalised rows times a fixed matrix."""
    centred = rows - cp.mean(rows, axis=1, keepdims=True)
    normalised = centred / cp.std(rows, axis=1, keepdims=True)
    angles = cp.arange(COLUMNS * FEATURES, dtype=cp.float64)
    return cp.matmul(normalised, cp.reshape(cp.sin(angles), (COLUMNS, FEATURES)))


def project_whole(chunk_count: int) -> str:
    """All at once, in memory: the digest."""
    return cp.digest(project(cp.concat([make_chunk(number) for number in range(chunk_count)])))


def project_with_cubed(chunk_count: int, folder: str) -> npt.NDArray[np.float64]:
    """Chunk by chunk; Cubed plans for the memory that it is allowed before it runs anything."""
    spec = cubed.Spec(work_dir=folder, allowed_mem=LIMIT_BYTES, executor_name="single-threaded")
    numbers = cubed.from_array(np.arange(chunk_count)[:, None], chunks=(1, 1), spec=spec)
    rows = (CHUNK_ROWS,) * chunk_count
    table = cubed.map_blocks(
        lambda number: make_chunk(int(number[0, 0])),
        numbers,
        dtype=np.float64,
        chunks=(rows, (COLUMNS,)),
    )
    result = cubed.map_blocks(project, table, dtype=np.float64, chunks=(rows, (FEATURES,)))
    store = os.path.join(folder, "result.zarr")
    cubed.to_zarr(result, store)
    return read_zarr(store)


def read_zarr(store: str) -> npt.NDArray[np.float64]:
    """What was written, read back outside of corepy's limit."""
    import zarr

    array = zarr.open_array(store, mode="r")
    return np.asarray(array[:], dtype=np.float64)


def project_with_dask(chunk_count: int) -> npt.NDArray[np.float64]:
    """Chunk by chunk through Dask's scheduler; results are copied out of corepy's memory."""
    numbers = dask.array.arange(chunk_count, chunks=1)
    chunks = ((CHUNK_ROWS,) * chunk_count, (FEATURES,))
    blocks = numbers.map_blocks(
        lambda number: np.array(project(make_chunk(int(number[0])))),
        dtype=np.float64,
        new_axis=1,
        chunks=chunks,
        meta=np.empty((0, 0)),
    )
    return np.asarray(blocks.compute(scheduler="synchronous"))


def main() -> int:
    """The same result three ways; exit status 1 where bits differ."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=400_000, help=f"a multiple of {CHUNK_ROWS:,}")
    chunk_count = max(1, parser.parse_args().rows // CHUNK_ROWS)
    table_mib = chunk_count * CHUNK_ROWS * COLUMNS * 8 / 2**20
    print(f"table: {chunk_count * CHUNK_ROWS:,} x {COLUMNS} float64, {table_mib:.0f} MiB")
    digests = {"whole, in memory": project_whole(chunk_count)}
    cp.memory.trim()

    cp.memory.limit(LIMIT_BYTES)
    print(f"limit: {LIMIT_BYTES >> 20} MiB")
    try:
        project_whole(chunk_count)
    except cp.MemoryLimitError as error:
        print(f"whole, under the limit: {error}")
    with tempfile.TemporaryDirectory() as folder:
        results = {
            "Cubed, under the limit": project_with_cubed(chunk_count, folder),
            "Dask, under the limit": project_with_dask(chunk_count),
        }
    cp.memory.limit(None)
    digests.update({name: cp.digest(cp.asarray(result)) for name, result in results.items()})

    for name, digest in digests.items():
        print(f"{name:24}{digest}")
    same = len(set(digests.values())) == 1
    print("the same bits" if same else "the bits differ")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
