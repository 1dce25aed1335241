"""What a Given puts straight into the tables, valid and unique by default.

A factory for each model, and the arrangements of accounts that many steps begin with.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from domain.database.schema import Base
from domain.identity.accounts import User
from features.support.arrange.account_factories import (
    PASSWORD,
    FormerPasswordFactory,
    LoginSessionFactory,
    TemporaryPasswordFactory,
    UserFactory,
    hash_of,
)
from features.support.arrange.factory_base import RowFactory
from features.support.arrange.known_accounts import IdentityState
from features.support.arrange.work_factories import (
    AgentFactory,
    EventFactory,
    ObjectiveEntryFactory,
    ObjectiveFactory,
    ProjectFactory,
    TaskFactory,
    TurnFactory,
)
from features.support.world import World

__all__ = [
    "FACTORIES",
    "PASSWORD",
    "AgentFactory",
    "EventFactory",
    "FormerPasswordFactory",
    "LoginSessionFactory",
    "ObjectiveEntryFactory",
    "ObjectiveFactory",
    "ProjectFactory",
    "TaskFactory",
    "TemporaryPasswordFactory",
    "TurnFactory",
    "UserFactory",
    "account",
    "accounts",
    "factory_of",
    "had_passwords",
    "hash_of",
    "models",
    "old_session",
    "stored",
]

Model = TypeVar("Model", bound=Base)

FACTORIES: Final[dict[type[Base], type[RowFactory[Any]]]] = {
    factory.model(): factory
    for factory in (
        UserFactory,
        FormerPasswordFactory,
        TemporaryPasswordFactory,
        LoginSessionFactory,
        ProjectFactory,
        AgentFactory,
        TaskFactory,
        TurnFactory,
        EventFactory,
        ObjectiveFactory,
        ObjectiveEntryFactory,
    )
}

FATES: Final = {"was ended": "ended", "expired": "expired", "became idle": "idle"}
"""How a session is over, and the status that it is made in."""


def models() -> Sequence[type[Base]]:
    """Return everything that the service maps to a table, in the order of the tables' names."""
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    return sorted(mapped, key=lambda model: str(model.__tablename__))


def factory_of(model: type[Model]) -> type[RowFactory[Model]]:
    """Return the factory of a model; fails if there is none."""
    assert model in FACTORIES, f"no factory makes a {model.__name__}"
    return FACTORIES[model]


def stored(world: World, factory: type[RowFactory[Model]], **values: Any) -> Model:
    """Make one of something at the scenario's time, and commit it."""
    with world.past_the_domain() as session:
        made: Model = factory.create(session=session, **{"now": world.clock.now(), **values})
    return made


def account(world: World, person: str, **values: Any) -> User:
    """Store an account and remember it under the person's name."""
    usual = {"email": f"{person.lower()}@example.org", "display_name": person}
    user = stored(world, UserFactory, **{**usual, **values})
    world.people[person] = user
    world.state(IdentityState).passwords[person] = values.get("password", PASSWORD)
    return user


def had_passwords(
    world: World, person: str, passwords: list[str], step: timedelta = timedelta(0)
) -> None:
    """Store an account whose passwords have been these; the last one is the present one.

    Each was replaced so much later than the one before; earlier, if the step is negative.
    """
    user = account(world, person, password=passwords[-1])
    for position, former in enumerate(passwords[:-1]):
        replaced = world.clock.now() + position * step
        stored(world, FormerPasswordFactory, user=user, password=former, now=replaced)


def old_session(world: World, person: str, fate: str, ended: datetime) -> None:
    """Store a session that was over at this time: it was ended, expired, or became idle."""
    stored(
        world,
        LoginSessionFactory,
        user=world.people[person],
        now=ended,
        rules=world.settings.sessions,
        **{FATES[fate]: True},
    )


def accounts(world: World, number: int) -> list[User]:
    """Store several accounts at once, in the order in which they are listed."""
    return [account(world, f"Guest{position}") for position in range(1, number + 1)]
