"""Faults of what builds a schema: in another database, of old sources, or beside a wrong word."""

import secrets
from pathlib import Path
from typing import Any

from _pytest.monkeypatch import MonkeyPatch

import test_configuration as configurations
import test_migrators as tests
from breaking import fault
from migrator_fixtures import ENV
from pgharness.adapters import references
from pgharness.core.errors import HarnessError
from pgharness.databases import migrators, sources, sql_text


@fault(
    "it is not verified that the given database was migrated",
    noticed_by=tests.test_alembic_that_migrates_another_database_is_told,
    env=ENV,
)
def migration_is_not_verified(patch: MonkeyPatch) -> None:
    patch.setattr(migrators, "_heads", lambda *_: ("d4e5f6",))


@fault(
    "the revision is looked for in the usual table alone",
    noticed_by=tests.test_alembic_migrates_the_database_that_is_given,
    env=tests.A_TABLE_OF_ITS_OWN,
)
def usual_table(patch: MonkeyPatch) -> None:
    given = migrators._heads

    def heads(connection: Any, contexts: list[Any]) -> tuple[str, ...]:
        for context in contexts:
            context.version_table, context.version_table_schema = "alembic_version", None
        return given(connection, contexts)

    patch.setattr(migrators, "_heads", heads)
    told_as_failures(patch, migrators.Alembic)


@fault(
    "only the modules of the migrations are in their fingerprint",
    noticed_by=tests.test_the_fingerprint_of_alembic_is_of_all_files_that_a_revision_may_read,
)
def modules_alone(patch: MonkeyPatch) -> None:
    below = sources.below
    patch.setattr(
        sources, "below", lambda folder: [one for one in below(folder) if one[0].suffix == ".py"]
    )


@fault(
    "schemas whose listeners cannot be run have one template",
    noticed_by=tests.test_a_listener_that_needs_a_database_has_a_template_of_its_own,
    name="reads a result",
)
def template_in_common(patch: MonkeyPatch) -> None:
    patch.setattr(secrets, "token_hex", lambda: "")


@fault(
    "a file of SQL begins as the one before it has ended",
    noticed_by=tests.test_a_file_begins_in_a_session_as_if_new,
    first="SET ROLE pg_monitor",
)
def session_goes_on(patch: MonkeyPatch) -> None:
    patch.setattr(migrators, "RESET_SESSION", "RESET ALL")


@fault(
    "the first line of a file counts as none",
    noticed_by=tests.test_what_is_wrong_with_a_file_is_told_with_its_place,
    said="\\restrict x\nSELECT 1",
    sentence=r"1\.sql:1: syntax error .*",
)
def lines_from_none(patch: MonkeyPatch) -> None:
    given = sql_text.mistake

    def mistake(file: Path, text: str, error: Any) -> tuple[str, str]:
        place, said = given(file, text, error)
        return place.replace(":1", ":0"), said

    patch.setattr(sql_text, "mistake", mistake)


@fault(
    "the error does not name the line at which a module fails",
    noticed_by=configurations.test_the_place_of_an_error_is_in_the_module_that_a_module_imports,
)
def no_place(patch: MonkeyPatch) -> None:
    patch.setattr(references, "place_of", lambda _: None)


def told_as_failures(patch: MonkeyPatch, migrator: type[Any]) -> None:
    """Let a test that expects no refusal fail by one."""
    given = migrator.migrate

    def migrate(self: Any, *arguments: Any) -> None:
        try:
            given(self, *arguments)
        except HarnessError as error:
            raise AssertionError(str(error)) from error

    patch.setattr(migrator, "migrate", migrate)
