"""Scopes beside and within each other: a narrower one leaves the wider one as it was."""

from typing import Final

import pytest

from small_suites import Suites


def test_a_feature_shares_with_all_its_rules_and_with_no_other_feature(suites: Suites) -> None:
    ran = suites.run("""
        @fixture.cleanup.feature
        Feature: It shares
          Example: first
            When Ada leaves everything
          Rule: This one adds
            Example: second
              When Bram leaves everything
          Rule: So does this one
            Example: third
              When Chen leaves everything

        @fixture.cleanup.feature
        Feature: So does this one
          Example: another first
            When Dora leaves everything
          Example: another second
            When Ada leaves everything

        Feature: This one does not
          Example: afterwards
            When Ada leaves everything
    """)
    ran.check()
    assert ran.people() == {
        "first": "",
        "second": "Ada",
        "third": "Ada Bram",
        "another first": "",
        "another second": "Dora",
        "afterwards": "",
    }


def test_a_rule_within_a_feature_adds_to_it_as_long_as_it_lasts(suites: Suites) -> None:
    ran = suites.run("""
        @fixture.cleanup.feature
        Feature: It shares
          Example: of the feature
            When Ada leaves everything
          @fixture.cleanup.rule
          Rule: It shares more
            Example: of the rule
              When Bram leaves everything
              And Ada finishes a task
            @fixture.cleanup.scenario
            Example: for itself
              When Ada is deleted
            @fixture.rollback
            Example: rolled back
              When Bram is deleted
            Example: of the rule again
              When Chen leaves everything
          Rule: The feature goes on
            Example: of the feature again
              When Dora leaves everything
            @fixture.database
            Example: in another database
              When Chen leaves everything
            Example: of the feature at last
              When Dora gets another task
    """)
    ran.check()
    assert ran.people() == {
        "of the feature": "",
        "of the rule": "Ada",
        "for itself": "Ada Bram",
        "rolled back": "Ada Bram",
        "of the rule again": "Ada Bram",
        "of the feature again": "Ada",
        "in another database": "",
        "of the feature at last": "Ada Dora",
    }
    assert ran.visit("of the feature again").found == ran.visit("of the feature").left


OF_THE_RUN: Final = """
    Feature: This rule asks for what is kept to the end of the run
      @fixture.cleanup.run
      Rule: It asks
        Example: first
          When Ada leaves everything
        @fixture.cleanup.scenario
        Example: for itself
          When Ada is deleted
      Rule: It does not ask
        Example: alone
          When Bram leaves everything

    @fixture.cleanup.feature
    Feature: A scenario asks within a feature that shares something else
      Example: of the feature
        When Chen leaves everything
      @fixture.cleanup.run
      Example: second
        When Bram leaves everything
      Example: of the feature again
        When Dora leaves everything

    @fixture.cleanup.run
    Feature: A feature asks
      @fixture.cleanup.rule
      Rule: A rule within it adds to it as long as it lasts
        Example: third
          When Chen leaves everything
      Rule: Another rule
        @fixture.rollback
        Example: rolled back
          When Ada is deleted
        Example: last
          When Ada gets another task
"""


def test_what_is_kept_to_the_end_of_the_run_is_shared_by_those_that_ask(suites: Suites) -> None:
    ran = suites.run(OF_THE_RUN)  # which fails if a database is left afterwards
    ran.check()
    assert ran.people() == {
        "first": "",
        "for itself": "Ada",
        "alone": "",
        "of the feature": "",
        "second": "Ada",
        "of the feature again": "Chen",
        "third": "Ada Bram",
        "rolled back": "Ada Bram",
        "last": "Ada Bram",
    }
    kept = {visit.database for visit in ran.visits if "lasting" in visit.database}
    assert len(kept) == 1
    others = [visit for visit in ran.visits if visit.database not in kept]
    assert [visit.scenario.name for visit in others] == [
        "alone",
        "of the feature",
        "of the feature again",
    ]


def test_a_scenario_that_is_rolled_back_may_be_the_first_or_the_last(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Rolled back
          @fixture.cleanup.rule
          Rule: It shares
            @fixture.rollback
            Example: rolled back at first
              When Bram leaves everything
            Example: stored
              When Ada leaves everything
            @fixture.rollback
            Example: rolled back at last
              When Dora leaves everything
          Rule: Nothing is left
            Example: afterwards
              When Chen leaves everything
    """)
    ran.check()
    assert ran.people() == {
        "rolled back at first": "",
        "stored": "",
        "rolled back at last": "Ada",
        "afterwards": "",
    }
    for title in ("rolled back at first", "rolled back at last"):
        assert ran.visit(title).left != ran.visit(title).found


@pytest.mark.parametrize("tags", [("run", "rule"), ("rule", "run")], ids=" ".join)
def test_a_rule_within_the_scope_of_the_run_may_have_its_tags_in_any_order(
    tags: tuple[str, str], suites: Suites
) -> None:
    ran = suites.run(f"""
        Feature: Tags of one rule
          @fixture.cleanup.run
          Rule: What is kept to the end of the run
            Example: kept
              When Ada leaves everything
          @fixture.cleanup.{tags[0]} @fixture.cleanup.{tags[1]}
          Rule: It adds to it as long as it lasts
            Example: first
              When Bram leaves everything
            Example: last
              When Chen leaves everything
          @fixture.cleanup.run
          Rule: It is as it was
            Example: kept as it was
              When Dora leaves everything
    """)
    ran.check()
    assert ran.people() == {
        "kept": "",
        "first": "Ada",
        "last": "Ada Bram",
        "kept as it was": "Ada",
    }
