"""Stress tests and schedules on the service, with the engines that their participants need."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random

from sqlalchemy import URL, Engine
from sqlalchemy.orm import Session

from domain import Domain, DomainError, Isolation, Settings, engine_for
from features.support.world import World
from pgharness.interleaving import schedules, stress

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
    name: str,
    url: URL,
    isolation: Isolation,
    bind: Callable[[Session], object],
    settings: Settings | None = None,
) -> schedules.ScheduledSession:
    """Return a session of a schedule, at this isolation level."""
    patient = _patient(settings or Settings(), schedules.SESSION_TIMEOUT)
    engine: Engine = engine_for(url, patient, name=name, pool_size=1)
    return schedules.ScheduledSession(
        name, engine.execution_options(isolation_level=isolation.value), bind
    )


def _patient(settings: Settings, patience: timedelta) -> Settings:
    timeouts = replace(
        settings.timeouts, statement=patience, lock=patience, idle_in_transaction=patience
    )
    return replace(settings, timeouts=timeouts)
