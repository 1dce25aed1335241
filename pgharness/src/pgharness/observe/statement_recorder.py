"""What the domain sends to the database, statement by statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event


@contextmanager
def watched(engine: Engine) -> Iterator[list[str]]:
    """Collect the text of every statement; BEGIN, COMMIT and ROLLBACK are the driver's own."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
