"""JUnit files are written and read."""

import xml.etree.ElementTree as ET
from pathlib import Path

from pgharness.results.files import junit
from pgharness.results.model import Run


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
