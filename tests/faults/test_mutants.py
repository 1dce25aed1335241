"""The features must notice every safeguard of the schema that is gone, each in its turn."""

from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from pgharness.databases.templates import RunDatabases
from pgharness.servers import provision
from tests.faults import judging, mutants
from tests.faults.mutants import Mutant
from tests.support.forked import Preloaded
from tests.support.running import Ended

pytestmark = pytest.mark.faults

PARTS: Final = 48
"""The mutants are many: each part is a test of its own, so that all cores are busy to the end."""


@pytest.fixture(scope="module")
def found(template: RunDatabases) -> list[Mutant]:
    """All mutants, read from a migrated database."""
    with ExitStack() as cleanups:
        database = template.clone("mutants", cleanups)
        with provision.connect(database) as connection:
            return mutants.read(connection)


@pytest.mark.parametrize("part", range(PARTS))
def test_the_features_notice_every_safeguard_that_is_gone(
    part: int,
    found: list[Mutant],
    loaded: Preloaded,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    runs = count()
    survivors = []
    for mutant in found[part::PARTS]:

        def run(
            *arguments: str, until: int, patience: int, statement: str = mutant.statement
        ) -> Ended:
            reports = tmp_path / f"{next(runs)}"
            return loaded.run(
                *arguments, reports=reports, statements=statement, until=until, patience=patience
            )

        verdict = judging.judge(
            mutant.statement,
            run,
            mutant.attempts(),
            request.node.user_properties,
            source="schema",
            until=request.config.getoption("rules"),
        )
        if why := verdict.why_not_noticed():
            survivors.append(f"{mutant.statement}: {why}")
    assert not survivors, "\n".join(survivors)
