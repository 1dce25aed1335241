"""Data of accounts that a revision loses, swaps or cuts."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions


@fault(
    "0001: the first schema is left without a word about its rows",
    noticed_by="migrations/history_whole",
    tags="@migrations-16",
)
def first_schema_drops_its_rows(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"FROM users ORDER BY id) AS rows": "FROM users LIMIT 0) AS rows"})


@fault(
    "0003: the history begins with the password of today",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def history_begins_with_today(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SELECT id, former_password_hash,": "SELECT id, password_hash,"})


@fault(
    "0003: the time of a former password is the account's",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def former_password_has_another_time(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"former_password_hash, password_changed_at\n": "former_password_hash, created_at\n"}
    )


@fault(
    "0003: the last of many has no history",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def last_account_has_no_history(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"id <= batch_upto AND former": "id < batch_upto AND former"})


@fault(
    "0003: on the way back the first of the former passwords is kept",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def downgrade_keeps_first_former_password(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"retired_at DESC, id DESC": "retired_at, id"})


@fault(
    "0003: on the way back all but one former password are lost",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def downgrade_loses_former_passwords(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"HAVING count(*) > 1 ORDER BY user_id": "HAVING count(*) > 9 ORDER BY user_id"}
    )


@fault(
    "0004: what an old program writes does not arrive",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def old_insert_does_not_arrive(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"NEW.email := coalesce(NEW.email, given_email);": ""})


@fault(
    "0004: what an old program changes does not arrive",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def old_change_does_not_arrive(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"NEW.display_name := NEW.username;\n        END IF": "NULL;\n        END IF"}
    )


@fault(
    "0004: what a new program writes does not arrive",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def new_insert_does_not_arrive(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"NEW.contact := NEW.email;": "NULL;"})


@fault("0005: only the first batch is filled in", noticed_by="migrations/history_whole")
def only_first_batch_is_filled_in(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"batch_from := batch_upto + 1;": "EXIT;"})


@fault(
    "0005: only spaces are taken from around a contact",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def only_spaces_are_trimmed(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"nullif(btrim(contact, E' \\t\\n\\r\\f\\v'), '')),": "nullif(btrim(contact), '')),"}
    )


@fault(
    "0005: an account without a name is called by its contact",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def contact_becomes_the_name(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"coalesce(display_name, username)": "coalesce(display_name, contact, username)"}
    )


@fault("0006: long names are cut", noticed_by="migrations/history_accounts", tags="@migrations-3")
def long_names_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "DROP FUNCTION user_in_step()": (
                "DROP FUNCTION user_in_step();"
                " UPDATE users SET display_name = left(display_name, 100)"
            )
        },
    )


@fault(
    "0006: of two accounts with one email the later goes",
    noticed_by="migrations/history_accounts",
    tags="@migrations-3",
)
def later_account_of_an_email_is_deleted(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            'GROUP BY lower(email COLLATE "C") HAVING count(*) > 1': "GROUP BY email HAVING false",
            "DROP FUNCTION user_in_step()": (
                "DROP FUNCTION user_in_step();"
                " DELETE FROM users AS a USING users AS b WHERE lower(a.email) = lower(b.email)"
                " AND a.id > b.id"
            ),
        },
    )


@fault(
    "0006: an account without an email is given one",
    noticed_by="migrations/history_accounts",
    tags="@migrations-3",
)
def missing_email_is_invented(patch: MonkeyPatch) -> None:
    change_revisions(
        patch,
        {
            "ALTER TABLE users\n    ALTER email SET NOT NULL": (
                "UPDATE users SET contact = id || '@example.org' WHERE email IS NULL;"
                " ALTER TABLE users ALTER email SET NOT NULL"
            )
        },
    )


@fault(
    "0006: on the way back contacts are in lower case",
    noticed_by="migrations/history_accounts",
    tags="@migrations-3",
)
def downgrade_lowers_contacts(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET contact = email,": "SET contact = lower(email),"})


@fault(
    "0017: long objectives are cut", noticed_by="migrations/history_accounts", tags="@migrations-4"
)
def long_objectives_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SELECT id, objective, o": "SELECT id, left(objective, 1000), o"})


@fault(
    "0017: an objective begins with the upgrade",
    noticed_by="migrations/history_accounts",
    tags="@migrations-4",
)
def objective_begins_with_the_upgrade(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"SELECT id, objective, objective_since": "SELECT id, objective, now()"}
    )


@fault(
    "0017: on the way back constraints are lost",
    noticed_by="migrations/history_accounts",
    tags="@migrations-4",
)
def downgrade_loses_constraints(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"o.constraints <> '{}' OR": ""})


@fault(
    "0019: accounts were changed by the upgrade",
    noticed_by="migrations/history_accounts",
    tags="@migrations-5",
)
def accounts_are_changed_by_the_upgrade(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"SET changed_at = created_at": "SET changed_at = greatest(created_at, now())"}
    )


@fault(
    "0019: on the way back closed accounts are open",
    noticed_by="migrations/history_accounts",
    tags="@migrations-5",
)
def downgrade_opens_closed_accounts(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"OR deactivated_at IS NOT NULL": ""})


@fault(
    "0019: on the way back sessions end without a word",
    noticed_by="migrations/history_accounts",
    tags="@migrations-5",
)
def downgrade_drops_sessions(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"FROM login_sessions GROUP BY": "FROM login_sessions WHERE false GROUP BY"}
    )
