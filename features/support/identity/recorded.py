"""Per-scenario state of the steps that count or record work."""

from io import StringIO

from pgharness.observe.log_capture import LogCapture


class ObservedState:
    """Log records, SQL statements and lines of Python, as far as a step recorded them."""

    def __init__(self) -> None:
        self.captured = LogCapture()
        """The log records of every logger."""
        self.log = StringIO()
        """The SQL log."""
        self.statements: list[str] = []
        """The statements sent to the database."""
        self.lines_run = 0
        """The number of lines of Python executed."""
