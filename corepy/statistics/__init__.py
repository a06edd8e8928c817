# The statistics that the array API standard lacks. Sums, means and variances are native
# (corepy/ops/statistical.py).
"""Quantiles, reductions that leave NaN out, histograms, correlation: made of native operators.

A function here is a program of native operators: its bits are as reproducible as theirs, a log of
dispatches shows each of them, and ``explain_last_dispatch`` the last one.
"""
