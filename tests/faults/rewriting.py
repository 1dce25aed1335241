"""Faults in the middle of a function of the service: a part of its source is another one."""

import inspect
import textwrap
import unicodedata
from collections.abc import Callable
from types import ModuleType
from typing import Any

from _pytest.monkeypatch import MonkeyPatch


def rewrite(
    patch: MonkeyPatch, owner: ModuleType | type, name: str, pieces: dict[str, str]
) -> None:
    """Replace pieces of a function's source, which it must have; its other names stay."""
    function = inspect.unwrap(getattr(owner, name))
    source = textwrap.dedent(inspect.getsource(function))
    for piece, other in pieces.items():
        assert piece in source, f"{name} has no {piece!r}"
        source = source.replace(piece, other)
    made: dict[str, Any] = {}
    exec(compile(source, f"<{name}>", "exec"), function.__globals__, made)  # noqa: S102
    patch.setattr(owner, name, made[name])


def change_values(
    patch: MonkeyPatch, module: ModuleType, check: str, field: str, change: Callable[[Any], Any]
) -> None:
    """Change a field after a module has checked it: `line`, `prose`, `storable_json` and such."""
    original = getattr(module, check)

    def checked(name: str, value: Any, *rest: Any, **options: Any) -> Any:
        found = original(name, value, *rest, **options)
        return change(found) if name == field else found

    patch.setattr(module, check, checked)


def composed(text: str) -> str:
    """Return the text in NFC."""
    return unicodedata.normalize("NFC", text)


def in_one_way(text: str) -> str:
    """Return the text with line feeds alone at the ends of its lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def something(value: Any) -> Any:
    """Return an empty object for a value of nothing."""
    return value or {}


def cut(longest: int) -> Callable[[str], str]:
    """Return what cuts a text."""
    return lambda text: text[:longest]
