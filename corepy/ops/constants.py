# The constants of the array API.
"""``e``, ``inf``, ``nan``, ``newaxis`` and ``pi``, as Python objects."""

__all__ = ["e", "inf", "nan", "newaxis", "pi"]

#: Euler's number, the nearest float64.
e = 2.718281828459045
#: The nearest float64 to the circle's circumference over its diameter.
pi = 3.141592653589793
#: Positive infinity.
inf = float("inf")
#: Not a number.
nan = float("nan")
#: An index that inserts an axis of extent 1.
newaxis = None
