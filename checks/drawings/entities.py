"""The tables of the service, from its metadata: columns, keys and references."""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Table, UniqueConstraint
from sqlalchemy.dialects import postgresql

from checks.drawings import svg
from checks.drawings.layers import Edge, Layout, layout

NAME: Final = "entities"
LINE: Final = 15.0
HEAD: Final = 24.0
PAD: Final = 8.0
FONT: Final = 11.0
BORDER: Final = 24.0
TOP: Final = 92.0

ACTIONS: Final = {"CASCADE": "green", "SET NULL": "amber"}
"""The colour of the line for each action when the row that is referred to is deleted."""

Row = tuple[str, str, str]
"""The mark of a column or key, its name, its type."""


def drawn(metadata: MetaData) -> str:
    """Return the drawing of these tables."""
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    links = [(table, link) for table in tables for link in _links(table)]
    edges = [Edge(link.referred_table.name, table.name, _action(link)) for table, link in links]
    placed = layout({table.name: _size(table) for table in tables}, edges, TOP)
    parts = [*_legend(), *_lines(placed)]
    for table in tables:
        place = placed.places[table.name]
        parts.append(_table(table, BORDER + place.x, place.y))
    size = (max(placed.width, 620) + 2 * BORDER, placed.height + BORDER)
    return svg.document(
        NAME, "The tables and how they refer to each other", _said(tables), size, parts
    )


def _said(tables: list[Table]) -> str:
    sentences = []
    for table in tables:
        links = ", ".join(
            f"{link.referred_table.name} (on delete {str(link.ondelete or 'no action').lower()})"
            for link in _links(table)
        )
        sentences.append(
            f"{table.name} refers to {links}." if links else f"{table.name} refers to none."
        )
    return f"{len(tables)} tables. {' '.join(sentences)}"


def _links(table: Table) -> list[ForeignKeyConstraint]:
    return sorted(table.foreign_key_constraints, key=lambda link: str(link.name))


def _action(link: ForeignKeyConstraint) -> str:
    return str(link.ondelete or "NO ACTION").upper().partition(" (")[0]


def _kind(column: Column[object]) -> str:
    named = getattr(column.type, "name", None)
    written = named or _compiled(column)
    short = str(written).replace("timestamp with time zone", "timestamptz")
    return f"{short}?" if column.nullable else short


def _compiled(column: Column[object]) -> str:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    return str(column.type.compile(dialect=dialect)).lower()


def _rows(table: Table) -> Iterator[Row]:
    for column in table.columns:
        marks = [("PK", column.primary_key), ("FK", bool(column.foreign_keys))]
        yield "+".join(mark for mark, holds in marks if holds), column.name, _kind(column)


def _keys(table: Table) -> Iterator[str]:
    """Yield the unique keys other than the primary key."""
    for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
        if isinstance(constraint, UniqueConstraint):
            yield f"unique ({', '.join(column.name for column in constraint.columns)})"
    for index in sorted(table.indexes, key=lambda each: str(each.name)):
        if index.unique:
            names = ", ".join(str(each).replace(f"{table.name}.", "") for each in index.expressions)
            partial = index.dialect_options["postgresql"]["where"] is not None
            yield f"unique ({names}){' in part' if partial else ''}"


def _references(table: Table) -> Iterator[tuple[str, str]]:
    """Yield the lines that describe each foreign key, with the colour of its line."""
    for link in _links(table):
        columns = ", ".join(column.name for column in link.columns)
        colour = ACTIONS.get(_action(link), "red")
        yield f"({columns}) → {link.referred_table.name}", "ink"
        yield f"  on delete {str(link.ondelete or 'no action').lower()}", colour


def _size(table: Table) -> tuple[float, float]:
    rows, keys, references = list(_rows(table)), list(_keys(table)), list(_references(table))
    columns = sum(_widths(table))
    lines = [*keys, *(line for line, _ in references)]
    wide = max([columns, *(len(line) * FONT * svg.CHARACTER for line in lines)])
    parts = sum(PAD for part in (keys, references) if part)
    return round(wide + 2 * PAD), HEAD + (len(rows) + len(lines)) * LINE + parts + PAD


def _widths(table: Table) -> tuple[float, float, float]:
    """Return the widths of the three columns of the box."""
    mark, name, kind = (
        max(len(cells[at]) for cells in _rows(table)) * FONT * svg.CHARACTER for at in range(3)
    )
    return mark + 8, name + 12, kind


def _table(table: Table, x: float, y: float) -> str:
    width, height = _size(table)
    marks, *_ = _widths(table)
    parts = [
        svg.box(x, y, width, height, "box framed"),
        svg.box(x, y, width, HEAD - 2, "head framed"),
        svg.text(x + PAD, y + 16, table.name, "bold"),
    ]
    at = y + HEAD + 11
    for mark, name, kind in _rows(table):
        if mark:
            parts.append(svg.text(x + PAD, at, mark, "mono blue"))
        key = " bold" if "PK" in mark else ""
        parts.append(svg.text(x + PAD + marks, at, name, f"mono{key}"))
        parts.append(svg.text(x + width - PAD, at, kind, "mono soft end"))
        at += LINE
    for lines in ([(key, "soft") for key in _keys(table)], list(_references(table))):
        if lines:
            parts.append(svg.line([(x, at - 8), (x + width, at - 8)], "line rule"))
            at += PAD
        for line, colour in lines:
            indent = len(line) - len(line.lstrip())
            place = x + PAD + indent * FONT * svg.CHARACTER
            parts.append(svg.text(place, at, line.strip(), f"mono {colour}"))
            at += LINE
    return svg.group(*parts)


def _lines(placed: Layout) -> Iterator[str]:
    for style, points in placed.lines:
        shifted = [(x + BORDER, y) for x, y in points]
        yield svg.line(shifted, _line_style(style))
    for style, (x, y) in placed.ends:
        yield _foot(x + BORDER, y, _line_style(style).replace(" dashed", ""))


def _line_style(action: str) -> str:
    dashed = "" if action == "CASCADE" else " dashed"
    return f"line {ACTIONS.get(action, 'red')}{dashed}"


def _foot(x: float, y: float, style: str) -> str:
    """Return the crow's foot above a table of which many rows may refer to one."""
    return svg.line([(x - 5, y), (x, y - 9), (x + 5, y)], style)


def _legend() -> Iterator[str]:
    yield svg.text(BORDER, 34, "The tables and how they refer to each other", "big bold")
    yield svg.text(
        BORDER,
        54,
        "PK primary key · FK foreign key · ? may be NULL · many rows at a crow's foot refer to one",
        "soft",
    )
    for x, (action, meaning) in zip(
        (BORDER, BORDER + 300),
        (("CASCADE", "deleted with the row above"), ("SET NULL", "kept without the reference")),
        strict=True,
    ):
        yield svg.line([(x, 71), (x + 30, 71)], _line_style(action))
        yield _foot(x + 34, 75, f"line {ACTIONS[action]}")
        yield svg.text(x + 46, 75, f"{action.lower()}: {meaning}", "soft")
