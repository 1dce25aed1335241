"""Transformations of many rows in batches, so that clients wait only for one batch.

Each batch is a transaction of its own. `rest` transforms rows that were written concurrently, once
the table is locked. Both skip rows that are done, so an interrupted revision can be repeated.
"""

from typing import Final

from alembic import op

from migrations import guards

SIZE: Final = 10_000
"""Rows of the table in one batch."""

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

    They end with a semicolon and process the rows with `id >= batch_from AND id <= batch_upto`. The
    table is not locked: a revision that copies rows to another table must then lock it, delete each
    copy that differs from its original, and run `rest`.
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
