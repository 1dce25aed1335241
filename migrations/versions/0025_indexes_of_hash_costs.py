"""Indexes of what the hashes of passwords cost, built while everybody goes on working.

A login does the same work whoever's address it is at, so it looks for every cost that is stored.
Outside a transaction, and from anew after a build that was broken off, as in 0023.

Revises: 0024
"""

from alembic import op

from migrations import guards

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

TABLES = ("temporary_passwords", "users")


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for table in TABLES:
            guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_hash_cost")
            guards.run(
                f"CREATE INDEX CONCURRENTLY ix_{table}_hash_cost ON {table}"
                " (split_part(password_hash COLLATE \"C\", '$', 4))"
            )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        for table in reversed(TABLES):
            guards.run(f"DROP INDEX CONCURRENTLY IF EXISTS ix_{table}_hash_cost")
