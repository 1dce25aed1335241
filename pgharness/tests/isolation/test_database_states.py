"""A test database is in one state at a time, and gets from one to another as its diagram says."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from sqlalchemy import URL, Column, Integer, MetaData, Table

from pgharness import Metadata
from pgharness.core.application import plain_application
from pgharness.core.default_world import DefaultWorld
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.snapshots import EMPTY, CleanupFailed, Snapshot
from pgharness.isolation.states import TRANSITIONS, IllegalTransition, State, check_transition
from pgharness.isolation.test_database import Database
from pgharness.reset.sequences import Position

METADATA = MetaData()
Table("people", METADATA, Column("id", Integer, primary_key=True))


@pytest.fixture
def database(url: URL) -> Iterator[Database[DefaultWorld]]:
    """A clone of the template, and another one when it must be replaced."""
    names = iter(("states", "states_2"))
    application = plain_application(Metadata(METADATA))
    with ExitStack() as cleanups:
        databases = RunDatabases(url, "d" * 16, application.migrator)
        databases.open(cleanups)
        database = Database(lambda: databases.clone(next(names), cleanups), application)
        cleanups.callback(database.disconnect)
        yield database


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_a_state_changes_only_as_listed(before: State, after: State) -> None:
    if after is before or after in TRANSITIONS[before]:
        check_transition(before, after)
        return
    with pytest.raises(IllegalTransition, match=f"is {before.name} cannot become {after.name}"):
        check_transition(before, after)


def test_scenarios_and_clean_ups_change_the_state(database: Database[DefaultWorld]) -> None:
    database.empty()
    states = [database.state]
    changes: list[Callable[[], object]] = [
        lambda: database.rolled_back_world().close(),
        lambda: database.empty(sequences=False),
        database.empty,
        lambda: database.world().close(),
        lambda: database.rolled_back_world().close(),
        lambda: database.empty(sequences=False),
        lambda: database.put_back(
            Snapshot(sequences={("public", "people_id_seq"): Position(7, is_called=True)})
        ),
        lambda: database.put_back(EMPTY),
    ]
    for change in changes:
        change()
        states.append(database.state)
    assert [state.name for state in states] == [
        *("CLEAN", "ROLLED_BACK", "ROLLED_BACK", "CLEAN"),
        *("USED", "USED", "CLEAN", "USED", "CLEAN"),
    ]


def test_no_scenario_begins_on_what_a_failed_clean_up_has_left(
    database: Database[DefaultWorld], monkeypatch: pytest.MonkeyPatch
) -> None:
    database.world().close()

    def fails() -> None:
        raise psycopg.DataError("it cannot be emptied")

    with monkeypatch.context() as patch:
        patch.setattr(database, "_reset", lambda: fails)
        with pytest.raises(CleanupFailed, match="it cannot be emptied"):
            database.empty()
    with pytest.raises(IllegalTransition, match="BROKEN"):
        database.world()
    name = database.url.database
    database.mend()
    assert (database.state, database.url.database != name) == (State.CLEAN, True)
