"""`StepTypes`: the types that step patterns are written with, as each capability defines them."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from behave import register_type
from parse import with_pattern


@dataclass(frozen=True)
class StepTypes:
    """The step types of one capability, by name: `{person:Person}` has the type `Person`."""

    words: Mapping[str, tuple[str, Callable[[str], Any]]] = field(default_factory=dict)
    """Open types: a regular expression, and what converts the matched text."""
    phrases: Mapping[str, Iterable[str]] = field(default_factory=dict)
    """Closed types whose values are the phrases themselves."""
    meanings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Closed types: the value of each phrase."""

    def register(self) -> None:
        """Teach behave the types; done before any step is defined."""
        for name, (pattern, convert) in self.words.items():
            _register(name, pattern, convert)
        for name, phrases in self.phrases.items():
            _register(name, _any_of(phrases), str)
        for name, meanings in self.meanings.items():
            _register(name, _any_of(meanings), meanings.__getitem__)


_REGISTERED: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {}
"""The pattern and the conversion of each type, by its name."""


def _any_of(phrases: Iterable[str]) -> str:
    """Return the pattern of these phrases; of two that begin alike, the longer one."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _register(name: str, pattern: str, convert: Callable[[str], object]) -> None:
    """Raises `ValueError` where behave would replace the type of another capability."""
    if _REGISTERED.setdefault(name, (pattern, convert)) != (pattern, convert):
        raise ValueError(f"the step type {name} is defined twice: rename one")

    @with_pattern(pattern)  # type: ignore[untyped-decorator]
    def converter(text: str) -> object:
        return convert(text)

    register_type(**{name: converter})
