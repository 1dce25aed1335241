"""Objectives: what a tenant is after, and what that has been.

Every objective has exactly one open entry in its history, which says what the objective is; the
database looks at that when a transaction ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
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
    delete,
    func,
    select,
    update,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.clock import Clock
from domain.database.pages import IN_ORDER, Page, Pages
from domain.database.schema import Base, Id, Instant, Key, Version
from domain.errors import DomainError, InvalidValue
from domain.settings import Settings
from domain.values import line, prose

TEXT_MAX_LENGTH: Final = 2000
CONSTRAINT_MAX_LENGTH: Final = 1000
MOST_CONSTRAINTS: Final = 100

TEXT_FORM: Final = "char_length(text) <= 2000 AND text ~ '[^[:space:]]'"
CONSTRAINTS_FORM: Final = (
    "array_position(constraints, NULL) IS NULL AND array_position(constraints, '') IS NULL"
)


class Objective(Base):
    """What the tenant is after, within which constraints, and since when it has been that."""

    __tablename__ = "objectives"
    __table_args__ = (
        UniqueConstraint("owner_id", "id"),
        Index("ix_objectives_owner_id_id", "owner_id", IN_ORDER),
        CheckConstraint(TEXT_FORM, name="text_form"),
        CheckConstraint(CONSTRAINTS_FORM, name="constraints_form"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    id: Mapped[Key]
    owner_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    text: Mapped[str]
    constraints: Mapped[list[str]] = mapped_column(ARRAY(String), server_default=sql("'{}'"))
    since: Mapped[Instant]
    version: Mapped[int] = mapped_column(Version, server_default=sql("1"))

    def __repr__(self) -> str:
        return f"Objective(id={self.id}, version={self.version})"


class ObjectiveEntry(Base):
    """What an objective was for a time; the entry that has no end says what it is."""

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


@dataclass(eq=False)
class ObjectiveNotFound(DomainError):
    """The tenant has no objective with this id."""

    objective_id: int

    sentence = "there is no objective {objective_id}"


@dataclass(eq=False)
class StaleObjective(DomainError):
    """Somebody changed the objective after it was read: read it again, then decide."""

    objective_id: int
    version_seen: int

    sentence = (
        "objective {objective_id} was changed since version {version_seen} was read; read it again"
    )


class Objectives:
    """The operations on the tenant's own objectives, within one unit of work."""

    def __init__(self, session: Session, settings: Settings, clock: Clock, owner_id: int) -> None:
        self._session = session
        self._clock = clock
        self._owner_id = owner_id
        self._pages = Pages(session, settings)

    def pursue(self, text: str, constraints: Sequence[str] = ()) -> Objective:
        """Take up an objective from now on, and begin its history. Raises `InvalidValue`."""
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
        """Return the objective with this id. Raises `ObjectiveNotFound`."""
        found = self._session.get(Objective, objective_id)
        if found is None:
            raise ObjectiveNotFound(objective_id)
        return found

    def list(self, after: int | None = None, limit: int = 20) -> Page[Objective]:
        """Return a page of the tenant's objectives. Raises `InvalidValue`."""
        return self._pages.read(select(Objective), Objective.id, after, limit)

    def change(self, seen: Objective, text: str, constraints: Sequence[str] = ()) -> Objective:
        """Be after something else from now on: one entry of the history ends, the next begins.

        Raises `InvalidValue`, `ObjectiveNotFound`, `StaleObjective`.
        """
        objective_id, version = seen.id, seen.version
        values = {
            "text": prose("text", text, longest=TEXT_MAX_LENGTH),
            "constraints": _checked(constraints),
        }
        changed = self._session.scalar(
            update(Objective)
            .where(Objective.id == objective_id, Objective.version == version)
            # Another server's clock may be ahead of ours; a history does not run backwards.
            .values(
                **values,
                since=func.greatest(self._clock.now(), Objective.since),
                version=Objective.version + 1,
            )
            .returning(Objective)
            .execution_options(populate_existing=True)
        )
        if changed is None:
            raise self._why_unchanged(objective_id, version)
        self._close_entry(changed.id, changed.since)
        self._open_entry(changed)
        return changed

    def history(
        self, objective_id: int, after: int | None = None, limit: int = 20
    ) -> Page[ObjectiveEntry]:
        """Return a page of what an objective has been; nothing if there is no such objective.

        Raises `InvalidValue`.
        """
        query = select(ObjectiveEntry).where(ObjectiveEntry.objective_id == objective_id)
        return self._pages.read(query, ObjectiveEntry.id, after, limit)

    def delete(self, seen: Objective) -> None:
        """Give up an objective, its history included.

        Raises `ObjectiveNotFound`, `StaleObjective`.
        """
        objective_id, version = seen.id, seen.version
        removed = self._session.scalar(
            delete(Objective)
            .where(Objective.id == objective_id, Objective.version == version)
            .returning(Objective.id)
        )
        if removed is None:
            raise self._why_unchanged(objective_id, version)

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

    def _why_unchanged(self, objective_id: int, version: int) -> DomainError:
        there = select(Objective.id).where(Objective.id == objective_id)
        if self._session.scalar(there) is None:
            return ObjectiveNotFound(objective_id)
        return StaleObjective(objective_id, version_seen=version)


def _checked(constraints: Sequence[str]) -> list[str]:
    if len(constraints) > MOST_CONSTRAINTS:
        raise InvalidValue("constraints", f"must be at most {MOST_CONSTRAINTS}")
    return [line("constraint", each, longest=CONSTRAINT_MAX_LENGTH) for each in constraints]
