"""Databases that are filled once in a run, for tests that begin with copies of them."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import count

from sqlalchemy import URL

from pgharness.databases.templates import RunDatabases


class PreparedDatabases:
    """The prepared databases of a run, by what they contain; `cleanups` drops them."""

    def __init__(self, databases: RunDatabases, cleanups: ExitStack) -> None:
        self._databases = databases
        self._cleanups = cleanups
        self._numbers = count(1)
        self._found: dict[str, URL] = {}

    def find(self, content: str) -> URL | None:
        """Return the database with this content, if it was made before."""
        return self._found.get(content)

    def make(self, content: str, fill: Callable[[URL], None], like: URL | None = None) -> URL:
        """Return the database with this content; on first use, fill a new one, or a copy of `like`.

        `fill` must close its connections. If it raises an error, the next use fills another one.
        """
        if content not in self._found:
            name = f"prepared_{next(self._numbers)}"
            if like is None:
                url = self._databases.empty(name, self._cleanups)
            else:
                url = self._databases.copy(like, name, self._cleanups)
            fill(url)
            self._found[content] = url
        return self._found[content]
