"""What the reports of a run say of each scenario, as a reader of each report finds it."""

import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from junitparser import JUnitXml

from every_status_table import Done, Expected, Key
from pgharness.results.files.summary import escaped
from pgharness.results.model import FAILURES, Status
from pgharness.results.stream.reading import read
from pgharness.results.text import in_one_line

if TYPE_CHECKING:
    from playwright.sync_api import Browser

Told = tuple[str, str]
"""A status, in the words of the report, and the reason or the type of the exception."""

IN_JUNIT: Final = {Status.PASSED: "passed", Status.FAILED: "Failure"} | dict.fromkeys(
    (Status.SKIPPED, Status.NOT_RUN), "Skipped"
)
"""All others are errors."""
IN_CUCUMBER_JSON: Final = {
    Status.ERROR: "failed",
    Status.NOT_RUN: "skipped",
}
"""All others have their own names."""
WORST: Final = ("failed", "undefined", "pending", "skipped")
CASES: Final = """() => [...document.querySelectorAll(".case")].map(one => [
    one.querySelector("summary .name").textContent,
    one.dataset.status,
    one.querySelector(".reason")?.textContent ?? "",
    [...one.querySelectorAll(".problem .type")].map(one => one.textContent)
])"""
SUMMED: Final = re.compile(r"- (?:\*\*.*?\*\* )?(?:.*: )?\*(.*?)\* \(([a-z ]+)\): ")
BLOCK: Final = re.compile(r"^✗ ([A-Z ]+)  (\S.*)$", re.MULTILINE)


def numbered(found: list[tuple[str, Any]]) -> dict[Key, Any]:
    """Return what was found by name, those of equal names numbered in their order."""
    seen: Counter[str] = Counter()
    by_key = {}
    for name, told in found:
        seen[name] += 1
        by_key[name, seen[name]] = told
    return by_key


def in_stream(done: Done) -> dict[Key, Told]:
    """Return what the stream says: status, and reason or type of the exception that decides."""
    found = {}
    for case in read(done.folder / "reports/messages.ndjson").cases:
        deciding = [one for one in case.executed if one.status is case.status]
        problem = deciding[0].problem if deciding else None
        why = problem.type if problem and case.status in FAILURES else case.reason
        found[case.name, case.number] = (case.status.value, why)
    return found


def in_junit(done: Done) -> tuple[dict[str, Told], dict[str, Told]]:
    """Return what JUnit says of each case, those of hooks and of the run apart."""
    cases: dict[str, Told] = {}
    others: dict[str, Told] = {}
    for file in sorted((done.folder / "reports/junit").glob("*.xml")):
        for suite in JUnitXml.fromfile(str(file)):
            for case in suite:
                told = ("passed", "")
                for result in case.result:
                    kind = type(result).__name__
                    told = (kind, result.message if kind == "Skipped" else result.type)
                apart = ".feature:" in case.name or file.name == "TESTS-.run.xml"
                (others if apart else cases)[case.name] = told
    return cases, others


def expected_in_junit(table: dict[Key, Expected]) -> dict[str, Told]:
    """Return what JUnit must say of each case."""
    return {
        in_one_line(name) + (f" ({number})" if number > 1 else ""): (
            IN_JUNIT.get(expected.status, "Error"),
            expected.why,
        )
        for (name, number), expected in table.items()
    }


@dataclass(frozen=True)
class OnPage:
    """What the page says."""

    sentence: str
    cases: dict[Key, tuple[str, str, list[str]]]
    """The status, the reason and the types of exceptions of each example."""
    text: str
    """All of it, as it is to be read."""


def reason_on_page(expected: Expected) -> str:
    """Return how the page gives the reason of what was skipped or not run."""
    status = expected.status.value
    said = expected.why.removeprefix(f"{status}: ")
    return f"{status.capitalize()}: {said}" if said else ""


def in_page(done: Done, browser: "Browser") -> OnPage:
    """Return what the page says, in a browser."""
    page = browser.new_page()
    try:
        page.goto((done.folder / "reports/acceptance.html").as_uri())
        sentence = page.locator("h1").inner_text()
        found = [(name, (*told, kinds)) for name, *told, kinds in page.evaluate(CASES)]
        return OnPage(sentence, numbered(found), page.locator("body").inner_text())
    finally:
        page.close()


def in_summary(done: Done) -> list[tuple[str, str]]:
    """Return the failures that `summary.md` lists: the names as written there, and statuses."""
    text = (done.folder / "reports/summary.md").read_text("utf-8")
    found = [SUMMED.match(line) for line in text.splitlines() if line.startswith("- ")]
    return [(match[1], match[2]) for match in found if match]


def expected_in_summary(table: dict[Key, Expected]) -> list[tuple[str, str]]:
    """Return the failures that `summary.md` must list."""
    return [
        (escaped(name), expected.status.value)
        for (name, _), expected in table.items()
        if expected.status.is_failure
    ]


def in_cucumber_json(done: Done) -> dict[Key, str]:
    """Return what `cucumber.json` says: the worst status of the steps and hooks of each."""
    found, background = [], set[str]()
    for feature in json.loads((done.folder / "reports/cucumber.json").read_text("utf-8")):
        for element in feature["elements"]:
            ran = [*element.get("before", []), *element["steps"], *element.get("after", [])]
            statuses = {one["result"]["status"] for one in ran} | background
            background = statuses if element["type"] == "background" else set()
            if element["type"] == "scenario" and element["keyword"] != "Hook":
                worst = next((one for one in WORST if one in statuses), "passed")
                found.append((element["name"], worst))
    return numbered(found)


def expected_in_cucumber_json(table: dict[Key, Expected]) -> dict[Key, str]:
    """Return what `cucumber.json` must say."""
    return {
        (in_one_line(name), number): IN_CUCUMBER_JSON.get(expected.status, expected.status.value)
        for (name, number), expected in table.items()
    }


def in_rerun(done: Done) -> set[str]:
    """Return what `rerun.txt` lists, relative to the project."""
    file = done.folder / "reports/rerun.txt"
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {Path(line).as_posix().removeprefix("../") for line in lines}


def expected_in_rerun(table: dict[Key, Expected]) -> set[str]:
    """Return what `rerun.txt` must list, apart from what failed in hooks only."""
    repeated = {*FAILURES, Status.NOT_RUN}
    return {f"features/{one.place}" for one in table.values() if one.status in repeated}


def in_terminal(done: Done) -> set[tuple[str, str]]:
    """Return what is shown in full when it fails: the places, or names of hooks, and statuses."""
    return {(place, status.lower()) for status, place in BLOCK.findall(done.output)}


def expected_in_terminal(table: dict[Key, Expected]) -> set[tuple[str, str]]:
    """Return what must be shown in full, hooks aside."""
    return {
        (f"features/{one.place}", one.status.value)
        for one in table.values()
        if one.status.is_failure
    }
