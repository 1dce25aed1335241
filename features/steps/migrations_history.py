"""All revisions: in one line, on record, reversible, atomic, repeatable."""

import re
from collections.abc import Callable

from alembic import command
from alembic.script import Script
from alembic.util import CommandError
from behave import given, then, when
from behave.runner import Context

from domain import metadata
from features.support.migrations import (
    alembic_commands,
    interruption,
    revision_walks,
    schema_parity,
)
from features.support.migrations.interruption import InterruptionState
from features.support.migrations.state import MigrationState, described
from features.support.world import World
from migrations import catalogue, records
from pgharness.data import data_tables
from pgharness.servers import provision

# --- the models and the records -------------------------------------------------------------


@then("Alembic finds no difference between the models and the migrated schema")
def no_difference(context: Context) -> None:
    """`alembic check` succeeds on the run's own database."""
    with alembic_commands.connected(context.world.url) as connection:
        try:
            command.check(alembic_commands.config(connection=connection))
        except CommandError as difference:
            raise AssertionError(str(difference)) from difference


@when("the tables are created from the models")
def tables_from_models(context: Context) -> None:
    """By SQLAlchemy's `create_all`."""
    engine = provision.engine(context.world.url)
    metadata.create_all(engine)
    engine.dispose()


@then("only the migrated schema has these kinds of things")
def only_these_missing(context: Context) -> None:
    """But for these, the schemas are equal; and in each of these they differ."""
    made = catalogue.read(context.world.reader)
    kinds = {row["kind"] for row in context.table}
    differences = schema_parity.differences(made, kinds)
    assert not differences, "; ".join(differences)
    found = schema_parity.differing(made, kinds)
    data_tables.expect(context.table, [{"kind": kind} for kind in found])


@then("each revision has made exactly the schema on record")
def each_on_record(context: Context) -> None:
    """All revisions were applied."""
    found = context.world.state(MigrationState).schemas
    differing = {
        revision: catalogue.differences(
            records.schema_at(alembic_commands.scripts(), revision) or {}, schema
        )
        for revision, schema in found.items()
    }
    assert not (words := described(differing)), words
    assert list(found) == [script.revision for script in alembic_commands.history()]


@then("the schema of the criteria's database is the one on record")
def on_record(context: Context) -> None:
    """Constraints that are deferred or not validated included, which nothing else may show."""
    found = catalogue.differences(schema_parity.migrated(), catalogue.read(context.world.reader))
    assert not found, catalogue.listed(found)


@then("each revision follows the one before it, and has an id of its own")
def one_line(context: Context) -> None:
    """There are no branches, and the files are named after the ids."""
    schema_parity.check_one_line(alembic_commands.history())


@then("each revision describes itself in a sentence of its own")
def each_described(context: Context) -> None:
    """In the first line of its docstring, with more than one word."""
    sentences = {script.revision: script.doc for script in alembic_commands.history()}
    poor = [id_ for id_, doc in sentences.items() if not re.fullmatch(r"[A-Z].*\s.*\.", doc)]
    assert not poor, f"these are no sentences: {poor}"
    assert len(set(sentences.values())) == len(sentences), "two revisions have the same sentence"


# --- up and down, failing at each statement -------------------------------------------------


@when("each of {span:Revisions} is applied to full tables, reverted and applied again")
def up_down_up(context: Context, span: list[Script]) -> None:
    """The tables are filled before each step."""
    world: World = context.world
    world.state(MigrationState).span = span
    revision_walks.up_down_up(world, span)


@then("no downgrade leaves anything of its revision behind")
def nothing_left(context: Context) -> None:
    """The schema after each downgrade is that before its upgrade."""
    remains = context.world.state(MigrationState).remains
    left = described(remains)
    assert not left, f"what differs from before: {left}"
    assert list(remains) == _walked(context)


@then("each revision makes the same schema both times")
def same_again(context: Context) -> None:
    """The schemas after both upgrades are equal."""
    differs = described(context.world.state(MigrationState).repeated)
    assert not differs, f"what differs from the first time, by revision: {differs}"


@when("each of {span:Revisions} fails at each of its statements on full tables, and then succeeds")
def fails_everywhere(context: Context, span: list[Script]) -> None:
    """One statement after the other is replaced by one that fails."""
    world: World = context.world
    world.state(MigrationState).span = span
    revision_walks.fail_everywhere(world, span)


@then("each failure leaves revision, schema and rows unchanged")
def failures_change_nothing(context: Context) -> None:
    """Every revision that does not commit midway has failed more than once."""
    state = context.world.state(MigrationState)
    assert not state.damage, "\n".join(state.damage)
    tried = [s.revision for s in state.span if not records.may_be_interrupted(s)]
    assert tried, "each revision commits midway"
    assert list(state.failures) == tried
    assert all(number > 1 for number in state.failures.values()), state.failures


def _walked(context: Context) -> list[str]:
    span = context.world.state(MigrationState).span
    assert span, "there are no such revisions"
    return [script.revision for script in span]


# --- revisions that commit midway -----------------------------------------------------------


@given("a full database before each of {span:Revisions} that {kind:Interruptible}")
def databases_before(context: Context, span: list[Script], kind: Callable[[Script], bool]) -> None:
    """Each scenario works on copies of them."""
    scripts = [script for script in span if kind(script)]
    interruption.prepare(context.world, context.harness, scripts)


@when("each of these revisions fails at each of its statements, and the upgrade is repeated")
def fails_and_is_repeated(context: Context) -> None:
    """Each time in a copy."""
    interruption.fail_at_each_statement(context.world)


@when("a program blocks each index build until the lock timeout, and the upgrade is repeated")
def index_builds_blocked(context: Context) -> None:
    """By an open transaction that may write to every table."""
    interruption.block_index_builds(context.world)


@then("each failure leaves the database at the former revision, with all its rows")
def at_former_revision(context: Context) -> None:
    """Programs of that time find their columns unchanged."""
    state = context.world.state(InterruptionState)
    assert state.failures, "nothing failed"
    assert not state.damage, "\n".join(state.damage)


@then("each repetition has the same result as an undisturbed upgrade")
def as_undisturbed(context: Context) -> None:
    """In revision, schema and rows."""
    found = context.world.state(InterruptionState).repeated
    assert found, "nothing was repeated"
    differing = {revision: words for revision, words in found.items() if words}
    assert not differing, f"what differs, by revision: {differing}"


@then("each interrupted build has left an invalid index")
def left_invalid_indexes(context: Context) -> None:
    """So that the repetition had to replace it."""
    invalid = context.world.state(InterruptionState).invalid_indexes
    assert invalid, "no revision builds an index outside of a transaction"
    assert all(invalid.values()), f"no invalid index was left: {invalid}"
