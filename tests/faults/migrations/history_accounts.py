"""Data of accounts that a revision loses, swaps or cuts."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_revisions


@fault(
    "0001: the first schema is left without a word about its rows",
    noticed_by="migrations/history_whole",
    tags="@migrations-16",
)
def revision_0001_first_schema_is_left_without_word(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"FROM users ORDER BY id) AS rows": "FROM users LIMIT 0) AS rows"})


@fault(
    "0003: the history begins with the password of today",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def revision_0003_history_begins_with_password_of_today(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SELECT id, former_password_hash,": "SELECT id, password_hash,"})


@fault(
    "0003: the time of a former password is the account's",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def revision_0003_time_of_former_password_is_accounts(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"former_password_hash, password_changed_at\n": "former_password_hash, created_at\n"}
    )


@fault(
    "0003: the last of many has no history",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def revision_0003_last_of_many_has_no_history(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"id <= batch_upto AND former": "id < batch_upto AND former"})


@fault(
    "0003: on the way back the first of the former passwords is kept",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def revision_0003_on_way_back_first_of_former_passwords(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"retired_at DESC, id DESC": "retired_at, id"})


@fault(
    "0003: on the way back all but one former password are lost",
    noticed_by="migrations/history_accounts",
    tags="@migrations-1",
)
def revision_0003_on_way_back_all_but_one_former_password(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"HAVING count(*) > 1 ORDER BY user_id": "HAVING count(*) > 9 ORDER BY user_id"}
    )


@fault(
    "0004: what an old program writes does not arrive",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def revision_0004_what_old_program_writes_does_not_arrive(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"NEW.email := coalesce(NEW.email, given_email);": ""})


@fault(
    "0004: what an old program changes does not arrive",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def revision_0004_what_old_program_changes_does(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"NEW.display_name := NEW.username;\n        END IF": "NULL;\n        END IF"}
    )


@fault(
    "0004: what a new program writes does not arrive",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def revision_0004_what_new_program_writes_does_not_arrive(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"NEW.contact := NEW.email;": "NULL;"})


@fault("0005: only the first batch is filled in", noticed_by="migrations/history_whole")
def revision_0005_only_first_batch_is_filled_in(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"batch_from := batch_upto + 1;": "EXIT;"})


@fault(
    "0005: only spaces are taken from around a contact",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def revision_0005_only_spaces_are_taken_from_around(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"nullif(btrim(contact, E' \\t\\n\\r\\f\\v'), '')),": "nullif(btrim(contact), '')),"}
    )


@fault(
    "0005: who has no name yet is called by the contact",
    noticed_by="migrations/history_accounts",
    tags="@migrations-2",
)
def revision_0005_who_has_no_name_yet_is_called(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"coalesce(display_name, username)": "coalesce(display_name, contact, username)"}
    )


@fault("0006: long names are cut", noticed_by="migrations/history_accounts", tags="@migrations-3")
def revision_0006_long_names_are_cut(patch: MonkeyPatch) -> None:
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
def revision_0006_of_two_accounts_with_one_email_later(patch: MonkeyPatch) -> None:
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
    "0006: who has no email is given one",
    noticed_by="migrations/history_accounts",
    tags="@migrations-3",
)
def revision_0006_who_has_no_email_is_given_one(patch: MonkeyPatch) -> None:
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
def revision_0006_on_way_back_contacts_are_in_lower_case(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SET contact = email,": "SET contact = lower(email),"})


@fault(
    "0017: long objectives are cut", noticed_by="migrations/history_accounts", tags="@migrations-4"
)
def revision_0017_long_objectives_are_cut(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"SELECT id, objective, o": "SELECT id, left(objective, 1000), o"})


@fault(
    "0017: an objective begins with the upgrade",
    noticed_by="migrations/history_accounts",
    tags="@migrations-4",
)
def revision_0017_objective_begins_with_upgrade(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"SELECT id, objective, objective_since": "SELECT id, objective, now()"}
    )


@fault(
    "0017: on the way back constraints are lost",
    noticed_by="migrations/history_accounts",
    tags="@migrations-4",
)
def revision_0017_on_way_back_constraints_are_lost(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"o.constraints <> '{}' OR": ""})


@fault(
    "0019: accounts were changed by the upgrade",
    noticed_by="migrations/history_accounts",
    tags="@migrations-5",
)
def revision_0019_accounts_were_changed_by_upgrade(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"SET changed_at = created_at": "SET changed_at = greatest(created_at, now())"}
    )


@fault(
    "0019: on the way back closed accounts are open",
    noticed_by="migrations/history_accounts",
    tags="@migrations-5",
)
def revision_0019_on_way_back_closed_accounts_are_open(patch: MonkeyPatch) -> None:
    change_revisions(patch, {"OR deactivated_at IS NOT NULL": ""})


@fault(
    "0019: on the way back sessions end without a word",
    noticed_by="migrations/history_accounts",
    tags="@migrations-5",
)
def revision_0019_on_way_back_sessions_end_without_word(patch: MonkeyPatch) -> None:
    change_revisions(
        patch, {"FROM login_sessions GROUP BY": "FROM login_sessions WHERE false GROUP BY"}
    )
