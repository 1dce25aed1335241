"""Changing, reading, listing and deleting accounts: what can be wrong with it."""

from datetime import datetime
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import delete, select, update

from domain import transactions
from domain.database import versions
from domain.database.pages import Page, Pages
from domain.errors import Entity, NotFound, Stale
from domain.identity import accounts
from domain.identity.accounts import Accounts, User
from tests.faults.catalogue import fault


def change_whatever_the_version(self: Accounts, seen: User, now: datetime, **values: Any) -> User:
    return self._session.scalars(
        update(User)
        .where(User.id == seen.id)
        .values(**values, version=User.version + 1, changed_at=now)
        .returning(User)
        .execution_options(populate_existing=True)
    ).one()


@fault("a change of an account does not look at the version", noticed_by="accounts/changing")
def change_of_account_does_not_look_at_version(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "_change", change_whatever_the_version)


@fault("a change reads the version, then writes", noticed_by="accounts/changing")
def change_reads_version_then_writes(patch: MonkeyPatch) -> None:
    def read_then_write(self: Accounts, seen: User, now: datetime, **values: Any) -> User:
        if self.get(seen.id).version != seen.version:
            raise Stale(Entity.ACCOUNT, seen.id, seen.version)
        return change_whatever_the_version(self, seen, now, **values)

    patch.setattr(Accounts, "_change", read_then_write)


@fault("a change is not counted", noticed_by="accounts/changing")
def change_is_not_counted(patch: MonkeyPatch) -> None:
    def change(self: Accounts, seen: User, now: datetime, **values: Any) -> User:
        return self._session.scalars(
            update(User)
            .where(User.id == seen.id, User.version == seen.version)
            .values(**values)
            .returning(User)
        ).one()

    patch.setattr(Accounts, "_change", change)


@fault("a stale version is reported for another entity", noticed_by="accounts/changing")
def stale_version_is_reported_for_another_entity(patch: MonkeyPatch) -> None:
    patch.setattr(versions, "Stale", lambda entity, *facts: Stale(Entity.TASK, *facts))


@fault("a deletion of an account does not look at the version", noticed_by="accounts/changing")
def deletion_of_account_does_not_look_at_version(patch: MonkeyPatch) -> None:
    patch.setattr(
        Accounts,
        "delete",
        lambda self, seen: self._session.execute(delete(User).where(User.id == seen.id)),
    )


@fault("a deletion takes all accounts", noticed_by="accounts/deleting")
def deletion_takes_all_accounts(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "delete", lambda self, seen: self._session.execute(delete(User)))


@fault("a deletion only deactivates", noticed_by="accounts/deleting")
def deletion_only_deactivates(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "delete", lambda self, seen: self.deactivate(seen) and None)


@fault("a deactivation is forgotten", noticed_by="accounts/deactivating")
def deactivation_is_forgotten(patch: MonkeyPatch) -> None:
    patch.setattr(Accounts, "deactivate", lambda self, seen: seen)


@fault("an address is looked up with its case", noticed_by="accounts/reading")
def address_is_looked_up_with_its_case(patch: MonkeyPatch) -> None:
    patch.setattr(accounts, "email_key", lambda email: email)


@fault("an address is looked up as a pattern", noticed_by="accounts/reading")
def address_is_looked_up_as_pattern(patch: MonkeyPatch) -> None:
    def get(self: Accounts, email: str) -> User:
        query = select(User).where(User.email.ilike(email))
        found = self._session.scalars(query).first()
        if found is None:
            raise NotFound(Entity.ACCOUNT, email)
        return found

    patch.setattr(Accounts, "get_by_email", get)


@fault("a page of accounts is sorted by what no index is", noticed_by="accounts/listing")
def page_of_accounts_has_no_index(patch: MonkeyPatch) -> None:
    read = Pages.read
    patch.setattr(Pages, "read", lambda *a, **k: read(*a, **{**k, "order": None}))


@fault("a page of accounts begins with the end of the page before", noticed_by="accounts/listing")
def page_of_accounts_overlaps(patch: MonkeyPatch) -> None:
    original = Accounts.list
    patch.setattr(
        Accounts,
        "list",
        lambda self, after=None, limit=20: original(
            self, None if after is None else after - 1, limit
        ),
    )


@fault("pages of accounts are by offset instead of by key", noticed_by="accounts/listing")
def pages_of_accounts_by_offset(patch: MonkeyPatch) -> None:
    def page(self: Accounts, after: int | None = None, limit: int = 20) -> Page[User]:
        start = after or 0
        query = select(User).order_by(User.id).offset(start).limit(limit + 1)
        found = self._session.scalars(query).all()
        return Page(tuple(found[:limit]), start + limit if len(found) > limit else None)

    patch.setattr(Accounts, "list", page)


@fault("a page may have any size", noticed_by="accounts/listing")
def page_may_have_any_size(patch: MonkeyPatch) -> None:
    original = Accounts.list
    patch.setattr(
        Accounts,
        "list",
        lambda self, after=None, limit=20: original(self, after, max(1, limit % 100)),
    )


@fault("a unit of work keeps the role that owns everything", noticed_by="accounts/integrity")
def unit_of_work_keeps_role_that_owns_everything(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "bind", lambda *_: None)
