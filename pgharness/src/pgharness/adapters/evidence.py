"""What explains a failure: the statements of the test, and which sessions wait for whom."""

from collections.abc import Iterator
from typing import Any

import psycopg

from pgharness.core import attachments
from pgharness.core.attachments import Attachment
from pgharness.isolation.test_database import Database
from pgharness.observe import waits
from pgharness.observe.sql_log import SqlLog


def statements(log: SqlLog | None) -> Iterator[Attachment]:
    """Yield the statements of the test, if there is a log with any."""
    if log is not None and (text := log.text()):
        yield attachments.SQL, text


def waiting(database: Database[Any], *, only_waits: bool) -> Iterator[Attachment]:
    """Yield who waits for whom, as a picture and as text.

    Nothing if no session waits; unless `only_waits`, open transactions are reason enough. Nothing
    either if the server does not answer; but if the run has lost it for good, the error is raised.
    """
    try:
        sessions = waits.read(database.observer)
    except psycopg.Error:
        # A test may leave the observer in a transaction that has failed, or crash its own server.
        if database.observer.closed and not database.has_own_server:
            raise
        return
    if sessions and (not only_waits or any(one.waits_for for one in sessions)):
        from pgharness.observe.waits_svg import svg  # few tests fail waiting

        yield attachments.SVG, svg(sessions)
        yield attachments.TEXT, waits.text(sessions)
