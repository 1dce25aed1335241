"""Classes of unittest, run by pytest: marks and usefixtures give them what functions are given."""

from typing import Final

from small_projects import Project

CLASSES: Final = """
    import unittest

    import psycopg
    import pytest
    from models import Customer
    from sqlalchemy import select

    LEFT = []

    def count(database):
        return len(database.observer.execute("SELECT FROM customers").fetchall())

    class TestByAnAutouseFixture(unittest.TestCase):
        @pytest.fixture(autouse=True)
        def _take(self, session):
            self.session = session

        def test_one(self):
            self.session.add(Customer(name="Ada"))
            self.session.commit()
            self.assertEqual(self.session.scalars(select(Customer.name)).all(), ["Ada"])

        def test_other(self):
            self.test_one()

    @pytest.fixture
    def given(request, database):
        request.instance.database = database

    @pytest.mark.usefixtures("given")
    class TestByUsefixtures(unittest.TestCase):
        def test_first(self):
            self.database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")
            self.assertEqual(count(self.database), 1)

        def test_second(self):
            self.assertEqual(count(self.database), 0)

        @pytest.mark.pgharness(isolation="rollback")
        def test_third(self):
            with self.assertRaisesRegex(Exception, "for a second connection"):
                self.database.url

    @pytest.mark.usefixtures("given")
    @pytest.mark.pgharness(isolation="database")
    class TestByAMark(unittest.TestCase):
        def test_clone(self):
            self.assertTrue(self.database.url.database.startswith("acceptance_case_"))

        @pytest.mark.pgharness(isolation="empty_database")
        def test_empty(self):
            found = self.database.observer.execute("SELECT to_regclass('customers')").fetchone()
            self.assertEqual(found, (None,))

    @pytest.mark.usefixtures("given", "shared_in_class")
    class TestShared(unittest.TestCase):
        def test_a(self):
            self.database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")

        def test_b(self):
            self.assertEqual(count(self.database), 1)

    @pytest.mark.usefixtures("given")
    class TestCareless(unittest.TestCase):
        def test_left_open(self):
            url = self.database.url.set(drivername="postgresql")
            LEFT.append(psycopg.connect(url.render_as_string(hide_password=False)))

        def test_nothing_is_left(self):
            self.assertEqual(count(self.database), 0)
"""


def test_a_class_of_unittest_is_isolated_as_functions_are(project: Project) -> None:
    project.write(test_it=CLASSES)
    ended = project.run()
    odd = {name: said for name, (verdict, said) in ended.cases.items() if verdict != "passed"}
    assert odd.keys() == {"test_left_open"}, ended.output
    assert "the test left connections open: unnamed (idle)" in odd["test_left_open"]
    assert "opened at test_it.py:" in odd["test_left_open"]
    assert len(ended.cases) == CLASSES.count("def test_")


FORKING: Final = """
    import os
    import sys
    import unittest

    import pytest

    def fork():
        if child := os.fork():
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0
        else:
            sys.exit(3)

    def test_function(database):
        fork()

    @pytest.mark.usefixtures("database")
    class TestMethods(unittest.TestCase):
        def test_method(self):
            fork()

    def test_what_follows(database):
        assert database.observer.execute("SELECT FROM customers").fetchall() == []
"""


def test_a_fork_that_comes_back_out_of_a_test_ends_and_reports_nothing(project: Project) -> None:
    project.write(test_it=FORKING)
    ended = project.run()
    assert set(ended.verdicts().values()) == {"passed"}, ended.output
    assert ended.output.count("3 passed") == 1, ended.output
    assert ended.output.count("passed") == 1, ended.output
