"""What revisions say and leave: what another criterion would notice before."""

from _pytest.monkeypatch import MonkeyPatch

from tests.faults.catalogue import fault
from tests.faults.changing import change_schema, change_source


@fault("a revision is described by no sentence", noticed_by="migrations/revisions")
def revision_is_described_by_no_sentence(patch: MonkeyPatch) -> None:
    change_source(patch, "0020_rules.py", "The rules of users, former passwords and tasks", "rules")


@fault("the way back to nothing leaves a table", noticed_by="migrations/revisions")
def way_back_to_nothing_leaves_a_table(patch: MonkeyPatch) -> None:
    change_source(
        patch,
        "0001_users_and_tasks.py",
        "def downgrade() -> None:\n",
        'def downgrade() -> None:\n    op.execute("CREATE TABLE left_over ()")\n',
    )


@fault(
    "the database has another schema than its revision",
    noticed_by="migrations/parity",
    examples="All revisions at once",
)
def database_has_another_schema(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE tasks ALTER title DROP NOT NULL")
