"""How far scenarios share what is stored: what a tag says, to the last value, and no further.

`Ran.check` compares all that each scenario has found with what `scope_model` says.
"""

from typing import Final

import pytest

from small_suites import EMBEDDED, Suites

ACTIONS: Final = """
              | gets another task                     |
              | finishes a task                       |
              | deletes a task                        |
              | changes a title                       |
              | changes the name                      |
              | paints the picture over               |
              | throws the picture away               |
              | is deleted                            |
              | draws numbers                         |
              | chooses the number of the next ticket |
"""


def test_without_a_tag_scenarios_share_nothing(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Nothing is shared
          Example: Ada
            When Ada leaves everything
          @fixture.cleanup.scenario
          Example: Bram
            When Bram leaves everything
          Rule: In a rule
            Example: Chen
              When Chen leaves everything
            Example: Dora
              When Dora leaves everything
    """)
    ran.check()
    assert ran.people() == {"Ada": "", "Bram": "", "Chen": "", "Dora": ""}


def test_a_rule_shares_with_all_its_scenarios_and_with_no_others(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Rules
          Example: before
            When Ada leaves everything
          @fixture.cleanup.rule
          Rule: It shares
            Example: first
              When Ada leaves everything
            Example: second
              When Bram comes
              And Ada gets another task
            Example: third
              When Chen leaves everything
          @fixture.cleanup.rule
          Rule: So does this one
            Example: another first
              When Dora leaves everything
            Example: another second
              When Ada leaves everything
          Rule: This one does not
            Example: afterwards
              When Ada leaves everything
    """)
    ran.check()
    assert ran.people() == {
        "before": "",
        "first": "",
        "second": "Ada",
        "third": "Ada Bram",
        "another first": "",
        "another second": "Dora",
        "afterwards": "",
    }


@pytest.mark.parametrize("tag", ["cleanup.scenario", "rollback"])
def test_what_a_scenario_changes_for_itself_is_as_it_was_for_the_others(
    tag: str, suites: Suites
) -> None:
    ran = suites.run(f"""
        Feature: It is shared
          @fixture.cleanup.rule
          Rule: In this rule
            Example: first
              When Ada leaves everything
              And Bram leaves everything
            @fixture.{tag}
            Scenario Outline: For itself: Ada
              When Ada <does>
              Examples:
              | does                                  |{ACTIONS}
            @fixture.{tag}
            Example: Bram
              When Chen leaves everything
            Example: last
              When Chen leaves everything
          Rule: Afterwards
            Example: Nothing is left
              When Ada comes
    """)
    ran.check()
    for_itself = [visit for visit in ran.visits if visit.scenario.name.startswith("For itself")]
    assert len(for_itself) == ACTIONS.count("\n") - 1
    assert [visit.scenario.name for visit in for_itself if visit.left == visit.found] == []
    assert ran.people()["last"] == "Ada Bram"
    assert ran.people()["Nothing is left"] == ""


@pytest.mark.parametrize("tag", ["cleanup.scenario", "rollback"])
def test_a_number_that_is_chosen_is_put_back_though_none_came_out(tag: str, suites: Suites) -> None:
    ran = suites.run(f"""
        Feature: A sequence that has given out nothing
          @fixture.cleanup.rule
          Rule: It is shared
            Example: first
              When Ada comes
            @fixture.{tag}
            Example: The next number is chosen
              When Ada chooses the number of the next ticket
            Example: last
              When Bram comes
    """)
    ran.check()
    assert ran.visit("last").found == ran.visit("first").left


def test_ten_thousand_rows_are_shared_and_put_back(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Many rows
          @fixture.cleanup.rule
          Rule: Shared
            Example: first
              When Ada comes
              And Ada imports 10,000 tasks
            @fixture.cleanup.scenario
            Example: All of them are deleted
              When Ada is deleted
            Example: last
              When Bram leaves everything
    """)
    ran.check()
    assert len(ran.visit("last").found["public.tasks"]) == 10_000


def test_a_rule_shares_in_a_database_of_its_own_with_tables_of_its_own(suites: Suites) -> None:
    ran = suites.run("""
        Feature: Ships
          @fixture.cleanup.rule @fixture.database
          Rule: Ships and captains, neither of which can be first
            Example: first
              When Ada becomes the captain of a new ship
            @fixture.cleanup.scenario
            Example: All of them are lost
              When Nemo becomes the captain of a new ship
              And Nemo sinks with all ships
            @fixture.cleanup.scenario
            Example: One more
              When Bram becomes the captain of a new ship
            Example: last
              When Chen becomes the captain of a new ship
          Rule: In the database of the run
            Example: afterwards
              When Ada comes
    """)
    ran.check()
    assert len(ran.visit("One more").left["public.captains"]) == 2
    databases = {visit.database for visit in ran.visits[:-1]}
    assert len(databases) == 1
    assert ran.visit("afterwards").database not in databases


def test_what_is_shared_outlives_a_server_that_is_killed(suites: Suites) -> None:
    ran = suites.run(
        """
        Feature: Crashes
          @fixture.cleanup.rule @fixture.server
          Rule: On a server of its own
            Example: first
              When Ada leaves everything
            @fixture.cleanup.scenario
            Example: The server is killed
              When Ada is deleted
              And the server is killed and started again
            Example: last
              When Bram leaves everything
        """,
        options=EMBEDDED,
    )
    ran.check()
    assert ran.people() == {"first": "", "The server is killed": "Ada", "last": "Ada"}
    assert "directory" not in ran.visit("The server is killed").left
