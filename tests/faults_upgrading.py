"""Faults of revisions and of what runs them: each a line that a careless colleague left out."""

from typing import Final

from tests.faults_strings import Fault

FOLDER: Final = "features/migrations"

INSTEAD: Final = """
import pathlib, types
import alembic.util.pyfiles as files
given = files.load_module_py

def load(module_id, path):
    if pathlib.Path(path).name != {file!r}:
        return given(module_id, path)
    source = pathlib.Path(path).read_text("utf-8")
    assert {old!r} in source, "the fault has nothing to change"
    module = types.ModuleType(module_id)
    module.__file__ = str(path)
    exec(compile(source.replace({old!r}, {new!r}), str(path), "exec"), module.__dict__)
    return module

files.load_module_py = load
"""


def _text(name: str, feature: str, file: str, old: str, new: str = "") -> Fault:
    """Return a fault in a file that Alembic loads."""
    return Fault(name, f"{FOLDER}/{feature}.feature", INSTEAD.format(file=file, old=old, new=new))


def _code(name: str, feature: str, code: str) -> Fault:
    return Fault(name, f"{FOLDER}/{feature}.feature", code)


UPGRADING: Final = [
    _text(
        "a downgrade leaves a type behind",
        "stepwise",
        "0008_status_beside.py",
        '    op.execute("DROP TYPE task_status")\n',
    ),
    _text(
        "a downgrade leaves a function behind",
        "stepwise",
        "0021_rules_for_all.py",
        '    guards.run("DROP FUNCTION task_change()")\n',
    ),
    _text(
        "a downgrade leaves a right behind",
        "stepwise",
        "0022_rights.py",
        "REVOKE USAGE ON SCHEMA public FROM {role};",
    ),
    _text(
        "a policy of a revision is another one",
        "parity",
        "0022_rights.py",
        "WITH CHECK (status IN ('processing', 'completed', 'failed'))",
        "WITH CHECK (true)",
    ),
    _text(
        "a trigger of a revision fires less often",
        "parity",
        "0021_rules_for_all.py",
        "BEFORE UPDATE OF status ON tasks",
        "AFTER UPDATE OF status ON tasks",
    ),
    _text(
        "a grant of a revision says more",
        "parity",
        "0022_rights.py",
        "GRANT SELECT, INSERT, DELETE ON password_history",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON password_history",
    ),
    _code(
        "a column of a model that no revision makes",
        "parity",
        "from sqlalchemy import Column, String\n"
        "from domain.identity.accounts import User\n"
        "User.__table__.append_column(Column('nickname', String))",
    ),
    _code(
        "a default of a model that no revision sets",
        "parity",
        "from sqlalchemy import DefaultClause, text\n"
        "from domain.work.tasks import Task\n"
        "Task.__table__.c.version.server_default = DefaultClause(text('2'))",
    ),
    _code(
        "a second head",
        "revisions",
        "from alembic.script import ScriptDirectory\n"
        "ScriptDirectory.get_heads = lambda self, _=False: ['0027', '0028']",
    ),
    _text(
        "the printed SQL has every % twice",
        "revisions",
        "env.py",
        'dialect_opts={"paramstyle": "named"},',
    ),
    _text(
        "a revision commits in its middle",
        "atomic",
        "0006_email_instead_of_contact.py",
        '    op.drop_column("users", "username")\n',
        '    op.execute("COMMIT")\n    op.drop_column("users", "username")\n',
    ),
    _text(
        "all revisions in one transaction",
        "atomic",
        "env.py",
        "            transaction_per_migration=True,\n            on_version",
        "            transaction_per_migration=False,\n            on_version",
    ),
    _text(
        "half an index is not taken away before it is built anew",
        "interrupting",
        "0023_indexes_of_tasks.py",
        'guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")\n            guards.run(f"CREATE',
        'guards.run(f"CREATE',
    ),
    _text(
        "half an index is taken for a whole one",
        "interrupting",
        "0023_indexes_of_tasks.py",
        'guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")\n'
        '            guards.run(f"CREATE INDEX CONCURRENTLY {name}',
        'guards.run(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name}',
    ),
    _text(
        "two upgrades at once",
        "waiting",
        "env.py",
        "    while not first_in_line(connection):\n        pass\n",
    ),
    _text(
        "an upgrade waits for ever",
        "waiting",
        "env.py",
        'f"{limit // timedelta(milliseconds=1)}ms"',
        '"0"',
    ),
    _text(
        "an upgrade runs in the time zone of its session",
        "history_workspace",
        "env.py",
        "        **SESSION,\n",
        "        **{**SESSION, 'TimeZone': connection.scalar(text('SHOW TimeZone'))},\n",
    ),
    _text(
        "rights are taken back before the tables are locked",
        "waiting",
        "0022_rights.py",
        "    guards.alone(*OWNED)\n",
    ),
    _text(
        "rights are given before the tables are locked",
        "waiting",
        "0022_rights.py",
        "    for table in OWNED:\n        guards.run(PROTECT",
        "    guards.run(TENANT)\n    for table in OWNED:\n        guards.run(PROTECT",
    ),
    _code(
        "nobody looks who holds a lock",
        "waiting",
        "from migrations.holders import Watch\nWatch._look = lambda self: None",
    ),
    _code(
        "the holder's statement is shown with its values",
        "waiting",
        "from migrations import holders\nholders.without_values = lambda query: query",
    ),
    _text(
        "the new shape does not work beside the old one",
        "under_load",
        "0004_email_beside_contact.py",
        "        NEW.username := coalesce(NEW.username, NEW.display_name);\n",
    ),
    _text(
        "who registers during the upgrade is lost",
        "under_load",
        "0006_email_instead_of_contact.py",
        '    op.drop_column("users", "username")\n',
        "    op.execute(\"DELETE FROM users WHERE username LIKE 'registers%'\")\n"
        '    op.drop_column("users", "username")\n',
    ),
    _code(
        "what was altered by hand is not looked at",
        "refusing",
        "from migrations import fitness\nfitness.check_unaltered = lambda *_: None",
    ),
    _code(
        "the version table is taken at its word",
        "refusing",
        "from migrations import fitness\n"
        "def recorded(connection, scripts):\n"
        "    if fitness._one(connection, \"SELECT to_regclass('alembic_version')\") is None:\n"
        "        return None\n"
        "    rows = connection.execute('SELECT version_num FROM alembic_version').fetchall()\n"
        "    return rows[0][0] if rows else None\n"
        "fitness.recorded = recorded",
    ),
    _code(
        "rights are not looked at",
        "refusing",
        "from migrations import fitness\nfitness.check_rights = lambda _: None",
    ),
    _code(
        "any encoding will do",
        "refusing",
        "from migrations import fitness\n"
        "given = fitness._one\n"
        "fitness._one = lambda c, q: 'UTF8' if 'encoding' in q else given(c, q)",
    ),
    _code(
        "all of a table is one batch",
        "batches",
        "from migrations import batches\nbatches.SIZE = 100_000",
    ),
    _code(
        "batches are committed together",
        "batches",
        "from migrations import batches\n"
        "batches.IN_BATCHES = batches.IN_BATCHES.replace('COMMIT;', '')",
    ),
    _code(
        "what came after its batch is left out",
        "batches",
        "from migrations import batches\nbatches.rest = lambda statements: None",
    ),
    _code(
        "the first id there can be is passed over",
        "batches",
        "from migrations import batches\nbatches.SMALLEST += 1",
    ),
    _text(
        "0015: logs that came after their batch are left out",
        "batches",
        "0015_turns_and_events.py",
        "    read_logs(NOT_YET_SPLIT)\n",
        "    read_logs('false')\n",
    ),
    _text(
        "0009: what is left over is not looked at again",
        "batches",
        "0009_task_status.py",
        '    guards.refuse_rows("no task can be like this", LEFT_OVER)\n',
        "    op.execute(\"UPDATE tasks SET state = 'pending' WHERE state IS NULL\")\n",
    ),
    _text(
        "0013: what is malformed in the last moment is left out",
        "batches",
        "0013_projects_and_agents.py",
        "    guards.run(FORGET_OUTDATED)\n    guards.refuse",
        "    guards.run(FORGET_OUTDATED)\n"
        "    guards.run(\"DELETE FROM tasks WHERE agent_session !~ '-'\")\n    guards.refuse",
    ),
    _text(
        "0017: what is blank in the last moment is left out",
        "batches",
        "0017_objectives.py",
        '    guards.alone("users")\n    guards.refuse_rows("these are no objectives", MALFORMED)\n',
        '    guards.alone("users")\n',
    ),
]
