"""The features must turn red when the service or its schema is wrong; each fault in its turn."""

import re
from itertools import count
from pathlib import Path
from typing import Final

import pytest

from tests.faults import judging, noticed, patched
from tests.faults.catalogue import Fault, every_fault
from tests.faults.judging import Outcome
from tests.faults.verdicts_file import PROPERTY
from tests.support.forked import Preloaded
from tests.support.running import SHORT, SHORT_SCENARIOS, Ended

pytestmark = pytest.mark.faults

MISFIT: Final = re.compile(r"TypeError: \S+\.<locals>\.")
"""A call that a fault's own function does not take: a mistake of the fault."""


@pytest.mark.sampled
@pytest.mark.parametrize("fault", every_fault(), ids=str)
def test_the_features_notice(
    fault: Fault,
    loaded: Preloaded,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    runs = count()
    rules = request.config.getoption("rules")

    def run(*arguments: str, until: int, patience: int) -> Ended:
        reports = tmp_path / f"{next(runs)}"
        return loaded.run(
            *arguments, reports=reports, inject=fault.inject, until=until, patience=patience
        )

    verdict = judging.judge(
        fault.name,
        run,
        [fault.arguments()] if rules == 1 else patched.attempts(fault),
        request.node.user_properties,
        source="hand-made",
        options=fault.options(),
        related=[fault.noticed_by],
        until=rules,
    )
    why_not = verdict.why_not_noticed()
    assert why_not is None, why_not
    assert not MISFIT.search(verdict.output), verdict.output


def test_features_that_fail_by_errors_only_have_not_noticed(
    loaded: Preloaded, tmp_path: Path
) -> None:
    ended = loaded.run(
        "features/accounts/listing.feature",
        reports=tmp_path / "run",
        statements="DROP TABLE users CASCADE",
        until=1,
    )
    assert ended.exit_code == 1
    assert judging.outcome_of(ended) is Outcome.ERRORS
    said = ended.output.partition("\nErrored scenarios:\n")[2].splitlines()[1]
    assert said.endswith(
        ': ProgrammingError: (psycopg.errors.UndefinedTable) relation "users" does not exist'
    )


@pytest.mark.parametrize("statements", ["", "SELECT 1"])
def test_a_fault_that_changes_nothing_is_not_noticed(
    statements: str, loaded: Preloaded, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = "An account that is registered while paging comes last, and once"
    places = {"no fault": f"{SHORT}: {title}"}
    monkeypatch.setattr(noticed, "known", lambda: places)
    runs: list[Ended] = []
    properties: list[tuple[str, object]] = []

    def run(*arguments: str, until: int, patience: int) -> Ended:
        assert not patience
        reports = tmp_path / f"{len(runs)}"
        runs.append(loaded.run(*arguments, reports=reports, statements=statements, until=until))
        return runs[-1]

    verdict = judging.judge("no fault", run, [[SHORT]], properties, source="hand-made")
    assert verdict.outcome is Outcome.SURVIVED
    assert str(verdict.why_not_noticed()).startswith("the features did not notice")
    assert [len(each.cases) for each in runs] == [1, SHORT_SCENARIOS]
    assert properties == [(PROPERTY, judging.as_json(verdict))]


def test_what_is_not_broken_passes(loaded: Preloaded, tmp_path: Path) -> None:
    check_passed(loaded.run("features/accounts", reports=tmp_path / "run"))


def test_what_is_not_broken_passes_on_databases_that_sql_has_changed(
    loaded: Preloaded, tmp_path: Path
) -> None:
    check_passed(loaded.run("features/accounts", reports=tmp_path / "run", statements="SELECT 1"))


def check_passed(ended: Ended) -> None:
    assert ended.exit_code == 0, ended.output
    assert ended.verdicts() == {"passed"}, ended.output
