"""Objectives of their own, any number, and what each of them has been.

Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

from migrations import guards

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MALFORMED = """
SELECT format('user %s, %s', id, to_json(left(objective, 100))) FROM users
 WHERE NOT (char_length(objective) <= 2000 AND objective ~ '[^[:space:]]') ORDER BY id
"""

SPLIT = """
INSERT INTO objectives (owner_id, text, since)
SELECT id, objective, objective_since FROM users WHERE objective IS NOT NULL ORDER BY id;
INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)
SELECT owner_id, id, text, constraints, since FROM objectives ORDER BY id;
"""

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

JOIN = """
UPDATE users SET objective = latest.text, objective_since = latest.since
  FROM (SELECT DISTINCT ON (owner_id) owner_id, text, since
          FROM objectives ORDER BY owner_id, since DESC, id DESC) AS latest
 WHERE latest.owner_id = users.id
"""

# Judged when a transaction ends, so that it may close one entry before it opens the next. A
# deletion is only looked at if a statement asked for it itself: a cascade takes the objective too,
# and whoever removes an account has no right to look.
OPEN_ENTRY = """
CREATE FUNCTION objective_has_open_entry() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    touched bigint;
BEGIN
    IF TG_TABLE_NAME = 'objectives' THEN
        touched := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        touched := OLD.objective_id;
    ELSE
        touched := NEW.objective_id;
    END IF;
    IF EXISTS (
        SELECT FROM public.objectives AS o
         WHERE o.id = touched AND NOT EXISTS (
               SELECT FROM public.objective_history AS h
                WHERE h.objective_id = o.id AND h.valid_until IS NULL
                  AND h.text = o.text AND h.constraints = o.constraints
                  AND h.valid_from = o.since)
    ) THEN
        RAISE EXCEPTION USING
            ERRCODE = 'check_violation',
            MESSAGE = 'the open entry of an objective says what the objective is',
            TABLE = 'objectives',
            CONSTRAINT = 'objectives_open_entry';
    END IF;
    RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION objective_has_open_entry() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER objectives_open_entry AFTER INSERT OR UPDATE ON objectives
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION objective_has_open_entry();
CREATE CONSTRAINT TRIGGER objective_history_open_entry AFTER INSERT OR UPDATE ON objective_history
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION objective_has_open_entry();
CREATE CONSTRAINT TRIGGER objective_history_keeps_open_entry AFTER DELETE ON objective_history
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION objective_has_open_entry();
"""


def upgrade() -> None:
    guards.alone("users")
    guards.refuse_rows("these are no objectives", MALFORMED)
    create_objectives()
    create_history()
    guards.run(SPLIT)
    guards.run(OPEN_ENTRY)
    guards.excused("what it is about goes with it", "ban-drop-constraint")
    op.drop_constraint(op.f("ck_users_objective_is_dated"), "users")
    guards.excused("split out above, under the same lock", "ban-drop-column")
    op.drop_column("users", "objective")
    guards.excused("split out above, under the same lock", "ban-drop-column")
    op.drop_column("users", "objective_since")


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
    guards.alone("users", "objectives", "objective_history")
    guards.losing("only one objective of a user has a place, as it is now", MORE_THAN_TEXT)
    op.add_column("users", sa.Column("objective", sa.String(), nullable=True))
    op.add_column("users", sa.Column("objective_since", sa.DateTime(timezone=True), nullable=True))
    guards.run(JOIN)
    op.create_check_constraint(
        op.f("ck_users_objective_is_dated"),
        "users",
        "(objective IS NULL) = (objective_since IS NULL)",
    )
    op.drop_table("objective_history")
    op.drop_table("objectives")
    guards.run("DROP FUNCTION objective_has_open_entry()")
