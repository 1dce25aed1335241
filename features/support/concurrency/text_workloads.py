"""Concurrent changes of a text that was read before, through the service."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from domain.errors import Entity, Stale
from domain.transactions import IdentityWork, Isolation
from features.support.arrange.known_work import WorkState
from features.support.concurrency.stress_tests import ClientWork, Participant, Workload
from features.support.world import World


@dataclass(frozen=True)
class Added:
    """A word that the service has accepted for a text."""

    word: str
    version: int
    """The new version that the service has returned."""


@dataclass(frozen=True)
class AddedToBoth:
    """A word that the service has accepted for two names."""

    word: str
    attempts: int
    """Of the transaction."""


@dataclass(frozen=True)
class Text:
    """A text of a row with a version, and the operations that read and change it."""

    table: str
    column: str
    opening: Callable[[World, Participant], AbstractContextManager[Any]]
    key: Callable[[World], int]
    read: Callable[[Any, int], Any]
    write: Callable[[Any, Any, str], Any]
    entity: Entity
    """What a `Stale` refusal of the change is about."""


TEXTS: Final = {
    "the name of Ada's account": Text(
        "users",
        "display_name",
        lambda _, one: one.subject.identity(),
        lambda world: world.people["Ada"].id,
        lambda tx, key: tx.accounts.get(key),
        lambda tx, seen, text: tx.accounts.rename(seen, text),
        Entity.ACCOUNT,
    ),
    "the title of Ada's task": Text(
        "tasks",
        "title",
        lambda world, one: one.subject.tenant(world.people["Ada"].id),
        lambda world: _only(world.state(WorkState).tasks).id,
        lambda tx, key: tx.tasks.get(key),
        lambda tx, seen, text: tx.tasks.retitle(seen, text),
        Entity.TASK,
    ),
    "Ada's objective": Text(
        "objectives",
        "text",
        lambda world, one: one.subject.tenant(world.people["Ada"].id),
        lambda world: _only(world.state(WorkState).objectives).id,
        lambda tx, key: tx.objectives.get(key),
        lambda tx, seen, text: tx.objectives.change(seen, text),
        Entity.OBJECTIVE,
    ),
}
"""By the words of the features."""


def add_a_word(text: Text, world: World) -> ClientWork:
    """Read the text and add a word to it, again until that is not refused."""
    key = text.key(world)

    def work(one: Participant) -> Added:
        while True:
            try:
                return _add(text, world, one, key)
            except Stale as refusal:
                if refusal.entity is not text.entity:
                    raise
                continue  # another client has committed, so this ends

    return work


def add_a_word_once(text: Text, world: World) -> ClientWork:
    """Read the text; after all clients have, add a word to it."""
    key = text.key(world)
    return lambda one: _add(text, world, one, key, after_reading=one.meet)


def _add(
    text: Text,
    world: World,
    one: Participant,
    key: int,
    after_reading: Callable[[], object] = lambda: None,
) -> Added:
    with text.opening(world, one) as tx:
        seen = text.read(tx, key)
    after_reading()
    with text.opening(world, one) as tx:
        changed = text.write(tx, seen, f"{getattr(seen, text.column)} {one.word}")
    return Added(one.word, changed.version)


def add_a_word_with_retries(world: World) -> ClientWork:
    """Read and rename Ada's account in one transaction at repeatable read, with retries."""
    key = world.people["Ada"].id

    def work(one: Participant) -> Added:
        def attempt(tx: IdentityWork) -> Added:
            seen = tx.accounts.get(key)
            return Added(
                one.word, tx.accounts.rename(seen, f"{seen.display_name} {one.word}").version
            )

        return one.subject.run(_repeatable_read(one), attempt)

    return work


def rename_in_opposite_orders(world: World) -> ClientWork:
    """Rename two accounts per pair of clients, in opposite orders, with retries.

    In their first attempts all clients have renamed one before any renames the other: a deadlock.
    """
    ids = [user.id for user in world.people.values()]

    def work(one: Participant) -> AddedToBoth:
        first = one.position // 2 * 2
        pair = ids[first : first + 2]
        order = pair if one.position % 2 == 0 else pair[::-1]
        attempts = 0

        def attempt(tx: IdentityWork) -> AddedToBoth:
            nonlocal attempts
            attempts += 1
            for position, user_id in enumerate(order):
                if position and attempts == 1:
                    one.meet()
                seen = tx.accounts.get(user_id)
                tx.accounts.rename(seen, f"{seen.display_name} {one.word}")
            return AddedToBoth(one.word, attempts)

        return one.subject.run(_repeatable_read(one), attempt)

    return work


def _repeatable_read(one: Participant) -> Callable[[], AbstractContextManager[IdentityWork]]:
    """Return what opens a transaction in which a change of a row that was read is a conflict."""
    return partial(one.subject.identity, isolation=Isolation.REPEATABLE_READ)


def _only(rows: dict[str, Any]) -> Any:
    (only,) = rows.values()
    return only


TEXT_WORKLOADS: Final[dict[str, Workload]] = {
    **{f"add a word each to {name}": partial(add_a_word, what) for name, what in TEXTS.items()},
    **{
        f"read {name}, and then add a word each": partial(add_a_word_once, what)
        for name, what in TEXTS.items()
    },
    "add a word each to the name of Ada's account at repeatable read": add_a_word_with_retries,
    "rename two accounts in opposite orders": rename_in_opposite_orders,
}
"""By the words of the features."""
