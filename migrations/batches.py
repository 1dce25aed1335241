"""Transformations of many rows, so many of them at a time that nobody waits long.

Each batch is a transaction of its own. What was written in the meantime is seen to by `rest`, when
nobody else is let in any more; and as what is done already is passed over, a revision that was
broken off is simply run again.
"""

from typing import Final

from alembic import op

from migrations import guards

SIZE: Final = 10_000
"""How many rows of the table that is gone through are in a batch."""

SMALLEST: Final = -(2**63)
LARGEST: Final = 2**63 - 1

IN_BATCHES: Final = """
DO $batches$
DECLARE
    batch_after bigint := {smallest};
    batch_upto bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_upto
          FROM (SELECT id FROM {table} WHERE id > batch_after ORDER BY id LIMIT {size}) AS batch;
        EXIT WHEN batch_upto IS NULL;
        {statements}
        COMMIT;
        batch_after := batch_upto;
    END LOOP;
END
$batches$
"""

REST: Final = """
DO $rest$
DECLARE
    batch_after bigint := {smallest};
    batch_upto bigint := {largest};
BEGIN
    {statements}
END
$rest$
"""

HOLD: Final = """PERFORM FROM {table} WHERE id > batch_after AND id <= batch_upto
         ORDER BY id FOR NO KEY UPDATE;
        """


def run(table: str, statements: str, *, copying: bool = False) -> None:
    """Run statements for one batch of the table after the other, and commit each.

    They end with a semicolon and see to the rows whose `id > batch_after AND id <= batch_upto`. A
    statement that is `copying` to another table must not miss what somebody is changing at this
    moment: it waits until the rows stand still, and keeps them until it commits.
    """
    held = HOLD.format(table=table) if copying else ""
    block = IN_BATCHES.format(
        smallest=SMALLEST, table=table, size=SIZE, statements=held + statements.strip()
    )
    with op.get_context().autocommit_block():
        guards.run(block)


def rest(statements: str) -> None:
    """Run the same statements once more, for whatever they have not seen to yet.

    Not a batch: call it when the table is locked, and little is left.
    """
    guards.run(REST.format(smallest=SMALLEST, largest=LARGEST, statements=statements.strip()))
