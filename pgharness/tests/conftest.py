"""Shared fixtures of the tests of pgharness, on the server of `server_fixtures`."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from accounts import FILL, Base
from behave_projects import FILES, BehaveProject
from migrator_fixtures import scripts, sql_files
from order_fixtures import making, shop
from page_fixtures import axe, browser, module_browser, open_page
from parallel_projects import notes_project, parallel_project
from pgharness.servers import provision
from shard_fixtures import behave, serial, suite
from small_projects import BY_METADATA, MODELS, Project
from small_suites import Suites
from terminal_fixtures import narrow, tty

__all__ = [
    "axe",
    "behave",
    "browser",
    "making",
    "module_browser",
    "narrow",
    "notes_project",
    "open_page",
    "parallel_project",
    "scripts",
    "serial",
    "shop",
    "sql_files",
    "suite",
    "tty",
]


@pytest.fixture
def connection(marked: URL) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the marked database, in autocommit mode."""
    with provision.connect(marked) as connection:
        yield connection


@pytest.fixture
def owner(marked: URL) -> Iterator[psycopg.Connection]:
    """A connection to the marked database as a role that may create objects and nothing else."""
    with provision.connect(marked) as connection:
        connection.execute(
            "CREATE ROLE an_owner;"
            "GRANT CREATE ON DATABASE acceptance_reset TO an_owner;"
            "GRANT CREATE ON SCHEMA public TO an_owner;"
            "SET ROLE an_owner"
        )
        yield connection
        connection.execute("RESET ROLE; DROP OWNED BY an_owner CASCADE; DROP ROLE an_owner")


@pytest.fixture
def accounts(marked: URL, connection: psycopg.Connection) -> URL:
    """The marked database with the tables of `accounts`, and two accounts: Ada's and Bram's."""
    with provision.engine(marked).begin() as created:
        Base.metadata.create_all(created)
    connection.execute(FILL)
    return marked


@pytest.fixture
def undone(admin: psycopg.Connection) -> Iterator[psycopg.Connection]:
    """A superuser's connection in a transaction that is rolled back, including new tables."""
    with admin.transaction(force_rollback=True):
        yield admin


@pytest.fixture
def family(marked: URL) -> URL:
    """The marked database with two tables: a parent with a row, and a child without."""
    with provision.connect(marked) as connection:
        connection.execute(
            "CREATE TABLE people (id serial PRIMARY KEY);"
            "CREATE TABLE a_child (of int REFERENCES people);"
            "INSERT INTO people DEFAULT VALUES"
        )
    return marked


@pytest.fixture
def project(url: URL, tmp_path: Path) -> Project:
    """A project with one table, configured by its metadata."""
    made = Project(tmp_path, url)
    made.configure(BY_METADATA)
    made.write(models=MODELS)
    return made


@pytest.fixture
def suites(url: URL) -> Iterator[Suites]:
    """Small behave suites on a schema of their own."""
    with Suites.on(url) as suites:
        yield suites


@pytest.fixture
def behave_project(url: URL, tmp_path: Path) -> BehaveProject:
    """A project with one table in which behave runs."""
    made = BehaveProject(tmp_path, url)
    made.write(FILES)
    return made
