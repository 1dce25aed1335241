"""Faults of the base of factories."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy.orm import Session

import test_row_factory
from breaking import fault
from orders import Base
from pgharness.data import row_factory
from pgharness.data.row_factory import RowFactory
from test_row_factory import NAIVE

Values = dict[str, Any]


@fault(
    "a factory commits",
    noticed_by=test_row_factory.test_nothing_is_committed_but_by_the_owner_of_the_session,
    ends="rollback",
    left=0,
)
def commits(patch: MonkeyPatch) -> None:
    given = RowFactory.insert.__func__  # type: ignore[attr-defined]

    def insert(cls: Any, session: Session, rows: list[Values]) -> list[Base]:
        made: list[Base] = given(cls, session, rows)
        session.commit()
        return made

    patch.setattr(RowFactory, "insert", classmethod(insert))


@fault("a default repeats", noticed_by=test_row_factory.test_what_is_not_said_is_unique)
def default_repeats(patch: MonkeyPatch) -> None:
    inserting(patch, lambda row: {**row, "email": "x@example.org"} if "email" in row else row)


@fault(
    "times have no zone",
    noticed_by=test_row_factory.test_a_time_without_a_zone_is_refused,
    times={"placed_at": NAIVE},
)
def no_zone(patch: MonkeyPatch) -> None:
    patch.setattr(row_factory, "_check_zone", lambda *_: None)


@fault(
    "what is asked for is not what is stored",
    noticed_by=test_row_factory.test_what_is_made_is_stored_as_it_was_asked_for,
)
def something_else_stored(patch: MonkeyPatch) -> None:
    given_object = RowFactory._object.__func__  # type: ignore[attr-defined]

    def object_(cls: Any, session: Session, stored: Values, asked: Values) -> Any:
        made = given_object(cls, session, stored, asked)
        made.__dict__.update({"details": None} if "details" in stored else {})
        return made

    inserting(patch, lambda row: {**row, "details": {"rows": 0}} if "details" in row else row)
    patch.setattr(RowFactory, "_object", classmethod(object_))


@fault(
    "what the database adds is not in what was made",
    noticed_by=test_row_factory.test_what_the_database_adds_is_in_what_was_made,
)
def nothing_added(patch: MonkeyPatch) -> None:
    given_object = RowFactory._object.__func__  # type: ignore[attr-defined]

    def object_(cls: Any, session: Session, stored: Values, asked: Values) -> Any:
        return given_object(cls, session, {**stored, "country": None}, asked)

    patch.setattr(RowFactory, "_object", classmethod(object_))


@fault(
    "many are made one by one",
    noticed_by=test_row_factory.test_many_rows_are_made_in_few_statements,
    number=100,
)
def one_by_one(patch: MonkeyPatch) -> None:
    def create_batch(cls: Any, size: int, /, **values: Any) -> list[Any]:
        return [cls.create(**values) for _ in range(size)]

    patch.setattr(RowFactory, "create_batch", classmethod(create_batch))


@fault(
    "parents are made at another time",
    noticed_by=test_row_factory.test_parents_that_are_not_handed_in_are_made_at_the_same_time,
)
def another_time(patch: MonkeyPatch) -> None:
    def at_noon(row: Values) -> Values:
        return {**row, "joined_at": test_row_factory.NOON} if "joined_at" in row else row

    inserting(patch, at_noon)


def inserting(patch: MonkeyPatch, change: Any) -> None:
    """Let other rows be inserted than those that are asked for."""
    given = RowFactory.insert.__func__  # type: ignore[attr-defined]

    def insert(cls: Any, session: Session, rows: list[Values]) -> list[Base]:
        made: list[Base] = given(cls, session, [change(row) for row in rows])
        return made

    patch.setattr(RowFactory, "insert", classmethod(insert))
