"""The times that each operation stores and returns, while the clock moves on with each reading."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import psycopg
from sqlalchemy.orm import Session

from domain.errors import DomainError
from domain.identity.sessions import Login
from domain.identity.temporary_passwords import IssuedPassword
from domain.settings import Settings
from features.support import data
from features.support.identity import token_builder
from features.support.manual_clock import TickingClock
from features.support.operations import examples
from features.support.operations.examples import Example, Scene
from features.support.world import World
from pgharness.faults.statement_faults import driver_of

TICK: Final = timedelta(seconds=1)

Tables = dict[str, list[data.Row]]


class _RollBack(Exception):
    """Ends a transaction that is not to be committed."""


@dataclass
class StoredTimes:
    """The instants from which an operation has counted its times, by where each of them is."""

    name: str
    readings: list[datetime]
    """What the clock has shown to the operation."""
    changed_rows: bool = False
    """Whether it has stored rows, or changed some."""
    times: dict[str, datetime] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        """Whether there is one instant, and the clock has shown it."""
        found = set(self.times.values())
        if not self.readings or not self.changed_rows:
            return not found
        return len(found) == 1 and found <= set(self.readings)

    def __str__(self) -> str:
        shown = (f"{where} {at:%H:%M:%S.%f}" for where, at in sorted(self.times.items()))
        return f"{self.name}: {', '.join(shown) or 'no time at all'}"


def run_all(world: World, scene: Scene) -> list[StoredTimes]:
    """Run every operation and roll it back; then those whose effects depend on a password.

    A login ends another session, because only one is allowed.
    """
    rules = replace(world.settings.sessions, at_most=1)
    world.settings = replace(world.settings, sessions=rules)
    return [*_results(world, scene)]


def _results(world: World, scene: Scene) -> Iterator[StoredTimes]:
    for (caller, name), example in examples.examples().items():
        yield _result(world, scene, caller, name, example)
    for name, example in examples.WRONG_PASSWORDS.items():
        yield _result(world, scene, "identity", name, example)
    with world.domain.identity() as tx:
        issued = tx.passwords.issue_temporary(scene.ada.id)

    def log_in(_: Scene, tx: Any) -> object:
        return tx.sessions.log_in(scene.ada.email, issued.password)

    yield _result(world, scene, "identity", "a login with a temporary password", log_in)


def _result(world: World, scene: Scene, caller: str, name: str, example: Example) -> StoredTimes:
    usual, before = world.clock, _tables(world.reader)
    ticking = world.clock = TickingClock(usual.now(), TICK)
    found = StoredTimes(name, ticking.readings)
    try:
        with suppress(_RollBack, DomainError), examples.opened(world.domain, caller, scene) as tx:
            result = example(scene, tx)
            session = _session_of(tx)
            session.flush()
            _note(found, world.settings, before, _seen_within(session))
            found.times.update(_returned(world.settings, result))
            raise _RollBack
    finally:
        world.clock = usual
    if name in examples.WRONG_PASSWORDS:
        _note(found, world.settings, before, _tables(world.reader))
    return found


def _session_of(tx: Any) -> Session:
    session: Session = (tx.sessions if hasattr(tx, "sessions") else tx.tasks)._session  # noqa: SLF001 (only it can flush)
    return session


def _tables(connection: psycopg.Connection) -> Tables:
    return {table: data.rows(connection, table) for table in data.tables(connection)}


def _seen_within(session: Session) -> Tables:
    """Return all rows as the transaction sees them, which no policy hides."""
    driver = driver_of(session.connection())
    driver.execute("SELECT set_config('role', 'none', true)")
    return _tables(driver)


def _note(found: StoredTimes, settings: Settings, before: Tables, after: Tables) -> None:
    """Add the times in rows that were stored or changed."""
    for table, rows in after.items():
        new = [row for row in rows if row not in before[table]]
        found.changed_rows = found.changed_rows or bool(new)
        known = {at for row in before[table] for _, at in _instants(row)}
        for row in new:
            for column, at in _instants(row):
                if at not in known:
                    duration = _DURATIONS.get(f"{table}.{column}", _none)(settings)
                    found.times[f"{table}.{column}"] = at - duration


def _instants(row: data.Row) -> Iterator[tuple[str, datetime]]:
    for column, value in row.items():
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, datetime):
                yield column, each.astimezone(UTC)


def _returned(settings: Settings, result: object) -> Iterator[tuple[str, datetime]]:
    """Return the times in what is returned and not stored: when it ends, and a token's claims."""
    if isinstance(result, Login):
        lifetime = settings.sessions.lifetime
        yield "the login's end", result.expires_at - lifetime
        _, claims = token_builder.read(result.token)
        for claim, duration in {"iat": timedelta(0), "nbf": timedelta(0), "exp": lifetime}.items():
            yield f"the token's {claim}", datetime.fromtimestamp(claims[claim], UTC) - duration
    if isinstance(result, IssuedPassword):
        yield "the password's end", result.expires_at - settings.passwords.temporary_lasts


def _none(_: Settings) -> timedelta:
    return timedelta(0)


_DURATIONS: Final[dict[str, Callable[[Settings], timedelta]]] = {
    "login_sessions.expires_at": lambda settings: settings.sessions.lifetime,
    "temporary_passwords.expires_at": lambda settings: settings.passwords.temporary_lasts,
    "users.locked_until": lambda settings: settings.lockout.lasts,
}
"""How long after the operation the times in a column are; in all others they are its own."""
