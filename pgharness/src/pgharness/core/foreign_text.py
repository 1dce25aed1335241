"""Text that others wrote on the server: read as bytes, and shown so that it does no harm.

Names of databases and roles, and comments on them, are bytes in the encoding of whichever database
they were written from. The server converts or cuts them as if they were in that of the connected
one, which fails, or makes of them what they are not: `acceptance_é` in LATIN1 matches the regular
expression `^acceptance_$` in a UTF-8 database.
"""

from typing import overload

import psycopg


def octets(expression: str) -> str:
    """Return SQL for the bytes of a name or a text, whatever they are, without any conversion."""
    return rf"decode(replace(({expression})::text, E'\\', E'\\\\'), 'escape')"


@overload
def decoded(text: bytes) -> str: ...
@overload
def decoded(text: None) -> None: ...
def decoded(text: bytes | None) -> str | None:
    """Return what is UTF-8 as text, with escapes for the bytes that are not."""
    return None if text is None else text.decode("utf-8", "backslashreplace")


def shown(text: str) -> str:
    """Return a text in one line, without characters that a terminal or a report acts upon."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def answer(error: psycopg.Error, connection: psycopg.Connection) -> str:
    """Return what the server says against a statement. Raises the error if the server is gone."""
    if connection.closed:
        raise error
    said = filter(None, (error.diag.message_primary, error.diag.message_detail))
    return shown(": ".join(said).rstrip("."))
