"""Guards of revisions: queries that find the rows which prevent an upgrade or a downgrade.

Guards are SQL, so that a revision refuses the same whether it is run or printed (`--sql`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from alembic import context, op
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

REFUSED: Final = "MG001"
"""The SQLSTATE of a guard: the rows are not as the revision needs them."""

LOSS: Final = "MG002"
"""The SQLSTATE of a guard: the older schema has no place for what is stored."""

CONSENT: Final = "allow-data-loss"
"""`-x allow-data-loss=yes` lets a downgrade lose what it would otherwise refuse to."""

EXCUSE: Final = "-- squawk-ignore "
"""How squawk is told which rules the next line may break."""

GUARD: Final = """
DECLARE
    found text[];
BEGIN
    SELECT array_agg(line) INTO found FROM ({query}) AS rows (line);
    IF found IS NOT NULL THEN
        RAISE EXCEPTION USING
            ERRCODE = '{state}',
            MESSAGE = '{sentence}: ' || array_to_string(found[1:10], '; ')
                || CASE WHEN cardinality(found) > 10
                        THEN format('; and %s more', cardinality(found) - 10) ELSE '' END;
    END IF;
END;
"""

ATTEMPT: Final = """
BEGIN
    {statement};
EXCEPTION WHEN integrity_constraint_violation THEN
    {guards}
    RAISE;
END;
"""


class RevisionRefused(CommandError):
    """A guard has found rows that the revision cannot take along; programs find all as it was."""


def run(statement: str) -> None:
    """Run or print SQL as it stands: no colon in it is a parameter."""
    op.execute(text(statement.strip().replace(":", "\\:")))


def excused(reason: str, *rules: str) -> None:
    """Write into the printed SQL why the next statement may violate these rules of squawk."""
    if context.is_offline_mode():
        op.get_context().impl.static_output(f"-- {reason}\n{EXCUSE}{', '.join(rules)}")


def alone(*tables: str) -> None:
    """Lock these tables (ACCESS EXCLUSIVE) until the revision ends.

    Without the lock, rows written between a guard or a copy and the change that follows are lost.
    """
    run(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")


def refuse_rows(sentence: str, query: str) -> None:
    """End the revision if the query has rows; each is one line of text that names a row."""
    _do(_guard(REFUSED, sentence, query))


def attempt(statement: str, *guards: tuple[str, str]) -> None:
    """Run a statement that rows may prevent; if it fails, the guards name these rows.

    Cheaper than guards before it: the server looks at every row once, not once more for each.
    """
    blocks = "\n".join(_guard(REFUSED, sentence, query) for sentence, query in guards)
    _do(ATTEMPT.format(statement=statement.strip(), guards=blocks).strip())


def losing(sentence: str, query: str) -> None:
    """End the downgrade if the query has rows, unless losing them was consented to."""
    if not loss_allowed():
        _do(_guard(LOSS, f"{sentence} (-x {CONSENT}=yes would lose it)", query))


def loss_allowed() -> bool:
    """Tell whether the operator allows a downgrade that loses data."""
    return context.get_x_argument(as_dictionary=True).get(CONSENT) == "yes"


def _guard(state: str, sentence: str, query: str) -> str:
    sentence = sentence.replace("'", "''")
    return GUARD.format(state=state, sentence=sentence, query=query.strip()).strip()


def _do(block: str) -> None:
    run(f"DO $guard$\n{block}\n$guard$")


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what a guard says into `RevisionRefused`, in one sentence."""
    try:
        yield
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) in (REFUSED, LOSS):
            raise RevisionRefused(error.orig.diag.message_primary) from None  # type: ignore[union-attr]
        raise
