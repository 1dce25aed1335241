"""The operations of the service, found by inspection, and their answers to any id."""

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
from domain.work.turns_and_events import About, TurnActor, TurnIntent
from features.support.defaults import NOON
from features.support.execution import ProgramError
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
"""Types of values that identify no row."""

UNKNOWN_ID: Final = 10**12
"""An id that was never given out."""


@dataclass(frozen=True)
class IdParameter:
    """A place in an operation where an id can be put."""

    part: str
    operation: str
    parameter: str

    @property
    def name(self) -> str:
        """The operation as the features write it."""
        return f"{self.part}.{self.operation}"


def openings() -> dict[str, type[Any]]:
    """Return the ways to open a unit of work, each with the type that it yields."""
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


def id_parameters() -> list[IdParameter]:
    """Return all places where an id can be put, in alphabetical order.

    Fails for a parameter that is neither an id nor listed as a non-id.
    """
    found = [
        IdParameter(part, name, place)
        for part, name, operation in operations()
        for parameter, kind in get_type_hints(operation).items()
        if parameter != "return"
        for place in _places(f"{part}.{name}", parameter, kind)
    ]
    return sorted(found, key=lambda place: (place.name, place.parameter))


def without_ids() -> list[str]:
    """Return the operations in which no id can be put."""
    names = {f"{part}.{name}" for part, name, _ in operations()}
    return sorted(names - {place.name for place in id_parameters()})


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
    raise AssertionError(
        f"{parameter} of {operation} ({kind}) may be an id or not: list it in NON_ID_PARAMETERS or"
        " NON_ID_TYPES in operations/registry.py"
    )


def answers(world: World, intruder: str, victim: str) -> list[dict[str, str]]:
    """Return each operation's answer to an id of the victim, or how it differs for an unknown id.

    Equal answers are the same error with the same sentence but for the id, or equal values.
    """
    return [
        {
            "operation": place.name,
            "id of Ada's": _thing(place),
            "answer": _answer_to_both(world, place, intruder, victim),
        }
        for place in id_parameters()
    ]


def _answer_to_both(world: World, place: IdParameter, intruder: str, victim: str) -> str:
    state = world.state(TenancyState)
    theirs = state.fixtures[victim][_thing(place)]
    to_theirs = _answer(world, place, intruder, theirs.id, theirs)
    to_unknown = _answer(world, place, intruder, UNKNOWN_ID, theirs)
    if to_theirs != to_unknown:
        return f"{to_theirs}, but to an unknown id: {to_unknown}"
    own = state.fixtures[intruder][_thing(place)]
    to_own = _answer(world, place, intruder, own.id, own)
    assert to_own != to_theirs, f"{place.name} answers {to_own!r} even to an id of one's own"
    return to_theirs


def _answer(world: World, place: IdParameter, intruder: str, id_: int, seen: Base) -> str:
    """Call the operation with this id, in a unit of work that is rolled back."""
    work = world.domain.tenant(world.people[intruder].id)
    tx = work.__enter__()
    operation = getattr(getattr(tx, place.part), place.operation)
    try:
        answer = _described(operation(**_arguments(world, place, intruder, id_, seen)))
    except DomainError as refusal:
        answer = f"{refusal}".replace(str(id_), "…")
    with suppress(ProgramError):
        work.__exit__(ProgramError, ProgramError(), None)
    return answer


def _described(answer: Any) -> str:
    if isinstance(answer, Page):
        return f"a page of {len(answer.items)}"
    return type(answer).__name__ if answer is not None else "done"


def _thing(place: IdParameter) -> str:
    """Return the kind of thing that an id in this place identifies."""
    if place.parameter.endswith("_id"):
        return place.parameter.removesuffix("_id")
    return {"tasks": "task", "objectives": "objective"}[place.part]


def _arguments(
    world: World, place: IdParameter, intruder: str, id_: int, seen: Base
) -> dict[str, object]:
    """Return valid arguments, with the id in its place."""
    own = world.state(TenancyState).fixtures[intruder]
    (operation,) = [
        it for part, name, it in operations() if (part, name) == (place.part, place.operation)
    ]
    arguments: dict[str, object] = {}
    for name, parameter in inspect.signature(operation).parameters.items():
        if name == "about":
            arguments[name] = About(**{place.parameter: id_})
        elif name == "seen":
            task = _read_with(id_, seen) if place.parameter == "seen" else own["task"]
            arguments[name] = [task] if place.operation == "assign" else task
        elif name == place.parameter:
            arguments[name] = id_
        elif name in VALID_ARGUMENTS and parameter.default is inspect.Parameter.empty:
            arguments[name] = VALID_ARGUMENTS[name]
    return arguments


def _read_with(id_: int, seen: Base) -> Base:
    """Return a row as if it had been read with this id, in the same version."""
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
"""Valid arguments for all other places."""
