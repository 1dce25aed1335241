"""Sessions that go back to a pool: what the next user can find in them."""

from collections.abc import Callable
from typing import Any

import psycopg
from _pytest.monkeypatch import MonkeyPatch

from domain.database import connections
from domain.database.session_settings import SESSION
from tests.faults.catalogue import fault


def reset_by(patch: MonkeyPatch, change: Callable[[str], str | None]) -> None:
    """Change what is sent when a session goes back to the pool; None: it is not sent."""
    original = connections.reset_session

    class Cursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
            changed = change(query)
            return self if changed is None else super().execute(changed, *arguments, **options)

    def reset_session(connection: Any, *arguments: Any) -> None:
        usual, connection.cursor_factory = connection.cursor_factory, Cursor
        try:
            original(connection, *arguments)
        finally:
            connection.cursor_factory = usual

    patch.setattr(connections, "reset_session", reset_session)


def discard(patch: MonkeyPatch, statement: str) -> None:
    """Send something else than DISCARD ALL."""
    reset_by(patch, lambda query: statement if query == "DISCARD ALL" else query)


@fault("a session goes back to the pool as it is", noticed_by="tenancy/pooled")
def session_goes_back_to_pool_as_it_is(patch: MonkeyPatch) -> None:
    original = connections.engine_options
    patch.setattr(
        connections, "engine_options", lambda *a, **k: {**original(*a, **k), "pool_events": []}
    )


@fault("only temporary tables are dropped", noticed_by="tenancy/pooled")
def only_temporary_tables_are_dropped(patch: MonkeyPatch) -> None:
    discard(patch, "DISCARD TEMP")


@fault("only settings are put back", noticed_by="tenancy/pooled")
def only_settings_are_put_back(patch: MonkeyPatch) -> None:
    discard(patch, "RESET ALL")


@fault("all but cursors, locks and channels is ended", noticed_by="tenancy/pooled")
def all_but_cursors_locks_and_channels_is_ended(patch: MonkeyPatch) -> None:
    discard(patch, "DISCARD TEMP; RESET ALL; DEALLOCATE ALL")


@fault("the seed of random numbers stays", noticed_by="tenancy/pooled")
def seed_of_random_numbers_stays(patch: MonkeyPatch) -> None:
    reset_by(patch, lambda query: None if "setseed" in query else query)


@fault("all sessions get the same seed", noticed_by="tenancy/pooled")
def all_sessions_get_same_seed(patch: MonkeyPatch) -> None:
    patch.setattr(connections.ENTROPY, "random", lambda: 0.5)


@fault("a session that cannot be reset is given to the next", noticed_by="tenancy/pooled")
def unreset_session_is_reused(patch: MonkeyPatch) -> None:
    original = connections.reset_session

    def reset_session(connection: Any, *arguments: Any) -> None:
        try:
            original(connection, *arguments)
        except psycopg.Error:
            connection.rollback()
            connection.autocommit = False

    patch.setattr(connections, "reset_session", reset_session)


@fault("temporary tables are searched first", noticed_by="tenancy/pooled")
def temporary_tables_are_searched_first(patch: MonkeyPatch) -> None:
    patch.setattr(connections, "SESSION", {**SESSION, "search_path": "public"})
