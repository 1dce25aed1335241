"""Faults of the service's factories."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from factory import builder
from factory.declarations import Trait
from sqlalchemy.orm import Session

from breaking import fault
from features.support.arrange import account_factories, work_factories
from features.support.arrange.work_factories import AgentFactory, TaskFactory
from pgharness.data.row_factory import RowFactory, parent
from tests.factories import test_factories
from tests.factories.test_factories import (
    test_the_service_takes_what_was_made_for_what_it_was_said_to_be,
)

Values = dict[str, Any]


def inserting(patch: MonkeyPatch, change: Callable[[Values], Values]) -> None:
    """Let other rows be inserted than those that are asked for."""
    given = RowFactory.insert.__func__  # type: ignore[attr-defined]

    def insert(cls: Any, session: Session, rows: list[Values]) -> list[Any]:
        made: list[Any] = given(cls, session, [change(row) for row in rows])
        return made

    patch.setattr(RowFactory, "insert", classmethod(insert))


@fault(
    "times come from the wall clock",
    noticed_by=test_factories.test_every_time_follows_from_now_and_has_a_zone,
)
def wall_clock(patch: MonkeyPatch) -> None:
    time = datetime(2026, 1, 1, tzinfo=UTC)
    inserting(patch, lambda row: {**row, "created_at": time} if "path" in row else row)


@fault(
    "a status comes without its times",
    noticed_by=test_the_service_takes_what_was_made_for_what_it_was_said_to_be,
    table="tasks",
)
def without_times(patch: MonkeyPatch) -> None:
    given = work_factories._reached

    def reached(*status: Any) -> Values:
        return {name: value for name, value in given(*status).items() if name != "finished_at"}

    patch.setattr(work_factories, "_reached", reached)


@fault(
    "a session that expired lives on",
    noticed_by=test_the_service_takes_what_was_made_for_what_it_was_said_to_be,
    table="login_sessions",
)
def lives_on(patch: MonkeyPatch) -> None:
    def longer(row: Values) -> Values:
        if "jti" not in row:
            return row
        return {**row, "expires_at": row["expires_at"] + timedelta(hours=1)}

    inserting(patch, longer)


@fault(
    "a locked account is not locked",
    noticed_by=test_the_service_takes_what_was_made_for_what_it_was_said_to_be,
    table="users",
)
def unlocked(patch: MonkeyPatch) -> None:
    inserting(
        patch, lambda row: {name: value for name, value in row.items() if name != "locked_until"}
    )


@fault(
    "an agent belongs to any owner",
    noticed_by=test_factories.test_an_owner_that_is_handed_in_owns_all_that_is_made,
)
def agent_of_another(patch: MonkeyPatch) -> None:
    meta = TaskFactory._meta
    patch.setitem(meta.parameters, "assigned", Trait(agent=parent(AgentFactory)))
    before, after = builder.parse_declarations(meta.declarations)
    patch.setattr(meta, "pre_declarations", before)
    patch.setattr(meta, "post_declarations", after)


@fault(
    "every account is hashed again",
    noticed_by=test_factories.test_the_default_password_is_hashed_once_and_lets_every_account_in,
)
def hashed_again(patch: MonkeyPatch) -> None:
    patch.setattr(account_factories, "hash_of", account_factories.hash_of.__wrapped__)
