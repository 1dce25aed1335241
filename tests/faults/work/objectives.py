"""Objectives and their history: what can be wrong with them."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import select, update

from domain.work import objectives
from domain.work.objectives import Objective, ObjectiveEntry, Objectives
from tests.faults.catalogue import fault
from tests.faults.replacing import become_owner


@fault("a change opens no entry", noticed_by="objectives/objectives")
def change_opens_no_entry(patch: MonkeyPatch) -> None:
    original = Objectives.change

    def change(self: Objectives, *arguments: Any, **options: Any) -> Objective:
        with MonkeyPatch.context() as while_changing:
            while_changing.setattr(self, "_open_entry", lambda objective: None)
            return original(self, *arguments, **options)

    patch.setattr(Objectives, "change", change)


@fault("a change closes no entry", noticed_by="objectives/objectives")
def change_closes_no_entry(patch: MonkeyPatch) -> None:
    patch.setattr(Objectives, "_close_entry", lambda *_: None)


@fault("a change closes the entries of all objectives", noticed_by="objectives/objectives")
def change_closes_entries_of_all_objectives(patch: MonkeyPatch) -> None:
    def close(self: Objectives, objective_id: int, at: datetime) -> None:
        self._session.execute(
            update(ObjectiveEntry)
            .where(ObjectiveEntry.valid_until.is_(None))
            .values(valid_until=at)
        )

    patch.setattr(Objectives, "_close_entry", close)


@fault("a change rewrites the entry that is open", noticed_by="objectives/objectives")
def change_rewrites_entry_that_is_open(patch: MonkeyPatch) -> None:
    original = Objectives._open_entry

    def rewrite(self: Objectives, objective: Objective) -> None:
        query = select(ObjectiveEntry).filter_by(objective_id=objective.id, valid_until=None)
        entry = self._session.scalars(query).one_or_none()
        if entry is None:
            original(self, objective)
            return
        become_owner(self._session)
        entry.text, entry.valid_from = objective.text, objective.since
        entry.constraints = objective.constraints

    patch.setattr(Objectives, "_close_entry", lambda *_: None)
    patch.setattr(Objectives, "_open_entry", rewrite)


@fault("a change keeps the constraints there were", noticed_by="objectives/objectives")
def change_keeps_constraints_there_were(patch: MonkeyPatch) -> None:
    original = Objectives.change
    patch.setattr(
        Objectives,
        "change",
        lambda self, seen, text, constraints=(): original(self, seen, text, seen.constraints),
    )


@fault("a change of an objective does not look at the version", noticed_by="objectives/objectives")
def change_of_objective_does_not_look_at_version(patch: MonkeyPatch) -> None:
    original = Objectives.change

    def change(self: Objectives, seen: Objective, *arguments: Any, **options: Any) -> Objective:
        now = self._session.get(Objective, seen.id, populate_existing=True) or seen
        return original(self, now, *arguments, **options)

    patch.setattr(Objectives, "change", change)


@fault("deleting an objective does not look at the version", noticed_by="objectives/objectives")
def deletion_does_not_look_at_version(patch: MonkeyPatch) -> None:
    original = Objectives.delete

    def delete(self: Objectives, seen: Objective) -> None:
        now = self._session.get(Objective, seen.id, populate_existing=True) or seen
        original(self, now)

    patch.setattr(Objectives, "delete", delete)


@fault("a history runs backwards with the clock", noticed_by="objectives/objectives")
def history_runs_backwards_with_clock(patch: MonkeyPatch) -> None:
    patch.setattr(objectives, "func", SimpleNamespace(greatest=lambda now, other: now))


@fault("there may be any number of constraints", noticed_by="objectives/objectives")
def there_may_be_any_number_of_constraints(patch: MonkeyPatch) -> None:
    patch.setattr(objectives, "MOST_CONSTRAINTS", 1000)


@fault("constraints are not checked", noticed_by="objectives/objectives")
def constraints_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(objectives, "line", lambda field, value, longest: value or "none")
