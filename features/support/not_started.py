"""Reports a run that could not start and has no scenarios to attach the reason to."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Final

from behave.configuration import Configuration

from features.support import reports
from features.support.refusal import Refusal

REPORT: Final = "TESTS-.run.xml"


def report(config: Configuration, refusal: Refusal) -> None:
    """Print why the run did not start, and leave it as the only report in JUnit's directory."""
    print(f"\nCannot run: {refusal}", file=sys.__stderr__)
    reports.tell_reasons(config)
    reports.remove_former(config)
    for reporter in config.reporters:
        if isinstance(reporter, reports.SkippedForReason):
            print(REPORT, file=reporter.listed, flush=True)
            _write(Path(config.junit_directory) / REPORT, str(refusal))
            reporter.end()


def _write(file: Path, reason: str) -> None:
    suite = ET.Element("testsuite", name="run", tests="1", errors="1", failures="0", skipped="0")
    case = ET.SubElement(suite, "testcase", classname="run", name="The run", time="0")
    ET.SubElement(case, "error", type="Refusal", message=reports.NOT_IN_XML.sub("�", reason))
    ET.ElementTree(suite).write(file, encoding="utf-8", xml_declaration=True)
