"""Read files of SQL, and explain the server's errors in them."""

import re
from pathlib import Path
from typing import Final

import psycopg

from pgharness.core.errors import HarnessError

COPY_WITH_ROWS: Final = re.compile(r"^\s*COPY\s[^;]*\sFROM\s+STDIN\b", re.IGNORECASE | re.MULTILINE)
"""A COPY whose rows follow in the file: psql sends them, but they are not SQL."""

OF_PSQL: Final = "only psql understands a line that begins with a backslash: leave it out"
ROWS_OF_PSQL: Final = (
    "only psql sends the rows behind COPY … FROM stdin: write them as INSERT, as pg_dump --inserts"
    " does"
)


def read(file: Path) -> str:
    """Return the text of a file without a byte order mark. Raises `HarnessError`."""
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise HarnessError(
            f"the schema cannot be made: {file} is not in UTF-8 (byte {error.start + 1})."
        ) from error


def mistake(file: Path, text: str, error: psycopg.Error) -> tuple[str, str]:
    """Return the place of an error, `FILE` or `FILE:LINE`, and its explanation."""
    said = str(error).splitlines()[0].rstrip(".")
    if error.sqlstate is None and COPY_WITH_ROWS.search(text):
        return str(file), f"{said}; {ROWS_OF_PSQL}"  # an error of the driver
    if error.diag.statement_position is None:
        return str(file), said
    before = text[: int(error.diag.statement_position) - 1]
    number = before.count("\n") + 1
    if text.split("\n")[number - 1].lstrip().startswith("\\"):
        said = f"{said}; {OF_PSQL}"
    elif COPY_WITH_ROWS.search(before):
        said = f"{said}; {ROWS_OF_PSQL}"
    return f"{file}:{number}", said
