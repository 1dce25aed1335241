"""What a run says of a scenario that failed, whatever the failure says."""

from pathlib import Path

import pytest
from _pytest.monkeypatch import MonkeyPatch
from alembic.util import CommandError

from breaking import Injection
from domain.errors import InvalidValue
from domain.identity.accounts import Accounts, User
from features.support.migrations import alembic_commands
from tests.support.forked import Preloaded


def fail_unprintably(patch: MonkeyPatch) -> None:
    def rename(self: Accounts, seen: User, display_name: str) -> User:
        print("\x1b[31mprinted\x00")
        raise AssertionError("\x1b[31mred\x00 \ud800 ]]>")

    patch.setattr(Accounts, "rename", rename)


def refuse_renaming(patch: MonkeyPatch) -> None:
    def rename(self: Accounts, seen: User, display_name: str) -> User:
        raise InvalidValue("name", "is \x1b[31mred")

    patch.setattr(Accounts, "rename", rename)


def refuse_downgrades(patch: MonkeyPatch) -> None:
    def downgrade(*_: object) -> None:
        raise CommandError("name is \x1b[31mred")

    patch.setattr(alembic_commands, "downgrade", downgrade)


def test_a_report_can_be_read_whatever_a_failure_says(loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run(
        "features/accounts/changing.feature:15", reports=tmp_path / "run", inject=fail_unprintably
    )
    (failed,) = [case for case in ended.cases if case.verdict == "failure"]
    assert failed.message == r"red\x00 \ud800 ]]>"
    summary = ended.output.partition("\nFailing scenarios:\n")[2]
    place, step = summary.splitlines()[:2]
    assert place.startswith("  features/accounts/changing.feature:15  ")
    assert step.startswith("    When ")
    assert step.endswith(r": \x1b[31mred\x00 \ud800 ]]>")


@pytest.mark.parametrize(
    ("scenario", "inject"),
    [
        ("features/accounts/changing.feature:15", refuse_renaming),
        ("features/migrations/history_accounts.feature:10", refuse_downgrades),
    ],
    ids=["of the service", "of the migrations"],
)
def test_a_failure_mentions_what_was_refused_before_it(
    scenario: str, inject: Injection, loaded: Preloaded, tmp_path: Path
) -> None:
    ended = loaded.run(scenario, reports=tmp_path / "run", inject=inject)
    assert ended.verdicts() == {"failure"}
    summary = ended.output.partition("\nFailing scenarios:\n")[2].splitlines()
    assert summary[1].startswith("    Then ")
    assert r"    What was tried before was refused: name is \x1b[31mred" in summary
