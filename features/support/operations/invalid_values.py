"""Every operation with values that cannot be held, in every place where one can be put."""

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
from features.support.operations import examples, undone_work
from features.support.operations.examples import Scene
from features.support.operations.registry import openings, operations
from features.support.world import World

WHOLE: Final = (0, -1, 2**15, 2**31, 2**63 - 1, 2**63, -(2**63) - 1, 10**30)
TEXTS: Final = ("", " ", "\0", "\ud800", "\u202e", "'", "%s", "x" * 1_000_000)
WEST, EAST = timezone(timedelta(hours=-12)), timezone(timedelta(hours=14))

UNFIT: Final[dict[Any, tuple[Any, ...]]] = {
    int: WHOLE,
    str: TEXTS,
    UUID: (UUID(int=0), UUID(int=2**128 - 1)),
    datetime: (
        datetime.min.replace(tzinfo=UTC),
        datetime.min.replace(tzinfo=EAST),
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=WEST),
        datetime(2026, 3, 2),  # noqa: DTZ001 (it is to have no zone)
    ),
    Json: (math.nan, "\0", {"\0": 1}, "\ud800", 10**1000, object()),
    Sequence[str]: ([], ["\0"], ["\ud800"], [""], ["x"] * 1000),
}
"""By the type of a parameter. Some of them are accepted here and there, and may be."""

AFTER: Final = "after"
"""The id that a page comes after. None below 1 is an id: the first page comes after it."""

NUMBERS: Final = {"at_most", "limit", "score"}
"""Whole numbers that tell no row."""


@dataclass(frozen=True)
class Tried:
    """What was wrong with the answer of an operation to one value."""

    place: str
    value: str
    end: str = ""

    def __str__(self) -> str:
        return f"{self.place} {self.value}: {self.end}"

    def ended(self, end: str) -> Self:
        """Return the same with its end."""
        return replace(self, end=end)


@dataclass
class Answers:
    """What came of all values in all places."""

    places: set[str] = field(default_factory=set)
    of_others: list[Tried] = field(default_factory=list)
    """What not the service itself has answered, but the driver, say."""
    wrong: list[Tried] = field(default_factory=list)
    """What it has done or found by an id or a version that no row has."""


class _Caught(Exception):
    """The call that was to be seen, instead of its being made."""


def sweep(world: World, scene: Scene) -> Answers:
    """Try all values in all places.

    An answer is a value that can be stored, or a refusal of the service's own. The one answer to
    an id or a version that no row has is that there is none: a refusal, or an empty listing.
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
            answers.places.add(place)
            for value in _values(place, kind, arguments.get(parameter)):
                call = {**arguments, parameter: value}
                of_no_row = _is_of_no_row(place, kind, value)
                work = undone_work.work(
                    world, scene, (caller, name), _calling(name, call), look=of_no_row
                )
                tried = Tried(place, repr(value)[:60])
                if work.told is not None and not isinstance(work.told, DomainError):
                    answers.of_others.append(tried.ended(_said(work.told)))
                elif of_no_row:
                    answers.wrong += map(tried.ended, _done(work))
    return answers


def operations_with_parameters() -> Iterator[str]:
    """Yield the operations, by name, that can be given anything."""
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
    """Return what the example gives the operation, by the names of its parameters."""
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


def _done(work: undone_work.Work) -> Iterator[str]:
    """Yield what was found or changed where there was nothing."""
    if work.told is None:
        found = getattr(work.answer, "items", getattr(work.answer, "users", work.answer))
        if found not in ((), []):
            yield f"found {work.answer!r}"[:200]
    if work.changed:
        yield f"changed {', '.join(work.changed)}"


def _values(place: str, kind: Any, good: Any) -> Iterator[Any]:
    """Yield the values for a place. Fails for a type of which nobody has said which there are."""
    if kind == Json:
        yield from UNFIT[Json]
        return
    kinds = [one for one in get_args(kind) or (kind,) if one is not type(None)]
    if kind in UNFIT:
        kinds = [kind]
    for one in kinds:
        if one in UNFIT:
            yield from UNFIT[one]
        elif one is About:
            yield from (About(**{field.name: value}) for field in fields(About) for value in WHOLE)
        elif inspect.isclass(one) and issubclass(one, Enum):
            yield from one
        elif isinstance(good, list):
            yield from ([reading] for reading in _readings(good[0]))
        elif isinstance(good, Base) or is_dataclass(good):
            yield from _readings(good)
        else:
            raise AssertionError(f"nobody has said which values are unfit for {place}: {one}")


def _readings(good: Any) -> Iterator[Any]:
    """Yield readings of rows that no table holds, each like a good one but for one number."""
    for value in WHOLE:
        for name in ("id", "version"):
            if is_dataclass(good):
                yield replace(good, **{name: value})  # type: ignore[type-var]
            else:
                keys = (column.key for column in mapping(type(good)).column_attrs)
                read = {key: getattr(good, key) for key in keys}
                yield type(good)(**{**read, name: value})


def _is_of_no_row(place: str, kind: Any, value: Any) -> bool:
    """Tell whether an id or a version is among what was given, which no row has then.

    Fails for a whole number of which nobody has said whether it tells a row.
    """
    if type(value) is not int or kind == Json:
        (one,) = value if isinstance(value, list) and len(value) == 1 else [value]
        return isinstance(one, Base) or is_dataclass(one)
    parameter = place.rpartition(" ")[2]
    if parameter == AFTER:
        return value > 0
    assert parameter in NUMBERS or parameter.endswith("_id"), f"nobody has said what {place} tells"
    return parameter not in NUMBERS
