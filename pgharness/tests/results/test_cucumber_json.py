"""`cucumber.json`: valid, and no reader takes for passed what did not pass."""

import base64
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from pgharness.results.files import cucumber_json
from pgharness.results.model import Run, Status
from pgharness.results.stream.reading import read
from pgharness.results.wording import UNFINISHED
from sample_runs import EVERY_STATUS, HELD, case, feature, hostile, run, step
from test_merging import KIT

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "cucumber.json").read_text("utf-8"))
RUNS = {"every status": EVERY_STATUS, "held": HELD, "hostile text": hostile(), "unfinished": Run()}


def written(made: Run) -> list[dict[str, Any]]:
    """Return the features of a run as a reader gets them."""
    features: list[dict[str, Any]] = json.loads(cucumber_json.text(made).encode())
    return features


def as_readers_see(element: dict[str, Any]) -> str:
    """Return the status that tools derive: the worst of steps and hooks, or passed."""
    ran = [*element.get("before", []), *element["steps"], *element.get("after", [])]
    found = {one["result"]["status"] for one in ran}
    order = ("failed", "undefined", "pending", "skipped")
    return next((status for status in order if status in found), "passed")


@pytest.mark.parametrize("which", RUNS)
def test_it_is_valid(which: str) -> None:
    errors = jsonschema.Draft7Validator(SCHEMA).iter_errors(written(RUNS[which]))
    assert not [f"{error.json_path}: {error.message}" for error in errors]


def test_it_is_valid_and_readers_see_each_status_of_the_kit() -> None:
    for sample in KIT.glob("*/*.ndjson"):
        made = read(sample)
        features = written(made)
        assert jsonschema.Draft7Validator(SCHEMA).is_valid(features), sample.name
        seen = Counter(as_readers_see(one) for told in features for one in told["elements"])
        expected = Counter(cucumber_json.STATUSES[case.status] for case in made.cases)
        backgrounds = sum(
            one["type"] == "background" for told in features for one in told["elements"]
        )
        assert seen.pop("passed", 0) <= expected.pop("passed", 0) + backgrounds, sample.name
        assert not expected - seen, sample.name


def test_readers_see_the_status_of_each_case() -> None:
    first, _, itself = written(EVERY_STATUS)
    assert {one["name"]: as_readers_see(one) for one in first["elements"]} == {
        "All are listed": "passed",
        "Two are listed": "failed",
        "The server is lost": "failed",
        "A step is undefined": "undefined",
        "Two definitions match": "failed",
        "A step is pending": "pending",
        "Skipped": "skipped",
        "Not run": "skipped",
        "Not cleaned up": "failed",
        "before_rule": "failed",
    }
    assert {one["name"]: as_readers_see(one) for one in itself["elements"]} == {
        "after_all": "failed"
    }


def test_a_case_without_steps_is_not_taken_for_passed() -> None:
    for status, seen in ((Status.SKIPPED, "skipped"), (Status.NOT_RUN, "skipped"),
                         (Status.ERROR, "failed")):  # fmt: skip
        made, *_ = written(run(feature(case("None", status, steps=(), reason="why"))))
        [element] = made["elements"]
        assert as_readers_see(element) == seen
        assert element["before"][0]["result"]["error_message"] == "why"


def test_a_run_that_failed_by_itself_is_a_failed_scenario() -> None:
    assert len(written(Run())) == 1
    [made] = written(Run())
    assert as_readers_see(made["elements"][0]) == "failed"
    assert made["elements"][0]["before"][0]["result"]["error_message"] == UNFINISHED
    assert len(written(HELD)) == 1


def test_a_step_has_its_place_time_arguments_and_attachments() -> None:
    elements = written(EVERY_STATUS)[0]["elements"]
    two = next(one for one in elements if one["name"] == "Two are listed")
    assert two["steps"][0]["rows"] == [{"cells": ["name"]}, {"cells": ["Ada"]}]
    failed = two["steps"][1]
    assert failed["keyword"] == "Given "
    assert failed["match"] == {"location": "features/steps/accounts.py:7"}
    assert (failed["result"]["status"], failed["result"]["duration"]) == ("failed", 1_200_000)
    assert "expected 2 accounts, found 1" in failed["result"]["error_message"]
    sql, picture = failed["embeddings"]
    assert base64.b64decode(sql["data"]) == b"SELECT id FROM account;"
    assert picture == {"mime_type": "image/png", "data": "iVBORw0KGgo=", "name": "waiting.png"}
    assert two["start_timestamp"] == "2026-11-29T20:15:50.250Z"
    assert two["tags"] == [{"name": "@accounts"}, {"name": "@accounts-10"}]
    with_arguments = case("X", steps=(step(text="Ada has 2", parameters=((0, 3), (8, 9))),))
    [told] = written(run(feature(with_arguments)))
    assert told["elements"][0]["steps"][0]["match"]["arguments"] == [
        {"val": "Ada", "offset": 0}, {"val": "2", "offset": 8}
    ]  # fmt: skip


def test_the_steps_of_a_background_are_an_element_before_the_scenario() -> None:
    given = replace(step(line=3), in_background=True, doc_string="text")
    [told] = written(run(feature(case("X", steps=(given, step())))))
    background, scenario = told["elements"]
    assert (background["type"], scenario["type"]) == ("background", "scenario")
    assert background["steps"][0]["doc_string"] == {"value": "text", "line": 4}
    assert len(background["steps"]) == len(scenario["steps"]) == 1


def test_cases_of_one_name_have_ids_of_their_own() -> None:
    [told] = written(run(feature(case("X"), case("X", number=2), case("X"))))
    assert [one["id"] for one in told["elements"]] == [
        f"listing-accounts;lists-hold-all-accounts;x{suffix}" for suffix in ("", ";;2", ";;3")
    ]
