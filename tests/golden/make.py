# Makes the golden digests: the calls and their operands, from integers alone. What compares them is
# tests/test_golden_digests.py.
"""``python tests/golden/make.py`` writes ``revision_<n>.json`` for the current numerics revision.

Operands come from a counter through an integer hash, and become floating numbers by exact scaling:
no library's random numbers, text conversion or arithmetic has a part in them. A changed digest
means changed bits: either a bug, or a new numerics revision with a file of its own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import corepy as cp

FOLDER = Path(__file__).resolve().parent
MASK = 2**64 - 1
DIGEST_LENGTH = 16

#: Dtypes by kind: bits of an integer, of a component's significand, and smallest exponent.
INTEGER_BITS = {
    f"{sign}int{bits}": (bits, sign == "") for sign in ("", "u") for bits in (8, 16, 32, 64)
}
FLOATS = {"float32": (24, -149, 104), "float64": (53, -1074, 971)}
PARTS = {"complex64": "float32", "complex128": "float64"}


def hash_integer(seed: int) -> int:
    """64 bits from a counter (SplitMix64: Steele, Lea, Flood, 2014)."""
    z = (seed + 1) * 0x9E3779B97F4A7C15 & MASK
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB & MASK
    return z ^ (z >> 31)


def make_integer(dtype: str, bits: int) -> int:
    """A number of any size, small ones often."""
    width, is_signed = INTEGER_BITS[dtype]
    value = bits >> 8 & (1 << width) - 1
    if bits & 3 == 0:
        value = value % 19
    return value - (1 << width) if is_signed and value >> (width - 1) else value


def make_float(dtype: str, bits: int, special: bool) -> float:
    """A number of ordinary size, mostly; or one of any exponent, a special or a whole one."""
    precision, lowest, highest = FLOATS[dtype]
    significand = (bits >> 10 & (1 << precision) - 1) - (1 << (precision - 1))
    choice = bits & 15
    if special and choice == 0:
        return (0.0, -0.0, float("inf"), float("-inf"), float("nan"))[(bits >> 4 & 1023) % 5]
    if special and choice < 3:
        exponent = lowest + (bits >> 4 & 1023) * (highest - lowest) // 1023
        first = max(exponent, -1000)  # two exact steps where one power would be subnormal
        return float(significand >> 2) * 2.0**first * 2.0 ** (exponent - first)
    if choice < 5:
        return float(significand % 41 - 20)
    return float(significand) * 2.0 ** (4 - precision - (bits >> 4 & 7))


def make_operand(dtype: str, shape: tuple[int, ...], seed: int, special: bool = True) -> cp.Tensor:
    """A tensor of a dtype and shape; the seed tells operands apart."""
    count = 1
    for extent in shape:
        count *= extent
    numbers = [hash_integer(seed << 32 | index) for index in range(count)]
    if dtype == "bool":
        values: list[complex] = [bool(bits >> 8 & 1) for bits in numbers]
    elif dtype in INTEGER_BITS:
        values = [make_integer(dtype, bits) for bits in numbers]
    elif dtype in FLOATS:
        values = [make_float(dtype, bits, special) for bits in numbers]
    else:
        part = PARTS[dtype]
        other = [hash_integer((seed + 97) << 32 | index) for index in range(count)]
        values = [
            complex(make_float(part, first, special), make_float(part, second, special))
            for first, second in zip(numbers, other, strict=True)
        ]
    return cp.reshape(cp.asarray(values, dtype=dtype), shape)


def make_elementwise(name: str, operands: tuple[str, ...], dtype: str, size: int) -> cp.Tensor:
    """The result of an elementwise operator."""
    tensors = [
        make_operand("bool" if operand == "condition" else dtype, (size,), index)
        for index, operand in enumerate(operands)
    ]
    is_signed = INTEGER_BITS.get(dtype, (0, False))[1]
    if is_signed and (name == "pow" or name.endswith("shift")):  # negative ones are refused
        tensors[1] = cp.where(tensors[1] < 0, ~tensors[1], tensors[1])
    result: cp.Tensor = getattr(cp, name)(*tensors)
    return result


def make_reductions(name: str, dtype: str) -> Iterator[tuple[str, cp.Tensor]]:
    """Results of a reduction at lengths around its blocks, and along either axis."""
    reduce = getattr(cp, name)
    for length in (1, 16, 17, 257, 5000):
        yield str(length), reduce(make_operand(dtype, (length,), length, special=False))
    yield "special", reduce(make_operand(dtype, (64, 5), 7), axis=1)
    matrix = make_operand(dtype, (40, 70), 3, special=False)
    for axis in (0, 1):
        yield f"axis {axis}", reduce(matrix, axis=axis)


def make_products(name: str, dtype: str) -> Iterator[tuple[str, cp.Tensor]]:
    """Matrix products around chains and blocks."""
    for m, k, n in ((3, 5, 4), (17, 64, 33), (18, 70, 33), (3, 1100, 2), (1, 600, 1)):
        a = make_operand(dtype, (m, k), k, special=False)
        b = make_operand(dtype, (k, n), k + 1, special=False)
        if name == "matmul":
            yield f"{m}x{k}x{n}", cp.matmul(a, b)
        elif name == "tensordot":
            yield f"{m}x{k}x{n}", cp.tensordot(a, b, axes=1)
        else:
            yield f"{m}x{k}", cp.vecdot(a, cp.copy(b.T)[:1])


def make_sorted(name: str, dtype: str) -> Iterator[tuple[str, cp.Tensor]]:
    """Sorted values and positions."""
    for length, descending in product((37, 3000), (False, True)):
        x = make_operand(dtype, (length,), length)
        yield f"{length} {descending}", getattr(cp, name)(x, descending=descending)


def make_casts(dtype: str, dtypes: tuple[str, ...]) -> Iterator[tuple[str, cp.Tensor]]:
    """Conversions to every other dtype."""
    x = make_operand(dtype, (600,), 5)
    for target in dtypes:
        if dtype not in PARTS or target in PARTS:
            yield target, cp.astype(x, target)


def make_results(only: str | None) -> Iterator[tuple[str, str, str, cp.Tensor]]:
    """Every result, or those of one operator: operator, dtype, which call, the tensor."""
    for row in cp._core.ops():
        if only not in (None, row.name):
            continue
        for dtype in row.dtypes:
            calls: Iterator[tuple[str, cp.Tensor]] = iter(())
            if row.family == "elementwise":
                sizes = (37, 1200)
                calls = (
                    (str(size), make_elementwise(row.name, row.operands, dtype, size))
                    for size in sizes
                )
            elif row.family == "reduction":
                calls = make_reductions(row.name, dtype)
            elif row.name in ("matmul", "vecdot", "tensordot"):
                calls = make_products(row.name, dtype)
            elif row.family == "sorting":
                calls = make_sorted(row.name, dtype)
            elif row.name == "astype":
                calls = make_casts(dtype, row.dtypes)
            elif row.name == "arange":
                calls = iter([("100", cp.arange(100, dtype=dtype))])
            elif row.name == "linspace":
                calls = iter([("1000", cp.linspace(-1, 7.3, 1000, dtype=dtype))])
            for which, result in calls:
                yield row.name, dtype, which, result


def compute_digests(only: str | None = None) -> dict[str, dict[str, str]]:
    """Digests of all results or of one operator's, by operator, then by dtype and call."""
    digests: dict[str, dict[str, str]] = {}
    for name, dtype, which, result in make_results(only):
        digests.setdefault(name, {})[f"{dtype} {which}"] = cp.digest(result)[:DIGEST_LENGTH]
    return digests


def golden_path() -> Path:
    """The file of the current numerics revision."""
    return FOLDER / f"revision_{cp.numerics_revision}.json"


def main() -> None:
    """Write the file, after a check that the ISAs of this machine agree."""
    digests = compute_digests()
    for isa in cp.isas():
        with cp.settings.override(isa=isa):
            if compute_digests() != digests:
                raise SystemExit(f"make.py: {isa} gives other bits than {cp.isas()[0]}")
    golden_path().write_text(json.dumps(digests, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{golden_path()}: {sum(map(len, digests.values()))} digests")


if __name__ == "__main__":
    main()
