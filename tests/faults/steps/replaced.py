"""Puts other Then steps in place of those that there are, in a process that has loaded them."""

from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType

from behave.matchers import Matcher
from behave.step_registry import registry

from tests.support.repository import ROOT


def name_of(matcher: Matcher) -> str:
    """Return the name of a step definition, as verdicts have it."""
    code = matcher.func.__code__
    return f"{Path(code.co_filename).resolve().relative_to(ROOT).as_posix()}:{code.co_name}"


def leave_only(name: str) -> None:
    """Let all other Then steps check nothing: what fails by an assertion, this one does."""
    for matcher in registry.steps["then"]:
        if name_of(matcher) != name:
            matcher.func = _nothing


def replace(name: str, source: str) -> None:
    """Give a Then step the body that its function has in another text of its file."""
    file, _, function = name.partition(":")
    code = next(each for each in _functions(source, str(ROOT / file)) if each.co_name == function)
    for matcher in registry.steps["then"]:
        if name_of(matcher) == name:
            matcher.func = FunctionType(code, matcher.func.__globals__, function)


def _functions(source: str, file: str) -> Iterator[CodeType]:
    constants = compile(source, file, "exec").co_consts
    return (each for each in constants if isinstance(each, CodeType))


def _nothing(*_: object, **__: object) -> None:
    """Check nothing."""
