"""Who may do what, and how the server goes about what tenants and workers ask for."""

from behave import given, then, when
from behave.runner import Context

from domain.database.schema import Role
from features.support.tenancy import privileges, query_plans, role_statements
from features.support.tenancy.state import TenancyState
from features.support.world import World
from pgharness.data import data_tables


@when("the catalogue is asked for all rights")
def ask_for_rights(context: Context) -> None:
    """Rights to tables, views and sequences, of whomever but their owner."""
    context.world.state(TenancyState).came_of_it = privileges.grants(context.world.reader)


@when("the catalogue is asked for the rights of everybody")
def ask_for_public_rights(context: Context) -> None:
    """Rights of PUBLIC to anything else than tables; the reasons are for the reader."""
    context.world.state(TenancyState).came_of_it = privileges.for_all(context.world.reader)


@when("the catalogue is asked for the functions")
def ask_for_functions(context: Context) -> None:
    """All functions of the service."""
    context.world.state(TenancyState).came_of_it = privileges.functions(context.world.reader)


@then("it names exactly these, each for a reason")
def named_for_a_reason(context: Context) -> None:
    """No more, no less; the reasons are for the reader."""
    whys = {(row["right"], row["to"]): row["why"] for row in context.table}
    found = [
        {**row, "why": whys.get((row["right"], row["to"]), "(none)")}
        for row in context.world.state(TenancyState).came_of_it
    ]
    data_tables.expect(context.table, found)


@then("no view shows what its owner sees")
def no_open_view(context: Context) -> None:
    """Each view, if there are any, has the rights of whoever looks through it."""
    found = privileges.open_views(context.world.reader)
    assert not found, f"these do: {', '.join(found)}"


@then('the role "{role}" has no power beyond its rights')
def no_power(context: Context, role: str) -> None:
    """It is no superuser, bypasses no policy, owns nothing, cannot log in and so on."""
    found = privileges.powers(context.world.reader)[Role(role)]
    assert not found, f"it {', '.join(found)}"


@then("these catalogues are changed when a role runs")
def changed_by_roles(context: Context) -> None:
    """Exactly these, for each statement in each of the group roles."""
    roles = context.table.headings[1:]
    asked = [(Role(role), row["statement"]) for row in context.table for role in roles]
    found = iter(role_statements.outcomes(context.world, asked))
    lines = [
        {"statement": row["statement"], **{role: next(found) for role in roles}}
        for row in context.table
    ]
    data_tables.expect(context.table, lines)


@then('a password that the role "{role}" gives itself lets nobody log in')
def password_of_no_use(context: Context, role: str) -> None:
    """The role may give itself one, and can log in no more than before."""
    logs_in = role_statements.logs_in_with_password(context.world, Role(role))
    assert not logs_in, "it can log in"


@then("one prepared statement, run in turn, counts these tasks")
def counts_in_turn(context: Context) -> None:
    """In one connection, under the roles and for the persons in the table."""
    world: World = context.world
    persons = {name: user.id for name, user in world.people.items()}
    asked = [(Role(row["role"]), persons.get(row["for"])) for row in context.table]
    found = role_statements.counted_in_turn(world, asked)
    lines = [
        {"role": row["role"], "for": row["for"], "tasks": number}
        for row, number in zip(context.table, found, strict=True)
    ]
    data_tables.expect(context.table, lines)


@given(
    "Ada is one of {tenants:Number} tenants who have {finished:Number} finished"
    " and {pending:Number} pending tasks each"
)
def many_tasks(context: Context, tenants: int, finished: int, pending: int) -> None:
    """Tasks of all of them in turns, so that nobody's lie together; and statistics about them."""
    query_plans.many_tasks(context.world, tenants, finished, pending)


@when("Ada reads {what:Reading}")
def ada_reads(context: Context, what: str) -> None:
    """Have the server say how it goes about the service's own statement, under its own role."""
    world: World = context.world
    world.state(TenancyState).plan = query_plans.of_reading(world, what)


@when("a worker's claim is planned")
def worker_claims(context: Context) -> None:
    """Have the server say how it goes about the service's own statement, under its own role."""
    world: World = context.world
    world.state(TenancyState).plan = query_plans.of_claim(world)


@then("the policy is a part of how the server goes about it")
def policy_in_force(context: Context) -> None:
    """Nothing in the statement names the owner, and the plan does."""
    world: World = context.world
    assert query_plans.asks_whose(world.state(TenancyState).plan), (
        "the plan does not ask who is bound"
    )


@then("only what is hers is looked at, found by an index")
def found_by_owner(context: Context) -> None:
    """Every way to tasks is an index that is searched for the owner."""
    found = query_plans.ways_to(context.world.state(TenancyState).plan, "tasks")
    assert found, "the plan reads no tasks"
    others = [way for way, condition in found.items() if "owner_id = " not in condition]
    assert not others, f"what is not hers is looked at by {', '.join(others)}"


@then("only pending tasks are looked at, found by an index")
def found_pending(context: Context) -> None:
    """The only way to tasks is the index that holds nothing but pending ones."""
    found = query_plans.ways_to(context.world.state(TenancyState).plan, "tasks")
    assert list(found) == ["ix_tasks_to_claim"], f"tasks are found by {', '.join(found)}"
