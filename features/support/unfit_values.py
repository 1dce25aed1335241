"""Every operation with values that cannot be held, in every place where one can be put."""

import inspect
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum
from typing import Any, Final, get_args, get_type_hints
from uuid import UUID

from sqlalchemy.orm import Session

from domain import DomainError
from domain.json_values import Json
from domain.schema import Base
from domain.workspace import About
from features.support import examples
from features.support.examples import Scene
from features.support.operations import openings, operations
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


@dataclass(frozen=True)
class Tried:
    """What an operation has answered to one value, if not the service itself did."""

    place: str
    value: str
    error: str


class _Caught(Exception):
    """The call that was to be seen, instead of its being made."""


class _Given(Exception):
    """The unit of work is not to be committed."""


def sweep(world: World, scene: Scene) -> tuple[set[str], list[Tried]]:
    """Try all values in all places; return the places, and what was not answered as it should be.

    An answer is a value that can be stored, or a refusal of the service's own.
    """
    places, failed = set(), []
    for (caller, name), example in examples.examples().items():
        operation = dict(_operations(caller))[name]
        hints = get_type_hints(operation)
        arguments = _arguments(example, scene, operation)
        for parameter, kind in hints.items():
            if parameter == "return":
                continue
            place = f"{name} {parameter}"
            places.add(place)
            for value in _values(place, kind, arguments.get(parameter)):
                call = {**arguments, parameter: value}
                error = _answer(world, scene, caller, name, call)
                if error is not None:
                    failed.append(Tried(place, repr(value)[:60], error))
    return places, failed


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
    """Yield readings of rows that no table holds."""
    for value in WHOLE:
        for field in ("id", "version"):
            if is_dataclass(good):
                yield replace(good, **{field: value})  # type: ignore[type-var]
            else:
                yield type(good)(**{"id": good.id, "version": good.version, field: value})


def _answer(
    world: World, scene: Scene, caller: str, name: str, arguments: dict[str, Any]
) -> str | None:
    """Call an operation and undo it; return the error that is not of the service's own."""
    with suppress(_Given), examples.opened(world.domain, caller, scene) as tx:
        part, operation = name.split(".")
        offered = getattr(tx, part)
        try:
            getattr(offered, operation)(**arguments)
            session: Session = offered._session  # noqa: SLF001 (what is stored late is to be sent)
            session.flush()
        except DomainError:
            error = None
        except Exception as unexpected:  # noqa: BLE001 (which it is is what is asked)
            error = f"{type(unexpected).__name__}: {unexpected}"[:200]
        else:
            error = None
        raise _Given
    return error
