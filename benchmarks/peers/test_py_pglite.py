"""py-pglite: PostgreSQL as WebAssembly in a process of Node.js, emptied after each test.

It has one connection. py-pglite takes its socket for a sign that it answers, which it does seconds
later, and a client that connects in between blocks it; so the program that it would write for
Node.js is written here, and listens when it is ready.
"""

from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest
from py_pglite import PGliteConfig
from py_pglite.sqlalchemy import SQLAlchemyPGliteManager
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from shop import Base, place_an_order

START_DEADLINE = 120
"""Seconds."""
PROGRAM = """
    const {{ PGlite }} = require("@electric-sql/pglite");
    const {{ PGLiteSocketServer }} = require("@electric-sql/pglite-socket");
    const db = new PGlite();
    db.waitReady.then(() => new PGLiteSocketServer({{ db, path: "{socket}" }}).start());
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(0));
"""


@pytest.fixture(scope="session")
def pglite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("pglite")
    config = PGliteConfig(
        work_dir=folder,
        timeout=START_DEADLINE,
        log_level="ERROR",
        socket_path=str(folder / ".s.PGSQL.5432"),
    )
    program = PROGRAM.format(socket=config.socket_path)
    (folder / "pglite_manager.js").write_text(dedent(program), "utf-8")
    with SQLAlchemyPGliteManager(config) as manager:
        engine = manager.get_engine()
        Base.metadata.create_all(engine)
        yield engine
        engine.dispose()


@pytest.fixture
def emptied(pglite: Engine) -> Iterator[Engine]:
    yield pglite
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    with pglite.begin() as connection:
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


def test_py_pglite(number: int, emptied: Engine) -> None:
    with Session(emptied) as session:
        place_an_order(session, number)
