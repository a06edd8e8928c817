# Cases of Fourier transforms.
"""Complex and real transforms of powers of two, of 1000 and a prime, and in two dimensions."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case, Limit, Operand, format_shape, make_statements

GROUP = "Fourier transform"
LENGTHS = (1000, 1009, *(1 << exponent for exponent in range(10, 21)))
GRID = (512, 512)

#: Of NumPy (pocketfft) and PyTorch (MKL), whoever is faster.
LIMIT = Limit(1.0)


def list_cases() -> Iterator[Case]:
    """Every kind, dtype and length."""
    for precision in ("float32", "float64"):
        parts = {"float32": "complex64", "float64": "complex128"}[precision]
        for name, dtype in (("fft", parts), ("rfft", precision)):
            for length in LENGTHS:
                # Around zero, or the sum would outweigh all other frequencies in the check.
                operands = {"a": Operand((length,), dtype, -1.0, 1.0)}
                statements = make_statements(f"xp.fft.{name}(a)")
                label = f"{dtype}-{length}"
                yield Case(name, label, GROUP, statements, operands, LIMIT, needs=f"xp.fft.{name}")
            operands = {"a": Operand(GRID, dtype, -1.0, 1.0)}
            statements = make_statements(f"xp.fft.{name}n(a)")
            label = f"{dtype}-{format_shape(*GRID)}"
            yield Case(
                f"{name}n", label, GROUP, statements, operands, LIMIT, needs=f"xp.fft.{name}n"
            )
