# The decorator that turns a typed declaration into a native function, and the types that
# declarations use.
"""``@native``: the declaration is Python, the function is C.

A declaration in :mod:`corepy.ops` is the one place where an operator's parameter names, defaults,
types and documentation are written.  Its body never runs: at import, ``native`` reads names and
defaults from the declaration's code object and replaces it by a builtin that enters C++ without a
Python frame.  The builtin carries a ``__text_signature__``, so ``inspect.signature``, ``help``,
editors, doctest and pickle treat it as any function.  Type checkers see the declaration itself.
"""

from __future__ import annotations

from corepy import _core

# Typing costs milliseconds to import, so nothing of it is there at run time.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import ParamSpec, Protocol, TypeAlias, TypeVar

    import numpy as np

    from corepy._core import DType
    from corepy.tensor import Tensor

    _Parameters = ParamSpec("_Parameters")
    _Result = TypeVar("_Result", covariant=True)

    class Declaration(Protocol[_Parameters, _Result]):
        """A plain Python function."""

        __code__: CodeType
        __defaults__: tuple[object, ...] | None
        __kwdefaults__: dict[str, object] | None
        __doc__: str | None

        def __call__(self, *args: _Parameters.args, **kwargs: _Parameters.kwargs) -> _Result: ...

    class NumPyDType(Protocol):
        """What is read of a ``numpy.dtype``."""

        @property
        def name(self) -> str: ...
        @property
        def byteorder(self) -> str: ...

    #: bool, int, float or complex.
    Scalar: TypeAlias = complex
    #: A number of NumPy's brings its dtype along.
    Operand: TypeAlias = Tensor | Scalar | np.generic[object]
    Nested: TypeAlias = "complex | list[Nested] | tuple[Nested, ...]"
    #: What functions written in Python take for a tensor; see ``ops.arguments.read_tensor``.
    ArrayLike: TypeAlias = Tensor | Nested | np.generic[object]
    #: A shape, axes, or one of either.
    Dims: TypeAlias = int | tuple[int, ...] | list[int]
    BuiltinScalarType: TypeAlias = type[bool] | type[int] | type[float] | type[complex]
    DTypeLike: TypeAlias = DType | str | BuiltinScalarType | NumPyDType
    Arrays: TypeAlias = tuple[Operand, ...] | list[Tensor] | list[Operand]
    #: Places along an axis: a tensor of integers, or ints.
    Positions: TypeAlias = Tensor | int | tuple[int, ...] | list[int]

_POSITIONAL_ONLY, _POSITIONAL_OR_KEYWORD, _KEYWORD_ONLY = 0, 1, 2

#: Of each function with such parameters: the module that knows them, and which they are.
EXTENSIONS: dict[str, tuple[str, tuple[str, ...]]] = {}


def _read_parameters(
    declaration: Declaration[_Parameters, _Result],
) -> tuple[tuple[str, int, object], ...]:
    """(name, kind, default) of each parameter."""
    code = declaration.__code__
    names = code.co_varnames
    defaults = declaration.__defaults__ or ()
    keyword_defaults = declaration.__kwdefaults__ or {}
    first_default = code.co_argcount - len(defaults)
    parameters: list[tuple[str, int, object]] = []
    for index in range(code.co_argcount):
        kind = _POSITIONAL_ONLY if index < code.co_posonlyargcount else _POSITIONAL_OR_KEYWORD
        default = _core.REQUIRED if index < first_default else defaults[index - first_default]
        parameters.append((names[index], kind, default))
    for name in names[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        parameters.append((name, _KEYWORD_ONLY, keyword_defaults.get(name, _core.REQUIRED)))
    return tuple(parameters)


def _format_signature(parameters: tuple[tuple[str, int, object], ...]) -> str:
    parts: list[str] = []
    kinds = [kind for _, kind, _ in parameters]
    for index, (name, kind, default) in enumerate(parameters):
        if kind == _KEYWORD_ONLY and _KEYWORD_ONLY not in kinds[:index]:
            parts.append("*")
        parts.append(name if default is _core.REQUIRED else f"{name}={default!r}")
        if kind == _POSITIONAL_ONLY and _POSITIONAL_ONLY not in kinds[index + 1 :]:
            parts.append("/")
    return ", ".join(parts)


def native_of(
    namespace: str,
) -> Callable[[Declaration[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """:func:`native` for the rows ``<namespace>.<name>``: builtins of ``corepy.<namespace>``."""

    def make(declaration: Declaration[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        return _make_builtin(declaration, namespace)

    return make


def native(
    declaration: Declaration[_Parameters, _Result],
) -> Callable[_Parameters, _Result]:
    """The builtin that a declaration describes.

    >>> import inspect, corepy
    >>> str(inspect.signature(corepy.add))
    '(x1, x2, /, out=None)'
    """
    return _make_builtin(declaration, "")


def native_with(
    extension: str, *extras: str
) -> Callable[[Declaration[_Parameters, _Result]], Callable[_Parameters, _Result]]:
    """:func:`native` with the parameters ``extras``, which the native side does not know.

    A call that gives one of them runs the function of the same name in the module ``extension``,
    which is imported then; all other calls have no Python frame, as ever.
    """

    def make(declaration: Declaration[_Parameters, _Result]) -> Callable[_Parameters, _Result]:
        EXTENSIONS[declaration.__code__.co_name] = extension, extras
        return _make_builtin(declaration, "", extension, extras)

    return make


def _make_builtin(
    declaration: Declaration[_Parameters, _Result],
    namespace: str,
    extension: str = "",
    extras: tuple[str, ...] = (),
) -> Callable[_Parameters, _Result]:
    name = declaration.__code__.co_name
    parameters = _read_parameters(declaration)
    doc = f"{name}({_format_signature(parameters)})\n--\n\n{declaration.__doc__ or ''}"
    row = f"{namespace}.{name}" if namespace else name
    module = f"corepy.{namespace}" if namespace else "corepy"
    builtin = _core.make_builtin(row, doc, parameters, module, extension, extras)
    return builtin  # type: ignore[return-value]  # it takes what the declaration says
