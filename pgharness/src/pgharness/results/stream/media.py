"""Media types of attachments."""

from typing import Final

TEXTUAL: Final = ("json", "xml", "yaml", "javascript", "sql", "x-ndjson")
"""The ends of further types whose data are text, `application/problem+json` for example."""


def is_text(media_type: str) -> bool:
    """Whether data of this type are text in UTF-8."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind.startswith("text/") or kind.endswith(TEXTUAL)
