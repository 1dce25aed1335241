"""What rolled-back scenarios leave to those that follow, which no scenario can see of itself."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from features.support import factories
from features.support.service import SERVICE
from features.support.world import World
from pgharness.databases.templates import Databases
from pgharness.isolation.savepoints import Outermost
from pgharness.isolation.snapshots import Snapshot
from pgharness.isolation.test_database import Database
from pgharness.servers import provision


@pytest.fixture
def database(template: Databases) -> Iterator[Database[World]]:
    """A clone of the template."""
    with ExitStack() as cleanups:
        database = Database(lambda: template.clone("rollback", cleanups), SERVICE)
        cleanups.callback(database.disconnect)
        yield database


def scenario(database: Database[World], *, rolled_back: bool) -> int:
    """Run a scenario that stores an account; return its id."""
    database.empty(sequences=not rolled_back)
    world = database.rolled_back_world() if rolled_back else database.world()
    assert world.stored("users") == [], "it begins with what another one has stored"
    factories.account(world, "Ada")
    assert len(world.stored("users")) == 1
    stored = world.people["Ada"].id
    world.close()
    database.check_none_left()
    return stored


def test_every_order_of_scenarios_begins_with_nothing(database: Database[World]) -> None:
    order = [True, True, False, False, True, False, True, True, False]
    for rolled_back in order:
        scenario(database, rolled_back=rolled_back)


def test_ids_are_counted_anew_once_something_is_committed(database: Database[World]) -> None:
    assert scenario(database, rolled_back=True) == 1
    assert scenario(database, rolled_back=True) == 2
    assert scenario(database, rolled_back=False) == 1
    assert scenario(database, rolled_back=True) == 1


def test_all_of_them_share_a_connection(database: Database[World]) -> None:
    pids = set()
    for _ in range(3):
        world = database.rolled_back_world()
        pids.add(world.reader.info.backend_pid)
        world.close()
    assert len(pids) == 1


def test_the_next_one_gets_another_connection_if_that_was_lost(database: Database[World]) -> None:
    scenario(database, rolled_back=True)
    database.observer.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'rolled back'"
    )
    scenario(database, rolled_back=True)


def test_a_unit_of_work_that_is_left_open_is_noticed(database: Database[World]) -> None:
    world = database.rolled_back_world()
    factories.account(world, "Ada")
    left = world.tenant("Ada")
    left.__enter__().tasks.list()
    world.close()
    with pytest.raises(AssertionError, match="did not give back 1"):
        database.check_none_left()
    scenario(database, rolled_back=True)


def commit_past(database: Database[World], email: str) -> None:
    """Store an account over a connection of one's own."""
    with provision.connect(database.url) as connection:
        connection.execute(
            "INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
            " VALUES (%s, 'Ada', '$argon2id$x', now(), now())",
            [email],
        )


def test_what_is_committed_past_a_scenario_is_named_and_removed(database: Database[World]) -> None:
    world = database.rolled_back_world()
    commit_past(database, "ada@example.org")
    left = provision.connect(database.url)
    left.execute("CREATE TABLE notes AS SELECT 1")
    world.close()
    committed = "notes: 1 instead of 0 rows; users: 1 instead of 0 rows"
    with pytest.raises(AssertionError, match=f"rolled back: {committed}") as noticed:
        database.check_none_left()
    assert "left connections open" in str(noticed.value.__context__)
    scenario(database, rolled_back=True)
    world = database.rolled_back_world()
    left = provision.connect(database.url)
    left.execute("DROP TABLE notes")
    left.close()
    world.close()
    database.check_none_left()


def test_what_is_committed_past_a_scenario_is_removed_from_what_is_shared(
    database: Database[World],
) -> None:
    commit_past(database, "ada@example.org")
    shared = Snapshot.take(database.observer)
    database.remember_shared()
    world = database.rolled_back_world()
    commit_past(database, "bram@example.org")
    world.close()
    with pytest.raises(AssertionError, match="rolled back: users: 2 instead of 1 rows"):
        database.check_none_left()
    database.put_sequences_back()
    assert shared.differences(database.observer) == []


def test_a_server_that_is_gone_is_told_by_the_drivers_error(url: URL, tmp_path: Path) -> None:
    nowhere = url.set(host=str(tmp_path), query={})
    with pytest.raises(psycopg.OperationalError):
        Outermost(nowhere, SERVICE.engine_options(nowhere)).begin()
