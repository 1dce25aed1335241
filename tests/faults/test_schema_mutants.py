"""The features must notice every safeguard of the schema that is gone or weaker, each in turn."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import psycopg
import pytest

from pgharness.databases.templates import RunDatabases
from pgharness.servers import provision
from tests.faults import judging
from tests.faults.schema import kinds
from tests.faults.schema.equivalent import EQUIVALENT
from tests.faults.schema.every import KINDS
from tests.faults.schema.kinds import Kind, Mutant
from tests.support.forked import Preloaded
from tests.support.running import Ended

pytestmark = pytest.mark.faults


@pytest.fixture(scope="module")
def migrated(ready_template: RunDatabases) -> Iterator[psycopg.Connection]:
    """A migrated database."""
    with ExitStack() as cleanups:
        database = ready_template.clone("mutants", cleanups)
        with provision.connect(database) as connection:
            yield connection


@pytest.mark.sampled
@pytest.mark.parametrize(
    ("kind", "part"),
    [pytest.param(kind, part, id=f"{kind} {part}") for kind in KINDS for part in range(kind.parts)],
)
def test_the_features_notice(  # noqa: PLR0913, PLR0917 (fixtures)
    kind: Kind,
    part: int,
    migrated: psycopg.Connection,
    loaded: Preloaded,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    judged = [m for m in kinds.mutants(kind, migrated) if m.statement not in EQUIVALENT]
    runs = count()
    survivors = []
    for mutant in judged[part :: kind.parts]:

        def run(
            *arguments: str, until: int, patience: int = 0, statement: str = mutant.statement
        ) -> Ended:
            return loaded.run(
                *arguments,
                reports=tmp_path / f"{next(runs)}",
                statements=statement,
                until=until,
                patience=patience,
            )

        if why := why_not_noticed(mutant, run, request):
            survivors.append(f"{mutant.statement}: {why}")
    assert not survivors, "\n".join(survivors)


def why_not_noticed(mutant: Mutant, run: judging.Run, request: pytest.FixtureRequest) -> str | None:
    """Judge a mutant as all faults are judged; return why no feature has noticed it."""
    return judging.judge(
        mutant.statement,
        run,
        mutant.attempts(),
        request.node.user_properties,
        source="schema",
        options=mutant.options(),
        related=mutant.related(),
        until=request.config.getoption("rules"),
    ).why_not_noticed()


def test_each_mutant_is_made_once_and_those_that_are_equivalent_are_made(
    migrated: psycopg.Connection,
) -> None:
    made = Counter(m.statement for kind in KINDS for m in kinds.mutants(kind, migrated))
    assert [statement for statement, times in made.items() if times > 1] == []
    assert EQUIVALENT.keys() - made.keys() == set(), "these are no mutants any more"
