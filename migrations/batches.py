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
    batch_from bigint := {smallest};
    batch_upto bigint;
BEGIN
    LOOP
        SELECT max(id) INTO batch_upto
          FROM (SELECT id FROM {table} WHERE id >= batch_from ORDER BY id LIMIT {size}) AS batch;
        EXIT WHEN batch_upto IS NULL;
        {statements}
        COMMIT;
        EXIT WHEN batch_upto = {largest};
        batch_from := batch_upto + 1;
    END LOOP;
END
$batches$
"""

REST: Final = """
DO $rest$
DECLARE
    batch_from bigint := {smallest};
    batch_upto bigint := {largest};
BEGIN
    {statements}
END
$rest$
"""


def run(table: str, statements: str) -> None:
    """Run statements for one batch of the table after the other, and commit each.

    They end with a semicolon and see to the rows whose `id >= batch_from AND id <= batch_upto`.
    Nobody is kept out. So what copies to another table must, when the table is locked, forget every
    copy that differs from its original by then, and do the `rest`.
    """
    block = IN_BATCHES.format(
        smallest=SMALLEST,
        largest=LARGEST,
        table=table,
        size=SIZE,
        statements=statements.strip(),
    )
    with op.get_context().autocommit_block():
        guards.run(block)


def rest(statements: str) -> None:
    """Run the same statements once more, for whatever they have not seen to yet.

    Not a batch: call it when the table is locked, and little is left.
    """
    guards.run(REST.format(smallest=SMALLEST, largest=LARGEST, statements=statements.strip()))
