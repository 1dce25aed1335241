"""What the planner knew of rows before a revision, and what it knows after it."""

from behave import given, then
from behave.runner import Context

from features.support import data
from features.support.tenancy import planner_statistics, rls_catalog
from features.support.world import World


@given("every table was analyzed, words and all")
def analyzed(context: Context) -> None:
    """There are statistics about words of every table that tenants own."""
    world: World = context.world
    world.reader.execute("ANALYZE")
    world.before = data.fingerprint(world.reader)
    known = [row["table"] for row in planner_statistics.of_texts(world.reader)]
    assert known == rls_catalog.tenant_tables(world.reader), f"statistics are about {known}"


@then("the server has statistics about no words, also after another ANALYZE")
def no_statistics_of_texts(context: Context) -> None:
    """Neither what was collected before is left, nor is it collected again."""
    world: World = context.world
    left = planner_statistics.of_texts(world.reader)
    assert not left, f"there are still statistics about {left}"
    world.reader.execute("ANALYZE")
    again = planner_statistics.of_texts(world.reader)
    assert not again, f"there are again statistics about {again}"
