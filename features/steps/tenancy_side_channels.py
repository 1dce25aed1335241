"""What a tenant learns of others who sends SQL of his own, and what an administrator closes."""

import psycopg
from behave import then, when
from behave.runner import Context

from features.support.migrations.server_side_channels import (
    SERVER_CHANNELS,
    documented_sql,
    migrate_as_operator,
)
from features.support.tenancy import plan_cache, planner_statistics
from features.support.tenancy.sql_side_channels import CHANNELS, NOTHING
from features.support.tenancy.state import TenancyState
from features.support.world import World
from pgharness.data import data_tables

ALL_CHANNELS = CHANNELS | SERVER_CHANNELS


@when("{intruder:Person} asks in SQL for {thing:Channel}, with {victim:Person} about")
def asks_in_sql(context: Context, intruder: str, thing: str, victim: str) -> None:
    """Past the service, but in the role and under the name that it binds."""
    world: World = context.world
    try:
        learnt = ALL_CHANNELS[thing](world, intruder, victim)
    except psycopg.errors.InsufficientPrivilege:
        learnt = NOTHING
    world.state(TenancyState).came_of_it = [{"learns": learnt}]


@when("an administrator runs the SQL of docs/tenancy.md")
def administrator_runs(context: Context) -> None:
    """As a superuser, in this database."""
    context.world.reader.execute(documented_sql().encode())


@when("the catalogue is asked what the planner keeps statistics about")
def ask_for_statistics(context: Context) -> None:
    """Columns, expressions in indexes and extended statistics of all that tenants own."""
    world: World = context.world
    world.state(TenancyState).came_of_it = planner_statistics.targets(world.reader)


@then("it names exactly these, and an ANALYZE brings no others")
def exactly_these_statistics(context: Context) -> None:
    """What is stored of columns after an ANALYZE is among what is collected."""
    world: World = context.world
    state = world.state(TenancyState)
    data_tables.expect(context.table, state.came_of_it)
    world.reader.execute("ANALYZE")
    allowed = {row["table"]: row["about"].split(", ") for row in state.came_of_it}
    others = [
        f"{row['table']}.{column}"
        for row in planner_statistics.stored(world.reader)
        for column in row["about"].split(", ")
        if column not in allowed.get(row["table"], [])
    ]
    assert not others, f"there are statistics about {', '.join(others)}"


@when("{other:Person} runs what was prepared for {person:Person}, with {plans:Plans}")
def runs_prepared(context: Context, other: str, person: str, plans: str) -> None:
    """In the same connection, a query of every table that tenants own."""
    world: World = context.world
    world.state(TenancyState).owners_seen = plan_cache.owners_seen(world, plans, person, other)


@then("{person:Person} sees {whose:Whose} own rows in every table, and no others")
def sees_own_by_plan(context: Context, person: str, whose: str) -> None:
    """In each there is something, and all of it is the person's."""
    world: World = context.world
    own, seen = world.people[person].id, world.state(TenancyState).owners_seen
    assert seen, "no table was looked at"
    assert all(owners == [own] for owners in seen.values()), f"the owners seen are {seen}"


@then("tenants and workers work as before")
def service_works(context: Context) -> None:
    """Each under its role: a task is submitted, and claimed."""
    world: World = context.world
    with world.domain.tenant(world.people["Ada"].id) as tx:
        tx.tasks.submit("Work as before", payload=None)
    with world.domain.worker() as tx:
        assert tx.tasks.claim() is not None, "the worker finds no task"


@then("a role that is no superuser can migrate its database where the same was closed")
def operator_migrates(context: Context) -> None:
    """The latest revision goes down and up again."""
    refusal = migrate_as_operator(context.world)
    assert refusal is None, f"it lacks a right: {refusal}"
