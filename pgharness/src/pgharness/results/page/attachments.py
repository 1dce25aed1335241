"""How attachments are shown."""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final, Literal

from pgharness.core.attachments import PSQL, SQL, SVG, TABLE_DIFFERENCE
from pgharness.results.model import Attachment

IMAGES: Final = frozenset({"gif", "jpeg", "png", "svg+xml", "webp"})
"""Subtypes of `image/` that every browser shows."""

LONGEST: Final = 25
"""Lines of a text that is open from the start, as long ones are broken."""

WIDTH: Final = 100
"""Characters of a line that are about as wide as the page."""

SIGNS: Final = {
    " ": ("equal", "as expected"),
    "≠": ("differs", "differs"),
    "-": ("missing", "missing"),
    "+": ("surplus", "not expected"),
}
"""What the sign of a row means: for the style, and for readers."""


@dataclass(frozen=True)
class ComparedRow:
    """A row of an expected table beside that of the actual one."""

    kind: str
    meaning: str
    expected: tuple[tuple[str, bool], ...] | None
    """Cells, and whether they differ; None if no such row was expected."""
    actual: tuple[tuple[str, bool], ...] | None
    """None if there is no such row."""


@dataclass(frozen=True)
class Shown:
    """An attachment as the page shows it."""

    kind: Literal["difference", "text", "image", "other"]
    caption: str
    text: str = ""
    """The text, the address of the image, or the media type of something else."""
    headings: tuple[str, ...] = ()
    rows: tuple[ComparedRow, ...] = ()

    @property
    def lines(self) -> int:
        """Of the text."""
        return len(self.text.splitlines())

    @property
    def is_long(self) -> bool:
        """Whether it is a text that hides what stands below it, and is shown only when opened."""
        shown = sum(1 + (len(line) - 1) // WIDTH for line in self.text.splitlines())
        return self.kind == "text" and shown > LONGEST


def shown(attachment: Attachment) -> Shown:
    """Return how to show an attachment; what is malformed is shown as text."""
    media_type = attachment.media_type.partition(";")[0].strip().lower()
    main, _, subtype = media_type.partition("/")
    if main == "image" and subtype in IMAGES:
        return _image(attachment, media_type)
    text = _text(attachment)
    if text is None:
        return Shown("other", attachment.file_name or "Attachment", media_type)
    if media_type == TABLE_DIFFERENCE and (difference := _difference(text)):
        return difference
    captions = {
        SQL: "The SQL that it ran, each line with the name of its connection",
        PSQL: "To look at the database",
    }
    caption = captions.get(media_type) or attachment.file_name or "Attached text"
    return Shown("text", caption, text)


def image_address(svg: str) -> str:
    """Return a `data:` address of an image, in which no script of the image runs."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode(errors='replace')).decode()}"


def _image(attachment: Attachment, media_type: str) -> Shown:
    is_drawing = media_type == SVG
    caption = attachment.file_name or ("Who waits for whom" if is_drawing else "Attached image")
    if attachment.is_base64:
        return Shown("image", caption, f"data:{media_type};base64,{attachment.body}")
    return Shown("image", caption, image_address(attachment.body))


def _text(attachment: Attachment) -> str | None:
    """Return what is attached as text, None if it is none."""
    if not attachment.is_base64:
        return attachment.body
    try:
        return b64decode(attachment.body, validate=True).decode()
    except ValueError:
        return None


def _difference(text: str) -> Shown | None:
    try:
        data = json.loads(text)
        rows = tuple(map(_compared, data["rows"]))
        headings = tuple(map(str, data["headings"]))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return Shown("difference", "Expected and actual", headings=headings, rows=rows)


def _compared(row: dict[str, Any]) -> ComparedRow:
    kind, meaning = SIGNS[row["sign"]]
    expected, actual = row["expected"], row["actual"]
    is_marked = kind == "differs"
    both = [] if expected is None or actual is None else list(zip_longest(expected, actual))
    differing = [is_marked and left != right for left, right in both]
    return ComparedRow(kind, meaning, _cells(expected, differing), _cells(actual, differing))


def _cells(row: list[Any] | None, differing: list[bool]) -> tuple[tuple[str, bool], ...] | None:
    if row is None:
        return None
    return tuple(
        (str(cell), bool(marked)) for cell, marked in zip_longest(row, differing[: len(row)])
    )
