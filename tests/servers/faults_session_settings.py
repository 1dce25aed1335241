"""Runs that depend on what a role or a server is set to."""

from dataclasses import replace

from _pytest.monkeypatch import MonkeyPatch
from psycopg import Connection

from breaking import fault
from domain.database import session_settings
from pgharness.core import database_url
from pgharness.core.application import Requirements
from pgharness.servers import server_check
from tests.servers import test_session_settings


@fault(
    "connections leave a session as the role has it",
    noticed_by=test_session_settings.test_a_run_as_a_role_with_settings_of_its_own,
)
def sessions_as_they_come(patch: MonkeyPatch) -> None:
    for module in (session_settings, database_url):
        patch.setattr(module, "options", lambda _: "")


@fault(
    "options of the URL are replaced by the session's",
    noticed_by=test_session_settings.test_options_of_the_url_stay,
)
def url_options_replaced(patch: MonkeyPatch) -> None:
    for place, given in (
        ("pgharness.servers.provision", database_url.session_parameters),
        ("domain.database.connections", session_settings.session_parameters),
    ):
        patch.setattr(
            f"{place}.session_parameters",
            lambda url, settings, given=given: given(url.set(query={}), settings),
        )


@fault(
    "a role with few connections is taken",
    noticed_by=test_session_settings.test_what_cannot_be_made_harmless_is_refused,
    setting="CONNECTION LIMIT 4",
    sentence="can open 3 more connections (CONNECTION LIMIT), a run has up to",
)
def few_connections_taken(patch: MonkeyPatch) -> None:
    given = server_check.check

    def check(connection: Connection, where: str, requirements: Requirements) -> str:
        return given(connection, where, replace(requirements, connections=0))

    patch.setattr(server_check, "check", check)


@fault(
    "the driver reads text in the encoding that the server chooses",
    noticed_by=test_session_settings.test_a_maintenance_database_without_an_encoding,
)
def encoding_of_the_server(patch: MonkeyPatch) -> None:
    for module in (session_settings, database_url):
        patch.setattr(module, "ENCODING", "SQL_ASCII")
