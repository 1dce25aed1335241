"""Turns and events of their own, beside the log of each task (expand).

Until revision 0015 the log is what counts.

Revises: 0013
"""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations import guards

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

REFERENCES = ("project", "agent", "task", "turn")
ACTORS = ("user", "agent")
INTENTS = ("command", "answer", "question", "progress", "completion")


def listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def upgrade() -> None:
    guards.excused(
        "true of any primary key; the lock is held for the index alone",
        "constraint-missing-not-valid",
        "disallowed-unique-constraint",
    )
    op.create_unique_constraint(op.f("uq_tasks_owner_id_id"), "tasks", ["owner_id", "id"])
    create_turns()
    create_events()
    # Which of the logs are split already, and a digest of what they were then.
    op.create_table(
        "split_logs",
        sa.Column("task_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_split_logs")),
    )


def create_turns() -> None:
    guards.run(f"CREATE TYPE turn_actor AS ENUM ({listed(ACTORS)})")
    guards.run(f"CREATE TYPE turn_intent AS ENUM ({listed(INTENTS)})")
    guards.run("REVOKE ALL ON TYPE turn_actor, turn_intent FROM PUBLIC")
    op.create_table(
        "turns",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.BigInteger(), nullable=False),
        sa.Column("actor", postgresql.ENUM(name="turn_actor", create_type=False), nullable=False),
        sa.Column("intent", postgresql.ENUM(name="turn_intent", create_type=False), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turns")),
        sa.ForeignKeyConstraint(
            ["owner_id", "task_id"],
            ["tasks.owner_id", "tasks.id"],
            name=op.f("fk_turns_owner_id_task_id_tasks"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_turns_owner_id_id")),
        sa.CheckConstraint(
            "char_length(text) <= 100000 AND text ~ '[^[:space:]]'", name=op.f("ck_turns_text_form")
        ),
    )
    op.create_index(
        "ix_turns_owner_id_task_id_id", "turns", ["owner_id", "task_id", sa.text("id NULLS FIRST")]
    )


def create_events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.BigInteger(), nullable=True),
        sa.Column("agent_id", sa.BigInteger(), nullable=True),
        sa.Column("task_id", sa.BigInteger(), nullable=True),
        sa.Column("turn_id", sa.BigInteger(), nullable=True),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["users.id"], name=op.f("fk_events_owner_id_users"), ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                ["owner_id", f"{name}_id"],
                [f"{name}s.owner_id", f"{name}s.id"],
                name=op.f(f"fk_events_owner_id_{name}_id_{name}s"),
                ondelete=f"SET NULL ({name}_id)",
            )
            for name in REFERENCES
        ),
        sa.CheckConstraint(
            "type ~ '^[a-z]+([._][a-z]+)*$' AND char_length(type) <= 100",
            name=op.f("ck_events_type_form"),
        ),
    )
    op.create_index("ix_events_owner_id_id", "events", ["owner_id", sa.text("id NULLS FIRST")])
    for name in REFERENCES:
        op.create_index(
            f"ix_events_owner_id_{name}_id_id",
            "events",
            ["owner_id", f"{name}_id", sa.text("id NULLS FIRST")],
        )


def downgrade() -> None:
    """Drop what was split out: the logs say all of it."""
    op.drop_table("split_logs")
    op.drop_table("events")
    op.drop_table("turns")
    guards.run("DROP TYPE turn_intent")
    guards.run("DROP TYPE turn_actor")
    op.drop_constraint(op.f("uq_tasks_owner_id_id"), "tasks")
