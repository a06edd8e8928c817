# The decorators of public functions that are written in Python: of several operations, or under
# another name. Functions with a row in the tables are declared with native.py.
"""``@composed``: one record for a function of several operations.  ``@named``: errors of its name.

The function's record names it, its operands and its result, and says what its parts came to: the
ISA and backend of the last kernel, copies, conversions, threads, whether all of it is reproducible.
A log holds the parts too, as children; errors of a part name the function that was called.
"""

from __future__ import annotations

from corepy import _core
from corepy.errors import CorepyError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import ParamSpec, TypeVar

    _Parameters = ParamSpec("_Parameters")
    _Result = TypeVar("_Result")

__all__ = ["composed", "composed_of", "name_after", "named", "named_of"]

_KEPT = ("__annotations__", "__doc__", "__module__", "__name__", "__qualname__")


def composed(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """``function``, whose operations leave one record of its name.

    >>> import corepy as cp
    >>> cp.median(cp.arange(5.0)).item()
    2.0
    >>> record = cp.explain_last_dispatch()
    >>> record.call_text(), record.kernel
    ('median(float64[5]) -> float64[]', 'composition')
    """
    return _compose(function, function.__name__)


def composed_of(
    namespace: str,
) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """:func:`composed`, whose record has the name ``<namespace>.<function>``."""

    def compose(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        return _compose(function, f"{namespace}.{function.__name__}")

    return compose


def named(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
    """``function``, whose errors name it: for one operation, whose own record says all.

    >>> import corepy as cp
    >>> cp.cumsum([1, 2], axis=3)
    Traceback (most recent call last):
    corepy.errors.AxisError: cumsum: axis out of range (got 3; expected -1 <= axis < 1)
    """
    return _name(function, function.__name__)


def named_of(
    namespace: str,
) -> Callable[[Callable[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """:func:`named`, with the name ``<namespace>.<function>``."""

    def name(function: Callable[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        return _name(function, f"{namespace}.{function.__name__}")

    return name


def _name(function: Callable[_Parameters, _Result], name: str) -> Callable[_Parameters, _Result]:
    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return function(*args, **kwargs)
        except CorepyError as error:
            name_after(error, name)
            raise

    return _dress(call, function)


def _compose(function: Callable[_Parameters, _Result], name: str) -> Callable[_Parameters, _Result]:
    run = _core.run_composition

    def call(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result:
        try:
            return run(name, function, args, kwargs)
        except CorepyError as error:
            name_after(error, name)
            raise

    setattr(call, "__composed__", name)  # noqa: B010  # no attribute that types know of
    return _dress(call, function)


def _dress(
    call: Callable[_Parameters, _Result], function: Callable[_Parameters, _Result]
) -> Callable[_Parameters, _Result]:
    """What readers of a function see, taken from ``function``."""
    for attribute in _KEPT:  # by hand, since functools takes a tenth of corepy's import time
        setattr(call, attribute, getattr(function, attribute))
    setattr(call, "__wrapped__", function)  # noqa: B010
    return call


def name_after(error: CorepyError, name: str) -> None:
    """Let an error of a part name the function that was called, as those of kernels do."""
    message = str(error)
    part, colon, text = message.partition(": ")
    is_name = all(one.isidentifier() for one in part.split("."))
    if colon and is_name and part.rpartition(".")[2] != name.rpartition(".")[2]:
        error.args = (f"{name}: {text}",)
