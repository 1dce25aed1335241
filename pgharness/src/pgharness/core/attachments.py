"""What explains a failure and is attached to a report: a media type and a text."""

from typing import Final

Attachment = tuple[str, str]
"""A media type and a text. The text has no passwords, no host names, and no values of SQL."""

INTERVALS: Final = "application/vnd.pgharness.intervals+json"
"""When the runs of a merged stream began and ended: pairs of seconds since 1970."""
PSQL: Final = "text/x.pgharness.psql+plain"
"""The shell command that opens the database that a failed test left."""
REVISION: Final = "text/x.pgharness.revision+plain"
"""The commit of the checkout in which a run took place."""
SELECTION: Final = "text/x.pgharness.selection+plain"
"""What was selected for a run, if not everything."""
SERVER: Final = "text/x.pgharness.server+plain"
"""On which server a run took place."""
SHARD: Final = "application/vnd.pgharness.shard+json"
"""Which part of the scenarios a run has, see `results.stream.shards`."""
SQL: Final = "text/x.pgharness.sql+plain"
"""The statements that a test sent, with a heading for each step."""
SVG: Final = "image/svg+xml"
TABLE_DIFFERENCE: Final = "application/vnd.pgharness.table-difference+json"
"""`{"headings": […], "rows": [{"sign": …, "expected": […], "actual": […]}]}`.

The sign is `" "` for equal rows, `"≠"`, `"-"` for a missing row (`actual` is null) or `"+"` for a
surplus one (`expected` is null).
"""
TEXT: Final = "text/plain"
