# The words of dispatch records: reasons, bounds, flags. Records themselves are in explain.py.
"""What the codes in a dispatch record mean, as sentences that a user can act on."""

from __future__ import annotations

__all__ = [
    "BOUND_FORMULAS",
    "FLAGS",
    "LOADABLE_BACKENDS",
    "REASONS",
    "format_bytes",
]

#: Sentences for the reason codes of csrc/corepy/dispatch/record.h, and what to do about each.
REASONS = {
    "cpu_lacks_feature": "this CPU lacks {detail}",
    "other_isa_forced": "settings.isa asks for {isa} (COREPY_ISA={candidate} asks for this one)",
    "slower_isa": "{isa} is faster on this CPU (COREPY_ISA={candidate} forces this one)",
    "policy_reproducible": "policy {policy} asks for reproducible bits ({ask})",
    "policy_named_other": "policy {policy} names another backend ({ask})",
    "dtype_unsupported": "it has no kernel for {dtypes} (convert with corepy.astype)",
    "op_unsupported": "it does not implement {op}",
    "layout_unsupported": "it cannot take these strides (pass corepy.copy(x))",
    "rank_unsupported": "it takes single matrices only, no vectors and no stacks of matrices",
}

#: The error bounds that the operator tables name; corepy.testing.bounds evaluates them.
#: u = 2**-24 or 2**-53, gamma(k) = k u / (1 - k u).
BOUND_FORMULAS = {
    "sum": "gamma(d) sum|x|, d = min(n - 1, 20 + ceil(log2(n / 256)))",
    "mean": "gamma(d + 2) sum|x| / n, d = min(n - 1, 20 + ceil(log2(n / 256)))",
    "var": "gamma(d + 6) var + n delta**2 / (n - correction), delta the mean's error",
    "std": "half of var's relative error, and one rounding",
    "prod": "gamma(n - 1) |product|",
    "cumulative_sum": "gamma(min(i, 22)) sum|x[:i + 1]|",
    "cumulative_prod": "gamma(i) |product|, twice the roundings for complex factors",
    "vector_norm": "relative, gamma(d / 2 + 4) for order 2, d as for sum",
    "matmul": "gamma(d) sum|x1||x2|, d = k up to 128, then lane + tree + log2(k / 1024)",
    "complex_matmul": "gamma(d) sum|x1||x2|, d = 2 k to k = 128, then lane + tree + log2(k / 512)",
    "conditioned": "c n u times the condition, normwise, c = 12 (complex: 30)",
    "cross": "6 u |x1| |x2| normwise (complex: 20 u)",
    "residual": "backward error and orthogonality, c n u normwise, c = 12 (complex: 30)",
    "spectrum": "c n u times the Frobenius norm, c = 12 (complex: 30)",
    "trace": "gamma(n) sum|x[i, i]|",
    "complex_multiply": "sqrt(5) u |x1 x2| normwise",
    "complex_divide": "6 u |x1 / x2| normwise",
    "fft": "normwise, 7 log2(n) u ||out||_2; more for prime factors above 11",
    "fftfreq": "3 u |x|",
    "logaddexp": "1 ulp, and 2**-96 absolute near 0",
    "complex_abs": "1 ulp",
    "complex_expm1": "1 ulp of each part, and 2**-55 |imag| in the real one",
    "complex_pow": "(sqrt(5) u + 2**-57 |x2 log(x1)|) |x1**x2| normwise",
    "complex_sign": "4 u of each part",
    "arange": "4 u (|start| + |x|), exact for integers",
    "linspace": "5 u (|start| + |stop|)",
    "random_exponential": "6 u |x|, as a function of the random bits",
    "random_normal": "8 u (|x| + |loc|), as a function of the random bits",
    "random_uniform": "3 u (|low| + |high|), exact in [0, 1), as a function of the random bits",
}

FLAGS = {
    "float_environment_reset": "another library had changed rounding or FTZ/DAZ: reset meanwhile",
    "integer_divide_by_zero": "an integer was divided by 0, which gave 0",
    "mixed_kind_promotion": "dtypes of different kinds were promoted, as corepy documents",
    "integer_to_float": "integers were converted to float64",
    "copy_on_write": "shared memory was copied before the write",
    "gil_released": "other Python threads could run",
    "nonfinite_result": "the result holds a NaN or an infinity",
    "dry_run": "a dry run: nothing was computed",
}

#: Backends that load on first use, and the policy that asks for each.
LOADABLE_BACKENDS = {"openblas": "BLAS", "reference": "REFERENCE"}


def format_bytes(count: int) -> str:
    """A number of bytes in the unit that suits it.

    >>> format_bytes(512), format_bytes(3 << 20)
    ('512 B', '3.0 MiB')
    """
    if count < 1024:
        return f"{count} B"
    value = float(count)
    for unit in ("KiB", "MiB", "GiB"):
        value /= 1024
        if value < 1024:
            return f"{value:.1f} {unit}"
    return f"{value / 1024:.1f} TiB"
