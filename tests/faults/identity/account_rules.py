"""One operation on accounts that has forgotten a rule which the others keep."""

from contextlib import nullcontext
from weakref import WeakKeyDictionary

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import func
from sqlalchemy.orm import Session

from domain.database.pages import Page
from domain.errors import Entity, NotFound
from domain.identity import accounts
from domain.identity.accounts import Accounts, EmailAlreadyRegistered, User
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault(
    "an address is remembered as taken before its registration is committed",
    noticed_by="accounts/registration",
    tags="@accounts-5",
)
def address_is_remembered_before_commit(patch: MonkeyPatch) -> None:
    original = Accounts.register
    taken: WeakKeyDictionary[object, set[str]] = WeakKeyDictionary()

    def register(self: Accounts, email: str, display_name: str, password: str) -> User:
        known = taken.setdefault(self._hasher, set())
        if email in known:
            raise EmailAlreadyRegistered(email)
        known.add(email)
        return original(self, email, display_name, password)

    patch.setattr(Accounts, "register", register)


@fault(
    "a missing account is reported as another entity",
    noticed_by="accounts/reading",
    tags="@accounts-6",
)
def missing_account_is_another_entity(patch: MonkeyPatch) -> None:
    def find(session: Session, model: type[User], user_id: int) -> User:
        found = session.get(model, user_id)
        if found is None:
            raise NotFound(Entity.TENANT, user_id)
        return found

    patch.setattr(accounts, "find_row", find)


@fault(
    "an address that is changed to a taken one goes up as a broken rule",
    noticed_by="accounts/changing",
    tags="@accounts-9",
)
def taken_address_of_change_is_broken_rule(patch: MonkeyPatch) -> None:
    patch.setattr(accounts, "translating", lambda *_: nullcontext())


@fault(
    "a name is judged when an account is opened, and not when it is changed",
    noticed_by="accounts/changing",
    tags="@accounts-11",
)
def changed_name_is_not_judged(patch: MonkeyPatch) -> None:
    def rename(self: Accounts, seen: User, display_name: str) -> User:
        return self._change(seen, self._clock.now(), display_name=display_name)

    patch.setattr(Accounts, "rename", rename)


@fault(
    "an active account may be reactivated",
    noticed_by="accounts/deactivating",
    tags="@accounts-14",
)
def active_account_may_be_reactivated(patch: MonkeyPatch) -> None:
    patch.setattr(
        Accounts,
        "reactivate",
        lambda self, seen: self._change(seen, self._clock.now(), deactivated_at=None),
    )


@fault(
    "a deactivated account may be deactivated again",
    noticed_by="accounts/deactivating",
    tags="@accounts-14",
)
def deactivated_account_may_be_deactivated(patch: MonkeyPatch) -> None:
    def deactivate(self: Accounts, seen: User) -> User:
        now = self._clock.now()
        return self._change(seen, now, deactivated_at=func.greatest(now, User.changed_at))

    patch.setattr(Accounts, "deactivate", deactivate)


@fault(
    "the id of the account that was deleted last is given again",
    noticed_by="accounts/deleting",
    tags="@accounts-16",
)
def id_of_deleted_account_is_given_again(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        """
        CREATE FUNCTION next_user() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            NEW.id := (SELECT coalesce(max(id), 0) + 1 FROM users);
            RETURN NEW;
        END $$;
        CREATE TRIGGER next_user BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION next_user()
        """,
    )


@fault(
    "a page of no accounts is one of the usual size",
    noticed_by="accounts/listing",
    tags="@accounts-19",
)
def page_of_no_accounts_has_usual_size(patch: MonkeyPatch) -> None:
    original = Accounts.list

    def listed(self: Accounts, after: int | None = None, limit: int = 20) -> Page[User]:
        return original(self, after, limit or 20)

    patch.setattr(Accounts, "list", listed)
