"""The outcome of an operation: whether it was refused, and what it has changed."""

from collections.abc import Mapping

from behave import then
from behave.runner import Context

from domain.errors import DomainError, InvalidValue
from features.support import data, side_effects
from features.support.error_phrases import Reason
from features.support.world import World
from pgharness.data import data_tables


@then("{subject:Subject} is refused because {reason:Reason}")
def refused_for_reason(context: Context, subject: str, reason: Reason) -> None:
    """The last operation was refused for exactly this reason."""
    refusal = context.world.refusal(subject)
    assert refusal is not None, f"{subject} was not refused"
    assert isinstance(refusal, DomainError), f"{subject} was refused by another error: {refusal}"
    reason.about(subject).check(refusal)


@then("the {field:Field} is refused because it {problem}")
def field_refused(context: Context, field: str, problem: str) -> None:
    """The last operation was refused for one value, with its field and its problem."""
    refusal = context.world.outcome.claim()
    assert refusal is not None, f"the {field} was not refused"
    assert isinstance(refusal, InvalidValue), f"the reason is another one: {refusal}"
    found = (refusal.field, refusal.problem)
    assert found == (field, problem), f"another value was refused: {refusal}"


@then("{subject:Subject} is not refused")
def not_refused(context: Context, subject: str) -> None:
    """The last operation went through."""
    refusal = context.world.refusal(subject)
    assert refusal is None, f"{subject} was refused: {refusal}"


@then("nothing has changed")
@then("all rows are as they were")
def nothing_changed(context: Context) -> None:
    """Every row of every table is as it was before the last operation."""
    world: World = context.world
    after = data.fingerprint(world.reader)
    assert world.before == after, f"changed:\n{data.describe(world.before, after)}"


@then("the side effects are")
def side_effects_are(context: Context) -> None:
    """As many rows of each table were inserted, updated and deleted; nothing else has changed.

    With a column "owner", the rows of each owner count by themselves. The order has no effect.
    """
    found = side_effects.of(context.world, by_owner="owner" in context.table.headings)
    listed = [_place(row) for row in context.table]
    found.sort(key=lambda row: listed.index(_place(row)) if _place(row) in listed else len(listed))
    data_tables.expect(context.table, found)


@then("no other user's rows have changed")
def others_unchanged(context: Context) -> None:
    """Only rows of the user who acted differ from before."""
    world: World = context.world
    actor = world.people[world.acting].id
    after = data.fingerprint(world.reader)
    before, now = (
        {place: digest for place, digest in all_.items() if place[1] != actor}
        for all_ in (world.before, after)
    )
    assert len(world.before) > 1, "no other user has rows to compare"
    assert before == now, f"changed:\n{data.describe(before, now)}"


def _place(row: Mapping[str, str]) -> tuple[str | None, str]:
    return row.get("owner"), row["table"]
