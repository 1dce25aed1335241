"""Values of accounts and passwords that are changed, or taken from former ones."""

from _pytest.monkeypatch import MonkeyPatch

from domain.identity import accounts, passwords, temporary_passwords
from domain.identity.accounts import Accounts
from domain.identity.hashing import Hasher
from domain.identity.password_policy import acceptable
from domain.identity.passwords import Passwords
from tests.faults.catalogue import fault
from tests.faults.rewriting import change_values, composed, cut, rewrite


@fault("display names are trimmed", noticed_by="accounts/registration", examples="The display name")
def display_names_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, accounts, "line", "display name", str.strip)


@fault("display names are composed", noticed_by="accounts/changing", examples="display name")
def display_names_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, accounts, "line", "display name", composed)


@fault("display names are cut", noticed_by="accounts/registration", examples="The display name")
def display_names_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, accounts, "line", "display name", cut(100))


@fault(
    "a second change of an account keeps the time of the first",
    noticed_by="accounts/changing",
    examples="time of its own",
)
def a_second_change_of_an_account_keeps_the_time_of_the_first(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Accounts,
        "_change",
        {"func.greatest(now, User.changed_at)": "seen.changed_at if seen.version > 1 else now"},
    )


@fault("a deactivation begins with the account", noticed_by="accounts/deactivating")
def a_deactivation_begins_with_the_account(patch: MonkeyPatch) -> None:
    rewrite(
        patch, Accounts, "deactivate", {"func.greatest(now, User.changed_at)": "seen.created_at"}
    )


@fault(
    "a second deactivation keeps the time of the change before",
    noticed_by="accounts/deactivating",
    examples="time of its own",
)
def a_second_deactivation_keeps_the_time_of_the_change_before(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Accounts,
        "deactivate",
        {"func.greatest(now, User.changed_at)": "seen.changed_at if seen.version > 1 else now"},
    )


@fault(
    "a password of a new account is trimmed",
    noticed_by="accounts/registration",
    examples="The password",
)
def a_password_of_a_new_account_is_trimmed(patch: MonkeyPatch) -> None:
    patch.setattr(accounts, "acceptable", lambda *arguments: acceptable(*arguments).strip())


@fault(
    "a password that is changed is trimmed",
    noticed_by="passwords/changing",
    examples="The new password",
)
def a_password_that_is_changed_is_trimmed(patch: MonkeyPatch) -> None:
    patch.setattr(passwords, "acceptable", lambda *arguments: acceptable(*arguments).strip())


@fault(
    "a temporary password keeps the expiry of the former one",
    noticed_by="passwords/temporary",
    examples="issued again",
)
def a_temporary_password_keeps_the_expiry_of_the_former_one(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        temporary_passwords,
        "supersede",
        {"set_=values": "set_={k: v for k, v in values.items() if k != 'expires_at'}"},
    )
    patch.setattr(passwords, "supersede", temporary_passwords.supersede)


@fault(
    "a temporary password keeps the time of the former one",
    noticed_by="passwords/temporary",
    examples="issued again",
)
def a_temporary_password_keeps_the_time_of_the_former_one(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        temporary_passwords,
        "supersede",
        {"set_=values": "set_={k: v for k, v in values.items() if k != 'issued_at'}"},
    )
    patch.setattr(passwords, "supersede", temporary_passwords.supersede)


@fault(
    "a temporary password is said to be valid until now",
    noticed_by="passwords/temporary",
    examples="issued again",
)
def a_temporary_password_is_said_to_be_valid_until_now(patch: MonkeyPatch) -> None:
    rewrite(patch, Passwords, "issue_temporary", {"password, ends)": "password, now)"})


@fault(
    "temporary passwords share a salt",
    noticed_by="passwords/temporary",
    examples="salts of their own",
)
def temporary_passwords_share_a_salt(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Passwords,
        "issue_temporary",
        {"_hasher.hash(password)": "_hasher._argon2.hash(password, salt=b'0' * 16)"},
    )


@fault("upgraded hashes share a salt", noticed_by="passwords/storage", examples="upgraded differ")
def upgraded_hashes_share_a_salt(patch: MonkeyPatch) -> None:
    rewrite(
        patch, Hasher, "raised", {".hash(password)": ".hash(password, salt=b'0' * target.salt_len)"}
    )


@fault(
    "a former password has the time of the one before",
    noticed_by="passwords/history",
    examples="Each former password",
)
def a_former_password_has_the_time_of_the_one_before(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Passwords,
        "_retire",
        {"retired_at=now": "retired_at=barred[0].retired_at if barred else now"},
    )
