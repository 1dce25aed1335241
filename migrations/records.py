"""What is recorded of each revision once it is frozen: its digest, and what it does to the schema.

A record is a file in `migrations/records/`, written by `poe freeze` and never by hand.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from alembic.script import Script, ScriptDirectory

from migrations.catalogue import Facts

FOLDER: Final = Path(__file__).with_name("records")

EMPTY: Final[Facts] = {"grant on the schema public to PUBLIC": "usage"}
"""What an empty database has, from PostgreSQL 15 on."""


@dataclass(frozen=True)
class Record:
    """What one revision was when it was frozen."""

    sha256: str
    """Of the revision's file."""
    before: Facts
    """What it removes or changes, as it was."""
    after: Facts
    """What it adds or changes, as it becomes."""

    @classmethod
    def of(cls, script: Script, was: Facts, becomes: Facts) -> Self:
        """Return the record of a revision that makes the one schema of the other."""
        return cls(
            digest(script),
            dict(sorted(was.items() - becomes.items())),
            dict(sorted(becomes.items() - was.items())),
        )

    @classmethod
    def read(cls, revision: str) -> Self | None:
        """Return what is recorded of a revision, if it is frozen."""
        try:
            fields: dict[str, Any] = json.loads(_file(revision).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return cls(**fields)

    def write(self, revision: str) -> None:
        """Freeze a revision."""
        FOLDER.mkdir(exist_ok=True)
        text = json.dumps(asdict(self), indent=1, ensure_ascii=False)
        _file(revision).write_text(text + "\n", "utf-8")

    def applied_to(self, facts: Facts) -> Facts:
        """Return what the revision makes of a schema."""
        left = {thing: state for thing, state in facts.items() if thing not in self.before}
        return {**left, **self.after}

    @property
    def touches(self) -> frozenset[str]:
        """The things that the revision adds, changes or removes."""
        return frozenset(self.before) | frozenset(self.after)


def _file(revision: str) -> Path:
    return FOLDER / f"{revision}.json"


def digest(script: Script) -> str:
    """Return the SHA-256 of a revision's file, whatever its ends of lines."""
    return hashlib.sha256(Path(script.path).read_text("utf-8").encode()).hexdigest()


def history(scripts: ScriptDirectory) -> list[Script]:
    """Return all revisions, oldest first."""
    return list(scripts.walk_revisions())[::-1]


def schema_at(scripts: ScriptDirectory, revision: str | None) -> Facts | None:
    """Return what the schema is at a revision (None: before the first), if all of it is frozen."""
    facts = EMPTY
    for script in _up_to(scripts, revision):
        record = Record.read(script.revision)
        if record is None:
            return None
        facts = record.applied_to(facts)
    return facts


def _up_to(scripts: ScriptDirectory, revision: str | None) -> Iterator[Script]:
    if revision is None:
        return
    for script in history(scripts):
        yield script
        if script.revision == revision:
            return


def may_be_interrupted(script: Script) -> bool:
    """Tell whether a revision commits before its end, so that half of it may be there."""
    source = Path(script.path).read_text("utf-8")
    return "autocommit_block" in source or "batches.run(" in source


def may_leave_half(script: Script) -> bool:
    """Tell whether half of what a revision does to the schema may be there; batches change none."""
    return "autocommit_block" in Path(script.path).read_text("utf-8")


def halfway(scripts: ScriptDirectory, revision: str | None) -> frozenset[str]:
    """Return the things that may be in any state at a revision.

    They are those of an upgrade or a downgrade from there that was interrupted.
    """
    begun = [s for s in history(scripts) if revision in (s.revision, s.down_revision)]
    records = [Record.read(s.revision) for s in begun if may_leave_half(s)]
    return frozenset().union(*(record.touches for record in records if record))


def problems(scripts: ScriptDirectory) -> Iterator[str]:
    """Yield one line for each revision that is not as it was frozen, or not frozen."""
    revisions = {script.revision: script for script in history(scripts)}
    for revision, script in revisions.items():
        record = Record.read(revision)
        name = Path(script.path).name
        if record is None:
            yield f"{name} is not frozen yet: uv run poe freeze"
        elif record.sha256 != digest(script):
            yield f"{name} was changed since it was frozen: take that back, write a new revision"
    for file in sorted(FOLDER.glob("*.json")):
        if file.stem not in revisions:
            yield f"{file.name} is the record of no revision: what was frozen stays"
