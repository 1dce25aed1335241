"""The suite must turn red when the service or its schema is wrong; each fault in its turn."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from pgharness.databases.templates import RunDatabases
from pgharness.servers.embedded import EmbeddedServer
from tests.faults import Fault, faults
from tests.faults_accounts import ACCOUNTS, NEW_INSTALLATION
from tests.faults_batches import LARGE_TRANSFORMATIONS
from tests.faults_concurrency import CONCURRENCY
from tests.faults_costs import COSTS
from tests.faults_durability import DURABILITY
from tests.faults_harness import HARNESS
from tests.faults_migrations import MIGRATIONS
from tests.faults_migrations_later import MIGRATIONS_LATER
from tests.faults_passwords import PASSWORDS
from tests.faults_roles import OF_ROLES
from tests.faults_sessions import SESSIONS
from tests.faults_side_channels import SIDE_CHANNELS
from tests.faults_tasks import TASKS
from tests.faults_tenancy import TENANCY
from tests.faults_transactions import TRANSACTIONS
from tests.faults_upgrading import UPGRADING
from tests.faults_values import VALUES
from tests.faults_workspace import OBJECTIVES, WORKSPACE
from tests.forked import Preloaded
from tests.running import Ended

CATALOGUES: Final = [
    *(ACCOUNTS, PASSWORDS, SESSIONS, COSTS, TASKS, WORKSPACE, OBJECTIVES, VALUES),
    HARNESS,
]
TOGETHER: Final = [*TRANSACTIONS, *CONCURRENCY, *DURABILITY]
OF_MIGRATIONS: Final = [*MIGRATIONS, *MIGRATIONS_LATER, *LARGE_TRANSFORMATIONS, *UPGRADING]
FAULTS: Final = [
    *(*chain(*map(faults, CATALOGUES)), NEW_INSTALLATION),
    *(*TENANCY, *OF_ROLES, *SIDE_CHANNELS, *TOGETHER),
    *OF_MIGRATIONS,
]
OF_THE_SERVICE: Final = [fault for fault in FAULTS if fault.code]
OF_THE_SCHEMA: Final = [fault for fault in FAULTS if fault.statement]


def by_name(fault: Fault) -> str:
    return fault.name


@pytest.fixture(scope="module")
def unloaded(server: EmbeddedServer, template: RunDatabases) -> Iterator[Preloaded]:
    """Runs in which the service is not loaded before the fault is there."""
    assert template, "no run has to build it"
    with Preloaded.start("packages", server.url) as process:
        yield process


@pytest.mark.parametrize("fault", OF_THE_SERVICE, ids=by_name)
def test_the_features_notice_a_fault_of_the_service(
    fault: Fault, unloaded: Preloaded, tmp_path: Path
) -> None:
    arguments = ("--stop", *fault.features.split())
    check_noticed(unloaded.run(*arguments, reports=tmp_path / "run", code=fault.code))


@pytest.mark.parametrize("fault", OF_THE_SCHEMA, ids=by_name)
def test_the_features_notice_a_fault_of_the_schema(
    fault: Fault, loaded: Preloaded, tmp_path: Path
) -> None:
    arguments = ("--stop", *fault.features.split())
    check_noticed(loaded.run(*arguments, reports=tmp_path / "run", statement=fault.statement))


def test_a_report_can_be_read_whatever_a_failure_says(unloaded: Preloaded, tmp_path: Path) -> None:
    code = (
        "from domain.identity.accounts import Accounts\n"
        "def rename(self, seen, name):\n"
        "    print('\\x1b[31mprinted\\x00')\n"
        "    raise AssertionError('\\x1b[31mred\\x00 \\ud800 ]]>')\n"
        "Accounts.rename = rename"
    )
    ended = unloaded.run(
        "features/accounts/changing.feature:15", reports=tmp_path / "run", code=code
    )
    (failed,) = [case for case in ended.cases if case.verdict == "failure"]
    assert failed.message == r"\x1b[31mred\x00 \ud800 ]]>"
    summary = ended.output.partition("\nFailing scenarios:\n")[2]
    place, step = summary.splitlines()[:2]
    assert place.startswith("  features/accounts/changing.feature:15  ")
    assert step.startswith("    When ")
    assert step.endswith(": " + failed.message)


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        (
            "features/accounts/changing.feature:15",
            (
                "from domain.identity.accounts import Accounts\n"
                "from domain.errors import InvalidValue\n"
                "def rename(self, seen, name): raise InvalidValue('name', 'is \\x1b[31mred')\n"
                "Accounts.rename = rename"
            ),
        ),
        (
            "features/migrations/history_accounts.feature:10",
            (
                "from alembic.util import CommandError\n"
                "from features.support.migrations import alembic_commands\n"
                "def downgrade(*_): raise CommandError('name is \\x1b[31mred')\n"
                "alembic_commands.downgrade = downgrade"
            ),
        ),
    ],
    ids=["of the service", "of the migrations"],
)
def test_a_failure_mentions_what_was_refused_before_it(
    scenario: str, code: str, unloaded: Preloaded, tmp_path: Path
) -> None:
    ended = unloaded.run(scenario, reports=tmp_path / "run", code=code)
    assert ended.verdicts() == {"failure"}
    summary = ended.output.partition("\nFailing scenarios:\n")[2].splitlines()
    assert summary[1].startswith("    Then ")
    assert r"    What was tried before was refused: name is \x1b[31mred" in summary


def test_features_that_fall_over_have_not_noticed(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(
        "features/accounts/listing.feature",
        reports=tmp_path / "run",
        statement="DROP TABLE users CASCADE",
    )
    assert ended.exit_code == 1
    assert str(ended.why_not_noticed()).startswith("the features fell over instead")
    said = ended.output.partition("\nErrored scenarios:\n")[2].splitlines()[1]
    assert said.endswith(
        ': ProgrammingError: (psycopg.errors.UndefinedTable) relation "users" does not exist'
    )


def test_what_is_not_broken_passes(unloaded: Preloaded, tmp_path: Path) -> None:
    ended = unloaded.run("features/accounts", reports=tmp_path / "run", code="import domain")
    check_passed(ended)


def test_what_is_not_broken_passes_where_all_is_loaded(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run("features/accounts", reports=tmp_path / "run", statement="SELECT 1")
    check_passed(ended)


def check_noticed(ended: Ended) -> None:
    why_not = ended.why_not_noticed()
    assert why_not is None, why_not


def check_passed(ended: Ended) -> None:
    assert ended.exit_code == 0, ended.output
    assert ended.verdicts() == {"passed"}, ended.output
