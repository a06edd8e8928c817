# Functions of sequences and of samples of functions. The fast Fourier transform has a namespace of
# its own.
"""Padding, convolution, interpolation, differences: made of native operators.

A function here is a program of native operators: its bits are as reproducible as theirs, a log of
dispatches shows each of them, and ``explain_last_dispatch`` the last one.
"""
