"""Tenants: their rows, attacks on them, privileges, and the answers to another tenant's ids."""

from collections.abc import Callable, Iterable

import psycopg
from behave import given, then, when
from behave.model import Table
from behave.runner import Context

from domain.database.schema import Role
from features.support import data
from features.support.operations import registry
from features.support.tenancy import (
    attack_runner,
    planner_statistics,
    policy_side_channels,
    privileges,
    reach_attempts,
    reach_catalog,
    rls_catalog,
    role_statements,
    tenant_fixture,
)
from features.support.tenancy.attack_runner import WITHOUT_EFFECT, Binding
from features.support.tenancy.policy_side_channels import Channel
from features.support.tenancy.state import TenancyState
from features.support.world import World
from pgharness.data import data_tables

Line = dict[str, str]


@given("{people:Holders} rows in every tenant table")
def rows_everywhere(context: Context, people: list[str]) -> None:
    """Store an account for each, and a row in each of the tables that the catalogue names."""
    for person in people:
        tenant_fixture.create(context.world, person)


# --- what the catalogue lists ---------------------------------------------------------------


@then("{listing:Listing} are exactly these")
def are_exactly(context: Context, listing: Callable[[psycopg.Connection], Iterable[Line]]) -> None:
    """The catalogue lists no more and no less, in this order; a column `why` is for the reader."""
    _expect(context.table, listing(context.world.reader))


def _expect(table: Table, found: Iterable[Line]) -> None:
    if "why" in table.headings:
        compared = [name for name in table.headings if name != "why"]
        whys = {tuple(row[name] for name in compared): row["why"] for row in table}
        found = [
            {**line, "why": whys.get(tuple(line.get(name) for name in compared), "(no reason)")}
            for line in found
        ]
    data_tables.expect(table, found)


@then("ANALYZE collects no other statistics")
def no_other_statistics(context: Context) -> None:
    """The columns with statistics after an ANALYZE are among the targets of statistics."""
    reader = context.world.reader
    reader.execute("ANALYZE")
    allowed = {row["table"]: row["about"].split(", ") for row in planner_statistics.targets(reader)}
    others = [
        f"{row['table']}.{column}"
        for row in planner_statistics.stored(reader)
        for column in row["about"].split(", ")
        if column not in allowed.get(row["table"], [])
    ]
    assert not others, f"there are statistics about {', '.join(others)}"


@then("no view runs with its owner's privileges")
def no_view_of_its_owner(context: Context) -> None:
    """Each view, if there are any, is a `security_invoker`."""
    found = privileges.views_of_their_owner(context.world.reader)
    assert not found, f"these do: {', '.join(found)}"


# --- what roles can do ----------------------------------------------------------------------


@then('the role "{role}" has no capability beyond its privileges')
def no_capability(context: Context, role: str) -> None:
    """It is no superuser, bypasses no policy, owns nothing, cannot log in and so on."""
    found = privileges.capabilities(context.world.reader)[Role(role)]
    assert not found, f"it {', '.join(found)}"


@then("each statement changes these catalogues, by the role that runs it")
def catalogues_changed(context: Context) -> None:
    """Each statement is run in each role, and rolled back."""
    roles = context.table.headings[1:]
    asked = [(Role(role), row["statement"]) for row in context.table for role in roles]
    found = iter(role_statements.outcomes(context.world, asked))
    lines = [
        {"statement": row["statement"], **{role: next(found) for role in roles}}
        for row in context.table
    ]
    data_tables.expect(context.table, lines)


@then('the role "{role}" cannot log in with a password that it has set for itself')
def cannot_log_in(context: Context, role: str) -> None:
    """A role may set its own password."""
    logs_in = role_statements.logs_in_with_password(context.world, Role(role))
    assert not logs_in, "it can log in"


@then("a new connection of the service has exactly these settings")
def settings_of_new_connection(context: Context) -> None:
    """Of those that isolation rests on; a column `why` is for the reader."""
    _expect(context.table, reach_catalog.settings(context.world))


@then('the role "{role}" can set no parameter that PostgreSQL reserves to superusers')
def sets_no_reserved_parameter(context: Context, role: str) -> None:
    """Each is set to its default, and all is rolled back."""
    found = reach_catalog.reserved_parameters_set(context.world, Role(role))
    assert not found, f"it can set {', '.join(found)}"


# --- attacks --------------------------------------------------------------------------------


@when("{intruder:Person} attempts every kind of {kind:Attack} on {victim:Person}'s rows")
def attempts_every_attack(context: Context, intruder: str, kind: str, victim: str) -> None:
    """Every attack of this kind, on every table that the catalogue names."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TenancyState).results = attack_runner.run_attacks(world, intruder, victim, kind)


@when("{intruder:Person} attempts to get at {victim:Person}'s rows by all that a tenant can reach")
def attempts_by_all_in_reach(context: Context, intruder: str, victim: str) -> None:
    """Every table and view that a tenant may read or delete from, and every function, is used.

    Those of PostgreSQL are read, too. A function is called with the victim's id.
    """
    found = reach_attempts.effects(context.world, intruder, victim)
    context.world.state(TenancyState).effects = found


@then("no attempt shows or changes a row of {victim:Person}'s")
def no_effect_on_victim(context: Context, victim: str) -> None:
    """In every schema; each attempt was rolled back after its effects were looked for."""
    found = context.world.state(TenancyState).effects
    assert not found, f"of {victim}'s rows, {'; '.join(found)}"


@when("every kind of {kind:Attack} is attempted as a tenant {binding:Binding}")
def attempted_without_user(context: Context, kind: str, binding: Binding) -> None:
    """The same attacks, of Bram on Ada, but for no user."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TenancyState).results = attack_runner.run_attacks(
        world, "Bram", "Ada", kind, binding
    )


@then("the outcomes are, by table")
def outcomes_by_table(context: Context) -> None:
    """Exactly these attempts were made, on exactly the tenant tables, with these outcomes."""
    world: World = context.world
    known = list(context.table.headings[1:])
    found = rls_catalog.tenant_tables(world.reader)
    assert known == found, f"the tenant tables are {found}"
    data_tables.expect(context.table, world.state(TenancyState).results)


@then("no attempt reads or changes a row")
def no_effect(context: Context) -> None:
    """Every attempt on every table found nothing, or was refused."""
    lines = context.world.state(TenancyState).results
    assert lines, "nothing was attempted"
    effects = [
        f"{line['attempt']} in {table}: {word}"
        for line in lines
        for table, word in line.items()
        if table != "attempt" and word not in WITHOUT_EFFECT
    ]
    assert not effects, "; ".join(effects)


# --- side channels --------------------------------------------------------------------------


@when("{intruder:Person} observes {channel:SideChannel} while {victim:Person} works")
def observes(context: Context, intruder: str, channel: Channel, victim: str) -> None:
    """By the service or in SQL, in the role and for the user that the service binds."""
    world: World = context.world
    finding = policy_side_channels.learn(channel, world, intruder, victim)
    world.state(TenancyState).finding = finding


@then("he learns {finding:Rest}")
def learns(context: Context, finding: str) -> None:
    """Exactly this."""
    found = context.world.state(TenancyState).finding
    assert found == finding, f"he learns {found}"


# --- answers to ids -------------------------------------------------------------------------


@when("{intruder:Person} calls every operation with {victim:Person}'s ids")
def calls_every_operation(context: Context, intruder: str, victim: str) -> None:
    """Each operation is called with the victim's id, an unknown id and the caller's own.

    An operation with several places for an id is called for each of them.
    """
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TenancyState).results = registry.answers(world, intruder, victim)


@then("each answers as it answers to an unknown id")
def answers_as_unknown(context: Context) -> None:
    """There are exactly these places for an id, and both ids get this answer in each of them."""
    data_tables.expect(context.table, context.world.state(TenancyState).results)


@then("exactly these operations take no id")
def take_no_id(context: Context) -> None:
    """A column `why` is for the reader."""
    _expect(context.table, [{"operation": name} for name in registry.without_ids()])
