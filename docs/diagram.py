"""`python -m docs.diagram`: draws the tables in docs/tenancy.md, from the metadata."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import ForeignKeyConstraint, Table, TypeDecorator

from domain import metadata

PAGE: Final = Path(__file__).with_name("tenancy.md")
BEGIN: Final = "<!-- drawn by `uv run python -m docs.diagram` -->\n"
END: Final = "<!-- drawn up to here -->\n"


def drawn() -> str:
    """Return the tables and how they refer to each other, as a Mermaid diagram."""
    return "".join(f"{line}\n" for line in ("```mermaid", "erDiagram", *_lines(), "```"))


def _lines() -> Iterator[str]:
    for table in sorted(metadata.tables.values(), key=lambda table: table.name):
        yield f"    {table.name} {{"
        for column in table.columns:
            marks = [
                mark
                for mark, holds in (("PK", column.primary_key), ("FK", column.foreign_keys))
                if holds
            ]
            stored = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
            kind = type(stored).__name__.lower()
            yield " ".join(["       ", kind, column.name, ", ".join(marks)]).rstrip()
        yield "    }"
        for link in sorted(table.foreign_key_constraints, key=lambda link: str(link.name)):
            yield f"    {_link(table, link)}"


def _link(table: Table, link: ForeignKeyConstraint) -> str:
    required = not any(column.nullable for column in link.columns)
    columns = ", ".join(column.name for column in link.columns)
    ends = f"{'||' if required else '|o'}--o{'{'}"
    gone = str(link.ondelete).lower()
    return f'{link.referred_table.name} {ends} {table.name} : "{columns}: {gone}"'


def with_diagram(page: str) -> str:
    """Return the page with the diagram of now between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + drawn() + END + after


def main() -> int:
    """Write the drawing into the page again."""
    PAGE.write_text(with_diagram(PAGE.read_text("utf-8")), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
