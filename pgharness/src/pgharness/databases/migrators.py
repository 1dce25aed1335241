"""What builds the schema of a test database: Alembic, SQLAlchemy metadata, or SQL files."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import psycopg
from sqlalchemy import URL, MetaData, create_mock_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.sql import ClauseElement

from pgharness.core.errors import HarnessError
from pgharness.core.extras import extras
from pgharness.servers import provision

if TYPE_CHECKING:
    from alembic.config import Config

DIALECT: Final[Any] = PGDialect_psycopg()  # type: ignore[no-untyped-call]
DIGITS: Final = 12
"""Hexadecimal digits of a fingerprint: 48 bits, for a name that is shown."""


@dataclass
class Alembic:
    """Migrates by Alembic, as `alembic upgrade head` does.

    `env.py` finds the database in `config.attributes["connection"]`, as Alembic's own cookbook has
    it, or in `sqlalchemy.url`.
    """

    config_file: Path | str = "alembic.ini"
    """An ini file, or a `pyproject.toml` with a table `[tool.alembic]`."""

    def fingerprint(self) -> str:
        """Return a digest of every Python file among the migrations."""
        with extras():
            from alembic.script import ScriptDirectory

        folder = Path(ScriptDirectory.from_config(self._config()).dir)
        return _digest(sorted(folder.rglob("*.py")), folder)

    def migrate(self, url: URL, revision: str = "head") -> None:
        """Upgrade the database to a revision. Raises `HarnessError` where Alembic refuses it."""
        with extras():
            from alembic import command
            from alembic.util import CommandError

        config = self._config()
        written = url.render_as_string(hide_password=False).replace("%", "%%")
        config.set_main_option("sqlalchemy.url", written)
        with provision.engine(url).connect() as connection:
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, revision)
            except CommandError as error:
                raise HarnessError(
                    f"the migrations were refused: {str(error).rstrip('.')}."
                ) from error

    def _config(self) -> "Config":
        with extras():
            from alembic.config import Config

        file = Path(self.config_file)
        if not file.is_file():
            raise HarnessError(f"there is no file {file}, which should configure Alembic.")
        return Config(toml_file=file) if file.suffix == ".toml" else Config(file)


@dataclass
class Metadata:
    """Creates the tables of SQLAlchemy metadata, as `create_all` does."""

    metadata: MetaData

    def fingerprint(self) -> str:
        """Return a digest of the statements that create it."""
        statements: list[str] = []

        def note(statement: object, *_: object, **__: object) -> None:
            assert isinstance(statement, ClauseElement), "create_all emits DDL only"
            statements.append(str(statement.compile(dialect=DIALECT)))

        engine = create_mock_engine("postgresql+psycopg://", note)
        self.metadata.create_all(engine, checkfirst=False)
        return hashlib.sha256("\n".join(statements).encode()).hexdigest()[:DIGITS]

    def migrate(self, url: URL) -> None:
        """Create everything in an empty database."""
        with provision.engine(url).begin() as connection:
            self.metadata.create_all(connection)


@dataclass
class SqlFiles:
    """Runs the `*.sql` files of a folder, in the order of their names, each as one transaction."""

    folder: Path | str

    def fingerprint(self) -> str:
        """Return a digest of the files. Raises `HarnessError` if there are none."""
        return _digest(self._files(), Path(self.folder))

    def migrate(self, url: URL) -> None:
        """Run the files. Raises `HarnessError` with the file and what the server says of it."""
        with provision.connect(url) as connection:
            for file in self._files():
                try:
                    connection.execute(file.read_bytes())
                except psycopg.Error as error:
                    said = str(error).splitlines()[0]
                    raise HarnessError(f"the schema cannot be made: {file}: {said}.") from error

    def _files(self) -> list[Path]:
        folder = Path(self.folder)
        files = sorted(folder.glob("*.sql"))
        if not files:
            raise HarnessError(
                f"there is no file {folder}/*.sql, of which the schema should be made."
            )
        return files


def _digest(files: Iterable[Path], folder: Path) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(folder).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:DIGITS]
