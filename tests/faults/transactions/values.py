"""Bounds of values: ids, versions, times. What can be wrong with them."""

import re
from datetime import timedelta
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import literal_column, text
from sqlalchemy.orm import Session

from domain import instants, transactions
from domain.database import pages, versions
from domain.database.schema import LARGEST_ID, Id, Version
from domain.errors import DomainError
from domain.identity import accounts, sessions
from domain.identity.accounts import Accounts, User
from tests.faults.catalogue import fault


@fault(
    "an id that its column cannot hold goes to the driver",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def large_id_goes_to_the_driver(patch: MonkeyPatch) -> None:
    patch.setattr(Id, "largest", 10**40)


@fault(
    "a version that its column cannot hold goes to the driver",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def large_version_goes_to_the_driver(patch: MonkeyPatch) -> None:
    patch.setattr(Version, "largest", 10**40)


@fault(
    "an id that does not fit is another one",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def large_id_is_another_one(patch: MonkeyPatch) -> None:
    def bind(self: Id, value: int | None, _: Any) -> int | None:
        return value if value is None or 0 <= value <= self.largest else 1

    patch.setattr(Id, "process_bind_param", bind)


@fault(
    "a version that does not fit is that of the first reading",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def large_version_is_the_first(patch: MonkeyPatch) -> None:
    def bind(self: Version, value: int | None, _: Any) -> int | None:
        return value if value is None or 0 < value <= self.largest else 1

    patch.setattr(Version, "process_bind_param", bind)


@fault(
    "any text is looked for as the id of a session",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def any_text_is_looked_for_as_id_of_session(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "JTI", re.compile("(?s).*"))


@fault("a purge may be of any number", noticed_by="transactions/values", tags="@transactions-38")
def purge_may_be_of_any_number(patch: MonkeyPatch) -> None:
    patch.setattr(sessions, "LARGEST_ID", 10**40)


@fault(
    "a page may begin after any number", noticed_by="transactions/values", tags="@transactions-38"
)
def page_may_begin_after_any_number(patch: MonkeyPatch) -> None:
    patch.setattr(pages, "LARGEST_ID", 10**40)
    patch.setattr(Id, "process_bind_param", lambda self, value, _: value)


@fault(
    "a page of accounts begins again after too large a number",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def page_of_accounts_begins_again(patch: MonkeyPatch) -> None:
    original = Accounts.list
    patch.setattr(
        Accounts,
        "list",
        lambda self, after=None, limit=20: original(
            self, None if after and after > LARGEST_ID else after, limit
        ),
    )


@fault(
    "a page of anything else begins again after too large a number",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def page_begins_again(patch: MonkeyPatch) -> None:
    patch.setattr(pages, "beyond", lambda key, after: key > after)


@fault(
    "a stale reading is refused, and all accounts are changed",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def refusal_changes_all_accounts(patch: MonkeyPatch) -> None:
    original = versions.why_unchanged

    def why(session: Session, model: Any, key: Any, required: Any) -> DomainError:
        if model is User:
            session.execute(text("UPDATE users SET version = version + 1"))
        return original(session, model, key, required)

    patch.setattr(versions, "why_unchanged", why)


@fault(
    "an address becomes a part of its statement",
    noticed_by="transactions/values",
    tags="@transactions-38",
)
def address_becomes_part_of_its_statement(patch: MonkeyPatch) -> None:
    patch.setattr(accounts, "literal", lambda value, *_, **__: literal_column(f"'{value}'"))


@fault(
    "the clock is not checked",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def clock_is_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "CheckedClock", lambda clock: clock)


@fault(
    "the clock may show what has nothing before it",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def clock_may_show_what_has_nothing_before_it(patch: MonkeyPatch) -> None:
    patch.setattr(instants, "EARLIEST_NOW", instants.EARLIEST)


@fault(
    "the clock may show what has nothing after it",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def clock_may_show_what_has_nothing_after_it(patch: MonkeyPatch) -> None:
    patch.setattr(instants, "LATEST_NOW", instants.LATEST)


@fault(
    "the clock keeps farther from the ends than it has to",
    noticed_by="transactions/values",
    tags="@transactions-40",
)
def clock_keeps_farther_from_ends_than_it_has_to(patch: MonkeyPatch) -> None:
    patch.setattr(instants, "LATEST_NOW", instants.LATEST_NOW - timedelta(seconds=1))
