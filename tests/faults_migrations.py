"""Faults of the migrations: data that a revision loses, swaps or cuts on its way.

Each replaces a piece of a revision's SQL before it is run; the revision's file stays as it is.
"""

from typing import Final

from tests.faults import Fault

ACCOUNTS: Final = "features/migrations/history_accounts.feature"
TASKS: Final = "features/migrations/history_tasks.feature"
WORKSPACE: Final = "features/migrations/history_workspace.feature"
BATCHES: Final = "features/migrations/batches.feature"
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
}
"""Which rule of a feature is about a revision, where it is one: no other one need be tried."""


def _revision(number: str, name: str, features: str, pieces: dict[str, str]) -> Fault:
    """Return a fault of one revision: pieces of its SQL, and what stands there instead."""
    rule = RULES_ABOUT.get((number, features))
    where = f"--tags=@migrations-{rule} {features}" if rule else features
    return Fault(f"{number}: {name}", where, f"PIECES = {pieces!r}\n{REPLACE}{UNLOOKED_AT}")


MIGRATIONS: Final = [
    _revision(
        "0001",
        "the first schema is left without a word about its rows",
        WHOLE,
        {"FROM users ORDER BY id) AS rows": "FROM users LIMIT 0) AS rows"},
    ),
    _revision(
        "0003",
        "the history begins with the password of today",
        ACCOUNTS,
        {"SELECT id, former_password_hash,": "SELECT id, password_hash,"},
    ),
    _revision(
        "0003",
        "the time of a former password is the account's",
        ACCOUNTS,
        {"former_password_hash, password_changed_at\n": "former_password_hash, created_at\n"},
    ),
    _revision(
        "0003",
        "the last of many has no history",
        ACCOUNTS,
        {"id <= batch_upto AND former": "id < batch_upto AND former"},
    ),
    _revision(
        "0003",
        "on the way back the first of the former passwords is kept",
        ACCOUNTS,
        {"retired_at DESC, id DESC": "retired_at, id"},
    ),
    _revision(
        "0003",
        "on the way back all but one former password are lost",
        ACCOUNTS,
        {"HAVING count(*) > 1 ORDER BY user_id": "HAVING count(*) > 9 ORDER BY user_id"},
    ),
    _revision(
        "0004",
        "what an old program writes does not arrive",
        ACCOUNTS,
        {"NEW.email := coalesce(NEW.email, given_email);": ""},
    ),
    _revision(
        "0004",
        "what an old program changes does not arrive",
        ACCOUNTS,
        {"NEW.display_name := NEW.username;\n        END IF": "NULL;\n        END IF"},
    ),
    _revision(
        "0004",
        "what a new program writes does not arrive",
        ACCOUNTS,
        {"NEW.contact := NEW.email;": "NULL;"},
    ),
    _revision(
        "0005",
        "only the first batch is filled in",
        WHOLE,
        {"batch_from := batch_upto + 1;": "EXIT;"},
    ),
    _revision(
        "0005",
        "only spaces are taken from around a contact",
        ACCOUNTS,
        {r"nullif(btrim(contact, E' \t\n\r\f\v'), '')),": "nullif(btrim(contact), '')),"},
    ),
    _revision(
        "0005",
        "who has no name yet is called by the contact",
        ACCOUNTS,
        {"coalesce(display_name, username)": "coalesce(display_name, contact, username)"},
    ),
    _revision(
        "0006",
        "long names are cut",
        ACCOUNTS,
        {
            "DROP FUNCTION user_in_step()": "DROP FUNCTION user_in_step();"
            " UPDATE users SET display_name = left(display_name, 100)"
        },
    ),
    _revision(
        "0006",
        "of two accounts with one email the later goes",
        ACCOUNTS,
        {
            'GROUP BY lower(email COLLATE "C") HAVING count(*) > 1': "GROUP BY email HAVING false",
            "DROP FUNCTION user_in_step()": "DROP FUNCTION user_in_step(); DELETE FROM users AS a"
            " USING users AS b WHERE lower(a.email) = lower(b.email) AND a.id > b.id",
        },
    ),
    _revision(
        "0006",
        "who has no email is given one",
        ACCOUNTS,
        {
            "ALTER TABLE users\n    ALTER email SET NOT NULL": "UPDATE users"
            " SET contact = id || '@example.org' WHERE email IS NULL;"
            " ALTER TABLE users ALTER email SET NOT NULL",
        },
    ),
    _revision(
        "0006",
        "on the way back contacts are in lower case",
        ACCOUNTS,
        {"SET contact = email,": "SET contact = lower(email),"},
    ),
    _revision(
        "0007",
        "times are taken to be in the zone of the session",
        TASKS,
        {"SET LOCAL TimeZone = 'UTC'": "SELECT 1"},
    ),
    _revision(
        "0007",
        "fractions of a second are cut",
        TASKS,
        {"ALTER created_at TYPE timestamp with": "ALTER created_at TYPE timestamp(0) with"},
    ),
    _revision(
        "0009",
        "what is done has failed",
        TASKS,
        {"THEN 'completed'": "THEN 'failed'"},
    ),
    _revision(
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
    _revision(
        "0009",
        "on the way back every task is pending",
        TASKS,
        {"SET status = state::varchar": "SET status = 'pending'"},
    ),
    _revision(
        "0011",
        "text that is not JSON is dropped",
        TASKS,
        {"RETURN jsonb_build_object('text', given);": "RETURN '{}';"},
    ),
    _revision(
        "0011",
        "of a key that comes twice one value is kept",
        TASKS,
        {"AND public.json_repeats_a_key(given::json) THEN": "AND false THEN"},
    ),
    _revision(
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
    _revision(
        "0011",
        "on the way back text stays wrapped",
        TASKS,
        {"RETURN given ->> 'text';": "RETURN given::text;"},
    ),
    _revision(
        "0011",
        "on the way back the details of errors are lost",
        TASKS,
        {"WHERE error_details IS NOT NULL ORDER BY id": "WHERE false"},
    ),
    _revision(
        "0013",
        "projects of two users are one",
        WORKSPACE,
        {
            "FROM named AS named GROUP BY owner_id, path) AS paths": "FROM named AS named"
            " WHERE owner_id = 1 GROUP BY owner_id, path) AS paths"
        },
    ),
    _revision(
        "0013",
        "a project begins with its last task",
        WORKSPACE,
        {
            "min(id) AS first, min(created_at)": "min(id) AS first, max(created_at)",
            "SELECT project_id, min(t.created_at)": "SELECT project_id, max(t.created_at)",
        },
    ),
    _revision(
        "0013",
        "tasks lose their agents",
        WORKSPACE,
        {"WHERE n.id = tasks.id": "WHERE n.id = tasks.id AND n.id > 1"},
    ),
    _revision(
        "0013",
        "agents' names are cut",
        WORKSPACE,
        {
            "agent AS name,\n": "left(agent, 50) AS name,\n",
        },
    ),
    _revision(
        "0013",
        "on the way back a slug takes the place of the path",
        WORKSPACE,
        {"SET project = p.path": "SET project = '/' || p.slug"},
    ),
    _revision(
        "0013",
        "on the way back priorities are lost",
        WORKSPACE,
        {"priority_score, priority_reason, priority_at\n  ": "NULL, NULL, NULL\n  "},
    ),
    _revision(
        "0015",
        "only the first turn of a task is kept",
        WORKSPACE,
        {"FROM log_entries WHERE is_turn\n": "FROM log_entries WHERE is_turn AND turns = 1\n"},
    ),
    _revision(
        "0015",
        "users have said everything",
        WORKSPACE,
        {"split_part(who, ' ', 1)::turn_actor": "'user'::turn_actor"},
    ),
    _revision(
        "0015",
        "a text ends with its line",
        WORKSPACE,
        {"words AS text": "split_part(words, chr(10), 1) AS text"},
    ),
    _revision(
        "0015",
        "lines that are neither turns nor events are dropped",
        WORKSPACE,
        {"WHERE NOT is_turn": "WHERE NOT is_turn AND payload IS NOT NULL"},
    ),
    _revision(
        "0015",
        "on the way back turns and events are mixed",
        WORKSPACE,
        {"ORDER BY turn_id, is_event, id": "ORDER BY is_event, id"},
    ),
    _revision(
        "0015",
        "on the way back events of no task are lost",
        WORKSPACE,
        {"FROM events AS e\n": "FROM (SELECT * FROM events WHERE task_id > 0) AS e\n"},
    ),
    _revision(
        "0017",
        "long objectives are cut",
        ACCOUNTS,
        {"SELECT id, objective, o": "SELECT id, left(objective, 1000), o"},
    ),
    _revision(
        "0017",
        "an objective begins with the upgrade",
        ACCOUNTS,
        {"SELECT id, objective, objective_since": "SELECT id, objective, now()"},
    ),
    _revision(
        "0017",
        "on the way back constraints are lost",
        ACCOUNTS,
        {"o.constraints <> '{}' OR": ""},
    ),
    _revision(
        "0019",
        "accounts were changed by the upgrade",
        ACCOUNTS,
        {"SET changed_at = created_at": "SET changed_at = greatest(created_at, now())"},
    ),
    _revision(
        "0019",
        "on the way back closed accounts are open",
        ACCOUNTS,
        {"OR deactivated_at IS NOT NULL": ""},
    ),
    _revision(
        "0019",
        "on the way back sessions end without a word",
        ACCOUNTS,
        {"FROM login_sessions GROUP BY": "FROM login_sessions WHERE false GROUP BY"},
    ),
    _revision(
        "0020",
        "rows that break a rule are deleted",
        RULES,
        {
            "ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_form": "DELETE FROM tasks"
            " WHERE title !~ '[^[:space:]]'; ALTER TABLE tasks ADD CONSTRAINT ck_tasks_title_form"
        },
    ),
    _revision(
        "0020",
        "on the way back it is lost how often tasks were changed",
        RULES,
        {"FROM tasks WHERE version <> 1": "FROM tasks WHERE version < 1"},
    ),
    _revision(
        "0021",
        "rows that break a rule are put right by guesses",
        RULES,
        {
            "ALTER TABLE users VALIDATE CONSTRAINT ck_users_version": "UPDATE users SET"
            " version = greatest(version, 1);"
            " ALTER TABLE users VALIDATE CONSTRAINT ck_users_version",
            "FROM users WHERE NOT (version >= 1) ORDER BY id": "FROM users WHERE false",
        },
    ),
    _revision(
        "0022",
        "what is completed is cleared away",
        RULES,
        {
            "GRANT USAGE ON SCHEMA public TO app_worker": "GRANT USAGE ON SCHEMA public TO"
            " app_worker; DELETE FROM tasks WHERE status = 'completed'"
        },
    ),
    _revision(
        "0023",
        "what is completed is cleared away",
        RULES,
        {
            "DROP INDEX CONCURRENTLY IF EXISTS ix_tasks_to_claim": "DELETE FROM tasks"
            " WHERE status = 'completed'"
        },
    ),
    _revision(
        "0003",
        "what an old program changes after the copy is not copied again",
        BATCHES,
        {"WHERE user_id NOT IN (": "WHERE false AND user_id NOT IN ("},
    ),
    _revision(
        "0009",
        "what an old program writes meanwhile has no status",
        BATCHES,
        {"BEFORE INSERT OR UPDATE OF status ON tasks": "BEFORE UPDATE OF status ON tasks"},
    ),
    _revision(
        "0011",
        "what an old program changes meanwhile stays as it was",
        BATCHES,
        {"BEFORE INSERT OR UPDATE OF payload, result": "BEFORE INSERT"},
    ),
    _revision(
        "0013",
        "a task that names another agent keeps the former one",
        BATCHES,
        {"UPDATE tasks SET agent_id = NULL\n": "UPDATE tasks SET agent_id = agent_id\n"},
    ),
    _revision(
        "0013",
        "an agent that no task names any more stays",
        BATCHES,
        {"DELETE FROM agents AS a WHERE NOT EXISTS": "DELETE FROM agents AS a WHERE EXISTS"},
    ),
    _revision(
        "0013",
        "the earlier task of a later batch does not count",
        BATCHES,
        {"projects.created_at <> said.created_at": "false"},
    ),
    _revision(
        "0013",
        "the earlier task of a later batch does not count for its agent",
        BATCHES,
        {"agents.created_at <> said.created_at": "false"},
    ),
    _revision(
        "0015",
        "a log that was split stays as it was",
        BATCHES,
        {"DELETE FROM split_logs WHERE": "DELETE FROM split_logs WHERE false AND"},
    ),
    _revision(
        "0015",
        "what a deleted task has said stays",
        BATCHES,
        {"DELETE FROM events WHERE task_id IS NULL OR": "DELETE FROM events WHERE"},
    ),
    _revision(
        "0015",
        "a turn of the last moment may be earlier than its task",
        BATCHES,
        {"is_turn AND at < since ORDER BY": "false ORDER BY"},
    ),
    _revision(
        "0017",
        "an objective that changes after the copy stays",
        BATCHES,
        {"WHERE owner_id NOT IN (": "WHERE false AND owner_id NOT IN ("},
    ),
    _revision(
        "0019",
        "who registers meanwhile has never been changed",
        BATCHES,
        {"coalesce(NEW.changed_at, NEW.created_at)": "NEW.changed_at"},
    ),
]
