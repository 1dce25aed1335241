"""Runs the attacks of one tenant against another, and names each outcome in a word per table."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import sql
from psycopg.rows import dict_row
from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from domain.database.schema import Role
from domain.database.tenancy import bind
from features.support import data
from features.support.tenancy import rls_catalog, target_table
from features.support.tenancy.attack_statements import ATTACKS, QUOTES_VICTIM, Attack, Result
from features.support.tenancy.target_table import TargetTable
from features.support.world import World
from pgharness.servers import provision

REFUSALS: Final = {
    "0A000": "unsupported",
    "22P02": "no user",
    "23503": "no such row",
    "23505": "taken",
}
"""Outcomes by SQLSTATE."""

BY_POLICY: Final = frozenset({"check_enable_rls", "ExecWithCheckOptions"})
"""The functions of the server that raise 42501 because of a policy, not of a privilege."""

WITHOUT_EFFECT: Final = frozenset({"none", "no user", "policy", "no right", "unsupported", "-"})
"""The outcomes of attacks that neither read nor changed a row."""

BOUND_USER: Final = "SELECT current_setting('app.user_id', true)"
"""NULL if no transaction of the connection has ever had a binding, even one to no user."""

Binding = Callable[[Session, TargetTable], None]
"""Binds a role, and a user or none, to a transaction."""


def as_intruder(session: Session, target: TargetTable) -> None:
    """Bind the intruder, as a tenant."""
    bind(session, Role.TENANT, target.intruder)


def _without_user(session: Session, _: TargetTable) -> None:
    bind(session, Role.TENANT, None)


def _without_binding(session: Session, _: TargetTable) -> None:
    session.execute(text("SELECT set_config('role', 'app_tenant', true)"))


BINDINGS: Final[dict[str, Binding]] = {
    "in a connection that was never bound to a user": _without_binding,
    "in a connection that is bound to no user": _without_user,
}


def run_attacks(
    world: World, intruder: str, victim: str, kind: str, binding: Binding = as_intruder
) -> list[dict[str, str]]:
    """Return a line for each attack of a kind, with its outcome in each tenant table.

    Each attack has a transaction of its own.
    """
    before = data.fingerprint(world.reader)
    _analyze(world)
    targets = [
        target_table.survey(world.reader, table, world.people[intruder].id, world.people[victim].id)
        for table in rls_catalog.tenant_tables(world.reader)
    ]
    with _connected(world, binding) as bind_:
        return [
            {"attempt": name}
            | {
                target.table: _outcome(
                    Session(bind_), target, _Attempt(name, attack, binding, before)
                )
                for target in targets
            }
            for name, attack in ATTACKS[kind].items()
        ]


@contextmanager
def _connected(world: World, binding: Binding) -> Iterator[Engine | Connection]:
    """Yield the service's engine, or for no binding one connection that never has had any.

    The setting for the bound user exists, if empty, for as long as a connection that had one.
    """
    if binding is not _without_binding:
        yield world.engine
        return
    with provision.engine(world.url).connect() as connection:
        yield connection
        assert connection.scalar(text(BOUND_USER)) is None, "an attack has bound a user"


@dataclass(frozen=True)
class _Attempt:
    """One attack, its binding, and all data before it."""

    name: str
    attack: Attack
    binding: Binding
    before: data.Fingerprint


def _analyze(world: World) -> None:
    for table in rls_catalog.tenant_tables(world.reader):
        world.reader.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))
    known = world.reader.execute("SELECT FROM pg_stats WHERE schemaname = 'public'")
    assert known.rowcount > 0, "there are no statistics to be read"


def _outcome(session: Session, target: TargetTable, attempt: _Attempt) -> str:
    """Run an attack, compare all data with those before it, and roll back."""
    with session:
        attempt.binding(session, target)
        driver: psycopg.Connection = session.connection().connection.driver_connection  # type: ignore[assignment]
        try:
            with driver.cursor(row_factory=dict_row) as cursor:
                word = _named(target, attempt.attack(cursor, target))
                cursor.execute("RESET ROLE")
                cursor.execute("SET LOCAL row_security = off")
            after = data.fingerprint(driver)
        except psycopg.Error as refusal:
            if attempt.name not in QUOTES_VICTIM:
                _check_discloses_nothing(target, attempt.name, refusal)
            return _refusal(refusal)
    changed = data.differences(_of_others(attempt.before, target), _of_others(after, target))
    return f"changes {', '.join(changed)}" if changed else word


def _named(target: TargetTable, result: Result) -> str:
    if isinstance(result, str):
        return result
    if isinstance(result, int):
        return _counted(target, result)
    if any(row.get("owner_id") not in (None, target.intruder) for row in result):
        return "reads Ada's"
    shown = str(result)
    disclosed = [value for value in target.secrets() if value in shown]
    assert not disclosed, f"{target.table} discloses values of the victim: {disclosed}"
    return _counted(target, len(result))


def _counted(target: TargetTable, number: int) -> str:
    return {0: "none", len(target.own): "his own"}.get(number, f"{number} rows")


def _refusal(refusal: psycopg.Error) -> str:
    if refusal.sqlstate == "42501":
        return "policy" if refusal.diag.source_function in BY_POLICY else "no right"
    return REFUSALS.get(refusal.sqlstate or "", f"{refusal.sqlstate}: {refusal}")


def _check_discloses_nothing(target: TargetTable, name: str, refusal: psycopg.Error) -> None:
    diag = refusal.diag
    said = f"{refusal} {diag.message_detail} {diag.message_hint} {diag.context}"
    disclosed = [value for value in target.secrets() if value in said]
    assert not disclosed, f"the refusal to {name} in {target.table} discloses {disclosed}"


def _of_others(fingerprint: data.Fingerprint, target: TargetTable) -> data.Fingerprint:
    return {place: digest for place, digest in fingerprint.items() if place[1] != target.intruder}
