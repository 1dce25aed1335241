"""How far a task has come is one of four words, whoever spelt it.

Revises: 0006
"""

from migrations import guards

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

SPELLINGS = {
    "pending": ("pending", "open", "new", "todo", "queued", "waiting"),
    "processing": ("processing", "in progress", "in-progress", "in_progress", "running", "started"),
    "completed": ("completed", "complete", "done", "finished", "ok"),
    "failed": ("failed", "failure", "error", "aborted"),
}

SPELT = r"lower(btrim(status, E' \t\n\r\f\v'))"


def listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


UNKNOWN = f"""
SELECT format('%s of task %s', to_json(status), id) FROM tasks
 WHERE {SPELT} NOT IN ({listed(sum(SPELLINGS.values(), ()))}) ORDER BY id
"""

MEANT = "CASE {} END".format(
    " ".join(
        f"WHEN {SPELT} IN ({listed(words)}) THEN '{status}'" for status, words in SPELLINGS.items()
    )
)


def upgrade() -> None:
    guards.alone("tasks")
    guards.refuse_rows("no task can be like this", UNKNOWN)
    guards.run(f"CREATE TYPE task_status AS ENUM ({listed(tuple(SPELLINGS))})")
    guards.run("REVOKE ALL ON TYPE task_status FROM PUBLIC")
    guards.excused(
        "the lock is held already, and the rows are written once", "changing-column-type"
    )
    guards.run(f"ALTER TABLE tasks ALTER status TYPE task_status USING ({MEANT})::task_status")
    guards.run("ALTER TABLE tasks ALTER status SET DEFAULT 'pending'")


def downgrade() -> None:
    guards.run("ALTER TABLE tasks ALTER status DROP DEFAULT")
    guards.run("ALTER TABLE tasks ALTER status TYPE varchar USING status::varchar")
    guards.run("DROP TYPE task_status")
