"""What the models say, what the revisions make, and what is on record."""

import re
from pathlib import Path
from typing import Final

from alembic import command
from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context

from domain import metadata
from features.support import data
from features.support.migrations import alembic_commands
from features.support.migrations.state import MigrationState, not_empty
from features.support.world import World
from migrations import catalogue, records
from migrations.catalogue import Facts
from pgharness.data import data_tables
from pgharness.servers import provision


@when("the models are compared with the migrated schema")
def models_compared(context: Context) -> None:
    """Run `alembic check` over the run's own database."""
    world: World = context.world
    with (
        alembic_commands.connected(world.url) as connection,
        world.state(MigrationState).expected(CommandError),
    ):
        command.check(alembic_commands.config(connection=connection))


@when("the tables are created from the models alone")
def tables_from_models(context: Context) -> None:
    """Let SQLAlchemy make all there is in the models."""
    engine = provision.engine(context.world.url)
    metadata.create_all(engine)
    engine.dispose()


@when("the revisions are applied one after the other")
def applied_in_turn(context: Context) -> None:
    """Upgrade step by step, as long as each step makes what is on record."""
    world: World = context.world
    with alembic_commands.connected(world.url) as connection:
        for script in alembic_commands.history():
            alembic_commands.upgrade_as(
                alembic_commands.config(connection=connection), script.revision
            )
            found = world.state(MigrationState).schemas[script.revision] = catalogue.read(
                world.reader
            )
            if found != records.schema_at(alembic_commands.scripts(), script.revision):
                return


@when("the revisions are listed")
def revisions_listed(context: Context) -> None:
    """Read them from their folder, as Alembic does."""
    context.world.state(MigrationState).listed = alembic_commands.history()


@given("the SQL of all revisions was printed and run")
@when("the SQL of all revisions is printed and run")
def printed_upgrade_run(context: Context) -> None:
    """Run what `alembic upgrade head --sql` prints."""
    statements = alembic_commands.printed(command.upgrade, "head")
    alembic_commands.run_printed(context.world.url, statements)


@when("the SQL of all downgrades is printed and run")
def printed_downgrade_run(context: Context) -> None:
    """Run what `alembic downgrade head:base --sql` prints."""
    statements = alembic_commands.printed(command.downgrade, f"{alembic_commands.head()}:base")
    alembic_commands.run_printed(context.world.url, statements)


@then("Alembic finds no difference")
def no_difference(context: Context) -> None:
    """The check was not refused."""
    refusal = context.world.state(MigrationState).claim()
    assert refusal is None, str(refusal)


@then("the migrated schema has beyond that only")
def beyond_that_only(context: Context) -> None:
    """What the models make is what the revisions make, but for these kinds of things."""
    made = catalogue.read(context.world.reader)
    migrated = records.schema_at(alembic_commands.scripts(), alembic_commands.head())
    assert migrated is not None, "not every revision is on record: uv run poe freeze"
    kinds = {row["what"] for row in context.table}
    differences = catalogue.differences(_without(kinds, made), _without(kinds, migrated))
    assert not differences, "; ".join(differences)
    beyond = {kind for kind in kinds if _only(kind, made) != _only(kind, migrated)}
    data_tables.expect(context.table, [{"what": kind} for kind in sorted(beyond)])


@then("each makes exactly the schema on record")
def each_on_record(context: Context) -> None:
    """The catalogue says after each revision what was recorded of it."""
    found = context.world.state(MigrationState).schemas
    differing = {
        revision: catalogue.differences(
            records.schema_at(alembic_commands.scripts(), revision) or {}, schema
        )
        for revision, schema in found.items()
    }
    assert not (words := not_empty(differing)), words
    assert list(found) == [script.revision for script in alembic_commands.history()]


@then("each of them follows the one before it, under an id of its own")
def one_line(context: Context) -> None:
    """There is one base and one head, and nothing branches or depends on something else."""
    scripts = alembic_commands.scripts()
    listed = context.world.state(MigrationState).listed
    assert len(scripts.get_heads()) == 1, f"heads: {scripts.get_heads()}"
    assert len(scripts.get_bases()) == 1, f"bases: {scripts.get_bases()}"
    former = [None, *(script.revision for script in listed[:-1])]
    assert [script.down_revision for script in listed] == former
    branches = [s.revision for s in listed if s.branch_labels or s.dependencies]
    assert not branches, f"branches or dependencies: {branches}"
    files = [path.name for path in Path(scripts.versions).glob("*.py")]
    assert sorted(files) == sorted(Path(script.path).name for script in listed)
    ids = [script.revision for script in listed]
    assert len(set(ids)) == len(ids) == len(files), f"ids: {ids}"
    misnamed = [s.path for s in listed if not Path(s.path).name.startswith(f"{s.revision}_")]
    assert not misnamed, f"files that are not called by their ids: {misnamed}"


@then("each says in a sentence of its own what it does")
def each_says(context: Context) -> None:
    """The first line of a revision is a sentence of more than one word, and nobody else's."""
    says = {script.revision: script.doc for script in context.world.state(MigrationState).listed}
    poor = [id_ for id_, doc in says.items() if not re.fullmatch(r"[A-Z].*\s.*\.", doc)]
    assert not poor, f"these say too little: {poor}"
    assert len(set(says.values())) == len(says), "two say the same"


@then("nothing is left but the version table, which is empty")
def nothing_but_version(context: Context) -> None:
    """The schema is that of an empty database."""
    found = catalogue.read(context.world.reader)
    left = catalogue.differences(records.EMPTY, found)
    assert not left, "; ".join(left)
    assert alembic_commands.recorded(context.world.reader) == []
    assert not data.tables(context.world.reader)


PARTS: Final = {
    "row-level security": re.compile(r"row-level security(, forced on its owner)?"),
    "statistics": re.compile(r" statistics \d+"),
}
"""What only revisions say of a thing that the models say as well, as a part of its state."""


def _is(kind: str, thing: str) -> bool:
    return thing.startswith(f"{kind} ")


def _without(kinds: set[str], facts: Facts) -> Facts:
    return {
        thing: _stripped(kinds, state)
        for thing, state in facts.items()
        if not any(_is(kind, thing) for kind in kinds)
    }


def _stripped(kinds: set[str], state: str) -> str:
    for kind in kinds & PARTS.keys():
        state = PARTS[kind].sub("", state)
    return state


def _only(kind: str, facts: Facts) -> dict[str, str]:
    if part := PARTS.get(kind):
        return {t: found[0] for t, state in facts.items() if (found := part.search(state))}
    return {thing: state for thing, state in facts.items() if _is(kind, thing)}
