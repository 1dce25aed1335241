"""Revisions: what one can leave behind, add or commit too early."""

from typing import cast

from _pytest.monkeypatch import MonkeyPatch
from alembic.script import ScriptDirectory
from sqlalchemy import Column, DefaultClause, String, Table, text

from domain.identity.accounts import User
from domain.work.tasks import Task
from tests.faults.catalogue import fault
from tests.faults.changing import change_source


@fault("a downgrade leaves a type behind", noticed_by="migrations/stepwise")
def downgrade_leaves_type_behind(patch: MonkeyPatch) -> None:
    change_source(patch, "0008_status_beside.py", '    op.execute("DROP TYPE task_status")\n')


@fault("a downgrade leaves a function behind", noticed_by="migrations/stepwise")
def downgrade_leaves_function_behind(patch: MonkeyPatch) -> None:
    change_source(patch, "0021_rules_for_all.py", '    guards.run("DROP FUNCTION task_change()")\n')


@fault("a downgrade leaves a right behind", noticed_by="migrations/stepwise")
def downgrade_leaves_right_behind(patch: MonkeyPatch) -> None:
    change_source(patch, "0022_rights.py", "REVOKE USAGE ON SCHEMA public FROM {role};")


@fault("a policy of a revision is another one", noticed_by="migrations/parity")
def policy_of_revision_is_another_one(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0022_rights.py",
        "WITH CHECK (status IN ('processing', 'completed', 'failed'))",
        "WITH CHECK (true)",
    )


@fault("a trigger of a revision fires less often", noticed_by="migrations/parity")
def trigger_of_revision_fires_less_often(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0021_rules_for_all.py",
        "BEFORE UPDATE OF status ON tasks",
        "AFTER UPDATE OF status ON tasks",
    )


@fault("a grant of a revision says more", noticed_by="migrations/parity")
def grant_of_revision_says_more(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0022_rights.py",
        "GRANT SELECT, INSERT, DELETE ON password_history",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON password_history",
    )


@fault("a column of a model that no revision makes", noticed_by="migrations/parity")
def column_of_model_that_no_revision_makes(patch: MonkeyPatch) -> None:
    table = cast("Table", User.__table__)
    table.append_column(Column("nickname", String))


@fault("a default of a model that no revision sets", noticed_by="migrations/parity")
def default_of_model_that_no_revision_sets(patch: MonkeyPatch) -> None:
    patch.setattr(Task.__table__.c.version, "server_default", DefaultClause(text("2")))


@fault("a second head", noticed_by="migrations/revisions")
def second_head(patch: MonkeyPatch) -> None:
    patch.setattr(ScriptDirectory, "get_heads", lambda self, _=False: ["0027", "0028"])


@fault("the printed SQL has every % twice", noticed_by="migrations/revisions")
def printed_sql_doubles_percent(patch: MonkeyPatch) -> None:
    change_source(patch, "env.py", 'dialect_opts={"paramstyle": "named"},')


@fault("a revision commits in its middle", noticed_by="migrations/atomic")
def revision_commits_in_its_middle(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0006_email_instead_of_contact.py",
        '    op.drop_column("users", "username")\n',
        '    op.execute("COMMIT")\n    op.drop_column("users", "username")\n',
    )


@fault("all revisions in one transaction", noticed_by="migrations/atomic")
def all_revisions_in_one_transaction(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "env.py",
        "            transaction_per_migration=True,\n            on_version",
        "            transaction_per_migration=False,\n            on_version",
    )
