"""New head revisions: what they make of the schema is on record, as of each frozen revision.

The files of the others stay where they are; a run sees copies of them beside the new ones.
"""

import hashlib
import os
import secrets
import shutil
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch
from alembic.script import ScriptDirectory
from sqlalchemy import make_url

from features.support.service import MIGRATIONS, ROOT
from migrations import catalogue, records
from migrations.records import Record
from pgharness.databases.migrators import Alembic
from pgharness.databases.templates import RunDatabases
from pgharness.servers import provision

MIGRATED: Final = ROOT / "migrations"

SOURCE: Final = '''"""{sentence}

Revises: {former}
"""

from migrations import guards

revision = "{revision}"
down_revision = "{former}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    guards.run({upgrade!r})


def downgrade() -> None:
    guards.run({downgrade!r})
'''


@dataclass(frozen=True)
class Revision:
    """What a new revision does, and how that is undone."""

    sentence: str
    upgrade: str
    downgrade: str


_new: Final[list[Revision]] = []


TIMES: Final = {
    "events": "created_at",
    "turns": "created_at",
    "tasks": "finished_at",
    "agents": "created_at",
    "projects": "created_at",
    "objective_history": "valid_from",
    "objectives": "since",
    "login_sessions": "last_seen_at",
    "temporary_passwords": "issued_at",
    "password_history": "retired_at",
    "users": "changed_at",
}
"""All tables, children first, as the service's own transactions lock them; a time in each."""

ALONE: Final = f"LOCK TABLE {', '.join(TIMES)} IN ACCESS EXCLUSIVE MODE"


def revise(sentence: str, upgrade: str = "SELECT", downgrade: str = "SELECT") -> None:
    """Have one more revision at the head; by default it does nothing."""
    _new.append(Revision(sentence, upgrade, downgrade))


def revise_tables(sentence: str, upgrade: str, downgrade: str, *tables: str) -> None:
    """Do the same to each table, or to these; the SQL has `{table}`, and `{time}` for its time."""
    chosen = tables or TIMES
    both = (
        ";".join([ALONE, *(sql.format(table=table, time=TIMES[table]) for table in chosen)])
        for sql in (upgrade, downgrade)
    )
    revise(sentence, *both)


def publish(patch: MonkeyPatch, folder: Path) -> None:
    """Let the run see the new revisions, if there are any, as if they were committed."""
    if not _new:
        return
    versions, frozen = folder / "versions", folder / "records"
    shutil.copytree(MIGRATED / "versions", versions, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(records.FOLDER, frozen)
    patch.setattr(records, "FOLDER", frozen)
    _freeze(versions)
    original = ScriptDirectory.__init__

    def made(self: ScriptDirectory, *arguments: Any, **named: Any) -> None:
        original(self, *arguments, **{**named, "version_locations": [str(versions)]})

    patch.setattr(ScriptDirectory, "__init__", made)
    own_template(patch, repr(_new))
    # `alembic` as a program of its own reads this beside pyproject.toml.
    ini = folder / "alembic.ini"
    escaped = str(versions).replace("%", "%%")
    ini.write_text(
        f"{(ROOT / 'alembic.ini').read_text('utf-8')}"
        f"script_location = {str(MIGRATED).replace('%', '%%')}\n"
        f"version_locations = {escaped}\npath_separator = os\n",
        "utf-8",
    )
    patch.setenv("ALEMBIC_CONFIG", str(ini))


def own_template(patch: MonkeyPatch, what: str) -> None:
    """Let the run build a template of its own: the one that is there was made otherwise."""
    original = Alembic.fingerprint

    def fingerprint(self: Alembic) -> str:
        former = original(self)
        return hashlib.sha256(f"{former} {what}".encode()).hexdigest()[: len(former)]

    patch.setattr(Alembic, "fingerprint", fingerprint)


def _freeze(versions: Path) -> None:
    """Write the revisions and their records, by what each makes of a migrated database."""
    former = max(file.stem.partition("_")[0] for file in versions.glob("*.py"))
    with ExitStack() as cleanups:
        url = make_url(os.environ["TEST_DATABASE_URL"])
        databases = RunDatabases(url, secrets.token_hex(8), MIGRATIONS)
        databases.open(cleanups)
        connection = provision.connect(databases.clone("control", cleanups))
        cleanups.callback(connection.close)
        becomes = catalogue.read(connection)
        for new in _new:
            revision = f"{int(former) + 1:04}"
            source = SOURCE.format(**asdict(new), former=former, revision=revision)
            (versions / f"{revision}_control.py").write_text(source, "utf-8")
            was = becomes
            connection.execute(new.upgrade.encode())
            becomes = catalogue.read(connection)
            record = Record(
                hashlib.sha256(source.encode()).hexdigest(),
                dict(sorted(was.items() - becomes.items())),
                dict(sorted(becomes.items() - was.items())),
            )
            record.write(revision)
            former = revision
