"""Sessions that the harness opens on a database: what is left of them, and what is told."""

import traceback
from functools import partial
from typing import Final

from behave import then, when
from behave.runner import Context

from domain.connections import Limit, LimitExceeded
from features.support import data, session_limits, session_mistakes, session_work
from features.support.known import IdentityState
from features.support.session_names import TROUBLES
from features.support.session_work import Kind, SessionWork
from features.support.world import World
from pgharness.data import data_tables
from pgharness.sessions.errors import NotConnected, PoolExhausted, SessionFailed

KINDS: Final = ("a session", "an asynchronous one")

# --- what is left ---------------------------------------------------------------------------


@when("{kind:SessionKind} {work:SessionWork}")
def session_works(context: Context, kind: Kind, work: str) -> None:
    """Work with Ada's name, in a session of its own."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    session_work.do(world, kind, session_work.with_name(world, work))


@when("{kind:SessionKind} works as Ada and commits")
def session_takes_role(context: Context, kind: Kind) -> None:
    """It takes the role of tenants and a limit for one transaction, and goes on after that."""
    session_work.do(context.world, kind, session_work.as_tenant(context.world))


@when("{kind:SessionKind} {work:SessionWork}, and the next one has only its connection")
def next_has_its_connection(context: Context, kind: Kind, work: str) -> None:
    """A pool of one; the next session asks for Ada's name."""
    session_work.go_on_after(context.world, kind, work)


@when("a session and an asynchronous one are open at once, and each commits a name")
def both_open(context: Context) -> None:
    """The one Ada's, the other Bram's; then each looks at both."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    session_work.rename_at_once(world)


@when("{kind:SessionKind} gives a name, and one of the other kind asks for it")
def one_writes_one_reads(context: Context, kind: Kind) -> None:
    """One after the other."""
    session_work.read_after(context.world, kind)


@when("of {kind:SessionKind} after the other each has ended in another way, and one is still open")
def all_ended_but_one(context: Context, kind: Kind) -> None:
    """Some by errors; then what has opened them is closed."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    session_work.close_in_the_middle(world, kind)


@then('it saw that {person:Person} was called "{name}"')
def saw_name(context: Context, person: str, name: str) -> None:
    """What the session has read last."""
    state: SessionWork = context.world.state(SessionWork)
    seen = state.seen
    assert seen == [name], f"it saw {seen}; it was told {state.told}"


@then("each saw this")
def each_saw(context: Context) -> None:
    """What each session that was open has read, person by person."""
    seen = context.world.state(SessionWork).seen
    found = [
        {"session": kind, "Ada": ada, "Bram": bram}
        for kind, ada, bram in zip(KINDS, seen[::2], seen[1::2], strict=False)
    ]
    data_tables.expect(context.table, found)


@then("it goes on as itself, for nobody, and within its own limits")
def goes_on_as_itself(context: Context) -> None:
    """The connection's own role and limits, and no user."""
    work = context.world.state(SessionWork)
    assert work.unbound == [True], f"it went on as {work.unbound or work.told}"


@then("the server knows no connection of theirs")
def server_knows_none(context: Context) -> None:
    """Seen in the server's own list, by their name."""
    world: World = context.world
    known = session_work.known_to_the_server(world)
    assert not known, f"it knows {known}"


# --- what is told ---------------------------------------------------------------------------


@then("it is told of {trouble:SessionTrouble}")
def told_of(context: Context, trouble: str) -> None:
    """Whoever had opened the session, once."""
    told = _only_told(context.world)
    assert TROUBLES[trouble](told), f"it was told {told!r}"


def _only_told(world: World) -> BaseException:
    told = world.state(SessionWork).told
    assert len(told) == 1, f"it was told {told or 'nothing'}"
    return told[0]


@when("{kind:SessionKind} {mistake:Mistake}")
def makes_mistake(context: Context, kind: Kind, mistake: str) -> None:
    """Something that the database refuses."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(IdentityState).secrets.add(session_mistakes.SECRET)
    session_work.do(world, kind, partial(session_mistakes.MISTAKES[mistake], world))


@then('the failure names this scenario, the place of the session and "{statement}"')
def failure_names(context: Context, statement: str) -> None:
    """Who it was, the line in which the session was opened, and what it asked for."""
    told = _failure_of(context)
    assert f"the statement was: {statement}" in str(told), f"it says {told}"


@then("the failure names this scenario and the place of the session")
def failure_names_place(context: Context) -> None:
    """Who it was, and the line in which the session was opened; nothing was sent."""
    told = _failure_of(context)
    assert not told.statement, f"it says {told}"


def _failure_of(context: Context) -> SessionFailed:
    told = _only_told(context.world)
    assert isinstance(told, SessionFailed), f"it was told {told!r}"
    assert f'the session of "{context.scenario.name}" at ' in str(told), f"it says {told}"
    line = session_limits.line_at(told.opening.place)
    assert line.endswith(session_work.OPENED), f"it was not opened by {line!r}"
    assert told.opening.place in str(told), f"it says {told}"
    return told


@then('it says "{reason}"')
def failure_says(context: Context, reason: str) -> None:
    """Why it was refused."""
    told = _only_told(context.world)
    assert reason in str(told), f"it says {told}"


@then("nothing that was to be stored is in it")
def failure_without_values(context: Context) -> None:
    """In no form in which an error is shown: its chain of causes included."""
    world: World = context.world
    told = _only_told(world)
    shown = "".join(traceback.format_exception(told))
    leaked = [secret for secret in world.state(IdentityState).secrets if secret in shown]
    assert not leaked, f"it says {leaked}"


# --- limits ---------------------------------------------------------------------------------


@when("{kind:SessionKind} asks for its limits")
def asks_for_limits(context: Context, kind: Kind) -> None:
    """The server names its own; the others are those of the connection and of its pool."""
    session_limits.asked(context.world, kind)


@then("these are its limits")
def has_limits(context: Context) -> None:
    """Each of them, and no other."""
    work = context.world.state(SessionWork)
    assert len(work.limits) == 1, f"it asked {len(work.limits)} times; it was told {work.told}"
    found = [{"what": what, "may take": limit} for what, limit in work.limits[0].items()]
    data_tables.expect(context.table, found)


@when("there is {kind:SessionKind} {slowness:Slowness}")
def is_too_slow(context: Context, kind: Kind, slowness: str) -> None:
    """One limit is very short, and the others are longer by far."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    session_limits.exceed(world, kind, slowness)


@then("the failure names {limit:Limit} of 0.05 s")
def failure_names_limit(context: Context, limit: Limit) -> None:
    """As the service itself names it, by PostgreSQL's word."""
    told = _only_told(context.world)
    assert isinstance(told, SessionFailed), f"it was told {told!r}"
    assert isinstance(told.reason, LimitExceeded), f"it was told {told!r}"
    assert told.reason.limit is limit, f"the limit was {told.reason.limit}"
    assert f"more than 0.05 s ({limit.value})" in str(told), f"it says {told}"


@when("a session and an asynchronous one are opened where nobody answers")
def opened_where_nobody_answers(context: Context) -> None:
    """Somebody listens there, and says nothing."""
    session_limits.reach_nobody(context.world)


@then("each is told of connect_timeout, of 2 s and of the place where nobody answers")
def told_of_connect_timeout(context: Context) -> None:
    """Both of them, and of nothing else."""
    told = context.world.state(SessionWork).told
    assert len(told) == len({*map(str, told)}) == 2, f"they were told {told}"  # noqa: PLR2004
    for each in told:
        assert isinstance(each, NotConnected), f"it was told {each!r}"
        assert "127.0.0.1:" in str(each), f"it says {each}"
        assert "did not answer within 2 s (connect_timeout)" in str(each), f"it says {each}"


@when("of {kind:SessionKind} and another one neither is given back, and a third one is opened")
def third_opened(context: Context, kind: Kind) -> None:
    """There are two connections; each session is another scenario's."""
    session_limits.open_three_of_two(context.world, kind)


@then("the failure names who holds the connections, and where each was opened")
def failure_names_holders(context: Context) -> None:
    """The scenario and the line of each, as they are in the file."""
    told = _only_told(context.world)
    assert isinstance(told, PoolExhausted), f"it was told {told!r}"
    assert "all 2 connections are in use" in str(told), f"it says {told}"
    assert "within 0.05 s (pool_timeout)" in str(told), f"it says {told}"
    assert told.opening.opener == "Report", f"it was opened by {told.opening}"
    found = [(each.opener, session_limits.line_at(each.place)) for each in told.holders]
    assert [opener for opener, _ in found] == ["Import", "Export"], f"it says {told}"
    for (_, line), opens in zip(found, ("rolled_back()", "committing()"), strict=True):
        assert opens in line, f"it was not opened by {line!r}"
    for holder in told.holders:
        assert str(holder) in str(told), f"it says {told}"
