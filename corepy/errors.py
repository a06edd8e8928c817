# The exception hierarchy and the one warning; native errors are mapped to them by the binding.
"""Every error that corepy raises on purpose.

All classes derive from :class:`CorepyError`, so ``except corepy.CorepyError`` catches exactly what
corepy itself reported. Each also derives from the builtin that Python users expect for that kind
of mistake (a wrong shape is a ``ValueError``, a wrong dtype a ``TypeError``), so ordinary handlers
work too. Messages read ``<operator>: <what is wrong> (got ...; expected ...)``.

>>> import corepy as cp
>>> issubclass(cp.ShapeError, ValueError) and issubclass(cp.ShapeError, cp.CorepyError)
True
"""

from __future__ import annotations

__all__ = [
    "ArgumentAttributeError",
    "ArgumentError",
    "ArgumentOverflowError",
    "ArgumentTypeError",
    "AxisError",
    "BackendError",
    "CopyRefusedError",
    "CorepyError",
    "DTypeError",
    "ExportError",
    "FileFormatError",
    "LinalgError",
    "MemoryLimitError",
    "OutOfBoundsError",
    "PerformanceWarning",
    "ReproducibilityError",
    "SettingError",
    "ShapeError",
    "StrictModeError",
    "UnsupportedError",
    "VerificationError",
]


class CorepyError(Exception):
    """Base of every error that corepy raises on purpose."""


class ShapeError(CorepyError, ValueError):
    """Shapes that do not fit: not broadcastable, ragged, overflowing, or wrong for the operator."""


class DTypeError(CorepyError, TypeError):
    """A dtype that the operator does not accept, or dtypes that do not promote to a common one."""


class AxisError(CorepyError, ValueError, IndexError):
    """An axis outside ``[-ndim, ndim)``, given twice, or of the wrong type."""


class OutOfBoundsError(CorepyError, IndexError):
    """An index outside the axis it selects from, or too many indices."""


class UnsupportedError(CorepyError, NotImplementedError):
    """A valid request that this version of corepy does not implement."""


class BackendError(CorepyError, RuntimeError):
    """A backend that is unknown, not installed, experimental, or that failed."""


class SettingError(CorepyError, ValueError):
    """A setting, or its environment variable, with an unknown name or an invalid value."""


class ReproducibilityError(CorepyError, AssertionError):
    """Results that must be equal bit by bit and are not."""


class VerificationError(CorepyError, AssertionError):
    """A result that lies outside the operator's declared error bound around the oracle's."""


class ExportError(CorepyError, BufferError):
    """A tensor that cannot be exported, or foreign memory that cannot be imported, as requested."""


class FileFormatError(CorepyError, ValueError):
    """A file that is malformed, truncated, or of another format than was asked for."""


class MemoryLimitError(CorepyError, MemoryError):
    """An allocation that would exceed the configured budget or that the system refused."""


class ArgumentError(CorepyError, ValueError):
    """An argument of the right type with a value that the operation cannot take."""


class LinalgError(CorepyError, ValueError, ArithmeticError):
    """A matrix that has no such result: singular, not positive definite, or not converging."""


class ArgumentTypeError(CorepyError, TypeError):
    """An argument of the wrong type."""


class ArgumentAttributeError(ArgumentTypeError, AttributeError):
    """An object without the method that is needed, or an attribute that cannot be assigned."""


class ArgumentOverflowError(ArgumentError, OverflowError):
    """A number beyond what the type asked for holds, such as an infinity for ``int``."""


class CopyRefusedError(ArgumentError, ExportError):
    """``copy=False`` where nothing but a copy would do."""


class StrictModeError(CorepyError, ValueError):
    """A hidden copy, conversion, lenient rule or lost write that ``settings.strict`` forbids."""


class PerformanceWarning(UserWarning):
    """A hidden copy or cast that costs time or memory; an error under ``settings.strict``."""
