"""Concurrent changes of a text that was read before, without comparing versions: raw SQL.

All clients have read before any writes, so that every anomaly that can happen does. They show that
the criteria can fail.
"""

from functools import partial
from typing import Final

from features.support.arrange.known_work import WorkState
from features.support.concurrency.raw_participant import (
    RawParticipant,
    refused_by_database_is_an_answer,
)
from features.support.concurrency.stress_tests import ClientWork, Participant, Workload
from features.support.concurrency.text_workloads import TEXTS, Added, Text
from features.support.world import World

WRITE: Final = {
    "users": "UPDATE users SET display_name = :text, version = :seen + 1 WHERE id = :id"
    " RETURNING version",
    "tasks": "UPDATE tasks SET title = :text, version = version + 1 WHERE id = :id"
    " RETURNING version",
    "objectives": "UPDATE objectives SET text = :text, version = version + 1 WHERE id = :id"
    " RETURNING version",
}
READ: Final = {
    "users": "SELECT display_name, version FROM users WHERE id = :id",
    "tasks": "SELECT title, version FROM tasks WHERE id = :id",
    "objectives": "SELECT text, version FROM objectives WHERE id = :id",
}
CLOSE_ENTRY: Final = """
    UPDATE objective_history SET valid_until = valid_from
     WHERE objective_id = :id AND valid_until IS NULL
"""
OPEN_ENTRY: Final = """
    INSERT INTO objective_history
           (owner_id, objective_id, text, constraints, valid_from)
    SELECT owner_id, id, text, constraints, since FROM objectives WHERE id = :id
"""


def add_a_word(what: Text, world: World) -> ClientWork:
    """Read the text, then write it with one more word, whatever it is by then."""
    key = what.key(world)

    def work(one: Participant) -> Added:
        with RawParticipant(one).transaction() as execute:
            ((before, seen),) = execute(READ[what.table], id=key)
            one.meet()
            values = {"id": key, "text": f"{before} {one.word}"}
            if what.table == "users":
                values["seen"] = seen
            ((version,),) = execute(WRITE[what.table], **values)
            if what.table == "objectives":
                execute(CLOSE_ENTRY, id=key)
                execute(OPEN_ENTRY, id=key)
        return Added(one.word, version)

    return work


def add_an_entry(world: World) -> ClientWork:
    """Read which history entry of Ada's objective is current, then close it and open another."""
    (objective,) = world.state(WorkState).objectives.values()

    def work(one: Participant) -> None:
        with RawParticipant(one).transaction() as execute:
            ((entry,),) = execute(
                "SELECT id FROM objective_history WHERE objective_id = :id AND valid_until IS NULL",
                id=objective.id,
            )
            one.meet()
            execute(
                "UPDATE objective_history SET valid_until = valid_from WHERE id = :id", id=entry
            )
            execute(OPEN_ENTRY, id=objective.id)

    return refused_by_database_is_an_answer(work)


UNSAFE_TEXTS: Final[dict[str, Workload]] = {
    **{
        f"add a word each to {name} without comparing its version": partial(add_a_word, what)
        for name, what in TEXTS.items()
    },
    "open an entry each in the history of Ada's objective without locking it": add_an_entry,
}
"""By the words of the features."""
