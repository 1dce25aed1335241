"""A tenant with a row in every tenant table, written straight into the tables."""

from features.support.arrange import factories
from features.support.tenancy import rls_catalog
from features.support.tenancy.state import TenancyState
from features.support.world import World


def create(world: World, person: str) -> None:
    """Store an account, and a row of its own in each tenant table; every text contains the name.

    Fails for a tenant table that gets no row here.
    """
    owner, name = factories.account(world, person), person.lower()
    owned = {"owner": owner, "now": world.clock.now()}
    secret = {"secret": f"{person}'s"}
    with world.past_the_domain() as session:
        project = factories.ProjectFactory.create(
            session=session, **owned, path=f"/home/{name}-secret", slug=f"{name}-secret"
        )
        agent = factories.AgentFactory.create(
            session=session,
            **owned,
            project=project,
            name=f"{person}'s secret agent",
            prioritised=True,
            priority_score=7,
            priority_reason=f"{person}'s secret reason",
        )
        task = factories.TaskFactory.create(
            session=session, **owned, agent=agent, title=f"{person}'s secret task", payload=secret
        )
        turn = factories.TurnFactory.create(
            session=session, **owned, task=task, text=f"{person}'s secret words"
        )
        event = factories.EventFactory.create(
            session=session,
            **owned,
            project=project,
            agent=agent,
            task=task,
            turn=turn,
            type=f"secret.of.{name}",
            payload=secret,
        )
        objective = factories.ObjectiveFactory.create(
            session=session,
            **owned,
            text=f"{person}'s secret goal",
            constraints=[name],
            changed=True,
        )
    world.state(TenancyState).fixtures[person] = {
        "project": project,
        "agent": agent,
        "task": task,
        "turn": turn,
        "event": event,
        "objective": objective,
    }
    for table in rls_catalog.tenant_tables(world.reader):
        assert rls_catalog.count(world.reader, table, owner.id), (
            f"the tenant fixture has no row for {table}"
        )
