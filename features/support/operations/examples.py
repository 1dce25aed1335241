"""An example call of each operation of the service, and the rows that it needs.

`operations` finds the operations by introspection; one without an example here fails every sweep
through all of them, by its name.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from domain import Domain
from domain.identity.accounts import User
from domain.work.task_queue import Claim
from domain.work.tasks import TaskStatus
from domain.work.turns_and_events import TurnActor, TurnIntent
from features.support.arrange import factories
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.operations.registry import openings, operations
from features.support.tenancy import tenant_fixture
from features.support.tenancy.state import TenancyState
from features.support.world import World

ANOTHER: Final = "amber kettles sing at dawn"
WRONG_PASSWORD: Final = "a heron drifts past gull rock"  # noqa: S105 (of no account)


@dataclass(frozen=True)
class Scene:
    """The rows: Ada has some in every table, Bram is deactivated, Chen has a temporary password."""

    ada: User
    bram: User
    token: str
    other_jti: str
    temporary_token: str
    claim: Claim
    own: dict[str, Any]
    """Ada's row in every table that tenants own, by the name of its entity."""


Example = Callable[[Scene, Any], object]
"""Calls an operation; the second argument is an open unit of work of the right kind."""


def scene(world: World) -> Scene:
    """Store the rows, and let two minutes pass."""
    tenant_fixture.create(world, "Ada")
    factories.account(world, "Bram")
    factories.account(world, "Chen")
    factories.old_session(world, "Ada", "was ended", world.clock.now() - timedelta(days=31))
    logins.logged_in(world, "Ada")
    logins.logged_in(world, "Ada", "phone")
    with world.domain.identity() as tx:
        world.people["Bram"] = tx.accounts.deactivate(world.people["Bram"])
        issued = tx.passwords.issue_temporary(world.people["Chen"].id)
    with world.domain.identity() as tx:
        restricted = tx.sessions.log_in("chen@example.org", issued.password)
    with world.domain.worker() as tx:
        claim = tx.tasks.claim()
    assert claim is not None, "there was a task to claim"
    with world.tenant("Ada") as tx:
        task = tx.tasks.submit("Import Q3 figures", payload={"rows": 1200})
    # A session's last use is recorded at most once a minute.
    world.clock.advance(timedelta(minutes=2))
    return Scene(
        ada=world.people["Ada"],
        bram=world.people["Bram"],
        token=world.state(IdentityState).tokens["Ada's laptop"],
        other_jti=str(logins.stored_session(world, "Ada", "phone")["jti"]),
        temporary_token=restricted.token,
        claim=claim,
        own={**world.state(TenancyState).fixtures["Ada"], "task": task},
    )


def opened(domain: Domain, caller: str, scene_: Scene) -> AbstractContextManager[Any]:
    """Open a unit of work for this kind of caller."""
    assert caller in OPENED, f"OPENED does not say how a unit of work for {caller} is opened"
    return OPENED[caller](domain, scene_)


def examples() -> dict[tuple[str, str], Example]:
    """Return an example of every operation, by the kind of caller and its name, in order."""
    found = [
        (caller, f"{part}.{name}")
        for caller, work in openings().items()
        for part, name, _ in operations(work)
    ]
    without = [f"{name} of {caller}" for caller, name in found if (caller, name) not in EXAMPLES]
    assert not without, f"EXAMPLES in operations/examples.py has no call of {', '.join(without)}"
    return {key: EXAMPLES[key] for key in sorted(found)}


WRONG_PASSWORDS: Final[dict[str, Example]] = {
    "a login with a wrong password": lambda s, tx: tx.sessions.log_in(s.ada.email, WRONG_PASSWORD),
    "a change of password with a wrong one": lambda s, tx: tx.passwords.change(
        s.token, WRONG_PASSWORD, ANOTHER
    ),
}
"""Calls that are refused because of a wrong password, and recorded as failed logins."""

OPENED: Final[dict[str, Callable[[Domain, Scene], AbstractContextManager[Any]]]] = {
    "identity": lambda domain, _: domain.identity(),
    "tenant": lambda domain, scene_: domain.tenant(scene_.ada.id),
    "worker": lambda domain, _: domain.worker(),
}

EXAMPLES: Final[dict[tuple[str, str], Example]] = {
    ("identity", "accounts.change_email"): lambda s, tx: tx.accounts.change_email(
        s.ada, "countess@example.org"
    ),
    ("identity", "accounts.deactivate"): lambda s, tx: tx.accounts.deactivate(s.ada),
    ("identity", "accounts.delete"): lambda s, tx: tx.accounts.delete(s.ada),
    ("identity", "accounts.get"): lambda s, tx: tx.accounts.get(s.ada.id),
    ("identity", "accounts.get_by_email"): lambda s, tx: tx.accounts.get_by_email(s.ada.email),
    ("identity", "accounts.list"): lambda _, tx: tx.accounts.list(),
    ("identity", "accounts.reactivate"): lambda s, tx: tx.accounts.reactivate(s.bram),
    ("identity", "accounts.register"): lambda _, tx: tx.accounts.register(
        "dora@example.org", "Dora", ANOTHER
    ),
    ("identity", "accounts.rename"): lambda s, tx: tx.accounts.rename(s.ada, "Ada King"),
    ("identity", "passwords.change"): lambda s, tx: tx.passwords.change(
        s.token, factories.PASSWORD, ANOTHER
    ),
    ("identity", "passwords.issue_temporary"): lambda s, tx: tx.passwords.issue_temporary(s.ada.id),
    ("identity", "passwords.replace_temporary"): lambda s, tx: tx.passwords.replace_temporary(
        s.temporary_token, ANOTHER
    ),
    ("identity", "sessions.authenticate"): lambda s, tx: tx.sessions.authenticate(s.token),
    ("identity", "sessions.end"): lambda s, tx: tx.sessions.end(s.token, s.other_jti),
    ("identity", "sessions.end_all"): lambda s, tx: tx.sessions.end_all(s.ada.id),
    ("identity", "sessions.end_others"): lambda s, tx: tx.sessions.end_others(s.token),
    ("identity", "sessions.list"): lambda s, tx: tx.sessions.list(s.token),
    ("identity", "sessions.log_in"): lambda s, tx: tx.sessions.log_in(
        s.ada.email, factories.PASSWORD
    ),
    ("identity", "sessions.log_out"): lambda s, tx: tx.sessions.log_out(s.token),
    ("identity", "sessions.purge"): lambda _, tx: tx.sessions.purge(1000),
    ("tenant", "objectives.change"): lambda s, tx: tx.objectives.change(
        s.own["objective"], "Close Q4"
    ),
    ("tenant", "objectives.delete"): lambda s, tx: tx.objectives.delete(s.own["objective"]),
    ("tenant", "objectives.get"): lambda s, tx: tx.objectives.get(s.own["objective"].id),
    ("tenant", "objectives.history"): lambda s, tx: tx.objectives.history(s.own["objective"].id),
    ("tenant", "objectives.list"): lambda _, tx: tx.objectives.list(),
    ("tenant", "objectives.pursue"): lambda _, tx: tx.objectives.pursue("Close Q4", ["by May"]),
    ("tenant", "tasks.assign"): lambda s, tx: tx.tasks.assign([s.own["task"]], None),
    ("tenant", "tasks.delete"): lambda s, tx: tx.tasks.delete(s.own["task"]),
    ("tenant", "tasks.get"): lambda s, tx: tx.tasks.get(s.own["task"].id),
    ("tenant", "tasks.list"): lambda _, tx: tx.tasks.list(),
    ("tenant", "tasks.retitle"): lambda s, tx: tx.tasks.retitle(s.own["task"], "Import Q4"),
    ("tenant", "tasks.submit"): lambda _, tx: tx.tasks.submit("Import Q4", {"rows": 900}),
    ("tenant", "workspace.add_agent"): lambda s, tx: tx.workspace.add_agent(
        s.own["project"].id, "Scout", UUID(int=7)
    ),
    ("tenant", "workspace.agent"): lambda s, tx: tx.workspace.agent(s.own["agent"].id),
    ("tenant", "workspace.agents"): lambda s, tx: tx.workspace.agents(s.own["project"].id),
    ("tenant", "workspace.clear_priority"): lambda s, tx: tx.workspace.clear_priority(
        s.own["agent"].id
    ),
    ("tenant", "workspace.create_project"): lambda _, tx: tx.workspace.create_project(
        "/home/ada/engine", "engine"
    ),
    ("tenant", "workspace.delete_agent"): lambda s, tx: tx.workspace.delete_agent(
        s.own["agent"].id
    ),
    ("tenant", "workspace.delete_project"): lambda s, tx: tx.workspace.delete_project(
        s.own["project"].id
    ),
    ("tenant", "workspace.event"): lambda s, tx: tx.workspace.event(s.own["event"].id),
    ("tenant", "workspace.events"): lambda _, tx: tx.workspace.events(),
    ("tenant", "workspace.prioritise"): lambda s, tx: tx.workspace.prioritise(
        s.own["agent"].id, 9, "It is late"
    ),
    ("tenant", "workspace.project"): lambda s, tx: tx.workspace.project(s.own["project"].id),
    ("tenant", "workspace.projects"): lambda _, tx: tx.workspace.projects(),
    ("tenant", "workspace.record"): lambda _, tx: tx.workspace.record("figures.came", {"q": 4}),
    ("tenant", "workspace.say"): lambda s, tx: tx.workspace.say(
        s.own["task"].id, TurnActor.USER, TurnIntent.COMMAND, "Hurry, please"
    ),
    ("tenant", "workspace.turn"): lambda s, tx: tx.workspace.turn(s.own["turn"].id),
    ("tenant", "workspace.turns"): lambda s, tx: tx.workspace.turns(s.own["task"].id),
    ("worker", "tasks.claim"): lambda _, tx: tx.tasks.claim(),
    ("worker", "tasks.complete"): lambda s, tx: tx.tasks.complete(s.claim, {"imported": 1200}),
    ("worker", "tasks.fail"): lambda s, tx: tx.tasks.fail(s.claim, "the disk is full"),
    ("worker", "tasks.report"): lambda s, tx: tx.tasks.report(
        s.claim, TaskStatus.COMPLETED, result={"imported": 1200}
    ),
}
