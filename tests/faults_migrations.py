"""Faults of the migrations: data that a revision loses, swaps or cuts on its way.

Each replaces a piece of a revision's SQL before it is run; the revision's file stays as it is.
"""

from typing import Final

from tests.faults_strings import Fault

ACCOUNTS: Final = "features/migrations/history_accounts.feature"
TASKS: Final = "features/migrations/history_tasks.feature"
WORKSPACE: Final = "features/migrations/history_workspace.feature"
RULES: Final = "features/migrations/history_rules.feature"
WHOLE: Final = "features/migrations/history_whole.feature"

REPLACE: Final = """
import migrations.guards as guards
from alembic import op
run, execute = guards.run, op.execute
def wrong(statement):
    for piece, other in PIECES.items():
        statement = statement.replace(piece, other)
    return statement
guards.run = lambda statement: run(wrong(statement))
op.execute = lambda it, **k: execute(wrong(it) if isinstance(it, str) else it, **k)
"""


UNLOOKED_AT: Final = "import migrations.fitness as f\nf.check_unaltered = lambda *_: None"
"""A trigger that is another one would be noticed before it has done anything."""


RULES_ABOUT: Final = {
    ("0001", WHOLE): 16,
    ("0003", ACCOUNTS): 1,
    ("0004", ACCOUNTS): 2,
    ("0005", ACCOUNTS): 2,
    ("0006", ACCOUNTS): 3,
    ("0007", TASKS): 6,
    ("0009", TASKS): 7,
    ("0011", TASKS): 8,
    ("0013", WORKSPACE): 9,
    ("0015", WORKSPACE): 10,
    ("0017", ACCOUNTS): 4,
    ("0019", ACCOUNTS): 5,
    ("0022", RULES): 13,
    ("0023", RULES): 13,
    ("0024", RULES): 37,
    ("0025", RULES): 13,
    ("0026", RULES): 13,
    ("0027", RULES): 13,
}
"""Which rule of a feature is about a revision, where it is one: no other one need be tried."""


def revision(number: str, name: str, features: str, pieces: dict[str, str]) -> Fault:
    """Return a fault of one revision: pieces of its SQL, and what stands there instead."""
    rule = RULES_ABOUT.get((number, features))
    where = f"--tags=@migrations-{rule} {features}" if rule else features
    return Fault(f"{number}: {name}", where, f"PIECES = {pieces!r}\n{REPLACE}{UNLOOKED_AT}")


MIGRATIONS: Final = [
    revision(
        "0001",
        "the first schema is left without a word about its rows",
        WHOLE,
        {"FROM users ORDER BY id) AS rows": "FROM users LIMIT 0) AS rows"},
    ),
    revision(
        "0003",
        "the history begins with the password of today",
        ACCOUNTS,
        {"SELECT id, former_password_hash,": "SELECT id, password_hash,"},
    ),
    revision(
        "0003",
        "the time of a former password is the account's",
        ACCOUNTS,
        {"former_password_hash, password_changed_at\n": "former_password_hash, created_at\n"},
    ),
    revision(
        "0003",
        "the last of many has no history",
        ACCOUNTS,
        {"id <= batch_upto AND former": "id < batch_upto AND former"},
    ),
    revision(
        "0003",
        "on the way back the first of the former passwords is kept",
        ACCOUNTS,
        {"retired_at DESC, id DESC": "retired_at, id"},
    ),
    revision(
        "0003",
        "on the way back all but one former password are lost",
        ACCOUNTS,
        {"HAVING count(*) > 1 ORDER BY user_id": "HAVING count(*) > 9 ORDER BY user_id"},
    ),
    revision(
        "0004",
        "what an old program writes does not arrive",
        ACCOUNTS,
        {"NEW.email := coalesce(NEW.email, given_email);": ""},
    ),
    revision(
        "0004",
        "what an old program changes does not arrive",
        ACCOUNTS,
        {"NEW.display_name := NEW.username;\n        END IF": "NULL;\n        END IF"},
    ),
    revision(
        "0004",
        "what a new program writes does not arrive",
        ACCOUNTS,
        {"NEW.contact := NEW.email;": "NULL;"},
    ),
    revision(
        "0005",
        "only the first batch is filled in",
        WHOLE,
        {"batch_from := batch_upto + 1;": "EXIT;"},
    ),
    revision(
        "0005",
        "only spaces are taken from around a contact",
        ACCOUNTS,
        {r"nullif(btrim(contact, E' \t\n\r\f\v'), '')),": "nullif(btrim(contact), '')),"},
    ),
    revision(
        "0005",
        "who has no name yet is called by the contact",
        ACCOUNTS,
        {"coalesce(display_name, username)": "coalesce(display_name, contact, username)"},
    ),
    revision(
        "0006",
        "long names are cut",
        ACCOUNTS,
        {
            "DROP FUNCTION user_in_step()": "DROP FUNCTION user_in_step();"
            " UPDATE users SET display_name = left(display_name, 100)"
        },
    ),
    revision(
        "0006",
        "of two accounts with one email the later goes",
        ACCOUNTS,
        {
            'GROUP BY lower(email COLLATE "C") HAVING count(*) > 1': "GROUP BY email HAVING false",
            "DROP FUNCTION user_in_step()": "DROP FUNCTION user_in_step(); DELETE FROM users AS a"
            " USING users AS b WHERE lower(a.email) = lower(b.email) AND a.id > b.id",
        },
    ),
    revision(
        "0006",
        "who has no email is given one",
        ACCOUNTS,
        {
            "ALTER TABLE users\n    ALTER email SET NOT NULL": "UPDATE users"
            " SET contact = id || '@example.org' WHERE email IS NULL;"
            " ALTER TABLE users ALTER email SET NOT NULL",
        },
    ),
    revision(
        "0006",
        "on the way back contacts are in lower case",
        ACCOUNTS,
        {"SET contact = email,": "SET contact = lower(email),"},
    ),
    revision(
        "0007",
        "times are taken to be in another zone",
        TASKS,
        {"SET LOCAL TimeZone = 'UTC'": "SET LOCAL TimeZone = 'Asia/Tokyo'"},
    ),
    revision(
        "0007",
        "fractions of a second are cut",
        TASKS,
        {"ALTER created_at TYPE timestamp with": "ALTER created_at TYPE timestamp(0) with"},
    ),
    revision(
        "0009",
        "what is done has failed",
        TASKS,
        {"THEN 'completed'": "THEN 'failed'"},
    ),
    revision(
        "0009",
        "unknown words are taken for pending",
        TASKS,
        {
            "'error', 'aborted') ORDER BY id": "'error', 'aborted') AND false",
            "FROM tasks WHERE state IS NULL ORDER BY id": "FROM tasks WHERE false",
            "ALTER TABLE tasks ALTER status SET NOT NULL": "UPDATE tasks SET status = 'pending'"
            " WHERE status IS NULL; ALTER TABLE tasks ALTER status SET NOT NULL",
        },
    ),
    revision(
        "0009",
        "on the way back every task is pending",
        TASKS,
        {"SET status = state::varchar": "SET status = 'pending'"},
    ),
    revision(
        "0011",
        "text that is not JSON is dropped",
        TASKS,
        {"RETURN jsonb_build_object('text', given);": "RETURN '{}';"},
    ),
    revision(
        "0011",
        "of a key that comes twice one value is kept",
        TASKS,
        {"AND public.json_repeats_a_key(given::json) THEN": "AND false THEN"},
    ),
    revision(
        "0011",
        "results take the place of payloads",
        TASKS,
        {
            "SET payload_json = text_as_json(payload)": "SET payload_json ="
            " text_as_json(coalesce(result, payload))",
            "NEW.payload_json := public.text_as_json(NEW.payload)": "NEW.payload_json :="
            " public.text_as_json(coalesce(NEW.result, NEW.payload))",
        },
    ),
    revision(
        "0011",
        "on the way back text stays wrapped",
        TASKS,
        {"RETURN given ->> 'text';": "RETURN given::text;"},
    ),
    revision(
        "0011",
        "on the way back the details of errors are lost",
        TASKS,
        {"WHERE error_details IS NOT NULL ORDER BY id": "WHERE false"},
    ),
]
