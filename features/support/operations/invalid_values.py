"""Every operation with unusable values, for each of its parameters in turn."""

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Final, Self, get_args, get_type_hints
from uuid import UUID

from sqlalchemy import inspect as mapping

from domain import DomainError
from domain.database.schema import Base
from domain.json_values import Json
from domain.work.turns_and_events import About
from features.support.operations import examples, rolled_back_work
from features.support.operations.examples import Scene
from features.support.operations.registry import openings, operations
from features.support.operations.rolled_back_work import RolledBack
from features.support.world import World

WHOLE: Final = (0, -1, 2**15, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)
QUOTED: Final = ("'", "o'brien@example.org", "/home/o'brien")
"""A quote alone, and in the forms of text that allow one: in SQL made of text, it is an error."""

UNUSUAL_TEXTS: Final = ("", " ", "\0", "\ud800", "\u202e", *QUOTED, "%s", "x" * 1_000_000)
WEST, EAST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))

UNUSABLE: Final[dict[Any, tuple[Any, ...]]] = {
    int: WHOLE,
    str: UNUSUAL_TEXTS,
    UUID: (UUID(int=0), UUID(int=2**128 - 1)),
    datetime: (
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=EAST),
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=WEST),
        datetime(2026, 3, 2),  # noqa: DTZ001 (a time without a zone is one of the cases)
    ),
    Json: (math.nan, "\0", {"\0": 1}, "\ud800", 10**1000, object()),
    Sequence[str]: ([], ["\0"], ["\ud800"], [""], ["x"] * 1000),
}
"""By the type of a parameter. Some parameters accept some of them, which is fine."""

AFTER: Final = "after"
"""The last id of the previous page. One below 1 is no id: it asks for the first page."""

NUMBERS: Final = {"at_most", "limit", "score"}
"""Whole numbers that identify no row."""


@dataclass(frozen=True)
class Tried:
    """One value of one parameter, and what was wrong with the result."""

    parameter: str
    value: str
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.parameter} {self.value}: {self.problem}"

    def with_problem(self, problem: str) -> Self:
        """Return the same with its problem."""
        return replace(self, problem=problem)


@dataclass
class Answers:
    """The results of all values of all parameters."""

    parameters: set[str] = field(default_factory=set)
    unexpected_errors: list[Tried] = field(default_factory=list)
    """Errors that are no refusals of the service, but the driver's, say."""
    wrong: list[Tried] = field(default_factory=list)
    """Rows found or changed by an id or a version that no row has."""


class _Caught(Exception):
    """Raised instead of making the call whose arguments are wanted."""


def sweep(world: World, scene: Scene) -> Answers:
    """Run every operation with all values of all parameters.

    It must return, or refuse the value by an error of the service. By an id or a version that no
    row has it must find and change nothing: it refuses it, or returns an empty listing.
    """
    answers = Answers()
    for (caller, name), example in examples.examples().items():
        operation = dict(_operations(caller))[name]
        hints = get_type_hints(operation)
        arguments = _arguments(example, scene, operation)
        for parameter, kind in hints.items():
            if parameter == "return":
                continue
            place = f"{name} {parameter}"
            answers.parameters.add(place)
            for value in _values(place, kind, arguments.get(parameter)):
                call = {**arguments, parameter: value}
                of_no_row = is_of_no_row(place, kind, value)
                work = rolled_back_work.run(
                    world, scene, (caller, name), _calling(name, call), compare=of_no_row
                )
                tried = Tried(place, repr(value)[:60])
                if work.error is not None and not isinstance(work.error, DomainError):
                    answers.unexpected_errors.append(tried.with_problem(_said(work.error)))
                elif of_no_row:
                    answers.wrong += map(tried.with_problem, _done(work))
    return answers


def operations_with_parameters() -> Iterator[str]:
    """Yield the names of the operations that have parameters."""
    for caller in openings():
        for name, operation in _operations(caller):
            if len(inspect.signature(operation).parameters) > len(("self",)):
                yield name


def _operations(caller: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    for part, name, operation in operations(openings()[caller]):
        yield f"{part}.{name}", operation


def _arguments(
    example: examples.Example, scene: Scene, operation: Callable[..., Any]
) -> dict[str, Any]:
    """Return the arguments of the example's call, by the names of the parameters."""
    signature = inspect.signature(operation)
    found: dict[str, Any] = {}

    class Part:
        def __getattr__(self, _: str) -> Callable[..., Any]:
            def call(*given: Any, **named: Any) -> None:
                found.update(signature.bind(None, *given, **named).arguments)
                raise _Caught

            return call

    class Work:
        def __getattr__(self, _: str) -> Part:
            return Part()

    try:
        example(scene, Work())
    except _Caught:
        found.pop("self")
    return found


def _calling(name: str, arguments: dict[str, Any]) -> Callable[[Any], object]:
    part, operation = name.split(".")
    return lambda tx: getattr(getattr(tx, part), operation)(**arguments)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _done(work: RolledBack) -> Iterator[str]:
    """Yield what was found or changed, in words."""
    if work.error is None:
        found = getattr(work.result, "items", getattr(work.result, "users", work.result))
        if found not in ((), []):
            yield f"found {work.result!r}"[:200]
    if work.changed:
        yield f"changed {', '.join(work.changed)}"


def _values(place: str, kind: Any, good: Any) -> Iterator[Any]:
    """Yield the values for a parameter. Fails for a type without unusable values."""
    if kind == Json:
        yield from UNUSABLE[Json]
        return
    kinds = [one for one in get_args(kind) or (kind,) if one is not type(None)]
    if kind in UNUSABLE:
        kinds = [kind]
    for one in kinds:
        if one in UNUSABLE:
            yield from UNUSABLE[one]
        elif one is About:
            yield from (About(**{field.name: value}) for field in fields(About) for value in WHOLE)
        elif inspect.isclass(one) and issubclass(one, Enum):
            yield from one
        elif isinstance(good, list):
            yield from ([reading] for reading in _readings(good[0]))
        elif isinstance(good, Base) or is_dataclass(good):
            yield from _readings(good)
        else:
            raise AssertionError(
                f"UNUSABLE in operations/invalid_values.py has no values for {place}: {one}"
            )


def _readings(good: Any) -> Iterator[Any]:
    """Yield copies of a good row, each with an id or a version that no row has."""
    for value in WHOLE:
        for name in ("id", "version"):
            if is_dataclass(good):
                yield replace(good, **{name: value})  # type: ignore[type-var]
            else:
                keys = (column.key for column in mapping(type(good)).column_attrs)
                read = {key: getattr(good, key) for key in keys}
                yield type(good)(**{**read, name: value})


def is_of_no_row(place: str, kind: Any, value: Any) -> bool:
    """Tell whether the value is an id or has a version, which no row has then.

    Fails for a whole number that is neither an id nor one of `NUMBERS`.
    """
    if type(value) is not int or kind == Json:
        (one,) = value if isinstance(value, list) and len(value) == 1 else [value]
        return isinstance(one, Base) or is_dataclass(one)
    parameter = place.rpartition(" ")[2]
    if parameter == AFTER:
        return value > 0
    assert parameter in NUMBERS or parameter.endswith("_id"), (
        f"NUMBERS in operations/invalid_values.py does not say whether {place} is an id"
    )
    return parameter not in NUMBERS
