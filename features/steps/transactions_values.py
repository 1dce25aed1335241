"""Values that cannot be held, in every place where one can be put, and times beyond all times."""

from behave import given, then, when
from behave.runner import Context

from features.support import data
from features.support.operations import extreme_times, invalid_values
from features.support.operations.state import SweepState
from features.support.world import World


@when("every parameter of every operation is given values that cannot be held")
def unfit_values_everywhere(context: Context) -> None:
    """Each in a unit of work of its own, which is given up."""
    trouble: SweepState = context.world.state(SweepState)
    trouble.answers = invalid_values.sweep(context.world, trouble.scene)


@then("each time the service itself has answered")
def service_has_answered(context: Context) -> None:
    """With a value, or with a refusal of its own; and there is no operation that was left out."""
    answers = context.world.state(SweepState).answers
    tried = {place.rpartition(" ")[0] for place in answers.places}
    with_parameters = set(invalid_values.operations_with_parameters())
    assert tried == with_parameters, f"left out: {sorted(with_parameters - tried)}"
    assert not answers.of_others, "\n".join(map(str, answers.of_others))


@then("where an id or a version was one that no row has, nothing was found and nothing changed")
def nothing_found_by_it(context: Context) -> None:
    """It was refused, or a listing was empty; every row of every table is as it was."""
    wrong = context.world.state(SweepState).answers.wrong
    assert not wrong, "\n".join(map(str, wrong))


@given("all durations of the settings are as long as they may be")
def longest_durations(context: Context) -> None:
    """From how long a session lasts to how long a failed login counts."""
    world: World = context.world
    world.settings = extreme_times.with_longest_durations(world.settings)


@when("every operation is done at that time, and a wrong password is given")
def every_operation_at_that_time(context: Context) -> None:
    """Each in a unit of work of its own, which is given up."""
    world: World = context.world
    world.before = data.fingerprint(world.reader)
    world.state(SweepState).timed = extreme_times.all_timed(world, world.state(SweepState).scene)


@then("each is answered as at any other time")
def answered_as_ever(context: Context) -> None:
    """Nothing is refused but the wrong passwords."""
    others = [str(one) for one in context.world.state(SweepState).timed if not one.as_ever]
    assert not others, "\n".join(others)


@then("each that asks for the time is refused because of the clock, and no other is refused")
def refused_because_of_the_clock(context: Context) -> None:
    """By the name of the clock; an operation that does not ask is done."""
    timed = context.world.state(SweepState).timed
    others = [
        str(one)
        for one in timed
        if not (one.refused_for_the_clock if one.by_the_clock else one.as_ever)
    ]
    assert not others, "\n".join(others)
    assert any(one.by_the_clock for one in timed), "nothing has asked for the time"
