"""Participants in concurrent work: who waits for whom, and how their transactions end."""

from behave import given, then, when
from behave.runner import Context


@then("{who:Actor} has to wait for {other:Actor}")
def has_to_wait(context: Context, who: str, other: str) -> None:
    """The server reports that one participant waits for a lock that the other holds."""
    context.world.actors[who].wait_until_blocked(other, context.world.reader)


@then("{who:Actor} does not have to wait")
def does_not_have_to_wait(context: Context, who: str) -> None:
    """The server never reports that the participant waits for a lock."""
    context.world.actors[who].check_never_blocked(context.world.reader)


@given("{who:Actor} commits")
@when("{who:Actor} commits")
def commits(context: Context, who: str) -> None:
    """The participant's operation must have gone through."""
    context.world.actors[who].outcome()
    context.world.actors[who].commit()


@when("{who:Actor} tries to commit")
def tries_to_commit(context: Context, who: str) -> None:
    """A refusal is kept for the Then that names the participant."""
    context.world.actors[who].try_to_commit()


@given("{who:Actor} rolls back")
@when("{who:Actor} rolls back")
def rolls_back(context: Context, who: str) -> None:
    """An error of the program's own ends the participant's unit of work."""
    context.world.actors[who].roll_back()


@when("{who:Actor} continues")
def continues(context: Context, who: str) -> None:
    """A participant that has stopped goes on."""
    context.world.actors[who].go_on()
