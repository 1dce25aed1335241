"""The HTML formatter of the Cucumber project makes its page of our stream, in a real browser."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from recorded_projects import STREAM, Recorded, record

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SHARES_BROWSER = True

PACKAGE: Final = "@cucumber/html-formatter@24.2.0"
PROGRAM: Final = Path(__file__).with_name("official_page.mjs")
OLDEST_NODE: Final = 20

FEATURE: Final = """
    @capability
    Feature: Every status
      In order to know

      Background:
        Given it passes

      @accounts-1
      Rule: A rule <b>in bold</b>
        Scenario: Held
          When it attaches what it reads
            \"\"\"
            attached as text
            \"\"\"
        Scenario: Failed
          When it fails
        Scenario: Broken
          When it raises
        Scenario: Skipped
          When it skips the rest
        Scenario: Not implemented
          When it is pending
        Scenario: Not defined
          When nothing like it
        Scenario: Left over
          When its cleanup fails
        Scenario: Without hook
          Then it passes
        Scenario Outline: Row of <what>
          Then it passes for <what>
            | name   |
            | <what> |
          Examples:
            | what   |
            | apples |
            | pears  |
"""

HOOKS: Final = """
def before_scenario(context, scenario):
    if scenario.name == "Without hook":
        raise LookupError("no such thing")

def after_scenario(context, scenario):
    context.attach("text/x.cucumber.log+plain", "a line of a log")

def after_all(context):
    context.attach("text/plain", b"at the end")
"""


COUNTS: Final = {
    *("30% (3 / 10) passed", "PASSED 3", "SKIPPED 1", "PENDING 1", "UNDEFINED 1", "FAILED 4"),
}
DETAILS: Final = (
    *("AssertionError: one is not two", "LookupError: no such thing", "not on Mondays", "later"),
    *('@when("nothing like it")', "After: cleanup remove_named", "OSError: it is gone", "Before"),
    *("Then it passes for apples", "Then it passes for pears", "AfterAll"),
)
IN_ORDER: Final = [
    "Rule: A rule <b>in bold</b>",
    "Scenario: Held",
    *("Scenario: Failed", "AssertionError: one is not two"),
    *("Scenario: Broken", "LookupError: no such thing"),
    *("Scenario: Skipped", "not on Mondays"),
    *("Scenario: Not implemented", "later"),
    *("Scenario: Not defined", '@when("nothing like it")'),
    *("Scenario: Left over", "After: cleanup remove_named", "OSError: it is gone"),
    *("Scenario: Without hook", "Before", "LookupError: no such thing"),
    "Scenario Outline: Row of <what>",
    *("Then it passes for apples", "Then it passes for pears"),
    "AfterAll",
]
"""What the official page shows of our stream, from above to below."""


FILLED: Final = """
    ([shown, count]) => {
      const lines = document.body.innerText.split("\\n").map((line) => line.trim());
      return lines.filter((line) => shown.includes(line)).length >= count;
    }
"""
"""Whether the page has as many of these lines as it will have."""


@pytest.fixture(scope="session")
def official(request: pytest.FixtureRequest) -> Path:
    """The folder with the formatter, from npm; kept in pytest's cache."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("Node.js, which the official formatter needs, is not installed")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.lstrip("v").partition(".")[0]) < OLDEST_NODE:
        pytest.skip(
            f"the official formatter needs Node.js {OLDEST_NODE}, this is {version.strip()}"
        )
    folder: Path = request.config.cache.mkdir(PACKAGE.replace("/", "-").replace("@", ""))
    if not (folder / "node_modules" / "@cucumber" / "html-formatter" / "package.json").is_file():
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), PACKAGE]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("npm cannot install the official formatter")
    shutil.copy(PROGRAM, folder)
    return folder


def page_of(recorded: Recorded, official: Path) -> Path:
    with (recorded.folder / STREAM).open("rb") as stream:
        done = subprocess.run(
            ["node", PROGRAM.name],  # noqa: S607 (the fixture has found it)
            cwd=official,
            stdin=stream,
            capture_output=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr.decode()
    page = recorded.folder / "official.html"
    page.write_bytes(done.stdout)
    return page


@pytest.fixture
def said() -> list[str]:
    """What the browser's console says: errors, warnings and exceptions."""
    return []


@pytest.fixture
def page(browser: "Browser", said: list[str]) -> "Iterator[Page]":
    """An empty page of a browser that fills `said`."""
    opened = browser.new_page()
    opened.set_default_timeout(10_000)
    opened.on(
        "console",
        lambda one: said.append(one.text) if one.type in {"error", "warning"} else None,
    )
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    opened.close()


def test_the_official_page_shows_our_stream(
    official: Path, page: "Page", said: list[str], tmp_path: Path
) -> None:
    recorded = record(tmp_path, FEATURE, environment=HOOKS)
    page.goto(page_of(recorded, official).as_uri())
    page.get_by_text("Every status").wait_for()
    titles = [f"Scenario: {case.name}" for case in recorded.run.cases if case.outline is None]
    shown = ["Rule: A rule <b>in bold</b>", *titles, "Scenario Outline: Row of <what>", *DETAILS]
    # The page fills itself bit by bit.
    page.wait_for_function(FILLED, arg=[shown, len(IN_ORDER)])
    lines = [line.strip() for line in page.locator("body").inner_text().splitlines()]
    assert set(lines) >= COUNTS
    assert [line for line in lines if line in shown] == IN_ORDER
    assert set(IN_ORDER) == set(shown)
    assert said == []
