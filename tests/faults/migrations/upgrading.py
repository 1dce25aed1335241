"""Upgrades: what can be wrong with waiting, being interrupted, refusing."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from migrations import catalogue, fitness, holders
from migrations.holders import Watch
from tests.faults.catalogue import fault
from tests.faults.changing import change_source
from tests.faults.replacing import set_in_steps


@fault(
    "what a tenant grants of what it will make stops upgrades",
    noticed_by="migrations/refusing",
    tags="@migrations-29",
)
def default_privileges_stop_upgrades(patch: MonkeyPatch) -> None:
    patch.setattr(
        catalogue,
        "FACTS",
        catalogue.FACTS.replace(" AND has_schema_privilege(defaclrole, 'public', 'CREATE')", ""),
    )


@fault(
    "half an index is not dropped before it is built again", noticed_by="migrations/interrupting"
)
def half_an_index_is_not_dropped(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0023_indexes_of_tasks.py",
        'guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")\n            guards.run(f"CREATE',
        'guards.run(f"CREATE',
    )


@fault("half an index is taken for a whole one", noticed_by="migrations/interrupting")
def half_an_index_is_taken_for_whole(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0023_indexes_of_tasks.py",
        'guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")\n'
        '            guards.run(f"CREATE INDEX CONCURRENTLY {name}',
        'guards.run(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name}',
    )


@fault("two upgrades at once", noticed_by="migrations/waiting")
def two_upgrades_at_once(patch: MonkeyPatch) -> None:
    change_source(patch, "env.py", "    while not first_in_line(connection):\n        pass\n")


@fault("an upgrade waits for ever", noticed_by="migrations/waiting")
def upgrade_waits_for_ever(patch: MonkeyPatch) -> None:
    change_source(patch, "env.py", 'f"{limit // timedelta(milliseconds=1)}ms"', '"0"')
    set_in_steps(patch, "DEADLINE", 2.0, file="migrations_concurrency.py")


@fault("rights are taken back before the tables are locked", noticed_by="migrations/waiting")
def rights_are_revoked_before_locking(patch: MonkeyPatch) -> None:
    change_source(patch, "0022_rights.py", "    guards.alone(*OWNED)\n")


@fault("rights are given before the tables are locked", noticed_by="migrations/waiting")
def rights_are_granted_before_locking(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0022_rights.py",
        "    for table in OWNED:\n        guards.run(PROTECT",
        "    guards.run(TENANT)\n    for table in OWNED:\n        guards.run(PROTECT",
    )


@fault("the holder of a lock is not looked up", noticed_by="migrations/waiting")
def holder_is_not_looked_up(patch: MonkeyPatch) -> None:
    patch.setattr(Watch, "_look", lambda self: None)


@fault("the holder's statement is shown with its values", noticed_by="migrations/waiting")
def holders_statement_is_shown_with_its_values(patch: MonkeyPatch) -> None:
    patch.setattr(holders, "without_values", lambda query: query)


@fault("the new shape does not work beside the old one", noticed_by="migrations/under_load")
def new_shape_does_not_work_beside_old_one(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0004_email_beside_contact.py",
        "        NEW.username := coalesce(NEW.username, NEW.display_name);\n",
    )


@fault("an account registered during the upgrade is lost", noticed_by="migrations/under_load")
def concurrent_registration_is_lost(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0006_email_instead_of_contact.py",
        '    op.drop_column("users", "username")\n',
        "    op.execute(\"DELETE FROM users WHERE username LIKE 'registers%'\")\n"
        '    op.drop_column("users", "username")\n',
    )


@fault("what was altered by hand is not checked", noticed_by="migrations/refusing")
def altered_schema_is_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(fitness, "check_unaltered", lambda *_: None)


@fault("the version table is taken at its word", noticed_by="migrations/refusing")
def version_table_is_taken_at_its_word(patch: MonkeyPatch) -> None:
    def recorded(connection: Any, scripts: Any) -> str | None:
        if fitness._one(connection, "SELECT to_regclass('alembic_version')") is None:
            return None
        rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        return rows[0][0] if rows else None

    patch.setattr(fitness, "recorded", recorded)


@fault("rights are not checked", noticed_by="migrations/refusing")
def rights_are_not_checked(patch: MonkeyPatch) -> None:
    patch.setattr(fitness, "check_rights", lambda _: None)


@fault("any encoding will do", noticed_by="migrations/refusing")
def any_encoding_will_do(patch: MonkeyPatch) -> None:
    original = fitness._one
    patch.setattr(fitness, "_one", lambda c, q: "UTF8" if "encoding" in q else original(c, q))
