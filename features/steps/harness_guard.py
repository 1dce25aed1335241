"""Databases that look like the harness's own, and are not."""

from functools import partial

from behave import given, then
from behave.runner import Context

from features.support import forged_marks, inventory, rehearsal_rooms
from features.support.rehearsals import Rehearsal
from features.support.world import World
from pgharness.databases import ownership
from pgharness.databases.ownership import Purpose
from pgharness.servers import provision


@given('somebody\'s database called "{name:Quoted}" with a row in it')
def somebodys_database(context: Context, name: str) -> None:
    """Make a database that nobody has marked, on a server of the scenario's own."""
    world: World = context.world
    rehearsal = world.state(Rehearsal)
    rehearsal.url = world.enter(rehearsal_rooms.somebodys_database(world, name))
    rehearsal.connection = world.enter(provision.connect(rehearsal.url))
    rehearsal.connection.execute(
        "CREATE TABLE precious (id serial); INSERT INTO precious DEFAULT VALUES"
    )


@given("its comment is a mark that {says:Says}")
def comment_says(context: Context, says: str) -> None:
    """Write a comment that is, or is not quite, the mark of this database."""
    genuine = forged_marks.read(context.world.state(Rehearsal).connection)
    _comment(context.world, forged_marks.claim(genuine, says))


@given("it was restored with its comment under another name")
def restored(context: Context) -> None:
    """Copy it, comment included, as whoever restores a dump under another name does."""
    world: World = context.world
    rehearsal = world.state(Rehearsal)
    comment = forged_marks.read(rehearsal.connection)
    rehearsal.connection.close()
    rehearsal.url = world.enter(context.harness.another_database(like=rehearsal.url))
    rehearsal.connection = world.enter(provision.connect(rehearsal.url))
    _comment(world, comment)


@given("the database was made by another run that was killed")
def made_by_killed_run(context: Context) -> None:
    """Mark it as another run does."""
    _mark_as_another_runs(context.world)


@given("the database was made by another run that is still going on")
def made_by_live_run(context: Context) -> None:
    """Mark it as another run does, and announce that run as all runs are."""
    world: World = context.world
    _mark_as_another_runs(world)
    other = world.enter(provision.connect(world.state(Rehearsal).url))
    ownership.announce(other, rehearsal_rooms.another_run(world))


@given("its server has become a replica")
def server_is_replica(context: Context) -> None:
    """It can be read from, and only repeats what another one would do."""
    world: World = context.world
    rehearsal = world.state(Rehearsal)
    rehearsal.connection.close()
    rehearsal_rooms.become_replica(world)
    rehearsal.url = world.url.set(database=rehearsal.url.database)
    rehearsal.connection = world.enter(provision.connect(rehearsal.url))


@then("the refusal says that nothing in it was touched")
def says_untouched(context: Context) -> None:
    """Whoever reads it need not look."""
    said = str(context.world.state(Rehearsal).refusal)
    assert said.endswith("; nothing in it was touched."), f"it says {said}"


@then("its row is still there")
def row_still_there(context: Context) -> None:
    """Nothing of somebody's was touched, its sequence included."""
    rehearsal = context.world.state(Rehearsal)
    found = inventory.contents(rehearsal.connection)
    assert found["public.precious"] == ["(1)"], f"there is {found['public.precious']}"
    assert found == rehearsal.before, f"there is {found}"


def _mark_as_another_runs(world: World) -> None:
    connection = world.state(Rehearsal).connection
    run = rehearsal_rooms.another_run(world)
    _comment(world, forged_marks.read(connection))
    ownership.write(connection, connection.info.dbname, run, Purpose.RUN)


def _comment(world: World, text: str | None) -> None:
    """Change what the database says of itself; what is not marked as ours would not be removed."""
    connection = world.state(Rehearsal).connection
    world.at_the_end(partial(forged_marks.write, connection, forged_marks.read(connection)))
    forged_marks.write(connection, text)
