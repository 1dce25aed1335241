"""What a unit of work leaves in its session, and who finds it."""

from behave import then, when
from behave.runner import Context

from features.support.tenancy import session_leftovers
from features.support.tenancy.session_leftovers import LEFTOVERS
from features.support.tenancy.single_connection_pool import Pooled, PooledState
from features.support.tenancy.state import TenancyState
from features.support.world import World

STORED = "SELECT count(*) FROM public.projects WHERE owner_id = %s AND slug = %s"


def _opened(world: World, *, impatient: bool = False) -> Pooled:
    state = world.state(TenancyState)
    pool = Pooled(world.url, world.settings, world.clock, world.reader)
    world.add_cleanup(pool.close)
    pool.open(impatient=impatient, reset=True)
    world.state(PooledState).pool = pool
    state.described = pool.ask(session_leftovers.described)
    return pool


@when("{person:Person}'s work in the only connection leaves {leftover:Leftover}")
def leaves(context: Context, person: str, leftover: str) -> None:
    """By SQL past the service. In a session that nobody resets, it is found afterwards."""
    world: World = context.world
    state = world.state(TenancyState)
    user_id, left = world.people[person].id, LEFTOVERS[leftover]
    state.asked = left.asks
    state.kept = session_leftovers.kept(world.url, user_id, left)
    _opened(world).leave(user_id, [left.does])


@then("the next to use that very connection finds nothing of it")
def finds_nothing(context: Context) -> None:
    """It is the same connection to the server, and what was left is not there."""
    neighbours = context.world.state(TenancyState)
    pool: Pooled = context.world.state(PooledState).pool
    found = pool.ask(lambda session: session_leftovers.answer(session, neighbours.asked))
    assert found != neighbours.kept, f"found was {found}"
    assert pool.state()[0] == pool.pid, "it is another connection"


@when("{person:Person}'s work in the only connection leaves all that can be left")
def leaves_everything(context: Context, person: str) -> None:
    """All in one unit of work."""
    world: World = context.world
    pool = _opened(world)
    pool.leave(world.people[person].id, [left.does for left in LEFTOVERS.values()])


@then("the server tells the same of that very connection as before")
def tells_the_same(context: Context) -> None:
    """Settings, roles, objects, locks and all else that the catalogue has of a session."""
    neighbours = context.world.state(TenancyState)
    pool: Pooled = context.world.state(PooledState).pool
    changed = session_leftovers.reported(
        neighbours.described, pool.ask(session_leftovers.described)
    )
    assert not changed, "; ".join(changed)
    assert pool.state()[0] == pool.pid, "it is another connection"


@when("the only connection is given back in a state that cannot be cleared")
def cannot_be_cleared(context: Context) -> None:
    """Somebody else has locked a temporary table of the session's, so it cannot be dropped."""
    world: World = context.world
    _opened(world, impatient=True).give_back_locked(world.reader)


@then("the next gets another connection")
def another_connection(context: Context) -> None:
    """The former one is closed."""
    pool: Pooled = context.world.state(PooledState).pool
    assert pool.state()[0] != pool.pid, "it is the same connection"


@when('{person:Person} creates the project "{slug}" in that connection')
def creates_project(context: Context, person: str, slug: str) -> None:
    """By the service, as ever."""
    world: World = context.world
    pool = world.state(PooledState).pool
    with pool.domain.tenant(world.people[person].id) as tx:
        tx.workspace.create_project(f"/{slug}", slug)
    assert pool.state()[0] == pool.pid, "it is another connection"


@when('{person:Person}\'s work makes a temporary table of projects, and then the project "{slug}"')
def shadows_itself(context: Context, person: str, slug: str) -> None:
    """The one past the service, the other by it, in one unit of work."""
    world: World = context.world
    pool = _opened(world)
    with pool.domain.tenant(world.people[person].id) as tx:
        pool.send(tx, LEFTOVERS["a temporary table"].does)
        tx.workspace.create_project(f"/{slug}", slug)


@then('the project "{slug}" of {person:Person}\'s is stored')
def stored(context: Context, slug: str, person: str) -> None:
    """In the table, as everybody else reads it."""
    world: World = context.world
    (found,) = world.reader.execute(STORED, [world.people[person].id, slug]).fetchone() or (0,)
    assert found == 1, f"there are {found}"
