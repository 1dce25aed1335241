"""The operations of the service, found by introspection, and what they answer to any id."""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any, Final, get_args, get_origin, get_type_hints
from uuid import UUID

from domain import Domain, DomainError
from domain.database.pages import Page
from domain.database.schema import Base
from domain.json_values import Json
from domain.transactions import TenantWork
from domain.work.tasks import Task, TaskStatus
from domain.work.workspace import About, TurnActor, TurnIntent
from features.support.defaults import NOON
from features.support.tenancy.state import TenancyState
from features.support.world import World

NON_ID_PARAMETERS: Final[dict[str, Any]] = {
    "after": int,
    "limit": int,
    "score": int,
    "payload": Json,
}
"""Parameters that are compared or stored, and by which no row is looked up."""

NON_ID_TYPES: Final = (str, UUID, datetime, TaskStatus, TurnActor, TurnIntent, Sequence[str])
"""Types whose values identify no row."""

UNKNOWN_ID: Final = 10**12
"""An id that was never given out."""


@dataclass(frozen=True)
class Place:
    """A place in an operation where an id can be put."""

    part: str
    operation: str
    parameter: str

    @property
    def name(self) -> str:
        """The operation as the features write it."""
        return f"{self.part}.{self.operation}"


def openings() -> dict[str, type[Any]]:
    """Return the kinds of unit of work by the name of the method that opens one."""
    returned: dict[str, tuple[Any, ...]] = {
        name: get_args(get_type_hints(opening).get("return")) or (None,)
        for name, opening in inspect.getmembers(Domain, inspect.isfunction)
        if not name.startswith("_")
    }
    return {
        name: work
        for name, (work, *_) in returned.items()
        if isinstance(work, type) and is_dataclass(work)
    }


def operations(
    work: type[Any] = TenantWork,
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Yield all operations of a unit of work: the part of the service, the name, the function."""
    kinds = get_type_hints(work)
    for part in fields(work):
        for name, operation in inspect.getmembers(kinds[part.name], inspect.isfunction):
            if not name.startswith("_"):
                yield part.name, name, operation


def places() -> list[Place]:
    """Return all places where an id can be put, in alphabetical order.

    Fails for a parameter that is neither an id nor one of `NON_ID_PARAMETERS` or `NON_ID_TYPES`.
    """
    found = [
        Place(part, name, place)
        for part, name, operation in operations()
        for parameter, kind in get_type_hints(operation).items()
        if parameter != "return"
        for place in _places(f"{part}.{name}", parameter, kind)
    ]
    return sorted(found, key=lambda place: (place.name, place.parameter))


def without_places() -> list[str]:
    """Return the operations in which no id can be put."""
    names = {f"{part}.{name}" for part, name, _ in operations()}
    return sorted(names - {place.name for place in places()})


def _places(operation: str, parameter: str, kind: Any) -> list[str]:
    kinds = {one for one in get_args(kind) or (kind,) if one is not type(None)}
    (one,) = kinds if len(kinds) == 1 and get_origin(kind) is not Sequence else {kind}
    if one is int and parameter.endswith("_id"):
        return [parameter]
    if one is About:
        return [field.name for field in fields(About)]
    if one == Sequence[Task] or (inspect.isclass(one) and issubclass(one, Base)):
        return [parameter]
    if NON_ID_PARAMETERS.get(parameter) is one or one in NON_ID_TYPES or kind in NON_ID_TYPES:
        return []
    raise AssertionError(f"does {parameter} of {operation}, a {kind}, identify a row?")


def answers(world: World, intruder: str, victim: str) -> list[dict[str, str]]:
    """Return each operation's answer to an id of the victim's, which that to an unknown id equals.

    Equal are errors of one type with the same sentence but for the id, or equal values.
    """
    return [
        {
            "asked for": place.name,
            "with Ada's": _entity(place),
            "answers": _answer_to_both(world, place, intruder, victim),
        }
        for place in places()
    ]


def _answer_to_both(world: World, place: Place, intruder: str, victim: str) -> str:
    state = world.state(TenancyState)
    foreign = state.estates[victim][_entity(place)]
    to_foreign_id = _answer(world, place, intruder, foreign.id, foreign)
    to_unknown_id = _answer(world, place, intruder, UNKNOWN_ID, foreign)
    if to_foreign_id != to_unknown_id:
        return f"{to_foreign_id}, but to an unknown id: {to_unknown_id}"
    own = state.estates[intruder][_entity(place)]
    to_own_id = _answer(world, place, intruder, own.id, own)
    assert to_own_id != to_foreign_id, (
        f"{place.name} answers {to_own_id!r} even to the intruder's own id"
    )
    return to_foreign_id


def _answer(world: World, place: Place, intruder: str, id_: int, seen: Base) -> str:
    """Call with this id, in a unit of work that is rolled back."""
    work = world.domain.tenant(world.people[intruder].id)
    tx = work.__enter__()
    operation = getattr(getattr(tx, place.part), place.operation)
    try:
        answer = _described(operation(**_arguments(world, place, intruder, id_, seen)))
    except DomainError as refusal:
        answer = f"{refusal}".replace(str(id_), "…")
    with suppress(_RollBack):
        rollback = _RollBack()
        work.__exit__(_RollBack, rollback, None)
    return answer


class _RollBack(Exception):
    """Ends a unit of work that is not to be committed."""


def _described(answer: Any) -> str:
    if isinstance(answer, Page):
        return f"a page of {len(answer.items)}"
    return type(answer).__name__ if answer is not None else "done"


def _entity(place: Place) -> str:
    """Return the entity whose ids are given in this place."""
    if place.parameter.endswith("_id"):
        return place.parameter.removesuffix("_id")
    return {"tasks": "task", "objectives": "objective"}[place.part]


def _arguments(
    world: World, place: Place, intruder: str, id_: int, seen: Base
) -> dict[str, object]:
    """Return valid arguments for all required parameters, and the id in its place."""
    own = world.state(TenancyState).estates[intruder]
    (operation,) = [
        it for part, name, it in operations() if (part, name) == (place.part, place.operation)
    ]
    arguments: dict[str, object] = {}
    for name, parameter in inspect.signature(operation).parameters.items():
        if name == "about":
            arguments[name] = About(**{place.parameter: id_})
        elif name == "seen":
            task = _with_id(id_, seen) if place.parameter == "seen" else own["task"]
            arguments[name] = [task] if place.operation == "assign" else task
        elif name == place.parameter:
            arguments[name] = id_
        elif name in VALID_ARGUMENTS and parameter.default is inspect.Parameter.empty:
            arguments[name] = VALID_ARGUMENTS[name]
    return arguments


def _with_id(id_: int, seen: Base) -> Base:
    """Return a row of the same version, but with this id."""
    return type(seen)(id=id_, version=getattr(seen, "version", None))


VALID_ARGUMENTS: Final[dict[str, object]] = {
    "agent_id": None,
    "title": "Water the plants",
    "payload": None,
    "path": "/home/bram",
    "slug": "bram",
    "name": "Scout",
    "session_uuid": UUID(int=7),
    "score": 1,
    "reason": "It is dry",
    "actor": TurnActor.USER,
    "intent": TurnIntent.ANSWER,
    "text": "Plenty of water",
    "at": NOON,
    "type_": "plants.watered",
    "constraints": (),
}
"""Arguments for the parameters that are no ids."""
