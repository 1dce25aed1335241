"""What several faults replace, or do in the middle of a unit of work."""

from contextlib import AbstractContextManager
from itertools import chain
from pathlib import Path

from _pytest.monkeypatch import MonkeyPatch
from behave.step_registry import registry
from sqlalchemy import Select
from sqlalchemy.orm import Session

from domain import transactions
from domain.database.connections import CommitOutcome
from domain.database.error_translation import NO_STATES, Constraints, States, translating


def set_field(patch: MonkeyPatch, owner: type, name: str, value: object) -> None:
    """Give a field of a frozen dataclass one value, whatever its instances are made with."""
    patch.setattr(owner, name, property(lambda self: value, lambda self, _: None), raising=False)


def set_in_steps(patch: MonkeyPatch, name: str, value: object, *, file: str) -> None:
    """Give a global name of a file of steps another value: behave imports it as no module."""
    for definition in chain.from_iterable(registry.steps.values()):
        if Path(definition.func.__code__.co_filename).name == file:
            assert name in definition.func.__globals__
            patch.setitem(definition.func.__globals__, name, value)


def report_every_loss_as(patch: MonkeyPatch, outcome: CommitOutcome) -> None:
    """Translate every lost connection as if this were known of its transaction."""

    def translating_one(
        constraints: Constraints, by_state: States = NO_STATES, _: CommitOutcome | None = None
    ) -> AbstractContextManager[None]:
        return translating(constraints, by_state, outcome)

    patch.setattr(transactions, "translating", translating_one)


def commit(session: Session) -> None:
    """Commit by the driver: SQLAlchemy takes what follows for the same transaction."""
    connection = session.connection().connection.driver_connection
    assert connection is not None
    connection.commit()


def become_owner(session: Session) -> None:
    """Go on in the role of the connection, whose rows no policy hides."""
    session.connection().exec_driver_sql("SELECT set_config('role', 'none', true)")


def wait_where_locked(patch: MonkeyPatch) -> None:
    """Make every `FOR UPDATE SKIP LOCKED` wait."""
    original = Select.with_for_update
    patch.setattr(
        Select, "with_for_update", lambda self, skip_locked=False, **k: original(self, **k)
    )


def lock_keys_too(patch: MonkeyPatch) -> None:
    """Make every `FOR NO KEY UPDATE` a `FOR UPDATE`."""
    original = Select.with_for_update
    patch.setattr(Select, "with_for_update", lambda self, key_share=False, **k: original(self, **k))
