"""Per-scenario state of the steps about migrations."""

import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from alembic.script import Script
from sqlalchemy import URL

from features.support.migrations.versioned_clients import Client
from migrations.catalogue import Facts
from pgharness.core.outcomes import check_claimed
from pgharness.data.fingerprints import Fingerprint
from pgharness.interleaving.actors import Gate


@dataclass
class State:
    """A database as a whole."""

    revisions: list[str]
    """Which revisions it says it is at."""
    schema: Facts
    rows: Fingerprint


@dataclass
class Meanwhile:
    """An upgrade that has stopped on its way, in a thread of its own."""

    gate: Gate
    ends: Future[None]


@dataclass
class MigrationState:
    """What came of migrating, one database or one revision after the other."""

    elsewhere: URL | None = None
    """The database in question, where it is not the scenario's own."""
    before: State | None = None
    """As it was before the last upgrade that may be refused."""
    tried: bool = False
    """Whether something was tried that no Then has asked about yet."""
    refusal: Exception | None = None
    """Why the last command was refused."""
    schemas: dict[str, Facts] = field(default_factory=dict)
    """What each revision made of the schema."""
    remains: dict[str, list[str]] = field(default_factory=dict)
    """What was left of each revision when it had been taken back."""
    repeated: dict[str, list[str]] = field(default_factory=dict)
    """How the schema differed when a revision was applied once more."""
    failures: dict[str, int] = field(default_factory=dict)
    """At how many statements each revision was made to fail."""
    damage: list[str] = field(default_factory=list)
    """What was not as before after one of them."""
    sources: dict[str, URL] = field(default_factory=dict)
    """A database before each revision that commits on its way."""
    eras: dict[str, str] = field(default_factory=dict)
    """Of which revision its rows are."""
    undisturbed: dict[str, State] = field(default_factory=dict)
    """What each of them makes of it."""
    halves: dict[str, list[str]] = field(default_factory=dict)
    """The indexes of which only half was left."""
    clients: list[Client] = field(default_factory=list)
    """Those who worked while it was upgraded."""
    meanwhile: Meanwhile = field(init=False)
    """An upgrade that has stopped on its way."""
    ends: Future[None] = field(init=False)
    """Another upgrade, in a thread of its own."""
    gave_way: list[str] = field(default_factory=list)
    """How those were broken off who analyzed tables while it was upgraded."""
    written: dict[str, int] = field(default_factory=dict)
    """The most rows of a table that one transaction of a revision has written."""
    other: "subprocess.Popen[str]" = field(init=False)
    """An upgrade in another process."""
    client: ExitStack = field(init=False)
    """Somebody in a transaction that ends when this is closed."""
    listed: list[Script] = field(default_factory=list)
    """All revisions, oldest first."""

    @contextmanager
    def expected(self, *kinds: type[Exception]) -> Iterator[None]:
        """Keep a refusal for the Then that names it."""
        check_claimed(self.unclaimed())
        self.tried, self.refusal = True, None
        try:
            yield
        except kinds as refusal:
            self.refusal = refusal

    def claim(self) -> Exception | None:
        """Return why the last command was refused, or None, and count it as judged."""
        assert self.tried, "nothing was tried that could have been refused"
        self.tried = False
        return self.refusal

    def unclaimed(self) -> Exception | None:
        """Return the refusal that no Then has asked about, if there is one."""
        return self.refusal if self.tried else None


def not_empty(found: Mapping[str, list[str]]) -> str:
    """Return in words for which revisions something was found."""
    return "; ".join(
        f"{revision}: {', '.join(words)}" for revision, words in found.items() if words
    )
