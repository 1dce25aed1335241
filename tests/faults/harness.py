"""What a test database would be without each of its guarantees."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import delete
from sqlalchemy.orm import Session

from domain.work.turns_and_events import Event, Turn
from features.support.arrange import every_kind, factories
from features.support.arrange.factories import FACTORIES
from pgharness.adapters.behave import scope_tags
from pgharness.databases import ownership
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.scopes import Scopes
from pgharness.isolation.test_database import Database
from pgharness.observe.sql_log import SqlLog
from pgharness.reset.reset import Reset
from pgharness.sessions.sessions import TestSessionFactory
from pgharness.sessions.sessions_async import AsyncTestSessionFactory
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault("what a scenario stores is not removed", noticed_by="harness/test_database")
def what_scenario_stores_is_not_removed(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "empty", lambda self, **_: None)


@fault("every scenario is rolled back", noticed_by="harness/test_database", tags="@harness-95")
def every_scenario_is_rolled_back(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "world", Database.rolled_back_world)


@fault("a reset does nothing", noticed_by="harness/test_database", tags="@harness-5")
def reset_does_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(Reset, "__call__", lambda self: None)


@fault("a reset does not look for a mark", noticed_by="harness/test_database", tags="@harness-18")
def reset_does_not_look_for_mark(patch: MonkeyPatch) -> None:
    patch.setattr(ownership, "check", lambda connection, found: None)


@fault(
    "a run leaves its database until the next one ends",
    noticed_by="harness/test_database",
    tags="@harness-96",
)
def run_leaves_its_database_until_next_one_ends(patch: MonkeyPatch) -> None:
    original = RunDatabases._drop
    kept: list[str] = []

    def drop(self: RunDatabases, name: str) -> None:
        kept.append(name)
        for each in kept if len(kept) > 1 else ():
            original(self, each)

    patch.setattr(RunDatabases, "_drop", drop)


@fault("a rule shares nothing", noticed_by="harness/shared_data")
def rule_shares_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(scope_tags, "widths", lambda element: iter(()))


@fault("a rule shares with what comes after it", noticed_by="harness/shared_data")
def rule_shares_with_what_comes_after_it(patch: MonkeyPatch) -> None:
    @contextmanager
    def opened(self: Scopes, database: Any) -> Iterator[Any]:
        self.open(database)
        yield

    patch.setattr(Scopes, "opened", opened)


@fault(
    "a rolled-back scenario is not one transaction",
    noticed_by="harness/rolled_back",
    tags="@harness-54",
)
def rolled_back_scenario_is_not_one_transaction(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "rolled_back_world", Database.world)


@fault("a test session commits", noticed_by="harness/rolled_back", tags="@harness-40")
def session_commits(patch: MonkeyPatch) -> None:
    patch.setattr(TestSessionFactory, "rolled_back", TestSessionFactory.committing)


@fault("an asynchronous test session commits", noticed_by="harness/rolled_back", tags="@harness-40")
def asynchronous_session_commits(patch: MonkeyPatch) -> None:
    patch.setattr(
        AsyncTestSessionFactory,
        "rolled_back",
        AsyncTestSessionFactory.committing,
    )


@fault("a model has no factory", noticed_by="harness/factories")
def model_has_no_factory(patch: MonkeyPatch) -> None:
    factories_of_others = {model: of for model, of in FACTORIES.items() if model is not Turn}
    patch.setattr(factories, "FACTORIES", factories_of_others)


@fault("the log of statements has their parameters", noticed_by="harness/statements")
def log_of_statements_has_their_parameters(patch: MonkeyPatch) -> None:
    def statement(
        self: SqlLog, connection: Any, cursor: object, text: str, parameters: object, *rest: Any
    ) -> None:
        self._write(connection, f"{text} {parameters}")

    patch.setattr(SqlLog, "_statement", statement)


@fault(
    "what a session commits is rolled back", noticed_by="harness/rolled_back", tags="@harness-40"
)
def what_session_commits_is_rolled_back(patch: MonkeyPatch) -> None:
    patch.setattr(Session, "commit", Session.rollback)


@fault("of one kind no row is stored", noticed_by="harness/rolled_back", tags="@harness-54")
def of_one_kind_no_row_is_stored(patch: MonkeyPatch) -> None:
    original = every_kind.one_of_each

    def one_of_each(session: Session, number: int = 1) -> Any:
        made = original(session, number)
        session.execute(delete(Event))
        return made

    patch.setattr(every_kind, "one_of_each", one_of_each)


@fault("a factory's row is stored as another", noticed_by="harness/factories")
def row_is_stored_as_another(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE FUNCTION lengthen() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN NEW.slug := NEW.slug || 'x'; RETURN NEW; END$$;"
        " CREATE TRIGGER lengthen BEFORE INSERT ON projects FOR EACH ROW"
        " EXECUTE FUNCTION lengthen()",
    )


@fault("a factory has no statuses", noticed_by="harness/factories")
def factory_has_no_statuses(patch: MonkeyPatch) -> None:
    patch.setattr(factories.TaskFactory, "statuses", list)
