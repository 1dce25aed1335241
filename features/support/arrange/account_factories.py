"""Factories of accounts, passwords and sessions, in every status they may have."""

from base64 import urlsafe_b64encode
from datetime import timedelta
from functools import cache
from hashlib import sha256
from ipaddress import IPv4Address
from typing import Final

from factory.declarations import LazyAttribute, SelfAttribute, Sequence, Trait

from domain.identity.accounts import User
from domain.identity.hashing import Hasher, normal_form
from domain.identity.login_sessions import LoginSession, SessionEnd
from domain.identity.passwords import FormerPassword
from domain.identity.temporary_passwords import TemporaryPassword
from domain.settings import Argon2Cost, Lockout, PasswordRules, SessionRules
from features.support.arrange.factory_base import RowFactory
from features.support.defaults import CHEAP
from pgharness.data.row_factory import parent

PASSWORD: Final = "violet teapots hum at dusk"  # noqa: S105 (of no real account)
"""The password of each account, unless a step gives another one."""

FORMER: Final = "copper lanterns drift at noon"
TEMPORARY: Final = "brass kettles wait at dawn"

MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)


@cache
def hash_of(password: str, cost: Argon2Cost = CHEAP.argon2) -> str:
    """Return a hash as the service stores it; cached, as Argon2 is expensive."""
    return Hasher(cost).hash(normal_form(password))


def old_jti(number: int) -> str:
    """Return 256 bits in base64url, as the id of a token has them."""
    return urlsafe_b64encode(sha256(f"session {number}".encode()).digest()).decode().rstrip("=")


class UserFactory(RowFactory[User]):
    """An account that may log in with `password`."""

    class Meta:
        model = User

    class Params:
        deactivated = Trait(deactivated_at=SelfAttribute("now"), version=2)
        locked = Trait(locked_until=LazyAttribute(lambda user: user.now + Lockout().lasts))

    password = PASSWORD
    cost = CHEAP.argon2
    email = Sequence("person{}@example.org".format)
    display_name = Sequence("Person {}".format)
    password_hash = LazyAttribute(lambda user: hash_of(user.password, user.cost))
    created_at = SelfAttribute("now")
    changed_at = SelfAttribute("now")


class FormerPasswordFactory(RowFactory[FormerPassword]):
    """A former password of `user`, replaced now."""

    class Meta:
        model = FormerPassword

    user = parent(UserFactory)
    password = FORMER
    user_id = SelfAttribute("user.id")
    password_hash = LazyAttribute(lambda former: hash_of(former.password))
    retired_at = SelfAttribute("now")


class TemporaryPasswordFactory(RowFactory[TemporaryPassword]):
    """A temporary password of `user` that is issued, used or expires now."""

    class Meta:
        model = TemporaryPassword

    class Params:
        issued = Trait(used_at=None)
        used = Trait(
            issued_at=LazyAttribute(lambda temporary: temporary.now - HOUR),
            used_at=SelfAttribute("now"),
        )
        expired = Trait(
            issued_at=LazyAttribute(lambda temporary: temporary.now - temporary.lasts),
        )

    user = parent(UserFactory)
    password = TEMPORARY
    lasts = PasswordRules().temporary_lasts
    user_id = SelfAttribute("user.id")
    password_hash = LazyAttribute(lambda temporary: hash_of(temporary.password))
    issued_at = SelfAttribute("now")
    expires_at = LazyAttribute(lambda temporary: temporary.issued_at + temporary.lasts)


class LoginSessionFactory(RowFactory[LoginSession]):
    """A session of `user` that opens, or is ended, expires or becomes idle now."""

    class Meta:
        model = LoginSession

    class Params:
        live = Trait(ended_at=None, ended_because=None)
        restricted = Trait(must_set_password=True)
        ended = Trait(
            created_at=LazyAttribute(lambda session: session.now - HOUR),
            last_seen_at=LazyAttribute(lambda session: session.now - 5 * MINUTE),
            ended_at=SelfAttribute("now"),
            ended_because=SessionEnd.LOGGED_OUT,
        )
        expired = Trait(
            created_at=LazyAttribute(lambda session: session.now - session.rules.lifetime),
            last_seen_at=LazyAttribute(lambda session: session.now - 5 * MINUTE),
        )
        idle = Trait(
            created_at=LazyAttribute(lambda session: session.now - HOUR),
            last_seen_at=LazyAttribute(lambda session: session.now - session.rules.idle),
        )

    user = parent(UserFactory)
    rules = SessionRules()
    jti = Sequence(old_jti)
    user_id = SelfAttribute("user.id")
    created_at = SelfAttribute("now")
    last_seen_at = SelfAttribute("created_at")
    expires_at = LazyAttribute(lambda session: session.created_at + session.rules.lifetime)
    ip = IPv4Address("192.0.2.7")
    user_agent = "Mozilla/5.0"
