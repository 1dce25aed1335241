"""Stress tests and schedules on the service, with the engines that their participants need."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from domain import Domain, DomainError, Isolation, Settings, engine_for
from domain.errors import TransactionConflict
from features.support.unit_of_work import session_of
from features.support.world import World
from pgharness.interleaving import scheduled_sessions, stress

Participant = stress.Participant[Domain]

ClientWork = stress.Workload[Domain]

Workload = Callable[[World], ClientWork]
"""Returns what each client does, from the rows that the scenario has arranged."""


def stress_test(world: World, number: int) -> stress.StressTest[Domain]:
    """Return a stress test with this number of clients of the scenario's database."""
    settings = _patient(world.settings, stress.SESSION_TIMEOUT)
    engine = engine_for(world.url, settings, name=stress.APPLICATION_NAME, pool_size=number)

    def domain(dice: Random) -> Domain:
        return Domain(engine, settings, world.clock, jitter=dice)

    return stress.StressTest(engine, domain, world.reader, number, DomainError)


def schedule_participant(
    world: World, name: str, user_id: int, isolation: Isolation
) -> scheduled_sessions.ScheduledSession:
    """Return a session of a schedule: a tenant's unit of work at this isolation level."""
    patient = _patient(world.settings, scheduled_sessions.SESSION_TIMEOUT)
    engine = engine_for(world.url, patient, name=name, pool_size=1)

    @contextmanager
    def unit_of_work(engine: Engine) -> Iterator[Session]:
        domain = Domain(engine, patient, world.clock)
        with domain.tenant(user_id, isolation=isolation) as tx:
            yield session_of(tx)

    return scheduled_sessions.ScheduledSession(name, engine, unit_of_work, _is_conflict)


def _is_conflict(error: Exception) -> bool:
    return isinstance(error, TransactionConflict) and scheduled_sessions.not_serializable(error)


def _patient(settings: Settings, patience: timedelta) -> Settings:
    timeouts = replace(
        settings.timeouts, statement=patience, lock=patience, idle_in_transaction=patience
    )
    return replace(settings, timeouts=timeouts)
