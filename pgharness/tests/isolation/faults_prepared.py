"""Faults of databases that are prepared once."""

from collections.abc import Callable

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import URL

import test_prepared as tests
from breaking import fault
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.prepared import PreparedDatabases


@fault(
    "a prepared database is filled at each use",
    noticed_by=tests.test_what_was_prepared_is_not_filled_again,
)
def filled_at_each_use(patch: MonkeyPatch) -> None:
    patch.setattr(PreparedDatabases, "find", lambda *_: None)
    make = PreparedDatabases.make

    def made_again(
        self: PreparedDatabases, content: str, fill: Callable[[URL], None], like: URL | None = None
    ) -> URL:
        self._found.pop(content, None)
        return make(self, content, fill, like)

    patch.setattr(PreparedDatabases, "make", made_again)


@fault(
    "a prepared database begins empty, whatever it is to be like",
    noticed_by=tests.test_one_begins_with_what_another_contains,
)
def begins_empty(patch: MonkeyPatch) -> None:
    make = PreparedDatabases.make

    def unlike(
        self: PreparedDatabases, content: str, fill: Callable[[URL], None], **_: object
    ) -> URL:
        return make(self, content, fill)

    patch.setattr(PreparedDatabases, "make", unlike)


@fault(
    "a database that could not be filled counts as prepared",
    noticed_by=tests.test_what_could_not_be_filled_is_not_used,
)
def half_filled_is_used(patch: MonkeyPatch) -> None:
    make = PreparedDatabases.make

    def noted_first(
        self: PreparedDatabases, content: str, fill: Callable[[URL], None], like: URL | None = None
    ) -> URL:
        def noting(url: URL) -> None:
            self._found[content] = url
            fill(url)

        return make(self, content, noting, like)

    patch.setattr(PreparedDatabases, "make", noted_first)


@fault(
    "a test gets the prepared database itself",
    noticed_by=tests.test_a_copy_takes_the_place_of_a_database,
)
def database_itself(patch: MonkeyPatch) -> None:
    patch.setattr(RunDatabases, "replace", lambda *_: None)
