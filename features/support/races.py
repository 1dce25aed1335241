"""What people do at once, each through the service.

What the same looks like when somebody is careless is in `careless`.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from domain import DomainError
from domain.accounts import StaleAccount
from domain.objectives import StaleObjective
from domain.task_queue import Claim
from domain.tasks import StaleTask, TaskAlreadyFinished, TaskNotFound
from domain.tenancy import TenantNotFound
from domain.transactions import IdentityWork, Isolation
from features.support.factories import PASSWORD
from features.support.logins import WRONG
from features.support.storms import Part, Participant
from features.support.world import World

PURGED_AT_ONCE: Final = 5
"""Sessions in a batch."""

SUBMISSIONS: Final = 10
"""By each owner whose account is being deleted."""

Race = Callable[[World], Part]
"""Looks at what the scenario has arranged, and says what each does then."""


@dataclass(frozen=True)
class Accepted:
    """A report that a worker believes to have been accepted."""

    task_id: int
    by: int
    """The worker's position."""


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
class Replaced:
    """The password that somebody believes to have now."""

    password: str


# --- tasks ------------------------------------------------------------------------------------


def empty_the_queue(_: World) -> Part:
    """Claim and complete one task after the other until there is nothing to claim."""

    def part(one: Participant) -> list[int]:
        mine: list[int] = []
        while (claim := _claim(one)) is not None:
            mine.append(claim.id)
            with one.domain.worker() as tx:
                tx.tasks.complete(claim, {"by": one.position})
        return mine

    return part


def claim_together(_: World) -> Part:
    """Claim one task, and keep the unit of work open until everybody has claimed."""

    def part(one: Participant) -> list[int]:
        with one.domain.worker() as tx:
            claim = tx.tasks.claim()
            one.meet()
        return [claim.id] if claim else []

    return part


def report_on_every_task(world: World) -> Part:
    """Complete every task that is being worked on, in an order of one's own."""
    seen = list(world.tasks.values())

    def part(one: Participant) -> list[Accepted]:
        accepted = []
        for task in one.dice.sample(seen, len(seen)):
            try:
                with one.domain.worker() as tx:
                    tx.tasks.complete(task, {"by": one.position})
            except TaskAlreadyFinished:
                continue
            accepted.append(Accepted(task.id, one.position))
        return accepted

    return part


def work_until_the_account_is_gone(world: World) -> Part:
    """One deletes Ada's account; half of the others submit and delete her tasks, half do them."""
    ada = world.people["Ada"]

    def part(one: Participant) -> object:
        if one.position == 0:
            return _delete_after_some_work(one)
        if one.position % 2:
            return _own(one)
        return _work(one)

    def _delete_after_some_work(one: Participant) -> None:
        for _ in range(one.dice.randint(1, 3)):
            _claim(one)
        with one.domain.identity() as tx:
            tx.accounts.delete(tx.accounts.get(ada.id))

    def _own(one: Participant) -> None:
        for number in range(SUBMISSIONS):
            try:
                with one.domain.tenant(ada.id) as tx:
                    task = tx.tasks.submit(f"{one.word} {number}", payload=None)
                if one.dice.random() < 1 / 2:
                    with one.domain.tenant(ada.id) as tx:
                        tx.tasks.delete(task)
            except (TenantNotFound, TaskNotFound, StaleTask):
                continue

    def _work(one: Participant) -> None:
        while (claim := _claim(one)) is not None:
            try:
                with one.domain.worker() as tx:
                    tx.tasks.complete(claim, {"by": one.position})
            except TaskNotFound:
                continue

    return part


def _claim(one: Participant) -> Claim | None:
    with one.domain.worker() as tx:
        return tx.tasks.claim()


# --- changes that rest on a reading -----------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """Something that has a text and a version, and how it is read and changed."""

    table: str
    column: str
    opening: Callable[[World, Participant], AbstractContextManager[Any]]
    key: Callable[[World], int]
    read: Callable[[Any, int], Any]
    write: Callable[[Any, Any, str], Any]
    stale: type[DomainError]


TEXTS: Final = {
    "the name of Ada's account": Text(
        "users",
        "display_name",
        lambda _, one: one.domain.identity(),
        lambda world: world.people["Ada"].id,
        lambda tx, key: tx.accounts.get(key),
        lambda tx, seen, text: tx.accounts.rename(seen, text),
        StaleAccount,
    ),
    "the title of Ada's task": Text(
        "tasks",
        "title",
        lambda world, one: one.domain.tenant(world.people["Ada"].id),
        lambda world: _only(world.tasks).id,
        lambda tx, key: tx.tasks.get(key),
        lambda tx, seen, text: tx.tasks.retitle(seen, text),
        StaleTask,
    ),
    "Ada's objective": Text(
        "objectives",
        "text",
        lambda world, one: one.domain.tenant(world.people["Ada"].id),
        lambda world: _only(world.objectives).id,
        lambda tx, key: tx.objectives.get(key),
        lambda tx, seen, text: tx.objectives.change(seen, text),
        StaleObjective,
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
            except text.stale:
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

        return one.domain.run(
            partial(one.domain.identity, isolation=Isolation.REPEATABLE_READ), work
        )

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

        return one.domain.run(one.domain.identity, work)

    return part


# --- logins -----------------------------------------------------------------------------------


def log_in(world: World) -> Part:
    """Log in three times, each time to the account of anybody there is."""
    people = list(world.people.values())

    def part(one: Participant) -> None:
        for user in one.dice.choices(people, k=3):
            with one.domain.identity() as tx:
                tx.sessions.log_in(user.email, PASSWORD)

    return part


def fail_to_log_in(world: World) -> Part:
    """Log in to Ada's account with a wrong password."""

    def part(one: Participant) -> None:
        with one.domain.identity() as tx:
            tx.sessions.log_in(world.people["Ada"].email, WRONG)

    return part


def register_one_address(_: World) -> Part:
    """Register with one address, each in another spelling."""

    def part(one: Participant) -> None:
        with one.domain.identity() as tx:
            tx.accounts.register(spelling(one), one.word, PASSWORD)

    return part


def spelling(one: Participant) -> str:
    """Return the one address in capitals and small letters of one's own."""
    return "".join(one.dice.choice([c, c.upper()]) for c in "ada") + "@example.org"


def replace_password(world: World) -> Part:
    """Replace Ada's password, each from a device of hers, by a new one of their own."""
    tokens = list(world.tokens.values())

    def part(one: Participant) -> Replaced:
        with one.domain.identity() as tx:
            tx.passwords.change(tokens[one.position], PASSWORD, new_password(one))
        return Replaced(new_password(one))

    return part


def new_password(one: Participant) -> str:
    """Return a password that nobody else chooses."""
    return f"nine herons wade upstream {one.word}"


def remove_old_sessions(_: World) -> Part:
    """Remove one batch of old sessions after the other, until nothing is left."""

    def part(one: Participant) -> int:
        total = 0
        while True:
            with one.domain.identity() as tx:
                removed = tx.sessions.purge(PURGED_AT_ONCE)
            if not removed:
                return total
            total += removed

    return part


RACES: Final[dict[str, Race]] = {
    "claim and complete tasks until none is left": empty_the_queue,
    "claim a task each and keep it until all have claimed": claim_together,
    "report on all of these tasks": report_on_every_task,
    "work on Ada's tasks while her account is deleted": work_until_the_account_is_gone,
    **{f"add a word each to {name}": partial(add_a_word, what) for name, what in TEXTS.items()},
    **{
        f"add a word each to {name}, all after one reading": partial(add_a_word_once, what)
        for name, what in TEXTS.items()
    },
    "add a word each to the name of Ada's account, each as if alone": add_a_word_in_isolation,
    "rename two accounts, in opposite orders": rename_crosswise,
    "log in to anybody's account": log_in,
    "fail to log in to Ada's account": fail_to_log_in,
    "register with one address": register_one_address,
    "replace Ada's password": replace_password,
    "remove old sessions": remove_old_sessions,
}
"""In the words of the features."""


def _only(things: dict[str, Any]) -> Any:
    (only,) = things.values()
    return only
