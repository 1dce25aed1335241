"""JUnit files: one a feature, valid for both schemas, and nothing not run counts as passed."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
import xmlschema
from cucumber_messages import GherkinDocument, message_converter
from gherkin import Parser
from junitparser import JUnitXml

from junit_reading import results, written
from pgharness.results.files import junit
from pgharness.results.model import Rule, Run
from pgharness.results.stream.numbering import numbers
from pgharness.results.stream.reading import documents, read
from pgharness.results.wording import NOT_RUN
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
