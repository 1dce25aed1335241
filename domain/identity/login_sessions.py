"""Login sessions as stored. A token without its row here is refused.

Lock order, which avoids deadlocks: first the user's row, then sessions.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Enum,
    ForeignKey,
    Index,
    and_,
    func,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import INET
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.database.schema import Base, Id, Instant, labels

USER_AGENT_MAX_LENGTH = 300
"""Code points; what is longer is cut off."""


class SessionEnd(StrEnum):
    """Why a session ended before its time."""

    LOGGED_OUT = "logged_out"
    ENDED_BY_USER = "ended_by_user"
    ENDED_BY_ADMINISTRATOR = "ended_by_administrator"
    TOO_MANY = "too_many"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 (a reason, not a password)
    TEMPORARY_PASSWORD = "temporary_password"  # noqa: S105 (likewise)
    DEACTIVATED = "deactivated"


class LoginSession(Base):
    """One login, as long as its token is valid. Ended sessions stay for `sessions.kept_ended`."""

    __tablename__ = "login_sessions"
    __table_args__ = (
        CheckConstraint("jti ~ '^[A-Za-z0-9_-]{43}$'", name="jti_form"),
        CheckConstraint("char_length(user_agent) <= 300", name="user_agent_form"),
        CheckConstraint("expires_at > created_at", name="expires_after_created"),
        CheckConstraint(
            "last_seen_at >= created_at AND last_seen_at <= expires_at", name="seen_while_live"
        ),
        CheckConstraint("ended_at >= created_at", name="ended_after_created"),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended_for_a_reason"),
        Index("ix_login_sessions_user_id_created_at", "user_id", "created_at"),
    )

    jti: Mapped[str] = mapped_column(primary_key=True)
    """The token's id: 256 random bits, base64url."""
    user_id: Mapped[int] = mapped_column(Id, ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    must_set_password: Mapped[bool] = mapped_column(server_default=text("false"))
    """Opened with a temporary password: the session may only set a new one."""
    ip: Mapped[IPv4Address | IPv6Address | None] = mapped_column(INET)
    user_agent: Mapped[str | None]
    ended_at: Mapped[Instant | None]
    ended_because: Mapped[SessionEnd | None] = mapped_column(
        Enum(SessionEnd, name="session_end", values_callable=labels)
    )

    def __repr__(self) -> str:
        return f"LoginSession(user_id={self.user_id}, created_at={self.created_at:%FT%T%z})"


def live(now: datetime, idle: timedelta) -> ColumnElement[bool]:
    """Return the condition that the columns of a session allow its use."""
    return and_(
        LoginSession.ended_at.is_(None),
        LoginSession.expires_at > now,
        LoginSession.last_seen_at > now - idle,
    )


def end_sessions(
    session: Session, user_id: int, now: datetime, because: SessionEnd, *which: ColumnElement[bool]
) -> int:
    """End a user's sessions that have not been ended, and return how many there were.

    The caller has locked the user's row.
    """
    ended = session.scalars(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None), *which)
        # Another server's clock may be ahead of this one; no session ends before it began.
        .values(ended_at=func.greatest(now, LoginSession.created_at), ended_because=because)
        .returning(LoginSession.jti)
        .execution_options(synchronize_session=False)
    )
    return len(ended.all())
