"""Text of unknown encoding on the server: read as bytes, and escaped before it is printed.

Names of databases and roles, and comments on them, are stored in the encoding of the database from
which they were written. The server decodes them in the encoding of the connected database, which
fails or gives another text: `acceptance_é` in LATIN1 matches the regular expression
`^acceptance_$` in a UTF-8 database.
"""

from typing import overload

import psycopg


def octets(expression: str) -> str:
    """Return SQL for the bytes of a name or a text, without conversion of the encoding."""
    return rf"decode(replace(({expression})::text, E'\\', E'\\\\'), 'escape')"


@overload
def decoded(text: bytes) -> str: ...
@overload
def decoded(text: None) -> None: ...
def decoded(text: bytes | None) -> str | None:
    """Decode UTF-8; other bytes become escapes."""
    return None if text is None else text.decode("utf-8", "backslashreplace")


def shown(text: str) -> str:
    """Return a text in one line, with escapes for control characters."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def answer(error: psycopg.Error, connection: psycopg.Connection) -> str:
    """Return the server's message and detail. Raises the error if the connection is closed."""
    if connection.closed:
        raise error
    said = filter(None, (error.diag.message_primary, error.diag.message_detail))
    return shown(": ".join(said).rstrip("."))
