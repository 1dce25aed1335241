"""Tenants who come too close to each other: what they try, and what comes of it."""

from typing import Final

import psycopg
from behave import given, then, when
from behave.runner import Context

from features.support import data
from features.support.tenancy import (
    attack_runner,
    policy_side_channels,
    rls_catalog,
    tenant_fixture,
)
from features.support.tenancy.attack_runner import Binding
from features.support.tenancy.single_connection_pool import Pooled, PooledState
from features.support.tenancy.state import TenancyState
from features.support.world import World
from pgharness.data import data_tables

BINDINGS: Final[dict[str, Binding]] = {
    "nobody was ever bound": attack_runner.unbound,
    "nobody is bound": attack_runner.as_nobody,
}

FRUITLESS: Final = frozenset({"none", "nobody", "policy", "no right", "unsupported", "-"})
"""What may come of an attempt that is made for nobody."""


@given("{person:Person} has something in every table that tenants own")
def has_something_everywhere(context: Context, person: str) -> None:
    """An account, and a row in each of the tables that the catalogue names."""
    tenant_fixture.estate(context.world, person)


# --- what the catalogue says ----------------------------------------------------------------


@when("the catalogue is asked for the tables")
def ask_for_tables(context: Context) -> None:
    """Tables that tenants own, with what their protection lacks, and all others."""
    reader = context.world.reader
    context.world.state(TenancyState).came_of_it = [
        *(
            {"table": table, "whose": "tenants'", "lacks": _listed(reader, table)}
            for table in rls_catalog.tenant_tables(reader)
        ),
        *(
            {
                "table": table,
                "whose": "others'",
                "policies": rls_catalog.row_security(reader, table),
            }
            for table in rls_catalog.other_tables(reader)
        ),
    ]


def _listed(reader: psycopg.Connection, table: str) -> str:
    return ", ".join(rls_catalog.weaknesses(reader, table)) or "nothing"


@then("these are tenants' own, and nothing of their protection is lacking")
def tenants_own(context: Context) -> None:
    """Exactly these, each fully protected."""
    found = [
        row for row in context.world.state(TenancyState).came_of_it if row["whose"] == "tenants'"
    ]
    data_tables.expect(context.table, found)


@then("these are not, for these reasons")
def not_tenants(context: Context) -> None:
    """Exactly these; the reasons are for the reader."""
    found = [
        row for row in context.world.state(TenancyState).came_of_it if row["whose"] == "others'"
    ]
    reasons = {row["table"]: row["why"] for row in context.table}
    data_tables.expect(
        context.table,
        [{**row, "why": reasons.get(row["table"], "(none)")} for row in found],
    )


@when("the catalogue is asked for the policies")
def ask_for_policies(context: Context) -> None:
    """All policies of all tables."""
    context.world.state(TenancyState).came_of_it = rls_catalog.policies(context.world.reader)


@then("it names exactly these")
def named_exactly(context: Context) -> None:
    """No more, no less, in this order."""
    data_tables.expect(context.table, context.world.state(TenancyState).came_of_it)


# --- what is tried --------------------------------------------------------------------------


@when("{intruder:Person} tries everything of {kind:Intrusion} with all that is {victim:Person}'s")
def tries_everything(context: Context, intruder: str, kind: str, victim: str) -> None:
    """Every attempt of this kind, with every table that the catalogue names."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TenancyState).came_of_it = attack_runner.sweep(world, intruder, victim, kind)


@when("everything of {kind:Intrusion} is tried as a tenant while {binding:Binding}")
def tried_for_nobody(context: Context, kind: str, binding: str) -> None:
    """Every attempt of this kind, but for no tenant; there is something of Ada's and of Bram's."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(TenancyState).came_of_it = attack_runner.sweep(
        world, "Bram", "Ada", kind, BINDINGS[binding]
    )


@then("this is what comes of it")
def what_comes_of_it(context: Context) -> None:
    """Exactly these attempts were made, with exactly these tables, and this came of each."""
    world: World = context.world
    known = list(context.table.headings[1:])
    found = rls_catalog.tenant_tables(world.reader)
    assert known == found, f"the tables that tenants own are {found}"
    data_tables.expect(context.table, world.state(TenancyState).came_of_it)


@then("nothing is seen, and nothing is done")
def fruitless(context: Context) -> None:
    """Every attempt with every table found nothing, or was refused."""
    lines = context.world.state(TenancyState).came_of_it
    assert lines, "nothing was tried"
    fruits = [
        f"{line['he tries']} in {table}: {word}"
        for line in lines
        for table, word in line.items()
        if table != "he tries" and word not in FRUITLESS
    ]
    assert not fruits, "; ".join(fruits)


@when("{intruder:Person} tries {thing:Lesson}, with {victim:Person} about")
def tries_to_learn(context: Context, intruder: str, thing: str, victim: str) -> None:
    """One of the ways to learn something of others."""
    world: World = context.world
    learnt = policy_side_channels.LESSONS[thing](world, intruder, victim)
    world.state(TenancyState).came_of_it = [{"learns": learnt}]


@then("he learns {what:Learnt}")
def learns(context: Context, what: str) -> None:
    """That, and no more."""
    (line,) = context.world.state(TenancyState).came_of_it
    assert line["learns"] == what, f"he learnt {line['learns']}"


# --- one connection, one tenant after the other ---------------------------------------------


@when("{person:Person}'s work in the only connection {ending:Ending}")
def work_ends(context: Context, person: str, ending: str) -> None:
    """One unit of work, up to its end."""
    world: World = context.world
    pool = Pooled(world.url, world.settings, world.clock, world.reader)
    world.add_cleanup(pool.close)
    pool.open(impatient=ending == "runs into a timeout", reset=False)
    world.state(PooledState).pool = pool
    pool.work(
        ending, world.people[person].id, world.state(TenancyState).estates[person]["project"].id
    )


@then("the next to use that very connection finds nobody bound, and no role taken")
def nobody_bound(context: Context) -> None:
    """It is the same connection to the server, in its own role, and nobody is bound."""
    pool = context.world.state(PooledState).pool
    assert pool.state() == (pool.pid, True, ""), f"was {pool.pid}, is {pool.state()}"


@then("{person:Person} sees nothing in it but what is {whose:Whose} own")
def sees_own(context: Context, person: str, whose: str) -> None:
    """In each of the tables there is something, and all of it is the person's."""
    world: World = context.world
    own = world.people[person].id
    seen = world.state(PooledState).pool.seen_by(own, rls_catalog.tenant_tables(world.reader))
    assert all(owners == [own] for owners in seen.values()), f"the owners seen are {seen}"


@then("whoever binds nobody sees nothing in it at all")
def nobody_sees_nothing(context: Context) -> None:
    """Each of the tables answers that nobody is bound."""
    world: World = context.world
    seen = world.state(PooledState).pool.seen_by(None, rls_catalog.tenant_tables(world.reader))
    assert set(seen.values()) == {"nobody is bound"}, f"what is seen is {seen}"
