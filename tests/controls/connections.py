"""Other connections of the service: their pool, their driver, their names."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import URL, Engine, QueuePool
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolResetState

from domain.database import connections
from domain.database.connections import reset_session
from domain.settings import Settings
from features.support import connecting
from features.support.world import World
from tests.controls.catalogue import Effect, control

USUAL_SIZE = 5
"""Of a pool whose size nothing says: where a criterion gives a size, that stays."""


def change_engine(
    patch: MonkeyPatch,
    connect_args: Mapping[str, Any] = MappingProxyType({}),
    *,
    always: bool = False,
    **changed: Any,
) -> None:
    """Make the service's engines with other options.

    Engines of another size than the usual one are about that, and stay unless it is `always`.
    """
    original = connections.engine_options

    def engine_options(
        url: URL, settings: Settings, *, name: str = "domain", pool_size: int = USUAL_SIZE
    ) -> dict[str, Any]:
        options = original(url, settings, name=name, pool_size=pool_size)
        if always or pool_size == USUAL_SIZE:
            options |= changed
        options["connect_args"] |= connect_args
        return options

    patch.setattr(connections, "engine_options", engine_options)
    patch.setattr(connecting, "engine_options", engine_options)


def pool_of(size: int) -> Effect:
    """Return the effect that the service's pool has this size."""

    def effect(world: World) -> bool:
        return isinstance(world.engine.pool, QueuePool) and world.engine.pool.size() == size

    return effect


def is_lifo(world: World) -> bool:
    """Tell whether the pool lends the connection that it received last."""
    pool: Any = world.engine.pool
    return bool(pool._pool.use_lifo)


@control(
    "the service has a pool of twenty connections",
    *("transactions/lost", "tenancy/pooled", "concurrency/tasks"),
    effect=pool_of(20),
    instead_of="pool",
)
def larger_pool(patch: MonkeyPatch) -> None:
    change_engine(patch, pool_size=20)


@control(
    "the service has a pool of three connections",
    *("transactions/lost", "tenancy/pooled", "concurrency/tasks"),
    effect=pool_of(3),
    instead_of="pool",
)
def smaller_pool(patch: MonkeyPatch) -> None:
    change_engine(patch, pool_size=3)


@control(
    "the connection that came back last is taken first",
    "transactions/lost",
    effect=is_lifo,
    instead_of="order of the pool",
)
def last_in_first_out(patch: MonkeyPatch) -> None:
    change_engine(patch, pool_use_lifo=True)


@control(
    "SQLAlchemy compiles each statement each time",
    "tasks/claiming",
    "sessions/authenticating",
    effect=lambda world: world.engine._compiled_cache is None,
)
def nothing_compiled_is_kept(patch: MonkeyPatch) -> None:
    change_engine(patch, query_cache_size=0)


@control(
    "rows are inserted one by one",
    "workspace/chain",
    effect=lambda world: vars(world.engine.dialect)["insertmanyvalues_page_size"] == 1,
)
def rows_one_by_one(patch: MonkeyPatch) -> None:
    change_engine(patch, insertmanyvalues_page_size=1)


def prepares_from(threshold: int) -> Effect:
    """Return the effect that the driver prepares a statement from this execution on."""

    def effect(world: World) -> bool:
        with world.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            return bool(driver.prepare_threshold == threshold)

    return effect


PREPARING = ("harness/rolled_back", "tenancy/pooled", "tasks/claiming", "transactions/savepoints")


@control(
    "the driver prepares every statement",
    *PREPARING,
    effect=prepares_from(0),
    instead_of="prepare_threshold",
)
def prepares_every_statement(patch: MonkeyPatch) -> None:
    change_engine(patch, {"prepare_threshold": 0})


@control(
    "the driver prepares a statement when it comes again",
    *PREPARING,
    effect=prepares_from(1),
    instead_of="prepare_threshold",
)
def prepares_what_comes_again(patch: MonkeyPatch) -> None:
    """Forget what is prepared with the reset: psycopg forgets it only where it has counted none."""

    def reset_and_forget(
        connection: DBAPIConnection, entry: ConnectionPoolEntry, state: PoolResetState
    ) -> None:
        reset_session(connection, entry, state)
        driver: Any = connection
        driver._prepared.clear()

    change_engine(
        patch, {"prepare_threshold": 1}, pool_events=[(reset_and_forget, "reset")], always=True
    )


def is_called(name: str) -> Effect:
    """Return the effect that the service's sessions have this name on the server."""

    def effect(world: World) -> bool:
        with world.engine.connect() as connection:
            return connection.exec_driver_sql("SHOW application_name").scalar() == name

    return effect


@control(
    "the service's connections have another name",
    *("transactions/limits", "tenancy/binding"),
    effect=is_called("another service"),
)
def other_name(patch: MonkeyPatch) -> None:
    original = connections.engine_for

    def engine_for(
        url: URL, settings: Settings, *, name: str = "another service", pool_size: int = USUAL_SIZE
    ) -> Engine:
        return original(url, settings, name=name, pool_size=pool_size)

    patch.setattr(connecting, "engine_for", engine_for)
