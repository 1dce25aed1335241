"""A database is prepared once in a run, and tests begin with copies of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import URL, Column, Integer, MetaData, Table

from pgharness import Metadata
from pgharness.databases.templates import RunDatabases
from pgharness.isolation.prepared import PreparedDatabases
from pgharness.servers import provision

Both = tuple[RunDatabases, PreparedDatabases]

METADATA = MetaData()
Table("people", METADATA, Column("id", Integer, primary_key=True))
SCHEMA = Metadata(METADATA)


@contextmanager
def databases(url: URL) -> Iterator[Both]:
    """Yield the databases of a run, and those that are prepared in it."""
    with ExitStack() as cleanups:
        made = RunDatabases(url, "0123456789abcdef", SCHEMA)
        made.open(cleanups)
        yield made, PreparedDatabases(made, cleanups)


def table(name: str) -> Callable[[URL], None]:
    def fill(url: URL) -> None:
        with provision.connect(url) as connection:
            connection.execute(f"CREATE TABLE {name} ()".encode())

    return fill


def tables(url: URL) -> set[str]:
    query = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    with provision.connect(url) as connection:
        return {name for (name,) in connection.execute(query)}


def test_what_was_prepared_is_not_filled_again(url: URL) -> None:
    with databases(url) as (_, prepared):
        assert prepared.find("one") is None
        first = prepared.make("one", table("one"))
        assert prepared.make("one", table("another")) == first == prepared.find("one")
        assert tables(first) == {"one"}


def test_one_begins_with_what_another_contains(url: URL) -> None:
    with databases(url) as (_, prepared):
        one = prepared.make("one", table("one"))
        two = prepared.make("two", table("two"), like=one)
        assert (tables(one), tables(two)) == ({"one"}, {"one", "two"})


def test_what_could_not_be_filled_is_not_used(url: URL) -> None:
    with databases(url) as (_, prepared):
        with pytest.raises(psycopg.errors.SyntaxError):
            prepared.make("one", table("one (("))
        assert prepared.find("one") is None
        assert tables(prepared.make("one", table("one"))) == {"one"}


def test_a_copy_takes_the_place_of_a_database(url: URL) -> None:
    with databases(url) as (made, prepared):
        with ExitStack() as cleanups:
            own = made.empty("own", cleanups)
            made.replace(own, prepared.make("one", table("one")))
            assert tables(own) == {"one"}
            table("two")(own)
        found = prepared.find("one")
        assert found is not None
        assert tables(found) == {"one"}, "the copy was changed, not what it is a copy of"


def test_all_are_dropped_with_the_run(admin: psycopg.Connection, url: URL) -> None:
    def names() -> set[str]:
        return {name for (name,) in admin.execute("SELECT datname FROM pg_database")}

    before = names()
    with ExitStack() as cleanups:
        made = RunDatabases(url, "0123456789abcdef", SCHEMA)
        made.open(cleanups)
        PreparedDatabases(made, cleanups).make("one", table("one"))
        assert len(names() - before) == 2, "the template and the prepared database"
    assert names() == before
