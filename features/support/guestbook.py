"""What examples have left behind in the scopes around them, remembered outside of the database.

By this it can be said of every example alone, in any order, what it must find: of each scope the
last thing that an example of its own has left, or else what was there when it began.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from weakref import WeakKeyDictionary

from behave.model import Rule
from behave.runner import Context
from psycopg import sql

from features.support import data, factories, inventory, work
from features.support.known import IdentityState
from features.support.world import World
from pgharness.adapters.behave.scope_tags import PREFIX, ROLLBACK, RUN
from pgharness.adapters.test_run import Harness
from pgharness.isolation.scopes import ISOLATING

Stored = Mapping[str, list[Any]]
"""The rows of each table that has any, where each sequence is that has moved, what is off."""

ROWS: Final = 'SELECT t::text FROM {} AS t ORDER BY t::text COLLATE "C"'

TRIGGERS_OFF: Final = "SELECT tgname FROM pg_trigger WHERE tgenabled = 'D' ORDER BY 1"

Place = tuple[str, str]
"""A scope: how wide it is, and where it stands."""

_books: WeakKeyDictionary[Harness[Any], dict[Place, Stored]] = WeakKeyDictionary()
"""What was left, of each run."""


@dataclass
class NestedSuite:
    """Per-scenario state of the steps that run a suite within."""

    breaking: dict[str, str] = field(default_factory=dict)
    """The hooks that fail ("before" or "after"), each with the title it is around."""


class Visit:
    """One example that finds something, and leaves something."""

    def __init__(self, context: Context) -> None:
        self._world: World = context.world
        self._book = _books.setdefault(context.harness, {})
        self._scopes = _scopes_around(context)
        self._expected = [self._book.get(scope) for scope in self._scopes]
        self.found = self._stored()

    def leave(self) -> None:
        """Note what is there now, for the examples after this one."""
        width, _ = narrowest = self._scopes[-1]
        if width != "scenario":
            self._book[narrowest] = self._stored()

    def expected(self, width: str) -> Stored:
        """Return what the example must have found of a scope around it."""
        widths = [width for width, _ in self._scopes]
        assert width in widths, f"no {width} around this example is a scope; there are {widths}"
        left = (left for left in self._expected[widths.index(width) :: -1] if left is not None)
        return next(left, {})

    def _stored(self) -> Stored:
        reader = self._world.reader
        tables: dict[str, list[Any]] = {
            table: reader.execute(sql.SQL(ROWS).format(sql.Identifier(table))).fetchall()
            for table in data.tables(reader)
        }
        more = {
            "sequences": sorted((name, *at) for name, at in inventory.moved(reader).items()),
            "triggers": reader.execute(TRIGGERS_OFF).fetchall(),
        }
        return {name: rows for name, rows in {**tables, **more}.items() if rows}


def _scopes_around(context: Context) -> list[Place]:
    """Return the scopes that an example is in, the widest first, as its tags say."""
    scopes: list[Place] = []
    here = [element for element in (context.feature, _rule(context), context.scenario) if element]
    for element in here:
        if not ISOLATING.isdisjoint(element.tags):
            scopes = []
        if PREFIX + RUN in element.tags:
            scopes = [(RUN, "")]
        if PREFIX + element.type in element.tags:
            scopes.append((element.type, str(element.location)))
    if not scopes or ROLLBACK in context.scenario.effective_tags:
        scopes.append(("scenario", str(context.scenario.location)))
    return scopes


def _rule(context: Context) -> Rule | None:
    return context.rule if "rule" in context else None


def difference(found: Stored, expected: Stored) -> str:
    """Return in words what is there and should not be, or is not and should."""
    lines = []
    for name in sorted(found.keys() | expected.keys()):
        here, there = found.get(name, []), expected.get(name, [])
        if here == there:
            continue
        lines += [f"{name}: {row} is there" for row in here if row not in there]
        lines += [f"{name}: {row} is not there" for row in there if row not in here]
        if len(here) != len(there):
            lines.append(f"{name}: {len(here)}, not {len(there)}")
    return "\n".join(lines)


def find_again(world: World, person: str) -> bool:
    """Know somebody again whose account an earlier example has made; tell whether there is one."""
    found = data.rows(world.reader, "users", email=f"{person.lower()}@example.org")
    if not found:
        return False
    with world.domain.identity() as tx:
        world.people[person] = tx.accounts.get(found[0]["id"])
    world.state(IdentityState).passwords[person] = factories.PASSWORD
    return True


def leave_everything(world: World, person: str) -> None:
    """Store one of each kind that somebody can own, unless an earlier example has done it."""
    if not find_again(world, person):
        factories.account(world, person)
        work.everything(world, person)


def visit(context: Context) -> Visit:
    """Return the example's visit, which begins when it is first asked for."""
    if "visit" not in context:
        context.visit = Visit(context)
    found: Visit = context.visit
    return found
