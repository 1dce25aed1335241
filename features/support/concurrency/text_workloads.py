"""What people do at once with texts that they have read, each through the service."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from domain.errors import Entity, Stale
from domain.transactions import IdentityWork, Isolation
from features.support.arrange.known_work import WorkState
from features.support.concurrency.stress_tests import Part, Participant, Race
from features.support.world import World


@dataclass(frozen=True)
class Added:
    """A word that somebody believes to have added to a text."""

    word: str
    version: int
    """Which version that made, as they were told."""


@dataclass(frozen=True)
class Crossed:
    """A word that somebody believes to have added to two names."""

    word: str
    attempts: int
    """How often they tried."""


@dataclass(frozen=True)
class Text:
    """Something that has a text and a version, and how it is read and changed."""

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
"""By what they are called."""


def add_a_word(text: Text, world: World) -> Part:
    """Read the text and add a word to it; if somebody was faster, read it again and so on."""
    key = text.key(world)

    def part(one: Participant) -> Added:
        while True:
            try:
                return _add(text, world, one, key)
            except Stale as refusal:
                if refusal.entity is not text.entity:
                    raise
                continue  # somebody else's word is in by now, so this ends

    return part


def add_a_word_once(text: Text, world: World) -> Part:
    """Add a word to the text as everybody has read it before anybody adds one."""
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


def add_a_word_in_isolation(world: World) -> Part:
    """Read Ada's account and rename it in one unit of work that sees nothing of the others'."""
    key = world.people["Ada"].id

    def part(one: Participant) -> Added:
        def work(tx: IdentityWork) -> Added:
            seen = tx.accounts.get(key)
            return Added(
                one.word, tx.accounts.rename(seen, f"{seen.display_name} {one.word}").version
            )

        return one.subject.run(_alone(one), work)

    return part


def rename_crosswise(world: World) -> Part:
    """In pairs: each renames two accounts, the one in the order opposite to the other's.

    At their first attempt all have renamed one before anybody renames the other.
    """
    ids = [user.id for user in world.people.values()]

    def part(one: Participant) -> Crossed:
        first = one.position // 2 * 2
        pair = ids[first : first + 2]
        order = pair if one.position % 2 == 0 else pair[::-1]
        attempts = 0

        def work(tx: IdentityWork) -> Crossed:
            nonlocal attempts
            attempts += 1
            for position, user_id in enumerate(order):
                if position and attempts == 1:
                    one.meet()
                seen = tx.accounts.get(user_id)
                tx.accounts.rename(seen, f"{seen.display_name} {one.word}")
            return Crossed(one.word, attempts)

        return one.subject.run(_alone(one), work)

    return part


def _alone(one: Participant) -> Callable[[], AbstractContextManager[IdentityWork]]:
    """Return what opens a unit of work in which a reading that is overtaken is a conflict."""
    return partial(one.subject.identity, isolation=Isolation.REPEATABLE_READ)


def _only(things: dict[str, Any]) -> Any:
    (only,) = things.values()
    return only


TEXT_RACES: Final[dict[str, Race]] = {
    **{f"add a word each to {name}": partial(add_a_word, what) for name, what in TEXTS.items()},
    **{
        f"add a word each to {name}, all after one reading": partial(add_a_word_once, what)
        for name, what in TEXTS.items()
    },
    "add a word each to the name of Ada's account, each as if alone": add_a_word_in_isolation,
    "rename two accounts, in opposite orders": rename_crosswise,
}
"""In the words of the features."""
