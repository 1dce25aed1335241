"""Fingerprints: what they notice, and what they tell."""

from behave import given, then, when
from behave.runner import Context

from features.support import data, samples
from features.support.workshop import Samples, Workshop
from features.support.world import World


@given("a sample of {kind:SampleKind} that is {one:Value}")
def one_sample(context: Context, kind: str, one: str | None) -> None:
    """One row, with this in its first column."""
    _have(context, kind, [(one, None)])


@given("samples of {kind:SampleKind} that are {rows:Rest}")
def several_samples(context: Context, kind: str, rows: str) -> None:
    """These rows of two columns."""
    _have(context, kind, samples.read(rows))


@given('{number:Number} samples of which each is beside "{what:Quoted}"')
def numbered_samples(context: Context, number: int, what: str) -> None:
    """So many rows, counted from 1."""
    _have(context, "text", [(str(at), what) for at in range(1, number + 1)])


@when("it becomes {other:Value}")
def becomes(context: Context, other: str | None) -> None:
    """Another row in its place."""
    _change(context, [(other, None)])


@when("they become {rows:Rest}")
def become(context: Context, rows: str) -> None:
    """Other rows in their place."""
    _change(context, samples.read(rows))


@when('the one beside {at:Number} is beside "{what:Quoted}"')
def one_changes(context: Context, at: int, what: str) -> None:
    """One row is another, and all others are as they were."""
    before = context.world.state(Workshop).samples
    _change(context, [(left, what if left == str(at) else right) for left, right in before])


@when("there are {number:Number} of them")
def more_of_them(context: Context, number: int) -> None:
    """Those that were there, and some with nothing beside them."""
    before = context.world.state(Workshop).samples
    _change(context, before + [(str(at), None) for at in range(len(before) + 1, number + 1)])


@then("the fingerprint is another")
def fingerprint_differs(context: Context) -> None:
    """The digests differ, and the comparison says where."""
    before, after = context.world.state(Workshop).fingerprints
    assert before != after, "it is the same"
    assert data.differences(before, after) == ["samples"]


@then("the fingerprint is the same")
def fingerprint_same(context: Context) -> None:
    """The digests are equal."""
    before, after = context.world.state(Workshop).fingerprints
    assert before == after, data.differences(before, after)


@then("it is told of the samples")
def told_of_samples(context: Context) -> None:
    """Line by line."""
    said = context.world.state(Workshop).said
    assert said == context.text, f"it is told:\n{said}"


@then("it is told what has changed")
def told_what_changed(context: Context) -> None:
    """What the comparison with everything before the last operation says, line by line."""
    world: World = context.world
    said = data.told(world.before, data.fingerprint(world.reader), world.reader)
    assert said == context.text, f"it is told:\n{said}"


def _have(context: Context, kind: str, rows: Samples) -> None:
    workshop = context.world.state(Workshop)
    workshop.kind, workshop.samples = kind, rows


def _change(context: Context, rows: Samples) -> None:
    workshop = context.world.state(Workshop)
    samples.compare(context.world, workshop.kind, workshop.samples, rows)
