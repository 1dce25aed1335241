"""The examples for CI servers in `docs/ci/`: their text, and their commands."""

import re
import subprocess
from collections.abc import Iterator
from functools import partial
from typing import Final

from features.support.service import ROOT

EXAMPLES: Final = ROOT / "docs" / "ci"

PATIENCE: Final = 300

run = partial(
    subprocess.run,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    encoding="utf-8",
    timeout=PATIENCE,
    check=False,
)


def text(name: str) -> str:
    return (EXAMPLES / name).read_text("utf-8")


def shards() -> list[str]:
    """Return the numbers of the shards in the example for GitHub."""
    (listed,) = re.findall(r"shard: \[(.+)\]", text("github.yml"))
    return str(listed).split(", ")


def commands() -> Iterator[str]:
    """Yield each command of the examples, as a shell gets it."""
    numbers = shards()
    for line in re.findall(r"^ +(?:- )?run: (.+)$", text("github.yml"), re.MULTILINE):
        total = line.replace("${{ strategy.job-total }}", str(len(numbers)))
        yield from (total.replace("${{ matrix.shard }}", number) for number in numbers)
    for block in re.findall(r"script:\n((?: +- .+\n)+)", text("gitlab-ci.yml")):
        yield from re.findall(r"- (.+)", block)
    yield from re.findall(r"\bsh '(.+)'", text("Jenkinsfile"))
