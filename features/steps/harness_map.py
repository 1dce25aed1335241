"""The map of a database's tables: what it has, and in which order."""

from behave import then, when
from behave.runner import Context

from domain import metadata
from features.support import inventory
from features.support.rehearsals import Rehearsal
from features.support.sketches import names_of
from pgharness.reset.foreign_keys import DependencyMap


@when("the map of the service's own database is read")
def own_map_read(context: Context) -> None:
    """Read it from the catalogue of the database that the scenario runs on."""
    context.world.state(Rehearsal).map = DependencyMap.read(context.world.reader)


@when("its map is read")
def map_read(context: Context) -> None:
    """Read it from the catalogue."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    rehearsal.map = DependencyMap.read(rehearsal.connection)


@then("it has every table and every foreign key that the models have")
def map_has_models(context: Context) -> None:
    """The map is compared with what SQLAlchemy knows of the models."""
    map_: DependencyMap = context.world.state(Rehearsal).map
    tables = {("public", table.name) for table in metadata.tables.values()}
    keys = {
        (table.name, constraint.referred_table.name)
        for table in metadata.tables.values()
        for constraint in table.foreign_key_constraints
    }
    assert set(map_.tables) == tables, f"in one only: {set(map_.tables) ^ tables}"
    found = {(key.child[1], key.parent[1]) for key in map_.references}
    assert found == keys, f"in one only: {found ^ keys}"


@then("every table in it comes before those it refers to")
def in_order(context: Context) -> None:
    """Children come before their parents, those of a cycle together."""
    wrong = inventory.wrong_order(context.world.state(Rehearsal).map)
    assert not wrong, f"parents come first in {wrong}"


@then('it has the tables "{tables:Quoted}"')
def has_tables(context: Context, tables: str) -> None:
    """The map has these tables and no others."""
    found = sorted(context.world.state(Rehearsal).map.tables)
    assert found == sorted(names_of(tables)), f"the map has {found}"


@then('the tables "{tables:Quoted}" form its only cycle')
def only_cycle(context: Context, tables: str) -> None:
    """One group of tables that need each other, of these."""
    found = context.world.state(Rehearsal).map.cycles
    assert found == (tuple(names_of(tables)),), f"the cycles are {found}"


@then('only "{tables:Quoted}" refers to itself')
def only_self_reference(context: Context, tables: str) -> None:
    """Tables whose rows refer to rows of the same table."""
    found = context.world.state(Rehearsal).map.self_references
    assert found == set(names_of(tables)), f"these refer to themselves: {found}"
