"""Reads handwritten digits: k nearest neighbours, written with corepy and the standard library.

    python examples/digits.py            # classify, explain, and compare the ISAs of this machine
    python examples/digits.py --check    # also run the same program on NumPy

The 1,797 images (data/README.md) are 8 x 8 pixels. Every fourth is held out; each of these is
given the digit that most of its five nearest neighbours among the others show. The split is fixed,
so a run always prints the same accuracy. It also prints the same digest of the distances on every
instruction set, which is what corepy promises.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import corepy as cp

DATA_FILE = Path(__file__).parent / "data" / "digits.csv"
HELD_OUT_EVERY = 4
NEIGHBOURS = 5


class Digits(NamedTuple):
    """Images, one row of 64 pixels each, and the digits they show."""

    pixels: list[list[float]]
    labels: list[int]


def read_digits(path: Path) -> tuple[Digits, Digits]:
    """The training part and the held-out part: rows 3, 7, 11, ... of the file."""
    training, held_out = Digits([], []), Digits([], [])
    for number, line in enumerate(path.read_text(encoding="ascii").splitlines()):
        *pixels, label = map(int, line.split(","))
        part = held_out if number % HELD_OUT_EVERY == HELD_OUT_EVERY - 1 else training
        part.pixels.append([float(pixel) for pixel in pixels])
        part.labels.append(label)
    return training, held_out


# The arithmetic uses the names of the array API standard, so that `xp` may be corepy or NumPy.


def standardise(
    xp: ModuleType, training: cp.Tensor, held_out: cp.Tensor
) -> tuple[cp.Tensor, cp.Tensor]:
    """Columns to mean 0 and deviation 1, both measured on the training part only.

    Some pixels are blank in every image: their deviation is 0, and they become 0.
    """
    mean = xp.mean(training, axis=0)
    deviation = xp.std(training, axis=0)
    scale = xp.where(deviation > 0, deviation, xp.ones_like(deviation))
    return (training - mean) / scale, (held_out - mean) / scale


def squared_distances(xp: ModuleType, a: cp.Tensor, b: cp.Tensor, products: cp.Tensor) -> cp.Tensor:
    """|a_i - b_j|^2 for rows of `a` and `b`, from products[i, j] = a_i . b_j."""
    lengths_a = xp.sum(a * a, axis=1, keepdims=True)
    lengths_b = xp.sum(b * b, axis=1)
    distances: cp.Tensor = lengths_a + lengths_b - 2.0 * products
    return distances


def predict(xp: ModuleType, distances: cp.Tensor, labels: cp.Tensor) -> list[int]:
    """The digit that most of the nearest neighbours show; among equals, that of the nearest."""
    nearest = xp.argsort(distances, axis=1, stable=True)[:, :NEIGHBOURS]
    votes = xp.take(labels, xp.reshape(nearest, (-1,)), axis=0)
    return [statistics.mode(row) for row in xp.reshape(votes, nearest.shape).tolist()]


def print_accuracy(name: str, predicted: list[int], labels: list[int]) -> None:
    right = sum(p == label for p, label in zip(predicted, labels, strict=True))
    print(f"  {name:<10} {100 * right / len(labels):.2f}%  ({right} of {len(labels)} right)")


def print_progress(text: str) -> None:
    """Shows what is being done, on a terminal only; the next line that is printed replaces it."""
    if sys.stdout.isatty():
        print(f"\r  {text:<60}\r", end="", flush=True)


def compare_isas(a: cp.Tensor, b: cp.Tensor) -> bool:
    """Whether every instruction set of this machine gives the same distances, bit for bit."""
    digests: list[str] = []
    for isa in cp.isas():
        print_progress(f"{isa} ...")
        with cp.settings.override(isa=isa):
            start = time.perf_counter()
            distances = squared_distances(cp, a, b, cp.matmul(a, b.T))
            milliseconds = 1e3 * (time.perf_counter() - start)
            digests.append(cp.digest(distances))
        print(f"  {isa:<10} {digests[-1]}  {milliseconds:8.2f} ms")
    return len(set(digests)) == 1


def run_on_numpy(training: Digits, held_out: Digits) -> list[int]:
    """The same program, with NumPy for corepy."""
    import numpy as np

    a, b = (np.asarray(part.pixels, dtype=np.float32) for part in (held_out, training))
    b, a = standardise(np, b, a)
    distances = squared_distances(np, a, b, np.matmul(a, b.T))
    return predict(np, distances, np.asarray(training.labels))


def main() -> int:
    parser = argparse.ArgumentParser(description="Classify handwritten digits with corepy.")
    parser.add_argument("--check", action="store_true", help="run the same program on NumPy too")
    check: bool = parser.parse_args().check

    training, held_out = read_digits(DATA_FILE)
    known, unknown = len(training.labels), len(held_out.labels)
    print(f"Handwritten digits: {known} images known, {unknown} held out")

    print(f"\nAccuracy of the {NEIGHBOURS} nearest neighbours")
    print_progress("classifying ...")
    b, a = standardise(
        cp,
        cp.asarray(training.pixels, dtype=cp.float32),
        cp.asarray(held_out.pixels, dtype=cp.float32),
    )
    products = cp.matmul(a, b.T)
    explained = cp.explain_last_dispatch()
    distances = squared_distances(cp, a, b, products)
    predicted = predict(cp, distances, cp.asarray(training.labels))

    print_accuracy("corepy", predicted, held_out.labels)
    if check:
        on_numpy = run_on_numpy(training, held_out)
        print_accuracy("NumPy", on_numpy, held_out.labels)
        different = sum(p != q for p, q in zip(predicted, on_numpy, strict=True))
        print(f"  {different} images are read differently")

    print(f"\nHow the matrix product was computed\n{explained}")

    rows, columns = distances.shape
    print(f"\nDigest of the {rows} x {columns} distances on every ISA of this machine")
    if not compare_isas(a, b):
        print("  the digests differ, which corepy promises they do not: please report it")
        return 1
    print("  the same bits on all of them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
