"""No statistics about words of tenants: row estimates would spell them out to everybody.

The comparisons of text and UUIDs are leakproof, so the planner uses statistics about all rows for
an estimate that it gives to any tenant (`EXPLAIN`).

Revises: 0023
"""

from migrations import guards

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# Children first, as whoever writes locks them.
WORDS = {
    "events": {"type": "varchar", "payload": "jsonb"},
    "turns": {"text": "varchar"},
    "tasks": {
        "title": "varchar",
        "payload": "jsonb",
        "result": "jsonb",
        "error": "varchar",
        "error_details": "jsonb",
    },
    "agents": {"session_uuid": "uuid", "name": "varchar", "priority_reason": "varchar"},
    "projects": {"path": "varchar", "slug": "varchar"},
    "objective_history": {"text": "varchar", "constraints": "varchar[]"},
    "objectives": {"text": "varchar", "constraints": "varchar[]"},
}


def upgrade() -> None:
    guards.alone(*WORDS)
    for table, columns in WORDS.items():
        # ANALYZE passes over such a column and leaves what it once found. What removes that, for
        # the owner of a table on every release, is to give the column a type; the same type
        # rewrites neither the table nor an index.
        changes = (
            f"ALTER {column} SET STATISTICS 0, ALTER {column} TYPE {type_}"
            for column, type_ in columns.items()
        )
        guards.excused("the types stay what they are", "changing-column-type")
        guards.run(f"ALTER TABLE {table} {', '.join(changes)}")


def downgrade() -> None:
    guards.alone(*WORDS)
    for table, columns in WORDS.items():
        changes = (f"ALTER {column} SET STATISTICS -1" for column in columns)
        guards.run(f"ALTER TABLE {table} {', '.join(changes)}")
