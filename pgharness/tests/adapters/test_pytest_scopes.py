"""Tests of pytest that share what they store: in a class, in a module, in the session."""

from typing import Final

from small_projects import Project

SCOPES: Final = """
    import pytest
    from models import Customer
    from sqlalchemy import select

    @pytest.mark.usefixtures("shared_in_class")
    class TestShared:
        def test_first(self, sessions):
            with sessions.committing() as session:
                session.add(Customer(name="Ada"))

        @pytest.mark.pgharness(isolation="rollback")
        def test_one_that_is_rolled_back(self, session):
            session.add(Customer(name="Bram"))
            session.commit()
            assert len(session.scalars(select(Customer)).all()) == 2

        def test_last(self, sessions):
            with sessions.committing() as session:
                assert session.scalars(select(Customer.name)).all() == ["Ada"]

    def test_after_the_class(session):
        assert session.scalars(select(Customer)).all() == []

    def test_shared_with_the_session(shared_in_session, sessions):
        with sessions.committing() as session:
            session.add(Customer(name="Ada"))

    def test_not_shared_with_the_session(database):
        assert database.observer.execute("SELECT FROM customers").fetchall() == []

    def test_shared_with_it_again(sessions, shared_in_session):
        with sessions.committing() as session:
            assert session.scalars(select(Customer.name)).all() == ["Ada"]

    @pytest.mark.pgharness(isolation="database")
    def test_both(shared_in_session):
        pass
"""

IN_THE_MODULE: Final = """
    import pytest

    pytestmark = pytest.mark.usefixtures("shared_in_module")

    def test_first_of_the_module(database):
        database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")

    def test_last_of_the_module(database):
        assert len(database.observer.execute("SELECT FROM customers").fetchall()) == 1
"""


def test_tests_of_a_class_a_module_or_the_session_share_what_they_store(project: Project) -> None:
    project.write(test_it=SCOPES, test_module=IN_THE_MODULE)
    ended = project.run()
    failed = {name for name, verdict in ended.verdicts().items() if verdict != "passed"}
    assert failed == {"test_both"}, ended.output
    assert "shared_in_session means nothing with isolation='database'" in ended.output
    assert len(ended.cases) == (SCOPES + IN_THE_MODULE).count("def test_")


STORED_FIRST: Final = """
    import pytest
    from models import Customer
    from sqlalchemy import select

    def names(session):
        return set(session.scalars(select(Customer.name)))

    def test_rolled_back_before(session):
        session.add(Customer(name="Cleo"))
        session.flush()

    @pytest.fixture(scope="module")
    def ada(shared_in_module):
        with shared_in_module.committing() as session:
            session.add(Customer(name="Ada"))

    @pytest.fixture(scope="class")
    def bram(ada, shared_in_class):
        with shared_in_class.committing() as session:
            session.add(Customer(name="Bram"))

    def test_before_the_class(ada, session):
        assert names(session) == {"Ada"}

    @pytest.mark.usefixtures("bram")
    class TestBoth:
        def test_session(self, session):
            assert names(session) == {"Ada", "Bram"}

        @pytest.mark.pgharness(isolation="rollback")
        def test_one_that_is_rolled_back(self, engine, session):
            session.add(Customer(name="Cleo"))
            session.commit()

        def test_committed(self, sessions):
            with sessions.committing() as session:
                assert names(session) == {"Ada", "Bram"}
                session.add(Customer(name="Cleo"))

        def test_shared(self, session):
            assert names(session) == {"Ada", "Bram", "Cleo"}

    def test_after_the_class(session):
        assert names(session) == {"Ada"}

    def test_late(session, request):
        session.add(Customer(name="Cleo"))
        session.flush()
        request.getfixturevalue("shared_in_class")
        assert names(session) >= {"Cleo"}
"""

AFTERWARDS: Final = """
    from models import Customer
    from sqlalchemy import select

    def test_in_the_next_module(session):
        assert session.scalars(select(Customer)).all() == []
"""


def test_fixtures_store_what_a_class_or_a_module_shares(project: Project) -> None:
    project.write(test_it=STORED_FIRST, test_next=AFTERWARDS)
    ended = project.run("-p", "no:randomly")
    assert set(ended.verdicts().values()) == {"passed"}, ended.output
    assert len(ended.cases) == (STORED_FIRST + AFTERWARDS).count("def test_")
