"""What a Given puts straight into the tables, valid and unique by default."""

import secrets
from datetime import datetime, timedelta

from domain.accounts import User
from domain.hashing import Hasher, normal_form
from domain.login_sessions import LoginSession, SessionEnd
from domain.passwords import FormerPassword
from domain.settings import Argon2Cost
from features.support.world import CHEAP, World

PASSWORD = "violet teapots hum at dusk"  # noqa: S105 (of nobody who exists)
"""The password of everybody who is not said to have another."""


def account(
    world: World,
    person: str,
    *,
    email: str | None = None,
    display_name: str | None = None,
    password: str = PASSWORD,
) -> User:
    """Store an account and remember it under the person's name."""
    now = world.clock.now()
    user = User(
        email=email or f"{person.lower()}@example.org",
        display_name=display_name or person,
        password_hash=hash_of(password),
        created_at=now,
        changed_at=now,
    )
    with world.past_the_domain() as session:
        session.add(user)
    world.people[person] = user
    world.passwords[person] = password
    return user


def had_passwords(world: World, person: str, passwords: list[str]) -> None:
    """Store an account whose passwords have been these; the last one is the present one."""
    user = account(world, person, password=passwords[-1])
    with world.past_the_domain() as session:
        session.add_all(
            FormerPassword(
                user_id=user.id, password_hash=hash_of(password), retired_at=world.clock.now()
            )
            for password in passwords[:-1]
        )


def old_session(world: World, person: str, fate: str, ended: datetime) -> None:
    """Store a session that was over at this time: it was ended, expired, or became idle."""
    rules = world.settings.sessions
    created, seen = {
        "was ended": (ended - timedelta(hours=1), ended - timedelta(minutes=5)),
        "expired": (ended - rules.lifetime, ended - timedelta(minutes=5)),
        "became idle": (ended - timedelta(hours=1), ended - rules.idle),
    }[fate]
    was_ended = fate == "was ended"
    with world.past_the_domain() as session:
        session.add(
            LoginSession(
                jti=secrets.token_urlsafe(32),
                user_id=world.people[person].id,
                created_at=created,
                last_seen_at=seen,
                expires_at=created + rules.lifetime,
                ended_at=ended if was_ended else None,
                ended_because=SessionEnd.LOGGED_OUT if was_ended else None,
            )
        )


def accounts(world: World, number: int) -> list[User]:
    """Store several accounts at once, in the order in which they are listed."""
    return [account(world, f"Guest{position}") for position in range(1, number + 1)]


def hash_of(password: str, cost: Argon2Cost = CHEAP.argon2) -> str:
    """Return a hash as the service stores it."""
    return Hasher(cost).hash(normal_form(password))
