"""What the service takes a row for that was put into its tables past it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from domain.database.schema import Base
from domain.identity.accounts import User
from domain.identity.authentication import MustSetPassword
from domain.identity.failed_logins import LoginRefused
from domain.identity.login_sessions import LoginSession
from domain.identity.temporary_passwords import TemporaryPassword
from domain.identity.tokens import Claims, TokenRefused, Tokens
from domain.work.tasks import Task
from features.support.arrange.account_factories import TEMPORARY
from features.support.arrange.factories import PASSWORD
from features.support.world import World

FAR_OFF: Final = datetime.max.replace(tzinfo=UTC)
"""When a token ends that is only ever refused because of its session."""


def taken_for(world: World, one: Base) -> str:
    """Return what the service says of a row."""
    return JUDGES[type(one)](world, one)


def logged_in(world: World, email: str, password: str) -> str:
    """Return the result of logging in."""
    try:
        with world.domain.identity() as tx:
            login = tx.sessions.log_in(email, password)
    except LoginRefused as refusal:
        return refusal.reason.replace("_", " ")
    return "to set a password" if login.must_set_password else "logged in"


def _account(world: World, one: Any) -> str:
    return logged_in(world, one.email, PASSWORD)


def _temporary_password(world: World, one: Any) -> str:
    (email,) = [row["email"] for row in world.stored("users", id=one.user_id)]
    return logged_in(world, email, TEMPORARY)


def _session(world: World, one: Any) -> str:
    tokens = Tokens(world.settings.tokens)
    token = tokens.make(Claims(one.user_id, one.jti), one.created_at, FAR_OFF)
    try:
        with world.domain.identity() as tx:
            tx.sessions.authenticate(token)
    except TokenRefused as refusal:
        return refusal.reason.replace("_", " ")
    except MustSetPassword:
        return "to set a password"
    return "let in"


def _task(world: World, one: Any) -> str:
    with world.domain.tenant(one.owner_id) as tx:
        return str(tx.tasks.get(one.id).status)


JUDGES: Final[dict[type[Base], Callable[[World, Any], str]]] = {
    User: _account,
    TemporaryPassword: _temporary_password,
    LoginSession: _session,
    Task: _task,
}
"""How the service is asked what a row of a model is."""
