"""Migrators: they build the schema by Alembic, SQLAlchemy metadata, or SQL files.

The fingerprint of a migrator names the template that runs share. It is a digest of the sources of
the schema, so that a template of older sources is never used; `fingerprint` of each says what the
digest does not include.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from configparser import Error as MalformedIni
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import TYPE_CHECKING, Any, Final

import psycopg
import sqlalchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import URL, Connection, MetaData, create_mock_engine, event
from sqlalchemy.dialects.postgresql import CreateDomainType, CreateEnumType
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.schema import CreateSchema, CreateSequence, CreateTable
from sqlalchemy.sql import ClauseElement

from pgharness.core.errors import HarnessError
from pgharness.core.extras import extras
from pgharness.databases import sources, sql_text
from pgharness.servers import provision

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext, RevisionStep
    from alembic.script import ScriptDirectory

DIALECT: Final[Any] = PGDialect_psycopg()  # type: ignore[no-untyped-call]
IN_A_SCHEMA: Final = (CreateTable, CreateSequence, CreateEnumType, CreateDomainType)
"""Statements that need an existing schema."""

RESET_SESSION: Final = "RESET SESSION AUTHORIZATION; RESET ALL"
"""Restores the role and the settings with which the session began."""


@dataclass
class Alembic:
    """Runs `alembic upgrade head`.

    `env.py` must use `config.attributes["connection"]`, as in Alembic's cookbook, or
    `sqlalchemy.url`.
    """

    config_file: Path | str = "alembic.ini"
    """An ini file, or a `pyproject.toml` with `[tool.alembic]`."""

    def fingerprint(self) -> str:
        """Return a digest of the configuration, the script folder and the version folders.

        It includes the project's own packages that these files import, with all that is in them,
        and the versions of the libraries; not files elsewhere that `env.py` and the revisions read.
        """
        with extras():
            import alembic

        with _refusals(self.config_file):
            config = self._config()
            script = self._script(config)
        folders = [Path(script.dir), *map(Path, script.version_locations)]
        files = [file for folder in folders for file in sources.below(folder)]
        imported = sources.imported(files, sources.roots(config.get_prepend_sys_paths_list() or ()))
        settings = Path(self.config_file)
        versions = (alembic.__version__, sqlalchemy.__version__, psycopg.__version__)
        return sources.digest([*files, *imported, (settings, settings.parent)], *versions)

    def migrate(self, url: URL, revision: str = "head") -> None:
        """Upgrade the database to a revision.

        Raises `HarnessError` for errors of Alembic, and if the database does not have the revision
        afterwards: an `env.py` with a fixed URL migrates another one.
        """
        with _refusals(self.config_file):
            config = self._config()
            written = url.render_as_string(hide_password=False).replace("%", "%%")
            config.set_main_option("sqlalchemy.url", written)
            script = self._script(config)
            if not script.get_heads():
                raise HarnessError(
                    f"Alembic finds no revision for {script.dir}: make one, or see whether "
                    "script_location and version_locations are right."
                )
            with provision.engine(url).connect() as connection:
                config.attributes["connection"] = connection
                contexts, steps = _upgrade(config, script, revision)
                connection.commit()  # Alembic leaves the commit to the owner of a connection
            wanted = {step.revision for step in steps} or set(script.get_revisions(revision))
            with provision.engine(url).connect() as connection:
                heads = _heads(connection, contexts)
                missing = wanted.difference(script.iterate_revisions(heads, (), implicit_base=True))
        if missing:
            raise HarnessError(
                "env.py has migrated another database than the one given, or none: let it take "
                'config.attributes["connection"] or sqlalchemy.url.'
            )

    def _config(self) -> "Config":
        with extras():
            from alembic.config import Config

        file = Path(self.config_file)
        if not file.is_file():
            raise HarnessError(f"there is no file {file}, which should configure Alembic.")
        return Config(toml_file=file) if file.suffix == ".toml" else Config(file)

    def _script(self, config: "Config") -> "ScriptDirectory":
        from alembic.script import ScriptDirectory

        return ScriptDirectory.from_config(config)


def _upgrade(
    config: "Config", script: "ScriptDirectory", revision: str
) -> tuple[list["MigrationContext"], list["RevisionStep"]]:
    """Upgrade as `alembic.command.upgrade` does; return the migration contexts and the steps.

    The command itself does not return them, and only a context names the version table.
    """
    from alembic.runtime.environment import EnvironmentContext

    contexts = []
    steps = []

    def upgrade(heads: Any, context: "MigrationContext") -> list["RevisionStep"]:
        contexts.append(context)
        found = script._upgrade_revs(revision, heads)  # noqa: SLF001 (as the command does)
        steps.extend(found)
        return found

    with EnvironmentContext(config, script, fn=upgrade, destination_rev=revision):
        script.run_env()
    return contexts, steps


def _heads(connection: Connection, contexts: Iterable["MigrationContext"]) -> tuple[str, ...]:
    """Return the current revisions of a database, from the version tables of the contexts."""
    from alembic.runtime.migration import MigrationContext

    tables = {(each.version_table, each.version_table_schema) for each in contexts}
    heads: set[str] = set()
    for table, schema in tables:
        named = {"version_table": table, "version_table_schema": schema}
        heads.update(MigrationContext.configure(connection, opts=named).get_current_heads())
    return tuple(heads)


@contextmanager
def _refusals(config_file: Path | str) -> Iterator[None]:
    """Raise `HarnessError` for Alembic's errors about a configuration or revisions."""
    with extras():
        from alembic.util import CommandError
    try:
        yield
    except CommandError as error:
        raise HarnessError(f"the migrations were refused: {str(error).rstrip('.')}.") from error
    except (MalformedIni, TOMLDecodeError) as error:
        said = str(error).splitlines()[0].rstrip(".")
        raise HarnessError(f"{config_file} does not configure Alembic: {said}.") from error


@dataclass
class Metadata:
    """Runs `create_all` of SQLAlchemy metadata, and creates the schemas of its tables."""

    metadata: MetaData

    def fingerprint(self) -> str:
        """Return a digest of the statements of `create_all`, with their parameters.

        Listeners (`before_create`, …) run without a database. If one needs a database to read a
        result, the digest is random: each run builds such a schema itself. The digest does not
        include effects of a listener other than statements, nor results of Python defaults.
        """
        statements: list[str] = []

        def note(statement: object, *given: object, **named: object) -> None:
            assert isinstance(statement, ClauseElement), "a connection refuses plain text, too"
            compiled = statement.compile(dialect=DIALECT)
            statements.append(repr((str(compiled), compiled.params, given, named)))

        self._check()
        engine = create_mock_engine("postgresql+psycopg://", note)
        try:
            self.metadata.create_all(engine, checkfirst=False)
        except Exception:  # noqa: BLE001 (of a listener; `migrate` raises it if it is an error)
            statements.append(secrets.token_hex())
        return hashlib.sha256("\n".join(statements).encode()).hexdigest()[: sources.DIGITS]

    def migrate(self, url: URL) -> None:
        """Create all tables in an empty database, and missing schemas."""
        self._check()
        with provision.engine(url).begin() as connection:
            event.listen(connection, "before_execute", _make_schema)
            self.metadata.create_all(connection)

    def _check(self) -> None:
        if not self.metadata.tables:
            raise HarnessError("the metadata has no table: is the module with the models imported?")


def _make_schema(connection: Connection, statement: object, *_: object) -> None:
    """Create the schema that a statement needs, unless a listener of the metadata has."""
    if isinstance(statement, IN_A_SCHEMA) and statement.element.schema:
        connection.execute(CreateSchema(statement.element.schema, if_not_exists=True))


@dataclass
class SqlFiles:
    """Runs the `*.sql` files of a folder, each in one transaction, with default settings.

    They run in the order of their names as text: `10.sql` before `9.sql`, `09.sql` before `10.sql`.
    """

    folder: Path | str

    def fingerprint(self) -> str:
        """Return a digest of the files. Raises `HarnessError` if there are none."""
        return sources.digest((file, Path(self.folder)) for file in self._files())

    def migrate(self, url: URL) -> None:
        """Run the files. Raises `HarnessError` with the file and the server's message."""
        with provision.connect(url) as connection:
            for file in self._files():
                text = sql_text.read(file)
                connection.execute(RESET_SESSION)
                try:
                    connection.execute(text.encode())
                except psycopg.Error as error:
                    place, said = sql_text.mistake(file, text, error)
                    raise HarnessError(f"the schema cannot be made: {place}: {said}.") from error
                if connection.info.transaction_status != TransactionStatus.IDLE:
                    raise HarnessError(
                        f"the schema cannot be made: {file} begins a transaction that it does not "
                        "end: add COMMIT, or leave BEGIN out."
                    )

    def _files(self) -> list[Path]:
        folder = Path(self.folder)
        files = sorted(folder.glob("*.sql"))
        if not files:
            raise HarnessError(
                f"there is no file {folder}/*.sql, of which the schema should be made."
            )
        return files
