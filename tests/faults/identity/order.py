"""Order of sessions and of former passwords: what is right only while clock and ids run alike."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select, text

from domain.identity.login_sessions import LoginSession
from domain.identity.passwords import FormerPassword
from tests.faults.catalogue import fault


def _order(patch: MonkeyPatch, first: object, *order: Any) -> None:
    """Order every SELECT that is ordered by `first` by something else."""
    original = Select.order_by
    known = str(first)
    patch.setattr(
        Select,
        "order_by",
        lambda self, *by: original(self, *(order if by and str(by[0]) == known else by)),
    )


NEWEST_FIRST = LoginSession.created_at.desc()


@fault("the session that was not used for longest makes room", noticed_by="sessions/ending")
def session_not_used_for_longest_makes_room(patch: MonkeyPatch) -> None:
    _order(patch, NEWEST_FIRST, LoginSession.last_seen_at.desc(), LoginSession.jti)


@fault("the session that expires first makes room", noticed_by="sessions/ending")
def session_that_expires_first_makes_room(patch: MonkeyPatch) -> None:
    _order(patch, NEWEST_FIRST, LoginSession.expires_at.desc(), LoginSession.jti)


@fault("the session that was stored first makes room", noticed_by="sessions/ending")
def session_that_was_stored_first_makes_room(patch: MonkeyPatch) -> None:
    # A row's place in the table, which is that of its insertion while none is updated.
    _order(patch, NEWEST_FIRST, text("login_sessions.ctid DESC"))


@fault("of sessions of one time any makes room", noticed_by="sessions/ending")
def any_session_of_one_time_makes_room(patch: MonkeyPatch) -> None:
    _order(patch, NEWEST_FIRST, NEWEST_FIRST, LoginSession.jti.desc())


@fault("sessions are listed by their last use", noticed_by="sessions/ending")
def sessions_are_listed_by_last_use(patch: MonkeyPatch) -> None:
    _order(patch, LoginSession.created_at, LoginSession.last_seen_at, LoginSession.jti)


@fault("sessions are listed by their expiry", noticed_by="sessions/ending")
def sessions_are_listed_by_expiry(patch: MonkeyPatch) -> None:
    _order(patch, LoginSession.created_at, LoginSession.expires_at, LoginSession.jti)


@fault("sessions of one time are listed in any order", noticed_by="sessions/ending")
def sessions_of_one_time_are_listed_in_any_order(patch: MonkeyPatch) -> None:
    _order(patch, LoginSession.created_at, LoginSession.created_at)


@fault("sessions are purged by the time of their login", noticed_by="sessions/housekeeping")
def sessions_are_purged_by_login(patch: MonkeyPatch) -> None:
    _purge_by(patch, LoginSession.created_at)


@fault("sessions are purged by their expiry", noticed_by="sessions/housekeeping")
def sessions_are_purged_by_expiry(patch: MonkeyPatch) -> None:
    _purge_by(patch, LoginSession.expires_at)


@fault("sessions are purged by the time they were ended at", noticed_by="sessions/housekeeping")
def sessions_are_purged_by_end(patch: MonkeyPatch) -> None:
    _purge_by(patch, LoginSession.ended_at)


def _purge_by(patch: MonkeyPatch, order: Any) -> None:
    original = Select.order_by
    patch.setattr(
        Select,
        "order_by",
        lambda self, *by: original(self, *([order] if "coalesce" in str(by[0]) else by)),
    )


@fault("former passwords are barred by the times of their changes", noticed_by="passwords/history")
def former_passwords_are_barred_by_time(patch: MonkeyPatch) -> None:
    _order(patch, FormerPassword.id.desc(), FormerPassword.retired_at.desc())


@fault("of former passwords the oldest are barred", noticed_by="passwords/history")
def oldest_former_passwords_are_barred(patch: MonkeyPatch) -> None:
    _order(patch, FormerPassword.id.desc(), FormerPassword.id)
