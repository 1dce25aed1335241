"""Steps with every outcome."""

from behave import step
from behave.api.pending_step import StepNotImplementedError
from behave.runner import Context

from pgharness.data import data_tables


@step("it passes")
@step("it passes for {what}")
def passes(context: Context, what: str = "") -> None:
    """Pass."""


@step("{number:d} is one")
def is_one(context: Context, number: int) -> None:
    """Fail for another number."""
    assert number == 1, f"{number} is not 1"


@step("the table has")
def table_has(context: Context) -> None:
    """Compare a table with one of a single account."""
    data_tables.expect(context.table, [{"name": "Ada", "role": "admin"}])


@step("it raises an error")
def raises(context: Context) -> None:
    """Raise an error."""
    raise LookupError("no such account")


@step("it raises a hostile text")
def raises_hostile_text(context: Context) -> None:
    """Raise an error whose text tries to be markup and to control a terminal."""
    raise ValueError("</script><script>alert(1)</script> & \"'`|*_ \x1b[2J\x07\x00 \u2028 \ud800")


@step("it is not implemented")
def not_implemented(context: Context) -> None:
    """Be pending in the way that Python has."""
    raise NotImplementedError("later")


@step("it is pending")
def pending(context: Context) -> None:
    """Be pending in the way that behave has."""
    raise StepNotImplementedError("later")


@step("the rest is skipped")
def skips(context: Context) -> None:
    """Skip the rest of the scenario."""
    context.scenario.skip("not on Mondays")


@step("its cleanup fails")
def cleanup_fails(context: Context) -> None:
    """Register a cleanup that fails."""
    context.add_cleanup(remove_file)


@step("the cleanup of its feature fails")
def cleanup_of_feature_fails(context: Context) -> None:
    """Register a cleanup of the feature that fails."""
    context.add_cleanup(remove_file, layer="feature")


def remove_file() -> None:
    """Fail as a cleanup."""
    raise OSError("the file is gone")


@step("the run ends")
def ends(context: Context) -> None:
    """End the run as the option `end` says."""
    context.end(context, "step")
