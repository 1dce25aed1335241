"""Has Bram try everything with every table, and tells what came of it, in a word for each table."""

from collections.abc import Callable
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.database.schema import Role
from domain.database.tenancy import bind
from features.support import data
from features.support.tenancy import rls_catalog, target_table
from features.support.tenancy.attack_statements import ATTEMPTS, QUOTES_ADA, Attempt, Result
from features.support.tenancy.target_table import Ground
from features.support.world import World
from pgharness.servers import provision

REFUSALS = {
    "0A000": "unsupported",
    "22P02": "nobody",
    "23503": "no such row",
    "23505": "taken",
}
"""What the server answers, by SQLSTATE."""

BY_POLICY = frozenset({"check_enable_rls", "ExecWithCheckOptions"})
"""The places in the server where policies refuse, by the SQLSTATE of wanting rights (42501)."""

Binding = Callable[[Session, Ground], None]
"""Says for whom a transaction works."""


def as_intruder(session: Session, at: Ground) -> None:
    """Work as a tenant: the one who has something in the table."""
    bind(session, Role.TENANT, at.intruder)


def as_nobody(session: Session, _: Ground) -> None:
    """Work as a tenant, but for nobody."""
    bind(session, Role.TENANT, None)


def unbound(session: Session, _: Ground) -> None:
    """Work as a tenant without a word about for whom."""
    session.execute(text("SELECT set_config('role', 'app_tenant', true)"))


def sweep(
    world: World, intruder: str, victim: str, kind: str, binding: Binding = as_intruder
) -> list[dict[str, str]]:
    """Return a line for each attempt of a kind, with a word for every table that tenants own.

    Each attempt has a transaction of its own, in a connection that nobody has used before.
    """
    before = data.fingerprint(world.reader)
    _have_statistics(world)
    grounds = [
        target_table.survey(world.reader, table, world.people[intruder].id, world.people[victim].id)
        for table in rls_catalog.tenant_tables(world.reader)
    ]
    # Once a user was bound in a connection, the setting is there for good, if empty.
    engine = provision.engine(world.url) if binding is unbound else world.engine
    return [
        {"he tries": name}
        | {
            at.table: _word(Session(engine), at, Try(name, attempt, binding, before))
            for at in grounds
        }
        for name, attempt in ATTEMPTS[kind].items()
    ]


@dataclass(frozen=True)
class Try:
    """One attempt, for whom it is made, and all data as it was before."""

    name: str
    attempt: Attempt
    binding: Binding
    before: data.Fingerprint


def _have_statistics(world: World) -> None:
    for table in rls_catalog.tenant_tables(world.reader):
        world.reader.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    known = world.reader.execute("SELECT FROM pg_stats WHERE schemaname = 'public'")
    assert known.rowcount > 0, "there are no statistics to be found"


def _word(session: Session, at: Ground, it: Try) -> str:
    """Try it in a transaction that is undone in the end, and look at all data before that."""
    with session:
        it.binding(session, at)
        driver: psycopg.Connection = session.connection().connection.driver_connection  # type: ignore[assignment]
        try:
            with driver.cursor(row_factory=dict_row) as cursor:
                word = _told(at, it.attempt(cursor, at))
                cursor.execute("RESET ROLE")
                cursor.execute("SET LOCAL row_security = off")
            after = data.fingerprint(driver)
        except psycopg.Error as refusal:
            if it.name not in QUOTES_ADA:
                _check_silent(at, it.name, refusal)
            return _refusal(refusal)
    changed = data.differences(_of_others(it.before, at), _of_others(after, at))
    return f"changes {', '.join(changed)}" if changed else word


def _told(at: Ground, result: Result) -> str:
    if isinstance(result, str):
        return result
    if isinstance(result, int):
        return _counted(at, result)
    if any(row.get("owner_id") not in (None, at.intruder) for row in result):
        return "sees Ada's"
    shown = str(result)
    assert not any(value in shown for value in at.telling()), f"{at.table} tells of Ada's: {shown}"
    return _counted(at, len(result))


def _counted(at: Ground, number: int) -> str:
    return {0: "none", len(at.own): "his own"}.get(number, f"{number} rows")


def _refusal(refusal: psycopg.Error) -> str:
    if refusal.sqlstate == "42501":
        return "policy" if refusal.diag.source_function in BY_POLICY else "no right"
    return REFUSALS.get(refusal.sqlstate or "", f"{refusal.sqlstate}: {refusal}")


def _check_silent(at: Ground, name: str, refusal: psycopg.Error) -> None:
    diag = refusal.diag
    said = f"{refusal} {diag.message_detail} {diag.message_hint} {diag.context}"
    told = [value for value in at.telling() if value in said]
    assert not told, f"{name} in {at.table} was refused with what is Ada's: {told}"


def _of_others(fingerprint: data.Fingerprint, at: Ground) -> data.Fingerprint:
    return {place: digest for place, digest in fingerprint.items() if place[1] != at.intruder}
