"""Scopes that do not end well: a failure is reported of its scenario and affects no other."""

from typing import Final

import pytest

from small_suites import Suites


def test_what_failed_scenarios_leave_is_removed_as_ever(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Nothing is shared
          Example: It fails
            When Ada leaves everything
            And the step fails
          @fixture.cleanup.scenario
          Example: It finds nothing
            When Ada comes
          @fixture.cleanup.scenario
          Example: It fails, too
            When Ada leaves everything
            And the step fails
          Example: It finds nothing either
            When Ada comes
    """)
    assert ran.failed
    assert ran.verdicts == {
        "It fails": "failure",
        "It finds nothing": "passed",
        "It fails, too": "failure",
        "It finds nothing either": "passed",
    }
    assert ran.differences() == {}
    assert set(ran.messages.values()) == {"the step fails on purpose"}


WHEN: Final = ["before", "after", "in place of", "instead of"]
"""When a hook of the project's own fails: see `small_suites`."""


@pytest.mark.parametrize("when", WHEN)
def test_what_is_left_after_a_failed_hook_is_removed_as_ever(when: str, suites: Suites) -> None:
    ran = suites.run(
        """
        Feature: Nothing is shared
          Example: its hook fails
            When Ada leaves everything
          Example: it finds nothing
            When Ada comes
        """,
        breaks={when: "its hook fails"},
    )
    assert ran.failed
    assert ran.verdicts == {"its hook fails": "error", "it finds nothing": "passed"}
    assert ran.people()["it finds nothing"] == ""
    assert ran.differences() == {}


IN_A_RULE: Final = """
    Feature: Something is shared
      @fixture.cleanup.rule
      Rule: It is shared here
        Example: first
          When Ada leaves everything
        @fixture.cleanup.scenario
        Example: its hook fails
          When Bram comes
        @fixture.cleanup.scenario
        Example: its step fails
          When Bram leaves everything
          And the step fails
        Example: its step fails and it stays
          When Chen comes
          And the step fails
        Example: last
          When Dora comes

      Rule: It is gone here
        Example: afterwards
          When Ada comes
"""


@pytest.mark.parametrize("when", WHEN)
def test_after_failed_hooks_and_scenarios_the_others_find_what_they_share(
    when: str, suites: Suites
) -> None:
    ran = suites.run(IN_A_RULE, breaks={when: "its hook fails"})
    assert ran.failed
    assert ran.verdicts == {
        "first": "passed",
        "its hook fails": "error",
        "its step fails": "failure",
        "its step fails and it stays": "failure",
        "last": "passed",
        "afterwards": "passed",
    }
    assert f"a hook fails {when} 'its hook fails'" in ran.messages["its hook fails"]
    assert ran.differences() == {}
    assert ran.people() == {
        "first": "",
        **({} if when == "in place of" else {"its hook fails": "Ada"}),
        "its step fails": "Ada",
        "its step fails and it stays": "Ada",
        "last": "Ada Chen",
        "afterwards": "",
    }


@pytest.mark.parametrize("when", ["before", "after", "in place of"])
def test_a_failed_hook_of_a_rule_affects_no_other_scenario(when: str, suites: Suites) -> None:
    ran = suites.run(
        """
        @fixture.cleanup.feature
        Feature: Something is shared
          Example: of the feature
            When Ada leaves everything
          @fixture.cleanup.rule
          Rule: It is shared here
            Example: first of the rule
              When Bram leaves everything
            Example: last of the rule
              When Chen leaves everything
          Rule: It goes on here
            Example: of the feature again
              When Dora leaves everything

        Feature: Nothing is shared
          Example: afterwards
            When Ada comes
        """,
        breaks={when: "It is shared here"},
    )
    reported = f"a hook fails {when} 'It is shared here'"
    ran_at_all = when == "after"
    assert ran.failed
    assert ran.verdicts == {
        "of the feature": "passed",
        "first of the rule": "passed" if ran_at_all else "not run",
        "last of the rule": "passed" if ran_at_all else "not run",
        "of the feature again": "passed",
        "afterwards": "passed",
    }
    assert ran.hooks == {"after_rule" if ran_at_all else "before_rule": reported}
    assert ran.differences() == {}
    assert ran.people()["of the feature again"] == "Ada"


@pytest.mark.parametrize("width", ["feature", "run"])
@pytest.mark.parametrize("when", ["before", "after", "in place of"])
def test_a_failed_hook_of_a_feature_affects_no_other_scenario(
    when: str, width: str, suites: Suites
) -> None:
    ran = suites.run(
        f"""
        @fixture.cleanup.{width}
        Feature: Something is shared
          Example: first
            When Ada leaves everything
          Example: last
            When Bram leaves everything

        Feature: Nothing is shared
          Example: afterwards
            When Ada comes
          @fixture.cleanup.run
          Example: of the run
            When Chen comes
        """,
        breaks={when: "Something is shared"},
    )
    reported = f"a hook fails {when} 'Something is shared'"
    ran_at_all = when == "after"
    assert ran.failed
    assert ran.verdicts == {
        "first": "passed" if ran_at_all else "not run",
        "last": "passed" if ran_at_all else "not run",
        "afterwards": "passed",
        "of the run": "passed",
    }
    assert ran.hooks == {"after_feature" if ran_at_all else "before_feature": reported}
    assert ran.differences() == {}
    assert ran.people()["afterwards"] == ""
    assert ran.people()["of the run"] == ("Ada Bram" if ran_at_all and width == "run" else "")


def test_a_failed_clean_up_is_an_error_of_its_scenario_and_the_next_is_clean(
    suites: Suites,
) -> None:
    ran = suites.run("""
        Feature: Nothing is shared
          Example: Its tasks cannot be removed
            Given the database ignores each DELETE from tasks
            When Ada leaves everything
          @fixture.cleanup.scenario
          Example: Its people cannot be removed
            Given the database ignores each DELETE from people
            When Bram comes
          Example: last
            When Chen comes
    """)
    assert ran.failed
    assert ran.verdicts == {
        "Its tasks cannot be removed": "error",
        "Its people cannot be removed": "error",
        "last": "passed",
    }
    assert "tasks: 2 instead of 0 rows" in ran.messages["Its tasks cannot be removed"]
    assert "people: 1 instead of 0 rows" in ran.messages["Its people cannot be removed"]
    assert ran.differences() == {}


A_RULE_CANNOT_BE_CLEANED_UP: Final = """
    Feature: Something is shared
      @fixture.cleanup.rule
      Rule: It is shared here
        Example: first
          When Ada leaves everything
        @fixture.cleanup.scenario
        Example: for itself
          Given the database ignores each DELETE from people
          When Bram comes
        Example: second
          When Chen comes
        Example: last
          Given the database ignores each DELETE from people
          When Dora comes
      Rule: Nothing is shared here
        Example: afterwards
          When Ada comes
"""


def test_after_a_failed_clean_up_within_a_rule_the_rule_goes_on_with_what_it_shares(
    suites: Suites,
) -> None:
    ran = suites.run(A_RULE_CANNOT_BE_CLEANED_UP)
    assert ran.failed
    assert ran.verdicts == {
        "first": "passed",
        "for itself": "error",
        "second": "passed",
        "last": "passed",
        "afterwards": "passed",
    }
    assert "people: 2 instead of 1 rows" in ran.messages["for itself"]
    assert "people: 3 instead of 0 rows" in ran.hooks["cleanup"]
    assert ran.differences() == {}
    assert ran.people()["second"] == "Ada"


def test_after_a_failed_clean_up_of_a_rule_its_feature_goes_on_with_what_it_shares(
    suites: Suites,
) -> None:
    ran = suites.run("""
        @fixture.cleanup.feature
        Feature: Something is shared
          Example: first
            When Ada leaves everything
          @fixture.cleanup.rule
          Rule: It is shared here
            Example: of the rule
              Given the database ignores each DELETE from people
              When Bram comes
          Rule: It is not shared here
            Example: last
              Given the database ignores each DELETE from people
              When Chen comes
    """)
    assert ran.failed
    assert ran.verdicts == {"first": "passed", "of the rule": "passed", "last": "passed"}
    assert "people: 2 instead of 1 rows" in ran.hooks["cleanup"]
    assert "people: 2 instead of 0 rows" in ran.hooks["cleanup"]
    assert ran.differences() == {}
    assert ran.people()["last"] == "Ada"


def test_a_failed_clean_up_is_reported_beside_an_earlier_failure(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Something is shared
          @fixture.cleanup.rule
          Rule: It is shared here
            Example: first
              When Ada comes
            Example: last
              Given the database ignores each DELETE from people
              When Bram comes
              And the step fails
          Rule: Nothing is shared here
            Example: afterwards
              When Ada comes
    """)
    assert ran.failed
    assert ran.verdicts == {"first": "passed", "last": "failure", "afterwards": "passed"}
    assert "people: 2 instead of 0 rows" in ran.hooks["cleanup"]
    assert "the step fails on purpose" in ran.messages["last"]
    assert ran.differences() == {}
