"""A formatter for the sample `test-run-exception`: an error outside of hooks and steps."""

from behave.formatter.base import Formatter


class Raising(Formatter):  # type: ignore[misc]
    """Fails before the first feature."""

    description = "fails"

    def uri(self, uri: str) -> None:
        """Fail."""
        raise RuntimeError("Whoops!")
