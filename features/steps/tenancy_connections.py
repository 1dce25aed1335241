"""Tenants in one connection: what a unit of work leaves there, and the server's plans."""

from behave import given, then, when
from behave.runner import Context

from domain.database.schema import Role
from features.support.migrations.server_side_channels import documented_sql, migrate_as_operator
from features.support.tenancy import (
    plan_cache,
    query_plans,
    rls_catalog,
    role_statements,
    session_leftovers,
)
from features.support.tenancy.session_leftovers import LEFTOVERS, Leftover
from features.support.tenancy.single_connection_pool import PoolState, SingleConnectionPool
from features.support.tenancy.state import OwnersSeen, TenancyState
from features.support.world import World
from pgharness.data import data_tables

# --- one connection, one tenant after the other ---------------------------------------------


@when("{person:Person}'s work in the pool's only connection {ending:Ending}")
def work_ends(context: Context, person: str, ending: str) -> None:
    """One unit of work; the session is not reset after it."""
    world: World = context.world
    pool = _open(world, reset=False)
    project = world.state(TenancyState).fixtures[person]["project"]
    pool.work(ending, world.people[person].id, project.id)

    def owners_seen(user_id: int | None) -> OwnersSeen:
        return pool.seen_by(user_id, rls_catalog.tenant_tables(world.reader))

    world.state(TenancyState).owners_seen = owners_seen


@then("the connection carries neither a tenant nor a role")
def carries_nothing(context: Context) -> None:
    """It is the same connection to the server, in its own role, and no user is bound."""
    pool = context.world.state(PoolState).pool
    assert pool.state() == (pool.pid, True, ""), f"was {pool.pid}, is {pool.state()}"


@then("without a tenant no table shows a row in it")
def no_row_without_tenant(context: Context) -> None:
    """Each tenant table raises an error if no user is bound."""
    seen = context.world.state(TenancyState).owners_seen(None)
    assert seen, "no table was read"
    assert all(each == "no user" for each in seen.values()), f"what is seen is {seen}"


@then("{person:Person} sees {whose:Whose} own rows in every table, and no others")
def sees_own(context: Context, person: str, whose: str) -> None:
    """In each tenant table there is a row, and all rows are the person's."""
    world: World = context.world
    own = world.people[person].id
    seen = world.state(TenancyState).owners_seen(own)
    assert seen, "no table was read"
    assert all(owners == [own] for owners in seen.values()), f"the owners seen are {seen}"


@then("one prepared statement counts these tasks, by role and user")
def counts_by_role(context: Context) -> None:
    """It is executed in one connection, in the order of the table."""
    world: World = context.world
    persons = {name: user.id for name, user in world.people.items()}
    bindings = [(Role(row["role"]), persons.get(row["user"])) for row in context.table]
    found = role_statements.counts_by_role(world, bindings)
    lines = [
        {"role": row["role"], "user": row["user"], "tasks": number}
        for row, number in zip(context.table, found, strict=True)
    ]
    data_tables.expect(context.table, lines)


# --- what work leaves in its session --------------------------------------------------------


@when("{person:Person}'s work in the pool's only connection leaves {leftovers:Leftovers}")
def leaves(context: Context, person: str, leftovers: list[Leftover]) -> None:
    """By SQL past the service, in one unit of work that commits."""
    world: World = context.world
    state, user_id = world.state(PoolState), world.people[person].id
    if len(leftovers) == 1:
        (state.leftover,) = leftovers
        state.kept = session_leftovers.kept(world.url, user_id, state.leftover)
    _open(world).leave(user_id, [leftover.statement for leftover in leftovers])


@then("the next to use the connection finds nothing of it")
def finds_nothing(context: Context) -> None:
    """It is the same connection, and the catalogue describes its session as before the work."""
    state = context.world.state(PoolState)
    pool = state.pool
    if (leftover := state.leftover) is not None:
        found = pool.ask(lambda session: session_leftovers.answer(session, leftover.query))
        assert found != state.kept, f"found was {found}"
    described = pool.ask(session_leftovers.described)
    changed = session_leftovers.differences(state.described, described)
    assert not changed, "; ".join(changed)
    assert pool.state()[0] == pool.pid, "it is another connection"


@then("the next three to use the connection draw three different random numbers")
def draw_different_numbers(context: Context) -> None:
    """Each in its first statement, after the connection was reset."""
    pool = context.world.state(PoolState).pool
    query = LEFTOVERS["a seed for random numbers"].query
    drawn = [pool.ask(lambda session: session_leftovers.answer(session, query)) for _ in range(3)]
    assert len({str(each) for each in drawn}) == len(drawn), f"drawn were {drawn}"


@when("the pool's only connection is returned in a state that cannot be reset")
def cannot_be_reset(context: Context) -> None:
    """Another connection has locked a temporary table of the session, so it cannot be dropped."""
    world: World = context.world
    _open(world, times_out=True).give_back_locked(world.reader)


@then("the next to use the pool gets another connection")
def another_connection(context: Context) -> None:
    """The former one is closed."""
    pool = context.world.state(PoolState).pool
    assert pool.state()[0] != pool.pid, "it is the same connection"


@when('{person:Person} creates the project "{slug}" in the same connection')
def creates_project(context: Context, person: str, slug: str) -> None:
    """By the service."""
    world: World = context.world
    pool = world.state(PoolState).pool
    with pool.domain.tenant(world.people[person].id) as tx:
        tx.workspace.create_project(f"/{slug}", slug)
    assert pool.state()[0] == pool.pid, "it is another connection"


@when('{person:Person} creates a temporary table of projects and the project "{slug}" in one work')
def shadows_itself(context: Context, person: str, slug: str) -> None:
    """The table past the service, the project by it, in one unit of work."""
    world: World = context.world
    pool = _open(world)
    with pool.domain.tenant(world.people[person].id) as tx:
        pool.send(tx, LEFTOVERS["a temporary table"].statement)
        tx.workspace.create_project(f"/{slug}", slug)


def _open(world: World, *, reset: bool = True, times_out: bool = False) -> SingleConnectionPool:
    state = world.state(PoolState)
    pool = SingleConnectionPool(world.url, world.settings, world.clock, world.reader)
    world.add_cleanup(pool.close)
    pool.open(times_out=times_out, reset=reset)
    state.pool, state.described = pool, pool.ask(session_leftovers.described)
    return pool


# --- plans ----------------------------------------------------------------------------------


@given(
    "Ada is one of {tenants:Number} tenants, each with {finished:Number} finished"
    " and {pending:Number} pending tasks"
)
def many_tasks(context: Context, tenants: int, finished: int, pending: int) -> None:
    """The tasks of different tenants are interleaved, and the tables analyzed."""
    query_plans.many_tasks(context.world, tenants, finished, pending)


@given("there are {number:Number} accounts in an analyzed table")
def many_accounts(context: Context, number: int) -> None:
    """Stored without the service; no password has their hash."""
    query_plans.many_accounts(context.world, number)


@when("the server plans {statement:Statement}")
def plans(context: Context, statement: str) -> None:
    """Explain the service's own statement, in the role and for the user that it has."""
    world: World = context.world
    world.state(TenancyState).plan = query_plans.of_statement(world, statement)


@then("the plan contains the policy")
def contains_policy(context: Context) -> None:
    """The statement does not name the owner, and the plan does."""
    plan = context.world.state(TenancyState).plan
    assert query_plans.compares_owner(plan), "the plan does not compare the owner"


@then("the plan reads only her tasks, by an index")
def reads_own_tasks(context: Context) -> None:
    """Every access path to tasks is an index that is searched for the owner."""
    found = query_plans.access_paths(context.world.state(TenancyState).plan, "tasks")
    assert found, "the plan reads no tasks"
    others = [path for path, condition in found.items() if "owner_id = " not in condition]
    assert not others, f"others' tasks are read by {', '.join(others)}"


@then("the plan reads only pending tasks, by an index")
def reads_pending_tasks(context: Context) -> None:
    """The only access path to tasks is the index that contains only pending ones."""
    found = query_plans.access_paths(context.world.state(TenancyState).plan, "tasks")
    assert list(found) == ["ix_tasks_to_claim"], f"tasks are read by {', '.join(found)}"


@then("the plan reads accounts by the index of their ids")
def reads_accounts_by_id(context: Context) -> None:
    """In the order of the index, so no more of them than a page has."""
    found = query_plans.access_paths(context.world.state(TenancyState).plan, "users")
    assert list(found) == ["pk_users"], f"accounts are read by {', '.join(found)}"


@when("{other:Person} executes what was prepared for {person:Person}, with {mode:PlanMode}")
def executes_prepared(context: Context, other: str, person: str, mode: str) -> None:
    """In the same connection, a query of every tenant table."""
    world: World = context.world
    seen: OwnersSeen = dict(plan_cache.owners_seen(world, mode, person, other))
    world.state(TenancyState).owners_seen = lambda _: seen


# --- what an administrator closes -----------------------------------------------------------


@when("an administrator runs the SQL of docs/tenancy.md")
def administrator_runs(context: Context) -> None:
    """As a superuser, in this database."""
    context.world.reader.execute(documented_sql().encode())


@then("tenants and workers can still work")
def service_works(context: Context) -> None:
    """Each in its role: a task is submitted, and claimed."""
    world: World = context.world
    with world.domain.tenant(world.people["Ada"].id) as tx:
        tx.tasks.submit("Water the plants", payload=None)
    with world.domain.worker() as tx:
        assert tx.tasks.claim() is not None, "the worker finds no task"


@then("a role that is no superuser can still migrate a database in which the SQL was run")
def operator_migrates(context: Context) -> None:
    """The latest revision is downgraded and upgraded again."""
    refusal = migrate_as_operator(context.world)
    assert refusal is None, f"it lacks a privilege: {refusal}"
