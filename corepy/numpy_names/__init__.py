# NumPy's names for what corepy has under those of the standard, and NumPy's small functions. What
# they rest on is in corepy/ops.
"""Names that NumPy programs use, over the operators of the standard.

Aliases are the standard's functions themselves (``arctan2`` is ``atan2``); the others are short
programs of native operators.  Results are values: where NumPy returns a view that one writes
through, a write to corepy's result changes the result alone.  docs/topics/numpy.md lists every
name and every deliberate difference.
"""
