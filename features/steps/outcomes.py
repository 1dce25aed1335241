"""What came of an operation, and what it left as it was."""

from behave import then
from behave.runner import Context

from domain import DomainError
from domain.errors import InvalidValue
from features.support import data
from features.support.world import World


@then("{subject:Subject} is refused because {reason:Reason}")
def refused_for_reason(context: Context, subject: str, reason: type[DomainError]) -> None:
    """The last operation was refused with exactly this error."""
    refusal = context.world.outcome.claim()
    assert refusal is not None, f"{subject} was not refused"
    assert type(refusal) is reason, f"{subject} was refused, but because {refusal}"


@then("the {field:Field} is refused because it {problem}")
def field_refused(context: Context, field: str, problem: str) -> None:
    """The last operation was refused for one value, with its field and its problem."""
    refusal = context.world.outcome.claim()
    assert refusal is not None, f"the {field} was not refused"
    assert isinstance(refusal, InvalidValue), f"the refusal was another one: {refusal}"
    found = (refusal.field, refusal.problem)
    assert found == (field, problem), f"refused was another value: {refusal}"


@then("{subject:Subject} is not refused")
def not_refused(context: Context, subject: str) -> None:
    """The last operation went through."""
    refusal = context.world.outcome.claim()
    assert refusal is None, f"{subject} was refused: {refusal}"


@then("nothing has changed")
@then("all rows are as they were")
def nothing_changed(context: Context) -> None:
    """Every row of every table is as it was before the last operation."""
    world: World = context.world
    after = data.fingerprint(world.reader)
    assert world.before == after, f"changed:\n{data.describe(world.before, after)}"


@then("everything of everybody else is as it was")
def others_unchanged(context: Context) -> None:
    """Only rows of the one who acted are different from before."""
    world: World = context.world
    actor = world.people[world.acting].id
    after = data.fingerprint(world.reader)
    before, now = (
        {place: digest for place, digest in all_.items() if place[1] != actor}
        for all_ in (world.before, after)
    )
    assert len(world.before) > 1, "there was nobody else to compare with"
    assert before == now, f"changed:\n{data.describe(before, now)}"
