"""Registering an account: what can be wrong with it."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC
from types import SimpleNamespace
from typing import Any
from unicodedata import normalize

from _pytest.monkeypatch import MonkeyPatch
from argon2 import PasswordHasher

from domain import values
from domain.database import rows
from domain.errors import NotFound
from domain.identity import accounts
from domain.identity.accounts import Accounts, User
from domain.settings import Argon2Cost
from domain.transactions import Domain, _Caller
from domain.values import email_address, line
from features.support.manual_clock import ManualClock
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema
from tests.faults.replacing import commit


@fault(
    "a unit of work takes a connection as soon as it is opened", noticed_by="accounts/registration"
)
def connection_is_taken_at_once(patch: MonkeyPatch) -> None:
    original = Domain._unit_of_work

    @contextmanager
    def unit_of_work(self: Domain, caller: _Caller) -> Iterator[Any]:
        with original(self, caller) as work:
            work.connection()
            yield work

    patch.setattr(Domain, "_unit_of_work", unit_of_work)


@fault("a password is judged after the account is sought", noticed_by="accounts/registration")
def password_is_judged_after_account_is_sought(patch: MonkeyPatch) -> None:
    original = Accounts.register

    def register(self: Accounts, email: str, *arguments: Any, **options: Any) -> User:
        with suppress(NotFound, ValueError):
            self.get_by_email("a@example.org")
        return original(self, email, *arguments, **options)

    patch.setattr(Accounts, "register", register)


@fault("addresses are stored in lower case", noticed_by="accounts/registration")
def addresses_are_stored_in_lower_case(patch: MonkeyPatch) -> None:
    patch.setattr(
        accounts, "email_address", lambda field, value: email_address(field, value).lower()
    )


@fault("control characters are let through", noticed_by="accounts/registration")
def control_characters_are_let_through(patch: MonkeyPatch) -> None:
    patch.setattr(values, "unicodedata", SimpleNamespace(category=lambda c: "Ll"))


@fault("a name may show nothing", noticed_by="accounts/registration")
def name_may_show_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(values, "visible", lambda text: text)


@fault("a limit counts what a text is composed to", noticed_by="accounts/registration")
def limit_counts_what_text_is_composed_to(patch: MonkeyPatch) -> None:
    patch.setattr(
        accounts,
        "line",
        lambda field, value, longest: (
            line(field, normalize("NFC", value), longest=longest) and value
        ),
    )


@fault("a limit counts what a text stands for", noticed_by="accounts/registration")
def limit_counts_what_text_stands_for(patch: MonkeyPatch) -> None:
    patch.setattr(
        accounts,
        "line",
        lambda field, value, longest: (
            line(field, normalize("NFKC", value), longest=longest) and value
        ),
    )


@fault("an address may become longer than it was typed", noticed_by="accounts/registration")
def address_may_grow(patch: MonkeyPatch) -> None:
    patch.setattr(
        values, "validate_email", lambda value, **_: SimpleNamespace(normalized=value.lower())
    )


@fault("a blank name is a name", noticed_by="accounts/registration")
def blank_name_is_name(patch: MonkeyPatch) -> None:
    patch.setattr(
        accounts,
        "line",
        lambda field, value, longest: line(field, value or "no name", longest=longest),
    )


@fault("a taken address goes up as the database's own error", noticed_by="accounts/registration")
def taken_address_goes_up_as_databases_own_error(patch: MonkeyPatch) -> None:
    patch.setattr(rows, "translating", lambda *_: nullcontext())


@fault("a registration commits at once", noticed_by="accounts/registration")
def registration_commits_at_once(patch: MonkeyPatch) -> None:
    original = Accounts.register

    def register(self: Accounts, *arguments: Any, **options: Any) -> User:
        user = original(self, *arguments, **options)
        commit(self._session)
        return user

    patch.setattr(Accounts, "register", register)


@fault("the zone of a time is dropped", noticed_by="accounts/registration")
def zone_of_time_is_dropped(patch: MonkeyPatch) -> None:
    original = ManualClock.now
    patch.setattr(ManualClock, "now", lambda self: original(self).replace(tzinfo=UTC))


@fault("hashing is cheap by default", noticed_by="accounts/registration")
def hashing_is_cheap_by_default(patch: MonkeyPatch) -> None:
    patch.setattr(Argon2Cost.__init__, "__defaults__", (19456, 2, 1, 16, 32))


@fault("all passwords share a salt", noticed_by="accounts/registration")
def all_passwords_share_salt(patch: MonkeyPatch) -> None:
    original = PasswordHasher.hash
    patch.setattr(
        PasswordHasher,
        "hash",
        lambda self, password, *, salt=None: original(self, password, salt=b"0123456789abcdef"),
    )


@fault("a new installation has an account", noticed_by="accounts/beginning")
def new_installation_has_account(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        (
            "INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
            " VALUES ('admin@example.org', 'Admin', '$argon2id$', now(), now())"
        ),
    )
