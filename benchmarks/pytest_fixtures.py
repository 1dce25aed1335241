"""`uv run python -m benchmarks.pytest_fixtures`: the time that pytest fixtures add to a test.

pytest runs a small project in a subprocess, on a temporary server. The kinds of tests alternate in
groups of ten, so that all run under the same load, and most follow a test of their own kind, as in
a project. The time of a test without fixtures is subtracted. The time includes the test itself,
which inserts and commits one row (with BEGIN and savepoint before the first statement), except for
`database`. It prints the median and the fastest tenth, as the machine may be busy. It takes a
minute.

With `uv run --with pytest-postgresql` it also measures pytest-postgresql, on the same server.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Final

from benchmarks._server import own_server
from pgharness.core import exits

TESTS: Final = 300
"""Of each kind."""
WARM_UP: Final = 20

FILES: Final = {
    "pyproject.toml": """
        [tool.pgharness]
        metadata = "models:Base.metadata"
    """,
    "models.py": """
        from sqlalchemy import ForeignKey
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

        class Base(DeclarativeBase):
            pass

        class Customer(Base):
            __tablename__ = "customers"
            id: Mapped[int] = mapped_column(primary_key=True)
            name: Mapped[str]

        class Order(Base):
            __tablename__ = "orders"
            id: Mapped[int] = mapped_column(primary_key=True)
            customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))

        class Line(Base):
            __tablename__ = "lines"
            id: Mapped[int] = mapped_column(primary_key=True)
            order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    """,
    "conftest.py": """
        import json
        import os
        from collections import defaultdict

        import pytest
        from sqlalchemy import create_engine, text
        from sqlalchemy.orm import Session

        from models import Base
        from pgharness.core.database_url import read
        from pgharness.sessions.sessions import TestSessionFactory

        SECONDS = defaultdict(lambda: defaultdict(float))

        @pytest.fixture(scope="session")
        def other_url():
            url = read(os.environ["TEST_DATABASE_URL"])
            server = create_engine(url, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text("CREATE DATABASE by_hand"))
            made = create_engine(url.set(database="by_hand"))
            Base.metadata.create_all(made)
            made.dispose()
            yield url.set(database="by_hand")
            with server.connect() as connection:
                connection.execute(text("DROP DATABASE by_hand WITH (FORCE)"))
            server.dispose()

        @pytest.fixture(scope="session")
        def other_engine(other_url):
            engine = create_engine(other_url)
            yield engine
            engine.dispose()

        @pytest.fixture
        def savepoint(other_engine):
            with other_engine.connect() as connection:
                transaction = connection.begin()
                with Session(connection, join_transaction_mode="create_savepoint") as session:
                    yield session
                transaction.rollback()

        @pytest.fixture
        def new_engine(other_url):
            with TestSessionFactory(other_url, opener="it") as sessions:
                with sessions.rolled_back() as session:
                    yield session

        @pytest.fixture
        def truncated(other_engine):
            with Session(other_engine) as session:
                yield session
            tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
            with other_engine.begin() as connection:
                connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))

        @pytest.fixture(scope="session")
        def empty_engine(other_url):
            url = other_url.set(database="created")
            server = create_engine(other_url, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text("CREATE DATABASE created"))
            engine = create_engine(url)
            yield engine
            engine.dispose()
            with server.connect() as connection:
                connection.execute(text("DROP DATABASE created WITH (FORCE)"))
            server.dispose()

        @pytest.fixture
        def created(empty_engine):
            Base.metadata.create_all(empty_engine)
            with Session(empty_engine) as session:
                yield session
            Base.metadata.drop_all(empty_engine)

        def pytest_collection_modifyitems(items):
            items.sort(key=lambda item: item.callspec.params["turn"] // 10)

        def pytest_runtest_logreport(report):
            kind = report.nodeid.partition("::")[2].partition("[")[0]
            if report.when != "call" or not kind.startswith("test_database"):
                SECONDS[kind][report.nodeid] += report.duration

        def pytest_sessionfinish():
            with open(os.environ["MEASURED"], "w", encoding="utf-8") as file:
                json.dump({kind: list(all.values()) for kind, all in SECONDS.items()}, file)
    """,
    "test_it.py": """
        import os

        import pytest
        from sqlalchemy.orm import Session

        from models import Customer, Line, Order

        pytestmark = pytest.mark.parametrize("turn", range(int(os.environ["TURNS"])))
        CLONE = pytest.mark.pgharness(isolation="database")
        ROLLBACK = pytest.mark.pgharness(isolation="rollback")

        def write(session):
            session.add(Customer(name="Ada"))
            session.commit()

        def test_nothing(turn):
            pass

        def test_savepoint_by_hand(turn, savepoint):
            write(savepoint)

        def test_truncate_by_hand(turn, truncated):
            write(truncated)

        def test_create_all_and_drop_all(turn, created):
            write(created)

        def test_engine_for_each_test(turn, new_engine):
            write(new_engine)

        def test_session(turn, session):
            write(session)

        @ROLLBACK
        def test_session_under_rollback(turn, session):
            write(session)

        def test_engine_and_reset(turn, engine):
            with Session(engine) as session:
                write(session)

        @CLONE
        def test_engine_and_clone(turn, engine):
            with Session(engine) as session:
                write(session)

        def test_database_clean(turn, database):
            pass

        def test_database_after_3_of_3_tables(turn, database):
            database.observer.execute(
                "WITH c AS (INSERT INTO customers (name) VALUES ('Ada') RETURNING id),"
                " o AS (INSERT INTO orders (customer_id) SELECT id FROM c RETURNING id)"
                " INSERT INTO lines (order_id) SELECT id FROM o"
            )
    """,
}
BASE: Final = "test_nothing"

THEIRS: Final = "pytest_postgresql"
"""A plugin that creates a database for each test: measured if it is installed."""
THEIR_FILES: Final = {
    "conftest.py": """
        import psycopg
        from pytest_postgresql import factories

        def create_all(**parameters):
            engine = create_engine(
                "postgresql+psycopg://", creator=lambda: psycopg.connect(**parameters)
            )
            Base.metadata.create_all(engine)
            engine.dispose()

        SERVER = read(os.environ["TEST_DATABASE_URL"])
        other_server = factories.postgresql_noproc(
            host=SERVER.query["host"],
            user=SERVER.username,
            password=SERVER.password,
            load=[create_all],
        )
        postgresql = factories.postgresql("other_server")

        @pytest.fixture
        def engine_of_theirs(postgresql):
            engine = create_engine("postgresql+psycopg://", creator=lambda: postgresql)
            yield engine
            engine.dispose()
    """,
    "test_it.py": """
        def test_pytest_postgresql(turn, engine_of_theirs):
            with Session(engine_of_theirs) as session:
                write(session)
    """,
}


def main() -> None:
    """Run the benchmark and print the results."""
    with ExitStack() as cleanups:
        _, server = own_server(cleanups)
        folder = Path(cleanups.enter_context(tempfile.TemporaryDirectory()))
        url = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
        measured = _run(folder, url)
    base = measured.pop(BASE)
    print(f"pytest itself, for a test without fixtures: {_median(base):.2f} ms")
    for kind, seconds in measured.items():
        words = kind.removeprefix("test_").replace("_", " ")
        more, least = _median(seconds) - _median(base), _fastest(seconds) - _fastest(base)
        print(f"{words}: {more:.2f} ms more (median), {least:.2f} ms (fastest tenth)")


def _run(folder: Path, url: str) -> dict[str, list[float]]:
    """Return the seconds that fixtures added to each test, by its name."""
    theirs = THEIR_FILES if find_spec(THEIRS) else {}
    if not theirs:
        print("pytest-postgresql is not installed, and not measured")
    for name, text in FILES.items():
        (folder / name).write_text(dedent(text) + dedent(theirs.get(name, "")), "utf-8")
    measured = folder / "measured.json"
    environment = {
        "TEST_DATABASE_URL": url,
        "TURNS": str(TESTS + WARM_UP),
        "MEASURED": str(measured),
    }
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-pno:cacheprovider", f"--rootdir={folder}", "."],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr
    found: dict[str, list[float]] = json.loads(measured.read_text("utf-8"))
    return found


def _median(seconds: list[float]) -> float:
    return 1000 * statistics.median(seconds[WARM_UP:])


def _fastest(seconds: list[float]) -> float:
    """Return the first decile."""
    return 1000 * sorted(seconds[WARM_UP:])[len(seconds[WARM_UP:]) // 10]


if __name__ == "__main__":
    exits.program(main)
