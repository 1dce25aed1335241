"""Logging in where the transaction must go on: something was done before, or all see one moment."""

from collections.abc import Callable
from functools import partial
from typing import Final

from domain import Isolation
from domain.transactions import IdentityWork
from features.support.arrange.known_accounts import IdentityState
from features.support.world import World


def _log_in(world: World, person: str, tx: IdentityWork) -> None:
    tx.sessions.log_in(world.people[person].email, world.state(IdentityState).passwords[person])


def _renamed(world: World, person: str) -> None:
    with world.domain.identity() as tx:
        tx.accounts.rename(world.people[person], "Ada King")
        _log_in(world, person, tx)


def _in_a_savepoint(world: World, person: str) -> None:
    with world.domain.identity() as tx, tx.savepoint():
        _log_in(world, person, tx)


def _isolated(isolation: Isolation, world: World, person: str) -> None:
    with world.domain.identity(isolation=isolation) as tx:
        _log_in(world, person, tx)


WITHIN: Final[dict[str, Callable[[World, str], None]]] = {
    "has renamed somebody": _renamed,
    "is in a savepoint": _in_a_savepoint,
    "is at repeatable read": partial(_isolated, Isolation.REPEATABLE_READ),
    "is serializable": partial(_isolated, Isolation.SERIALIZABLE),
}
"""What else a unit of work does in which somebody logs in, or how it works."""
