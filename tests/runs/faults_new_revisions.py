"""What ties examples to the revision that is the latest today."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from features.support.migrations import alembic_commands
from tests.runs.test_new_revisions import test_a_new_revision_breaks_no_example


@fault(
    "the latest revision is spelt out",
    noticed_by=test_a_new_revision_breaks_no_example,
)
def head_is_a_constant(patch: MonkeyPatch) -> None:
    latest = alembic_commands.head()
    patch.setattr(alembic_commands, "head", lambda: latest)
