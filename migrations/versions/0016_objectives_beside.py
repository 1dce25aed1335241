"""Objectives of their own, beside the one that a user has (expand).

Until revision 0017 the old columns are what counts.

Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MORE_THAN_TEXT = """
SELECT format('objective %s of user %s', o.id, o.owner_id)
  FROM objectives AS o
 WHERE o.constraints <> '{}' OR o.version <> 1
    OR EXISTS (SELECT FROM objectives AS other
                WHERE other.owner_id = o.owner_id AND other.id <> o.id)
    OR EXISTS (SELECT FROM objective_history AS h
                WHERE h.objective_id = o.id AND h.valid_until IS NOT NULL)
 ORDER BY o.id
"""


def upgrade() -> None:
    create_objectives()
    create_history()


def create_objectives() -> None:
    op.create_table(
        "objectives",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column(
            "constraints",
            sa.ARRAY(sa.String()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objectives")),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["users.id"],
            name=op.f("fk_objectives_owner_id_users"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("owner_id", "id", name=op.f("uq_objectives_owner_id_id")),
        sa.CheckConstraint(
            "char_length(text) <= 2000 AND text ~ '[^[:space:]]'",
            name=op.f("ck_objectives_text_form"),
        ),
        sa.CheckConstraint(
            "array_position(constraints, NULL) IS NULL AND array_position(constraints, '') IS NULL",
            name=op.f("ck_objectives_constraints_form"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_objectives_version_counts")),
    )
    op.create_index(
        "ix_objectives_owner_id_id", "objectives", ["owner_id", sa.text("id NULLS FIRST")]
    )


def create_history() -> None:
    op.create_table(
        "objective_history",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("objective_id", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("constraints", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_history")),
        sa.ForeignKeyConstraint(
            ["owner_id", "objective_id"],
            ["objectives.owner_id", "objectives.id"],
            name=op.f("fk_objective_history_owner_id_objective_id_objectives"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "char_length(text) <= 2000 AND text ~ '[^[:space:]]'",
            name=op.f("ck_objective_history_text_form"),
        ),
        sa.CheckConstraint(
            "array_position(constraints, NULL) IS NULL AND array_position(constraints, '') IS NULL",
            name=op.f("ck_objective_history_constraints_form"),
        ),
        sa.CheckConstraint(
            "valid_until >= valid_from", name=op.f("ck_objective_history_until_after_from")
        ),
    )
    op.create_index(
        "ix_objective_history_owner_id_objective_id_id",
        "objective_history",
        ["owner_id", "objective_id", sa.text("id NULLS FIRST")],
    )
    op.create_index(
        "uq_objective_history_open",
        "objective_history",
        ["owner_id", "objective_id"],
        unique=True,
        postgresql_where=sa.text("valid_until IS NULL"),
    )


def downgrade() -> None:
    """Drop the copies: the old columns say all of it, unless more has come back from later on."""
    guards.alone("users", "objectives", "objective_history")
    guards.losing("only one objective of a user has a place, as it is now", MORE_THAN_TEXT)
    op.drop_table("objective_history")
    op.drop_table("objectives")
