"""What a kind of mutant is: how it is found in the catalogue, and what is likely to notice it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

import psycopg

from features.support.service import ROOT
from tests.faults.changes import Change
from tests.faults.source.related import CROSS_CUTTING

CAPABILITIES: Final = {
    "users": ("accounts", "sessions"),
    "password_history": ("passwords",),
    "temporary_passwords": ("passwords",),
    "login_sessions": ("sessions",),
    "projects": ("workspace",),
    "agents": ("workspace",),
    "tasks": ("tasks",),
    "turns": ("workspace",),
    "events": ("workspace",),
    "objectives": ("objectives",),
    "objective_history": ("objectives",),
}
"""Where the criteria of each table are: features/…/integrity.feature, and beside it."""

OURS: Final = """
    WITH ours AS (
        SELECT oid, relname, relrowsecurity FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
           AND relname <> 'alembic_version'
    )
"""
"""The tables of the service."""

ROLES: Final = "ARRAY['app_identity', 'app_tenant', 'app_worker']"

ANY: Final = "features/{}/*.feature"
INTEGRITY: Final = "features/{}/integrity.feature"
CAPABILITY: Final = "features/{}"
DELETING: Final = ("features/accounts/deleting.feature", "features/workspace/deleting.feature")
ISOLATION: Final = "features/tenancy/isolation.feature"
RIGHTS: Final = "features/tenancy/rights.feature"
REACH: Final = "features/tenancy/reach.feature"
RECORDED: Final = ("features/migrations/parity.feature", "--name=All.revisions.at.once")
"""The contract that sees what nothing else can see, such as a constraint that is not validated."""


class Found(NamedTuple):
    """One change of the schema."""

    table: str
    """The table that it concerns; nothing if it concerns none."""
    name: str
    """What examples call it."""
    statement: str


Reading = Callable[[psycopg.Connection], Iterable[Found]]
"""Finds what can be changed in a migrated database."""


@dataclass(frozen=True)
class Kind:
    """Changes of one kind."""

    name: str
    read: Reading
    examples: str = ""
    """How lines of examples speak of it, as a pattern; the name is put into it."""
    where: str = INTEGRITY
    """Which files have such examples."""
    features: tuple[str, ...] = (INTEGRITY,)
    """What else must notice, as arguments of `behave`; the capability is put into them."""
    contract: tuple[str, ...] = RECORDED
    """What notices last: arguments of `behave`."""
    recorded: bool = False
    """Only the contract can see it: nothing that a client does comes out differently."""
    own_server: bool = False
    """It changes the server, which must therefore be the run's own."""
    parts: int = 4
    """In how many tests the mutants are judged, so that all cores are busy to the end."""
    may_be_none: bool = False
    """The schema has nothing of this kind yet."""

    def touched_by(self, change: Change) -> bool:
        """Return whether the schema has changed, or what is done to it."""
        return change.within("migrations/", "tests/faults/schema/")

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Mutant:
    """A statement that changes one safeguard, and what must notice."""

    kind: Kind
    statement: str
    """Is also its name."""
    table: str
    examples: tuple[str, ...]
    """The examples that speak of this safeguard, as places in files: judged first."""
    features: tuple[str, ...]
    """Whole features, judged where no example speaks of it or none of those notices."""

    def options(self) -> list[str]:
        """Return on which server `behave` is to run."""
        return ["-D", "postgres=embedded"] if self.kind.own_server else []

    def related(self) -> list[str]:
        """Return the features that are about it: the record is only where nothing else can be."""
        record = ["migrations/parity"] if self.kind.recorded else []
        return [*CAPABILITIES.get(self.table, ()), *CROSS_CUTTING, *record]

    def attempts(self) -> list[list[str]]:
        """Return what `behave` is to run until something notices."""
        chosen = (self.examples, self.features, self.kind.contract)
        return [[*self.options(), *each] for each in dict.fromkeys(chosen) if each]


def mutants(kind: Kind, connection: psycopg.Connection) -> list[Mutant]:
    """Return all mutants of a kind, in an order that is always the same."""
    found = sorted(set(kind.read(connection)), key=lambda each: each.statement)
    assert found or kind.may_be_none, f"the schema has nothing of the kind {kind}"
    return [_mutant(kind, each) for each in found]


def _mutant(kind: Kind, found: Found) -> Mutant:
    capabilities = CAPABILITIES[found.table] if found.table else ("",)
    return Mutant(
        kind,
        found.statement,
        found.table,
        tuple(_examples(kind, found.name, capabilities)),
        tuple(dict.fromkeys(f.format(c) for f in kind.features for c in capabilities)),
    )


def _examples(kind: Kind, name: str, capabilities: Iterable[str]) -> list[str]:
    if not kind.examples:
        return []
    pattern = re.compile(kind.examples.format(re.escape(name)))
    return [
        f"{file.relative_to(ROOT)}:{number}"
        for capability in capabilities
        for file in sorted(ROOT.glob(kind.where.format(capability)))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def by(query: str) -> Reading:
    """Return a reading by a query of table, name and statement, in which OURS are the tables."""

    def read(connection: psycopg.Connection) -> Iterable[Found]:
        return [Found(*row) for row in connection.execute(f"{OURS} {query}".encode())]

    return read
