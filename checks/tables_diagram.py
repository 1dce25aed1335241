"""The drawing of the tables in `docs/tenancy.md`, from the metadata."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import ForeignKeyConstraint, Table, TypeDecorator

from checks.markdown import between
from domain import metadata

BEGIN: Final = "<!-- drawn by `uv run poe pages` -->\n"
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


def page_with_diagram(page: str) -> str:
    """Return the page with the diagram of now between its marks."""
    return between(page, BEGIN, drawn(), END)
