"""Statements by hand, past the service: what is used to show that a criterion can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.database.error_translation import diagnosis
from features.support.concurrency.stress_tests import Part, Participant

OURS: Final = ("TK", "23")
"""What the SQLSTATEs begin with by which the database holds to a rule of ours."""


class Stopped(Exception):
    """The database has stopped somebody careless."""


def stopped_is_an_answer(part: Part) -> Part:
    """Return the same part, in which being stopped by a rule of the database is an answer."""

    def careful(one: Participant) -> object:
        try:
            return part(one)
        except DBAPIError as error:
            cause = diagnosis(error)
            if not ((cause.sqlstate if cause else None) or "").startswith(OURS):
                raise
            return Stopped(str(cause))

    return careful


class Hand:
    """Statements by hand, in one transaction."""

    def __init__(self, one: Participant) -> None:
        self._session = one.session()

    @contextmanager
    def at_work(self) -> Iterator["Hand"]:
        """Commit at the end."""
        with self._session, self._session.begin():
            yield self

    def __call__(self, statement: str, **values: Any) -> list[Any]:
        """Return the rows, if there are any."""
        result: Any = self._session.execute(text(statement), values)
        return list(result) if result.returns_rows else []


GUARDS: Final = {
    "finished tasks against reports": "ALTER TABLE tasks DISABLE TRIGGER USER",
    "tasks against the loss of their owner": (
        "ALTER TABLE tasks DROP CONSTRAINT fk_tasks_owner_id_users"
    ),
    "addresses against a second account": "DROP INDEX uq_users_email",
    "objectives against a second open entry": (
        "DROP INDEX uq_objective_history_open;"
        "ALTER TABLE objectives DISABLE TRIGGER USER;"
        "ALTER TABLE objective_history DISABLE TRIGGER USER"
    ),
}
"""What the database itself holds to, and how that is taken away."""
