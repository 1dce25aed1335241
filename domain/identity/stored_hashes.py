"""Verifying a password with the same work for every address, whether or not it has an account.

A verification costs what its hash had cost, and after a change of the service's cost the hashes of
several costs are stored side by side. So one is verified at each cost that is stored anywhere: the
account's own hash at its own cost, and decoys at all others.

A temporary password that was used or has expired does not keep its cost in this list. Where no
other hash has that cost, the password is not verified, and refused like a wrong one.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from argon2.exceptions import VerificationError
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Index,
    Select,
    String,
    and_,
    bindparam,
    collate,
    except_,
    func,
    or_,
    select,
    text,
    true,
    union,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from domain.identity.accounts import User, email_key
from domain.identity.hashing import Hasher
from domain.identity.temporary_passwords import TemporaryPassword


@dataclass(frozen=True)
class Credentials:
    """What a login at an address is verified against, and at which costs."""

    user_id: int | None
    """None where no account has the address."""
    stored: str | None = field(repr=False)
    """The hash of the one password that may log in now."""
    costs: tuple[str, ...]
    """Every cost at which a login of any account may be verified."""
    lasting: bool = False
    """Whether it is the user's own password, of an account that is active and not locked."""


def hash_cost(hashes: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return the cost that a hash in PHC format names: "m=65536,t=3,p=4"."""
    # Not as parameters: they would not be the expression of the index.
    return func.split_part(collate(hashes, "C"), text("'$'"), text("4"))


Index("ix_users_hash_cost", hash_cost(User.password_hash))
Index("ix_temporary_passwords_hash_cost", hash_cost(TemporaryPassword.password_hash))


def find_credentials(session: Session, address: str | None, now: datetime) -> Credentials:
    """Return what a login at this address is verified against (None: at no address at all).

    One statement, and the same one for all: no cost can change between it and the hash.
    """
    row = session.execute(_statement(), {"address": address, "now": now}).one()
    return Credentials(row.id, row.stored, tuple(sorted(row.costs or ())), bool(row.lasting))


@cache
def _statement() -> Select[Any]:
    """Return the statement; to build it takes longer than to execute it."""
    now = bindparam("now", type_=DateTime(timezone=True))
    account = (
        select(
            User.id,
            func.coalesce(TemporaryPassword.password_hash, User.password_hash).label("stored"),
            and_(
                TemporaryPassword.user_id.is_(None),
                User.deactivated_at.is_(None),
                or_(User.locked_until.is_(None), User.locked_until <= now),
            ).label("lasting"),
        )
        .outerjoin(TemporaryPassword, TemporaryPassword.user_id == User.id)
        .where(email_key(User.email) == email_key(bindparam("address", type_=String)))
        .subquery()
    )
    own = _costs(User.password_hash)
    # Only costs that the other column lacks: finding a good one may read all rows of a cost.
    more = except_(_costs(TemporaryPassword.password_hash), own).subquery()
    every = union(own, select(more.c.cost).where(_has_good(more.c.cost, now))).subquery()
    level = select(func.array_agg(every.c.cost).label("costs")).subquery()
    return select(*account.c, level.c.costs).select_from(level.outerjoin(account, true()))


def verify_level(hasher: Hasher, found: Credentials, password: str) -> bool:
    """Tell whether the password is the account's; the work is the same if there is none.

    While no hash is stored at all, it is that of the service's own cost.
    """
    right = False
    own = None if found.stored is None else Hasher.cost_of(found.stored)
    for cost in found.costs or (hasher.own_cost,):
        if found.stored is not None and cost == own:
            right = hasher.verify(found.stored, password)
        else:
            # The stored text may name no valid cost: other accounts can log in all the same.
            with suppress(VerificationError):
                hasher.verify(hasher.decoy(cost), password)
    return right


def _has_good(cost: ColumnElement[str], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Tell whether there is a temporary password of this cost that may still log in."""
    # No EXISTS: it may become a join, which looks at all rows at each login.
    one = select(true()).where(
        hash_cost(TemporaryPassword.password_hash) == cost,
        TemporaryPassword.used_at.is_(None),
        TemporaryPassword.expires_at > now,
    )
    return one.limit(1).scalar_subquery()


def _costs(hashes: InstrumentedAttribute[str]) -> Select[str]:
    """Return every cost of a column of hashes once, each the least above the one before.

    So there is one step in the index for each cost, however many hashes there are.
    """
    cost = hash_cost(hashes)
    least = select(func.min(cost).label("cost"))
    found = least.cte(f"costs_in_{hashes.class_.__tablename__}", recursive=True)
    following = select(func.min(cost)).where(cost > found.c.cost).scalar_subquery()
    found = found.union_all(select(following).where(found.c.cost.is_not(None)))
    return select(found.c.cost).where(found.c.cost.is_not(None))
