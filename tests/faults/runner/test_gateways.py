"""Faults are divided among gateways by pytest-xdist's own means: here among two of one machine."""

import re
import shlex
from collections import Counter
from pathlib import Path
from typing import Final

import fork_server
from features.support.service import ROOT
from tests.support.guides import page
from tests.support.running import SERVICE

CHOSEN: Final = "measurement or (scenario and listed) or (each and parser) or (rule and key)"
"""Four faults of the harness that need a second."""
RESULT: Final = re.compile(
    r"^(?:\[(\w+)\] \[.+?\] )?(PASSED|FAILED|ERROR) (\S+\[.+\])", re.MULTILINE
)
"""A line of pytest-xdist, with the gateway, or of `-rA`."""


def verdicts(folder: Path, *arguments: str) -> tuple[dict[str, str], Counter[str]]:
    """Run the chosen faults; return the verdict of each, and how many each gateway has run."""
    chosen = ("-m", "faults", "-k", CHOSEN, "pgharness/tests/test_faults.py")
    ended = fork_server.run(
        *("pytest", *chosen, "-v", "-rA", f"--basetemp={folder}", *arguments),
        folder=ROOT,
        preloaded=SERVICE,
    )
    found = RESULT.findall(ended.stdout)
    assert ended.returncode == 0, ended.stdout
    return {name: verdict for _, verdict, name in found}, Counter(
        gateway for gateway, _, _ in found if gateway
    )


def test_two_gateways_have_the_verdicts_of_one(tmp_path: Path) -> None:
    (line,) = re.findall(r"^uv run pytest (-m faults .*--tx .+)$", page("ci"), re.MULTILINE)
    given = shlex.split(line)[2:]
    both, gateways = verdicts(tmp_path / "two", *given)
    alone, none = verdicts(tmp_path / "one", "-n0")
    assert both == alone
    assert len(alone) == 4
    assert gateways.keys() == {"one", "two"}, "each has run some"
    assert not none
