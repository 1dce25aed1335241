"""What the service's factories make is right in every respect, and all of it is one owner's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from features.support import data
from features.support.arrange import every_kind, factories
from features.support.arrange.every_kind import PLAIN, Made
from features.support.arrange.factories import (
    PASSWORD,
    AgentFactory,
    EventFactory,
    ObjectiveFactory,
    TaskFactory,
    UserFactory,
)
from features.support.defaults import NOON
from features.support.world import World
from tests.factories.taken_for import JUDGES, logged_in, taken_for

CHAIN: Final = ("users", "projects", "agents", "tasks", "turns", "events")
HOUR: Final = timedelta(hours=1)

TAKEN_FOR: Final = {
    "login_sessions": {
        PLAIN: "let in",
        "live": "let in",
        "restricted": "to set a password",
        "ended": "ended",
        "expired": "expired",
        "idle": "idle",
    },
    "tasks": {
        PLAIN: "pending",
        "assigned": "pending",
        "pending": "pending",
        "processing": "processing",
        "completed": "completed",
        "failed": "failed",
    },
    "temporary_passwords": {
        PLAIN: "to set a password",
        "issued": "to set a password",
        "used": "temporary used",
        "expired": "temporary expired",
    },
    "users": {PLAIN: "logged in", "deactivated": "deactivated", "locked": "locked"},
}
"""What the service says of what its tables hold, by table and status."""


@contextmanager
def making(world: World) -> Iterator[Session]:
    """Commit what is made. Fails if the database refuses a row for what is in it."""
    try:
        with world.past_the_domain() as session:
            yield session
    except IntegrityError as refusal:
        pytest.fail(f"it cannot be stored: {refusal}")


def counted(world: World) -> dict[str, int]:
    """Return how many of each are stored, of those that there are."""
    found = {table: len(world.stored(table)) for table in CHAIN}
    return {table: number for table, number in found.items() if number}


def owners(world: World) -> set[int]:
    """Return all owners of what is stored."""
    return {row["owner_id"] for table in CHAIN[1:] for row in world.stored(table)}


def times(made: Made) -> dict[str, datetime]:
    """Return every time in what was made, by what it is."""
    return {
        f"{status} {type(one).__name__}.{name}": value
        for status, one in made
        for name, value in data.columns(one).items()
        if isinstance(value, datetime)
    }


@pytest.mark.parametrize("table", TAKEN_FOR)
def test_the_service_takes_what_was_made_for_what_it_was_said_to_be(
    table: str, world: World
) -> None:
    (model,) = [each for each in factories.models() if each.__tablename__ == table]
    factory = factories.factory_of(model)
    with making(world) as session:
        made = {
            status: factory.create(session=session, **{} if status == PLAIN else {status: True})
            for status in (PLAIN, *factory.statuses())
        }
    assert {status: taken_for(world, one) for status, one in made.items()} == TAKEN_FOR[table]


def test_the_service_is_asked_about_everything_that_it_can_be_asked_about() -> None:
    assert {model.__tablename__ for model in JUDGES} == TAKEN_FOR.keys()


def test_what_an_event_is_about_is_made_with_it_and_is_one_owners(world: World) -> None:
    with making(world) as session:
        event = EventFactory.create(session=session, about_all=True)
    assert counted(world) == dict.fromkeys(CHAIN, 1)
    assert owners(world) == {event.owner_id}


def test_an_owner_that_is_handed_in_owns_all_that_is_made(world: World) -> None:
    ada = factories.account(world, "Ada")
    with making(world) as session:
        TaskFactory.create(session=session, owner=ada, assigned=True)
    assert counted(world) == {"users": 1, "projects": 1, "agents": 1, "tasks": 1}
    assert owners(world) == {ada.id}


def test_what_belongs_to_a_parent_is_its_owners(world: World) -> None:
    ada = factories.account(world, "Ada")
    with making(world) as session:
        agent = AgentFactory.create(session=session, owner=ada)
        TaskFactory.create(session=session, agent=agent)
    assert counted(world) == {"users": 1, "projects": 1, "agents": 1, "tasks": 1}
    assert owners(world) == {ada.id}


def test_a_task_of_one_owner_for_the_agent_of_another_is_refused(world: World) -> None:
    ada, bram = factories.account(world, "Ada"), factories.account(world, "Bram")
    with making(world) as session:
        agent = AgentFactory.create(session=session, owner=bram)
    with (
        pytest.raises(IntegrityError, match="fk_tasks_owner_id_agent_id_agents"),
        world.past_the_domain() as session,
    ):
        TaskFactory.create(session=session, owner=ada, agent=agent)
    assert counted(world) == {"users": 2, "projects": 1, "agents": 1}


def test_an_objective_has_an_entry_for_each_of_its_versions(world: World) -> None:
    with making(world) as session:
        made: Any = ObjectiveFactory.create(session=session, changed=True)
    first, last = world.stored("objective_history", objective_id=made.id)
    assert first["valid_until"] == last["valid_from"] == made.since
    assert (last["valid_until"], last["text"]) == (None, made.text)
    assert first["text"] != last["text"]


def test_every_time_follows_from_now_and_has_a_zone(world: World) -> None:
    with making(world) as session:
        at_noon = every_kind.every_status(session, NOON)
        at_one = every_kind.every_status(session, NOON + HOUR)
    assert every_kind.lost(world, [*at_noon, *at_one]) == []
    before, after = times(at_noon), times(at_one)
    assert before
    assert {what: time + HOUR for what, time in before.items()} == after
    assert all(time.tzinfo is not None for time in after.values())


def test_a_time_without_a_zone_is_refused(world: World) -> None:
    with (
        pytest.raises(ValueError, match="created_at needs a time with a zone"),
        world.past_the_domain() as session,
    ):
        TaskFactory.create(session=session, created_at=NOON.replace(tzinfo=None))
    assert counted(world) == {}


def test_the_default_password_is_hashed_once_and_lets_every_account_in(world: World) -> None:
    with making(world) as session:
        made = UserFactory.create_batch(20, session=session)
    assert len({row["password_hash"] for row in world.stored("users")}) == 1
    assert {logged_in(world, user.email, PASSWORD) for user in made} == {"logged in"}
