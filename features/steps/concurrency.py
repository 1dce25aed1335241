"""Several people at the same time, each in a unit of work of their own."""

from behave import given, then, when
from behave.runner import Context

from domain import DomainError
from domain.identity.accounts import User
from domain.transactions import IdentityWork
from features.support.arrange.factories import PASSWORD
from features.support.world import World


@given('{person:Person} has begun to register with "{email}"')
def has_begun_to_register(context: Context, person: str, email: str) -> None:
    """Register in a unit of work that is still open."""
    _start_registering(context.world, person, email)
    context.world.actors[person].outcome()


@when('{person:Person} registers with "{email}" at the same time')
def registers_meanwhile(context: Context, person: str, email: str) -> None:
    """Register in a unit of work of one's own, while another is open."""
    _start_registering(context.world, person, email)


@given('{person:Person} has begun to rename {owner:Person}\'s account to "{name}"')
def has_begun_to_rename(context: Context, person: str, owner: str, name: str) -> None:
    """Rename in a unit of work that is still open."""
    _start_renaming(context.world, person, owner, name)
    context.world.actors[person].outcome()


@when('{person:Person} renames {owner:Person}\'s account to "{name}" at the same time')
def renames_meanwhile(context: Context, person: str, owner: str, name: str) -> None:
    """Rename in a unit of work of one's own, while another is open."""
    _start_renaming(context.world, person, owner, name)


@when("{person:Person} finishes")
def finishes(context: Context, person: str) -> None:
    """Let the open unit of work commit."""
    context.world.actors[person].outcome()
    context.world.actors[person].commit()


@when("{person:Person} gives up")
def gives_up(context: Context, person: str) -> None:
    """Let the open unit of work fail."""
    context.world.actors[person].roll_back()


@then("{person:Person} is told that {reason:Reason}")
def told(context: Context, person: str, reason: type[DomainError]) -> None:
    """What somebody tried while others worked was refused with exactly this error."""
    try:
        outcome = context.world.actors[person].outcome()
    except DomainError as refusal:
        outcome = refusal
    assert type(outcome) is reason, f"{person} was told: {outcome!r}"


@then("{person:Person} has to wait for {other:Person}")
def has_to_wait(context: Context, person: str, other: str) -> None:
    """The server says that the one waits for a lock that somebody else holds."""
    context.world.actors[person].wait_until_blocked(other, context.world.reader)


def _start_registering(world: World, person: str, email: str) -> None:
    def register(tx: IdentityWork) -> User:
        return tx.accounts.register(email, person, PASSWORD)

    world.begin_work(person).do(register)


def _start_renaming(world: World, person: str, owner: str, name: str) -> None:
    seen = world.people[owner]
    world.begin_work(person).do(lambda tx: tx.accounts.rename(seen, name))
