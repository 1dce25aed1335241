"""What `-D sql=on` writes: statements that can be read, without what they spell out."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO
from typing import Final

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from orders import Customer, Order
from pgharness.interleaving.actors import Actor
from pgharness.observe.sql_log import KEPT, SqlLog, readable
from small_projects import Project
from test_row_factory import NOON, CustomerFactory, OrderFactory

SECRET: Final = "violet teapots hum at dusk"

LOGGED: Final = """
    import pytest
    from models import Customer
    from sqlalchemy import select

    def test_first(session):
        session.add(Customer(name="violet teapots"))
        session.commit()

    def test_second(session):
        session.scalars(select(Customer)).all()
"""


@contextmanager
def logged(heading: str = "Ada orders") -> Iterator[StringIO]:
    """Yield what is written of all engines under a heading."""
    output = StringIO()
    log = SqlLog(output)
    with log.listening():
        log.begin(heading)
        yield output


def lines(output: StringIO) -> list[str]:
    """Return what was written below the heading."""
    _, heading, *found = output.getvalue().splitlines()
    assert heading.startswith("--- ")
    return found


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("SELECT *\n  FROM users", "SELECT * FROM users"),
        ("UPDATE users SET email = 'a@b', n = 1", "UPDATE users SET email = '…', n = 1"),
        ("SELECT 'C:\\', 'x'", "SELECT '…', '…'"),
        ("SELECT E'it\\'s', e'x'", "SELECT '…', '…'"),
        ("SELECT $$secret$$, $a$a $b$ secret$a$", "SELECT '…', '…'"),
        ('SELECT "it\'s", \'x\', "y"', 'SELECT "it\'s", \'…\', "y"'),
        ("SELECT 1, 'it is cut he", "SELECT 1, '…'"),
        ("SELECT 1, E'it\\'s cut he\\", "SELECT 1, '…'"),
        ("SELECT 1, $a$it is $b$ cut he", "SELECT 1, '…'"),
        ("SELECT $1, $2::TIMESTAMP WITH TIME ZONE, $3::BIGINT[]", "SELECT $1, $2, $3"),
        ("WHERE a = %(a)s::VARCHAR AND b = %(b_1)s", "WHERE a = :a AND b = :b_1"),
        ("%(at)s::TIMESTAMP WITH TIME ZONE AND", ":at AND"),
        ("%(status)s::task_status, %(ids)s::BIGINT[]", ":status, :ids"),
    ],
)
def test_a_statement_is_readable(statement: str, shown: str) -> None:
    assert readable(statement) == shown


def test_every_statement_is_written_in_order_with_its_sender(shop: Engine) -> None:
    with logged() as output, Session(shop) as session:
        customer = CustomerFactory.create(session=session)
        session.execute(update(Customer).values(country="BE"))
        session.execute(update(Customer).values(country="NL"))
        session.scalars(select(Customer.id).where(Customer.id == customer.id)).all()
        session.commit()
    begin, stored, *changed, found, commit = lines(output)
    assert (begin, commit) == ("shop     BEGIN", "shop     COMMIT")
    assert stored.startswith("shop     INSERT INTO customers (email, joined_at) VALUES (:email")
    assert changed == ["shop     UPDATE customers SET country=:country"] * 2
    assert found == "shop     SELECT customers.id FROM customers WHERE customers.id = :id_1"


def test_the_heading_stands_once_above_what_is_written(shop: Engine) -> None:
    output = StringIO()
    log = SqlLog(output)
    with log.listening(), shop.connect() as connection:
        connection.execute(text("SELECT 0"))
        for heading in ("first", "silent", "second"):
            log.begin(heading)
            if heading != "silent":
                connection.execute(text("SELECT 1"))
                connection.execute(text("SELECT 2"))
        log.end()
        connection.execute(text("SELECT 3"))
    shop.connect().close()
    written = "shop     SELECT 1\nshop     SELECT 2\n"
    assert output.getvalue() == f"\n--- first\n{written}\n--- second\n{written}"


def test_savepoints_are_written_once(shop: Engine) -> None:
    with logged() as output, shop.connect() as connection:
        with connection.begin_nested():
            connection.execute(text("SELECT 1"))
        connection.begin_nested().rollback()
        connection.rollback()
    assert lines(output) == [
        "shop     BEGIN",
        "shop     SAVEPOINT sa_savepoint_1",
        "shop     SELECT 1",
        "shop     RELEASE SAVEPOINT sa_savepoint_1",
        "shop     SAVEPOINT sa_savepoint_2",
        "shop     ROLLBACK TO SAVEPOINT sa_savepoint_2",
        "shop     ROLLBACK",
    ]


def test_engines_that_are_made_later_are_heard(shop: Engine) -> None:
    with logged() as output:
        later = create_engine(shop.url, connect_args={"application_name": "a longer name"})
        with later.connect() as connection:
            connection.execute(text("SELECT 1"))
        later.dispose()
    assert lines(output)[1] == "a longer name SELECT 1"


def test_the_last_line_is_the_statement_that_waits(
    shop: Engine, making: Session, connection: psycopg.Connection
) -> None:
    customer = CustomerFactory.create(session=making)
    making.commit()
    rename = update(Customer).where(Customer.id == customer.id).values(country="BE")
    with ExitStack() as cleanups:
        actors = []
        for name in ("Ada", "Bram"):
            engine = create_engine(shop.url, connect_args={"application_name": name})
            actors.append(Actor(name, engine, engine))
            cleanups.callback(actors[-1].close)
        output = cleanups.enter_context(logged())
        for actor in actors:
            actor.begin(lambda engine: engine.begin())
            actor.do(lambda work: work.execute(rename))
            if actor.name == "Ada":
                actor.outcome()
        actors[1].wait_until_blocked("Ada", connection)
        last = lines(output)[-1]
    assert last.startswith("Bram     UPDATE customers SET country=:country WHERE")


def test_a_refusal_of_the_database_is_written_and_that_all_is_undone(
    shop: Engine, making: Session
) -> None:
    order = OrderFactory.create(session=making)
    making.commit()
    again = insert(Order).values(id=order.id, customer_id=order.customer_id)
    with logged() as output, pytest.raises(IntegrityError), shop.begin() as connection:
        connection.execute(again)
    assert lines(output)[-2:] == ["shop     -- UniqueViolation (23505)", "shop     ROLLBACK"]


def test_that_a_connection_is_lost_is_written(shop: Engine, connection: psycopg.Connection) -> None:
    with shop.connect() as lost:
        pid = lost.scalar(select(func.pg_backend_pid()))
        with logged() as output:
            connection.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
            with pytest.raises(OperationalError):
                lost.execute(text("SELECT 1"))
            lost.rollback()
    sent, refused, *_ = lines(output)
    assert sent == "shop     SELECT 1"
    assert refused.startswith(("(closed) -- AdminShutdown", "(lost)   -- AdminShutdown"))


def test_no_value_is_written(shop: Engine) -> None:
    with logged() as output, shop.connect() as connection:
        given = {"email": SECRET, "joined_at": NOON}
        connection.execute(insert(Customer).values(**given))
        connection.execute(insert(Customer), [given, given])
        connection.execute(select(Customer).where(Customer.email.in_([SECRET])))
        connection.execute(text(f"SELECT '{SECRET}', E'{SECRET}', $${SECRET}$$"))
        connection.exec_driver_sql("SELECT %(given)s", {"given": SECRET})
        with pytest.raises(IntegrityError):
            connection.execute(insert(Customer), {"id": 1, **given})
    written = output.getvalue()
    assert "INSERT INTO customers" in written
    assert "UniqueViolation" in written
    assert SECRET not in written
    assert "2026" not in written


def test_the_lines_of_a_test_are_kept_below_its_steps(shop: Engine) -> None:
    log = SqlLog(StringIO())
    steps = iter(["", "line 3: Given one", "line 3: Given one", "line 4: When two", ""])
    with log.listening(), shop.connect() as connection:
        log.begin("before")
        connection.execute(text("SELECT 0"))
        log.begin("Ada orders", lambda: next(steps))
        for number in range(1, 6):
            connection.execute(text(f"SELECT {number}"))
        log.end()
        connection.execute(text("SELECT 6"))
    assert log.text().splitlines() == [
        "shop     SELECT 1",
        "-- line 3: Given one",
        "shop     SELECT 2",
        "shop     SELECT 3",
        "-- line 4: When two",
        "shop     SELECT 4",
        "-- outside of the steps",
        "shop     SELECT 5",
    ]
    log.begin("another")
    assert log.text() == ""


@pytest.mark.parametrize(
    ("more", "note"),
    [(1, "-- 1 earlier line is left out"), (7, "-- 7 earlier lines are left out")],
)
def test_the_last_lines_are_kept(shop: Engine, more: int, note: str) -> None:
    log = SqlLog(StringIO())
    with log.listening(), shop.connect() as connection:
        connection.execute(text("SELECT 0"))
        log.begin("Ada orders")
        for number in range(KEPT + more):
            connection.exec_driver_sql(f"SELECT {number}")
        log.end()
    first, *kept = log.text().splitlines()
    assert first == note
    assert len(kept) == KEPT
    assert kept[-1] == f"shop     SELECT {KEPT + more - 1}"


def test_a_run_with_the_option_writes_what_its_tests_send(project: Project) -> None:
    project.write(test_it=LOGGED)
    ended = project.run("-s", "-D", "sql=on")
    assert ended.exit_code == 0, ended.output
    first, second = ended.output.partition("\n--- ")[2].split("\n--- ")
    assert first.startswith("test_it.py::test_first test_first\n")
    assert " INSERT INTO customers (name) VALUES (:name)" in first
    assert second.startswith("test_it.py::test_second test_second\n")
    assert " SELECT customers.id, customers.name FROM customers\n" in second
    assert "violet" not in ended.output
