"""A plugin of pytest that writes what became of each fault: a line of JSON each.

Only the process that was started does, not the workers of pytest-xdist, whose reports it gets.
"""

from typing import Final

import pytest

from features.support.service import ROOT

VERDICTS: Final = ROOT / "reports" / "faults.ndjson"

PROPERTY: Final = "verdict"
"""Of the test that judges a fault: what reports have of it, as JSON."""

SEVERAL: Final = 2
"""Rules that must have noticed a fault until it is known that no rule alone does."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run find out which rules alone notice a fault."""
    parser.getgroup("faults").addoption(
        "--strength",
        action="store_const",
        const=SEVERAL,
        default=1,
        dest="rules",
        help="judge each fault until two different rules have noticed it, or all examples that may"
        " notice it have been run: so it is known which faults are noticed by one rule alone",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests that judge many faults, each by all that may notice it, take their time."""
    if config.getoption("rules") > 1:
        for item in items:
            if item.get_closest_marker("faults"):
                item.add_marker(pytest.mark.timeout(0))


class Writer:
    """Writes the verdicts of tests that have ended, wherever they ran."""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the verdicts of a test."""
        found = [value for name, value in report.user_properties if name == PROPERTY]
        if report.when == "call" and found:
            VERDICTS.parent.mkdir(exist_ok=True)
            with VERDICTS.open("a", encoding="utf-8") as file:
                file.writelines(f"{each}\n" for each in found)


def pytest_configure(config: pytest.Config) -> None:
    """Write verdicts, unless this is a worker of pytest-xdist: the process that started it does."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Writer())
