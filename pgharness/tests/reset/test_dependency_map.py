"""The dependency map has every table that is to be emptied, each before those that it refers to."""

import psycopg
import pytest
from sqlalchemy import (
    URL,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    Table,
)

import inventory
import schemas
from pgharness import Metadata
from pgharness.reset.catalog import Name
from pgharness.reset.foreign_keys import DependencyMap
from pgharness.servers import provision

SHOP = MetaData()
Table("countries", SHOP, Column("id", Integer, primary_key=True))
Table("addresses", SHOP, Column("id", Integer, primary_key=True))
Table(
    "customers",
    SHOP,
    Column("id", Integer, primary_key=True),
    Column("billing_id", ForeignKey("addresses.id")),
    Column("shipping_id", ForeignKey("addresses.id")),
    Column("recommended_by_id", ForeignKey("customers.id")),
)
Table(
    "orders",
    SHOP,
    Column("year", Integer, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customers.id"), nullable=False),
)
Table(
    "lines",
    SHOP,
    Column("id", Integer, primary_key=True),
    Column("order_number", Integer),
    Column("order_year", Integer),
    ForeignKeyConstraint(["order_number", "order_year"], ["orders.number", "orders.year"]),
)

SEVERAL_SCHEMAS = """
    CREATE SCHEMA billing;
    CREATE SCHEMA shop;
    CREATE TABLE people (id int PRIMARY KEY);
    CREATE TABLE countries (id int PRIMARY KEY);
    CREATE TABLE shop.goods (id int PRIMARY KEY);
    CREATE TABLE shop.orders (id int PRIMARY KEY, of int REFERENCES people);
    CREATE TABLE shop.lines (of int REFERENCES shop.orders, what int REFERENCES shop.goods);
    CREATE TABLE billing.invoices (of int REFERENCES shop.orders, who int REFERENCES people);
"""

CYCLES = """
    CREATE TABLE people (id int PRIMARY KEY, team int);
    CREATE TABLE rooms (id int PRIMARY KEY, person int REFERENCES people);
    CREATE TABLE teams (id int PRIMARY KEY, room int REFERENCES rooms);
    ALTER TABLE people ADD FOREIGN KEY (team) REFERENCES teams;
    CREATE TABLE comments (id int PRIMARY KEY, answers int REFERENCES comments);
    CREATE TABLE doors (id int PRIMARY KEY, room int REFERENCES rooms);
    CREATE TABLE buildings (id int PRIMARY KEY);
    CREATE TABLE hens (id int PRIMARY KEY, egg int, person int REFERENCES people);
    CREATE TABLE eggs (id int PRIMARY KEY, hen int REFERENCES hens);
    ALTER TABLE hens ADD FOREIGN KEY (egg) REFERENCES eggs;
"""

PARTITIONS_BESIDE_OTHERS = """
    CREATE TABLE days (id int PRIMARY KEY) PARTITION BY HASH (id);
    CREATE TABLE days_0 PARTITION OF days FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE days_1 PARTITION OF days FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    CREATE TABLE readings (id int, day int REFERENCES days) PARTITION BY RANGE (id);
    CREATE TABLE readings_0 PARTITION OF readings FOR VALUES FROM (0) TO (10);
    CREATE TABLE readings_1 PARTITION OF readings DEFAULT PARTITION BY LIST (day);
    CREATE TABLE readings_1_0 PARTITION OF readings_1 DEFAULT;
    CREATE TABLE notes (number int);
"""

OF_OTHERS = """
    CREATE TABLE people (id int PRIMARY KEY);
    CREATE EXTENSION citext;
    CREATE TABLE of_the_extension (of int REFERENCES people);
    ALTER EXTENSION citext ADD TABLE of_the_extension;
    CREATE FOREIGN DATA WRAPPER elsewhere;
    CREATE SERVER away FOREIGN DATA WRAPPER elsewhere;
    CREATE FOREIGN TABLE remote (id int) SERVER away;
    CREATE VIEW named AS SELECT * FROM people;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM people;
"""


def public(*names: str) -> set[Name]:
    return {("public", name) for name in names}


def test_it_has_every_table_and_foreign_key_of_the_metadata(
    marked: URL, connection: psycopg.Connection
) -> None:
    Metadata(SHOP).migrate(marked)
    found = DependencyMap.read(connection)
    assert set(found.tables) == public(*SHOP.tables)
    expected = {
        (table.name, tuple(key.column_keys), key.referred_table.name, referred(key))
        for table in SHOP.tables.values()
        for key in table.foreign_key_constraints
    }
    assert {
        (key.child[1], key.columns, key.parent[1], key.referenced) for key in found.references
    } == expected
    assert not inventory.wrong_order(found)


def referred(key: ForeignKeyConstraint) -> tuple[str, ...]:
    return tuple(element.column.name for element in key.elements)


@pytest.mark.parametrize("schema", schemas.ALL)
def test_children_come_before_their_parents(schema: str, connection: psycopg.Connection) -> None:
    connection.execute(schemas.ALL[schema])
    found = DependencyMap.read(connection)
    assert not inventory.wrong_order(found)
    assert len(set(found.tables)) == len(found.tables) > 0


def test_it_has_the_tables_of_all_schemas(connection: psycopg.Connection) -> None:
    connection.execute(SEVERAL_SCHEMAS)
    found = DependencyMap.read(connection)
    assert sorted(found.tables) == [
        ("billing", "invoices"),
        ("public", "countries"),
        ("public", "people"),
        ("shop", "goods"),
        ("shop", "lines"),
        ("shop", "orders"),
    ]
    assert len(found.references) == 5
    assert not inventory.wrong_order(found)


def test_tables_that_need_each_other_are_one_group(connection: psycopg.Connection) -> None:
    connection.execute(CYCLES)
    found = DependencyMap.read(connection)
    assert found.cycles == (
        (("public", "eggs"), ("public", "hens")),
        (("public", "people"), ("public", "rooms"), ("public", "teams")),
    )
    assert found.self_references == public("comments")
    assert not inventory.wrong_order(found)


def test_a_partition_belongs_to_its_table(connection: psycopg.Connection) -> None:
    connection.execute(PARTITIONS_BESIDE_OTHERS)
    found = DependencyMap.read(connection)
    assert set(found.tables) == public("days", "notes", "readings")
    assert found.partitioned == public("days", "readings")
    assert [(key.child[1], key.parent[1]) for key in found.references] == [("readings", "days")]
    assert not inventory.wrong_order(found)


def test_what_the_migrations_and_other_sessions_keep_is_left_out(
    marked: URL, connection: psycopg.Connection
) -> None:
    connection.execute(
        "CREATE SCHEMA shop;"
        "CREATE TABLE people (id int PRIMARY KEY);"
        "CREATE TABLE alembic_version (number int);"
        "CREATE TABLE shop.alembic_version (number int);"
        "CREATE TEMPORARY TABLE scratch (id int)"
    )
    with provision.connect(marked) as another:
        another.execute("CREATE TEMPORARY TABLE scratch (id int)")
        found = DependencyMap.read(connection)
    assert set(found.tables) == public("people")
    assert found.ignored == (("public", "alembic_version"), ("shop", "alembic_version"))


def test_what_is_not_a_table_of_the_application_is_left_out(connection: psycopg.Connection) -> None:
    connection.execute(OF_OTHERS)
    found = DependencyMap.read(connection)
    assert set(found.tables) == public("people")
    assert not found.references
    assert found.needed == public("people"), "the extension's table may refer to it"
