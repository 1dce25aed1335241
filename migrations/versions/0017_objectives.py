"""Objectives of their own, any number, and what each of them has been (migrate and contract).

Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

from migrations import batches, guards

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

WELL_FORMED = "char_length(objective) <= 2000 AND objective ~ '[^[:space:]]'"

MALFORMED = f"""
SELECT format('user %s, %s', id, to_json(left(objective, 100))) FROM users
 WHERE NOT ({WELL_FORMED}) ORDER BY id
"""

SPLIT = f"""
INSERT INTO objectives (owner_id, text, since)
SELECT id, objective, objective_since FROM users
 WHERE id >= batch_from AND id <= batch_upto AND {WELL_FORMED}
   AND NOT EXISTS (SELECT FROM objectives AS o WHERE o.owner_id = users.id)
 ORDER BY id;
INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from)
SELECT owner_id, id, text, constraints, since FROM objectives AS o
 WHERE owner_id >= batch_from AND owner_id <= batch_upto
   AND NOT EXISTS (SELECT FROM objective_history AS h
                    WHERE (h.owner_id, h.objective_id) = (o.owner_id, o.id))
 ORDER BY id;
"""

# Of whoever has several, all are kept if one is what the old columns say.
FORGET_OUTDATED = """
DELETE FROM objectives
 WHERE owner_id NOT IN (
       SELECT users.id FROM users JOIN objectives AS same
           ON (same.owner_id, same.text, same.since)
              = (users.id, users.objective, users.objective_since))
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
    guards.refuse_rows("these are no objectives", MALFORMED)
    batches.run("users", SPLIT)
    guards.alone("users")
    guards.refuse_rows("these are no objectives", MALFORMED)
    guards.run(FORGET_OUTDATED)
    batches.rest(SPLIT)
    guards.run(OPEN_ENTRY)
    guards.excused("what it is about goes with it", "ban-drop-constraint")
    op.drop_constraint(op.f("ck_users_objective_is_dated"), "users")
    guards.excused("split out above, the last of it under this lock", "ban-drop-column")
    op.drop_column("users", "objective")
    guards.excused("split out above, the last of it under this lock", "ban-drop-column")
    op.drop_column("users", "objective_since")


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
    op.execute("DROP TRIGGER objective_history_keeps_open_entry ON objective_history")
    op.execute("DROP TRIGGER objective_history_open_entry ON objective_history")
    op.execute("DROP TRIGGER objectives_open_entry ON objectives")
    op.execute("DROP FUNCTION objective_has_open_entry()")
