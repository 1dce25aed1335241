"""The features must notice every change of the service's source that changes what it does."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.faults import judging
from tests.faults.changes import Change
from tests.faults.judging import Outcome
from tests.faults.source import attempts, equivalent, mutants, open_mutants
from tests.faults.source.mutants import Mutant
from tests.faults.source.related import capabilities
from tests.support.forked import Preloaded
from tests.support.repository import ROOT
from tests.support.running import Ended

pytestmark = pytest.mark.faults

LINES: Final = 12
"""Of a file that has one part: so that all cores are busy to the end."""

PATIENCE: Final = 60
"""Seconds after which a run counts as hanging."""


CRASHES: Final = 2
"""Runs with errors only, after which a mutant counts as one that crashes."""


@dataclass(frozen=True)
class Part:
    """Some of the mutants of a file."""

    file: str
    number: int
    parts: int

    def __str__(self) -> str:
        return f"{self.file} {self.number + 1}/{self.parts}"

    @property
    def offered(self) -> bool:
        """Whether it may be chosen for a sample."""
        return open_mutants.is_judged(self.file)

    def touched_by(self, change: Change) -> bool:
        """Return whether a function has changed that one of the mutants is in."""
        functions = change.functions(self.file)
        return bool(functions) and any(each.function in functions for each in self.mutants())

    def mutants(self) -> list[Mutant]:
        """Return those that are not listed as equivalent."""
        found = mutants.read(self.file)[self.number :: self.parts]
        return [mutant for mutant in found if not equivalent.reason(mutant.name)]


def parts() -> Iterator[Part]:
    """Yield the parts of all files of the service and its migrations."""
    for folder in ("domain", "migrations"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            lines = len(path.read_text("utf-8").splitlines())
            number = max(1, lines // LINES)
            for part in range(number):
                yield Part(path.relative_to(ROOT).as_posix(), part, number)


@pytest.mark.sampled
@pytest.mark.parametrize("part", list(parts()), ids=str)
def test_the_features_notice_each_change_of_the_source(
    part: Part,
    loading: Preloaded,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    runs = count()
    survivors = []
    for mutant in part.mutants():
        source = mutants.source(mutant)

        def run(*arguments: str, until: int, patience: int, source: str = source) -> Ended:
            return loading.run(
                *arguments,
                reports=tmp_path / f"{next(runs)}",
                source=(part.file, source),
                until=until,
                patience=patience or PATIENCE,
            )

        verdict = judging.judge(
            mutant.name,
            run,
            attempts.of(mutant),
            request.node.user_properties,
            source="source",
            related=capabilities(part.file),
            until=request.config.getoption("rules"),
            crashes=CRASHES,
        )
        survived = verdict.outcome is Outcome.SURVIVED
        if survived and mutant.name not in open_mutants.survivors():
            survivors.append(f"{mutant.name}: {verdict.why_not_noticed()}")
        if mutant.name in open_mutants.survivors() and not survived:
            survivors.append(f"{mutant.name}: is noticed now, so it is open no more")
    assert not survivors, "\n".join(survivors)
