"""Several devices at the same time, each in a unit of work of its own."""

from behave import given, then, when
from behave.runner import Context

from domain.identity.failed_logins import LoginProblem, LoginRefused
from domain.identity.sessions import Login
from domain.identity.tokens import TokenProblem, TokenRefused
from domain.transactions import IdentityWork
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.world import World


@given(
    "{person:Person} has begun to replace the password on {whose:Whose} {device:Device}"
    " with {new:Value}"
)
def has_begun_to_replace(context: Context, person: str, whose: str, device: str, new: str) -> None:
    """Change the password in a unit of work that is still open."""
    _start_replacing(context.world, person, device, new)
    context.world.actors[device].outcome()


@when(
    "{person:Person} replaces the password on {whose:Whose} {device:Device} with {new:Value}"
    " at the same time"
)
def replaces_meanwhile(context: Context, person: str, whose: str, device: str, new: str) -> None:
    """Change the password in a unit of work of its own, while another is open."""
    _start_replacing(context.world, person, device, new)


@then("the {device:Device} has to wait for the {other:Device}")
def device_has_to_wait(context: Context, device: str, other: str) -> None:
    """The server says that the one waits for a lock that the other holds."""
    context.world.actors[device].wait_until_blocked(other, context.world.reader)


@when("the {device:Device} finishes")
def device_finishes(context: Context, device: str) -> None:
    """Let the open unit of work commit."""
    context.world.actors[device].outcome()
    context.world.actors[device].commit()


@when("the {device:Device} gives up")
def device_gives_up(context: Context, device: str) -> None:
    """Let the open unit of work fail."""
    context.world.actors[device].roll_back()


@then("the {device:Device} is told that {problem:TokenProblem}")
def device_told(context: Context, device: str, problem: TokenProblem) -> None:
    """What was tried on this device was refused for its token."""
    outcome = context.world.actors[device].answer()
    assert isinstance(outcome, TokenRefused), f"it was told: {outcome!r}"
    assert outcome.reason is problem, f"it was told: {outcome.reason}"


@given(
    "{person:Person} has begun to log in with the temporary password"
    " on {whose:Whose} {device:Device}"
)
def has_begun_to_log_in(context: Context, person: str, whose: str, device: str) -> None:
    """Log in with the temporary password in a unit of work that is still open."""
    _start_logging_in(
        context.world, person, device, context.world.state(IdentityState).temporary[person][-1]
    )
    context.world.actors[device].outcome()


@when(
    "{person:Person} logs in with the temporary password on {whose:Whose} {device:Device}"
    " at the same time"
)
def logs_in_meanwhile(context: Context, person: str, whose: str, device: str) -> None:
    """Log in with the temporary password in a unit of work of its own, while another is open."""
    _start_logging_in(
        context.world, person, device, context.world.state(IdentityState).temporary[person][-1]
    )


@given("{person:Person} has begun to log in on {whose:Whose} {device:Device}")
def has_begun_to_log_in_with_own(context: Context, person: str, whose: str, device: str) -> None:
    """Log in with one's own password in a unit of work that is still open."""
    _start_logging_in(
        context.world, person, device, context.world.state(IdentityState).passwords[person]
    )
    context.world.actors[device].outcome()


@when("{person:Person} logs in on {whose:Whose} {device:Device} at the same time")
def logs_in_with_own_meanwhile(context: Context, person: str, whose: str, device: str) -> None:
    """Log in with one's own password in a unit of work of its own, while another is open."""
    _start_logging_in(
        context.world, person, device, context.world.state(IdentityState).passwords[person]
    )


@then("the {device:Device} is let in")
def device_let_in(context: Context, device: str) -> None:
    """The login that was tried on this device opened a session, which is now committed."""
    outcome = context.world.actors[device].answer()
    assert isinstance(outcome, Login), f"it was told: {outcome!r}"
    context.world.actors[device].commit()


@then("the {device:Device} is told at the door that {problem:LoginProblem}")
def device_told_at_the_door(context: Context, device: str, problem: LoginProblem) -> None:
    """The login that was tried on this device was refused."""
    outcome = context.world.actors[device].answer()
    assert isinstance(outcome, LoginRefused), f"it was told: {outcome!r}"
    assert outcome.reason is problem, f"it was told: {outcome.reason}"


def _start_logging_in(world: World, person: str, device: str, password: str) -> None:
    email = world.people[person].email
    world.begin_work(device).do(lambda tx: tx.sessions.log_in(email, password))


def _start_replacing(world: World, person: str, device: str, new: str) -> None:
    state = world.state(IdentityState)
    token = state.tokens[logins.place(person, device)]
    current = state.passwords[person]

    def replace(tx: IdentityWork) -> None:
        tx.passwords.change(token, current, new)

    world.begin_work(device).do(replace)
