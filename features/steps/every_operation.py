"""Every operation of the service: with faults, with unusable values, at extreme times."""

from contextlib import suppress

from behave import given, then, when
from behave.runner import Context

from domain.identity.failed_logins import LoginRefused
from domain.transactions import IdentityWork, NotRecorded
from features.support import data
from features.support.operations import (
    examples,
    extreme_times,
    fault_sweep,
    invalid_values,
    stored_times,
)
from features.support.operations.examples import WRONG_PASSWORDS
from features.support.operations.state import SweepState
from features.support.transactions.conflicts import Conflicts
from features.support.transactions.state import TransactionState
from features.support.world import World
from pgharness.data import data_tables
from pgharness.faults.statement_faults import StatementFault

NEW_NAME = "Ada King"


@given("every operation of the service has rows to work on")
def rows_for_every_operation(context: Context) -> None:
    """Accounts, sessions, tasks and the rest, each as some operation needs it."""
    context.world.state(SweepState).scene = examples.scene(context.world)


# --- faults ---------------------------------------------------------------------------------


@when("{swept:Swept} fails at each statement and at COMMIT, by {fault:StatementFault}")
def fails_everywhere(context: Context, swept: str, fault: type[StatementFault]) -> None:
    """Each that writes is observed first, to learn what it sends; a refusal records itself."""
    world: World = context.world
    state = world.state(SweepState)
    if swept in WRONG_PASSWORDS:
        call = WRONG_PASSWORDS[swept]
        state.operations = [fault_sweep.observed(world, state.scene, "identity", swept, call)]
    else:
        state.operations = fault_sweep.observe_all(world, state.scene)
    state.failures = [
        failure
        for operation in state.operations
        if operation.writes
        for failure in fault_sweep.failures(world, state.scene, operation, fault)
    ]


@when("every operation is run and rolled back")
def every_operation_rolled_back(context: Context) -> None:
    """Just before its COMMIT."""
    state = context.world.state(SweepState)
    state.operations = fault_sweep.observe_all(context.world, state.scene)


@then("exactly these operations fail, once per statement and once at COMMIT")
def have_failed(context: Context) -> None:
    """Exactly these operations write, and each has failed at every place."""
    state = context.world.state(SweepState)
    writing = [operation for operation in state.operations if operation.writes]
    data_tables.expect(context.table, [operation.row for operation in writing])
    expected = sum(operation.statements + 1 for operation in writing)
    assert len(state.failures) == expected, f"{len(state.failures)} of {expected} failures"


@then("no failure has changed any row")
def no_row_changed(context: Context) -> None:
    """Of any table; nor has it used up a number that is not an id."""
    changed = [
        f"{failure.place} changed {', '.join(failure.changed)}"
        for failure in context.world.state(SweepState).failures
        if failure.changed
    ]
    assert not changed, "; ".join(changed)
    others = fault_sweep.other_sequences(context.world.reader)
    assert not others, f"these sequences are not restored by a rollback: {others}"


@then("the caller gets the error of each failure")
def got_each_error(context: Context) -> None:
    """The error itself; for a lost connection, the service's, with what is known of the COMMIT."""
    wrong = [
        f"{failure.place}: the caller got {failure.wrong_error}"
        for failure in context.world.state(SweepState).failures
        if failure.wrong_error
    ]
    assert not wrong, "; ".join(wrong)


@then("exactly these operations write nothing")
def write_nothing(context: Context) -> None:
    """The server never gave their transactions an id."""
    operations = context.world.state(SweepState).operations
    data_tables.expect(context.table, [each.row for each in operations if not each.writes])


# --- refusals that are recorded -------------------------------------------------------------


@when("a transaction renames {person:Person}'s account and tries {does:WrongPassword}")
def renames_and_is_refused(context: Context, person: str, does: str) -> None:
    """The refusal ends the transaction."""
    world: World = context.world
    scene = world.state(SweepState).scene
    world.state(TransactionState).accounts = world.stored("users", id=world.people[person].id)
    with world.attempt(), world.domain.identity() as tx:
        tx.accounts.rename(scene.ada, NEW_NAME)
        WRONG_PASSWORDS[does](scene, tx)


@then("exactly one failed login of {person:Person}'s is stored")
def only_failed_login_stored(context: Context, person: str) -> None:
    """One column of one row has changed, and nothing in any other table."""
    world: World = context.world
    who = world.people[person].id
    changed = data.differences(world.before, data.fingerprint(world.reader))
    assert changed == [f"users of {who}"], f"changed: {', '.join(changed) or 'nothing'}"
    (before,) = world.state(TransactionState).accounts
    assert before["failed_logins_at"] == [], "there was a failed login before"
    expected = before | {"failed_logins_at": [world.clock.now()]}
    assert world.stored_one("users", id=who) == expected, "more than that is stored"


@when(
    "a transaction with retries renames {person:Person}'s account and ignores a refused login,"
    " whose recording meets {met:Conflicts}"
)
def renames_and_ignores(context: Context, person: str, met: Conflicts) -> None:
    """The transaction commits; then the recording of the failed login fails."""
    world: World = context.world
    state = world.state(TransactionState)
    scene = world.state(SweepState).scene
    account = world.people[person]

    def work(tx: IdentityWork) -> None:
        state.attempts += 1
        tx.accounts.rename(account, NEW_NAME)
        with suppress(LoginRefused):
            WRONG_PASSWORDS["a login with a wrong password"](scene, tx)

    with world.attempt(), met.injected(world, "UPDATE users SET failed"):
        world.domain.run(world.domain.identity, work)


@then("it is reported as committed, without the failed login")
def reported_as_committed(context: Context) -> None:
    """By an error that is no conflict, so no caller retries."""
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, NotRecorded), f"the caller got {refusal!r}"


@then('{person:Person}\'s account was renamed to "{name:Quoted}" exactly once')
def renamed_once(context: Context, person: str, name: str) -> None:
    """Its version has been raised by 1."""
    world: World = context.world
    seen = world.people[person]
    account = world.stored_one("users", id=seen.id)
    found = (account["display_name"], account["version"])
    assert found == (name, seen.version + 1), f"it is {found}"


# --- values and times -----------------------------------------------------------------------


@when("every operation is given unusable values, in every parameter")
def unusable_values(context: Context) -> None:
    """Each value in a transaction of its own, which is rolled back."""
    state = context.world.state(SweepState)
    state.answers = invalid_values.sweep(context.world, state.scene)


@then("every operation returns, or refuses the value by an error of the service")
def service_has_answered(context: Context) -> None:
    """No operation that has parameters was left out."""
    answers = context.world.state(SweepState).answers
    tried = {parameter.rpartition(" ")[0] for parameter in answers.parameters}
    with_parameters = set(invalid_values.operations_with_parameters())
    assert tried == with_parameters, f"left out: {sorted(with_parameters - tried)}"
    assert not answers.unexpected_errors, "\n".join(map(str, answers.unexpected_errors))


@then("no row is found or changed by an id or a version that does not exist")
def nothing_found(context: Context) -> None:
    """The operation was refused, or its listing was empty; all rows are as they were."""
    wrong = context.world.state(SweepState).answers.wrong
    assert not wrong, "\n".join(map(str, wrong))


@given("all durations in the settings are the longest allowed")
def longest_durations(context: Context) -> None:
    """From the lifetime of a session to how long a failed login counts."""
    world: World = context.world
    world.settings = extreme_times.with_longest_durations(world.settings)


@when("every operation is run at that time")
def every_operation_at_that_time(context: Context) -> None:
    """Each in a transaction of its own, which is rolled back; those with a wrong password too."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    state = world.state(SweepState)
    state.timed = extreme_times.run_all(world, state.scene)


@then("each has its usual result")
def usual_results(context: Context) -> None:
    """Only wrong passwords are refused."""
    others = [str(each) for each in context.world.state(SweepState).timed if not each.usual]
    assert not others, "\n".join(others)


@then("exactly those that read the clock are refused because of it")
def refused_because_of_clock(context: Context) -> None:
    """All others have their usual results."""
    timed = context.world.state(SweepState).timed
    others = [
        str(each)
        for each in timed
        if not (each.refused_because_of_clock if each.reads_clock else each.usual)
    ]
    assert not others, "\n".join(others)
    assert any(each.reads_clock for each in timed), "no operation has read the clock"


@when("every operation is run while the clock moves on with each reading")
def every_operation_while_the_clock_moves_on(context: Context) -> None:
    """Each reading is a second after the one before, and in another time zone."""
    state = context.world.state(SweepState)
    state.stored_times = stored_times.run_all(context.world, state.scene)


@then("all times that an operation stores and returns are of one reading")
def of_one_reading(context: Context) -> None:
    """What it stores for later counts from that time; what it only refers to is older."""
    found = context.world.state(SweepState).stored_times
    wrong = [str(each) for each in found if not each.right]
    assert not wrong, "\n".join(wrong)
    assert any(each.times for each in found), "no operation has stored a time"
