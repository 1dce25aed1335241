"""A server that somebody else runs, given by its URL. Only the run's own databases are touched."""

from sqlalchemy import URL

from features.support.needs import Need
from features.support.options import Kind


class ExternalServer:
    """A server by URL; there is nothing to stop."""

    kind = Kind.EXTERNAL

    def __init__(self, url: URL) -> None:
        self.url = url

    def obstacle(self, _: Need) -> str:
        """Return why the server is left in peace, whatever a scenario needs."""
        return (
            "the server is somebody else's (given by its URL): it is not killed, not started"
            " again, and its disk is not filled"
        )

    def stop(self) -> None:
        """Leave the server alone: it was not started here."""


def connect(url: URL) -> ExternalServer:
    """Return the server at `url`; whether it will do is found out by checking it."""
    return ExternalServer(url)
