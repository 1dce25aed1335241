"""The harness: how far scenarios share what is stored, and that it is gone afterwards."""

from behave import given, then, when
from behave.runner import Context

from features.support import factories, guestbook, leavings, nested
from features.support.guestbook import visit
from pgharness.data import data_tables

# --- who was here before --------------------------------------------------------------------


@given("{person:Person} was here before, or comes now")
def was_here_before(context: Context, person: str) -> None:
    """An account that an earlier example has made, known again by its address; else a new one."""
    visit(context)
    if not guestbook.find_again(context.world, person):
        factories.account(context.world, person)


@given("{person:Person} has everything that a user can own, from before or by now")
def has_everything(context: Context, person: str) -> None:
    """One of each kind, with its history; an earlier example may have made it."""
    visit(context)
    guestbook.leave_everything(context.world, person)


# --- what this example does -----------------------------------------------------------------


@when("{person:Person} comes, and leaves everything that a user can own")
def leaves_everything(context: Context, person: str) -> None:
    """One of each kind, with its history; nothing new if an earlier example has done it."""
    left = visit(context)
    guestbook.leave_everything(context.world, person)
    left.leave()


@when("{person:Person} comes")
def comes(context: Context, person: str) -> None:
    """A new account."""
    left = visit(context)
    factories.account(context.world, person)
    left.leave()


@when("{person:Person} {doing:Leaving}")
def does(context: Context, person: str, doing: str) -> None:
    """Change what is there, in one of the ways that a scope must undo."""
    left = visit(context)
    leavings.DOINGS[doing](context.world, person)
    left.leave()


@when("{person:Person} sets sail as captain of a ship that has no other captain")
def sets_sail(context: Context, person: str) -> None:
    """A row in each of two tables, neither of which can be without the other."""
    left = visit(context)
    leavings.sail(context.world, person)
    left.leave()


@when("all ships sink, and their captains with them")
def all_ships_sink(context: Context) -> None:
    """Whatever is in the two tables is deleted."""
    left = visit(context)
    leavings.sail(context.world, "Nemo")
    leavings.sink_all(context.world)
    left.leave()


@given("the database keeps all {table:Name} against everybody's will")
def keeps_rows(context: Context, table: str) -> None:
    """Deleting does nothing, and says nothing."""
    leavings.make_lasting(context.world, table)


# --- what it found --------------------------------------------------------------------------


@then("there was nothing before")
def nothing_before(context: Context) -> None:
    """No row, and every sequence at its start, when the example began."""
    left = guestbook.difference(visit(context).found, {})
    assert not left, f"the example found what it should not have:\n{left}"


@then("before, there was exactly what earlier examples of {scope:Sharing} had left")
def what_was_left(context: Context, scope: str) -> None:
    """Every value of every row, and every sequence; nothing, for the first of them."""
    visited = visit(context)
    wrong = guestbook.difference(visited.found, visited.expected(scope))
    assert not wrong, f"the example did not find what was left:\n{wrong}"


# --- suites within --------------------------------------------------------------------------


@given('a hook fails {when:HookTime} "{title:Quoted}"')
def hook_fails(context: Context, when: str, title: str) -> None:
    """Somebody's own hook, around the scenario, the rule or the feature with this title."""
    context.world.state(guestbook.NestedSuite).breaking[when] = title


@when("this suite is run")
def suite_is_run(context: Context) -> None:
    """Run the text as a feature, or as several, on the same server."""
    context.ended = nested.run(
        context.harness, context.text, context.world.state(guestbook.NestedSuite).breaking
    )


@then("the run fails, and its report says")
def run_fails(context: Context) -> None:
    """What JUnit has of each scenario, and a part of the message."""
    assert context.ended.failed, "the run passed"
    because = {row["scenario"]: row["because"] for row in context.table}
    found = []
    for title, said in context.ended.verdicts.items():
        part = because.get(title, "")
        told = part if part in said.message else said.message
        found.append({"scenario": title, "verdict": said.verdict, "because": told})
    data_tables.expect(context.table, found)
