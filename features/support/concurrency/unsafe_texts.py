"""Changing what one has read, as a careless colleague would write it: past the service.

Each reads first and writes later, and all have read before anybody writes, so that what can go
wrong does. It is here to show that the criteria can fail; nothing but the features uses it.
"""

from functools import partial
from typing import Final

from features.support.arrange.known_work import WorkState
from features.support.concurrency.raw_participant import Hand, stopped_is_an_answer
from features.support.concurrency.stress_tests import Part, Participant, Race
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


def add_a_word(what: Text, world: World) -> Part:
    """Read the text, then write it with a word more, whatever it is by then."""
    key = what.key(world)

    def part(one: Participant) -> Added:
        with Hand(one).at_work() as hand:
            ((before, seen),) = hand(READ[what.table], id=key)
            one.meet()
            values = {"id": key, "text": f"{before} {one.word}"}
            if what.table == "users":
                values["seen"] = seen
            ((version,),) = hand(WRITE[what.table], **values)
            if what.table == "objectives":
                hand(CLOSE_ENTRY, id=key)
                hand(OPEN_ENTRY, id=key)
        return Added(one.word, version)

    return part


def add_an_entry(world: World) -> Part:
    """Look which entry of Ada's objective is open, then close that one and open another."""
    (objective,) = world.state(WorkState).objectives.values()

    def part(one: Participant) -> None:
        with Hand(one).at_work() as hand:
            ((entry,),) = hand(
                "SELECT id FROM objective_history WHERE objective_id = :id AND valid_until IS NULL",
                id=objective.id,
            )
            one.meet()
            hand("UPDATE objective_history SET valid_until = valid_from WHERE id = :id", id=entry)
            hand(OPEN_ENTRY, id=objective.id)

    return stopped_is_an_answer(part)


CARELESS_WITH_TEXTS: Final[dict[str, Race]] = {
    **{
        f"add a word each to {name} without looking at its version": partial(add_a_word, what)
        for name, what in TEXTS.items()
    },
    "open an entry each in the history of Ada's objective": add_an_entry,
}
"""In the words of the features."""
