"""A fault's function must take every call of the function that it replaces.

Else features would fail by a `TypeError`, and not by what the fault stands for.
"""

import inspect
from collections.abc import Callable, Iterator
from inspect import Parameter
from types import FunctionType
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch

BY_POSITION: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


def check_fitting(patch: MonkeyPatch) -> None:
    """Raise `TypeError` if a function is patched by one that is called differently."""
    for owner, name, original in patch._setattr:
        replacement = inspect.getattr_static(owner, name)
        if problem := misfit(original, replacement):
            described = getattr(owner, "__name__", repr(owner))
            raise TypeError(
                f"the fault's replacement of {described}.{name} does not take every call of the"
                f" original: {problem}"
            )


def misfit(original: object, replacement: object) -> str | None:
    """Return why calls of a function may be no calls of another one; None if all are."""
    old, new = _function(original), _function(replacement)
    if old is None or new is None:
        return None
    for positional, named in _calls(old):
        try:
            inspect.signature(new).bind(*positional, **named)
        except TypeError as error:
            return str(error)
    return None


def _function(value: object) -> Callable[..., Any] | None:
    if isinstance(value, classmethod | staticmethod):
        value = value.__func__
    return value if isinstance(value, FunctionType) else None


def _calls(function: Callable[..., Any]) -> Iterator[tuple[list[None], dict[str, None]]]:
    """Yield the longest and the shortest call of a function, unless it takes any arguments."""
    parameters = inspect.signature(function).parameters.values()
    if any(each.kind is each.VAR_POSITIONAL for each in parameters):
        return
    for chosen in (parameters, [each for each in parameters if each.default is each.empty]):
        positional = [None for each in chosen if each.kind in BY_POSITION]
        yield positional, {each.name: None for each in chosen if each.kind is each.KEYWORD_ONLY}
