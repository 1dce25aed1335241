"""What a failed test of pytest shows: what a failed scenario of behave attaches."""

from typing import Final

from attachment_recording import SECRET
from small_projects import Project

TESTS: Final = f"""
    import pytest
    from models import Customer
    from pgharness.interleaving.actors import Actor
    from sqlalchemy import create_engine, text

    def sending(statement):
        return lambda work: work.execute(text(statement))

    def test_passes(session):
        session.execute(text("SELECT 1"))

    def test_fails(session):
        session.add(Customer(name="{SECRET}"))
        session.commit()
        raise RuntimeError("it fails")

    def test_waits(database, world):
        with database.observer.transaction():
            database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")
        actors = []
        for name in ("Ada", "Bram"):
            engine = create_engine(database.url, connect_args={{"application_name": name}})
            actors.append(Actor(name, engine, engine))
            world.add_cleanup(actors[-1].close)
            actors[-1].begin(lambda engine: engine.begin())
            actors[-1].do(sending("UPDATE customers SET name = '{SECRET}'"))
            if name == "Ada":
                actors[-1].outcome()
        actors[-1].wait_until_blocked("Ada", database.observer)
        raise RuntimeError("it fails")

    def test_leaks(engine):
        global left
        left = engine.connect()
        left.execute(text("SELECT 2"))
"""


def test_a_failed_test_of_pytest_shows_the_same(project: Project) -> None:
    project.write(test_it=TESTS)
    ended = project.run("-D", "sql=on", "--tb=short")
    _, *parts = ended.output.partition("= FAILURES =")[2].split("___ test_")
    shown = {part.partition(" ")[0]: part for part in parts}
    assert set(shown) == {"fails", "waits"}
    assert "--- SQL of the test ---" in shown["fails"]
    assert "INSERT INTO customers (name) VALUES (:name)" in shown["fails"]
    assert "--- Sessions that wait ---" not in shown["fails"], "one open transaction is usual"
    assert "Bram waits for Ada.\n\nAda: idle in transaction, holds the lock" in shown["waits"]
    errors = ended.output.partition("= ERRORS =")[2].partition("= FAILURES =")[0]
    assert "SELECT 2" in errors, "of the test that leaves a connection open"
    assert SECRET not in ended.output
    assert ended.verdicts() == {
        "test_passes": "passed",
        "test_fails": "failure",
        "test_waits": "failure",
        "test_leaks": "error",
    }
