"""Indexes for the pages of tasks and for claims, built while everybody goes on working.

Outside a transaction: a build that is broken off leaves an invalid index, which the next attempt
takes away first.

Revises: 0022
"""

from alembic import op

from migrations import guards

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_tasks_owner_id_id": "(owner_id, id NULLS FIRST)",
    "ix_tasks_owner_id_status_id": "(owner_id, status, id NULLS FIRST)",
    "ix_tasks_owner_id_agent_id_id": "(owner_id, agent_id, id NULLS FIRST)",
    "ix_tasks_to_claim": "(created_at, id) WHERE status = 'pending'",
}


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for name, columns in INDEXES.items():
            guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
            guards.run(f"CREATE INDEX CONCURRENTLY {name} ON tasks {columns}")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for name in reversed(INDEXES):
            guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
