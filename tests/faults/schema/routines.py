"""Functions that run with more privileges, or search names elsewhere; views, triggers."""

import re
from collections.abc import Iterator
from typing import Final

import psycopg

from tests.faults.schema import expressions
from tests.faults.schema.kinds import CAPABILITY, OURS, RIGHTS, Found, Kind, by

FUNCTIONS: Final = """
    SELECT '', '', format('ALTER FUNCTION %s %s', p.oid::regprocedure, other)
      FROM pg_proc AS p, unnest(ARRAY[
               CASE WHEN prosecdef THEN 'SECURITY INVOKER' ELSE 'SECURITY DEFINER' END,
               'RESET search_path', 'SET search_path = public',
               'SET search_path = pg_temp, pg_catalog']) AS other
     WHERE pronamespace = 'public'::regnamespace
"""

VOLATILITY: Final = """
    SELECT '', '', format('ALTER FUNCTION %s %s', p.oid::regprocedure, other)
      FROM pg_proc AS p, unnest(ARRAY[
               CASE WHEN provolatile <> 'i' THEN 'IMMUTABLE' END,
               CASE WHEN provolatile <> 's' THEN 'STABLE' END,
               CASE WHEN provolatile <> 'v' THEN 'VOLATILE' END,
               CASE WHEN proleakproof THEN 'NOT LEAKPROOF' ELSE 'LEAKPROOF' END,
               CASE WHEN pronargs = 0 THEN NULL WHEN proisstrict THEN 'CALLED ON NULL INPUT'
                    ELSE 'STRICT' END]) AS other
     WHERE pronamespace = 'public'::regnamespace AND other IS NOT NULL
"""

VIEWS: Final = """
    SELECT '', '', format('ALTER VIEW %s SET (security_invoker = false)', c.oid::regclass)
      FROM pg_class AS c WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
"""

SWITCHES: Final = """
    SELECT relname, tgname, format('ALTER TABLE %I %s TRIGGER %I', relname, what, tgname)
      FROM pg_trigger JOIN ours ON ours.oid = tgrelid,
           unnest(ARRAY['DISABLE', 'ENABLE REPLICA']) AS what
     WHERE NOT tgisinternal
"""

TRIGGERS: Final = f"""
    {OURS} SELECT relname, tgname, pg_get_triggerdef(t.oid)
      FROM pg_trigger AS t JOIN ours ON ours.oid = tgrelid WHERE NOT tgisinternal
"""

DEFINITION: Final = re.compile(
    r"(?P<create>CREATE (?:CONSTRAINT )?TRIGGER \w+) (?P<moment>BEFORE|AFTER)"
    r" (?P<events>.+?) ON (?P<table>[\w.]+)"
    r"(?P<deferred> (?:NOT )?DEFERRABLE INITIALLY \w+)? FOR EACH (?P<each>ROW|STATEMENT)"
    r"(?: WHEN \((?P<condition>.*)\))? EXECUTE FUNCTION (?P<function>.*)"
)


def _definitions(connection: psycopg.Connection) -> Iterator[tuple[str, str, re.Match[str]]]:
    for table, name, text in connection.execute(TRIGGERS.encode()):
        found = DEFINITION.fullmatch(text)
        assert found is not None, text
        yield table, name, found


def _made(found: re.Match[str], **other: str) -> str:
    part = {**found.groupdict(), **other}
    when = f" WHEN ({part['condition']})" if part["condition"] else ""
    return (
        f"{part['create']} {part['moment']} {part['events']} ON {part['table']}"
        f"{part['deferred'] or ''} FOR EACH {part['each']}{when}"
        f" EXECUTE FUNCTION {part['function']}"
    )


def _fired_otherwise(connection: psycopg.Connection) -> Iterator[Found]:
    for table, name, found in _definitions(connection):
        for other in _others(found):
            yield Found(table, name, f"DROP TRIGGER {name} ON {table}; {_made(found, **other)}")


def _others(found: re.Match[str]) -> Iterator[dict[str, str]]:
    events = found["events"].split(" OR ")
    for number in range(len(events)):
        if rest := [*events[:number], *events[number + 1 :]]:
            yield {"events": " OR ".join(rest)}
    columns = re.search(r" OF (.*)", found["events"])
    if columns:
        yield {"events": found["events"].replace(columns[0], "")}
    if "CONSTRAINT" not in found["create"]:
        yield {"moment": "AFTER" if found["moment"] == "BEFORE" else "BEFORE"}
    if found["condition"]:
        yield {"condition": ""}
        for other in expressions.mutants(found["condition"]):
            yield {"condition": other}
    if found["deferred"]:
        yield {"deferred": " NOT DEFERRABLE"}
        yield {"deferred": " DEFERRABLE INITIALLY IMMEDIATE"}


KINDS: Final = (
    Kind("functions' privileges and paths", by(FUNCTIONS), features=(RIGHTS,), parts=1),
    Kind(
        "functions' volatility",
        by(VOLATILITY),
        features=("features/tenancy/plans.feature",),
        recorded=True,
        parts=2,
    ),
    Kind("views", by(VIEWS), features=(RIGHTS,), parts=1, may_be_none=True),
    Kind("triggers switched", by(SWITCHES), r"\b{0}\b", features=(CAPABILITY,), parts=2),
    Kind("triggers fired otherwise", _fired_otherwise, r"\b{0}\b", features=(CAPABILITY,)),
)
