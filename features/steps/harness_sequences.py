"""Numbers: sequences of every kind, and what comes out of them next."""

from behave import given, then
from behave.runner import Context

from features.support import inventory, rehearsal_rooms, sketches
from features.support.rehearsals import Rehearsal
from features.support.sketches import name_of
from features.support.world import World
from pgharness.data import data_tables
from pgharness.servers import provision


@given("a database with these sequences, and numbers drawn from them")
def database_with_sequences(context: Context) -> None:
    """Make sequences, each with the table it belongs to, if it belongs to one."""
    world: World = context.world
    rehearsal = world.state(Rehearsal)
    rehearsal.url = world.enter(rehearsal_rooms.database(context.harness, world))
    rehearsal.connection = world.enter(provision.connect(rehearsal.url))
    for row in context.table:
        sketches.make_sequence(rehearsal.connection, row["sequence"], row["kind"])
        for _ in range(int(row["drawn"])):
            inventory.draw(rehearsal.connection, name_of(row["sequence"]))


@given('a sequence "{sequence:Quoted}" that belongs to no table')
def sequence_by_itself(context: Context, sequence: str) -> None:
    """Add a sequence to the database."""
    sketches.make_sequence(context.world.state(Rehearsal).connection, sequence, "one by itself")


@given('a number was drawn from "{sequence:Quoted}"')
def number_drawn(context: Context, sequence: str) -> None:
    """Use up one number."""
    inventory.draw(context.world.state(Rehearsal).connection, name_of(sequence))


@given('"{sequence:Quoted}" was put to {number:Number}, with no number drawn from it')
def put_to(context: Context, sequence: str, number: int) -> None:
    """The number itself would come out next."""
    inventory.put(context.world.state(Rehearsal).connection, name_of(sequence), number)


@then("the next numbers are")
def next_numbers(context: Context) -> None:
    """Somebody who connects now draws one number of each."""
    with provision.connect(context.world.state(Rehearsal).url) as connection:
        found = [
            {**row.as_dict(), "next": str(inventory.draw(connection, name_of(row["sequence"])))}
            for row in context.table
        ]
    data_tables.expect(context.table, found)


@then('the next number of "{sequence:Quoted}" is {number:Number}')
def next_number(context: Context, sequence: str, number: int) -> None:
    """Somebody who connects now draws it."""
    with provision.connect(context.world.state(Rehearsal).url) as connection:
        found = inventory.draw(connection, name_of(sequence))
    assert found == number, f"{sequence} gave out {found}"


@then('the next number of "{sequence:Quoted}" is {number:Number} in the same connection')
def next_number_here(context: Context, sequence: str, number: int) -> None:
    """Whoever has drawn numbers before draws it."""
    found = inventory.draw(context.world.state(Rehearsal).connection, name_of(sequence))
    assert found == number, f"{sequence} gave out {found}"


@then("the next account gets the first number")
def first_account_number(context: Context) -> None:
    """The sequence of the accounts begins anew."""
    found = inventory.draw(context.world.reader, ("public", "users_id_seq"))
    assert found == 1, f"it gets {found}"


@then('only the sequence "{sequence:Quoted}" was restarted')
def only_restarted(context: Context, sequence: str) -> None:
    """Every other sequence is where it was."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    after = inventory.positions(rehearsal.connection)
    moved = {name for name in after if after[name] != rehearsal.before[name]}
    assert moved == {".".join(name_of(sequence))}, f"moved: {sorted(moved)}"


@then('the sequence of "{table:Quoted}" is where it was')
def sequence_where_it_was(context: Context, table: str) -> None:
    """The reset has not touched it."""
    rehearsal: Rehearsal = context.world.state(Rehearsal)
    name = f"{'.'.join(name_of(table))}_id_seq"
    found = inventory.positions(rehearsal.connection)[name]
    assert found == rehearsal.before[name], f"it is at {found}"
