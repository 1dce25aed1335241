"""The features must turn red when the service or its schema is wrong; each fault in its turn."""

import re
from pathlib import Path
from typing import Final

import pytest

from tests.faults.catalogue import Fault, every_fault
from tests.support.forked import Preloaded
from tests.support.running import Ended

pytestmark = pytest.mark.faults

MISFIT: Final = re.compile(r"TypeError: \S+\.<locals>\.")
"""A call that a fault's own function does not take: a mistake of the fault."""


@pytest.mark.parametrize("fault", every_fault(), ids=str)
def test_the_features_notice(fault: Fault, loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(*fault.arguments(), reports=tmp_path / "run", inject=fault.inject)
    why_not = ended.why_not_noticed()
    assert why_not is None, why_not
    assert not MISFIT.search(ended.output), ended.output


def test_features_that_fail_by_errors_only_have_not_noticed(
    loaded: Preloaded, tmp_path: Path
) -> None:
    ended = loaded.run(
        "features/accounts/listing.feature",
        reports=tmp_path / "run",
        statements="DROP TABLE users CASCADE",
    )
    assert ended.exit_code == 1
    assert str(ended.why_not_noticed()).startswith("the features failed by errors only")
    said = ended.output.partition("\nErrored scenarios:\n")[2].splitlines()[1]
    assert said.endswith(
        ': ProgrammingError: (psycopg.errors.UndefinedTable) relation "users" does not exist'
    )


def test_what_is_not_broken_passes(loaded: Preloaded, tmp_path: Path) -> None:
    check_passed(loaded.run("features/accounts", reports=tmp_path / "run"))


def test_what_is_not_broken_passes_on_databases_that_sql_has_changed(
    loaded: Preloaded, tmp_path: Path
) -> None:
    check_passed(loaded.run("features/accounts", reports=tmp_path / "run", statements="SELECT 1"))


def check_passed(ended: Ended) -> None:
    assert ended.exit_code == 0, ended.output
    assert ended.verdicts() == {"passed"}, ended.output
