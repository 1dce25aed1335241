"""A server given by its URL, which the run does not start. Only the run's databases are touched."""

from typing import Final

import psycopg
from sqlalchemy import URL

from pgharness.core.database_url import parameters, session_parameters
from pgharness.core.options import ServerKind
from pgharness.core.requirements import Need

MAY_SWITCH_TRIGGERS_OFF: Final = """
    SELECT has_parameter_privilege('session_replication_role', 'SET')
"""

IS_SUPERUSER: Final = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"

OF_THE_ROLE: Final = {
    Need.TRIGGERS_OFF: (
        MAY_SWITCH_TRIGGERS_OFF,
        "the role that was given by the URL may not switch triggers off",
    ),
    Need.SUPERUSER: (IS_SUPERUSER, "the role that was given by the URL is no superuser"),
}
"""The query for what a role may do, and the reason of a skip if it may not."""


class ExternalServer:
    """A server given by its URL."""

    kind = ServerKind.EXTERNAL

    def __init__(self, url: URL) -> None:
        self.url = url

    def obstacle(self, need: Need) -> str | None:
        """Return why the server or its role cannot offer what a test needs, or None."""
        if need not in OF_THE_ROLE:
            return (
                "the server is not the run's own (given by its URL): it is not killed, not started"
                " again, and its disk is not filled"
            )
        able, reason = OF_THE_ROLE[need]
        with psycopg.connect(
            **{**parameters(self.url), **session_parameters(self.url)}
        ) as connection:
            return None if connection.execute(able).fetchone() == (True,) else reason

    def stop(self) -> None:
        """Do nothing: the run has not started the server."""


def connect(url: URL) -> ExternalServer:
    """Return the server at `url`; `provision.check` connects to it."""
    return ExternalServer(url)
