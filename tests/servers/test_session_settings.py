"""What a role, a database or a server is set to: made harmless, or refused in one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, text

from domain.database.connections import engine_for
from domain.settings import Settings
from features.support.service import SERVICE
from pgharness.adapters.test_run import Harness
from pgharness.core.application import Requirements
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options, ServerKind
from pgharness.servers import provision
from pgharness.servers.embedded import EmbeddedServer
from tests.migrations.test_alembic import alembic
from tests.support.forked import Preloaded
from tests.support.running import plain

HARMLESS: Final = {
    "DateStyle": "German, DMY",
    "IntervalStyle": "iso_8601",
    "TimeZone": "Pacific/Kiritimati",
    "bytea_output": "escape",
    "check_function_bodies": "off",
    "client_encoding": "SQL_ASCII",
    "default_tablespace": "nowhere",
    "default_transaction_deferrable": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "extra_float_digits": "-15",
    "idle_in_transaction_session_timeout": "1",
    "idle_session_timeout": "1s",
    "lock_timeout": "1",
    "quote_all_identifiers": "on",
    "row_security": "off",
    "search_path": "nowhere",
    "standard_conforming_strings": "off",
    "statement_timeout": "1",
    "synchronous_commit": "off",
    "transform_null_equals": "on",
}
"""Settings of a role that must make no difference."""

EVERY_KIND: Final = (
    "features/accounts/listing.feature:17",
    "features/harness/factories.feature:13",
    "features/harness/rolled_back.feature:10",
    "features/harness/rolled_back.feature:24",
    "features/harness/rolled_back.feature:30",
    "features/migrations/waiting.feature:10",
)
"""Features that connect in several ways: the service, the harness, migrations.

Some of them compare texts that the server makes of values and of its catalogue.
"""


@contextmanager
def set_for(admin: psycopg.Connection, role: str, settings: dict[str, str]) -> Iterator[None]:
    name = sql.Identifier(role)
    for setting, value in settings.items():
        admin.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                name, sql.Identifier(setting), sql.SQL(value) if "," in value else value
            )
        )
    try:
        yield
    finally:
        admin.execute(sql.SQL("ALTER ROLE {} RESET ALL").format(name))


def refusal_of(url: URL, requirements: Requirements = SERVICE.requirements) -> str:
    """Return why a server is not taken, or nothing."""
    try:
        provision.check(url, requirements)
    except HarnessError as refusal:
        return str(refusal)
    return ""


def test_a_run_as_a_role_with_settings_of_its_own(
    qa: URL, admin: psycopg.Connection, loaded: Preloaded, tmp_path: Path
) -> None:
    with set_for(admin, "qa", HARMLESS):
        ended = loaded.run("-D", f"postgres={plain(qa)}", *EVERY_KIND, reports=tmp_path / "run")
    assert (ended.exit_code, ended.verdicts()) == (0, {"passed"}), ended.output


def test_a_migration_as_a_role_with_settings_of_its_own(qa: URL, admin: psycopg.Connection) -> None:
    limits = {name: "0" for name in HARMLESS if name.endswith("timeout")}
    admin.execute("CREATE DATABASE fresh OWNER qa")
    try:
        with set_for(admin, "qa", HARMLESS | limits):
            exit_code, output = alembic("upgrade", "head", url=qa.set(database="fresh"))
        assert exit_code == 0, output
    finally:
        admin.execute("DROP DATABASE fresh WITH (FORCE)")


def test_options_of_the_url_stay(qa: URL) -> None:
    asked = qa.update_query_dict({"options": "-c acceptance.route=a\\ b -c search_path=nowhere"})
    shown = "SELECT current_setting('acceptance.route', true), current_setting('search_path')"
    engine = engine_for(asked, Settings())
    with provision.connect(asked) as connection, engine.connect() as services:
        assert connection.execute(shown).fetchone() == ("a b", '"$user", public')
        assert tuple(services.execute(text(shown)).one()) == ("a b", "public, pg_temp")
    engine.dispose()


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("SET transaction_timeout = '5s'", "are ended after 5000 ms (transaction_timeout): ALTER"),
        ("SET session_preload_libraries = 'gone'", "names a library that the server does not have"),
        (
            "SET session_replication_role = 'replica'",
            'triggers and foreign keys are off for role "',
        ),
        ("SET role = 'app_tenant'", 'role "app_tenant" of'),
        ("CONNECTION LIMIT 4", "can open 3 more connections (CONNECTION LIMIT), a run has up to"),
        ("CONNECTION LIMIT 0", 'too many connections for role "qa"; end some'),
        ("NOCREATEDB", 'lacks CREATEDB: ALTER ROLE "qa" CREATEDB gives it.'),
    ],
)
def test_what_cannot_be_made_harmless_is_refused(
    setting: str, sentence: str, qa: URL, admin: psycopg.Connection
) -> None:
    admin.execute(f"ALTER ROLE qa {setting}".encode())
    said = refusal_of(qa)
    assert sentence in said
    assert "check the URL" not in said
    assert "\n" not in said


def test_a_server_with_few_free_connections_is_refused(qa: URL) -> None:
    greedy = replace(SERVICE.requirements, connections=1_000)
    assert "free connections, a run has up to 1000: end some" in refusal_of(qa, greedy)


def test_what_the_server_does_not_let_a_run_do_is_no_fault_of_the_harness(
    qa: URL, admin: psycopg.Connection
) -> None:
    run = Harness(Options(kind=ServerKind.EXTERNAL, url=qa), SERVICE)
    admin.execute("ALTER DATABASE template0 IS_TEMPLATE false")
    try:
        with pytest.raises(
            HarnessError, match=r"^the server refused what a run needs: permission den"
        ):
            run.start()
    finally:
        admin.execute("ALTER DATABASE template0 IS_TEMPLATE true")
        run.close()


def test_a_maintenance_database_without_an_encoding(in_ascii: EmbeddedServer) -> None:
    sentence = "stores text as SQL_ASCII: give the URL of a database encoded in UTF8."
    assert sentence in refusal_of(in_ascii.url)
    run = Harness(Options(kind=ServerKind.EXTERNAL, url=in_ascii.url.set(database="app")), SERVICE)
    try:
        run.start()
        with provision.connect(in_ascii.url) as connection:
            assert connection.execute("SHOW client_encoding").fetchone() == ("UTF8",)
    finally:
        run.close()
