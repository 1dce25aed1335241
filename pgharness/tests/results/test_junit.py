"""JUnit files: one a feature, valid for both schemas, and nothing not run counts as passed."""

import fcntl
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xmlschema
from cucumber_messages import GherkinDocument, message_converter
from gherkin import Parser
from junitparser import JUnitXml

from pgharness.core.errors import HarnessError
from pgharness.results.files import junit
from pgharness.results.files.junit import JUnitDirectory
from pgharness.results.model import Rule, Run, Status
from pgharness.results.stream.numbering import numbers
from pgharness.results.stream.reading import documents, read
from pgharness.results.wording import FAILED, NOT_RUN, UNFINISHED
from sample_runs import EVERY_STATUS, HELD, case, feature, hostile, run
from test_merging import KIT

SCHEMAS = [Path(__file__).parent / "schemas" / f"{name}.xsd" for name in ("jenkins", "ant")]
RUNS = {
    "every status": EVERY_STATUS,
    "held": HELD,
    "hostile text": hostile(),
    "unfinished": Run(),
    "without a start": replace(EVERY_STATUS, started=None),
}


def written(made: Run, directory: Path, *, in_cases: bool = False) -> dict[str, ET.Element]:
    """Write the files of a run; return their roots by name."""
    junit.write(made, directory, in_cases=in_cases)
    files = directory.glob("TESTS-*.xml")
    return {file.stem.removeprefix("TESTS-"): ET.parse(file).getroot() for file in files}  # noqa: S314


def results(root: ET.Element) -> dict[str, tuple[str, str, str]]:
    """Return the result's tag, type and message by the name of each case."""
    told = {}
    for one in root.iter("testcase"):
        result = next(iter(one.iterfind("*")), ET.Element("passed"))
        told[one.get("name", "")] = (
            result.tag, result.get("type", ""), result.get("message", "")
        )  # fmt: skip
    return told


def own_problem(directory: Path) -> str:
    """Return the message of the run's own file; nothing if there is none."""
    file = directory / "TESTS-.run.xml"
    if not file.exists():
        return ""
    error = ET.parse(file).getroot().find(".//error")  # noqa: S314
    assert error is not None
    return error.get("message", "")


@pytest.mark.parametrize("which", RUNS)
def test_files_are_valid_for_both_schemas(which: str, tmp_path: Path) -> None:
    assert written(RUNS[which], tmp_path)
    problems = [
        str(error)
        for schema in SCHEMAS
        for file in tmp_path.glob("*.xml")
        for error in xmlschema.XMLSchema(schema).iter_errors(file)
    ]
    assert not problems


def test_files_of_all_samples_of_the_kit_are_valid(tmp_path: Path) -> None:
    schemas = list(map(xmlschema.XMLSchema, SCHEMAS))
    for sample in KIT.glob("*/*.ndjson"):
        assert written(read(sample), tmp_path)
        for schema in schemas:
            for file in tmp_path.glob("*.xml"):
                assert schema.is_valid(ET.parse(file)), file.name  # noqa: S314


def test_files_are_well_formed_for_every_character(tmp_path: Path) -> None:
    try:
        root = written(hostile(), tmp_path)["accounts.listing"]
    except ET.ParseError as error:
        pytest.fail(str(error))
    message = next(root.iter("failure")).get("message", "")
    assert message.startswith(r"a\x00red\x07\ud800 ]]> <b>&amp;</b>")


def test_each_status_is_a_result_with_a_reason(tmp_path: Path) -> None:
    told = results(written(EVERY_STATUS, tmp_path)["accounts.listing"])
    assert told == {
        "before_rule": ("error", "OperationalError", "server closed the connection"),
        "All are listed": ("passed", "", ""),
        "Two are listed": ("failure", "AssertionError", "expected 2 accounts, found 1"),
        "The server is lost": ("error", "OperationalError", "server closed the connection"),
        "A step is undefined": ("error", "undefined", "no step definition matches"),
        "Two definitions match": ("error", "ambiguous", "several step definitions match"),
        "A step is pending": ("error", "pending", "the step definition is not implemented yet"),
        "Skipped": ("skipped", "", "needs PostgreSQL 19"),
        "Not run": ("skipped", "", NOT_RUN),
        "Not cleaned up": ("error", "OSError", "cleanup of the server: it is busy"),
    }


def test_counts_times_and_time_stamps_are_those_of_the_cases(tmp_path: Path) -> None:
    junit.write(EVERY_STATUS, tmp_path)
    loose, rule = JUnitXml.fromfile(str(tmp_path / "TESTS-accounts.listing.xml"))
    assert (loose.tests, loose.errors, loose.timestamp) == (1, 1, "2026-11-29T20:15:30")
    assert (rule.tests, rule.failures, rule.errors, rule.skipped) == (9, 1, 5, 2)
    assert rule.time == 0.25 * 8
    assert rule.timestamp == "2026-11-29T20:15:42"
    assert [one.time for one in rule][-3:] == [0.25, 0, 0.25]


def test_a_suite_carries_the_rule_and_where_its_cases_are(tmp_path: Path) -> None:
    root = written(EVERY_STATUS, tmp_path)["accounts.listing"]
    suite = root.findall("testsuite")[1]
    assert suite.get("name") == "accounts.listing.Lists hold all accounts"
    assert {one.get("classname") for one in suite.iter("testcase")} == {suite.get("name")}
    told = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert (
        told.items()
        >= {
            "feature": "Listing accounts",
            "rule.id": "accounts-10",
            "rule": "Lists hold all accounts",
            "tags": "@accounts @accounts-10",
            "file": "features/accounts/listing.feature",
            "line": "10",
            "started": "2026-11-29T20:15:42.250+00:00",
            "case.2.name": "Two are listed",
            "case.2.tags": "@accounts @accounts-10",
            "case.2.file": "features/accounts/listing.feature",
            "case.2.line": "20",
        }.items()
    )


def test_a_failure_tells_step_place_trace_and_attachments(tmp_path: Path) -> None:
    root = written(EVERY_STATUS, tmp_path)["accounts.listing"]
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text == (
        "Failing step: Given two are listed (failed)\n"
        "Location: features/accounts/listing.feature:22\n"
        "Defined at: features/steps/accounts.py:7\n"
        "Traceback (most recent call last):\n"
        '  File "features/steps/accounts.py", line 7\n'
        "AssertionError: expected 2 accounts, found 1\n"
        "To repeat it: behave features/accounts/listing.feature:20\n"
        "--- statements.sql\nSELECT id FROM account;\n"
        "[attached: waiting.png, image/png]"
    )
    undefined = root.find(".//testcase[@name='A step is undefined']/error")
    assert undefined is not None
    assert '@given("there is none")' in (undefined.text or "")


def test_the_steps_of_all_cases_are_the_suites_output(tmp_path: Path) -> None:
    root = written(EVERY_STATUS, tmp_path)["accounts.listing"]
    said = root.findall("testsuite")[1].findtext("system-out") or ""
    assert said.count("Scenario: ") == 9
    assert (
        "Scenario: Two are listed  # features/accounts/listing.feature:20\n"
        "  Given Ada has an account ... passed in 0.001s\n"
        "    | name |\n    | Ada |\n"
        "  Given two are listed ... failed in 0.001s\n"
    ) in said


def test_properties_and_places_are_in_each_case_if_asked_for(tmp_path: Path) -> None:
    root = written(EVERY_STATUS, tmp_path, in_cases=True)["accounts.listing"]
    two = root.find(".//testcase[@name='Two are listed']")
    assert two is not None
    assert (two.get("file"), two.get("line")) == ("features/accounts/listing.feature", "20")
    told = {one.get("name"): one.get("value") for one in two.iterfind("properties/property")}
    assert told == {
        "feature": "Listing accounts",
        "rule.id": "accounts-10",
        "rule": "Lists hold all accounts",
        "tags": "@accounts @accounts-10",
        "file": "features/accounts/listing.feature",
        "line": "20",
        "started": "2026-11-29T20:15:50.250+00:00",
    }
    assert "Given two are listed ... failed" in (two.findtext("system-out") or "")
    assert not (root.findtext(".//testsuite/system-out") or "").strip()


def test_cases_of_one_title_have_names_of_their_own(tmp_path: Path) -> None:
    cases = [case(title) for title in ("X", "X (2)", "X", " X", "X\n")]
    rules = (Rule(cases=tuple(cases)), *[Rule(name="R", line=1, cases=tuple(cases))] * 2)
    root = written(run(feature(rules=rules)), tmp_path)["accounts.listing"]
    names = [[one.get("name") for one in suite.iter("testcase")] for suite in root]
    assert names == [["X", "X (2)", "X (3)", "X (4)", "X (5)"]] * 3
    assert [suite.get("name") for suite in root] == [
        "accounts.listing.Listing accounts", "accounts.listing.R", "accounts.listing.R (2)"
    ]  # fmt: skip


def test_a_name_does_not_depend_on_what_was_selected(tmp_path: Path) -> None:
    second = [case("Same", number=2)]
    root = written(run(feature(*second)), tmp_path)["accounts.listing"]
    assert [one.get("name") for one in root.iter("testcase")] == ["Same (2)"]


def test_no_two_files_have_one_name() -> None:
    files = ["a/b.feature", "a.b.feature", "a%2Eb.feature", "../a/b.feature", ".run.feature"]
    names = {junit.name_of(f"features/{file}") for file in files}
    assert len(names) == len(files)
    assert junit.RUN not in names


def test_a_long_path_has_a_file(tmp_path: Path) -> None:
    uris = [f"features/{'long/' * 50}{name}.feature" for name in "ab"]
    features = [feature(case("All are listed"), uri=uri) for uri in uris]
    assert len(written(run(*features), tmp_path)) == 2


def test_hooks_of_the_run_are_errors_of_the_run(tmp_path: Path) -> None:
    told = results(written(EVERY_STATUS, tmp_path)[".run"])
    assert told == {"after_all": ("error", "OperationalError", "server closed the connection")}


def test_a_run_that_held_leaves_no_file_of_its_own(tmp_path: Path) -> None:
    assert set(written(HELD, tmp_path)) == {"accounts.listing"}


def test_a_run_that_failed_by_itself_has_a_file_of_its_own(tmp_path: Path) -> None:
    not_run = run(feature(case("Never", Status.NOT_RUN)), success=False)
    cases = {
        FAILED: replace(HELD, success=False),
        UNFINISHED: replace(HELD, finished=None),
        "no server": run(message="no server", success=False),
        "The run was broken off: 1 example was not run.": not_run,
        "": replace(EVERY_STATUS, hooks=()),  # its cases say it
    }
    for said, made in cases.items():
        junit.write(made, tmp_path)
        assert own_problem(tmp_path) == said


def test_until_it_is_finished_a_run_is_an_error(tmp_path: Path) -> None:
    with JUnitDirectory(tmp_path) as reports:
        assert own_problem(tmp_path) == UNFINISHED
        reports.finish(HELD)
        assert not own_problem(tmp_path)


def test_an_exception_is_the_error_of_the_run(tmp_path: Path) -> None:
    for error, said in {
        ValueError("wrong"): "The run broke off: ValueError: wrong",
        HarnessError("no server answers"): "no server answers",
    }.items():
        with pytest.raises(type(error)), JUnitDirectory(tmp_path):
            raise error
        assert own_problem(tmp_path) == said


def test_a_run_that_broke_off_has_the_time_of_its_start(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    with pytest.raises(ValueError, match="wrong"), JUnitDirectory(tmp_path):
        raise ValueError("wrong")
    suite = ET.parse(tmp_path / "TESTS-.run.xml").getroot().find("testsuite")  # noqa: S314
    assert suite is not None
    [started] = [
        datetime.fromisoformat(one.get("value", ""))
        for one in suite.iter("property")
        if one.get("name") == "started"
    ]
    assert before - timedelta(milliseconds=1) <= started <= datetime.now(UTC)
    assert suite.get("timestamp") == f"{started:%Y-%m-%dT%H:%M:%S}"


def test_the_files_of_the_last_run_are_removed_and_no_others(tmp_path: Path) -> None:
    (tmp_path / "TESTS-foreign.xml").write_text("", "utf-8")
    junit.write(EVERY_STATUS, tmp_path)
    junit.write(HELD, tmp_path)
    names = {file.name for file in tmp_path.glob("*.xml")}
    assert names == {"TESTS-foreign.xml", "TESTS-accounts.listing.xml"}


def test_a_directory_belongs_to_one_run_at_a_time(tmp_path: Path) -> None:
    junit.write(HELD, tmp_path)
    with (tmp_path / junit.LIST).open("a", encoding="utf-8") as taken:
        fcntl.flock(taken, fcntl.LOCK_EX)
        with pytest.raises(HarnessError, match=r"another run is writing there.*--junit-directory"):
            junit.write(EVERY_STATUS, tmp_path)
    assert not own_problem(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(HarnessError, match="no reports can be written"):
        junit.write(HELD, tmp_path / "file")


OUTLINE = """Feature: F
  Scenario: Same
  Rule: R
    Scenario Outline: <name>
      Examples:
        | name |
        | Same |
        | same |
      Examples:
        | name | other |
        | Same | 2     |
    Scenario: Same
"""


def test_all_of_a_name_in_the_file_are_counted() -> None:
    document = message_converter.from_dict(Parser().parse(OUTLINE), GherkinDocument)
    assert document.feature is not None
    loose, rule = document.feature.children
    assert loose.scenario is not None
    assert rule.rule is not None
    of_rule = [child.scenario for child in rule.rule.children if child.scenario]
    found = numbers([("", loose.scenario), *(("R", one) for one in of_rule)])
    assert [*found.values()] == [1, 1, 1, 2, 3]


def test_cases_that_were_not_selected_are_counted(tmp_path: Path) -> None:
    messages = list(documents(next(KIT.glob("*/examples-tables.ndjson"))))
    others = [one for one in messages if "pickle" in one]
    assert others.pop(3)
    left = [
        json.dumps(one)
        for one in messages
        if one not in others and not any(kind.startswith(("testCase", "testStep")) for kind in one)
    ]
    stream = tmp_path / "messages.ndjson"
    stream.write_text("\n".join(left), "utf-8")
    [case_of_four] = read(stream).cases
    assert (case_of_four.name, case_of_four.number) == ("Eating cucumbers", 4)
