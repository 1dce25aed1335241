"""Schemas that the harness must cope with: each makes its tables and puts rows into all of them."""

from typing import Final

FAMILY: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, name text);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people);
    INSERT INTO people (name) VALUES ('Ada'), ('Bram');
    INSERT INTO tasks (of) VALUES (1), (2);
"""

UNUSUAL_NAMES: Final = """
    CREATE TABLE "drop; tasks" (id serial PRIMARY KEY);
    CREATE TABLE "Order" (id serial PRIMARY KEY, "user" int REFERENCES "drop; tasks");
    CREATE TABLE "🐘 ünï" (id serial PRIMARY KEY, of int REFERENCES "Order");
    CREATE TABLE "she ""said"" no" ("select" serial PRIMARY KEY, of int REFERENCES "🐘 ünï");
    CREATE TABLE "100%s" (id serial PRIMARY KEY, of int REFERENCES "she ""said"" no");
    CREATE TABLE "it's" (id serial PRIMARY KEY, of int REFERENCES "100%s");
    CREATE TABLE "a.b" (id serial PRIMARY KEY, of int REFERENCES "it's");
    CREATE TABLE "{}" (id serial PRIMARY KEY, of int REFERENCES "a.b");
    CREATE TABLE "$body$" (id serial PRIMARY KEY, of int REFERENCES "{}");
    CREATE TABLE a_name_of_as_many_bytes_as_postgresql_takes_for_an_identifier_1 (id serial);
    CREATE TABLE a_name_of_as_many_bytes_as_postgresql_takes_for_an_identifier_2 (id serial);
    INSERT INTO a_name_of_as_many_bytes_as_postgresql_takes_for_an_identifier_1 DEFAULT VALUES;
    INSERT INTO a_name_of_as_many_bytes_as_postgresql_takes_for_an_identifier_2 DEFAULT VALUES;
    INSERT INTO "drop; tasks" DEFAULT VALUES;
    INSERT INTO "Order" ("user") VALUES (1);
    INSERT INTO "🐘 ünï" (of) VALUES (1);
    INSERT INTO "she ""said"" no" (of) VALUES (1);
    INSERT INTO "100%s" (of) VALUES (1);
    INSERT INTO "it's" (of) VALUES (1);
    INSERT INTO "a.b" (of) VALUES (1);
    INSERT INTO "{}" (of) VALUES (1);
    INSERT INTO "$body$" (of) VALUES (1);
"""

SEVERAL_SCHEMAS: Final = """
    CREATE SCHEMA shop;
    CREATE SCHEMA "Back Office";
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE shop.people (id serial PRIMARY KEY);
    CREATE TABLE shop.orders (id serial PRIMARY KEY, of int REFERENCES public.people);
    CREATE TABLE "Back Office".people (id serial PRIMARY KEY, of int REFERENCES shop.orders);
    INSERT INTO people DEFAULT VALUES;
    INSERT INTO shop.people DEFAULT VALUES;
    INSERT INTO shop.orders (of) VALUES (1);
    INSERT INTO "Back Office".people (of) VALUES (1);
"""

SELF_REFERENCE: Final = """
    CREATE TABLE people (
        id serial PRIMARY KEY, boss int REFERENCES people ON DELETE RESTRICT, of int
    );
    CREATE TABLE tasks (id serial PRIMARY KEY);
    ALTER TABLE people ADD FOREIGN KEY (of) REFERENCES tasks;
    INSERT INTO tasks DEFAULT VALUES;
    INSERT INTO people (boss, of) VALUES (NULL, 1), (1, 1), (2, 1);
    UPDATE people SET boss = 3 WHERE id = 1;
"""


def _cycle(how: str) -> str:
    return f"""
    CREATE TABLE people (id serial PRIMARY KEY, task int);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people {how});
    INSERT INTO people DEFAULT VALUES;
    INSERT INTO tasks (of) VALUES (1);
    UPDATE people SET task = 1;
    ALTER TABLE people ADD FOREIGN KEY (task) REFERENCES tasks {how};
"""


CYCLE: Final = _cycle("")
STRICT_CYCLE: Final = _cycle("ON DELETE RESTRICT")
DEFERRED_CYCLE: Final = _cycle("DEFERRABLE INITIALLY DEFERRED")

STRICT_CHILD: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE tasks (
        id serial PRIMARY KEY, of int NOT NULL REFERENCES people ON DELETE RESTRICT
    );
    INSERT INTO people DEFAULT VALUES;
    INSERT INTO tasks (of) VALUES (1);
"""

CASCADE: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int NOT NULL REFERENCES people ON DELETE CASCADE);
    INSERT INTO people DEFAULT VALUES;
    INSERT INTO tasks (of) VALUES (1);
"""

PARTITIONS: Final = """
    CREATE TABLE people (id serial, region text, PRIMARY KEY (id, region))
        PARTITION BY LIST (region);
    CREATE TABLE people_north PARTITION OF people FOR VALUES IN ('north');
    CREATE TABLE people_south PARTITION OF people FOR VALUES IN ('south')
        PARTITION BY RANGE (id);
    CREATE TABLE people_south_early PARTITION OF people_south FOR VALUES FROM (0) TO (1000);
    CREATE TABLE tasks (id serial, of int, region text,
        FOREIGN KEY (of, region) REFERENCES people) PARTITION BY HASH (id);
    CREATE TABLE tasks_even PARTITION OF tasks FOR VALUES WITH (MODULUS 2, REMAINDER 0);
    CREATE TABLE tasks_odd PARTITION OF tasks FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    INSERT INTO people (region) VALUES ('north'), ('south');
    INSERT INTO tasks (of, region) VALUES (1, 'north'), (2, 'south'), (1, 'north');
"""

INHERITANCE: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, name text);
    CREATE TABLE employees (salary int, PRIMARY KEY (id)) INHERITS (people);
    CREATE TABLE tasks (id serial PRIMARY KEY, of int REFERENCES people);
    INSERT INTO people (name) VALUES ('Ada');
    INSERT INTO employees (name, salary) VALUES ('Bram', 1);
    INSERT INTO tasks (of) VALUES (1);
"""

KEYLESS: Final = """
    CREATE TABLE readings (value float);
    CREATE TABLE readings_twice (value float);
    INSERT INTO readings VALUES (1), (1), ('NaN');
    INSERT INTO readings_twice VALUES (1), (1);
"""

EXCLUSION: Final = """
    CREATE EXTENSION btree_gist;
    CREATE TABLE bookings (id serial PRIMARY KEY, room int, during tstzrange,
        EXCLUDE USING gist (room WITH =, during WITH &&));
    INSERT INTO bookings (room, during) VALUES (1, '[2026-01-01, 2026-01-02)'),
        (1, '[2026-01-02, 2026-01-03)'), (2, '[2026-01-01, 2026-01-03)');
"""

DOMAINS: Final = """
    CREATE DOMAIN amount AS numeric(10, 2) CHECK (VALUE >= 0) NOT NULL;
    CREATE TYPE mood AS ENUM ('fine', 'better');
    CREATE TYPE place AS (street text, number int);
    CREATE TABLE prices (id serial PRIMARY KEY, price amount, how mood, at place, tags text[]);
    INSERT INTO prices (price, how, at, tags) VALUES (1.50, 'fine', ('Main', 1), '{a,"b,c",NULL}');
"""

GENERATED: Final = """
    CREATE TABLE sums (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int,
        twice int GENERATED ALWAYS AS (a * 2) STORED);
    INSERT INTO sums (a) VALUES (1), (2);
"""

WRITING_TRIGGERS: Final = """
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE journal (id serial PRIMARY KEY, of int, what text);
    CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO journal (of, what) VALUES (coalesce(NEW.id, OLD.id), TG_OP);
        RETURN NULL; END $$;
    CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON people
        FOR EACH ROW EXECUTE FUNCTION note();
    ALTER TABLE people ENABLE ALWAYS TRIGGER noted;
    INSERT INTO people DEFAULT VALUES;
"""

VIEWS: Final = """
    CREATE TABLE people (id serial PRIMARY KEY, name text);
    CREATE VIEW named AS SELECT * FROM people WHERE name IS NOT NULL;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS number FROM people;
    INSERT INTO people (name) VALUES ('Ada');
    REFRESH MATERIALIZED VIEW counted;
"""

UNLOGGED: Final = """
    CREATE UNLOGGED TABLE caches (id serial PRIMARY KEY, what text);
    INSERT INTO caches (what) VALUES ('x');
"""

SEQUENCES: Final = """
    CREATE SEQUENCE invoice_numbers START 1000 INCREMENT 10;
    CREATE SEQUENCE countdown INCREMENT -1 MINVALUE -10 MAXVALUE 10 START 10 CYCLE;
    CREATE SEQUENCE small AS smallint CACHE 5;
    CREATE UNLOGGED SEQUENCE fleeting;
    CREATE TABLE people (id serial PRIMARY KEY);
    CREATE TABLE notes (id bigint GENERATED BY DEFAULT AS IDENTITY (START 5) PRIMARY KEY);
    INSERT INTO people DEFAULT VALUES;
    INSERT INTO notes DEFAULT VALUES;
    SELECT nextval('invoice_numbers'), nextval('countdown'), nextval('small'), nextval('fleeting');
"""

LARGE_OBJECTS: Final = """
    CREATE TABLE files (id serial PRIMARY KEY, content oid);
    INSERT INTO files (content) VALUES (lo_from_bytea(0, 'some bytes'));
"""

EXTENSIONS: Final = """
    CREATE EXTENSION citext;
    CREATE EXTENSION hstore;
    CREATE TABLE people (id serial PRIMARY KEY, email citext UNIQUE, extra hstore);
    INSERT INTO people (email, extra) VALUES ('Ada@example.org', 'a=>1');
"""

ALL: Final = {
    "a family": FAMILY,
    "unusual names": UNUSUAL_NAMES,
    "several schemas": SEVERAL_SCHEMAS,
    "a self reference": SELF_REFERENCE,
    "a cycle": CYCLE,
    "a strict cycle": STRICT_CYCLE,
    "a deferred cycle": DEFERRED_CYCLE,
    "a strict child": STRICT_CHILD,
    "a cascade": CASCADE,
    "partitions": PARTITIONS,
    "inheritance": INHERITANCE,
    "no keys": KEYLESS,
    "an exclusion constraint": EXCLUSION,
    "domains and other types": DOMAINS,
    "generated columns": GENERATED,
    "triggers that write": WRITING_TRIGGERS,
    "views": VIEWS,
    "unlogged tables": UNLOGGED,
    "sequences": SEQUENCES,
    "large objects": LARGE_OBJECTS,
    "extensions": EXTENSIONS,
}
"""By name, for tests of all of them."""
