"""Logging in where the transaction must go on: something was done before, or all see one moment."""

from collections.abc import Callable
from functools import partial
from typing import Final

from domain import Isolation
from features.support.world import World


def _renamed(world: World, person: str) -> None:
    with world.domain.identity() as tx:
        tx.accounts.rename(world.people[person], "Ada King")
        tx.sessions.log_in(world.people[person].email, world.passwords[person])


def _in_a_savepoint(world: World, person: str) -> None:
    with world.domain.identity() as tx, tx.savepoint():
        tx.sessions.log_in(world.people[person].email, world.passwords[person])


def _isolated(isolation: Isolation, world: World, person: str) -> None:
    with world.domain.identity(isolation=isolation) as tx:
        tx.sessions.log_in(world.people[person].email, world.passwords[person])


WITHIN: Final[dict[str, Callable[[World, str], None]]] = {
    "has renamed somebody": _renamed,
    "is in a savepoint": _in_a_savepoint,
    "is at repeatable read": partial(_isolated, Isolation.REPEATABLE_READ),
    "is serializable": partial(_isolated, Isolation.SERIALIZABLE),
}
"""What else a unit of work does in which somebody logs in, or how it works."""
