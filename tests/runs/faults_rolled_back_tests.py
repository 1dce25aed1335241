"""What would let a test commit that is rolled back."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from features.support.world import World
from pgharness.isolation import savepoints
from pgharness.isolation.savepoints import _Reader
from pgharness.isolation.test_database import Database
from tests.runs.test_rolled_back_tests import test_what_is_rolled_back_is_never_committed


@fault(
    "a rolled-back test is told where its database is",
    noticed_by=test_what_is_rolled_back_is_never_committed,
)
def address_is_told(patch: MonkeyPatch) -> None:
    given = Database.rolled_back_world

    def rolled_back_world(self: Database[World]) -> World:
        world = given(self)
        world.database = self
        return world

    patch.setattr(Database, "rolled_back_world", rolled_back_world)


@fault(
    "the engine of a rolled-back test tells where its database is",
    noticed_by=test_what_is_rolled_back_is_never_committed,
)
def engine_tells(patch: MonkeyPatch) -> None:
    patch.setattr(savepoints, "NO_DATABASE", "postgres")


@fault(
    "a reader of a rolled-back test can commit it",
    noticed_by=test_what_is_rolled_back_is_never_committed,
)
def reader_commits(patch: MonkeyPatch) -> None:
    patch.delattr(_Reader, "commit")


@fault(
    "what a rolled-back test commits goes unnoticed",
    noticed_by=test_what_is_rolled_back_is_never_committed,
)
def commit_is_unnoticed(patch: MonkeyPatch) -> None:
    patch.setattr(Database, "_check_nothing_committed", lambda _: None)
