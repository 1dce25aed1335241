"""Objectives: what a tenant wants to reach, with the history of each.

Every objective has exactly one open entry in its history, equal to the objective itself; a deferred
trigger checks that at COMMIT.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    func,
    select,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.pages import IN_ORDER, Page, Pages
from domain.database.rows import find_row
from domain.database.schema import Base, Id, Instant, Key, VersionedBase
from domain.database.versions import compare_and_delete, compare_and_swap
from domain.errors import Entity, InvalidValue
from domain.settings import Settings
from domain.values import line, prose

TEXT_MAX_LENGTH: Final = 2000
CONSTRAINT_MAX_LENGTH: Final = 1000
MOST_CONSTRAINTS: Final = 100

TEXT_FORM: Final = "char_length(text) <= 2000 AND text ~ '[^[:space:]]'"
CONSTRAINTS_FORM: Final = (
    "array_position(constraints, NULL) IS NULL AND array_position(constraints, '') IS NULL"
)


class Objective(VersionedBase):
    """A goal of the tenant, its constraints, and the time of its last change."""

    __tablename__ = "objectives"
    entity = Entity.OBJECTIVE
    __table_args__ = (
        UniqueConstraint("owner_id", "id"),
        Index("ix_objectives_owner_id_id", "owner_id", IN_ORDER),
        CheckConstraint(TEXT_FORM, name="text_form"),
        CheckConstraint(CONSTRAINTS_FORM, name="constraints_form"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str]
    constraints: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=sql("'{}'"))
    since: Mapped[Instant]

    def __repr__(self) -> str:
        return f"Objective(id={self.id}, version={self.version})"


class ObjectiveEntry(Base):
    """The text of an objective in a period; the entry without an end is the current one."""

    __tablename__ = "objective_history"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_id", "objective_id"],
            ["objectives.owner_id", "objectives.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint(TEXT_FORM, name="text_form"),
        CheckConstraint(CONSTRAINTS_FORM, name="constraints_form"),
        CheckConstraint("valid_until >= valid_from", name="until_after_from"),
        Index(
            "ix_objective_history_owner_id_objective_id_id", "owner_id", "objective_id", IN_ORDER
        ),
        Index(
            "uq_objective_history_open",
            "owner_id",
            "objective_id",
            unique=True,
            postgresql_where=sql("valid_until IS NULL"),
        ),
    )

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id)
    objective_id: Mapped[int] = mapped_column(Id)
    text: Mapped[str]
    constraints: Mapped[list[str]] = mapped_column(ARRAY(String))
    valid_from: Mapped[Instant]
    valid_until: Mapped[Instant | None]

    def __repr__(self) -> str:
        return f"ObjectiveEntry(id={self.id}, objective_id={self.objective_id})"


class Objectives:
    """The operations on the tenant's own objectives, within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        self._session = session
        self._clock = clock
        self._owner_id = owner_id
        self._pages = Pages(session, settings)

    def pursue(self, text: str, constraints: Sequence[str] = ()) -> Objective:
        """Store an objective and the first entry of its history. Raises `InvalidValue`."""
        objective = Objective(
            owner_id=self._owner_id,
            text=prose("text", text, longest=TEXT_MAX_LENGTH),
            constraints=_checked(constraints),
            since=self._clock.now(),
        )
        self._session.add(objective)
        self._session.flush()
        self._open_entry(objective)
        return objective

    def get(self, objective_id: int) -> Objective:
        """Return the objective with this id. Raises `NotFound`."""
        return find_row(self._session, Objective, objective_id)

    def list(self, after: int | None = None, limit: int = 20) -> Page[Objective]:
        """Return a page of the tenant's objectives. Raises `InvalidValue`."""
        return self._pages.read(select(Objective), Objective.id, after, limit)

    def change(self, seen: Objective, text: str, constraints: Sequence[str] = ()) -> Objective:
        """Change the objective: the current entry of its history ends, the next begins.

        Raises `InvalidValue`, `NotFound`, `Stale`.
        """
        changed = compare_and_swap(
            self._session,
            Objective,
            seen,
            text=prose("text", text, longest=TEXT_MAX_LENGTH),
            constraints=_checked(constraints),
            # Another server's clock may be ahead of this one; a history does not run backwards.
            since=func.greatest(self._clock.now(), Objective.since),
        )
        self._close_entry(changed.id, changed.since)
        self._open_entry(changed)
        return changed

    def history(
        self, objective_id: int, after: int | None = None, limit: int = 20
    ) -> Page[ObjectiveEntry]:
        """Return a page of an objective's history; an empty one if there is no such objective.

        Raises `InvalidValue`.
        """
        query = select(ObjectiveEntry).where(ObjectiveEntry.objective_id == objective_id)
        return self._pages.read(query, ObjectiveEntry.id, after, limit)

    def delete(self, seen: Objective) -> None:
        """Delete an objective with its history. Raises `NotFound`, `Stale`."""
        compare_and_delete(self._session, Objective, seen)

    def _open_entry(self, objective: Objective) -> None:
        self._session.add(
            ObjectiveEntry(
                owner_id=objective.owner_id,
                objective_id=objective.id,
                text=objective.text,
                constraints=objective.constraints,
                valid_from=objective.since,
            )
        )
        self._session.flush()

    def _close_entry(self, objective_id: int, at: datetime) -> None:
        self._session.execute(
            update(ObjectiveEntry)
            .where(
                ObjectiveEntry.objective_id == objective_id, ObjectiveEntry.valid_until.is_(None)
            )
            .values(valid_until=at)
        )


def _checked(constraints: Sequence[str]) -> list[str]:
    if len(constraints) > MOST_CONSTRAINTS:
        raise InvalidValue("constraints", f"must be at most {MOST_CONSTRAINTS}")
    return [line("constraint", each, longest=CONSTRAINT_MAX_LENGTH) for each in constraints]
