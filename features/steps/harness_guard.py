"""Databases that look like the harness's own, and are not."""

from behave import given, then
from behave.runner import Context

from features.support import marks, postgres, rehearsal_rooms, rehearsals
from features.support.marks import Purpose
from features.support.world import World


@given('somebody\'s database called "{name:Quoted}" with a row in it')
def somebodys_database(context: Context, name: str) -> None:
    """Make a database that nobody has marked, on a server of the scenario's own."""
    world: World = context.world
    rehearsal = world.rehearsal
    rehearsal.url = world.enter(rehearsal_rooms.somebodys_database(world, name))
    rehearsal.connection = world.enter(postgres.connect(rehearsal.url))
    rehearsal.connection.execute(
        "CREATE TABLE precious (id serial); INSERT INTO precious DEFAULT VALUES"
    )


@given("its comment is a mark that {says:Says}")
def comment_says(context: Context, says: str) -> None:
    """Write a comment that is, or is not quite, the mark of this database."""
    rehearsal = context.world.rehearsal
    name = str(rehearsal.url.database)
    oid = rehearsals.oid_of(rehearsal.connection, name)
    rehearsals.comment_on(rehearsal.connection, name, rehearsals.claim(name, oid, says))


@given('it was copied with its comment to a database called "{name:Quoted}"')
def copied_with_comment(context: Context, name: str) -> None:
    """Copy it as whoever restores a dump under another name does."""
    world: World = context.world
    rehearsal = world.rehearsal
    original = str(rehearsal.url.database)
    rehearsal.connection.close()
    rehearsal.url = world.enter(rehearsal_rooms.somebodys_database(world, name, original))
    rehearsal.connection = world.enter(postgres.connect(rehearsal.url))
    comment = rehearsals.comment_of(rehearsal.connection, original)
    rehearsals.comment_on(rehearsal.connection, name, comment)


@given("its mark is taken away")
def mark_taken_away(context: Context) -> None:
    """The database has no comment any more."""
    rehearsal = context.world.rehearsal
    rehearsals.comment_on(rehearsal.connection, str(rehearsal.url.database), None)


@given("the database was made by another run that was killed")
def made_by_killed_run(context: Context) -> None:
    """Mark it as another run does."""
    _mark_as_another_runs(context.world)


@given("the database was made by another run that is still going on")
def made_by_live_run(context: Context) -> None:
    """Mark it as another run does, and announce that run as all runs are."""
    world: World = context.world
    _mark_as_another_runs(world)
    other = world.enter(rehearsal_rooms.administrator(world))
    marks.announce(other, rehearsal_rooms.ANOTHER_RUN)


@given("its server has become a replica")
def server_is_replica(context: Context) -> None:
    """It can be read from, and only repeats what another one would do."""
    world: World = context.world
    rehearsal = world.rehearsal
    rehearsal.connection.close()
    rehearsal_rooms.become_replica(world)
    rehearsal.url = world.url.set(database=rehearsal.url.database)
    rehearsal.connection = world.enter(postgres.connect(rehearsal.url))


@then("its row is still there")
def row_still_there(context: Context) -> None:
    """Nothing of somebody's was touched, its sequence included."""
    rehearsal = context.world.rehearsal
    found = rehearsals.contents(rehearsal.connection)
    assert found["public.precious"] == ["(1)"], f"there is {found['public.precious']}"
    assert found == rehearsal.before, f"there is {found}"


def _mark_as_another_runs(world: World) -> None:
    rehearsal = world.rehearsal
    name = str(rehearsal.url.database)
    marks.write(rehearsal.connection, name, rehearsal_rooms.ANOTHER_RUN, Purpose.RUN)
