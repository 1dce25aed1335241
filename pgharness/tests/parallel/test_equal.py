"""What several processes have executed is reported as what one process has."""

import shutil

from every_status_table import SUITE
from parallel_projects import WITH_DATABASE, Project, workers
from reports_compared import reports_of

NUMBERS = ("1", "2", "4")

NOTES = {
    "features/environment.py": """\
from pgharness.adapters.behave import *
""",
    "features/isolated.feature": """\
@notes
Feature: Isolated scenarios

  Background:
    Given the note first

  Scenario: One
    Given the note one
    Then there are the notes first one

  Scenario Outline: <title> in its own database
    Given the note <title>
    Then there are the notes first <title>

    Examples:
      | title |
      | three |
      | two   |

  @a_rule
  Rule: A rule with a background

    Background:
      Given the note of_rule

    Scenario: Both backgrounds
      Then there are the notes first of_rule

    Scenario: It fails
      Then there is no note

    @fixture.server
    Scenario: A server of its own
      When the server is killed and started again
      Then there are the notes first of_rule
""",
    "features/scopes.feature": """\
@fixture.cleanup.feature
Feature: A scope of a feature

  Scenario: Shared
    Given the note shared

  Scenario: Seen
    Then there are the notes shared

  @fixture.cleanup.rule
  Rule: A scope of a rule

    Scenario: In the rule
      Given the note within
      Then there are the notes shared within

    Scenario: Again in the rule
      Then there are the notes shared within
""",
    "features/databases.feature": """\
@fixture.database
Feature: A database of its own

  Scenario: Empty
    Then there is no note

  Scenario: Another
    Given the note another
    Then there are the notes another

  @fixture.empty_database
  Scenario: Without a schema
    When the table is made

  @fixture.rollback
  Rule: Rolled back

    Scenario: Stored
      Given the note gone
      When it is attached

    Scenario: Not stored
      Then there is no note
""",
    "features/run.feature": """\
@fixture.cleanup.run
Feature: A scope of the run

  Scenario: Lasting
    Given the note lasting
""",
    "features/run_again.feature": """\
Feature: More of the run

  @fixture.cleanup.run
  Rule: The same rows

    Scenario: Lasts
      Then there are the notes lasting

  Scenario: Apart
    Then there is no note
""",
}
ATTACHED = """
@when("it is attached")
def attached(context):
    context.attach("text/plain", "what the step attaches")
    print("what the step prints")
    context.add_cleanup(lambda: None, layer="feature")
"""


def compared(project: Project, *arguments: str) -> None:
    """Run a project by one process and by several; fail unless all reports are the same."""
    serial = project.run(*arguments, "-D", "workers=1")
    assert serial.code in {0, 1}
    expected = dict(reports_of(serial))
    assert not workers(serial)
    for number in NUMBERS[1:]:
        done = project.run(*arguments, "-D", f"workers={number}")
        assert f", {number} workers\n" in done.output
        assert 1 < len(workers(done)) <= int(number), "one may be left without a scenario"
        found = dict(reports_of(done))
        assert found.keys() == expected.keys()
        for name, said in expected.items():
            assert found[name] == said, name


def test_every_status(parallel_project: Project) -> None:
    shutil.copytree(SUITE, parallel_project.folder)
    compared(parallel_project)


def test_databases_and_scopes(notes_project: Project) -> None:
    steps = {"features/steps/notes.py": WITH_DATABASE["features/steps/notes.py"] + ATTACHED}
    notes_project.write(WITH_DATABASE, steps, NOTES)
    compared(notes_project)
