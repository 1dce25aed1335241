"""A server that somebody else runs, given by its URL. Only the run's own databases are touched."""

from typing import Final

import psycopg
from sqlalchemy import URL

from pgharness.core.database_url import parameters, session_parameters
from pgharness.core.options import Kind
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
"""How to ask the server whether its role is able to, and what is said if it is not."""


class ExternalServer:
    """A server by URL; there is nothing to stop."""

    kind = Kind.EXTERNAL

    def __init__(self, url: URL) -> None:
        self.url = url

    def obstacle(self, need: Need) -> str | None:
        """Return why the server is left in peace, or what its role may not do, or None."""
        if need not in OF_THE_ROLE:
            return (
                "the server is somebody else's (given by its URL): it is not killed, not started"
                " again, and its disk is not filled"
            )
        able, reason = OF_THE_ROLE[need]
        with psycopg.connect(
            **{**parameters(self.url), **session_parameters(self.url)}
        ) as connection:
            return None if connection.execute(able).fetchone() == (True,) else reason

    def stop(self) -> None:
        """Leave the server alone: it was not started here."""


def connect(url: URL) -> ExternalServer:
    """Return the server at `url`; whether it will do is found out by checking it."""
    return ExternalServer(url)
