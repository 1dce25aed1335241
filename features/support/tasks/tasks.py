"""What the steps about tasks share."""

from typing import Any

from domain.work.tasks import Task
from features.support.arrange.known_work import WorkState
from features.support.identity.recorded import ObservedState
from features.support.tasks.described import name_of
from features.support.world import World
from pgharness.observe import statement_recorder


def owner(world: World, title: str) -> str:
    """Return the name of a task's owner."""
    return name_of(world, world.state(WorkState).tasks[title].owner_id)


def agent_id(world: World, name: str | None) -> int | None:
    """Return the id of an agent; of one that does not exist if the name is empty."""
    if name is None:
        return None
    return world.state(WorkState).agents[name].id if name else 4242


def submit(world: World, person: str, **values: Any) -> None:
    """Try to submit a task, and remember it by its title, and the statements that were sent."""
    with (
        statement_recorder.watched(world.engine) as world.state(ObservedState).statements,
        world.attempt(),
        world.tenant(person) as tx,
    ):
        task = tx.tasks.submit(**{"payload": {}, **values})
        world.state(WorkState).tasks[task.title] = task


def read_again(world: World, title: str) -> Task:
    """Read a task as its owner."""
    state = world.state(WorkState)
    with world.tenant(owner(world, title)) as tx:
        state.tasks[title] = tx.tasks.get(state.tasks[title].id)
    return state.tasks[title]


def retitle_unseen(world: World, title: str, new: str) -> None:
    """Retitle a task as its owner, but keep the version that was read before."""
    with world.tenant(owner(world, title)) as tx:
        tx.tasks.retitle(tx.tasks.get(world.state(WorkState).tasks[title].id), new)


def check_same(found: Any, expected: Any) -> None:
    """Compare values with their types: 1, 1.0 and True are equal, but not the same."""
    assert found == expected, f"found was {str(found)[:200]}"
    assert repr(_sorted(found)) == repr(_sorted(expected)), f"found was {str(found)[:200]}"


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return [(key, _sorted(value[key])) for key in sorted(value)]
    return [_sorted(item) for item in value] if isinstance(value, list) else value
