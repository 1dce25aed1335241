"""What cannot be attached hides no failure, and keeps nothing else from the reports."""

import psycopg

from attachment_recording import FAILS, RUNNERS, SQL, Recording, nothing_kept
from behave_projects import BehaveProject


@RUNNERS
def test_a_formatter_that_fails_keeps_nothing_from_the_others(
    behave_project: BehaveProject, settings: str
) -> None:
    recording = Recording(behave_project)
    # behave's own JSON formatter raises an IndexError after the last step.
    arguments = ("-f", "recording:Refusing", "-o", "a.txt", "-f", "json", "-o", "a.json")
    found = recording.run(
        FAILS,
        settings,
        *arguments,
        "-Dsql=on",
    )
    assert [kind for kind, _ in found["Fails"]] == [SQL]
    assert "0 scenarios passed, 1 failed, " in recording.output
    assert "hook_error" not in recording.output


def test_without_a_formatter_that_takes_attachments_nothing_is_asked(
    behave_project: BehaveProject, admin: psycopg.Connection
) -> None:
    Recording(behave_project)
    with nothing_kept(admin):
        code, output = behave_project.behave(FAILS, "", "-Dsql=on", "-Dkeep=failed")
    assert code == 1, output
    assert "0 scenarios passed, 1 failed, " in output
    assert "hook_error" not in output


def test_an_observer_that_cannot_answer_hides_no_failure(behave_project: BehaveProject) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  @fixture.database
  Scenario: In a failed transaction
    Given the note a
    Then the observer is in a failed transaction
  Scenario: After it
    Given the note a
    Then there are the notes a
""",
        "",
        "-Dsql=on",
    )
    assert [kind for kind, _ in found["In a failed transaction"]] == [SQL]
    assert "InFailedSqlTransaction" in recording.output
    assert "1 scenario passed, 0 failed, 1 error, 0 skipped" in recording.output


@RUNNERS
def test_a_server_that_is_gone_hides_no_failure(
    behave_project: BehaveProject, settings: str
) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  Scenario: It goes
    Given the note a
    Then the connections of the harness are ended
  Scenario: After it
    Given the note a
""",
        settings,
        "-Dsql=on",
    )
    assert [kind for kind, _ in found["It goes"]] == [SQL]
    assert "it fails" in recording.output
    assert (
        "Cannot run: the server is gone, the run ends here (terminating connection"
        in recording.output
    )
    assert recording.output.count("the server is gone") == 1


def test_a_server_that_the_scenario_kills_hides_no_failure(behave_project: BehaveProject) -> None:
    recording = Recording(behave_project)
    found = recording.run(
        """
  @fixture.server
  Scenario: It is killed
    Given the note a
    Then the server is killed and it fails
  Scenario: After it
    Given the note a
""",
        "",
        "-Dsql=on",
        "-Dpostgres=embedded",
    )
    assert [kind for kind, _ in found["It is killed"]] == [SQL]
    assert "1 scenario passed, 1 failed, 0 skipped" in recording.output
