"""What an example does to somebody's things, which a scope must undo to the last value."""

from collections.abc import Callable, Mapping
from typing import Final

from psycopg import sql
from sqlalchemy import text

from domain.tasks import Task
from features.support.world import World


def _task(world: World, person: str) -> Task:
    with world.tenant(person) as tx:
        tasks = tx.tasks.list().items
    assert tasks, f"{person} has no task any more"
    return tasks[0]


def _submits(world: World, person: str) -> None:
    with world.tenant(person) as tx:
        tx.tasks.submit("One more", {"rows": 1})


def _completes(world: World, person: str) -> None:
    with world.domain.worker() as tx:
        claimed = tx.tasks.claim()
        assert claimed is not None, f"no task of {person}'s is there to be claimed"
        tx.tasks.complete(claimed, {"imported": 1200})


def _deletes_task(world: World, person: str) -> None:
    task = _task(world, person)
    with world.tenant(person) as tx:
        tx.tasks.delete(task)


def _deletes_account(world: World, person: str) -> None:
    with world.domain.identity() as tx:
        tx.accounts.delete(tx.accounts.get(world.people[person].id))


def _renames(world: World, person: str) -> None:
    with world.domain.identity() as tx:
        tx.accounts.rename(tx.accounts.get(world.people[person].id), f"{person} the Second")


def _changes_objective(world: World, person: str) -> None:
    with world.tenant(person) as tx:
        tx.objectives.change(tx.objectives.list().items[0], "Something else")


def _uses_up_numbers(world: World, _: str) -> None:
    with world.past_the_domain() as session:
        session.execute(text("SELECT nextval('users_id_seq'), nextval('events_id_seq')"))


def _chooses_number(world: World, _: str) -> None:
    with world.past_the_domain() as session:
        session.execute(text("SELECT setval('objectives_id_seq', 1000, false)"))


def _imports_many(world: World, person: str) -> None:
    with world.past_the_domain() as session:
        session.execute(MANY, {"owner": world.people[person].id, "now": world.clock.now()})


MANY: Final = text("""
    INSERT INTO tasks (owner_id, title, payload, status, version, created_at)
    SELECT :owner, 'Row ' || n, jsonb_build_object('row', n), 'pending', 1, :now
      FROM generate_series(1, 10000) AS n
""")
"""What an import leaves behind."""

DOINGS: Final[Mapping[str, Callable[[World, str], None]]] = {
    "submits one more task": _submits,
    "has the task completed": _completes,
    "deletes the task": _deletes_task,
    "deletes the account": _deletes_account,
    "changes the name": _renames,
    "changes the objective": _changes_objective,
    "uses up numbers": _uses_up_numbers,
    "chooses the number of the next objective": _chooses_number,
    "imports 10,000 tasks": _imports_many,
}

CYCLE: Final = """
    CREATE TABLE IF NOT EXISTS ships (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, captain int NOT NULL);
    CREATE TABLE IF NOT EXISTS captains (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
        ship int NOT NULL REFERENCES ships);
    ALTER TABLE ships DROP CONSTRAINT IF EXISTS has_captain,
        ADD CONSTRAINT has_captain FOREIGN KEY (captain) REFERENCES captains;
"""
"""Tables of which neither can be filled first, nor emptied first."""

SAILS: Final = """
    WITH ship AS (INSERT INTO ships (captain) VALUES (currval('captains_id_seq')) RETURNING id)
    INSERT INTO captains (id, name, ship) OVERRIDING SYSTEM VALUE
    SELECT currval('captains_id_seq'), :name, id FROM ship
"""


def sail(world: World, person: str) -> None:
    """Give somebody a ship, in tables that need each other."""
    with world.past_the_domain() as session:
        session.execute(text(CYCLE))
        session.execute(text("SELECT nextval('captains_id_seq')"))
        session.execute(text(SAILS), {"name": person})


def sink_all(world: World) -> None:
    """Take all ships and captains away, at once."""
    with world.past_the_domain() as session:
        session.execute(text("WITH sunk AS (DELETE FROM ships) DELETE FROM captains"))


def make_lasting(world: World, table: str) -> None:
    """Have the database keep the rows of a table, and say nothing, whoever deletes them."""
    world.reader.execute(
        sql.SQL(
            "CREATE RULE lasting AS ON DELETE TO {table} DO INSTEAD NOTHING;"
            "ALTER TABLE {table} ENABLE ALWAYS RULE lasting"
        ).format(table=sql.Identifier(table))
    )
