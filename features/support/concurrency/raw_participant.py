"""A client that bypasses the service with raw SQL, and the constraints that stop it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain.database.error_translation import diagnosis
from features.support.concurrency.stress_tests import ClientWork, Participant

CONSTRAINT_SQLSTATES: Final = ("TK", "23")
"""The prefixes of the SQLSTATEs that our triggers and constraints raise."""

Execute = Callable[..., list[Any]]
"""Executes a statement with its values, and returns the rows, if it has any."""


class RefusedByDatabase(Exception):
    """A constraint or a trigger has refused raw SQL."""


def refused_by_database_is_an_answer(work: ClientWork) -> ClientWork:
    """Return the same work with `RefusedByDatabase` as its result where it is refused."""

    def checked(one: Participant) -> object:
        try:
            return work(one)
        except DBAPIError as error:
            cause = diagnosis(error)
            if not (cause.sqlstate or "").startswith(CONSTRAINT_SQLSTATES):
                raise
            return RefusedByDatabase(str(cause))

    return checked


class RawParticipant:
    """A participant of a stress test that sends raw SQL."""

    def __init__(self, one: Participant) -> None:
        self._session = one.session()

    @contextmanager
    def transaction(self) -> Iterator[Execute]:
        """Yield what executes a statement; commit at the end."""
        with self._session, self._session.begin():
            yield self._execute

    def _execute(self, statement: str, **values: Any) -> list[Any]:
        result: Any = self._session.execute(text(statement), values)
        return list(result) if result.returns_rows else []


PROTECTIONS: Final = {
    "triggers on tasks": "ALTER TABLE tasks DISABLE TRIGGER USER",
    "foreign key from tasks to users": (
        "ALTER TABLE tasks DROP CONSTRAINT fk_tasks_owner_id_users"
    ),
    "unique index on email addresses": "DROP INDEX uq_users_email",
    "unique index and triggers on objectives": (
        "DROP INDEX uq_objective_history_open;"
        "ALTER TABLE objectives DISABLE TRIGGER USER;"
        "ALTER TABLE objective_history DISABLE TRIGGER USER"
    ),
}
"""Protections of the database, and the statements that remove them."""
